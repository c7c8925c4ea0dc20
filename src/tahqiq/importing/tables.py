"""A spreadsheet as rows: each with its number and its cells by column, whatever kind of file it is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from tahqiq.errors import UnreadableDocument
from tahqiq.model import Document
from tahqiq.text import decode
from tahqiq.text.office import xlsx_rows
from tahqiq.text.tables import csv_rows

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_KINDS = ("text/csv", "application/jsonl", _XLSX)


@dataclass(frozen=True, slots=True)
class Row:
    """One row that holds anything: its cells by column, in the table's order, without the empty ones."""

    number: int
    cells: Mapping[str, str]


def rows_of(document: Document, data: bytes, sheet: str = "") -> tuple[tuple[str, ...], list[Row | tuple[int, str]]]:
    """The columns of a table and its rows, in its order; in place of a row that is none its number and why.

    Raises: UnreadableDocument where the file is no table.
    """
    if document.media_type not in _KINDS:
        raise UnreadableDocument(f"{document.name}: is no table; give a .csv, .tsv, .xlsx or .jsonl")
    if document.media_type == "application/jsonl":
        found = list(_lines(decode(data, document.name)[0]))
        return tuple(dict.fromkeys(column for row in found if isinstance(row, Row) for column in row.cells)), found
    listed = xlsx_rows(data, document.name, sheet) if document.media_type == _XLSX else csv_rows(decode(data, document.name)[0])
    _number, first = next(listed, (0, []))
    heads = _heads(first)
    return heads, [Row(number, _cells(dict(zip(heads, row)))) for number, row in listed if any(cell.strip() for cell in row)]


def _heads(first: list[str]) -> tuple[str, ...]:
    """The names of the columns, each once: of two that are called the same the second is «Name (2)», one without is «column 3»."""
    heads: list[str] = []
    for number, cell in enumerate(first, 1):
        name = " ".join(cell.replace("\ufeff", "").split()) or f"column {number}"
        heads.append(name if name not in heads else f"{name} ({1 + sum(h == name or h.startswith(f'{name} (') for h in heads)})")
    return tuple(heads)


def _cells(given: Mapping[str, str]) -> Mapping[str, str]:
    plain = {column: cell.replace("\x00", "\ufffd").encode("utf-8", "replace").decode().strip() for column, cell in given.items()}
    return {column: cell for column, cell in plain.items() if cell}


def _lines(text: str) -> Iterator[Row | tuple[int, str]]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            value = msgspec.json.decode(line)
        except (msgspec.DecodeError, RecursionError) as e:
            yield number, f"is no JSON ({str(e)[:120]})"
            continue
        if not isinstance(value, dict):
            yield number, "is no JSON object"
            continue
        yield Row(number, _cells({" ".join(str(column).split()): _cell(cell) for column, cell in value.items()}))


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(_cell(one) for one in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
