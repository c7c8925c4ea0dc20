"""Tallies: how many incidents have each value of each field, kept beside the incidents so that a million need not be counted to say so.

What comes in are the numbers of incidents that are there from now on, or are about to go; what goes out are whole counts. They are exact:
who adds or takes away incidents says so here, in the same transaction, and `recount` gives the same from nothing.
"""

from collections.abc import Collection, Iterator
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from tahqiq.ledger import tables as t

IN_ROW = ("event_type", "country", "grade", "review", "contradicted")
OF_MANY = ("language", "source", "actor", "weapon")
ALL = "all"  # the field whose one value, '', counts every incident
_CHUNK = 500


def recount(connection: sa.Connection) -> None:
    """The tallies are those of the incidents that are there."""
    connection.execute(t.incident_tally.delete())
    for select in _selects():
        connection.execute(t.incident_tally.insert().from_select(["field", "value", "n"], select))


def note(connection: sa.Connection, incidents: Collection[int], sign: int) -> None:
    """The incidents of these numbers, which are there, count from now on (+1), or no more (-1)."""
    numbers = list(incidents)
    for start in range(0, len(numbers), _CHUNK):
        for select in _selects(numbers[start : start + _CHUNK]):
            rows = [{"field": field, "value": value, "n": sign * n} for field, value, n in connection.execute(select)]
            if rows:
                _add(connection, rows)
    connection.execute(t.incident_tally.delete().where(t.incident_tally.c.n <= 0))


def tally(connection: sa.Connection, field: str, *, most: int | None = None) -> dict[str, int]:
    """Each value of a field with how many incidents have it, the most frequent first."""
    told = t.incident_tally.c
    chosen = sa.select(told.value, told.n).where(told.field == field, told.value != "").order_by(told.n.desc(), told.value)
    return {row[0]: row[1] for row in connection.execute(chosen.limit(most) if most else chosen)}


def count(connection: sa.Connection, field: str = ALL, value: str = "") -> int:
    """How many incidents have this value; all, where nothing is said."""
    row = t.incident_tally.c
    return connection.scalar(sa.select(row.n).where(row.field == field, row.value == value)) or 0


def as_told(value: "sa.ColumnElement[Any]") -> "sa.ColumnElement[str]":
    """What is true or false as `yes` and `no`; every other value as it is."""
    if isinstance(value.type, sa.Boolean):
        return sa.case((value, "yes"), else_="no")
    return value


def _selects(numbers: list[int] | None = None) -> "Iterator[sa.Select[Any]]":
    row, facet = t.incident.c, t.incident_facet.c
    mine = [row.n.in_(numbers)] if numbers is not None else []
    all_of_them = sa.select(sa.literal(ALL), sa.literal(""), sa.func.count()).select_from(t.incident).where(*mine)
    yield cast("sa.Select[Any]", all_of_them.having(sa.func.count() > 0))
    for field in IN_ROW:
        value = as_told(row[field]).label("value")
        yield cast("sa.Select[Any]", sa.select(sa.literal(field), value, sa.func.count()).where(*mine).group_by(value))
    many = sa.select(facet.field, facet.value, sa.func.count()).where(facet.field.in_(OF_MANY))
    mine_alone = many.where(facet.incident.in_(numbers)) if numbers is not None else many
    yield cast("sa.Select[Any]", mine_alone.group_by(facet.field, facet.value))


def _add(connection: sa.Connection, rows: list[dict[str, Any]]) -> None:
    insert = (postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert)(t.incident_tally)
    added = insert.on_conflict_do_update(index_elements=["field", "value"], set_={"n": t.incident_tally.c.n + insert.excluded.n})
    connection.execute(added, rows)
