"""Who follows which search: what it found, since when, what changed and what left it, and how its follower is told.

What comes in and goes out are the small values below; times are UTC as text, given by the caller. Of a feed's word only the digest is
kept. This file must not know what a search asks, nor how a letter is written.
"""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace

import sqlalchemy as sa

from tahqiq.errors import UnknownName
from tahqiq.ledger import tables as t
from tahqiq.ledger.dialects import put

_CHUNK = 500

followed = sa.Table(
    "desk_followed",
    t.metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("who", sa.String(100), nullable=False),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("since", sa.String(40), nullable=False),
    sa.Column("seen", sa.String(40), nullable=False),
    sa.Column("stamp", sa.Text, nullable=False),
    sa.Column("feed", sa.String(64), nullable=False),
    sa.Column("mail", sa.String(300), nullable=False),
    sa.Column("language", sa.String(10), nullable=False),
    sa.Column("sent", sa.String(40), nullable=False),
    sa.Column("problem", sa.Text, nullable=False),
    sa.Index("desk_followed_by_name", "who", "name"),
)

found_by = sa.Table(
    "desk_found",
    t.metadata,
    sa.Column("search", sa.ForeignKey("desk_followed.id"), primary_key=True),
    sa.Column("incident", sa.String(200), primary_key=True),
    sa.Column("first", sa.String(40), nullable=False),
    sa.Column("changed", sa.String(40), nullable=False),
    sa.Column("gone", sa.String(40), nullable=False),
    sa.Column("state", sa.String(64), nullable=False),
)


@dataclass(frozen=True, slots=True)
class Followed:
    """A saved search that is followed.

    `seen` is until when its follower has seen what it found; `stamp` the incidents it was last asked of; `feed` the digest of its feed's
    word, empty where it has none; `mail` where letters go, in which language, `sent` until when they have told; `problem` why the last
    letter was not sent.
    """

    id: str
    who: str
    name: str
    since: str
    seen: str
    stamp: str = ""
    feed: str = ""
    mail: str = ""
    language: str = "en"
    sent: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class FoundOne:
    """An incident that a search found: when first, when it was last seen to have changed, and when it left, empty while it is there."""

    incident: str
    first: str
    changed: str
    gone: str = ""
    state: str = ""


class Following:
    """The part of a ledger that keeps followed searches; got as `ledger.following`."""

    def __init__(
        self,
        writing: Callable[[], AbstractContextManager[sa.Connection]],
        asking: Callable[[], AbstractContextManager[sa.Connection]],
    ) -> None:
        self._writing, self._asking = writing, asking

    def put(self, one: Followed) -> None:
        """The search is followed as given."""
        with self._writing() as connection:
            put(connection, followed, asdict(one))

    def get(self, id: str) -> Followed:
        """The followed search of this id; raises UnknownName where there is none."""
        with self._asking() as connection:
            row = connection.execute(sa.select(followed).where(followed.c.id == id)).mappings().first()
        if row is None:
            raise UnknownName(f"search {id}: nobody follows one of this name")
        return Followed(**row)

    def of(self, who: str) -> tuple[Followed, ...]:
        """The searches that this user follows, in the order of their names."""
        return self._some(followed.c.who == who)

    def by_mail(self) -> tuple[Followed, ...]:
        """The searches whose followers are written to."""
        return self._some(followed.c.mail != "")

    def drop(self, id: str) -> None:
        """Nobody follows the search, and what it found is forgotten."""
        with self._writing() as connection:
            connection.execute(found_by.delete().where(found_by.c.search == id))
            connection.execute(followed.delete().where(followed.c.id == id))

    def found(self, id: str) -> tuple[FoundOne, ...]:
        """Everything that the search found, what came last first."""
        c = found_by.c
        chosen = sa.select(c.incident, c.first, c.changed, c.gone, c.state).where(c.search == id)
        with self._asking() as connection:
            return tuple(FoundOne(*row) for row in connection.execute(chosen.order_by(c.first.desc(), c.incident)))

    def note(self, id: str, ones: Iterable[FoundOne], *, stamp: str) -> bool:
        """What the search finds now is kept, asked of these incidents; False where nobody follows it any more."""
        with self._writing() as connection:
            if connection.execute(followed.update().where(followed.c.id == id).values(stamp=stamp)).rowcount != 1:
                return False
            given = list(ones)
            for start in range(0, len(given), _CHUNK):
                some = given[start : start + _CHUNK]
                connection.execute(
                    found_by.delete().where(found_by.c.search == id, found_by.c.incident.in_([one.incident for one in some]))
                )
                connection.execute(found_by.insert(), [{"search": id, **asdict(one)} for one in some])
        return True

    def told(self, id: str, before: str, sent: str, *, problem: str = "") -> bool:
        """Letters have told until then; False where another has sent one meanwhile."""
        return self._change(id, followed.c.sent == before, sent=sent, problem=problem)

    def not_told(self, id: str, before: str, claimed: str, problem: str) -> None:
        """The letter claimed with `told` was not sent: the next run tries again."""
        self._change(id, followed.c.sent == claimed, sent=before, problem=problem[:500])

    def change(self, id: str, who: str, **values: str) -> bool:
        """The search is as given from now on; False where this user follows none of this id."""
        return self._change(id, followed.c.who == who, **values)

    def _change(self, id: str, condition: "sa.ColumnElement[bool]", **values: str) -> bool:
        with self._writing() as connection:
            return connection.execute(followed.update().where(followed.c.id == id, condition).values(**values)).rowcount == 1

    def _some(self, condition: "sa.ColumnElement[bool]") -> tuple[Followed, ...]:
        with self._asking() as connection:
            rows = connection.execute(sa.select(followed).where(condition).order_by(followed.c.name, followed.c.id)).mappings()
            return tuple(replace(Followed(**row)) for row in rows)
