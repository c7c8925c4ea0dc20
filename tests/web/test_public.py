"""The public site: what is published and nothing else, frozen, with its history; feeds, files and the form for errors."""

import json
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
import working
from every_route import routes_of
from fastapi import FastAPI
from fastapi.testclient import TestClient
from lxml import etree

from tahqiq import review
from tahqiq.errors import LedgerConflict
from tahqiq.ledger import Ledger, open_ledger, read_ledger
from tahqiq.publishing import record_in
from tahqiq.review import items, reported
from tahqiq.review.protecting import protect_name
from tahqiq.settings import Settings
from tahqiq.web.public import create_public_app

WHO = {"who": "Editor 1", "why": "checked by two"}
LANGUAGES = ("en", "ar", "ur", "fa")


def home(ledger: Ledger, report: str) -> str:
    """The id of the incident that a report of `working` tells of."""
    url = f"https://{report}.example/1"
    name = next(r.id for r in ledger.reports() if r.url == url)
    return next(i.id for i in ledger.incidents().items if name in i.reports)


@pytest.fixture
def desk(whole: Path, tmp_path: Path) -> Iterator[tuple[Ledger, FastAPI]]:
    ledger, app = working.copy(whole, tmp_path / "desk")
    yield ledger, app
    ledger.close()


def published(ledger: Ledger, report: str = "strike") -> str:
    """The public id under which the incident of a report is published now."""
    return str(review.publish(ledger, home(ledger, report), **WHO).value["public_id"])


def reader(app: FastAPI) -> TestClient:
    return TestClient(app, base_url=working.ADDRESS, follow_redirects=False, raise_server_exceptions=False)


def text(answer: object) -> str:
    return working.plain(answer.text)  # type: ignore[attr-defined]


# -- what is public, and what is not ----------------------------------------------------------------------------------


def test_nothing_is_public_until_it_is_published(desk: tuple[Ledger, FastAPI]) -> None:
    ledger, app = desk
    client = reader(app)
    assert "Nothing is published yet" in text(client.get("/public"))
    name = published(ledger)
    assert name in text(client.get("/public"))
    told = text(client.get(f"/public/incidents/{name}"))
    for words in ("Air strike", "Idlib", "9 August 2023", "three civilians", "edition 1", name, "checked by two"):
        assert words in told, words


def test_what_is_not_published_is_answered_as_what_is_not_there(desk: tuple[Ledger, FastAPI]) -> None:
    ledger, app = desk
    published(ledger)
    client = reader(app)
    nothing = client.get("/public/incidents/TQ-2222-2222")
    for incident in ledger.incidents().items:
        for name in (incident.id, *incident.accounts, *incident.reports):
            answer = client.get(f"/public/incidents/{name}")
            assert (answer.status_code, answer.text.replace(name, "")) == (404, nothing.text.replace("TQ-2222-2222", ""))


def test_no_id_of_the_desk_and_no_text_of_a_report_is_in_anything_public(desk: tuple[Ledger, FastAPI]) -> None:
    ledger, app = desk
    names = [published(ledger, report) for report in ("strike", "car", "hostile")]
    client = reader(app)
    inside = {i.id for i in ledger.incidents().items} | {r.id for r in ledger.reports()} | {a.id for a in ledger.accounts()}
    inside |= {d.id for d in ledger.decisions()} | {d.id for d in ledger.documents()} | set(working.USERS)
    pages = ["/public", "/public/changes", "/public/feed.atom", "/public/feed.json", "/public/sitemap.xml"]
    pages += [f"/public/data/{file}" for file in ("incidents.csv", "incidents.geojson", "incidents.jsonl")]
    pages += [f"/public/incidents/{name}{more}" for name in names for more in ("", "/data/incidents.jsonl", "/data/incidents.csv")]
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200, page
        found = [name for name in inside if name in answer.text]
        assert not found, f"{page} tells {found}"
        assert not any(sentence in answer.text for _, _, sentence in working.REPORTS), page


