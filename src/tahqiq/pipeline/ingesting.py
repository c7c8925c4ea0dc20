"""Into the ledger: documents are kept as evidence, their reports read and appended in batches.

What comes in are paths, addresses or documents that a way in gave; what goes out is what the run did.
"""

import datetime as dt
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from tahqiq import __version__
from tahqiq.errors import UnknownName
from tahqiq.evidence import MAX_BYTES, Acquired, Asked, Fetcher, Refused, Vault, acquire, files_of
from tahqiq.evidence.feeds import documents_of
from tahqiq.ledger import Failure, Ledger, Run
from tahqiq.model import Document, Reading, Report
from tahqiq.pipeline.computing import rebuild
from tahqiq.pipeline.stages import Progress, Stages, now, the_stages
from tahqiq.pipeline.understanding import LOADED, How, Part, Understood, died, in_a_worker, parts_of, place_of, understand
from tahqiq.registries.sources import load_sources, provisional
from tahqiq.text import Columns, load_columns
from tahqiq.workers import Task, Workers

_FOR_A_WORKER = 25  # reports a job: half a second's work, so that workers end together
_BATCH = 100  # reports a transaction: a second's work lost at most, and no other writer kept waiting for longer
_TABLES = ("text/csv", "application/jsonl", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
_FACTS = ("documents", "reports", "accounts", "figures", "unread", "incidents")


@dataclass(slots=True)
class Outcome:
    """What a run did. `refused` were not taken in at all; `failures` are kept, but were not read; `notes` are of no consequence.

    Each is one sentence. `unnamed` are files with photos or videos that no report names yet; `mended` counts reports that could not be
    read before.
    """

    documents: int = 0
    known_documents: int = 0
    reports: int = 0
    accounts: int = 0
    figures: int = 0
    unread: int = 0
    incidents: int = 0
    mended: int = 0
    refused: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """True where the run added anything."""
        return bool(self.documents or self.reports or self.mended)


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
    places: str = "",
    workers: int = 1,
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
        places: a user's registry of places beside the shipped one.
        workers: processes that read; with more than one, `stages` are not theirs. The ledger is the same with any number.
    """
    vault.mend()
    asked = Asked(now, max_bytes, fetcher or Fetcher(max_bytes=max_bytes), standard_input)
    named = list(given)
    addresses = [str(one) for one in named if _is_address(one)]
    paths = [str(path) for path in files_of(Path(one) for one in named if not _is_address(one))]
    total = len(addresses) + sum(expected(Path(path)) for path in paths)
    run = _Run(ledger, vault, stages or the_stages(places), How(published, max_bytes, None, places), progress or _silent, total)
    run.meant = frozenset(map(str, named))
    if columns:
        run.how = replace(run.how, columns=run.keep_columns(columns))
    with _working(workers) as run.workers:
        for one in (*paths, *addresses):
            end = run.done + expected(Path(one))
            run.given = one
            for found in documents_of(one, asked):
                run.take_in(found)
            if run.workers is None:
                run.done = end
                run.progress(run.done, run.total, Path(one).name)
        run.wait()
        for one in list(run.waiting):
            run.take_what_waited(one, documents_of(one, asked))
        run.wait()
    return run.close()


def read_failed(
    ledger: Ledger,
    vault: Vault,
    *,
    max_bytes: int = MAX_BYTES,
    places: str = "",
    workers: int = 1,
    progress: Progress | None = None,
    stages: Stages | None = None,
) -> Outcome:
    """Documents of which something could not be read are read again; what is still not read is among the failures.

    What could be read now counts from now on; the failure of before stays in the ledger beside it.
    """
    failed = {failure.document: None for failure in ledger.failures()}
    known = [document for document in ledger.documents() if document.id in failed]
    run = _Run(ledger, vault, stages or the_stages(places), How(None, max_bytes, None, places), progress or _silent, len(known), again=True)
    with _working(workers) as run.workers:
        for document in known:
            run.keep_again(document)
        run.wait()
    return run.close()


def _silent(done: int, total: int, name: str) -> None:
    """Progress that nobody is told."""


@contextmanager
def _working(count: int) -> Iterator[Workers | None]:
    """So many workers; none where one process is enough."""
    if count == 1:
        yield None
        return
    with Workers(count, loaded=LOADED) as workers:
        yield workers


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
    run = _Run(ledger, vault, stages or the_stages(), How(published, max_bytes), _silent, 0)
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
    how: How
    progress: Progress
    total: int
    workers: Workers | None = None
    again: bool = False
    done: int = 0
    outcome: Outcome = field(default_factory=Outcome)
    under_way: deque[tuple[Document, Task[list[list[Understood]]], bool]] = field(default_factory=deque)
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
            self.wait()  # a report that names it may be under way
            if not self._take_medium(found):
                self.waiting.setdefault(self.given, {})[found.document.id] = found.document
        elif self._is_in(found.document) and not (self.how.columns and found.document.media_type in _TABLES):
            self.outcome.known_documents += 1
            self.vault.see_again(found.document)
        else:
            self._keep(found)

    def _is_in(self, document: Document) -> bool:
        if any(document.id == other.id for other, _, _ in self.under_way):
            self.wait()
        return self.ledger.is_finished(document.id)

    def keep_again(self, document: Document) -> None:
        """The document, which is in the vault, is read again."""
        self._keep_parts(Acquired(document, self.vault.bytes(document.id)))

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
        self.wait()
        self._tell_of_the_unnamed()
        if compute:
            self.outcome.incidents = rebuild(self.ledger, stages=self.stages)
        if self.outcome.changed:
            facts = {name: int(getattr(self.outcome, name)) for name in _FACTS}
            self.ledger.append_run(Run(now(), f"tahqiq {__version__}", self.vault.head(), facts))
        return self.outcome

    def _keep(self, found: Acquired) -> None:
        self.vault.keep(found.document, found.data)
        if isinstance(found.data, Path):
            found = replace(found, data=self.vault.place(found.document.id))  # the copy that was kept, whatever becomes of the file
        self._keep_parts(found)

    def _keep_parts(self, found: Acquired) -> None:
        given = parts_of(found, self.how)
        batch = list(islice(given, _BATCH))
        while len(batch) == _BATCH:
            self._give(found.document, batch)
            batch = list(islice(given, _BATCH))
        self._give(found.document, batch, last=True)

    def _give(self, document: Document, parts: Sequence[Part], *, last: bool = False) -> None:
        """The parts are understood and appended, here or when a worker has done them and what was given before them."""
        if self.workers is None:
            self._append(document, understand(parts, self.how, self.stages), last=last)
            return
        size = max(1, min(_FOR_A_WORKER, len(parts)))
        for start in range(0, max(1, len(parts)), size):
            task = self.workers.submit(in_a_worker(self.how), parts[start : start + size])
            self.under_way.append((document, task, last and start + size >= len(parts)))
        while self.workers.is_full:
            self._take_next()

    def wait(self) -> None:
        """What the workers were given is appended."""
        while self.under_way:
            self._take_next()

    def _take_next(self) -> None:
        assert self.workers is not None
        document, task, last = self.under_way.popleft()
        self._append(document, self.workers.parts(task, died), last=last)

    def _append(self, document: Document, parts: Sequence[list[Understood]], *, last: bool = False) -> None:
        with self.ledger.transaction():
            self.outcome.documents += self.ledger.append_document(document)
            for one in (one for part in parts for one in part):
                if one.problem:
                    self.outcome.failures.append(one.problem)
                if one.failure:
                    self.ledger.append_failure(one.failure)
                if one.report:
                    self._append_report(one.report, one.reading)
            if last:
                self.ledger.finish_document(document.id)
        self.done += len(parts)
        self.progress(min(self.done, self.total), self.total, document.name)

    def _append_report(self, report: Report, reading: Reading | None) -> None:
        if not self.ledger.append_report(report):
            if self.again and reading is not None and not self._is_read(report):
                self._append_reading(reading)
            return  # known from another file, and read as it was dated there
        self._know_source(report)
        self.outcome.reports += 1
        self.outcome.unread += report.unread is not None
        if reading is None:
            assert report.document is not None
            self.ledger.append_failure(Failure(report.document, report.unread or "", report=report.id))
        else:
            self._append_reading(reading)

    def _append_reading(self, reading: Reading) -> None:
        if self.ledger.append_reading(reading):
            self.outcome.accounts += len(reading.accounts)
            self.outcome.figures += len(reading.figures)
            self.outcome.mended += self.again

    def _is_read(self, report: Report) -> bool:
        try:
            self.ledger.reading(report.id)
        except UnknownName:
            return False
        return True

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
    return tuple(dict.fromkeys(address if "://" in address else place_of(address) for address in told))


def expected(file: Path) -> int:
    """How many reports a file holds at most, for showing progress: lines of a .jsonl, else one."""
    if file.suffix.lower() not in (".jsonl", ".ndjson"):
        return 1
    try:
        with file.open("rb") as lines:
            return max(1, sum(block.count(b"\n") for block in iter(lambda: lines.read(1 << 20), b"")))
    except OSError:
        return 1
