"""What is withheld is given to nobody, leaves a tombstone and an entry of custody, and is never gone silently."""

import io
import json
import zipfile

import pytest
from desk_made import PAGE, TEXTS, Desk, acquired

from tahqiq.errors import UnknownName, Withheld
from tahqiq.keeping.verifying import verify
from tahqiq.keeping.withholding import give_again, withhold
from tahqiq.pipeline import archive

DAY = "2026-11-20T10:00:00Z"
WHY = {"reason": "a witness is in danger", "who": "A. Editor", "at": DAY}


def test_a_withheld_document_is_given_to_nobody_and_the_reason_is_said(desk: Desk) -> None:
    document = desk.document("a.txt").id
    withhold(desk.ledger, desk.vault, document, **WHY)
    for ask in (desk.vault.bytes, desk.vault.place):
        with pytest.raises(Withheld, match="a witness is in danger"):
            ask(document)
    assert (desk.vault.folder / document[:2] / document).read_text("utf-8") == TEXTS["a.txt"], "the bytes stand"
    assert verify(desk.ledger, desk.vault).faults == ()
    (decision,) = desk.ledger.decisions(document)
    assert (decision.kind, decision.who, decision.why) == ("withhold", "A. Editor", WHY["reason"])


def test_erased_bytes_are_gone_and_their_entry_and_tombstone_stand(desk: Desk) -> None:
    document = desk.document("a.txt").id
    withhold(desk.ledger, desk.vault, document, **WHY, erase=True)
    place = desk.vault.folder / document[:2] / document
    assert not place.exists()
    assert json.loads(place.with_name(f"{document}.withheld").read_text("utf-8"))["bytes"] == "erased"
    found = verify(desk.ledger, desk.vault)
    assert (found.faults, found.withheld, found.documents) == ((), 1, 4)
    desk.take(acquired("a.txt", TEXTS["a.txt"]))
    assert not place.exists(), "given again it is not kept again"


def test_a_tombstone_that_was_taken_away_is_missed(desk: Desk) -> None:
    document = desk.document("a.txt").id
    withhold(desk.ledger, desk.vault, document, **WHY, erase=True)
    (desk.vault.folder / document[:2] / f"{document}.withheld").unlink()
    (fault,) = verify(desk.ledger, desk.vault).faults
    assert "is missing, although custody.jsonl withholds it (a.txt)" in fault


def test_bytes_that_only_went_away_are_still_missed(desk: Desk) -> None:
    document = desk.document("a.txt").id
    withhold(desk.ledger, desk.vault, document, **WHY)
    (desk.vault.folder / document[:2] / document).unlink()
    (fault,) = verify(desk.ledger, desk.vault).faults
    assert "is missing, although custody.jsonl has it" in fault


def test_withholding_twice_is_withholding_once_and_erasing_can_follow(desk: Desk) -> None:
    document = desk.document("a.txt").id
    withhold(desk.ledger, desk.vault, document, **WHY)
    before = len(desk.vault.lines())
    withhold(desk.ledger, desk.vault, document, **WHY)
    assert len(desk.vault.lines()) == before
    withhold(desk.ledger, desk.vault, document, **WHY, erase=True)
    assert len(desk.vault.lines()) == before + 1
    assert desk.vault.size(document) is None
    withhold(desk.ledger, desk.vault, document, **WHY)
    assert desk.vault.check().withheld[document]["bytes"] == "erased"


def test_a_released_document_is_given_again_and_an_erased_one_cannot_be(desk: Desk) -> None:
    one, other = desk.document("a.txt").id, desk.document("b.txt").id
    withhold(desk.ledger, desk.vault, one, **WHY)
    give_again(desk.ledger, desk.vault, one, **WHY)
    assert desk.vault.bytes(one) == TEXTS["a.txt"].encode()
    assert verify(desk.ledger, desk.vault).withheld == 0
    withhold(desk.ledger, desk.vault, other, **WHY, erase=True)
    with pytest.raises(UnknownName, match="were erased"):
        give_again(desk.ledger, desk.vault, other, **WHY)
    with pytest.raises(UnknownName, match="is not withheld"):
        give_again(desk.ledger, desk.vault, one, **WHY)
    withhold(desk.ledger, desk.vault, one, **WHY)
    with pytest.raises(Withheld):
        desk.vault.bytes(one)


@pytest.mark.parametrize(("name", "reason", "said"), [("0" * 64, "why", "no such document"), ("a.txt", "  ", "say why")])
def test_what_cannot_be_withheld_is_said(desk: Desk, name: str, reason: str, said: str) -> None:
    document = desk.document(name).id if name == "a.txt" else name
    with pytest.raises(UnknownName, match=said):
        withhold(desk.ledger, desk.vault, document, reason=reason, who="A. Editor", at=DAY)
    assert len(desk.vault.lines()) == 4


def test_an_archive_leaves_out_what_is_withheld(desk: Desk) -> None:
    desk.take(acquired("q.html", PAGE.replace("5", "6"), url="https://example.org/other"))
    withhold(desk.ledger, desk.vault, desk.document("page.html").id, **WHY)
    out = io.BytesIO()
    assert archive(desk.ledger, desk.vault, out) == 1
    assert b"example.org/strike" not in zipfile.ZipFile(out).read("pages/pages.jsonl")
