"""What is attached to a document becomes documents of its own, each with what it came in.

A letter has attachments and pictures among its words, a page saved as .mhtml its pictures, a .docx those that it shows, a page those whose
bytes are written into it (`data:`). The words of the document itself are found by `text`, which tells by their SHA-256 which of them it
has; what no report has is not kept (see `pipeline`).
"""

import datetime as dt
import io
import zipfile
import zlib
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import PurePosixPath

from tahqiq.errors import UnreadableDocument
from tahqiq.evidence.acquiring import Acquired, Asked, Refused, acquire, plain_name
from tahqiq.evidence.media import acquire_medium, media_type_of, written_in
from tahqiq.model import MEDIA

MOST_ATTACHMENTS = 100
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_WITH_TEXT = (".txt", ".html", ".htm", ".pdf", ".docx", ".csv", ".xlsx", ".jsonl", ".mhtml", ".mht")


def attachments(found: Acquired, asked: Asked) -> Iterator[Acquired | Refused]:
    """The documents attached to a document, in its order; none where it can have none."""
    if not isinstance(found.data, bytes):
        return
    match found.document.media_type:
        case "message/rfc822" | "multipart/related":
            yield from _of_letter(found, found.data, asked)
        case "text/html":
            for number, data in enumerate(written_in(found.data), 1):
                yield _medium(found, data, f"picture {number}", asked)
        case kind if kind == _DOCX:
            yield from _of_office(found, found.data, asked)


def _of_letter(letter: Acquired, data: bytes, asked: Asked) -> Iterator[Acquired | Refused]:
    if data.lower().count(b"boundary=") > MOST_ATTACHMENTS:
        return  # a letter nested beyond sense is refused by who reads it
    is_letter = letter.document.media_type == "message/rfc822"
    try:
        message = message_from_bytes(data, _class=EmailMessage, policy=policy.default)
        parts = [part for part in message.walk() if _is_medium(part) or (is_letter and _is_meant(part))]
        sent = _day(str(message.get("date") or ""))
    except (RecursionError, ValueError, LookupError, AttributeError, TypeError):
        return  # what is wrong with the letter is said by who reads it
    for part in parts[:MOST_ATTACHMENTS]:
        yield _taken(letter, part, sent, asked)
    if len(parts) > MOST_ATTACHMENTS:
        yield Refused(f"{letter.document.name}: has {len(parts):,} attachments; those after {MOST_ATTACHMENTS} are not taken")


def _is_meant(part: EmailMessage) -> bool:
    return (part.get_filename() or "").lower().endswith(_WITH_TEXT)


def _is_medium(part: EmailMessage) -> bool:
    """True for a part that is called a photo or video, or is one whatever it is called."""
    if part.is_multipart():
        return False
    if part.get_content_maintype() in MEDIA:
        return True
    if part.get_content_type() != "application/octet-stream" or _is_meant(part):
        return False
    content = part.get_payload(decode=True)
    return isinstance(content, bytes) and media_type_of(content[:5000]) is not None


def _taken(letter: Acquired, part: EmailMessage, sent: dt.date | None, asked: Asked) -> Acquired | Refused:
    called = plain_name(part.get_filename() or "")
    content = part.get_payload(decode=True)
    data = content if isinstance(content, bytes) else b""
    if _is_medium(part):
        return _medium(letter, data, called or "picture", asked)
    try:
        document, data = acquire(
            None,
            data=data,
            name=called.replace("/", "\ufffd").replace("\\", "\ufffd"),
            origin=f"{letter.document.origin}!/{called}",
            method="attachment",
            at=asked.now(),
            max_bytes=asked.max_bytes,
            within=_within(letter),
        )
    except UnreadableDocument as e:
        return Refused(f"{letter.document.name}: {e}")
    return Acquired(document, data, sent, letter.source)


def _of_office(found: Acquired, data: bytes, asked: Asked) -> Iterator[Acquired | Refused]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in [m for m in archive.infolist() if m.filename.startswith("word/media/")][:MOST_ATTACHMENTS]:
                name = PurePosixPath(member.filename).name
                if member.file_size > asked.max_bytes:
                    yield Refused(f"{found.document.name}: {plain_name(name)}: is larger than the size limit")
                    continue
                held = archive.read(member)
                if media_type_of(held[:5000]):  # drawings of the office programs' own kinds are left in it
                    yield _medium(found, held, name, asked)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError, OSError):
        return  # what is wrong with the document is said by who reads it


def _medium(found: Acquired, data: bytes, called: str, asked: Asked) -> Acquired | Refused:
    name = called.replace("/", "\ufffd").replace("\\", "\ufffd")
    origin = f"{found.document.origin}!/{called}"
    try:
        document = acquire_medium(
            data, name=name, origin=origin, method="attachment", at=asked.now(), within=_within(found), max_bytes=asked.max_bytes
        )
    except UnreadableDocument as e:
        return Refused(f"{found.document.name}: {e}", is_note=True)
    return Acquired(document, data)


def _within(found: Acquired) -> str:
    return f"{found.document.name} sha256:{found.document.id}"


def _day(told: str) -> dt.date | None:
    try:
        return parsedate_to_datetime(told).date()
    except (ValueError, TypeError, IndexError):
        return None
