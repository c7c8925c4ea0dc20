"""Into the ledger: documents are kept as evidence, their reports read and appended in batches.

What comes in are paths, addresses or documents that a way in gave; what goes out is what the run did.
"""

import datetime as dt
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from tahqiq import __version__
from tahqiq.errors import UnreadableDocument
from tahqiq.evidence import MAX_BYTES, Acquired, Asked, Fetcher, Refused, Vault, acquire, files_of
from tahqiq.evidence.feeds import documents_of
from tahqiq.ledger import Failure, Ledger, Run
from tahqiq.model import Document, Reading, Report, digest
from tahqiq.pipeline.computing import rebuild
from tahqiq.pipeline.reading import marked, prepare, read_grounded
from tahqiq.pipeline.stages import STOPPING, Progress, Stages, now, said, the_stages
from tahqiq.registries.sources import load_sources, provisional
from tahqiq.text import Columns, FailedLine, load_columns, to_reports

_BATCH = 100  # reports a transaction: a second's work lost at most, and no other writer kept waiting for longer
_TABLES = ("text/csv", "application/jsonl", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
_FACTS = ("documents", "reports", "accounts", "figures", "unread", "incidents")


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
            reading = read_grounded(report, self.stages)
        except STOPPING:
            raise
        except Exception as e:  # one report's failure is kept with its reason and the run goes on
            reason = f"reading failed: {said(e)}"
            self.outcome.failures.append(f"{way.document.name}, report {found.id}: {reason}")
            return replace(report, unread=reason), None
        return marked(report, reading), reading

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
