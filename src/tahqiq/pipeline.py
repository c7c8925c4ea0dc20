"""The way of a report, in its order, and nowhere else: acquire, vault, text, identify, read, append, link, assess.

What comes in are paths, a ledger and a vault; what goes out is a ledger that has what the files tell, and an account of what
was done. How a step is done the pipeline must not know: the steps are in `Stages`, the real ones unless others are given.

Killed at any moment and run again, `ingest` ends the same:
1. a document's bytes are in the vault before its reports are in the ledger, whole or not at all (see `evidence.vault`);
2. its reports and readings are appended in batches, each a transaction; appending twice is appending once;
3. a document is finished when all its batches are in; one that is not is taken from its start;
4. incidents are computed in one transaction from all that is in the ledger, whenever that is not what they were computed from.
"""

import datetime as dt
import os
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast
from urllib.parse import urlsplit

from tahqiq import __version__
from tahqiq.deciding import OF_INCIDENTS, OF_PERSONS, TAKE_BACK, Decided, named_accounts, target, ties
from tahqiq.errors import CodebookError, CustodyBroken, PackError, RegistryError, TahqiqError, UnknownName, UnreadableDocument
from tahqiq.evidence import MAX_BYTES, Acquired, Asked, Fetcher, Refused, Vault, acquire, files_of
from tahqiq.evidence.chain import Fault
from tahqiq.evidence.feeds import documents_of
from tahqiq.ledger import Failure, Ledger, Query, Run
from tahqiq.model import Account, Decision, Document, Incident, Link, Mention, Reading, Report, Source, digest
from tahqiq.persons import records
from tahqiq.registries.sources import Sources, load_sources, provisional
from tahqiq.settings import Settings
from tahqiq.text import Columns, FailedLine, load_columns, to_reports

if TYPE_CHECKING:
    from tahqiq.export import LossReport

__all__ = [
    "LISTED",
    "LinkedReport",
    "Outcome",
    "Stages",
    "archive",
    "as_shown",
    "decide",
    "decided_in",
    "export",
    "incident_as_of",
    "incidents_as_of",
    "ingest",
    "ingest_documents",
    "instant",
    "link_reports",
    "now",
    "prepare",
    "read_file",
    "rebuild",
    "report_id",
    "reread",
    "the_stages",
    "vault_beside",
    "verify",
]

