"""Finding: which incidents match a query, how many, and how many of them have each value of a field; in a time that is bounded.

What comes in is a `Query`; what goes out are numbers of incidents and counts. This file must not know what an incident tells.

How it works
1. The first incidents in the query's order are found once, at most `BOUND` and one: page, count and facets are all made from them.
2. Where there are more, the count is said as more than `BOUND`; values are counted in the first `FACETED`, and each said as at least so
   many: what is said is never too much.
3. Where nothing is asked, or one value of one field, counts are exact and come from `tallies`.
4. A count of a field that is asked for is made as if it were not: it says what another choice of that field would give.
5. The reports with the words of a query are gathered once. Of few their incidents are put in order; of many, incidents are gone through in
   order until enough have one.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import sqlalchemy as sa

from tahqiq.errors import LedgerConflict
from tahqiq.ledger import tables as t
from tahqiq.ledger import tallies
from tahqiq.ledger.asking import Query, conditions, ordered
from tahqiq.ledger.withheld import withheld_seqs
from tahqiq.ledger.words import asked_report, gather
from tahqiq.model import digest

BOUND = 10_000
FACETED = 5_000  # incidents whose values are counted: where more match, a count says at least so many
_MANY_INCIDENTS = 20_000  # in a place; of fewer it is quicker to put them in order than to go through all in order
_MANY_REPORTS = 100_000  # with a word; of fewer it is quicker to put all their incidents in order, measured on a million reports
FACETS = ("event_type", "country", "grade", "review", "contradiction", "language", "source", "actor", "weapon")
_KEPT_AS = {"contradiction": "contradicted"}
_ASKED_BY = {"actor": ("actor", "actors"), "source": ("source", "sources"), "country": ("country", "admin1")}
_HOW = frozenset({"order", "after", "limit"})  # what does not say which


@dataclass(frozen=True, slots=True)
class Found:
    """The first incidents: place in the order, id and number of each. `total` is all, or `BOUND` where `is_more`."""

    rows: Sequence[Any]
    total: int
    is_more: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """Per field how many incidents have each value, the most frequent first; at least so many, for the fields of `at_least`."""

    fields: dict[str, dict[str, int]]
    at_least: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Prepared:
    """A query whose words were looked up; `common` where very many reports have them, `wide` where very many incidents lie in its place."""

    query: Query
    common: bool = False
    wide: bool = False


def prepare(connection: sa.Connection, query: Query) -> Prepared:
    """The query, the reports with its words gathered for this connection; a text without a word asks nothing."""
    count = gather(connection, query.text) if query.text is not None else None
    if count is None and query.text is not None:
        query = replace(query, text=None)
    return Prepared(query, (count or 0) > _MANY_REPORTS, _is_wide(connection, query))


def _is_wide(connection: sa.Connection, query: Query) -> bool:
    if not query.box and not query.near:
        return False
    some = sa.select(sa.literal(1)).where(*conditions(Query(box=query.box, near=query.near))).limit(_MANY_INCIDENTS + 1)
    some = some.select_from(t.incident)
    return (connection.scalar(sa.select(sa.func.count()).select_from(some.subquery())) or 0) > _MANY_INCIDENTS


def find(connection: sa.Connection, asked: Prepared) -> Found:
    """The first incidents that match, those after `query.after`, and how many match in all."""
    query, common = asked.query, asked.common
    page = max(1, query.limit) + 1
    exact = _known_total(connection, query)
    if exact is not None or query.after:
        rows = connection.execute(ordered(query, common=common, wide=asked.wide).limit(page)).all()
        if exact is not None:
            return Found(rows, exact)
        where = conditions(replace(query, after=None), common=common, wide=asked.wide)
        some = sa.select(t.incident.c.n).where(*where).limit(BOUND + 1).subquery()
        total = connection.scalar(sa.select(sa.func.count()).select_from(some)) or 0
        return Found(rows, min(total, BOUND), total > BOUND)
    rows = connection.execute(ordered(query, common=common, wide=asked.wide).limit(max(page, BOUND + 1))).all()
    return Found(rows, min(len(rows), BOUND), len(rows) > BOUND)


def count(connection: sa.Connection, asked: Prepared, found: Found | None = None, *, most: int = 50) -> Counts:
    """How many incidents have each value of each field; `found` are the first of the query, where they are known."""
    query = asked.query
    chosen = {name for name in FACETS if _is_asked(query, name)}
    told, at_least = dict[str, dict[str, int]](), set[str]()
    free = tuple(name for name in FACETS if name not in chosen)
    for names, one in [(free, query), *(((name,), _without(query, name)) for name in sorted(chosen))]:
        if _is_nothing(one):
            told |= {name: tallies.tally(connection, _KEPT_AS.get(name, name), most=most) for name in names}
            continue
        first = found if one is query and found and not query.after and len(found.rows) >= min(found.total, FACETED + 1) else None
        numbers, is_more = _first(connection, replace(asked, query=one), first)
        told |= _counted(connection, names, numbers, most)
        at_least |= set(names) if is_more else set()
    return Counts({name: told[name] for name in FACETS}, frozenset(at_least))


def states(connection: sa.Connection, asked: Prepared) -> dict[str, str]:
    """The first `BOUND` incidents that match, by id, each with a digest of what a list shows of it: another digest, something changed."""
    row = t.incident.c
    first = ordered(replace(asked.query, after=None), common=asked.common, wide=asked.wide).limit(BOUND).subquery()
    told = (row.event_type, row.place, row.day, row.last_day, row.killed, row.killed_low, row.killed_high, row.killed_open, row.reports,
            row.grade, row.review, row.contradicted)  # fmt: skip
    chosen = sa.select(row.id, *told).join(first, first.c.n == row.n)
    return {found[0]: digest(*(str(part) for part in found[1:])) for found in connection.execute(chosen)}


def find_reports(connection: sa.Connection, query: Query) -> Sequence[Any]:
    """`seq` and JSON of the reports that have the query's words and tell of an incident that matches otherwise, the last taken in first."""
    row = t.report.c
    chosen = sa.select(row.seq, row.json).order_by(row.seq.desc()).limit(max(1, query.limit) + 1)
    if query.text and gather(connection, query.text) is not None:
        chosen = chosen.where(row.seq.in_(sa.select(asked_report.c.seq)))
    else:
        chosen = chosen.where(row.seq.not_in(withheld_seqs()))
    others = replace(query, text=None, after=None, language=None, source=None, sources=())
    if _asked(others):
        told = sa.select(t.incident_report.c.seq).join(t.incident, t.incident.c.n == t.incident_report.c.incident)
        chosen = chosen.where(row.seq.in_(told.where(*conditions(others))))
    if query.language:
        chosen = chosen.where(row.language == query.language)
    if sources := (query.source, *query.sources) if query.source else query.sources:
        chosen = chosen.where(row.source.in_(sources))
    if query.after:
        if not query.after.isdigit():
            raise LedgerConflict(f"after {query.after!r}: is no place among reports; take `next` of the page before")
        chosen = chosen.where(row.seq < int(query.after))
    return connection.execute(chosen).all()


