"""Scores agree with the project's outside scorer, and mean what the guide means."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tahqiq.evaluation import Counts, count, equal, evaluate, likeness, load_records, same_name, summary

SHARED = Path(__file__).parents[3] / "shared"
TEXT = "Air strikes killed five people in Raqqa on Friday. Two soldiers died in a clash near Tabqa on Saturday."
GOLD = {
    "id": "g1",
    "language": "en",
    "relevant": True,
    "text": TEXT,
    "events": [
        {
            "event_type": "airstrike",
            "trigger": "Air strikes",
            "status": "occurred",
            "certainty": "asserted",
            "date": {"start": "2017-05-05", "end": "2017-05-05", "text": "Friday"},
            "place": {"text": "Raqqa", "name": "Raqqa", "lat": 35.95, "lon": 39.01, "precision": "settlement"},
            "perpetrators": [],
            "targets": [],
            "victims": [],
            "weapons": ["aircraft"],
            "casualties": [{"effect": "killed", "who": "unspecified", "min": 5, "max": 5, "text": "five people"}],
            "sources": [],
            "background": False,
        },
        {
            "event_type": "armed_clash",
            "trigger": "clash",
            "status": "occurred",
            "certainty": "asserted",
            "date": None,
            "place": None,
            "perpetrators": [],
            "targets": [],
            "victims": [],
            "weapons": [],
            "casualties": [{"effect": "killed", "who": "security_forces", "min": 2, "max": 2, "text": "Two soldiers"}],
            "sources": [],
            "background": False,
        },
    ],
    "figures": [],
}


def test_gold_against_itself_is_a_hundred() -> None:
    scores = evaluate([GOLD], {"g1": GOLD})["en"]
    assert all(scores[key] == 100.0 for key in ("record", "relevant", "event", "date", "place", "casualties", "grounded"))


def test_a_report_without_a_record_counts_as_told_to_be_irrelevant() -> None:
    assert evaluate([GOLD], {})["all"]["relevant"] == 0.0


def test_an_event_in_another_sentence_of_another_family_is_no_match() -> None:
    assert likeness(GOLD["events"][0], {**GOLD["events"][1], "event_type": "protest"}, TEXT) == 0


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"text": "الجيش الأمريكي"}, {"text": "للجيش الامريكي"}, True),
        ({"text": "forces"}, {"text": "Iraqi forces"}, False),
        ({"text": "SOHR", "name": "Syrian Observatory for Human Rights"}, {"text": "the Syrian Observatory for Human Rights"}, True),
        ({"text": "Taliban"}, {"text": "Islamic State"}, False),
    ],
)
def test_names_are_one_where_one_holds_the_other(one: dict[str, str], other: dict[str, str], same: bool) -> None:
    assert same_name(one, other) is same


def test_an_open_toll_is_not_a_closed_one() -> None:
    row = {"effect": "killed", "min": 5, "max": 5}
    assert equal("casualties", row, dict(row))
    assert not equal("casualties", row, {**row, "max": None})


def test_counting_twice_gives_the_same_rates() -> None:
    once, twice = Counts(), Counts()
    count(GOLD, GOLD, once)
    count(GOLD, GOLD, twice)
    count(GOLD, GOLD, twice)
    assert summary(once) == summary(twice)


def test_a_line_that_is_no_record_is_named(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text('{"id": "a"}\n{oops\n', "utf-8")
    with pytest.raises(ValueError, match=r"gold\.jsonl, line 2"):
        load_records(path)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["seeds", "ar", "ur", "fa", "en"])
def test_scores_agree_with_the_outside_scorer_to_a_tenth(name: str, tmp_path: Path) -> None:
    gold, scorer = SHARED / "gold" / f"{name}.jsonl", SHARED / "eval" / "score.py"
    if not scorer.is_file():
        pytest.skip("the outside scorer and its gold are not beside this checkout")
    records = load_records(gold)
    told = {r["id"]: _damaged(r, n) for n, r in enumerate(records)}
    pred = tmp_path / "pred.jsonl"
    pred.write_text("".join(json.dumps(t, ensure_ascii=False) + "\n" for t in told.values()), "utf-8")
    done = subprocess.run(
        [sys.executable, str(scorer), str(gold), "--pred", str(pred), "--json"], capture_output=True, text=True, check=True
    )
    theirs = json.loads(done.stdout)["all"]
    ours = evaluate(records, told)["all"]
    for key, value in ours.items():
        if key in theirs and value is not None:
            expected = theirs[key][2] if len(theirs[key]) == 4 else theirs[key][0]
            assert abs(value - expected) <= 0.1, f"{name} {key}: {value} here, {expected} there"


def _damaged(record: dict[str, object], n: int) -> dict[str, object]:
    """Gold with a known part taken away, so that scores are neither nought nor a hundred."""
    events = [dict(e) for e in record["events"]]  # type: ignore[attr-defined]
    for k, event in enumerate(events):
        if (n + k) % 3 == 0:
            event["date"], event["sources"] = None, event["sources"][:1]
        if (n + k) % 4 == 1:
            event["event_type"], event["casualties"] = "armed_attack", event["casualties"][1:]
    return {
        "id": record["id"],
        "language": record["language"],
        "relevant": bool(events),
        "events": events[: len(events) - n % 2],
        "figures": [],
    }
