"""Cells as values: a count with how it was told, the days that a cell names. None where a cell is understood by no one rule.

What comes in are the words of one cell; what goes out are numbers and days. Nothing is guessed: a cell of which a word is left over is
not understood.
"""

import datetime as dt
import re
from dataclasses import dataclass

from tahqiq.codebook import load_codebook
from tahqiq.fold import fold, folded
from tahqiq.languages import Language, load_language
from tahqiq.reading.dates import find_dates
from tahqiq.reading.numbers import find_quantities

_LANGUAGES = ("en", "ar", "ur", "fa")
_UNTOLD = frozenset(("", "-", "–", "—", "?", "؟", "n/a", "na", "null", "unknown", "not known", "غير معروف", "نامعلوم", "نامشخص"))
_SIGNS = ((">=", "at least"), ("≥", "at least"), ("<=", "up to"), ("≤", "up to"), (">", "more than"), ("<", "fewer than"), ("~", "about"))
_PLAIN = re.compile(r"(\d+|\d{1,3}(?:,\d{3})+)(?:\.0+)?")
_OR_MORE = re.compile(r"(\d[\d,]*) ?\+")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[t ].*)?")
_WHICH_IS_THE_DAY = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}")
_BESIDE = ("between", "marker")  # kinds of words that may stand beside a range and are no part of it
_BESIDE_WORDS = frozenset(map(folded, ("a", "من", "از", "بين", "بین")))
_MOST = 10_000_000
_EARLIEST, _LATEST = 1900, 2200


@dataclass(frozen=True, slots=True)
class Count:
    """A number as it was told; `max` None is open."""

    min: int
    max: int | None
    qualifier: str = "exact"


def is_untold(words: str) -> bool:
    """True for an empty cell and for the signs with which people fill one of which they know nothing."""
    return folded(words) in {folded(sign) for sign in _UNTOLD}


def count_of(words: str) -> Count | None:
    """The count of a cell: digits of any script, `3-5`, `3+`, `>=3`, `at least 3`, `dozens`, in any language that is read."""
    plain = folded(words).strip()
    if match := _PLAIN.fullmatch(plain):
        number = int(match.group(1).replace(",", ""))
        return Count(number, number) if number <= _MOST else None
    if plain in {folded(word) for word in ("none", *load_codebook().value("qualifiers", "none").label.values())}:
        return Count(0, 0, "none")
    if match := _OR_MORE.fullmatch(plain):
        plain = f"at least {match.group(1)}"
    for sign, said in _SIGNS:
        if plain.startswith(sign):
            plain = f"{said} {plain.removeprefix(sign).strip()}"
            break
    return next((count for code in _LANGUAGES if (count := _count_in(plain, load_language(code)))), None)


def _count_in(words: str, pack: Language) -> Count | None:
    tokens = pack.lexicon.tokens(fold(words))
    marks = pack.lexicon.find(tokens)
    quantities = find_quantities(tokens, marks, pack)
    if len(quantities) != 1:
        return None
    (quantity,) = quantities
    beside = {at for mark in marks if mark.sense.kind in _BESIDE for at in range(mark.first, mark.last)}
    left = [at for at in range(len(tokens)) if not quantity.first <= at < quantity.last]
    if any(at not in beside and tokens[at].text not in _BESIDE_WORDS for at in left):
        return None
    if (quantity.max is not None and quantity.max < quantity.min) or quantity.min > _MOST:
        return None
    return Count(quantity.min, quantity.max, quantity.qualifier)


def days_of(words: str, date_format: str) -> tuple[dt.date, dt.date, str] | None:
    """First and last day of a cell and its grain: by the format given, as an ISO day, else as a language writes days.

    Days in digits alone, such as 03/04/2024, are read only by a format: which is the month, no one can see.
    """
    plain = folded(words).strip()
    if date_format:
        try:
            return _plausible(dt.datetime.strptime(plain, date_format).date())
        except ValueError:
            pass  # a spreadsheet gives its own dates as ISO days, whatever is typed beside them
    if match := _ISO.fullmatch(plain):
        try:
            return _plausible(dt.date(*map(int, match.groups())))
        except ValueError:
            return None
    if _WHICH_IS_THE_DAY.fullmatch(plain):
        return None
    return next((days for code in _LANGUAGES if (days := _days_in(words, load_language(code)))), None)


def _plausible(day: dt.date) -> tuple[dt.date, dt.date, str] | None:
    return (day, day, "day") if _EARLIEST <= day.year < _LATEST else None


def _days_in(words: str, pack: Language) -> tuple[dt.date, dt.date, str] | None:
    tokens = pack.lexicon.tokens(fold(words))
    quantities = find_quantities(tokens, pack.lexicon.find(tokens), pack)
    found = find_dates(tokens, quantities, pack.dates, None, pack.dates.week_start)
    if len(found) != 1 or (found[0].first, found[0].last) != (0, len(tokens)):
        return None
    start, end = found[0].start, found[0].end
    return (start, end, found[0].grain) if start and end and start.year >= _EARLIEST and end.year < _LATEST else None
