"""Date words as days: found by a pack's patterns, resolved against the day of publication, else left unresolved.

What comes in are tokens, a pack's date rules and the day of publication; what goes out are `DateMark`s over token spans with
first and last day. This file must not know what happened on these days.

How it works
1. A rule is a pattern of words and slots (`{n} days ago`); rules are tried where their first word or slot stands, longest first.
2. A rule's value says what the words stand for (`day -n`, `weekday last`, `ymd`), in the small language of `_VALUES`.
3. Calendars: a month's name tells its calendar; Hijri days are Umm al-Qura's, Solar Hijri days Iran's. A bare year in 1300..1500
   is of the calendar that its month or era word tells.
4. What needs an anchor (yesterday, Friday, 7 July without a year) takes the day of publication; without one, the last full date
   told before; without that it stays unresolved. Nothing is guessed.
Source: TIMEX3 for kinds of value; gold/GUIDE.md "Dates" for early, mid, late, this week and bare weekdays.
"""

import calendar as gregorian_calendar
import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from hijridate import Hijri
from persiantools.jdatetime import JalaliDate

from tahqiq.languages import DateRule, Dates, Token
from tahqiq.reading.numbers import Quantity

DAY = dt.timedelta(days=1)
_NUMERIC = re.compile(r"(\d{1,4})[/.](\d{1,2})[/.](\d{1,4})")
_DAY_MONTH = re.compile(r"(\d{1,2})[/.](\d{1,2})")
_CLOCK = re.compile(r"\d{1,2}(?::\d\d){1,2}")
_YEAR = re.compile(r"(1[2-9]\d\d|20\d\d)")
_TWO_FIGURES = re.compile(r"\d\d")
_SHORT_OF_1300 = 40  # 94 is 1394, 02 is 1402
_FIRST_HIJRI_ONLY = 1415  # a year in figures from here on cannot be solar yet (1415 began in 2036)
_ORDINAL_ENDINGS = frozenset(("th", "st", "nd", "rd"))
_SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "winter": (12, 2)}
_PARTS = {"early": (1, 10), "mid": (11, 20), "late": (21, 31)}
_FUTURE_DAYS = 7  # a day and month without a year may lie so far ahead of publication ("the vote on 3 May"); else it is past


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


Slots = Mapping[str, object]
Days = tuple[dt.date, dt.date, str]


def find_dates(
    tokens: Sequence[Token], quantities: Sequence[Quantity], dates: Dates, published: dt.date | None, week_start: int = 0
) -> list[DateMark]:
    """Every date expression in the order of the text, resolved where it can be."""
    finder = _Finder(tokens, {q.first: q for q in _days_apart(quantities, dates, tokens)}, dates)
    found: list[DateMark] = []
    anchor, told, at = published, None, 0
    while at < len(tokens):
        hit = finder.longest(at) or finder.behind_clock(at)
        if hit is None:
            at += 1
            continue
        last, rule, slots = hit
        last = finder.with_clock(last)
        if rule.value == "none":
            at = last
            continue
        days = resolve(rule.value, slots, anchor, told, week_start)
        if days and _is_plausible(days, published):
            found.append(DateMark(at, last, rule.name, rule.value, *days))
            if days[2] == "day":
                told = days[0]
                if anchor is None and rule.value == "ymd":
                    anchor = days[0]
        elif days is None:
            found.append(DateMark(at, last, rule.name, rule.value))
        at = last
    return found


def _days_apart(quantities: Sequence[Quantity], dates: Dates, tokens: Sequence[Token]) -> list[Quantity]:
    """Quantities in which a range before a month's name (`5-7 March`) is two days again."""
    months = {m[0] for m in dates.months}
    apart: list[Quantity] = []
    for q in quantities:
        is_range = q.qualifier == "between" and q.last - q.first == 3 and q.max is not None and q.max <= 31
        if is_range and q.last < len(tokens) and any(form in months for form, _ in tokens[q.last].forms):
            apart.append(replace(q, last=q.first + 1, max=q.min, qualifier="exact"))
            apart.append(replace(q, first=q.last - 1, min=q.max or 0, qualifier="exact"))
        else:
            apart.append(q)
    return apart


