"""Number words, digits and vague quantities as ranges, with how they were qualified.

What comes in are tokens and a pack's number words; what goes out are `Quantity` values over token spans. This file must not
know what is counted.

How it works
1. A run of digits, number words and multipliers is one number (`three hundred and five`, `ڈیڑھ سو`, `مئة وخمسون`, `2.5 million`).
2. A vague word (`dozens`, `عشرات`) is a number with an open end, as the guide counts it.
3. Qualifiers beside it open or bound the range: at least and more than open it, about leaves it, up to bounds it from above.
4. `between A and B`, `A to B`, `A-B` are one range.
Source: gold/GUIDE.md, "Numbers"; what each format makes of a qualifier is told in the codebook.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tahqiq.languages import Language, Mark, Numbers, Token

_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_LARGEST = 50_000_000


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number told over tokens [first, last): `max` None is open. `plain` is False for vague words."""

    first: int
    last: int
    min: int
    max: int | None
    qualifier: str = "exact"
    digits: bool = False
    rule: str = "numbers/plain"

    @property
    def plain(self) -> bool:
        return self.qualifier not in ("dozens", "scores", "hundreds", "thousands", "tens_of_thousands", "millions", "several")


def find_quantities(tokens: Sequence[Token], marks: Iterable[Mark], language: Language) -> list[Quantity]:
    """Every number of the text in order, with its qualifiers; none overlaps another."""
    marks = list(marks)
    vague = {m.first: m for m in marks if m.sense.kind == "vague"}
    opens, conjunctions = language.lexicon.known(language.numbers.openings), language.numbers.conjunctions
    found: list[Quantity] = []
    until = 0
    for at, token in enumerate(tokens):
        if at < until:
            continue
        text = token.text
        may_begin = opens[text] or text[0].isdigit() or text in conjunctions  # few words are any of these
        if not may_begin and at not in vague:
            continue
        quantity = _vague(vague.get(at)) or (_number(tokens, at, language.numbers) if may_begin else None)
        if quantity is not None:
            found.append(quantity)
            until = quantity.last
    found = _ranges(found, tokens, marks, language.numbers)
    return _qualified(found, marks)


def _vague(mark: Mark | None) -> Quantity | None:
    if mark is None:
        return None
    return Quantity(mark.first, mark.last, int(mark.sense.value), None, mark.sense.form, rule=mark.sense.rule)


def _number(tokens: Sequence[Token], at: int, numbers: Numbers) -> Quantity | None:
    """The longest number that starts at a token: digits, or number words added up and multiplied."""
    total, current, last_value, digits = 0.0, 0.0, 0.0, False
    position = last = at
    while position < len(tokens):
        joined = last > at and _joins(tokens, position, numbers)
        size, value, kind = _piece(tokens, position + joined, numbers)
        if not kind or (kind == "digits" and last > at and last_value < 1000):  # but "43 thousand 736" is one number
            break
        if kind != "multiplier" and last > at and not _adds(value, last_value):
            break
        if kind == "multiplier":
            if joined and not digits and last_value and last_value < value and last_value >= 100:
                break
            current = (current or 1) * value
            if value >= 1000:
                total, current = total + current, 0.0
        else:
            current += value
        digits = digits or kind == "digits"
        last_value = value
        position += joined + size
        last = position
    value = total + current
    if last == at or value != int(value) or value > _LARGEST or (value == 0 and not digits):
        return None
    return Quantity(at, last, int(value), int(value), digits=digits)


def _joins(tokens: Sequence[Token], at: int, numbers: Numbers) -> int:
    """1 where a token is an `and` (or the hyphen of `twenty-five`) between two parts of a number, else 0."""
    if at + 1 >= len(tokens):
        return 0
    hyphen = tokens[at].text == "-" and tokens[at - 1].end == tokens[at].start and tokens[at].end == tokens[at + 1].start
    return int(hyphen or tokens[at].text in numbers.conjunctions)


def _adds(value: float, last: float) -> bool:
    """True where a part can follow another within one number: `hundred five`, `twenty three`, and Arabic's `five and twenty`."""
    if last >= 1000:
        return 0 < value < 1000
    if last >= 100:
        return 0 < value < 100
    if last >= 20 and last % 10 == 0:
        return 0 < value < 10
    return 0 < last < 10 and 20 <= value < 100 and value % 10 == 0


