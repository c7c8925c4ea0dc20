"""Text that came without small letters gets them back, length for length, so that names can be told from words.

Old wire copy and some bulletins are in capitals throughout. What comes in is a text, what goes out the same text with small
letters where its words are words of the language, and capitals where they are names: of the registries, of the pack's people, or
known to nobody. Offsets stay; the reading that is made of it is given the report's own words back (`as_found`).
"""

import dataclasses
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import yaml

from tahqiq.fold import fold, folded
from tahqiq.languages import Language, load_language
from tahqiq.model import Mention, Refusal
from tahqiq.registries import Actors, Places

T = TypeVar("T")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_LEAST = 60  # letters below which a text in capitals is a heading, not a way of writing
_SHARE = 0.9
_SHORT = 4
_INFLECTED = tuple(
    tuple(change.split(">"))
    for change in "s> es> ies>y ed> ed>e ied>y ing> ing>e er> er>e ers> ers>e ly> ally>al 's> ’s> s'> n't> 've> 're> 'll> 'd>".split()
)
_DOUBLED = re.compile(r"(.+?)([bdgklmnprt])\2(?:ed|ing|er|ers)$")
_VOWEL = re.compile(r"[aeiouy]")
_MEANINGFUL = frozenset(
    "trigger harm people site title weapon negation marker break qualifier vague modifier direction saying general".split()
)


@dataclass(frozen=True, slots=True)
class Words:
    """What a language writes small: words, endings, and the words inside names that stay small."""

    plain: frozenset[str]
    endings: tuple[str, ...]
    joined: frozenset[str]
    acronyms: frozenset[str]

    def is_word(self, word: str) -> bool:
        """True for a word of the language in any of its forms."""
        if word in self.plain or any(word.endswith(e) and word[: -len(e)] + put in self.plain for e, put in _INFLECTED):
            return True
        doubled = _DOUBLED.match(word)
        return bool(doubled and doubled[1] + doubled[2] in self.plain)

    def looks_like_word(self, word: str) -> bool:
        return len(word) > _SHORT + 2 and word.endswith(self.endings)


@lru_cache(maxsize=1)
def load_casing() -> dict[str, Words]:
    """The languages that have a list, by code."""
    content = yaml.safe_load(Path(__file__).with_name("casing.yaml").read_text("utf-8"))
    return {
        code: Words(frozenset(given["words"].split()), tuple(given["endings"]), frozenset(given["joined"]), frozenset(given["acronyms"]))
        for code, given in content.items()
    }


def is_capitals(text: str) -> bool:
    """True for a text that is written in capitals throughout."""
    large = sum(map(str.isupper, text))
    return large >= _LEAST and large >= _SHARE * (large + sum(map(str.islower, text)))


def recased(text: str, language: str, places: Places, actors: Actors) -> str:
    """The text as it would have been written in small and capital letters; the same where it is so already."""
    words = load_casing().get(language)
    if words is None or not is_capitals(text):
        return text
    found = [m for m in _WORD.finditer(text) if len(m.group().lower()) == len(m.group())]
    small = [m.group().lower() for m in found]
    named, starts = _named(small, language, places, actors, words)
    pack = load_language(language)
    letters = list(text)
    for n, (match, word) in enumerate(zip(found, small)):
        capital = (n in named and (word not in words.joined or n in starts)) or not (
            word in words.joined or _is_plain(word, words, pack, places)
        )
        if capital and (word in words.acronyms or _is_acronym(word, match, text)):
            continue
        written = word[0].upper() + word[1:] if capital or _opens(text, match.start()) else word
        letters[match.start() : match.end()] = written
    return "".join(letters)


def _is_acronym(word: str, match: re.Match[str], text: str) -> bool:
    """Letters that no one could say, or a short name in brackets behind its long one."""
    bracketed = text[match.start() - 1 : match.start()] == "(" and text[match.end() : match.end() + 1] == ")"
    return len(word) < 2 or not _VOWEL.search(word) or (bracketed and len(word) <= _SHORT + 1)


def _opens(text: str, at: int) -> bool:
    before = text[:at].rstrip(" \t\"'“‘([«")
    return not before or before[-1] in ".!?:\n" or "\n" in text[len(before) : at]


def _is_plain(word: str, words: Words, pack: Language, places: Places) -> bool:
    key = folded(word)
    if places.adjective(key, pack.code) and key != "us":
        return False
    if words.is_word(word):
        return True
    if key in pack.given_names:
        return False
    return _in_pack(word, pack.code) or words.looks_like_word(word)


@lru_cache(maxsize=1 << 15)
def _in_pack(word: str, code: str) -> bool:
    """True where the pack knows the word by itself, and not as a name."""
    lexicon = load_language(code).lexicon
    return any(m.sense.kind in _MEANINGFUL for m in lexicon.find(lexicon.tokens(fold(word))))


def _named(small: list[str], language: str, places: Places, actors: Actors, words: Words) -> tuple[frozenset[int], frozenset[int]]:
    """The words that stand in a name of the registries, and those that begin one: of several words, or no word of the language else."""
    found: set[int] = set()
    starts: set[int] = set()
    keys = [folded(word) for word in small]
    at = 0
    while at < len(keys):
        actor, place = actors.longest(keys, at, language), places.longest(keys, at, language=language)
        length = max(actor.length if actor and not actor.weak else 0, place.length if place and not place.weak else 0)
        if length == 1 and words.is_word(small[at]) and not _is_country(keys[at], places):
            length = 0
        found.update(range(at, at + length))
        starts.update([at] if length else [])
        at += max(1, length)
    return frozenset(found), frozenset(starts)


def _is_country(key: str, places: Places) -> bool:
    return any(place.kind == "country" for place in places.find(key)[:1])


def as_found(value: T, text: str) -> T:
    """The value with each mention's words as they stand in the text."""
    return _as_found(value, text)  # type: ignore[no-any-return]


def _as_found(value: Any, text: str) -> Any:
    if isinstance(value, Mention):
        return dataclasses.replace(value, text=text[value.start : value.end])
    if isinstance(value, Refusal):
        return dataclasses.replace(value, text=text[value.start : value.end])
    if isinstance(value, tuple):
        return tuple(_as_found(part, text) for part in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        changed = {f.name: _as_found(getattr(value, f.name), text) for f in dataclasses.fields(value)}
        return dataclasses.replace(value, **changed)
    return value
