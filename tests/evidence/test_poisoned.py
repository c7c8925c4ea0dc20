"""Poisoned input is refused or read safely, with one sentence, and stops nothing that comes beside it."""

import io
import stat
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from plain_stages import PLAIN
from tahqiq.evidence import Vault
from tahqiq.ledger import Ledger, open_ledger
from tahqiq.pipeline import Outcome, ingest

GOOD = "3 killed in Dumayr"
DOCX = "word/document.xml"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@pytest.fixture
def desk(tmp_path: Path) -> Ledger:
    return open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}")


Taken = Callable[[str, bytes], Outcome]


@pytest.fixture
def taken(desk: Ledger, vault: Vault, tmp_path: Path) -> Taken:
    """Takes in a file of this name and content beside a good one, which must come in whatever the other is."""

    def take(name: str, content: bytes) -> Outcome:
        (tmp_path / "in").mkdir()
        (tmp_path / "in" / name).write_bytes(content)
        (tmp_path / "in" / "zz good.txt").write_text(GOOD)
        outcome = ingest([tmp_path / "in"], desk, vault, stages=PLAIN)
        assert GOOD in {report.text for report in desk.reports()}
        assert all("\n" not in sentence and len(sentence) < 400 for sentence in outcome.refused + outcome.failures)
        assert vault.verify() == []
        return outcome

    return take


def zipped(members: dict[str, bytes], *, mode: int = 0) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            member = zipfile.ZipInfo(name)
            member.external_attr = mode << 16
            archive.writestr(member, content, zipfile.ZIP_DEFLATED)
    return held.getvalue()


def bomb(declared: int) -> bytes:
    """A ZIP whose member says that it is this large, and holds a kilobyte."""
    data = bytearray(zipped({"bomb.txt": b"0" * 1000}))
    for signature, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = data.find(signature) + offset
        data[at : at + 4] = declared.to_bytes(4, "little")
    return bytes(data)


@pytest.mark.parametrize("declared", [4_000_000_000, 1_900_000_000], ids=["more than is taken", "a thousandth packed"])
def test_a_zip_bomb_is_not_opened(taken: Taken, declared: int) -> None:
    (sentence,) = taken("a.zip", bomb(declared)).refused
    assert sentence.startswith("a.zip: unpacks to ") and sentence.endswith("it is not opened")


def test_a_zip_that_says_it_is_small_is_read_no_further_than_it_says(taken: Taken) -> None:
    (sentence,) = taken("a.zip", bomb(10)).refused
    assert sentence.startswith("a.zip: bomb.txt: cannot be unpacked")


NAMES = {
    "../../etc/cron.d/x.txt": "its name leads out of the archive",
    "/etc/x.txt": "its name leads out of the archive",
    "..\\x.txt": "its name leads out of the archive",
    "C:\\x.txt": "its name leads out of the archive",
    "a.txt\0.exe": "its name leads out of the archive",
    "inner.zip": "is an archive within an archive",
    "inner.tar": "is an archive within an archive",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_leads_out_of_an_archive_and_an_archive_within_are_not_taken(taken: Taken, name: str, tmp_path: Path) -> None:
    placeholder = name.replace("\0", "~")
    outcome = taken("a.zip", zipped({placeholder: b"words", "b.txt": b"4 killed in Homs"}).replace(placeholder.encode(), name.encode()))
    assert len(outcome.refused) == 1 and NAMES[name] in outcome.refused[0]
    assert outcome.reports == 2


def test_a_link_in_an_archive_is_not_followed(taken: Taken) -> None:
    assert taken("a.zip", zipped({"x.txt": b"/etc/passwd"}, mode=stat.S_IFLNK | 0o777)).refused == ["a.zip: x.txt: is a link, not a file"]


def test_a_locked_archive_says_so(taken: Taken) -> None:
    data = bytearray(zipped({"x.txt": b"words"}))
    for signature, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        data[data.find(signature) + offset] |= 1
    assert taken("a.zip", bytes(data)).refused == ["a.zip: x.txt: is locked by a password"]


def test_a_name_that_hides_its_kind_is_shown_as_it_is(taken: Taken, desk: Ledger, vault: Vault) -> None:
    taken("report\u202etxt.exe\n.txt", b"4 killed in Homs")
    names = {document.name for document in desk.documents()}
    assert "report\ufffdtxt.exe\ufffd.txt" in names
    assert "\u202e" not in "".join(str(entry) for entry in vault.custody())


def word(xml: str) -> bytes:
    return zipped({DOCX: xml.encode()})


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(12))
OFFICE = {
    "entities that multiply": f"<?xml version='1.0'?><!DOCTYPE x [{LAUGHS}]><w:document xmlns:w='{_W}'><w:t>&l11;</w:t></w:document>",
    "an entity of a file": f"<!DOCTYPE x [<!ENTITY f SYSTEM 'file:///etc/hostname'>]><w:document xmlns:w='{_W}'>&f;</w:document>",
}


