"""Protected names on the desk: covered for those who may not see them, on every page; each look of those who may is written down."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import working
from fastapi import FastAPI

from tahqiq.evidence.vault import Vault
from tahqiq.ledger import Ledger, open_ledger
from tahqiq.pipeline import ingest
from tahqiq.protection import Veil
from tahqiq.review import people
from tahqiq.review.protecting import protect_name
from tahqiq.settings import Settings
from tahqiq.web import create_app

NAME = "Person Seventeen"
TEXT = f"An air strike killed {NAME} and two other civilians in Idlib on 9 August 2023, residents said. {NAME} was a teacher."
COVERED = "█" * len(NAME)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[tuple[Ledger, FastAPI]]:
    source = tmp_path / "reports.jsonl"
    source.write_text(json.dumps({"id": "one", "text": TEXT, "language": "en", "published": "2023-08-10"}) + "\n", "utf-8")
    ledger = open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    ingest([source], ledger, Vault(tmp_path / "vault"))
    for name, role in working.USERS.items():
        people.add_user(ledger, name, role, working.PASSWORD)
    yield ledger, create_app(ledger, Vault(tmp_path / "vault"), Settings())
    ledger.close()


def pages(ledger: Ledger) -> list[str]:
    incident, report = ledger.incidents().items[0].id, next(r.id for r in ledger.reports())
    found = [f"/incidents/{incident}", f"/reports/{report}", "/incidents", "/persons", "/today"]
    twins = [f"/api/v1/{more}{of}" for more in ("", "pages/") for of in (f"incidents/{incident}", f"reports/{report}")]
    return [*found, *twins, "/api/v1/persons", "/api/v1/claims", "/search?text=teacher", "/map/list", "/api/v1/exports/jsonl"]


def test_a_name_is_covered_letter_for_letter_in_any_spelling() -> None:
    veil = Veil([NAME, "أسامة المهاجر"])
    assert veil.over(f"So {NAME} said.") == (f"So {COVERED} said.", (NAME,))
    told = "قال اسامه المهاجر إن"
    assert veil.over(told) == (f"قال {'█' * 13} إن", ("اسامه المهاجر",))
    assert veil.over("nobody here") == ("nobody here", ())


def test_before_it_is_protected_everybody_on_the_desk_reads_the_name(desk: tuple[Ledger, FastAPI]) -> None:
    ledger, app = desk
    for page in pages(ledger)[:2]:
        assert NAME in working.plain(working.Worker(app, ledger, "Reader 1").get(page)), page
    assert ledger.records.of("look") == ()


@pytest.mark.parametrize("who", ["Reader 1", "Coder 1"])
def test_who_may_not_see_it_finds_it_covered_on_every_page(desk: tuple[Ledger, FastAPI], who: str) -> None:
    ledger, app = desk
    protect_name(ledger, NAME, who="Editor 1", why="the family was threatened")
    worker = working.Worker(app, ledger, who)
    for page in pages(ledger):
        told = worker.get(page)
        assert NAME not in told and "Seventeen" not in working.plain(told), page
    assert COVERED in working.plain(worker.get(pages(ledger)[1]))
    assert "killed" in working.plain(worker.get(pages(ledger)[1])), "the rest of the text stands"


def test_who_may_see_it_does_and_the_look_is_written_down(desk: tuple[Ledger, FastAPI]) -> None:
    ledger, app = desk
    protect_name(ledger, NAME, who="Editor 1", why="the family was threatened")
    page = pages(ledger)[1]
    assert NAME in working.plain(working.Worker(app, ledger, "Editor 1").get(page))
    (look,) = ledger.records.of("look")
    assert (look.who, look.subject, look.value) == ("Editor 1", page, {"names": [NAME]})
    told = working.Worker(app, ledger, "Admin 1").get("/looks")
    assert "Editor 1" in told and page in told


def test_only_admins_read_who_looked(desk: tuple[Ledger, FastAPI]) -> None:
    for who in ("Reader 1", "Coder 1", "Editor 1"):
        working.Worker(desk[1], desk[0], who).get("/looks", status=403)


def test_a_decision_of_who_may_not_see_a_name_keeps_no_covered_word(desk: tuple[Ledger, FastAPI]) -> None:
    ledger, app = desk
    protect_name(ledger, NAME, who="Editor 1", why="the family was threatened")
    account = next(iter(ledger.accounts()))
    working.Worker(app, ledger, "Coder 1").decide(
        "correct", account=account.id, slot="killed", words="4", on="two other civilians", why="counted"
    )
    assert "█" not in "".join(json.dumps(d.value, ensure_ascii=False) for d in ledger.decisions())
    assert NAME in next(r.text for r in ledger.reports())
