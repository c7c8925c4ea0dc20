"""What incidents are made of, listed and counted: actors, places, sources, persons, standing numbers.

What comes in are incidents, persons and series as they are computed; what goes out are pages of them by key, and their course over
time. Everything here is computed and may be replaced. This file must not know what a page looks like.

How it works
1. A tally is kept for each value of a counted facet. Where all incidents are replaced it is counted anew; where a few are, only what
   changed of them is added and taken away, so that a decision on one incident counts nothing twice and nothing again.
2. Lists go by key: `after` is the `next` of the page before.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa

from tahqiq.errors import LedgerConflict, UnknownName
from tahqiq.fold import folded
from tahqiq.ledger import tables as t
from tahqiq.model import Alike, Figure, Incident, Person, Series
from tahqiq.terms import asked

T = TypeVar("T")
COUNTED = ("part", "did", "suffered", "said", "place", "source")
TALLY_ORDERS = ("incidents", "killed", "last")
SERIES_ORDERS = ("told", "last")
PERSON_FIELDS = ("role", "status", "sex")
_CHUNK = 500
_LONGEST = 300
# Kinds of speakers that print what others say: they are sources, no actors.
_OUTLETS = frozenset({None, "agency", "newspaper", "broadcaster", "site", "provisional", "unknown", "media"})
_QUIET = frozenset({"silent"})
_encode = msgspec.json.Encoder(order="deterministic")
_person, _alike = msgspec.json.Decoder(Person), msgspec.json.Decoder(Alike)
_series, _figure = msgspec.json.Decoder(Series), msgspec.json.Decoder(Figure)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many incidents have this value, how many were killed in them by the best figures, and their first and last known day."""

    value: str
    incidents: int
    killed: int
    first: str = ""
    last: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """Some values in order; `next` asks for those after them, None on the last page; `total` counts all that match."""

    items: tuple[Any, ...]
    next: str | None
    total: int


@dataclass(frozen=True, slots=True)
class Month:
    """What happened in a month (`2023-07`): incidents, and the sums of the killed, lowest, best and highest. `side` by whom."""

    side: str
    month: str
    incidents: int
    low: int
    best: int
    high: int


# -- what an incident's facets are ------------------------------------------------------------------------------------


def facets(incident: Incident) -> Iterator[tuple[str, str]]:
    """Who did it, who was struck, who spoke of it, and the places told, each by id where there is one."""
    did = {told.value for told in incident.values.get("perpetrators", ())}
    suffered = {told.value for told in incident.values.get("targets", ()) if not told.label[:1].islower()}  # a base, a market: no actor
    said = {p.speaker.id or p.speaker.name for p in incident.parties if any(s.stance not in _QUIET for s in p.stands)}
    said |= {v.speaker.id or v.speaker.name for v in incident.voices if v.speaker.name and v.speaker.kind not in _OUTLETS}
    for field, values in (("did", did), ("suffered", suffered), ("said", said), ("part", did | suffered | said)):
        yield from ((field, value) for value in values if value)
    yield from (("place", told.value) for told in incident.values.get("place", ()) if told.value)


# -- tallies ----------------------------------------------------------------------------------------------------------


def count_all(connection: sa.Connection) -> None:
    """Every tally is that of the incidents that stand."""
    facet, row = t.incident_facet.c, t.incident.c
    killed = sa.case((row.killed > 0, row.killed), else_=0)
    day, last = sa.case((row.day != "", row.day)), sa.case((row.last_day != "", row.last_day))
    counted = (
        sa.select(
            facet.field, facet.value, sa.func.count(), sa.func.sum(killed), sa.func.coalesce(sa.func.min(day), ""),
            sa.func.coalesce(sa.func.max(last), ""),
        )
        .join(t.incident, row.n == facet.incident)
        .where(facet.field.in_(COUNTED))
        .group_by(facet.field, facet.value)
    )  # fmt: skip
    connection.execute(t.tally.delete())
    connection.execute(t.tally.insert().from_select(["field", "value", "incidents", "killed", "first", "last"], counted))


