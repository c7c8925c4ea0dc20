"""What many tests need: a ledger on each database, a vault, and a PostgreSQL server of our own where its programs are."""

import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tahqiq.evidence import Vault
from tahqiq.ledger import Ledger, open_ledger

_INSTALL = "apt-get install postgresql   (or: CI=true make test)"
_UNPRIVILEGED = ("postgres", "nobody")  # PostgreSQL refuses to run as root


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "ledger.vault")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a ledger that is not there yet, on each database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.db'}"
    make: Callable[[], str] = request.getfixturevalue("new_database")
    return make()


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    opened = open_ledger(ledger_url)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def new_database() -> Iterator[Callable[[], str]]:
    """Makes an empty PostgreSQL database and gives its address; the server is thrown away with all of them at the end."""
    programs = _postgresql_programs()
    if programs is None:
        missing = f"PostgreSQL's programs are not installed: {_INSTALL}"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    with tempfile.TemporaryDirectory(prefix="tahqiq-pg-") as place:
        folder = Path(place)
        user = _unprivileged_user()
        if user:
            shutil.chown(folder, user)
        data = folder / "data"
        _as(user, [programs / "initdb", "-D", data, "-U", "tahqiq", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C"])
        options = f"-c listen_addresses='' -k {folder} -c fsync=off -c shared_buffers=16MB -c max_connections=30"
        _as(user, [programs / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-o", options, "start"])
        try:
            yield lambda: _create_database(folder)
        finally:
            _as(user, [programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"])


def _create_database(folder: Path) -> str:
    import psycopg

    name = f"t{uuid.uuid4().hex[:12]}"
    with psycopg.connect(host=str(folder), user="tahqiq", dbname="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"postgresql://tahqiq@/{name}?host={folder}"


def _postgresql_programs() -> Path | None:
    """The newest folder that has both programs: Debian keeps them out of PATH."""
    found = shutil.which("initdb")
    real = [Path(found).resolve().parent] if found else []
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: (len(p.parent.name), p.parent.name), reverse=True)
    return next((p for p in [*installed, *real] if (p / "initdb").exists() and (p / "pg_ctl").exists()), None)


def _unprivileged_user() -> str | None:
    if os.name != "posix" or os.getuid() != 0:
        return None
    import pwd

    known = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in _UNPRIVILEGED if name in known), None)


def _as(user: str | None, command: list[str | Path]) -> None:
    prefix = ["runuser", "-u", user, "--"] if user and shutil.which("runuser") else ["su", user, "-s", "/bin/sh", "-c"] if user else []
    words = [str(word) for word in command]
    if prefix[:1] == ["su"]:
        import shlex

        words = [shlex.join(words)]
    done = subprocess.run([*prefix, *words], cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode:
        pytest.fail(f"PostgreSQL cannot be started: {' '.join(words[:1])}: {(done.stderr or done.stdout)[-800:]}")
