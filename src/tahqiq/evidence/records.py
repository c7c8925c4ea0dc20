"""The records of a web archive (WARC) as documents, read as a stream: memory does not grow with the archive.

An answer that holds text, a photo, a video or a recording is a document, with the answer's headers and the address that gave it; the
archive's own date and record stand among the headers as `warc-date` and `warc-record-id`. What holds none (styles, failures, repeats) is
counted and said in one sentence.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO
from urllib.parse import unquote, urlsplit

from tahqiq.errors import UnreadableDocument
from tahqiq.evidence.acquiring import Acquired, Asked, Refused, acquire, megabytes, plain
from tahqiq.evidence.media import acquire_medium
from tahqiq.evidence.warc_reading import HOLDING, Broken, Record, records_of
from tahqiq.model import MEDIA

_MEDIA_TYPES = {
    "text/html": "text/html",
    "application/xhtml+xml": "text/html",
    "text/plain": "text/plain",
    "application/pdf": "application/pdf",
}
_MOST_TOLD = 6


def documents_of_records(
    stream: IO[bytes], name: str, within: str, asked: Asked, *, fast: bool | None = None
) -> Iterator[Acquired | Refused]:
    """The documents of a WARC, gzipped or not, in its order; an archive that breaks off gives what came before.

    Args:
        name: what the archive is called in sentences.
        within: what it is called in custody.
        fast: see `records_of`.
    """
    passed_over: Counter[str] = Counter()
    taken = 0
    try:
        for record in records_of(stream, most=asked.max_bytes, fast=fast):
            found = _found(record, name, within, asked)
            if isinstance(found, str):
                passed_over[found] += 1
            else:
                taken += isinstance(found, Acquired)
                yield found
    except Broken as e:
        yield Refused(f"{name}: breaks off or is no WARC after {taken:,} documents ({e})")
    if passed_over:
        told = ", ".join(f"{count:,} {kind}" for kind, count in passed_over.most_common(_MOST_TOLD))
        yield Refused(f"{name}: {passed_over.total():,} records hold no report and are not taken: {told}", is_note=True)


def _found(record: Record, name: str, within: str, asked: Asked) -> Acquired | Refused | str:
    """The document of a record, what is wrong with it, or in a word why it holds none."""
    if record.kind not in HOLDING:
        return f"{plain(record.kind)[:20]} records"
    if record.status != "200":
        return f"answers {plain(record.status)[:10]}"
    kind = record.content_type.partition(";")[0].strip().lower()
    is_medium = kind.partition("/")[0] in MEDIA
    if kind not in _MEDIA_TYPES and not is_medium:
        return plain(kind)[:60] or "of no kind"
    url = plain(record.url).strip("<>")
    shown = f"{name}: {url[:200] or 'a record without an address'}"
    data = record.read(asked.max_bytes + 1)
    if len(data) > asked.max_bytes:
        return Refused(f"{shown}: is larger than {megabytes(asked.max_bytes)}, the size limit")
    if wrong := record.problem():
        return Refused(f"{shown}: {wrong}; it is not taken")
    address = url if url.startswith(("http://", "https://")) else None
    try:
        if is_medium:
            medium = acquire_medium(
                data, name=_name(url), origin=url, method="warc", at=asked.now(), url=address, headers=_headers(record), within=within
            )
            return Acquired(medium, data)
        document, data = acquire(
            None,
            data=data,
            name=_name(url),
            origin=url,
            method="warc",
            at=asked.now(),
            max_bytes=asked.max_bytes,
            url=address,
            headers=_headers(record),
            within=within,
            media_type=_MEDIA_TYPES[kind],
        )
    except UnreadableDocument as e:
        return f"{plain(kind)[:60]} that are none" if is_medium else Refused(f"{name}: {e}")
    return Acquired(document, data)


def _headers(record: Record) -> tuple[tuple[str, str], ...]:
    told = (("warc-date", record.date), ("warc-record-id", record.id))
    return tuple((plain(k), plain(v)) for k, v in [*record.headers, *told] if v)


def _name(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return url[:100]
    return PurePosixPath(unquote(parts.path)).name or parts.hostname or url[:100]
