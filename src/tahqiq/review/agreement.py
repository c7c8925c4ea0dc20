"""How far coders agree beyond chance: Krippendorff's alpha, for names, ranks, distances and counts.

What comes in are units, each with the values that coders gave it (None where one gave none); what goes out is alpha with the counts it
rests on. Pure. Source: Klaus Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), section C and the differences of
section E; the library `krippendorff` gives the same numbers (tests).

How it works
1. A unit with fewer than two values cannot be compared and is left out.
2. Each pair of values in a unit disagrees by the squared difference of the metric; alpha is 1 less observed over expected disagreement.
3. Where all values are alike nothing was to be told apart: alpha is not defined, and None.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any

METRICS = ("nominal", "ordinal", "interval", "ratio")
RELIABLE, TENTATIVE = 0.8, 0.667  # Krippendorff's own bounds: conclusions may rest on the first, tentative ones on the second


@dataclass(frozen=True, slots=True)
class Agreement:
    """`alpha` is None where it is not defined; `units` were compared, of which in `same` all gave one value."""

    alpha: float | None
    units: int
    same: int

    @property
    def means(self) -> str:
        """What it allows: reliable, tentative or unreliable; `undefined` where nothing varied, `none` where nothing was compared."""
        if not self.units:
            return "none"
        if self.alpha is None:
            return "undefined"
        return "reliable" if self.alpha >= RELIABLE else "tentative" if self.alpha >= TENTATIVE else "unreliable"


def agreement(units: Iterable[Sequence[Hashable | None]], metric: str = "nominal", order: Sequence[Hashable] = ()) -> Agreement:
    """How far the values of each unit agree.

    Args:
        order: for ordinal values that are no numbers, all of them from the first rank to the last.
    """
    if metric not in METRICS:
        raise ValueError(f"{metric!r} is no metric; there are {', '.join(METRICS)}")
    rank = {value: n for n, value in enumerate(order)}
    given = [tuple(rank.get(v, v) if order else v for v in unit if v is not None) for unit in units]
    rows = [row for row in given if len(row) > 1]
    counts = Counter(value for row in rows for value in row)
    total = sum(counts.values())
    same = sum(len(set(row)) == 1 for row in rows)
    if len(counts) < 2:
        return Agreement(None, len(rows), same)
    differ = _difference(metric, counts)
    observed = sum(sum(differ(a, b) for a, b in permutations(row, 2)) / (len(row) - 1) for row in rows) / total
    expected = sum(n * m * differ(a, b) for (a, n), (b, m) in permutations(counts.items(), 2)) / (total * (total - 1))
    return Agreement(1 - observed / expected if expected else None, len(rows), same)


def _difference(metric: str, counts: Mapping[Any, int]) -> Callable[[Any, Any], float]:
    if metric == "nominal":
        return lambda a, b: float(a != b)
    if metric == "ratio":
        return lambda a, b: 0.0 if a == b else ((a - b) / (a + b)) ** 2
    if metric == "interval":
        return lambda a, b: float(a - b) ** 2
    middle = _middles(counts)  # all ranks between two, and half of each: the distance of their middles
    return lambda a, b: (middle[a] - middle[b]) ** 2


def _middles(counts: Mapping[Any, int]) -> dict[Any, float]:
    below, found = 0, {}
    for value in sorted(counts):
        found[value] = below + counts[value] / 2
        below += counts[value]
    return found
