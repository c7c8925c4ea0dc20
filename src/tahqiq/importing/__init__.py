"""A team's own list of incidents in the ledger: an account a row, the decisions that the team has made, and the rows as evidence.

What comes in are a table, its map, a ledger and a vault; what goes out is a ledger in which the team's incidents stand beside those
read from reports. How it works:
1. Table and map are kept as documents; each row is one too, its text the row written out, taken out of the table (`within`).
2. The account's id is made of the team and the row's own id, so that decisions hold when the row is edited. The edited row is a new
   report; the one of before stays, and its reading tells nothing any more.
3. Two rows are two incidents by the team's word: where linking would put two together, a decision of the team keeps them apart. Each
   pass says it of pairs of which it was not said, so that passes end.
4. What a row says was decided (reviewed, published, graded) is decided by the team; what an edited row says no more, it takes back.
5. All ids are made of content, so importing twice changes nothing, and an import that was killed goes on when it is run again.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, count
from pathlib import Path
from typing import Any

from tahqiq import __version__
from tahqiq.deciding import OF_INCIDENTS, TAKE_BACK, standing, taken_back
from tahqiq.errors import UnknownName, UnreadableDocument
from tahqiq.evidence import MAX_BYTES, Vault, acquire
from tahqiq.importing.accounts import RULE, RowReader, Told, UnreadableCell, account_id
from tahqiq.importing.mapping import TableMap, load_map
from tahqiq.importing.tables import Row, rows_of
from tahqiq.ledger import Failure, Ledger, Query, Run
from tahqiq.linking.clustering import NOT_SAME, SAME
from tahqiq.linking.weighing import load_weights
from tahqiq.model import Account, Decision, Document, Reading, Report, Source, digest
from tahqiq.pipeline import LISTED, Stages, now, rebuild, report_id
from tahqiq.registries import load_actors, load_places, load_sources

__all__ = ["Imported", "import_table"]

_BATCH = 100
Progress = Callable[[int, int, str], None]


@dataclass(slots=True)
class Imported:
    """What an import did: rows that are new, those told otherwise than before, those known; `failures` were left out, a sentence each."""

    new: int = 0
    changed: int = 0
    known: int = 0
    decisions: int = 0
    incidents: int = 0
    failures: list[str] = field(default_factory=list)


def import_table(
    table: Path,
    mapping: Path,
    ledger: Ledger,
    vault: Vault,
    *,
    team: str = "",
    places: str = "",
    max_bytes: int = MAX_BYTES,
    progress: Progress | None = None,
    stages: Stages | None = None,
) -> Imported:
    """The rows of the table are accounts of the team, and the incidents computed anew.

    Args:
        team: whose list it is; the one that the map names unless given.
        places: a user's registry of places, beside the shipped one.

    Raises: UnreadableDocument where table or map as a whole cannot be read, or neither tells the team.
    """
    at = now()
    map_document, map_data = acquire(mapping, at=at, method="column mapping", media_type="application/yaml")
    told = load_map(map_data, map_document.name)
    name = " ".join((team or told.team).split())
    if not name:
        raise UnreadableDocument(f"{map_document.name}: tells no team; add «team: NAME», or give --team NAME")
    document, data = acquire(table, at=at, method="import", max_bytes=max_bytes)
    columns, rows = rows_of(document, data, told.sheet)
    if missing := [column for column in told.named() if column not in columns]:
        there = ", ".join(f"«{column}»" for column in columns)[:500]
        raise UnreadableDocument(f"{document.name}: has no column «{missing[0]}», which {map_document.name} names; there are {there}")
    vault.mend()
    run = _Import(ledger, vault, document, load_sources().get(name) or Source(name, name, "monitor"), at, progress or _silent)
    run.keep([(map_document, map_data), (document, data)])
    run.take_in(rows, RowReader(told, load_places([Path(places)] if places else ()), load_actors()), told)
    return run.close(stages)


def _name_of_taking(decision: str) -> str:
    """The id of the taking back of a decision by the list that said it."""
    return digest(RULE, TAKE_BACK, decision)


def _silent(done: int, total: int, name: str) -> None:
    pass


@dataclass(slots=True)
class _Import:
    """One import: where it has got to."""

    ledger: Ledger
    vault: Vault
    table: Document
    team: Source
    at: str
    progress: Progress
    outcome: Imported = field(default_factory=Imported)
    editions: dict[str, list[str]] = field(default_factory=dict)
    decided: set[str] = field(default_factory=set)
    said: dict[str, list[Decision]] = field(default_factory=dict)
    taken_up: set[str] = field(default_factory=set)
    rows: set[str] = field(default_factory=set)

    def keep(self, documents: Sequence[tuple[Document, bytes]]) -> None:
        """Table and map are evidence, and the team is among the sources."""
        for document, data in documents:
            self.vault.keep(document, data)
        with self.ledger.transaction():
            for document, _ in documents:
                self.ledger.append_document(document)
                self.ledger.finish_document(document.id)
            self.ledger.append_source(self.team)
        for report in self.ledger.reports():
            if report.source == self.team.id and report.title:
                self.editions.setdefault(report.title, []).append(report.id)
        decisions = tuple(self.ledger.decisions())
        self.decided = {decision.id for decision in decisions}
        self.taken_up = {gone for gone, by in taken_back(decisions).items() if by.id == _name_of_taking(gone)}
        for decision in standing(decisions):
            if decision.kind in OF_INCIDENTS and decision.value.get("list") == self.team.id:
                self.said.setdefault(decision.subject, []).append(decision)

    def take_in(self, rows: Sequence[Row | tuple[int, str]], reader: RowReader, told: TableMap) -> None:
        """Every row that can be read is in, in batches; the others are named."""
        seen: dict[str, int] = {}
        batch: list[tuple[Row, Document, Told]] = []
        for done, row in enumerate(rows, 1):
            if found := self._read(row, reader, told, seen):
                batch.append(found)
            if len(batch) == _BATCH:
                self._append(batch)
                batch = []
            self.progress(done, len(rows), self.table.name)
        self._append(batch)

    def close(self, stages: Stages | None) -> Imported:
        """The incidents are computed, no two rows of the team's list in one; the run is kept where it changed anything."""
        self.outcome.incidents = rebuild(self.ledger, stages=stages)
        while self._keep_apart():
            self.outcome.incidents = rebuild(self.ledger, stages=stages)
        facts = {name: int(getattr(self.outcome, name)) for name in ("new", "changed", "decisions", "incidents")}
        if facts["new"] or facts["changed"] or facts["decisions"]:
            self.ledger.append_run(Run(now(), f"tahqiq {__version__}", self.vault.head(), facts))
        return self.outcome

    # -- rows -------------------------------------------------------------------------------------------------------------

    def _read(
        self, row: Row | tuple[int, str], reader: RowReader, told: TableMap, seen: dict[str, int]
    ) -> tuple[Row, Document, Told] | None:
        number = row.number if isinstance(row, Row) else row[0]
        try:
            if not isinstance(row, Row):
                raise UnreadableDocument(row[1])
            found = reader.read(row)
            if found.name in seen:
                raise UnreadableCell(told.columns["id"][0], f"{found.name[:60]!r} is the id of row {seen[found.name]} already")
            data = found.report.text.encode()
            document, _ = acquire(
                None,
                data=data,
                name=f"{self.table.name} row {number}",
                origin=self.table.origin,
                method="import",
                at=self.at,
                within=self.table.id,
                media_type="text/plain",
            )
        except (UnreadableCell, UnreadableDocument) as e:
            reason = str(e).removeprefix(f"{self.table.name} row {number}: ")
            self.outcome.failures.append(f"{self.table.name} row {number}{', ' if reason.startswith('column') else ': '}{reason}")
            self.ledger.append_failure(Failure(self.table.id, reason, number))
            return None
        if found.name:
            seen[found.name] = number
        self.vault.keep(document, data)
        return row, document, found

    def _append(self, batch: Sequence[tuple[Row, Document, Told]]) -> None:
        with self.ledger.transaction():
            for row, document, told in batch:
                self.ledger.append_document(document)
                unnamed = replace(told.report, document=document.id, source=self.team.id)
                report = replace(unnamed, id=report_id(unnamed))
                account = replace(told.account, id=account_id(self.team.id, told.name, report.id), report=report.id)
                is_new = self._append_account(report, account, told.name)
                self.outcome.new += is_new is True
                self.outcome.changed += is_new is False
                self.outcome.known += is_new is None
                self._decide(row, told, account.id)
                self.ledger.finish_document(document.id)

    def _append_account(self, report: Report, account: Account, name: str) -> bool | None:
        """True where the row's incident was not known, False where it was told otherwise, None where nothing is new."""
        before = [other for other in self.editions.get(name, ()) if other != report.id and self._is_telling(other)]
        for other in before:
            self._stand(Reading(other, LISTED, "", None, relevant=False))
        self.rows.add(report.id)
        is_new = self.ledger.append_report(report)
        if name and report.id not in self.editions.setdefault(name, []):
            self.editions[name].append(report.id)
        stood = self._stand(Reading(report.id, LISTED, "", report.language, relevant=True, accounts=(account,)))
        return None if not stood else is_new and not before

    def _is_telling(self, report: str) -> bool:
        try:
            standing = self.ledger.reading(report)
        except UnknownName:
            return False
        return standing.reader == LISTED and bool(standing.accounts)

    def _stand(self, reading: Reading) -> bool:
        """The reading is the one that counts; True where it was not. What counted once may count again, as a further edition."""
        try:
            if replace(self.ledger.reading(reading.report), version="") == reading:
                return False
        except UnknownName:
            pass
        edition = 1
        while not self.ledger.append_reading(replace(reading, version=f"{__version__}, edition {edition}")):
            edition += 1
        return True

    # -- decisions --------------------------------------------------------------------------------------------------------

    def _decide(self, row: Row, told: Told, subject: str) -> None:
        """What the row says is decided; what it said before and says no more is taken back."""
        says: set[str] = set()
        for decided in told.decided:
            who = decided.who or self.team.name
            value: dict[str, Any] = {"list": self.team.id} | ({"grade": decided.value} if decided.value else {})
            parts = (RULE, decided.kind, subject, value, who, decided.on.isoformat() if decided.on else "")
            names = (digest(*parts, edition) if edition else digest(*parts) for edition in count())
            name = next(name for name in names if name not in self.taken_up)  # said, unsaid and said again
            says.add(name)
            at = f"{decided.on.isoformat()}T00:00:00Z" if decided.on else self.at
            self._append_decision(
                name, decided.kind, subject, who, f"{self.table.name} row {row.number}, column «{decided.column}»", at, value
            )
        for before in self.said.get(subject, ()):
            if before.id not in says:
                why = f"{self.table.name} row {row.number} says so no more"
                self._append_decision(_name_of_taking(before.id), TAKE_BACK, before.id, self.team.name, why, self.at, {})

    def _append_decision(self, name: str, kind: str, subject: str, who: str, why: str, at: str, value: dict[str, Any]) -> bool:
        if name in self.decided:
            return False
        self.decided.add(name)
        self.outcome.decisions += self.ledger.append_decision(Decision(name, kind, subject, who, why, at, value))
        return True

    def _keep_apart(self) -> bool:
        """Of the team's rows each two that would be or are one incident are said to be two, unless a person put them together.

        True where that was not said before. All of a pass is said or nothing, as the next pass hangs on what this one said.
        """
        judged = [{d.subject, *map(str, d.value.get("accounts", ()))} for d in self.ledger.decisions() if d.kind == SAME]
        why = f"two rows of the list of {self.team.name}"
        pairs = dict.fromkeys(pair for pair in self._alike() if not any(set(pair) <= together for together in judged))
        said = False
        with self.ledger.transaction():
            for one, other in pairs:
                name = digest(RULE, NOT_SAME, one, other)
                said |= self._append_decision(name, NOT_SAME, one, self.team.name, why, self.at, {"accounts": [other]})
        return said

    def _alike(self) -> Iterator[tuple[str, str]]:
        """Pairs of the team's accounts, the first by id before the other, that a strong link joins or that are in one incident."""
        listed = self.rows.union(*self.editions.values())
        mine = {a.id for a in self.ledger.accounts() if a.report in self.rows or (a.report in listed and self._is_telling(a.report))}
        threshold = load_weights().threshold
        yield from ((link.a, link.b) for link in self.ledger.links() if link.score >= threshold and link.a in mine and link.b in mine)
        after: str | None = None
        while True:
            page = self.ledger.incidents(Query(after=after, limit=500))
            for incident in page.items:
                yield from combinations(sorted(mine.intersection(incident.accounts)), 2)
            if page.next is None:
                return
            after = page.next
