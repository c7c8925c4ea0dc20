"""Grades of civilian harm on cases that are data (grade_cases.yaml), each with the reason that a monitor would give."""

import datetime as dt
import random
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from accounts_made import killed, mention, named, told
from tahqiq.assessing import assess, reason_text
from tahqiq.assessing.grade import LANGUAGES, load_reasons
from tahqiq.codebook import load_codebook
from tahqiq.model import Account, Claim, Incident, Mention, Named, Report

DATA = yaml.safe_load((Path(__file__).parent / "grade_cases.yaml").read_text("utf-8"))
CASES: dict[str, dict[str, Any]] = {case["id"]: case for case in DATA["cases"]}
_HARM = re.compile(r"(?P<low>\d+)(?P<more>\+|-(?P<high>\d+))? (?P<effect>\w+) (?P<who>\w+)")


def cast(name: str) -> Named:
    one = DATA["cast"][name]
    return named(one["name"], one.get("actor"), one["kind"])


def harm(line: str) -> Any:
    found = _HARM.fullmatch(line)
    assert found, f"{line!r}: is no NUMBER effect group"
    low = int(found["low"])
    high = int(found["high"]) if found["high"] else None if found["more"] else low
    return killed(low, high, who=found["who"], effect=found["effect"])


def says(line: str) -> Claim:
    who, stance = line.split()
    return Claim(cast(who), stance)


def account(case: str, number: int, row: dict[str, Any]) -> tuple[Account, Report]:
    text = row.get("text", "words")
    spans = [(text.index(name), name) for name in row.get("victims", ())]
    victims = [Named(Mention(at, at + len(name), name), name, None, "person") for at, name in spans]
    rows = [harm(line) for line in row.get("harm", ())]
    if "text" in row:  # the number stands where the sentence tells of the death
        rows = [type(c)(mention(text[:1]), c.effect, c.who, c.min, c.max, c.qualifier) for c in rows]
    made = told(
        f"{case}-{number}",
        row.get("what", "airstrike"),
        by=[cast(name) for name in row.get("by", ())],
        at=[cast(name) for name in row.get("at", ())],
        harm=rows,
        victims=victims,
        claims=tuple(says(line) for line in row.get("says", ())),
        status=row.get("status", "occurred"),
    )
    return made, Report(text, made.report, language="en", published=row.get("on", dt.date(2024, 3, 2)), source=row["from"])


def incident_of(case: dict[str, Any], order: list[int] | None = None) -> Incident:
    made = [account(case["id"], n, row) for n, row in enumerate(case["accounts"])]
    copies = {made[n][1].id: made[row["copies"]][1].id for n, row in enumerate(case["accounts"]) if "copies" in row}
    shuffled = [made[n][0] for n in (order or range(len(made)))]
    return assess(shuffled, {report.id: report for _, report in made}, copies)


@pytest.mark.parametrize("id", CASES)
def test_a_grade_comes_with_the_reason_that_a_monitor_would_give(id: str) -> None:
    case = CASES[id]
    found = incident_of(case)

    assert (found.grade, [reason.code for reason in found.grade_reasons][: len(case["reasons"])]) == (case["grade"], case["reasons"]), case[
        "why"
    ]
    if "parties" in case:
        assert {party.speaker.name: party.grade for party in found.parties} == case["parties"], case["why"]
    for name, code in case.get("party_reasons", {}).items():
        assert next(party for party in found.parties if party.speaker.name == name).reasons[0].code == code


def test_there_are_forty_cases_or_more_and_each_says_why() -> None:
    assert len(CASES) == len(DATA["cases"]) >= 40
    assert all(case["why"].strip() for case in CASES.values())


def test_every_grade_and_every_reason_has_a_case() -> None:
    reasons = {code for case in CASES.values() for code in (*case["reasons"], *case.get("party_reasons", {}).values())}

    assert {case["grade"] for case in CASES.values()} == set(load_codebook().closed("grades"))
    assert reasons == set(load_reasons())


@pytest.mark.parametrize("id", CASES)
def test_every_reason_is_words_in_every_language_of_the_interface(id: str) -> None:
    found = incident_of(CASES[id])

    for reason in (*found.grade_reasons, *(r for party in found.parties for r in party.reasons)):
        for language in LANGUAGES:
            assert "{" not in reason_text(reason, language)


@given(st.sampled_from(sorted(CASES)), st.integers(0, 1000))
def test_the_order_of_accounts_is_no_matter(id: str, seed: int) -> None:
    order = list(range(len(CASES[id]["accounts"])))
    random.Random(seed).shuffle(order)

    assert incident_of(CASES[id], order) == incident_of(CASES[id])


@pytest.mark.parametrize("id", CASES)
def test_a_copy_of_any_account_changes_no_number_and_no_grade(id: str) -> None:
    case = CASES[id]
    for number, row in enumerate(case["accounts"]):
        copied = row | {"from": "a copying paper", "on": dt.date(2024, 4, 1), "copies": row.get("copies", number)}
        more = incident_of(case | {"accounts": [*case["accounts"], copied]})
        alone = incident_of(case)

        assert (more.grade, more.grade_reasons, more.independent) == (alone.grade, alone.grade_reasons, alone.independent)
        assert [(t.effect, t.who, t.low, t.best, t.high, t.rule) for t in more.tolls] == [
            (t.effect, t.who, t.low, t.best, t.high, t.rule) for t in alone.tolls
        ]
        assert [(p.names, p.grade, p.reasons) for p in more.parties] == [(p.names, p.grade, p.reasons) for p in alone.parties]
        assert more.disputes == alone.disputes and more.grade_steps == alone.grade_steps
