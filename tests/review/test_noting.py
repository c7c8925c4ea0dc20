"""Notes of an incident stay with the words that they were made on."""

from dataclasses import replace
from pathlib import Path

import pytest

from accounts_made import mention, told
from tahqiq import review
from tahqiq.errors import LedgerConflict
from tahqiq.ledger import Ledger, open_ledger
from tahqiq.model import Document, Reading, Report
from tahqiq.pipeline import rebuild

STRIKE = replace(told("a1", report="r1"), trigger=mention("strike", 2))
SHELLS = replace(told("b1", "shelling", report="r1"), trigger=mention("Shells", 25))


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    made = open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    made.append_document(Document("d", 1, "text/plain", "x", "file", "2023-07-09T00:00:00Z"))
    made.append_report(Report("A strike hit the market. Shells fell later.", "r1", "d", language="en"))
    made.append_reading(Reading("r1", "rules", "1", "en", True, (STRIKE,)))
    rebuild(made)
    return made


def test_a_note_follows_its_account_into_a_later_reading(ledger: Ledger) -> None:
    review.add_note(ledger, next(iter(ledger.incidents().items)).id, "  seen by two of us ", who="Coder 1")
    ledger.append_reading(Reading("r1", "rules", "2", "en", True, (replace(STRIKE, id="b0"), replace(SHELLS, id="b1"))))
    rebuild(ledger)
    strike = ledger.incidents_of_accounts(["b0"])[0]
    shelling = ledger.incidents_of_accounts(["b1"])[0]
    assert [note.text for note in review.notes(ledger, strike)] == ["seen by two of us"]
    assert review.notes(ledger, shelling) == ()


def test_a_note_of_an_account_that_stands_is_that_of_its_incident_alone(ledger: Ledger) -> None:
    both = (STRIKE, replace(SHELLS, id="a2"))
    ledger.append_reading(Reading("r1", "rules", "2", "en", True, both))
    rebuild(ledger)
    one, other = ledger.incidents_of_accounts(["a1"])[0], ledger.incidents_of_accounts(["a2"])[0]
    review.add_note(ledger, other.id, "of the shells", who="Coder 1")
    assert review.notes(ledger, one) == ()
    assert [note.text for note in review.notes(ledger, other)] == ["of the shells"]


def test_a_note_without_words_is_refused(ledger: Ledger) -> None:
    incident = next(iter(ledger.incidents().items)).id
    for words in ("  ", "x" * 5001):
        with pytest.raises(LedgerConflict, match="1 to 5000"):
            review.add_note(ledger, incident, words, who="Coder 1")
