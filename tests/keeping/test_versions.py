"""A page acquired again and changed is a new version of its address, and what changed is shown in words."""

import pytest
from desk_made import Desk, acquired

from tahqiq.errors import UnknownName
from tahqiq.keeping.verifying import verify
from tahqiq.keeping.versions import Change, versions, words_of
from tahqiq.keeping.withholding import withhold

AT = "2023-07-09T{hour:02}:00:00Z"
URL = "https://example.org/report/7"
BODY = (
    "<html><head><title>{title}</title></head><body><nav>{menu}</nav><article><h1>{title}</h1>"
    "<p>{n} killed in Dumayr on Sunday morning, the town's doctors said.</p>"
    "<p>The road to the town was closed for the whole of the day.</p>{more}</article></body></html>"
)


def take(desk: Desk, hour: int, n: int, *, menu: str = "Home", more: str = "", url: str = URL) -> str:
    text = BODY.format(title="Strike on a market", n=n, menu=menu, more=more)
    found = acquired(f"{hour}.html", text, url=url, at=AT.format(hour=hour))
    desk.take(found)
    return found.document.id


def test_a_changed_page_is_a_new_version_and_the_words_that_changed_are_shown(desk: Desk) -> None:
    first, second = take(desk, 1, 3), take(desk, 2, 7, more="<p>The army denied it in a statement.</p>")
    one, two = versions(desk.ledger, desk.vault, URL)
    assert [(v.number, v.document.id, len(v.accounts)) for v in (one, two)] == [(1, first, 1), (2, second, 1)]
    assert one.changes == ()
    shown = [words_of(change) for change in two.changes]
    assert shown[0].startswith("[-3-] {+7+} killed in Dumayr on Sunday")
    assert "{+The army denied it in a statement.+}" in shown
    assert verify(desk.ledger, desk.vault).faults == ()


def test_accounts_say_which_version_they_read(desk: Desk) -> None:
    take(desk, 1, 3)
    take(desk, 2, 7)
    for version in versions(desk.ledger, desk.vault, URL):
        (account,) = version.accounts
        assert desk.ledger.report(account.report).document == version.document.id
        assert account.casualties[0].mention.text in version.text


def test_a_page_of_which_only_the_menu_changed_has_the_same_words(desk: Desk) -> None:
    first = take(desk, 1, 3)
    take(desk, 2, 3, menu="Home, weather, today 31 degrees")
    _, two = versions(desk.ledger, desk.vault, URL)
    assert (two.same_words_as, two.changes) == (first, ())


def test_the_same_bytes_again_are_no_new_version(desk: Desk) -> None:
    take(desk, 1, 3)
    take(desk, 2, 3)
    assert len(versions(desk.ledger, desk.vault, URL)) == 1


@pytest.mark.parametrize("asked", [URL + "#comments", URL + "/", "HTTPS://EXAMPLE.org/report/7"])
def test_an_address_is_known_however_it_is_written(desk: Desk, asked: str) -> None:
    take(desk, 1, 3)
    take(desk, 2, 3, url="https://example.org/report/71")
    assert len(versions(desk.ledger, desk.vault, asked)) == 1


def test_an_address_that_was_never_asked_is_named(desk: Desk) -> None:
    with pytest.raises(UnknownName, match="no document of this address"):
        versions(desk.ledger, desk.vault, "https://example.org/nothing")


def test_a_withheld_version_shows_no_words(desk: Desk) -> None:
    first = take(desk, 1, 3)
    take(desk, 2, 7)
    withhold(desk.ledger, desk.vault, first, reason="a witness", who="A. Editor", at=AT.format(hour=3))
    one, two = versions(desk.ledger, desk.vault, URL)
    assert (one.text, two.changes) == ("", ())
    assert "a witness" in one.unread


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("3 killed in Homs.", "5 killed in Homs.", "[-3-] {+5+} killed in Homs."),
        ("قُتل 3 في حمص.", "قُتل 5 في حمص.", "قُتل [-3-] {+5+} في حمص."),
        ("", "All new.", "{+All new.+}"),
        ("All gone.", "", "[-All gone.-]"),
    ],
)
def test_a_change_is_one_readable_line(before: str, after: str, shown: str) -> None:
    assert words_of(Change(before, after)) == shown