def _is_plausible(days: Days, published: dt.date | None) -> bool:
    return days[0].year >= 1900 and days[1].year <= (published.year + 30 if published else 2100)


class _Finder:
    """Matches a pack's rules at a token."""

    def __init__(self, tokens: Sequence[Token], quantities: Mapping[int, Quantity], dates: Dates) -> None:
        self.tokens, self.quantities, self.dates = tokens, quantities, dates
        self._forms = [{form for form, _ in token.forms} for token in tokens]
        self._slots: dict[tuple[str, int], tuple[int, dict[str, object]]] = {}
        self._present = {form for forms in self._forms for form in forms}
        self._rules: dict[str, list[DateRule]] = {}
        self._tails: dict[str, list[tuple[str, ...]]] = {}
        self._first_months = {m[0] for m in dates.months}
        self._first_weekdays = {w[0] for w in dates.weekdays}
        self._first_ordinals = {o[0] for o in dates.ordinals}

    def longest(self, at: int) -> tuple[int, DateRule, dict[str, object]] | None:
        best: tuple[int, DateRule, dict[str, object]] | None = None
        numeric = self._numeric(at)
        if numeric:
            best = numeric
        for first in self._keys(at):
            for rule in self._possible(first):
                slots: dict[str, object] = {}
                last = self._match(rule.pattern, at, slots)
                if last and (best is None or last > best[0]):
                    best = (last, rule, slots)
        return best

    def with_clock(self, at: int) -> int:
        """Where the clock time that stands at a token ends; the token itself where none does."""
        if at >= len(self.tokens):
            return at
        best = at
        firsts = [form for form, _ in self.tokens[at].forms if form in self.dates.tails]
        if at in self.quantities or self.tokens[at].text[0].isdigit():
            firsts += [first for first in self.dates.tails if first[0] == "{"]
        for first in firsts:
            for tail in self._possible_tails(first):
                last = self._match(tail, at, {})
                if last and last > best:
                    best = last
        return best

    def _possible_tails(self, first: str) -> list[tuple[str, ...]]:
        """The clock times under a first word or slot whose every word stands somewhere in the text."""
        tails = self._tails.get(first)
        if tails is None:
            tails = [t for t in self.dates.tails[first] if all(w in self._present for w in t if w[0] != "{")]
            self._tails[first] = tails
        return tails

    def behind_clock(self, at: int) -> tuple[int, DateRule, dict[str, object]] | None:
        """A day behind a clock time (`at 8 on 15 March`)."""
        last = self.with_clock(at)
        last += at < last < len(self.tokens) and self.tokens[last].text == ","
        return self.longest(last) if at < last < len(self.tokens) else None

    def _possible(self, first: str) -> list[DateRule]:
        """The rules under a first word or slot whose every word stands somewhere in the text."""
        rules = self._rules.get(first)
        if rules is None:
            rules = [r for r in self.dates.rules.get(first, ()) if all(w in self._present for w in r.pattern if w[0] != "{")]
            self._rules[first] = rules
        return rules

    def _keys(self, at: int) -> Iterator[str]:
        token = self.tokens[at]
        forms = {form for form, _ in token.forms}
        yield from (form for form, _ in token.forms if form in self.dates.rules)
        if forms & self._first_weekdays:
            yield "{weekday}"
        if forms & self._first_months:
            yield "{month}"
        if at in self.quantities:
            yield "{n}"
            yield "{day}"
        elif forms & self._first_ordinals:
            yield "{day}"
        if _YEAR.fullmatch(token.text):
            yield "{year}"
        if token.text[0].isdigit():
            yield "{dm}"
        if forms & self._first_ordinals:
            yield "{ordinal}"

    def _match(self, pattern: tuple[str, ...], at: int, slots: dict[str, object]) -> int | None:
        for element in pattern:
            if at >= len(self.tokens):
                return None
            if element[0] == "{":
                size, filled = self._filled(element, at)
                if not size:
                    return None
                slots.update(filled)
                at += size
            elif element in self._forms[at]:
                at += 1
            else:
                return None
        return at

    def _filled(self, element: str, at: int) -> tuple[int, dict[str, object]]:
        """The tokens that a slot takes at a token and what it holds then, found once a text."""
        key = (element, at)
        if key not in self._slots:
            filled: dict[str, object] = {}
            self._slots[key] = (self._slot(element[1:-1], at, filled), filled)
        return self._slots[key]

    def _slot(self, name: str, at: int, slots: dict[str, object]) -> int:
        kind = name.rstrip("2") if name != "y2" else "year"
        if kind == "weekday":
            return self._listed(self.dates.weekdays, at, name, slots) if self._begins(at, self._first_weekdays) else 0
        if kind == "month":
            return self._month(at, name, slots) if self._begins(at, self._first_months) else 0
        if kind == "year":
            match = _YEAR.fullmatch(self.tokens[at].text)
            if match:
                slots[name] = int(match.group())
                return 1 + self._era(at + 1, slots)
            if name == "year" and self._is_short_solar_year(at, slots):
                short = int(self.tokens[at].text)
                slots[name] = 1300 + short if short >= _SHORT_OF_1300 else 1400 + short
                return 1
            return self._year_in_words(at, name, slots)
        if kind == "dm":
            return self._day_month(at, slots)
        if kind == "clock" and _CLOCK.fullmatch(self.tokens[at].text):
            return 1
        if kind in ("clock", "mnum"):
            return self._small(at, name, slots)
        quantity = self.quantities.get(at)
        if kind in ("day", "ordinal"):  # an ordinal may begin as a number does: بیست و سوم
            size = self._listed(self.dates.ordinals, at, name, slots) if self._begins(at, self._first_ordinals) else 0
            if size and (quantity is None or size > quantity.last - at):
                return size
            if kind == "ordinal":
                return 0
        if quantity is None or quantity.max != quantity.min:
            return 0
        if kind == "day":
            if not 1 <= quantity.min <= 31 or not self.tokens[at].text[0].isalnum():
                return 0
            slots[name] = quantity.min
            size = quantity.last - at
            after = at + size
            return size + (after < len(self.tokens) and self.tokens[after].text in _ORDINAL_ENDINGS)
        slots[name] = quantity.min
        return quantity.last - at

    def _begins(self, at: int, firsts: set[str]) -> bool:
        return not firsts.isdisjoint(self._forms[at])

    def _day_month(self, at: int, slots: dict[str, object]) -> int:
        """The size of a day and month in figures: `22/4`, `22-4`, `4.22`."""
        text, size = self.tokens[at].text, 1
        if at + 2 < len(self.tokens) and self.tokens[at + 1].text == "-" and self.tokens[at].end == self.tokens[at + 1].start:
            text, size = f"{text}/{self.tokens[at + 2].text}", 3
        match = _DAY_MONTH.fullmatch(text)
        if match is None:
            return 0
        day, month = int(match.group(1)), int(match.group(2))
        if month > 12 >= day:
            day, month = month, day
        if not (1 <= day <= 31 and 1 <= month <= 12):
            return 0
        slots["day"], slots["month"] = day, (("gregorian", month),)
        return size

    def _small(self, at: int, name: str, slots: dict[str, object]) -> int:
        """The size of an hour or a month told by its number (`الساعة الثامنة`, `شهر عشرة`)."""
        quantity, largest = self.quantities.get(at), 24 if name == "clock" else 12
        found: dict[str, object] = {}
        size = self._listed(self.dates.ordinals, at, "number", found)
        if not size and quantity is not None and quantity.min == quantity.max:
            size, found["number"] = quantity.last - at, quantity.min
        number = found.get("number")
        if not size or not isinstance(number, int) or not 1 <= number <= largest:
            return 0
        if name == "mnum":
            slots["month"] = (("gregorian", number),)
        return size

    def _is_short_solar_year(self, at: int, slots: Mapping[str, object]) -> bool:
        """True for two figures behind a solar month that end the date: the text, a comma or the hour follows (`26 شهریور 94 ساعت`)."""
        month = slots.get("month")
        is_solar = isinstance(month, tuple) and all(calendar == "solar" for calendar, _ in month)
        if not is_solar or not _TWO_FIGURES.fullmatch(self.tokens[at].text):
            return False
        return (
            at + 1 == len(self.tokens) or self.tokens[at + 1].text in (",", "،", ")", "-") or self.tokens[at + 1].text in self.dates.tails
        )

    def _year_in_words(self, at: int, name: str, slots: dict[str, object]) -> int:
        """The size of a year told in number words (`سنہ دو ہزار چودہ`, `nineteen hundred and forty`)."""
        quantity = self.quantities.get(at)
        if quantity is None or quantity.digits or quantity.qualifier != "exact" or not 1900 <= quantity.min <= 2099:
            return 0
        slots[name] = quantity.min
        return quantity.last - at + self._era(quantity.last, slots)

    def _listed(self, table: Mapping[tuple[str, ...], int], at: int, name: str, slots: dict[str, object]) -> int:
        for size in (3, 2, 1):
            for words in self._runs(at, size):
                if words in table:
                    slots[name] = table[words]
                    return size
        return 0

    def _month(self, at: int, name: str, slots: dict[str, object]) -> int:
        for size in (3, 2, 1):
            for words in self._runs(at, size):
                if words in self.dates.months:
                    slots[name] = self.dates.months[words]
                    return size + self._second_name(at + size)
        return 0

    def _second_name(self, at: int) -> int:
        """The size of `/تموز` after `يوليو`: the same month by its other name."""
        if at + 1 < len(self.tokens) and self.tokens[at].text in ("/", "(", "-"):
            for size in (2, 1):
                if any(words in self.dates.months for words in self._runs(at + 1, size)):
                    closing = at + 1 + size < len(self.tokens) and self.tokens[at].text == "(" and self.tokens[at + 1 + size].text == ")"
                    return 1 + size + closing
        return 0

    def _runs(self, at: int, size: int) -> Iterator[tuple[str, ...]]:
        if at + size > len(self.tokens):
            return
        rest = tuple(_bare(self.tokens[at + k]) for k in range(1, size))
        for form, _ in self.tokens[at].forms:
            yield (form, *rest)

    def _era(self, at: int, slots: dict[str, object]) -> int:
        if at < len(self.tokens) and self.tokens[at].text in self.dates.eras:
            slots["era"] = self.dates.eras[self.tokens[at].text]
            return 1
        return 0

    def _numeric(self, at: int) -> tuple[int, DateRule, dict[str, object]] | None:
        """2023-07-09, 9/7/2023, 1402/04/16."""
        text, size = self.tokens[at].text, 1
        if not text[0].isdigit():
            return None
        if at + 4 < len(self.tokens) and self.tokens[at + 1].text == "-" == self.tokens[at + 3].text:
            text, size = "/".join(self.tokens[at + k].text for k in (0, 2, 4)), 5
        match = _NUMERIC.fullmatch(text)
        if not match:
            return None
        a, b, c = (int(g) for g in match.groups())
        year, month, day = (a, b, c) if a > 31 else (c, b, a)
        if month > 12 >= day and a <= 31:
            month, day = day, month
        if not 1 <= month <= 12 or not 1 <= day <= 31 or not _YEAR.fullmatch(str(year)):
            return None
        slots: dict[str, object] = {"year": year, "month": (("gregorian", month),), "day": day}
        size += self._era(at + size, slots)
        if "era" not in slots and year < 1500:
            knows_solar = any(c == "solar" for cs in self.dates.months.values() for c, _ in cs)
            slots["era"] = "solar" if knows_solar and year < _FIRST_HIJRI_ONLY else "hijri"
        return at + size, DateRule("dates/numeric", (), "ymd"), slots


