"""A name that is marked as protected leaves in no export and no pack, in whatever role and script it stands; marking is never erased."""

import io
import json
from pathlib import Path

import pytest

from tahqiq.errors import LedgerConflict, UnknownName
from tahqiq.evidence import Vault
from tahqiq.keeping.packing import pack
from tahqiq.ledger import Ledger, Query
from tahqiq.pipeline import export, ingest
from tahqiq.review import items, protecting

NAME = "Vladimir Putin"  # a public official: nobody else's name would leave without being protected
TEXT = "A car bomb killed three people in Azaz on 3 May 2023, President Vladimir Putin said."


@pytest.fixture
def desk(ledger: Ledger, vault: Vault, tmp_path: Path) -> Ledger:
    (tmp_path / "r.jsonl").write_text(json.dumps({"id": "r", "text": TEXT, "language": "en"}), "utf-8")
    ingest([tmp_path / "r.jsonl"], ledger, vault)
    return ledger


def exported(ledger: Ledger, policy: str = "public") -> str:
    out = io.BytesIO()
    export(ledger, "jsonl", out, policy=policy)
    return out.getvalue().decode()


def test_a_protected_name_leaves_in_nothing_that_is_public(desk: Ledger, vault: Vault, tmp_path: Path) -> None:
    assert "Putin" in exported(desk)
    protecting.protect_name(desk, NAME, who="Editor 1", why="asked for")
    assert "Putin" not in exported(desk) and "Putin" not in exported(desk, "partner")
    assert "Putin" in exported(desk, "internal")
    incident = desk.incidents(Query()).items[0]
    packed = pack(desk, vault, incident.id, tmp_path / "pack.zip", policy="public", at="2023-06-01T00:00:00Z")
    assert b"Putin" not in packed.path.read_bytes()
    protecting.withdraw_protection(desk, "vladimir  putin", who="Editor 2", why="a mistake")
    assert "Putin" in exported(desk)
    assert [(one.kind, one.who, one.value["why"]) for one in protecting.history(desk)] == [
        ("withdrawn", "Editor 2", "a mistake"),
        ("added", "Editor 1", "asked for"),
    ]


@pytest.mark.parametrize(("name", "why"), [("", "x"), ("a", "x"), ("a" * 300, "x"), ("Somebody", " ")])
def test_what_is_no_name_or_has_no_reason_is_not_protected(ledger: Ledger, name: str, why: str) -> None:
    with pytest.raises(LedgerConflict):
        protecting.protect_name(ledger, name, who="Editor 1", why=why)
    assert ledger.protected_names() == ()


def test_a_name_is_protected_once_and_withdrawn_once(ledger: Ledger) -> None:
    protecting.protect_name(ledger, "Person  17", who="Editor 1", why="a witness")
    with pytest.raises(LedgerConflict, match="already"):
        protecting.protect_name(ledger, "person 17", who="Editor 1", why="again")
    protecting.withdraw_protection(ledger, "Person 17", who="Editor 1", why="told openly")
    with pytest.raises(LedgerConflict, match="not protected"):
        protecting.withdraw_protection(ledger, "Person 17", who="Editor 1", why="again")


def test_things_wait_until_somebody_closes_them_and_can_be_opened_again(ledger: Ledger) -> None:
    first = items.put(ledger, items.ERROR_REPORT, "the place is wrong", incident="x")
    assert items.put(ledger, items.ERROR_REPORT, "the place is wrong", incident="x") == first
    assert [one.id for one in items.waiting(ledger)] == [first]
    items.close(ledger, first, who="Coder 1", why="mended")
    assert items.waiting(ledger, items.ERROR_REPORT) == ()
    with pytest.raises(LedgerConflict, match="already"):
        items.close(ledger, first, who="Coder 2", why="mended")
    items.reopen(ledger, first, who="Coder 1", why="it was the other place")
    assert [one.sentence for one in items.waiting(ledger)] == ["the place is wrong"]
    with pytest.raises(UnknownName):
        items.close(ledger, "nothing", who="Coder 1", why="x")
    with pytest.raises(UnknownName):
        items.put(ledger, "gossip", "heard it")
