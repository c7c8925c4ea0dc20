"""What a report tells as a whole, in terms that reports of any language can share: its story.

What comes in are reports; what goes out is for each the terms of its head, and how rare a term is among them. This file must not know
accounts: where the reader took a wrong day, type or place, the words around still tell of the same.

How it works
1. The head of a text is what counts: news tells its happening there, and what follows is mostly what was before.
2. Its terms are places, countries and actors of the registries, numbers, weekdays, days of a month, what the language's own phrases
   stand for (a mosque, a drone, children, a funeral's mourners), its words as they are written, and as they sound in any script.
3. A text in a language without a pack has places, countries, numbers, days and sounds, since names of months, weekdays and countries
   are known in every language (CLDR), and some things whose words `things.yaml` has; it is linked by these alone, and never read.
4. A term is worth the bits by which it is rare: log2 of texts over texts that have it. So that a few texts say something too, some
   texts are counted beside them in which a term of its kind is as frequent as in news at large (`_AT_LARGE`).
5. Of many texts a sample is counted, `SAMPLE` at most by expectation: those whose id says so, whatever order they come in. So most new
   texts change no worth, and what was compared before need not be compared again (decision 0016).
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import log2
from pathlib import Path
from typing import TypeVar
from zlib import crc32

from tahqiq.codebook.strict import open_yaml
from tahqiq.fold import fold, folded
from tahqiq.languages import Language, Token, load_language, supported
from tahqiq.linking.names import word_sound
from tahqiq.model import Report
from tahqiq.registries.actors import Actors, load_actors
from tahqiq.registries.places import Places, load_places

T = TypeVar("T")
KINDS = ("place", "country", "actor", "number", "weekday", "monthday", "thing", "word", "sound", "year")
_HEAD = 1000  # characters: a headline and three paragraphs
_SHORTEST_WORD = 3
_SHORTEST_SOUND = 3  # consonants
_SHORTEST = 20  # characters: a word or two tell no story, and no pack need be loaded for them
_FEWEST = 5  # terms: a text of fewer tells no story
SAMPLE = 512  # stories in which terms are counted: of 20,000 generated reports a larger sample gives the same pairs
# How often a term of a kind stands in a text of news, and how many such texts are counted beside those that are there. Of each kind a
# middling term of the development reports.
_BESIDE = 30
_AT_LARGE = {
    "place": 0.01, "country": 0.06, "actor": 0.03, "number": 0.04, "weekday": 0.12, "monthday": 0.01, "year": 0.1, "thing": 0.08,
    "word": 0.15, "sound": 0.03,
}  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+(?:[\u0900-\u0dff]+[^\W\d_]*)*|\d+")  # vowel signs of India's scripts are no letters to `\w`
_COLUMN = re.compile(r"[^:.]{1,40}: ")
_ROW_LINES = 4
_YEAR = re.compile(r"(?:19|20|13|14)\d\d")  # of the calendars in use: years are compared as days
# Languages whose names of months, weekdays and countries are known where no pack reads them, by script.
_UNREAD = {
    "latin": "es pt fr de it nl tr id ms sw so pl ro sv vi uz ha az".split(),
    "indic": "hi mr ne gu bn pa ta te kn ml si".split(),
    "cyrillic": "ru uk bg sr".split(),
    "hebrew": ["he"],
}
_SCRIPTS = {"indic": re.compile("[\u0900-\u0dff]"), "cyrillic": re.compile("[\u0400-\u04ff]"), "hebrew": re.compile("[\u0590-\u05ff]")}
_SENSES = ("site", "title", "modifier", "force")  # kinds of phrases that are told apart by their English


@dataclass(frozen=True, slots=True)
class Story:
    """The terms of one report's head, each `kind:what`."""

    report: str
    language: str | None
    terms: frozenset[str]
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class Rarity:
    """How many of the stories have a term. Of `scale` stories one was counted."""

    stories: int
    having: Mapping[str, int]
    scale: int = 1
    _worths: dict[str, float] = field(default_factory=dict, compare=False, repr=False)
    _told: dict[str, dict[str, float]] = field(default_factory=dict, compare=False, repr=False)

    def worth(self, term: str) -> float:
        """Bits that a term tells which two stories share, 0 and more."""
        known = self._worths.get(term)
        if known is None:
            usual = _AT_LARGE[term.partition(":")[0]]
            known = max(0.0, log2((self.stories + _BESIDE) / (self.having.get(term, 1) + _BESIDE * usual)))
            self._worths[term] = known
        return known

    def told(self, story: Story, kind: str) -> float:
        """Bits of all terms of a kind that a story has."""
        by_kind = self._told.get(story.report)
        if by_kind is None:
            by_kind = self._told[story.report] = dict.fromkeys(story.kinds, 0.0)
            for term in sorted(story.terms):
                by_kind[term.partition(":")[0]] += self.worth(term)
        return by_kind.get(kind, 0.0)


def stories(reports: Iterable[Report]) -> dict[str, Story]:
    """The stories of these reports by id; a text that tells too little has none, and neither has a row of a table."""
    told = (_story(report) for report in reports if len(report.text) >= _SHORTEST and not _is_row(report.text))
    return {story.report: story for story in told if len(story.terms) >= _FEWEST}


