"""Acquiring: files and bytes become documents, whose bytes are the evidence.

What comes in is a path or bytes; what goes out is a `Document` and its bytes, unaltered. Nothing is stored here (that is
`evidence.vault`) and nothing is understood (that is `text`): what a text says, this file must not know. What every way in
gives and is told (`Acquired`, `Refused`, `Asked`) stands here, since each way in is a file of its own under `feeds/`.
"""

import datetime as dt
import hashlib
import os
import re
import stat
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from tahqiq.errors import UnreadableDocument
from tahqiq.evidence.fetching import Fetcher
from tahqiq.model import Document

MAX_BYTES = 20_000_000
MAX_LINES_BYTES = 1_000_000_000  # a .jsonl holds many reports: the limit above is for each of its lines, this one for the whole
_MEDIA_TYPES = {
    ".txt": "text/plain",
    ".text": "text/plain",
    ".md": "text/plain",
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "text/html",
    ".jsonl": "application/jsonl",
    ".ndjson": "application/jsonl",
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv",
    ".tsv": "text/csv",
    ".eml": "message/rfc822",
    ".mhtml": "multipart/related",
    ".mht": "multipart/related",
}
_LINES = "application/jsonl"
_PACKED = {".docx": "word/document.xml", ".xlsx": "xl/workbook.xml"}  # a ZIP that is text, and the part that shows it
_LEDGER_FILES = (".db", ".db-wal", ".db-shm")
_SIGNATURES = (
    (b"%PDF-", "PDF"),
    (b"PK\x03\x04", "ZIP or office"),
    (b"\x1f\x8b", "gzip"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"\x7fELF", "program"),
    (b"MZ\x90", "program"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"7z\xbc\xaf", "7z"),
    (b"Rar!", "RAR"),
    (b"\xd0\xcf\x11\xe0", "office"),
    (b"SQLite format 3", "SQLite"),
    (b"OggS", "Ogg"),
)
_UNSHOWN = frozenset("Cc Cf Cs Co Cn Zl Zp".split())  # kinds of characters that a name must not show: NUL, newline, bidi override
_HTML_START = re.compile(rb"\s*(?:<!--.{0,500}?-->\s*)?<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
_CONTROLS = bytes(c for c in range(32) if c not in b"\t\n\r\f\v\x1a\x1b") + b"\x7f"


@dataclass(frozen=True, slots=True)
class Acquired:
    """A document and its bytes; a path where they are too many to hold, with what the way in says of it.

    `published` and `source` are for reports that carry none themselves.
    """

    document: Document
    data: bytes | Path
    published: dt.date | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """What was not taken in, and why, in one sentence that names it; a note is of what no one would expect to be taken."""

    sentence: str
    is_note: bool = False

    def __str__(self) -> str:
        return self.sentence


@dataclass(frozen=True, slots=True)
class Asked:
    """What a way in is told. `now` gives the time, UTC; `fetcher` asks addresses of the web."""

    now: Callable[[], str]
    max_bytes: int = MAX_BYTES
    fetcher: Fetcher = field(default_factory=Fetcher)
    standard_input: BinaryIO | None = None


def acquire(
    path: Path | None,
    *,
    data: bytes | None = None,
    name: str = "",
    origin: str = "",
    method: str = "file",
    at: str,
    max_bytes: int = MAX_BYTES,
    url: str | None = None,
    headers: tuple[tuple[str, str], ...] = (),
    within: str | None = None,
    media_type: str = "",
) -> tuple[Document, bytes]:
    """The document that these bytes are, with where, when and how they were got; nothing is stored yet.

    Args:
        path: the file; None where `data` is given.
        name: the file's name, for its kind and for messages; the path's last part unless given.
        origin: where it comes from; the path as given unless told.
        at: when it was acquired, UTC.
        max_bytes: the largest document, and the largest line of a .jsonl, that is taken.
        url, headers, within: as in `Document`.
        media_type: what the bytes are, where the way in knows; told by name and bytes unless given.

    Raises:
        UnreadableDocument: missing, a folder, empty, too large, or of a kind that holds no text; the message says which.
    """
    shown = plain_name(name or (path.name if path else "") or "standard input")
    if data is None:
        if path is None:
            raise ValueError("acquire() needs a path or data")
        data = _read(path, shown, _limit(shown, max_bytes))
    if not data.strip():
        raise UnreadableDocument(f"{shown}: is empty")
    media_type = media_type or _media_type(shown, data)
    _check_size(shown, data, media_type, max_bytes)
    _check_kind(shown, data, media_type)
    document = Document(
        id=hashlib.sha256(data).hexdigest(),
        size=len(data),
        media_type=media_type,
        origin=plain(origin or (str(path) if path else shown)),
        method=method,
        acquired_at=at,
        name=shown,
        url=url,
        headers=headers,
        within=within,
    )
    return document, data


def plain_name(name: str) -> str:
    """The name without characters that hide what it is (NUL, newlines, bidi overrides), each shown as U+FFFD; 200 at most."""
    shown = plain(name)
    return shown if len(shown) <= 200 else f"{shown[:120]}…{shown[-79:]}"


def plain(words: str) -> str:
    """The words with U+FFFD in place of what is not shown or cannot be stored."""
    return "".join("\ufffd" if unicodedata.category(c) in _UNSHOWN and c not in "\u200c\u200d" else c for c in words)


def digest_of(path: Path) -> tuple[str, int]:
    """The SHA-256 and size of a file, read in blocks.

    Raises: UnreadableDocument where it cannot be read.
    """
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
                size += len(block)
    except OSError as e:
        raise UnreadableDocument(f"{plain_name(str(path))}: cannot be read: {e.strerror or e}") from None
    return digest.hexdigest(), size


def head_of(path: Path, size: int = 4096) -> bytes:
    """The first bytes of a file; none where it cannot be read, which is said by who takes it."""
    try:
        with path.open("rb") as file:
            return file.read(size)
    except OSError:
        return b""


def files_of(paths: Iterable[Path]) -> Iterator[Path]:
    """The files that are meant: each path that is no folder as it is, of each folder its files at any depth, sorted.

    Hidden files and folders are left out, and a ledger and vault that lie there; links to folders are not followed.
    """
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for folder, folders, files in os.walk(path):
            folders[:] = sorted(f for f in folders if not f.startswith(".") and not f.endswith(".vault"))
            yield from (Path(folder) / f for f in sorted(files) if not f.startswith(".") and not f.endswith(_LEDGER_FILES))


def _limit(shown: str, max_bytes: int) -> int:
    is_lines = _MEDIA_TYPES.get(Path(shown).suffix.lower()) == _LINES
    return max(MAX_LINES_BYTES, max_bytes) if is_lines else max_bytes


def _read(path: Path, shown: str, limit: int) -> bytes:
    try:
        if stat.S_ISDIR(path.stat().st_mode):
            raise UnreadableDocument(f"{shown}: is a folder, not a file")
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except FileNotFoundError:
        raise UnreadableDocument(f"{path}: there is no such file") from None
    except OSError as e:
        raise UnreadableDocument(f"{path}: cannot be read: {e.strerror or e}") from None
    if len(data) > limit:
        raise UnreadableDocument(f"{shown}: is larger than {megabytes(limit)}, the size limit")
    return data


def _media_type(shown: str, data: bytes) -> str:
    known = _MEDIA_TYPES.get(Path(shown).suffix.lower())
    if known:
        return known
    if data.startswith(b"%PDF-"):
        return "application/pdf"
    if _HTML_START.match(data[:2000]):
        return "text/html"
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _LINES
    return "text/plain"


def _check_size(shown: str, data: bytes, media_type: str, max_bytes: int) -> None:
    if media_type != _LINES:
        if len(data) > max_bytes:
            raise UnreadableDocument(f"{shown}: is larger than {megabytes(max_bytes)}, the size limit")
        return
    start, number = 0, 1
    while start < len(data):
        end = data.find(b"\n", start)
        end = len(data) if end < 0 else end
        if end - start > max_bytes:
            raise UnreadableDocument(f"{shown} line {number}: is larger than {megabytes(max_bytes)}, the size limit")
        start, number = end + 1, number + 1


def _check_kind(shown: str, data: bytes, media_type: str) -> None:
    """Refuses bytes that are no text, unless they are a PDF called one; UTF-16 is text although it is full of zeros."""
    is_pdf = data[:1024].lstrip().startswith(b"%PDF-")
    if media_type == "application/pdf":
        if not is_pdf:
            raise UnreadableDocument(f"{shown}: is named .pdf but is no PDF")
        return
    suffix = Path(shown).suffix.lower()
    if suffix in _PACKED:
        if not data.startswith(b"PK\x03\x04") or _PACKED[suffix].encode() not in data:
            raise UnreadableDocument(f"{shown}: is named {suffix} but is none")
        return
    kind = next((kind for signature, kind in _SIGNATURES if data.startswith(signature)), None)
    if kind == "PDF":
        raise UnreadableDocument(f"{shown}: is a PDF that is not named .pdf; rename it")
    if kind is None and _looks_like_utf16(data):
        return
    sample = data[:65536] + data[-4096:]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if kind or b"\x00" in sample or controls > len(sample) * 0.01:
        raise UnreadableDocument(f"{shown}: is binary data ({kind or 'of an unknown kind'}), not text")


def _looks_like_utf16(data: bytes) -> bool:
    """True where the bytes are UTF-16: a mark at the head, or one of each two bytes nearly always of few values."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return len(data) % 2 == 0
    sample = data[:4096]
    if len(data) % 2 or len(sample) < 8:
        return False
    pages = (0x00, 0x06, 0x20)  # Latin, Arabic, punctuation
    odd, even = sample[1::2], sample[::2]
    for high, low in ((odd, even), (even, odd)):
        if sum(high.count(p) for p in pages) >= 0.9 * len(high) and low.count(0) <= 0.02 * len(low):
            return high.count(0) >= 1 and len(set(low)) > 4
    return False


def megabytes(size: int) -> str:
    """A size as messages tell it."""
    return f"{size / 1e6:g} MB"
