"""Many at once on one ledger, each a process: no decision is lost, readers are never shut out, and the end is what a rebuild gives."""

import subprocess
import sys
from pathlib import Path

import pytest
from deciding_made import DESK, home, take_in

from tahqiq import review
from tahqiq.ledger import Ledger, Query, open_ledger
from tahqiq.pipeline import rebuild

_DECIDE = """
import sys
from deciding_made import DESK, home
from tahqiq import review
from tahqiq.ledger import open_ledger
url, who, account = sys.argv[1:4]
desk = open_ledger(url)
for n in range(6):
    made = review.accept(desk, home(desk, account), who=who, why=f"look {n}", stages=DESK)
    if n % 2:
        review.take_back(desk, made.id, who=who, why="not yet", stages=DESK)
    if n == 3:
        review.correct(desk, account, "killed", "7", who=who, why="footage", stages=DESK)
print("decided")
"""
_TAKE_IN = """
import sys
from deciding_made import take_in
from tahqiq.ledger import open_ledger
desk = open_ledger(sys.argv[1])
for n in range(5):
    take_in(desk, f"{n + 1} killed in Town{n} by {sys.argv[2]}")
print("taken in")
"""
_LOOK = """
import sys
from tahqiq.ledger import Query, open_ledger
desk = open_ledger(sys.argv[1])
for n in range(40):
    page = desk.incidents(Query(text="killed"))
    assert page.total >= 3 and len(page.items) == page.total, page.total
    for incident in page.items:
        assert {a.id for a in desk.accounts_of(incident.accounts)} == set(incident.accounts)
print("looked")
"""


@pytest.mark.slow
def test_writers_and_readers_at_once_lose_nothing(ledger: Ledger, ledger_url: str) -> None:
    accounts = take_in(ledger, "3 killed in Homs", "4 killed in Idlib", "5 killed in Raqqa")
    jobs = [
        *([_DECIDE, ledger_url, f"editor {n}", accounts[n % 3]] for n in range(4)),
        *([_TAKE_IN, ledger_url, f"clerk {n}"] for n in range(2)),
        *([_LOOK, ledger_url] for _ in range(3)),
    ]
    path = {"PYTHONPATH": ":".join(sys.path), "PATH": "/usr/bin:/bin"}
    running = [subprocess.Popen([sys.executable, "-c", *job], env=path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for job in jobs]
    told = [run.communicate(timeout=240) for run in running]
    assert [run.returncode for run in running] == [0] * len(jobs), b"\n".join(err[-600:] for _, err in told)
    decisions = [*ledger.decisions()]
    by_editor = {f"editor {n}": [d.kind for d in decisions if d.who == f"editor {n}"] for n in range(4)}
    assert {tuple(sorted(kinds)) for kinds in by_editor.values()} == {("corrected", *["reviewed"] * 6, *["take_back"] * 3)}
    rebuild(ledger, stages=DESK)
    found = ledger.incidents(Query(limit=1000)).items
    rebuild(ledger, anew=True, stages=DESK)
    assert ledger.incidents(Query(limit=1000)).items == found
    assert len([*ledger.reports()]) == 13
    assert {ledger.incident(home(ledger, account)).review for account in accounts} == {"reviewed"}
    assert [a.casualties[0].min for a in ledger.accounts_of(accounts)] == [7, 7, 7]


def test_a_ledger_is_copied_to_the_other_database_and_back(ledger: Ledger, new_database: object, tmp_path: Path) -> None:
    a, b = take_in(ledger, "3 killed in Homs: Rana Seventeen", "3 killed in Idlib")
    review.merge(ledger, [home(ledger, a), home(ledger, b)], who="e", why="one", stages=DESK)
    review.publish(ledger, home(ledger, a), who="e", why="checked", stages=DESK)
    there = open_ledger(new_database())  # type: ignore[operator]
    back = open_ledger(f"sqlite:///{tmp_path / 'back.db'}")
    assert there.copy_in(ledger.copy_out()) == back.copy_in(there.copy_out())
    for desk in (there, back):
        assert b"".join(desk.copy_out()) == b"".join(ledger.copy_out())
        assert desk.incidents(Query(text="Homs")).items == ledger.incidents(Query(text="حمص")).items == (ledger.incident(home(ledger, a)),)
        rebuild(desk, anew=True, stages=DESK)
        assert desk.incidents().items == ledger.incidents().items
        take_in(desk, "9 killed in Raqqa")
        assert desk.incidents().total == 2
        desk.close()
