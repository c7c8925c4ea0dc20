"""Searching: what a person asks in words becomes a question for the ledger.

What comes in are words: of places, actors and sources in any language, days, codes; what goes out is a `Query`, with a sentence on how
it was understood. This file must not know who asks: a command, a page or another program.
"""

import datetime as dt
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path

from tahqiq.codebook import load_codebook
from tahqiq.errors import UnknownName
from tahqiq.fold import fold
from tahqiq.ledger import Query
from tahqiq.model import Place, Report
from tahqiq.registries import load_actors, load_places, load_sources
from tahqiq.registries.entries import PlaceEntry
from tahqiq.registries.places import Places
from tahqiq.registries.relations import region_km
from tahqiq.terms import asked

ORDERS = ("date", "killed", "reports")
REVIEWS = ("proposed", "reviewed", "published")
_WIDEST_FIRST = ("country", "province", "district", "region")
_TOWN_KM = 5.0  # around the middle of a town, as incidents at its edges are told
_DISTRICT_KM = 25.0  # half of what a district usually spans; places know their province, not their district
_PUBLIC_ID = re.compile(r"TQ-[0-9A-Z]{4}-[0-9A-Z]{4}")
_MOST = 1000
_OPTIONS = {"in": "within", "type": "event_type"}  # as `tahqiq search` writes them
_LONGEST = 500  # code points of words that are searched for
_PASSAGE = 70  # code points on either side of the word that was found


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked, in words as they were given; empty is not asked.

    `near` is `LAT,LON,KM` or `PLACE,KM`; `within` a country, province, district, region or town, with `, COUNTRY` where its name is that of
    several; `box` is `WEST,SOUTH,EAST,NORTH`. `actor_is` and `source_is` are an actor and a source exactly as the ledger has them, without
    other names of theirs or who belongs to them.
    """

    text: str = ""
    near: str = ""
    within: str = ""
    box: str = ""
    since: str = ""
    until: str = ""
    actor: str = ""
    event_type: str = ""
    grade: str = ""
    source: str = ""
    language: str = ""
    weapon: str = ""
    country: str = ""
    review: str = ""
    contradiction: str = ""
    actor_is: str = ""
    source_is: str = ""
    order: str = "date"
    after: str = ""
    limit: int = 50


_ASKED = frozenset(one.name for one in fields(Asking)) - {"text", "limit", "after", "order"}


def asking_in(where: str) -> Asking:
    """What is asked by words and options as `tahqiq search` takes them: `hospital --in Idlib --since 2024-01-01 --contradictions`.

    Raises: UnknownName for an option that no search has, or one without its value.
    """
    text, given = list[str](), dict[str, str]()
    try:
        words = iter(shlex.split(where))
    except ValueError:
        raise UnknownName("a quotation mark is not closed") from None
    for word in words:
        if not word.startswith("--"):
            text.append(word)
            continue
        name, _, value = word[2:].partition("=")
        if name in ("contradictions", "no-contradictions"):
            given["contradiction"] = "yes" if name == "contradictions" else "no"
            continue
        key = _OPTIONS.get(name, name)
        if key not in _ASKED:
            raise UnknownName(f"a search has no --{name}; see tahqiq search --help")
        given[key] = value or next(words, "")
        if not given[key]:
            raise UnknownName(f"--{name} needs a value")
    return Asking(text=" ".join(text), **given)  # type: ignore[arg-type]


def asking_of(parameters: Mapping[str, str], *, limit: int = 50) -> Asking:
    """What the parameters of an address ask, those that are no question left out; `contradictions=1`, as lists write it, as well."""
    given = {field.name: parameters.get(field.name, "").strip() for field in fields(Asking) if field.name != "limit"}
    if parameters.get("contradictions"):
        given["contradiction"] = parameters["contradictions"]
    given["order"] = given["order"] or "date"
    return Asking(**given, limit=limit)


def asked_by(asking: Asking) -> dict[str, str]:
    """The parameters that ask so, without the page."""
    empty = Asking()
    return {
        field.name: str(getattr(asking, field.name))
        for field in fields(Asking)
        if field.name not in ("after", "limit") and getattr(asking, field.name) != getattr(empty, field.name)
    }


def understood(asking: Asking, *, places: str = "") -> tuple[Query, tuple[str, ...]]:
    """The question for the ledger, and how words of places and actors were understood.

    Args:
        places: a user's registry of places, beside the shipped one.

    Raises: UnknownName in one sentence where words mean nothing.
    """
    if len(asking.text) > _LONGEST:
        raise UnknownName(f"{len(asking.text)} letters are asked for; {_LONGEST} are the most")
    notes: list[str] = []
    near, country, admin1 = _near(asking.near, places), asking.country.upper() or None, None
    if asking.within:
        found, words = _within(asking.within, places)
        notes.append(words)
        if near and found.near:
            raise UnknownName("ask near a point, or in a place that is a circle on the map, not both")
        near, country, admin1 = near or found.near, found.country or country, found.admin1
    actors, told = _actors(asking.actor)
    notes += told
    since, until = _day(asking.since, "since"), _day(asking.until, "until")
    if since and until and until < since:
        raise UnknownName(f"until {until} is before since {since}")
    named = _PUBLIC_ID.fullmatch(asking.text.strip().upper())
    query = Query(
        text=None if named else asking.text.strip() or None,
        public_id=named[0] if named else None,
        near=near,
        country=country,
        admin1=admin1,
        box=_box(asking.box),
        since=since,
        until=until,
        actors=actors,
        event_type=_code("event_types", asking.event_type, "event type"),
        grade=_code("grades", asking.grade, "grade"),
        weapon=_code("weapons", asking.weapon, "weapon"),
        sources=_sources(asking.source),
        actor=asking.actor_is or None,
        source=asking.source_is or None,
        language=asking.language.lower() or None,
        review=_one_of(REVIEWS, asking.review, "state of review"),
        contradiction=_yes_or_no(asking.contradiction),
        order=_one_of(ORDERS, asking.order, "order") or "date",
        after=asking.after or None,
        limit=_limit(asking.limit),
    )
    return query, tuple(notes)


# -- places -----------------------------------------------------------------------------------------------------------


def _near(words: str, places: str) -> tuple[float, float, float] | None:
    if not words:
        return None
    name, _, last = words.rpartition(",")
    try:
        km = float(last)
    except ValueError:
        km = -1.0
    if not name.strip() or not 0 < km <= 20_000:
        raise UnknownName(f"«{words}»: write LAT,LON,KM or PLACE,KM, such as 35.3,40.1,20 or Idlib,20")
    lat, _, lon = name.partition(",")
    try:
        point = float(lat), float(lon)
    except ValueError:
        entry = _found(name, places)[0]
        return entry.lat, entry.lon, km
    if abs(point[0]) > 90 or abs(point[1]) > 180:
        raise UnknownName(f"«{words}»: {point[0]}, {point[1]} is no place on earth; latitude comes first")
    return (*point, km)


@dataclass(frozen=True, slots=True)
class _Within:
    country: str | None = None
    admin1: str | None = None
    near: tuple[float, float, float] | None = None


def _within(words: str, places: str) -> tuple[_Within, str]:
    """What lies in the place so called, the widest of that name in the likeliest country; and which place that is."""
    candidates = _found(words, places)
    mine = [entry for entry in candidates if entry.country == candidates[0].country]
    entry = min(mine, key=lambda e: (_WIDEST_FIRST.index(_unit(e)) if _unit(e) in _WIDEST_FIRST else len(_WIDEST_FIRST), mine.index(e)))
    unit = _unit(entry)
    named = f"in {entry.name} ({unit}{', ' + entry.country if entry.country else ''})"
    if unit == "country":
        return _Within(country=entry.country), named
    if unit == "province":
        return _Within(country=entry.country, admin1=entry.admin1 or entry.name), named
    km = _TOWN_KM
    if unit == "district":
        km = _DISTRICT_KM
    elif unit == "region":
        km = region_km(Place(entry.name, entry.id, entry.country, entry.admin1, entry.lat, entry.lon, entry.precision))
    return _Within(near=(entry.lat, entry.lon, km)), f"{named}: within {km:.0f} km of {entry.lat:.2f}, {entry.lon:.2f}"


def _unit(entry: PlaceEntry) -> str:
    return entry.kind if entry.kind in _WIDEST_FIRST else entry.precision


def _found(words: str, places: str) -> Sequence[PlaceEntry]:
    registry = _places(places)
    name, _, country = (part.strip() for part in words.rpartition(","))
    if name and len(country) == 2:
        found = tuple(entry for entry in registry.find(name) if entry.country == country.upper())
    else:
        one = registry.find_id(words.strip())
        found = (one,) if one else registry.find(words.strip())
    if not found:
        raise UnknownName(f"«{words.strip()}» is no place of the registry")
    return found


@lru_cache(maxsize=2)
def _places(places: str) -> Places:
    return load_places([Path(places)] if places else ())


def _box(words: str) -> tuple[float, float, float, float] | None:
    if not words:
        return None
    try:
        west, south, east, north = (float(part) for part in words.split(","))
    except ValueError:
        raise UnknownName(f"«{words}» is no box; write WEST,SOUTH,EAST,NORTH in degrees") from None
    if max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 90 or south > north:
        raise UnknownName(f"«{words}» is no box on earth; write WEST,SOUTH,EAST,NORTH in degrees")
    return west, south, east, north


# -- the rest ---------------------------------------------------------------------------------------------------------


def _actors(words: str) -> tuple[tuple[str, ...], list[str]]:
    """The registry's actors so called and those that belong to them, and the words themselves for whom no registry has."""
    if not words.strip():
        return (), []
    registry = load_actors()
    named = registry.find(words.strip())
    if not named:
        return (words.strip(),), []
    first = named[0]
    below = [actor for actor in registry if any(parent.id == first.id for parent in registry.parents(actor.id))]
    note = f"{first.name} ({first.kind}){f' and {len(below)} that belong to it' if below else ''}"
    return tuple(dict.fromkeys([words.strip(), first.id, first.name, *(actor.id for actor in below)])), [note]


