"""Records of a WARC are the same by warcio and by fastwarc, whatever is wrong with them; a gigabyte needs no more memory than a part."""

import gzip
import io
import random
import resource
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from bounds import WHOLE
from tahqiq.evidence import Acquired, Asked
from tahqiq.evidence.records import documents_of_records
from tahqiq.evidence.warc_reading import HOLDING, Broken, is_fast, records_of

SAMPLE = (Path(__file__).with_name("samples") / "crawl.warc.gz").read_bytes()
MEGABYTES = 1000 if WHOLE else 16
GROWS_MB = 100  # from the fourth part to the end, whatever the size: the page cache of the ledger (64 MB) fills meanwhile
fast_only = pytest.mark.skipif(not is_fast(), reason="fastwarc is not installed: pip install 'tahqiq[bulk]'")


def made(*, packed: bool) -> bytes:
    """Answers of every size, coded and chunked as servers do, resources and failures among them."""
    out, chance = io.BytesIO(), random.Random(1)
    writer = WARCWriter(out, gzip=packed)
    for n in range(40):
        body = b"<p>" + bytes(chance.choices(range(32, 127), k=chance.choice([0, 3, 500, 70_000])))
        headers = [("Content-Type", "text/html; charset=utf-8"), ("X-Twice", "1"), ("X-Twice", "2")]
        match n % 5:
            case 1:
                body = gzip.compress(body)
                headers.append(("Content-Encoding", "gzip"))
            case 2:
                body = b"%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n"
                headers.append(("Transfer-Encoding", "chunked"))
            case 3:
                body = zlib.compress(body)
                headers.append(("Content-Encoding", "deflate"))
        if n % 7 == 3:
            record = writer.create_warc_record(f"urn:x:{n}", "resource", payload=io.BytesIO(body), warc_content_type="text/plain")
        else:
            answered = StatusAndHeaders(["200 OK", "404 Not Found", "301 Moved"][n % 11 % 3], headers, protocol="HTTP/1.1")
            record = writer.create_warc_record(f"https://e.example/{n}?ü", "response", payload=io.BytesIO(body), http_headers=answered)
        writer.write_record(record)
    return out.getvalue()


def told(data: bytes, *, fast: bool) -> list[object]:
    found: list[object] = []
    try:
        for r in records_of(io.BytesIO(data), most=1_000_000, fast=fast):
            holds = r.kind in HOLDING
            head = (r.kind, r.url, r.date, r.id)
            found.append((*head, r.status, r.content_type, r.headers, r.read(1 << 30), r.problem()) if holds else head)
    except Broken:
        found.append("breaks off")
    return found