def test_a_protected_name_leaves_what_is_public_at_once_and_former_editions_are_closed(desk: tuple[Ledger, FastAPI]) -> None:
    ledger, app = desk
    name, client = published(ledger, "strike"), reader(app)
    assert "Syrian Civil Defence" in text(client.get(f"/public/incidents/{name}"))
    protect_name(ledger, "Syrian Civil Defence", who="Admin 1", why="staff were threatened")
    for page in (f"/public/incidents/{name}", "/public", "/public/changes", "/public/data/incidents.jsonl", "/public/feed.json"):
        assert "Syrian Civil Defence" not in client.get(page).text, page
    assert client.get(f"/public/incidents/{name}?edition=1").status_code == 404
    assert "a name that is protected" in text(client.get(f"/public/incidents/{name}"))


def test_coordinates_are_no_finer_than_the_policy_lets_them_be(desk: tuple[Ledger, FastAPI]) -> None:
    ledger, _ = desk
    name = published(ledger)
    place = record_in(ledger.publications.head(name)).incident.place
    assert place is not None and place.lat is not None and place.lat == round(place.lat, 2)


# -- what publishing freezes ------------------------------------------------------------------------------------------


def test_what_is_public_stays_as_it_was_until_an_editor_publishes_the_changes(desk: tuple[Ledger, FastAPI]) -> None:
    ledger, app = desk
    name, client = published(ledger, "car"), reader(app)
    before = client.get(f"/public/incidents/{name}").text
    account = ledger.incident(name).accounts[0]
    review.correct(ledger, account, "killed", "9", who="Editor 1", why="the ministry corrected it", standing_on="seven people")
    assert client.get(f"/public/incidents/{name}").text == before
    review.republish(ledger, name, who="Editor 1", why="the ministry's correction")
    after = text(client.get(f"/public/incidents/{name}"))
    for words in ("edition 2", "killed: 7, now 9", "the ministry"):
        assert words in after, words
    old = text(client.get(f"/public/incidents/{name}?edition=1"))
    assert "This is a former edition. Edition 2" in old and "killed 7" in old


def test_nothing_is_published_anew_that_would_change_nothing(desk: tuple[Ledger, FastAPI]) -> None:
    name = published(desk[0])
    with pytest.raises(LedgerConflict, match="there is nothing to change"):
        review.republish(desk[0], name, **WHO)


def test_what_is_withdrawn_says_since_when_and_why_and_shows_nothing(desk: tuple[Ledger, FastAPI]) -> None:
    ledger, app = desk
    decision = review.publish(ledger, home(ledger, "car"), **WHO)
    name, client = str(decision.value["public_id"]), reader(app)
    back = review.take_back(ledger, decision.id, who="Editor 1", why="told of another year")
    gone = client.get(f"/public/incidents/{name}")
    assert gone.status_code == 410 and "told of another year" in text(gone) and "Azaz" not in gone.text
    assert name not in text(client.get("/public"))
    assert client.get(f"/public/incidents/{name}/data/incidents.csv").status_code == 404
    for page in ("/public/feed.atom", "/public/feed.json", "/public/changes"):
        told = client.get(page).text
        assert "told of another year" in told and "Azaz" not in told, page
    review.take_back(ledger, back.id, who="Editor 1", why="it was right after all")
    assert client.get(f"/public/incidents/{name}").status_code == 200
    assert [e.kind for e in ledger.publications.editions(name)] == ["published", "withdrawn", "restored"]


def test_of_merged_incidents_the_older_id_stays_and_the_other_leads_to_it_with_a_sentence(desk: tuple[Ledger, FastAPI]) -> None:
    ledger, app = desk
    older, other, client = published(ledger, "car"), published(ledger, "hostile"), reader(app)
    merged = review.merge(ledger, (older, other), who="Editor 1", why="one explosion")
    answer = client.get(f"/public/incidents/{other}")
    assert answer.status_code == 302 and answer.headers["location"] == f"/public/incidents/{older}?from={other}"
    assert f"{other} is part of {older}" in text(client.get(answer.headers["location"]))
    review.take_back(ledger, merged.id, who="Editor 1", why="two after all")
    assert client.get(f"/public/incidents/{other}").status_code == 200


