"""What holds for every text and every run of bytes."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tahqiq.errors import UnreadableDocument
from tahqiq.evidence import acquire
from tahqiq.text import FailedLine, furniture_spans, paragraphs, sentences, to_reports

TEXTS = st.text(alphabet=st.one_of(st.sampled_from(" \n\r\t.۔؟!…\"'»()آبتثقلمنےUSLtGen15٣۴ًـ\u200c"), st.characters()), max_size=200)


@given(TEXTS)
def test_sentences_are_in_order_apart_trimmed_and_leave_out_white_space_only(text: str) -> None:
    for spans in (sentences(text), paragraphs(text)):
        end = 0
        for a, b in spans:
            assert end <= a < b and text[a:b] == text[a:b].strip()
            assert not text[end:a].strip()
            end = b
        assert not text[end:].strip()


@given(TEXTS)
def test_furniture_is_whole_paragraphs(text: str) -> None:
    assert set(furniture_spans(text)) <= set(paragraphs(text))


@settings(deadline=None)
@given(
    st.one_of(st.binary(max_size=400), TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass"))),
    st.sampled_from(["x.txt", "x.html", "x.jsonl", "x.pdf", "x"]),
)
def test_any_bytes_become_reports_that_can_be_stored_or_are_refused_in_one_sentence(data: bytes, name: str) -> None:
    try:
        document, kept = acquire(None, data=data, name=name, at="2023-07-09T00:00:00Z")
        found = list(to_reports(document, kept))
    except UnreadableDocument as e:
        assert str(e).startswith(name) and "\n" not in str(e)
        return
    assert kept == data
    for report in found:
        if not isinstance(report, FailedLine):
            assert report.text.strip() and "\x00" not in report.text
            report.text.encode("utf-8")


@given(TEXTS.filter(str.strip), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_a_text_in_unicode_comes_out_code_point_for_code_point(text: str, encoding: str) -> None:
    clean = text.replace("\x00", "").lstrip("\ufeff")
    data = clean.encode(encoding, "ignore")
    try:
        document, kept = acquire(None, data=data, name="x.txt", at="2023-07-09T00:00:00Z")
        (report,) = to_reports(document, kept)
    except UnreadableDocument:
        return  # control characters, or nothing left
    assert not isinstance(report, FailedLine)
    assert report.text == data.decode(encoding)
