"""Days, months and years of the three calendars as Gregorian days: the common one, the lunar Hijri, the solar Hijri.

What comes in are numbers of a calendar; what goes out are Gregorian days. This file must not know in what words they were told.
Hijri days are Umm al-Qura's, Solar Hijri days Iran's.
"""

import calendar as gregorian_calendar
import datetime as dt

from hijridate import Gregorian, Hijri
from persiantools.jdatetime import JalaliDate

DAY = dt.timedelta(days=1)
PARTS = {"early": (1, 10), "mid": (11, 20), "late": (21, 31)}  # of a month, as the annotation guide counts
_PARTS_OF_YEAR = {"early": (1, 4), "mid": (5, 8), "late": (9, 12)}
_LAST_PARTLY_GREGORIAN = 1500  # a year below is of a Hijri calendar where no word tells which

Days = tuple[dt.date, dt.date, str]


def day_of(calendar: str, year: int, month: int, day: int) -> dt.date:
    """The Gregorian day; raises ValueError where a calendar has no such day."""
    if calendar == "hijri":
        known = min(day, int(Hijri(year, month, 1).month_length())) if day == 30 else day  # by sighting a month may be a day longer
        return dt.date.fromisoformat(Hijri(year, month, known).to_gregorian().isoformat()[:10]) + (day - known) * DAY
    if calendar == "solar":
        date = JalaliDate(year, month, day).to_gregorian()  # type: ignore[no-untyped-call]
        return dt.date(date.year, date.month, date.day)
    return dt.date(year, month, day)


def last_day(calendar: str, year: int, month: int) -> int:
    """How many days a month has."""
    if calendar == "hijri":
        return int(Hijri(year, month, 1).month_length())
    if calendar == "solar":
        return int(JalaliDate.days_in_month(month, year))
    return gregorian_calendar.monthrange(year, month)[1]


def year_in(calendar: str, day: dt.date) -> int:
    """The calendar's year in which a Gregorian day lies."""
    if calendar == "solar":
        return int(JalaliDate(day).year)  # type: ignore[no-untyped-call]
    if calendar == "hijri":
        return int(Gregorian(day.year, day.month, day.day).to_hijri().year)
    return day.year


def whole_month(calendar: str, year: int, month: int) -> Days:
    return day_of(calendar, year, month, 1), day_of(calendar, year, month, last_day(calendar, year, month)), "month"


def part_of_month(calendar: str, year: int, month: int, part: str) -> Days:
    """The early, mid or late third of a month, or its last day."""
    if part == "end":
        day = whole_month(calendar, year, month)[1]
        return day, day, "day"
    first, last = PARTS[part]
    return day_of(calendar, year, month, first), day_of(calendar, year, month, min(last, last_day(calendar, year, month))), "interval"


def whole_year(year: int, era: str = "", part: str = "") -> Days:
    """A year, or its early, mid or late third; without an era word the number tells the calendar."""
    calendar = era or ("gregorian" if year >= _LAST_PARTLY_GREGORIAN else "solar")
    first, last = _PARTS_OF_YEAR.get(part, (1, 12))
    return day_of(calendar, year, first, 1), day_of(calendar, year, last, last_day(calendar, year, last)), "year"


def months_back(day: dt.date, months: int) -> tuple[int, int]:
    """(year, month) so many months after a day's own; before it where negative."""
    index = day.year * 12 + day.month - 1 + months
    return index // 12, index % 12 + 1


def week_of(day: dt.date, week_start: int) -> dt.date:
    """The first day of a day's week."""
    return day - ((day.weekday() - week_start) % 7) * DAY


def easter(year: int) -> dt.date:
    """Easter Sunday of the western churches (the anonymous Gregorian computus)."""
    golden, century = year % 19, year // 100
    epact = (century - century // 4 - (8 * century + 13) // 25 + 19 * golden + 15) % 30
    epact -= (epact // 28) * (1 - (29 // (epact + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + epact + 2 - century + century // 4) % 7
    offset = epact - weekday
    month = 3 + (offset + 40) // 44
    return dt.date(year, month, offset + 28 - 31 * (month // 4))