def _piece(tokens: Sequence[Token], at: int, numbers: Numbers) -> tuple[int, float, str]:
    """(tokens taken, value, kind) of the number word at a token; kind is empty where there is none."""
    text = tokens[at].text
    if text[0].isdigit():
        if not _DIGITS.fullmatch(text):
            return 1, 0, ""
        return 1, _digits(text), "digits"
    if text in numbers.conjunctions:
        return 1, 0, "and"
    if numbers.first_words.isdisjoint(form for form, _ in tokens[at].forms):
        return 1, 0, ""
    for size in (3, 2, 1):
        if at + size > len(tokens):
            continue
        rest = [t.text for t in tokens[at + 1 : at + size]]
        for form, clitics in tokens[at].forms:
            if clitics and size == 1 and at and len(form) < 3:
                continue
            phrase = " ".join([form, *rest])
            for table, kind in (
                (numbers.fixed, "fixed"),
                (numbers.units, "unit"),
                (numbers.multipliers, "multiplier"),
                (numbers.fractions, "fraction"),
            ):
                if phrase in table:
                    return size, float(table[phrase]), kind
    return 1, 0, ""


def _digits(text: str) -> float:
    """12,345 and 12.345 are thousands where three digits follow each sign; else the last sign is a decimal point."""
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", text):
        return float(re.sub(r"[.,]", "", text))
    whole = text.replace(",", ".")
    return float(whole) if whole.count(".") <= 1 else 0.5


def _ranges(found: list[Quantity], tokens: Sequence[Token], marks: list[Mark], numbers: Numbers) -> list[Quantity]:
    """Neighbouring numbers joined into one range: `5 to 7`, `5-7`, `between 5 and 7`."""
    opened = {m.last for m in marks if m.sense.kind == "between"}
    joined: list[Quantity] = []
    for quantity in found:
        before = joined[-1] if joined else None
        gap = tokens[before.last : quantity.first] if before else []
        if before and before.max is not None and quantity.max is not None and quantity.max > before.min and before.plain and quantity.plain:
            sign = gap[0].text if len(gap) == 1 else ""
            clitic_and = not gap and any(c.startswith("و") for _, c in tokens[quantity.first].forms)
            if sign in numbers.ranges or (before.first in opened and (sign in numbers.conjunctions or clitic_and)):
                joined[-1] = Quantity(before.first, quantity.last, before.min, quantity.max, "between", before.digits, "numbers/between")
                continue
        joined.append(quantity)
    return joined


def _qualified(found: list[Quantity], marks: list[Mark]) -> list[Quantity]:
    before = {m.last: m for m in marks if m.sense.kind == "qualifier" and m.sense.form != "after"}
    after = {m.first: m for m in marks if m.sense.kind == "qualifier" and m.sense.form in ("after", "both")}
    starts = frozenset(q.first for q in found)
    result = []
    for quantity in found:
        mark = before.get(quantity.first) or after.get(quantity.last)
        if mark is None and quantity.max is not None and (behind := _behind_noun(quantity, after, starts)):
            grown = _with(quantity, behind)
            result.append(replace(grown, last=quantity.last))
            continue
        if mark is None or quantity.max is None:
            result.append(
                quantity if mark is None else replace(quantity, first=min(quantity.first, mark.first), last=max(quantity.last, mark.last))
            )
            continue
        result.append(_with(quantity, mark))
    return result


def _behind_noun(quantity: Quantity, after: Mapping[int, Mark], starts: frozenset[int]) -> Mark | None:
    """A qualifier one or two words behind a number, where what it counts stands between: `25 شخصا على الأقل`, `5 people or more`."""
    for gap in (1, 2):
        if quantity.last + gap - 1 in starts:
            return None
        mark = after.get(quantity.last + gap)
        if mark is not None:
            return mark if mark.sense.value == "at_least" else None
    return None


def _with(quantity: Quantity, mark: Mark) -> Quantity:
    """The quantity with its qualifier applied, its span grown over the qualifier's words."""
    name = mark.sense.value
    first, last = min(quantity.first, mark.first), max(quantity.last, mark.last)
    is_open = name in ("at_least", "more_than")
    low = 0 if name == "less_than" else quantity.min
    return Quantity(first, last, low, None if is_open else quantity.max, name, quantity.digits, mark.sense.rule)
