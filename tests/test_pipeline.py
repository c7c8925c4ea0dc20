"""The order of the steps: what goes in, what is refused, what is kept; killed anywhere and run again, it ends the same."""

import datetime as dt
import json
import re
import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bounds import WHOLE
from plain_stages import PLAIN
from tahqiq.errors import PackError, UnknownName, UnreadableDocument
from tahqiq.evidence import Vault
from tahqiq.ledger import Ledger, Query, open_ledger
from tahqiq.model import Report
from tahqiq.pipeline import ingest, link_reports, read_file, rebuild, reread, vault_beside, verify
from tahqiq.text import FailedLine

DAY = dt.date(2023, 7, 9)


@pytest.fixture
def desk(tmp_path: Path) -> Ledger:
    return open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}")


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """Files of every kind a run must bear, each small."""
    folder = tmp_path / "in"
    (folder / "deeper").mkdir(parents=True)
    (folder / "a.txt").write_text("3 killed in Dumayr\n\nThe report ends.")
    (folder / "b.txt").write_bytes("قال مصدر إن 5 قتلى في دوما بعد يوم من القصف على المدينة".encode("cp1256"))
    (folder / "deeper" / "c.html").write_text(
        "<html><head><title>4 killed in Dumayr</title></head><body><p>4 killed in Dumayr, they said.</p></body></html>"
    )
    (folder / "russian.txt").write_text("В Дамаске сообщили о взрыве")
    lines = [{"text": f"{n} killed in Town{n % 7}", "id": f"x{n}", "published": "2023-07-09"} for n in range(1, 40)]
    texts = [json.dumps(line) for line in lines]
    texts.insert(3, "{broken")
    texts.insert(9, '{"id": "no text"}')
    (folder / "many.jsonl").write_text("\n".join(texts) + "\n")
    return folder


