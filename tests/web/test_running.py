"""The desk says whether it is alive and ready, what it does in numbers and in its log, and takes no more than it can read."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import working
from fastapi import FastAPI
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from tahqiq.evidence.vault import Vault
from tahqiq.ledger import Ledger
from tahqiq.ledger.sizes import failures_by_kind
from tahqiq.model import Document
from tahqiq.review.keys import new_key
from tahqiq.settings import Settings
from tahqiq.web import create_app
from tahqiq.web.telling import JsonLines, configure_logs

ADDRESS = working.ADDRESS


@pytest.fixture
def own(whole: Path, tmp_path: Path) -> Iterator[tuple[Ledger, FastAPI]]:
    ledger, app = working.copy(whole, tmp_path / "own")
    yield ledger, app
    ledger.close()


def test_alive_and_ready_are_told_to_everybody_and_name_nothing_of_the_machine(own: tuple[Ledger, FastAPI], tmp_path: Path) -> None:
    client = TestClient(own[1], base_url=ADDRESS)
    assert client.get("/health").json()["status"] == "ok"
    told = client.get("/ready")
    assert told.status_code == 200 and set(told.json()["checks"]) == {"ledger", "vault", "disk"}
    assert str(tmp_path) not in told.text


def test_a_desk_whose_ledger_is_of_another_version_is_not_ready(own: tuple[Ledger, FastAPI], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tahqiq.ledger.migrating.HEAD", "9999")
    answer = TestClient(own[1], base_url=ADDRESS).get("/ready")
    assert (answer.status_code, answer.json()["checks"]["ledger"], answer.headers["retry-after"]) == (503, False, "10")


def test_a_desk_whose_disk_is_full_is_not_ready(own: tuple[Ledger, FastAPI], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tahqiq.web.health.LEAST_FREE", 1 << 62)
    assert TestClient(own[1], base_url=ADDRESS).get("/ready").json()["checks"] == {"ledger": True, "vault": True, "disk": False}


def test_numbers_are_told_to_this_machine_and_to_an_admins_key_alone(own: tuple[Ledger, FastAPI]) -> None:
    ledger, app = own
    here = TestClient(app, base_url=ADDRESS, client=("127.0.0.1", 5000))
    here.get("/incidents")
    told = {family.name: family for family in text_string_to_metric_families(here.get("/metrics").text)}
    held = {sample.labels["what"]: sample.value for sample in told["tahqiq_ledger_rows"].samples}
    assert (held["reports"], held["incidents"]) == (len(working.REPORTS), ledger.incidents().total)
    assert {"tahqiq_request_seconds", "tahqiq_failures", "tahqiq_waiting_documents", "tahqiq_ledger_bytes"} <= set(told)
    there = TestClient(app, base_url=ADDRESS, client=("192.0.2.7", 5000))
    assert there.get("/metrics").status_code == 403
    assert here.get("/metrics", headers={"x-forwarded-for": "192.0.2.7"}).status_code == 403
    key = {who: new_key(ledger, "Admin 1", "p", [scope])[1] for who, scope in (("admin", "admin"), ("reader", "read"))}
    assert there.get("/metrics", headers={"authorization": f"Bearer {key['admin']}"}).status_code == 200
    assert there.get("/metrics", headers={"authorization": f"Bearer {key['reader']}"}).status_code == 403
    shut = TestClient(create_app(ledger, Vault("nowhere"), Settings(metrics="none")), base_url=ADDRESS, client=("127.0.0.1", 5000))
    assert shut.get("/metrics").status_code == 404


def test_failures_are_counted_by_what_was_not_read_without_their_sentences(own: tuple[Ledger, FastAPI]) -> None:
    from tahqiq.ledger import Failure

    (document, *_) = own[0].documents()
    own[0].append_failure(Failure(document.id, "Person 17 cannot be read", line=3))
    assert own[0].failures_by_kind() == {"document": 0, "line": 1, "report": 0}
    assert failures_by_kind.__doc__


SECRETS = ("Person 17", "hunter2 and words", "tq_", "swordfish")


def test_the_log_is_lines_of_json_without_names_words_passwords_or_keys(own: tuple[Ledger, FastAPI]) -> None:
    client = TestClient(own[1], base_url=ADDRESS, raise_server_exceptions=False)
    lines: list[str] = []

    class Keeping(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    handler, logger = Keeping(), logging.getLogger("tahqiq")
    handler.setFormatter(JsonLines())
    logger.addHandler(handler)
    before = logger.level
    logger.setLevel(logging.INFO)
    try:
        held = client.get("/sign-in?once=swordfish").text.partition('name="csrf" value="')[2].partition('"')[0]
        client.post("/sign-in", data={"csrf": held, "name": "Person 17", "password": "hunter2 and words"})
        client.get("/incidents?text=Person+17")
        client.get("/persons/Person 17")
        client.get("/api/v1/incidents/Person 17", headers={"authorization": "Bearer tq_abc_def"})
        given = client.get("/api/v1/session", headers={"x-request-id": "given-by-a-proxy"})
        try:
            raise ValueError("Person 17 is not to be told")
        except ValueError:
            logging.getLogger("tahqiq.web").exception("%s failed", "Person 17")
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)
    assert given.headers["x-request-id"] == "given-by-a-proxy"
    told = [json.loads(line) for line in lines]
    asked = [line for line in told if "route" in line]
    assert len(asked) >= 6 and asked[-1]["request"] == "given-by-a-proxy" and len({line["request"] for line in asked}) == len(asked)
    assert {"at", "level", "method", "route", "status", "ms"} <= set(asked[0])
    assert told[-1]["fault"] == "ValueError" and told[-1]["where"]
    assert not [secret for secret in SECRETS if any(secret in line for line in lines)]


def test_an_unknown_kind_of_log_is_refused_in_a_sentence() -> None:
    with pytest.raises(ValueError, match="plain or json"):
        configure_logs("xml")


def test_a_desk_that_is_behind_takes_no_document_until_it_caught_up(own: tuple[Ledger, FastAPI], tmp_path: Path) -> None:
    ledger = own[0]
    app = create_app(ledger, Vault(tmp_path / "vault"), Settings(most_waiting=2))
    held = new_key(ledger, "Admin 1", "p", ["write:documents"])[1]
    post = {"content": b"3 killed in Homs", "headers": {"content-type": "text/plain", "authorization": f"Bearer {held}"}}
    client = TestClient(app, base_url=ADDRESS)
    assert client.post("/api/v1/documents", **post).status_code == 201  # type: ignore[arg-type]
    assert ledger.unfinished_documents() == 0
    names = [f"{n:064x}" for n in range(3)]
    for name in names:
        ledger.append_document(Document(name, 1, "text/plain", "x", "file", "2023-07-09T00:00:00Z"))
    refused = client.post("/api/v1/documents", **post)  # type: ignore[arg-type]
    assert (refused.status_code, refused.headers["content-type"]) == (503, "application/problem+json")
    assert int(refused.headers["retry-after"]) > 0
    for name in names:
        ledger.finish_document(name)
    assert client.post("/api/v1/documents", **post).status_code == 200  # type: ignore[arg-type]


def test_more_requests_than_the_limit_wait_and_are_told_how_long(own: tuple[Ledger, FastAPI], tmp_path: Path) -> None:
    ledger = own[0]
    app = create_app(ledger, Vault(tmp_path / "vault"), Settings(api_rate=3, api_rate_address=2))
    keys = [new_key(ledger, "Admin 1", f"p{n}", ["read"])[1] for n in range(2)]
    clients = [TestClient(app, base_url=ADDRESS, headers={"authorization": f"Bearer {key}"}) for key in keys]
    told = [clients[0].get("/api/v1/session") for _ in range(5)]
    assert [answer.status_code for answer in told] == [200, 200, 200, 429, 429]
    assert told[0].headers["ratelimit-policy"] == '"minute";q=3;w=60' and told[0].headers["ratelimit"].startswith('"minute";r=2;t=')
    assert 0 < int(told[3].headers["retry-after"]) <= 60 and told[3].json()["status"] == 429
    assert clients[1].get("/api/v1/session").status_code == 200
    stranger = TestClient(app, base_url=ADDRESS, headers={"authorization": "Bearer tq_guess_x"})
    assert [stranger.get("/api/v1/session").status_code for _ in range(4)] == [401, 401, 429, 429]
