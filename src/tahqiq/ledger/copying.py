"""A whole ledger as lines of JSON, and back: what a backup holds, for either database.

The first line names the form and the revision of the tables; each other is one row: its table and its columns. Rows come in an order in
which every row that another names stands before it. The index of words is not among them: it is made anew.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa

from tahqiq.errors import LedgerConflict
from tahqiq.ledger import tables as t
from tahqiq.ledger.migrating import HEAD
from tahqiq.ledger.words import index_all

_FORM = "tahqiq ledger"
_CHUNK = 500


def copy_out(connection: sa.Connection) -> Iterator[bytes]:
    """The lines of a ledger as it is in the connection's transaction."""
    yield _line({"form": _FORM, "revision": HEAD})
    for table in t.metadata.sorted_tables:
        rows = connection.execution_options(yield_per=_CHUNK).execute(sa.select(table).order_by(*table.primary_key))
        for row in rows.mappings():
            yield _line({"table": table.name, "row": dict(row)})


def copy_in(connection: sa.Connection, lines: Iterable[bytes]) -> int:
    """The rows are in the tables, which are empty; gives how many.

    Raises: LedgerConflict where the ledger holds something, or the lines are no ledger's, or a later version's.
    """
    given = iter(lines)
    _check_head(next(given, b""))
    for table in t.metadata.sorted_tables:
        if connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first():
            raise LedgerConflict("the ledger holds something; restore into a new one")
    waiting: list[dict[str, Any]] = []
    current, count = "", 0
    for number, line in enumerate(given, 2):
        name, row = _row_of(line, number)
        if name != current or len(waiting) == _CHUNK:
            _insert(connection, current, waiting)
            current, waiting = name, []
        waiting.append(row)
        count += 1
    _insert(connection, current, waiting)
    go_on_counting(connection)
    index_all(connection)
    return count


def _line(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _check_head(line: bytes) -> None:
    try:
        head = json.loads(line)
        form, revision = head["form"], str(head["revision"])
    except (ValueError, KeyError, TypeError):
        form, revision = "", ""
    if form != _FORM:
        raise LedgerConflict("this is no copy of a ledger")
    if revision > HEAD:
        raise LedgerConflict(f"the copy is of a later version of the program ({revision}, this one knows {HEAD}); use that one")


def _row_of(line: bytes, number: int) -> tuple[str, dict[str, Any]]:
    try:
        value = json.loads(line)
        table, row = str(value["table"]), dict(value["row"])
        known = t.metadata.tables[table].columns.keys()
    except (ValueError, KeyError, TypeError):
        raise LedgerConflict(f"line {number} of the copy is no row of a ledger") from None
    if strange := row.keys() - set(known):
        raise LedgerConflict(f"line {number} of the copy: {table} has no column {min(strange)}")
    return table, row


def _insert(connection: sa.Connection, table: str, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    connection.execute(t.metadata.tables[table].insert(), rows)


def go_on_counting(connection: sa.Connection) -> None:
    """What is appended next is numbered after what is there; SQLite sees to this itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in t.metadata.sorted_tables:
        if "seq" in table.columns:
            last = f"SELECT setval(pg_get_serial_sequence('{table.name}', 'seq'), coalesce(max(seq), 0) + 1, false) FROM {table.name}"
            connection.execute(sa.text(last))
