"""Scores of dates, places and names agree with the project's outside scorer for mentions."""

import json
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from made_sets import date_rows, outside, place_rows, shared_file, write

from tahqiq.evaluation.benchmarks import load_lines
from tahqiq.evaluation.spans import found_in, score_spans, set_name, shared

MADE = {
    "ar_recognizers": lambda: date_rows("ar"),
    "ar_duckling": lambda: date_rows("ar"),
    "calendar_made": lambda: date_rows("fa"),
    "en_places": place_rows,
}
FILES = [
    ("timex", "ar_duckling", 177),
    ("timex", "calendar_dateparser", 34),
    ("timex", "fa_hengam_gold", 60),
    ("timex", "en_aquaint_timeml", 8),
    ("geo", "en_trnews", 8),
    ("geo", "ar_idrisi_lmd", 60),
    ("ner", "ur_uner", 60),
    ("ner", "fa_peyma_test", 60),
]


def agree(ours: Mapping[str, Mapping[str, float | None]], theirs: Mapping[str, Mapping[str, float | None]]) -> None:
    assert ours.keys() == theirs.keys()
    for part, values in theirs.items():
        for key, expected in values.items():
            value = ours[part][key]
            assert (value is None) == (expected is None)
            assert value is None or expected is None or abs(value - expected) <= 0.001, f"{part} {key}: {value} here, {expected} there"


def compare(path: Path, rows: list[dict[str, Any]], folder: Path) -> None:
    told = {row["id"]: found_in(row) for row in rows}
    gold = write(folder / path.parent.name / path.name, rows)
    pred = write(folder / "pred.jsonl", [{"id": id, "mentions": found} for id, found in told.items()])
    theirs = json.loads(outside("mention_score.py", gold, "--pred", pred, "--json"))
    agree(score_spans(rows, told, set_name(gold)), theirs[path.stem])


@pytest.mark.shared
@pytest.mark.parametrize("name", sorted(MADE))
def test_scores_of_our_own_sentences_are_those_of_the_outside_scorer(name: str, tmp_path: Path) -> None:
    compare(Path("timex") / f"{name}.jsonl", MADE[name](), tmp_path)


@pytest.mark.shared
@pytest.mark.parametrize(("folder", "name", "count"), FILES)
def test_scores_of_public_sets_are_those_of_the_outside_scorer(folder: str, name: str, count: int, tmp_path: Path) -> None:
    path = shared_file(folder, f"{name}.jsonl")
    compare(path, [{"id": str(n), **row} for n, row in islice(enumerate(load_lines(path)), count)], tmp_path)


def test_a_right_day_counts_and_a_wrong_one_does_not() -> None:
    rows = date_rows("ar")
    assert score_spans(rows, {r["id"]: found_in(r) for r in rows}, "ar_recognizers")["date_values"]["one_day"] == 0.5


def test_a_place_put_elsewhere_is_resolved_but_not_near() -> None:
    row = place_rows()[0]
    elsewhere = {"kind": "place", "start": row["spans"][0]["start"], "end": row["spans"][0]["end"], "lat": 10.0, "lon": 10.0}
    found = score_spans([row], {row["id"]: [elsewhere]}, "en_places")["settled"]
    assert (found["resolved"], found["within_161_km_of_resolved"]) == (0.5, 0.0)


@pytest.mark.parametrize(
    ("a", "b", "width"),
    [((0, 9), (3, 9), 6), ((0, 9), (7, 9), 0), ((0, 4), (4, 8), 0), ((0, 3), (0, 9), 3)],
)
def test_spans_are_one_where_they_share_a_third_of_the_longer(a: tuple[int, int], b: tuple[int, int], width: int) -> None:
    assert shared({"start": a[0], "end": a[1]}, {"start": b[0], "end": b[1]}) == width
