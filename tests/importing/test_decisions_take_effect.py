"""What a team decided in its list is so in the ledger's incidents: reviewed, published, graded beside the program's own grade."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from fastapi.testclient import TestClient
from test_importing import EDGE, HEADS, MAP, MARKET

from tahqiq.cli import cli
from tahqiq.deciding import GRADED, PUBLISHED, TAKE_BACK
from tahqiq.evidence import Vault
from tahqiq.importing import import_table
from tahqiq.ledger import Ledger, Query, open_ledger
from tahqiq.model import Decision, Incident, digest
from tahqiq.pipeline import decide, export, rebuild
from tahqiq.settings import Settings
from tahqiq.web import create_app

Import = Callable[..., Ledger]


@pytest.fixture
def imported(tmp_path: Path) -> Import:
    def take(*rows: str) -> Ledger:
        (tmp_path / "list.csv").write_text("\n".join([HEADS, *rows]), "utf-8")
        (tmp_path / "map.yaml").write_text(MAP, "utf-8")
        ledger = open_ledger(f"sqlite:///{tmp_path / 'tahqiq.db'}")
        import_table(tmp_path / "list.csv", tmp_path / "map.yaml", ledger, Vault(tmp_path / "tahqiq.db.vault"))
        return ledger

    return take


def of(ledger: Ledger, event_type: str) -> Incident:
    return next(i for i in ledger.incidents(Query(limit=9)).items if i.event_type == event_type)


def test_reviewed_published_and_graded_stand_on_the_incident_and_the_programs_grade_beside_them(imported: Import) -> None:
    ledger = imported(MARKET, EDGE)
    market, edge = of(ledger, "airstrike"), of(ledger, "shelling")
    assert (market.review, market.grade) == ("published", "fair")
    assert market.computed_grade not in (None, "fair") and market.public_id
    assert (edge.review, edge.grade, edge.public_id) == ("proposed", "weak", None)
    kinds = {d.id: d.kind for d in ledger.decisions()}
    assert {kinds[name] for name in market.decisions} >= {"reviewed", "published", "graded"}
    assert [i.id for i in ledger.incidents(Query(review="published")).items] == [market.id]
    assert [i.id for i in ledger.incidents(Query(grade="fair")).items] == [market.id]


def test_they_stand_after_computing_anew_and_after_the_list_is_imported_again(imported: Import) -> None:
    before = of(imported(MARKET, EDGE), "airstrike")
    ledger = imported(MARKET, EDGE)
    rebuild(ledger, anew=True)
    assert of(ledger, "airstrike") == before


def test_an_edited_grade_is_the_one_that_counts_and_the_public_id_stays(imported: Import) -> None:
    public = of(imported(MARKET), "airstrike").public_id
    edited = of(imported(MARKET.replace(";F;", ";W;")), "airstrike")
    assert (edited.grade, edited.public_id) == ("weak", public)


def test_what_an_edited_row_says_no_more_is_taken_back_and_said_again_it_stands_again(imported: Import) -> None:
    unchecked = MARKET.replace(";F;yes;12.03.2024;yes;", ";;no;;no;")
    states = []
    for row in (MARKET, unchecked, MARKET, unchecked, MARKET, MARKET):
        found = of(imported(row), "airstrike")
        states.append((found.review, found.grade == "fair" and found.computed_grade is not None))
    assert states == [
        ("published", True),
        ("proposed", False),
        ("published", True),
        ("proposed", False),
        ("published", True),
        ("published", True),
    ]


def test_a_grade_that_goes_and_comes_back_is_the_last_one_told(imported: Import) -> None:
    grades = [of(imported(MARKET.replace(";F;", f";{code};")), "airstrike").grade for code in "FWFW"]
    assert grades == ["fair", "weak", "fair", "weak"]


def test_what_an_editor_took_back_is_not_said_again_by_importing_the_same_list(imported: Import) -> None:
    ledger = imported(MARKET)
    published = next(d for d in ledger.decisions() if d.kind == PUBLISHED)
    decide(ledger, [Decision(digest("y"), TAKE_BACK, published.id, "A. Editor", "too early", "2999-01-01T00:00:00Z")])
    assert of(imported(MARKET), "airstrike").review == "reviewed"


def test_a_persons_later_word_wins_over_the_list(imported: Import) -> None:
    ledger = imported(MARKET)
    said = next(d for d in ledger.decisions() if d.kind == GRADED)
    later = "2999-01-01T00:00:00Z"
    decide(ledger, [Decision(digest("x"), GRADED, said.subject, "A. Editor", "two more witnesses", later, {"grade": "confirmed"})])
    assert of(ledger, "airstrike").grade == "confirmed"
    published = next(d for d in ledger.decisions() if d.kind == PUBLISHED)
    decide(ledger, [Decision(digest("y"), TAKE_BACK, published.id, "A. Editor", "too early", later)])
    assert of(ledger, "airstrike").review == "reviewed"


def test_the_table_of_incidents_tells_them(imported: Import, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    market = of(imported(MARKET), "airstrike")
    monkeypatch.chdir(tmp_path)
    told = json.loads(CliRunner().invoke(cli, ["incidents", "--json"]).output.splitlines()[0])
    assert (told["review"], told["grade"], told["computed_grade"]) == ("published", "fair", market.computed_grade)
    assert told["public_id"] == market.public_id


def test_the_page_of_the_incident_says_so_in_words(imported: Import, tmp_path: Path) -> None:
    ledger = imported(MARKET)
    market = of(ledger, "airstrike")
    page = TestClient(create_app(ledger, Vault(tmp_path / "v"), Settings()), base_url="http://127.0.0.1:8765")
    html = page.get(f"/incidents/{market.id}").text.replace("\u2068", "").replace("\u2069", "")
    assert f"published as {market.public_id}" in html and "a person's grade; by the accounts alone:" in html.replace("&#39;", "'")
    assert page.get(f"/api/v1/pages/incidents/{market.id}").json()["incident"]["computed_grade"] == market.computed_grade


@pytest.mark.parametrize("policy", ["public", "internal"])
def test_exports_tell_the_grade_and_the_state_that_persons_gave(imported: Import, policy: str) -> None:
    out = io.BytesIO()
    export(imported(MARKET), "jsonl", out, policy=policy)
    (line,) = map(json.loads, out.getvalue().splitlines())
    assert (line["review"], line["grade"]) == ("published", "fair")
