"""The vault keeps bytes as they came, and says so only where it is true."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tahqiq.errors import CustodyBroken, UnknownName
from tahqiq.evidence import Vault
from tahqiq.evidence.vault import NOTHING_BEFORE
from tahqiq.model import Document


def document(data: bytes, name: str = "x.txt") -> Document:
    return Document(hashlib.sha256(data).hexdigest(), len(data), "text/plain", f"in/{name}", "file", "2023-07-09T10:00:00Z", name)


def keep(vault: Vault, *texts: str) -> list[Document]:
    documents = [document(text.encode(), f"{text}.txt") for text in texts]
    for text, d in zip(texts, documents, strict=True):
        assert vault.keep(d, text.encode())
    return documents


def place(vault: Vault, d: Document) -> Path:
    return vault.folder / d.id[:2] / d.id


def test_bytes_lie_as_they_came_under_their_sha256(vault: Vault) -> None:
    (d,) = keep(vault, "قصف")
    assert place(vault, d).read_bytes() == vault.bytes(d.id) == "قصف".encode()
    assert vault.verify() == []


def test_keeping_twice_is_keeping_once(vault: Vault) -> None:
    (d,) = keep(vault, "one")
    log = vault.log.read_bytes()
    assert not vault.keep(replace(d, name="again.txt"), b"one")
    assert vault.log.read_bytes() == log


def test_each_entry_carries_the_hash_of_the_one_before(vault: Vault) -> None:
    assert vault.head() == NOTHING_BEFORE
    keep(vault, "one", "two", "three")
    entries = list(vault.custody())
    assert [e["n"] for e in entries] == [0, 1, 2]
    assert [e["previous"] for e in entries] == [NOTHING_BEFORE, entries[0]["hash"], entries[1]["hash"]]
    assert vault.head() == entries[-1]["hash"]
    assert (entries[1]["name"], entries[1]["origin"], entries[1]["size"], entries[1]["method"]) == ("two.txt", "in/two.txt", 3, "file")


def test_bytes_that_are_not_the_documents_are_refused(vault: Vault) -> None:
    with pytest.raises(CustodyBroken, match=r"x\.txt"):
        vault.keep(document(b"one"), b"two")
    assert not vault.folder.exists()


@pytest.mark.parametrize("asked", ["0" * 64, "../../etc/passwd", "", "ABCDEF"])
def test_what_the_vault_does_not_have_is_named(vault: Vault, asked: str) -> None:
    keep(vault, "one")
    with pytest.raises(UnknownName):
        vault.bytes(asked)


def test_altered_bytes_are_never_given_out(vault: Vault) -> None:
    (d,) = keep(vault, "one")
    place(vault, d).write_bytes(b"onE")
    with pytest.raises(CustodyBroken, match=d.id):
        vault.bytes(d.id)


def _flip(vault: Vault, d: Document) -> str:
    place(vault, d).write_bytes(b"twO")
    return "not those that were kept (two.txt)"


def _lengthen(vault: Vault, d: Document) -> str:
    place(vault, d).write_bytes(b"two and more")
    return "has 12 bytes, 3 were kept (two.txt)"


def _remove(vault: Vault, d: Document) -> str:
    place(vault, d).unlink()
    return "is missing, although custody.jsonl has it (two.txt)"


def _add(vault: Vault, d: Document) -> str:
    place(vault, d).with_name("d" * 64).write_bytes(b"planted")
    return "has no entry in custody.jsonl"


def _rename_in_log(vault: Vault, d: Document) -> str:
    vault.log.write_bytes(vault.log.read_bytes().replace(b'"name":"two.txt"', b'"name":"six.txt"'))
    return "line 2: the entry was altered"


def _cut_from_log(vault: Vault, d: Document) -> str:
    lines = vault.log.read_bytes().splitlines(keepends=True)
    vault.log.write_bytes(lines[0] + lines[2])
    return "line 2: the entry does not follow"


def _scramble_log(vault: Vault, d: Document) -> str:
    lines = vault.log.read_bytes().splitlines(keepends=True)
    vault.log.write_bytes(lines[0] + b"no entry\n" + lines[2])
    return "line 2: is no entry of the chain"


def _lose_log(vault: Vault, d: Document) -> str:
    vault.log.unlink()
    return "custody.jsonl: is missing"


def _forge(vault: Vault, d: Document) -> str:
    """An entry altered with its own hash made right again: the next one does not follow it."""
    lines = vault.log.read_bytes().splitlines()
    entry = json.loads(lines[1]) | {"origin": "elsewhere"}
    del entry["hash"]
    whole = json.dumps(entry, sort_keys=True, separators=(",", ":"))
    lines[1] = json.dumps(entry | {"hash": hashlib.sha256(whole.encode()).hexdigest()}, sort_keys=True, separators=(",", ":")).encode()
    vault.log.write_bytes(b"\n".join(lines) + b"\n")
    return "line 3: the entry does not follow"


@pytest.mark.parametrize("harm", [_flip, _lengthen, _remove, _add, _rename_in_log, _cut_from_log, _scramble_log, _lose_log, _forge])
def test_every_change_is_found_and_its_file_named(vault: Vault, harm: Callable[[Vault, Document], str]) -> None:
    _, two, _ = keep(vault, "one", "two", "three")
    expected = harm(vault, two)
    problems = vault.verify()
    assert any(expected in p for p in problems), problems
    assert all(str(vault.folder) in p for p in problems)


def test_a_vault_that_is_not_there_has_no_fault(vault: Vault) -> None:
    assert vault.verify() == []
    assert list(vault.custody()) == []
    vault.mend()
    assert not vault.folder.exists()


# -- after a crash -----------------------------------------------------------------------------------------------------


def test_a_torn_last_line_is_recognised_and_mended_without_losing_what_stood_there(vault: Vault) -> None:
    keep(vault, "one")
    whole = vault.log.read_bytes()
    vault.log.write_bytes(whole + b'{"at":"2023-07-09T10:0')
    assert [e["n"] for e in vault.custody()] == [0]
    assert any("torn" in p for p in vault.verify())
    keep(vault, "two")
    assert vault.verify() == []
    assert vault.log.read_bytes().startswith(whole)
    assert [(e["event"], e.get("torn")) for e in vault.custody()] == [
        ("acquired", None),
        ("mended", '{"at":"2023-07-09T10:0'),
        ("acquired", None),
    ]


def test_a_last_line_that_lost_only_its_newline_stands(vault: Vault) -> None:
    keep(vault, "one", "two")
    whole = vault.log.read_bytes()
    vault.log.write_bytes(whole[:-1])
    vault.mend()
    assert vault.log.read_bytes() == whole
    assert vault.verify() == []


def test_bytes_without_their_entry_were_never_kept(vault: Vault) -> None:
    keep(vault, "one")
    d = document(b"two")
    (vault.folder / "tmp" / d.id).write_bytes(b"tw")
    vault.mend()
    assert not (vault.folder / "tmp" / d.id).exists()
    assert vault.verify() == []
    assert vault.keep(d, b"two")


def test_bytes_with_their_entry_are_given_their_name(vault: Vault) -> None:
    _, two = keep(vault, "one", "two")
    place(vault, two).rename(vault.folder / "tmp" / two.id)
    (problem,) = vault.verify()
    assert "interrupted" in problem
    assert not vault.keep(two, b"two"), "the next writing finishes it"
    assert vault.bytes(two.id) == b"two"
    assert vault.verify() == []


def test_a_torn_line_is_no_excuse_for_a_document_that_has_its_name(vault: Vault) -> None:
    _, two = keep(vault, "one", "two")
    lines = vault.log.read_bytes().splitlines(keepends=True)
    vault.log.write_bytes(lines[0] + lines[1][:40])
    vault.mend()
    assert any(two.id in p and "has no entry" in p for p in vault.verify())


WRITER = """
import hashlib, sys
from pathlib import Path
from tahqiq.evidence import Vault
from tahqiq.model import Document
vault, letter = Vault(Path(sys.argv[1])), sys.argv[2]
for n in range(60):
    data = f"{letter if n % 2 else 'both'} {n}".encode()
    digest = hashlib.sha256(data).hexdigest()
    vault.keep(Document(digest, len(data), "text/plain", "x", "file", "2023-07-09T10:00:00Z", letter), data)
"""


def test_three_processes_at_once_do_not_break_the_chain(vault: Vault) -> None:
    command = [sys.executable, "-c", WRITER, str(vault.folder)]
    writers = [subprocess.Popen([*command, letter], env={"PYTHONPATH": ":".join(sys.path)}) for letter in "xyz"]
    assert [w.wait(60) for w in writers] == [0, 0, 0]
    assert vault.verify() == []
    assert len(list(vault.custody())) == 3 * 30 + 30
