"""Documents become reports, and what gives none says why."""

import datetime as dt
from pathlib import Path

import pytest

from tahqiq.errors import UnreadableDocument
from tahqiq.model import Document, Report
from tahqiq.text import FailedLine, to_reports


def document(name: str, media_type: str = "text/plain") -> Document:
    return Document("d" * 64, 1, media_type, name, "file", "2023-07-12T00:00:00Z", name)


def lines(data: bytes, max_bytes: int = 1000) -> list[Report | FailedLine]:
    return list(to_reports(document("x.jsonl", "application/jsonl"), data, max_bytes=max_bytes))


def test_a_text_is_one_report_as_found() -> None:
    text = "Three killed in Idlib\r\n\r\nBEIRUT (AFP) - The army denied it.\r\nShare this article\r\n"
    (report,) = to_reports(document("x.txt"), text.encode())
    assert isinstance(report, Report)
    assert (report.text, report.id, report.document, report.language, report.published) == (text, "x.txt", "d" * 64, None, None)
    assert report.wire_credit == "AFP"
    assert [text[a:b] for a, b in report.furniture] == ["Share this article"]


def test_a_page_is_one_report_with_what_it_says_of_itself() -> None:
    head = '<meta property="og:title" content="Three killed"><meta name="date" content="2023-07-09">'
    page = f"<html><head>{head}</head><body><p>Three were killed."
    (report,) = to_reports(document("x.html", "text/html"), page.encode())
    assert isinstance(report, Report)
    assert (report.title, report.published, report.text) == ("Three killed", dt.date(2023, 7, 9), "Three killed\nThree were killed.")


def test_a_pdf_is_one_report() -> None:
    data = Path(__file__).with_name("samples").joinpath("arabic.pdf").read_bytes()
    (report,) = to_reports(document("x.pdf", "application/pdf"), data)
    assert isinstance(report, Report)
    assert report.text.startswith("قُتل ثلاثة")


def test_each_line_is_a_report_with_what_it_says() -> None:
    data = (
        '\ufeff{"text": "one", "id": "a", "published": "2023-07-09T10:00:00Z", "url": "https://x.org/1", '
        '"title": "T", "source": "S", "more": [1]}\n'
        '\n  \r\n{"text": "two\u2028still two", "id": 7, "language": "ur"}\r\n{"text": "three"}'
    ).encode()
    one, two, three = lines(data)
    assert isinstance(one, Report) and isinstance(two, Report) and isinstance(three, Report)
    assert (one.id, one.published, one.url, one.title, one.source) == ("a", dt.date(2023, 7, 9), "https://x.org/1", "T", "S")
    assert (two.id, two.text, two.language) == ("7", "two\u2028still two", "ur")
    assert (three.id, three.published) == ("x.jsonl:5", None)


FAILING = {
    "no JSON": (b"{broken", "is no JSON"),
    "a list": (b'["text"]', "is no JSON object"),
    "a number": (b"5", "is no JSON object"),
    "without text": (b'{"id": 1}', 'has no "text"'),
    "text that is a number": (b'{"text": 5}', "is not as expected: Expected `str`, got `int` - at `$.text`"),
    "empty text": (b'{"text": " "}', "its text is empty"),
    "a day that is none": (b'{"text": "x", "published": "yesterday"}', "published is 'yesterday'; an ISO 8601 day was expected"),
    "too large": (b'{"text": "' + b"x" * 1000 + b'"}', "is larger than 0.001 MB, the size limit"),
    "nested too deep": (b'{"text": ' + b"[" * 900, "is no JSON"),
    "cut": (b'{"text": "x', "is no JSON"),
}


@pytest.mark.parametrize("name", FAILING)
def test_a_bad_line_is_named_with_its_number_and_the_others_are_read(name: str) -> None:
    data, reason = FAILING[name]
    first, failed, last = lines(b'{"text": "one"}\n' + data + b'\n{"text": "two"}\n')
    assert isinstance(failed, FailedLine) and failed.line == 2
    assert str(failed).startswith(f"x.jsonl line 2: {reason}") and "\n" not in str(failed)
    assert isinstance(first, Report) and isinstance(last, Report)


def test_characters_that_nothing_can_hold_have_one_in_their_place() -> None:
    (report,) = lines(b'{"text": "a\\u0000b \\u0644"}')
    assert isinstance(report, Report)
    assert report.text == "a\ufffdb ل"


@pytest.mark.parametrize("encoding", ["utf-16", "cp1256"])
def test_lines_in_another_encoding_are_read(encoding: str) -> None:
    row = '{"text": "قال مصدر إن ثلاثة قتلوا في قصف على بلدة من ريف إدلب بعد ظهر الأحد"}\n'
    found = lines((row * 2).encode(encoding))
    assert [f.text[:7] for f in found if isinstance(f, Report)] == ["قال مصد"] * 2


@pytest.mark.parametrize("page", ["<html><body></body></html>", "<script>x</script>"])
def test_a_page_without_words_is_refused_by_name(page: str) -> None:
    with pytest.raises(UnreadableDocument, match=r"x\.html: no text was found in it"):
        list(to_reports(document("x.html", "text/html"), page.encode()))
