"""A ledger's tables are those of this version of the program, whatever version made them."""

from pathlib import Path

import sqlalchemy as sa

from tahqiq.errors import LedgerConflict
from tahqiq.ledger.dialects import reach

HEAD = "0016"  # the last file of migrations/; alembic, which is slow to import, is asked only where a ledger is not there yet
_LOCK = 7_230_661  # any number, the same in every process: PostgreSQL's name for the lock while tables are changed


def bring_up_to_date(engine: sa.Engine, *, to: str = HEAD) -> None:
    """The database has the tables of revision `to`.

    Raises: LedgerConflict where the database cannot be opened, or was written by a later version.
    """
    with reach(engine) as connection:
        if _version(connection) == to:
            return
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        found = _version(connection)  # another process may have been first
        if found == to:
            return
        if found is None and _is_anothers(connection):
            address = engine.url.render_as_string(hide_password=True)
            raise LedgerConflict(f"{address} is a database of something else: it has tables, but not a ledger's")
        _upgrade(connection, to)


def check_up_to_date(engine: sa.Engine) -> None:
    """Raises: LedgerConflict where the database cannot be opened, is no ledger, or one of another version."""
    with reach(engine) as connection:
        found = _version(connection)
    if found != HEAD:
        address = engine.url.render_as_string(hide_password=True)
        raise LedgerConflict(f"{address} is no ledger of this version, and is not changed here; open it with the desk's own commands first")


def is_current(connection: sa.Connection) -> bool:
    """True where the database has the tables of this version."""
    return _version(connection) == HEAD


def _version(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return None if found is None else str(found)


def _is_anothers(connection: sa.Connection) -> bool:
    return bool(set(sa.inspect(connection).get_table_names()) & {"report", "document", "incident", "source", "run"})


def _upgrade(connection: sa.Connection, to: str) -> None:
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    folder = str(Path(__file__).with_name("migrations"))
    scripts = ScriptDirectory(folder, version_locations=[folder])
    environment = EnvironmentContext(Config(), scripts, fn=lambda found, _context: scripts._upgrade_revs(to, found))
    environment.configure(connection=connection, transactional_ddl=True)
    try:
        with environment.begin_transaction():
            environment.run_migrations()
    except CommandError as e:
        raise LedgerConflict(f"the ledger was written by a later version of the program ({e}); use that one") from None