_Part = tuple[str, str, int, str, str]  # field, value, killed, first and last day: what one incident gives to one tally


def parts(connection: sa.Connection, numbers: Collection[int]) -> "Counter[_Part]":
    """What the incidents of these numbers give to the tallies."""
    facet, row, found = t.incident_facet.c, t.incident.c, Counter[_Part]()
    wanted = sorted(numbers)
    for start in range(0, len(wanted), _CHUNK):
        chosen = (
            sa.select(facet.field, facet.value, row.killed, row.day, row.last_day)
            .join(t.incident, row.n == facet.incident)
            .where(facet.incident.in_(wanted[start : start + _CHUNK]), facet.field.in_(COUNTED))
        )
        found.update((f, v, max(0, k), d, e) for f, v, k, d, e in connection.execute(chosen))
    return found


def count_changed(connection: sa.Connection, before: "Counter[_Part]", after: "Counter[_Part]") -> None:
    """The tallies are those of the incidents that stand, where some gave `before` and give `after` now."""
    changed: dict[tuple[str, str], list[tuple[int, _Part]]] = {}
    for sign, some in ((-1, before - after), (1, after - before)):
        for part, times in some.items():
            changed.setdefault(part[:2], []).append((sign * times, part))
    tally = t.tally.c
    for key, its in sorted(changed.items()):
        here = sa.and_(tally.field == key[0], tally.value == key[1])
        row = connection.execute(sa.select(tally.incidents, tally.killed, tally.first, tally.last).where(here)).first()
        n, killed, first, last = row or (0, 0, "", "")
        gone = {day for times, part in its if times < 0 for day in part[3:]}
        n += sum(times for times, _ in its)
        killed += sum(times * part[2] for times, part in its)
        days = [part for times, part in its if times > 0]
        connection.execute(t.tally.delete().where(here))
        if n <= 0:
            continue
        if gone & {first, last}:
            first, last = _days(connection, *key)
        first = min((d for d in (first, *(p[3] for p in days)) if d), default="")
        last = max((first, last, *(p[4] for p in days)))
        connection.execute(t.tally.insert(), dict(zip(t.tally.c.keys(), (*key, n, killed, first, last), strict=True)))


def _days(connection: sa.Connection, field: str, value: str) -> tuple[str, str]:
    facet, row = t.incident_facet.c, t.incident.c
    chosen = sa.select(sa.func.min(sa.case((row.day != "", row.day))), sa.func.max(row.last_day)).join(
        t.incident_facet, facet.incident == row.n
    )
    first, last = connection.execute(chosen.where(facet.field == field, facet.value == value)).one()
    return first or "", last or ""


# -- the door ---------------------------------------------------------------------------------------------------------


