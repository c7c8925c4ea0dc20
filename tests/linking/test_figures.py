"""Figures: one standing number told by several, and how it went on."""

import datetime as dt
import random
from typing import Any

import pytest

from accounts_made import PLACES, mention, named
from tahqiq.linking.figures import Series, link_figures
from tahqiq.model import Figure, Placed, Report

US = named("US Armed Forces", "us-armed-forces", "state_forces")


def figure(
    id: str, low: int, high: int | None = -1, measure: str = "attacks", *, of: Any = US, place: str | None = None, **more: Any
) -> Figure:
    where = Placed(mention(place), PLACES[place]) if place else None
    return Figure(id, f"r-{id}", measure, mention(str(low)), low, low if high == -1 else high, of=of, place=where, **more)


def report(id: str, day: str | None, text: str = "words") -> tuple[str, Report]:
    return f"r-{id}", Report(text, f"r-{id}", language="en", published=dt.date.fromisoformat(day) if day else None)


def shape(found: tuple[Series, ...]) -> list[list[tuple[int, int | None, int]]]:
    return sorted([(number.min, number.max, number.independent) for number in series.told] for series in found)


COUNTED = (figure("a", 158), figure("b", 160), figure("c", 175, None))
DAYS = dict([report("a", "2024-01-28"), report("b", "2024-01-28"), report("c", "2024-02-04")])


def test_a_number_that_grows_is_one_series_day_by_day() -> None:
    (series,) = link_figures(COUNTED, DAYS)

    assert [(number.day, number.min, number.max) for number in series.told] == [
        (dt.date(2024, 1, 28), 158, 158),
        (dt.date(2024, 1, 28), 160, 160),
        (dt.date(2024, 2, 4), 175, None),
    ]
    assert series.latest.figures == ("c",)


def test_the_same_number_told_by_two_is_told_twice_and_copied_once() -> None:
    text = "The force said that it was attacked one hundred and fifty eight times in both countries since the war began in that autumn " * 2
    days = dict(
        [report("a", "2024-01-28", text), report("b", "2024-01-28", f"News. {text}"), report("c", "2024-01-28", "words of its own")]
    )
    copied = (figure("a", 158), figure("b", 158), figure("c", 158))

    assert shape(link_figures(copied, days)) == [[(158, 158, 2)]]


@pytest.mark.parametrize(
    "other",
    [
        figure("c", 175, measure="killed"),
        figure("c", 175, of=named("Russian Armed Forces", "russian-armed-forces", "state_forces")),
        figure("c", 175, place="Aleppo"),
        figure("c", 90),
        figure("c", 900),
        figure("c", 175, since="2020-01-01"),
    ],
    ids=["measure", "whom", "where", "falls", "leaps", "since"],
)
def test_what_counts_another_thing_is_another_series(other: Figure) -> None:
    told = (figure("a", 158, since="2023-10-17"), other)

    assert len(link_figures(told, DAYS)) == 2


def test_days_since_which_is_counted_may_be_told_loosely() -> None:
    told = (figure("a", 158, since="2023-10-07"), figure("b", 160, since="2023-10-17"), figure("c", 170, since="2023-10"))

    assert [series.since for series in link_figures(told, DAYS)] == ["2023-10-07"]


def test_a_strength_may_fall_as_well_as_rise_and_a_toll_may_not() -> None:
    strength = (figure("a", 2500, measure="troops"), figure("c", 900, measure="troops"))
    toll = (figure("a", 2500, measure="killed"), figure("c", 900, measure="killed"))

    assert [len(link_figures(told, DAYS)) for told in (strength, toll)] == [1, 2]


def test_one_side_has_one_series_whatever_its_language_calls_it() -> None:
    told = (
        figure("a", 158, of=named("United States", None, "government")),
        figure("b", 158, of=named("American warplanes", None, "aircraft")),
    )

    assert shape(link_figures(told, DAYS)) == [[(158, 158, 2)]]


@pytest.mark.parametrize("seed", range(12))
def test_series_are_the_same_whatever_the_order(seed: int) -> None:
    chance = random.Random(seed)
    told = [figure(f"f{n}", chance.randint(1, 400), measure=chance.choice(("attacks", "killed", "troops"))) for n in range(30)]
    days = dict(report(f"f{n}", f"2024-01-{chance.randint(1, 28):02}" if chance.random() < 0.9 else None) for n in range(30))
    shuffled = chance.sample(told, len(told))

    assert link_figures(shuffled, days) == link_figures(told, days)
    assert sorted(name for series in link_figures(told, days) for number in series.told for name in number.figures) == sorted(
        f.id for f in told
    )
