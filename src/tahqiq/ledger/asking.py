"""A `Query` as a selection of incidents: which, in which order, which page.

Paging is by key: a page's `next` names the last incident shown by its place in the order, so that incidents that come or go
meanwhile move none of the others to another page.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tahqiq.errors import LedgerConflict, UnknownName
from tahqiq.ledger import tables as t
from tahqiq.ledger.words import asked_report
from tahqiq.model import Incident

_IN_ROW = ("event_type", "country", "grade", "review")
_ORDERS: dict[str, "sa.Column[Any]"] = {"date": t.incident.c.day, "killed": t.incident.c.killed, "reports": t.incident.c.reports}


@dataclass(frozen=True, slots=True)
class Query:
    """Which incidents, in which order. Everything that is None is not asked; all that is given must hold.

    `text` are words that one report of the incident must have, in any spelling or beginning, or name by any letters. `since` and
    `until` are ISO days, inclusive; an incident of which the days are not known has none. `actor` is an actor's id or name, `source` the
    name of a source; of `actors` and `sources` one is enough. `admin1` is a province of `country`, `place` the id of a place, `public_id`
    one that the incident has or had. `box` is west, south, east, north in degrees; `near` latitude, longitude and kilometres, of
    incidents that are placed that exactly. `facet` is `did`, `suffered`, `said`, `part` or `place` (told), with a value of it.
    `order` is date (latest first), killed or reports (most first). `after` is the `next` of the page before.
    """

    text: str | None = None
    event_type: str | None = None
    country: str | None = None
    since: str | None = None
    until: str | None = None
    actor: str | None = None
    grade: str | None = None
    language: str | None = None
    source: str | None = None
    weapon: str | None = None
    contradiction: bool | None = None
    review: str | None = None
    box: tuple[float, float, float, float] | None = None
    near: tuple[float, float, float] | None = None
    admin1: str | None = None
    place: str | None = None
    public_id: str | None = None
    actors: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    facet: tuple[str, str] | None = None
    order: str = "date"
    after: str | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Page:
    """Some incidents in order; `next` asks for those after them, None on the last page.

    `total` counts all that match; where `is_more` there are more than that, and how many is not counted.
    """

    items: tuple[Incident, ...]
    next: str | None
    total: int
    is_more: bool = False


def conditions(query: Query, *, common: bool = False, wide: bool = False) -> list["sa.ColumnElement[bool]"]:
    """What an incident's row must satisfy; the reports with the query's words stand in `asked_report`, see `words.gather`.

    Args:
        common: the words are in very many reports: each incident is asked whether it has one of them, not they for their incidents.
        wide: very many incidents lie where is asked: each is asked whether it does, not the place which.
    """
    return list(_conditions(query, common, wide))


def _conditions(query: Query, common: bool, wide: bool) -> "Iterator[sa.ColumnElement[bool]]":
    row = t.incident.c
    for field in _IN_ROW:
        if value := getattr(query, field):
            # Where incidents are gone through in order, no index of a field is to lead away from it.
            yield (row[field].concat("") if common else row[field]) == value
    for field in ("language", "source", "actor", "weapon", "public_id"):
        if value := getattr(query, field):
            yield row.n.in_(_with_facet(field, (value,)))
    for field, values in (("actor", query.actors), ("source", query.sources)):
        if values:
            yield row.n.in_(_with_facet(field, values))
    if query.facet:
        yield row.n.in_(sa.select(t.incident_facet.c.incident).where(*_is_facet(*query.facet)))
    if query.since:
        yield row.last_day >= query.since
    if query.until:
        yield sa.and_(row.day <= query.until, row.day != "")
    if query.contradiction is not None:
        yield row.contradicted == query.contradiction
    if query.box:
        yield _in_box(query.box, wide)
    for field in ("admin1", "place"):
        if value := getattr(query, field):
            yield row[field] == value
    if query.near:
        yield _near(*query.near, wide)
    if query.text and query.text.strip():
        yield _has_reports(common)


def _has_reports(common: bool) -> "sa.ColumnElement[bool]":
    in_report = t.incident_report.c
    mine = sa.select(in_report.incident).join(asked_report, asked_report.c.seq == in_report.seq)
    if common:
        return mine.where(in_report.incident == t.incident.c.n).correlate(t.incident).exists()
    return t.incident.c.n.in_(mine)


def _is_facet(field: str, value: str) -> "tuple[sa.ColumnElement[bool], ...]":
    return t.incident_facet.c.field == field, t.incident_facet.c.value == value[:300]


def _with_facet(field: str, values: Sequence[str]) -> "sa.Select[Any]":
    facet = t.incident_facet.c
    fields = ("actor", "actor_id") if field == "actor" else (field,)
    return sa.select(facet.incident).where(facet.field.in_(fields), facet.value.in_([value[:300] for value in values]))


# How far one must ask around a point before a place told only so exactly can be said to lie there, km: half of what it usually spans.
_SPANS = {"site": 0.0, "settlement": 0.0, "": 0.0, "district": 15.0, "province": 50.0, "region": 150.0, "country": 500.0}
_KM_A_DEGREE = 111.2
_EARTH_KM = 6371.0


def _near(lat: float, lon: float, km: float, is_wide: bool) -> "sa.ColumnElement[bool]":
    """Within so many kilometres (great circle), by a box first; places told too coarsely to say so are left out."""
    row = t.incident.c
    north = km / _KM_A_DEGREE
    east = km / (_KM_A_DEGREE * max(math.cos(math.radians(min(89.0, abs(lat) + north))), 0.01))
    wide = sa.true() if east >= 180 else _in_box((_turned(lon - east), lat - north, _turned(lon + east), lat + north), is_wide)
    half = sa.func.sin(sa.func.radians(row.lat - lat) / 2.0)
    side = sa.func.sin(sa.func.radians(row.lon - lon) / 2.0)
    arc = half * half + math.cos(math.radians(lat)) * sa.func.cos(sa.func.radians(row.lat)) * side * side
    exact = [name for name, span in _SPANS.items() if span <= km]
    within = 2 * _EARTH_KM * sa.func.asin(sa.func.sqrt(sa.case((arc > 1.0, 1.0), else_=arc))) <= km
    return sa.and_(row.lat.is_not(None), wide, row.precision.in_(exact), within)


def _turned(lon: float) -> float:
    return (lon + 180.0) % 360.0 - 180.0


def _in_box(box: tuple[float, float, float, float], is_wide: bool) -> "sa.ColumnElement[bool]":
    west, south, east, north = box
    row = t.incident.c
    lat = row.lat + 0.0 if is_wide else row.lat  # a sum is in no index
    inside = sa.and_(row.lon >= west, row.lon <= east) if west <= east else sa.or_(row.lon >= west, row.lon <= east)
    return sa.and_(lat >= south, lat <= north, inside)


def ordered(query: Query, *, common: bool = False, wide: bool = False) -> "sa.Select[Any]":
    """Place in the order, id and number of the incidents that match, those after `query.after`."""
    if query.order not in _ORDERS:
        raise UnknownName(f"order {query.order!r}: no such order; there are {', '.join(_ORDERS)}")
    key = _ORDERS[query.order]
    chosen = sa.select(key.label("key"), t.incident.c.id, t.incident.c.n).where(*conditions(query, common=common, wide=wide))
    if query.after:
        value, last = _place(query)
        chosen = chosen.where(key <= value, sa.or_(key < value, t.incident.c.id > last))
    return chosen.order_by(key.desc(), t.incident.c.id)


def place_after(key: object, incident_id: str) -> str:
    """Where in its order an incident stands, as `Query.after` takes it."""
    return f"{key}~{incident_id}"


def _place(query: Query) -> tuple[Any, str]:
    value, mark, last = (query.after or "").partition("~")
    if not mark or (query.order != "date" and not value.lstrip("-").isdigit()):
        raise LedgerConflict(f"after {query.after!r}: is no place in the order {query.order!r}; take `next` of the page before")
    return (value if query.order == "date" else int(value)), last