class Things:
    """The part of the ledger that lists what incidents are made of; `Ledger.things`."""

    def __init__(
        self, writing: Callable[[], AbstractContextManager[sa.Connection]], asking: Callable[[], AbstractContextManager[sa.Connection]]
    ) -> None:
        self._writing, self._asking = writing, asking

    def tallies(
        self,
        field: str,
        *,
        values: Collection[str] | None = None,
        beginning: str = "",
        order: str = "incidents",
        after: str | None = None,
        limit: int = 50,
    ) -> Listed:
        """`Tally`s of a field, most first; only of these values or such as begin so, where either is given.

        Raises: UnknownName for an order that there is not; LedgerConflict where `after` is no place in it.
        """
        if order not in TALLY_ORDERS:
            raise UnknownName(f"order {order!r}: no such order; there are {', '.join(TALLY_ORDERS)}")
        tally, key = t.tally.c, t.tally.c[order]
        where = [tally.field == field]
        if values is not None or beginning:
            begins = sa.func.lower(tally.value).startswith(beginning.lower(), autoescape=True) if beginning else sa.false()
            where.append(sa.or_(tally.value.in_(sorted(values or ())[:_CHUNK]), begins))
        chosen = sa.select(tally.value, tally.incidents, tally.killed, tally.first, tally.last).where(*where)
        with self._asking() as connection:
            total = connection.scalar(sa.select(sa.func.count()).select_from(t.tally).where(*where)) or 0
            rows = connection.execute(_page(chosen, key, tally.value, after, limit, is_number=order != "last")).all()
        shown = tuple(Tally(v, n, int(k), a, b) for v, n, k, a, b in rows[:limit])
        follows = f"{getattr(shown[-1], order)}~{shown[-1].value}" if len(rows) > limit else None
        return Listed(shown, follows, total)

    def tally(self, field: str, value: str) -> Tally | None:
        """The tally of one value; None where no incident has it."""
        tally = t.tally.c
        chosen = sa.select(tally.value, tally.incidents, tally.killed, tally.first, tally.last)
        with self._asking() as connection:
            row = connection.execute(chosen.where(tally.field == field, tally.value == value[:_LONGEST])).first()
        return Tally(row[0], row[1], int(row[2]), row[3], row[4]) if row else None

    def course(self, field: str, values: Collection[str], *, by: str = "", most: int = 6) -> tuple[Month, ...]:
        """Month by month what happened in incidents with one of these values; `by` another field, for its `most` weightiest values."""
        facet, row, sides = t.incident_facet.c, t.incident.c, t.incident_facet.alias("side")
        side = sides.c
        month = sa.func.substr(row.day, 1, 7)
        sums = [sa.func.sum(sa.case((row[name] > 0, row[name]), else_=0)) for name in ("killed_low", "killed", "killed_high")]
        mine = sa.select(facet.incident).where(facet.field == field, facet.value.in_([value[:_LONGEST] for value in values]))
        told = side.value if by else sa.literal("")
        chosen = sa.select(told.label("side"), month.label("month"), sa.func.count(), *sums).select_from(t.incident)
        if by:
            chosen = chosen.join(sides, sa.and_(side.incident == row.n, side.field == by))
        with self._asking() as connection:
            asked = chosen.where(row.n.in_(mine), row.day != "").group_by("side", "month").order_by("side", "month")
            found = [Month(s, m, n, int(low), int(best), int(high)) for s, m, n, low, best, high in connection.execute(asked)]
        weight: Counter[str] = Counter()
        for one in found:
            weight[one.side] += 1000 * one.best + one.incidents
        kept = [name for name, _ in sorted(weight.items(), key=lambda item: (-item[1], item[0]))[:most]]
        return tuple(one for name in kept for one in found if one.side == name)

    # -- persons ------------------------------------------------------------------------------------------------------

    def persons(
        self, name: str = "", *, facets: Mapping[str, str] | None = None, doubtful: bool = False, after: str | None = None, limit: int = 50
    ) -> Listed:
        """Persons by name, with every word of it in any letters and every facet given; those only that may be somebody else too."""
        person, where = t.person.c, list[Any]()
        for word in asked(name):
            term = t.person_term.c
            either = sa.or_(*(term.term.startswith(b, autoescape=True) for b in word.beginnings), term.term.in_(word.sounds))
            where.append(person.id.in_(sa.select(term.person).where(either)))
        facet = t.person_facet.c
        for field, value in (facets or {}).items():
            where.append(person.id.in_(sa.select(facet.person).where(facet.field == field, facet.value == value)))
        if doubtful:
            pair = t.person_alike.c
            where.append(sa.or_(person.id.in_(sa.select(pair.a)), person.id.in_(sa.select(pair.b))))
        chosen = sa.select(person.called, person.id, person.json).where(*where).order_by(person.called, person.id).limit(limit + 1)
        if after:
            called, mark, last = after.rpartition("~")
            if not mark:
                raise LedgerConflict(f"after {after!r}: is no place in the list; take `next` of the page before")
            chosen = chosen.where(sa.or_(person.called > called, sa.and_(person.called == called, person.id > last)))
        with self._asking() as connection:
            total = connection.scalar(sa.select(sa.func.count()).select_from(t.person).where(*where)) or 0
            rows = connection.execute(chosen).all()
        follows = f"{rows[limit - 1][0]}~{rows[limit - 1][1]}" if len(rows) > limit else None
        return Listed(tuple(_person.decode(row[2]) for row in rows[:limit]), follows, total)

    def persons_of(self, ids: Collection[str]) -> tuple[Person, ...]:
        """The persons of these ids in their order; ids that the ledger does not have are left out."""
        wanted, found = list(dict.fromkeys(ids)), dict[str, str]()
        with self._asking() as connection:
            for start in range(0, len(wanted), _CHUNK):
                chosen = sa.select(t.person.c.id, t.person.c.json).where(t.person.c.id.in_(wanted[start : start + _CHUNK]))
                found.update((row[0], row[1]) for row in connection.execute(chosen))
        return tuple(_person.decode(found[name]) for name in wanted if name in found)

    def person_counts(self) -> dict[str, dict[str, int]]:
        """Per field how many persons have each value of it, the most frequent first."""
        facet, found = t.person_facet.c, dict[str, dict[str, int]]()
        counted = sa.select(facet.field, facet.value, sa.func.count().label("n")).group_by(facet.field, facet.value)
        with self._asking() as connection:
            for field, value, n in connection.execute(counted.order_by(facet.field, sa.desc("n"), facet.value)):
                found.setdefault(field, {})[value] = n
        return found

    def alike(self, persons: Collection[str]) -> tuple[Alike, ...]:
        """The pairs of persons that may be one of which either is among these, the likeliest first."""
        pair, wanted = t.person_alike.c, list(persons)[:_CHUNK]
        chosen = sa.select(pair.json).where(sa.or_(pair.a.in_(wanted), pair.b.in_(wanted))).order_by(pair.n).limit(_CHUNK)
        with self._asking() as connection:
            return tuple(_alike.decode(text) for text in connection.scalars(chosen))

    # -- standing numbers ---------------------------------------------------------------------------------------------

    def figures(self) -> Iterator[Figure]:
        """The figures of all readings that count."""
        chosen = sa.select(t.figure.c.json).join(t.standing_reading, t.standing_reading.c.reading == t.figure.c.reading)
        with self._asking() as connection:
            texts = connection.scalars(chosen.order_by(t.figure.c.reading, t.figure.c.position)).all()
        return (_figure.decode(text) for text in texts)

    def figures_of(self, reports: Iterable[str]) -> tuple[Figure, ...]:
        """The figures that these reports' readings that count tell."""
        wanted, found = list(dict.fromkeys(reports)), list[Figure]()
        standing = t.standing_reading.c
        chosen = sa.select(t.figure.c.json).join(t.standing_reading, standing.reading == t.figure.c.reading)
        with self._asking() as connection:
            for start in range(0, len(wanted), _CHUNK):
                some = chosen.where(standing.report.in_(wanted[start : start + _CHUNK])).order_by(standing.report, t.figure.c.position)
                found += (_figure.decode(text) for text in connection.scalars(some))
        return tuple(found)

    def replace_series(self, series: Iterable[Series]) -> None:
        """The standing numbers are these and no others."""
        rows: list[dict[str, Any]] = []
        of: list[dict[str, str]] = []
        for one in series:
            rows.append(_series_row(one))
            of += [{"report": name, "series": one.id} for name in sorted({report for told in one.told for report in told.reports})]
        with self._writing() as connection:
            for table in (t.series_report, t.series):
                connection.execute(table.delete())
            for table, values in ((t.series, rows), (t.series_report, of)):
                for start in range(0, len(values), 10 * _CHUNK):
                    connection.execute(table.insert(), values[start : start + 10 * _CHUNK])

    def series(
        self, *, measure: str = "", contradicted: bool = False, order: str = "told", after: str | None = None, limit: int = 50
    ) -> Listed:
        """Standing numbers, those told most first or those told last; as `tallies`."""
        if order not in SERIES_ORDERS:
            raise UnknownName(f"order {order!r}: no such order; there are {', '.join(SERIES_ORDERS)}")
        row, where = t.series.c, list[Any]()
        where += [row.measure == measure] if measure else []
        where += [row.contradicted] if contradicted else []
        with self._asking() as connection:
            total = connection.scalar(sa.select(sa.func.count()).select_from(t.series).where(*where)) or 0
            chosen = sa.select(row.id, row.told, row.last, row.json).where(*where)
            rows = connection.execute(_page(chosen, row[order], row.id, after, limit, is_number=order == "told")).all()
        follows = f"{rows[limit - 1][1 if order == 'told' else 2]}~{rows[limit - 1][0]}" if len(rows) > limit else None
        return Listed(tuple(_series.decode(one[3]) for one in rows[:limit]), follows, total)

    def one_series(self, name: str) -> Series:
        """The standing number of this id; raises UnknownName where there is none."""
        with self._asking() as connection:
            text = connection.scalar(sa.select(t.series.c.json).where(t.series.c.id == name))
        if text is None:
            raise UnknownName(f"figure {name}: the ledger has none of this id")
        return _series.decode(text)

    def series_of(self, reports: Iterable[str], *, most: int = 50) -> tuple[Series, ...]:
        """The standing numbers that these reports tell, those told most first."""
        wanted = list(dict.fromkeys(reports))[: 2 * _CHUNK]
        mine = sa.select(t.series_report.c.series).where(t.series_report.c.report.in_(wanted))
        chosen = sa.select(t.series.c.json).where(t.series.c.id.in_(mine)).order_by(t.series.c.told.desc(), t.series.c.id).limit(most)
        with self._asking() as connection:
            texts = connection.scalars(chosen).all()
        return tuple(_series.decode(text) for text in texts)

    def measures(self) -> dict[str, int]:
        """How many standing numbers there are of each measure, the most frequent first."""
        counted = sa.select(t.series.c.measure, sa.func.count().label("n")).group_by(t.series.c.measure)
        with self._asking() as connection:
            rows = connection.execute(counted.order_by(sa.desc("n"), t.series.c.measure)).all()
        return {str(name): int(n) for name, n in rows}


