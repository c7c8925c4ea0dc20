"""What linking keeps between two runs, so that one more report is linked without looking at all: accounts in blocks, and their profiles.

What comes in and goes out are numbers, names and bytes; what they mean is linking's. Computed from the ledger and made anew whenever all
incidents are: no part of a backup or of a copy. This file must not know what is in a profile.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

import sqlalchemy as sa

from tahqiq.ledger import tables as t
from tahqiq.ledger.dialects import insert_once, put

T = TypeVar("T")
Entry = tuple[int, int]  # an account, or a report, in a block: its order there, its number
_CHUNK = 500
_computed = sa.MetaData()

posting = sa.Table(
    "linking_posting",
    _computed,
    sa.Column("block", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("place", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

profile = sa.Table(
    "linking_profile",
    _computed,
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("report", sa.String(200), nullable=False, index=True),
    sa.Column("bytes", sa.LargeBinary, nullable=False),
)

linked = sa.Table(  # the reports that were linked, with the reading of each that was; `number` stands for it in blocks
    "linking_report",
    _computed,
    sa.Column("report", sa.String(200), primary_key=True),
    sa.Column("number", sa.BigInteger, nullable=False, index=True),
    sa.Column("reading", sa.String(200), nullable=False),
    sa.Column("published_by", sa.Text, nullable=False),
)

carried_out = sa.Table("linking_decision", _computed, sa.Column("decision", sa.String(200), primary_key=True))

fact = sa.Table("linking_fact", _computed, sa.Column("name", sa.String(60), primary_key=True), sa.Column("value", sa.Text, nullable=False))


@dataclass(frozen=True, slots=True)
class Kept:
    """The profile of an account or of a report, as linking wrote it."""

    number: int
    report: str
    bytes: bytes


@dataclass(frozen=True, slots=True)
class Placed:
    """A report that was linked. `published_by` is how it names its source."""

    report: str
    number: int
    published_by: str


class Shelf:
    """The tables that linking keeps; see the module's head."""

    def __init__(
        self, writing: Callable[[], AbstractContextManager[sa.Connection]], asking: Callable[[], AbstractContextManager[sa.Connection]]
    ) -> None:
        self._writing = writing
        self._asking = asking

    # -- asked ------------------------------------------------------------------------------------------------------------

    def members(self, blocks: Collection[int]) -> dict[int, list[Entry]]:
        """The entries of these blocks, each block in order."""
        p, found = posting.c, dict[int, list[Entry]]()
        for row in self._rows(sa.select(p.block, p.place, p.number), p.block, blocks):
            found.setdefault(row[0], []).append((row[1], row[2]))
        return {block: sorted(entries) for block, entries in found.items()}

    def profiles(self, numbers: Collection[int]) -> Iterator[Kept]:
        """The profiles of these numbers, in no order."""
        return (Kept(*row) for row in self._rows(sa.select(profile.c.number, profile.c.report, profile.c.bytes), profile.c.number, numbers))

    def profiles_of(self, reports: Collection[str]) -> Iterator[Kept]:
        """The profiles of these reports, in no order."""
        return (Kept(*row) for row in self._rows(sa.select(profile.c.number, profile.c.report, profile.c.bytes), profile.c.report, reports))

    def named(self, numbers: Collection[int]) -> dict[int, str]:
        """The reports of these numbers."""
        return {row[0]: row[1] for row in self._rows(sa.select(linked.c.number, linked.c.report), linked.c.number, numbers)}

    def is_linked(self, reports: Collection[str]) -> set[str]:
        """Those of the reports that were linked."""
        return {row[0] for row in self._rows(sa.select(linked.c.report), linked.c.report, reports)}

    def changed(self) -> list[str]:
        """The reports that were not linked yet, or not as they are read now, by id."""
        standing = t.standing_reading.c
        now = sa.func.coalesce(standing.reading, "")
        chosen = (
            sa.select(t.report.c.id)
            .outerjoin(t.standing_reading, standing.report == t.report.c.id)
            .outerjoin(linked, linked.c.report == t.report.c.id)
            .where(sa.or_(linked.c.report.is_(None), linked.c.reading != now))
        )
        with self._asking() as connection:
            return sorted(connection.scalars(chosen))

    def new_decisions(self) -> set[str]:
        """The decisions that were not carried out yet."""
        chosen = sa.select(t.decision.c.id).outerjoin(carried_out, carried_out.c.decision == t.decision.c.id)
        with self._asking() as connection:
            return set(connection.scalars(chosen.where(carried_out.c.decision.is_(None))))

    def published_by(self) -> dict[str, list[str]]:
        """The reports that were linked, by how they name their source."""
        found: dict[str, list[str]] = {}
        with self._asking() as connection:
            for report, by in connection.execute(sa.select(linked.c.report, linked.c.published_by)):
                found.setdefault(by, []).append(report)
        return found

    def count(self) -> int:
        """How many reports were linked."""
        with self._asking() as connection:
            return connection.scalar(sa.select(sa.func.count()).select_from(linked)) or 0

    def fact(self, name: str) -> str:
        """What was kept under this name; empty where nothing was."""
        with self._asking() as connection:
            return connection.scalar(sa.select(fact.c.value).where(fact.c.name == name)) or ""

    # -- kept -------------------------------------------------------------------------------------------------------------

    def clear(self) -> None:
        """Nothing was linked."""
        with self._writing() as connection:
            for table in (posting, profile, linked, carried_out, fact):
                connection.execute(table.delete())

    def enter(self, entries: Iterable[tuple[int, Entry]]) -> None:
        """Entries stand in their blocks."""
        rows = ({"block": block, "place": place, "number": number} for block, (place, number) in sorted(entries))
        self._insert(posting, rows)

    def leave(self, entries: Collection[tuple[int, Entry]]) -> None:
        """Entries stand in their blocks no more."""
        p = posting.c
        gone = posting.delete().where(p.block == sa.bindparam("b"), p.place == sa.bindparam("p"), p.number == sa.bindparam("n"))
        with self._writing() as connection:
            if entries:
                connection.execute(gone, [{"b": block, "p": place, "n": number} for block, (place, number) in entries])

    def keep_profiles(self, reports: Collection[str], profiles: Iterable[Kept]) -> None:
        """The profiles of these reports are these and no others."""
        with self._writing() as connection:
            for some in _some(sorted(reports), _CHUNK):
                connection.execute(profile.delete().where(profile.c.report.in_(some)))
        self._insert(profile, ({"number": one.number, "report": one.report, "bytes": one.bytes} for one in profiles))

    def keep_reports(self, reports: Sequence[Placed]) -> None:
        """These reports were linked as they are read now."""
        standing = t.standing_reading.c
        with self._writing() as connection:
            for some in _some(reports, _CHUNK):
                names = [one.report for one in some]
                chosen = sa.select(standing.report, standing.reading).where(standing.report.in_(names))
                read = {row[0]: row[1] for row in connection.execute(chosen)}
                connection.execute(linked.delete().where(linked.c.report.in_(names)))
                rows = [{"report": o.report, "number": o.number, "published_by": o.published_by} for o in some]
                connection.execute(linked.insert(), [row | {"reading": read.get(str(row["report"]), "")} for row in rows])

    def carry_out(self, decisions: Iterable[str]) -> None:
        """These decisions were carried out."""
        with self._writing() as connection:
            for some in _some(decisions, _CHUNK):
                insert_once(connection, carried_out, [{"decision": name} for name in some])

    def note(self, facts: Mapping[str, str]) -> None:
        """These are kept under their names, in place of what was."""
        with self._writing() as connection:
            for name, value in facts.items():
                put(connection, fact, {"name": name, "value": value})

    def _insert(self, table: sa.Table, rows: Iterable[dict[str, Any]]) -> None:
        with self._writing() as connection:
            for some in _some(rows, 20 * _CHUNK):
                connection.execute(table.insert(), list(some))

    def _rows(self, chosen: "sa.Select[Any]", key: "sa.Column[Any]", wanted: Collection[Any]) -> Iterator[Any]:
        with self._asking() as connection:
            for some in _some(wanted, _CHUNK):
                yield from connection.execute(chosen.where(key.in_(some))).all()


def _some(values: Iterable[T], size: int) -> Iterator[list[T]]:
    left = iter(values)
    while some := list(islice(left, size)):
        yield some
