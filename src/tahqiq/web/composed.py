"""Names that a reader composed in English, in the reader's language: part by part where every part is known, else as they are.

What comes in is a name without an entry in a registry ("near Ain al-Asad air base", "Iraqi security source"), what goes out is the same
in Arabic, Urdu or Persian. The parts' words are composed.yaml; names inside are the registries'. A name is never put together in part:
where one part is not known, the whole stays as it was read.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

import yaml

from tahqiq.errors import PackError, RegistryError
from tahqiq.fold import folded
from tahqiq.registries import load_places
from tahqiq.registries.places import Places

FILE = Path(__file__).with_name("composed.yaml")
LANGUAGES = ("ar", "ur", "fa")
_SECTIONS = ("joins", "places", "heads", "marks")
_REMEMBERED = 8192
Words = Mapping[str, Mapping[str, str]]
CountryName = Callable[[str], str]  # of a code of ISO 3166


def place_name(name: str, language: str, country: str | None = None) -> str:
    """A composed place in the language; the name itself where a part of it is not known there."""
    return name if language not in LANGUAGES else (_place(name, language, country or "") or name)


def actor_name(name: str, language: str, country_name: CountryName) -> str:
    """A composed force, group, facility or speaker in the language; the name itself where a part of it is not known there."""
    if language not in LANGUAGES:
        return name
    return _head(name, language, country_name) or _place(name, language, "") or name


# -- places -----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=_REMEMBERED)
def _place(name: str, language: str, country: str) -> str | None:
    words = load_composed()
    known = _registered(name, language, country)
    if known:
        return known
    for direction in sorted(words["places"], key=len, reverse=True):
        if name.startswith(f"{direction} "):
            inner = _place(name[len(direction) + 1 :], language, country)
            return words["places"][direction][language].format(place=inner) if inner else None
    site, comma, town = name.partition(", ")
    if comma and site in words["heads"]:
        inner = _place(town, language, country)
        return words["joins"]["site"][language].format(site=words["heads"][site][language], place=inner) if inner else None
    a, joined, b = name.partition(" and ")
    if joined:
        one, other = _place(a, language, country), _place(b, language, country)
        return words["joins"]["and"][language].format(a=one, b=other) if one and other else None
    return None


def _registered(name: str, language: str, country: str) -> str | None:
    """The registry's name in the language of the place that bears the English name, in that country where one is told."""
    places = _places()
    if places is None:
        return None
    for entry in places.find(name):
        if (not country or entry.country == country) and folded(entry.name) == folded(name) and (names := entry.names.get(language)):
            return names[0]
    return None


@lru_cache(maxsize=1)
def _places() -> Places | None:
    try:
        return load_places()
    except RegistryError:  # not built
        return None


# -- forces, facilities, speakers -------------------------------------------------------------------------------------


def _head(name: str, language: str, country_name: CountryName) -> str | None:
    """The longest noun at the end of the name, with what is said of it in brackets."""
    words = load_composed()
    parts = name.split()
    for at in range(len(parts)):
        head = " ".join(parts[at:])
        if head in words["heads"]:
            marks = [_mark(part, language, country_name) for part in parts[:at]]
            told = words["heads"][head][language]
            if not all(marks):
                return None
            said = ("، ").join(mark for mark in marks if mark)
            return words["joins"]["of"][language].format(head=told, marks=said) if said else told
    return country_name(code) if (code := _country_of(name)) else None


def _mark(word: str, language: str, country_name: CountryName) -> str | None:
    words = load_composed()["marks"]
    if word in words:
        return words[word][language]
    if word == "US":
        return country_name("US")
    places = _places()
    code = places.adjective(folded(word), "en") if places else None
    return country_name(code) if code else country_name(named) if (named := _country_of(word)) else None


@lru_cache(maxsize=_REMEMBERED)
def _country_of(name: str) -> str | None:
    places = _places()
    found = places.find(name) if places else ()
    return found[0].country if found and found[0].kind == "country" else None


# -- words ------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def load_composed() -> Mapping[str, Words]:
    """The words of the parts, by section and English part.

    Raises: PackError naming the part that lacks a language or a name in braces.
    """
    given = yaml.safe_load(FILE.read_text("utf-8"))
    for section in _SECTIONS:
        for part, told in given[section].items():
            if set(told) != set(LANGUAGES) or not all(isinstance(t, str) and t.strip() for t in told.values()):
                raise PackError(f"{FILE.name}: {section}.{part}: must have words in {', '.join(LANGUAGES)}")
            if len({tuple(sorted(re.findall(r"{(\w+)}", t))) for t in told.values()}) > 1:
                raise PackError(f"{FILE.name}: {section}.{part}: its languages do not name the same parts")
    return {section: given[section] for section in _SECTIONS}
