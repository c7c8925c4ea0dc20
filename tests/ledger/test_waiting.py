"""How long incidents wait, what came since, and how many a day has, on both databases."""

import datetime as dt
import json
from pathlib import Path

from tahqiq.evidence import Vault
from tahqiq.ledger import Ledger
from tahqiq.pipeline import ingest
from tahqiq.review import accept


def test_incidents_wait_from_their_first_document_and_days_are_counted(ledger: Ledger, vault: Vault, tmp_path: Path) -> None:
    texts = (
        "Shelling killed two people in Homs, Syria, on 3 May 2023.",
        "A car bomb killed nine people in Kabul, Afghanistan, on 4 June 2023.",
    )
    for n, text in enumerate(texts):
        (tmp_path / f"{n}.jsonl").write_text(json.dumps({"id": f"r{n}", "text": text, "language": "en"}), "utf-8")
        ingest([tmp_path / f"{n}.jsonl"], ledger, vault)
    first, second = ledger.longest_waiting()
    assert (first.start, second.start) == (dt.date(2023, 5, 3), dt.date(2023, 6, 4))
    acquired = {document.id: document.acquired_at for document in ledger.documents()}
    assert ledger.acquired([first.id, second.id, "nothing"]).keys() == {first.id, second.id}
    assert set(ledger.acquired([first.id]).values()) <= set(acquired.values())
    assert ledger.told_since(ledger.last_report() - 1) == ((second,), frozenset(second.reports))
    assert ledger.told_since(ledger.last_report()) == ((), frozenset())
    assert ledger.by_day("event_type", dt.date(2023, 5, 1), dt.date(2023, 5, 31)) == {first.event_type: {"2023-05-03": 1}}
    (place,) = ledger.by_day("place", dt.date(2023, 6, 1), dt.date(2023, 6, 30))
    assert place.partition("/")[0] == "AF"
    accept(ledger, first.id, who="Coder 1", why="seen")
    assert [one.id for one in ledger.longest_waiting()] == [second.id]
    assert ledger.size() > 10_000
