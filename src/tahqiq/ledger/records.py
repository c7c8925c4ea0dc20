"""What the desk writes down of its own work: coding by two, protected names, jobs, things that wait, who looked when.

What comes in and goes out are `Record`s; they are only added, in the order in which they were. What a kind of record means, and what it
does to earlier ones, is known above: the ledger keeps them, finds them by theme and subject, and takes them along in a backup.
"""

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

import msgspec
import sqlalchemy as sa

from tahqiq.ledger import tables as t

_encode = msgspec.json.Encoder(order="deterministic")

record = sa.Table(
    "desk_record",
    t.metadata,
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("theme", sa.String(30), nullable=False),
    sa.Column("subject", sa.String(200), nullable=False),
    sa.Column("kind", sa.String(30), nullable=False),
    sa.Column("who", sa.String(100), nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("json", sa.Text, nullable=False),
    sa.Index("desk_record_by_subject", "theme", "subject", "seq"),
    sa.Index("desk_record_by_theme", "theme", "seq"),
    sqlite_autoincrement=True,
)


@dataclass(frozen=True, slots=True)
class Record:
    """One thing written down: of which theme, about what, what kind of thing, by whom and when. `seq` is given by the ledger."""

    theme: str
    subject: str
    kind: str
    who: str
    at: str
    value: dict[str, Any] = field(default_factory=dict)
    seq: int = 0


class Records:
    """The part of a ledger that keeps records of the desk's work; got as `ledger.records`."""

    def __init__(
        self,
        writing: Callable[[], AbstractContextManager[sa.Connection]],
        asking: Callable[[], AbstractContextManager[sa.Connection]],
    ) -> None:
        self._writing, self._asking = writing, asking

    def append(self, one: Record) -> int:
        """The record is kept; gives its number."""
        row = {"theme": one.theme, "subject": one.subject[:200], "kind": one.kind, "who": one.who[:100], "at": one.at}
        with self._writing() as connection:
            done = connection.execute(record.insert(), {**row, "json": _encode.encode(one.value).decode()})
            assert done.inserted_primary_key is not None
            return int(done.inserted_primary_key[0])

    def of(self, theme: str, subject: str | None = None, *, kinds: Collection[str] = (), last: int | None = None) -> tuple[Record, ...]:
        """The records of a theme, in their order; of one subject, of some kinds, or only the last so many."""
        chosen = sa.select(record).where(record.c.theme == theme)
        if subject is not None:
            chosen = chosen.where(record.c.subject == subject)
        if kinds:
            chosen = chosen.where(record.c.kind.in_(list(kinds)))
        chosen = chosen.order_by(record.c.seq.desc()).limit(last) if last else chosen.order_by(record.c.seq)
        with self._asking() as connection:
            rows = connection.execute(chosen).mappings().all()
        found = tuple(_of(row) for row in rows)
        return found[::-1] if last else found

    def last(self, theme: str) -> int:
        """The number of the last record of a theme, 0 where there is none: equal while nothing was added."""
        with self._asking() as connection:
            return int(connection.scalar(sa.select(sa.func.max(record.c.seq)).where(record.c.theme == theme)) or 0)


def _of(row: Any) -> Record:
    return Record(row["theme"], row["subject"], row["kind"], row["who"], row["at"], msgspec.json.decode(row["json"]), row["seq"])