def _sources(words: str) -> tuple[str, ...]:
    if not words.strip():
        return ()
    source = load_sources().get(words.strip())
    return tuple(dict.fromkeys([words.strip(), *((source.id, source.name, *source.hosts, *source.names) if source else ())]))


def _day(words: str, name: str) -> str | None:
    if not words:
        return None
    try:
        return dt.date.fromisoformat(words).isoformat()
    except ValueError:
        raise UnknownName(f"{name} {words!r}: is no day; write 2023-07-07") from None


def _code(list_name: str, words: str, what: str) -> str | None:
    return _one_of(load_codebook().closed(list_name), words, what)


def _one_of(known: Sequence[str], words: str, what: str) -> str | None:
    if not words:
        return None
    if words not in known:
        raise UnknownName(f"{words!r} is no {what}; there are {', '.join(known)}")
    return words


def _yes_or_no(words: str) -> bool | None:
    given = words.lower()
    if given in ("", "1", "on", "true", "yes", "0", "off", "false", "no"):
        return None if not given else given in ("1", "on", "true", "yes")
    raise UnknownName(f"contradiction {words!r}: write yes or no")


def _limit(given: int) -> int:
    if not 1 <= given <= _MOST:
        raise UnknownName(f"{given} incidents a page: write 1 to {_MOST}")
    return given


# -- what was found ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Passage:
    """Words that were found, with what stands before and after them in the report, in one line."""

    before: str
    words: str
    after: str

    def __str__(self) -> str:
        return f"{self.before}{self.words}{self.after}"


def passages(report: Report, words: str) -> Iterator[Passage]:
    """Around the first place of each word; the beginning of the text where only names sound like them."""
    whole, any_found = fold(report.text), False
    for word in asked(words)[:3]:
        starts = "|".join(map(re.escape, word.beginnings))
        match = re.search(rf"\b\w{{0,4}}(?:{starts})\w*", whole.text)
        if match:
            any_found = True
            start, end = whole.original(match.start(), match.end())
            before, after = report.text[max(0, start - _PASSAGE) : start], report.text[end : end + _PASSAGE]
            yield Passage(_in_line(before).lstrip(), _in_line(report.text[start:end]), _in_line(after).rstrip())
    if not any_found:
        yield Passage("", "", _in_line(report.text[: 2 * _PASSAGE]).strip())


def _in_line(text: str) -> str:
    return re.sub(r"\s+", " ", text)
