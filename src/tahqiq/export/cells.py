"""Cells of tables: text on one line that no spreadsheet runs, degrees with their decimals, several tables in one ZIP archive."""

import csv
import io
import re
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any, BinaryIO

Cell = str | int | float | None
_FORMULA = re.compile(r"^[\s'\"]*[=+\-@\t\r＝＋－＠]")  # the wide ones too, which some spreadsheets take for the others
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest day of a ZIP archive: the same tables give the same bytes
_IN_MEMORY = 4 << 20  # bytes of a table before it goes to a file


class Degrees(float):
    """Degrees with the four decimals that ACLED writes."""

    def __str__(self) -> str:
        return f"{float(self):.4f}"

    __repr__ = __str__


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would take the text for a formula."""
    return bool(_FORMULA.match(text))


def cell(value: Cell) -> str | int | float:
    """Text on one line, with an apostrophe in front where a spreadsheet would run it; numbers as they are, nothing as an empty text."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return value
    line = " ".join(value.split())
    return f"'{line}" if is_formula(line) else line


class Table:
    """Rows of comma-separated values, or of another delimiter, on a byte stream; the stream stays open."""

    def __init__(self, out: BinaryIO | IO[bytes], header: tuple[str, ...], delimiter: str = ",") -> None:
        self._text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
        self._rows = csv.writer(self._text, delimiter=delimiter, lineterminator="\n")
        self._rows.writerow(header)

    def add(self, *cells: Cell) -> None:
        self._rows.writerow([cell(one) for one in cells])

    def done(self) -> None:
        self._text.detach()


class Archive:
    """A ZIP archive whose files are filled side by side; each lies on disk, not in memory, once it has grown."""

    def __init__(self) -> None:
        self._files: dict[str, IO[bytes]] = {}

    def file(self, name: str) -> IO[bytes]:
        """The file of that name, empty at first."""
        if name not in self._files:
            self._files[name] = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed in write
        return self._files[name]

    def write(self, out: BinaryIO) -> None:
        """The archive is in `out`, its files in the order in which they were asked for."""
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, file in self._files.items():
                file.seek(0)
                with member(archive, name) as target:
                    while part := file.read(1 << 20):
                        target.write(part)
                file.close()


@contextmanager
def member(archive: zipfile.ZipFile, name: str) -> Iterator[IO[bytes]]:
    """A file of the archive to write to, of no day."""
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    with archive.open(entry, "w", force_zip64=True) as target:
        yield target


def left_out(reasons: dict[str, int], why: str) -> None:
    """One more incident is counted as not written for this reason."""
    reasons[why] = reasons.get(why, 0) + 1


def filled(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values without those that say nothing."""
    return {key: value for key, value in values.items() if value not in (None, "", [], ())}
