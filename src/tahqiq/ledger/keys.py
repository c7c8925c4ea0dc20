"""What programs hold to be let in, what they were answered, and who is known to whom else vouches for them.

What comes in and goes out are the small values below; times are UTC as text, given by the caller. Of a key, the ledger has the SHA-256
alone. What was answered to programs, and errands of browsers that are sent to a provider of sign-ins, are forgotten after a while, and
are no part of a backup. This file must not know what a scope allows.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

import sqlalchemy as sa

from tahqiq.errors import LedgerConflict, UnknownName
from tahqiq.ledger import tables as t
from tahqiq.ledger.dialects import insert_once
from tahqiq.ledger.people import User, user

_passing = sa.MetaData()

key = sa.Table(
    "desk_key",
    t.metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("who", sa.String(100), nullable=False, index=True),
    sa.Column("scopes", sa.Text, nullable=False),
    sa.Column("secret", sa.String(64), nullable=False, index=True),
    sa.Column("since", sa.String(40), nullable=False),
    sa.Column("until", sa.String(40), nullable=False),  # '' where it does not end
    sa.Column("used", sa.String(40), nullable=False),
    sa.Column("withdrawn", sa.String(40), nullable=False),
)

identity = sa.Table(  # a user, as a provider of sign-ins knows them
    "desk_identity",
    t.metadata,
    sa.Column("issuer", sa.String(300), primary_key=True),
    sa.Column("subject", sa.String(300), primary_key=True),
    sa.Column("name", sa.String(100), nullable=False, index=True),
)

answer = sa.Table(
    "desk_answer",
    _passing,
    sa.Column("id", sa.String(64), primary_key=True),  # the SHA-256 of who asked and the word under which they did
    sa.Column("asked", sa.String(64), nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("status", sa.Integer, nullable=False),  # 0 while it is being done
    sa.Column("body", sa.Text, nullable=False),
)

errand = sa.Table(
    "desk_errand",
    _passing,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("until", sa.String(40), nullable=False),
    sa.Column("json", sa.Text, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Key:
    """What one program holds: named, of a user, for some scopes. `until`, `used` and `withdrawn` are empty where there is no such time."""

    id: str
    name: str
    who: str
    scopes: tuple[str, ...]
    since: str
    until: str = ""
    used: str = ""
    withdrawn: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered under a word: `asked` is the SHA-256 of what was asked, `status` 0 while it is being done."""

    asked: str
    at: str
    status: int
    body: str