def test_a_public_id_is_never_given_to_another(desk: tuple[Ledger, FastAPI]) -> None:
    ledger, _ = desk
    decision = review.publish(ledger, home(ledger, "car"), **WHO)
    review.take_back(ledger, decision.id, who="Editor 1", why="wrong")
    again = review.publish(ledger, home(ledger, "car"), **WHO)
    assert again.value["public_id"] == decision.value["public_id"]
    assert published(ledger, "shells") != decision.value["public_id"]


def test_an_edition_keeps_the_versions_of_what_made_it(desk: tuple[Ledger, FastAPI]) -> None:
    ledger, app = desk
    name = published(ledger, "strike-ar")
    made = record_in(ledger.publications.head(name)).versions
    assert {"software", "codebook", "rules", "grades", "weights", "protection", "readers", "pack ar"} <= made.keys()
    told = text(reader(app).get(f"/public/incidents/{name}"))
    assert all(version in told for version in made.values())


# -- how it is served -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_there_in_every_language_without_a_cookie(desk: tuple[Ledger, FastAPI], language: str) -> None:
    ledger, app = desk
    name, client = published(ledger), reader(app)
    for page in ("/public", f"/public/incidents/{name}", "/public/changes", "/public/methodology", "/public/nothing"):
        answer = client.get(f"{page}?lang={language}")
        assert f'<html lang="{language}"' in answer.text, page
        assert "set-cookie" not in answer.headers and "sign-in" not in answer.text, page


def test_every_number_leads_to_its_rule(desk: tuple[Ledger, FastAPI]) -> None:
    ledger, app = desk
    name, client = published(ledger), reader(app)
    rules = set(re.findall(r"/public/methodology#([a-z_-]+)", client.get(f"/public/incidents/{name}").text))
    method = client.get("/public/methodology").text
    assert any(rule.startswith("rule-") for rule in rules)
    assert all(f'id="{rule}"' in method for rule in rules)


def test_a_browser_that_has_the_page_gets_nothing_again(desk: tuple[Ledger, FastAPI]) -> None:
    ledger, app = desk
    name, client = published(ledger), reader(app)
    for page in ("/public", f"/public/incidents/{name}", "/public/feed.atom", "/public/data/incidents.csv", "/public/sitemap.xml"):
        mark = client.get(page).headers["etag"]
        again = client.get(page, headers={"if-none-match": mark})
        assert (again.status_code, again.content) == (304, b""), page
    mark = client.get("/public").headers["etag"]
    published(ledger, "car")
    assert client.get("/public", headers={"if-none-match": mark}).status_code == 200


def test_the_list_is_searched_in_any_spelling_and_filtered(desk: tuple[Ledger, FastAPI]) -> None:
    ledger, app = desk
    strike, car, client = published(ledger), published(ledger, "car"), reader(app)
    for asked, found in [
        ({"text": "idlib"}, {strike}),
        ({"text": "ادلب"}, {strike}),
        ({"text": "أعزاز"}, {car}),
        ({"event_type": "airstrike"}, {strike}),
        ({"since": "2023-09-01"}, {car}),
        ({"until": "2023-08-30"}, {strike}),
        ({"country": "SY"}, {strike, car}),
        ({"text": "100%"}, set()),
    ]:
        answer = client.get("/public", params=asked)
        assert {name for name in (strike, car) if name in answer.text} == found, asked
    assert client.get("/public", params={"since": "yesterday"}).status_code == 400


