"""The commands of review, search and the ledger as their users call them, on a desk with three reports."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tahqiq.cli import cli
from tahqiq.evidence import Vault
from tahqiq.ledger import Query, open_ledger
from tahqiq.pipeline import ingest, now

Command = Callable[..., Result]
TEXTS = {
    "a.txt": "Shelling killed three civilians in Idlib on Monday, medics said.",
    "b.txt": "قتل ثلاثة مدنيين بقصف على بلدة الهبيط يوم الجمعة، وقالت القوات الأمريكيه إنها تحقق.",
    "c.txt": "An air strike killed five people in Kandahar on Tuesday, residents said.",
}
WHO = ("--who", "R. Editor", "--why", "seen the footage")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The ledger's file after reading: it is made once and each test has its own."""
    folder = tmp_path_factory.mktemp("desk")
    for name, text in TEXTS.items():
        (folder / name).write_text(text)
    desk = open_ledger(f"sqlite:///{folder / 'desk.db'}")
    ingest([folder / name for name in TEXTS], desk, Vault(folder / "vault"), published=None)
    desk.close()
    there = open_ledger(f"sqlite:///{folder / 'whole.db'}")
    again = open_ledger(f"sqlite:///{folder / 'desk.db'}")
    there.copy_in(again.copy_out())
    with there._engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    there.close()
    assert now()
    return (folder / "whole.db").read_bytes()


@pytest.fixture
def tahqiq(made: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    (tmp_path / "desk.db").write_bytes(made)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TAHQIQ_LEDGER", "sqlite:///desk.db")
    monkeypatch.delenv("TAHQIQ_WHO", raising=False)
    return lambda *words: CliRunner().invoke(cli, list(map(str, words)), catch_exceptions=False)


def incidents() -> dict[str, str]:
    """The incidents' ids by their places."""
    desk = open_ledger("sqlite:///desk.db")
    return {i.place.name if i.place else "": i.id for i in desk.incidents(Query(limit=100)).items}


def test_a_merge_is_told_found_in_history_and_taken_back(tahqiq: Command) -> None:
    one, other = incidents()["Idlib"], incidents()["Kandahar"]
    assert one != other
    for name in (one, other):
        assert "is published as TQ-" in tahqiq("decide", "publish", name, *WHO).stdout
    merged = tahqiq("decide", "merge", one, other, *WHO)
    assert merged.exit_code == 0 and "also known as TQ-" in merged.stdout
    told = [json.loads(line) for line in tahqiq("history", one, "--json").stdout.splitlines()]
    assert [entry["kind"] for entry in told] == ["published", "published", "same"]
    assert all("ties" not in entry["value"] for entry in told)
    back = tahqiq("take-back", told[-1]["id"][:8], *WHO)
    assert back.exit_code == 0 and "takes back" in back.stdout
    assert "[taken back by" in tahqiq("history", one).stdout


def test_accept_grade_correct_and_reject_are_told(tahqiq: Command) -> None:
    one = incidents()["Idlib"]
    account = open_ledger("sqlite:///desk.db").incident(one).accounts[0]
    assert "is accepted as it is" in tahqiq("decide", "accept", one, *WHO).stdout
    assert "grade is confirmed" in tahqiq("decide", "grade", one, "confirmed", *WHO).stdout
    assert "killed is 4 civilians" in tahqiq("decide", "correct", account, "killed", "4 civilians", *WHO).stdout
    assert json.loads(tahqiq("search", "--grade", "confirmed", "--json").stdout)["tolls"][0]["best"] == 4
    assert "account does not count" in tahqiq("decide", "reject", account, *WHO).stdout
    assert one not in incidents().values()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("decide", "accept", "IDLIB", "--why", "x"), "say who decides"),
        (("decide", "accept", "IDLIB", "--who", "x"), "say why"),
        (("decide", "accept", "nowhere", *WHO), "incident nowhere: the ledger has none of this id"),
        (("decide", "grade", "IDLIB", "splendid", *WHO), "no such grade"),
        (("decide", "merge", "IDLIB", *WHO), "one incident alone cannot be merged"),
        (("decide", "correct", "IDLIB", "killed", "3", *WHO), "is an incident; name one of its accounts"),
        (("decide", "split", "IDLIB", "nobody", *WHO), "is no account or report of incident"),
        (("decide", "person", "nobody", "age", "3", *WHO), "person nobody"),
        (("take-back", "nothing", *WHO), "the ledger has none of this id"),
        (("history", "nowhere"), "none of this id"),
        (("inbox", "--kind", "letters"), "nothing of the kind 'letters' waits"),
        (("search",), "say what to search for"),
        (("search", "--grade", "splendid"), "is no grade"),
        (("search", "--reports", "--in", "Idlib"), "which words the reports have"),
        (("search", "x", "--after", "nonsense"), "is no place in the order"),
        (("persons", "--policy", "secret"), "no policy 'secret'"),
        (("persons", "--alike", "--policy", "public"), "for the desk alone"),
        (("ledger", "copy", "sqlite:///desk.db", "sqlite:///desk.db"), "are one ledger"),
        (("ledger", "copy", "sqlite:///none.db", "sqlite:///new.db"), "there is no such file"),
        (("ledger", "copy", "sqlite:///desk.db", "mysql://x"), "no such kind of ledger"),
    ],
    ids=lambda value: " ".join(value[:3]) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_is_refused_in_one_sentence(tahqiq: Command, words: tuple[str, ...], said: str) -> None:
    done = tahqiq(*(incidents()["Idlib"] if word == "IDLIB" else word for word in words))
    assert done.exit_code == 2
    assert done.stderr.startswith("tahqiq: ") and said in done.stderr and done.stderr.count("\n") == 1


