"""Texts out of documents: decoded or extracted, with title and date where the document gives them, furniture marked.

What comes in is a document and its bytes; what goes out are reports whose offsets hold for good, since their text is never
touched again. One report for a `.txt`, `.html` or `.pdf`, one for each line of a `.jsonl`. What language a text is in, this
package must not know.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from tahqiq.errors import UnreadableDocument
from tahqiq.model import Document, Report
from tahqiq.text.decode import decode
from tahqiq.text.extract import page_text, parse_day
from tahqiq.text.furniture import furniture_spans, wire_credit
from tahqiq.text.pdf import pdf_text
from tahqiq.text.segment import Spans, paragraphs, sentence_at, sentences

__all__ = [
    "FailedLine",
    "Spans",
    "decode",
    "furniture_spans",
    "paragraphs",
    "sentence_at",
    "sentences",
    "to_reports",
    "wire_credit",
]

MAX_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class FailedLine:
    """A line of a .jsonl that gave no report, and why; line 0 is the whole."""

    name: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.name} line {self.line}: {self.reason}" if self.line else f"{self.name}: {self.reason}"


class _Line(msgspec.Struct):
    """What a line of a .jsonl may say; other keys are left alone, since people's files have many."""

    text: str
    id: str | int | None = None
    published: str | None = None
    url: str | None = None
    title: str | None = None
    source: str | None = None
    language: str | None = None


def to_reports(document: Document, data: bytes, *, max_bytes: int = MAX_BYTES) -> Iterator[Report | FailedLine]:
    """The reports of a document in its order, and the lines that gave none.

    A report's `id` is the one its line gives, else FILE:LINE; for a document of one text, the file's name.

    Raises: UnreadableDocument where the document as a whole gives no text.
    """
    if document.media_type == "application/jsonl":
        yield from _lines(document, data, max_bytes)
        return
    report = _whole(document, data)
    if not report.text.strip():
        raise UnreadableDocument(f"{document.name}: no text was found in it")
    yield report


def _whole(document: Document, data: bytes) -> Report:
    if document.media_type == "application/pdf":
        return _report(document, document.name, _kept(pdf_text(data, document.name)))
    text, _encoding = decode(data, document.name)
    if document.media_type != "text/html":
        return _report(document, document.name, _kept(text))
    page = page_text(text, latest=_latest(document))
    return _report(document, document.name, _kept(page.text), title=page.title, published=page.published, url=page.url, source=page.site)


def _report(
    document: Document,
    name: str,
    text: str,
    *,
    title: str | None = None,
    published: dt.date | None = None,
    url: str | None = None,
    source: str | None = None,
    language: str | None = None,
) -> Report:
    return Report(
        text=text,
        id=name,
        document=document.id,
        title=title,
        language=language,
        published=published,
        url=url,
        source=source,
        wire_credit=wire_credit(text),
        furniture=furniture_spans(text),
    )


def _lines(document: Document, data: bytes, max_bytes: int) -> Iterator[Report | FailedLine]:
    if not _is_utf8(data):
        data = decode(data, document.name)[0].encode("utf-8", "surrogatepass")
    for number, line in _numbered(data):
        try:
            yield _report_of_line(document, line, number, max_bytes)
        except UnreadableDocument as e:
            yield FailedLine(document.name, number, str(e))


def _numbered(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The lines that say something, numbered from 1; only a newline ends a line, as JSON may hold every other separator."""
    start, number = 3 if data.startswith(b"\xef\xbb\xbf") else 0, 0
    while start < len(data):
        end = data.find(b"\n", start)
        end = len(data) if end < 0 else end
        number += 1
        if line := data[start:end].strip():
            yield number, line
        start = end + 1


def _report_of_line(document: Document, line: bytes, number: int, max_bytes: int) -> Report:
    if len(line) > max_bytes:
        raise UnreadableDocument(f"is larger than {max_bytes / 1e6:g} MB, the size limit")
    given = _parsed(line)
    if not given.text.strip():
        raise UnreadableDocument("its text is empty")
    published = parse_day(given.published) if given.published else None
    if given.published and not published:
        raise UnreadableDocument(f"published is {given.published[:40]!r}; an ISO 8601 day was expected, as 2023-07-09")
    return _report(
        document,
        str(given.id) if given.id not in (None, "") else f"{document.name}:{number}",
        _kept(given.text),
        title=given.title or None,
        published=published,
        url=given.url or None,
        source=given.source or None,
        language=given.language or None,
    )


def _parsed(line: bytes) -> _Line:
    try:
        value: Any = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as e:
        raise UnreadableDocument(f"is no JSON ({str(e)[:120]})") from None
    if not isinstance(value, dict):
        raise UnreadableDocument('is no JSON object; {"text": …} was expected')
    if "text" not in value:
        raise UnreadableDocument('has no "text"')
    try:
        return msgspec.convert(value, _Line)
    except msgspec.ValidationError as e:
        raise UnreadableDocument(f"is not as expected: {e}") from None


def _kept(text: str) -> str:
    """The text as found, but for characters that no store and no output can hold; each has one in its place, so offsets stay."""
    if "\x00" in text:
        text = text.replace("\x00", "\ufffd")
    return text if _is_encodable(text) else "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)


def _is_encodable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _is_utf8(data: bytes) -> bool:
    if b"\x00" in data[:4096]:
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _latest(document: Document) -> dt.date | None:
    acquired = parse_day(document.acquired_at)
    return acquired + dt.timedelta(days=1) if acquired else None
