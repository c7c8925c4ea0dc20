"""What is taken as a document, and what is refused in one clear sentence."""

import hashlib
from pathlib import Path

import pytest

from tahqiq.errors import UnreadableDocument
from tahqiq.evidence import acquire, files_of

AT = "2023-07-09T10:00:00Z"
ARABIC = "قال مصدر أمني إن الغارة أصابت الموقع"


def test_a_file_becomes_a_document_with_its_bytes_unaltered(tmp_path: Path) -> None:
    (tmp_path / "report.txt").write_bytes(b"\xef\xbb\xbfone\r\ntwo\n")
    document, data = acquire(tmp_path / "report.txt", at=AT)
    assert data == b"\xef\xbb\xbfone\r\ntwo\n"
    assert document.id == hashlib.sha256(data).hexdigest()
    assert (document.name, document.size, document.origin) == ("report.txt", len(data), str(tmp_path / "report.txt"))
    assert (document.method, document.acquired_at) == ("file", AT)


KINDS = {
    "a.txt": (b"words", "text/plain"),
    "a.HTM": (b"<p>words", "text/html"),
    "a.jsonl": (b'{"text": "words"}', "application/jsonl"),
    "a.pdf": (b"%PDF-1.4 words", "application/pdf"),
    "page": (b"<!-- saved -->\n<!DOCTYPE html><p>words", "text/html"),
    "standard input": (b'\xef\xbb\xbf {"text": "words"}', "application/jsonl"),
    "piped": (b"words of a text", "text/plain"),
    "download": (b"%PDF-1.7", "application/pdf"),
}


@pytest.mark.parametrize("name", KINDS)
def test_the_kind_is_told_by_the_name_or_else_by_the_bytes(name: str) -> None:
    data, expected = KINDS[name]
    assert acquire(None, data=data, name=name, at=AT)[0].media_type == expected


TEXTS = {
    "utf-8": ARABIC.encode(),
    "utf-16 with a mark": ARABIC.encode("utf-16"),
    "utf-16 little end first": ARABIC.encode("utf-16-le"),
    "utf-16 big end first": ARABIC.encode("utf-16-be"),
    "utf-16 English": ("Three killed in a strike. " * 3).encode("utf-16-le"),
    "windows-1256": ARABIC.encode("cp1256"),
    "iso-8859-6": ARABIC.encode("iso8859_6"),
    "windows-1252": "“Three” were killed – he said – in the café".encode("cp1252"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_in_any_encoding_is_a_text(name: str) -> None:
    assert acquire(None, data=TEXTS[name], name="report.txt", at=AT)[1] == TEXTS[name]


REFUSED = {
    "empty": ("x.txt", b"", "x.txt: is empty"),
    "blank": ("x.txt", b"\n \t", "x.txt: is empty"),
    "picture": ("x.txt", b"\x89PNG\r\n\x1a\n\x00\x00", "x.txt: is binary data (PNG), not text"),
    "archive": ("x.html", b"PK\x03\x04words", "x.html: is binary data (ZIP or office), not text"),
    "zeros": ("x.txt", b"words" + b"\x00" * 50, "x.txt: is binary data (of an unknown kind), not text"),
    "noise": ("x.txt", bytes(range(1, 256)) * 3, "x.txt: is binary data (of an unknown kind), not text"),
    "noise in lines": ("x.jsonl", b"\x00\x01\x02" * 99, "x.jsonl: is binary data (of an unknown kind), not text"),
    "a PDF by another name": ("x.txt", b"%PDF-1.4", "x.txt: is a PDF that is not named .pdf; rename it"),
    "no PDF": ("x.pdf", b"words", "x.pdf: is named .pdf but is no PDF"),
    "large": ("x.txt", b"w" * 1001, "x.txt: is larger than 0.001 MB, the size limit"),
    "a large line": ("x.jsonl", b"{}\n{}\n" + b"w" * 1001, "x.jsonl line 3: is larger than 0.001 MB, the size limit"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_text_is_refused_in_one_sentence(name: str) -> None:
    called, data, sentence = REFUSED[name]
    with pytest.raises(UnreadableDocument) as refusal:
        acquire(None, data=data, name=called, at=AT, max_bytes=1000)
    assert str(refusal.value) == sentence


def test_many_short_lines_may_be_larger_together_than_one_document() -> None:
    data = b'{"text": "words"}\n' * 100
    assert acquire(None, data=data, name="x.jsonl", at=AT, max_bytes=1000)[0].size == len(data)


def test_a_file_over_the_limit_is_not_read_to_its_end(tmp_path: Path) -> None:
    with (tmp_path / "huge.txt").open("wb") as sparse:
        sparse.truncate(1 << 40)
    with pytest.raises(UnreadableDocument, match=r"huge\.txt: is larger than 20 MB"):
        acquire(tmp_path / "huge.txt", at=AT)


def test_what_is_not_there_or_a_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match=r"none\.txt: there is no such file"):
        acquire(tmp_path / "none.txt", at=AT)
    with pytest.raises(UnreadableDocument, match="is a folder"):
        acquire(tmp_path, at=AT)


def test_a_folder_stands_for_its_files_at_any_depth_sorted_without_the_hidden_and_our_own(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.txt", "a/b/c.html", ".hidden", ".git/config", "c.txt", "t.db", "t.db-wal", "t.db.vault/ab/x"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("words")
    (tmp_path / "a" / "round").symlink_to(tmp_path)
    found = [str(f.relative_to(tmp_path)) for f in files_of([tmp_path, tmp_path / "none.txt"])]
    assert found == ["b.txt", "c.txt", "a/z.txt", "a/b/c.html", "none.txt"]
