"""Who works at the desk: users, their sessions, what they hold and noted, the searches they keep, and who signed in when.

What comes in and goes out are the small values below; times are UTC as text, given by the caller. Notes and what was done at the door
only grow. Sessions are no part of a backup: whoever restores a ledger signs in anew. This file must not know how a password is checked,
nor who may do what.
"""

from collections.abc import Callable, Collection, Iterable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, fields

import sqlalchemy as sa

from tahqiq.errors import LedgerConflict, UnknownName
from tahqiq.ledger import tables as t
from tahqiq.ledger.dialects import insert_once, put

_seq = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_passing = sa.MetaData()

user = sa.Table(
    "desk_user",
    t.metadata,
    sa.Column("name", sa.String(100), primary_key=True),
    sa.Column("role", sa.String(20), nullable=False),
    sa.Column("password", sa.Text, nullable=False),  # as argon2 writes it, never the words themselves
    sa.Column("totp", sa.String(100), nullable=False),
    sa.Column("totp_used", sa.Integer, nullable=False),  # the last step whose code was taken: none is taken twice
    sa.Column("is_active", sa.Boolean, nullable=False),
    sa.Column("since", sa.String(40), nullable=False),
)

entry = sa.Table(  # what was done at the door, by whom it was said to be, from where
    "desk_entry",
    t.metadata,
    sa.Column("seq", _seq, primary_key=True, autoincrement=True),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("what", sa.String(30), nullable=False),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("host", sa.String(100), nullable=False),
    sa.Column("told", sa.Text, nullable=False),
    sa.Index("desk_entry_by_name", "name", "at"),
    sa.Index("desk_entry_by_host", "host", "at"),
    sqlite_autoincrement=True,
)

