"""HXL: incidents as CSV with a row of hashtags under the headings, as humanitarian tools read it.

Source: HXL 1.1 (2018, https://hxlstandard.org); the hashtags are those of OCHA's own ACLED and UCDP data sets. HXL has no tag for the
injured there; `#affected+injured` is ours, as are the attributes +min and +max beside a number, and `#severity+civilian_harm` of the grade.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import BinaryIO

from tahqiq.codebook import load_codebook
from tahqiq.export.cells import Cell, Table
from tahqiq.export.happenings import Happening, Happenings
from tahqiq.registries import Places, load_places
from tahqiq.settings import Settings


class Hxl:
    """Headings, hashtags, a row an incident."""

    name = "hxl"
    title = "HXL CSV"
    media_type = "text/csv"
    extension = "csv"
    cannot_hold = ("other_harm", "groups", "contradictions", "denials", "mentions")

    def write(self, what: Happenings, out: BinaryIO, settings: Settings) -> tuple[int, Mapping[str, int]]:
        table = Table(out, tuple(heading for heading, _, _ in COLUMNS))
        table.add(*(tag for _, tag, _ in COLUMNS))
        for one in what:
            table.add(*(column(one, what) for _, _, column in COLUMNS))
        table.done()
        return what.count, {}


@lru_cache(maxsize=1)
def _places() -> Places:
    return load_places()


def _country(what: str) -> Callable[[Happening, Happenings], Cell]:
    def told(one: Happening, _: Happenings) -> Cell:
        code = one.incident.place.country if one.incident.place else None
        country = _places().country_codes(code) if code else None
        return getattr(country, what) if country else None

    return told


def _place(what: str) -> Callable[[Happening, Happenings], Cell]:
    return lambda one, _: getattr(one.incident.place, what) if one.incident.place else None


def _number(effect: str, bound: str) -> Callable[[Happening, Happenings], Cell]:
    def told(one: Happening, what: Happenings) -> Cell:
        toll = one.toll(effect)
        if toll is None:
            return None
        value, by = {"min": (toll.low, toll.low_by), "best": (toll.best, toll.best_by), "max": (toll.high, toll.high_by)}[bound]
        return what.trace(one, one.id, effect if bound == "best" else f"{effect}_{bound}", value, toll, by=by)

    return told


def _point(what: str) -> Callable[[Happening, Happenings], Cell]:
    """No coordinates where only the country is known: its middle is no finding."""
    return lambda one, _: getattr(one.incident.place, what) if one.incident.place and one.incident.place.precision != "country" else None


COLUMNS: tuple[tuple[str, str, Callable[[Happening, Happenings], Cell]], ...] = (
    ("event_id", "#event+code", lambda one, _: one.id),
    ("date_start", "#date+start", lambda one, _: one.incident.start.isoformat() if one.incident.start else None),
    ("date_end", "#date+end", lambda one, _: one.incident.end.isoformat() if one.incident.end else None),
    ("year", "#date+year", lambda one, _: one.incident.start.year if one.incident.start else None),
    ("event_type", "#event+type", lambda one, _: load_codebook().label("event_types", one.incident.event_type, "en")),
    ("actor1", "#group+name+first", lambda one, _: "; ".join(one.parties[:1])),
    ("assoc_actor_1", "#group+name+first+assoc", lambda one, _: "; ".join(one.parties[1:])),
    ("actor2", "#group+name+second", lambda one, _: "; ".join(one.struck[:1])),
    ("assoc_actor_2", "#group+name+second+assoc", lambda one, _: "; ".join(one.struck[1:])),
    ("country", "#country+name", _country("name")),
    ("iso3", "#country+code", _country("iso3")),
    ("admin1", "#adm1+name", _place("admin1")),
    ("location", "#loc+name", _place("name")),
    ("latitude", "#geo+lat", _point("lat")),
    ("longitude", "#geo+lon", _point("lon")),
    ("source", "#meta+source", lambda one, _: "; ".join(one.outlets)),
    ("notes", "#description", lambda one, _: one.incident.title),
    ("killed", "#affected+killed", _number("killed", "best")),
    ("killed_min", "#affected+killed+min", _number("killed", "min")),
    ("killed_max", "#affected+killed+max", _number("killed", "max")),
    ("injured", "#affected+injured", _number("injured", "best")),
    ("injured_min", "#affected+injured+min", _number("injured", "min")),
    ("injured_max", "#affected+injured+max", _number("injured", "max")),
    ("grade", "#severity+civilian_harm", lambda one, _: one.incident.grade if one.incident.grade != "none" else None),
)
