"""A withheld document's words stand nowhere: not on the desk, in its API, in a search, an export or a pack; the reason stands there."""

import importlib
import io
import json
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest
from click.testing import CliRunner
from desk_made import NEIGHBOUR, TEXTS, Desk
from fastapi import APIRouter
from fastapi.testclient import TestClient

import tahqiq.web
from pictures import png
from tahqiq.cli import cli
from tahqiq.errors import NothingToWrite
from tahqiq.export import TABLE
from tahqiq.keeping.packing import pack
from tahqiq.keeping.withholding import give_again, withhold
from tahqiq.ledger import Query
from tahqiq.model import Decision, Medium, to_json
from tahqiq.pipeline import as_shown, export, ingest, rebuild
from tahqiq.protection import POLICIES
from tahqiq.settings import Settings
from tahqiq.web import create_app

WHY = {"reason": "a witness is in danger", "who": "A. Editor", "at": "2026-11-20T10:00:00Z"}
CAPTION = "the house of the neighbour"
WORDS = (TEXTS["a.txt"], "3 killed", "a neighbour", NEIGHBOUR, "Nizar", CAPTION)  # of the text, the names in it, and its picture


@pytest.fixture
def page(desk: Desk) -> TestClient:
    return TestClient(create_app(desk.ledger, desk.vault, Settings()), base_url="http://127.0.0.1:8765")


def of_the_desk(desk: Desk, page: TestClient) -> Iterator[str]:
    incident, report = desk.incident(), reported(desk)
    accounts = [account.id for account in desk.ledger.accounts() if account.report == report]
    at = [f"/incidents/{incident}", "/incidents", f"/reports/{report}", f"/reports/{report}?refused=1&at=0-8"]
    for address in [*at, *(f"/api/v1/pages{one}" for one in at), *(f"/api/v1/pages/accounts/{name}" for name in accounts)]:
        answer = page.get(address)
        assert answer.status_code == 200, address
        yield answer.text
    known = {"incident": incident, "report": report, "account": accounts[0], "document": desk.ledger.report(report).document or ""}
    seen = 0
    for router in desk_routers():
        for route in router.routes:
            address = str(getattr(route, "path", "{"))
            for name, value in known.items():
                address = address.replace(f"{{{name}}}", value)
            if "{" not in address and "GET" in (getattr(route, "methods", None) or ()):
                seen += 1
                yield page.get(address).text
    assert seen > 10


def desk_routers() -> Iterator[APIRouter]:
    """Those of every module of the desk, so that a page that is added later is looked at too."""
    for module in pkgutil.iter_modules(tahqiq.web.__path__):
        found = getattr(importlib.import_module(f"tahqiq.web.{module.name}"), "router", None)
        if isinstance(found, APIRouter):
            yield found


def of_exports(desk: Desk, page: TestClient) -> Iterator[str]:
    for name in TABLE:
        for policy in POLICIES:
            out = io.BytesIO()
            try:
                export(desk.ledger, name, out, policy=policy)
            except (ImportError, NothingToWrite):
                continue
            yield out.getvalue().decode("utf-8", "replace")


def of_packs(desk: Desk, page: TestClient) -> Iterator[str]:
    for policy in POLICIES:
        folder = desk.folder / f"pack-{policy}-{len(list(desk.folder.iterdir()))}"
        pack(desk.ledger, desk.vault, desk.incident(), folder, policy=policy, at=WHY["at"])
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                yield path.read_bytes().decode("utf-8", "replace")


def of_the_table(desk: Desk, page: TestClient) -> Iterator[str]:
    naming = [replace(desk.ledger.incident(desk.incident()), victims=(NEIGHBOUR,))]
    found = as_shown(desk.ledger, naming)
    yield json.dumps([to_json(incident) for incident in found[0]])


def of_commands(desk: Desk, page: TestClient) -> Iterator[str]:
    at = ["--ledger", str(desk.ledger._engine.url)]
    vault = ["--vault", str(desk.vault.folder)]
    incident = desk.incident()
    told = (["incidents", "--json", *at], ["incidents", *at], ["media", *at, *vault], ["media", "--json", *at, *vault])
    for words in (
        *told,
        ["history", incident, *at],
        ["history", incident, "--json", *at],
        ["inbox", *at],
        ["inbox", "--json", *at],
        ["persons", *at],
    ):
        done = CliRunner().invoke(cli, words)
        assert done.exit_code == 0, (words, done.output)
        yield done.output


OUTPUTS: dict[str, Callable[[Desk, TestClient], Iterator[str]]] = {
    "desk and its API": of_the_desk,
    "exports": of_exports,
    "packs": of_packs,
    "incidents --json": of_the_table,
    "commands": of_commands,
}


def reported(desk: Desk) -> str:
    return next(r.id for r in desk.ledger.reports() if r.text == TEXTS["a.txt"])


def with_a_picture(desk: Desk) -> str:
    report = desk.ledger.report(reported(desk))
    picture = Medium("image", "shown", address="https://example.org/a.jpg", caption=CAPTION)
    desk.ledger.append_report(replace(report, media=(picture,)))
    return report.document or ""


