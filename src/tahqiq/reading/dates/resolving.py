"""What a rule's value stands for: `day -n`, `weekday last`, `ymd` and the rest as first and last day.

What comes in are a value, what the slots of its pattern hold, the day of publication and the last day told; what goes out are days,
or None where they cannot be known. This file must not know in what words they were told. The values are listed in `_VALUES`;
the pack documentation says what each means.
Source: TIMEX3 for kinds of value; gold/GUIDE.md "Dates" for early, mid, late, this week and bare weekdays.
"""

import datetime as dt
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tahqiq.reading.dates.calendars import (
    DAY,
    PARTS,
    Days,
    day_of,
    easter,
    months_back,
    part_of_month,
    week_of,
    whole_month,
    whole_year,
    year_in,
)

Slots = Mapping[str, object]

_SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "winter": (12, 2)}
_FUTURE_DAYS = 7  # a day and month without a year may lie so far ahead of publication ("the vote on 3 May"); else it is past
_NEAR_YEARS = (0, 1, -1)


def resolve(value: str, slots: Slots, anchor: dt.date | None, told: dt.date | None, week_start: int) -> Days | None:
    """The days that a rule's value stands for, None where they cannot be known.

    Args: `anchor` the day of publication or what stands in for it; `told` the last single day told before.
    """
    name, *arguments = value.split()
    resolver = _VALUES.get(name)
    if resolver is None:
        return None
    try:
        days = resolver(_Context(slots, anchor, told, week_start), arguments)
    except (ValueError, OverflowError):
        return None
    return days if days and days[0] <= days[1] else None


@dataclass(frozen=True, slots=True)
class _Context:
    slots: Slots
    anchor: dt.date | None
    told: dt.date | None
    week_start: int

    def number(self, argument: str) -> int:
        """`-1`, `0`, or `n`, `-n` from the slot."""
        if argument.lstrip("-") == "n":
            number = self.slots["n"]
            assert isinstance(number, int)
            return -number if argument.startswith("-") else number
        return int(argument)

    def integer(self, name: str) -> int:
        value = self.slots[name]
        assert isinstance(value, int)
        return value

    def year(self, *names: str) -> int | None:
        """The first year slot that is filled."""
        return next((y for n in names or ("year",) if isinstance(y := self.slots.get(n), int)), None)

    def month(self, name: str = "month") -> tuple[str, int]:
        """(calendar, number) of the month slot: by the era word or the year where a name is of several calendars."""
        found = self.slots[name]
        assert isinstance(found, tuple)
        era = self.slots.get("era")
        return next(((c, n) for c, n in found if c == era), (str(era), found[0][1]) if era and found[0][0] == "gregorian" else found[0])


_Resolver = Callable[[_Context, list[str]], Days | None]


def _one(day: dt.date) -> Days:
    return day, day, "day"


def _anchored(resolver: Callable[[_Context, dt.date, list[str]], Days | None]) -> _Resolver:
    """A resolver that knows nothing without a day to count from."""

    def resolve_anchored(c: _Context, arguments: list[str]) -> Days | None:
        return resolver(c, c.anchor, arguments) if c.anchor else None

    return resolve_anchored


# days in full and in part
def _ymd(c: _Context, arguments: list[str]) -> Days:
    """A day in full; `8/7/2023` is the seventh of August where July's eighth is still to come, `16/4/21` of 2016 where 2021 is."""
    calendar, month = c.month()
    year, number = c.integer("year"), c.integer("day")
    day = _in_gregorian_year(calendar, year, month, number)
    if "figures" in c.slots and c.anchor and day > c.anchor + _FUTURE_DAYS * DAY and number <= 12:
        other = day_of(calendar, year, number, month)
        return _one(other if other <= c.anchor else day)
    turned = c.slots.get("turned")
    if isinstance(turned, tuple) and c.anchor and day > c.anchor + _FUTURE_DAYS * DAY:
        other = dt.date(*turned)
        return _one(other if other <= c.anchor else day)
    return _one(day)


def _in_gregorian_year(calendar: str, year: int, month: int, day: int) -> dt.date:
    """The day of a Hijri month in a Gregorian year (`10 Ramadan 2019`), or plainly of its own calendar's year."""
    if calendar == "gregorian" or year < 1500:
        return day_of(calendar, year, month, day)
    around = year_in(calendar, dt.date(year, 7, 1))
    return next(d for y in (around, around - 1, around + 1) if (d := day_of(calendar, y, month, day)).year == year)