def _bare(token: Token) -> str:
    """The token's form without the article, as phrases are kept; the word itself where it has none."""
    return next((form for form, clitics in token.forms if clitics and clitics.endswith("ال") and len(clitics) == 2), token.text)


def resolve(value: str, slots: Slots, anchor: dt.date | None, told: dt.date | None, week_start: int) -> Days | None:
    """The days that a rule's value stands for, None where they cannot be known.

    Args: `anchor` the day of publication or what stands in for it; `told` the last single day told before.
    """
    name, *arguments = value.split()
    if name == "same":
        return (told, told, "day") if told else None
    resolver = _VALUES.get(name)
    if resolver is None:
        return None
    try:
        return resolver(_Context(slots, anchor, week_start), arguments)
    except (ValueError, OverflowError):
        return None


@dataclass(frozen=True, slots=True)
class _Context:
    slots: Slots
    anchor: dt.date | None
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

    def month(self, name: str = "month") -> tuple[str, int]:
        """(calendar, number) of the month slot: by the era word or the year where a name is of several calendars."""
        found = self.slots[name]
        assert isinstance(found, tuple)
        era = self.slots.get("era")
        return next(((c, n) for c, n in found if c == era), (str(era), found[0][1]) if era and found[0][0] == "gregorian" else found[0])


