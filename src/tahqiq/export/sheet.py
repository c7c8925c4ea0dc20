"""Incidents as one table, a row each: which columns there are, of which kind, and their headings in the desk's languages (sheet.yaml)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from tahqiq.codebook import LANGUAGES, load_codebook
from tahqiq.codebook.strict import open_yaml
from tahqiq.export.happenings import Happening, Happenings
from tahqiq.model import Place

KINDS = ("text", "whole", "degrees", "day")
_LISTS = {"event_type": "event_types", "status": "status", "date_precision": "grains", "geo_precision": "precisions", "grade": "grades"}
Value = str | int | float | date | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column by the name that programs know it by."""

    name: str
    kind: str
    headings: Mapping[str, str]


@lru_cache(maxsize=1)
def columns() -> tuple[Column, ...]:
    """The columns of the table in their order."""
    path = Path(__file__).with_name("sheet.yaml")
    file = open_yaml(path, path.name)
    found = []
    for name, one in file.section("columns").sections():
        (kind,) = (one.text("kind"),)
        if kind not in KINDS or not (name in _PLAIN or name.rpartition("_")[0] in _TOLLS):
            raise one.error("kind", f"{kind!r} of column {name!r} is unknown")
        found.append(Column(name, kind, {language: one.text(language) for language in LANGUAGES}))
        one.end()
    file.end()
    return tuple(found)


def row(one: Happening, what: Happenings, language: str | None = None) -> list[Value]:
    """The values of the columns; codes of closed lists in the words of a language where one is given."""
    return [_value(column.name, one, what, language) for column in columns()]


def _value(name: str, one: Happening, what: Happenings, language: str | None) -> Value:
    if name not in _PLAIN:
        return _number(name, one, what)
    value = _PLAIN[name](one)
    if language is None or name not in _LISTS or value not in load_codebook().closed(_LISTS[name]):
        return value
    return load_codebook().label(_LISTS[name], str(value), language)


def _number(name: str, one: Happening, what: Happenings) -> int | None:
    of, _, bound = name.rpartition("_")
    toll = one.toll(*_TOLLS[of])
    if toll is None:
        return None
    value, by = {"low": (toll.low, toll.low_by), "best": (toll.best, toll.best_by), "high": (toll.high, toll.high_by)}[bound]
    return what.trace(one, one.id, name, value, toll, by=by)


def _of_place(what: Callable[[Place], Value]) -> Callable[[Happening], Value]:
    return lambda one: what(one.incident.place) if one.incident.place else None


_TOLLS = {"killed": ("killed", "unspecified"), "civilians_killed": ("killed", "civilians"), "injured": ("injured", "unspecified")}
_PLAIN: Mapping[str, Callable[[Happening], Value]] = {
    "id": lambda one: one.id,
    "title": lambda one: one.incident.title,
    "event_type": lambda one: one.incident.event_type,
    "status": lambda one: one.incident.status,
    "start": lambda one: one.incident.start,
    "end": lambda one: one.incident.end,
    "date_precision": lambda one: one.grain,
    "place": _of_place(lambda place: place.name),
    "admin1": _of_place(lambda place: place.admin1),
    "country": _of_place(lambda place: place.country),
    "latitude": _of_place(lambda place: None if place.precision == "country" else place.lat),  # a country's middle is no finding
    "longitude": _of_place(lambda place: None if place.precision == "country" else place.lon),
    "geo_precision": _of_place(lambda place: place.precision),
    "perpetrators": lambda one: "; ".join(one.parties),
    "targets": lambda one: "; ".join(one.struck),
    "weapons": lambda one: "; ".join(one.incident.weapons),
    "grade": lambda one: one.incident.grade,
    "contradictions": lambda one: "; ".join(one.incident.contradictions),
    "independent": lambda one: one.incident.independent,
    "reports": lambda one: len(one.incident.reports),
    "languages": lambda one: "; ".join(one.incident.languages),
    "sources": lambda one: "; ".join(one.outlets),
    "review": lambda one: one.incident.review,
}
