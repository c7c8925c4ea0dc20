"""Rare words: what two texts share that few others have, across scripts by sound.

What comes in are reports; what goes out is for each its words with what each is worth. This file must not know accounts.

How it works
1. A text is its folded words, its numbers, and its words by sound where that is long enough to mean something in another script.
2. A word is worth the bits by which it is rarer than one text in eight: log2(texts / texts that have it) - 3. In a handful of texts
   no word is rare, and nothing is said.
3. Between texts of one language words count, between two languages sounds; numbers count in both.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log2

from tahqiq.fold import folded
from tahqiq.linking.names import word_sound
from tahqiq.model import Report

_LONGEST = 4000  # characters: news tells the happening at its head, and what follows is mostly what was before
_SHORTEST_WORD = 3
_SHORTEST_SOUND = 4  # consonants: of three, two texts share some by chance
_RAREST = 8  # words by which a text is looked for among the others
_COMMON = 3.0  # bits: a word in one text of eight says nothing
_WORD = re.compile(r"[^\W\d_]+|\d+")  # و58 is a word and a number
_YEAR = re.compile(r"(?:19|20|13|14)\d\d")  # of the calendars in use: years are compared as days


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The rare words of one report, each with its worth in bits: as written in its language, and as they sound in any."""

    language: str | None
    written: Mapping[str, float]
    sounding: Mapping[str, float]

    @property
    def rarest(self) -> tuple[str, ...]:
        """The rarest words that another text has too, as they sound and as they are written in the language."""
        written = sorted(self.written, key=lambda word: (-self.written[word], word))[:_RAREST]
        sounding = sorted(self.sounding, key=lambda word: (-self.sounding[word], word))[:_RAREST]
        return (*(f"{self.language}:{word}" for word in written), *sounding)


def vocabularies(reports: Iterable[Report]) -> dict[str, Vocabulary]:
    """The rare words of each report among these, by id."""
    texts = {report.id: (report.language, *_words(report)) for report in reports}
    written = Counter((language, word) for language, words, _ in texts.values() for word in words)
    sounding = Counter(sound for _, _, sounds in texts.values() for sound in sounds)
    of_language = Counter(language for language, _, _ in texts.values())
    found = {}
    for name, (language, words, sounds) in texts.items():
        found[name] = Vocabulary(
            language,
            {w: worth for w in sorted(words) if (worth := _worth(written[language, w], of_language[language])) > 0},
            {s: worth for s in sorted(sounds) if (worth := _worth(sounding[s], len(texts))) > 0},
        )
    return found


def shared(a: Vocabulary, b: Vocabulary) -> tuple[float, tuple[str, ...]]:
    """What the rare words that both have are worth together, and those worth most."""
    one, other = (a.written, b.written) if a.language == b.language else (a.sounding, b.sounding)
    if len(one) > len(other):
        one, other = other, one
    both = sorted(((worth, word) for word, worth in one.items() if word in other), key=lambda pair: (-pair[0], pair[1]))
    return sum(worth for worth, _ in both), tuple(word for _, word in both[:5])


def _worth(have: int, texts: int) -> float:
    return log2(texts / have) - _COMMON if have > 1 else 0.0  # a word that one text alone has is shared with nobody


def _words(report: Report) -> tuple[frozenset[str], frozenset[str]]:
    text, kept, at = report.text, [], 0
    for start, end in sorted(report.furniture):
        kept.append(text[at:start])
        at = max(at, end)
    words = set(_WORD.findall(folded(" ".join([*kept, text[at:]])[:_LONGEST])))
    numbers = {word for word in words if word.isdecimal() and 2 <= len(word) <= 4 and not _YEAR.fullmatch(word)}
    letters = {word for word in words if len(word) >= _SHORTEST_WORD and not word.isdecimal()}
    sounds = {sound for word in letters if len(sound := word_sound(word)) >= _SHORTEST_SOUND}
    return frozenset(letters | numbers), frozenset(sounds | numbers)
