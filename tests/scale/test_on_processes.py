"""`read` and `ingest` on several processes: the same bytes, taken up where they were stopped, failures kept and read again."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from tahqiq.cli import cli
from tahqiq.evidence import Vault
from tahqiq.ledger import Failure, Ledger, open_ledger
from tahqiq.model import Report
from tahqiq.pipeline import ingest, read_failed, the_stages

TELLING = (
    "Shelling killed {n} people in Idlib on 3 March 2024, the Civil Defence said.",
    "قتل {n} مدنيين في قصف على مدينة حلب يوم 3 آذار 2024.",
    "Two soldiers were wounded by a roadside bomb near Mosul on Friday, number {n} this year.",
    "سه غیرنظامی در حمله هوایی به قندهار کشته شدند، {n} نفر زخمی شدند.",
)


def _made(path: Path, count: int) -> Path:
    lines = ({"id": f"r{n}", "published": "2024-03-04", "text": TELLING[n % 4].format(n=n + 2)} for n in range(count))
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")
    return path


def _whole(ledger: Ledger) -> list[str]:
    """What a ledger holds, without when."""
    told = []
    for line in ledger.copy_out():
        entry = json.loads(line)
        if entry.get("table") in ("run", "computed"):
            continue
        if entry.get("table") == "document":
            entry["row"]["json"] = {k: v for k, v in json.loads(entry["row"]["json"]).items() if k != "acquired_at"}
        entry.get("row", {}).pop("at", None)
        told.append(json.dumps(entry, sort_keys=True))
    return told


def test_lines_are_the_same_bytes_with_any_number_of_workers(tmp_path: Path) -> None:
    made, page = _made(tmp_path / "made.jsonl", 90), tmp_path / "page.html"
    made.open("a").write('{"text": ""}\nno JSON\n')
    page.write_text(f"<html><body><article><p>{TELLING[0].format(n=4) * 3}</article></body></html>", "utf-8")
    one = CliRunner().invoke(cli, ["read", str(made), str(page)])
    two = CliRunner().invoke(cli, ["read", str(made), str(page), "--workers", "2"])
    assert one.exit_code == two.exit_code == 1
    assert one.stdout == two.stdout and one.stdout.count("\n") == 91
    assert one.stderr == two.stderr and "line 92: is no JSON" in one.stderr


def test_a_run_that_was_killed_goes_on_in_its_file_to_the_same_bytes(tmp_path: Path) -> None:
    made, whole, out = _made(tmp_path / "made.jsonl", 600), tmp_path / "whole.jsonl", tmp_path / "out.jsonl"
    assert CliRunner().invoke(cli, ["read", str(made), "--out", str(whole)]).exit_code == 0
    command = [sys.executable, "-m", "tahqiq", "read", str(made), "--out", str(out)]
    running = subprocess.Popen(command, stderr=subprocess.PIPE)
    note = tmp_path / "out.jsonl.reached"
    until = time.monotonic() + 120
    while not note.exists() and running.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    assert not out.exists()
    with (tmp_path / "out.jsonl.part").open("ab") as part:
        part.write(b"half a li")
    again = CliRunner().invoke(cli, ["read", str(made), "--out", str(out)])
    assert "goes on after" in again.stderr
    assert out.read_bytes() == whole.read_bytes()


def test_control_c_ends_in_a_sentence_and_the_run_goes_on(tmp_path: Path) -> None:
    made, out = _made(tmp_path / "made.jsonl", 400), tmp_path / "out.jsonl"
    command = [sys.executable, "-m", "tahqiq", "read", str(made), "--out", str(out), "--workers", "2"]
    running = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
    note, until = tmp_path / "out.jsonl.reached", time.monotonic() + 120
    while not note.exists() and running.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    os.killpg(running.pid, signal.SIGINT)
    _, told = running.communicate(timeout=120)
    assert running.returncode == 130, told
    assert "the same command goes on there" in told and "Traceback" not in told
    assert CliRunner().invoke(cli, ["read", str(made), "--out", str(out)]).exit_code == 0
    assert out.read_text("utf-8").count("\n") == 400


def test_what_could_not_be_read_is_kept_with_its_reason_and_read_again_on_demand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tahqiq import reading

    made, out = _made(tmp_path / "made.jsonl", 8), tmp_path / "out.jsonl"
    read = reading.read

    def stumbles(report: Report, reader: object = None) -> object:
        if report.id == "r5":
            raise RuntimeError("a rule went wrong")
        return read(report, reader)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(reading, "read", stumbles)
        _forget_stages()
        first = CliRunner().invoke(cli, ["read", str(made), "--out", str(out)])
    _forget_stages()
    failures = [json.loads(line) for line in (tmp_path / "out.jsonl.failures.jsonl").read_text("utf-8").splitlines()]
    assert first.exit_code == 1 and out.read_text("utf-8").count("\n") == 7
    assert [f["reason"] for f in failures] == ["report r5: reading failed: RuntimeError: a rule went wrong"]
    again = CliRunner().invoke(cli, ["read", str(made), "--out", str(out), "--retry"])
    assert again.exit_code == 0 and "1 of 1 read now" in again.stderr
    assert json.loads(out.read_text("utf-8").splitlines()[-1])["id"] == "r5"
    assert not (tmp_path / "out.jsonl.failures.jsonl").exists()


def _forget_stages() -> None:
    from tahqiq.pipeline.understanding import stages_of

    stages_of.cache_clear()


def test_retry_without_a_file_is_refused_in_words(tmp_path: Path) -> None:
    told = CliRunner().invoke(cli, ["read", str(_made(tmp_path / "made.jsonl", 1)), "--retry"])
    assert told.exit_code == 2 and "--retry needs the --out" in told.stderr


def test_the_ledger_is_the_same_with_any_number_of_workers(tmp_path: Path) -> None:
    folder = tmp_path / "given"
    folder.mkdir()
    _made(folder / "a.jsonl", 60).open("a").write("no JSON\n")
    _made(folder / "same.jsonl", 60).open("a").write("no JSON\n")
    for n in range(6):
        (folder / f"{n}.html").write_text(f"<html><body><article><p>{TELLING[0].format(n=n + 30) * 3}</article></body></html>", "utf-8")
    found = []
    for workers in (1, 2):
        desk = open_ledger(f"sqlite:///{tmp_path / f'{workers}.db'}")
        outcome = ingest([folder], desk, Vault(tmp_path / f"{workers}.vault"), workers=workers)
        found.append(((outcome.documents, outcome.known_documents, outcome.reports, sorted(outcome.failures)), _whole(desk)))
    assert found[0][0] == found[1][0]
    assert found[0][1] == found[1][1]


def test_failures_of_a_ledger_are_read_again_on_demand(tmp_path: Path) -> None:
    made = _made(tmp_path / "made.jsonl", 5)
    desk, vault = open_ledger(f"sqlite:///{tmp_path / 'l.db'}"), Vault(tmp_path / "l.vault")
    right = the_stages()

    def stumbles(report: Report) -> object:
        if "5 people" in report.text or "6 people" in report.text:
            raise RuntimeError("a rule went wrong")
        return right.read(report)

    first = ingest([made], desk, vault, stages=replace(right, read=stumbles))  # type: ignore[arg-type]
    assert len(first.failures) == 1 and [type(f) for f in desk.failures()] == [Failure]
    before = len(list(desk.accounts()))
    again = read_failed(desk, vault)
    assert (again.mended, again.failures, again.reports) == (1, [], 0)
    assert len(list(desk.accounts())) > before
    assert {name for i in desk.incidents().items for name in i.accounts} == {a.id for a in desk.accounts()}
    assert read_failed(desk, vault).mended == 0
