"""Hostile input and hostile visitors: thirty strings in every field seen on every page; each route asked by who may not."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import nasty
import pytest
import working
from every_route import CHANGING, Route, routes_of
from fastapi import FastAPI
from fastapi.testclient import TestClient
from playwright.sync_api import Browser

from bounds import WHOLE
from tahqiq.evidence.vault import Vault
from tahqiq.ledger import Ledger, open_ledger
from tahqiq.pipeline import export
from tahqiq.review import people
from tahqiq.settings import Settings
from tahqiq.web import create_app
from tahqiq.web.visible import visible

UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2028\u2029\U000e0000-\U000e007f]")
FORM = {"content-type": "application/x-www-form-urlencoded"}
INTAKE = "/api/v1/documents"  # for programs of this machine: no page of another site may, and it changes nothing that was decided
# Asked by nobody in particular: what is public, the door, and what holds nothing of the desk.
OPEN = ("/public", "/robots.txt", "/health", "/ready", "/sign-in", "/static", "/metrics", "/map/names", "/api/v1/problems")
# The least role that a page asks for; whoever adds one that asks for more than reading adds it here.
LEAST = {"/users": "admin", "/looks": "admin", "/errors": "editor", "/admin": "editor"}


# Every string stands in the lists; of the pages of one report or incident each fifth is asked, all of them with LONG=1.
SOME = range(0, len(nasty.STRINGS), 1 if WHOLE else 5)


class Markup(HTMLParser):
    """The tags of a page with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def faults(html: str) -> list[str]:
    """What could run, load, lead or send elsewhere, or cannot be seen."""
    found = [f"unseen letter {found[0]!r}" for found in UNSEEN.finditer(html)]
    for tag, told in Markup(html).tags:
        found += [f"<{tag} {name}>" for name in told if name.startswith("on") or name in ("style", "srcdoc")]
        if tag in ("iframe", "object", "embed", "base", "style", "img", "video", "audio", "applet") and not (
            told.get("src") or ""
        ).startswith("/media/"):
            found.append(f"<{tag}>")
        if tag == "meta" and "http-equiv" in told:
            found.append("<meta http-equiv>")
        if tag == "script" and told.get("type") != "application/json" and not (told.get("src") or "").startswith("/static/"):
            found.append("<script>")
        for name in ("href", "src", "action", "formaction", "poster", "data", "xlink:href"):
            if (value := told.get(name)) and not _is_harmless(value, told):
                found.append(f"<{tag} {name}={value[:60]!r}>")
        if told.get("dir") not in (None, "ltr", "rtl", "auto"):
            found.append(f"<{tag} dir={told['dir']!r}>")
    return found


def _is_harmless(value: str, told: dict[str, str | None]) -> bool:
    if value.startswith(("/", "#", "?")):
        return value[:2] not in ("//", "/\\")
    if "external" in (told.get("rel") or "") or told.get("rel") == "canonical":
        return urlsplit(value).scheme in ("http", "https")
    return value == "data:," or value.startswith("mailto:")


# -- thirty strings ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Ledger, FastAPI, list[str]]]:
    """A desk that holds every string in every field, with its public ids."""
    folder = tmp_path_factory.mktemp("nasty")
    ledger = open_ledger(f"sqlite:///{folder / 'ledger.db'}")
    for name, role in working.USERS.items():
        people.add_user(ledger, name, role, working.PASSWORD)
    ids = nasty.work(ledger, nasty.fill(ledger), "Admin 1")
    yield ledger, create_app(ledger, Vault(folder / "vault"), Settings()), ids
    ledger.close()


def pages_of(app: FastAPI, ledger: Ledger, ids: list[str]) -> list[str]:
    """Every page that the application has, over what the ledger holds of each string."""
    found = []
    known = {
        "incident": [f"i{n}" for n in SOME],
        "report": [f"r{n}" for n in SOME],
        "account": ["a0", "a18"],
        "person": [f"p{n}" for n in (0, 1, 14, 18)],
        "figure": [f"f{n}" for n in (0, 1, 14, 18)],
        "public_id": ids,
        "day": ["2023-08-09"],
        "document": [f"{n:064x}" for n in (0, 18)],
        "name": ["incidents.csv", *(e.id for e in ledger.publications.errors())],
        "item": ["none"],
    }
    for route in routes_of(app):
        if route.method != "GET" or route.path.startswith("/static"):
            continue
        paths = [route.path]
        for name in route.parameters:
            paths = [re.sub(rf"\{{{name}(:[a-z]+)?\}}", value, path) for path in paths for value in known.get(name, ["none"])]
        found += paths
    return [*found, "/incidents?do=correct", "/inbox?kind=error_report", "/inbox?kind=unread", "/inbox?kind=person"]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_no_string_in_any_field_does_anything_on_any_page(full: tuple[Ledger, FastAPI, list[str]]) -> None:
    ledger, app, ids = full
    admin = working.Worker(app, ledger, "Admin 1")
    wrong = []
    for path in pages_of(app, ledger, ids):
        answer = admin.client.get(path)
        kind = answer.headers.get("content-type", "")
        if answer.status_code >= 500:
            wrong.append(f"{path}: {answer.status_code}")
        elif kind.startswith("text/html"):
            wrong += [f"{path}: {fault}" for fault in faults(answer.text)]
        else:
            assert answer.headers["x-content-type-options"] == "nosniff", path
    assert wrong == []


