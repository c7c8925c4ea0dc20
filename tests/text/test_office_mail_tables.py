"""Office files, letters, saved pages and tables: their words as they are read, and what is wrong with them in one sentence."""

import datetime as dt
from pathlib import Path

import pytest

from tahqiq.errors import UnreadableDocument
from tahqiq.evidence import acquire
from tahqiq.model import Report
from tahqiq.text import FailedLine, load_columns, to_reports

SAMPLES = Path(__file__).parents[1] / "evidence" / "samples"


def reports(name: str, columns: str = "") -> list[Report | FailedLine]:
    mapping = load_columns((SAMPLES / columns).read_bytes(), columns) if columns else None
    document, data = acquire(SAMPLES / name, at="2024-03-09T00:00:00Z")
    return list(to_reports(document, data, columns=mapping))


def only(found: list[Report | FailedLine]) -> Report:
    (report,) = found
    assert isinstance(report, Report)
    return report


def test_a_word_file_gives_its_paragraphs_without_what_was_deleted_and_its_cells_in_order() -> None:
    report = only(reports("report.docx"))
    assert report.text == (
        "مقتل ثلاثة أشخاص بقصف في إدلب\n"
        "قتل ثلاثة أشخاص وأصيب خمسة آخرون بقصف مدفعي على مدينة إدلب يوم الخميس 7 آذار 2024، بحسب الدفاع المدني.\n"
        "قتلى\n3"
    )
    assert report.title == "تقرير إدلب"


def test_a_letter_gives_its_words_subject_day_and_the_host_of_its_sender() -> None:
    report = only(reports("letter.eml"))
    assert report.text.startswith("کوئٹہ کے ایک بازار میں")
    assert (report.title, report.published, report.source) == ("کوئٹہ میں دھماکہ", dt.date(2024, 3, 8), "monitor.example")


def test_a_saved_page_gives_its_article_and_the_address_it_was_saved_from() -> None:
    report = only(reports("page.mhtml"))
    assert report.text.startswith("انفجار در کابل\n") and "۵ نفر کشته" in report.text
    assert (report.url, report.published) == ("https://news.example/kabul", dt.date(2024, 3, 7))


def test_a_spreadsheet_is_a_report_a_row_by_its_mapping() -> None:
    first, second = reports("table.xlsx", "columns.yaml")
    assert isinstance(first, Report) and isinstance(second, Report)
    assert first.text == "Shelling in Idlib\nThree people were killed by shelling in the city of Idlib, the civil defence said."
    assert (first.id, first.published, first.url, first.source) == (
        "IDL-1",
        dt.date(2024, 3, 7),
        "https://example.org/idlib-1",
        "Sample monitor",
    )
    assert (second.id, second.published, second.url) == ("IDL-2", dt.date(2024, 3, 8), None)


def test_rows_of_a_table_that_give_no_report_say_why_and_the_others_are_read() -> None:
    first, wrong_day, empty, last = reports("table.csv", "columns-csv.yaml")
    assert isinstance(first, Report) and isinstance(last, Report)
    assert (first.text.count("\n"), first.published, first.id) == (1, dt.date(2024, 3, 7), "1")
    assert str(wrong_day) == "table.csv line 4: Tag is '31.02.2024'; %d.%m.%Y was expected"
    assert str(empty) == "table.csv line 5: its text is empty"
    assert last.published == dt.date(2024, 3, 8)


def test_a_table_without_a_mapping_is_read_by_the_names_that_lines_of_json_have(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id\tpublished\ttext\na\t2024-03-07\tThree were killed.\n", "utf-8")
    document, data = acquire(tmp_path / "t.csv", at="2024-03-09T00:00:00Z")
    report = only(list(to_reports(document, data)))
    assert (report.id, report.published, report.text) == ("a", dt.date(2024, 3, 7), "Three were killed.")


def test_lines_of_json_are_read_by_a_mapping_too(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text('{"Nr": 7, "Tag": "07.03.2024", "Bericht": "Three were killed."}\n', "utf-8")
    document, data = acquire(tmp_path / "t.jsonl", at="2024-03-09T00:00:00Z")
    mapping = load_columns((SAMPLES / "columns-csv.yaml").read_bytes(), "columns-csv.yaml")
    report = only(list(to_reports(document, data, columns=mapping)))
    assert (report.id, report.published) == ("7", dt.date(2024, 3, 7))


def test_a_column_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(UnreadableDocument, match=r"table\.csv: has no column «text»; there are «Nr», «Tag», «Bericht»; say with --map"):
        reports("table.csv")


WRONG = {
    "no text": (b"published: day", "must say which column is the text"),
    "an unknown key": (b"text: a\nbody: b", "'body' is none of text, published"),
    "no name": (b"text: a\nurl: 7", "url must be the name of a column, not 7"),
    "no YAML": (b"text: [", "is no YAML"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_mapping_names_file_and_key(name: str) -> None:
    data, sentence = WRONG[name]
    with pytest.raises(UnreadableDocument, match=r"m\.yaml: ") as refusal:
        load_columns(data, "m.yaml")
    assert sentence in str(refusal.value)


def test_a_sheet_that_is_not_there_is_named_with_those_that_are() -> None:
    document, data = acquire(SAMPLES / "table.xlsx", at="2024-03-09T00:00:00Z")
    with pytest.raises(UnreadableDocument, match=r"has no sheet «Totals»; there are: Notes, Incidents"):
        list(to_reports(document, data, columns=load_columns(b"text: a\nsheet: Totals", "m.yaml")))