def _day_of(calendar: str, year: int, month: int, day: int) -> dt.date:
    if calendar == "hijri":
        known = min(day, int(Hijri(year, month, 1).month_length())) if day == 30 else day  # by sighting a month may be a day longer
        return dt.date.fromisoformat(Hijri(year, month, known).to_gregorian().isoformat()[:10]) + (day - known) * DAY
    if calendar == "solar":
        date = JalaliDate(year, month, day).to_gregorian()  # type: ignore[no-untyped-call]
        return dt.date(date.year, date.month, date.day)
    return dt.date(year, month, day)


def _last_day(calendar: str, year: int, month: int) -> int:
    if calendar == "hijri":
        return int(Hijri(year, month, 1).month_length())
    if calendar == "solar":
        return int(JalaliDate.days_in_month(month, year))
    return gregorian_calendar.monthrange(year, month)[1]


def _year_in(calendar: str, day: dt.date) -> int:
    if calendar == "solar":
        return int(JalaliDate(day).year)  # type: ignore[no-untyped-call]
    if calendar == "hijri":
        from hijridate import Gregorian

        return int(Gregorian(day.year, day.month, day.day).to_hijri().year)
    return day.year


def _whole_month(calendar: str, year: int, month: int) -> Days:
    return _day_of(calendar, year, month, 1), _day_of(calendar, year, month, _last_day(calendar, year, month)), "month"