def test_the_strings_are_there_to_be_read(full: tuple[Ledger, FastAPI, list[str]]) -> None:
    ledger, app, _ = full
    admin = working.Worker(app, ledger, "Admin 1")
    html = admin.get("/reports/r0")
    assert "&lt;script&gt;window.pwned=1&lt;/script&gt;" in html
    assert "Abu \ufffdtxet nedih\ufffd Harbi" in admin.get(f"/reports/r{list(nasty.STRINGS).index('override')}")


@pytest.mark.parametrize("name", nasty.STRINGS)
def test_a_string_as_it_is_asked_for_comes_back_harmless(full: tuple[Ledger, FastAPI, list[str]], name: str) -> None:
    ledger, app, _ = full
    admin, text = working.Worker(app, ledger, "Admin 1"), nasty.STRINGS[name]
    for path in ("/incidents", "/public", "/sign-in", "/inbox", "/persons", "/figures", "/nothing"):
        asked = dict.fromkeys(
            ("text", "event_type", "country", "order", "next", "kind", "lang", "after", "did", "once", "name", "at"), text
        )
        answer = admin.client.get(path, params=asked)
        assert answer.status_code < 500 and faults(answer.text) == [], path
        assert all("\n" not in value and "\r" not in value for value in answer.headers.values())


@pytest.mark.slow
@pytest.mark.browser
def test_in_a_browser_nothing_of_it_runs(browser: Browser, full: tuple[Ledger, FastAPI, list[str]], tmp_path: Path) -> None:
    """The pages as the desk made them, under its own headers, in Chromium."""
    ledger, app, ids = full
    admin, page = working.Worker(app, ledger, "Admin 1"), browser.new_page()
    said: list[str] = []
    page.on("dialog", lambda dialog: said.append(dialog.message))

    def answered(route: object) -> None:
        url = urlsplit(route.request.url)  # type: ignore[attr-defined]
        if url.hostname != "127.0.0.1":
            said.append(f"asked {url.hostname}")
            route.abort()  # type: ignore[attr-defined]
            return
        answer = admin.client.get(f"{url.path}?{url.query}")
        route.fulfill(status=answer.status_code, headers=dict(answer.headers), body=answer.content)  # type: ignore[attr-defined]

    page.route("**/*", answered)
    shown = [f"/reports/r{n}" for n in SOME] + [f"/incidents/i{n}" for n in SOME if n % 10]
    for path in [
        *shown,
        "/inbox",
        "/incidents",
        "/errors",
        "/sources",
        "/today",
        "/public",
        f"/public/incidents/{ids[0]}",
        "/public/changes",
    ]:
        page.goto(f"{working.ADDRESS}{path}")
        assert page.evaluate("window.pwned") is None and page.url.startswith(working.ADDRESS), path
    assert said == []
    page.close()


@pytest.mark.parametrize("form", ["csv", "acled", "ucdp", "airwars", "hxl", "hapi"])
def test_no_cell_of_a_table_is_run_by_a_spreadsheet(full: tuple[Ledger, FastAPI, list[str]], form: str, tmp_path: Path) -> None:
    import csv
    import io
    import zipfile

    out = io.BytesIO()
    export(full[0], form, out, policy="internal")
    data = out.getvalue()
    tables = [data]
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            tables = [archive.read(name) for name in archive.namelist() if name.endswith((".csv", ".tsv"))]
    for table in tables:
        for row in csv.reader(io.StringIO(table.decode("utf-8"))):
            wrong = [
                cell
                for cell in row
                if cell[:1] in ("=", "+", "@", "\t", "\r") or (cell[:1] == "-" and not re.fullmatch(r"-?[0-9.]+", cell))
            ]
            assert wrong == [] or all(cell.startswith("#") for cell in wrong), (form, wrong)


