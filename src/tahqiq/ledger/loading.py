"""A ledger filled at once: rows in streams, by COPY where PostgreSQL takes them, in one transaction.

What comes in are values of the model in the order in which they would be appended; what stands then is what appending them one by one
would have left. The ledger must hold no reports: of what is known already nothing is asked, row by row.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

import msgspec
import sqlalchemy as sa

from tahqiq.errors import LedgerConflict
from tahqiq.ledger import tables as t
from tahqiq.ledger import tallies
from tahqiq.ledger.changes import note_changes
from tahqiq.ledger.copying import go_on_counting
from tahqiq.ledger.dialects import alone, put
from tahqiq.ledger.media import append_media
from tahqiq.ledger.things import count_all
from tahqiq.ledger.words import index_many
from tahqiq.model import Document, Incident, Link, Reading, Report, Source, digest

_AT_ONCE = 1000  # values that are held
_COPIED = 50  # rows from which COPY is worth its beginning
_encode = msgspec.json.Encoder(order="deterministic")
Rows = dict[sa.Table, list[dict[str, Any]]]


def fill(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """The rows, all of the same columns, are in the table."""
    if not rows:
        return
    if connection.dialect.name != "postgresql" or len(rows) < _COPIED:
        connection.execute(table.insert(), list(rows))
        return
    names = list(rows[0])
    quote = connection.dialect.identifier_preparer.quote
    raw: Any = connection.connection.cursor()
    with raw, raw.copy(f"COPY {quote(table.name)} ({', '.join(map(quote, names))}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row([row[name] for name in names])


class Loading:
    """What is loaded into one ledger, in this order: sources, documents, reports, links, incidents; then `finish`."""

    def __init__(self, connection: sa.Connection, insert_incidents: Callable[[sa.Connection, Collection[Incident]], object]) -> None:
        """Raises: LedgerConflict where the ledger holds reports."""
        if connection.execute(sa.select(t.report.c.seq).limit(1)).first():
            raise LedgerConflict("the ledger holds reports already; load into a new one, or take more in with: tahqiq ingest")
        alone(connection)
        self._connection = connection
        self._insert_incidents = insert_incidents
        self._seq = 0

    def sources(self, sources: Iterable[Source]) -> None:
        fill(self._connection, t.source, [{"id": source.id, "json": _json(source)} for source in sources])

    def documents(self, documents: Iterable[Document]) -> None:
        """The documents are in, and finished."""
        for some in _some(documents):
            fill(self._connection, t.document, [{"id": one.id, "json": _json(one)} for one in some])
            fill(self._connection, t.finished, [{"document": one.id} for one in some])

    def reports(self, reports: Iterable[tuple[Report, Reading | None]]) -> None:
        """The reports are in, each once, with what was read in them, and can be searched."""
        for some in _some(reports):
            rows: Rows = {table: [] for table in (t.report, t.reading, t.account, t.figure, t.standing_reading)}
            told: list[tuple[int, Report, Reading | None]] = []
            for report, reading in some:
                self._seq += 1
                told.append((self._seq, report, reading))
                rows[t.report].append(
                    {
                        "seq": self._seq,
                        "id": report.id,
                        "document": report.document,
                        "language": report.language,
                        "source": report.source,
                        "json": _json(report),
                    }
                )
                if reading is not None:
                    _add_reading(rows, reading)
            for table, values in rows.items():
                fill(self._connection, table, values)
            index_many(self._connection, told)
            for report, _ in some:
                if report.media:
                    append_media(self._connection, report.id, report.media)

    def failures(self, failures: Iterable[tuple[str, str, int | None, str | None]]) -> None:
        """Each of a document, a reason, a line and a report."""
        rows = {
            (name := digest(document, line, report, reason)): {
                "id": name,
                "document": document,
                "line": line,
                "report": report,
                "reason": reason,
            }
            for document, reason, line, report in failures
        }
        fill(self._connection, t.failure, list(rows.values()))

    def links(self, links: Iterable[Link]) -> None:
        for some in _some(links):
            fill(self._connection, t.link, [{"a": one.a, "b": one.b, "standing": True, "json": _json(one)} for one in some])

    def incidents(self, incidents: Sequence[Incident], *, at: str) -> None:
        """These incidents are in, and told as new; `at` is the time, UTC."""
        note_changes(self._connection, {one.id: one for one in incidents}, whole=False, at=at)
        self._insert_incidents(self._connection, incidents)

    def finish(self, stamp: str) -> None:
        """Everything is counted, and what is appended next is numbered after it. `stamp` is as for `replace_incidents`."""
        count_all(self._connection)
        tallies.recount(self._connection)
        put(self._connection, t.computed, {"name": "incidents", "value": stamp})
        go_on_counting(self._connection)


def _add_reading(rows: Rows, reading: Reading) -> None:
    name = digest(reading.report, reading.reader, reading.version, _json(reading))
    rows[t.reading].append({"id": name, "report": reading.report, "json": _json(replace(reading, accounts=(), figures=()))})
    rows[t.standing_reading].append({"report": reading.report, "reading": name})
    rows[t.account] += [{"reading": name, "id": a.id, "position": at, "json": _json(a)} for at, a in enumerate(reading.accounts)]
    rows[t.figure] += [{"reading": name, "position": at, "json": _json(figure)} for at, figure in enumerate(reading.figures)]


def _some(values: Iterable[Any]) -> Iterator[list[Any]]:
    given = iter(values)
    return iter(lambda: list(islice(given, _AT_ONCE)), [])


def _json(value: object) -> str:
    return _encode.encode(value).decode()
