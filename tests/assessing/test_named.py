"""Airwars' minimum is never below the distinct persons known by name; two spellings are no two dead."""

from typing import Any

import pytest

from accounts_made import killed, named, reports_of, told
from tahqiq.assessing import assess
from tahqiq.assessing.named import distinct_named
from tahqiq.model import Account

CASES: list[tuple[str, list[list[str]], int]] = [
    ("one-name-once", [["Ahmad Hasan"]], 1),
    ("three-of-one-account-are-three", [["Ahmad Hasan", "Layla Hasan", "Omar Hasan"]], 3),
    ("the-same-in-two-accounts", [["Ahmad Hasan"], ["Ahmad Hasan"]], 1),
    ("two-spellings", [["Ahmad Hasan"], ["Ahmed Hassan"]], 1),
    ("two-scripts", [["Usamah al-Muhajir"], ["أسامة المهاجر"], ["اسامہ المہاجر"]], 1),
    ("two-who-share-no-word", [["Ahmad Hasan"], ["Karim Yusuf"]], 2),
    ("a-brother-told-elsewhere-is-not-counted-on", [["Ahmad Hasan"], ["Omar Hasan"]], 1),
    ("most-names-first", [["Ahmad Hasan"], ["Ahmad Hasan", "Layla Hasan"], ["Karim Yusuf"]], 3),
]


def accounts(names: list[list[str]], **more: Any) -> list[Account]:
    return [told(f"a{n}", victims=its, harm=more.get("harm", (killed(1, None),)), day="2024-02-03") for n, its in enumerate(names)]


@pytest.mark.parametrize(("names", "number"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_distinct_names_are_counted(names: list[list[str]], number: int) -> None:
    assert distinct_named(accounts(names)) == {("killed", "unspecified"): number}
    assert distinct_named(reversed(accounts(names))) == {("killed", "unspecified"): number}


def test_names_of_an_account_that_tells_two_effects_are_counted_for_neither() -> None:
    assert distinct_named(accounts([["Ahmad Hasan"]], harm=(killed(1), killed(2, effect="injured")))) == {}


def test_names_among_civilians_count_for_all_and_for_civilians() -> None:
    found = distinct_named(accounts([["Ahmad Hasan", "Layla Hasan"]], harm=(killed(1, None, who="civilians"),)))
    assert found == {("killed", "unspecified"): 2, ("killed", "civilians"): 2}


def test_who_is_no_person_is_no_named_dead() -> None:
    assert distinct_named([told("a", victims=(named("a family", kind="group"),), harm=(killed(3),))]) == {}


def test_denied_harm_names_nobody() -> None:
    assert distinct_named([told("a", victims=("Ahmad Hasan",), harm=(killed(1),), status="denied")]) == {}


def test_airwars_minimum_is_the_distinct_named_where_numbers_told_are_lower() -> None:
    its = [
        told("a", victims=("Ahmad Hasan", "Layla Hasan", "Omar Hasan"), harm=(killed(2, 5, who="civilians"),)),
        told("b", harm=(killed(4, who="civilians"),)),
    ]
    found = assess(its, reports_of(its), {})
    view = next(v for v in found.views if v.name == "airwars")
    toll = next(t for t in view.tolls if t.who == "civilians")
    assert (toll.low, toll.high, toll.rule) == (3, 5, "airwars_named")
    assert next(t for t in found.tolls if t.who == "civilians").low == 2  # what is told stands in every other view
