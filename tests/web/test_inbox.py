"""The inbox beside what incidents need: other things that wait, the incident that is open, who has what, and what is hidden from whom."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import working
from test_working import home
from working import Worker, plain

from tahqiq.ledger import Failure, Ledger
from tahqiq.model import Document
from tahqiq.review import coding, items


@pytest.fixture
def desk(whole: Path, tmp_path: Path) -> Iterator[tuple[Ledger, Callable[[str], Worker]]]:
    ledger, app = working.copy(whole, tmp_path / "desk")
    yield ledger, lambda name: Worker(app, ledger, name)
    ledger.close()


def test_a_reported_error_waits_until_it_is_closed_and_comes_back_when_that_is_undone(
    desk: tuple[Ledger, Callable[[str], Worker]],
) -> None:
    ledger, worker = desk
    name = items.put(ledger, items.ERROR_REPORT, "It was <b>not</b> in Azaz", incident=home(ledger, "car"))
    coder = worker("Coder 1")
    page = coder.get("/inbox?kind=error_report")
    assert "It was &lt;b&gt;not&lt;/b&gt; in Azaz" in page
    where = coder.post("/items", do="close", item=name, back="/inbox?kind=error_report")
    assert where == f"/inbox?kind=error_report&closed={name}"
    page = coder.get(where)
    assert "Nothing waits." in plain(page) and "No longer waiting: 1" in plain(page)
    coder.post("/items", 409, do="close", item=name, back="/inbox")
    coder.post("/items", do="reopen", item=name, back="/inbox")
    assert [one.id for one in items.waiting(ledger)] == [name]
    worker("Reader 1").post("/items", 403, do="close", item=name)


def test_what_could_not_be_read_waits(desk: tuple[Ledger, Callable[[str], Worker]]) -> None:
    ledger, worker = desk
    ledger.append_document(Document("d" * 64, 3, "text/plain", "file", "read", "2023-01-01T00:00:00Z"))
    ledger.append_failure(Failure("d" * 64, "no language that is read", line=3))
    assert "line 3: no language that is read" in plain(worker("Coder 1").get("/inbox?kind=unread"))


def test_an_incident_opens_beside_the_list_with_its_words(desk: tuple[Ledger, Callable[[str], Worker]]) -> None:
    ledger, worker = desk
    page = worker("Coder 1").get(f"/inbox?open={home(ledger, 'strike')}")
    beside = page[page.index('id="beside"') :]
    assert "An air strike killed three civilians" in beside
    assert 'id="beside"' not in worker("Coder 1").get("/inbox?open=nothing")


def test_an_editor_gives_work_to_somebody_and_sees_whose_it_is(desk: tuple[Ledger, Callable[[str], Worker]]) -> None:
    ledger, worker = desk
    editor = worker("Editor 1")
    editor.post("/held", do="hold", whom="Coder 2", incident=[home(ledger, "car"), home(ledger, "shells")], back="/inbox")
    assert {one.who for one in ledger.people.holding()} == {"Coder 2"}
    assert "waiting: 2" in plain(editor.get("/inbox?whose=by:Coder 2"))
    assert "waiting: 2" in plain(worker("Coder 2").get("/inbox?whose=mine"))
    assert "Nothing waits." in plain(editor.get("/inbox?whose=by:Nobody"))


def test_who_codes_an_incident_blind_does_not_see_it_in_the_inbox(desk: tuple[Ledger, Callable[[str], Worker]]) -> None:
    ledger, worker = desk
    total = len(ledger.incidents().items)
    coding.make_plan(ledger, coding.Plan(1.0, coders=("Coder 1", "Coder 2")), who="Editor 1")
    coding.draw(ledger, who="Editor 1")
    assert "Nothing waits." in plain(worker("Coder 1").get("/inbox"))
    assert 'id="beside"' not in worker("Coder 1").get(f"/inbox?open={home(ledger, 'car')}")
    assert f"waiting: {total}" in plain(worker("Editor 1").get("/inbox"))


@pytest.mark.parametrize("order", ["need", "killed", "waiting", "newest", "oldest"])
def test_every_order_says_in_words_what_it_is(desk: tuple[Ledger, Callable[[str], Worker]], order: str) -> None:
    assert "sorted by" in plain(desk[1]("Coder 1").get(f"/inbox?order={order}"))
