"""Phrases of a pack and the one pass that finds them all in a text.

What comes in are phrase lines (`air (strike|strikes)`) with what they mean; what goes out is a `Lexicon` that finds, over the
tokens of a text, every phrase with its sense. This file must not know what a sense is used for.

How it works
1. A phrase line is expanded into plain phrases and tokenized as texts are, so that both meet word by word.
2. Phrases are kept under their first word, longer ones also under their second. A text's word is looked up in every form that the
   pack's clitics leave of it (`وبالطائرات` also as `طائرات`); later words only as they stand or without the article.
3. Among phrases of one kind the longest wins; kinds may overlap one another.
A language has few words that texts use often: what a word's forms are and which phrases begin with it is worked out once a word.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from operator import itemgetter
from typing import NamedTuple, TypeVar

from tahqiq.fold import Folded, folded

WORD = re.compile(r"(?<!\w)(?:[^\W\d_]\.){2,}(?:[^\W\d_](?!\w))?|[^\W\d_]+(?:'[^\W\d_]+)*'?|\d+(?:[.,:/]\d+)*|[^\w\s]|_")
_PLAIN_RUN = re.compile(r"[^()|]+")  # what a phrase line has between its signs
_WORDS_AND_GAPS = re.compile(f"({WORD.pattern})")
_KEPT = 400_000  # words of which a lexicon remembers what it made of them
_REGISTRIES = 16  # registries and tables of which a lexicon remembers what they know of a word
_BY_FIRST = itemgetter(0)
_new = tuple.__new__  # what a named tuple's own constructor calls: there are thousands of them in a text
_T = TypeVar("_T")


class _Worked(dict[str, _T]):
    """What was worked out of each word, which is worked out when it is first asked for."""

    def __init__(self, work: Callable[[str], _T]) -> None:
        super().__init__()
        self._work = work

    def __missing__(self, word: str) -> _T:
        found = self._work(word)
        if len(self) < _KEPT:
            self[word] = found
        return found


class Token(NamedTuple):
    """A word, number or sign. `start`, `end` are offsets in the folded text; `forms` are what it may be looked up as.

    `forms` pairs each form with the clitics taken off in front (`("طایرات", "وبال")`), the word as it stands first.
    """

    text: str
    start: int
    end: int
    forms: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Sense:
    """What a phrase means: its kind (`trigger`, `harm` …), value (`airstrike`, `killed` …) and the rule that says so."""

    kind: str
    value: str
    rule: str
    form: str = ""
    english: str = ""
    attributes: dict[str, object] = field(default_factory=dict, hash=False, compare=False)
    unless_next: frozenset[str] = frozenset()
    unless_previous: frozenset[str] = frozenset()
    phrases_next: tuple[tuple[str, ...], ...] = ()
    phrases_previous: tuple[tuple[str, ...], ...] = ()
    is_bound: bool = False  # words beside it can forbid it

    def words(self, key: str) -> tuple[str, ...]:
        """A list attribute, empty where the rule has none."""
        value = self.attributes.get(key)
        if value is None:
            return ()
        return tuple(str(v) for v in value) if isinstance(value, list | tuple) else (str(value),)

    def text(self, key: str) -> str:
        """A plain attribute as a word, empty where the rule has none."""
        value = self.attributes.get(key)
        return "" if value is None else str(value)

    def flag(self, key: str) -> bool:
        return self.attributes.get(key) is True


class Mark(NamedTuple):
    """A sense found over tokens [first, last); `clitics` stood before its first word."""

    first: int
    last: int
    sense: Sense
    clitics: str = ""

    @property
    def length(self) -> int:
        return self.last - self.first


@dataclass(frozen=True, slots=True)
class Letters:
    """How a pack's words are taken apart: clitics in front, the article, endings, and words written apart."""

    proclitics: tuple[str, ...] = ()
    article: str = ""
    joins_next: frozenset[str] = frozenset()
    joins_previous: frozenset[str] = frozenset()
    suffixes: tuple[str, ...] = ()

    def forms(self, word: str) -> tuple[tuple[str, str], ...]:
        """The word as it stands, then without each run of clitics that leaves a word of two letters or more."""
        found = [(word, "")]
        for suffix in self.suffixes:
            if word.endswith(suffix) and len(word) > len(suffix) + 1:
                found.append((word[: -len(suffix)], ""))
        if self.article:
            found += self._without_clitics(word)
        return tuple(dict.fromkeys(found))

    def _without_clitics(self, word: str) -> Iterator[tuple[str, str]]:
        conjunctions = [""] + [c for c in self.proclitics if c in "وف" and word.startswith(c)]
        for conjunction in conjunctions:
            rest = word[len(conjunction) :]
            for preposition in ["", *[c for c in self.proclitics if c not in "وف" and rest.startswith(c)]]:
                bare = rest[len(preposition) :]
                if preposition == "ل" and bare.startswith("ل") and len(bare) > 3:
                    yield bare[1:], conjunction + "لال"
                if bare.startswith(self.article) and len(bare) > len(self.article) + 1:
                    yield bare[len(self.article) :], conjunction + preposition + self.article
                if (conjunction or preposition) and len(bare) > 2:
                    yield bare, conjunction + preposition

    def base(self, word: str) -> str:
        """The word without the article, as phrases are kept; in a language without one, without an ending (`Deir ez-Zor's`)."""
        if not self.article:
            return self.without_ending(word)
        bare = word[len(self.article) :]
        return bare if word.startswith(self.article) and len(bare) > 1 else word

    def without_ending(self, word: str) -> str:
        """The word without the first of the pack's endings that it has."""
        return next((word[: -len(end)] for end in self.suffixes if word.endswith(end) and len(word) > len(end) + 1), word)


