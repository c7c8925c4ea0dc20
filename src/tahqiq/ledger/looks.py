"""Who looked at protected data, what it was, and when. The table only grows, and is in every backup."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass

import sqlalchemy as sa

from tahqiq.ledger import tables as t

_seq = sa.BigInteger().with_variant(sa.Integer, "sqlite")

look = sa.Table(
    "look",
    t.metadata,
    sa.Column("seq", _seq, primary_key=True, autoincrement=True),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("who", sa.String(100), nullable=False),
    sa.Column("what", sa.String(20), nullable=False),
    sa.Column("subject", sa.String(200), nullable=False),
    sa.Column("names", sa.Integer, nullable=False),
    sa.Index("look_by_who", "who", "seq"),
    sqlite_autoincrement=True,
)


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody was shown something that holds protected names. `what` is report, incident, account, person, list or export."""

    at: str
    who: str
    what: str
    subject: str
    names: int


class Looks:
    """The part of a ledger that keeps looks; got as `ledger.looks`."""

    def __init__(
        self,
        writing: Callable[[], AbstractContextManager[sa.Connection]],
        asking: Callable[[], AbstractContextManager[sa.Connection]],
    ) -> None:
        self._writing, self._asking = writing, asking

    def append(self, one: Look) -> None:
        with self._writing() as connection:
            connection.execute(look.insert(), asdict(one))

    def last(self, *, who: str = "", limit: int = 100) -> tuple[Look, ...]:
        """The latest first, of one user or of all."""
        columns = (look.c.at, look.c.who, look.c.what, look.c.subject, look.c.names)
        chosen = sa.select(*columns).order_by(look.c.seq.desc()).limit(limit)
        with self._asking() as connection:
            return tuple(Look(*row) for row in connection.execute(chosen.where(look.c.who == who) if who else chosen))
