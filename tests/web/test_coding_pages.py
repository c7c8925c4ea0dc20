"""Coding by two on the desk: drawn by an editor, coded blind, settled, told as alpha; in roles, and without scripts."""

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import working
from working import Worker, plain

from tahqiq.ledger import Ledger
from tahqiq.review import coding

CODERS = ("Coder 1", "Coder 2")
VALUES = {"event_type": "shelling", "date": "2023-05-03", "place": "Homs", "killed": "2", "civilians_harmed": "unknown", "grade": "weak"}


@pytest.fixture
def desk(whole: Path, tmp_path: Path) -> Iterator[tuple[Ledger, Callable[[str], Worker]]]:
    ledger, app = working.copy(whole, tmp_path / "desk")
    yield ledger, lambda name: Worker(app, ledger, name)
    ledger.close()


def drawn(desk: tuple[Ledger, Callable[[str], Worker]]) -> tuple[coding.Item, ...]:
    ledger, worker = desk
    assert worker("Editor 1").post("/coding", share="100", coder=list(CODERS)) == f"/coding?drawn={len(coding.items(ledger))}"
    return coding.items(ledger)


def test_nothing_that_was_computed_is_shown_before_both_are_done(desk: tuple[Ledger, Callable[[str], Worker]]) -> None:
    ledger, worker = desk
    one = drawn(desk)[0]
    first, second, editor = worker("Coder 1"), worker("Coder 2"), worker("Editor 1")
    for path in (f"/incidents/{one.incident}", f"/reports/{one.reports[0]}", f"/api/v1/pages/incidents/{one.incident}"):
        assert f"/coding/{one.id}" in first.get(path, status=403)
        editor.get(path)
    text = ledger.report(one.reports[0]).text.split()[0]
    assert text in first.get(f"/coding/{one.id}")
    first.post(f"/coding/{one.id}", do="code", **VALUES)
    first.get(f"/incidents/{one.incident}", status=403)
    second.post(f"/coding/{one.id}", do="code", **{**VALUES, "killed": "٣"})
    first.get(f"/incidents/{one.incident}")
    told = plain(first.get(f"/coding/{one.id}"))
    assert "they differ" in told and "Killed, at least" in told


def test_they_settle_and_take_back_and_the_table_tells_all(desk: tuple[Ledger, Callable[[str], Worker]]) -> None:
    ledger, worker = desk
    one = drawn(desk)[0]
    for name, killed in zip(CODERS, ("2", "3")):
        worker(name).post(f"/coding/{one.id}", do="code", **{**VALUES, "killed": killed})
    third = worker("Editor 1")
    third.post(f"/coding/{one.id}", 409, **{"do": "settle", "of.killed": "1", "why": ""})
    third.post(f"/coding/{one.id}", **{"do": "settle", "of.killed": "1", "why": "the later report"})
    found = coding.item(ledger, one.id)
    assert found.settled and found.settled.values["killed"] == 3 and found.settled.values["event_type"] == "shelling"
    rows = list(csv.DictReader(io.StringIO(third.get("/coding.csv"))))
    killed = next(row for row in rows if row["field"] == "killed")
    assert (killed["value_1"], killed["value_2"], killed["same"], killed["settled"], killed["why"]) == (
        "2",
        "3",
        "no",
        "3",
        "the later report",
    )
    third.post(f"/coding/{one.id}", do="take_back")
    assert coding.item(ledger, one.id).state == "disputed"
    worker("Coder 1").post(f"/coding/{one.id}", **{"do": "settle", "of.killed": "other", "other.killed": "4", "why": "counted anew"})
    assert coding.item(ledger, one.id).state == "half_settled"
    worker("Coder 2").post(f"/coding/{one.id}", do="agree")
    assert coding.item(ledger, one.id).state == "settled"


def test_what_is_not_understood_is_said_beside_what_was_typed(desk: tuple[Ledger, Callable[[str], Worker]]) -> None:
    ledger, worker = desk
    one = drawn(desk)[0]
    page = worker("Coder 1").post(f"/coding/{one.id}", 400, do="code", **{**VALUES, "killed": "many", "place": "Homs"})
    assert "Not understood: Killed, at least" in plain(page) and 'value="many"' in page and 'value="Homs"' in page
    assert coding.item(ledger, one.id).codings == {}


def test_roles_hold(desk: tuple[Ledger, Callable[[str], Worker]]) -> None:
    ledger, worker = desk
    worker("Coder 1").post("/coding", 403, share="10", coder=list(CODERS))
    one = drawn(desk)[0]
    reader = worker("Reader 1")
    reader.post(f"/coding/{one.id}", 403, do="code", **VALUES)
    reader.get("/coding.csv", status=403)
    worker("Editor 1").post(f"/coding/{one.id}", 409, do="code", **VALUES)
    assert worker("").client.get("/coding").headers["location"].startswith("/sign-in")
    assert coding.item(ledger, one.id).codings == {}


@pytest.mark.parametrize("share", ["", "many", "0", "200", "nan"])
def test_a_share_that_is_none_is_refused_in_words(desk: tuple[Ledger, Callable[[str], Worker]], share: str) -> None:
    ledger, worker = desk
    assert 'role="alert"' in worker("Editor 1").post("/coding", 400, share=share, coder=list(CODERS))
    assert coding.plan(ledger) is None


@pytest.mark.parametrize("language", ["en", "ar", "ur", "fa"])
def test_alpha_is_shown_with_its_counts_in_every_language(desk: tuple[Ledger, Callable[[str], Worker]], language: str) -> None:
    _, worker = desk
    for n, one in enumerate(drawn(desk)):
        for name in CODERS:
            worker(name).post(f"/coding/{one.id}", do="code", **{**VALUES, "killed": str(n)})
    page = worker("Coder 1").get("/coding", language)
    assert page.count('class="reliable"') >= 2 and page.count('class="undefined"') >= 2
