"""Other datasets: which one a file is, which column says what, and its rows as accounts of one happening each.

What comes in is a file that its user has; what goes out are rows. GDELT's files have no headings: 61 columns tell them.
"""

import csv
import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from tahqiq.codebook import load_codebook
from tahqiq.codebook.strict import Section, open_yaml
from tahqiq.errors import UnreadableDocument
from tahqiq.model import Account, Casualty, Dated, Mention, Named, Place, Placed
from tahqiq.registries import load_actors, load_places

THEIRS = "theirs:"
_BATTLE = "armed_clash"
_UNTOLD_TYPE = "armed_attack"  # of the widest family: a row without a type can be linked to any attack
_COLUMNS = "id start end type place admin1 country lat lon place_precision by against low best high".split()
_DAYS = ("%Y-%m-%d", "%Y%m%d", "%d %B %Y", "%d %b %Y", "%Y/%m/%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S.%f")
_GDELT = (
    "GLOBALEVENTID SQLDATE MonthYear Year FractionDate".split()
    + [f"Actor{n}{what}" for n in (1, 2) for what in "Code Name CountryCode KnownGroupCode EthnicCode Religion1Code Religion2Code "
       "Type1Code Type2Code Type3Code".split()]
    + "IsRootEvent EventCode EventBaseCode EventRootCode QuadClass GoldsteinScale NumMentions NumSources NumArticles AvgTone".split()
    + [f"{who}Geo_{what}" for who in ("Actor1", "Actor2", "Action") for what in "Type FullName CountryCode ADM1Code ADM2Code Lat Long "
       "FeatureID".split()]
    + ["DATEADDED", "SOURCEURL"]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column of a dataset says what; see datasets.yaml."""

    title: str
    columns: Mapping[str, str]
    types: Mapping[str, str]
    precision: Mapping[str, str]
    country: str | None = None
    known_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Theirs:
    """A row of the other dataset; `has_type` is False where it tells no type, `low` to `high` are the killed, None where untold."""

    id: str
    account: Account
    has_type: bool
    low: int | None
    high: int | None


# -- the file ---------------------------------------------------------------------------------------------------------


def opened(path: Path, mapping: Path | None) -> tuple[Columns, Iterator[Mapping[str, Any]]]:
    """What the columns of a file mean, and its rows."""
    header, rows = _rows(path)
    if mapping is not None:
        file = open_yaml(mapping, mapping.name)
        told = _mapping(file, file.left.get("title", path.name))
    else:
        known = (one for one in _datasets() if set(one.known_by) <= set(header))
        found = next(known, None)
        if found is None:
            names, told_by = ", ".join(known_titles()), ", ".join(header[:30])
            raise UnreadableDocument(
                f"{path.name}: its columns are those of no dataset that is known ({names}); say with --map which is what; it has: {told_by}"
            )
        told = found
    missing = [column for column in told.columns.values() if column.partition(".")[0] not in header]
    if missing and (mapping is not None or told.columns["start"] in missing):
        raise UnreadableDocument(f"{path.name}: has no column «{missing[0]}»")
    return told, rows


def _rows(path: Path) -> tuple[Sequence[str], Iterator[Mapping[str, Any]]]:
    """The columns and the rows, one at a time."""
    first = _first_line(path)
    if path.suffix.lower() in (".jsonl", ".ndjson") or first.startswith("{"):
        return list(json.loads(first)), _lines(path)
    delimiter = "\t" if "\t" in first else ";" if first.count(";") > first.count(",") else ","
    cells = next(csv.reader([first], delimiter=delimiter))
    if len(cells) == len(_GDELT) and cells[0].isdigit():
        return _GDELT, _table(path, delimiter, _GDELT)
    return cells, _table(path, delimiter, None)


def _first_line(path: Path) -> str:
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        first = file.readline().rstrip("\r\n")
    if not first.strip():
        raise UnreadableDocument(f"{path.name}: is empty")
    return first


def _lines(path: Path) -> Iterator[Mapping[str, Any]]:
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                try:
                    yield json.loads(line)
                except ValueError:
                    raise UnreadableDocument(f"{path.name} line {number}: is no JSON") from None


def _table(path: Path, delimiter: str, header: Sequence[str] | None) -> Iterator[Mapping[str, Any]]:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        yield from csv.DictReader(file, header, delimiter=delimiter, quoting=csv.QUOTE_NONE if header else csv.QUOTE_MINIMAL)


def known_titles() -> tuple[str, ...]:
    """The datasets that are known by their columns."""
    return tuple(one.title for one in _datasets())


@lru_cache(maxsize=1)
def _datasets() -> tuple[Columns, ...]:
    path = Path(__file__).with_name("datasets.yaml")
    file = open_yaml(path, path.name)
    return tuple(_mapping(one, name) for name, one in file.section("datasets").sections())


def _mapping(one: Section, name: str) -> Columns:
    columns = one.section("columns")
    told = {column: columns.text(column) for column in list(columns.left)}
    if unknown := [column for column in told if column not in _COLUMNS]:
        raise one.error("columns", f"{unknown[0]!r} is none of {', '.join(_COLUMNS)}")
    if "start" not in told:
        raise one.error("columns", "needs `start`, the first day")
    title = one.text("title") if "title" in one.left else name
    types = one.take("types", str, dict) if "types" in one.left else {}
    precision = one.take("precision", dict) if "precision" in one.left else {}
    country = one.text("country") if "country" in one.left else None
    known_by = one.texts("known_by") if "known_by" in one.left else ()
    one.end()
    return Columns(title, told, _codes(types) if isinstance(types, str) else types, precision, country, known_by)


def _codes(vocabulary: str) -> dict[str, str]:
    """Our type for each code of a vocabulary: one whose plain code it is before one that has it as a variant."""
    types = load_codebook().event_types.values()
    plain = {code: t.name for t in reversed(list(types)) if (code := t.maps_to[vocabulary].code)}
    varied = {v.code: t.name for t in types for v in t.maps_to[vocabulary].variants if v.code}
    return varied | plain


# -- rows and incidents as accounts -----------------------------------------------------------------------------------


def their_row(row: Mapping[str, Any], number: int, told: Columns) -> Theirs | str:
    """The row as an account, or why it is not compared."""
    start = _day(_cell(row, told, "start"))
    if start is None:
        return "no day"
    end = _day(_cell(row, told, "end")) or start
    code = _cell(row, told, "type")
    if code and told.types and code not in told.types:
        return "a kind of event that we do not have"
    place = _place(row, told)
    low, best, high = (_whole(_cell(row, told, name)) for name in ("low", "best", "high"))
    numbers = [value for value in (low, best, high) if value is not None]
    name = _cell(row, told, "id") or f"row {number}"
    account = account_of(
        f"{THEIRS}{name} {number}",
        told.types.get(code, _UNTOLD_TYPE),
        (min(start, end), max(start, end)),
        place,
        actors(_cell(row, told, "by")),
        actors(_cell(row, told, "against")),
        (min(numbers), max(numbers)) if numbers else None,
    )
    return Theirs(name, account, bool(code and code in told.types), min(numbers, default=None), max(numbers, default=None))


def _cell(row: Mapping[str, Any], told: Columns, what: str) -> str:
    value: Any = row
    for part in told.columns.get(what, "").split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return " ".join(str(value).split()) if value is not None else ""


def _day(words: str) -> dt.date | None:
    for form in _DAYS:
        try:
            return dt.datetime.strptime(words, form).date()
        except ValueError:
            continue
    return None


def _whole(words: str) -> int | None:
    try:
        return max(0, int(float(words)))
    except (ValueError, OverflowError):
        return None


def _degrees(words: str, most: float) -> float | None:
    try:
        degrees = float(words)
    except ValueError:
        return None
    return degrees if -most <= degrees <= most else None


def _place(row: Mapping[str, Any], told: Columns) -> Place | None:
    name = _cell(row, told, "place")
    lat, lon = _degrees(_cell(row, told, "lat"), 90), _degrees(_cell(row, told, "lon"), 180)
    country = _country(_cell(row, told, "country") or name.rpartition(",")[2].strip()) or told.country
    precision = told.precision.get(_cell(row, told, "place_precision"), "settlement")
    if not name and lat is None:
        return None
    if lat is None or lon is None:
        entry = next((e for e in load_places().find(name.partition(",")[0]) if country in (None, e.country)), None)
        if entry is None:
            return Place(name, None, country, precision=precision)
        return Place(entry.name, entry.id, entry.country, entry.admin1, entry.lat, entry.lon, entry.precision)
    return Place(name.partition(",")[0], None, country, _cell(row, told, "admin1") or None, lat, lon, precision)


@lru_cache(maxsize=512)
def _country(words: str) -> str | None:
    rows = load_codebook().vocabulary("acled").tables["countries"].rows
    if words.upper() in rows:
        return words.upper()
    by_name = next((code for code, row in rows.items() if str(row["name"]).lower() == words.lower()), None)
    found = (entry for entry in load_places().find(words) if entry.kind == "country") if words else iter(())
    return by_name or next((entry.country for entry in found), None)


@lru_cache(maxsize=4096)
def actors(words: str) -> tuple[Named, ...]:
    """The registry's actor of that name; a name that it does not know stays a name."""
    name = words.partition(" (")[0].strip()
    if not name or name.lower().startswith("civilians"):
        return ()
    for known in (words, name, name.replace("Government of ", "")):
        entry = next(iter(load_actors().find(known)), None)
        if entry:
            return (Named(_mention(words), entry.name, entry.id, entry.kind),)
    return (Named(_mention(words), name),)


def _mention(words: str) -> Mention:
    return Mention(0, len(words), words, "comparing")


def account_of(
    name: str,
    event_type: str,
    days: tuple[dt.date, dt.date] | None,
    place: Place | None,
    by: tuple[Named, ...],
    against: tuple[Named, ...],
    killed: tuple[int, int | None] | None,
) -> Account:
    """An account that tells so much and quotes no words; in a battle both sides do it, as datasets list them in any order."""
    if event_type == _BATTLE:
        by, against = (*by, *against), ()
    return Account(
        name,
        name,
        event_type,
        _mention(""),
        date=Dated(_mention(""), *days, "day" if days[0] == days[1] else "interval") if days else None,
        place=Placed(_mention(place.name), place) if place else None,
        perpetrators=by,
        targets=against,
        casualties=(Casualty(_mention(""), "killed", "unspecified", *killed),) if killed else (),
    )
