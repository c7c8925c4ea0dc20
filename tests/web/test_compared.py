"""The pages of comparisons: a file is sent, what was found is kept and shown, the file is not; nobody sends one who may not."""

import csv
import io
from pathlib import Path

import pytest
from working import HOSTILE, Worker, copy, fill, plain

from tahqiq.comparing.kept import comparisons
from tahqiq.export import write
from tahqiq.ledger import Ledger
from tahqiq.pipeline import as_shown
from tahqiq.review import people

LANGUAGES = ("en", "ar", "ur", "fa")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("compared")
    fill(folder)
    return folder


@pytest.fixture
def desk(filled: Path, tmp_path: Path) -> tuple[Ledger, Worker]:
    ledger, app = copy(filled, tmp_path / "desk")
    return ledger, Worker(app, ledger, "Coder 1")


def acled(ledger: Ledger) -> bytes:
    """Our own incidents as another dataset has them: one more dead in each, one of them told elsewhere, one row of its own."""
    out = io.BytesIO()
    write("acled", *as_shown(ledger, ledger.incidents().items), out, "internal")
    rows = list(csv.DictReader(io.StringIO(out.getvalue().decode())))
    for row in rows:
        row["fatalities"] = str(int(row["fatalities"]) + 2)
    rows.append(rows[0] | {"event_id_cnty": HOSTILE, "event_date": "2023-07-01", "location": HOSTILE, "latitude": "36.9"})
    told = io.StringIO()
    table = csv.DictWriter(told, list(rows[0]))
    table.writeheader()
    table.writerows([rows[0], *rows[2:]])
    return told.getvalue().encode()


def send(worker: Worker, name: str, data: bytes, status: int = 303, csrf: str | None = None, **fields: str) -> str:
    word = people.csrf(worker.token) if csrf is None else csrf
    answer = worker.client.post("/comparisons", data={"csrf": word, **fields}, files={"table": (name, data, "text/csv")})
    assert answer.status_code == status, plain(answer.text)[:400]
    return answer.headers.get("location", "") or answer.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_that_is_sent_is_compared_and_its_page_tells_what_was_found(desk: tuple[Ledger, Worker], language: str) -> None:
    ledger, worker = desk
    address = send(worker, "acled.csv", acled(ledger))
    (kept,) = comparisons(ledger)
    page = worker.get(address, language)

    assert kept.counts["both"] == len(ledger.incidents().items) - 1
    assert (kept.counts["ours"], kept.counts["theirs"], kept.who) == (1, 1, "Coder 1")
    assert kept.conflicts["killed"] == kept.counts["both"]
    assert all(line.reasons for line in kept.lines if line.found == "both")
    assert "<rect" in page and address.rpartition("/")[2] in worker.get("/comparisons", language)
    assert "{" not in plain(page)


def test_no_word_of_a_file_is_run_and_nothing_else_of_it_is_kept(desk: tuple[Ledger, Worker], tmp_path: Path) -> None:
    ledger, worker = desk
    address = send(worker, HOSTILE, acled(ledger))

    assert "<script>document" not in worker.get(f"{address}?found=theirs") + worker.get("/comparisons")
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and b"civilian_targeting" in path.read_bytes()]


def test_a_file_of_no_known_columns_is_refused_with_its_columns_and_compared_with_a_map(desk: tuple[Ledger, Worker]) -> None:
    ledger, worker = desk
    data = b"code,when,town,land,dead\nk1,2023-09-02,Azaz,Syria,7\n"
    said = send(worker, "list.csv", data, 400)

    assert "code, when, town, land, dead" in plain(said)
    assert comparisons(ledger) == ()
    send(worker, "list.csv", data, map="columns: {id: code, start: when, place: town, country: land, best: dead}")
    assert comparisons(ledger)[0].counts["both"] == 1


def test_whoever_may_not_compare_sends_no_file(desk: tuple[Ledger, Worker]) -> None:
    ledger, worker = desk
    reader, nobody = Worker(worker.client.app, ledger, "Reader 1"), Worker(worker.client.app, ledger)  # type: ignore[arg-type]

    send(reader, "a.csv", acled(ledger), 403)
    assert 'type="file"' not in reader.get("/comparisons")
    send(nobody, "a.csv", acled(ledger), 303)
    send(worker, "a.csv", acled(ledger), 403, csrf="another")
    worker.client.headers["sec-fetch-site"] = "cross-site"
    send(worker, "a.csv", acled(ledger), 403)
    assert comparisons(ledger) == ()


def test_a_comparison_that_there_is_not_is_said_so(desk: tuple[Ledger, Worker]) -> None:
    desk[1].get("/comparisons/none", status=404)


def test_lines_come_a_page_at_a_time_by_what_was_found(desk: tuple[Ledger, Worker], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tahqiq.web.compared.PAGE", 1)
    ledger, worker = desk
    address = send(worker, "acled.csv", acled(ledger))
    first = worker.client.get(f"/api/v1/pages{address}?found=both").json()
    second = worker.client.get(f"/api/v1/pages{first['next']}").json()

    assert first["lines"] != second["lines"]
    assert [len(page["lines"]) for page in (first, second)] == [1, 1]
    assert second["first"] and {tab[0] for tab in first["tabs"]} == {"conflicts", "both", "ours", "theirs"}