def expand(line: str) -> list[str]:
    """The plain phrases of a phrase line: `غار(ة|ات)` gives two; brackets may nest. Raises ValueError where they do not close."""
    phrases, at = _alternatives(line, 0)
    if at != len(line):
        raise ValueError(f"brackets in «{line}» do not close")
    return list(dict.fromkeys(" ".join(phrase.split()) for phrase in phrases))


def _alternatives(line: str, at: int) -> tuple[list[str], int]:
    """What stands from an offset up to the closing bracket or the end, and the offset there."""
    found: list[str] = []
    current = [""]
    while at < len(line) and line[at] != ")":
        if line[at] == "|":
            found += current
            current = [""]
        elif line[at] == "(":
            inner, at = _alternatives(line, at + 1)
            if at >= len(line):
                raise ValueError(f"brackets in «{line}» do not close")
            current = [a + b for a in current for b in inner]
        else:
            run = _PLAIN_RUN.match(line, at)
            assert run is not None  # whatever is no sign begins one
            current = [a + run.group() for a in current]
            at = run.end()
            continue
        at += 1
    return found + current, at


@dataclass(slots=True)
class _Phrases:
    """The phrases that begin with one word: those of that word alone, and longer ones by their second word with what follows it."""

    single: list[Sense] = field(default_factory=list)
    longer: dict[str, list[tuple[tuple[str, ...], Sense]]] = field(default_factory=dict)


