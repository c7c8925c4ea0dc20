"""UCDP GED CSV: the 49 columns of a georeferenced event, as a candidate for UCDP's coders.

Source: headers of published GED files, 23.1 to 26.1 (https://ucdp.uu.se/downloads); codes stand in the codebook's ucdp.yaml.

How it works
1. An event is armed force by an organised side with one dead or more in the highest number; it has a place, days and two sides of known
   kind. Who fought whom is taken from those told; where it is told in several ways, no side is guessed and the incident is left out.
2. Side A is the government, or the one that harmed civilians; side B of one-sided violence is Civilians.
3. `best` is the view's best (assessing.casualties). Dead civilians, soldiers and fighters that were told go to their side, the rest is
   `deaths_unknown`, so that the four always sum to best. `low <= best <= high`.
4. Empty are what UCDP assigns: ids of events, conflicts, dyads and sides, active_year, code_status, conflict_name, adm_2.
   `relid` is our own id.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import floor
from typing import BinaryIO

from tahqiq.codebook import Vocabulary, load_codebook
from tahqiq.export.cells import Cell, Table, left_out
from tahqiq.export.happenings import Happening, Happenings, outlet
from tahqiq.export.sides import Actor, sides
from tahqiq.model import Place, Toll
from tahqiq.registries import Places, load_places
from tahqiq.settings import Settings

_STATE = ("state_forces", "external_forces")
_YEAR_DAYS = 366
_LENGTHS = ((1, 1), (6, 2), (7, 3), (31, 4), (_YEAR_DAYS, 5))  # days at most, date_prec
_PARTS = ("a", "b", "civilians", "unknown")
_OF_PART = {"a": "security_forces", "b": "combatants", "civilians": "civilians"}  # side A is a government in violence of type 1
# UCDP's regions by ACLED's: where they cut otherwise, UCDP's own lists decide (Egypt is of the Middle East).
_REGIONS = {
    "Africa": ("Western Africa", "Middle Africa", "Eastern Africa", "Southern Africa", "Northern Africa"),
    "Americas": ("Central America", "South America", "Caribbean", "North America"),
    "Asia": ("South Asia", "Southeast Asia", "East Asia", "Caucasus and Central Asia", "Oceania"),
    "Middle East": ("Middle East",),
    "Europe": ("Europe",),
}
_REGION_OF = {"EG": "Middle East", "AM": "Europe", "AZ": "Europe", "GE": "Europe"}


@dataclass(frozen=True, slots=True)
class Event:
    """All that the columns of one event are made of; `parts` are the dead of side A, side B, civilians and those of no known side."""

    one: Happening
    place: Place
    country: str
    start: dt.date
    end: dt.date
    date_prec: int
    violence: int
    a: Actor
    b: Actor
    toll: Toll
    parts: tuple[int, int, int, int]


class Ucdp:
    """Rows as in a release of GED."""

    name = "ucdp"
    title = "UCDP GED CSV"
    media_type = "text/csv"
    extension = "csv"
    cannot_hold = ("injured", "other_harm", "contradictions", "denials", "grades", "mentions")

    def write(self, what: Happenings, out: BinaryIO, settings: Settings) -> tuple[int, Mapping[str, int]]:
        table = Table(out, tuple(name for name, _ in COLUMNS))
        written, reasons = 0, dict[str, int]()
        for one in what:
            event = _event(one)
            if isinstance(event, str):
                left_out(reasons, event)
                continue
            written += 1
            _trace(event, what)
            table.add(*(column(event) for _, column in COLUMNS))
        table.done()
        return written, reasons


def _event(one: Happening) -> Event | str:
    """The event, or why GED has none."""
    incident, place = one.incident, one.incident.place
    country = place.country if place else None
    if place is None or country is None or country not in _countries() or place.lat is None or place.lon is None:
        return "no place with a country and coordinates is told"
    if incident.start is None or incident.end is None:
        return "no day is told"
    length = (incident.end - incident.start).days + 1
    date_prec = next((precision for longest, precision in _LENGTHS if length <= longest), None)
    if date_prec is None:
        return "the days are vaguer than a year"
    toll = one.view("ucdp").get(("killed", "unspecified"))
    if toll is None or not toll.high:
        return "nobody is told to have been killed"
    found = _fight(one, country)
    if isinstance(found, str):
        return found
    violence, a, b = found
    return Event(
        one,
        place,
        country,
        incident.start,
        incident.end,
        date_prec,
        violence,
        a,
        b,
        toll,
        _parts(one.view("ucdp"), toll.best, violence, a, b),
    )


def _fight(one: Happening, country: str) -> tuple[int, Actor, Actor] | str:
    """The type of violence and its two sides, or why there is none."""
    did, struck = sides(one, country)
    first = [actor for actor in did if actor.side != "civilians"]
    second = [actor for actor in struck if actor.side != "civilians"] or list(struck)
    code = load_codebook().code(
        one.incident.event_type,
        "ucdp",
        status=one.incident.status,
        by={actor.side for actor in first},
        against={actor.side for actor in second},
    )
    if code is None or not first or not second:
        return "who fought whom is not told, or not in one way, or is nothing that UCDP codes"
    a, b = first[0], second[0]
    if code == "1" and a.side not in _STATE:
        a, b = b, a
    return int(code), a, b


def _parts(told: Mapping[tuple[str, str], Toll], best: int, violence: int, a: Actor, b: Actor) -> tuple[int, int, int, int]:
    """The dead of A, of B, civilians, and the rest: of a side that is no government's or no group's nobody knows whose they were."""

    def dead(who: str) -> int:
        return told["killed", who].best if ("killed", who) in told else 0

    dead_a = dead(_OF_PART["a"]) if violence == 1 and b.side not in _STATE else 0
    dead_b = dead(_OF_PART["b"]) if violence == 1 and b.side not in _STATE else 0
    harmless = dead(_OF_PART["civilians"])
    return dead_a, dead_b, harmless, best - dead_a - dead_b - harmless


def _trace(event: Event, what: Happenings) -> None:
    one, told = event.one, event.one.view("ucdp")
    for part, dead in zip(_PARTS, event.parts, strict=True):
        own = told.get(("killed", _OF_PART.get(part, ""))) if dead else None
        what.trace(one, one.id, f"deaths_{part}", dead, own or event.toll)
    for column, value in (("best", event.toll.best), ("high", event.toll.high), ("low", event.toll.low)):
        what.trace(one, one.id, column, value, event.toll)


@lru_cache(maxsize=1)
def _vocabulary() -> Vocabulary:
    return load_codebook().vocabulary("ucdp")


@lru_cache(maxsize=1)
def _places() -> Places:
    return load_places()


def _countries() -> Mapping[str, Mapping[str, object]]:
    return load_codebook().vocabulary("acled").tables["countries"].rows


def _side(actor: Actor) -> str:
    if actor.side in _STATE and actor.home in _countries():
        return f"Government of {_countries()[str(actor.home)]['name']}"
    return "Civilians" if actor.side == "civilians" else actor.told


def _gw(country: str | None) -> int | None:
    codes = _places().country_codes(country) if country else None
    return codes.gw if codes else None


def _region(event: Event) -> str:
    by_acled = str(_countries()[event.country]["region"])
    return _REGION_OF.get(event.country) or next(ours for ours, theirs in _REGIONS.items() if by_acled in theirs)


def _cell_of_priogrid(event: Event) -> int:
    """PRIO-GRID: half a degree each way, counted from the south-west, 720 cells a row."""
    assert event.place.lat is not None and event.place.lon is not None
    row, column = (floor((degrees + half) * 2) for degrees, half in ((event.place.lat, 90), (event.place.lon, 180)))
    return min(row, 359) * 720 + min(column, 719) + 1


def _articles(event: Event) -> str:
    return "; ".join(f'"{outlet(r)},{r.published or ""},{r.title or ""}"' for r in event.one.reports)


def _each(values: Sequence[str]) -> str:
    return "; ".join(dict.fromkeys(value for value in values if value))


def _quoted(event: Event) -> str:
    told = event.one.incident.values.get("killed", ())
    return _each([name for value in told for name in value.claimants])


def _empty(_: Event) -> str:
    return ""


COLUMNS: tuple[tuple[str, Callable[[Event], Cell]], ...] = (
    ("id", _empty),
    ("relid", lambda e: e.one.id),
    ("year", lambda e: e.start.year),
    ("active_year", _empty),
    ("code_status", _empty),
    ("type_of_violence", lambda e: e.violence),
    ("conflict_dset_id", _empty),
    ("conflict_new_id", _empty),
    ("conflict_name", _empty),
    ("dyad_dset_id", _empty),
    ("dyad_new_id", _empty),
    ("dyad_name", lambda e: f"{_side(e.a)} - {_side(e.b)}"),
    ("side_a_dset_id", _empty),
    ("side_a_new_id", _empty),
    ("side_a", lambda e: _side(e.a)),
    ("side_b_dset_id", _empty),
    ("side_b_new_id", _empty),
    ("side_b", lambda e: _side(e.b)),
    ("number_of_sources", lambda e: len(e.one.reports) or -1),
    ("source_article", _articles),
    ("source_office", lambda e: _each([outlet(r) for r in e.one.reports])),
    ("source_date", lambda e: _each([str(r.published) for r in e.one.reports if r.published])),
    ("source_headline", lambda e: _each([r.title or "" for r in e.one.reports])),
    ("source_original", _quoted),
    ("where_prec", lambda e: int(str(_vocabulary().tables["precisions"].rows[e.place.precision]["where_prec"]))),
    ("where_coordinates", lambda e: e.place.name),
    ("where_description", _empty),
    ("adm_1", lambda e: e.place.admin1 or ""),
    ("adm_2", _empty),
    ("latitude", lambda e: e.place.lat),
    ("longitude", lambda e: e.place.lon),
    ("geom_wkt", lambda e: f"POINT ({e.place.lon} {e.place.lat})"),
    ("priogrid_gid", _cell_of_priogrid),
    ("country", lambda e: str(_countries()[e.country]["name"])),
    ("country_id", lambda e: _gw(e.country)),
    ("region", _region),
    ("event_clarity", lambda e: 2 if any(a.count and a.count[0] > 1 for a in e.one.accounts) else 1),
    ("date_prec", lambda e: e.date_prec),
    ("date_start", lambda e: e.start.isoformat()),
    ("date_end", lambda e: e.end.isoformat()),
    ("deaths_a", lambda e: e.parts[0]),
    ("deaths_b", lambda e: e.parts[1]),
    ("deaths_civilians", lambda e: e.parts[2]),
    ("deaths_unknown", lambda e: e.parts[3]),
    ("best", lambda e: e.toll.best),
    ("high", lambda e: e.toll.high),
    ("low", lambda e: e.toll.low),
    ("gwnoa", lambda e: _gw(e.a.home) if e.a.side in _STATE else None),
    ("gwnob", lambda e: _gw(e.b.home) if e.b.side in _STATE else None),
)
