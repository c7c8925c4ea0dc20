"""Tables that were read and linked, loaded into a new ledger at once: what an ordinary intake of the same documents would have left.

Reports that several shards tell are taken from the first of them, as an intake in that order would do. What an incident is made of is asked
of the ledger while it is loaded, some at a time, so that memory does not grow with the archive; only persons are held, since who is one
person is judged among all.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice
from pathlib import Path
from typing import Any

import msgspec

from tahqiq import __version__
from tahqiq.errors import LedgerConflict
from tahqiq.evidence import Vault
from tahqiq.ledger import Ledger, Run
from tahqiq.linking import ALONE
from tahqiq.linking.figures import link_figures
from tahqiq.model import Account, Document, Incident, Link, Reading, Report, Source
from tahqiq.persons import records
from tahqiq.persons.naming import persons_told
from tahqiq.pipeline.assessing import assessed, by_its_source
from tahqiq.pipeline.stages import Progress, now, the_stages
from tahqiq.pipeline.understanding import How
from tahqiq.registries.sources import Sources, load_sources, provisional
from tahqiq.scale.archive import tables_of
from tahqiq.scale.linking import groups_of, linked_accounts
from tahqiq.scale.shards import LEAST, Shard, document_of, parts_in, shards_in, slices_of
from tahqiq.scale.store import Store, opened
from tahqiq.scale.tables import values_of

_AT_ONCE = 500  # clusters whose incidents are held
_documents = msgspec.json.Decoder(Document)
_reports = msgspec.json.Decoder(Report)
_readings = msgspec.json.Decoder(Reading)
_accounts = msgspec.json.Decoder(Account)
_links = msgspec.json.Decoder(Link)


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many of each are in the ledger."""

    documents: int
    reports: int
    accounts: int
    incidents: int


def load_tables(linked: str, ledger: Ledger, *, custody: str = "", progress: Progress | None = None) -> Loaded:
    """What was read and linked is in the ledger, with its incidents; gives how much.

    Args:
        custody: the head of the vault's chain, where `keep_documents` kept the documents in one.

    Raises: LedgerConflict where the ledger holds reports already, or nothing was linked there.
    """
    links = Store(linked)
    source = Store(linked_accounts(links))
    copies = dict(values_of(links, ["copies.parquet"], ["report", "first"]))
    tell = progress or (lambda done, total, name: None)
    total = sum(_count(source, path) for path in tables_of(source, "reports")) + sum(1 for _ in groups_of(links))
    counted = _Counted(tell, total)
    with ledger.loading() as loading:
        sources = list(_sources_of(source))
        loading.sources(sources)
        documents = list(_once(_all(source, "documents", ["json"], _documents), lambda one: one.id))
        loading.documents(documents)
        loading.reports(counted.each(_read(source), "reports"))
        loading.failures(_failures(source, {document.id for document in documents}))
        loading.links(_standing(links))
        ledger.replace_copies(copies)
        persons = _Persons()
        for incidents in _incidents(ledger, links, copies, sources, persons):
            loading.incidents(incidents, at=now())
            counted.add(len(incidents), "incidents")
        loading.finish(f"{__version__}:{ledger.stamp()}")
        ledger.replace_persons(*records(persons.incidents, persons.accounts, persons.reports))
        _load_series(ledger, copies)
        if custody:
            facts = {"documents": len(documents), "reports": counted.done["reports"], "incidents": counted.done["incidents"]}
            ledger.append_run(Run(now(), f"tahqiq {__version__}", custody, facts))
    accounts = sum(_count(source, path) for path in tables_of(source, "accounts"))
    return Loaded(len(documents), counted.done["reports"], accounts, counted.done["incidents"])


def keep_documents(shards: str, linked: str, vault: Vault, *, max_bytes: int, progress: Progress | None = None) -> int:
    """The documents that were read and linked are in the vault, taken from their shards again; gives how many were not before.

    Raises: LedgerConflict where a document does not stand in these shards any more as it was read.
    """
    source = Store(linked_accounts(Store(linked)))
    wanted = {document.id: document for document in _all(source, "documents", ["json"], _documents)}
    found, _ = shards_in(shards)
    kept, left = 0, set(wanted)
    vault.mend()
    for number, shard in enumerate(found, 1):
        for document, data in _bytes_in(shard, How(max_bytes=max_bytes)):
            if document.id in left:
                left.discard(document.id)
                kept += vault.keep(wanted[document.id], data)
        if progress:
            progress(number, len(found), shard.name)
    if left:
        lost = wanted[min(left)]
        raise LedgerConflict(f"{lost.name}: does not stand in {shards} as it was read; {len(left)} documents were not found there")
    return kept


def _bytes_in(shard: Shard, how: How) -> Iterator[tuple[Document, bytes]]:
    """The documents of a shard with their bytes."""
    slices = slices_of(shard, LEAST)
    if shard.kind in ("warc", "wacz"):
        for part in (part for slice in slices for part in parts_in(slice, how)):
            if part.found is None and not isinstance(part.way.data, Path):
                yield part.way.document, bytes(part.way.data)
        return
    with opened(shard.address) as file:
        yield document_of(slices[0]), file.read()


