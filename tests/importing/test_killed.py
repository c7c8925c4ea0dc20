"""An import that is killed and run again ends the same: the same accounts, decisions, incidents and documents, none lost and none twice."""

import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from test_importing import HEADS, MAP

from bounds import WHOLE
from tahqiq.evidence import Vault
from tahqiq.ledger import Query, open_ledger
from tahqiq.model import Incident
from tahqiq.pipeline import verify

KILLS, ROWS, MOMENTS = (60, 400, 40) if WHOLE else (6, 40, 3)
ENVIRONMENT = {"PYTHONPATH": ":".join(sys.path), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
IMPORT = """
import sys
from pathlib import Path
from tahqiq.evidence import Vault
from tahqiq.importing import import_table
from tahqiq.languages import identify
from tahqiq.ledger import open_ledger
from tahqiq.registries import load_actors, load_places
load_places(), load_actors(), identify("words")
given, folder = map(Path, sys.argv[1:3])
folder.mkdir(exist_ok=True)
print("begun", flush=True)
import_table(given / "list.csv", given / "map.yaml", open_ledger(f"sqlite:///{folder / 'l.db'}"), Vault(folder / "vault"))
print("ended", flush=True)
"""
MOMENT = """
import os, signal, sys
from collections.abc import Callable
from typing import Any
moments, last = 0, int(sys.argv[3])
def passes(owner: Any, name: str) -> None:
    real = getattr(owner, name)
    def counted(*given: Any, **named: Any) -> Any:
        global moments
        moments += 1
        if moments == last:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*given, **named)
    setattr(owner, name, counted)
from tahqiq.evidence import vault
from tahqiq.ledger import Ledger
named = {vault: ["_write_whole", "_append_line"], vault.Vault: ["_name"], Ledger: ["append_report", "append_decision", "append_links"]}
for owner, names in named.items():
    for name in names:
        passes(owner, name)
"""


def started(given: Path, folder: Path, *, moment: int | None = None) -> subprocess.Popen[str]:
    code = IMPORT if moment is None else MOMENT + IMPORT + "\nprint(moments)"
    command = [sys.executable, "-c", code, str(given), str(folder), str(moment or 0)]
    return subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def state(folder: Path) -> dict[str, object]:
    """All that the ledger and the vault hold, but for the clock's part and running numbers."""
    ledger, vault = open_ledger(f"sqlite:///{folder / 'l.db'}"), Vault(folder / "vault")
    assert verify(ledger, vault) == []
    kept = [entry["sha256"] for entry in vault.custody() if entry["event"] == "acquired"]
    assert len(kept) == len(set(kept)), "a document was kept twice"
    found = {
        "custody": sorted(kept),
        "documents": sorted(d.id for d in ledger.documents()),
        "finished": ledger.done_documents(),
        "reports": sorted(r.id for r in ledger.reports()),
        "accounts": sorted(ledger.accounts(), key=lambda a: a.id),
        "decisions": sorted((d.id, d.kind, d.subject, d.who, d.why, str(d.value)) for d in ledger.decisions()),
        "failures": list(ledger.failures()),
        "sources": list(ledger.sources()),
        "incidents": sorted((in_no_order(i) for i in ledger.incidents(Query(limit=10_000)).items), key=lambda i: i.id),
    }
    ledger.close()
    return found


def in_no_order(incident: Incident) -> Incident:
    """Decisions are listed by the time they were made, which the clock tells."""
    return replace(incident, decisions=tuple(sorted(incident.decisions)))


@pytest.fixture
def given(tmp_path: Path) -> Path:
    folder = tmp_path / "given"
    folder.mkdir()
    rows = [
        f"SM-{n};{'AS' if n % 2 else 'SH'};{n % 28 + 1:02}.03.2024;Sarmin;Idlib;{n};;RuAF;jet;F;yes;;{'yes' if n % 3 else 'no'};row {n}"
        for n in range(ROWS)
    ]
    (folder / "list.csv").write_text("\n".join([HEADS, *rows, "SM-x;AS;31.02.2024;Sarmin;Idlib;1;;RuAF;;;;;;"]), "utf-8")
    (folder / "map.yaml").write_text(MAP, "utf-8")
    return folder


@pytest.fixture
def expected(given: Path, tmp_path: Path) -> dict[str, object]:
    process = started(given, tmp_path / "whole")
    out, err = process.communicate()
    assert out == "begun\nended\n", err
    found = state(tmp_path / "whole")
    assert len(found["accounts"]) == ROWS and found["failures"]  # type: ignore[arg-type]
    return found


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_killed_again_and_again_at_random_moments_an_import_ends_the_same(given: Path, tmp_path: Path, expected: dict[str, object]) -> None:
    seed = random.randrange(1 << 30)
    moments, killed, folder, longest = random.Random(seed), 0, tmp_path / "killed-0", 1.0
    while killed < KILLS:
        process = started(given, folder)
        assert process.stdout and process.stdout.readline() == "begun\n"
        begun = time.monotonic()
        time.sleep(moments.uniform(0, longest / 3))
        process.kill()
        out, err = process.communicate()
        assert process.returncode in (0, -signal.SIGKILL), f"seed {seed}: {err}"
        killed += process.returncode != 0
        if out == "ended\n":
            longest = max(0.2, time.monotonic() - begun)
            assert state(folder) == expected, f"seed {seed}, after {killed} kills"
            shutil.rmtree(folder)
            folder = tmp_path / f"killed-{killed}"
    assert started(given, folder).communicate()[0] == "begun\nended\n"
    assert state(folder) == expected, f"seed {seed}"


@pytest.mark.slow
def test_killed_before_each_kind_of_writing_an_import_ends_the_same(given: Path, tmp_path: Path, expected: dict[str, object]) -> None:
    counted, err = started(given, tmp_path / "counted", moment=0).communicate()
    moments = int(counted.splitlines()[-1])
    assert moments > 5 * ROWS, err
    for moment in [1, 2, 3, *(moments * part // (MOMENTS + 1) for part in range(1, MOMENTS + 1)), moments]:
        folder = tmp_path / f"moment-{moment}"
        killed = started(given, folder, moment=moment)
        killed.communicate()
        assert killed.returncode == -signal.SIGKILL, moment
        assert started(given, folder).communicate()[0] == "begun\nended\n"
        assert state(folder) == expected, f"killed at moment {moment} of {moments}"
