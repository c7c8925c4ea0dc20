"""Web archives in and out: as a stream, whole or not at all, and the same bytes again."""

import hashlib
import io
import json
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from plain_stages import PLAIN
from tahqiq.evidence import Acquired, Asked, Refused, Vault
from tahqiq.evidence.feeds import documents_of
from tahqiq.ledger import Ledger, open_ledger
from tahqiq.model import Document
from tahqiq.pipeline import archive, ingest

SAMPLE = Path(__file__).with_name("samples") / "crawl.warc.gz"
ASKED = Asked(lambda: "2024-03-09T10:00:00Z", max_bytes=1_000_000)


@pytest.fixture
def desk(tmp_path: Path) -> Ledger:
    return open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}")


def given(path: Path) -> tuple[list[Document], list[str]]:
    found = list(documents_of(str(path), ASKED))
    return [f.document for f in found if isinstance(f, Acquired)], [str(f) for f in found if isinstance(f, Refused)]


def warc(path: Path, *pages: bytes, gzip: bool = True) -> Path:
    with path.open("wb") as out:
        writer = WARCWriter(out, gzip=gzip)
        for number, page in enumerate(pages):
            headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
            payload = io.BytesIO(page)
            writer.write_record(
                writer.create_warc_record(f"https://news.example/{number}", "response", payload=payload, http_headers=headers)
            )
    return path


def test_each_answer_with_text_is_a_document_with_its_address_headers_and_record() -> None:
    (page, photo, text), (told,) = given(SAMPLE)
    assert (page.url, page.media_type, page.method, page.within) == ("https://news.example/idlib", "text/html", "warc", "crawl.warc.gz")
    assert ("Content-Type", "text/html; charset=utf-8") in page.headers
    assert ("warc-date", "2024-03-08T10:00:01Z") in page.headers
    assert (text.url, text.media_type, text.acquired_at) == ("https://other.example/sarmin.txt", "text/plain", "2024-03-09T10:00:00Z")
    assert (photo.url, photo.media_type) == ("https://news.example/photo.png", "image/png")
    assert told == "crawl.warc.gz: 3 records hold no report and are not taken: 1 warcinfo records, 1 answers 404, 1 revisit records"


def test_what_no_one_expects_to_be_taken_is_a_note_and_no_failure(desk: Ledger, vault: Vault) -> None:
    outcome = ingest([SAMPLE], desk, vault, stages=PLAIN)
    assert (outcome.documents, outcome.refused, len(outcome.notes)) == (2, [], 2)
    assert outcome.notes[1] == "crawl.warc.gz: 1 photos, videos or recordings that no report names are not kept"


@pytest.mark.parametrize("gzip", [True, False], ids=["gzipped", "plain"])
def test_an_archive_that_breaks_off_gives_what_came_before_and_says_so(tmp_path: Path, gzip: bool) -> None:
    path = warc(tmp_path / ("x.warc.gz" if gzip else "x.warc"), b"<p>one" * 500, b"<p>two" * 500, b"<p>three" * 5000, gzip=gzip)
    path.write_bytes(path.read_bytes()[:-40])
    documents, told = given(path)
    assert len(documents) == 2
    assert told == [f"{path.name}: https://news.example/2: breaks off; it is not taken"]


def test_an_answer_that_is_not_what_its_digest_says_is_not_taken(tmp_path: Path) -> None:
    path = warc(tmp_path / "x.warc", b"<p>3 killed in Homs", b"<p>4 killed in Hama", gzip=False)
    path.write_bytes(path.read_bytes().replace(b"3 killed in Homs", b"9 killed in Homs"))
    documents, told = given(path)
    assert [document.url for document in documents] == ["https://news.example/1"]
    assert told == ["x.warc: https://news.example/0: is not what its digest says; it is not taken"]


def test_an_answer_over_the_limit_is_named_and_the_next_one_taken(tmp_path: Path) -> None:
    documents, told = given(warc(tmp_path / "x.warc.gz", b"<p>" + b"x" * 1_500_000, b"<p>two"))
    assert [document.url for document in documents] == ["https://news.example/1"]
    assert told == ["x.warc.gz: https://news.example/0: is larger than 1 MB, the size limit"]