class Keys:
    """The part of a ledger that keeps keys; got as `ledger.keys`."""

    def __init__(
        self,
        writing: Callable[[], AbstractContextManager[sa.Connection]],
        asking: Callable[[], AbstractContextManager[sa.Connection]],
    ) -> None:
        self._writing, self._asking = writing, asking

    # -- keys -------------------------------------------------------------------------------------------------------------

    def add(self, one: Key, secret: str) -> None:
        """The key is known by the SHA-256 of its secret."""
        row = {"id": one.id, "name": one.name, "who": one.who, "scopes": " ".join(one.scopes), "secret": secret, "since": one.since}
        with self._writing() as connection:
            connection.execute(key.insert(), {**row, "until": one.until, "used": "", "withdrawn": ""})

    def whose(self, secret: str, now: str) -> tuple[Key, User] | None:
        """The key of this secret and its user; None where it is withdrawn or over, or its user may not come in any more."""
        chosen = sa.select(*_COLUMNS, *user.c).join(user, user.c.name == key.c.who).where(key.c.secret == secret, user.c.is_active)
        wanted = chosen.where(key.c.withdrawn == "", sa.or_(key.c.until == "", key.c.until > now))
        with self._asking() as connection:
            row = connection.execute(wanted).first()
        return (_key(row[: len(_COLUMNS)]), User(*row[len(_COLUMNS) :])) if row else None

    def all(self, who: str = "") -> tuple[Key, ...]:
        """The keys of a user, or of all, the oldest first; withdrawn ones too."""
        chosen = sa.select(*_COLUMNS).order_by(key.c.since, key.c.id)
        with self._asking() as connection:
            return tuple(_key(row) for row in connection.execute(chosen.where(key.c.who == who) if who else chosen))

    def get(self, id: str) -> Key:
        """The key of this id; raises UnknownName where there is none."""
        with self._asking() as connection:
            row = connection.execute(sa.select(*_COLUMNS).where(key.c.id == id)).first()
        if row is None:
            raise UnknownName(f"key {id}: the ledger has none of this id")
        return _key(row)

    def withdraw(self, id: str, now: str) -> None:
        """The key opens nothing any more. Raises: LedgerConflict where it did not before."""
        with self._writing() as connection:
            done = connection.execute(key.update().where(key.c.id == id, key.c.withdrawn == "").values(withdrawn=now))
            if done.rowcount != 1:
                raise LedgerConflict(f"key {id}: was withdrawn already")

    def used(self, id: str, now: str) -> None:
        with self._writing() as connection:
            connection.execute(key.update().where(key.c.id == id).values(used=now))

    # -- what was answered ------------------------------------------------------------------------------------------------

    def begin(self, id: str, asked: str, now: str, since: str) -> Answer | None:
        """None where this is to be done now; else what was answered before, or is being done. What is older than `since` is forgotten."""
        with self._writing() as connection:
            connection.execute(answer.delete().where(answer.c.at < since))
            row = {"id": id, "asked": asked, "at": now, "status": 0, "body": ""}
            if insert_once(connection, answer, [row]):
                return None
            found = connection.execute(
                sa.select(answer.c.asked, answer.c.at, answer.c.status, answer.c.body).where(answer.c.id == id)
            ).one()
        return Answer(*found)

    def answered(self, id: str, status: int, body: str) -> None:
        with self._writing() as connection:
            connection.execute(answer.update().where(answer.c.id == id).values(status=status, body=body))

    def undone(self, id: str) -> None:
        """What was begun was not done: it may be asked for again."""
        with self._writing() as connection:
            connection.execute(answer.delete().where(answer.c.id == id, answer.c.status == 0))

    # -- sign-ins that others vouch for -----------------------------------------------------------------------------------

    def send(self, id: str, until: str, json: str, now: str) -> None:
        """A browser is on an errand; those that did not come back in time are forgotten."""
        with self._writing() as connection:
            connection.execute(errand.delete().where(errand.c.until <= now))
            connection.execute(errand.insert(), {"id": id, "until": until, "json": json})

    def come_back(self, id: str, now: str) -> str | None:
        """What the browser was sent with, this once; None where it was not, or too long ago."""
        with self._writing() as connection:
            found = connection.scalar(sa.select(errand.c.json).where(errand.c.id == id, errand.c.until > now))
            connection.execute(errand.delete().where(errand.c.id == id))
        return found

    def name_of(self, issuer: str, subject: str) -> str | None:
        """The user whom this provider knows so; None where nobody is."""
        chosen = sa.select(identity.c.name).where(identity.c.issuer == issuer, identity.c.subject == subject)
        with self._asking() as connection:
            return connection.scalar(chosen)

    def vouch(self, issuer: str, subject: str, name: str) -> None:
        """The provider's sign-in is this user's; of a user there is one with each provider."""
        with self._writing() as connection:
            connection.execute(identity.delete().where(identity.c.issuer == issuer, identity.c.name == name))
            connection.execute(identity.delete().where(identity.c.issuer == issuer, identity.c.subject == subject))
            connection.execute(identity.insert(), {"issuer": issuer, "subject": subject, "name": name})


_COLUMNS = (key.c.id, key.c.name, key.c.who, key.c.scopes, key.c.since, key.c.until, key.c.used, key.c.withdrawn)


def _key(row: Sequence[str]) -> Key:
    id, name, who, scopes, since, until, used, withdrawn = row
    return Key(id, name, who, tuple(scopes.split()), since, until, used, withdrawn)