def _series_row(one: Series) -> dict[str, Any]:
    last = max((told.day for told in one.told if told.day), default=None)
    return {
        "id": one.id,
        "measure": one.measure[:60],
        "whose": (one.whose or one.of or "")[:_LONGEST],
        "place": ((one.place.id or one.place.name) if one.place else "")[:200],
        "told": sum(len(told.figures) for told in one.told),
        "last": last.isoformat() if last else "",
        "contradicted": bool(one.contradictions),
        "json": _encode.encode(one).decode(),
    }


def person_rows(persons: Sequence[Person]) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The rows of persons, and of what they are listed by."""
    rows, of = [], []
    for person in persons:
        names = [name for forms in person.names.values() for name in forms]
        rows.append({"id": person.id, "json": _encode.encode(person).decode(), "called": folded(names[0])[:200] if names else ""})
        told = {"role": person.roles, "status": person.statuses, "sex": person.sexes}
        of += [
            {"person": person.id, "field": field, "value": value[:100]} for field, values in told.items() for value in sorted(set(values))
        ]
    return rows, of


def _page(
    chosen: "sa.Select[Any]", key: "sa.Column[Any]", second: "sa.Column[Any]", after: str | None, limit: int, *, is_number: bool
) -> "sa.Select[Any]":
    """One page and one row more: most first, those of one number by their second key."""
    if after:
        value, mark, last = after.partition("~")
        if not mark or (is_number and not value.isdigit()):
            raise LedgerConflict(f"after {after!r}: is no place in the list; take `next` of the page before")
        told: Any = int(value) if is_number else value
        chosen = chosen.where(sa.or_(key < told, sa.and_(key == told, second < last)))
    return chosen.order_by(key.desc(), second.desc()).limit(max(1, limit) + 1)
