"""The shards of an archive and their slices: what one task reads, with where in the shard it stands.

What comes in is a file, a folder or a bucket; what goes out are slices, and the parts of documents in one. A slice holds at least
`LEAST` documents, where the shard has them: a task costs more than reading a document.

| shard | a slice is | its documents |
| --- | --- | --- |
| .warc, .warc.gz packed record by record | a run of its bytes | each answer that holds text |
| .wacz, .warc.gz packed in one, .jsonl.gz | the whole | as above, as below |
| .jsonl, .ndjson | a run of its bytes | the file; each line is a report |
| .parquet with a column `text` | a run of its rows | the file; each row is a report, as a line would be |

A document was acquired when its shard was last changed, so that it is the same whoever reads it and when.
"""

import datetime as dt
import hashlib
import io
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from tahqiq.errors import UnreadableDocument
from tahqiq.evidence import Acquired, Asked, Refused
from tahqiq.evidence.feeds import documents_of
from tahqiq.evidence.records import documents_of_records
from tahqiq.evidence.warc_reading import HOLDING
from tahqiq.ledger import Failure
from tahqiq.model import Document
from tahqiq.pipeline.understanding import How, Part
from tahqiq.scale.store import opened, system_of
from tahqiq.text import to_reports

LEAST = 500  # documents a task
KINDS = {
    ".warc": "warc",
    ".warc.gz": "warc",
    ".wacz": "wacz",
    ".parquet": "parquet",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".jsonl.gz": "jsonl.gz",
}
_COLUMNS = ("text", "id", "published", "url", "title", "source", "language")
_BLOCK = 1 << 20
_LINES = 200  # of a packed file that are held at once


@dataclass(frozen=True, slots=True)
class Shard:
    """One file of the archive. `name` is unique among its shards and can be a file's name; `changed` is UTC."""

    name: str
    address: str
    kind: str
    size: int
    changed: str


@dataclass(frozen=True, slots=True)
class Slice:
    """A run of a shard: bytes or rows from `start` to before `end`; `first` is the number of its first line. `digest` is of the shard."""

    shard: Shard
    number: int
    start: int
    end: int
    first: int = 1
    digest: str = ""


def shards_in(source: str) -> tuple[tuple[Shard, ...], tuple[str, ...]]:
    """The shards of a file, a folder or a bucket (s3://…), by name; and the names of files that are none.

    Raises: UnreadableDocument where nothing is there.
    """
    system, root = system_of(source)
    if not system.exists(root):
        raise UnreadableDocument(f"{source}: there is no such file or folder")
    found = system.find(root, detail=True) if system.isdir(root) else {root: system.info(root)}
    shards, others = [], []
    for path, about in sorted(found.items()):
        inside = path[len(root) :].strip("/") or path.rpartition("/")[2]
        kind = next((KINDS[end] for end in sorted(KINDS, key=len, reverse=True) if path.lower().endswith(end)), None)
        if kind is None or any(step.startswith(".") for step in inside.split("/")):
            others.append(inside)
            continue
        shards.append(Shard(inside.replace("/", "__"), system.unstrip_protocol(path), kind, int(about["size"]), _changed(about)))
    if not shards:
        raise UnreadableDocument(f"{source}: holds no shard; there are {', '.join(KINDS)}")
    return tuple(shards), tuple(others)


def slices_of(shard: Shard, size: int) -> tuple[Slice, ...]:
    """The slices of a shard, each of `size` documents but for its last."""
    with opened(shard.address) as file:
        if shard.kind == "jsonl":
            return tuple(_of_lines(shard, file, size))
        if shard.kind == "warc":
            return tuple(_of_records(shard, file, size))
        if shard.kind == "parquet":
            import pyarrow.parquet as pq

            rows = pq.ParquetFile(file).metadata.num_rows
            file.seek(0)
            digest = _digest(file)
            starts = range(0, max(1, rows), size)
            return tuple(Slice(shard, n, start, min(rows, start + size), start + 1, digest) for n, start in enumerate(starts))
        return (Slice(shard, 0, 0, shard.size, 1, _digest(file) if shard.kind == "jsonl.gz" else ""),)