@pytest.mark.parametrize("name", OFFICE)
def test_entities_in_an_office_file_are_not_resolved(taken: Taken, name: str) -> None:
    assert taken("a.docx", word(OFFICE[name])).failures == ["a.docx: declares XML entities, as no office program does; it is not read"]


def test_an_office_file_that_unpacks_to_a_gigabyte_is_not_opened(taken: Taken) -> None:
    data = bytearray(word("<w:document/>"))
    at = data.find(b"PK\x01\x02") + 24
    data[at : at + 4] = (1_000_000_000).to_bytes(4, "little")
    assert taken("a.docx", bytes(data)).failures == ["a.docx: unpacks to 1,000 MB of XML; it is not opened"]


def test_xml_nested_beyond_sense_is_one_sentence(taken: Taken) -> None:
    deep = f"<w:document xmlns:w='{_W}'>" + "<w:p>" * 100_000 + "</w:p>" * 100_000 + "</w:document>"
    (sentence,) = taken("a.docx", word(deep)).failures
    assert sentence.startswith("a.docx: its XML is broken")


def test_html_nested_beyond_sense_gives_its_words(taken: Taken, desk: Ledger) -> None:
    taken("a.html", b"<html><body>" + b"<div>" * 200_000 + b"<p>4 killed in Homs</p>")
    assert any("4 killed in Homs" in report.text for report in desk.reports())


def test_html_entities_that_multiply_are_words_like_others(taken: Taken, desk: Ledger) -> None:
    taken("a.html", f"<!DOCTYPE html [{LAUGHS}]><html><body><p>4 killed in Homs &l11;</p></body></html>".encode())
    report = next(r for r in desk.reports() if "4 killed in Homs" in r.text)
    assert len(report.text) < 5_000


def test_a_letter_nested_beyond_sense_is_one_sentence(taken: Taken) -> None:
    parts = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(5_000))
    (sentence,) = taken("a.eml", (f"Subject: x\r\nMIME-Version: 1.0\r\n{parts}\r\nwords").encode()).failures
    assert sentence.startswith("a.eml: ")


def test_a_pdf_with_javascript_is_read_and_nothing_in_it_is_run(taken: Taken, desk: Ledger) -> None:
    stream = b"BT /F1 12 Tf 72 720 Td (4 killed in Homs) Tj ET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.launchURL\\('https://example.org'\\))>>>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, held in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj%s endobj\n" % (number, held)
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (rows, len(body))
    taken("a.pdf", body + end)
    assert "4 killed in Homs" in {report.text.strip() for report in desk.reports()}


@pytest.mark.parametrize("times", [1, 2])
def test_a_pdf_that_unpacks_without_end_is_not_opened(taken: Taken, times: int) -> None:
    packing = zlib.compressobj(9)
    head = packing.compress(b" ") + packing.flush(zlib.Z_FULL_FLUSH)
    packed = head + (packing.compress(b" " * 1_000_000) + packing.flush(zlib.Z_FULL_FLUSH)) * 320
    for _ in range(times - 1):
        packed = zlib.compress(packed, 9)
    filters = b"[%s]" % (b"/FlateDecode" * times)
    body = b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Length %d/Filter%s>>stream\n" % (len(packed), filters)
    (sentence,) = taken("a.pdf", body + packed + b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF").failures
    assert sentence == "a.pdf: unpacks to more than 300 MB, as no report does; it is not opened"


CHARSETS = {
    "utf-8 that says Latin": b'<meta charset="iso-8859-1">' + "<p>قال مصدر إن 5 قتلى في دوما".encode(),
    "Windows-1256 that says UTF-8": b'<meta charset="utf-8">'
    + "<p>قال مصدر إن 5 قتلى في دوما بعد يوم من القصف على المدينة".encode("cp1256"),
    "a charset that is none": b'<meta charset="klingon">' + "<p>قال مصدر إن 5 قتلى في دوما".encode(),
}


@pytest.mark.parametrize("name", CHARSETS)
def test_a_page_is_decoded_by_what_it_says_not_by_the_charset_it_claims(taken: Taken, desk: Ledger, name: str) -> None:
    taken("a.html", b"<html><body>" + CHARSETS[name])
    assert any("5 قتلى في دوما" in report.text for report in desk.reports())


def test_a_table_with_a_cell_without_end_is_one_row(taken: Taken) -> None:
    outcome = taken("a.csv", b'text,id\n"' + b"x" * 3_000_000 + b"\n")
    assert outcome.refused == [] and len(outcome.failures) <= 1
