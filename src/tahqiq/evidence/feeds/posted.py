"""A document that another program posts to the desk: an object of JSON, lines of it, a page, a PDF, a text, a photo that a report names."""

from collections.abc import Iterator

from tahqiq.errors import UnreadableDocument
from tahqiq.evidence.acquiring import Acquired, Asked, Refused, acquire
from tahqiq.evidence.media import acquire_medium
from tahqiq.model import MEDIA

MEDIA_TYPES = {
    "application/json": "application/json",
    "application/jsonl": "application/jsonl",
    "application/x-ndjson": "application/jsonl",
    "text/html": "text/html",
    "text/plain": "text/plain",
    "application/pdf": "application/pdf",
    "message/rfc822": "message/rfc822",
}


class Posted:
    """What comes by the desk's API; the desk gives the bytes itself, so no path or address is one."""

    name = "api"
    title = "the desk's API: JSON, lines of JSON, a page, a PDF, a letter, a text, or a photo or video that a report names"
    command = "POST /api/v1/documents"

    def takes(self, given: str, head: bytes) -> bool:
        return False

    def documents(self, given: str, asked: Asked) -> Iterator[Acquired | Refused]:
        raise UnreadableDocument(f"{given}: documents are posted to the desk, not named")


def posted(data: bytes, kind: str, asked: Asked, *, name: str = "", url: str | None = None) -> Acquired:
    """The document that a posted body is.

    Args:
        kind: its content type, without parameters.
        url: where the client says it is from.

    Raises: UnreadableDocument naming what is wrong with it.
    """
    called = name or "posted document"
    if kind.partition("/")[0] in MEDIA:
        origin = url or called
        return Acquired(
            acquire_medium(data, name=called, origin=origin, method="api", at=asked.now(), url=url, max_bytes=asked.max_bytes), data
        )
    if kind not in MEDIA_TYPES:
        raise UnreadableDocument(f"the content type {kind[:60]!r} is none of {', '.join(MEDIA_TYPES)}, image/…, video/…, audio/…")
    document, data = acquire(
        None,
        data=data,
        name=called,
        origin=url or called,
        method="api",
        at=asked.now(),
        max_bytes=asked.max_bytes,
        url=url,
        media_type=MEDIA_TYPES[kind],
    )
    return Acquired(document, data)
