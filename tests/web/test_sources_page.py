"""The page of sources: whose voice each is, what it gave, and the feeds that need a look first."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tahqiq.evidence import Vault
from tahqiq.ledger import Ledger, Poll, open_ledger
from tahqiq.model import Report
from tahqiq.settings import Settings
from tahqiq.web import create_app


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    opened = open_ledger(f"sqlite:///{tmp_path / 'l.db'}")
    for number, source in enumerate(["almanar.com.lb", "almanar.com.lb", "unknown.example"]):
        opened.append_report(Report(f"words {number}", f"r{number}", source=source))
    opened.append_poll(Poll("https://unknown.example/<b>rss", "2024-03-08T10:00:00Z", problem="<script>answers 500"))
    return opened


@pytest.fixture
def desk(ledger: Ledger, tmp_path: Path) -> TestClient:
    return TestClient(create_app(ledger, Vault(tmp_path / "v"), Settings()), base_url="http://127.0.0.1:8765")


def test_sources_are_listed_with_what_they_gave_those_that_fail_first(desk: TestClient) -> None:
    failing, known = desk.get("/api/v1/pages/sources").json()["sources"]
    assert (failing["id"], failing["kind"], failing["feeds"][0]["needs_a_look"]) == ("unknown.example", "known by its address alone", True)
    assert (known["id"], known["reports"], known["country"], known["kind"]) == ("al-manar", 2, "Lebanon", "broadcaster")
    assert known["voice_of"] == "Hezbollah"


WORDS = {"en": "Hezbollah", "ar": "حزب الله", "ur": "حزب اللہ", "fa": "حزب‌الله"}


@pytest.mark.parametrize("language", WORDS)
def test_the_page_names_whose_voice_a_source_is_in_the_readers_language(desk: TestClient, language: str) -> None:
    page = desk.get(f"/sources?lang={language}").text
    assert WORDS[language] in page.replace("حزب الله", "حزب‌الله" if language == "fa" else "حزب الله")
    assert "<script>answers" not in page and "<b>rss" not in page


def test_an_empty_ledger_says_how_sources_come(tmp_path: Path) -> None:
    app = create_app(open_ledger(f"sqlite:///{tmp_path / 'e.db'}"), Vault(tmp_path / "v"), Settings())
    assert "tahqiq watch sources.yaml" in TestClient(app, base_url="http://127.0.0.1:8765").get("/sources").text


def test_a_report_says_whose_message_it_passes_on_and_when_it_was_edited(ledger: Ledger, desk: TestClient) -> None:
    ledger.append_report(Report("words", "passed", source="A channel", forwarded_from="Another channel", edited="2024-03-08T08:00:00Z"))
    page = "".join(c for c in desk.get("/reports/passed?lang=en").text if c not in "\u2066\u2067\u2068\u2069")
    assert "passed on from Another channel" in page and "edited 8 March 2024, 08:00 UTC" in page
