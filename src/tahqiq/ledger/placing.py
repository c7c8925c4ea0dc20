"""Incidents of a query on a map and along time, gathered where they are many: what a map's tile and a line of months are drawn from.

What comes in is a `Query` and the address of a tile; what goes out are clusters and months. This file must not know how they are drawn.

How it works: within a tile incidents are gathered by the tiles three zooms below, an eighth of its width; a cluster lies in the middle
of what it gathers. Those of which only the country is known lie nowhere: their point would say more than was told. They are counted.
"""

from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from tahqiq.errors import UnknownName
from tahqiq.ledger import tables as t
from tahqiq.ledger.asking import conditions
from tahqiq.ledger.cells import ZOOM, cells_of_tile
from tahqiq.ledger.finding import Prepared

DEEPEST = 14
_BELOW = 3  # zooms: a tile of 512 pixels is gathered by squares of 64
_EXACT = ("site", "settlement")


@dataclass(frozen=True, slots=True)
class Cluster:
    """Incidents near one another: how many, the sums of their lowest and highest killed, and how many are known worse than to a town.

    `is_open`: of one at least no highest is told. `id`, `precision`, `event_type` and `day` are those of an incident that is alone.
    """

    lat: float
    lon: float
    incidents: int
    low: int
    high: int
    is_open: bool
    rough: int
    id: str = ""
    precision: str = ""
    event_type: str = ""
    day: str = ""


@dataclass(frozen=True, slots=True)
class Month:
    """A month (`2023-07`), the incidents that began in it, and the sums of their lowest and highest killed."""

    month: str
    incidents: int
    low: int
    high: int


def clusters(
    connection: sa.Connection, asked: Prepared, zoom: int, x: int, y: int, *, decimals: dict[str, int] | None = None
) -> tuple[Cluster, ...]:
    """What lies in a tile, the westernmost cells first.

    Args:
        decimals: by precision, to how many decimal places coordinates are rounded for who may not see them as they are.

    Raises: UnknownName for a tile that there is not.
    """
    if not 0 <= zoom <= DEEPEST or not (0 <= x < 1 << zoom and 0 <= y < 1 << zoom):
        raise UnknownName(f"tile {zoom}/{x}/{y}: there is no such tile; zooms go from 0 to {DEEPEST}")
    row = t.incident.c
    first, after = cells_of_tile(zoom, x, y)
    shift = 2 * (ZOOM - min(zoom + _BELOW, ZOOM))
    square = row.cell.op(">>")(sa.cast(shift, sa.Integer))  # PostgreSQL shifts by a plain integer alone
    lat, lon = (_rounded(column, decimals) for column in (row.lat, row.lon))
    rough = sa.case((row.precision.in_(_EXACT), 0), else_=1)
    gathered = (
        sa.select(
            square.label("square"), sa.func.count(), sa.func.avg(lat), sa.func.avg(lon), _sum(row.killed_low), _sum(row.killed_high),
            sa.func.max(sa.case((row.killed_open, 1), else_=0)), sa.func.sum(rough), sa.func.min(row.n),
        )
        .where(row.cell >= first, row.cell < after, *_where(asked))
        .group_by("square")
        .order_by("square")
    )  # fmt: skip
    found = connection.execute(gathered).all()
    alone = _alone(connection, [one[8] for one in found if one[1] == 1])
    nobody = ("", "", "", "")
    return tuple(
        Cluster(round(la, 5), round(lo, 5), n, int(low), int(high), bool(is_open), int(some), *(alone[number] if n == 1 else nobody))
        for _, n, la, lo, low, high, is_open, some, number in found
    )


def months(connection: sa.Connection, asked: Prepared) -> tuple[Month, ...]:
    """The months in which incidents that match began, the first first; those without a day are in none."""
    row = t.incident.c
    month = sa.func.substr(row.day, 1, 7)
    chosen = sa.select(month.label("month"), sa.func.count(), _sum(row.killed_low), _sum(row.killed_high))
    grouped = chosen.where(row.day != "", *_where(asked)).group_by("month").order_by("month")
    return tuple(Month(name, n, int(low), int(high)) for name, n, low, high in connection.execute(grouped))


def unplaced(connection: sa.Connection, asked: Prepared) -> int:
    """How many that match lie nowhere on the map: no more than their country is known, or nothing."""
    chosen = sa.select(sa.func.count()).select_from(t.incident).where(t.incident.c.cell.is_(None), *_where(asked))
    return connection.scalar(chosen) or 0


def extent(connection: sa.Connection, asked: Prepared) -> tuple[float, float, float, float] | None:
    """West, south, east and north of what matches and is placed; None where nothing is."""
    row = t.incident.c
    edges = (sa.func.min(row.lon), sa.func.min(row.lat), sa.func.max(row.lon), sa.func.max(row.lat))
    found = connection.execute(sa.select(*edges).where(row.cell.is_not(None), *_where(asked))).one()
    return None if found[0] is None else (found[0], found[1], found[2], found[3])


def _where(asked: Prepared) -> "list[sa.ColumnElement[bool]]":
    return conditions(replace(asked.query, after=None), common=False, wide=True)


def _sum(column: "sa.ColumnElement[Any]") -> "sa.ColumnElement[Any]":
    return sa.func.coalesce(sa.func.sum(sa.case((column > 0, column), else_=0)), 0)


def _rounded(column: "sa.ColumnElement[Any]", decimals: dict[str, int] | None) -> "sa.ColumnElement[Any]":
    if decimals is None:
        return column
    exact = sa.cast(column, sa.Numeric(12, 6))
    ways = [(t.incident.c.precision == name, sa.func.round(exact, places)) for name, places in sorted(decimals.items())]
    return sa.cast(sa.case(*ways, else_=sa.func.round(exact, 0)), sa.Float)


def _alone(connection: sa.Connection, numbers: list[int]) -> dict[int, tuple[str, str, str, str]]:
    row, found = t.incident.c, dict[int, tuple[str, str, str, str]]()
    for start in range(0, len(numbers), 500):
        chosen = sa.select(row.n, row.id, row.precision, row.event_type, row.day).where(row.n.in_(numbers[start : start + 500]))
        found |= {n: (name, precision, kind, day) for n, name, precision, kind, day in connection.execute(chosen)}
    return found
