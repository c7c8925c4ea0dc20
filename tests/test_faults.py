"""What may happen to a machine: killed at random moments, a real disk that is full. Nothing is lost, twice, or half-written."""

import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bounds import WHOLE
from tahqiq.evidence import Vault
from tahqiq.keeping.verifying import verify
from tahqiq.ledger import Query, open_ledger

KILLS, DOCUMENTS = (200, 2000) if WHOLE else (20, 120)
ENVIRONMENT = {"PYTHONPATH": ":".join(sys.path), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}

INTAKE = """
import sys
from dataclasses import replace
from pathlib import Path
from plain_stages import PLAIN
from tahqiq.evidence import Vault
from tahqiq.ledger import open_ledger
from tahqiq.pipeline import ingest
inbox, folder = map(Path, sys.argv[1:3])
ledger = open_ledger(f"sqlite:///{folder / 'ledger.db'}")
print("begun", flush=True)
ingest([inbox], ledger, Vault(folder / "vault"), stages=replace(PLAIN, link=lambda accounts, reports: ()))
print("ended", flush=True)
"""


def intake(inbox: Path, folder: Path) -> subprocess.Popen[str]:
    """A process that has its ledger open and begins to take in."""
    folder.mkdir(exist_ok=True)
    command = [sys.executable, "-c", INTAKE, str(inbox), str(folder)]
    process = subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout and process.stdout.readline() == "begun\n"
    return process


def state(folder: Path) -> dict[str, object]:
    """All that a ledger and its vault hold, but for the clock's part and running numbers."""
    ledger, vault = open_ledger(f"sqlite:///{folder / 'ledger.db'}"), Vault(folder / "vault")
    assert verify(ledger, vault).faults == ()
    kept = [entry["sha256"] for entry in vault.custody() if entry["event"] == "acquired"]
    assert len(kept) == len(set(kept)), "a document was kept twice"
    page = ledger.incidents(Query(limit=10_000))
    found = {
        "custody": sorted(kept),
        "documents": [d.id for d in ledger.documents()],
        "finished": ledger.done_documents(),
        "reports": list(ledger.reports()),
        "readings": [ledger.reading(r.id) for r in ledger.reports()],
        "failures": list(ledger.failures()),
        "incidents": sorted(page.items, key=lambda i: i.id),
    }
    ledger.close()
    return found


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    for n in range(DOCUMENTS):
        (folder / f"{n:04}.txt").write_text(f"{n % 90 + 1} killed in Town{n % 40}, the report of number {n} says.")
    return folder


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_killed_again_and_again_at_random_moments_an_intake_ends_the_same(inbox: Path, tmp_path: Path) -> None:
    began = time.monotonic()
    assert intake(inbox, tmp_path / "whole").communicate()[0] == "ended\n"
    took = time.monotonic() - began
    expected = state(tmp_path / "whole")
    assert len(expected["documents"]) == DOCUMENTS  # type: ignore[arg-type]
    seed = random.randrange(1 << 30)
    moments, killed, folder = random.Random(seed), 0, tmp_path / "killed-0"
    while killed < KILLS:
        process = intake(inbox, folder)
        time.sleep(moments.uniform(0, 3 * took / KILLS))
        process.kill()
        out, err = process.communicate()
        assert process.returncode in (0, -signal.SIGKILL), f"seed {seed}: {err}"
        killed += process.returncode != 0
        if out == "ended\n":  # it was done before it could be killed: the next begins anew
            assert state(folder) == expected, f"seed {seed}, after {killed} kills"
            shutil.rmtree(folder)
            folder = tmp_path / f"killed-{killed}"
    process = intake(inbox, folder)
    assert process.communicate()[0] == "ended\n"
    assert state(folder) == expected, f"seed {seed}"


FULL = """
import sys
from pathlib import Path
from plain_stages import PLAIN
from tahqiq.errors import LedgerConflict, NotKept
from tahqiq.evidence import Vault
from tahqiq.keeping.verifying import verify
from tahqiq.ledger import open_ledger
from tahqiq.pipeline import ingest
inbox, disk, free = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
ledger, vault = open_ledger(f"sqlite:///{disk / 'ledger.db'}"), Vault(disk / "vault")
ballast, size = disk / "ballast", 0
import shutil
with ballast.open("wb", buffering=0) as file:
    file.write(bytes(max(0, shutil.disk_usage(disk).free - free)))
try:
    print("took in", ingest([inbox], ledger, vault, stages=PLAIN).documents)
except (LedgerConflict, NotKept) as e:
    print("said:", e)
ballast.unlink()
outcome = ingest([inbox], ledger, vault, stages=PLAIN)
print("refused:", outcome.refused, "faults:", verify(ledger, vault).faults, "documents:", len(list(ledger.documents())))
print("waiting:", list((vault.folder / "tmp").iterdir()))
"""


@pytest.mark.parametrize("free", [0, 30_000, 120_000, 400_000])
def test_a_disk_that_is_full_is_said_and_the_next_run_ends_the_same(tmp_path: Path, free: int) -> None:
    inbox, disk = tmp_path / "in", tmp_path / "disk"
    inbox.mkdir()
    disk.mkdir()
    for n in range(40):
        (inbox / f"{n}.txt").write_text(f"{n + 1} killed in Town{n}.\n" + f"The report of number {n} goes on. " * 600)
    mounting = f'mount -t tmpfs -o size=24m tmpfs "{disk}" || exit 77; exec "$@"'
    command = ["unshare", "-Urm", "sh", "-c", mounting, "sh", sys.executable, "-c", FULL, str(inbox), str(disk), str(free)]
    if not shutil.which("unshare"):
        pytest.skip("a small disk cannot be made: there is no unshare")
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode == 77 or "unshare failed" in done.stderr:
        pytest.skip(f"a small disk cannot be made: {done.stderr.strip()[:100]}")
    assert done.returncode == 0, done.stderr
    said, ended, waiting = done.stdout.splitlines()
    assert re.match(r"said: .*(No space left on device|disk is full)", said), said
    assert ended == "refused: [] faults: () documents: 40"
    assert waiting == "waiting: []"