def rarity(told: Iterable[Story]) -> Rarity:
    """How rare terms are among these stories, by a sample where they are many."""
    known = list(told)
    scale = scale_of(len(known))
    counted = Counter[str]()
    number = 0
    for story in known:
        if is_counted(story.report, scale):
            counted.update(story.terms)
            number += 1
    return Rarity(number, counted, scale)


def scale_of(stories: int) -> int:
    """Of how many stories one is counted: the smallest power of two by which the sample is expected to be no larger than `SAMPLE`."""
    scale = 1
    while stories > SAMPLE * scale:
        scale *= 2
    return scale


def is_counted(report: str, scale: int) -> bool:
    """True for the stories of the sample: a report is in it by its id alone, and in every larger one."""
    return crc32(report.encode()) % scale == 0


def shared(a: Story, b: Story, rare: Rarity) -> dict[str, tuple[float, tuple[str, ...]]]:
    """By kind what the terms that both have are worth together, and those terms, the rarest first."""
    found: dict[str, list[tuple[float, str]]] = {}
    for term in a.terms & b.terms:
        kind, _, what = term.partition(":")
        found.setdefault(kind, []).append((rare.worth(term), what))
    ordered = {kind: sorted(terms, key=lambda pair: (-pair[0], pair[1])) for kind, terms in found.items()}  # sums hang on no order
    return {kind: (sum(worth for worth, _ in terms), tuple(what for _, what in terms[:5])) for kind, terms in ordered.items()}


def called(kind: str, what: str) -> str:
    """A term as people call it: a place or an actor by its name, a word by itself."""
    places, actors = _registries()
    if kind == "place":
        entry = places.find_id(what)
        return entry.name if entry else what
    if kind == "actor":
        return actors.get(what).name
    return what.rpartition(":")[2].replace("_", " ")


def _story(report: Report) -> Story:
    language = report.language if report.language in supported() else None  # one that is known and not read is as one that is not known
    terms = _terms(_head(report), language)
    return Story(report.id, language, terms, frozenset(term.partition(":")[0] for term in terms))


def _is_row(text: str) -> bool:
    """True for the columns of a table, each with its name on a line: what it tells is in its slots alone."""
    lines = [line for line in text[:_HEAD].splitlines() if line.strip()]
    return len(lines) >= _ROW_LINES and sum(bool(_COLUMN.match(line)) for line in lines) >= 0.8 * len(lines)


def _head(report: Report) -> str:
    kept, at = [report.title or ""], 0
    for start, end in sorted(report.furniture):
        kept.append(report.text[at:start])
        at = max(at, end)
    return " ".join([*kept, report.text[at:]])[:_HEAD]


@lru_cache(maxsize=1 << 14)
def _terms(head: str, code: str | None) -> frozenset[str]:
    if code is None:
        found = _WORD.findall(head)
        words = [folded(word) for word in found]
        named = ["" if word.islower() else bare for word, bare in zip(found, words, strict=True)]  # a name is not written small
        return frozenset({*_word_terms(words, None), *_registered(named, named, None), *_unread_terms(words)})
    language = load_language(code)
    tokens = language.lexicon.tokens(fold(head))
    words = [word for token in tokens for word in _WORD.findall(token.text)]
    bare = [min((form for form, _ in token.forms), key=len) for token in tokens]
    return frozenset(
        {
            *_word_terms(words, code),
            *_registered([token.text for token in tokens], bare, code),
            *_things(language, tokens),
            *_day_terms([token.text for token in tokens], language),
        }
    )


def _word_terms(words: Sequence[str], code: str | None) -> Iterator[str]:
    for word in words:
        if word.isdecimal():
            if _YEAR.fullmatch(word):
                if word[0] in "12" and word[1] in "90":
                    yield f"year:{word}"
            elif len(word) <= 4:
                yield f"number:{int(word)}"
            continue
        if len(word) >= _SHORTEST_WORD:
            yield f"word:{code}:{word}"
        if len(sound := word_sound(word)) >= _SHORTEST_SOUND:
            yield f"sound:{sound}"


def _registered(words: Sequence[str], bare: Sequence[str], code: str | None) -> Iterator[str]:
    """Places and actors named, as the text has them or where `bare` has a word without its clitics; those an actor belongs to with it."""
    yield from _places_from(words, range(len(words)), code)
    yield from _actors_from(words, range(len(words)), code)
    clitics = [at for at, (word, form) in enumerate(zip(words, bare, strict=True)) if word != form]
    if clitics:
        yield from _places_from(bare, clitics, code)
        yield from _actors_from(bare, clitics, code)


def _places_from(words: Sequence[str], starts: Iterable[int], code: str | None) -> Iterator[str]:
    places, _ = _registries()
    end = 0
    for at in starts:
        if at < end or not places.begins(words[at]):
            continue
        run = places.longest(words, at, language=code)
        if run and not run.weak:
            end = at + run.length
            for number in run.ids[:3]:
                entry = places.get(number)
                yield f"place:{entry.id}"
                if entry.country:
                    yield f"country:{entry.country}"