def _part_of_month(calendar: str, year: int, month: int, part: str) -> Days:
    if part == "end":
        day = _whole_month(calendar, year, month)[1]
        return day, day, "day"
    first, last = _PARTS[part]
    return _day_of(calendar, year, month, first), _day_of(calendar, year, month, min(last, _last_day(calendar, year, month))), "interval"


def _ymd(c: _Context, arguments: list[str]) -> Days:
    calendar, month = c.month()
    day = _day_of(calendar, c.integer("year"), month, c.integer("day"))
    return day, day, "day"


def _latest_month(c: _Context, calendar: str, month: int) -> int | None:
    """The year in which the month last began, up to the anchor."""
    if c.anchor is None:
        return None
    year = _year_in(calendar, c.anchor)
    return year if _day_of(calendar, year, month, 1) <= c.anchor else year - 1


def _md(c: _Context, arguments: list[str]) -> Days | None:
    calendar, month = c.month()
    if c.anchor is None:
        return None
    year = _year_in(calendar, c.anchor) + 1
    candidates = (year - 2,) if arguments[:1] == ["last-year"] else (year, year - 1, year - 2)
    for candidate in candidates:
        try:
            day = _day_of(calendar, candidate, month, c.integer("day"))
        except ValueError:
            continue
        if day <= c.anchor + _FUTURE_DAYS * DAY:
            return day, day, "day"
    return None


