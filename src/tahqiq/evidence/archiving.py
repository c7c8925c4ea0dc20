"""Documents as a web archive in one file (WACZ 1.1.1) that readers such as ReplayWeb.page open without our software.

What comes in are documents with their bytes; what goes out is a ZIP of a WARC, its index, a list of pages and the hashes of all. The same
documents give the same bytes. A document of the web is a `response` record with its headers as they were; another is a `resource` record
under its SHA-256. Headers that speak of the transfer (its coding, its length) are set aside as `x-archive-orig-…`, since what is kept
is what was unpacked.
"""

import hashlib
import io
import json
import re
import tempfile
import uuid
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from tahqiq.model import Document

_OF_TRANSFER = ("content-encoding", "transfer-encoding", "content-length")
_OF_ARCHIVE = ("warc-date", "warc-record-id")
_FORMAT = {"format": "json-pages-1.0", "id": "pages", "title": "All pages"}
_WARC = "archive/data.warc.gz"


@dataclass(frozen=True, slots=True)
class _Written:
    """Where a record lies in the WARC."""

    document: Document
    url: str
    date: str
    offset: int
    length: int


def write_wacz(documents: Iterable[tuple[Document, bytes]], out: BinaryIO, *, program: str) -> int:
    """The documents are in `out` as a WACZ; gives how many.

    Args:
        documents: in the order that the archive is to have.
        program: name and version of the program, for the archive's head.
    """
    with tempfile.TemporaryFile() as warc:
        written = list(_write_warc(documents, warc, program))
        newest = max((one.date for one in written), default="1980-01-01T00:00:00Z")
        with zipfile.ZipFile(out, "w") as archive:
            parts = [
                _add(archive, _WARC, warc, newest, packed=False),
                _add(archive, "indexes/index.cdxj", io.BytesIO(_index(written)), newest),
                _add(archive, "pages/pages.jsonl", io.BytesIO(_pages(written)), newest),
            ]
            listed = {"profile": "data-package", "wacz_version": "1.1.1", "software": program, "created": newest, "resources": parts}
            package = json.dumps(listed, indent=1).encode()
            _add(archive, "datapackage.json", io.BytesIO(package), newest)
            digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(package).hexdigest()}"}
            _add(archive, "datapackage-digest.json", io.BytesIO(json.dumps(digest).encode()), newest)
    return len(written)


def _write_warc(documents: Iterable[tuple[Document, bytes]], warc: BinaryIO, program: str) -> Iterator[_Written]:
    from warcio.warcwriter import WARCWriter

    writer = WARCWriter(warc, gzip=True)
    for document, data in documents:
        url, date = document.url or f"urn:sha256:{document.id}", _date(document)
        start = warc.tell()
        writer.write_record(_record(writer, document, data, url, date))
        yield _Written(document, url, date, start, warc.tell() - start)


def _record(writer: Any, document: Document, data: bytes, url: str, date: str) -> Any:
    from warcio.statusandheaders import StatusAndHeaders

    named = {
        "WARC-Date": date,
        "WARC-Record-ID": f"<urn:uuid:{uuid.UUID(document.id[:32], version=5)}>",
        "WARC-Payload-Digest": f"sha256:{document.id}",
    }
    if not document.url:
        return writer.create_warc_record(
            url, "resource", payload=io.BytesIO(data), length=len(data), warc_content_type=document.media_type, warc_headers_dict=named
        )
    headers = StatusAndHeaders("200 OK", _headers(document, len(data)), protocol="HTTP/1.1")
    return writer.create_warc_record(url, "response", payload=io.BytesIO(data), http_headers=headers, warc_headers_dict=named)


def _headers(document: Document, size: int) -> list[tuple[str, str]]:
    kept = [(k, v) for k, v in document.headers if k.lower() not in _OF_ARCHIVE]
    apart = [(f"x-archive-orig-{k}" if k.lower() in _OF_TRANSFER else k, v) for k, v in kept]
    kind = [] if any(k.lower() == "content-type" for k, _ in kept) else [("Content-Type", document.media_type)]
    return [*apart, *kind, ("Content-Length", str(size))]


def _date(document: Document) -> str:
    """When the bytes were got from the web: by the archive they came in, else by us."""
    told = next((v for k, v in document.headers if k.lower() == "warc-date"), document.acquired_at)
    return told if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", told) else document.acquired_at


def _index(written: Iterable[_Written]) -> bytes:
    """CDXJ: a line a record, sorted by address turned round and time."""
    lines = []
    for one in written:
        told = {
            "url": one.url,
            "mime": one.document.media_type,
            "status": "200",
            "digest": f"sha256:{one.document.id}",
            "length": str(one.length),
            "offset": str(one.offset),
            "filename": "data.warc.gz",
        }
        lines.append(f"{_turned(one.url)} {re.sub('[^0-9]', '', one.date[:19])} {json.dumps(told, ensure_ascii=False)}\n")
    return "".join(sorted(lines)).encode()


def _turned(url: str) -> str:
    """An address with its host turned round, the country first (SURT): org,example,news)/page?x."""
    parts = urlsplit(url)
    if not parts.hostname:
        return url
    host = ",".join(reversed(parts.hostname.removeprefix("www.").split(".")))
    port = f":{parts.port}" if parts.port and parts.port not in (80, 443) else ""
    return f"{host}{port}){(parts.path or '/').lower()}" + (f"?{parts.query.lower()}" if parts.query else "")


def _pages(written: Iterable[_Written]) -> bytes:
    pages = (
        {"id": one.document.id[:20], "url": one.url, "ts": one.date, "title": one.document.name} for one in written if one.document.url
    )
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in (_FORMAT, *pages)).encode()


def _add(archive: zipfile.ZipFile, path: str, content: BinaryIO, date: str, *, packed: bool = True) -> dict[str, Any]:
    """The content is in the archive; gives its line for the list. What is packed already is not packed again."""
    member = zipfile.ZipInfo(path, date_time=(max(1980, int(date[:4])), int(date[5:7]), int(date[8:10]), 0, 0, 0))
    member.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    digest, size = hashlib.sha256(), 0
    content.seek(0)
    with archive.open(member, "w", force_zip64=True) as held:
        while block := content.read(1 << 20):
            digest.update(block)
            size += len(block)
            held.write(block)
    return {"name": path.rpartition("/")[2], "path": path, "hash": f"sha256:{digest.hexdigest()}", "bytes": size}