def test_search_finds_by_words_names_and_places(tahqiq: Command) -> None:
    by_words = tahqiq("search", "أمريكية", "--json")
    assert len(by_words.stdout.splitlines()) == 1
    assert "1 of 1 incident" in tahqiq("search", "Qandahar").stdout
    assert "1 of 1 incident" in tahqiq("search", "قندهار").stdout
    found = tahqiq("search", "--in", "Afghanistan", "--type", "airstrike")
    assert "1 of 1 incident" in found.stdout and "in Afghanistan (country, AF)" in found.stderr
    assert "الأمريكيه" in tahqiq("search", "أمريكية", "--reports").stdout
    first = tahqiq("search", "--since", "1990-01-01", "--in", "Syria", "--limit", 1)
    assert first.exit_code == 0


def test_the_inbox_lists_what_nobody_has_looked_at(tahqiq: Command) -> None:
    told = [json.loads(line) for line in tahqiq("inbox", "--json").stdout.splitlines()]
    assert {one["kind"] for one in told} == {"unreviewed"} and {one["incident"] for one in told} == {*incidents().values()}
    for name in incidents().values():
        tahqiq("decide", "accept", name, *WHO)
    assert tahqiq("inbox").stdout == "nothing waits\n"


def test_a_copy_holds_the_decisions_and_rebuild_and_reread_change_nothing(tahqiq: Command) -> None:
    tahqiq("decide", "publish", incidents()["Idlib"], *WHO)
    before = tahqiq("incidents", "--json").stdout
    done = tahqiq("ledger", "copy", "sqlite:///desk.db", "sqlite:///copy.db")
    assert done.exit_code == 0 and "1 decision" in done.stdout
    assert tahqiq("incidents", "--json", "--ledger", "sqlite:///copy.db").stdout == before
    assert tahqiq("ledger", "rebuild", "--ledger", "sqlite:///copy.db").exit_code == 0
    assert tahqiq("reread", "--ledger", "sqlite:///copy.db").exit_code == 0
    assert tahqiq("incidents", "--json", "--ledger", "sqlite:///copy.db").stdout == before