def _my(c: _Context, arguments: list[str]) -> Days:
    calendar, month = c.month()
    year = c.integer("year")
    return _part_of_month(calendar, year, month, arguments[0]) if arguments else _whole_month(calendar, year, month)


def _m(c: _Context, arguments: list[str]) -> Days | None:
    calendar, month = c.month()
    year = _latest_month(c, calendar, month)
    if year is None or c.anchor is None:
        return None
    if arguments[:1] == ["last"] and _whole_month(calendar, year, month)[1] >= c.anchor:
        year -= 1
    if arguments[:1] in (["this-year"], ["last-year"]):
        year = _year_in(calendar, c.anchor) - (arguments[0] == "last-year")
    if arguments and arguments[0] in (*_PARTS, "end"):
        return _part_of_month(calendar, year, month, arguments[0])
    return _whole_month(calendar, year, month)


def _day_in_month(c: _Context, arguments: list[str]) -> Days | None:
    """`d`: the latest such day of a month, or with a weekday the nearest; `d month -1`: that day of last month."""
    if c.anchor is None:
        return None
    number = c.integer("day")
    if "weekday" in c.slots:
        near = (c.anchor + sign * n * DAY for n in range(60) for sign in (-1, 1))
        named = next((d for d in near if d.day == number and d.weekday() == c.integer("weekday")), None)
        return (named, named, "day") if named else None
    months = int(arguments[1]) if arguments[:1] == ["month"] else -1 if number > c.anchor.day else 0
    year, month = _months_back(c.anchor, months)
    day = dt.date(year, month, number)
    return day, day, "day"


def _weekday_of_month(c: _Context, arguments: list[str]) -> Days | None:
    """`nth my`: the third Tuesday of a month, `nth my last` the last; `nth my day`: the day itself where it is such a weekday."""
    whole = _month(c, arguments[1:2]) if arguments[0] == "month" else _VALUES[arguments[0]](c, [])
    if whole is None:
        return None
    weekday = c.integer("weekday")
    such = [day for n in range(31) if (day := whole[0] + n * DAY).month == whole[0].month and day.weekday() == weekday]
    if arguments[-1] == "last":
        return such[-1], such[-1], "day"
    ordinal = c.integer("ordinal")
    named = whole[0] + (ordinal - 1) * DAY
    if arguments[-1] == "day" and (named.weekday() == weekday or ordinal > len(such)):
        return named, named, "day"
    return (such[ordinal - 1], such[ordinal - 1], "day") if ordinal <= len(such) else None


def _feast(c: _Context, arguments: list[str]) -> Days | None:
    """`feast hijri 10 1`: a feast on a fixed day of its calendar, in the year told, else the latest one."""
    calendar, month, day = arguments[0], int(arguments[1]), int(arguments[2])
    year = c.slots.get("year")
    around = dt.date(year, 7, 1) if isinstance(year, int) else c.anchor
    if around is None:
        return None
    for candidate in (1, 0, -1, -2):
        found = _day_of(calendar, _year_in(calendar, around) + candidate, month, day)
        if found.year == year if isinstance(year, int) else found <= around + _FUTURE_DAYS * DAY:
            return found, found, "day"
    return None


def _y(c: _Context, arguments: list[str]) -> Days:
    return _year(c.integer("year"), str(c.slots.get("era") or ""), arguments)


def _year(year: int, era: str, arguments: list[str]) -> Days:
    calendar = era or ("gregorian" if year >= 1500 else "solar")
    first, last = {"early": (1, 4), "mid": (5, 8), "late": (9, 12)}.get(arguments[0] if arguments else "", (1, 12))
    return _day_of(calendar, year, first, 1), _day_of(calendar, year, last, _last_day(calendar, year, last)), "year"


