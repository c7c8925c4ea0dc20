"""A page of the web: its bytes as answered, with the answer's headers."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from tahqiq.evidence.acquiring import Acquired, Asked, Refused, acquire

_MEDIA_TYPES = {
    "text/html": "text/html",
    "application/xhtml+xml": "text/html",
    "application/pdf": "application/pdf",
    "text/plain": "",  # what is called plain may be anything that has a name
}


class Web:
    """Pages and files at http and https addresses."""

    name = "web"
    title = "pages of the web by address"
    command = "tahqiq ingest https://…"

    def takes(self, given: str, head: bytes) -> bool:
        return given.lower().startswith(("http://", "https://"))

    def documents(self, given: str, asked: Asked) -> Iterator[Acquired | Refused]:
        answer = asked.fetcher.get(given)
        kind = answer.header("content-type").partition(";")[0].strip().lower()
        document, data = acquire(
            None,
            data=answer.data,
            name=_name(answer.url),
            origin=given,
            method="web",
            at=asked.now(),
            max_bytes=asked.max_bytes,
            url=answer.url,
            headers=answer.headers,
            media_type=_MEDIA_TYPES.get(kind, ""),
        )
        yield Acquired(document, data)


def _name(url: str) -> str:
    """The last part of the path, else the host."""
    parts = urlsplit(url)
    return PurePosixPath(unquote(parts.path)).name or parts.hostname or url