def still(connection: sa.Connection, asked: Prepared, ids: Iterable[str]) -> set[str]:
    """Those of the incidents of these ids that match."""
    wanted, found = list(ids), set[str]()
    where = conditions(replace(asked.query, after=None), common=True)
    for start in range(0, len(wanted), 500):
        chosen = sa.select(t.incident.c.id).where(t.incident.c.id.in_(wanted[start : start + 500]), *where)
        found |= set(connection.scalars(chosen))
    return found


def _first(connection: sa.Connection, asked: Prepared, found: Found | None) -> tuple[list[int], bool]:
    """The numbers of incidents that match, and whether there are more; of more, which these are is no matter."""
    if found is None:
        where = conditions(asked.query, common=asked.common, wide=asked.wide)
        numbers = list(connection.scalars(sa.select(t.incident.c.n).where(*where).limit(FACETED + 1)))
        return numbers[:FACETED], len(numbers) > FACETED
    rows = list(found.rows)
    return [row[2] for row in rows[:FACETED]], len(rows) > FACETED


def _counted(connection: sa.Connection, names: Sequence[str], numbers: list[int], most: int) -> dict[str, dict[str, int]]:
    """Both ways lead from the numbers to their rows: `|| ''` keeps a database from walking a whole index of a field to spare a sort."""
    counters = {name: Counter[str]() for name in names}
    some = _among(connection, numbers)
    in_row = [name for name in names if _KEPT_AS.get(name, name) in tallies.IN_ROW]
    if in_row:
        values = [tallies.as_told(t.incident.c[_KEPT_AS.get(name, name)]).concat("").label(name) for name in in_row]
        for *row, n in connection.execute(sa.select(*values, sa.func.count()).where(t.incident.c.n.in_(some)).group_by(*in_row)):
            for name, value in zip(in_row, row, strict=True):
                counters[name][value] += n
    many = [name for name in names if name in tallies.OF_MANY]
    if many:
        facet, field = t.incident_facet.c, t.incident_facet.c.field.concat("").label("kind")
        rows = sa.select(field, facet.value, sa.func.count()).where(facet.incident.in_(some), field.in_(many)).group_by("kind", facet.value)
        for name, value, n in connection.execute(rows):
            counters[name][value] = n
    return {
        name: dict(sorted(((v, n) for v, n in counter.items() if v), key=lambda item: (-item[1], item[0]))[:most])
        for name, counter in counters.items()
    }


def _among(connection: sa.Connection, numbers: list[int]) -> "sa.Select[Any]":
    """Selects these numbers, given as one parameter: thousands of them are no statement of their own."""
    if connection.dialect.name == "postgresql":
        listed = sa.func.unnest(sa.cast(sa.literal(numbers, sa.ARRAY(sa.BigInteger)), sa.ARRAY(sa.BigInteger)))
        return sa.select(listed.column_valued("number"))
    text = "[" + ",".join(map(str, numbers)) + "]"
    return sa.select(sa.func.json_each(text).table_valued("value").c.value)


# -- what is asked ----------------------------------------------------------------------------------------------------


def _asked(query: Query) -> set[str]:
    """The fields of the query that say which incidents."""
    return {f.name for f in fields(query) if f.name not in _HOW and getattr(query, f.name) not in (None, (), "")}


def _is_nothing(query: Query) -> bool:
    return not _asked(query)


def _is_asked(query: Query, name: str) -> bool:
    return bool(_asked(query) & set(_ASKED_BY.get(name, (name,))))


def _without(query: Query, name: str) -> Query:
    """The query as if this field were not asked, nor how far to go."""
    empty = {one: (() if one in ("actors", "sources") else None) for one in _ASKED_BY.get(name, (name,))}
    return replace(query, after=None, **empty)  # type: ignore[arg-type]


def _known_total(connection: sa.Connection, query: Query) -> int | None:
    """How many match where a tally says so: nothing is asked, or one value of one field."""
    asked = _asked(query)
    if not asked:
        return tallies.count(connection)
    name = next(iter(asked))
    if len(asked) > 1 or name not in FACETS or name == "actor":
        return None
    value = getattr(query, name)
    told = {True: "yes", False: "no"}.get(value, value) if name == "contradiction" else value
    return tallies.count(connection, _KEPT_AS.get(name, name), told)
