"""A letter (.eml) and a saved page (.mhtml) are MIME: their main words, with what their heads say.

A letter's words are its plain part, else its HTML part; attachments are documents of their own (`evidence.attached`). A saved page's
words are its first HTML part. Nothing that a part names is fetched.
"""

import datetime as dt
import email.errors
import email.utils
import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from urllib.parse import urlsplit

from tahqiq.errors import UnreadableDocument
from tahqiq.model import Medium
from tahqiq.text.decode import decode
from tahqiq.text.extract import page_text, parse_day
from tahqiq.text.media import attached, kind_of, locating, media_of_page

_MOST_PARTS = 1000
_MOST_LEVELS = 200  # the time to tell parts apart grows with the square of their nesting; a letter forwarded ten times has ten
_BOUNDARY = re.compile(rb"boundary\s*=", re.I)


@dataclass(frozen=True, slots=True)
class Letter:
    """What a MIME message says; None where it does not."""

    text: str
    title: str | None = None
    published: dt.date | None = None
    url: str | None = None
    source: str | None = None
    media: tuple[Medium, ...] = ()


def letter_text(data: bytes, name: str) -> Letter:
    """The words of a letter, its subject as title, the host of its sender as source.

    Raises: UnreadableDocument where it has no words or its parts are nested beyond sense.
    """
    message = _message(data, name)
    plain, page = _first(message, "text/plain", name), _first(message, "text/html", name)
    if plain is None and page is None:
        raise UnreadableDocument(f"{name}: is a letter without words")
    text = plain if plain and plain.strip() else page_text(page or "").text
    media = _media(message, page or "", None, name)
    return Letter(text, _header(message, "subject"), _day(message), None, _sender(message), media)


def saved_page(data: bytes, name: str, latest: dt.date | None) -> Letter:
    """The words of a page saved as .mhtml, with the address it was saved from.

    Raises: UnreadableDocument where it holds no page.
    """
    message = _message(data, name)
    markup = _first(message, "text/html", name)
    if markup is None:
        raise UnreadableDocument(f"{name}: is a saved page without a page in it")
    page = page_text(markup, latest=latest)
    address = _address(message) or page.url
    shown = tuple(medium for medium in _media(message, markup, address, name) if medium.role != "attached")  # others are signs and menus
    return Letter(page.text, page.title or _header(message, "subject"), page.published, address, page.site, shown)


def _message(data: bytes, name: str) -> EmailMessage:
    if (levels := len(_BOUNDARY.findall(data))) > _MOST_LEVELS:
        raise UnreadableDocument(f"{name}: its parts are nested or many beyond sense ({levels:,} boundaries); it is not read")
    try:
        return message_from_bytes(data, _class=EmailMessage, policy=policy.default)
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError, email.errors.MessageError) as e:
        raise UnreadableDocument(f"{name}: its parts cannot be told apart ({type(e).__name__})") from None


def _first(message: EmailMessage, kind: str, name: str) -> str | None:
    """The first part of this kind that is no attachment, decoded by what it says, not by the charset it claims."""
    try:
        for number, part in enumerate(message.walk()):
            if number > _MOST_PARTS:
                raise UnreadableDocument(f"{name}: has more than {_MOST_PARTS:,} parts; it is not read")
            if part.get_content_type() == kind and part.get_content_disposition() != "attachment":
                held = part.get_payload(decode=True)
                if isinstance(held, bytes) and held.strip():
                    return decode(held, name)[0]
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError) as e:
        raise UnreadableDocument(f"{name}: its parts cannot be told apart ({type(e).__name__})") from None
    return None


def _media(message: EmailMessage, markup: str, address: str | None, name: str) -> tuple[Medium, ...]:
    """The photos and videos that the page among the parts shows, then those that are only attached."""
    parts: dict[str, str] = {}
    held: dict[str, Medium] = {}
    try:
        for part in message.walk():
            kind = kind_of(part.get_filename() or "", part.get_content_type())
            data = part.get_payload(decode=True) if kind else None
            if not kind or not isinstance(data, bytes) or not data.strip():
                continue
            called = " ".join(str(part.get_filename() or "").split())[:200].encode("utf-8", "replace").decode()
            medium = attached(data, kind, name=called, caption=_header(part, "content-description") or "")
            held.setdefault(str(medium.document), medium)
            parts |= {key: str(medium.document) for key in (_header(part, "content-location"), _content_id(part)) if key}
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError) as e:
        raise UnreadableDocument(f"{name}: its parts cannot be told apart ({type(e).__name__})") from None
    shown = media_of_page(markup, locating(address, "", is_local=False), parts) if markup else ()
    return (*shown, *(medium for key, medium in held.items() if key not in {one.document for one in shown}))


def _content_id(part: EmailMessage) -> str | None:
    told = _header(part, "content-id")
    return f"cid:{told.strip('<>')}" if told else None


def _header(message: EmailMessage, header: str) -> str | None:
    try:
        value = message.get(header)
    except (ValueError, LookupError, TypeError, AttributeError, IndexError):  # a head may be anything
        return None
    words = " ".join(str(value or "").split())
    return words[:500].encode("utf-8", "replace").decode("utf-8") or None


def _day(message: EmailMessage) -> dt.date | None:
    value = _header(message, "date")
    return parse_day(value) if value else None


def _sender(message: EmailMessage) -> str | None:
    """The host of who sent it: a person's name and address stay in the letter."""
    _name, address = email.utils.parseaddr(_header(message, "from") or "")
    host = address.rpartition("@")[2].lower().strip(".")
    return host if "." in host else None


def _address(message: EmailMessage) -> str | None:
    for header in ("snapshot-content-location", "content-location"):
        value = _header(message, header) or ""
        if urlsplit(value).scheme in ("http", "https"):
            return value
    return None
