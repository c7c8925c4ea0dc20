"""RSS and Atom: what a feed names as new, asked for as seldom as its server wishes; a saved feed is a document like any other."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from tahqiq.errors import UnreadableDocument
from tahqiq.evidence.acquiring import Acquired, Asked, Refused, acquire
from tahqiq.evidence.fetching import Answer

MEDIA_TYPE = "application/rss+xml"
MOST_ITEMS = 1000
MOST_BYTES = 10_000_000
_SUFFIXES = (".xml", ".rss", ".atom", ".rdf")
_MARKS = (b"<rss", b"<feed", b"<rdf:RDF")


@dataclass(frozen=True, slots=True)
class Item:
    """What a feed says of one of its items; `id` tells it from the others, `link` is empty where it has no page."""

    id: str
    link: str
    title: str
    published: date | None


@dataclass(frozen=True, slots=True)
class Asking:
    """What a feed gave: its items, and what the next asking is to name so that only news is sent."""

    answer: Answer
    items: tuple[Item, ...]
    etag: str
    modified: str


class Rss:
    """RSS and Atom feeds."""

    name = "rss"
    title = "RSS and Atom feeds, polled: new items only"
    command = "tahqiq watch sources.yaml"

    def takes(self, given: str, head: bytes) -> bool:
        return given.lower().endswith(_SUFFIXES) and any(mark in head for mark in _MARKS)

    def documents(self, given: str, asked: Asked) -> Iterator[Acquired | Refused]:
        path = Path(given)
        document, data = acquire(path, at=asked.now(), max_bytes=asked.max_bytes, media_type=MEDIA_TYPE)
        yield Acquired(document, data)


def ask(feed: str, asked: Asked, *, etag: str = "", modified: str = "") -> Asking | None:
    """What a feed gives now; None where its server says that nothing is new.

    Raises: UnreadableDocument (Unanswered) where it does not answer or is no feed.
    """
    known = {"if-none-match": etag, "if-modified-since": modified}
    answer = asked.fetcher.get(feed, headers={name: value for name, value in known.items() if value})
    if answer.status == 304:
        return None
    return Asking(answer, _items(answer.data, answer.url), answer.header("etag"), answer.header("last-modified"))


def whole(asking: Asking, asked: Asked) -> Acquired:
    """The feed itself as a document, for sources whose items hold their whole text."""
    document, data = acquire(
        None,
        data=asking.answer.data,
        name="feed.xml",
        origin=asking.answer.asked,
        method="feed",
        at=asked.now(),
        max_bytes=asked.max_bytes,
        url=asking.answer.url,
        headers=asking.answer.headers,
        media_type=MEDIA_TYPE,
    )
    return Acquired(document, data)


def _items(data: bytes, url: str) -> tuple[Item, ...]:
    found = _parsed(data, url)
    if not found.entries and not found.version:
        raise UnreadableDocument(f"{url}: is no feed")
    items = (_item(entry, url) for entry in found.entries[:MOST_ITEMS])
    return tuple({item.id: item for item in items if item.id}.values())


def _parsed(data: bytes, url: str) -> Any:
    import feedparser

    if len(data) > MOST_BYTES:
        raise UnreadableDocument(f"{url}: is a feed of more than {MOST_BYTES / 1e6:g} MB")
    if b"<!ENTITY" in data:
        raise UnreadableDocument(f"{url}: declares XML entities, as no feed needs; it is not read")
    try:
        return feedparser.parse(io.BytesIO(data))
    except Exception as e:  # what a parser makes of a broken feed is its own affair
        raise UnreadableDocument(f"{url}: is a broken feed ({type(e).__name__})") from None


def _item(entry: Any, url: str) -> Item:
    def told(key: str) -> str:
        value = entry.get(key)
        return value.strip() if isinstance(value, str) else ""

    try:
        link = urljoin(url, told("link")) if told("link") else ""
    except ValueError:
        link = ""
    return Item(told("id") or link or told("title"), link, told("title"), _day(entry))


def _day(entry: Any) -> date | None:
    when = entry.get("published_parsed") or entry.get("updated_parsed")
    try:
        return date(*when[:3]) if when else None
    except (ValueError, TypeError):
        return None
