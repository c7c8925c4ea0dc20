"""The fields that two people code, and their values: from a coder's words, to words again, and as they are compared.

What comes in are words; what goes out are values as a record keeps them. This file must not know the ledger, nor who codes.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from tahqiq.codebook import load_codebook
from tahqiq.errors import UnknownName
from tahqiq.fold import folded
from tahqiq.review import values

PRECISIONS = ("site", "settlement", "district", "province", "region", "country")
HARMED = ("yes", "no", "unknown")
NOT_TOLD = "not told"  # what an empty field of names or a list means; an empty number is no value
_MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class Field:
    """A field that is coded: how its values are compared, and how they are given (a list, a day, a place, names, a number)."""

    name: str
    metric: str
    form: str
    choices: tuple[str, ...] = ()


def fields() -> tuple[Field, ...]:
    """The fields, in the order of the form."""
    known = load_codebook().closed
    return (
        Field("event_type", "nominal", "choice", known("event_types")),
        Field("date", "interval", "days"),
        Field("place", "nominal", "place"),
        Field("precision", "ordinal", "choice", PRECISIONS),
        Field("perpetrators", "nominal", "names"),
        Field("targets", "nominal", "names"),
        Field("killed", "ratio", "number"),
        Field("killed_most", "ratio", "number"),
        Field("injured", "ratio", "number"),
        Field("injured_most", "ratio", "number"),
        Field("civilians_harmed", "nominal", "choice", HARMED),
        Field("grade", "nominal", "choice", known("grades")),
    )


def value_of(field: Field, words: str, places: str = "") -> Any:
    """What the words mean in this field; None for none. Raises: UnknownName where they mean nothing there.

    A place that no registry knows is kept by its words: a coder may know more villages than a registry does.
    """
    told = " ".join(words.split())
    if not told:
        return None
    return _VALUES[field.form](field, told, places)


def _choice(field: Field, told: str, _places: str) -> Any:
    if told not in field.choices:
        raise UnknownName(f"{told!r} is in no list; there are {', '.join(field.choices)}")
    return told


def _days(_field: Field, told: str, _places: str) -> Any:
    found = values.days(_plain_digits(told))
    return [found["start"], found["end"]]


def _place(_field: Field, told: str, places: str) -> Any:
    try:
        found = values.find_place(told, places)
    except UnknownName:
        return {"id": None, "name": told}
    return {"id": found.id, "name": found.name}


def _names(_field: Field, told: str, _places: str) -> Any:
    return [{"id": one["actor"], "name": one["name"]} for one in values.names(told.replace("؛", ";"))]


def _number(field: Field, told: str, _places: str) -> Any:
    digits = _plain_digits(told)
    if not digits.isdigit() or int(digits) > _MOST:
        raise UnknownName(f"{told!r} is no number of people")
    return int(digits)


def _plain_digits(told: str) -> str:
    return "".join(str(int(letter)) if letter.isdecimal() else letter for letter in told)


_VALUES = {"choice": _choice, "days": _days, "place": _place, "names": _names, "number": _number}


def compared(field: Field, value: Any) -> Any:
    """The value as it is compared: days by their first, names whatever their order, an empty list as told by nobody."""
    if value is None:
        return None if field.form in ("number", "days") or field.metric == "ordinal" else NOT_TOLD
    if field.form == "days":
        return int(_ordinal(value[0]))
    if field.form == "place":
        return value["id"] or folded(value["name"])
    if field.form == "names":
        return "; ".join(sorted(one["id"] or folded(one["name"]) for one in value)) or NOT_TOLD
    return value


def _ordinal(day: str) -> int:
    return dt.date.fromisoformat(day).toordinal()


def plainly(value: Any) -> str:
    """The value as words that `value_of` understands."""
    if value is None:
        return ""
    if isinstance(value, dict):
        return str(value["name"])
    if isinstance(value, list):
        if value and isinstance(value[0], dict):
            return "; ".join(str(one["name"]) for one in value)
        return str(value[0]) if value[0] == value[-1] else f"{value[0]}/{value[-1]}"
    return str(value)
