"""verify looks at everything, and what was done to a ledger behind its back is named."""

import json
import sqlite3
from pathlib import Path

import pytest
from desk_made import STAGES, Desk

from tahqiq.keeping.verifying import verify
from tahqiq.keeping.withholding import withhold
from tahqiq.pipeline import ingest

DAY = "2026-11-20T10:00:00Z"


def change(desk: Desk, *statements: str) -> None:
    with sqlite3.connect(desk.folder / "desk.db") as raw:
        for statement in statements:
            raw.execute(statement)
    raw.close()


def test_a_desk_as_it_was_kept_has_no_fault(desk: Desk) -> None:
    found = verify(desk.ledger, desk.vault, with_texts=True)
    assert (found.faults, found.documents, found.size) == ((), 4, 4)
    assert found.texts and (found.texts.same, found.texts.unchecked) == (4, 0)
    assert json.loads(json.dumps(found.to_json()))["texts"] == {"same": 4, "unchecked": 0}
    assert "4 texts are what their documents hold" in found.said()


def test_a_report_that_was_put_in_with_a_name_of_its_own_is_not_in_its_document(desk: Desk) -> None:
    """Text, reading and even its id made to fit: only the bytes know."""
    from tahqiq.pipeline import report_id

    report = next(r for r in desk.ledger.reports() if r.text.startswith("2 killed"))
    forged = report_id(
        type(report)(**{**{f: getattr(report, f) for f in report.__slots__}, "text": report.text.replace("2", "8", 1), "source": None})
    )
    change(
        desk,
        "UPDATE report SET json = replace(json, '2 killed', '8 killed')",
        f"UPDATE report SET json = replace(json, '{report.id}', '{forged}'), id = '{forged}' WHERE id = '{report.id}'",
        f"UPDATE reading SET report = '{forged}' WHERE report = '{report.id}'",
        f"UPDATE standing_reading SET report = '{forged}' WHERE report = '{report.id}'",
        f'UPDATE account SET json = replace(json, \'"text":"2"\', \'"text":"8"\') WHERE json LIKE \'%{report.id}%\'',
    )
    assert verify(desk.ledger, desk.vault).faults == (), "the ledger alone cannot know"
    (fault,) = verify(desk.ledger, desk.vault, with_texts=True).faults
    assert (fault.kind, fault.subject) == ("words", forged) and "is not what is in its document" in fault


def test_reports_of_tables_are_compared_by_the_mapping_they_were_read_by(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text("nr,words\n1,6 killed in Hama\n2,7 killed in Hama\n")
    (tmp_path / "columns.yaml").write_text("text: words\nid: nr\n")
    taken = ingest([tmp_path / "table.csv"], desk.ledger, desk.vault, columns=tmp_path / "columns.yaml", stages=STAGES)
    assert taken.reports == 2, taken
    found = verify(desk.ledger, desk.vault, with_texts=True)
    assert found.texts and (found.faults, found.texts.same, found.texts.unchecked) == ((), 6, 0)


def test_what_is_withheld_is_not_opened(desk: Desk) -> None:
    withhold(desk.ledger, desk.vault, desk.document("a.txt").id, reason="a witness", who="A. Editor", at=DAY, erase=True)
    found = verify(desk.ledger, desk.vault, with_texts=True)
    assert found.texts and (found.faults, found.withheld, found.texts.same, found.texts.unchecked) == ((), 1, 3, 1)


@pytest.mark.parametrize(
    ("statement", "kind", "said"),
    [
        ("UPDATE report SET json = replace(json, '2 killed', '9 killed')", "words", "is not the one it was named by"),
        (
            'INSERT INTO document VALUES (\'{no}\', \'{{"id":"{no}","size":1,"media_type":"","origin":"","method":"","acquired_at":""}}\')',
            "ledger",
            "has no entry",
        ),
        ('UPDATE run SET json = replace(json, \'"custody":"\', \'"custody":"0\')', "chain", "was cut off or replaced"),
    ],
    ids=["a text", "a document", "a run"],
)
def test_a_ledger_that_was_changed_behind_its_back_is_named(desk: Desk, statement: str, kind: str, said: str) -> None:
    change(desk, statement.format(no="e" * 64))
    faults = verify(desk.ledger, desk.vault).faults
    assert any(fault.kind == kind and said in fault for fault in faults), faults
