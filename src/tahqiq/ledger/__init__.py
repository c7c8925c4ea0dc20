"""The ledger: everything that was taken in, read and decided, kept for good; and the incidents computed from it.

What comes in and goes out are values of `model`; who asks never sees a table. Appending twice is appending once. Nothing that
was appended is changed or removed; incidents are computed and may be replaced as a whole. The ledger must not know how a text
is read or accounts are linked.

Usage: `open_ledger` makes or opens one. A single call is its own transaction; `with ledger.transaction():` makes several one.
A ledger may be used by many threads and processes at once.
"""

import datetime as dt
import threading
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVar, cast

import msgspec
import sqlalchemy as sa

from tahqiq.errors import LedgerConflict, UnknownName
from tahqiq.ledger import finding, placing, tallies
from tahqiq.ledger import tables as t
from tahqiq.ledger.asking import Page, Query, place_after
from tahqiq.ledger.cells import cell_of
from tahqiq.ledger.changes import Change, changes_after, note_changes
from tahqiq.ledger.copying import copy_in, copy_out
from tahqiq.ledger.daily import by_day, last_day, last_report, told_since
from tahqiq.ledger.dialects import alone, insert_once, make_engine, put, reach, size_of
from tahqiq.ledger.following import Following
from tahqiq.ledger.keys import Keys
from tahqiq.ledger.loading import Loading, fill
from tahqiq.ledger.media import append_addresses, append_media, is_named, media_of, reports_with
from tahqiq.ledger.migrating import bring_up_to_date, check_up_to_date, is_current
from tahqiq.ledger.people import People
from tahqiq.ledger.protected import THEME as PROTECTED
from tahqiq.ledger.protected import standing
from tahqiq.ledger.publications import Publications
from tahqiq.ledger.records import Records
from tahqiq.ledger.redirecting import redirect
from tahqiq.ledger.shelf import Kept, Placed, Shelf
from tahqiq.ledger.sizes import failures_by_kind, sizes
from tahqiq.ledger.things import Listed, Month, Tally, Things, count_all, count_changed, facets, parts, person_rows
from tahqiq.ledger.waiting import acquired, longest_waiting
from tahqiq.ledger.withheld import withheld_reports
from tahqiq.ledger.words import index_corrected, index_names, index_text
from tahqiq.ledger.words import reports_with as reports_having
from tahqiq.model import Account, Alike, Decision, Document, Figure, Incident, Link, Medium, Person, Reading, Report, Source, Told, digest
from tahqiq.refusing import refused
from tahqiq.terms import asked, name_terms

__all__ = ["Failure", "Kept", "Ledger", "Listed", "Month", "Page", "Placed", "Poll", "Query", "Run", "Tally", "open_ledger"]

T = TypeVar("T")
_CHUNK = 500  # rows or names a statement; SQLite takes 999 parameters in its older builds
_MOST = 2**31 - 1  # that an integer column holds
_OF_INCIDENTS = (t.incident_json, t.incident_facet, t.incident_report, t.incident_account)
_encode = msgspec.json.Encoder(order="deterministic")


@dataclass(frozen=True, slots=True)
class Failure:
    """What was taken in but not read, and why: a line of a document, a report of it, or the whole."""

    document: str
    reason: str
    line: int | None = None
    report: str | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One run that added something. `custody` is the head of the vault's chain at its end: proof that the end was not cut off."""

    at: str
    program: str
    custody: str
    facts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Poll:
    """One asking of a feed: how many of its items were new, what the next asking is to name so that only news is sent, what failed."""

    feed: str
    at: str
    source: str = ""
    new: int = 0
    etag: str = ""
    modified: str = ""
    problem: str = ""


def open_ledger(url: str) -> "Ledger":
    """The ledger at this address, made where there is none and brought up to date where it is older.

    Raises: UnknownName for an address of no known kind; LedgerConflict where it cannot be opened.
    """
    engine = make_engine(url)
    bring_up_to_date(engine)
    return Ledger(engine)


def read_ledger(url: str) -> "Ledger":
    """The ledger at this address, to be read alone: the database itself refuses what would change it.

    Raises: as `open_ledger`; LedgerConflict too where there is none, or it is older than this version.
    """
    engine = make_engine(url, reading=True)
    check_up_to_date(engine)
    return Ledger(engine)


