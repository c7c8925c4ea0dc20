"""The interface's words, numbers, days and names in the reader's language.

What comes in is a key of locale/<language>/<theme>.yaml, a number, a day or a code; what goes out is text for a page. Labels of event
types, weapons, effects and grades come from the codebook, names of countries and languages from CLDR. This file must not
know pages, requests or the ledger.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from babel import Locale
from babel.dates import format_date, format_interval
from babel.numbers import format_decimal

from tahqiq.codebook import load_codebook
from tahqiq.errors import PackError, UnknownName

FOLDER = Path(__file__).parent / "locale"
LANGUAGES = ("en", "ar", "ur", "fa")
RIGHT_TO_LEFT = frozenset({"ar", "fa", "ur", "ps", "sd", "ckb", "he", "ug", "yi", "dv", "pnb", "azb"})
# Digits as the news of each language writes them: agencies in Arabic and Urdu set Latin digits, those in Persian their own.
_DIGITS = {"fa": str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")}
# CLDR writes English days the American way; the field writes 7 July 2023.
_LOCALES = {"en": "en_GB", "ar": "ar", "ur": "ur", "fa": "fa"}
# One letter of its own name stands for a language where room is short.
_SAMPLES = {"ar": "ع", "ur": "ا", "fa": "پ", "en": "E"}
# Isolates: left to right, right to left, by the first strong letter; and their end.
_LTR, _RTL, _AUTO, _END = "\u2066", "\u2067", "\u2068", "\u2069"
_COMPOSED = frozenset({_LTR, _RTL, _AUTO})


def direction(language: str | None) -> str:
    """`rtl` or `ltr` for a language that is known, `auto` (the first strong letter decides) for one that is not."""
    if language is None:
        return "auto"
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


@dataclass(frozen=True, slots=True)
class Wording:
    """Everything that a page says in one language. Called with a key, it gives the words."""

    language: str
    words: Mapping[str, Any]
    locale: Locale

    @property
    def direction(self) -> str:
        return direction(self.language)

    def __call__(self, key: str, /, **facts: object) -> str:
        """The words of a key with its facts in place; `n` chooses among plural forms. Words put in keep their own direction."""
        entry = self.words[key]
        if isinstance(entry, dict):
            number = facts["n"]
            assert isinstance(number, int)
            entry = entry.get(self.locale.plural_form(number), entry["other"])
        return str(entry).format(**{name: self._fact(value) for name, value in facts.items()})

    def _fact(self, value: object) -> str:
        if isinstance(value, int):
            return self.number(value)
        return self.isolated(str(value)) if value else ""

    def isolated(self, text: str) -> str:
        """Text that no neighbour reorders: what was composed here runs in the page's direction, a name alone in its own.

        A first strong letter is not looked for inside isolates (Unicode Bidirectional Algorithm, rule P2), so the mark that looks
        for one would turn composed words left to right.
        """
        if not _COMPOSED.intersection(text):
            return f"{_AUTO}{text}{_END}"
        return f"{_RTL if self.direction == 'rtl' else _LTR}{text}{_END}"

    def has(self, key: str) -> bool:
        return key in self.words

    def number(self, value: int) -> str:
        return self.digits(format_decimal(value, locale="en"))

    def weight(self, value: float, decimals: int = 1) -> str:
        """A log-likelihood with its sign and decimals; the minus is the true one."""
        return _LTR + self.digits(f"{value:+.{decimals}f}").replace("-", "−") + _END

    def digits(self, text: str) -> str:
        return text.translate(_DIGITS.get(self.language, {}))

    def day(self, day: dt.date) -> str:
        return self.digits(format_date(day, "d MMMM y", locale=self.locale))

    def days(self, start: dt.date, end: dt.date) -> str:
        """One day, a whole month or year, or from day to day."""
        if start == end:
            return self.day(start)
        if start.day == 1 and (end + dt.timedelta(days=1)).day == 1 and (start.year, start.month) == (end.year, end.month):
            return self.digits(format_date(start, "LLLL y", locale=self.locale))
        if (start.month, start.day, end.month, end.day, start.year) == (1, 1, 12, 31, end.year):
            return self.digits(str(start.year))
        return self.digits(str(format_interval(start, end, "yMMMMd", locale=self.locale)))

    def time(self, moment: str) -> str:
        """A UTC time of the model as day, hour and minute; what is not one is given back as it is."""
        try:
            then = dt.datetime.fromisoformat(moment)
        except ValueError:
            return moment
        return f"{self.day(then.date())}, {self.digits(then.strftime('%H:%M'))} UTC"

    def country(self, code: str | None) -> str:
        return str(self.locale.territories.get(code, code)) if code else ""

    def language_name(self, code: str | None) -> str:
        if code is None:
            return self("report.unknown_language")
        return str(self.locale.languages.get(code, code))

    def sample(self, code: str) -> str:
        return _SAMPLES.get(code, code.upper())

    def label(self, list_name: str, value: str) -> str:
        """The codebook's word for a value; a value it does not have is shown as it is written."""
        try:
            return load_codebook().label(list_name, value, self.language)
        except UnknownName:
            return value.replace("_", " ")

    def grade_letter(self, grade: str) -> str:
        try:
            letter = load_codebook().value("grades", grade).attributes.get("letter")
        except UnknownName:
            letter = None
        return str(letter) if letter else "–"

    def count(self, low: int, high: int | None, qualifier: str = "exact") -> str:
        """A number as it was said: 'at least 5', 'dozens (24 or more)', '3–7', 'none'."""
        if high == 0:
            return self("count.none")
        special = f"count.{qualifier}"
        if qualifier not in ("exact", "between") and self.has(special):
            return self(special, low=low, high=high if high is not None else low)
        if high is None:
            return self("count.at_least", low=low, high=low)
        return self.number(low) if low == high else self.range(low, high)

    def range(self, low: int, high: int | None) -> str:
        """Low to high, kept in this order in both directions; an open end is a plus."""
        if high is None:
            return f"{_LTR}{self.number(low)}+{_END}"
        if low == high:
            return self.number(low)
        return f"{_LTR}{self.number(low)}–{self.number(high)}{_END}"

    def either(self, parts: list[str] | tuple[str, ...]) -> str:
        """Words that contradict one another, joined by the language's 'or'."""
        return f" {self('or')} ".join(self.isolated(part) for part in parts)

    def together(self, parts: list[str] | tuple[str, ...]) -> str:
        """Words that hold together, joined by the language's comma."""
        return self("comma").join(self.isolated(part) for part in parts)


