"""What is read, as four Parquet tables: documents, reports, accounts, failures. The schema here is the one that docs show.

What comes in are parts of documents as they were understood; what goes out are files, whole or not at all, with the same bytes for the same
parts. Equal files come of equal parts since rows are grouped by number alone and nothing in a file tells when it was made.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from tahqiq.ledger import Failure
from tahqiq.model import Account, Document, Reading, Report
from tahqiq.pipeline.understanding import Part, Understood
from tahqiq.scale.store import Store

ROWS = 1000  # a row group
_strings = pa.list_(pa.string())
SCHEMAS = {
    "documents": pa.schema([("id", pa.string()), ("url", pa.string()), ("media_type", pa.string()), ("json", pa.string())]),
    "reports": pa.schema(
        [
            ("id", pa.string()),
            ("document", pa.string()),
            ("language", pa.string()),
            ("source", pa.string()),
            ("published", pa.date32()),
            ("url", pa.string()),
            ("title", pa.string()),
            ("relevant", pa.bool_()),
            ("accounts", pa.int32()),
            ("unread", pa.string()),
            ("json", pa.string()),  # the report
            ("reading", pa.string()),  # the reading without its accounts; null where reading failed
        ]
    ),
    "accounts": pa.schema(
        [
            ("id", pa.string()),
            ("report", pa.string()),
            ("position", pa.int32()),
            ("event_type", pa.string()),
            ("status", pa.string()),
            ("certainty", pa.string()),
            ("background", pa.bool_()),
            ("first_day", pa.date32()),
            ("last_day", pa.date32()),
            ("place", pa.string()),
            ("place_id", pa.string()),
            ("country", pa.string()),
            ("admin1", pa.string()),
            ("lat", pa.float64()),
            ("lon", pa.float64()),
            ("precision", pa.string()),
            ("perpetrators", _strings),
            ("targets", _strings),
            ("weapons", _strings),
            ("killed_min", pa.int64()),
            ("killed_max", pa.int64()),
            ("published", pa.date32()),
            ("language", pa.string()),
            ("json", pa.string()),  # the account
        ]
    ),
    "failures": pa.schema([("document", pa.string()), ("line", pa.int32()), ("report", pa.string()), ("reason", pa.string())]),
}
_encode = msgspec.json.Encoder(order="deterministic")
Rows = dict[str, list[dict[str, Any]]]


class Writer:
    """The four files of a slice or a shard, written as rows come."""

    def __init__(self, store: Store, paths: dict[str, str]) -> None:
        self._rows: Rows = {name: [] for name in SCHEMAS}
        self._files = {name: store.writing(path) for name, path in paths.items()}
        self._tables = {name: _writer(file, name) for name, file in self._files.items()}
        self.counts = dict.fromkeys(SCHEMAS, 0)

    def add(self, rows: Rows) -> None:
        for name, some in rows.items():
            self.counts[name] += len(some)
            self._rows[name] += some
            while len(self._rows[name]) >= ROWS:
                self._flush(name, ROWS)

    def _flush(self, name: str, count: int) -> None:
        some, self._rows[name] = self._rows[name][:count], self._rows[name][count:]
        if some:
            self._tables[name].write_table(pa.Table.from_pylist(some, schema=SCHEMAS[name]), row_group_size=ROWS)

    def close(self, *, keep: bool) -> None:
        """The files are there; or, where not to be kept, as if they had never been begun."""
        for name in SCHEMAS:
            if keep:
                self._flush(name, ROWS)
            self._tables[name].close()
            self._files[name].finish(keep=keep)


@contextmanager
def writing(store: Store, paths: dict[str, str]) -> Iterator[Writer]:
    """The four files, there when all is written; where something goes wrong there is none of them."""
    writer = Writer(store, paths)
    try:
        yield writer
    except BaseException:
        writer.close(keep=False)
        raise
    writer.close(keep=True)


def join(store: Store, parts: Sequence[str], name: str, path: str, *, once: str = "") -> int:
    """The rows of the parts are one file, in the parts' order, however they were cut; gives how many.

    Args:
        once: a column of which only the first row of each value is taken.
    """
    target, count, seen = store.writing(path), 0, set[str]()
    writer, held = _writer(target, name), pa.Table.from_pylist([], schema=SCHEMAS[name])
    for some in _groups(store, parts):
        if once:
            values = some.column(once).to_pylist()
            first = {value: at for at, value in reversed(list(enumerate(values))) if value not in seen}
            seen.update(first)
            some = some.take(pa.array(sorted(first.values()), pa.int64()))
        count += some.num_rows
        held = pa.concat_tables([held, some])
        while held.num_rows >= ROWS:
            writer.write_table(held.slice(0, ROWS).combine_chunks(), row_group_size=ROWS)
            held = held.slice(ROWS)
    if held.num_rows:
        writer.write_table(held.combine_chunks(), row_group_size=ROWS)
    writer.close()
    target.finish(keep=True)
    return count


def _groups(store: Store, parts: Sequence[str]) -> Iterator[Any]:
    for part in parts:
        with store.reading(part) as file:
            table = pq.ParquetFile(file)
            for group in range(table.num_row_groups):
                yield table.read_row_group(group)


def _writer(file: Any, name: str) -> Any:
    return pq.ParquetWriter(file.stream, SCHEMAS[name], compression="zstd", compression_level=3, version="2.6")


# -- rows -------------------------------------------------------------------------------------------------------------


def rows_of(parts: Sequence[Part], understood: Sequence[Sequence[Understood]], known: set[str]) -> Rows:
    """The rows of parts and of what they became. A document is told once: `known` are those that were."""
    rows: Rows = {name: [] for name in SCHEMAS}
    for part, its in zip(parts, understood, strict=True):
        document = part.way.document
        if document.id not in known and document.media_type:
            known.add(document.id)
            rows["documents"].append({"id": document.id, "url": document.url, "media_type": document.media_type, "json": as_text(document)})
        for one in its:
            if one.failure:
                rows["failures"].append(_failure_row(one.failure))
            if one.report:
                _fill(rows, one.report, one.reading)
    return rows


def _fill(rows: Rows, report: Report, reading: Reading | None) -> None:
    accounts = reading.accounts if reading else ()
    rows["reports"].append(
        {
            "id": report.id,
            "document": report.document,
            "language": report.language,
            "source": report.source,
            "published": report.published,
            "url": report.url,
            "title": report.title,
            "relevant": bool(reading and reading.relevant),
            "accounts": len(accounts),
            "unread": report.unread,
            "json": as_text(report),
            "reading": as_text(replace(reading, accounts=())) if reading else None,
        }
    )
    rows["accounts"] += [_account_row(account, position, report) for position, account in enumerate(accounts)]
    if reading is None:
        rows["failures"].append({"document": report.document, "line": None, "report": report.id, "reason": report.unread or ""})


def _failure_row(failure: Failure) -> dict[str, Any]:
    return {"document": failure.document, "line": failure.line, "report": failure.report, "reason": failure.reason}


def _account_row(account: Account, position: int, report: Report) -> dict[str, Any]:
    place = account.place.place if account.place else None
    killed = [c for c in account.casualties if c.effect == "killed"]
    most = max(killed, key=lambda c: (c.min, c.max is None, c.max or 0), default=None)
    return {
        "id": account.id,
        "report": account.report,
        "position": position,
        "event_type": account.event_type,
        "status": account.status,
        "certainty": account.certainty,
        "background": account.background,
        "first_day": account.date.start if account.date else None,
        "last_day": account.date.end if account.date else None,
        "place": place.name if place else None,
        "place_id": place.id if place else None,
        "country": place.country if place else None,
        "admin1": place.admin1 if place else None,
        "lat": place.lat if place else None,
        "lon": place.lon if place else None,
        "precision": place.precision if place else None,
        "perpetrators": [one.name for one in account.perpetrators],
        "targets": [one.name for one in account.targets],
        "weapons": list(account.weapons),
        "killed_min": most.min if most else None,
        "killed_max": most.max if most else None,
        "published": report.published,
        "language": report.language,
        "json": as_text(account),
    }


def as_text(value: Document | Report | Reading | Account) -> str:
    """The value as JSON, the same text for equal values."""
    return _encode.encode(value).decode()


def values_of(store: Store, paths: Iterable[str], columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """These columns of all rows of the files, in their order, some thousand rows held at a time."""
    for path in paths:
        with store.reading(path) as file:
            for some in pq.ParquetFile(file).iter_batches(batch_size=ROWS, columns=list(columns)):
                yield from zip(*(some.column(name).to_pylist() for name in columns), strict=True)
