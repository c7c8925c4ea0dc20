"""Texts out of documents: decoded or extracted, with title and date where the document gives them, furniture marked.

What comes in is a document and its bytes; what goes out are reports whose offsets hold for good, since their text is never
touched again. One report for a text, a page, a letter, one for each line of a `.jsonl`, row of a table and message of a
messenger's export. What language a text is in, this
package must not know.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from tahqiq.errors import UnreadableDocument
from tahqiq.model import Document, Medium, Report
from tahqiq.text.decode import decode
from tahqiq.text.extract import page_text, parse_day
from tahqiq.text.feed import feed_items
from tahqiq.text.furniture import furniture_spans, wire_credit
from tahqiq.text.mail import Letter, letter_text, saved_page
from tahqiq.text.media import Locate, locating, media_of_page
from tahqiq.text.office import docx_media, docx_text
from tahqiq.text.pdf import pdf_text
from tahqiq.text.segment import Spans, paragraphs, sentence_at, sentences
from tahqiq.text.tables import Columns, Row, load_columns, row_of, table_rows
from tahqiq.text.telegram import telegram_messages

__all__ = [
    "Columns",
    "FailedLine",
    "Spans",
    "decode",
    "furniture_spans",
    "load_columns",
    "paragraphs",
    "sentence_at",
    "sentences",
    "to_reports",
    "wire_credit",
]

MAX_BYTES = 20_000_000
_LOCAL = ("file", "zip")  # ways in by which a page lies among the files that it names
_FEED = "application/rss+xml"
_TELEGRAM = "application/x-telegram-export+json"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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


def to_reports(
    document: Document, data: bytes | Path, *, max_bytes: int = MAX_BYTES, columns: Columns | None = None, first_line: int = 1
) -> Iterator[Report | FailedLine]:
    """The reports of a document in its order, and the lines that gave none.

    A report's `id` is the one its line gives, else FILE:LINE; for a document of one text, the file's name.

    Args:
        data: the bytes, or the file that holds them where they are too many to hold.
        columns: which columns of a table are what.
        first_line: the number of the first line, where the bytes are only some lines of a .jsonl.

    Raises: UnreadableDocument where the document as a whole gives no text.
    """
    if document.is_medium:
        raise UnreadableDocument(f"{document.name}: is a photo, video or recording: it has no text")
    if document.media_type == _TELEGRAM and isinstance(data, Path):
        yield from _messages(document, data)
        return
    held = data.read_bytes() if isinstance(data, Path) else data
    if document.media_type == "application/jsonl":
        yield from _lines(document, held, max_bytes, columns, first_line)
    elif document.media_type == "application/json":
        yield _report_of_line(document, held, 1, max_bytes, columns)
    elif document.media_type in ("text/csv", _XLSX):
        yield from _rows(document, held, columns)
    elif document.media_type == _FEED:
        yield from _items(document, held)
    else:
        report = _whole(document, held)
        if not report.text.strip():
            raise UnreadableDocument(f"{document.name}: no text was found in it")
        yield report


def _whole(document: Document, data: bytes) -> Report:
    match document.media_type:
        case "application/pdf":
            return _report(document, document.name, _kept(pdf_text(data, document.name)), url=document.url)
        case "message/rfc822":
            return _of_letter(document, letter_text(data, document.name))
        case "multipart/related":
            return _of_letter(document, saved_page(data, document.name, _latest(document)))
        case kind if kind == _DOCX:
            words, title = docx_text(data, document.name)
            media = docx_media(data, document.name)
            return _report(document, document.name, _kept(words), title=title, url=document.url, media=media)
    text, _encoding = decode(data, document.name)
    if document.media_type != "text/html":
        return _report(document, document.name, _kept(text), url=document.url)
    page = page_text(text, latest=_latest(document))
    # Who gave a page is known where it was fetched; what it says of itself is then not needed, and could name another.
    url, site = (document.url, None) if document.url else (page.url, page.site)
    media = media_of_page(text, _locating(document, page.url))
    return _report(document, document.name, _kept(page.text), title=page.title, published=page.published, url=url, source=site, media=media)


def _locating(document: Document, told: str | None) -> Locate:
    """A page that was fetched names its pictures against its address; one that lies in a folder against that, or by what it says it is."""
    is_local = document.url is None and document.method in _LOCAL
    return locating(document.url or (None if is_local else told), document.origin, is_local=is_local)


def _of_letter(document: Document, letter: Letter) -> Report:
    return _report(
        document,
        document.name,
        _kept(letter.text),
        title=letter.title,
        published=letter.published,
        url=letter.url or document.url,
        source=letter.source,
        media=letter.media,
    )


def _messages(document: Document, path: Path) -> Iterator[Report | FailedLine]:
    for found in telegram_messages(path, document.name):
        if isinstance(found, str):
            yield FailedLine(document.name, 0, found)
            continue
        report = _report(document, found.id, _kept(found.text), published=found.published, url=found.url, source=found.source)
        yield replace(report, edited=found.edited, forwarded_from=found.forwarded_from, media=tuple(_beside(document, found.media)))


def _beside(document: Document, media: tuple[Medium, ...]) -> Iterator[Medium]:
    """The media of a message by where they lie: in the folder of the export."""
    folder = locating(None, document.origin, is_local=True)
    for medium in media:
        yield replace(medium, address=folder(medium.address)) if medium.address else medium


def _items(document: Document, data: bytes) -> Iterator[Report]:
    for number, item in enumerate(feed_items(data, document.name), 1):
        name = item.url or f"{document.name}:{number}"
        yield _report(
            document, name, _kept(item.text), title=item.title, published=item.published, url=item.url or document.url, media=item.media
        )


def _rows(document: Document, data: bytes, columns: Columns | None) -> Iterator[Report | FailedLine]:
    text = "" if document.media_type == _XLSX else decode(data, document.name)[0]
    for number, row in table_rows(data, text, document.name, columns):
        yield FailedLine(document.name, number, row) if isinstance(row, str) else _of_row(document, row, number)


def _of_row(document: Document, row: Row, number: int) -> Report:
    return _report(
        document,
        row.id or f"{document.name}:{number}",
        _kept(row.text),
        title=row.title,
        published=row.published,
        url=row.url,
        source=row.source,
        language=row.language,
    )


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
    media: tuple[Medium, ...] = (),
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
        media=media,
    )


def _lines(document: Document, data: bytes, max_bytes: int, columns: Columns | None, first_line: int) -> Iterator[Report | FailedLine]:
    if not _is_utf8(data):
        data = decode(data, document.name)[0].encode("utf-8", "surrogatepass")
    for number, line in _numbered(data, first_line):
        try:
            yield _report_of_line(document, line, number, max_bytes, columns)
        except UnreadableDocument as e:
            yield FailedLine(document.name, number, str(e))


def _numbered(data: bytes, first: int) -> Iterator[tuple[int, bytes]]:
    """The lines that say something, numbered; only a newline ends a line, as JSON may hold every other separator."""
    start, number = 3 if data.startswith(b"\xef\xbb\xbf") and first == 1 else 0, first - 1
    while start < len(data):
        end = data.find(b"\n", start)
        end = len(data) if end < 0 else end
        number += 1
        if line := data[start:end].strip():
            yield number, line
        start = end + 1


def _report_of_line(document: Document, line: bytes, number: int, max_bytes: int, columns: Columns | None) -> Report:
    if len(line) > max_bytes:
        raise UnreadableDocument(f"is larger than {max_bytes / 1e6:g} MB, the size limit")
    value = _object(line)
    if columns:
        row = row_of({key: str(cell) for key, cell in value.items() if isinstance(cell, str | int | float)}, columns)
        if isinstance(row, str):
            raise UnreadableDocument(row)
        return _of_row(document, row, number)
    given = _parsed(value)
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


def _object(line: bytes) -> dict[str, Any]:
    try:
        value: Any = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as e:
        raise UnreadableDocument(f"is no JSON ({str(e)[:120]})") from None
    if not isinstance(value, dict):
        raise UnreadableDocument('is no JSON object; {"text": …} was expected')
    return value


def _parsed(value: dict[str, Any]) -> _Line:
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