def parts_in(slice: Slice, how: How) -> Iterator[Part]:
    """The parts of the documents in a slice, in its order; what is refused as a failure of the shard."""
    shard = slice.shard
    if shard.kind in ("warc", "wacz"):
        for found in _of_archive(slice, Asked(lambda: shard.changed, how.max_bytes)):
            if isinstance(found, Refused):
                if not found.is_note:
                    yield _failed(shard, str(found))
            elif not found.document.is_medium:
                yield Part(found)
        return
    document = document_of(slice)
    bare = Acquired(document, b"")
    try:
        for first, lines in _lines_in(slice):
            yield from (Part(bare, found) for found in to_reports(document, lines, max_bytes=how.max_bytes, first_line=first))
    except UnreadableDocument as e:
        yield _failed(shard, str(e))


def _changed(about: dict[str, Any]) -> str:
    told = about.get("mtime") or about.get("LastModified") or 0
    moment = told if isinstance(told, dt.datetime) else dt.datetime.fromtimestamp(float(told), dt.UTC)
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _digest(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while block := file.read(_BLOCK):
        digest.update(block)
    return digest.hexdigest()


def _failed(shard: Shard, reason: str) -> Part:
    nothing = Document(shard.name, shard.size, "", shard.address, "scale", shard.changed, shard.name)
    return Part(Acquired(nothing, b""), Failure(shard.name, reason))


# -- lines and rows ---------------------------------------------------------------------------------------------------


def _of_lines(shard: Shard, file: IO[bytes], size: int) -> Iterator[Slice]:
    """Cut at line ends; a file that is no UTF-8 is one slice, as its letters are told by the whole."""
    digest, starts, lines, at, is_utf8, rest = hashlib.sha256(), [(0, 1)], 0, 0, True, b""
    while block := file.read(_BLOCK):
        digest.update(block)
        is_utf8 = is_utf8 and _is_utf8(block, rest)
        rest = block[-4:]
        end = block.find(b"\n")
        while end >= 0:
            lines += 1
            if lines % size == 0 and at + end + 1 < shard.size:
                starts.append((at + end + 1, lines + 1))
            end = block.find(b"\n", end + 1)
        at += len(block)
    starts = starts if is_utf8 else starts[:1]
    ends = [start for start, _ in starts[1:]] + [shard.size]
    for number, ((start, first), end) in enumerate(zip(starts, ends, strict=True)):
        yield Slice(shard, number, start, end, first, digest.hexdigest())


def _is_utf8(block: bytes, before: bytes) -> bool:
    """Whether a block can be part of UTF-8: no zeros, and no letter cut but at its ends."""
    if b"\x00" in block:
        return False
    data = before + block
    start = next((n for n in range(min(5, len(data))) if data[n] & 0xC0 != 0x80), 0)
    try:
        data[start:].decode("utf-8")
    except UnicodeDecodeError as e:
        return len(data) - start - e.start < 4
    return True


def _lines_in(slice: Slice) -> Iterator[tuple[int, bytes]]:
    """Some lines at a time, with the number of their first."""
    if slice.shard.kind == "parquet":
        yield slice.first, b"".join(_rows_in(slice))
        return
    with opened(slice.shard.address) as file:
        if slice.shard.kind == "jsonl":
            file.seek(slice.start)
            yield slice.first, file.read(slice.end - slice.start)
            return
        import gzip

        number, held = 1, list[bytes]()
        with gzip.open(file) as unpacked:
            for line in unpacked:
                held.append(line)
                if len(held) == _LINES:
                    yield number, b"".join(held)
                    number, held = number + len(held), []
        yield number, b"".join(held)


def _rows_in(slice: Slice) -> Iterator[bytes]:
    """The rows as lines of JSON; a row without a text is a line that has none."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with opened(slice.shard.address) as file:
        try:
            table = pq.ParquetFile(file)
            names = [name for name in _COLUMNS if name in table.schema_arrow.names]
            if "text" not in names:
                raise UnreadableDocument(f"{slice.shard.name}: has no column text; there are {', '.join(table.schema_arrow.names[:12])}")
            at = 0
            for group in range(table.num_row_groups):
                count = table.metadata.row_group(group).num_rows
                first, last = max(slice.start, at) - at, min(slice.end, at + count) - at
                if first < last:
                    for row in table.read_row_group(group, columns=names).slice(first, last - first).to_pylist():
                        told = {k: v.isoformat() if isinstance(v, dt.date) else v for k, v in row.items() if v is not None}
                        yield json.dumps(told, ensure_ascii=False, default=str).encode("utf-8", "surrogatepass") + b"\n"
                at += count
        except pa.ArrowInvalid as e:
            raise UnreadableDocument(f"{slice.shard.name}: is no Parquet that can be read ({str(e)[:120]})") from None


def document_of(slice: Slice) -> Document:
    """The document that a shard of lines or rows is."""
    shard = slice.shard
    name = shard.address.rpartition("/")[2]
    origin = shard.address.removeprefix("file://")
    return Document(slice.digest, shard.size, "application/jsonl", origin, "file", shard.changed, name)


# -- web archives -----------------------------------------------------------------------------------------------------


def _of_records(shard: Shard, file: IO[bytes], size: int) -> Iterator[Slice]:
    """Cut before records; an archive packed in one stream, which cannot be entered in its middle, is one slice."""
    starts, held = [0], 0
    for start, kind in _records(file):
        if held >= size:
            starts.append(start)
            held = 0
        held += kind in HOLDING
    for start in starts:
        file.seek(start)
        if not file.read(5).startswith((b"\x1f\x8b\x08", b"WARC/")):
            starts = [0]
            break
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], shard.size], strict=True)):
        yield Slice(shard, number, start, end)


def _records(file: IO[bytes]) -> Iterator[tuple[int, str]]:
    """Where each record stands and of which kind it is, as far as the archive can be read."""
    try:
        from fastwarc.warc import ArchiveIterator
    except ImportError:
        yield from _records_slowly(file)
        return
    try:
        for record in ArchiveIterator(file, parse_http=False, fsspec_args=False):
            yield record.stream_pos, record.headers.get("WARC-Type") or ""
    except (OSError, EOFError, ValueError, RuntimeError):
        return  # where it breaks off is said when it is read


def _records_slowly(file: IO[bytes]) -> Iterator[tuple[int, str]]:
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    archive = ArchiveIterator(file)
    try:
        for record in archive:
            yield archive.get_record_offset(), str(record.rec_type)
    except (ArchiveLoadFailed, EOFError, OSError, ValueError):
        return


def _of_archive(slice: Slice, asked: Asked) -> Iterator[Acquired | Refused]:
    shard = slice.shard
    name = shard.address.rpartition("/")[2]
    if shard.kind == "warc":
        with opened(shard.address) as file:
            yield from documents_of_records(io.BufferedReader(_Run(file, slice.start, slice.end)), name, name, asked)
        return
    with tempfile.TemporaryDirectory() as folder:
        here = Path(shard.address.removeprefix("file://"))
        if not here.is_file():
            here = Path(folder) / name
            system, path = system_of(shard.address)
            system.get_file(path, str(here))
        yield from documents_of(str(here), asked)


class _Run(io.RawIOBase):
    """A run of a file, as a file of its own."""

    def __init__(self, file: IO[bytes], start: int, end: int) -> None:
        file.seek(start)
        self._file, self._start, self._end = file, start, end

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: self._start, io.SEEK_CUR: self._file.tell(), io.SEEK_END: self._end}[whence]
        return self._file.seek(max(self._start, base + offset)) - self._start

    def readinto(self, buffer: Any) -> int:
        data = self._file.read(max(0, min(len(buffer), self._end - self._file.tell())))
        buffer[: len(data)] = data
        return len(data)