def test_feeds_and_maps_of_the_site_are_well_formed(desk: tuple[Ledger, FastAPI]) -> None:
    ledger, app = desk
    name, client = published(ledger), reader(app)
    feed = etree.fromstring(client.get("/public/feed.atom").content)
    (entry,) = feed.findall("{http://www.w3.org/2005/Atom}entry")
    assert entry.findtext("{http://www.w3.org/2005/Atom}id") == f"{working.ADDRESS}/public/incidents/{name}#1"
    (item,) = client.get("/public/feed.json").json()["items"]
    assert item["_tahqiq"] == {"public_id": name, "edition": 1, "kind": "published", "leads_to": ""}
    assert name in client.get("/public/sitemap.xml").text
    robots = client.get("/robots.txt").text
    assert "Disallow: /\n" in robots and "Sitemap: " in robots


def test_files_hold_what_is_published_as_it_was_published(desk: tuple[Ledger, FastAPI]) -> None:
    ledger, app = desk
    name, client = published(ledger), reader(app)
    assert name in client.get("/public/data/incidents.csv").text
    (feature,) = client.get("/public/data/incidents.geojson").json()["features"]
    assert name in json.dumps(feature)
    with zipfile.ZipFile(BytesIO(client.get("/public/data/incidents.zip").content)) as package:
        assert {"incidents.csv", "datapackage.json", "numbers.jsonl", "loss.txt"} == set(package.namelist())
    assert client.get("/public/data/incidents.exe").status_code == 404


# -- the site alone ---------------------------------------------------------------------------------------------------


@pytest.fixture
def alone(desk: tuple[Ledger, FastAPI], tmp_path: Path) -> tuple[Ledger, TestClient, Path]:
    """The public site alone over what the desk published, with a file for what readers say."""
    file = tmp_path / "errors.jsonl"
    opened = read_ledger(f"sqlite:///{tmp_path / 'desk' / 'ledger.db'}")
    return desk[0], reader(create_public_app(opened, Settings(public_name="Monitor 1", public_errors=str(file)))), file


def test_the_site_alone_answers_what_is_public_and_nothing_of_the_desk(
    alone: tuple[Ledger, TestClient, Path], desk: tuple[Ledger, FastAPI]
) -> None:
    ledger, client, _ = alone
    name = published(ledger)
    assert "Monitor 1" in client.get("/public").text and client.get(f"/public/incidents/{name}").status_code == 200
    paths = {route.path for route in routes_of(desk[1]) if route.method == "GET"}
    assert {"/incidents", "/sign-in", "/inbox", "/users"} <= paths
    for path in paths:
        if not path.startswith(("/public", "/static", "/health", "/robots.txt")) and path not in ("", "/"):
            assert client.get(path.replace("{incident}", home(ledger, "car"))).status_code == 404, path


def test_the_site_alone_cannot_change_the_ledger(alone: tuple[Ledger, TestClient, Path], tmp_path: Path) -> None:
    ledger = read_ledger(f"sqlite:///{tmp_path / 'desk' / 'ledger.db'}")
    with pytest.raises(Exception, match="readonly"):
        review.publish(ledger, home(ledger, "car"), **WHO)


def test_a_ledger_that_is_not_there_is_not_made_by_the_site_alone(tmp_path: Path) -> None:
    with pytest.raises(LedgerConflict, match="no ledger of this version"):
        read_ledger(f"sqlite:///{tmp_path / 'none.db'}")


def test_what_readers_say_to_the_site_alone_is_taken_in_by_the_desk(alone: tuple[Ledger, TestClient, Path]) -> None:
    ledger, client, file = alone
    name = published(ledger)
    answer = client.post(f"/public/incidents/{name}/errors", data={"about": "number", "text": "It was four."})
    assert answer.status_code == 303 and "Thank you" in client.get(answer.headers["location"]).text
    assert ledger.publications.errors() == ()
    assert reported.take_errors(ledger, file) == 1 and reported.take_errors(ledger, file) == 0
    (one,) = ledger.publications.errors()
    assert (one.public_id, one.text) == (name, "It was four.")


# -- errors that readers report ---------------------------------------------------------------------------------------


