"""A page of the web, or a photo or video that a report names: its bytes as answered, with the answer's headers."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from tahqiq.evidence.acquiring import Acquired, Asked, Refused, acquire
from tahqiq.evidence.media import acquire_medium, media_type_of
from tahqiq.model import MEDIA

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
        if kind.partition("/")[0] in MEDIA or (kind not in _MEDIA_TYPES and media_type_of(answer.data[:5000])):
            medium = acquire_medium(
                answer.data, name=_name(answer.url), origin=given, method="web", at=asked.now(), url=answer.url, headers=answer.headers
            )
            yield Acquired(medium, answer.data)
            return
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