def test_no_cell_of_a_workbook_is_a_formula(full: tuple[Ledger, FastAPI, list[str]], tmp_path: Path) -> None:
    import openpyxl

    with (tmp_path / "x.xlsx").open("wb") as out:
        export(full[0], "xlsx", out, policy="internal")
    for sheet in openpyxl.load_workbook(tmp_path / "x.xlsx"):
        assert [cell.coordinate for row in sheet for cell in row if cell.data_type == "f"] == []


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("a\u202eb", "a\ufffdb"),
        ("\u2067open", "\ufffdopen"),
        ("\u2068closed\u2069", "\u2068closed\u2069"),
        ("\u2069\u2068", "\ufffd\ufffd"),
        ("bell\x07", "bell␇"),
        ("del\x7f", "del␡"),
        ("می‌شود", "می‌شود"),
        ("line\nbreak\ttab", "line\nbreak\ttab"),
    ],
)
def test_what_cannot_be_seen_is_made_to_be_seen_and_nothing_else(told: str, shown: str) -> None:
    assert visible(told) == shown and len(str(visible(told))) == len(told)


# -- each route, asked by who may not ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, whole: Path) -> Iterator[tuple[Ledger, FastAPI]]:
    ledger, app = working.copy(whole, tmp_path_factory.mktemp("small"))
    yield ledger, app
    ledger.close()


def plain_path(route: Route, ledger: Ledger) -> str:
    incident = ledger.incidents().items[0]
    known = {"incident": incident.id, "report": incident.reports[0], "account": incident.accounts[0], "day": "2023-09-01"}
    return re.sub(r"\{(\w+)(:\w+)?\}", lambda found: known.get(found[1], "none"), route.path)


def held(ledger: Ledger) -> str:
    """All that the ledger holds but sessions: equal while nothing was changed."""
    return "".join(
        line.decode() for line in ledger.copy_out() if not line.startswith((b'{"table":"desk_entry"', b'{"table":"desk_session"'))
    )