# Of an incident, by its first account and the words that this was made on: incidents are computed anew, and so are accounts.
note = sa.Table(
    "desk_note",
    t.metadata,
    sa.Column("seq", _seq, primary_key=True, autoincrement=True),
    sa.Column("account", sa.String(200), nullable=False, index=True),
    sa.Column("who", sa.String(100), nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("report", sa.String(200), index=True),  # the account's, with the span of its trigger; none of a note of an older version
    sa.Column("start", sa.Integer),
    sa.Column("end", sa.Integer),
    sa.Column("event_type", sa.String(60)),
    sqlite_autoincrement=True,
)

held = sa.Table(
    "desk_held",
    t.metadata,
    sa.Column("account", sa.String(200), primary_key=True),
    sa.Column("who", sa.String(100), nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
)

saved = sa.Table(
    "desk_search",
    t.metadata,
    sa.Column("who", sa.String(100), primary_key=True),
    sa.Column("name", sa.String(100), primary_key=True),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
)

session = sa.Table(
    "desk_session",
    _passing,
    sa.Column("id", sa.String(64), primary_key=True),  # the SHA-256 of what the browser holds: a copy of the table opens nothing
    sa.Column("name", sa.String(100), nullable=False, index=True),
    sa.Column("kind", sa.String(10), nullable=False),  # session, or once: an address that signs in a single time
    sa.Column("until", sa.String(40), nullable=False),
)


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who works at the desk. `password` is as argon2 writes it; `totp` the secret of a second factor, empty where none is."""

    name: str
    role: str
    password: str
    totp: str = ""
    totp_used: int = 0
    is_active: bool = True
    since: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something done at the door: `signed_in`, `refused`, `signed_out`, `added` and the like."""

    at: str
    what: str
    name: str
    host: str = ""
    told: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody noted of an incident, by an account of it: `report`, `start`, `end` and `event_type` are the words it was made on."""

    account: str
    who: str
    at: str
    text: str
    report: str | None = None
    start: int | None = None
    end: int | None = None
    event_type: str | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """Who has taken an incident to work on it, since when."""

    account: str
    who: str
    at: str


@dataclass(frozen=True, slots=True)
class SavedSearch:
    who: str
    name: str
    address: str
    at: str


class People:
    """The part of a ledger that keeps its people; got as `ledger.people`."""

    def __init__(
        self,
        writing: Callable[[], AbstractContextManager[sa.Connection]],
        asking: Callable[[], AbstractContextManager[sa.Connection]],
    ) -> None:
        self._writing, self._asking = writing, asking

    # -- users ------------------------------------------------------------------------------------------------------------

    def add(self, one: User) -> None:
        """The user is known. Raises: LedgerConflict where one of this name is."""
        with self._writing() as connection:
            if not insert_once(connection, user, [asdict(one)]):
                raise LedgerConflict(f"user {one.name}: there is one of this name already")

    def change(self, one: User) -> None:
        """The user is as given."""
        with self._writing() as connection:
            put(connection, user, asdict(one))

    def find(self, name: str) -> User | None:
        with self._asking() as connection:
            row = connection.execute(sa.select(user).where(user.c.name == name)).mappings().first()
        return User(**row) if row else None

    def get(self, name: str) -> User:
        """The user of this name; raises UnknownName where there is none."""
        found = self.find(name)
        if found is None:
            raise UnknownName(f"user {name}: the ledger knows nobody of this name")
        return found

    def all(self) -> tuple[User, ...]:
        with self._asking() as connection:
            return tuple(User(**row) for row in connection.execute(sa.select(user).order_by(user.c.name)).mappings())

    def is_empty(self) -> bool:
        """True where nobody can sign in to this ledger."""
        with self._asking() as connection:
            return connection.execute(sa.select(user.c.name).where(user.c.is_active).limit(1)).first() is None

    def take_step(self, name: str, step: int) -> bool:
        """The step of a second factor is used up; False where it, or a later one, was before."""
        taken = user.update().where(user.c.name == name, user.c.totp_used < step).values(totp_used=step)
        with self._writing() as connection:
            return connection.execute(taken).rowcount == 1

    # -- sessions ---------------------------------------------------------------------------------------------------------

    def open(self, id: str, name: str, until: str, kind: str = "session") -> None:
        with self._writing() as connection:
            connection.execute(session.insert(), {"id": id, "name": name, "kind": kind, "until": until})

    def whose(self, id: str, now: str, kind: str = "session") -> User | None:
        """The user whose session this is; None where it is over or never was, or its user may not come in any more."""
        chosen = sa.select(user).join(session, session.c.name == user.c.name)
        wanted = chosen.where(session.c.id == id, session.c.kind == kind, session.c.until > now, user.c.is_active)
        with self._asking() as connection:
            row = connection.execute(wanted).mappings().first()
        return User(**row) if row else None

    def close(self, id: str) -> bool:
        """The session is over; False where there was none: of two that close one, one is told True."""
        with self._writing() as connection:
            return connection.execute(session.delete().where(session.c.id == id)).rowcount == 1

    def close_all(self, name: str) -> None:
        with self._writing() as connection:
            connection.execute(session.delete().where(session.c.name == name))

    def forget(self, now: str) -> None:
        """Sessions that are over are gone."""
        with self._writing() as connection:
            connection.execute(session.delete().where(session.c.until <= now))

    # -- the door ---------------------------------------------------------------------------------------------------------

    def note_entry(self, one: Entry) -> None:
        row = {**asdict(one), "name": one.name[:100], "host": one.host[:100]}
        with self._writing() as connection:
            connection.execute(entry.insert(), row)

    def entries(self, *, last: int = 100) -> tuple[Entry, ...]:
        """What was done at the door, the latest first."""
        columns = (entry.c.at, entry.c.what, entry.c.name, entry.c.host, entry.c.told)
        with self._asking() as connection:
            return tuple(Entry(*row) for row in connection.execute(sa.select(*columns).order_by(entry.c.seq.desc()).limit(last)))

    def refusals(self, since: str, *, name: str = "", host: str = "") -> tuple[str, ...]:
        """When the last sign-ins under a name, or from a host, were refused since this time; a success forgives those before."""
        key = entry.c.name == name[:100] if name else entry.c.host == host[:100]
        chosen = sa.select(entry.c.at, entry.c.what).where(key, entry.c.at > since, entry.c.what.in_(("refused", "signed_in")))
        found: list[str] = []
        with self._asking() as connection:
            for at, what in connection.execute(chosen.order_by(entry.c.seq.desc()).limit(1000)):
                if what == "signed_in":
                    break
                found.append(str(at))
        return tuple(found)

    # -- work -------------------------------------------------------------------------------------------------------------

    def add_note(self, one: Note) -> None:
        with self._writing() as connection:
            connection.execute(note.insert(), asdict(one))

    def notes(self, accounts: Collection[str], reports: Collection[str] = ()) -> tuple[Note, ...]:
        """What was noted of these accounts, and by any account of these reports, the oldest first."""
        columns = [note.c[name.name] for name in fields(Note)]
        of = note.c.account.in_(list(accounts)[:900])
        chosen = sa.select(*columns).where(sa.or_(of, note.c.report.in_(list(reports)[:900])) if reports else of)
        with self._asking() as connection:
            return tuple(Note(*row) for row in connection.execute(chosen.order_by(note.c.seq)))

    def hold(self, ones: Iterable[Held]) -> None:
        """These are held by whom they say, whoever held them."""
        with self._writing() as connection:
            for one in ones:
                put(connection, held, asdict(one))

    def release(self, accounts: Collection[str]) -> None:
        with self._writing() as connection:
            connection.execute(held.delete().where(held.c.account.in_(list(accounts)[:900])))

    def holding(self) -> tuple[Held, ...]:
        """Everything that somebody holds, the longest held first."""
        with self._asking() as connection:
            return tuple(Held(*row) for row in connection.execute(sa.select(held).order_by(held.c.at, held.c.account)))

    def save_search(self, one: SavedSearch) -> None:
        with self._writing() as connection:
            put(connection, saved, asdict(one))

    def drop_search(self, who: str, name: str) -> None:
        with self._writing() as connection:
            connection.execute(saved.delete().where(saved.c.who == who, saved.c.name == name))

    def searches(self, who: str) -> tuple[SavedSearch, ...]:
        with self._asking() as connection:
            return tuple(SavedSearch(*row) for row in connection.execute(sa.select(saved).where(saved.c.who == who).order_by(saved.c.name)))