def _md(c: _Context, anchor: dt.date, arguments: list[str]) -> Days | None:
    """The latest such day, at most a week ahead; `md near` the nearest, before or behind; `md next` the first to come; `md last-year`."""
    calendar, month = c.month()
    this_year = year_in(calendar, anchor)
    if arguments[:1] == ["near"]:
        days = [d for y in _NEAR_YEARS if (d := _day_or_none(calendar, this_year + y, month, c.integer("day")))]
        return _one(min(days, key=lambda d: abs((d - anchor).days))) if days else None
    if arguments[:1] == ["next"]:
        ahead = (_day_or_none(calendar, this_year + y, month, c.integer("day")) for y in (0, 1))
        return next((_one(d) for d in ahead if d and d > anchor), None)
    for year in (this_year - 1,) if arguments[:1] == ["last-year"] else (this_year + 1, this_year, this_year - 1):
        day = _day_or_none(calendar, year, month, c.integer("day"))
        if day and day <= anchor + _FUTURE_DAYS * DAY:
            return _one(day)
    return None


def _day_or_none(calendar: str, year: int, month: int, day: int) -> dt.date | None:
    """None for the 29th of February in a common year."""
    try:
        return day_of(calendar, year, month, day)
    except ValueError:
        return None


def _my(c: _Context, arguments: list[str]) -> Days:
    calendar, month = c.month()
    year = c.integer("year")
    if calendar != "gregorian" and year >= 1500:
        year = year_in(calendar, _in_gregorian_year(calendar, year, month, 1))
    return part_of_month(calendar, year, month, arguments[0]) if arguments else whole_month(calendar, year, month)


def _m(c: _Context, anchor: dt.date, arguments: list[str]) -> Days | None:
    """The latest such month; `last` one that is over, `next` one to come, `this-year`, `last-year`, or a part of it."""
    calendar, month = c.month()
    year = year_in(calendar, anchor)
    argument = arguments[0] if arguments else ""
    if argument in ("this-year", "last-year", "next-year"):
        return whole_month(calendar, year + {"this-year": 0, "last-year": -1, "next-year": 1}[argument], month)
    begun = day_of(calendar, year, month, 1) <= anchor
    if argument == "next":
        return whole_month(calendar, year + begun, month)
    year -= not begun
    if argument == "last" and whole_month(calendar, year, month)[1] >= anchor:
        year -= 1
    if argument in PARTS or argument == "end":
        return part_of_month(calendar, year, month, argument)
    return whole_month(calendar, year, month)


def _day_in_month(c: _Context, anchor: dt.date, arguments: list[str]) -> Days | None:
    """`d`: the latest such day of a month, or with a weekday the nearest; `d month -1`: that day of last month."""
    number = c.integer("day")
    if "weekday" in c.slots:
        near = (anchor + sign * n * DAY for n in range(60) for sign in (-1, 1))
        named = next((d for d in near if d.day == number and d.weekday() == c.integer("weekday")), None)
        return _one(named) if named else None
    months = int(arguments[1]) if arguments[:1] == ["month"] else -1 if number > anchor.day else 0
    return _one(dt.date(*months_back(anchor, months), number))


def _days_of_month(c: _Context, arguments: list[str]) -> Days | None:
    """`5-7 March 2019`, without a year as `md` does; `d-d month 0` in this month, `-1` in the last."""
    first, last = c.integer("day"), c.integer("day2")
    if arguments[:1] == ["month"]:
        if c.anchor is None:
            return None
        calendar, year, month = "gregorian", *months_back(c.anchor, int(arguments[1]))
    else:
        calendar, month = c.month()
        told = c.year()
        if told is None:
            found = _VALUES["md"](_Context({**c.slots, "day": last}, c.anchor, c.told, c.week_start), [])
            if found is None:
                return None
            told = year_in(calendar, found[0])
        year = told
    start, end = day_of(calendar, year, month, first), day_of(calendar, year, month, last)
    return (start, end, "interval") if start <= end else None


def _day_to_day(c: _Context, arguments: list[str]) -> Days | None:
    """`5 March 2018 to 7 May 2019`; one year may serve both days, and without any the latest such last day."""
    calendar, month = c.month()
    other, month2 = c.month("month2")
    end_year = c.year("y2", "year2", "year")
    if end_year is None:
        end_slots = {"month": c.slots["month2"], "day": c.slots["day2"]}
        found = _VALUES["md"](_Context(end_slots, c.anchor, c.told, c.week_start), [])
        if found is None:
            return None
        end_year = year_in(other, found[0])
    two_years = "y2" in c.slots or "year2" in c.slots
    start_year = (c.year("year") or end_year) if two_years else end_year - (month > month2)
    first, last = day_of(calendar, start_year, month, c.integer("day")), day_of(other, end_year, month2, c.integer("day2"))
    return (first, last, "interval") if first <= last else None