def test_every_change_is_refused_without_the_word_of_this_browsers_pages(small: tuple[Ledger, FastAPI]) -> None:
    ledger, app = small
    before = held(ledger)
    changing = [route for route in routes_of(app) if route.method in CHANGING and not route.path.startswith("/public")]
    assert len(changing) > 8
    for route in changing:
        path = plain_path(route, ledger)
        for headers in ({}, {"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}, {"sec-fetch-site": "same-site"}):
            if route.path == INTAKE and not headers:
                continue
            admin = working.Worker(app, ledger, "Admin 1")
            for word in ({}, {"csrf": ""}, {"csrf": people.csrf("another")}):
                answer = admin.client.request(
                    route.method, path, data={**word, "do": "add", "act": "accept", "name": "x"}, headers={**headers, **FORM}
                )
                assert 400 <= answer.status_code < 500, (route, headers, answer.status_code)
            answer = admin.client.request(
                route.method, path, content=json.dumps({"x": 1}), headers={**headers, "content-type": "text/plain"}
            )
            assert 400 <= answer.status_code < 500, (route, headers, answer.status_code)
        admin.client.cookies.set("tahqiq_session", admin.token)
        right = {"csrf": people.csrf(admin.token), "do": "add", "act": "accept", "name": "x"}
        answer = admin.client.request(route.method, path, data=right, headers={"sec-fetch-site": "cross-site", **FORM})
        assert 400 <= answer.status_code < 500, (route, "the right word from another site")
    assert held(ledger) == before


def test_nobody_reads_or_changes_anything_of_the_desk_without_signing_in(small: tuple[Ledger, FastAPI]) -> None:
    ledger, app = small
    for route in routes_of(app):
        if route.path.startswith(OPEN) or route.path == INTAKE:
            continue
        answer = working.Worker(app, ledger).client.request(route.method, plain_path(route, ledger))
        assert answer.status_code in (303, 307, 401, 403, 404, 405, 415), (route, answer.status_code)
        if answer.status_code in (303, 307):
            assert answer.headers["location"].startswith(("/sign-in", "/incidents", "/today")), route
        assert "Idlib" not in answer.text and "Azaz" not in answer.text, route


@pytest.mark.parametrize("name", [*working.USERS])
def test_each_page_is_answered_to_the_roles_that_may_and_no_other(small: tuple[Ledger, FastAPI], name: str) -> None:
    ledger, app = small
    rank = people.ROLES.index(working.USERS[name])
    worker = working.Worker(app, ledger, name)
    for route in routes_of(app):
        if route.method != "GET" or route.path.startswith(OPEN):
            continue
        status = worker.client.get(plain_path(route, ledger)).status_code
        least = next((role for path, role in LEAST.items() if route.path == path or route.path.startswith(path + "/")), "reader")
        if rank < people.ROLES.index(least):
            assert status == 403, (route, status)
        else:
            assert status < 500, (route, status)


@pytest.mark.parametrize("name", ["Reader 1", "Coder 1", "Editor 1"])
def test_no_role_changes_what_only_a_higher_one_may(small: tuple[Ledger, FastAPI], name: str) -> None:
    """Reader: nothing but their own searches; coder: nothing of users, publishing, grades, names; editor: nothing of users."""
    ledger, app = small
    before = held(ledger)
    incident, worker = ledger.incidents().items[0].id, working.Worker(app, ledger, name)
    forbidden = [("/users", {"do": "add", "name": "x", "role": "admin", "password": working.PASSWORD})]
    if name != "Editor 1":
        forbidden += [
            ("/decisions", {"act": act, "incident": incident, "grade": "fair", "why": "x"}) for act in ("publish", "republish", "grade")
        ]
        forbidden += [("/errors", {"do": "answer", "error": "E-1", "verdict": "noted", "note": "x"})]
    if name == "Reader 1":
        forbidden += [
            ("/decisions", {"act": act, "incident": incident, "account": "a", "why": "x"})
            for act in ("accept", "reject", "merge", "split", "apart", "correct")
        ]
        forbidden += [("/notes", {"text": "x", "incident": incident}), ("/held", {"incident": incident})]
    for path, fields in forbidden:
        worker.post(path, 403, **fields)
    assert held(ledger) == before


# -- ways through -----------------------------------------------------------------------------------------------------

PATHS = [
    "../../../../etc/passwd",
    "..%2f..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/etc/passwd",
    "....//....//etc/passwd",
    "/etc/passwd",
    "..\\..\\etc\\passwd",
    "%00",
    "x%00.css",
    "C:%5cwindows",
]


@pytest.mark.parametrize("path", PATHS)
def test_no_path_leads_out_of_the_folders(small: tuple[Ledger, FastAPI], path: str) -> None:
    ledger, app = small
    admin = working.Worker(app, ledger, "Admin 1")
    before = ("/static/", "/static/built/", "/media/", "/public/data/", "/public/incidents/", "/public/errors/", "/reports/", "/incidents/")
    for start in before:
        answer = admin.client.get(f"{start}{path}")
        assert answer.status_code < 500 and "root:" not in answer.text, start
    for asked in ("lang", "next", "back", "name", "kind"):
        answer = admin.client.get("/incidents", params={asked: path})
        assert answer.status_code < 500 and "root:" not in answer.text, asked
        assert '<html lang="en"' in answer.text


def test_no_language_is_read_from_a_file_that_is_none_of_ours(small: tuple[Ledger, FastAPI]) -> None:
    client = working.Worker(small[1], small[0]).client
    for told in ("../en", "en/../../../x", "EN", "de", "en\x00", "x" * 5000):
        assert '<html lang="en"' in client.get("/public", params={"lang": told}).text
        client.cookies.set("tahqiq_language", "../../en")
        assert '<html lang="en"' in client.get("/sign-in").text


def test_bodies_that_are_too_large_are_refused_on_every_route(small: tuple[Ledger, FastAPI]) -> None:
    ledger, app = small
    before = held(ledger)
    for route in routes_of(app):
        if route.method in CHANGING and route.path != INTAKE:
            admin = working.Worker(app, ledger, "Admin 1")
            for body, kind in (
                (b"x=" + b"a" * 2_000_000, FORM),
                (b'{"x": "' + b"a" * 2_000_000 + b'"}', {"content-type": "application/json"}),
            ):
                answer = admin.client.request(route.method, plain_path(route, ledger), content=body, headers=kind)
                assert answer.status_code == 413, (route, answer.status_code)
    assert held(ledger) == before


def test_a_document_larger_than_the_setting_is_not_taken(whole: Path, tmp_path: Path) -> None:
    ledger, _ = working.copy(whole, tmp_path / "desk")
    client = TestClient(create_app(ledger, Vault(tmp_path / "desk" / "vault"), Settings(max_bytes=1000)), base_url=working.ADDRESS)
    assert client.post("/api/v1/documents?name=x.txt", content=b"a" * 2000, headers={"content-type": "text/plain"}).status_code == 413
    ledger.close()


def test_a_session_that_was_planted_is_worth_nothing_after_signing_in(small: tuple[Ledger, FastAPI]) -> None:
    ledger, app = small
    victim = working.Worker(app, ledger).client
    victim.cookies.set("tahqiq_session", "planted")
    answer = victim.post("/sign-in", data={"csrf": people.csrf("planted"), "name": "Admin 1", "password": working.PASSWORD})
    assert answer.status_code == 303
    given = re.search(r"tahqiq_session=([^;]+);", answer.headers["set-cookie"])
    assert given and given[1] != "planted"
    planter = working.Worker(app, ledger).client
    planter.cookies.set("tahqiq_session", "planted")
    assert planter.get("/users").status_code in (303, 403)
    flags = answer.headers["set-cookie"].lower()
    assert "httponly" in flags and "samesite=lax" in flags and "path=/" in flags and "domain" not in flags
    secure = TestClient(app, base_url="https://127.0.0.1:8765").get("/sign-in", follow_redirects=False)
    assert "secure" in secure.headers["set-cookie"].lower()


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8765", "", "localhost@evil.example", "x" * 3000])
def test_the_desk_answers_under_no_name_but_its_own(small: tuple[Ledger, FastAPI], host: str) -> None:
    client = working.Worker(small[1], small[0], "Admin 1").client
    for path in ("/today", "/public", "/sign-in", "/health", "/static/built/desk.css"):
        answer = client.get(path, headers={"host": host})
        assert (answer.status_code == 421 and host[:20] not in (answer.text or "-")) or host == "", path


def test_a_site_that_listens_everywhere_answers_under_the_name_it_was_given_alone(whole: Path, tmp_path: Path) -> None:
    from tahqiq.web.public import create_public_app

    ledger, _ = working.copy(whole, tmp_path / "desk")
    told = Settings(host="0.0.0.0", public_address="https://monitor.example")
    client = TestClient(create_public_app(ledger, told), base_url="https://monitor.example")
    assert client.get("/public").status_code == 200
    assert client.get("/public", headers={"host": "evil.example"}).status_code == 421
    assert "https://monitor.example/public" in client.get("/public/feed.json").text
    ledger.close()


ELSEWHERE = [
    "//evil.example",
    "https://evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\tevil",
    "javascript:alert(1)",
    "///evil.example",
    "/%0d%0aset-cookie:x=1",
    "/\r\nset-cookie: x=1",
    "https:evil.example",
]


@pytest.mark.parametrize("told", ELSEWHERE)
def test_no_address_leads_away_and_none_splits_an_answer(small: tuple[Ledger, FastAPI], told: str) -> None:
    ledger, app = small
    worker, stranger = working.Worker(app, ledger, "Coder 1"), working.Worker(app, ledger).client
    answers = [worker.client.get("/sign-in", params={"next": told}), stranger.get("/sign-in", params={"next": told})]
    fields = {"csrf": people.csrf(worker.token), "name": "mine", "address": told, "back": told, "do": "drop"}
    answers.append(worker.client.post("/searches", data=fields))
    answers.append(worker.client.get("/incidents/none", params={"from": told}))
    answers.append(stranger.get("/public/incidents/x", params={"lang": told}))
    for answer in answers:
        assert answer.status_code < 500
        where = answer.headers.get("location", "/")
        assert where.startswith("/") and not where.startswith(("//", "/\\")) and "\n" not in where and "\r" not in where, where
        assert "x=1" not in answer.headers.get("set-cookie", "") or "tahqiq" in answer.headers["set-cookie"]
        assert "evil" not in {name.lower() for name in answer.headers}


def test_every_answer_carries_the_policy_also_faults_and_refusals(small: tuple[Ledger, FastAPI]) -> None:
    ledger, app = small
    admin = working.Worker(app, ledger, "Admin 1")
    asked = [(route.method, plain_path(route, ledger)) for route in routes_of(app)]
    asked += [
        ("GET", "/nothing"),
        ("DELETE", "/incidents"),
        ("GET", "/static/none"),
        ("TRACE", "/"),
        ("GET", "/public/nothing"),
        ("OPTIONS", "/decisions"),
    ]
    for method, path in asked:
        headers = admin.client.request(method, path).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"] or "sandbox" in headers["content-security-policy"], (
            method,
            path,
        )
        assert "unsafe" not in headers["content-security-policy"] and "*" not in headers["content-security-policy"], (method, path)
        assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "same-origin", (method, path)
        assert "access-control-allow-origin" not in headers, (method, path)
