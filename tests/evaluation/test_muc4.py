"""English reports become MUC-4 templates, and these score as the project's outside scorer says."""

import datetime as dt
import json
import subprocess
import sys
from itertools import islice, permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_sets import muc4_rows, outside, shared_file, write

from tahqiq.evaluation.benchmarks import load_lines, muc4_templates
from tahqiq.evaluation.muc4 import load_task, templates
from tahqiq.evaluation.muc4_scores import SLOTS, best_pairs, score
from tahqiq.model import Report


def told(text: str, published: str = "1990-03-04") -> list[dict[str, Any]]:
    return templates(Report(text, language="en", published=dt.date.fromisoformat(published)))


def test_a_bombing_has_its_weapon_target_day_place_and_group() -> None:
    (one,) = told(
        "LIMA, 4 MAR 90 -- SHINING PATH GUERRILLAS BLEW UP A BANK WITH DYNAMITE IN AYACUCHO YESTERDAY. "
        "THE EXPLOSION KILLED A GUARD, POLICE SAID."
    )
    assert one["incident_type"] == "BOMBING" and one["stage"] == "ACCOMPLISHED"
    assert one["date"] == {"start": "1990-03-03", "end": "1990-03-03"}
    assert one["location"] == {"country": "PERU", "names": ["AYACUCHO"]}
    assert ["DYNAMITE"] in [[w.upper() for w in e] for e in one["weapon"]]
    assert "SHINING PATH" in one["perp_organization"][0][0].upper()
    assert one["killed"] == 1


@pytest.mark.parametrize(
    "text",
    [
        "LIMA, 2 MAY 90 -- THE FOOTBALL TEAM WON BY THREE GOALS AND THE CITY CELEBRATED.",
        "SAN SALVADOR, 4 MAR 90 -- THE ARMY KILLED TEN GUERRILLAS IN A CLASH IN MORAZAN YESTERDAY, THE HIGH COMMAND SAID.",
        "CAIRO, 4 MAR 90 -- A BOMB KILLED TWO TOURISTS IN CAIRO YESTERDAY, POLICE SAID.",
    ],
    ids=["sport", "forces among themselves", "another country"],
)
def test_what_the_task_does_not_ask_for_gives_no_template(text: str) -> None:
    assert told(text) == []


def test_the_mapping_names_only_types_that_the_codebook_has() -> None:
    from tahqiq.codebook import load_codebook

    known = set(load_codebook().event_types)
    task = load_task()
    assert set(task.incident_types) <= known and task.needs_civilians <= known


@pytest.mark.shared
def test_scores_of_our_own_documents_are_those_of_the_outside_scorer(tmp_path: Path) -> None:
    compare(muc4_rows(), tmp_path)


@pytest.mark.shared
def test_scores_of_public_documents_are_those_of_the_outside_scorer(tmp_path: Path) -> None:
    compare(list(islice(load_lines(shared_file("muc4", "dev.jsonl")), 0, 200, 5)), tmp_path)


def compare(rows: list[dict[str, Any]], folder: Path) -> None:
    made = {row["id"]: muc4_templates(row) for row in rows}
    gold, out = write(folder / "gold.jsonl", rows), folder / "scores.json"
    pred = write(folder / "pred.jsonl", [{"id": id, "templates": found} for id, found in made.items()])
    outside("muc4_score.py", "--gold", gold, "--pred", pred, "--json", out)
    theirs, ours = json.loads(out.read_text("utf-8")), score(rows, made)
    expected = {slot: theirs["full"]["slots"][slot] for slot in (*SLOTS, "all")}
    found = {**ours.slots, "relevance": ours.relevance, "ree": ours.ree}
    for name, rates in {**expected, "relevance": theirs["full"]["relevance"], "ree": theirs["ceaf_ree"]["micro"]}.items():
        here = found[name]
        assert (here.precision, here.recall, here.f1) == pytest.approx((rates["p"], rates["r"], rates["f1"]), abs=0.001), name


def test_the_command_writes_what_the_outside_scorer_takes(tmp_path: Path) -> None:
    rows = muc4_rows()
    texts = write(tmp_path / "texts.jsonl", [{k: r[k] for k in ("id", "text", "published")} for r in rows])
    out = tmp_path / "pred.jsonl"
    command = [sys.executable, "-m", "tahqiq", "evaluate", "muc4", str(texts), "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"{len(rows)} documents" in done.stdout
    assert [line["id"] for line in load_lines(out)] == [r["id"] for r in rows]


@given(st.lists(st.lists(st.integers(0, 4), min_size=3, max_size=3), min_size=1, max_size=4))
def test_the_pairs_chosen_have_the_greatest_sum(weights: list[list[int]]) -> None:
    best = max(
        sum(weights[i][j] for i, j in zip(order, range(3), strict=False) if i < len(weights))
        for order in permutations(range(max(3, len(weights))))
    )
    assert sum(weights[i][j] for i, j in best_pairs([[float(w) for w in row] for row in weights])) == best