def _day(c: _Context, arguments: list[str]) -> Days | None:
    if c.anchor is None:
        return None
    day = c.anchor + c.number(arguments[0]) * DAY
    return day, day, "day"


def _night(c: _Context, arguments: list[str]) -> Days | None:
    return _day(c, arguments)


def _hours(c: _Context, arguments: list[str]) -> Days | None:
    """`hours -n`: so many hours ago; fewer than a day is the day itself. `hours last n`: the span up to now."""
    if c.anchor is None:
        return None
    hours = abs(c.number(arguments[-1]))
    start = c.anchor - (hours // 24 if arguments[0] != "last" else max(1, (hours + 23) // 24) if hours >= 24 else 0) * DAY
    return start, (c.anchor if arguments[0] == "last" else start), "day" if start == c.anchor or arguments[0] != "last" else "interval"


def _week_of(day: dt.date, week_start: int) -> dt.date:
    return day - ((day.weekday() - week_start) % 7) * DAY


def _week(c: _Context, arguments: list[str]) -> Days | None:
    if c.anchor is None:
        return None
    first = _week_of(c.anchor, c.week_start)
    if arguments[0] == "earlier":
        return (first, c.anchor - DAY, "week") if first < c.anchor else None
    weeks = c.number(arguments[0])
    if weeks == 0:
        return first, c.anchor, "week"
    return first + 7 * weeks * DAY, first + (7 * weeks + 6) * DAY, "week"


def _weekend(c: _Context, arguments: list[str]) -> Days | None:
    if c.anchor is None:
        return None
    saturday = c.anchor - ((c.anchor.weekday() - 5) % 7) * DAY + 7 * c.number(arguments[0] if arguments else "0") * DAY
    return saturday, saturday + DAY, "interval"


def _months_back(day: dt.date, months: int) -> tuple[int, int]:
    index = day.year * 12 + day.month - 1 + months
    return index // 12, index % 12 + 1


def _month(c: _Context, arguments: list[str]) -> Days | None:
    if c.anchor is None:
        return None
    if arguments[0] == "earlier":
        return (c.anchor.replace(day=1), c.anchor - DAY, "interval") if c.anchor.day > 1 else None
    months = c.number(arguments[0])
    if arguments[1:]:
        return _part_of_month("gregorian", *_months_back(c.anchor, months), arguments[1])
    if months == 0:
        return c.anchor.replace(day=1), c.anchor, "month"
    return _whole_month("gregorian", *_months_back(c.anchor, months))


def _years(c: _Context, arguments: list[str]) -> Days | None:
    if c.anchor is None:
        return None
    if arguments[0] == "earlier":
        return dt.date(c.anchor.year, 1, 1), c.anchor - DAY, "interval"
    years = c.number(arguments[0])
    if arguments[1:]:
        return _year(c.anchor.year + years, "gregorian", arguments[1:])
    if years == 0:
        return dt.date(c.anchor.year, 1, 1), c.anchor, "year"
    return dt.date(c.anchor.year + years, 1, 1), dt.date(c.anchor.year + years, 12, 31), "year"


def _weekday(c: _Context, arguments: list[str]) -> Days | None:
    if c.anchor is None:
        return None
    day = c.anchor - ((c.anchor.weekday() - c.integer("weekday")) % 7) * DAY
    if arguments[:1] == ["last"] and day == c.anchor:
        day -= 7 * DAY
    if arguments[:1] == ["week"]:
        day = _week_of(c.anchor, c.week_start) + ((c.integer("weekday") - c.week_start) % 7 + 7 * c.number(arguments[1])) * DAY
    if arguments[:1] == ["next"]:
        day += 7 * DAY
    if arguments[:1] == ["interval"]:
        first = c.integer("weekday")
        last = c.anchor - ((c.anchor.weekday() - c.integer("weekday2")) % 7) * DAY
        return last - ((last.weekday() - first) % 7) * DAY, last, "interval"
    return day, day, "day"


def _lasting(unit: str) -> Callable[[_Context, list[str]], Days | None]:
    def last(c: _Context, arguments: list[str]) -> Days | None:
        if c.anchor is None:
            return None
        n = abs(c.number(arguments[-1]))
        if arguments[0] != "last":
            return _ago(c.anchor, unit, n)
        return _ago(c.anchor, unit, n, exact=True)[0], c.anchor, "interval"

    return last


def _ago(anchor: dt.date, unit: str, n: int, *, exact: bool = False) -> Days:
    """So many days, weeks, months or years before: the day, or the whole unit for longer ones unless `exact`."""
    if unit == "days":
        day = anchor - n * DAY
        return day, day, "day"
    if unit == "weeks":
        day = anchor - 7 * n * DAY
        return (day, day, "day") if exact else (_week_of(day, 0), _week_of(day, 0) + 6 * DAY, "week")
    year, month = _months_back(anchor, -n if unit == "months" else -12 * n)
    if exact:
        day = dt.date(year, month, min(anchor.day, gregorian_calendar.monthrange(year, month)[1]))
        return day, day, "day"
    return _whole_month("gregorian", year, month) if unit == "months" else (dt.date(year, 1, 1), dt.date(year, 12, 31), "year")


def _since(c: _Context, arguments: list[str]) -> Days | None:
    inner = _VALUES[arguments[0]](c, arguments[1:])
    if inner is None:
        return None
    return inner[0], max(inner[1], c.anchor) if c.anchor else inner[1], "interval"


def _season(c: _Context, arguments: list[str]) -> Days | None:
    first, last = _SEASONS[arguments[-1]]
    year = c.slots.get("year") or (c.anchor.year if c.anchor else None)
    if not isinstance(year, int):
        return None
    end_year = year + (last < first)
    return dt.date(year, first, 1), dt.date(end_year, last, gregorian_calendar.monthrange(end_year, last)[1]), "interval"


def _days_of_month(c: _Context, arguments: list[str]) -> Days | None:
    """`5-7 March 2019`, and without a year as `md` does."""
    calendar, month = c.month()
    year = c.slots.get("year")
    if not isinstance(year, int):
        found = _md(_Context({**c.slots, "day": c.integer("day2")}, c.anchor, c.week_start), [])
        if found is None:
            return None
        year = _year_in(calendar, found[0])
    first, last = _day_of(calendar, year, month, c.integer("day")), _day_of(calendar, year, month, c.integer("day2"))
    return (first, last, "interval") if first <= last else None


def _day_to_day(c: _Context, arguments: list[str]) -> Days | None:
    year = c.integer("year")
    calendar, month = c.month()
    other, month2 = c.month("month2")
    first = _day_of(calendar, year, month, c.integer("day"))
    last_year = c.slots.get("y2") or c.slots.get("year2") or year
    assert isinstance(last_year, int)
    last = _day_of(other, last_year, month2, c.integer("day2"))
    return (first, last, "interval") if first <= last else None


def _year_to_year(c: _Context, arguments: list[str]) -> Days | None:
    second = c.slots.get("y2") or c.slots.get("year2")
    if not isinstance(second, int) or second < c.integer("year"):
        return None
    return _year(c.integer("year"), "", [])[0], _year(second, "", [])[1], "interval"


_VALUES: dict[str, Callable[[_Context, list[str]], Days | None]] = {
    "ymd": _ymd,
    "md": _md,
    "my": _my,
    "m": _m,
    "d": _day_in_month,
    "nth": _weekday_of_month,
    "feast": _feast,
    "y": _y,
    "day": _day,
    "night": _night,
    "hours": _hours,
    "week": _week,
    "weekend": _weekend,
    "month": _month,
    "year": _years,
    "weekday": _weekday,
    "days": _lasting("days"),
    "weeks": _lasting("weeks"),
    "months": _lasting("months"),
    "years": _lasting("years"),
    "since": _since,
    "season": _season,
    "d-d": _days_of_month,
    "dmy-dmy": _day_to_day,
    "y-y": _year_to_year,
}
