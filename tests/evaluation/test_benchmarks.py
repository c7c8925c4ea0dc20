"""`tahqiq evaluate` runs what a folder holds, says what is not there, and keeps reports aside that are asked to be."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from made_sets import date_rows, muc4_rows, place_rows, write

from tahqiq.evaluation.benchmarks import KINDS, is_in_part, measure
from tahqiq.evaluation.parallel import LANGUAGES, agreement

SENTENCES = {
    "en": ["An air strike killed five people in Idlib.", "Rescuers searched the rubble."],
    "ar": ["قُتل خمسة أشخاص في غارة جوية على إدلب.", "وبحث رجال الإنقاذ بين الأنقاض."],
    "ur": ["ادلب پر فضائی حملے میں پانچ افراد ہلاک ہو گئے۔", "امدادی کارکن ملبے میں تلاش کرتے رہے۔"],
    "fa": ["حمله هوایی به ادلب پنج کشته بر جای گذاشت.", "امدادگران در آوار جستجو کردند."],
}
GOLD = {
    "id": "en-001", "language": "en", "relevant": False, "text": "The team won the cup on Friday.", "events": [], "figures": [],
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "gold" / "en.jsonl", [GOLD, {**GOLD, "id": "en-003"}])
    write(tmp_path / "gold" / "links.jsonl", [{"id": "l1", "incident": "i1"}])
    write(tmp_path / "data" / "timex" / "ar_recognizers.jsonl", date_rows("ar"))
    write(tmp_path / "data" / "geo" / "en_places.jsonl", place_rows())
    write(tmp_path / "data" / "muc4" / "dev.jsonl", muc4_rows())
    write(tmp_path / "data" / "parallel" / "news.jsonl", [{"id": "n1", "sentences": SENTENCES}])
    return tmp_path


def tahqiq(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "tahqiq", "evaluate", *map(str, arguments)], capture_output=True, text=True, check=False)


def test_everything_found_is_measured_and_what_is_absent_is_said(folder: Path) -> None:
    found = measure(folder)
    assert {row.kind for row in found.rows} == {"gold", "timex", "geo", "muc4", "parallel"}
    assert [line.split(":")[0] for line in found.absent] == ["ner", "eventtype", "counts"]
    points = {(row.kind, row.slot, row.language): row.points for row in found.rows}
    assert points["gold", "irrelevant", "en"] == 100.0
    assert points["timex", "date values one day", "ar"] == 50.0


def test_the_command_prints_one_table_by_set_slot_and_language(folder: Path) -> None:
    done = tahqiq(folder, "--kind", "timex", "--kind", "ner")
    assert done.returncode == 0, done.stderr
    assert "date values one day" in done.stdout and "ner: no data/ner/*.jsonl" in done.stdout


def test_json_holds_every_row_with_what_it_is_made_of(folder: Path) -> None:
    found = json.loads(tahqiq(folder, "--kind", "muc4", "--json").stdout)
    assert found["absent"] == []
    assert {"relevant", "CEAF-REE", "all slots"} <= {row["slot"] for row in found["rows"]}
    assert all(row["detail"]["documents"] == 3 for row in found["rows"])


def test_a_file_of_gold_is_scored_with_and_without_the_option(folder: Path) -> None:
    path = folder / "gold" / "en.jsonl"
    assert tahqiq(path).stdout == tahqiq("--gold", path).stdout
    assert tahqiq(path, "--json").stdout.startswith('{"all"')


@pytest.mark.parametrize(
    ("arguments", "said"),
    [([], "needs gold records"), (["--kind", "nosuch"], "nosuch"), (["--json"], "needs files of gold records")],
)
def test_what_cannot_be_measured_is_one_sentence(arguments: list[str], said: str, tmp_path: Path) -> None:
    given = [tmp_path, *arguments] if "--kind" in arguments else arguments
    done = tahqiq(*given)
    assert done.returncode == 2
    assert said in done.stderr and done.stderr.count("\n") == 1


def test_a_folder_that_holds_nothing_known_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="holds no gold and no benchmark"):
        measure(tmp_path)


@pytest.mark.parametrize(
    ("record", "part", "belongs"),
    [("ar-003", "open", False), ("ar-003", "aside", True), ("ar-004", "open", True), ("seed-3", "open", True), ("ar-003", "all", True)],
)
def test_reports_whose_number_three_divides_are_kept_aside(record: str, part: str, belongs: bool) -> None:
    assert is_in_part(record, part) is belongs


def test_the_same_news_gives_the_same_event_in_four_languages() -> None:
    found = agreement([{"id": "n1", "sentences": SENTENCES}])
    assert found.documents == 1
    assert {language: found.share("event_type", language) for language in LANGUAGES} == dict.fromkeys(LANGUAGES, 1.0)
    assert found.share("killed", "all") == 1.0


def test_what_differs_between_languages_is_listed() -> None:
    other = {**SENTENCES, "en": ["An air strike killed six people in Homs."]}
    found = agreement([{"id": "n1", "sentences": other}])
    slots = {one.slot: one.told for one in found.differences}
    assert {"killed", "place"} <= slots.keys() and slots["killed"]["en"] == ("6",)


def test_every_kind_is_offered_by_the_command() -> None:
    told = tahqiq("scores", "--help").stdout
    assert all(kind in told for kind in KINDS)