def test_what_is_called_an_archive_and_is_none_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "x.warc.gz").write_bytes(b"words")
    (tmp_path / "x.wacz").write_bytes(b"words")
    for name in ("x.warc.gz", "x.wacz"):
        documents, told = given(tmp_path / name)
        assert (documents, len(told)) == ([], 1)
        assert told[0].startswith(name)


def test_memory_does_not_grow_with_the_archive(tmp_path: Path) -> None:
    page = b"<p>" + b"words of a page " * 12_000
    path = warc(tmp_path / "x.warc.gz", *(page + b"%d" % n for n in range(100)))
    tracemalloc.start()
    count = sum(isinstance(found, Acquired) for found in documents_of(str(path), ASKED))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 100 and most < 8 * len(page), "nineteen megabytes of pages"


# -- out --------------------------------------------------------------------------------------------------------------


def written(desk: Ledger, vault: Vault) -> bytes:
    out = io.BytesIO()
    assert archive(desk, vault, out) == 2
    return out.getvalue()


def test_what_is_written_is_taken_in_again_as_the_same_bytes(desk: Ledger, vault: Vault, tmp_path: Path) -> None:
    ingest([SAMPLE], desk, vault, stages=PLAIN)
    (tmp_path / "out.wacz").write_bytes(written(desk, vault))
    documents, told = given(tmp_path / "out.wacz")
    before = {document.id: (document.url, dict(document.headers)["warc-date"]) for document in desk.documents()}
    assert {document.id: (document.url, dict(document.headers)["warc-date"]) for document in documents} == before
    assert told == []
    assert documents[0].within is not None and documents[0].within.startswith("out.wacz archive/data.warc.gz sha256:")


def test_the_same_documents_give_the_same_archive(desk: Ledger, vault: Vault) -> None:
    ingest([SAMPLE], desk, vault, stages=PLAIN)
    assert written(desk, vault) == written(desk, vault)


def test_an_archive_holds_its_index_pages_and_hashes(desk: Ledger, vault: Vault) -> None:
    ingest([SAMPLE], desk, vault, stages=PLAIN)
    with zipfile.ZipFile(io.BytesIO(written(desk, vault))) as made:
        package = json.loads(made.read("datapackage.json"))
        for resource in package["resources"]:
            content = made.read(resource["path"])
            assert (resource["hash"], resource["bytes"]) == (f"sha256:{hashlib.sha256(content).hexdigest()}", len(content))
        digest = json.loads(made.read("datapackage-digest.json"))
        assert digest["hash"] == f"sha256:{hashlib.sha256(made.read('datapackage.json')).hexdigest()}"
        pages = [json.loads(line) for line in made.read("pages/pages.jsonl").splitlines()]
        assert {page.get("url") for page in pages} == {None, "https://news.example/idlib", "https://other.example/sarmin.txt"}
        lines = made.read("indexes/index.cdxj").decode().splitlines()
        assert [line.split(" ", 2)[:2] for line in lines] == [
            ["example,news)/idlib", "20240308100001"],
            ["example,other)/sarmin.txt", "20240308100004"],
        ]
        told = json.loads(lines[0].split(" ", 2)[2])
        warc_bytes = made.read("archive/data.warc.gz")[int(told["offset"]) :][: int(told["length"])]
        record = next(iter(ArchiveIterator(io.BytesIO(warc_bytes), check_digests="raise")))
        assert record.rec_headers.get_header("WARC-Target-URI") == "https://news.example/idlib"
        assert hashlib.sha256(record.content_stream().read()).hexdigest() == told["digest"].removeprefix("sha256:")


def test_a_file_that_is_not_what_the_archives_list_says_is_not_taken(desk: Ledger, vault: Vault, tmp_path: Path) -> None:
    ingest([SAMPLE], desk, vault, stages=PLAIN)
    with zipfile.ZipFile(io.BytesIO(written(desk, vault))) as made, zipfile.ZipFile(tmp_path / "x.wacz", "w") as altered:
        for name in made.namelist():
            altered.writestr(name, made.read(name) + (b" " if name.endswith(".warc.gz") else b""))
    documents, told = given(tmp_path / "x.wacz")
    assert documents == []
    assert told == ["x.wacz: archive/data.warc.gz: is not what its list says; it is not taken"]
