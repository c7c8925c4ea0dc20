"""A report taken apart once: tokens, sentences, and every phrase of the pack, with the way back to the report's text.

What comes in is a report and its language; what goes out is an `Analysis` that all other parts of the reader look at. This
file must not know what a happening is.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from tahqiq.fold import Folded, fold
from tahqiq.languages import Language, Mark, Token
from tahqiq.model import Mention, Report
from tahqiq.text.furniture import furniture_spans
from tahqiq.text.segment import sentences

LEXICAL = (
    "trigger harm people force saying site source title negation marker break qualifier vague modifier off_topic direction weapon "
    "background planned hypothetical hedge general genitive"
).split()
_CLAUSE_SIGNS = (";", ":")
_NONE: tuple[Mark, ...] = ()
_Standing = dict[int, list[Mark]]  # marks of one kind by a token or a sentence
FUNCTION = "marker break genitive definite another negation including".split()


@dataclass(frozen=True, eq=False)
class Analysis:
    """The parts of one report. `sentence_of[i]` is the number of token i's sentence; `bounds` are each sentence's tokens.

    `marks` holds the pack's phrases by kind in text order; `at`, `ending` and `in_sentence` find them by where they stand, which is
    looked up and not searched for: whoever asks of one candidate should never walk over a whole report. `capitals` are the tokens
    that begin with a capital letter. `lexical` are the tokens that are a word of the pack by themselves, `function` those that only
    tie others together (and, of, in, who). `role_words` are the roles that markers give: under n to what begins at token n,
    under -n - 1 to what ends before token n.
    """

    report: Report
    language: Language
    folded: Folded
    tokens: tuple[Token, ...]
    sentence_of: tuple[int, ...]
    bounds: tuple[tuple[int, int], ...]
    furniture: frozenset[int]
    title: frozenset[int]
    marks: dict[str, tuple[Mark, ...]]
    capitals: frozenset[int] = field(repr=False)
    lexical: frozenset[int] = field(repr=False)
    function: frozenset[int] = field(repr=False)
    role_words: dict[int, tuple[str, ...]] = field(repr=False)
    _starting: dict[str, _Standing] = field(default_factory=dict, repr=False)  # what was looked up so far, by kind
    _ending: dict[str, _Standing] = field(default_factory=dict, repr=False)
    _told_in: dict[str, _Standing] = field(default_factory=dict, repr=False)

    def of_kind(self, *kinds: str) -> Iterator[Mark]:
        """The marks of some kinds in text order within each kind."""
        for kind in kinds:
            yield from self.marks.get(kind, ())

    def at(self, kind: str, token: int) -> Sequence[Mark]:
        """The marks of a kind that start at a token."""
        return self._starting_by(kind).get(token, _NONE)

    def ending(self, kind: str, token: int) -> Sequence[Mark]:
        """The marks of a kind that end right before a token."""
        return self._ending_by(kind).get(token, _NONE)

    def in_sentence(self, kind: str, sentence: int) -> Sequence[Mark]:
        """The marks of a kind in a sentence, in text order."""
        found = self._told_in.get(kind)
        if found is None:
            found = self._told_in[kind] = {}
            for mark in self.marks.get(kind, _NONE):
                found.setdefault(self.sentence_of[mark.first], []).append(mark)
        return found.get(sentence, _NONE)

    def touches(self, kind: str, first: int, last: int, *, words_between: int) -> bool:
        """True where a mark of a kind ends before or begins behind tokens [first, last), at most so many words between."""
        ending, starting = self._ending_by(kind).keys(), self._starting_by(kind).keys()
        return not (
            ending.isdisjoint(range(first - words_between, first + 1)) and starting.isdisjoint(range(last, last + words_between + 1))
        )

    def breaks_in(self, sentence: int) -> tuple[int, ...]:
        """The tokens of a sentence at which a clause ends."""
        first, last = self.bounds[sentence]
        return self._breaks[bisect_left(self._breaks, first) : bisect_left(self._breaks, last)]

    def breaks_between(self, a: int, b: int) -> bool:
        """True where a clause ends between two tokens, the earlier one itself counted."""
        first, last = (a, b) if a < b else (b, a)
        at = bisect_left(self._breaks, first)
        return at < len(self._breaks) and self._breaks[at] < last

    def within(self, kind: str, first: int, last: int) -> list[Mark]:
        """The marks of a kind that lie in tokens [first, last)."""
        return [m for m in self.marks.get(kind, ()) if first <= m.first and m.last <= last]

    def span(self, first: int, last: int) -> tuple[int, int]:
        """The code points of the report's text that tokens [first, last) stand on."""
        return self.folded.original(self.tokens[first].start, self.tokens[last - 1].end)

    def mention(self, first: int, last: int, rule: str, *, clitics: str = "") -> Mention:
        """Tokens [first, last) as a mention; clitics in front of the first word are left out where they are whole letters."""
        start, end = self.span(first, last)
        if clitics:
            start += self._clitic_width(first, clitics)
        return Mention(start, end, self.report.text[start:end], rule)

    def _clitic_width(self, token: int, clitics: str) -> int:
        """How many code points the clitics in front take, the article not among them."""
        bare = clitics.removesuffix(self.language.lexicon.letters.article or "\0")
        if not bare:
            return 0
        at = self.tokens[token].start
        return self.folded.original(at, at + len(bare))[1] - self.folded.original(at, at + 1)[0]

    def text(self, first: int, last: int) -> str:
        """The words as they stand in the report."""
        start, end = self.span(first, last)
        return self.report.text[start:end]

    def is_capital(self, token: int) -> bool:
        """True where the token begins with a capital letter in the report."""
        return token in self.capitals

    def opens_paragraph(self, sentence: int) -> bool:
        """True where a sentence is the first of its line."""
        first, last = self.bounds[sentence]
        if first == 0 or last == first:
            return first == 0
        between = self.report.text[self.span(first - 1, first)[1] : self.span(first, last)[0]]
        return "\n" in between or "\r" in between

    def sentence(self, token: int) -> int:
        """The number of a token's sentence; behind the last token that of the last."""
        try:
            return self.sentence_of[token]
        except IndexError:
            return self.sentence_of[-1]

    def _starting_by(self, kind: str) -> _Standing:
        found = self._starting.get(kind)
        if found is None:
            found = self._starting[kind] = _standing(kind, self.marks, behind=False)
        return found

    def _ending_by(self, kind: str) -> _Standing:
        found = self._ending.get(kind)
        if found is None:
            found = self._ending[kind] = _standing(kind, self.marks, behind=True)
        return found

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The tokens' texts."""
        return tuple([token.text for token in self.tokens])

    @cached_property
    def _breaks(self) -> tuple[int, ...]:
        """The tokens at which a clause ends, in order."""
        signs = (n for n, token in enumerate(self.tokens) if token.text in _CLAUSE_SIGNS)
        return tuple(sorted({*signs, *(m.first for m in self.marks.get("break", ()))}))


