"""The commands of keeping as their users meet them: what they print, which sentence they refuse with, and their exit codes."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from desk_made import TEXTS, Desk

from authority import Authority, is_there
from tahqiq.cli import cli

Command = Callable[..., Result]


@pytest.fixture
def tahqiq(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Command:
    """A command on the desk of these tests."""
    monkeypatch.setenv("TAHQIQ_LEDGER", f"sqlite:///{desk.folder / 'desk.db'}")
    monkeypatch.setenv("TAHQIQ_VAULT", str(desk.vault.folder))
    monkeypatch.chdir(desk.folder)
    return lambda *words: CliRunner().invoke(cli, list(map(str, words)), catch_exceptions=False)


def test_a_root_that_was_printed_is_held_to_later(desk: Desk, tahqiq: Command) -> None:
    printed = tahqiq("custody", "root").stdout.strip()
    assert printed.startswith("4:") and json.loads(tahqiq("custody", "root", "--json").stdout) == {"size": 4, "root": printed[2:]}
    first = tahqiq("custody", "root", "--size", 2).stdout.strip()
    assert tahqiq("verify", "--root", printed, "--root", first).exit_code == 0
    wrong = tahqiq("verify", "--root", f"2:{printed[2:]}")
    assert (wrong.exit_code, wrong.stdout) == (1, "1 problem\n")
    assert "what stood there was changed" in wrong.stderr
    assert "give SIZE:ROOT" in tahqiq("verify", "--root", "abc").stderr
    assert tahqiq("custody", "root", "--size", 9).stderr == "tahqiq: the chain of custody has 4 lines, not 9\n"


def test_a_proof_is_asked_for_by_how_the_document_begins(desk: Desk, tahqiq: Command) -> None:
    document = desk.document("a.txt").id
    proof = json.loads(tahqiq("custody", "prove", document[:12]).stdout)
    assert (proof["document"], json.loads(proof["entry"])["name"]) == (document, "a.txt")
    assert "a.txt" not in tahqiq("custody", "prove", document, "--without-entry").stdout
    for begin, said in (("ffffffffffff", "has no such document"), ("", "has no such document")):
        done = tahqiq("custody", "prove", begin)
        assert done.exit_code == 2 and said in done.stderr


def test_verify_tells_programs_what_is_wrong_by_kind(desk: Desk, tahqiq: Command) -> None:
    good = json.loads(tahqiq("verify", "--json").stdout)
    assert (good["verified"], good["documents"], good["faults"], good["custody"]["size"]) == (True, 4, [], 4)
    document = desk.document("a.txt").id
    desk.vault.place(document).write_bytes(b"another")
    desk.vault.log.write_bytes(desk.vault.log.read_bytes().replace(b'"b.txt"', b'"6.txt"'))
    done = tahqiq("verify", "--json")
    told = json.loads(done.stdout)
    assert (done.exit_code, told["verified"], told["problems"]) == (1, False, {"chain": 1, "bytes": 1})
    assert {f["kind"]: f["subject"] for f in told["faults"]} == {"chain": "line 2", "bytes": document}


@pytest.mark.skipif(not is_there(), reason="OpenSSL, which makes the authority of these tests, is not installed")
def test_a_stamp_is_carried_by_hand_where_there_is_no_network(desk: Desk, tahqiq: Command, tmp_path: Path) -> None:
    pytest.importorskip("rfc3161_client", reason="stamps need the extra: pip install 'tahqiq[stamps]'")
    authority = Authority(tmp_path / "authority")
    assert "asks for a stamp of" in tahqiq("custody", "stamp", "--question", "root.tsq").stdout
    Path("answer.tsr").write_bytes(authority.answer(Path("root.tsq").read_bytes()))
    assert "needs --authority and --trusted" in tahqiq("custody", "stamp", "--authority", "answer.tsr").stderr
    done = tahqiq("custody", "stamp", "--authority", "answer.tsr", "--trusted", authority.certificate)
    assert done.exit_code == 0 and done.stdout.startswith("stamped at 2")
    assert "by answer.tsr" in tahqiq("verify").stdout
    stranger = Authority(tmp_path / "stranger", "A stranger")
    assert tahqiq("verify", "--trusted", stranger.certificate).exit_code == 1
    assert "is no http address" in tahqiq("custody", "stamp", "--authority", "nothing", "--trusted", authority.certificate).stderr


def test_an_incident_is_packed_as_it_may_leave(desk: Desk, tahqiq: Command) -> None:
    incident = desk.incident()
    done = tahqiq("pack", incident)
    assert (done.exit_code, done.stdout) == (0, f"4 accounts, 0 documents in {incident}\n")
    assert "policy public: 1 names withheld" in done.stderr
    assert tahqiq("pack", incident, "--policy", "internal", "--out", "all.zip").stdout == "4 accounts, 3 documents in all.zip\n"
    assert "is there already" in tahqiq("pack", incident).stderr
    assert tahqiq("pack", "nothing").exit_code == 2


def test_a_backup_goes_and_comes(desk: Desk, tahqiq: Command) -> None:
    assert tahqiq("backup", "b.tar.gz").stdout.startswith("4 documents, ")
    done = tahqiq("restore", "b.tar.gz", "--ledger", "sqlite:///other.db", "--vault", "other")
    assert done.exit_code == 0 and "verified: every document" in done.stdout
    again = tahqiq("restore", "b.tar.gz")
    assert (again.exit_code, again.stderr) == (2, "tahqiq: the ledger holds something; restore into a new one\n")


def test_a_document_is_withheld_and_given_again_with_a_reason(desk: Desk, tahqiq: Command) -> None:
    document = desk.document("a.txt").id
    assert tahqiq("withhold", document[:10]).exit_code == 2
    assert "is withheld" in tahqiq("withhold", document[:10], "--reason", "a witness").stdout
    assert "4 documents (1 withheld)" in tahqiq("verify").stdout
    assert "is given out again" in tahqiq("withhold", document, "--release", "--reason", "safe").stdout
    assert desk.vault.bytes(document).decode() == TEXTS["a.txt"]
    done = tahqiq("withhold", document, "--erase", "--reason", "a court")
    assert "its bytes are erased" in done.stdout and desk.vault.size(document) is None


def test_versions_are_shown_and_an_address_without_any_is_named(tahqiq: Command) -> None:
    shown = tahqiq("versions", "https://example.org/strike").stdout
    assert shown.startswith("version 1  2023-07-09T10:00:00Z  ") and "    2 accounts: " in shown
    assert json.loads(tahqiq("versions", "https://example.org/strike", "--json").stdout)["changes"] == []
    assert tahqiq("versions", "https://example.org/nothing").exit_code == 2
