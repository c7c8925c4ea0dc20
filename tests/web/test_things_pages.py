"""Pages of what incidents are made of: pairs with their weights, persons, standing numbers; and what an incident's page shows of them."""

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest
from working import Worker, copy, fill, plain

from tahqiq.deciding import standing
from tahqiq.evidence.vault import Vault
from tahqiq.keeping.withholding import withhold
from tahqiq.ledger import Ledger, open_ledger
from tahqiq.model import GradeStep, Told
from tahqiq.pipeline import ingest
from tahqiq.web.pairs import waterfall
from tahqiq.web.wording import load_wording

MORE = (
    ("2024-02-03", "An air strike in Deir ez-Zor killed Ahmad Hasan, 12, residents said on 3 February. About 900 US troops are in Syria."),
    ("2024-02-04", "An air strike in Deir ez-Zor on 3 February killed Ahmed Hassan and two others, the Syrian Observatory said."),
    ("2024-02-05", "The toll of an air strike in Deir ez-Zor on 3 February rose to five killed, a hospital said."),
    ("2024-02-05", "About 900 US troops are in Syria, officials said."),
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("things")
    fill(folder)
    lines = [{"id": f"m{n}", "text": text, "published": day, "url": f"https://m{n}.example/"} for n, (day, text) in enumerate(MORE)]
    files = [folder / f"more{n}.jsonl" for n in range(len(lines))]
    for file, line in zip(files, lines, strict=True):
        file.write_text(json.dumps(line) + "\n", "utf-8")
    ledger = open_ledger(f"sqlite:///{folder / 'ledger.db'}")
    ingest(files, ledger, Vault(folder / "vault"))
    ledger.close()
    return folder


@pytest.fixture
def desk(filled: Path, tmp_path: Path) -> tuple[Ledger, Worker]:
    ledger, app = copy(filled, tmp_path)
    return ledger, Worker(app, ledger, "Coder 1")


def strike(ledger: Ledger) -> str:
    report = next(r for r in ledger.reports() if "rose to five" in r.text)
    return ledger.incidents_of_report(report.id)[0].id


@pytest.mark.parametrize("language", ["en", "ar", "ur", "fa"])
def test_every_new_page_is_there_in_every_language(desk: tuple[Ledger, Worker], language: str) -> None:
    ledger, worker = desk
    a, b = ledger.incident(strike(ledger)).accounts[:2]
    person, series = ledger.things.persons().items[0], ledger.things.series().items[0]
    for path in (f"/pairs?a={a}&b={b}", "/persons", f"/persons/{person.id}", "/figures", f"/figures/{series.id}"):
        worker.get(path, language)
        assert worker.client.get(f"/api/v1/pages{path}").status_code == 200


def test_an_incidents_page_names_its_persons_and_shows_doubtful_pairs_unmerged(desk: tuple[Ledger, Worker]) -> None:
    ledger, worker = desk
    html = worker.get(f"/incidents/{strike(ledger)}")
    told = plain(html)
    assert "Ahmad Hasan" in told and "Ahmed Hassan" in told
    assert "may be the same as" in told
    assert told.count("Same person") == 2 and "12" in told


def test_a_decision_makes_two_records_one_and_is_taken_back(desk: tuple[Ledger, Worker]) -> None:
    ledger, worker = desk
    one, other = (p for p in ledger.things.persons(doubtful=True).items if any("Ah" in n for n in p.names.get("en", ())))
    led = worker.decide("same_person", one=one.id, another=other.id, back=f"/persons/{one.id}")
    assert led.startswith("/persons/")
    joined = ledger.things.persons("Ahmad Hasan").items
    assert len(joined) == 1 and set(joined[0].names["en"]) == {"Ahmad Hasan", "Ahmed Hassan"}
    assert "one person" in plain(worker.get(led.partition("?")[0]))
    decision = standing(ledger.decisions())[-1]
    worker.decide("take_back", decision=decision.id, back=led.partition("?")[0])
    assert {p.id for p in ledger.things.persons("Ahmad Hasan").items} == {one.id, other.id}


def test_what_a_person_is_known_to_be_is_said_on_their_page(desk: tuple[Ledger, Worker]) -> None:
    ledger, worker = desk
    person = next(p for p in ledger.things.persons().items if "Ahmad Hasan" in p.names.get("en", ()))
    worker.decide("person_is", one=person.id, slot="sex", words="male", why="a photo of the burial", back=f"/persons/{person.id}")
    assert ledger.person(person.id).sexes == ("male",)
    page = plain(worker.get(f"/persons/{person.id}"))
    assert "male" in page and "a photo of the burial" in page


def test_a_reader_sees_persons_without_forms(filled: Path, tmp_path: Path) -> None:
    ledger, app = copy(filled, tmp_path)
    html = Worker(app, ledger, "Reader 1").get("/persons")
    assert "Ahmad Hasan" in html and 'value="same_person"' not in html


def test_the_list_of_persons_is_filtered(desk: tuple[Ledger, Worker]) -> None:
    _, worker = desk
    assert "Ahmad Hasan" in worker.get("/persons?name=hasan")
    assert "Ahmad Hasan" not in worker.get("/persons?role=commander")
    assert "in no list" in plain(worker.get("/persons?role=nobody", status=400))


def test_a_pair_that_was_linked_shows_its_weights_to_their_sum(desk: tuple[Ledger, Worker]) -> None:
    ledger, worker = desk
    a, b = ledger.incident(strike(ledger)).accounts[:2]
    told = plain(worker.get(f"/pairs?a={a}&b={b}"))
    assert "They are held to be of one happening" in told and "same day" in told and "One happening from" in told


def test_a_pair_that_was_never_kept_is_compared_when_asked_for(desk: tuple[Ledger, Worker]) -> None:
    ledger, worker = desk
    mine = ledger.incident(strike(ledger)).accounts[0]
    kept = {name for link in ledger.links_of((mine,)) for name in (link.a, link.b)}
    other = next(a.id for a in ledger.accounts() if a.id not in kept and a.id != mine)
    assert "They are held to be of two happenings" in plain(worker.get(f"/pairs?a={mine}&b={other}"))


def test_a_pair_of_one_account_or_of_none_is_unknown(desk: tuple[Ledger, Worker]) -> None:
    ledger, worker = desk
    mine = ledger.incident(strike(ledger)).accounts[0]
    for path in (f"/pairs?a={mine}&b={mine}", "/pairs", f"/pairs?a={mine}&b=none"):
        worker.get(path, status=404)


def test_the_falls_of_a_waterfall_meet_and_end_at_its_sum(desk: tuple[Ledger, Worker]) -> None:
    ledger, _ = desk
    for link in ledger.links():
        fall = waterfall(link, load_wording("en"), 13.0)
        assert all(0 <= one.start <= 100 and one.start + one.width <= 101 for one in fall.falls)
        assert fall.is_linked == (fall.score.strip("\u2066\u2069") >= "+" and link.score >= 13.0)
        told = sum(float(one.weight.strip("\u2066\u2069").replace("−", "-")) for one in fall.falls)
        assert told == pytest.approx(link.score, abs=0.06 * (len(fall.falls) + 1))


def test_a_withheld_text_tells_nothing_on_these_pages(filled: Path, tmp_path: Path) -> None:
    ledger, app = copy(filled, tmp_path)
    report = next(r for r in ledger.reports() if "Ahmad Hasan" in r.text)
    withhold(ledger, Vault(tmp_path / "vault"), str(report.document), reason="by order", who="Admin 1", at="2026-01-01T00:00:00Z")
    worker = Worker(app, ledger, "Coder 1")
    incident = ledger.incidents_of_report(report.id)[0]
    mine = next(a for a in incident.accounts if ledger.account(a).report == report.id)
    other = next(a for a in incident.accounts if a != mine)
    person = next(p for p in ledger.things.persons().items if "Ahmad Hasan" in p.names.get("en", ()))
    series = ledger.things.series_of([report.id])[0]
    paths = (f"/pairs?a={mine}&b={other}", "/persons", f"/persons/{person.id}", f"/figures/{series.id}", f"/incidents/{incident.id}")
    pages = [worker.get(path) for path in paths]
    for html in pages:
        assert "Ahmad Hasan" not in html
    assert "residents said" not in plain(pages[0]) and "900" in plain(pages[3])
    assert worker.get("/persons?name=Ahmad").count("/persons/" + person.id) == 0


def test_a_figure_is_told_by_whom_and_when(desk: tuple[Ledger, Worker]) -> None:
    ledger, worker = desk
    for series in ledger.things.series().items:
        told = plain(worker.get(f"/figures/{series.id}"))
        outlets = {(r.url or "").split("/")[2] for n in series.told for r in ledger.reports_of(n.reports)}
        assert outlets and all(outlet in told for outlet in outlets) and "900" in told
    worker.get("/figures/nothing", status=404)
    assert "figures" in plain(worker.get(f"/incidents/{strike(ledger)}")).lower()


def test_a_grade_that_evidence_changed_is_told_with_its_reports(desk: tuple[Ledger, Worker]) -> None:
    ledger, worker = desk
    found = ledger.incident(strike(ledger))
    steps = (GradeStep(dt.date(2024, 2, 3), "weak"), GradeStep(dt.date(2024, 2, 4), "fair", reports=found.reports[:1]))
    ledger.put_incidents([replace(found, grade="fair", grade_steps=steps)], stamp=ledger.incidents_stamp())
    told = plain(worker.get(f"/incidents/{found.id}"))
    assert "Grade changed on 4 February 2024: from weak to fair because of:" in told
    assert "weak → fair" in plain(worker.get("/today"))


@pytest.mark.parametrize("language", ["en", "ar", "ur", "fa"])
def test_actors_places_and_sources_have_a_page_each_in_every_language(desk: tuple[Ledger, Worker], language: str) -> None:
    ledger, worker = desk
    things = ledger.things
    paths = ["/actors", "/places", "/actors?role=did&order=last"]
    for kind, field in (("actor", "part"), ("place", "place"), ("source", "source")):
        paths.append(f"/{kind}s/{things.tallies(field).items[0].value}")
    for path in (*paths, "/incidents", f"/incidents/{strike(ledger)}", "/sources"):
        worker.get(path, language)
        assert worker.client.get(f"/api/v1/pages{path}").status_code == 200


def test_an_actors_page_tells_apart_what_it_did_suffered_and_said(desk: tuple[Ledger, Worker]) -> None:
    ledger, worker = desk
    one = ledger.things.tallies("said").items[0]
    told = plain(worker.get(f"/actors/{one.value}?role=said"))
    assert "told to have done it" in told and "was struck" in told and "spoke of it" in told
    html = worker.get(f"/actors/{one.value}?role=said")
    assert html.count('href="/incidents/') >= one.incidents


def test_a_place_is_told_by_side_with_a_table_under_each_chart(desk: tuple[Ledger, Worker]) -> None:
    ledger, worker = desk
    place = next(t for t in ledger.things.tallies("place").items if t.killed and t.first)
    html = worker.get(f"/places/{place.value}")
    assert "data-chart" in html and "The same as a table" in html
    assert f"{place.incidents} incident" in plain(html)


def test_what_no_incident_tells_of_has_no_page(desk: tuple[Ledger, Worker]) -> None:
    _, worker = desk
    for path in ("/actors/nobody-at-all", "/places/nowhere-at-all", "/sources/none.example", "/api/v1/pages/cats/x"):
        worker.get(path, status=404)
    worker.get("/actors?order=name", status=400)
    worker.get("/actors?role=cat", status=400)


def test_names_in_the_lists_are_shown_as_text(desk: tuple[Ledger, Worker]) -> None:
    ledger, worker = desk
    hostile = '<img src=x onerror=alert(1)>"'
    found = ledger.incident(strike(ledger))
    told = (Told(hostile, hostile, found.accounts[:1]),)
    ledger.put_incidents([replace(found, values={**found.values, "perpetrators": told, "place": told})], stamp=ledger.incidents_stamp())
    for path in ("/actors", "/places"):
        html = worker.get(path)
        assert "<img src=x" not in html and "&lt;img" in html
        address = html.partition(f'href="{path}/%3C')[2].partition('"')[0]
        assert "<img src=x" not in worker.get(f"{path}/%3C{address}")


@pytest.mark.parametrize(
    ("language", "words"),
    [("ar", "لا تُدمج حادثة واحدة وحدها"), ("ur", "اکیلا ایک واقعہ ضم نہیں ہو سکتا"), ("fa", "یک رویداد به‌تنهایی ادغام نمی‌شود")],
)
def test_what_is_refused_is_said_in_the_readers_language(desk: tuple[Ledger, Worker], language: str, words: str) -> None:
    ledger, worker = desk
    worker.get(f"/incidents?lang={language}", language)
    told = worker.decide("merge", status=409, incident=strike(ledger), back="/inbox")
    assert words in plain(told) and "cannot be merged" not in told


def test_a_pair_that_a_person_parted_says_who_did(desk: tuple[Ledger, Worker]) -> None:
    ledger, worker = desk
    incident = strike(ledger)
    a, b = ledger.incident(incident).accounts[:2]
    worker.decide("split", incident=incident, account=a, back=f"/incidents/{incident}")
    assert "Coder 1 decided that they are of two happenings." in plain(worker.get(f"/pairs?a={a}&b={b}"))
