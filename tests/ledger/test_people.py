"""What a ledger keeps of those who work at its desk; on both databases."""

import pytest

from tahqiq.errors import LedgerConflict, UnknownName
from tahqiq.ledger import Ledger
from tahqiq.ledger.people import Entry, Held, Note, SavedSearch, User

ONE = User("Person 1", "coder", "a hash", since="2026-01-01T00:00:00Z")


def test_a_user_is_added_once_and_changed_afterwards(ledger: Ledger) -> None:
    assert ledger.people.is_empty()
    ledger.people.add(ONE)
    with pytest.raises(LedgerConflict, match="one of this name already"):
        ledger.people.add(ONE)
    ledger.people.change(User("Person 1", "editor", "a hash", is_active=False))
    assert ledger.people.get("Person 1").role == "editor" and ledger.people.is_empty()
    with pytest.raises(UnknownName):
        ledger.people.get("Person 2")


def test_a_session_is_its_users_until_it_is_over(ledger: Ledger) -> None:
    ledger.people.add(ONE)
    ledger.people.open("s1", "Person 1", "2026-01-02")
    ledger.people.open("o1", "Person 1", "2026-01-02", "once")
    assert ledger.people.whose("s1", "2026-01-01") == ONE
    assert ledger.people.whose("s1", "2026-01-02") is None and ledger.people.whose("o1", "2026-01-01") is None
    assert ledger.people.whose("o1", "2026-01-01", "once") == ONE
    assert ledger.people.close("o1") and not ledger.people.close("o1")
    ledger.people.forget("2026-01-03")
    assert ledger.people.whose("s1", "2026-01-01") is None


def test_a_step_of_a_second_factor_is_used_once_and_none_before_it(ledger: Ledger) -> None:
    ledger.people.add(ONE)
    assert [ledger.people.take_step("Person 1", step) for step in (7, 7, 6, 8)] == [True, False, False, True]


def test_refusals_count_until_a_sign_in_succeeds(ledger: Ledger) -> None:
    for at, what, name in (
        ("1", "refused", "a"),
        ("2", "signed_in", "a"),
        ("3", "refused", "a"),
        ("4", "refused", "b"),
        ("5", "refused", "a"),
    ):
        ledger.people.note_entry(Entry(at, what, name, "host"))
    assert ledger.people.refusals("0", name="a") == ("5", "3")
    assert ledger.people.refusals("4", name="a") == ("5",)
    assert ledger.people.refusals("0", host="host") == ("5", "4", "3")
    assert [one.at for one in ledger.people.entries(last=2)] == ["5", "4"]


def test_notes_are_found_by_any_account_and_what_is_held_has_one_holder(ledger: Ledger) -> None:
    ledger.people.add_note(Note("a", "Person 1", "1", "first"))
    ledger.people.add_note(Note("b", "Person 2", "2", "second"))
    assert [one.text for one in ledger.people.notes(("b", "a", "c"))] == ["first", "second"]
    ledger.people.hold([Held("a", "Person 1", "1"), Held("a", "Person 2", "2")])
    assert [one.who for one in ledger.people.holding()] == ["Person 2"]
    ledger.people.release(["a"])
    assert ledger.people.holding() == ()


def test_searches_are_each_users_own(ledger: Ledger) -> None:
    for who in ("Person 1", "Person 2"):
        ledger.people.save_search(SavedSearch(who, "north", "/incidents?country=SY", "1"))
    ledger.people.drop_search("Person 1", "north")
    assert ledger.people.searches("Person 1") == () and len(ledger.people.searches("Person 2")) == 1


def test_a_copy_of_a_ledger_holds_users_and_no_sessions(ledger: Ledger) -> None:
    ledger.people.add(ONE)
    ledger.people.open("a session", "Person 1", "2026-01-02")
    whole = b"".join(ledger.copy_out())
    assert b"Person 1" in whole and b"a session" not in whole
