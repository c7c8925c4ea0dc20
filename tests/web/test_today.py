"""Today says what stands out with its numbers, what is new since the visitor looked, and how long things wait."""

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest
import working
from working import Worker, plain

from tahqiq.evidence.vault import Vault
from tahqiq.ledger import Ledger, open_ledger
from tahqiq.pipeline import ingest
from tahqiq.review import people
from tahqiq.settings import Settings
from tahqiq.web import create_app, today

Whole = tuple[Ledger, Worker, Path]


def read(folder: Path, name: str, *texts: str) -> None:
    lines = [{"id": f"{name}{n}", "text": text, "language": "en", "published": "2023-05-04"} for n, text in enumerate(texts)]
    (folder / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")


@pytest.fixture
def whole_desk(tmp_path: Path) -> Whole:
    ledger, vault = open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}"), Vault(tmp_path / "vault")
    read(tmp_path, "many", "A car bomb killed two people in Azaz, Syria, on 3 May 2023, residents said.")
    ingest([tmp_path / "many.jsonl"], ledger, vault)
    one = ledger.incidents().items[0]
    others = [replace(one, id=f"made-{n}", accounts=(f"made-{n}",), reports=(f"made-{n}",)) for n in range(7)]
    ledger.replace_incidents([one, *others], stamp=ledger.incidents_stamp())
    people.add_user(ledger, "Coder 1", "coder", working.PASSWORD)
    return ledger, Worker(create_app(ledger, vault, Settings()), ledger, "Coder 1"), tmp_path


def test_a_day_far_above_its_past_is_told_with_its_numbers_and_leads_to_its_list(whole_desk: Whole) -> None:
    _, worker, _ = whole_desk
    html = worker.get("/today")
    page = plain(html)
    assert "Far more than usual on 3 May 2023" in page and "usually 0 a day" in page
    address = html[html.index('id="h-spikes"') :].split('href="')[1].split('"')[0].replace("&amp;", "&")
    assert "since=2023-05-03&until=2023-05-03" in address
    assert "the first for" in page


def test_what_came_since_the_visitor_looked_is_marked(whole_desk: Whole, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger, worker, folder = whole_desk
    monkeypatch.setattr(today, "now", lambda: "2026-01-01T08:00:00Z")
    assert 'class="new"' not in worker.get("/today")
    read(folder, "later", "The car bomb in Azaz, Syria, on 3 May 2023 killed nineteen people, the hospital said.")
    ingest([folder / "later.jsonl"], ledger, Vault(folder / "vault"))
    monkeypatch.setattr(today, "now", lambda: "2026-01-02T08:00:00Z")
    for _ in range(2):  # loading it again takes nothing away
        html = worker.get("/today")
        assert 'class="new"' in html and "You looked last on" in plain(html)
    monkeypatch.setattr(today, "now", lambda: "2026-01-03T08:00:00Z")
    assert 'class="new"' not in worker.get("/today")


@pytest.mark.parametrize("language", ["en", "ar", "ur", "fa"])
def test_today_is_told_in_every_language(whole_desk: Whole, language: str) -> None:
    assert 'id="h-spikes"' in whole_desk[1].get("/today", language)


def test_a_day_to_come_is_no_day_to_stand_out(whole_desk: Whole) -> None:
    ledger, *_ = whole_desk
    assert ledger.last_day(dt.date(2023, 5, 2)) is None
    assert ledger.last_day(dt.date(2026, 1, 1)) == dt.date(2023, 5, 3)
    assert ledger.last_day(dt.date(2020, 1, 1)) is None