def _actors_from(words: Sequence[str], starts: Iterable[int], code: str | None) -> Iterator[str]:
    _, actors = _registries()
    end = 0
    for at in starts:
        if at < end:
            continue
        run = actors.longest(words, at, code or "en")
        if run and not run.weak:
            end = at + run.length
            for id in run.ids[:2]:
                yield f"actor:{id}"
                yield from (f"actor:{parent.id}" for parent in actors.parents(id))


@lru_cache(maxsize=1)
def _registries() -> tuple[Places, Actors]:
    return load_places(), load_actors()


def _things(language: Language, tokens: Sequence[Token]) -> Iterator[str]:
    """What phrases of the pack stand for, in words that all packs share."""
    for mark in language.lexicon.find(tokens):
        sense = mark.sense
        if sense.kind in ("trigger", "weapon", "people"):
            yield f"thing:{sense.value}"
        elif sense.kind in _SENSES and sense.english:
            yield f"thing:{sense.english.lower()}"


def _day_terms(words: Sequence[str], language: Language) -> Iterator[str]:
    """Weekdays, and days of Gregorian months with or without a year."""
    for at in range(len(words)):
        for length in (1, 2):
            key = tuple(words[at : at + length])
            if key in language.dates.weekdays:
                yield f"weekday:{language.dates.weekdays[key]}"
            for calendar, month in language.dates.months.get(key, ()):
                if calendar == "gregorian":
                    yield from _monthdays(words, at, at + length, month)


def _monthdays(words: Sequence[str], first: int, last: int, month: int) -> Iterator[str]:
    """The number beside a month's name, before or behind it, as a day of it."""
    beside = [words[at].rstrip(".") for at in (first - 2, first - 1, last, last + 1) if 0 <= at < len(words)]
    for word in beside:
        digits = re.match(r"\d{1,2}(?!\d)", word)
        if digits and 1 <= int(digits.group()) <= 31:
            yield f"monthday:{month:02}-{int(digits.group()):02}"


# -- languages that are not read --------------------------------------------------------------------------------------


def _unread_terms(words: Sequence[str]) -> Iterator[str]:
    script = _script(words)
    months, weekdays, countries = _names_of_time(script)
    beginnings = _beginnings()[script]
    for at, word in enumerate(words):
        yield from (f"thing:{thing}" for thing in _things_begun(word, " ".join(words[at : at + 3]), beginnings))
        if word in weekdays:
            yield f"weekday:{weekdays[word]}"
        if word in countries:
            yield f"country:{countries[word]}"
        if word in months:
            near = [words[n] for n in (at - 2, at - 1, at + 1) if 0 <= n < len(words)]
            yield from (f"monthday:{months[word]:02}-{int(day):02}" for day in near if day.isdecimal() and 1 <= int(day) <= 31)


def _script(words: Sequence[str]) -> str:
    text = " ".join(words)
    counted = {name: len(letters.findall(text)) for name, letters in _SCRIPTS.items()}
    most = max(counted, key=lambda name: counted[name])
    return most if counted[most] * 2 > len(text) * 0.5 else "latin"


def _things_begun(word: str, run: str, beginnings: Mapping[str, str]) -> Iterator[str]:
    """The things of which a word, or it with those behind it, begins with a word; a beginning of two words asks for both."""
    for length in range(_SHORTEST_WORD, len(run) + 1):
        thing = beginnings.get(run[:length])
        if thing and (length <= len(word) or " " in run[:length]):
            yield thing


@lru_cache(maxsize=1)
def _beginnings() -> Mapping[str, Mapping[str, str]]:
    """Folded beginnings of words with the thing each stands for, by script."""
    file = open_yaml(Path(__file__).with_name("things.yaml"), "things.yaml")
    file.text("source")
    found: dict[str, dict[str, str]] = {}
    for script in _UNREAD:
        section = file.section(script)
        found[script] = {folded(word): thing for thing in list(section.left) for word in section.texts(thing)}
        section.end()
    file.end()
    return found


@lru_cache(maxsize=8)
def _names_of_time(script: str) -> tuple[Mapping[str, int], Mapping[str, int], Mapping[str, str]]:
    """Names of months, weekdays and countries in the languages of a script; one that means two things means nothing."""
    from babel import Locale

    months: dict[str, set[int]] = {}
    weekdays: dict[str, set[int]] = {}
    countries: dict[str, set[str]] = {}
    for code in _UNREAD[script]:
        locale = Locale.parse(code)
        for number, name in [*locale.months["format"]["wide"].items(), *locale.months["stand-alone"]["wide"].items()]:
            months.setdefault(folded(name), set()).add(int(number))
        for number, name in locale.days["format"]["wide"].items():
            weekdays.setdefault(folded(name), set()).add(int(number))
        for country, name in locale.territories.items():
            if len(country) == 2 and country.isalpha():
                countries.setdefault(folded(name), set()).add(country)
    return _certain(months), _certain(weekdays), _certain(countries)


def _certain(found: Mapping[str, set[T]]) -> dict[str, T]:
    return {name: next(iter(values)) for name, values in found.items() if len(values) == 1}
