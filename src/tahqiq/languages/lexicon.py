"""Phrases of a pack and the one pass that finds them all in a text.

What comes in are phrase lines (`air (strike|strikes)`) with what they mean; what goes out is a `Lexicon` that finds, over the
tokens of a text, every phrase with its sense. This file must not know what a sense is used for.

How it works
1. A phrase line is expanded into plain phrases and tokenized as texts are, so that both meet word by word.
2. Phrases are kept under their first word, longer ones also under their second. A text's word is looked up in every form that the
   pack's clitics leave of it (`وبالطائرات` also as `طائرات`); later words only as they stand or without the article.
3. Among phrases of one kind the longest wins; kinds may overlap one another.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tahqiq.fold import Folded, folded

WORD = re.compile(r"(?<!\w)(?:[^\W\d_]\.){2,}(?:[^\W\d_](?!\w))?|[^\W\d_]+(?:'[^\W\d_]+)*'?|\d+(?:[.,:/]\d+)*|[^\w\s]|_")


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
        """The word without the article, as phrases are kept."""
        bare = word[len(self.article) :]
        return bare if self.article and word.startswith(self.article) and len(bare) > 1 else word


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
            current = [a + line[at] for a in current]
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
        self._forms: dict[str, tuple[tuple[str, str], ...]] = {}
        self._bases: dict[str, str] = {}

    def add(self, line: str, sense: Sense) -> None:
        """Adds every phrase of a phrase line: under its first word, longer ones also under their second; once a rule.

        An article that the line has is asked for; where it has none, the text's words may have one.
        """
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
        return [text for text, _, _ in self._joined(folded(phrase))]

    def tokens(self, text: Folded) -> list[Token]:
        """The text's tokens in order, prefixes and endings written apart joined to their word."""
        return [Token(word, start, end, self.forms(word)) for word, start, end in self._joined(text.text)]

    def forms(self, word: str) -> tuple[tuple[str, str], ...]:
        forms = self._forms.get(word)
        if forms is None:
            forms = self.letters.forms(word)
            if len(self._forms) < 400_000:
                self._forms[word] = forms
        return forms

    def _joined(self, text: str) -> list[tuple[str, int, int]]:
        found = [(m.group(), m.start(), m.end()) for m in WORD.finditer(text)]
        found = [(w[:-1], s, e - 1) if len(w) > 1 and w.endswith("'") else (w, s, e) for w, s, e in found]
        if not (self.letters.joins_next or self.letters.joins_previous):
            return found
        joined: list[tuple[str, int, int]] = []
        pending: tuple[str, int, int] | None = None
        for word, start, end in found:
            if pending and word.isalpha():
                word, start = pending[0] + word, pending[1]
            elif pending:
                joined.append(pending)
            pending = None
            if word in self.letters.joins_next:
                pending = (word, start, end)
            elif word in self.letters.joins_previous and joined and joined[-1][0].isalpha() and start - joined[-1][2] <= 1:
                joined[-1] = (joined[-1][0] + word, joined[-1][1], end)
            else:
                joined.append((word, start, end))
        return [*joined, pending] if pending else joined

    def find(self, tokens: Sequence[Token]) -> list[Mark]:
        """All marks in the order of the text; of one kind's overlapping marks only the longest, the earlier among equals."""
        found: list[Mark] = []
        end = len(tokens)
        for at, token in enumerate(tokens):
            for form, clitics in token.forms:
                phrases = self._by_first.get(form)
                if phrases is None:
                    continue
                for sense in phrases.single:
                    if self._allowed(tokens, at, at + 1, sense):
                        found.append(Mark(at, at + 1, sense, clitics))
                by_second = phrases.longer
                if not by_second or at + 1 == end:
                    continue
                second = tokens[at + 1].text
                bare = self.base(second)
                longer = [*by_second.get(second, ()), *(by_second.get(bare, ()) if bare != second else ())]
                third = (tokens[at + 2].text, self.base(tokens[at + 2].text)) if longer and at + 2 < end else ()
                for rest, sense in longer:
                    if rest and rest[0] not in third:
                        continue
                    last = at + 2 + len(rest)
                    if last <= end and self._follows(tokens, at + 3, rest[1:]) and self._allowed(tokens, at, last, sense):
                        found.append(Mark(at, last, sense, clitics))
        return longest_of_kind(found)

    def base(self, word: str) -> str:
        """A text's word without the article."""
        if not self.letters.article:
            return word
        base = self._bases.get(word)
        if base is None:
            base = self._bases[word] = self.letters.base(word)
        return base

    def _follows(self, tokens: Sequence[Token], at: int, words: tuple[str, ...]) -> bool:
        for k, word in enumerate(words):
            text = tokens[at + k].text
            if text != word and self.base(text) != word:
                return False
        return True

    def _allowed(self, tokens: Sequence[Token], first: int, last: int, sense: Sense) -> bool:
        if sense.unless_next and last < len(tokens) and not sense.unless_next.isdisjoint(f for f, _ in tokens[last].forms):
            return False
        return not (sense.unless_previous and first and not sense.unless_previous.isdisjoint(f for f, _ in tokens[first - 1].forms))


def longest_of_kind(marks: Iterable[Mark]) -> list[Mark]:
    """Marks without those that a longer one of the same kind overlaps; two senses over the very same words both stay."""
    taken: dict[str, dict[int, tuple[int, int, str]]] = {}
    kept: list[Mark] = []
    for mark in sorted(marks, key=lambda m: (-(m.last - m.first), len(m.clitics), m.first, m.sense.rule)):
        cover = taken.setdefault(mark.sense.kind, {})
        span = (mark.first, mark.last, mark.clitics)
        if {cover.get(i, span) for i in range(mark.first, mark.last)} == {span}:
            cover.update((i, span) for i in range(mark.first, mark.last))
            kept.append(mark)
    return sorted(kept, key=lambda m: (m.first, -m.last, m.sense.kind, m.sense.rule))