Progress = Callable[[int, int, str], None]
LISTED = "a team's own list"  # the reader of rows that a person wrote as incidents: no program reads them again
_BATCH = 100  # reports a transaction: a second's work lost at most, and no other writer kept waiting for longer
_TABLES = ("text/csv", "application/jsonl", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
_FACTS = ("documents", "reports", "accounts", "figures", "unread", "incidents")
_MOST_PASSES = 5  # of computing incidents, while others go on appending
_STOPPING = (PackError, CodebookError, RegistryError)  # a wrong list is wrong for every report: the run stops at once


@dataclass(frozen=True, slots=True)
class Stages:
    """The steps that know languages and happenings, as the pipeline calls them."""

    identify: Callable[[str], str | None]
    unread_reason: Callable[[str], str]
    published_date: Callable[[Report], dt.date | None]
    read: Callable[[Report], Reading]
    copies: Callable[[Sequence[Report]], Mapping[str, str]]
    link: Callable[[Sequence[Account], Mapping[str, Report]], Iterable[Link]]
    clusters: Callable[[Sequence[Account], Sequence[Link], Sequence[Decision]], Iterable[Sequence[str]]]
    assess: Callable[[Sequence[Account], Mapping[str, Report], Mapping[str, str], Sequence[Source]], Incident]


def the_stages(places: str = "") -> Stages:
    """The steps of this version. Each is imported when it is first called for: who only reads need not wait for linking.

    Args:
        places: a user's registry of places, beside the shipped one.
    """
    from tahqiq.languages import identify, unread_reason
    from tahqiq.reading import default_reader, published_date, read

    def read_with_places(report: Report) -> Reading:
        return read(report, default_reader(places))

    return Stages(identify, unread_reason, published_date, read_with_places, _copies, _link, _clusters, _assess)


def _copies(reports: Sequence[Report]) -> Mapping[str, str]:
    from tahqiq.linking.copies import copies

    return copies(reports)


def _link(accounts: Sequence[Account], reports: Mapping[str, Report]) -> Iterable[Link]:
    from tahqiq.linking import link

    return link(accounts, reports)


def _clusters(accounts: Sequence[Account], links: Sequence[Link], decisions: Sequence[Decision]) -> Iterable[Sequence[str]]:
    from tahqiq.linking import clusters

    return clusters(accounts, links, decisions)


def _assess(accounts: Sequence[Account], reports: Mapping[str, Report], copies: Mapping[str, str], sources: Sequence[Source]) -> Incident:
    from tahqiq.assessing import assess

    return assess(accounts, reports, copies, sources=sources)


@dataclass(slots=True)
class Outcome:
    """What a run did. `refused` were not taken in at all; `failures` are kept, but were not read; `notes` are of no consequence.

    Each is one sentence. `unnamed` are files with photos or videos that no report names yet.
    """

    documents: int = 0
    known_documents: int = 0
    reports: int = 0
    accounts: int = 0
    figures: int = 0
    unread: int = 0
    incidents: int = 0
    refused: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """True where the run added anything."""
        return bool(self.documents or self.reports)


@dataclass(frozen=True, slots=True)
class LinkedReport:
    """Which happening a report tells of as its main one, what it says of it, and whose copy it is; by the ids that were given."""

    id: str
    incident: str | None
    copy_of: str | None
    values: dict[str, Any]


# -- a file, read in memory -------------------------------------------------------------------------------------------


def read_file(
    path: Path | None,
    *,
    data: bytes | None = None,
    name: str = "",
    published: dt.date | None = None,
    max_bytes: int = MAX_BYTES,
    stages: Stages | None = None,
) -> Iterator[tuple[Report, Reading] | FailedLine]:
    """The reports of a file with what was read in each, in the file's order; lines that gave none come as they stand.

    Args:
        path: the file; None where `data` is given.
        published: when the reports were published that carry no date themselves.

    Raises: UnreadableDocument where the file as a whole gives nothing.
    """
    steps = stages or the_stages()
    for found in _reports_in(path, data, name, Asked(now, max_bytes)):
        if isinstance(found, FailedLine):
            yield found
            continue
        try:
            report = prepare(found, published, steps)
            reading = _read(report, steps)
        except _STOPPING:
            raise
        except Exception as e:  # one report's failure is told and the run goes on
            yield FailedLine(name or (path.name if path else ""), 0, f"report {found.id}: reading failed: {_said(e)}")
            continue
        yield _marked(report, reading), reading


def _reports_in(path: Path | None, data: bytes | None, name: str, asked: Asked) -> Iterator[Report | FailedLine]:
    """The reports of what a file or these bytes are; what an archive holds that is refused comes as a failed line."""
    if path is None or data is not None:
        document, content = acquire(path, data=data, name=name, at=now(), max_bytes=asked.max_bytes)
        yield from to_reports(document, content, max_bytes=asked.max_bytes)
        return
    any_taken = False
    for found in documents_of(str(path), asked):
        if isinstance(found, Acquired) and found.document.is_medium and any_taken:
            continue  # beside the words
        if isinstance(found, Acquired):
            any_taken = True
            yield from to_reports(found.document, found.data, max_bytes=asked.max_bytes)
        elif not any_taken and path.suffix.lower() != ".zip":
            raise UnreadableDocument(str(found))
        else:
            yield FailedLine(path.name, 0, str(found).removeprefix(f"{path.name}: "))


def prepare(report: Report, published: dt.date | None, stages: Stages) -> Report:
    """The report with its language, its published date and its source, each only where the document did not give it.

    A date in the text's head or address comes before `published`, which is for reports that carry none.
    """
    language = report.language or stages.identify(report.text)
    known = replace(
        report,
        language=language,
        unread=None if language else stages.unread_reason(report.text),
        source=report.source or _host(report.url),
    )
    day = report.published or stages.published_date(known) or published
    return known if day == report.published else replace(known, published=day)


def _host(url: str | None) -> str | None:
    try:
        host = urlsplit(url or "").hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None


def _read(report: Report, stages: Stages) -> Reading:
    """What the reader made of a report; raises ValueError where it quotes words that do not stand in the text."""
    reading = stages.read(report)
    wrong = next(_ungrounded(report.text, reading), None)
    if wrong:
        raise ValueError(f"the reader quotes {wrong.text[:40]!r} at {wrong.start}, where other words stand")
    return reading


def _marked(report: Report, reading: Reading) -> Report:
    return replace(report, unread=reading.unread) if reading.unread and reading.unread != report.unread else report


def _ungrounded(text: str, value: object) -> Iterator[Mention]:
    return (m for m in _mentions(value) if text[m.start : m.end] != m.text or m.end > len(text) or m.start < 0)


def _mentions(value: object) -> Iterator[Mention]:
    if isinstance(value, Mention):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _mentions(part)
    elif is_dataclass(value):
        for name in _field_names(cast(Hashable, type(value))):
            yield from _mentions(getattr(value, name))


@cache
def _field_names(kind: Any) -> tuple[str, ...]:
    return tuple(f.name for f in fields(kind))


# -- into the ledger --------------------------------------------------------------------------------------------------


def ingest(
    given: Iterable[Path | str],
    ledger: Ledger,
    vault: Vault,
    *,
    published: dt.date | None = None,
    max_bytes: int = MAX_BYTES,
    columns: Path | None = None,
    fetcher: Fetcher | None = None,
    standard_input: BinaryIO | None = None,
    progress: Progress | None = None,
    stages: Stages | None = None,
) -> Outcome:
    """The files are kept as evidence and read into the ledger, and the incidents computed anew if that changed anything.

    A folder stands for its files, an address for what it answers. What is in the ledger already is left alone; a file that is
    refused stops no other.

    Args:
        published: when the reports were published that carry no date themselves.
        columns: a file that says which columns of tables are what; it is kept as evidence too, since the reports stand on it.
        fetcher: asks the addresses among what is given.
        standard_input: what `-` among what is given stands for.
        progress: is told how many reports of how many are done, and the file's name.
    """
    steps = stages or the_stages()
    vault.mend()
    asked = Asked(now, max_bytes, fetcher or Fetcher(max_bytes=max_bytes), standard_input)
    named = list(given)
    addresses = [str(one) for one in named if _is_address(one)]
    paths = [str(path) for path in files_of(Path(one) for one in named if not _is_address(one))]
    total = len(addresses) + sum(_expected(Path(path)) for path in paths)
    run = _Run(ledger, vault, steps, published, max_bytes, progress or (lambda done, total, name: None), total)
    run.meant = frozenset(map(str, named))
    if columns:
        run.columns = run.keep_columns(columns)
    for one in (*paths, *addresses):
        expected = run.done + _expected(Path(one))
        run.given = one
        for found in documents_of(one, asked):
            run.take_in(found)
        run.done = expected
        run.progress(run.done, run.total, Path(one).name)
    for one in list(run.waiting):
        run.take_what_waited(one, documents_of(one, asked))
    return run.close()


def ingest_documents(
    found: Iterable[Acquired | Refused],
    ledger: Ledger,
    vault: Vault,
    *,
    published: dt.date | None = None,
    max_bytes: int = MAX_BYTES,
    stages: Stages | None = None,
    compute: bool = True,
) -> Outcome:
    """Documents that a way in gave are kept and read into the ledger, as `ingest` does with files.

    Args:
        compute: the incidents are computed anew; a caller that gives document after document does it at its end by `rebuild`.
    """
    vault.mend()
    run = _Run(ledger, vault, stages or the_stages(), published, max_bytes, lambda done, total, name: None, 0)
    for one in found:
        run.take_in(one)
    return run.close(compute=compute)


def _is_address(given: Path | str) -> bool:
    """True for an address of the web and for `-`; a path given as such is never one."""
    return isinstance(given, str) and (given == "-" or given.lower().startswith(("http://", "https://")))


@dataclass(slots=True)
class _Run:
    """One run of `ingest`: where it has got to."""

    ledger: Ledger
    vault: Vault
    stages: Stages
    published: dt.date | None
    max_bytes: int
    progress: Progress
    total: int
    done: int = 0
    outcome: Outcome = field(default_factory=Outcome)
    columns: Columns | None = None
    seen_sources: set[str] = field(default_factory=set)
    given: str = ""
    meant: frozenset[str] = frozenset()
    waiting: dict[str, dict[str, Document]] = field(default_factory=dict)

    def keep_columns(self, file: Path) -> Columns:
        """The mapping, kept as evidence; raises UnreadableDocument where it is wrong."""
        document, data = acquire(file, at=now(), method="column mapping", media_type="application/yaml")
        columns = load_columns(data, document.name)
        self.vault.keep(document, data)
        with self.ledger.transaction():
            self.ledger.append_document(document)
            self.ledger.finish_document(document.id)
        return columns

    def take_in(self, found: Acquired | Refused) -> None:
        if isinstance(found, Refused):
            (self.outcome.notes if found.is_note else self.outcome.refused).append(str(found))
        elif found.document.is_medium:
            if not self._take_medium(found):
                self.waiting.setdefault(self.given, {})[found.document.id] = found.document
        elif self.ledger.is_finished(found.document.id) and not (self.columns and found.document.media_type in _TABLES):
            self.outcome.known_documents += 1
            self.vault.see_again(found.document)
        else:
            self._keep(found)

    def take_what_waited(self, given: str, again: Iterable[Acquired | Refused]) -> None:
        """Photos and videos that came before the reports that name them are in, now that the reports are."""
        named = {name for name, waiting in self.waiting[given].items() if self.ledger.names_medium(name, _addresses(waiting))}
        for found in again if named else ():
            if isinstance(found, Acquired) and found.document.id in named and self._take_medium(found):
                self.waiting[given].pop(found.document.id, None)

    def _take_medium(self, found: Acquired) -> bool:
        """The photo or video is kept where a report has or names it; False where none does."""
        document, addresses = found.document, _addresses(found.document)
        if not self.ledger.names_medium(document.id, addresses):
            return False
        if not self.vault.keep(document, found.data):
            self.vault.see_again(document)
        with self.ledger.transaction():
            is_new = self.ledger.append_document(document, addresses=addresses)
            self.ledger.finish_document(document.id)
        self.outcome.documents += is_new
        self.outcome.known_documents += not is_new
        return True

    def _tell_of_the_unnamed(self) -> None:
        """What no report names is told: by its name where it was given by itself, else in a number."""
        beside: dict[str, int] = {}
        for given, waiting in self.waiting.items():
            if given and any(document.method == "file" for document in waiting.values()):
                self.outcome.unnamed.append(given)
            for document in waiting.values():
                if document.method in ("web", "api") or (document.method == "file" and given in self.meant):
                    self.outcome.refused.append(f"{document.name}: is a photo, video or recording that no report names; it is not kept")
                    continue
                where = (Path(given).parent.name if document.method == "file" else Path(given).name) or "what came with it"
                beside[where] = beside.get(where, 0) + 1
        for where, count in beside.items():
            self.outcome.notes.append(f"{where}: {count:,} photos, videos or recordings that no report names are not kept")

    def close(self, *, compute: bool = True) -> Outcome:
        """The incidents are those of what was taken in, and the run is in the ledger where it changed anything."""
        self._tell_of_the_unnamed()
        if compute:
            self.outcome.incidents = rebuild(self.ledger, stages=self.stages)
        if self.outcome.changed:
            facts = {name: int(getattr(self.outcome, name)) for name in _FACTS}
            self.ledger.append_run(Run(now(), f"tahqiq {__version__}", self.vault.head(), facts))
        return self.outcome

    def _keep(self, found: Acquired) -> None:
        document, data = found.document, found.data
        self.vault.keep(document, data)
        if isinstance(data, Path):
            data = self.vault.place(document.id)  # the copy that was kept, whatever becomes of the file
        batch: list[tuple[Report, Reading | None] | Failure] = []
        try:
            for one in to_reports(document, data, max_bytes=self.max_bytes, columns=self.columns):
                batch.append(self._understood(found, one))
                if len(batch) == _BATCH:
                    self._append(document, batch)
                    self.progress(min(self.done, self.total), self.total, document.name)
                    batch = []
        except UnreadableDocument as e:
            self.outcome.failures.append(str(e))
            batch.append(Failure(document.id, str(e)))
        self._append(document, batch, last=True)

    def _understood(self, way: Acquired, found: Report | FailedLine) -> tuple[Report, Reading | None] | Failure:
        if isinstance(found, FailedLine):
            self.outcome.failures.append(str(found))
            return Failure(way.document.id, found.reason, found.line)
        report = _with_places(replace(found, id=report_id(found), source=found.source or way.source))
        try:
            report = prepare(report, way.published or self.published, self.stages)
            reading = _read(report, self.stages)
        except _STOPPING:
            raise
        except Exception as e:  # one report's failure is kept with its reason and the run goes on
            reason = f"reading failed: {_said(e)}"
            self.outcome.failures.append(f"{way.document.name}, report {found.id}: {reason}")
            return replace(report, unread=reason), None
        return _marked(report, reading), reading

    def _append(self, document: Document, batch: Sequence[tuple[Report, Reading | None] | Failure], *, last: bool = False) -> None:
        self.done += 0 if last else len(batch)
        with self.ledger.transaction():
            self.outcome.documents += self.ledger.append_document(document)
            for entry in batch:
                if isinstance(entry, Failure):
                    self.ledger.append_failure(entry)
                else:
                    self._append_report(*entry)
            if last:
                self.ledger.finish_document(document.id)

    def _append_report(self, report: Report, reading: Reading | None) -> None:
        if not self.ledger.append_report(report):
            return  # known from another file, and read as it was dated there
        self._know_source(report)
        self.outcome.reports += 1
        self.outcome.unread += report.unread is not None
        if reading is None:
            assert report.document is not None
            self.ledger.append_failure(Failure(report.document, report.unread or "", report=report.id))
        elif self.ledger.append_reading(reading):
            self.outcome.accounts += len(reading.accounts)
            self.outcome.figures += len(reading.figures)

    def _know_source(self, report: Report) -> None:
        """Who published it is among the sources: as the register has it, else provisionally by its host."""
        if not report.source or report.source in self.seen_sources:
            return
        self.seen_sources.add(report.source)
        source = load_sources().get(report.source) or provisional(report.source)
        if source:
            self.ledger.append_source(source)


def _addresses(document: Document) -> tuple[str, ...]:
    """Where a photo or video was got from, as reports name it: an address of the web, or a place among files."""
    told = (address for address in (document.url, document.origin) if address)
    return tuple(dict.fromkeys(address if "://" in address else _place_of(address) for address in told))


def _place_of(path: str) -> str:
    """One name for a file, from wherever it is given."""
    return os.path.abspath(path)  # noqa: PTH100 - parts of an archive (x.zip!/y) are no paths


def _with_places(report: Report) -> Report:
    """The report with the places of its media that lie among files told from the root."""
    if not any(medium.address and "://" not in medium.address for medium in report.media):
        return report
    told = (m if m.address is None or "://" in m.address else replace(m, address=_place_of(m.address)) for m in report.media)
    return replace(report, media=tuple(told))


def report_id(report: Report) -> str:
    """A report is its words, where and when they were published: the same page in two files is one report.

    The id and line that a file gives are no part of it, as they change from one export to the next.
    """
    where = report.url or report.document
    return digest(where, report.published.isoformat() if report.published else None, report.title, report.source, report.text)


def _expected(file: Path) -> int:
    """How many reports a file holds at most, for showing progress: lines of a .jsonl, else one."""
    if file.suffix.lower() not in (".jsonl", ".ndjson"):
        return 1
    try:
        with file.open("rb") as lines:
            return max(1, sum(block.count(b"\n") for block in iter(lambda: lines.read(1 << 20), b"")))
    except OSError:
        return 1


def rebuild(ledger: Ledger, *, anew: bool = False, stages: Stages | None = None) -> int:
    """The incidents are those of all readings and decisions in the ledger; gives how many there are.

    Nothing is computed where they are that already, unless `anew`. Where another process appended meanwhile, it is done again.
    """
    steps = stages
    for _ in range(_MOST_PASSES):
        stamp = f"{__version__}:{ledger.stamp()}"
        if ledger.incidents_stamp() == stamp and not anew:
            break
        steps, anew = steps or the_stages(), False
        accounts = tuple(ledger.accounts())  # before the reports, so that each has its own among them
        reports = {report.id: report for report in ledger.reports()}
        said = tuple(ledger.decisions())
        decided = Decided.of(said, accounts)
        told = decided.accounts(accounts, reports)
        copies = steps.copies(tuple(reports.values()))
        links, incidents = _incidents(told, reports, decided.pairs(), tuple(ledger.sources()), steps, copies)
        with ledger.transaction(computing=True):
            ledger.replace_copies(copies)
            ledger.append_links(links, complete=True)
            ledger.replace_incidents(decided.incidents(incidents), stamp=stamp, decided=_unlike_read(told, accounts))
            ledger.replace_persons(*records(incidents, {account.id: account for account in told}, reports, said))
    return ledger.incidents(Query(limit=1)).total


def _unlike_read(told: Sequence[Account], read: Sequence[Account]) -> list[Account]:
    """The accounts that persons corrected."""
    before = {account.id: account for account in read}
    return [account for account in told if account is not before[account.id]]


def decide(ledger: Ledger, decisions: Sequence[Decision], *, stages: Stages | None = None) -> None:
    """The decisions are kept, and the incidents are those of all decisions.

    What is said of an incident as a whole is laid over it at once; only what changes accounts or pairs is linked and assessed anew. The
    decisions are kept first, so that none is lost where computing is interrupted: the next run goes on.
    """
    with ledger.transaction(computing=True):
        before = ledger.stamp()
        appended = sum(ledger.append_decision(decision) for decision in decisions)
        stamp = ledger.stamp()
        is_standing = ledger.incidents_stamp() == f"{__version__}:{before}" and _is_only_later(before, stamp, appended)
        known = {d.id: d for d in ledger.decisions()}
        about = [known.get(target(d), d) if d.kind == TAKE_BACK else d for d in decisions]
        if is_standing and all(d.kind in OF_INCIDENTS | OF_PERSONS for d in about):
            _lay_over(ledger, tuple(known.values()), [d for d in about if d.kind in OF_INCIDENTS], f"{__version__}:{stamp}")
            if any(d.kind in OF_PERSONS for d in about):
                _persons_anew(ledger, tuple(known.values()))
            return
    rebuild(ledger, stages=stages)


def decided_in(ledger: Ledger, decisions: Sequence[Decision]) -> Decided:
    """What these decisions, of the ledger, say of its accounts today."""
    names = {name for d in decisions for name in named_accounts(d)}
    reports = {name for d in decisions for name in _reports_of(d)}
    accounts = {a.id: a for a in (*ledger.accounts_of(names, as_read=True), *ledger.accounts_of_reports(reports))}
    return Decided.of(decisions, tuple(accounts.values()))


def instant(ledger: Ledger) -> str:
    """The time, UTC, for a decision: later than that of any before, whichever machine's clock is ahead."""
    moment = dt.datetime.now(dt.UTC)
    latest = max((d.at for d in ledger.decisions()), default="")
    ahead = _moment(latest)
    if ahead is not None and moment <= ahead < moment + dt.timedelta(days=1):
        moment = ahead + dt.timedelta(microseconds=1)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _moment(at: str) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(at)
    except ValueError:
        return None


def _is_only_later(before: str, after: str, decisions: int) -> bool:
    """True where no other process appended anything between the two stamps."""
    readings, decided, sources = before.split(":")
    return after == f"{readings}:{int(decided) + decisions}:{sources}"


def _lay_over(ledger: Ledger, decisions: Sequence[Decision], about: Sequence[Decision], stamp: str) -> None:
    """The incidents that these decisions are about, and those that share a decision with them, are as all decisions together say."""
    touched: dict[str, Incident] = {}
    while about:
        reports = {name for d in about for name in _reports_of(d)}
        names = {name for d in about for name in named_accounts(d)} | {a.id for a in ledger.accounts_of_reports(reports)}
        new = [i for i in ledger.incidents_of_accounts(names) if i.id not in touched]
        touched.update((i.id, i) for i in new)
        here = {name for i in new for name in (*i.accounts, *i.reports)}
        about = [d for d in decisions if d.kind in OF_INCIDENTS and not here.isdisjoint((*named_accounts(d), *_reports_of(d)))]
        if not new:
            break
    accounts = ledger.accounts_of((a for i in touched.values() for a in i.accounts), as_read=True)
    decided = Decided.of(decisions, accounts)
    ledger.put_incidents(decided.again(tuple(touched.values())), stamp=stamp)


def _persons_anew(ledger: Ledger, decisions: Sequence[Decision]) -> None:
    """The persons are those of the incidents that stand and of these decisions."""
    incidents = tuple(_matching(ledger, Query()))
    accounts = {account.id: account for account in ledger.accounts_of(a for i in incidents for a in i.accounts)}
    reports = {report.id: report for report in ledger.reports_of(dict.fromkeys(a.report for a in accounts.values()))}
    ledger.replace_persons(*records(incidents, accounts, reports, decisions))


def _reports_of(decision: Decision) -> set[str]:
    return {tied.report for tied in ties(decision).values()}


def reread(ledger: Ledger, *, progress: Progress | None = None, stages: Stages | None = None) -> list[str]:
    """Every report is read by the reader of this version, beside what was read before, and the incidents are computed anew.

    Gives what could not be read, one sentence each; there the reading of before goes on to count.
    """
    steps = stages or the_stages()
    failures = []
    total = sum(1 for _ in ledger.reports())
    for done, report in enumerate(ledger.reports(), 1):
        try:
            if not _is_listed(ledger, report):
                ledger.append_reading(_read(report, steps))
        except _STOPPING:
            raise
        except Exception as e:  # one report's failure is told and the run goes on
            failures.append(f"report {report.id}: reading failed: {_said(e)}")
        if progress:
            progress(done, total, report.title or report.id)
    rebuild(ledger, stages=steps)
    return failures


def _is_listed(ledger: Ledger, report: Report) -> bool:
    try:
        return ledger.reading(report.id).reader == LISTED
    except UnknownName:
        return False  # it could not be read before


def _incidents(
    accounts: Sequence[Account],
    reports: Mapping[str, Report],
    decisions: Sequence[Decision],
    sources: Sequence[Source],
    stages: Stages,
    copies: Mapping[str, str],
) -> tuple[tuple[Link, ...], tuple[Incident, ...]]:
    links = tuple(stages.link(accounts, reports))
    by_id = {account.id: account for account in accounts}
    groups = stages.clusters(accounts, links, decisions)
    told = [its for group in groups if (its := [by_id[name] for name in group if name in by_id])]  # not all reports have an account
    links = tuple(link for link in links if link.a in by_id and link.b in by_id)
    known = Sources(sources)
    by_source = {name: _by_its_source(reports[name], known) for name in {a.report for a in accounts}}
    return links, tuple(stages.assess(group, {a.report: by_source[a.report] for a in group}, copies, sources) for group in told)


def _by_its_source(report: Report, sources: Sources) -> Report:
    """The report under its source's one id, whatever name or host it goes by; an agency's own report carries its own wire."""
    source = sources.get(report.source or "")
    origin = sources.get(report.forwarded_from or "")
    wire = sources.get(report.wire_credit or "") or (source if source and source.kind == "agency" and not report.wire_credit else None)
    return replace(
        report,
        source=source.id if source else report.source,
        forwarded_from=origin.id if origin else report.forwarded_from,
        wire_credit=wire.id if wire else report.wire_credit,
    )


# -- linking, in memory -----------------------------------------------------------------------------------------------


def link_reports(given: Iterable[Report], *, published: dt.date | None = None, stages: Stages | None = None) -> tuple[LinkedReport, ...]:
    """Which reports tell of one happening as their main one; in the order given, whatever that is, with the same result.

    One in which nothing could be read is with those whose story it shares, and has no values.
    """
    from tahqiq.linking import ALONE, main_account

    steps = stages or the_stages()
    outside: dict[str, str] = {}
    reports: dict[str, Report] = {}
    main: dict[str, Account] = {}
    accounts: list[Account] = []
    for found in given:
        report = prepare(replace(found, id=_unlike(report_id(replace(found, document=None)), outside)), published, steps)
        outside[report.id] = found.id
        reports[report.id] = report
        told = _read(report, steps).accounts
        accounts += told
        if told:
            main[report.id] = main_account(told)
    accounts.sort(key=lambda a: a.id)
    ordered = {name: reports[name] for name in sorted(reports)}
    copies = steps.copies(tuple(ordered.values()))
    groups = steps.clusters(accounts, tuple(steps.link(accounts, ordered)), ())
    home = {name: digest("incident", *sorted(group)) for group in groups for name in group}
    return tuple(
        LinkedReport(
            id=outside[name],
            incident=home.get(main[name].id if name in main else f"{ALONE}{name}"),
            copy_of=outside[first] if (first := copies.get(name)) and first != name else None,
            values=_main_values(main[name]) if name in main else {},
        )
        for name in reports
    )


def _unlike(name: str, taken: Mapping[str, str]) -> str:
    """The name, or with a number behind it where the very same report was given before."""
    return next(n for n in (name, *(f"{name}-{i}" for i in range(2, len(taken) + 3))) if n not in taken)


def _main_values(account: Account) -> dict[str, Any]:
    """What an account says of the four things that reports most often contradict each other on; None where it says nothing."""
    killed = [c for c in account.casualties if c.effect == "killed"]
    most = max(killed, key=lambda c: (c.max if c.max is not None else c.min, c.min), default=None)
    return {
        "place": account.place.place.name if account.place else None,
        "date": [account.date.start.isoformat(), account.date.end.isoformat()] if account.date else None,
        "killed": [most.min, most.max] if most else None,
        "perpetrator": sorted({p.actor or p.name for p in account.perpetrators}) or None,
    }


# -- out of the ledger ------------------------------------------------------------------------------------------------


def export(
    ledger: Ledger,
    name: str,
    out: BinaryIO,
    *,
    policy: str = "public",
    query: Query | None = None,
    settings: Settings | None = None,
    as_of: dt.date | None = None,
    numbers: BinaryIO | None = None,
    batch: int = 500,
) -> "LossReport":
    """The incidents that match are written in the format of this name, protected by the policy; gives what was lost in it.

    Args:
        as_of: told by what was published until the end of this day; by everything unless given.
        numbers: a line of JSON for each number that is written: its rule, and the words it stands on.
        batch: incidents that are held at a time.
    """
    from tahqiq.export import write_batches

    def batches() -> Iterator[tuple[tuple[Incident, ...], tuple[Account, ...], tuple[Report, ...]]]:
        found = _matching(ledger, query or Query()) if as_of is None else incidents_as_of(ledger, as_of, query)
        while some := tuple(islice(found, batch)):
            yield as_shown(ledger, some)

    return write_batches(name, batches, out, policy, settings=settings, numbers=numbers)


def as_shown(ledger: Ledger, incidents: Iterable[Incident]) -> tuple[tuple[Incident, ...], tuple[Account, ...], tuple[Report, ...]]:
    """The incidents with their accounts and reports, without the words of documents that are withheld."""
    from tahqiq.protection import without_withheld

    given, shut = tuple(incidents), ledger.withheld_reports()
    accounts = ledger.accounts_of(account for incident in given for account in incident.accounts)
    reports = ledger.reports_of(dict.fromkeys(r for i in given for r in i.reports))
    return without_withheld(given, accounts, reports, shut)


def _matching(ledger: Ledger, query: Query) -> Iterator[Incident]:
    after = query.after
    while True:
        page = ledger.incidents(replace(query, after=after, limit=500))
        yield from page.items
        if page.next is None:
            return
        after = page.next


def incidents_as_of(ledger: Ledger, day: dt.date, query: Query | None = None, *, stages: Stages | None = None) -> Iterator[Incident]:
    """The incidents that match, told by what was published until the end of a day; those of which nothing was are left out."""
    steps = stages or the_stages()
    for incident in _matching(ledger, query or Query()):
        then = incident_as_of(ledger, incident, day, stages=steps)
        if then:
            yield then


def incident_as_of(ledger: Ledger, incident: Incident, day: dt.date, *, stages: Stages | None = None) -> Incident | None:
    """The incident told by what was published until the end of a day, None where nothing was.

    Reports are linked and read as they are today, and persons' corrections count: it is what the reports told by then, not what this
    ledger held.
    """
    from tahqiq.assessing import known_by

    steps = stages or the_stages()
    reports = {report.id: report for report in ledger.reports_of(incident.reports)}
    told = known_by(ledger.accounts_of(incident.accounts), reports, day)
    if not told:
        return None
    sources = tuple(ledger.sources())
    known = Sources(sources)
    by_source = {a.report: _by_its_source(reports[a.report], known) for a in told}
    return steps.assess(told, by_source, steps.copies(tuple(reports.values())), sources)


def archive(ledger: Ledger, vault: Vault, out: BinaryIO) -> int:
    """The documents of the ledger that came from the web, but for those withheld, are in `out` as one web archive; gives how many."""
    from tahqiq.evidence.archiving import write_wacz

    withheld = vault.check().withheld
    found = ((document, vault.bytes(document.id)) for document in ledger.documents() if document.url and document.id not in withheld)
    return write_wacz(found, out, program=f"tahqiq {__version__}")


# -- proving ----------------------------------------------------------------------------------------------------------


def verify(ledger: Ledger, vault: Vault) -> list[Fault]:
    """What is not as it was kept, one sentence each; none where every byte, every entry and every quoted word is in its place."""
    problems = vault.verify()
    try:
        entries = list(vault.custody())
    except CustodyBroken:
        entries = []  # vault.verify has named the line
    else:
        problems += _missing_from_custody(ledger, vault, entries)
    shut = ledger.withheld_reports()
    for report in ledger.reports():
        problems += _unlike_its_reading(ledger, report, is_shut=report.id in shut)
    return problems


def _missing_from_custody(ledger: Ledger, vault: Vault, entries: Sequence[dict[str, Any]]) -> Iterator[Fault]:
    kept = {entry.get("sha256") for entry in entries}
    for d in ledger.documents():
        if d.id not in kept:
            yield Fault(f"{d.name}: the vault {vault.address} has no entry for it ({d.id})", "ledger", d.id)
    hashes = {entry["hash"] for entry in entries}
    for run in ledger.runs():
        if run.custody not in hashes:
            cut = f"{vault.log_name}: the entry that was its last after the run of {run.at} is not in it; its end was cut off or replaced"
            yield Fault(cut, "chain", run.custody)


def _unlike_its_reading(ledger: Ledger, report: Report, *, is_shut: bool) -> Iterator[Fault]:
    if report.id not in _names_of(report):
        yield Fault(f"report {report.id}: its text, title or address is not the one it was named by", "words", report.id)
    try:
        reading = ledger.reading(report.id)
    except UnknownName:
        return  # its failure is kept beside it
    for mention in _ungrounded(report.text, reading):
        quoted = "a quoted word" if is_shut else repr(mention.text[:40])
        yield Fault(f"report {report.id}: {quoted} does not stand at {mention.start} of its text", "words", report.id)


def _names_of(report: Report) -> Iterator[str]:
    """The ids that a report of these words can have: its day and its source may have been found after it was named."""
    for published in dict.fromkeys((report.published, None)):
        for source in dict.fromkeys((report.source, None)):
            yield report_id(replace(report, published=published, source=source))


def vault_beside(ledger_url: str, given: str = "") -> str:
    """Where a ledger's documents lie: the folder or bucket given, else a folder beside the ledger's file.

    Raises: UnknownName where neither tells it.
    """
    if given:
        return given
    if not ledger_url.startswith("sqlite:///") or ledger_url.removeprefix("sqlite:///") in ("", ":memory:"):
        raise UnknownName("this ledger is no file: say with --vault in which folder or bucket its documents are kept")
    return ledger_url.removeprefix("sqlite:///").partition("?")[0] + ".vault"


def _said(error: Exception) -> str:
    return str(error) if isinstance(error, TahqiqError | ValueError) else f"{type(error).__name__}: {error}"


def now() -> str:
    """The time, UTC, as documents and entries of custody carry it."""
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
