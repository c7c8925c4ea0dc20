"""What is attached to a letter becomes documents of its own, each with the letter it came in.

The letter itself is one document; its words are found by `text`. Pictures and other attachments that hold no text are left where
they are: in the letter's bytes.
"""

import datetime as dt
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

from tahqiq.errors import UnreadableDocument
from tahqiq.evidence.acquiring import Acquired, Asked, Refused, acquire, plain_name

MOST_ATTACHMENTS = 100
_WITH_TEXT = (".txt", ".html", ".htm", ".pdf", ".docx", ".csv", ".xlsx", ".jsonl", ".mhtml", ".mht")


def attachments(letter: Acquired, asked: Asked) -> Iterator[Acquired | Refused]:
    """The documents attached to a letter, in its order; none where the document is no letter."""
    if letter.document.media_type != "message/rfc822" or not isinstance(letter.data, bytes):
        return
    if letter.data.lower().count(b"boundary=") > MOST_ATTACHMENTS:
        return  # a letter nested beyond sense is refused by who reads it
    try:
        message = message_from_bytes(letter.data, _class=EmailMessage, policy=policy.default)
        parts = [part for part in message.walk() if _is_meant(part)]
        sent = _day(str(message.get("date") or ""))
    except (RecursionError, ValueError, LookupError, AttributeError, TypeError):
        return  # what is wrong with the letter is said by who reads it
    for part in parts[:MOST_ATTACHMENTS]:
        yield _taken(letter, part, sent, asked)
    if len(parts) > MOST_ATTACHMENTS:
        yield Refused(f"{letter.document.name}: has {len(parts):,} attachments; those after {MOST_ATTACHMENTS} are not taken")


def _is_meant(part: EmailMessage) -> bool:
    return (part.get_filename() or "").lower().endswith(_WITH_TEXT)


def _taken(letter: Acquired, part: EmailMessage, sent: dt.date | None, asked: Asked) -> Acquired | Refused:
    called = plain_name(part.get_filename() or "")
    try:
        content = part.get_payload(decode=True)
        document, data = acquire(
            None,
            data=content if isinstance(content, bytes) else b"",
            name=called.replace("/", "\ufffd").replace("\\", "\ufffd"),
            origin=f"{letter.document.origin}!/{called}",
            method="attachment",
            at=asked.now(),
            max_bytes=asked.max_bytes,
            within=f"{letter.document.name} sha256:{letter.document.id}",
        )
    except UnreadableDocument as e:
        return Refused(f"{letter.document.name}: {e}")
    return Acquired(document, data, sent, letter.source)


def _day(told: str) -> dt.date | None:
    try:
        return parsedate_to_datetime(told).date()
    except (ValueError, TypeError, IndexError):
        return None
