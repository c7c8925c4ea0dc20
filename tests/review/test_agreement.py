"""Krippendorff's alpha is what its own library and its author's worked example say."""

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tahqiq.review.agreement import METRICS, agreement

# Krippendorff (2011), section C: four observers, twelve units, missing values; his figures are printed there.
OBSERVERS = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3),
    (None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None),
)
PRINTED = {"nominal": 0.743, "ordinal": 0.815, "interval": 0.849, "ratio": 0.797}


@pytest.mark.parametrize("metric", METRICS)
def test_alpha_of_the_worked_example_is_the_printed_one(metric: str) -> None:
    found = agreement(list(zip(*OBSERVERS)), metric)
    assert found.alpha == pytest.approx(PRINTED[metric], abs=0.001)
    assert (found.units, found.same) == (11, 8)


units = st.lists(st.tuples(*[st.one_of(st.none(), st.integers(1, 6))] * 3), min_size=2, max_size=20)


@pytest.mark.parametrize("metric", METRICS)
@given(units=units)
@settings(max_examples=40, deadline=None)
def test_alpha_is_that_of_the_library(metric: str, units: list[tuple[int | None, ...]]) -> None:
    found = agreement(units, metric)
    values = [v for unit in units if sum(v is not None for v in unit) > 1 for v in unit if v is not None]
    if len(set(values)) < 2:
        assert found.alpha is None
        return
    data = np.array([[np.nan if unit[coder] is None else unit[coder] for unit in units] for coder in range(3)])
    theirs = krippendorff.alpha(reliability_data=data, level_of_measurement=metric)
    assert found.alpha == pytest.approx(theirs, abs=1e-9)


def test_words_are_ranked_as_they_are_told_and_names_need_no_rank() -> None:
    assert agreement([("low", "mid"), ("high", "high")], "ordinal", ("low", "mid", "high")) == agreement([(0, 1), (2, 2)], "ordinal")
    assert agreement([("a", "b"), ("b", "b")]).alpha == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("given", "means"),
    [
        ([], "none"),
        ([(1, None)], "none"),
        ([(1, 1), (1, 1)], "undefined"),
        ([(1, 1), (2, 2)], "reliable"),
        ([(1, 2), (2, 1), (1, 1)], "unreliable"),
        ([(1, 1)] * 6 + [(2, 2)] * 6 + [(1, 2)] * 2, "tentative"),
    ],
)
def test_what_an_alpha_allows_is_said(given: list[tuple[int | None, ...]], means: str) -> None:
    assert agreement(given).means == means