def _month_to_month(c: _Context, arguments: list[str]) -> Days | None:
    """`March to May 2019`: the whole of both; the first month's year is the second's unless it would come later."""
    calendar, month = c.month()
    other, month2 = c.month("month2")
    end_year = c.year("y2", "year2", "year")
    if end_year is None and c.anchor is not None:
        end_year = year_in(other, c.anchor) - (arguments == ["last-year"])
        end_year -= day_of(other, end_year, month2, 1) > c.anchor
    if end_year is None:
        return None
    two_years = "y2" in c.slots or "year2" in c.slots
    start_year = (c.year("year") or end_year) if two_years else end_year - (month > month2)
    first, last = whole_month(calendar, start_year, month)[0], whole_month(other, end_year, month2)[1]
    return (first, last, "interval") if first <= last else None


# months and years
def _y(c: _Context, arguments: list[str]) -> Days:
    return whole_year(c.integer("year"), str(c.slots.get("era") or ""), arguments[0] if arguments else "")


def _year_to_year(c: _Context, arguments: list[str]) -> Days | None:
    second = c.year("y2", "year2")
    if second is None or second < c.integer("year"):
        return None
    return whole_year(c.integer("year"))[0], whole_year(second)[1], "interval"


def _decade(c: _Context, arguments: list[str]) -> Days | None:
    """`decade 1970`, or of the slot or the year told: ten years from the one that ends in 0."""
    year = int(arguments[0]) if arguments else c.year("decade", "year")
    if year is None:
        return None
    year -= year % 10
    first, last = whole_year(year), whole_year(year + 9)
    return first[0], last[1], "interval"


def _quarter(c: _Context, arguments: list[str]) -> Days | None:
    """`quarter y`, `quarter year 0`: three months of a year by their ordinal."""
    ordinal = c.integer("ordinal")
    if not 1 <= ordinal <= 4:
        return None
    year = c.year()
    if year is None:
        if c.anchor is None or arguments[:1] != ["year"]:
            return None
        year = c.anchor.year + int(arguments[1])
    return dt.date(year, 3 * ordinal - 2, 1), whole_month("gregorian", year, 3 * ordinal)[1], "interval"


def _month_meant(c: _Context, arguments: list[str]) -> Days | None:
    """The month that `my`, `m last-year`, `month -1` at the head of some arguments stands for."""
    if arguments[0] != "month":
        return _VALUES[arguments[0]](c, [a for a in arguments[1:] if a.endswith("year")])
    return whole_month("gregorian", *months_back(c.anchor, int(arguments[1]))) if c.anchor else None


def _week_of_month(c: _Context, arguments: list[str]) -> Days | None:
    """`nth-week my`, `nth-week m 2`, `nth-week m last`: the first week of a month is its 1st to 7th, the last its last seven days."""
    whole = _month_meant(c, arguments)
    if whole is None:
        return None
    if arguments[-1] == "last":
        return whole[1] - 6 * DAY, whole[1], "week"
    ordinal = int(arguments[-1]) if arguments[1:] and arguments[0] != "month" else c.integer("ordinal")
    first = whole[0] + 7 * (ordinal - 1) * DAY
    return (first, min(first + 6 * DAY, whole[1]), "week") if 1 <= ordinal <= 4 else None


def _weekday_of_month(c: _Context, arguments: list[str]) -> Days | None:
    """`nth my`: the third Tuesday of a month, `nth my last` the last; `nth my day`: the day itself where it is such a weekday."""
    whole = _month_meant(c, arguments)
    if whole is None:
        return None
    weekday = c.integer("weekday")
    such = [day for n in range((whole[1] - whole[0]).days + 1) if (day := whole[0] + n * DAY).weekday() == weekday]
    if arguments[-1] == "last":
        return _one(such[-1])
    ordinal = c.integer("ordinal")
    named = whole[0] + (ordinal - 1) * DAY
    if arguments[-1] == "day" and (named.weekday() == weekday or ordinal > len(such)):
        return _one(named)
    return _one(such[ordinal - 1]) if ordinal <= len(such) else None


def _season(c: _Context, arguments: list[str]) -> Days | None:
    """`season my spring`: of the year told, else of the year of publication; `season last spring` one that is over, `season this`."""
    first, last = _SEASONS[arguments[-1]]
    year = c.year() or (c.anchor.year if c.anchor else None)
    if year is None:
        return None
    if arguments[0] == "last" and c.anchor and _end_of_season(year, first, last) >= c.anchor:
        year -= 1
    return dt.date(year, first, 1), _end_of_season(year, first, last), "interval"