def dumped(path: Path) -> dict[str, list[Any]]:
    """Everything in a ledger's file but the clock's part of it, and by which steps incidents became what they are."""
    with sqlite3.connect(path) as raw:
        names = [n for (n,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        tables = {}
        for name in names:
            if name in ("run", "change", "alembic_version") or name.startswith(("sqlite_", "report_words", "report_names")):
                continue
            columns = [row[1] for row in raw.execute(f"PRAGMA table_info({name})") if row[1] != "seq"]
            rows = raw.execute(f"SELECT {', '.join(columns)} FROM {name} ORDER BY {', '.join(columns)}").fetchall()
            tables[name] = [tuple(re.sub(r'"acquired_at":"[^"]*"', "", v) if isinstance(v, str) else v for v in row) for row in rows]
    raw.close()
    del tables["computed"]  # how many readings were appended on the way, by their running number
    return tables


def test_files_of_every_kind_end_as_incidents(desk: Ledger, vault: Vault, inbox: Path) -> None:
    outcome = ingest([inbox], desk, vault, stages=PLAIN)
    assert (outcome.documents, outcome.reports, outcome.accounts, outcome.unread) == (5, 43, 43, 1)
    assert outcome.refused == []
    assert [f.split(":")[0] for f in outcome.failures] == ["many.jsonl line 4", "many.jsonl line 10"]
    dumayr = desk.incidents(Query(text="Dumayr")).items
    assert [(i.tolls[0].low, i.tolls[0].high, i.contradictions) for i in dumayr] == [(3, 4, ("killed",))]
    assert outcome.incidents == desk.incidents().total == 9
    assert verify(desk, vault) == []


def test_an_unknown_language_is_kept_as_evidence_with_the_reason(desk: Ledger, vault: Vault, inbox: Path) -> None:
    ingest([inbox / "russian.txt"], desk, vault, stages=PLAIN)
    (report,) = desk.reports()
    assert report.unread == "its language is not read"
    assert desk.reading(report.id).unread == report.unread
    assert vault.bytes(report.document or "") == (inbox / "russian.txt").read_bytes()


def test_a_second_run_changes_nothing(desk: Ledger, vault: Vault, inbox: Path, tmp_path: Path) -> None:
    ingest([inbox], desk, vault, stages=PLAIN)
    before, custody, runs = dumped(tmp_path / "ledger.db"), vault.log.read_bytes(), [*desk.runs()]
    outcome = ingest([inbox, inbox / "a.txt"], desk, vault, stages=PLAIN)
    assert (outcome.documents, outcome.known_documents, outcome.reports) == (0, 6, 0)
    assert dumped(tmp_path / "ledger.db") == before
    assert vault.log.read_bytes() == custody
    assert [*desk.runs()] == runs


def test_files_one_by_one_in_another_order_end_in_the_same_incidents(desk: Ledger, vault: Vault, inbox: Path, tmp_path: Path) -> None:
    ingest([inbox], desk, vault, stages=PLAIN)
    other = open_ledger(f"sqlite:///{tmp_path / 'other.db'}")
    for file in sorted((f for f in inbox.rglob("*") if f.is_file()), reverse=True):
        ingest([file], other, Vault(tmp_path / "other.vault"), stages=PLAIN)
    assert other.incidents(Query(limit=99)) == desk.incidents(Query(limit=99))
    assert [*other.links()] == [*desk.links()]


REFUSED = {
    "missing": (None, "there is no such file"),
    "empty": (b"", "is empty"),
    "blank": (b" \n\n ", "is empty"),
    "binary": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, "is a photo, video or recording that no report names; it is not kept"),
    "large": (b"words " * 20000, "is larger than 0.05 MB, the size limit"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_leaves_nothing_and_stops_no_other(desk: Ledger, vault: Vault, inbox: Path, name: str) -> None:
    data, reason = REFUSED[name]
    bad = inbox.parent / f"{name}.txt"
    if data is not None:
        bad.write_bytes(data)
    outcome = ingest([bad, inbox / "a.txt"], desk, vault, stages=PLAIN, max_bytes=50_000)
    assert len(outcome.refused) == 1
    assert reason in outcome.refused[0] and f"{name}.txt" in outcome.refused[0] and "\n" not in outcome.refused[0]
    assert [d.name for d in desk.documents()] == ["a.txt"]
    assert len([*vault.custody()]) == 1


def test_a_line_over_the_limit_refuses_the_file_and_names_the_line(desk: Ledger, vault: Vault, tmp_path: Path) -> None:
    (tmp_path / "long.jsonl").write_text('{"text": "3 killed in Homs"}\n{"text": "' + "x" * 60_000 + '"}\n')
    outcome = ingest([tmp_path / "long.jsonl"], desk, vault, stages=PLAIN, max_bytes=50_000)
    assert outcome.refused == ["long.jsonl line 2: is larger than 0.05 MB, the size limit"]
    assert [*desk.documents()] == []
    assert not vault.log.exists()


@pytest.mark.parametrize("word", ["stumble", "crash", "misquote"])
def test_one_reports_failure_is_kept_with_its_reason_and_the_run_goes_on(desk: Ledger, vault: Vault, tmp_path: Path, word: str) -> None:
    lines = [{"text": f"2 killed in Homs, {word}", "id": "bad"}, {"text": "2 killed in Homs", "id": "good"}]
    (tmp_path / "two.jsonl").write_text("\n".join(map(json.dumps, lines)))
    outcome = ingest([tmp_path / "two.jsonl"], desk, vault, stages=PLAIN)
    assert (outcome.reports, outcome.accounts, len(outcome.failures)) == (2, 1, 1)
    assert outcome.failures[0].startswith("two.jsonl, report bad: reading failed: ")
    (failure,) = desk.failures()
    assert desk.report(failure.report or "").text.endswith(word)
    assert verify(desk, vault) == []


def test_a_wrong_pack_stops_the_run(desk: Ledger, vault: Vault, inbox: Path) -> None:
    def broken(text: str) -> str:
        raise PackError("ar/verbs.yaml: key: no such thing")

    with pytest.raises(PackError):
        ingest([inbox], desk, vault, stages=replace(PLAIN, identify=broken))
    assert [*desk.reports()] == []


def test_a_document_without_a_text_is_kept_with_the_reason(desk: Ledger, vault: Vault, tmp_path: Path) -> None:
    (tmp_path / "none.html").write_text("<html><body><script>1</script></body></html>")
    outcome = ingest([tmp_path / "none.html"], desk, vault, stages=PLAIN)
    assert outcome.failures == ["none.html: no text was found in it"]
    assert [f.reason for f in desk.failures()] == outcome.failures
    assert len(desk.done_documents()) == 1


def test_the_published_date_given_is_for_reports_that_carry_none(desk: Ledger, vault: Vault, tmp_path: Path) -> None:
    lines = [{"text": "2 killed in Homs", "published": "2022-01-02"}, {"text": "3 killed in Homs"}, {"text": "4 killed in Homs"}]
    (tmp_path / "three.jsonl").write_text("\n".join(map(json.dumps, lines)))
    steps = replace(PLAIN, published_date=lambda r: dt.date(2021, 1, 1) if r.text.startswith("4") else None)
    ingest([tmp_path / "three.jsonl"], desk, vault, stages=steps, published=DAY)
    assert {r.text[0]: r.published for r in desk.reports()} == {"2": dt.date(2022, 1, 2), "3": DAY, "4": dt.date(2021, 1, 1)}


def test_a_report_is_one_whatever_file_and_line_it_comes_in(desk: Ledger, vault: Vault, tmp_path: Path) -> None:
    line = {"text": "2 killed in Homs", "url": "https://www.example.org/1"}
    (tmp_path / "x.jsonl").write_text(json.dumps(line | {"id": "x"}) + "\n" + json.dumps(line | {"text": "2 killed in Homs."}))
    (tmp_path / "y.jsonl").write_text('{"text": "other"}\n' + json.dumps(line | {"id": "y"}))
    ingest([tmp_path / "x.jsonl", tmp_path / "y.jsonl"], desk, vault, stages=PLAIN)
    assert sorted(r.text for r in desk.reports()) == ["2 killed in Homs", "2 killed in Homs.", "other"]
    assert {r.source for r in desk.reports()} == {"example.org", None}


def test_progress_counts_reports_up_to_all_of_them(desk: Ledger, vault: Vault, inbox: Path) -> None:
    told: list[tuple[int, int, str]] = []
    ingest([inbox], desk, vault, stages=PLAIN, progress=lambda *step: told.append(step))
    assert [done for done, _, _ in told] == sorted(done for done, _, _ in told)
    assert told[-1][:2] == (45, 45)
    assert {total for _, total, _ in told} == {45}


def test_a_new_reader_reads_everything_again_beside_what_was_read(desk: Ledger, vault: Vault, inbox: Path) -> None:
    ingest([inbox / "a.txt", inbox / "deeper"], desk, vault, stages=PLAIN)

    def second(report: Report) -> Any:
        found = PLAIN.read(report)
        return replace(found, version="2", accounts=tuple(replace(a, event_type="shelling") for a in found.accounts))

    assert reread(desk, stages=replace(PLAIN, read=second)) == []
    assert {a.event_type for a in desk.accounts()} == {"shelling"}
    assert {desk.reading(r.id).version for r in desk.reports()} == {"2"}


def test_computing_anew_gives_the_same_incidents(desk: Ledger, vault: Vault, inbox: Path, tmp_path: Path) -> None:
    ingest([inbox], desk, vault, stages=PLAIN)
    before = dumped(tmp_path / "ledger.db")
    assert rebuild(desk, anew=True, stages=PLAIN) == 9
    assert dumped(tmp_path / "ledger.db") == before


# -- killed ------------------------------------------------------------------------------------------------------------

KILLED = """
import os, signal, sys
from pathlib import Path
import sqlalchemy as sa
from plain_stages import PLAIN
from tahqiq.evidence import Vault
from tahqiq.ledger import open_ledger
from tahqiq.pipeline import ingest

inbox, ledger, vault, moment = sys.argv[1:]
moments = 0

def moment_passes(*_):
    global moments
    moments += 1
    if moments == int(moment):
        os.kill(os.getpid(), signal.SIGKILL)

def counted(call):
    def counting(*args, **more):
        moment_passes()
        done = call(*args, **more)
        moment_passes()
        return done
    return counting

os.fsync, Path.replace = counted(os.fsync), counted(Path.replace)
opened = open_ledger(f"sqlite:///{ledger}")
sa.event.listen(opened._engine, "before_cursor_execute", moment_passes)
sa.event.listen(opened._engine, "commit", moment_passes)
ingest([Path(inbox)], opened, Vault(vault), stages=PLAIN)
print(moments)
"""


def run_and_kill(inbox: Path, folder: Path, moment: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", KILLED, str(inbox), str(folder / "ledger.db"), str(folder / "vault"), str(moment)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env={"PYTHONPATH": ":".join(sys.path)}, check=False)


@pytest.mark.slow
def test_killed_at_any_moment_and_run_again_it_ends_the_same(inbox: Path, tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    whole.mkdir()
    undisturbed = run_and_kill(inbox, whole, -1)
    assert undisturbed.returncode == 0, undisturbed.stderr
    moments = int(undisturbed.stdout)
    expected = dumped(whole / "ledger.db")
    early = [1, 2, 3, 4, 5, 6, 7]  # the first document's bytes, entry and name
    some = [*early, *(moments * part // 8 for part in range(2, 8)), moments - 3, moments - 1]
    for moment in range(1, moments) if WHOLE else some:
        folder = tmp_path / f"killed-{moment}"
        folder.mkdir()
        killed = run_and_kill(inbox, folder, moment)
        assert killed.returncode == -signal.SIGKILL, f"moment {moment}: {killed.stderr}"
        again = run_and_kill(inbox, folder, -1)
        assert again.returncode == 0, f"moment {moment}: {again.stderr}"
        assert dumped(folder / "ledger.db") == expected, f"killed at moment {moment} of {moments}"
        assert verify(open_ledger(f"sqlite:///{folder / 'ledger.db'}"), Vault(folder / "vault")) == [], f"moment {moment}"


def test_two_at_once_end_as_one_after_the_other(inbox: Path, tmp_path: Path) -> None:
    alone, both = tmp_path / "alone", tmp_path / "both"
    alone.mkdir()
    both.mkdir()
    assert run_and_kill(inbox, alone, -1).returncode == 0
    command = [sys.executable, "-c", KILLED, "", str(both / "ledger.db"), str(both / "vault"), "-1"]
    folders = [inbox, inbox / "deeper", inbox]
    runs = [
        subprocess.Popen([str(folder) if word == "" else word for word in command], env={"PYTHONPATH": ":".join(sys.path)}, stdout=-3)
        for folder in folders
    ]
    assert [run.wait(120) for run in runs] == [0, 0, 0]
    assert dumped(both / "ledger.db") == dumped(alone / "ledger.db")
    assert verify(open_ledger(f"sqlite:///{both / 'ledger.db'}"), Vault(both / "vault")) == []


def test_a_second_run_adds_nothing_on_any_database(ledger: Ledger, vault: Vault, inbox: Path) -> None:
    first = ingest([inbox], ledger, vault, stages=PLAIN)
    incidents, links, stamp = ledger.incidents(Query(limit=99)), [*ledger.links()], ledger.stamp()
    again = ingest([inbox], ledger, vault, stages=PLAIN)
    assert (first.reports, again.reports, again.known_documents) == (43, 0, 5)
    assert (ledger.incidents(Query(limit=99)), [*ledger.links()], ledger.stamp()) == (incidents, links, stamp)
    assert rebuild(ledger, anew=True, stages=PLAIN) == len(incidents.items) == 9
    assert verify(ledger, vault) == []


# -- proving -----------------------------------------------------------------------------------------------------------


def test_one_altered_byte_in_the_vault_is_found_and_the_file_named(desk: Ledger, vault: Vault, inbox: Path) -> None:
    ingest([inbox], desk, vault, stages=PLAIN)
    document = next(d for d in desk.documents() if d.name == "a.txt")
    file = vault.folder / document.id[:2] / document.id
    data = bytearray(file.read_bytes())
    data[0] ^= 1
    file.write_bytes(data)
    (problem,) = verify(desk, vault)
    assert str(file) in problem and "a.txt" in problem


def test_an_altered_report_is_found(desk: Ledger, vault: Vault, inbox: Path, tmp_path: Path) -> None:
    ingest([inbox / "a.txt"], desk, vault, stages=PLAIN)
    with sqlite3.connect(tmp_path / "ledger.db") as raw:
        raw.execute("UPDATE report SET json = replace(json, '3 killed', '33 killed')")
    raw.close()
    problems = verify(desk, vault)
    assert [p.kind for p in problems] == ["words"] * len(problems)
    assert any("does not stand at" in p for p in problems) and any("is not the one it was named by" in p for p in problems)


def test_a_report_altered_together_with_what_was_read_out_of_it_is_found(desk: Ledger, vault: Vault, inbox: Path, tmp_path: Path) -> None:
    ingest([inbox / "a.txt"], desk, vault, stages=PLAIN)
    with sqlite3.connect(tmp_path / "ledger.db") as raw:
        raw.execute("UPDATE report SET json = replace(json, '3 killed', '9 killed')")
        raw.execute("""UPDATE account SET json = replace(json, '"text":"3"', '"text":"9"')""")
    raw.close()
    (problem,) = verify(desk, vault)
    assert "is not the one it was named by" in problem


def test_a_chain_whose_end_was_cut_off_with_its_file_is_found(desk: Ledger, vault: Vault, inbox: Path) -> None:
    ingest([inbox / "a.txt", inbox / "b.txt"], desk, vault, stages=PLAIN)
    lines = vault.log.read_bytes().splitlines(keepends=True)
    last = json.loads(lines[-1])["sha256"]
    vault.log.write_bytes(b"".join(lines[:-1]))
    (vault.folder / last[:2] / last).unlink()
    assert vault.verify() == [], "the vault alone cannot know"
    problems = verify(desk, vault)
    assert any("b.txt" in p for p in problems)
    assert any("cut off" in p for p in problems)


# -- in memory ---------------------------------------------------------------------------------------------------------


def test_a_file_is_read_without_a_ledger_in_its_own_order_and_under_its_own_ids(inbox: Path) -> None:
    found = list(read_file(inbox / "many.jsonl", stages=PLAIN))
    assert [f.line for f in found if isinstance(f, FailedLine)] == [4, 10]
    assert [f[0].id for f in found if not isinstance(f, FailedLine)][:3] == ["x1", "x2", "x3"]
    ((report, reading),) = (f for f in read_file(inbox / "a.txt", stages=PLAIN, published=DAY) if not isinstance(f, FailedLine))
    assert (report.id, report.published, report.language, len(reading.accounts)) == ("a.txt", DAY, "en", 1)


@pytest.mark.parametrize(("data", "ids"), [(b'{"text": "2 killed in Homs", "id": 7}', ["7"]), (b"2 killed in Homs", ["standard input"])])
def test_standard_input_is_lines_of_json_or_one_text(data: bytes, ids: list[str]) -> None:
    found = list(read_file(None, data=data, stages=PLAIN))
    assert [f[0].id for f in found if not isinstance(f, FailedLine)] == ids


def test_reading_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match=r"none\.txt: there is no such file"):
        list(read_file(tmp_path / "none.txt", stages=PLAIN))


def test_a_reports_failure_in_a_file_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text('{"text": "crash", "id": "1"}\n{"text": "2 killed in Homs", "id": "2"}')
    failed, read = read_file(tmp_path / "x.jsonl", stages=PLAIN)
    assert str(failed) == "x.jsonl: report 1: reading failed: ZeroDivisionError: one over none"
    assert not isinstance(read, FailedLine) and read[0].id == "2"


def test_reports_are_linked_under_the_ids_given_whatever_their_order() -> None:
    given = [
        Report(text, name)
        for name, text in (("p", "3 killed in Homs"), ("q", "4 killed in Homs"), ("r", "3 killed in Homs"), ("s", "calm"))
    ]
    there = {r.id: r for r in link_reports(given, stages=PLAIN)}
    back = {r.id: r for r in link_reports(given[::-1], stages=PLAIN)}
    assert there["p"].incident == there["q"].incident == there["r"].incident is not None
    assert there["s"] == there["s"].__class__("s", None, None, {})
    assert {there["p"].copy_of, there["r"].copy_of} in ({None, "p"}, {None, "r"})
    assert there["q"].values == {"place": "Homs", "date": None, "killed": [4, 4], "perpetrator": None}
    assert {i: r.values for i, r in there.items()} == {i: r.values for i, r in back.items()}


@pytest.mark.parametrize(
    ("url", "given", "expected"),
    [
        ("sqlite:///tahqiq.db", "", "tahqiq.db.vault"),
        ("sqlite:////x/y.db", "", "/x/y.db.vault"),
        ("postgresql://h/d", "there", "there"),
        ("sqlite:///x.db", "s3://bucket/desk", "s3://bucket/desk"),
    ],
)
def test_a_vault_lies_beside_its_ledger_unless_told(url: str, given: str, expected: str) -> None:
    assert vault_beside(url, given) == expected


@pytest.mark.parametrize(("url", "given"), [("postgresql://h/d", ""), ("sqlite://", "")])
def test_a_vault_that_has_no_place_is_asked_for(url: str, given: str) -> None:
    with pytest.raises(UnknownName):
        vault_beside(url, given)
