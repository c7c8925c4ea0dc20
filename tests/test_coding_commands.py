"""The commands of coding by two draw the same each time, and tell how far coders agree."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from tahqiq.cli import cli
from tahqiq.evidence import Vault
from tahqiq.ledger import open_ledger
from tahqiq.pipeline import ingest
from tahqiq.review import coding, people


@pytest.fixture
def url(tmp_path: Path) -> str:
    told = f"sqlite:///{tmp_path / 'ledger.db'}"
    (tmp_path / "r.txt").write_text("Shelling killed two people in Homs on 3 May 2023, residents said.", "utf-8")
    ledger = open_ledger(told)
    ingest([tmp_path / "r.txt"], ledger, Vault(tmp_path / "vault"))
    for name in ("Coder 1", "Coder 2"):
        people.add_user(ledger, name, "coder", "four plain words together")
    ledger.close()
    return told


def run(*words: str, code: int = 0) -> str:
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == code, done.output
    return done.output


def test_what_is_drawn_is_drawn_once_and_alpha_is_told(url: str) -> None:
    drawing = ("coding", "draw", "--share", "100", "--coder", "Coder 1", "--coder", "Coder 2", "--ledger", url)
    assert run(*drawing) == "1 incident drawn, 1 in all\n"
    assert run("coding", "draw", "--ledger", url) == "0 incidents drawn, 1 in all\n"
    ledger = open_ledger(url)
    for who in ("Coder 1", "Coder 2"):
        coding.code(ledger, coding.items(ledger)[0].id, {"killed": 2}, who=who)
    ledger.close()
    assert "1 of 1 the same, undefined" in run("coding", "alpha", "--ledger", url)
    assert run("coding", "table", "--ledger", url).count("\n") > 5


def test_a_draw_without_a_plan_says_what_is_missing(url: str) -> None:
    assert "say first which share" in run("coding", "draw", "--ledger", url, code=2)
