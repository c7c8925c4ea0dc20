"""Standard input is a document like any other."""

import io
from pathlib import Path

import pytest

from plain_stages import PLAIN
from tahqiq.evidence import Vault
from tahqiq.ledger import open_ledger
from tahqiq.pipeline import ingest

GIVEN = {
    "lines of JSON": (b'{"text": "3 killed in Homs"}\n{"text": "4 killed in Hama"}', "application/jsonl", 2),
    "a page": (b"<!doctype html><p>3 killed in Homs", "text/html", 1),
    "a text": (b"3 killed in Homs", "text/plain", 1),
}


@pytest.mark.parametrize("name", GIVEN)
def test_standard_input_is_told_by_its_bytes(tmp_path: Path, vault: Vault, name: str) -> None:
    data, kind, reports = GIVEN[name]
    desk = open_ledger(f"sqlite:///{tmp_path / 'l.db'}")
    assert ingest(["-"], desk, vault, stages=PLAIN, standard_input=io.BytesIO(data)).reports == reports
    (document,) = desk.documents()
    assert (document.media_type, document.method, document.name) == (kind, "standard input", "standard input")


def test_an_empty_standard_input_is_one_sentence(tmp_path: Path, vault: Vault) -> None:
    desk = open_ledger(f"sqlite:///{tmp_path / 'l.db'}")
    assert ingest(["-"], desk, vault, stages=PLAIN, standard_input=io.BytesIO(b"")).refused == ["standard input: is empty"]
