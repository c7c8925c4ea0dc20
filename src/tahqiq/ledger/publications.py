"""What was made public: every edition of every published incident as it left the desk, and what readers say is wrong in them.

What comes in and goes out are the small values below; an edition's record is JSON that its maker understands. Both tables only grow: a
withdrawal and a merge are editions too, and an answer to a reader is a decision. This file must not know how a record is made or shown.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import msgspec
import sqlalchemy as sa

from tahqiq.errors import UnknownName
from tahqiq.ledger import tables as t
from tahqiq.ledger.dialects import insert_once

PUBLISHED, UPDATED, RESTORED, WITHDRAWN, MERGED = "published", "updated", "restored", "withdrawn", "merged"
LIVE = (PUBLISHED, UPDATED, RESTORED)
# Why an edition was made that no decision to publish asked for; no edition before it is shown again.
SHUT = "words of a withheld document, or a protected name, were taken out"
EMPTY = "{}"  # the record of an edition that is not to be seen, where one is left out
_CHUNK = 500
_seq = sa.BigInteger().with_variant(sa.Integer, "sqlite")

publication = sa.Table(
    "publication",
    t.metadata,
    sa.Column("seq", _seq, primary_key=True, autoincrement=True),
    sa.Column("public_id", sa.String(40), nullable=False),
    sa.Column("edition", sa.Integer, nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("decision", sa.String(200), nullable=False),  # because of which it was made
    sa.Column("why", sa.Text, nullable=False),  # as the public may read it
    sa.Column("leads_to", sa.String(40), nullable=False),  # the public id that a merged one leads to
    sa.Column("day", sa.String(10), nullable=False),
    sa.Column("last_day", sa.String(10), nullable=False),
    sa.Column("event_type", sa.String(60), nullable=False),
    sa.Column("country", sa.String(10), nullable=False),
    sa.Column("grade", sa.String(30), nullable=False),
    sa.Column("killed", sa.Integer, nullable=False),  # the best figure, -1 where none is told
    sa.Column("words", sa.Text, nullable=False),  # folded, by which it is searched
    sa.Column("reports", sa.Text, nullable=False),  # the desk's own ids of the reports it rests on, a JSON list; never shown
    sa.Column("json", sa.Text, nullable=False),
    sa.UniqueConstraint("public_id", "edition", name="publication_by_id"),
    sqlite_autoincrement=True,
)

error_told = sa.Table(
    "error_told",
    t.metadata,
    sa.Column("seq", _seq, primary_key=True, autoincrement=True),
    sa.Column("id", sa.String(40), nullable=False, unique=True),
    sa.Column("public_id", sa.String(40), nullable=False, index=True),
    sa.Column("edition", sa.Integer, nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("about", sa.String(20), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("contact", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)


@dataclass(frozen=True, slots=True)
class Edition:
    """One state of a published incident. `json` is its record, of a withdrawn or merged one the last that was public before."""

    public_id: str
    edition: int
    kind: str
    at: str
    decision: str = ""
    why: str = ""
    leads_to: str = ""
    day: str = ""
    last_day: str = ""
    event_type: str = ""
    country: str = ""
    grade: str = ""
    killed: int = -1
    words: str = ""
    reports: str = "[]"
    json: str = "{}"
    seq: int = 0

    @property
    def is_live(self) -> bool:
        return self.kind in LIVE

    @property
    def report_ids(self) -> frozenset[str]:
        return frozenset(msgspec.json.decode(self.reports, type=list[str]))


@dataclass(frozen=True, slots=True)
class ErrorTold:
    """What a reader says is wrong in an edition. `contact` is empty unless they gave one."""

    id: str
    public_id: str
    edition: int
    at: str
    about: str
    text: str
    source: str = ""
    contact: str = ""
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """Which published incidents. Everything empty is not asked; `after` is the `seq` of the last of the page before."""

    words: tuple[str, ...] = ()
    event_type: str = ""
    country: str = ""
    grade: str = ""
    since: str = ""
    until: str = ""
    order: str = "date"
    offset: int = 0
    limit: int = 50


class Publications:
    """The part of a ledger that keeps what was made public; got as `ledger.publications`."""

    def __init__(
        self,
        writing: Callable[[], AbstractContextManager[sa.Connection]],
        asking: Callable[[], AbstractContextManager[sa.Connection]],
    ) -> None:
        self._writing, self._asking = writing, asking
        self._values: tuple[str, dict[str, tuple[str, ...]]] = ("", {})  # of the state of this stamp

    def append(self, one: Edition) -> bool:
        """The edition is kept; False where one of this number is there already: another process made it meanwhile."""
        with self._writing() as connection:
            return insert_once(connection, publication, [_row(one)]) > 0

    def head(self, public_id: str) -> Edition:
        """The latest edition under this public id; raises UnknownName where nothing was ever published under it."""
        found = self.editions(public_id)
        if not found:
            raise UnknownName(f"{public_id}: nothing was published under this id")
        return found[-1]

    def editions(self, public_id: str) -> tuple[Edition, ...]:
        """Every edition under this public id, the first first."""
        p = publication.c
        return self._listed(sa.select(publication).where(p.public_id == public_id).order_by(p.edition))

    def heads(self, public_ids: Collection[str]) -> dict[str, Edition]:
        """The latest edition of each of these ids that was ever published."""
        wanted, found = list(public_ids), dict[str, Edition]()
        for start in range(0, len(wanted), _CHUNK):
            chosen = _heads().where(publication.c.public_id.in_(wanted[start : start + _CHUNK]))
            found.update((one.public_id, one) for one in self._listed(chosen))
        return found

    def of_reports(self, reports: Collection[str]) -> tuple[Edition, ...]:
        """The live editions that rest on one of these reports."""
        wanted = set(reports)
        return tuple(one for one in self.live() if wanted & one.report_ids) if wanted else ()

    def live(self) -> Iterator[Edition]:
        """Everything that is public now, in the order of the ids."""
        after = ""
        while some := self._listed(_live().where(publication.c.public_id > after).order_by(publication.c.public_id).limit(_CHUNK)):
            yield from some
            after = some[-1].public_id

    def ask(self, asked: Asked) -> tuple[tuple[Edition, ...], int]:
        """One page of what is public now and was asked for, the latest day first, and how many there are."""
        p = publication.c
        where: list[Any] = [p.words.contains(word, autoescape=True) for word in asked.words]
        where += [p[name] == value for name in ("event_type", "country", "grade") if (value := getattr(asked, name))]
        where += [p.last_day >= asked.since] if asked.since else []
        where += [sa.and_(p.day <= asked.until, p.day != "")] if asked.until else []
        order = {"date": p.day, "killed": p.killed, "changed": p.seq}[asked.order]
        # Which, and how many, in one walk that reads no record; then the few that are shown.
        chosen = sa.select(p.seq, sa.func.count().over()).where(*_is_live(), *where)
        with self._asking() as connection:
            found = connection.execute(chosen.order_by(order.desc(), p.public_id).offset(asked.offset).limit(asked.limit)).all()
            whole = sa.select(publication).where(p.seq.in_([row[0] for row in found]))
            by_seq = {int(row["seq"]): Edition(**row) for row in connection.execute(whole).mappings()}
        return tuple(by_seq[int(row[0])] for row in found), int(found[0][1]) if found else 0

    def values(self, column: str) -> tuple[str, ...]:
        """The values of a column among what is public now, in order: event_type, country or grade."""
        stamp = self.stamp()
        if self._values[0] != stamp:
            self._values = (stamp, {})
        if column not in self._values[1]:
            told = publication.c[column]
            chosen = sa.select(told).distinct().where(*_is_live(), told != "").order_by(told)
            with self._asking() as connection:
                self._values[1][column] = tuple(connection.scalars(chosen))
        return self._values[1][column]

    def changes(self, *, before: int = 0, limit: int = 50) -> tuple[Edition, ...]:
        """Editions of all ids, the latest first; those before a `seq` where one is given."""
        p = publication.c
        chosen = sa.select(publication).order_by(p.seq.desc()).limit(limit)
        return self._listed(chosen.where(p.seq < before) if before else chosen)

    def for_public(self) -> Iterator[Edition]:
        """Every edition as a public host may hold it: without the desk's own ids, and of what was shut or withdrawn only that it was."""
        for public_id in self._ids():
            editions = self.editions(public_id)
            shut = max((e.edition for e in editions if e.why == SHUT), default=0)
            is_gone = editions[-1].kind == WITHDRAWN
            for edition in editions:
                bare = replace(edition, decision="", reports="[]")
                yield replace(bare, json=EMPTY, words="") if is_gone or edition.edition < shut else bare

    def take_over(self, editions: Iterable[Edition]) -> int:
        """These editions are kept; gives how many."""
        rows = sorted(editions, key=lambda one: one.seq)
        with self._writing() as connection:
            for start in range(0, len(rows), _CHUNK):
                connection.execute(publication.insert(), [_row(one) for one in rows[start : start + _CHUNK]])
        return len(rows)

    def _ids(self) -> tuple[str, ...]:
        with self._asking() as connection:
            return tuple(connection.scalars(sa.select(publication.c.public_id).distinct().order_by(publication.c.public_id)))

    def stamp(self) -> str:
        """What is public, as one short word: another word, another edition."""
        with self._asking() as connection:
            return str(connection.scalar(sa.select(sa.func.max(publication.c.seq))) or 0)

    # -- what readers say ---------------------------------------------------------------------------------------------

    def tell_error(self, one: ErrorTold) -> bool:
        """It is kept; False where it was known."""
        row = {name: value for name, value in asdict(one).items() if name != "seq"}
        with self._writing() as connection:
            return insert_once(connection, error_told, [row]) > 0

    def errors(self, *, public_id: str = "", limit: int = 1000) -> tuple[ErrorTold, ...]:
        """What readers said, the latest first."""
        e = error_told.c
        columns = [e[field.name] for field in fields(ErrorTold)]
        chosen = sa.select(*columns).order_by(e.seq.desc()).limit(limit)
        with self._asking() as connection:
            rows = connection.execute(chosen.where(e.public_id == public_id) if public_id else chosen)
            return tuple(ErrorTold(*row) for row in rows)

    def error(self, name: str) -> ErrorTold:
        """Raises: UnknownName where nothing was said under this id."""
        columns = [error_told.c[field.name] for field in fields(ErrorTold)]
        with self._asking() as connection:
            row = connection.execute(sa.select(*columns).where(error_told.c.id == name)).first()
        if row is None:
            raise UnknownName(f"{name}: no reader has told of an error under this number")
        return ErrorTold(*row)

    def _listed(self, chosen: "sa.Select[Any]") -> tuple[Edition, ...]:
        with self._asking() as connection:
            return tuple(Edition(**row) for row in connection.execute(chosen).mappings())


def _row(one: Edition) -> dict[str, Any]:
    return {name: value for name, value in asdict(one).items() if name != "seq"}


def _heads() -> "sa.Select[Any]":
    return sa.select(publication).where(_is_last())


def _live() -> "sa.Select[Any]":
    return sa.select(publication).where(*_is_live())


def _is_live() -> "tuple[sa.ColumnElement[bool], ...]":
    return publication.c.kind.in_(LIVE), _is_last()


def _is_last() -> "sa.ColumnElement[bool]":
    later = publication.alias()
    return ~sa.exists().where(later.c.public_id == publication.c.public_id, later.c.edition > publication.c.edition)
