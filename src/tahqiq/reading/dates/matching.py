"""Where date words stand: a pack's patterns laid into a tree and walked at the tokens that can begin one.

What comes in are tokens, numbers and a pack's date rules; what goes out is the longest pattern at a token and what its slots hold.
This file must not know which days the words stand for.

How it works
1. All patterns of a pack form one tree, word by word, built once; patterns that begin alike share their beginning.
2. A token that is no first word of a pattern, no number, month, weekday or ordinal is passed by.
3. From any other token the tree is walked: the longest pattern wins, then the one of more elements, then the first in the file.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from tahqiq.languages import DateRule, Dates, Token
from tahqiq.reading.numbers import Quantity

_NUMERIC = re.compile(r"(\d{1,4})[/.](\d{1,2})[/.](\d{1,4})")
_SHORT_NUMERIC = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{2})")
_DAY_MONTH = re.compile(r"(\d{1,2})[/.](\d{1,2})")
_CLOCK = re.compile(r"\d{1,2}(?::\d\d){1,2}")
_YEAR = re.compile(r"(1[2-9]\d\d|20\d\d)")
_DECADE = re.compile(r"((?:1[89]|20)\d0)s?")
_TWO_FIGURES = re.compile(r"\d\d")
_SHORT_OF_1300 = 40  # 94 is 1394, 02 is 1402
_FIRST_HIJRI_ONLY = 1415  # a year in figures from here on cannot be solar yet (1415 began in 2036)
_ORDINAL_ENDINGS = frozenset(("th", "st", "nd", "rd", "ام", "ویں"))
_JOINS_TENS = frozenset(("و", "-"))
_CLOSING = frozenset((",", "،", ")", "-"))
_ENDS_SENTENCE = frozenset((".", "!", "?", "؟", "۔", "؛"))
_HOURS_OF_A_HALF_DAY = 12
_ALWAYS_OPEN = (24, 7)  # "24/7" is no day

# what a word can be: the first of a date, of a clock time, the filling of a slot, the second word after a first, a date alone
_FIRST, _FIRST_OF_CLOCK, _IN_SLOT, _SECOND, _ALONE = 1, 2, 4, 8, 16
_KEPT = 400_000  # words of which a language remembers what they can be
_FIGURE = _FIRST | _FIRST_OF_CLOCK | _IN_SLOT

Filling = dict[str, object]
Hit = tuple[int, DateRule, Filling]  # (last token, rule, what its slots hold)


@dataclass(slots=True)
class _Node:
    """A place in the tree: the next words, the next slots, and the rule that may end here."""

    words: dict[str, "_Node"] = field(default_factory=dict)
    slots: dict[str, "_Node"] = field(default_factory=dict)
    rule: DateRule | None = None
    rank: tuple[int, int] = (0, 0)

    def add(self, pattern: Sequence[str], rule: DateRule, order: int) -> None:
        node = self
        for element in pattern:
            nexts = node.slots if element[0] == "{" else node.words
            node = nexts.setdefault(element, _Node())
        if node.rule is None or (-len(pattern), order) < node.rank:
            node.rule, node.rank = rule, (-len(pattern), order)


@dataclass(frozen=True, slots=True)
class _Tree:
    """A pack's patterns and clock times as trees, the first words of what fills slots, and what a word can be."""

    rules: _Node
    tails: _Node
    months: frozenset[str]
    weekdays: frozenset[str]
    ordinals: frozenset[str]
    parts: frozenset[str]
    can_be: Mapping[str, int]
    met: dict[str, int] = field(default_factory=dict)  # what words that texts had so far can be

    def of(self, token: Token) -> int:
        """What a token can be by any of its forms."""
        kind = _FIGURE if token.text[0].isdigit() else 0
        for form, _ in token.forms:
            kind |= self.can_be.get(form, 0)
        if len(self.met) < _KEPT:
            self.met[token.text] = kind
        return kind


@lru_cache(maxsize=16)
def _tree(dates: Dates) -> _Tree:
    rules, tails = _Node(), _Node()
    for order, rule in enumerate(r for under in dates.rules.values() for r in under):
        rules.add(rule.pattern, rule, order)
    clock = DateRule("dates/clock", (), "none")
    for order, tail in enumerate(t for under in dates.tails.values() for t in under):
        tails.add(tail, clock, order)
    months, weekdays, ordinals, parts = (
        frozenset(words[0] for words in table) for table in (dates.months, dates.weekdays, dates.ordinals, dates.parts)
    )
    can_be = dict.fromkeys(months | weekdays | ordinals | parts, _FIGURE)
    for kind, first in ((_FIRST, rules), (_FIRST_OF_CLOCK, tails)):
        for word, node in first.words.items():
            can_be[word] = can_be.get(word, 0) | kind | (_ALONE if node.rule else 0)
        for node in (*first.words.values(), *first.slots.values()):
            for word in node.words:
                can_be[word] = can_be.get(word, 0) | _SECOND
    return _Tree(rules, tails, months, weekdays, ordinals, parts, can_be)