ARCHIVES: dict[str, Callable[[], bytes]] = {
    "the sample": lambda: SAMPLE,
    "gzipped": lambda: made(packed=True),
    "plain": lambda: made(packed=False),
    "cut in its last record": lambda: made(packed=True)[:-40],
    "plain, cut": lambda: made(packed=False)[:-40],
    "cut in half": lambda: made(packed=True)[: len(made(packed=True)) // 2],
    "altered": lambda: made(packed=False).replace(b"<p>", b"<q>", 3),
    "words": lambda: b"words",
    "nothing": lambda: b"",
    "packed words": lambda: gzip.compress(b"words"),
}


@fast_only
@pytest.mark.parametrize("name", ARCHIVES)
def test_both_readers_give_the_same_records(name: str) -> None:
    data = ARCHIVES[name]()
    slow = told(data, fast=False)
    assert told(data, fast=True) == slow and slow


@fast_only
def test_what_is_wrong_is_found_by_both() -> None:
    for fast in (False, True):
        problems = {one[-1] for one in told(ARCHIVES["altered"](), fast=fast) if isinstance(one, tuple) and len(one) > 4}
        assert "is not what its digest says" in problems, fast


@fast_only
def test_the_documents_and_the_sentences_are_the_same() -> None:
    asked = Asked(lambda: "2024-03-09T10:00:00Z", max_bytes=60_000)
    for data in (SAMPLE, made(packed=True), made(packed=True)[:-40]):
        slow, fast = (list(documents_of_records(io.BytesIO(data), "x", "x", asked, fast=way)) for way in (False, True))
        assert [(type(f), f.document, f.data) for f in fast if isinstance(f, Acquired)] == [
            (type(f), f.document, f.data) for f in slow if isinstance(f, Acquired)
        ]
        sentences = [[str(f).partition(" (")[0] for f in found if not isinstance(f, Acquired)] for found in (slow, fast)]
        assert sentences[0] == sentences[1] and slow


@fast_only
@pytest.mark.parametrize("fast", [False, True], ids=["warcio", "fastwarc"])
def test_a_record_of_gigabytes_by_its_own_word_or_in_truth_is_bounded(fast: bool, tmp_path: Path) -> None:
    head = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://e.example/\r\nContent-Type: application/http; msgtype=response\r\n"
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    bomb = answer.replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n") + gzip.compress(bytes(300_000_000))
    for block, length in ((answer + b"<p>words", 4_000_000_000), (bomb, len(bomb))):
        data = head + b"Content-Length: %d\r\n\r\n" % length + block + b"\r\n\r\n"
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        asked = Asked(lambda: "2024-03-09T10:00:00Z", max_bytes=1_000_000)
        found = list(documents_of_records(io.BytesIO(data), "x", "x", asked, fast=fast))
        assert not any(isinstance(one, Acquired) for one in found) and found
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000


FLAT = """
import resource, sys
from pathlib import Path
from plain_stages import PLAIN
from tahqiq.evidence import Asked, Vault
from tahqiq.evidence import records
from tahqiq.evidence.feeds import documents_of
from tahqiq.ledger import open_ledger
from tahqiq.pipeline import ingest_documents
warc, folder, count = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
class Forgetting(Vault):
    def keep(self, document, data):
        super().keep(document, data)
        (self.folder / document.id[:2] / document.id).write_bytes(b"")
        return True
def counted(found):
    for n, one in enumerate(found):
        if n == count // 4:
            print(peak(), flush=True)
        yield one
asked = Asked(lambda: "2024-03-09T10:00:00Z")
ledger = open_ledger(f"sqlite:///{folder / 'l.db'}")
outcome = ingest_documents(counted(documents_of(str(warc), asked)), ledger, Forgetting(folder / "v"), stages=PLAIN, compute=False)
print(peak(), outcome.documents)
"""


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_memory_stays_flat_from_the_first_quarter_of_a_large_archive_to_its_end(tmp_path: Path) -> None:
    """The whole way through vault, text and ledger; bytes are dropped once kept, since a machine of tests has no gigabyte to spare."""
    script = b"<script>" + b"var shown = false; " * 5000 + b"</script>"  # most of a page of the web is none of its words
    page = b"<html><head>" + script + b"</head><body><article><p>3 killed in Sarmin. " + b"<p>So said the civil defence of the town. " * 30
    count = MEGABYTES * 1_000_000 // len(page)
    with (tmp_path / "x.warc").open("wb") as out:
        writer = WARCWriter(out, gzip=False)
        for n in range(count):
            headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
            body = io.BytesIO(page + b"%d" % n)
            writer.write_record(writer.create_warc_record(f"https://e.example/{n}", "response", payload=body, http_headers=headers))
    environment = {"PYTHONPATH": ":".join(sys.path), "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-c", FLAT, str(tmp_path / "x.warc"), str(tmp_path), str(count)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    quarter, whole, documents = done.stdout.split()
    print(f"{MEGABYTES} MB, {documents} pages: {quarter} MB at a quarter, {whole} MB at the end")
    assert int(documents) == count
    assert float(whole) - float(quarter) < GROWS_MB
