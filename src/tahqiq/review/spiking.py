"""Spikes: places, kinds of happening, actors and sources of which a day tells far more than the days before it.

What comes in are counts by day; what goes out are the values that stand out, with the numbers that say so. Pure.

The rule is plain and robust: a day's count stands out where it is at least `FEWEST`, more than any of the `WINDOW` days before, and more
than their median by three times their spread. The spread is 1.4826 times the median distance from the median (for counts that spread as a
normal distribution it is the standard deviation; Rousseeuw and Croux 1993), but never less than the root of the median, as counts that come
by chance spread so, and never less than 1. Medians are not moved by the one bad week that would hide the next.
"""

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

WINDOW = 56  # days: eight weeks hold each day of the week alike
FEWEST = 4
_SPREADS = 3.0
_SCALE = 1.4826


@dataclass(frozen=True, slots=True)
class Spike:
    """On `day` so many where the days before had `usual` (their median), and `most` on their fullest."""

    field: str
    value: str
    day: dt.date
    count: int
    usual: float
    most: int


def spikes(field: str, counts: Mapping[str, Mapping[str, int]], day: dt.date) -> tuple[Spike, ...]:
    """What stands out on the day, the furthest above its past first.

    Args:
        counts: by value and ISO day; a day that is missing has none.
    """
    before = [(day - dt.timedelta(days=n)).isoformat() for n in range(1, WINDOW + 1)]
    found = []
    for value, by_day in counts.items():
        count, past = by_day.get(day.isoformat(), 0), [by_day.get(one, 0) for one in before]
        usual = float(median(past))
        if count >= FEWEST and count > max(past) and count > usual + _SPREADS * _spread(past, usual):
            found.append(Spike(field, value, day, count, usual, max(past)))
    return tuple(sorted(found, key=lambda one: (-(one.count - one.usual), one.value)))


def _spread(past: list[int], usual: float) -> float:
    return max(_SCALE * float(median(abs(count - usual) for count in past)), math.sqrt(usual), 1.0)
