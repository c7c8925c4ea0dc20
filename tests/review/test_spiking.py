"""A day stands out where it tells far more than its own past, by a rule that one bad week cannot move; in words with its numbers."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tahqiq.ledger import Ledger
from tahqiq.review.looking import Look, look_before, looked
from tahqiq.review.spiking import FEWEST, WINDOW, spikes

DAY = dt.date(2023, 7, 7)


def counted(today: int, past: list[int]) -> dict[str, dict[str, int]]:
    days = {(DAY - dt.timedelta(days=n)).isoformat(): count for n, count in enumerate(past, 1)}
    return {"x": {DAY.isoformat(): today, **days}}


@pytest.mark.parametrize(
    ("today", "past", "stands_out"),
    [
        (FEWEST, [], True),
        (FEWEST - 1, [], False),
        (12, [2, 3, 2, 1, 2, 3] * 9, True),
        (4, [2, 3, 2, 1, 2, 3] * 9, False),
        (30, [20, 22, 19, 25, 21, 20, 23] * 8, False),
        (45, [20, 22, 19, 25, 21, 20, 23] * 8, True),
        (12, [2] * 50 + [40] * 6, False),
        (60, [2] * 50 + [40] * 6, True),
        (9, [0] * 40 + [8], True),
    ],
    ids=[
        "from nothing",
        "too few",
        "far above",
        "a little above",
        "busy and usual",
        "busy and far above",
        "not the most",
        "worse than the bad week",
        "rare",
    ],
)
def test_what_stands_out(today: int, past: list[int], stands_out: bool) -> None:
    assert bool(spikes("actor", counted(today, past), DAY)) is stands_out


@given(past=st.lists(st.integers(0, 50), max_size=WINDOW), today=st.integers(0, 60), more=st.integers(0, 50))
@settings(max_examples=60, deadline=None)
def test_more_stands_out_where_less_does_and_what_stands_out_is_the_most(past: list[int], today: int, more: int) -> None:
    found = spikes("actor", counted(today, past), DAY)
    if found:
        assert today > max(past, default=0) and found[0].count == today
        assert spikes("actor", counted(today + more, past), DAY)


def test_a_look_within_a_quarter_of_an_hour_takes_nothing_away(ledger: Ledger) -> None:
    first, again, later = "2026-01-01T08:00:00Z", "2026-01-01T08:10:00Z", "2026-01-01T09:00:00Z"

    def look(who: str, at: str) -> Look | None:
        before = look_before(ledger, who, at)
        looked(ledger, who, at, 7)
        return before

    assert look("Coder 1", first) is None
    assert look("Coder 1", again) is None
    assert look("Coder 1", later) == Look(first, 7)
    assert look("Coder 1", "2026-01-01T09:14:00Z") == Look(first, 7)
    assert look("Coder 2", later) is None
