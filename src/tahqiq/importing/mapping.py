"""The map of a team's own table: which column is what, and which of its codes are which of ours.

What comes in is a small YAML file; what goes out is a checked `TableMap`. An error names the file and the key.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from tahqiq.codebook import load_codebook
from tahqiq.errors import UnknownName, UnreadableDocument
from tahqiq.fold import folded

YES_OR_NO = ("yes", "no")
CLOSED = {  # keys whose cells are codes, and the closed list of ours that they lead to
    "event_type": "event_types",
    "status": "status",
    "certainty": "certainty",
    "precision": "precisions",
    "weapons": "weapons",
    "grade": "grades",
}
_DECIDED = ("reviewed", "published")
_NAMES = ("country", "perpetrators", "targets")  # keys whose codes lead to names
_MANY = ("date", "place", "description", "perpetrators", "targets", "victims", "claimants", "weapons")
_ONE = (
    "id", "event_type", "country", "lat", "lon", "precision", "status", "certainty", "grade", "recorded", "address",
    *(f"{kind}{more}" for kind in _DECIDED for more in ("", "_by", "_on")),
)  # fmt: skip
_WORDS = ("team", "date_format", "separator", "sheet")
_AFFIRMED = {
    "yes": ("yes", "y", "true", "1", "x", "✓", "نعم", "ہاں", "جی ہاں", "بله", "بلی"),
    "no": ("no", "n", "false", "0", "لا", "كلا", "نہیں", "نه", "خیر"),
}


@dataclass(frozen=True, slots=True)
class CasualtyColumns:
    """The column of a count, or two: its lowest and its highest."""

    columns: tuple[str, ...]
    effect: str
    who: str


@dataclass(frozen=True, slots=True)
class TableMap:
    """What the map says. `codes` are by key and folded code; None where a code stands for nothing told."""

    columns: Mapping[str, tuple[str, ...]]
    casualties: tuple[CasualtyColumns, ...]
    codes: Mapping[str, Mapping[str, str | None]]
    team: str = ""
    date_format: str = ""
    separator: str = ";"
    sheet: str = ""

    def named(self) -> tuple[str, ...]:
        """Every column that is named."""
        counted = (column for casualty in self.casualties for column in casualty.columns)
        return tuple(dict.fromkeys([*(column for columns in self.columns.values() for column in columns), *counted]))


def load_map(data: bytes, name: str) -> TableMap:
    """The map that a YAML file holds, checked.

    Raises: UnreadableDocument naming the file and the key that is wrong.
    """
    try:
        given = yaml.load(data.decode("utf-8-sig"), Loader=yaml.BaseLoader)  # every code is a text: «no» and 01 are what they look like
    except (UnicodeDecodeError, yaml.YAMLError) as e:
        raise UnreadableDocument(f"{name}: is no YAML ({' '.join(str(e).split())[:120]})") from None
    if not isinstance(given, dict) or "event_type" not in given:
        raise UnreadableDocument(f"{name}: must say which column tells what happened, as «event_type: Type»")
    known = (*_WORDS, *_ONE, *_MANY, "casualties", "codes")
    if wrong := [key for key in given if key not in known]:
        raise UnreadableDocument(f"{name}: {wrong[0]!r} is none of {', '.join(known)}")
    words = {key: _text(given[key], f"{name}: {key}") for key in _WORDS if key in given}
    columns: dict[str, tuple[str, ...]] = {key: (_text(given[key], f"{name}: {key}"),) for key in _ONE if key in given}
    columns |= {key: _texts(given[key], f"{name}: {key}") for key in _MANY if key in given}
    if len(columns.get("date", ())) > 2:
        raise UnreadableDocument(f"{name}: date must be one column, or two: the first day and the last")
    if ("lat" in columns) != ("lon" in columns):
        raise UnreadableDocument(f"{name}: lat and lon must both be told, or neither")
    return TableMap(columns, _casualties(given.get("casualties", []), name), _codes(given.get("codes", {}), name), **words)


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value:
        raise UnreadableDocument(f"{where}: must be a text, not {value!r}")
    return value


def _texts(value: Any, where: str) -> tuple[str, ...]:
    told = [value] if isinstance(value, str) else value
    if not isinstance(told, list) or not told:
        raise UnreadableDocument(f"{where}: must be the name of a column or a list of them, not {value!r}")
    return tuple(_text(one, where) for one in told)


def _casualties(given: Any, name: str) -> tuple[CasualtyColumns, ...]:
    if not isinstance(given, list):
        raise UnreadableDocument(f"{name}: casualties must be a list, as «- {{column: Killed, effect: killed, who: civilians}}»")
    found = []
    for number, entry in enumerate(given, 1):
        where = f"{name}: casualties, entry {number}"
        if not isinstance(entry, dict) or not {"column", "effect"} <= set(entry) <= {"column", "effect", "who"}:
            raise UnreadableDocument(f"{where}: must have column and effect, may have who, and nothing else")
        columns = _texts(entry["column"], f"{where}: column")
        if len(columns) > 2:
            raise UnreadableDocument(f"{where}: column must be one, or two: the lowest and the highest")
        effect, who = entry["effect"], entry.get("who", "unspecified")
        _check("effects", effect, f"{where}: effect")
        _check("who", who, f"{where}: who")
        found.append(CasualtyColumns(columns, effect, who))
    return tuple(found)


def _check(list_name: str, value: Any, where: str) -> None:
    allowed = load_codebook().closed(list_name)
    if value not in allowed:
        raise UnreadableDocument(f"{where}: {value!r} is none of {', '.join(allowed)}")


def _codes(given: Any, name: str) -> Mapping[str, Mapping[str, str | None]]:
    """The codes of the map, beside what needs none: our own names, and our words for them in every language."""
    known = (*CLOSED, *_DECIDED, *_NAMES)
    if not isinstance(given, dict):
        raise UnreadableDocument(f"{name}: codes must be keys, each with the table's codes and ours")
    found: dict[str, dict[str, str | None]] = {key: dict(_own(list_name)) for key, list_name in CLOSED.items()}
    found |= {key: {folded(word): ours for ours, words in _AFFIRMED.items() for word in words} for key in _DECIDED}
    found |= {key: {} for key in _NAMES}
    for key, codes in given.items():
        where = f"{name}: codes: {key}"
        if key not in known:
            raise UnreadableDocument(f"{where}: is none of {', '.join(known)}")
        if not isinstance(codes, dict):
            raise UnreadableDocument(f"{where}: must be the table's codes, each with ours")
        for theirs, ours in codes.items():
            if ours in ("", "null", "~"):
                found[key][folded(theirs)] = None
                continue
            if key in CLOSED:
                _check(CLOSED[key], ours, f"{where}: {theirs}")
            elif key in _DECIDED and ours not in YES_OR_NO:
                raise UnreadableDocument(f"{where}: {theirs}: {ours!r} is none of yes, no")
            found[key][folded(theirs)] = _text(ours, f"{where}: {theirs}")
    return found


def _own(list_name: str) -> Mapping[str, str | None]:
    book = load_codebook()
    own: dict[str, str | None] = {}
    for value in book.closed(list_name):
        for language in ("en", "ar", "ur", "fa"):
            try:
                own.setdefault(folded(book.label(list_name, value, language)), value)
            except UnknownName:
                continue
    return own | {form: value for value in book.closed(list_name) for form in (folded(value), folded(value.replace("_", " ")))}
