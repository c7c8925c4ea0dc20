"""Long work is noted: it runs, was done, failed with its reason, or was broken off; what failed can be done again."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from tahqiq import jobs
from tahqiq.cli import cli
from tahqiq.errors import LedgerConflict, UnknownName
from tahqiq.evidence import Vault
from tahqiq.ledger import Ledger, open_ledger
from tahqiq.ledger.records import Record
from tahqiq.pipeline import ingest
from tahqiq.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(backups=str(tmp_path / "backups"))


def filled(ledger: Ledger, vault: Vault, folder: Path) -> None:
    (folder / "r.txt").write_text("Shelling killed two people in Homs on 3 May 2023, residents said.", "utf-8")
    ingest([folder / "r.txt"], ledger, vault)


def test_a_backup_is_written_and_the_last_good_one_is_known(ledger: Ledger, vault: Vault, settings: Settings, tmp_path: Path) -> None:
    filled(ledger, vault, tmp_path)
    assert jobs.last_good(ledger, "backup") is None
    jobs.start(ledger, vault, settings, "backup", who="Admin 1").join(timeout=60)
    good = jobs.last_good(ledger, "backup")
    assert good and good.who == "Admin 1" and "1 documents" in good.told
    assert [file.name for file in (tmp_path / "backups").iterdir()] == [Path(good.told.partition(":")[0]).name]


def test_what_fails_says_why_and_can_be_done_again(ledger: Ledger, vault: Vault, settings: Settings, tmp_path: Path) -> None:
    filled(ledger, vault, tmp_path)
    (tmp_path / "backups").write_text("in the way", "utf-8")
    jobs.start(ledger, vault, settings, "backup", who="Admin 1").join(timeout=60)
    failed = jobs.jobs(ledger)[0]
    assert (failed.state, failed.may_retry) == ("failed", True) and failed.told
    (tmp_path / "backups").unlink()
    jobs.retry(ledger, vault, settings, failed.id, who="Admin 2").join(timeout=60)
    assert [(one.state, one.who) for one in jobs.jobs(ledger)] == [("done", "Admin 2"), ("failed", "Admin 1")]
    with pytest.raises(LedgerConflict, match="cannot be done again"):
        jobs.retry(ledger, vault, settings, jobs.jobs(ledger)[0].id, who="Admin 2")
    with pytest.raises(UnknownName):
        jobs.retry(ledger, vault, settings, "nothing", who="Admin 2")


def test_an_altered_vault_fails_its_verifying(ledger: Ledger, vault: Vault, settings: Settings, tmp_path: Path) -> None:
    filled(ledger, vault, tmp_path)
    jobs.run(ledger, vault, settings, "verify", who="Admin 1")
    document = next(ledger.documents()).id
    file = next(path for path in Path(vault.address).rglob(document) if path.is_file())
    file.chmod(0o644)
    file.write_bytes(b"altered")
    with pytest.raises(jobs.Broken):
        jobs.run(ledger, vault, settings, "verify", who="Admin 1")
    assert [one.state for one in jobs.jobs(ledger)] == ["failed", "done"]


def test_a_job_whose_process_is_gone_was_broken_off(ledger: Ledger) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    value = {"job": "rebuild", "facts": {}, "pid": gone.pid, "host": jobs._HERE}
    ledger.records.append(Record(jobs.THEME, "one", "began", "Admin 1", "2026-01-01T00:00:00Z", value))
    ledger.records.append(Record(jobs.THEME, "two", "began", "Admin 1", "2026-01-01T00:00:01Z", {**value, "pid": os.getpid()}))
    assert [(one.id, one.state) for one in jobs.jobs(ledger)] == [("two", "running"), ("one", "broken_off")]


def test_two_of_a_kind_do_not_run_at_once(ledger: Ledger, vault: Vault, settings: Settings) -> None:
    with jobs.noted(ledger, "rebuild", who="Admin 1"), pytest.raises(LedgerConflict, match="runs already"):
        jobs.start(ledger, vault, settings, "rebuild", who="Admin 2")
    jobs.start(ledger, vault, settings, "rebuild", who="Admin 2").join(timeout=60)
    assert jobs.jobs(ledger)[0].state == "done"


def test_commands_are_jobs_too(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    (tmp_path / "r.txt").write_text("Shelling killed two people in Homs on 3 May 2023, residents said.", "utf-8")
    for words in (["ingest", str(tmp_path / "r.txt")], ["ledger", "rebuild"], ["verify"], ["backup", str(tmp_path / "b.tar")]):
        assert CliRunner().invoke(cli, [*words, "--ledger", url]).exit_code == 0
    found = [(one.kind, one.state) for one in jobs.jobs(open_ledger(url))]
    assert found == [("backup", "done"), ("verify", "done"), ("rebuild", "done"), ("ingest", "done")]
    assert "rebuild done" in " ".join(CliRunner().invoke(cli, ["jobs", "--ledger", url]).output.split())


def test_names_are_protected_by_commands(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    asked = ["--why", "a witness", "--who", "Editor 1", "--ledger", url]
    assert CliRunner().invoke(cli, ["protect", "add", "Person 17", *asked]).exit_code == 0
    assert "Person 17  (Editor 1" in CliRunner().invoke(cli, ["protect", "list", "--ledger", url]).output
    assert CliRunner().invoke(cli, ["protect", "add", "Person 17", *asked]).exit_code == 2
    assert CliRunner().invoke(cli, ["protect", "withdraw", "Person 17", *asked]).exit_code == 0
    assert CliRunner().invoke(cli, ["protect", "list", "--ledger", url]).output == "0 names\n"
