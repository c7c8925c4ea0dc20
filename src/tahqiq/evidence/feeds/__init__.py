"""The ways in: one small file each, none of which knows another; found by name, or by what is given.

A way in takes a path or an address and gives documents with their bytes, or says in one sentence what it refused. It stores
nothing. To add one: a file here and a line in `TABLE` before `file`, which takes what no other does; another package adds its own
by an entry point of the group `tahqiq.feeds`.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, cast

from tahqiq.errors import UnreadableDocument
from tahqiq.evidence.acquiring import Acquired, Asked, Refused, head_of
from tahqiq.evidence.attached import attachments
from tahqiq.plugins import find_plugin, names_of

__all__ = ["TABLE", "Feed", "documents_of", "find_feed"]

GROUP = "tahqiq.feeds"
TABLE = {
    "standard input": "tahqiq.evidence.feeds.standard_input:StandardInput",
    "api": "tahqiq.evidence.feeds.posted:Posted",
    "web": "tahqiq.evidence.feeds.web:Web",
    "rss": "tahqiq.evidence.feeds.rss:Rss",
    "telegram": "tahqiq.evidence.feeds.telegram_export:TelegramExport",
    "warc": "tahqiq.evidence.feeds.warc:Warc",
    "wacz": "tahqiq.evidence.feeds.wacz:Wacz",
    "zip": "tahqiq.evidence.feeds.zipped:Zipped",
    "file": "tahqiq.evidence.feeds.file:File",
}


class Feed(Protocol):
    """One way in. `title` and `command` are its row in the table of all ways in."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def command(self) -> str: ...

    def takes(self, given: str, head: bytes) -> bool:
        """True where this is its path or address; `head` are the first bytes of a file, none of an address."""
        ...

    def documents(self, given: str, asked: Asked) -> Iterator[Acquired | Refused]:
        """What the path or address gives, in its order; raises UnreadableDocument where it gives nothing at all."""
        ...


def find_feed(name: str) -> Feed:
    """The way in of that name; raises UnknownName with the names that there are."""
    return cast(Feed, find_plugin(TABLE, GROUP, name))


def documents_of(given: str, asked: Asked) -> Iterator[Acquired | Refused]:
    """What a path or an address gives, by the way in that takes it, with what is attached to it; what is refused, in a sentence."""
    head = head_of(Path(given)) if "://" not in given and given != "-" else b""
    feeds = (find_feed(name) for name in _ordered())
    feed = next(f for f in feeds if f.takes(given, head))
    try:
        for found in feed.documents(given, asked):
            yield found
            if isinstance(found, Acquired):
                yield from attachments(found, asked)
    except UnreadableDocument as e:
        yield Refused(str(e))


def _ordered() -> list[str]:
    """The names as they are asked: `file` last, since it takes everything."""
    return sorted(names_of(TABLE, GROUP), key=lambda name: name == "file")