class Ledger:
    """The only door to storage; see the module's head."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._dialect = engine.dialect.name
        self._here = threading.local()
        self._at_one_moment = {"isolation_level": "REPEATABLE READ"} if self._dialect == "postgresql" else {}
        self.people = People(self._writing, self._asking)
        self.following = Following(self._writing, self._asking)
        self.things = Things(self._writing, self._asking)
        self.records = Records(self._writing, self._asking)
        self.publications = Publications(self._writing, self._asking)
        self.keys = Keys(self._writing, self._asking)
        self.shelf = Shelf(self._writing, self._asking)

    def close(self) -> None:
        """Connections are given back; the ledger may be used again."""
        self._engine.dispose()

    @contextmanager
    def transaction(self, *, computing: bool = False) -> Iterator[None]:
        """All appended inside is kept together, or none of it.

        Args:
            computing: no other process replaces incidents meanwhile.
        """
        with self._writing() as connection:
            if computing:
                alone(connection)
            yield

    # -- whole ------------------------------------------------------------------------------------------------------------

    def copy_out(self) -> Iterator[bytes]:
        """The whole ledger as lines, as it is at one moment, for `copy_in` of another, on either database."""
        with reach(self._engine).execution_options(**self._at_one_moment) as connection, connection.begin():
            yield from copy_out(connection)

    def copy_in(self, lines: Iterable[bytes]) -> int:
        """The ledger, which is empty, holds what the other held, or as little as before; gives how many rows.

        Raises: LedgerConflict where it is not empty, or the lines are not a ledger's.
        """
        with self._writing() as connection:
            return copy_in(connection, lines)

    @contextmanager
    def loading(self) -> Iterator[Loading]:
        """The ledger, which holds no reports, holds all that is loaded inside, or none of it.

        Raises: LedgerConflict where it holds reports.
        """
        with self._writing() as connection:
            yield Loading(connection, _insert_incidents)

    # -- appending --------------------------------------------------------------------------------------------------------

    def append_source(self, source: Source) -> bool:
        """The source is known; True where it was not."""
        return self._append(t.source, {"id": source.id, "json": _json(source)})

    def append_document(self, document: Document, *, addresses: Iterable[str] = ()) -> bool:
        """The document is known, with the first place it was got from; True where it was not.

        Args:
            addresses: by which reports that name it find it, where it is a photo, a video or a recording.
        """
        with self._writing() as connection:
            is_new = insert_once(connection, t.document, [{"id": document.id, "json": _json(document)}]) > 0
            append_addresses(connection, document.id, addresses)
            return is_new

    def finish_document(self, document_id: str) -> bool:
        """The document's reports are all in, so that a later run leaves it alone."""
        return self._append(t.finished, {"document": document_id})

    def append_report(self, report: Report) -> bool:
        """The report is kept and can be searched; True where it was not known.

        Raises: LedgerConflict where another text has this id.
        """
        row = {
            "id": report.id,
            "document": report.document,
            "language": report.language,
            "source": report.source,
            "json": _json(report),
        }
        with self._writing() as connection:
            if not insert_once(connection, t.report, [row]):
                if _load(Report, _one(connection, t.report, report.id)).text != report.text:
                    raise LedgerConflict(f"report {report.id}: is known with another text")
                append_media(connection, report.id, report.media)
                return False
            append_media(connection, report.id, report.media)
            seq = connection.scalar(sa.select(t.report.c.seq).where(t.report.c.id == report.id))
            index_text(connection, int(seq or 0), report)
            return True

    def append_reading(self, reading: Reading, *, beside: bool = False) -> bool:
        """The reading is kept and is the one of its report that counts from now on; True where it was not known.

        Args:
            beside: it is kept as a second reader's, and whatever counted goes on to count.
        """
        name = digest(reading.report, reading.reader, reading.version, _json(reading))
        alone = replace(reading, accounts=(), figures=())
        with self._writing() as connection:
            if not insert_once(connection, t.reading, [{"id": name, "report": reading.report, "json": _json(alone)}]):
                return False
            accounts = [{"reading": name, "id": a.id, "position": i, "json": _json(a)} for i, a in enumerate(reading.accounts)]
            figures = [{"reading": name, "position": i, "json": _json(f)} for i, f in enumerate(reading.figures)]
            for table, rows in ((t.account, accounts), (t.figure, figures)):
                if rows:
                    connection.execute(table.insert(), rows)
            if beside:
                return True
            put(connection, t.standing_reading, {"report": reading.report, "reading": name})
            seq = connection.scalar(sa.select(t.report.c.seq).where(t.report.c.id == reading.report))
            index_names(connection, int(seq or 0), reading.accounts, reading.figures)
            return True

    def append_links(self, links: Iterable[Link], *, complete: bool = False) -> bool:
        """The links stand; with `complete`, these and no others, the rest being taken back. True where that changed anything."""
        given = {(link.a, link.b): _json(link) for link in links}
        with self._writing() as connection:
            before = {(a, b): text for a, b, text in connection.execute(_standing_links())}
            rows = [
                {"a": a, "b": b, "standing": True, "json": text} for (a, b), text in sorted(given.items()) if before.get((a, b)) != text
            ]
            if complete:
                gone = sorted(before.items() - given.items()) if not given else sorted((k, v) for k, v in before.items() if k not in given)
                rows += [{"a": a, "b": b, "standing": False, "json": text} for (a, b), text in gone]
            if rows:
                connection.execute(t.link.insert(), rows)
            return bool(rows)

    def append_decision(self, decision: Decision) -> bool:
        """The decision is kept; True where it was not known.

        Raises: LedgerConflict where another decision has this id.
        """
        text = _json(decision)
        with self._writing() as connection:
            if insert_once(connection, t.decision, [{"id": decision.id, "subject": decision.subject, "json": text}]):
                return True
            if _one(connection, t.decision, decision.id) != text:
                raise LedgerConflict(f"decision {decision.id}: another decision has this id; decisions are never edited")
            return False

    def append_failure(self, failure: Failure) -> bool:
        """What was not read and why is kept; True where it was not known."""
        name = digest(failure.document, failure.line, failure.report, failure.reason)
        row = {"id": name, "document": failure.document, "line": failure.line, "report": failure.report, "reason": failure.reason}
        return self._append(t.failure, row)

    def append_run(self, run: Run) -> None:
        """The run is kept."""
        row = {"at": run.at, "program": run.program, "custody": run.custody, "json": _json(run)}
        with self._writing() as connection:
            connection.execute(t.run.insert(), row)

    def append_poll(self, poll: Poll, items: Iterable[str] = ()) -> None:
        """The poll is kept, and these items of its feed are known, by their names."""
        rows = [{"feed": poll.feed[:500], "item": digest(item)} for item in dict.fromkeys(items)]
        with self._writing() as connection:
            insert_once(connection, t.seen_item, rows)
            connection.execute(t.poll.insert(), {"feed": poll.feed[:500], "json": _json(poll)})

    # -- what was appended ------------------------------------------------------------------------------------------------

    def document(self, document_id: str) -> Document:
        """The document of this id; raises UnknownName where there is none."""
        return self._get(Document, t.document, document_id)

    def report(self, report_id: str) -> Report:
        """The report of this id; raises UnknownName where there is none."""
        return self._get(Report, t.report, report_id)

    def reading(self, report_id: str) -> Reading:
        """The reading of this report that counts; raises UnknownName where there is none."""
        standing = t.standing_reading
        chosen = sa.select(t.reading.c.id, t.reading.c.json).join(standing, standing.c.reading == t.reading.c.id)
        with self._asking() as connection:
            row = connection.execute(chosen.where(standing.c.report == report_id)).first()
            if row is None:
                raise UnknownName(f"report {report_id}: the ledger has no reading of it")
            accounts = _parts(connection, t.account, row[0])
            figures = _parts(connection, t.figure, row[0])
        return replace(
            _load(Reading, row[1]),
            accounts=tuple(_load(Account, a) for a in accounts),
            figures=tuple(_load(Figure, f) for f in figures),
        )

    def readings_beside(self, report_id: str) -> tuple[Reading, ...]:
        """What other readers than the one that counts made of this report: the last reading of each, by the readers' names."""
        standing = t.standing_reading
        chosen = sa.select(t.reading.c.id, t.reading.c.json, standing.c.reading).join(standing, standing.c.report == t.reading.c.report)
        with self._asking() as connection:
            rows = connection.execute(chosen.where(t.reading.c.report == report_id).order_by(t.reading.c.seq)).all()
            found = {name: _load(Reading, text) for name, text, _ in rows}
            counted = next((found[row[2]].reader for row in rows if row[2] in found), None)
            last = {reading.reader: name for name, reading in found.items() if reading.reader != counted}
            accounts = {name: _parts(connection, t.account, name) for name in last.values()}
        told = ((found[name], accounts[name]) for _, name in sorted(last.items()))
        return tuple(replace(reading, accounts=tuple(_load(Account, a) for a in its)) for reading, its in told)

    def account(self, account_id: str) -> Account:
        """The account of this id, of a reading that counts; raises UnknownName where there is none."""
        found = self.accounts_of([account_id])
        if not found:
            raise refused(UnknownName, "no_account", name=account_id)
        return found[0]

    def documents(self) -> Iterator[Document]:
        """All documents, in the order of their ids."""
        return self._all(Document, sa.select(t.document.c.id, t.document.c.json), t.document.c.id)

    def done_documents(self) -> frozenset[str]:
        """Ids of the documents of which every report is in."""
        with self._asking() as connection:
            return frozenset(connection.scalars(sa.select(t.finished.c.document)))

    def is_finished(self, document_id: str) -> bool:
        """True where every report of this document is in."""
        with self._asking() as connection:
            return connection.scalar(sa.select(t.finished.c.document).where(t.finished.c.document == document_id)) is not None

    def sizes(self) -> dict[str, int]:
        """How much the ledger holds, by what it is."""
        with self._asking() as connection:
            return sizes(connection)

    def failures_by_kind(self) -> dict[str, int]:
        """How many lines, reports and whole documents were not read."""
        with self._asking() as connection:
            return failures_by_kind(connection)

    def is_current(self) -> bool:
        """True where the ledger answers and has the tables of this version. Raises: LedgerConflict where it cannot be reached."""
        with self._asking() as connection:
            return is_current(connection)

    def unfinished_documents(self) -> int:
        """How many documents were taken in of which not every report is: they are being read, or wait for the next run."""
        with self._asking() as connection:
            done = sa.exists().where(t.finished.c.document == t.document.c.id)
            return connection.scalar(sa.select(sa.func.count()).select_from(t.document).where(~done)) or 0

    def reports(self, after: str | None = None, limit: int | None = None) -> Iterator[Report]:
        """Reports in the order of their ids, those after `after`; all of them where `limit` is None."""
        return self._all(Report, sa.select(t.report.c.id, t.report.c.json), t.report.c.id, after, limit)

    def accounts(self, after: str | None = None, limit: int | None = None) -> Iterator[Account]:
        """Accounts of the readings that count, in the order of their ids, those after `after`; all where `limit` is None."""
        return self._all(Account, _standing_accounts(), t.account.c.id, after, limit)

    def accounts_of(self, ids: Iterable[str], *, as_read: bool = False) -> tuple[Account, ...]:
        """The accounts of these ids in the ids' order, as persons corrected them; ids that the ledger does not have are left out.

        Args:
            as_read: as the reader has them, whatever persons said.
        """
        found = self._some(Account, _standing_accounts(), t.account.c.id, ids)
        if as_read or not found:
            return found
        chosen = sa.select(t.decided_account.c.id, t.decided_account.c.json)
        decided = {a.id: a for a in self._some(Account, chosen, t.decided_account.c.id, [a.id for a in found])}
        return tuple(decided.get(account.id, account) for account in found)

    def accounts_of_reports(self, ids: Iterable[str]) -> tuple[Account, ...]:
        """The accounts that these reports' readings that count tell, as read, in the order of their ids."""
        wanted, found = list(dict.fromkeys(ids)), list[Account]()
        for start in range(0, len(wanted), _CHUNK):
            chosen = _standing_accounts().where(t.standing_reading.c.report.in_(wanted[start : start + _CHUNK]))
            found += (_load(Account, text) for _id, text in self._rows(chosen))
        return tuple(sorted(found, key=lambda account: account.id))

    def reports_of(self, ids: Iterable[str]) -> tuple[Report, ...]:
        """The reports of these ids in the ids' order; ids that the ledger does not have are left out."""
        return self._some(Report, sa.select(t.report.c.id, t.report.c.json), t.report.c.id, ids)

    def media(self, reports: Iterable[str]) -> dict[str, tuple[Medium, ...]]:
        """The photos, videos and recordings of these reports, by report; `document` is None of those that only an address tells of."""
        wanted, found = list(reports), dict[str, list[Medium]]()
        with self._asking() as connection:
            for start in range(0, len(wanted), _CHUNK):
                for report, medium in media_of(connection, wanted[start : start + _CHUNK]):
                    found.setdefault(report, []).append(medium)
        return {name: tuple(found[name]) for name in wanted if name in found}

    def all_media(self) -> Iterator[tuple[str, Medium]]:
        """Every report that has photos, videos or recordings, with each of them, in the order of the reports' ids."""
        after = ""
        while names := self._reports_with_media(after):
            for name, found in self.media(names).items():
                yield from ((name, medium) for medium in found)
            after = names[-1]

    def _reports_with_media(self, after: str) -> Sequence[str]:
        chosen = sa.select(t.medium.c.report).distinct().where(t.medium.c.report > after).order_by(t.medium.c.report).limit(_CHUNK)
        with self._asking() as connection:
            return connection.scalars(chosen).all()

    def names_medium(self, document_id: str, addresses: Iterable[str]) -> bool:
        """True where a report has this photo, video or recording attached, or names one of the addresses that it was got from."""
        with self._asking() as connection:
            return is_named(connection, document_id, addresses)

    def reports_with_medium(self, document_id: str) -> tuple[str, ...]:
        """Ids of the reports that have this photo, video or recording."""
        with self._asking() as connection:
            return reports_with(connection, document_id)

    def withheld_reports(self) -> dict[str, str]:
        """The reports of documents that are given to nobody, each with the reason: their words are not to be shown or given out."""
        with self._asking() as connection:
            return {report: _load(Decision, text).why for report, text in withheld_reports(connection).items()}

    def protected_names(self) -> tuple[str, ...]:
        """The names that leave the desk in no export and on no public page, in the order in which they were marked."""
        return tuple(one.subject for one in standing(self.records.of(PROTECTED)))

    def links(self) -> Iterator[Link]:
        """The links that stand, ordered by their accounts."""
        with self._asking() as connection:
            rows = connection.execute(_standing_links()).all()
        return (_load(Link, text) for _a, _b, text in rows)

    def links_of(self, accounts: Iterable[str]) -> tuple[Link, ...]:
        """The links that stand of these accounts, with one another and with others, ordered by their accounts."""
        wanted, found = list(dict.fromkeys(accounts)), dict[tuple[str, str], str]()
        link = t.link.c
        for start in range(0, len(wanted), _CHUNK // 2):
            some = wanted[start : start + _CHUNK // 2]
            last = sa.select(sa.func.max(link.seq)).where(sa.or_(link.a.in_(some), link.b.in_(some))).group_by(link.a, link.b)
            chosen = sa.select(link.a, link.b, link.json).where(link.seq.in_(last), link.standing)
            found.update(((a, b), text) for a, b, text in self._rows(chosen))
        return tuple(_load(Link, found[pair]) for pair in sorted(found))

    def decisions(self, subject: str | None = None) -> Iterator[Decision]:
        """Decisions in the order they were made, of one subject or of all."""
        chosen = sa.select(t.decision.c.json).order_by(t.decision.c.seq)
        return self._listed(Decision, chosen.where(t.decision.c.subject == subject) if subject is not None else chosen)

    def sources(self) -> Iterator[Source]:
        """All sources, in the order of their ids."""
        return self._listed(Source, sa.select(t.source.c.json).order_by(t.source.c.id))

    def counts_by_source(self) -> dict[str, int]:
        """How many reports each source gave, as the reports name it; those that name none are left out."""
        chosen = sa.select(t.report.c.source, sa.func.count()).where(t.report.c.source.is_not(None)).group_by(t.report.c.source)
        with self._asking() as connection:
            return _tally(connection, chosen)

    def failures(self) -> Iterator[Failure]:
        """What was not read and why, by document and line."""
        f = t.failure.c
        with self._asking() as connection:
            rows = connection.execute(sa.select(f.document, f.reason, f.line, f.report).order_by(f.document, f.line, f.report, f.id)).all()
        return (Failure(*row) for row in rows)

    def runs(self) -> Iterator[Run]:
        """The runs that added something, in their order."""
        return self._listed(Run, sa.select(t.run.c.json).order_by(t.run.c.seq))

    def polls(self, feed: str | None = None, *, last: int | None = None) -> tuple[Poll, ...]:
        """The polls of a feed, or of all, in their order; the `last` of them where that is given."""
        chosen = sa.select(t.poll.c.json).order_by(t.poll.c.seq.desc())
        if feed is not None:
            chosen = chosen.where(t.poll.c.feed == feed[:500])
        return tuple(reversed(tuple(self._listed(Poll, chosen.limit(last) if last else chosen))))

    def unseen(self, feed: str, items: Iterable[str]) -> list[str]:
        """Those of the items that were not known of this feed, in the order given."""
        named = {digest(item): item for item in items}
        with self._asking() as connection:
            known = set(
                connection.scalars(sa.select(t.seen_item.c.item).where(t.seen_item.c.feed == feed[:500], t.seen_item.c.item.in_(named)))
            )
        return [item for name, item in named.items() if name not in known]

    def size(self) -> int:
        """Bytes that the database takes."""
        with self._asking() as connection:
            return size_of(connection)

    def stamp(self) -> str:
        """What the incidents would be computed from now: another stamp, other readings, decisions or sources."""
        # Counted, for of two that are appended at once the one numbered last may be there first.
        counted = [sa.select(sa.func.count()).select_from(table).scalar_subquery() for table in (t.reading, t.decision, t.source)]
        with self._asking() as connection:
            row = connection.execute(sa.select(*counted)).one()
        return ":".join(map(str, row))

    # -- incidents --------------------------------------------------------------------------------------------------------

    def replace_incidents(self, incidents: Iterable[Incident], *, stamp: str = "", decided: Iterable[Account] = (), at: str = "") -> None:
        """The incidents are these and no others; ids that are no more lead to where most of their accounts went.

        Args:
            stamp: what they were computed from, for `incidents_stamp`.
            decided: the accounts that persons corrected, as they count.
            at: the time, UTC, for `changes`.
        """
        new = {incident.id: incident for incident in incidents}
        with self._writing() as connection:
            alone(connection)
            went = redirect(connection, new)
            note_changes(connection, new, went=went, whole=True, at=at)
            corrected = {account.id: account for account in decided}
            before = connection.scalars(sa.select(t.decided_account.c.json)).all()
            for emptied in (*_OF_INCIDENTS, t.incident, t.decided_account):
                connection.execute(emptied.delete())
            if corrected:
                rows = [{"id": name, "json": _json(account)} for name, account in corrected.items()]
                connection.execute(t.decided_account.insert(), rows)
            index_corrected(connection, {_load(Account, text).report for text in before}, corrected)
            _insert_incidents(connection, new.values())
            count_all(connection)
            tallies.recount(connection)
            put(connection, t.computed, {"name": "incidents", "value": stamp})

    def put_incidents(self, incidents: Iterable[Incident], *, stamp: str, without: Collection[str] = (), at: str = "") -> None:
        """These incidents are as given, each in place of the one of its id; all others are as they were.

        Args:
            stamp: what all incidents are computed from with these.
            without: incidents that are no more; their ids lead to where their accounts went.
            at: the time, UTC, for `changes`.
        """
        new = {incident.id: incident for incident in incidents}
        with self._writing() as connection:
            alone(connection)
            went = redirect(connection, new, set(without) | new.keys()) if without else None
            note_changes(connection, new, went=went, whole=False, without=without, at=at)
            known = _numbers(connection, {*new, *without})
            before = parts(connection, known.values())
            tallies.note(connection, known.values(), -1)
            for some in _chunks(sorted(known.values())):
                for table in _OF_INCIDENTS:
                    connection.execute(table.delete().where(table.c.incident.in_(some)))
                connection.execute(t.incident.delete().where(t.incident.c.n.in_(some)))
            numbers = _insert_incidents(connection, new.values(), known)
            tallies.note(connection, numbers, +1)
            count_changed(connection, before, parts(connection, numbers))
            put(connection, t.computed, {"name": "incidents", "value": stamp})

    def changes(self, after: int = 0, *, limit: int = 100, what: Collection[str] = (), incident: str = "") -> tuple[Change, ...]:
        """What became of incidents since the change of this number, in order; whoever goes on from the last of them misses none."""
        with self._asking() as connection:
            return changes_after(connection, after, limit, what=what, incident=incident)

    def put_decided(self, accounts: Iterable[str], corrected: Iterable[Account]) -> None:
        """Of these accounts those given are as persons corrected them, the others as they were read."""
        names = sorted(set(accounts))
        decided = {account.id: account for account in corrected}
        with self._writing() as connection:
            before: set[str] = set()
            for some in _chunks(names):
                chosen = t.decided_account.c.id.in_(some)
                before |= {_load(Account, text).report for text in connection.scalars(sa.select(t.decided_account.c.json).where(chosen))}
                connection.execute(t.decided_account.delete().where(chosen))
            if decided:
                connection.execute(t.decided_account.insert(), [{"id": n, "json": _json(account)} for n, account in decided.items()])
            if before or decided:
                chosen_all = sa.select(t.decided_account.c.id, t.decided_account.c.json)
                reports = {*before, *(account.report for account in decided.values())}
                beside = self._some(Account, chosen_all, t.decided_account.c.id, [a.id for a in self.accounts_of_reports(reports)])
                index_corrected(connection, before, {account.id: account for account in beside})

    def put_copies(self, first: str, others: Iterable[str]) -> None:
        """These reports are copies of the first, and of no other."""
        names = sorted({*others} - {first})
        with self._writing() as connection:
            connection.execute(t.copy.delete().where(t.copy.c.report.in_([first, *names])))
            if names:
                connection.execute(t.copy.insert(), [{"report": name, "first": first} for name in names])

    def firsts(self, reports: Iterable[str]) -> dict[str, str]:
        """For each of these reports the first of its text, itself where it is that or has no copy."""
        found = {name: name for name in reports}
        with self._asking() as connection:
            for some in _chunks(sorted(found)):
                rows = connection.execute(sa.select(t.copy.c.report, t.copy.c.first).where(t.copy.c.report.in_(some)))
                found.update((row[0], row[1]) for row in rows)
        return found

    def put_links(self, links: Iterable[Link], gone: Iterable[tuple[str, str]] = ()) -> None:
        """These links stand, those of the pairs that are gone are taken back, and all others are as they were."""
        rows = [{"a": link.a, "b": link.b, "standing": True, "json": _json(link)} for link in links]
        pairs = set(gone)
        for link in self.links_of({a for a, _ in pairs}):
            if (link.a, link.b) in pairs:
                rows.append({"a": link.a, "b": link.b, "standing": False, "json": _json(link)})
        if rows:
            with self._writing() as connection:
                connection.execute(t.link.insert(), rows)

    def replace_persons(self, persons: Iterable[Person], doubtful: Iterable[Alike] = ()) -> None:
        """The persons are these and no others, and these pairs of them may be one, the likeliest first."""
        with self._writing() as connection:
            alone(connection)
            for table in (t.person_alike, t.person_term, t.person_facet, t.person_account, t.person):
                connection.execute(table.delete())
            _insert_persons(connection, tuple(persons), doubtful)

    def put_persons(self, persons: Iterable[Person], *, without: Collection[str], doubtful: Iterable[Alike]) -> None:
        """These persons are as given, those of `without` are no more, and all others as they were.

        Args:
            doubtful: all pairs of persons that may be one, the likeliest first.
        """
        given = tuple(persons)
        with self._writing() as connection:
            alone(connection)
            connection.execute(t.person_alike.delete())
            for some in _chunks(sorted({*without, *(person.id for person in given)})):
                for table in (t.person_term, t.person_facet, t.person_account):
                    connection.execute(table.delete().where(table.c.person.in_(some)))
                connection.execute(t.person.delete().where(t.person.c.id.in_(some)))
            _insert_persons(connection, given, doubtful)

    def all_persons(self) -> Iterator[Person]:
        """All persons, in the order of their ids."""
        return self._all(Person, sa.select(t.person.c.id, t.person.c.json), t.person.c.id)

    def person(self, person_id: str) -> Person:
        """The person of this id; raises UnknownName where there is none."""
        return self._get(Person, t.person, person_id)

    def persons(self, name: str = "", *, incident: str | None = None, after: str | None = None, limit: int = 50) -> tuple[Person, ...]:
        """Persons in the order of their ids, those after `after`: with every word of the name, in any letters; of one incident."""
        chosen = sa.select(t.person.c.id, t.person.c.json).order_by(t.person.c.id).limit(limit)
        for word in asked(name):
            term = t.person_term.c
            either = sa.or_(*(term.term.startswith(b, autoescape=True) for b in word.beginnings), term.term.in_(word.sounds))
            chosen = chosen.where(t.person.c.id.in_(sa.select(term.person).where(either)))
        if incident is not None:
            of = sa.select(t.person_account.c.person).join(t.incident_account, t.incident_account.c.account == t.person_account.c.account)
            mine = of.join(t.incident, t.incident.c.n == t.incident_account.c.incident).where(t.incident.c.id == incident)
            chosen = chosen.where(t.person.c.id.in_(mine))
        return tuple(_load(Person, text) for _, text in self._rows(chosen.where(t.person.c.id > after) if after else chosen))

    def persons_of(self, accounts: Iterable[str]) -> tuple[Person, ...]:
        """The persons whom one of these accounts names, in the order of their ids."""
        found: dict[str, str] = {}
        chosen = sa.select(t.person.c.id, t.person.c.json).join(t.person_account, t.person_account.c.person == t.person.c.id)
        for some in _chunks(sorted(set(accounts))):
            found.update((row[0], row[1]) for row in self._rows(chosen.where(t.person_account.c.account.in_(some))))
        return tuple(_load(Person, found[name]) for name in sorted(found))

    def persons_alike(self, *, limit: int = 100) -> tuple[Alike, ...]:
        """Pairs of persons that may be one, the likeliest first."""
        return tuple(self._listed(Alike, sa.select(t.person_alike.c.json).order_by(t.person_alike.c.n).limit(limit)))

    def replace_copies(self, copies: Mapping[str, str]) -> None:
        """The reports that are copies are these and no others, each with the first of its text."""
        rows = [{"report": report, "first": first} for report, first in sorted(copies.items()) if report != first]
        with self._writing() as connection:
            connection.execute(t.copy.delete())
            for start in range(0, len(rows), 10 * _CHUNK):
                connection.execute(t.copy.insert(), rows[start : start + 10 * _CHUNK])

    def same_text(self, report_id: str) -> tuple[str, ...]:
        """The reports that are one wire text with this one, the first of them first; none where there is no other."""
        with self._asking() as connection:
            first = connection.scalar(sa.select(t.copy.c.first).where(t.copy.c.report == report_id)) or report_id
            others = connection.scalars(sa.select(t.copy.c.report).where(t.copy.c.first == first).order_by(t.copy.c.report)).all()
        return (first, *others) if others else ()

    def incidents_stamp(self) -> str:
        """The stamp given when the incidents were last replaced; empty before."""
        with self._asking() as connection:
            return connection.scalar(sa.select(t.computed.c.value).where(t.computed.c.name == "incidents")) or ""

    def incident(self, incident_id: str) -> Incident:
        """The incident of this id or public id, or the one its accounts have gone to; raises UnknownName where there is none."""
        wanted, seen = incident_id, set[str]()
        with self._asking() as connection:
            while wanted not in seen:
                seen.add(wanted)
                if text := connection.scalar(_incidents().where(t.incident.c.id == wanted)):
                    return _load(Incident, text)
                wanted = connection.scalar(sa.select(t.redirect.c.new).where(t.redirect.c.old == wanted)) or _published(connection, wanted)
        raise refused(UnknownName, "no_incident", name=incident_id)

    def incidents_of_accounts(self, ids: Iterable[str]) -> tuple[Incident, ...]:
        """The incidents that have one of these accounts, in the order of their ids."""
        wanted, found = list(dict.fromkeys(ids)), dict[str, str]()
        chosen = _incidents(t.incident.c.id).join(t.incident_account, t.incident_account.c.incident == t.incident.c.n)
        for start in range(0, len(wanted), _CHUNK):
            some = wanted[start : start + _CHUNK]
            found.update((row[0], row[1]) for row in self._rows(chosen.where(t.incident_account.c.account.in_(some))))
        return tuple(_load(Incident, found[name]) for name in sorted(found))

    def incidents(self, query: Query = Query()) -> Page:  # noqa: B008 - frozen
        """One page of the incidents that match, in the query's order."""
        with self._asking() as connection:
            return self._page(connection, query, finding.find(connection, finding.prepare(connection, query)))

    def search(self, query: Query, *, most: int = 50) -> tuple[Page, finding.Counts]:
        """One page of the incidents that match, and of all that match how many have each value of each field."""
        with self._asking() as connection:
            asked_for = finding.prepare(connection, query)
            found = finding.find(connection, asked_for)
            return self._page(connection, query, found), finding.count(connection, asked_for, found, most=most)

    def search_reports(self, query: Query) -> tuple[tuple[Report, ...], str | None]:
        """Reports that have the query's words and tell of an incident that matches otherwise, the last taken in first; and what is next."""
        with self._asking() as connection:
            rows = finding.find_reports(connection, query)
        limit = max(1, query.limit)
        return tuple(_load(Report, text) for _, text in rows[:limit]), str(rows[limit - 1][0]) if len(rows) > limit else None

    def clusters(self, query: Query, zoom: int, x: int, y: int, *, decimals: dict[str, int] | None = None) -> tuple[placing.Cluster, ...]:
        """The incidents that match and lie in a map's tile, gathered; see `placing`."""
        with self._asking() as connection:
            return placing.clusters(connection, finding.prepare(connection, query), zoom, x, y, decimals=decimals)

    def months(self, query: Query) -> tuple[placing.Month, ...]:
        """The months in which the incidents that match began, with how many they are and their killed."""
        with self._asking() as connection:
            return placing.months(connection, finding.prepare(connection, query))

    def unplaced(self, query: Query) -> int:
        """How many of the incidents that match lie nowhere on a map."""
        with self._asking() as connection:
            return placing.unplaced(connection, finding.prepare(connection, query))

    def extent(self, query: Query) -> tuple[float, float, float, float] | None:
        """West, south, east and north of the incidents that match; None where none is placed."""
        with self._asking() as connection:
            return placing.extent(connection, finding.prepare(connection, query))

    def states(self, query: Query) -> dict[str, str]:
        """The first incidents that match, by id, each with a digest of what a list shows of it."""
        with self._asking() as connection:
            return finding.states(connection, finding.prepare(connection, query))

    def still(self, query: Query, ids: Iterable[str]) -> set[str]:
        """Those of the incidents of these ids that match."""
        with self._asking() as connection:
            return finding.still(connection, finding.prepare(connection, query), ids)

    def _page(self, connection: sa.Connection, query: Query, found: finding.Found) -> Page:
        limit = max(1, query.limit)
        shown, chosen, told = found.rows[:limit], sa.select(t.incident_json.c.incident, t.incident_json.c.json), dict[int, str]()
        for start in range(0, len(shown), _CHUNK):
            wanted = [row[2] for row in shown[start : start + _CHUNK]]
            told.update((row[0], row[1]) for row in connection.execute(chosen.where(t.incident_json.c.incident.in_(wanted))))
        following = place_after(shown[-1][0], shown[-1][1]) if len(found.rows) > limit else None
        return Page(tuple(_load(Incident, told[row[2]]) for row in shown), following, found.total, found.is_more)

    def reports_with(self, text: str, *, limit: int = 50, after: str | None = None) -> tuple[Report, ...]:
        """Reports that have every word of the text, as `Query.text` is asked, in the order of their ids, those after `after`."""
        chosen = sa.select(t.report.c.id, t.report.c.json).order_by(t.report.c.id).limit(limit)
        for words in reports_having(self._dialect, text):
            chosen = chosen.where(t.report.c.seq.in_(words))
        rows = self._rows(chosen.where(t.report.c.id > after) if after else chosen)
        return tuple(_load(Report, text) for _, text in rows)

    def counts(self, query: Query = Query(), *, most: int = 50) -> dict[str, dict[str, int]]:  # noqa: B008 - frozen
        """Per field how many incidents have each value of it, the query's other conditions holding; the most frequent first."""
        with self._asking() as connection:
            return finding.count(connection, finding.prepare(connection, query), most=most).fields

    def by_day(self, field: str, since: dt.date, until: dt.date) -> dict[str, dict[str, int]]:
        """By value of a field (place, event_type, actor, source) and ISO day how many incidents began then, of these days."""
        with self._asking() as connection:
            return by_day(connection, field, since.isoformat(), until.isoformat())

    def last_day(self, until: dt.date) -> dt.date | None:
        """The last day on which an incident began, not after this one."""
        with self._asking() as connection:
            found = last_day(connection, until.isoformat())
        return dt.date.fromisoformat(found) if found else None

    def last_report(self) -> int:
        """The number of the report that came last."""
        with self._asking() as connection:
            return last_report(connection)

    def told_since(self, seq: int, *, limit: int = 1000) -> "tuple[tuple[Incident, ...], frozenset[str]]":
        """The incidents that reports after this number tell of, the latest first, and those reports; of so many rows at most."""
        with self._asking() as connection:
            rows = told_since(connection, seq, limit)
            numbers = list(dict.fromkeys(number for number, _ in rows))
            told = _told_of(connection, numbers)
        return tuple(_load(Incident, told[number]) for number in numbers if number in told), frozenset(report for _, report in rows)

    def acquired(self, incidents: Collection[str]) -> dict[str, str]:
        """By incident when the first document that tells of it was acquired: from then on it has waited."""
        with self._asking() as connection:
            return acquired(connection, list(incidents))

    def longest_waiting(self, *, limit: int = 100) -> tuple[Incident, ...]:
        """The proposed incidents whose first report came earliest, in that order."""
        with self._asking() as connection:
            numbers = longest_waiting(connection, limit)
            told = _told_of(connection, numbers)
        return tuple(_load(Incident, told[number]) for number in numbers if number in told)

    def incidents_of_report(self, report_id: str) -> tuple[Incident, ...]:
        """The incidents that this report tells of, in the order of their ids."""
        chosen = _incidents().join(t.incident_report, t.incident_report.c.incident == t.incident.c.n)
        return tuple(self._listed(Incident, chosen.where(t.incident_report.c.report == report_id).order_by(t.incident.c.id)))

    # -- the parts, in order of use ---------------------------------------------------------------------------------------

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        """The connection of the transaction we are in, or of one of its own."""
        if current := getattr(self._here, "connection", None):
            yield current
            return
        with reach(self._engine).execution_options(writes=True) as connection:
            try:
                with connection.begin():
                    self._here.connection = connection
                    yield connection
            except sa.exc.IntegrityError as e:
                raise LedgerConflict(f"the ledger refuses it: {_short(e)}") from None
            except sa.exc.OperationalError as e:
                raise LedgerConflict(f"the ledger cannot be written: {_short(e)}") from None
            finally:
                self._here.connection = None

    @contextmanager
    def _asking(self) -> Iterator[sa.Connection]:
        """A connection that sees the ledger as it is at one moment, whoever replaces incidents meanwhile."""
        if current := getattr(self._here, "connection", None):
            yield current
            return
        with reach(self._engine).execution_options(**self._at_one_moment) as connection:
            yield connection

    def _append(self, table: sa.Table, row: dict[str, Any]) -> bool:
        with self._writing() as connection:
            return insert_once(connection, table, [row]) > 0

    def _get(self, kind: type[T], table: sa.Table, name: str) -> T:
        with self._asking() as connection:
            text = connection.scalar(sa.select(table.c.json).where(table.c.id == name))
        if text is None:
            raise UnknownName(f"{table.name} {name}: the ledger has none of this id")
        return _load(kind, text)

    def _all(
        self, kind: type[T], chosen: "sa.Select[Any]", key: "sa.Column[Any]", after: str | None = None, limit: int | None = None
    ) -> Iterator[T]:
        """Values in the order of their keys, read in chunks so that none holds a connection between them."""
        left = limit
        while left is None or left > 0:
            size = _CHUNK if left is None else min(_CHUNK, left)
            page = chosen.order_by(key).limit(size)
            with self._asking() as connection:
                rows = connection.execute(page.where(key > after) if after is not None else page).all()
            yield from (_load(kind, text) for _key, text in rows)
            if len(rows) < size:
                return
            after = rows[-1][0]
            left = None if left is None else left - size

    def _some(self, kind: type[T], chosen: "sa.Select[Any]", key: "sa.Column[Any]", ids: Iterable[str]) -> tuple[T, ...]:
        wanted = list(ids)
        found: dict[str, str] = {}
        with self._asking() as connection:
            for start in range(0, len(wanted), _CHUNK):
                found.update((row[0], row[1]) for row in connection.execute(chosen.where(key.in_(wanted[start : start + _CHUNK]))))
        return tuple(_load(kind, found[name]) for name in wanted if name in found)

    def _rows(self, chosen: "sa.Select[Any]") -> Sequence[Any]:
        with self._asking() as connection:
            return connection.execute(chosen).all()

    def _listed(self, kind: type[T], chosen: "sa.Select[Any]") -> Iterator[T]:
        with self._asking() as connection:
            texts = connection.scalars(chosen).all()
        return (_load(kind, text) for text in texts)


def _standing_accounts() -> "sa.Select[Any]":
    return sa.select(t.account.c.id, t.account.c.json).join(t.standing_reading, t.standing_reading.c.reading == t.account.c.reading)


def _standing_links() -> "sa.Select[Any]":
    link = t.link.c
    last = sa.select(sa.func.max(link.seq)).group_by(link.a, link.b)
    return sa.select(link.a, link.b, link.json).where(link.seq.in_(last), link.standing).order_by(link.a, link.b)


def _parts(connection: sa.Connection, table: sa.Table, reading: str) -> Sequence[str]:
    return connection.scalars(sa.select(table.c.json).where(table.c.reading == reading).order_by(table.c.position)).all()


def _told_of(connection: sa.Connection, numbers: Sequence[int]) -> dict[int, str]:
    """The incidents of these numbers, as they are kept."""
    chosen = sa.select(t.incident_json.c.incident, t.incident_json.c.json)
    found: dict[int, str] = {}
    for start in range(0, len(numbers), _CHUNK):
        wanted = numbers[start : start + _CHUNK]
        found.update((row[0], row[1]) for row in connection.execute(chosen.where(t.incident_json.c.incident.in_(wanted))))
    return found


def _one(connection: sa.Connection, table: sa.Table, name: str) -> str:
    return str(connection.scalar(sa.select(table.c.json).where(table.c.id == name)))


def _tally(connection: sa.Connection, counted: "sa.Select[Any]") -> dict[str, int]:
    return {str(value): int(n) for value, n in connection.execute(counted)}


def _published(connection: sa.Connection, public_id: str) -> str:
    """The incident that has or had this public id; the id itself where none has."""
    facet = t.incident_facet.c
    chosen = sa.select(t.incident.c.id).join(t.incident_facet, facet.incident == t.incident.c.n)
    wanted = chosen.where(facet.field == "public_id", facet.value == public_id).order_by(t.incident.c.id).limit(1)
    return connection.scalar(wanted) or public_id


def _incidents(*columns: "sa.Column[Any]") -> "sa.Select[Any]":
    return (
        sa.select(*columns, t.incident_json.c.json)
        .select_from(t.incident)
        .join(t.incident_json, t.incident_json.c.incident == t.incident.c.n)
    )


def _insert_incidents(
    connection: sa.Connection, incidents: Collection[Incident], known: Mapping[str, int] = MappingProxyType({})
) -> list[int]:
    """The incidents and the rows by which they are found are in their tables; those of `known` under their numbers of before.

    Gives their numbers.
    """
    reports = _reports_of(connection, incidents)
    rows: dict[sa.Table, list[dict[str, Any]]] = {t.incident: [], **{table: [] for table in _OF_INCIDENTS}}
    last = connection.scalar(sa.select(sa.func.max(t.incident.c.n))) or 0
    last = max([last, *known.values()])
    numbers: list[int] = []
    for incident in incidents:
        number = known.get(incident.id)
        if number is None:
            number = last = last + 1
        numbers.append(number)
        _fill(rows, number, incident, reports)
        if len(rows[t.incident]) >= 10 * _CHUNK:
            _insert(connection, rows)
    _insert(connection, rows)
    return numbers


def _insert_persons(connection: sa.Connection, persons: Sequence[Person], doubtful: Iterable[Alike]) -> None:
    named, listed = person_rows(persons)
    rows: dict[sa.Table, list[dict[str, Any]]] = {t.person: [*named], t.person_facet: [*listed], t.person_account: []}
    rows |= {t.person_term: [], t.person_alike: []}
    for person in persons:
        rows[t.person_account] += [{"account": account, "person": person.id} for account in person.accounts]
        terms = {term[:100] for forms in person.names.values() for form in forms for term in name_terms(form)}
        rows[t.person_term] += [{"term": term, "person": person.id} for term in sorted(terms)]
    rows[t.person_alike] += [{"n": n, "json": _json(pair), "a": pair.a, "b": pair.b} for n, pair in enumerate(doubtful)]
    _insert(connection, rows)


def _numbers(connection: sa.Connection, ids: Collection[str]) -> dict[str, int]:
    """The numbers of the incidents of these ids, of those that are there."""
    found: dict[str, int] = {}
    for some in _chunks(sorted(ids)):
        rows = connection.execute(sa.select(t.incident.c.id, t.incident.c.n).where(t.incident.c.id.in_(some)))
        found.update((row[0], row[1]) for row in rows)
    return found


def _chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))