@pytest.mark.parametrize("name", OUTPUTS)
def test_no_word_of_it_is_left_in(desk: Desk, page: TestClient, name: str) -> None:
    document = with_a_picture(desk)
    before = "\n".join(OUTPUTS[name](desk, page))
    assert any(word in before for word in WORDS), "what is looked for stood there"
    withhold(desk.ledger, desk.vault, document, **WHY)
    for text in OUTPUTS[name](desk, page):
        assert [word for word in WORDS if word in text] == []


@pytest.mark.parametrize("name", ["desk and its API", "packs", "incidents --json"])
def test_the_others_words_and_all_numbers_stay(desk: Desk, page: TestClient, name: str) -> None:
    withhold(desk.ledger, desk.vault, with_a_picture(desk), **WHY)
    shown = "\n".join(OUTPUTS[name](desk, page))
    assert ("5 killed" in shown or name == "incidents --json") and '"best": 5' in shown.replace('"best":5', '"best": 5')


def test_a_tombstone_with_the_reason_stands_in_its_place_and_the_incident_says_so(desk: Desk, page: TestClient) -> None:
    withhold(desk.ledger, desk.vault, with_a_picture(desk), **WHY)
    report, incident = page.get(f"/reports/{reported(desk)}"), page.get(f"/incidents/{desk.incident()}")
    assert WHY["reason"] in report.text and WHY["reason"] in incident.text
    assert "It rests on 1 report whose document is withheld." in incident.text.replace("\u2068", "").replace("\u2069", "")
    twin = page.get(f"/api/v1/pages/incidents/{desk.incident()}").json()
    assert twin["incident"]["withheld"] == [reported(desk)]
    out = io.BytesIO()
    export(desk.ledger, "jsonl", out, policy="internal")
    line = next(line for line in map(json.loads, out.getvalue().splitlines()) if line["id"] == desk.incident())
    assert line["withheld"] == [reported(desk)]
    assert next(r for r in line["reports"] if r["id"] == reported(desk))["unread"] == f"withheld: {WHY['reason']}"


def test_the_reason_leaves_only_with_what_is_internal(desk: Desk) -> None:
    withhold(desk.ledger, desk.vault, with_a_picture(desk), **WHY)
    out = io.BytesIO()
    export(desk.ledger, "jsonl", out, policy="public")
    assert WHY["reason"] not in out.getvalue().decode() and "withheld by decision of the desk" in out.getvalue().decode()


def test_no_search_finds_its_words_and_released_they_are_found_again(desk: Desk) -> None:
    def found() -> int:
        return desk.ledger.incidents(Query(text="neighbour")).total

    assert found() == 1
    document = with_a_picture(desk)
    withhold(desk.ledger, desk.vault, document, **WHY)
    assert found() == 0
    give_again(desk.ledger, desk.vault, document, **WHY)
    assert found() == 1 and desk.ledger.withheld_reports() == {}
    withhold(desk.ledger, desk.vault, document, **WHY | {"at": "2026-11-21T10:00:00Z"})
    assert found() == 0 and rebuild(desk.ledger) >= 1


def test_words_that_speak_of_withholding_withhold_nothing(desk: Desk) -> None:
    said = 'not "kind":"withhold" but "kind": "withhold"'
    desk.ledger.append_decision(Decision("d1", "reviewed", reported(desk), "A. Editor", said, WHY["at"], {"kind": said}))
    assert desk.ledger.withheld_reports() == {}


def test_its_photos_are_not_given_while_no_open_report_has_them(desk: Desk, page: TestClient, tmp_path: Path) -> None:
    letter = EmailMessage()
    letter["From"], letter["Subject"] = "desk@news.example", "Sarmin"
    letter.set_content("3 killed in Sarmin")
    letter.add_attachment(png(), maintype="image", subtype="png", filename="street.png")
    (tmp_path / "x.eml").write_bytes(bytes(letter))
    ingest([tmp_path / "x.eml"], desk.ledger, desk.vault)
    photo = next(d for d in desk.ledger.documents() if d.is_medium)
    assert page.get(f"/media/{photo.id}").content == png()
    withhold(desk.ledger, desk.vault, desk.document("x.eml").id, **WHY)
    assert page.get(f"/media/{photo.id}").status_code == 404


def test_a_witness_who_is_called_by_name_is_not_named_after_withholding_nor_ever_outside(tmp_path: Path) -> None:
    from tahqiq.evidence import Vault
    from tahqiq.ledger import open_ledger

    ledger, vault = open_ledger(f"sqlite:///{tmp_path / 'l.db'}"), Vault(tmp_path / "v")
    said = "Shelling killed five civilians in Sarmin, Idlib, on 8 March 2024, a resident, Nizar Qadri, said by telephone. Residents fled."
    (tmp_path / "x.txt").write_text(said)
    ingest([tmp_path / "x.txt"], ledger, vault)
    for name in TABLE:
        for policy in ("public", "partner"):
            out = io.BytesIO()
            export(ledger, name, out, policy=policy)
            assert b"Qadri" not in out.getvalue(), (name, policy)
    (document,) = ledger.documents()
    withhold(ledger, vault, document.id, **WHY)
    desk = TestClient(create_app(ledger, vault, Settings()), base_url="http://127.0.0.1:8765")
    (incident,) = ledger.incidents(Query(limit=9)).items
    for address in ("/incidents", f"/incidents/{incident.id}", f"/reports/{incident.reports[0]}"):
        assert "Qadri" not in desk.get(address).text and "Qadri" not in desk.get(f"/api/v1/pages{address}").text
