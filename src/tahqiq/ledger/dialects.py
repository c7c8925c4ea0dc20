"""What SQLite and PostgreSQL say differently: connecting, inserting what may be there, waiting. One function each."""

import contextlib
import math
import re
import sqlite3
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection

from tahqiq.errors import LedgerConflict, UnknownName

BUSY_TIMEOUT_MS = 60_000  # how long a writer waits for another
_COMPUTING = 7_230_662  # any number, the same in every process: PostgreSQL's name for the lock while incidents are replaced


def make_engine(url: str, *, reading: bool = False) -> sa.Engine:
    """An engine for this address of a ledger; with `reading` the database refuses every change.

    Raises: UnknownName where the address is of no kind we know, or its driver is not installed.
    """
    if url.startswith(("postgresql://", "postgres://")):
        return _postgresql(url, reading=reading)
    if url.startswith("sqlite:"):
        return _sqlite(url, reading=reading)
    raise UnknownName(f"{_without_password(url)}: no such kind of ledger; give sqlite:///FILE or postgresql://…")


def _without_password(url: str) -> str:
    return re.sub(r"://[^@/]*@", "://…@", url)


def _postgresql(url: str, *, reading: bool) -> sa.Engine:
    try:
        import psycopg  # noqa: F401
    except ImportError:
        raise UnknownName("a postgresql:// ledger needs the extra: pip install 'tahqiq[postgres]'") from None
    given = {"options": "-c default_transaction_read_only=on"} if reading else {}
    return sa.create_engine(re.sub(r"^postgres(?:ql)?://", "postgresql+psycopg://", url), pool_pre_ping=True, connect_args=given)


def _sqlite(url: str, *, reading: bool) -> sa.Engine:
    memory = url in ("sqlite://", "sqlite:///:memory:")
    options: dict[str, Any] = {"poolclass": sa.StaticPool} if memory else {}
    engine = sa.create_engine(url, connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000}, **options)

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: DBAPIConnection, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        _give_mathematics(connection)
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        if reading:
            cursor.execute("PRAGMA query_only=ON")
        with contextlib.suppress(sqlite3.OperationalError):  # another is writing just now: who connects next sets it, for good
            cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA cache_size=-65536")  # KiB
        cursor.execute("PRAGMA mmap_size=1073741824")  # bytes
        cursor.execute("PRAGMA temp_store=MEMORY")  # what a search gathers
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        """A writer takes the lock at once: one that begins by reading could not go on to write after another's write."""
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def insert_once(connection: sa.Connection, table: sa.Table, rows: Sequence[dict[str, Any]]) -> int:
    """The rows are in the table; how many of them were not before. Rows that are there stay as they are."""
    if not rows:
        return 0
    insert = (postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert)(table).on_conflict_do_nothing()
    if len(rows) == 1:
        return 0 if connection.execute(insert.returning(sa.literal_column("1")), rows[0]).first() is None else 1
    before = connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
    connection.execute(insert, list(rows))
    return (connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0) - before


def put(connection: sa.Connection, table: sa.Table, row: dict[str, Any]) -> None:
    """The row is in the table in place of the one of its key; for computed tables only."""
    insert = (postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert)(table).values(**row)
    keys = [c.name for c in table.primary_key]
    connection.execute(insert.on_conflict_do_update(index_elements=keys, set_={k: v for k, v in row.items() if k not in keys}))


def _give_mathematics(connection: Any) -> None:
    """The distance of two places needs these, and SQLite is built without them in many systems; its own are faster where it has them."""
    with contextlib.suppress(sqlite3.OperationalError):
        connection.execute("SELECT asin(sqrt(sin(cos(radians(1.0)))))").fetchone()
        return
    for name in ("sin", "cos", "asin", "sqrt", "radians"):
        connection.create_function(name, 1, getattr(math, name), deterministic=True)


def alone(connection: sa.Connection) -> None:
    """Until the end of the transaction no other is let past this point; of SQLite's writers there is one at a time anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _COMPUTING})


def reach(engine: sa.Engine) -> sa.Connection:
    """A connection; raises LedgerConflict in one sentence where the database cannot be reached or opened."""
    try:
        return engine.connect()
    except sa.exc.DBAPIError as e:
        reason = " ".join(str(e.orig).split())[:300]
        raise LedgerConflict(f"the ledger {engine.url.render_as_string(hide_password=True)} cannot be opened: {reason}") from None


def size_of(connection: sa.Connection) -> int:
    """Bytes that the database takes."""
    if connection.dialect.name == "postgresql":
        return int(connection.scalar(sa.text("SELECT pg_database_size(current_database())")) or 0)
    pages, each = (connection.scalar(sa.text(f"PRAGMA {name}")) or 0 for name in ("page_count", "page_size"))
    return int(pages) * int(each)