def _standing(kind: str, marks: Mapping[str, Sequence[Mark]], *, behind: bool) -> _Standing:
    """The marks of a kind by a token: the first of each, or the one behind it."""
    found: _Standing = {}
    for mark in marks.get(kind, _NONE):
        found.setdefault(mark.last if behind else mark.first, []).append(mark)
    return found


def analyse(report: Report, language: Language) -> Analysis:
    """The report's tokens, sentences and phrases."""
    folding = fold(report.text)
    tokens = tuple(language.lexicon.tokens(folding))
    text = report.text
    spans = sentences(text)
    begins = folding.original_starts([t.start for t in tokens])
    bounds = _bounds(begins, [s for s, _ in spans])
    numbers = tuple(n for n, (first, last) in enumerate(bounds) for _ in range(first, last))
    marks = _by_kind(language.lexicon.find(tokens), numbers)
    return Analysis(
        report=report,
        language=language,
        folded=folding,
        tokens=tokens,
        sentence_of=numbers,
        bounds=bounds,
        furniture=_furniture_sentences(report, spans),
        title=_title_sentences(text, spans),
        marks=marks,
        capitals=frozenset([n for n, begin in enumerate(begins) if text[begin].isupper()]),
        lexical=_single_words(marks, LEXICAL, language),
        function=_single_words(marks, FUNCTION, language)
        | frozenset(n for n, t in enumerate(tokens) if t.text in language.numbers.conjunctions),
        role_words=_role_words(marks.get("marker", ()), numbers),
    )


def _single_words(marks: dict[str, tuple[Mark, ...]], kinds: Iterable[str], language: Language) -> frozenset[int]:
    bare = ("", language.lexicon.letters.article)
    return frozenset([first for kind in kinds for first, last, _, clitics in marks.get(kind, ()) if last - first == 1 and clitics in bare])


def _role_words(markers: Iterable[Mark], numbers: tuple[int, ...]) -> dict[int, tuple[str, ...]]:
    """Roles by the token they touch, at once or over one word between, within a sentence."""
    found: dict[int, list[str]] = {}
    for mark in markers:
        sentence, before = numbers[mark.first], mark.sense.form == "before"
        for gap in (0, 1):
            token = mark.last + gap if before else mark.first - gap
            touched = token if before else token - 1
            if 0 <= touched < len(numbers) and numbers[touched] == sentence:
                found.setdefault(token if before else -token - 1, []).append(mark.sense.value)
    return {key: tuple(dict.fromkeys(roles)) for key, roles in found.items()}


def _by_kind(marks: Iterable[Mark], numbers: tuple[int, ...]) -> dict[str, tuple[Mark, ...]]:
    """Marks by kind, without those that reach over a sentence's end."""
    found: dict[str, list[Mark]] = {}
    for mark in marks:
        first, last, sense, _ = mark
        if last - first == 1 or numbers[first] == numbers[last - 1]:
            found.setdefault(sense.kind, []).append(mark)
    return {kind: tuple(of_kind) for kind, of_kind in found.items()}


def _bounds(begins: Sequence[int], starts: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """The tokens of each sentence, by where tokens begin and sentences start; those before the first sentence are its own."""
    firsts = [0, *(bisect_left(begins, start) for start in starts[1:]), len(begins)]
    return tuple((first, last) if first < last else (0, 0) for first, last in pairwise(firsts))


def _furniture_sentences(report: Report, spans: tuple[tuple[int, int], ...]) -> frozenset[int]:
    furniture = report.furniture or furniture_spans(report.text)
    return frozenset(n for n, (s, e) in enumerate(spans) if any(a <= s and e <= b for a, b in furniture))


def _title_sentences(text: str, spans: tuple[tuple[int, int], ...]) -> frozenset[int]:
    """The first sentence where it stands alone on its line: a headline."""
    if not spans:
        return frozenset()
    rest = text[spans[0][1] :]
    line_end = rest[: len(rest) - len(rest.lstrip())]
    return frozenset({0}) if "\n" in line_end or "\r" in line_end else frozenset()
