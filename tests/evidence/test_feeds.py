"""Every way in: found by name and by what is given, with a sample of our own making and a row in the table of the docs."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tahqiq import plugins
from tahqiq.errors import UnknownName
from tahqiq.evidence import Acquired, Asked, Refused
from tahqiq.evidence.feeds import GROUP, TABLE, documents_of, find_feed

SAMPLES = Path(__file__).with_name("samples")
PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "bring-reports-in.md"
ASKED = Asked(lambda: "2024-03-08T10:00:00Z")


def taken(name: str) -> list[Acquired]:
    return [found for found in documents_of(str(SAMPLES / name), ASKED) if isinstance(found, Acquired)]


def refused(name: str) -> list[str]:
    return [str(found) for found in documents_of(str(SAMPLES / name), ASKED) if isinstance(found, Refused)]


@pytest.mark.parametrize("name", TABLE)
def test_every_way_in_is_found_by_name_and_stands_in_the_docs_with_its_command(name: str) -> None:
    feed = find_feed(name)
    assert feed.name == name
    page = PAGE.read_text("utf-8")
    assert f"| {feed.title} |" in page and f"`{feed.command}`".replace("|", "\\|") in page


def test_every_file_of_the_folder_is_in_the_table() -> None:
    folder = Path(plugins.__file__).parent / "evidence" / "feeds"
    in_table = {where.partition(":")[0].rpartition(".")[2] for where in TABLE.values()}
    assert {path.stem for path in folder.glob("[a-z]*.py")} == in_table


def test_a_name_that_is_none_is_told_with_those_that_are() -> None:
    with pytest.raises(UnknownName, match=r"'fax' is none of .*file"):
        find_feed("fax")


def test_a_strangers_way_in_is_found_by_its_entry_point(monkeypatch: pytest.MonkeyPatch) -> None:
    added: Callable[[str], dict[str, str]] = lambda group: {"stranger": "tahqiq.evidence.feeds.file:File"} if group == GROUP else {}  # noqa: E731
    monkeypatch.setattr(plugins, "_added", added)
    assert find_feed("stranger").name == "file"


KINDS = {
    "report.docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "table.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "table.csv": "text/csv",
    "page.mhtml": "multipart/related",
}


@pytest.mark.parametrize("name", KINDS)
def test_a_file_is_one_document_of_its_kind(name: str) -> None:
    (found,) = taken(name)
    assert (found.document.media_type, found.document.name) == (KINDS[name], name)
    assert found.data == (SAMPLES / name).read_bytes()


def test_what_is_attached_to_a_letter_is_a_document_of_its_own_and_its_picture_one_too() -> None:
    letter, *others = taken("letter.eml")
    attached = next(one for one in others if not one.document.is_medium)
    assert [one.document.media_type for one in others if one.document.is_medium] == ["image/png"]
    assert (letter.document.media_type, attached.document.name) == ("message/rfc822", "rescue.txt")
    assert attached.document.within == f"letter.eml sha256:{letter.document.id}"
    assert attached.published is not None and attached.published.isoformat() == "2024-03-08"


def test_a_zip_gives_its_files_with_the_archive_they_lay_in_and_names_what_it_does_not() -> None:
    found = taken("reports.zip")
    assert [f.document.name for f in found if not f.document.is_medium] == ["report.docx", "letter.eml", "rescue.txt", "note.txt"]
    first = found[0].document
    assert first.origin.endswith("reports.zip!/idlib/report.docx")
    assert first.within is not None and first.within.startswith("reports.zip sha256:")
    assert refused("reports.zip") == ["reports.zip: old/more.zip: is an archive within an archive; unpack it first"]
