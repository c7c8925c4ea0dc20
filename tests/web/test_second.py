"""A second reader's result stands beside what counts on a report's page, and counts nowhere."""

from pathlib import Path

import pytest
from working import Worker, copy, fill, plain

from tahqiq.ledger import Ledger
from tahqiq.model import Account, Casualty, Mention, Reading, Report
from tahqiq.pipeline import read_beside, rebuild


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("beside")
    fill(folder)
    return folder


def small(report: Report) -> Reading:
    """A reader that knows one verb, takes the first number word after it for the dead, and finds battles where bombs are."""
    found = []
    for words, event_type in (("Shelling", "armed_clash"), ("fell", "shelling")):
        at = report.text.find(words)
        if at >= 0 and report.language == "en":
            number = report.text.find("two", at)
            toll = (Casualty(Mention(number, number + 3, "two"), "killed", "civilians", 3, 3),) if number > 0 else ()
            found.append(Account(f"{report.id}-{at}", report.id, event_type, Mention(at, at + len(words), words), casualties=toll))
    return Reading(report.id, "small", "7", report.language, bool(found), tuple(found))


@pytest.fixture
def desk(filled: Path, tmp_path: Path) -> tuple[Ledger, Worker]:
    ledger, app = copy(filled, tmp_path)
    assert read_beside(ledger, small) == []
    return ledger, Worker(app, ledger, "Coder 1")


def shells(ledger: Ledger) -> Report:
    return next(report for report in ledger.reports() if report.text.startswith("Shelling"))


@pytest.mark.parametrize("language", ["en", "ar", "ur", "fa"])
def test_the_page_is_there_in_every_language(desk: tuple[Ledger, Worker], language: str) -> None:
    ledger, worker = desk
    assert "small 7" in worker.get(f"/reports/{shells(ledger).id}", language)


def test_what_two_readers_read_differently_stands_side_by_side(desk: tuple[Ledger, Worker]) -> None:
    ledger, worker = desk
    told = plain(worker.get(f"/reports/{shells(ledger).id}"))
    assert "A second reader: small 7" in told
    assert "read by both" in told and "civilians: 3" in told
    assert "read by the second reader alone; it counts nowhere" in told


def test_it_counts_nowhere(desk: tuple[Ledger, Worker]) -> None:
    ledger, _ = desk
    report = shells(ledger)
    before = [account.id for account in ledger.accounts()]
    rebuild(ledger, anew=True)
    assert [account.id for account in ledger.accounts()] == before
    assert ledger.reading(report.id).reader != "small"
    assert [reading.reader for reading in ledger.readings_beside(report.id)] == ["small"]


def test_a_later_version_of_the_second_reader_takes_the_place_of_the_one_before(desk: tuple[Ledger, Worker]) -> None:
    ledger, _ = desk
    report = shells(ledger)
    ledger.append_reading(Reading(report.id, "small", "8", "en", False), beside=True)
    assert [(r.version, r.accounts) for r in ledger.readings_beside(report.id)] == [("8", ())]


def test_a_second_reader_that_quotes_other_words_is_refused(desk: tuple[Ledger, Worker]) -> None:
    ledger, _ = desk

    def wrong(report: Report) -> Reading:
        return Reading(report.id, "wrong", "1", "en", True, (Account("w", report.id, "shelling", Mention(0, 3, "zzz")),))

    assert all("quotes 'zzz'" in failure for failure in read_beside(ledger, wrong))
    assert [r.reader for r in ledger.readings_beside(shells(ledger).id)] == ["small"]
