"""The incidents of a ledger as they stood at the end of a day."""

import datetime as dt
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from plain_stages import PLAIN
from tahqiq.cli import cli
from tahqiq.evidence import Vault
from tahqiq.ledger import Ledger, open_ledger
from tahqiq.pipeline import incidents_as_of, ingest

MONDAY, TUESDAY, THURSDAY = dt.date(2024, 5, 6), dt.date(2024, 5, 7), dt.date(2024, 5, 9)


@pytest.fixture
def ledger_url(tmp_path: Path) -> str:
    """A ledger with a report of Monday and one of Thursday on one happening, and one of Thursday on another."""
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    told = {
        "monday": (MONDAY, "3 killed in Dumayr"),
        "thursday": (THURSDAY, "7 killed in Dumayr"),
        "other": (THURSDAY, "2 killed in Duma"),
    }
    desk = open_ledger(url)
    for name, (day, words) in told.items():
        (tmp_path / f"{name}.txt").write_text(words)
        ingest([tmp_path / f"{name}.txt"], desk, Vault(tmp_path / "vault"), published=day, stages=PLAIN)
    return url


def tolls(desk: Ledger, day: dt.date) -> dict[str, tuple[int, int | None]]:
    return {i.place.name if i.place else "": (i.tolls[0].low, i.tolls[0].high) for i in incidents_as_of(desk, day, stages=PLAIN)}


def test_incidents_as_of_a_day_tell_what_was_published_by_then_and_leave_the_others_out(ledger_url: str) -> None:
    desk = open_ledger(ledger_url)

    assert tolls(desk, dt.date(2024, 5, 5)) == {}
    assert tolls(desk, TUESDAY) == {"Dumayr": (3, 3)}
    assert tolls(desk, THURSDAY) == {"Dumayr": (3, 7), "Duma": (2, 2)}


def test_the_command_tells_incidents_as_of_a_day(ledger_url: str) -> None:
    run = CliRunner().invoke(cli, ["incidents", "--ledger", ledger_url, "--as-of", "2024-05-07", "--json"])
    rows = [json.loads(line) for line in run.stdout.splitlines()]

    assert run.exit_code == 0, run.output
    assert [(row["tolls"][0]["low"], row["tolls"][0]["high"]) for row in rows] == [(3, 3)]
