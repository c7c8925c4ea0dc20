"""Wire copies are found when reports are taken in: linked, told on their pages, with the wire credit read, and counted once."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tahqiq.evidence import Vault
from tahqiq.ledger import Ledger, Query, open_ledger
from tahqiq.pipeline import ingest
from tahqiq.settings import Settings
from tahqiq.web import create_app

WIRE = (
    "Shelling of the market in Sarmin killed 3 civilians and wounded 7 on Friday, 8 March 2024, the civil defence said. Rescuers dug for "
    "survivors until the evening while ambulances carried the wounded to Idlib. The hospital of the city asked for blood and for medicine."
)
OTHER = "Three civilians were killed in Sarmin on 8 March 2024 when shells fell on its market, a resident of the town told us by telephone."
CREDITS = {
    "en": ("SARMIN (AFP) - ", "AFP"),
    "ur": ("سرمین (اے ایف پی) — ", "AFP"),
    "ar": ("سرمين (رويترز) - ", "Reuters"),
    "fa": ("سرمین - آسوشیتدپرس: ", "AP"),
}


@pytest.fixture
def desk(tmp_path: Path) -> Ledger:
    return open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}")


def given(folder: Path, **texts: str) -> list[Path]:
    lines = []
    for outlet, text in texts.items():
        path = folder / f"{outlet}.jsonl"
        path.write_text(f'{{"text": "{text}", "url": "https://{outlet}.example/1", "published": "2024-03-09"}}\n')
        lines.append(path)
    return lines


def by_outlet(desk: Ledger) -> dict[str, str]:
    return {(r.url or "").removeprefix("https://").partition(".")[0]: r.id for r in desk.reports()}


def test_copies_that_come_one_after_another_are_linked_and_count_once(desk: Ledger, vault: Vault, tmp_path: Path) -> None:
    first, second, other = given(tmp_path, one=f"SARMIN (AFP) - {WIRE}", two=f"{WIRE} (AFP)", three=OTHER)
    for path in (first, second, other):
        ingest([path], desk, vault)
    named = by_outlet(desk)
    assert set(desk.same_text(named["two"])) == {named["one"], named["two"]}
    assert desk.same_text(named["three"]) == ()
    incident = max(desk.incidents(Query(limit=9)).items, key=lambda i: len(i.reports))
    assert {named["one"], named["two"]} <= set(incident.reports) and incident.copies == 1
    assert incident.independent == len(incident.reports) - 1
    page = TestClient(create_app(desk, vault, Settings()), base_url="http://127.0.0.1:8765")
    shown, copied = sorted(named[outlet] for outlet in ("one", "two"))
    assert "the same text at" in page.get(f"/reports/{shown}").text and "copy of the text of" in page.get(f"/reports/{copied}").text
    assert page.get(f"/api/v1/pages/reports/{copied}").json()["copy_of"][0]["address"] == f"/reports/{shown}"


def test_the_wire_credit_is_read_where_each_language_writes_it(desk: Ledger, vault: Vault, tmp_path: Path) -> None:
    ingest(given(tmp_path, **{language: f"{credit}{WIRE}" for language, (credit, _) in CREDITS.items()}), desk, vault)
    read = {(r.url or "")[8:10]: r.wire_credit for r in desk.reports()}
    assert read == {language: agency for language, (_, agency) in CREDITS.items()}
