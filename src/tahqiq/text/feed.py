"""A saved RSS or Atom feed: an item is a report, of its title and the longest text that the feed gives of it."""

import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tahqiq.errors import UnreadableDocument
from tahqiq.text.extract import words_of

_MOST_ITEMS = 1000


@dataclass(frozen=True, slots=True)
class FeedItem:
    """What a feed says of one item; None where it does not."""

    text: str
    title: str | None
    published: dt.date | None
    url: str | None


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
            yield FeedItem(text.strip(), title or None, _day(entry), link if link.startswith(("http://", "https://")) else None)


def _words(entry: Any) -> str:
    given = [part.get("value") or "" for part in entry.get("content") or () if isinstance(part.get("value"), str)]
    return max((words_of(markup) for markup in [*given, _told(entry, "summary")]), key=len)


def _told(entry: Any, key: str) -> str:
    value = entry.get(key)
    return value.strip() if isinstance(value, str) else ""


def _day(entry: Any) -> dt.date | None:
    when = entry.get("published_parsed") or entry.get("updated_parsed")
    try:
        return dt.date(*when[:3]) if when else None
    except (ValueError, TypeError):
        return None