def _end_of_season(year: int, first: int, last: int) -> dt.date:
    return whole_month("gregorian", year + (last < first), last)[1]


def _feast(c: _Context, arguments: list[str]) -> Days | None:
    """`feast hijri 10 1`: a feast on a fixed day, in the year told, else the latest one; `feast easter -2`, `feast nth 11 3 4`."""
    year = c.year()
    if year is not None and year < 1500:
        return None
    around = dt.date(year, 7, 1) if year else c.anchor
    if around is None:
        return None
    calendar = arguments[0] if arguments[0] in ("hijri", "solar") else "gregorian"
    for candidate in (1, 0, -1, -2):
        found = _feast_in(arguments, year_in(calendar, around) + candidate)
        if found.year == year if year else found <= around + _FUTURE_DAYS * DAY:
            return _one(found)
    return None


def _feast_in(arguments: list[str], year: int) -> dt.date:
    kind, *numbers = arguments
    if kind == "easter":
        return easter(year) + int(numbers[0]) * DAY
    if kind == "nth":
        month, weekday, ordinal = (int(n) for n in numbers)
        first = dt.date(year, month, 1)
        return first + ((weekday - first.weekday()) % 7 + 7 * (ordinal - 1)) * DAY
    return day_of(kind, year, int(numbers[0]), int(numbers[1]))


# told from the day of publication
def _day(c: _Context, anchor: dt.date, arguments: list[str]) -> Days | None:
    return _one(anchor + c.number(arguments[0]) * DAY)


