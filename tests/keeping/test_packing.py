"""A pack holds what others need, is valid for an independent reader, and tells nothing that must not leave."""

import json
import subprocess
import sys
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import bagit
import pytest
import yaml
from desk_made import AT, NEIGHBOUR, PAGE, TEXTS, Desk

from tahqiq.errors import LedgerConflict, NotKept, UnknownName
from tahqiq.keeping import packing
from tahqiq.keeping.packing import pack
from tahqiq.keeping.page import LANGUAGES, file_of
from tahqiq.model import Decision

DAY = "2026-11-20T10:00:00Z"


def packed(desk: Desk, policy: str = "internal", name: str = "bag") -> Path:
    return pack(desk.ledger, desk.vault, desk.incident(), desk.folder / name, policy=policy, at=DAY).path


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


class Shape(HTMLParser):
    """The open elements, the directions and what the page asks for."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.asked: list[str] = []
        self.directions: list[tuple[str | None, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.asked += [v for k, v in attrs if k in ("href", "src") and v]
        if tag in ("html", "blockquote"):
            self.directions.append((told.get("lang"), told.get("dir")))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("policy", ["public", "partner", "internal"])
@pytest.mark.parametrize("name", ["bag", "bag.zip"])
def test_a_pack_is_a_valid_bag_for_an_independent_reader(desk: Desk, tmp_path: Path, policy: str, name: str) -> None:
    path = packed(desk, policy, name)
    if name.endswith(".zip"):
        with zipfile.ZipFile(path) as archive:
            archive.extractall(tmp_path / "out")
        path = tmp_path / "out" / "bag"
    bag = bagit.Bag(str(path))
    bag.validate()
    assert bag.info["External-Identifier"] == desk.incident()
    assert sorted(p.name for p in desk.folder.iterdir() if p.name.startswith(".")) == []


def test_a_bag_with_one_altered_byte_is_not_valid(desk: Desk) -> None:
    path = packed(desk)
    file = path / "data" / "incident.json"
    file.write_bytes(file.read_bytes().replace(b"armed_attack", b"armed_atta_k", 1))
    with pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(path)).validate()


def test_inside_the_documents_and_their_words_come_along(desk: Desk) -> None:
    data = packed(desk) / "data"
    told = {str(row["name"]): row for row in lines(data / "documents.jsonl")}
    assert set(told) == {"a.txt", "b.txt", "page.html"}, "what tells of the incident and nothing else"
    assert (data / str(told["a.txt"]["file"])).read_text("utf-8") == TEXTS["a.txt"]
    assert (data / str(told["page.html"]["file"])).read_text("utf-8") == PAGE
    assert {a["document"] for a in lines(data / "accounts.jsonl")} == {row["id"] for row in told.values()}
    assert zipfile.ZipFile(data / "documents" / "archive.wacz").testzip() is None
    method = json.loads((data / "method.json").read_text("utf-8"))
    assert method["readers"] == ["plain 1"] and method["program"].startswith("tahqiq ")


@pytest.mark.parametrize("policy", ["public", "internal"])
def test_every_document_has_a_proof_that_holds_without_our_software(desk: Desk, policy: str) -> None:
    data = packed(desk, policy) / "data"
    for row in lines(data / "documents.jsonl"):
        command = [
            sys.executable,
            "-I",
            "-S",
            "check_proof.py",
            f"proofs/{row['id']}.json",
            *([str(row["file"])] if policy == "internal" else []),
        ]
        done = subprocess.run(command, cwd=data, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout.split()[:4]) == (0, ["is", "under", "the", "root"]), done.stderr


def test_outside_no_withheld_name_no_word_of_a_report_and_no_file_name_is_told(desk: Desk) -> None:
    desk.ledger.append_decision(Decision("d1", "same", desk.incident(), "A. Editor", f"{NEIGHBOUR} told us", AT))
    path = packed(desk, "public")
    whole = "".join(file.read_text("utf-8") for file in path.rglob("*") if file.is_file())
    for secret in ("Nizar", "Qadri", "a neighbour", "they said", "a.txt", "A. Editor", "قال شهود"):
        assert secret not in whole
    assert not (path / "data" / "documents").exists()
    assert [d["kind"] for d in lines(path / "data" / "decisions.jsonl")] == ["same"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_opens_alone_in_its_language_and_each_text_in_its_own_direction(desk: Desk, language: str) -> None:
    data = packed(desk) / "data"
    html = (data / file_of(language)).read_text("utf-8")
    shape = Shape(html)
    assert shape.open == []
    assert shape.directions[0] == (language, "ltr" if language == "en" else "rtl")
    assert {("ar", "rtl"), ("en", "ltr")} <= set(shape.directions[1:])
    assert all(ask.startswith("#") or (data / ask).exists() for ask in shape.asked), "nothing is asked of a network"
    assert "&lt;b&gt;" in html and "<b>…" not in html
    assert "<mark>4</mark>" in html or "<mark>4 " in html


def test_a_withheld_document_is_in_no_pack_but_its_hash_and_proof_are(desk: Desk) -> None:
    document = desk.document("a.txt")
    desk.vault.withhold(document.id, reason="a witness is in danger", who="A. Editor", at=DAY)
    path = packed(desk)
    row = next(row for row in lines(path / "data" / "documents.jsonl") if row["id"] == document.id)
    assert (row["withheld"], "file" in row) == ("a witness is in danger", False)
    assert (path / "data" / "proofs" / f"{document.id}.json").exists()
    everything = b"".join(file.read_bytes() for file in path.rglob("*") if file.is_file())
    assert TEXTS["a.txt"].encode() not in everything and b"neighbour" not in everything


def test_a_pack_is_never_written_over_and_an_unknown_incident_is_named(desk: Desk) -> None:
    packed(desk)
    with pytest.raises(LedgerConflict, match="is there already"):
        packed(desk)
    with pytest.raises(UnknownName):
        pack(desk.ledger, desk.vault, "nothing", desk.folder / "other", at=DAY)
    assert not (desk.folder / "other").exists()


def test_a_disk_that_fills_leaves_nothing_of_a_pack(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(packing, "_bag", full)
    with pytest.raises(NotKept, match="No space left on device; nothing is left"):
        packed(desk)
    assert not [p for p in desk.folder.iterdir() if "bag" in p.name]


def test_the_page_has_the_same_words_in_every_language() -> None:
    words = yaml.safe_load((Path(packing.__file__).with_name("words.yaml")).read_text("utf-8"))
    assert set(words) == set(LANGUAGES)
    for language in LANGUAGES:
        assert words[language].keys() == words["en"].keys()
        assert words[language]["fields"].keys() == words["en"]["fields"].keys()