@lru_cache(maxsize=8)
def load_wording(language: str) -> Wording:
    """The wording of a language of the interface.

    Raises: PackError naming the file where it is no table of words; UnknownName for another language.
    """
    if language not in LANGUAGES:
        raise UnknownName(f"the desk's words are there in {', '.join(LANGUAGES)}, not in {language!r}")
    words: dict[str, Any] = {}
    for path in sorted((FOLDER / language).glob("*.yaml")):
        content = yaml.safe_load(path.read_text("utf-8"))
        if not isinstance(content, dict):
            raise PackError(f"locale/{language}/{path.name}: is not a table of words")
        for key, entry in _flat("", content):
            if key in words:
                raise PackError(f"locale/{language}/{path.name}: {key} is said in another file too")
            words[key] = entry
    return Wording(language, words, Locale.parse(_LOCALES[language]))


def _flat(prefix: str, table: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Sections joined to keys by dots; a table of plural forms (it has `other`) stays one entry."""
    entries: list[tuple[str, Any]] = []
    for name, value in table.items():
        key = f"{prefix}{name}"
        if isinstance(value, dict) and "other" not in value:
            entries += _flat(f"{key}.", value)
        else:
            entries.append((key, value))
    return entries


def choose_language(asked: str | None, kept: str | None, accepted: str) -> str:
    """The page's language: what the address asks, else what the reader chose before, else what the browser prefers."""
    for wish in (asked, kept):
        if wish in LANGUAGES:
            return wish
    for language in _preferred(accepted):
        if language in LANGUAGES:
            return language
    return "en"


def _preferred(header: str) -> list[str]:
    """Primary languages of an Accept-Language header, most wanted first; what is malformed is passed over."""
    wishes: list[tuple[float, int, str]] = []
    for place, part in enumerate(header.split(",")[:20]):
        tag, _, quality = part.strip().partition(";q=")
        try:
            wishes.append((-float(quality or 1), place, tag.strip().lower().split("-")[0]))
        except ValueError:
            continue
    return [language for _, _, language in sorted(wishes)]