class Lexicon:
    """Every phrase of a pack, found in one pass over a text's tokens."""

    def __init__(self, letters: Letters) -> None:
        self.letters = letters
        self._by_first: dict[str, _Phrases] = {}
        self._added: set[tuple[str, tuple[str, ...]]] = set()
        self._forms = _Worked(letters.forms)
        self._bases = _Worked(letters.base)
        self._begun = _Worked(self._beginning)
        self._heads: dict[Callable[[str], bool], _Worked[tuple[tuple[str, str], ...]]] = {}
        self._known: dict[int, tuple[Mapping[str, object], _Worked[object]]] = {}

    def add(self, line: str, sense: Sense) -> None:
        """Adds every phrase of a phrase line: under its first word, longer ones also under their second; once a rule.

        An article that the line has is asked for; where it has none, the text's words may have one.
        """
        self._begun.clear()
        for phrase in expand(line):
            words = tuple(self.words(phrase))
            if (sense.rule, words) in self._added:
                continue
            self._added.add((sense.rule, words))
            if not words:
                continue
            phrases = self._by_first.setdefault(words[0], _Phrases())
            if len(words) == 1:
                phrases.single.append(sense)
            else:
                phrases.longer.setdefault(words[1], []).append((words[2:], sense))

    def __len__(self) -> int:
        """How many phrases there are."""
        return sum(len(phrases.single) + sum(map(len, phrases.longer.values())) for phrases in self._by_first.values())

    def words(self, phrase: str) -> list[str]:
        """A phrase's words as a text's tokens would be."""
        plain = folded(phrase)
        words = plain.split(" ")
        letters = self.letters
        if all(map(str.isalpha, words)) and letters.joins_next.isdisjoint(words) and letters.joins_previous.isdisjoint(words):
            return words  # nothing but letters and spaces: most phrases
        return self._joined(plain)[0]

    def tokens(self, text: Folded) -> list[Token]:
        """The text's tokens in order, prefixes and endings written apart joined to their word."""
        words, starts, ends = self._joined(text.text)
        return [_new(Token, told) for told in zip(words, starts, ends, map(self._forms.__getitem__, words))]

    def forms(self, word: str) -> tuple[tuple[str, str], ...]:
        return self._forms[word]

    def heads(self, begins: Callable[[str], bool]) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """By each word of a text the heads under which a name may begin there, with the clitics taken off: with the article, then without.

        `begins` says whether some name of a registry begins with a word; it is asked once a word.
        """
        heads = self._heads.get(begins)
        if heads is None:
            article, forms = self.letters.article, self._forms

            def work(word: str) -> tuple[tuple[str, str], ...]:
                return tuple(
                    (head, clitics)
                    for form, clitics in forms[word]
                    for head in ((article + form, form) if clitics and article and clitics.endswith(article) else (form,))
                    if begins(head)
                )

            if len(self._heads) >= _REGISTRIES:
                self._heads.clear()
            heads = self._heads[begins] = _Worked(work)
        return heads

    def known(self, table: Mapping[str, _T]) -> Mapping[str, tuple[_T, str] | None]:
        """By each word of a text what a table holds of the first of its forms that it knows, with the clitics taken off."""
        known = self._known.get(id(table))
        if known is None:
            forms = self._forms

            def work(word: str) -> object:
                return next(((table[form], clitics) for form, clitics in forms[word] if form in table), None)

            if len(self._known) >= _REGISTRIES:
                self._known.clear()
            known = self._known[id(table)] = (table, _Worked(work))  # the table is kept, so that its number stays its own
        return known[1]  # type: ignore[return-value]

    def _joined(self, text: str) -> tuple[list[str], list[int], list[int]]:
        """Words with where they start and end."""
        pieces = _WORDS_AND_GAPS.split(text)
        bounds = list(accumulate(map(len, pieces)))
        words, starts, ends = pieces[1::2], bounds[:-1:2], bounds[1::2]
        if "'" in text:
            for n, word in enumerate(words):
                if word[-1] == "'" and len(word) > 1:
                    words[n], ends[n] = word[:-1], ends[n] - 1
        letters = self.letters
        if (letters.joins_next or letters.joins_previous) and not (
            letters.joins_next.isdisjoint(words) and letters.joins_previous.isdisjoint(words)
        ):
            return self._with_joins(words, starts, ends)
        return words, starts, ends

    def _with_joins(self, words: list[str], starts: list[int], ends: list[int]) -> tuple[list[str], list[int], list[int]]:
        """Words with those that a pack joins to the next or the one before written as one."""
        joins_next, joins_previous = self.letters.joins_next, self.letters.joins_previous
        joined: list[tuple[str, int, int]] = []
        pending: tuple[str, int, int] | None = None
        for word, start, end in zip(words, starts, ends):
            if pending and word.isalpha():
                word, start = pending[0] + word, pending[1]
            elif pending:
                joined.append(pending)
            pending = None
            if word in joins_next:
                pending = (word, start, end)
            elif word in joins_previous and joined and joined[-1][0].isalpha() and start - joined[-1][2] <= 1:
                joined[-1] = (joined[-1][0] + word, joined[-1][1], end)
            else:
                joined.append((word, start, end))
        if pending:
            joined.append(pending)
        return [w for w, _, _ in joined], [s for _, s, _ in joined], [e for _, _, e in joined]

    def find(self, tokens: Sequence[Token]) -> list[Mark]:
        """All marks in the order of the text; of one kind's overlapping marks only the longest, the earlier among equals."""
        found: list[Mark] = []
        end = len(tokens)
        words = [token.text for token in tokens]
        base, may_stand = self._bases.__getitem__, self._allowed
        for at, begun in enumerate(map(self._begun.__getitem__, words)):
            for clitics, single, by_second in begun:
                for sense, is_bound in single:
                    if not is_bound or may_stand(tokens, at, at + 1, sense):
                        found.append(_new(Mark, (at, at + 1, sense, clitics)))
                if by_second is None or at + 1 == end:
                    continue
                second = words[at + 1]
                longer = by_second.get(second, ())
                if (bare := base(second)) != second:
                    longer = [*longer, *by_second.get(bare, ())]
                for rest, sense in longer:
                    last = at + 2 + len(rest)
                    if last > end or (rest and not self._follows(words, at + 2, rest)):
                        continue
                    if not sense.is_bound or may_stand(tokens, at, last, sense):
                        found.append(_new(Mark, (at, last, sense, clitics)))
        return longest_of_kind(found)

    def _beginning(self, word: str) -> "_Begun":
        """The phrases that begin with a text's word: for each of its forms that begins some, its clitics and those phrases."""
        found = []
        for form, clitics in self._forms[word]:
            phrases = self._by_first.get(form)
            if phrases is not None:
                single = tuple((sense, sense.is_bound) for sense in phrases.single)
                found.append((clitics, single, phrases.longer or None))
        return tuple(found)

    def base(self, word: str) -> str:
        """A text's word without the article, or without an ending."""
        return self._bases[word]

    def without_endings(self, words: Sequence[str]) -> list[str]:
        """The words of a name behind its first, without endings: `ez-Zor's`, `پشاورمیں`."""
        return list(map(self._bases.__getitem__, words)) if self.letters.suffixes and not self.letters.article else list(words)

    def _follows(self, words: Sequence[str], at: int, wanted: tuple[str, ...]) -> bool:
        for word in wanted:
            text = words[at]
            if text != word and self._bases[text] != word:
                return False
            at += 1
        return True

    def _allowed(self, tokens: Sequence[Token], first: int, last: int, sense: Sense) -> bool:
        if sense.unless_next and last < len(tokens) and not sense.unless_next.isdisjoint(f for f, _ in tokens[last].forms):
            return False
        if sense.unless_previous and first and not sense.unless_previous.isdisjoint(f for f, _ in tokens[first - 1].forms):
            return False
        return not (
            any(_stands(tokens, last, phrase) for phrase in sense.phrases_next)
            or any(_stands(tokens, first - len(phrase), phrase) for phrase in sense.phrases_previous)
        )


