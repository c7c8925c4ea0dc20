"""The records of a WARC as a stream: by fastwarc where it is installed (the extra `bulk`), else by warcio; the same records either way.

What comes in is a stream, packed or not; what goes out is each record's head and a reader of its content, with the transfer's coding and
packing undone. A record must be read before the next one is asked for. What holds no document is told by its head alone.
"""

from collections.abc import Iterator
from importlib.util import find_spec
from typing import IO, Any, Protocol

HOLDING = ("response", "resource")  # kinds of records that hold what was acquired
_CUT, _WRONG = "breaks off", "is not what its digest says"
_CODED = 1_000_000  # bytes by which a record may be longer than its content: heads of the answer and of chunks


class Broken(Exception):
    """The stream breaks off or is no WARC."""


class Record(Protocol):
    """One record. `status` is that of the answer, 200 of a resource; `headers` are the answer's."""

    kind: str
    status: str
    content_type: str
    url: str
    date: str
    id: str
    headers: tuple[tuple[str, str], ...]

    def read(self, size: int) -> bytes:
        """The next bytes of the content, at most so many; none at its end."""
        ...

    def problem(self) -> str:
        """What is wrong with the record by its own length and digests, once it was read; nothing where it has none."""
        ...


def records_of(stream: IO[bytes], *, most: int, fast: bool | None = None) -> Iterator[Record]:
    """The records in their order.

    Args:
        most: bytes of content of which more is not asked for; a longer record is not held to its digests.
        fast: by fastwarc, or by warcio; by what is installed unless told.

    Raises: Broken, after the records that came before.
    """
    count = 0
    for record in _by_fastwarc(stream, most + _CODED) if (is_fast() if fast is None else fast) else _by_warcio(stream):
        count += 1
        yield record
    if not count:
        raise Broken("no record was found")


def is_fast() -> bool:
    """True where the extra `bulk` is installed."""
    return find_spec("fastwarc") is not None


# -- by warcio --------------------------------------------------------------------------------------------------------


class _Slow:
    def __init__(self, record: Any) -> None:
        self._record = record
        self._content: Any = None
        answer = record.http_headers
        self.kind = str(record.rec_type)
        self.status = str(answer.get_statuscode()) if answer else "200"
        self.content_type = (answer or record.rec_headers).get_header("Content-Type") or ""
        self.url = record.rec_headers.get_header("WARC-Target-URI") or ""
        self.date = record.rec_headers.get_header("WARC-Date") or ""
        self.id = record.rec_headers.get_header("WARC-Record-ID") or ""
        self.headers = tuple((str(k), str(v)) for k, v in answer.headers) if answer else ()

    def read(self, size: int) -> bytes:
        self._content = self._content or self._record.content_stream()
        return bytes(self._content.read(size))

    def problem(self) -> str:
        while self._record.raw_stream.read(1 << 16):  # what is left of the block belongs to its digest
            pass
        if getattr(self._record.raw_stream, "limit", 0) > 0:
            return _CUT
        return _WRONG if self._record.digest_checker.passed is False else ""


def _by_warcio(stream: IO[bytes]) -> Iterator[Record]:
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    try:
        for record in ArchiveIterator(stream, check_digests=True):
            yield _Slow(record)
    except (ArchiveLoadFailed, EOFError, OSError, ValueError, LookupError, TypeError, AttributeError) as e:
        raise Broken(" ".join(str(e).split())[:120]) from None


# -- by fastwarc ------------------------------------------------------------------------------------------------------


class _Fast:
    """A record whose head was read. Its block is held in memory while its digests are computed, unless it is longer than any document."""

    def __init__(self, record: Any, longest: int) -> None:
        self._record = record
        self._content: Any = None
        self._problem = ""
        self.kind = record.headers.get("WARC-Type") or ""
        self.url = record.headers.get("WARC-Target-URI") or ""
        self.date = record.headers.get("WARC-Date") or ""
        self.id = record.headers.get("WARC-Record-ID") or ""
        self.headers: tuple[tuple[str, str], ...] = ()
        self.status, self.content_type = "200", record.headers.get("Content-Type") or ""
        if self.kind in HOLDING:
            self._open(longest)

    def _open(self, longest: int) -> None:
        record = self._record
        is_held = record.content_length <= longest
        self._problem = _block_problem(record) if is_held else _CUT  # one so long whose content is short is not there as a whole
        if record.is_http:
            record.parse_http(auto_decode="none")  # a digest is of what was transferred, before any unpacking
            answer = record.http_headers
            self.headers = tuple((str(k), str(v)) for k, v in answer.items())
            self.status = str(answer.status_code)
            self.content_type = next((v for k, v in self.headers if k.lower() == "content-type"), "")
            if is_held and not self._problem and "WARC-Payload-Digest" in record.headers and not record.verify_payload_digest():
                self._problem = _WRONG

    def read(self, size: int) -> bytes:
        self._content = self._content or _unpacked(self._record.reader, {k.lower(): v.lower() for k, v in self.headers})
        return bytes(self._content.read(size))

    def problem(self) -> str:
        return self._problem


def _block_problem(record: Any) -> str:
    """What is wrong with a record as it lies in the archive; it is held in memory from now on."""
    told = record.content_length
    try:
        record.freeze()
    except (OSError, EOFError):
        return _CUT
    if record.content_length < told:
        return _CUT
    return _WRONG if "WARC-Block-Digest" in record.headers and not record.verify_block_digest() else ""


def _unpacked(reader: Any, headers: dict[str, str]) -> Any:
    """The content as warcio gives it, whose readers undo chunks and packing."""
    from warcio.bufferedreaders import BufferedReader, ChunkedDataReader

    known = headers.get("content-encoding")
    packing = known if known in BufferedReader.get_supported_decompressors() else None
    if headers.get("transfer-encoding") == "chunked":
        return ChunkedDataReader(reader, decomp_type=packing)
    return BufferedReader(reader, decomp_type=packing) if packing else reader


def _by_fastwarc(stream: IO[bytes], longest: int) -> Iterator[Record]:
    from fastwarc.warc import ArchiveIterator

    try:
        for record in ArchiveIterator(stream, parse_http=False, fsspec_args=False):
            yield _Fast(record, longest)
    except (OSError, EOFError, ValueError, RuntimeError) as e:
        raise Broken(" ".join(str(e).split())[:120]) from None