class _Counted:
    """How much is done, told as it grows."""

    def __init__(self, tell: Progress, total: int) -> None:
        self._tell, self._total = tell, total
        self.done = {"reports": 0, "incidents": 0}

    def add(self, count: int, what: str) -> None:
        self.done[what] += count
        self._tell(min(self._total, sum(self.done.values())), self._total, what)

    def each(self, values: Iterable[Any], what: str) -> Iterator[Any]:
        for value in values:
            yield value
            self.done[what] += 1
            if self.done[what] % 1000 == 0:
                self.add(0, what)


def _count(store: Store, path: str) -> int:
    import pyarrow.parquet as pq

    with store.reading(path) as file:
        return int(pq.ParquetFile(file).metadata.num_rows)


def _all(store: Store, table: str, columns: Sequence[str], decoder: Any) -> Iterator[Any]:
    for (text,) in values_of(store, tables_of(store, table), columns):
        yield decoder.decode(text)


def _once(values: Iterable[Any], key: Callable[[Any], str]) -> Iterator[Any]:
    seen = set[str]()
    for value in values:
        if key(value) not in seen:
            seen.add(key(value))
            yield value


def _sources_of(source: Store) -> Iterator[Source]:
    """Who published what is loaded: as the register has it, else provisionally by its host."""
    names = dict.fromkeys(name for (name,) in values_of(source, tables_of(source, "reports"), ["source"]) if name)
    found = (load_sources().get(name) or provisional(name) for name in names)
    return _once((one for one in found if one), lambda one: one.id)


def _read(source: Store) -> Iterator[tuple[Report, Reading | None]]:
    """Each report once, with its reading."""
    seen = set[str]()
    for path in tables_of(source, "reports"):
        name = path.rpartition("/")[2]
        groups = groupby(values_of(source, [f"accounts/{name}"], ["report", "json"]), key=lambda row: row[0])
        waiting: list[tuple[str, list[Account]]] = []
        for id, text, reading, count in values_of(source, [path], ["id", "json", "reading", "accounts"]):
            if count and not waiting:
                report, its = next(groups)
                waiting.append((report, [_accounts.decode(one) for _, one in its]))
            accounts = _taken(waiting, id, count) if count else ()
            if id in seen:
                continue
            seen.add(id)
            yield _reports.decode(text), replace(_readings.decode(reading), accounts=accounts) if reading else None


def _taken(waiting: list[tuple[str, list[Account]]], report: str, count: int) -> tuple[Account, ...]:
    """The next accounts, which are this report's; where it is told twice in a row, those of both stand together."""
    name, accounts = waiting[0]
    assert name == report, f"the accounts of {report} stand in another order than its report"
    taken, left = accounts[:count], accounts[count:]
    waiting[:] = [(name, left)] if left else []
    return tuple(taken)


def _failures(source: Store, documents: set[str]) -> Iterator[tuple[str, str, int | None, str | None]]:
    """Failures of documents; those of a shard as a whole, which is no document of the ledger, are left in the tables."""
    for document, reason, line, report in values_of(source, tables_of(source, "failures"), ["document", "reason", "line", "report"]):
        if document in documents:
            yield document, reason, line, report


def _standing(links: Store) -> Iterator[Link]:
    for (text,) in values_of(links, ["links.parquet"], ["json"]):
        yield _links.decode(text)


class _Persons:
    """The incidents in which persons are named, with their accounts and reports."""

    def __init__(self) -> None:
        self.incidents: list[Incident] = []
        self.accounts: dict[str, Account] = {}
        self.reports: dict[str, Report] = {}

    def keep(self, incident: Incident, accounts: Sequence[Account], reports: dict[str, Report]) -> None:
        naming = [a for a in accounts if any(True for _ in persons_told(a, reports[a.report].text, reports[a.report].language or ""))]
        if naming:
            self.incidents.append(Incident(incident.id, incident.event_type, incident.accounts, incident.reports, incident.languages))
            self.accounts.update((account.id, account) for account in accounts)
            self.reports.update((account.report, reports[account.report]) for account in naming)


def _incidents(
    ledger: Ledger, links: Store, copies: dict[str, str], sources: Sequence[Source], persons: _Persons
) -> Iterator[tuple[Incident, ...]]:
    """The incidents of some clusters at a time."""
    steps, known = the_stages(), Sources(sources)
    groups = groups_of(links)
    while some := list(islice(groups, _AT_ONCE)):
        names = [name for group in some for name in group]
        read = [name for name in names if not name.startswith(ALONE)]
        accounts = {account.id: account for account in ledger.accounts_of(read, as_read=True)}
        alone = [name.removeprefix(ALONE) for name in names if name.startswith(ALONE)]
        reports = {report.id: report for report in ledger.reports_of(dict.fromkeys([*(a.report for a in accounts.values()), *alone]))}
        by_source = {name: by_its_source(report, known) for name, report in reports.items()}
        made = list(assessed(steps, some, accounts, by_source, {name: copies.get(name, name) for name in reports}, sources))
        for incident in made:
            persons.keep(incident, [accounts[name] for name in incident.accounts], reports)
        yield tuple(made)


def _load_series(ledger: Ledger, copies: dict[str, str]) -> None:
    """The standing numbers that all figures tell."""
    figures = tuple(ledger.things.figures())
    reports = {report.id: report for report in ledger.reports_of(dict.fromkeys(figure.report for figure in figures))}
    ledger.things.replace_series(link_figures(figures, reports, {name: copies.get(name, name) for name in reports}))
