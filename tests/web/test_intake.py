"""A document that is posted is kept and read before the answer; who may not post is told so."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from plain_stages import PLAIN
from tahqiq.evidence import Vault
from tahqiq.ledger import Ledger, open_ledger
from tahqiq.settings import Settings
from tahqiq.web import create_app
from tahqiq.web.api import intake

ADDRESS = "http://127.0.0.1:8765"
JSON = b'{\n "text": "3 killed in Homs",\n "url": "https://news.example/1", "published": "2024-03-08"\n}'


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "the_stages", lambda places, weights: PLAIN)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = open_ledger(f"sqlite:///{tmp_path / 'l.db'}")
    yield opened
    opened.close()


def client(ledger: Ledger, tmp_path: Path, **settings: object) -> TestClient:
    app = create_app(ledger, Vault(tmp_path / "vault"), Settings(**settings))  # type: ignore[arg-type]
    return TestClient(app, base_url=ADDRESS, raise_server_exceptions=False)


POSTED = {
    "an object": ("application/json", JSON, 1),
    "lines": ("application/x-ndjson", b'{"text": "3 killed in Homs"}\n{"text": "4 killed in Hama"}\n', 2),
    "a page": ("text/html; charset=utf-8", "<p>قال مصدر إن 5 قتلى في دوما".encode(), 1),
    "a text": ("text/plain", b"3 killed in Homs", 1),
}


@pytest.mark.parametrize("name", POSTED)
def test_a_posted_document_is_kept_read_and_linked(ledger: Ledger, tmp_path: Path, name: str) -> None:
    kind, body, reports = POSTED[name]
    answer = client(ledger, tmp_path).post("/api/v1/documents", content=body, headers={"content-type": kind})
    assert answer.status_code == 201
    told = answer.json()
    assert (told["document"], told["reports"], told["problems"]) == (hashlib.sha256(body).hexdigest(), reports, [])
    assert Vault(tmp_path / "vault").bytes(told["document"]) == body
    assert len(ledger.incidents().items) == reports


def test_what_the_client_says_of_a_body_is_kept_and_a_second_posting_changes_nothing(ledger: Ledger, tmp_path: Path) -> None:
    asked = "/api/v1/documents?url=https%3A%2F%2Fnews.example%2F1&published=2024-03-08&name=one.txt"
    answers = [client(ledger, tmp_path).post(asked, content=b"3 killed in Homs", headers={"content-type": "text/plain"}) for _ in range(2)]
    assert [(a.status_code, a.json()["known"]) for a in answers] == [(201, False), (200, True)]
    (report,) = ledger.reports()
    assert (report.url, str(report.published), report.source) == ("https://news.example/1", "2024-03-08", "news.example")
    (document,) = ledger.documents()
    assert (document.method, document.name, document.origin) == ("api", "one.txt", "https://news.example/1")


REFUSED = {
    "an unknown kind": ("font/woff", b"x", "", 422, "the content type 'font/woff' is none of application/json"),
    "no kind": ("", b"x", "", 422, "the content type '' is none of"),
    "nothing": ("text/plain", b" ", "", 422, "posted document: is empty"),
    "too much": ("text/plain", b"x" * 1001, "", 413, "larger than 0.001 MB"),
    "a picture called a text": ("text/plain", b"\x89PNG\r\n\x1a\n", "", 422, "is binary data (PNG), not text"),
    "no day": ("text/plain", b"x", "?published=yesterday", 422, "published is 'yesterday'"),
    "no address": ("text/plain", b"x", "?url=file:///etc/passwd", 422, "an http or https address was expected"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_is_said_in_one_sentence_and_nothing_kept(ledger: Ledger, tmp_path: Path, name: str) -> None:
    kind, body, query, status, sentence = REFUSED[name]
    answer = client(ledger, tmp_path, max_bytes=1000).post(f"/api/v1/documents{query}", content=body, headers={"content-type": kind})
    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert sentence in answer.json()["detail"]
    assert [*ledger.documents()] == []


def test_json_without_a_text_is_kept_with_the_reason(ledger: Ledger, tmp_path: Path) -> None:
    answer = client(ledger, tmp_path).post("/api/v1/documents", content=b'{"words": 1}', headers={"content-type": "application/json"})
    assert answer.json()["problems"] == ['has no "text"']


MAY_NOT = {
    "a page of another site": ({}, {"origin": "https://evil.example"}, "pages of other sites"),
    "a page without an origin": ({}, {"origin": "null"}, "pages of other sites"),
    "others without a token": ({"host": "0.0.0.0"}, {}, "set TAHQIQ_INTAKE_TOKEN"),
    "a wrong token": ({"intake_token": "right"}, {"authorization": "Bearer wrong"}, "the token is missing or wrong"),
    "no token": ({"intake_token": "right"}, {}, "the token is missing or wrong"),
}


@pytest.mark.parametrize("name", MAY_NOT)
def test_who_may_not_post_is_told_so(ledger: Ledger, tmp_path: Path, name: str) -> None:
    settings, headers, sentence = MAY_NOT[name]
    answer = client(ledger, tmp_path, **settings).post(
        "/api/v1/documents", content=JSON, headers={"content-type": "application/json"} | headers
    )
    assert answer.status_code == 403 and sentence in answer.json()["detail"]
    assert [*ledger.documents()] == []


ALLOWED = {
    "the desk's own page": ({}, {"origin": ADDRESS}),
    "the right token": ({"host": "0.0.0.0", "intake_token": "right"}, {"authorization": "Bearer right"}),
}


@pytest.mark.parametrize("name", ALLOWED)
def test_who_may_post_can(ledger: Ledger, tmp_path: Path, name: str) -> None:
    settings, headers = ALLOWED[name]
    answer = client(ledger, tmp_path, **settings).post(
        "/api/v1/documents", content=JSON, headers={"content-type": "application/json"} | headers
    )
    assert answer.status_code == 201