def _hours(c: _Context, anchor: dt.date, arguments: list[str]) -> Days | None:
    """`hours -n`: so many hours ago; fewer than a day is the day itself. `hours last n`: the span up to now."""
    hours = abs(c.number(arguments[-1]))
    start = anchor - (hours // 24 if arguments[0] != "last" else max(1, (hours + 23) // 24) if hours >= 24 else 0) * DAY
    return start, (anchor if arguments[0] == "last" else start), "day" if start == anchor or arguments[0] != "last" else "interval"


def _week(c: _Context, anchor: dt.date, arguments: list[str]) -> Days | None:
    first = week_of(anchor, c.week_start)
    if arguments[0] == "earlier":
        return (first, anchor - DAY, "week") if first < anchor else None
    weeks = c.number(arguments[0])
    if weeks == 0:
        return first, anchor, "week"
    return first + 7 * weeks * DAY, first + (7 * weeks + 6) * DAY, "week"


def _weekend(c: _Context, anchor: dt.date, arguments: list[str]) -> Days | None:
    """`weekend 0` the latest, the running one included; `weekend last` the latest that is over; `weekend 1` the next.

    It is the last two days of the pack's week: Saturday and Sunday, or Thursday and Friday where the week begins on Saturday.
    """
    first = week_of(anchor, (c.week_start + 5) % 7)
    is_over = anchor > first + DAY
    weeks = (0 if is_over else -1) if arguments == ["last"] else c.number(arguments[0])
    first += 7 * weeks * DAY
    return first, first + DAY, "interval"


def _month(c: _Context, anchor: dt.date, arguments: list[str]) -> Days | None:
    if arguments[0] == "earlier":
        return (anchor.replace(day=1), anchor - DAY, "interval") if anchor.day > 1 else None
    months = c.number(arguments[0])
    if arguments[1:]:
        return part_of_month("gregorian", *months_back(anchor, months), arguments[1])
    if months == 0:
        return anchor.replace(day=1), anchor, "month"
    return whole_month("gregorian", *months_back(anchor, months))


def _years(c: _Context, anchor: dt.date, arguments: list[str]) -> Days | None:
    if arguments[0] == "earlier":
        return dt.date(anchor.year, 1, 1), anchor - DAY, "interval"
    years = c.number(arguments[0])
    if arguments[1:]:
        return whole_year(anchor.year + years, "gregorian", arguments[1])
    if years == 0:
        return dt.date(anchor.year, 1, 1), anchor, "year"
    return whole_year(anchor.year + years, "gregorian")


def _weekday(c: _Context, anchor: dt.date, arguments: list[str]) -> Days | None:
    """The latest such day up to publication; `last` before it, `next` after it, `week n` of a week, `interval` to a second one, `pair`
    with the next one, `midnight` the day and the one that begins then."""
    kind = arguments[0] if arguments else ""
    weekday = c.integer("weekday")
    day = anchor - ((anchor.weekday() - weekday) % 7) * DAY
    if kind == "last" and day == anchor:
        day -= 7 * DAY
    if kind == "week":
        day = week_of(anchor, c.week_start) + ((weekday - c.week_start) % 7 + 7 * c.number(arguments[1])) * DAY
    if kind == "next":
        day += 7 * DAY
    if kind == "midnight":
        return (day, day + DAY, "interval") if day < anchor else _one(day)
    if kind in ("interval", "pair"):
        last = anchor - ((anchor.weekday() - c.integer("weekday2")) % 7) * DAY
        if arguments[1:2] == ["next"]:
            last += 7 * DAY
        if arguments[1:2] == ["week"]:
            last = week_of(anchor, c.week_start) + ((c.integer("weekday2") - c.week_start) % 7 + 7 * c.number(arguments[2])) * DAY
        return last - ((last.weekday() - weekday) % 7) * DAY, last, "interval"
    return _one(day)


def _lasting(unit: str) -> _Resolver:
    def last(c: _Context, anchor: dt.date, arguments: list[str]) -> Days | None:
        n = abs(c.number(arguments[-1]))
        if arguments[0] != "last":
            return _ago(anchor, unit, n)
        return _ago(anchor, unit, n, exact=True)[0], anchor, "interval"

    return _anchored(last)


def _ago(anchor: dt.date, unit: str, n: int, *, exact: bool = False) -> Days:
    """So many days, weeks, months or years before: the day, or the whole unit for longer ones unless `exact`."""
    if unit == "days":
        return _one(anchor - n * DAY)
    if unit == "weeks":
        day = anchor - 7 * n * DAY
        return _one(day) if exact else (week_of(day, 0), week_of(day, 0) + 6 * DAY, "week")
    year, month = months_back(anchor, -n if unit == "months" else -12 * n)
    if exact:
        return _one(dt.date(year, month, min(anchor.day, monthrange(year, month)[1])))
    return whole_month("gregorian", year, month) if unit == "months" else (dt.date(year, 1, 1), dt.date(year, 12, 31), "year")


def _span_away(sign: int) -> _Resolver:
    """`ago months 1 days n2`: the day so many months and days before; `ahead years n days n2` after."""

    def away(c: _Context, anchor: dt.date, arguments: list[str]) -> Days:
        counts = dict(zip(arguments[::2], (c.integer(n) if n[0] == "n" else int(n) for n in arguments[1::2])))
        day = _ago(anchor, "months", -sign * (12 * counts.get("years", 0) + counts.get("months", 0)), exact=True)[0]
        return _one(day + sign * (counts.get("days", 0) + 7 * counts.get("weeks", 0)) * DAY)

    return _anchored(away)


def _since(c: _Context, arguments: list[str]) -> Days | None:
    inner = _VALUES[arguments[0]](c, arguments[1:])
    if inner is None:
        return None
    return inner[0], max(inner[1], c.anchor) if c.anchor else inner[1], "interval"


# told from the day told before
def _told(c: _Context, arguments: list[str]) -> Days | None:
    """`told n`: so many days after the last single day told, if that is no day to come; `same day` that day itself."""
    day = c.told + c.number(arguments[0]) * DAY if c.told else None
    return _one(day) if day and not (c.anchor and day > c.anchor) else None


def _same(c: _Context, arguments: list[str]) -> Days | None:
    return _one(c.told) if c.told else None


def _vague(c: _Context, arguments: list[str]) -> None:
    """Words of time that name no day: how long, how often, in recent days."""
    return


_VALUES: dict[str, _Resolver] = {
    "ymd": _ymd,
    "md": _anchored(_md),
    "my": _my,
    "m": _anchored(_m),
    "d": _anchored(_day_in_month),
    "d-d": _days_of_month,
    "dmy-dmy": _day_to_day,
    "my-my": _month_to_month,
    "y": _y,
    "y-y": _year_to_year,
    "decade": _decade,
    "quarter": _quarter,
    "nth": _weekday_of_month,
    "nth-week": _week_of_month,
    "season": _season,
    "feast": _feast,
    "day": _anchored(_day),
    "night": _anchored(_day),
    "hours": _anchored(_hours),
    "week": _anchored(_week),
    "weekend": _anchored(_weekend),
    "month": _anchored(_month),
    "year": _anchored(_years),
    "weekday": _anchored(_weekday),
    "days": _lasting("days"),
    "weeks": _lasting("weeks"),
    "months": _lasting("months"),
    "years": _lasting("years"),
    "ago": _span_away(-1),
    "ahead": _span_away(1),
    "since": _since,
    "told": _told,
    "same": _same,
    "vague": _vague,
}