def _insert(connection: sa.Connection, rows: "dict[sa.Table, list[dict[str, Any]]]") -> None:
    for table, values in rows.items():
        if values:
            fill(connection, table, values)
            values.clear()


def _reports_of(connection: sa.Connection, incidents: Collection[Incident]) -> dict[str, tuple[int, str | None]]:
    """The numbers and sources of the incidents' reports, by their ids."""
    chosen = sa.select(t.report.c.id, t.report.c.seq, t.report.c.source)
    if len(incidents) < _CHUNK:
        chosen = chosen.where(t.report.c.id.in_({report for incident in incidents for report in incident.reports}))
    return {str(name): (int(seq), source) for name, seq, source in connection.execute(chosen)}


def _fill(
    rows: "dict[sa.Table, list[dict[str, Any]]]", number: int, incident: Incident, reports: Mapping[str, tuple[int, str | None]]
) -> None:
    """The rows of one incident are among those of each table."""
    killed = max((toll for toll in incident.tolls if toll.effect == "killed"), key=lambda toll: toll.best, default=None)
    last = incident.end or incident.start
    place = incident.place
    rows[t.incident].append(
        {
            "n": number,
            "id": incident.id,
            "event_type": incident.event_type,
            "country": (place.country if place else None) or "",
            "admin1": ((place.admin1 if place else None) or "")[:200],
            "place": ((place.id if place else None) or "")[:200],
            "precision": place.precision if place else "",
            "day": incident.start.isoformat() if incident.start else "",
            "last_day": last.isoformat() if last else "",
            "killed": min(killed.best, _MOST) if killed else -1,
            "killed_low": min(killed.low, _MOST) if killed else -1,
            "killed_high": min(max(killed.best, killed.high or 0), _MOST) if killed else -1,
            "killed_open": killed is not None and killed.high is None,
            "reports": len(incident.reports),
            "grade": incident.grade,
            "review": incident.review,
            "contradicted": bool(incident.contradictions),
            "lat": place.lat if place else None,
            "lon": place.lon if place else None,
            "cell": cell_of(place.lat, place.lon) if place and place.precision != "country" else None,
        }
    )
    rows[t.incident_json].append({"incident": number, "json": _json(incident)})
    rows[t.incident_account] += [{"account": account, "incident": number} for account in incident.accounts]
    rows[t.incident_report] += [
        {"incident": number, "report": report, "seq": reports[report][0] if report in reports else None}
        for report in dict.fromkeys(incident.reports)
    ]
    found = {("language", language) for language in incident.languages} | {("weapon", weapon) for weapon in incident.weapons}
    found |= {("public_id", name) for name in (incident.public_id, *incident.former_public_ids) if name}
    found |= {("source", source) for report in incident.reports if (source := reports.get(report, (0, None))[1])}
    found |= {("actor", told.label or told.value) for told in _actors(incident)}
    found |= {("actor_id", told.value) for told in _actors(incident)}
    found |= set(facets(incident))
    seen = {(name, value[:300]) for name, value in found}
    rows[t.incident_facet] += [{"incident": number, "field": name, "value": value} for name, value in sorted(seen)]


def _actors(incident: Incident) -> Iterator[Told]:
    """Who did it and who was struck as a force or organisation; named victims are no one's filter."""
    for name in ("perpetrators", "targets"):
        yield from incident.values.get(name, ())


def _json(value: object) -> str:
    """The same text for equal values, whatever the order in which their keys were set."""
    return _encode.encode(value).decode()


def _load(kind: type[T], text: str) -> T:
    value: T = _decoder(cast(Hashable, kind)).decode(text)
    return value


@cache
def _decoder(kind: Hashable) -> "msgspec.json.Decoder[Any]":
    return msgspec.json.Decoder(kind)


def _short(error: sa.exc.DBAPIError) -> str:
    return " ".join(str(error.orig).split())[:300]
