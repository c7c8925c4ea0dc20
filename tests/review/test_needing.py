"""Which incidents need a person first: harm times doubt."""

import datetime as dt
from typing import Any

import pytest

from tahqiq.model import Incident, Toll
from tahqiq.review.needing import need


def incident(killed: int = 0, high: int | None = None, **more: Any) -> Incident:
    told = Toll("killed", "unspecified", killed, killed, high if high is not None else killed, "agreed")
    usual = {"independent": 2, "grade": "confirmed", "start": dt.date(2023, 7, 7)}
    return Incident("i", "airstrike", ("a",), ("r",), ("en",), tolls=(told,), **{**usual, **more})


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (incident(10), incident(3)),
        (incident(3, contradictions=("killed",)), incident(3)),
        (incident(3, contradictions=("killed",)), incident(10)),
        (incident(3, independent=1), incident(3)),
        (incident(3, grade="weak"), incident(3, grade="fair")),
        (incident(3, high=40), incident(10)),
    ],
    ids=["deadlier", "contradicted", "contradicted before deadlier", "told by one", "weak", "highest told"],
)
def test_the_first_needs_a_person_more(first: Incident, second: Incident) -> None:
    assert need(first).score > need(second).score


def test_who_waits_longer_comes_first_but_not_for_ever() -> None:
    scores = [need(incident(3), days).score for days in (-1.0, 0.0, 10.0, 30.0, 60.0, 600.0)]
    assert scores == sorted(scores)
    assert (scores[0], scores[3], scores[5]) == (scores[1], 2 * scores[1], scores[4])


def test_an_incident_without_a_toll_is_still_to_be_looked_at() -> None:
    assert need(incident()).score > 0
