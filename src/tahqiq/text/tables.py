"""Tables (.csv, .tsv, .xlsx) are one report a row; which column is what is told by a mapping, else by the columns' names.

A mapping is a small YAML file:

    text: [headline, body]      columns whose words are the report, a line each; the only key that must stand
    published: date             also title, url, source, language, id
    date_format: "%d/%m/%Y"     how days are written, where not as 2023-07-09
    sheet: Incidents            of an .xlsx; the first unless given

It serves lines of JSON as well, whose keys are the columns.
"""

import csv
import datetime as dt
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

import yaml

from tahqiq.errors import UnreadableDocument
from tahqiq.text.extract import parse_day
from tahqiq.text.office import xlsx_rows

_DELIMITERS = ",;\t|"


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of a table are what; empty where none is."""

    text: tuple[str, ...] = ("text",)
    published: str = "published"
    title: str = "title"
    url: str = "url"
    source: str = "source"
    language: str = "language"
    id: str = "id"
    date_format: str = ""
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row as a mapping of columns understands it."""

    text: str
    published: dt.date | None
    title: str | None
    url: str | None
    source: str | None
    language: str | None
    id: str | None


def load_columns(data: bytes, name: str) -> Columns:
    """The mapping that a YAML file holds; columns that it does not name are taken from none.

    Raises: UnreadableDocument naming the file and the key that is wrong.
    """
    try:
        given = yaml.safe_load(data.decode("utf-8"))
    except (UnicodeDecodeError, yaml.YAMLError) as e:
        raise UnreadableDocument(f"{name}: is no YAML ({' '.join(str(e).split())[:120]})") from None
    if not isinstance(given, dict) or "text" not in given:
        raise UnreadableDocument(f"{name}: must say which column is the text, as «text: body»")
    known = [f.name for f in fields(Columns)]
    for key, value in given.items():
        if key not in known:
            raise UnreadableDocument(f"{name}: {key!r} is none of {', '.join(known)}")
        if not isinstance(value, str) and not (key == "text" and isinstance(value, list) and all(isinstance(v, str) for v in value)):
            raise UnreadableDocument(f"{name}: {key} must be the name of a column, not {value!r}")
    text = given.pop("text")
    unnamed = dict.fromkeys((k for k in known if k != "text"), "")
    return Columns(text=(text,) if isinstance(text, str) else tuple(text), **{**unnamed, **given})


def csv_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a .csv that hold anything, each with the number of the line it ends in."""
    head = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(_DELIMITERS, key=head.count))
    csv.field_size_limit(1 << 27)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as e:
            raise UnreadableDocument(f"line {reader.line_num}: is no row of a table ({e})") from None
        if any(cell.strip() for cell in row):
            yield reader.line_num, row


def table_rows(data: bytes, text: str, name: str, columns: Columns | None) -> Iterator[tuple[int, Row | str]]:
    """Each row's number with what it holds, or with why it gives no report.

    Args:
        data, text: an .xlsx is read from its bytes, a .csv from its decoded text.

    Raises: UnreadableDocument where a column that the mapping names is not there.
    """
    known = columns or Columns()
    rows = csv_rows(text) if text else xlsx_rows(data, name, known.sheet)
    _number, first = next(rows, (0, []))
    heads = [" ".join(cell.split()) for cell in first]
    _check(heads, known, name, told=columns is not None)
    for number, row in rows:
        yield number, row_of(dict(zip(heads, row)), known)


def row_of(cells: Mapping[str, str], columns: Columns) -> Row | str:
    """What the cells hold, or why they give no report."""
    text = "\n".join(words for column in columns.text if (words := cells.get(column, "").strip()))
    if not text:
        return "its text is empty"
    told = cells.get(columns.published, "").strip() if columns.published else ""
    day = _day(told, columns.date_format)
    if told and not day:
        return f"{columns.published} is {told[:40]!r}; {columns.date_format or 'an ISO 8601 day, as 2023-07-09,'} was expected"

    def cell(column: str) -> str | None:
        return cells.get(column, "").strip() or None if column else None

    title, url, source = cell(columns.title), cell(columns.url), cell(columns.source)
    return Row(text, day, title, url, source, cell(columns.language), cell(columns.id))


def _check(heads: list[str], columns: Columns, name: str, *, told: bool) -> None:
    named = list(columns.text)
    if told:
        named += [c for f in fields(Columns) if f.name not in ("text", "date_format", "sheet") and (c := getattr(columns, f.name))]
    for column in named:
        if column not in heads:
            there = ", ".join(f"«{head}»" for head in heads if head)[:500]
            raise UnreadableDocument(f"{name}: has no column «{column}»; there are {there}; say with --map which column is what")


def _day(told: str, date_format: str) -> dt.date | None:
    if not date_format:
        return parse_day(told)
    try:
        return dt.datetime.strptime(told, date_format).date()
    except ValueError:
        return parse_day(told)
