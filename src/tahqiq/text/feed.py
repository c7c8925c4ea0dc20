"""A saved RSS or Atom feed: an item is a report, of its title and the longest text that the feed gives of it."""

import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tahqiq.errors import UnreadableDocument
from tahqiq.model import Medium
from tahqiq.text.extract import words_of
from tahqiq.text.media import MOST, kind_of, locating, media_of_page

_MOST_ITEMS = 1000


@dataclass(frozen=True, slots=True)
class FeedItem:
    """What a feed says of one item; None where it does not."""

    text: str
    title: str | None
    published: dt.date | None
    url: str | None
    media: tuple[Medium, ...] = ()


def feed_items(data: bytes, name: str) -> Iterator[FeedItem]:
    """The items that have words, in the feed's order; the day is that of UTC.

    Raises: UnreadableDocument where it is no feed or declares entities.
    """
    import feedparser

    if b"<!ENTITY" in data:
        raise UnreadableDocument(f"{name}: declares XML entities, as no feed needs; it is not read")
    try:
        found = feedparser.parse(io.BytesIO(data))
    except Exception as e:  # what a parser makes of a broken feed is its own affair
        raise UnreadableDocument(f"{name}: is a broken feed ({type(e).__name__})") from None
    if not found.version and not found.entries:
        raise UnreadableDocument(f"{name}: is no feed")
    for entry in found.entries[:_MOST_ITEMS]:
        title, words = words_of(_told(entry, "title")), _words(entry)
        text = words if words.startswith(title) else f"{title}\n{words}"
        if text.strip():
            link = _told(entry, "link")
            yield FeedItem(
                text.strip(), title or None, _day(entry), link if link.startswith(("http://", "https://")) else None, _media(entry)
            )


def _words(entry: Any) -> str:
    given = [part.get("value") or "" for part in entry.get("content") or () if isinstance(part.get("value"), str)]
    return max((words_of(markup) for markup in [*given, _told(entry, "summary")]), key=len)


def _media(entry: Any) -> tuple[Medium, ...]:
    """What the feed gives with the item: its enclosures, its media, then what its markup shows."""
    found: dict[str, Medium] = {}
    listed = [*(entry.get("enclosures") or ()), *(entry.get("media_content") or ()), *(entry.get("media_thumbnail") or ())]
    for one in listed[:MOST]:
        address = str(one.get("href") or one.get("url") or "")
        kind = kind_of(address, str(one.get("type") or one.get("medium") or ""))
        if kind and address.startswith(("http://", "https://")):
            found.setdefault(address, Medium(kind, "attached", address=address))
    given = [part.get("value") or "" for part in entry.get("content") or () if isinstance(part.get("value"), str)]
    for markup in [*given, _told(entry, "summary")]:
        for medium in media_of_page(markup, locating(_told(entry, "link") or None, "", is_local=False)):
            found.setdefault(medium.document or medium.address or "", medium)
    return tuple(found.values())[:MOST]


def _told(entry: Any, key: str) -> str:
    value = entry.get(key)
    return value.strip() if isinstance(value, str) else ""


def _day(entry: Any) -> dt.date | None:
    when = entry.get("published_parsed") or entry.get("updated_parsed")
    try:
        return dt.date(*when[:3]) if when else None
    except (ValueError, TypeError):
        return None
