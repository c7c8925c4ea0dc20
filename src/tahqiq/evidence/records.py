"""The records of a web archive (WARC), read as a stream: memory does not grow with the archive.

An answer that holds text is a document, with the answer's headers and the address that gave it; the archive's own date and record
stand among the headers as `warc-date` and `warc-record-id`. What holds no text (pictures, styles, failures, repeats) is counted and
said in one sentence.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO, Any
from urllib.parse import unquote, urlsplit

from tahqiq.errors import UnreadableDocument
from tahqiq.evidence.acquiring import Acquired, Asked, Refused, acquire, megabytes, plain

_MEDIA_TYPES = {
    "text/html": "text/html",
    "application/xhtml+xml": "text/html",
    "text/plain": "text/plain",
    "application/pdf": "application/pdf",
}
_MOST_TOLD = 6


def documents_of_records(stream: IO[bytes], name: str, within: str, asked: Asked) -> Iterator[Acquired | Refused]:
    """The documents of a WARC, gzipped or not, in its order; an archive that breaks off gives what came before.

    Args:
        name: what the archive is called in sentences.
        within: what it is called in custody.
    """
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    passed_over: Counter[str] = Counter()
    taken = 0
    try:
        for record in ArchiveIterator(stream, check_digests=True):
            found = _found(record, name, within, asked)
            if isinstance(found, str):
                passed_over[found] += 1
            else:
                taken += isinstance(found, Acquired)
                yield found
    except (ArchiveLoadFailed, EOFError, OSError, ValueError, LookupError, TypeError, AttributeError) as e:
        yield Refused(f"{name}: breaks off or is no WARC after {taken:,} documents ({' '.join(str(e).split())[:120]})")
    if passed_over:
        told = ", ".join(f"{count:,} {kind}" for kind, count in passed_over.most_common(_MOST_TOLD))
        yield Refused(f"{name}: {passed_over.total():,} records hold no report and are not taken: {told}", is_note=True)


def _found(record: Any, name: str, within: str, asked: Asked) -> Acquired | Refused | str:
    """The document of a record, what is wrong with it, or in a word why it holds none."""
    if record.rec_type not in ("response", "resource"):
        return f"{record.rec_type} records"
    headers = _headers(record)
    status = record.http_headers.get_statuscode() if record.http_headers else "200"
    if status != "200":
        return f"answers {plain(str(status))[:10]}"
    kind = _kind(record)
    if kind not in _MEDIA_TYPES:
        return plain(kind)[:60] or "of no kind"
    url = plain(record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")
    shown = f"{name}: {url[:200] or 'a record without an address'}"
    data = record.content_stream().read(asked.max_bytes + 1)
    if len(data) > asked.max_bytes:
        return Refused(f"{shown}: is larger than {megabytes(asked.max_bytes)}, the size limit")
    if wrong := _wrong(record):
        return Refused(f"{shown}: {wrong}; it is not taken")
    try:
        document, data = acquire(
            None,
            data=data,
            name=_name(url),
            origin=url,
            method="warc",
            at=asked.now(),
            max_bytes=asked.max_bytes,
            url=url if url.startswith(("http://", "https://")) else None,
            headers=headers,
            within=within,
            media_type=_MEDIA_TYPES[kind],
        )
    except UnreadableDocument as e:
        return Refused(f"{name}: {e}")
    return Acquired(document, data)


def _wrong(record: Any) -> str:
    """What is wrong with a record's bytes, by its own length and digests; nothing where it has none."""
    while record.raw_stream.read(1 << 16):  # what is left of the block belongs to its digest
        pass
    if getattr(record.raw_stream, "limit", 0) > 0:
        return "breaks off"
    return "is not what its digest says" if record.digest_checker.passed is False else ""


def _kind(record: Any) -> str:
    held = record.http_headers or record.rec_headers
    return (held.get_header("Content-Type") or "").partition(";")[0].strip().lower()


def _headers(record: Any) -> tuple[tuple[str, str], ...]:
    answered = record.http_headers.headers if record.http_headers else []
    told = [(key.lower(), record.rec_headers.get_header(key)) for key in ("WARC-Date", "WARC-Record-ID")]
    return tuple((plain(str(k)), plain(str(v))) for k, v in [*answered, *told] if v)


def _name(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return url[:100]
    return PurePosixPath(unquote(parts.path)).name or parts.hostname or url[:100]
