"""Date words as days: found by a pack's patterns, resolved against the day of publication, else left unresolved.

What comes in are tokens, a pack's date rules and the day of publication; what goes out are `DateMark`s over token spans with
first and last day. This folder must not know what happened on these days.

How it works
1. A rule is a pattern of words and slots (`{n} days ago`); the longest pattern at a token wins (`matching`).
2. A rule's value says what the words stand for (`day -n`, `weekday last`, `ymd`), in the small language of `resolving`.
3. Calendars: a month's name tells its calendar (`calendars`); a bare year in 1300..1500 is of the calendar that its month or era
   word tells.
4. What needs an anchor (yesterday, Friday, 7 July without a year) takes the day of publication; without one, the first full date
   told; without that it stays unresolved. What is told from another day (the next day, a day earlier) takes the last single day
   told before. Nothing is guessed.
5. The value `none` marks words that only look like a date and are passed by; `vague` words of time that name no day.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from tahqiq.languages import Dates, Token
from tahqiq.reading.dates.calendars import Days
from tahqiq.reading.dates.matching import Finder
from tahqiq.reading.dates.resolving import resolve
from tahqiq.reading.numbers import Quantity

__all__ = ["DateMark", "find_dates"]

_EARLIEST, _EARLIEST_WITH_MONTH = 1900, 1300
_WITH_MONTH = ("ymd", "my", "d-d", "dmy-dmy")


@dataclass(frozen=True, slots=True)
class DateMark:
    """Date words over tokens [first, last). `start` None: understood, but nothing to resolve them against."""

    first: int
    last: int
    rule: str
    value: str
    start: dt.date | None = None
    end: dt.date | None = None
    grain: str = "day"

    @property
    def resolved(self) -> bool:
        return self.start is not None


def find_dates(
    tokens: Sequence[Token], quantities: Sequence[Quantity], dates: Dates, published: dt.date | None, week_start: int = 0
) -> list[DateMark]:
    """Every date expression in the order of the text, resolved where it can be."""
    finder = Finder(tokens, quantities, dates)
    found: list[DateMark] = []
    anchor, told, free_from = published, None, 0
    for at in finder.starts():
        if at < free_from:
            continue
        hit = finder.at(at)
        if hit is None:
            continue
        last, rule, slots = hit
        if at + 1 < last and (inner := finder.at(at + 1)) and inner[0] > last and inner[1].value not in ("y", "vague"):
            continue  # not «since September» but «September of last year»
        free_from = last
        if rule.value == "none":
            continue
        days = resolve(rule.value, slots, anchor, told, week_start)
        if days is None:
            found.append(DateMark(at, last, rule.name, rule.value))
            told = told if rule.value == "vague" else None  # which day was told last is not known any more
        elif _is_plausible(days, rule.value, published):
            found.append(DateMark(at, last, rule.name, rule.value, *days))
            if days[2] == "day":
                told = days[0]
                if anchor is None and rule.value == "ymd":
                    anchor = days[0]
    return found


def _is_plausible(days: Days, value: str, published: dt.date | None) -> bool:
    """False for a year that is more likely a number of something else; a month's name makes an old year sure."""
    earliest = _EARLIEST_WITH_MONTH if value.split()[0] in _WITH_MONTH else _EARLIEST
    return days[0].year >= earliest and days[1].year <= (published.year + 30 if published else 2100)
