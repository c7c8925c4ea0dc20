"""The commands that keep who may come in to the desk."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from tahqiq.cli import cli
from tahqiq.ledger import open_ledger
from tahqiq.review.people import sign_in, sign_in_once

PASSWORD = "four plain words together"


@pytest.fixture
def ledger(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'ledger.db'}"


def users(ledger: str, *given: str, typed: str = PASSWORD, exit_code: int = 0) -> str:
    done = CliRunner().invoke(cli, ["users", *given, "--ledger", ledger], input=typed + "\n")
    assert done.exit_code == exit_code, done.output
    return done.output


def test_the_first_user_is_made_by_a_command_and_has_no_password_but_the_one_given(ledger: str) -> None:
    assert "Person 1 can sign in as admin" in users(ledger, "add", "Person 1", "--role", "admin")
    desk = open_ledger(ledger)
    assert sign_in(desk, "Person 1", PASSWORD)[0].role == "admin"
    assert PASSWORD not in desk.people.get("Person 1").password
    desk.close()


@pytest.mark.parametrize(("typed", "why"), [("", "12 to 1000"), ("short", "12 to 1000"), ("aaaaaaaaaaaaaa", "easily guessed")])
def test_a_password_that_is_none_is_refused(ledger: str, typed: str, why: str) -> None:
    assert why in users(ledger, "add", "Person 1", "--role", "admin", typed=typed, exit_code=2)
    assert "0 users" in users(ledger, "list")


def test_roles_and_removal_are_told_and_noted(ledger: str) -> None:
    users(ledger, "add", "Person 1", "--role", "coder")
    assert "no role" in users(ledger, "role", "Person 1", "king", exit_code=2)
    users(ledger, "role", "Person 1", "editor")
    assert "Person 1: editor" in users(ledger, "list")
    users(ledger, "remove", "Person 1")
    assert "shut out" in users(ledger, "list")
    told = users(ledger, "log")
    assert [word for word in ("shut out", "role", "added") if word in told] == ["shut out", "role", "added"]


def test_a_lost_password_is_got_round_by_an_address_that_works_once(ledger: str) -> None:
    users(ledger, "add", "Person 1", "--role", "coder")
    word = users(ledger, "address", "Person 1").strip().partition("once=")[2]
    desk = open_ledger(ledger)
    assert sign_in_once(desk, word)[0].name == "Person 1"
    desk.close()


def test_the_secret_of_a_second_factor_is_told_this_once(ledger: str) -> None:
    users(ledger, "add", "Person 1", "--role", "coder")
    assert "otpauth://totp/" in users(ledger, "second-factor", "Person 1")
    assert "second factor" in users(ledger, "list")
    users(ledger, "second-factor", "Person 1", "--off")
    assert "second factor" not in users(ledger, "list")


def test_a_key_is_told_once_listed_without_its_secret_and_withdrawn(ledger: str) -> None:
    users(ledger, "add", "Person 1", "--role", "coder")
    told = users(ledger, "keys", "add", "Person 1", "nightly", "--scope", "read", "--scope", "write:documents")
    held = next(line for line in told.splitlines() if line.startswith("tq_"))
    listed = users(ledger, "keys", "list")
    assert "nightly" in listed and "read,write:documents" in listed and "never used" in listed and held not in listed
    assert "asks for more" in users(ledger, "keys", "add", "Person 1", "x", "--scope", "admin", exit_code=2)
    assert "no scope" in users(ledger, "keys", "add", "Person 1", "x", "--scope", "fly", exit_code=2)
    assert "opens nothing" in users(ledger, "keys", "withdraw", held.split("_")[1])
    assert "withdrawn" in users(ledger, "keys", "list")
    assert "withdrawn already" in users(ledger, "keys", "withdraw", held.split("_")[1], exit_code=2)


def test_nobody_is_vouched_for_where_there_is_no_provider(ledger: str, monkeypatch: pytest.MonkeyPatch) -> None:
    users(ledger, "add", "Person 1", "--role", "coder")
    assert "there is no provider" in users(ledger, "vouch", "Person 1", "17", exit_code=2)
    monkeypatch.setenv("TAHQIQ_OIDC_ISSUER", "https://id.example")
    assert "Person 1 comes in as 17" in users(ledger, "vouch", "Person 1", "17")