def _stands(tokens: Sequence[Token], at: int, phrase: Sequence[str]) -> bool:
    """True where a phrase of several words stands at a token."""
    if at < 0 or at + len(phrase) > len(tokens):
        return False
    return all(any(form == word for form, _ in tokens[at + n].forms) for n, word in enumerate(phrase))


# clitics, senses of the word alone with whether words beside it can forbid them, and longer phrases by their second word
_Begun = tuple[tuple[str, tuple[tuple[Sense, bool], ...], dict[str, list[tuple[tuple[str, ...], Sense]]] | None], ...]


def longest_of_kind(marks: Iterable[Mark]) -> list[Mark]:
    """Marks without those that a longer one of the same kind overlaps; two senses over the very same words both stay.

    `marks` come in the order of their first tokens, and so do those kept. Most touch no other of their kind and need no comparing.
    """
    kept: list[Mark] = []
    touching: dict[str, tuple[int, list[Mark]]] = {}
    for mark in marks:
        first, last, sense, _ = mark
        reach, together = touching.get(sense.kind, (0, []))
        if first < reach:
            together.append(mark)
            if last > reach:
                touching[sense.kind] = (last, together)
            continue
        kept += together if len(together) < 2 else _longest(together)
        touching[sense.kind] = (last, [mark])
    for _, together in touching.values():
        kept += together if len(together) < 2 else _longest(together)
    kept.sort(key=_BY_FIRST)
    return _ordered(kept)


def _longest(marks: Iterable[Mark]) -> list[Mark]:
    """Of one kind's marks those that no longer one overlaps."""
    cover: dict[int, tuple[int, int, str]] = {}
    kept: list[Mark] = []
    for mark in sorted(marks, key=lambda m: (-(m.last - m.first), len(m.clitics), m.first, m.sense.rule)):
        span = (mark.first, mark.last, mark.clitics)
        if all(cover.get(i, span) == span for i in range(mark.first, mark.last)):
            cover.update((i, span) for i in range(mark.first, mark.last))
            kept.append(mark)
    return kept


def _ordered(marks: list[Mark]) -> list[Mark]:
    """Marks in the order of their first tokens with those of one token in order: the longer first, then by kind and rule."""
    found: list[Mark] = []
    at, end = 0, len(marks)
    while at < end:
        first = marks[at].first
        until = at + 1
        while until < end and marks[until].first == first:
            until += 1
        here = marks[at:until]
        found += here if until - at == 1 else sorted(here, key=lambda m: (-m.last, m.sense.kind, m.sense.rule))
        at = until
    return found
