"""What is acquired again as the same bytes: where and when stands in the chain of custody, which does not grow with every asking."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from desk_made import PAGE, TEXTS, Desk, acquired

from tahqiq.evidence import Acquired
from tahqiq.evidence.chain import check_chain
from tahqiq.evidence.vault import Vault
from tahqiq.keeping.verifying import verify
from tahqiq.keeping.versions import versions

URL = "https://example.org/again"
Take = Callable[..., list[dict[str, object]]]


def page(at: str, *, url: str = URL, method: str = "web", within: str | None = None, text: str = PAGE.replace("5", "9")) -> Acquired:
    found = acquired("again", text, url=url, at=at)
    return replace(found, document=replace(found.document, method=method, within=within))


@pytest.fixture
def take(desk: Desk) -> Take:
    def taken(*found: Acquired) -> list[dict[str, object]]:
        for one in found:
            desk.take(one)
        assert verify(desk.ledger, desk.vault).faults == ()
        return [entry for entry in desk.vault.custody() if entry["event"] == "seen_again"]

    return taken


def test_an_address_that_gives_the_same_bytes_on_another_day_is_seen_again(take: Take) -> None:
    (entry,) = take(page("2023-07-09T10:00:00Z"), page("2023-07-10T08:00:00Z"))
    first = page("2023-07-09T10:00:00Z").document
    told = {key: entry[key] for key in ("document", "url", "at", "method", "origin", "headers")}
    expected = {"document": first.id, "url": URL, "at": "2023-07-10T08:00:00Z", "method": "web", "origin": URL}
    assert told == expected | {"headers": [["content-type", "text/html"]]}


def test_asked_however_often_it_has_one_entry_a_day(take: Take) -> None:
    hours = [f"2023-07-{day:02}T{hour:02}:00:00Z" for day in (9, 10, 11) for hour in range(24)]
    assert [entry["at"] for entry in take(*map(page, hours))] == ["2023-07-10T00:00:00Z", "2023-07-11T00:00:00Z"]


@pytest.mark.parametrize(
    ("again", "entries"),
    [
        ({"url": "https://example.org/elsewhere"}, 1),
        ({"method": "warc", "within": "crawl.warc.gz"}, 1),
        ({"method": "file", "url": URL}, 0),
    ],
    ids=["another address", "another archive", "the same place, not asked anew"],
)
def test_another_place_is_told_once(take: Take, again: dict[str, str], entries: int) -> None:
    begun = page("2023-07-09T10:00:00Z", method=again.get("method", "web"))
    later = [page(f"2023-07-{day}T10:00:00Z", **again) for day in (10, 10)]
    assert len(take(begun, *later)) == entries


def test_a_folder_that_is_given_every_day_adds_nothing(take: Take) -> None:
    assert take(*(acquired("a.txt", TEXTS["a.txt"], at=f"2023-07-{day}T10:00:00Z") for day in range(10, 30))) == []


def test_another_process_goes_on_from_what_stands_in_the_chain(take: Take, desk: Desk) -> None:
    take(page("2023-07-09T10:00:00Z"), page("2023-07-10T10:00:00Z"))
    other = Vault(desk.vault.folder)
    assert not other.see_again(page("2023-07-10T23:00:00Z").document)
    assert other.see_again(page("2023-07-11T01:00:00Z").document)
    assert check_chain(other.lines(), "log").faults == []


def test_the_versions_of_an_address_tell_until_when_each_stood(take: Take, desk: Desk) -> None:
    take(page("2023-07-09T10:00:00Z"), page("2023-07-10T10:00:00Z"), page("2023-07-12T10:00:00Z"))
    (version,) = versions(desk.ledger, desk.vault, URL)
    assert version.seen_again == ("2023-07-10T10:00:00Z", "2023-07-12T10:00:00Z")


def test_a_photo_that_comes_again_with_another_letter_is_told_of(desk: Desk, tmp_path: Path) -> None:
    from email.message import EmailMessage

    from pictures import png
    from tahqiq.pipeline import ingest

    for number in (1, 2):
        letter = EmailMessage()
        letter["From"], letter["Subject"] = "desk@news.example", f"letter {number}"
        letter.set_content(f"{number} killed in Sarmin")
        letter.add_attachment(png(), maintype="image", subtype="png", filename="street.png")
        (tmp_path / f"{number}.eml").write_bytes(bytes(letter))
    ingest([tmp_path / "1.eml", tmp_path / "2.eml"], desk.ledger, desk.vault)
    (entry,) = [entry for entry in desk.vault.custody() if entry["event"] == "seen_again"]
    assert str(entry["within"]).startswith("2.eml sha256:")