def tell(client: TestClient, name: str, **fields: str) -> object:
    return client.post(f"/public/incidents/{name}/errors", data={"about": "where", "text": "It was in Ariha.", **fields})


def test_what_a_reader_says_waits_in_the_inbox_and_is_answered_and_taken_back(desk: tuple[Ledger, FastAPI]) -> None:
    ledger, app = desk
    name, client = published(ledger), reader(app)
    answer = tell(client, name, source="https://news.example/2")
    page = str(answer.headers["location"])  # type: ignore[attr-defined]
    assert "It waits for an editor." in text(client.get(page))
    (item,) = items.waiting(ledger, items.ERROR_REPORT)
    assert item.incident == name and "It was in Ariha." in item.sentence
    (one,) = ledger.publications.errors()
    editor = working.Worker(app, ledger, "Editor 1")
    assert "It was in Ariha." in editor.get("/errors")
    editor.post("/errors", error=one.id, do="answer", verdict="accepted", note="Ariha it was; the next edition says so.")
    assert not items.waiting(ledger, items.ERROR_REPORT)
    assert "Ariha it was" in text(client.get(page))
    editor.post("/errors", error=one.id, do="take_back")
    assert len(items.waiting(ledger, items.ERROR_REPORT)) == 1
    assert "It waits for an editor." in text(client.get(page))


def test_only_editors_answer(desk: tuple[Ledger, FastAPI]) -> None:
    ledger, app = desk
    tell(reader(app), published(ledger))
    (one,) = ledger.publications.errors()
    coder = working.Worker(app, ledger, "Coder 1")
    coder.get("/errors", status=403)
    coder.post("/errors", 403, error=one.id, do="answer", verdict="accepted", note="yes")
    assert reported.answers(ledger.decisions()) == {}


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"text": ""}, 400),
        ({"text": "x" * 3001}, 400),
        ({"about": "weather"}, 400),
        ({"contact": "x" * 201}, 400),
        ({"text": "x" * 200_000}, 413),
    ],
    ids=["empty", "long", "about", "contact", "larger than a form"],
)
def test_a_form_that_says_nothing_or_too_much_is_given_back(desk: tuple[Ledger, FastAPI], fields: dict[str, str], status: int) -> None:
    ledger, app = desk
    answer = tell(reader(app), published(ledger), **fields)
    assert answer.status_code == status and ledger.publications.errors() == ()  # type: ignore[attr-defined]


def test_what_fills_the_field_that_nobody_sees_is_not_kept_and_is_not_told(desk: tuple[Ledger, FastAPI]) -> None:
    ledger, app = desk
    answer = tell(reader(app), published(ledger), website="https://spam.example")
    assert answer.status_code == 303 and ledger.publications.errors() == ()  # type: ignore[attr-defined]


def test_who_sends_too_much_waits_and_keeps_the_words(desk: tuple[Ledger, FastAPI]) -> None:
    ledger, app = desk
    name, client = published(ledger), reader(app)
    answers = [tell(client, name, text=f"Error {n}") for n in range(7)]
    assert [a.status_code for a in answers] == [303] * 5 + [429] * 2  # type: ignore[attr-defined]
    assert "Error 6" in answers[-1].text and len(ledger.publications.errors()) == 5  # type: ignore[attr-defined]


def test_a_form_from_another_site_is_refused(desk: tuple[Ledger, FastAPI]) -> None:
    ledger, app = desk
    name = published(ledger)
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}):
        answer = reader(app).post(f"/public/incidents/{name}/errors", data={"about": "where", "text": "x"}, headers=headers)
        assert answer.status_code == 403
    assert ledger.publications.errors() == ()


def test_a_copy_of_the_ledger_has_what_is_public(desk: tuple[Ledger, FastAPI], tmp_path: Path) -> None:
    ledger, _ = desk
    name = published(ledger)
    other = open_ledger(f"sqlite:///{tmp_path / 'other.db'}")
    other.copy_in(ledger.copy_out())
    assert other.publications.head(name).json == ledger.publications.head(name).json
    other.close()