class Finder:
    """Matches a pack's rules at the tokens of one text."""

    def __init__(self, tokens: Sequence[Token], quantities: Sequence[Quantity], dates: Dates) -> None:
        self.tokens, self.dates = tokens, dates
        self._tree = _tree(dates)
        self.quantities = {q.first: q for q in quantities}
        self._days = dict(_days_of(quantities, tokens))
        self._fillings: dict[tuple[str, int], tuple[int, Filling]] = {}
        self._can_be = self._what_each_can_be()
        self._best: Hit | None = None
        self._rank = (0, 0)

    def _what_each_can_be(self) -> list[int]:
        met, found = self._tree.met, []
        for token in self.tokens:
            kind = met.get(token.text)
            if kind is None:
                kind = self._tree.of(token)
            found.append(kind)
        for at in (*self.quantities, *self._days):
            found[at] |= _FIGURE
        return found

    def starts(self) -> Iterator[int]:
        """The tokens at which date words can begin."""
        nexts = [*self._can_be[1:], 0]
        return (
            at
            for at, (kind, after) in enumerate(zip(self._can_be, nexts))
            if kind & (_IN_SLOT | _ALONE) or (kind & (_FIRST | _FIRST_OF_CLOCK) and after & (_IN_SLOT | _SECOND))
        )

    def at(self, at: int) -> Hit | None:
        """The longest date at a token, the clock time behind it included, or a day behind the clock time that stands there."""
        hit = self._longest(at) or self._behind_clock(at)
        return (self._with_clock(hit[0]), hit[1], hit[2]) if hit else None

    def _longest(self, at: int) -> Hit | None:
        self._best, self._rank = self._numeric(at), (-99, 0)  # figures stand before any pattern as long as they
        if self._can_be[at] & (_FIRST | _IN_SLOT):
            self._walk(self._tree.rules, at, {})
        return self._best

    def _with_clock(self, at: int) -> int:
        """Where the clock time that stands at a token ends; the token itself where none does."""
        if at >= len(self.tokens) or not self._can_be[at] & (_FIRST_OF_CLOCK | _IN_SLOT):
            return at
        kept, self._best, self._rank = (self._best, self._rank), None, (0, 0)
        self._walk(self._tree.tails, at, {})
        last = at if self._best is None else self._best[0]
        self._best, self._rank = kept
        return last

    def _behind_clock(self, at: int) -> Hit | None:
        """A day behind a clock time (`at 8 on 15 March`)."""
        last = self._with_clock(at)
        last += at < last < len(self.tokens) and self.tokens[last].text == ","
        return self._longest(last) if at < last < len(self.tokens) else None

    def _walk(self, node: _Node, at: int, slots: Filling) -> None:
        """Leaves the best pattern in `_best`: of the greatest reach, then of the lowest rank."""
        if node.rule is not None and (self._best is None or (-at, node.rank) < (-self._best[0], self._rank)) and _fits(node.rule, slots):
            self._best, self._rank = (at, node.rule, slots), node.rank
        if at >= len(self.tokens):
            return
        words = node.words
        for form, _ in self.tokens[at].forms:
            if form in words:
                self._walk(words[form], at + 1, slots)
        if node.slots and self._can_be[at] & _IN_SLOT:
            for name, after in node.slots.items():
                size, filled = self._filled(name, at, slots)
                if size:
                    self._walk(after, at + size, {**slots, **filled})

    def _filled(self, element: str, at: int, slots: Filling) -> tuple[int, Filling]:
        """How many tokens a slot takes at a token and what it holds then, found once a text."""
        key = (element, at)
        if key not in self._fillings:
            filled: Filling = {}
            self._fillings[key] = (self._slot(element[1:-1], at, filled), filled)
        found = self._fillings[key]
        if not found[0] and element == "{year}" and self._is_short_solar_year(at, slots):
            short = int(self.tokens[at].text)
            return 1, {"year": 1300 + short if short >= _SHORT_OF_1300 else 1400 + short}
        return found

    def _slot(self, name: str, at: int, slots: Filling) -> int:
        kind = "year" if name == "y2" else name.rstrip("2")
        if kind == "weekday":
            return self._listed(self.dates.weekdays, at, name, slots) if self._begins(at, self._tree.weekdays) else 0
        if kind == "part":
            return self._listed(self.dates.parts, at, name, slots) if self._begins(at, self._tree.parts) else 0
        if kind == "month":
            return self._month(at, name, slots) if self._begins(at, self._tree.months) else 0
        if kind == "year":
            match = _YEAR.fullmatch(self.tokens[at].text)
            if match:
                slots[name] = int(match.group())
                return 1 + self._era(at + 1, slots)
            return self._year_in_words(at, name, slots)
        if kind == "short":
            return self._short_year(at, slots)
        if kind == "decade":
            return self._decade(at, slots)
        if kind == "dm":
            return self._day_month(at, slots)
        if kind == "slashed":
            return self._slashed(at, slots)
        if kind == "lone":
            return self._lone_day(at, slots)
        if kind == "clock" and _CLOCK.fullmatch(self.tokens[at].text):
            return 1
        if kind in ("clock", "mnum"):
            return self._small(at, name, slots)
        return self._counted(kind, name, at, slots)

    def _counted(self, kind: str, name: str, at: int, slots: Filling) -> int:
        """The size of a number, a day's number, or an ordinal."""
        quantity = self.quantities.get(at)
        if kind in ("day", "ordinal"):  # an ordinal may begin as a number does: بیست و سوم
            size = self._listed(self.dates.ordinals, at, name, slots) if self._begins(at, self._tree.ordinals) else 0
            if size and (quantity is None or size > quantity.last - at):
                return size
            if quantity is not None and (tens := self._tens_and_ordinal(quantity, name, slots)):
                return tens
            if kind == "ordinal":
                return 0
        if kind == "day":
            return self._day(at, name, slots)
        if quantity is None or quantity.max != quantity.min:
            return 0
        slots[name] = quantity.min
        return quantity.last - at

    def _day(self, at: int, name: str, slots: Filling) -> int:
        """The size of a day's number and its ending; the number that a weekday's name also is (`الأربعاء`) is none."""
        number, size = self._days.get(at, (0, 0))
        if not 1 <= number <= 31 or not self.tokens[at].text[0].isalnum():
            return 0
        if self._begins(at, self._tree.weekdays) and self._listed(self.dates.weekdays, at, "weekday", {}):
            return 0
        after = at + size
        if number <= _HOURS_OF_A_HALF_DAY and self._with_clock(at) > after:  # Thursday 1 pm
            return 0
        slots[name] = number
        return size + (after < len(self.tokens) and self.tokens[after].text in _ORDINAL_ENDINGS)

    def _tens_and_ordinal(self, tens: Quantity, name: str, slots: Filling) -> int:
        """The size of an ordinal in two words that the pack does not list: `بیست و ششمین`."""
        at = tens.last + 1
        found: Filling = {}
        if tens.min not in (20, 30) or at >= len(self.tokens) or self.tokens[tens.last].text not in _JOINS_TENS:
            return 0
        size = self._listed(self.dates.ordinals, at, name, found) if self._begins(at, self._tree.ordinals) else 0
        unit = found.get(name)
        if not isinstance(unit, int) or unit > 9:
            return 0
        slots[name] = tens.min + unit
        return at + size - tens.first

    def _begins(self, at: int, firsts: frozenset[str]) -> bool:
        return any(form in firsts for form, _ in self.tokens[at].forms)

    def _short_year(self, at: int, slots: Filling) -> int:
        """The size of a solar year told by its last two figures (`سال 88`), 1340 to 1399."""
        text = self.tokens[at].text
        if not _TWO_FIGURES.fullmatch(text) or int(text) < _SHORT_OF_1300:
            return 0
        slots["year"] = 1300 + int(text)
        return 1

    def _decade(self, at: int, slots: Filling) -> int:
        """The size of `1980s` or `1980` and `s` behind it."""
        text = self.tokens[at].text
        match = _DECADE.fullmatch(text)
        if match is None:
            return 0
        slots["decade"] = int(match.group(1))
        if text[-1] == "s":
            return 1
        return 2 if at + 1 < len(self.tokens) and self.tokens[at + 1].text == "s" else 0

    def _day_month(self, at: int, slots: Filling) -> int:
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
        if size == 3 and self._with_clock(at) > at:  # from 8 to 9 in the morning
            return 0
        slots["day"], slots["month"] = day, (("gregorian", month),)
        return size

    def _slashed(self, at: int, slots: Filling) -> int:
        """The size of a day and month that no word introduces: `22/04`, `4/22`; a fraction or a score is none."""
        text = self.tokens[at].text
        parts = [int(part) for part in text.split("/")] if _DAY_MONTH.fullmatch(text) and "/" in text else []
        if not parts or tuple(parts) == _ALWAYS_OPEN or not (max(parts) > 12 or (len(text) == 5 and "0" in (text[0], text[3]))):
            return 0
        return self._day_month(at, slots)

    def _lone_day(self, at: int, slots: Filling) -> int:
        """The size of a day's number that its sentence ends with, or that a clock time follows: `on the 15th.`, `في 15`."""
        found: Filling = {}
        size = self._counted("day", "day", at, found)
        after, day = at + size, found.get("day")
        if not size or not isinstance(day, int):
            return 0
        is_figure = self.tokens[at].text[0].isdigit()
        ends = after >= len(self.tokens) or self.tokens[after].text in _ENDS_SENTENCE
        if not (ends and (is_figure or day > 12)) and self._with_clock(after) == after:  # "in the second." is seldom a day
            return 0
        slots["day"] = day
        return size

    def _small(self, at: int, name: str, slots: Filling) -> int:
        """The size of an hour or a month told by its number (`الساعة الثامنة`, `شهر عشرة`)."""
        quantity, largest = self.quantities.get(at), 24 if name == "clock" else 12
        found: Filling = {}
        size = self._listed(self.dates.ordinals, at, "number", found)
        if not size and quantity is not None and quantity.min == quantity.max:
            size, found["number"] = quantity.last - at, quantity.min
        elif not size and at in self._days:
            found["number"], size = self._days[at]
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
        after = self.tokens[at + 1].text if at + 1 < len(self.tokens) else ","
        return after in _CLOSING or after in self._tree.tails.words

    def _year_in_words(self, at: int, name: str, slots: Filling) -> int:
        """The size of a year told in number words (`سنہ دو ہزار چودہ`, `nineteen hundred and forty`)."""
        quantity = self.quantities.get(at)
        if quantity is None or quantity.digits or quantity.qualifier != "exact" or not 1900 <= quantity.min <= 2099:
            return 0
        slots[name] = quantity.min
        return quantity.last - at + self._era(quantity.last, slots)

    def _listed(self, table: Mapping[tuple[str, ...], object], at: int, name: str, slots: Filling) -> int:
        for size in (3, 2, 1):
            for words in self._runs(at, size):
                if words in table:
                    slots[name] = table[words]
                    return size
        return 0

    def _month(self, at: int, name: str, slots: Filling) -> int:
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

    def _era(self, at: int, slots: Filling) -> int:
        for size in (2, 1):
            words = " ".join(token.text for token in self.tokens[at : at + size])
            if at + size <= len(self.tokens) and words in self.dates.eras:
                slots["era"] = self.dates.eras[words]
                return size
        return 0

    def _numeric(self, at: int) -> Hit | None:
        """2023-07-09, 9/7/2023, 1402/04/16, 9/7/23."""
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
        is_short = _SHORT_NUMERIC.fullmatch(text) is not None
        if is_short:
            year = 2000 + c
        if not 1 <= month <= 12 or not 1 <= day <= 31 or not _YEAR.fullmatch(str(year)):
            return None
        slots: Filling = {"year": year, "month": (("gregorian", month),), "day": day, "figures": True}
        if is_short and b <= 12:
            slots["turned"] = (2000 + a, b, c)
        size += self._era(at + size, slots)
        if "era" not in slots and year < 1500:
            knows_solar = any(c == "solar" for cs in self.dates.months.values() for c, _ in cs)
            slots["era"] = "solar" if knows_solar and year < _FIRST_HIJRI_ONLY else "hijri"
        return at + size, DateRule("dates/numeric", (), "ymd"), slots


def _fits(rule: DateRule, slots: Filling) -> bool:
    """False for a pair of weekdays that do not follow each other: Monday and Tuesday are one span, Monday and Thursday two dates."""
    if rule.value != "weekday pair":
        return True
    first, second = slots.get("weekday"), slots.get("weekday2")
    return isinstance(first, int) and isinstance(second, int) and (second - first) % 7 == 1


def _bare(token: Token) -> str:
    """The token's form without the article, as phrases are kept; the word itself where it has none."""
    return next((form for form, clitics in token.forms if clitics and clitics.endswith("ال") and len(clitics) == 2), token.text)


def _days_of(quantities: Iterable[Quantity], tokens: Sequence[Token]) -> Iterator[tuple[int, tuple[int, int]]]:
    """The numbers that can be days of a month, as (first token, (number, size)); both ends of a range in figures (`5-7 March`)."""
    for q in quantities:
        if q.max == q.min:
            yield q.first, (q.min, q.last - q.first)
        elif q.qualifier == "between" and q.max is not None and q.max <= 31 and tokens[q.last - 1].text[-1].isdigit():
            yield q.first, (q.min, 1)
            yield q.last - 1, (q.max, 1)
