"""The command `read`: files to lines of JSON, on several processes, taken up where a run was stopped."""

import datetime as dt
import hashlib
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from tahqiq import __version__
from tahqiq.commands import plainly, settings_of
from tahqiq.commands.progress import Bar
from tahqiq.model import Reading, Report

if TYPE_CHECKING:
    from tahqiq.pipeline.telling import Told, Unit
    from tahqiq.pipeline.understanding import How

PUBLISHED = click.option("--published", type=click.DateTime(["%Y-%m-%d"]), help="Day of publication for reports that carry none.")
FILES = click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
WORKERS = click.option("--workers", type=click.IntRange(0), default=1, metavar="N", help="Processes that read; 0 is one a core.")
STOPPED = 130  # the exit code of what Ctrl-C ended
_EVERY = 50  # units between two notes of how far a run has come


def workers_of(given: int) -> int:
    """How many processes are meant."""
    from tahqiq.workers import cores

    return given or cores()


@click.command()
@FILES
@PUBLISHED
@click.option("--explain", is_flag=True, help="Say of each value why it was chosen, and what was considered and refused.")
@WORKERS
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file; a run that was stopped goes on in it.")
@click.option("--retry", is_flag=True, help="With --out: read again only what could not be read, and add it.")
@plainly
def read(files: tuple[Path, ...], published: dt.datetime | None, explain: bool, workers: int, out: Path | None, retry: bool) -> None:
    """Read reports and write one JSON object a line: language, relevance, events and figures, each value with its words.

    \b
    FILES are .jsonl (objects with "text", optional "id", "published", "url"), .txt, .html or .pdf; - is standard input.
      tahqiq read report.txt --published 2023-07-09
      echo "Shelling killed two in Idlib." | tahqiq read - --explain
      tahqiq read archive.jsonl --workers 4 --out read.jsonl

    The lines are the same, in the same order, with any number of workers. What could not be read stands, with the reason, in
    OUT.failures.jsonl.
    """
    from tahqiq.pipeline.telling import told_of
    from tahqiq.pipeline.understanding import How

    settings = settings_of()
    how = How(published.date() if published else None, settings.max_bytes, None, settings.places)
    given = _Given.of(files)
    tell = partial(told_of, how=how, shape=partial(_line, explain, settings.places), workers=workers_of(workers))
    if out is None:
        if retry:
            raise ValueError("--retry needs the --out of the run whose failures it reads again")
        sys.exit(1 if _to_standard_output(tell(given.units(how))) else 0)
    if retry:
        sys.exit(1 if _again(given, how, tell, out) else 0)
    sys.exit(_to_file(given, how, tell, out, given.digest(how, explain)))


def _line(explain: bool, places: str, report: Report, reading: Reading, with_text: bool) -> str:
    from tahqiq.reading.guide import to_guide

    record = to_guide(reading, id=report.id)
    if with_text:
        record["text"] = report.text
    if explain:
        from tahqiq.reading import default_reader
        from tahqiq.reading.explaining import explain as explained
        from tahqiq.reading.explaining import to_record

        record["explain"] = to_record(explained(report, default_reader(places)))
    return json.dumps(record, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class _Given:
    """The files that are read, and what standard input held."""

    files: tuple[Path, ...]
    held: bytes

    @classmethod
    def of(cls, files: tuple[Path, ...]) -> "_Given":
        return cls(files, sys.stdin.buffer.read() if Path("-") in files else b"")

    def units(self, how: "How") -> "Iterator[Unit]":
        from tahqiq.pipeline.telling import units_of

        number = 0
        for path in self.files:
            is_held = str(path) == "-"
            lines = self.held.lstrip().startswith(b"{") if is_held else path.suffix.lower() in (".jsonl", ".ndjson")
            name = ("standard input.jsonl" if lines else "standard input.txt") if is_held else ""
            source, data = (None, self.held) if is_held else (path, None)
            for unit in units_of(source, how, first=number, data=data, name=name, lines=lines):
                number = unit.number + 1
                yield unit

    def expected(self) -> int:
        from tahqiq.pipeline.ingesting import expected

        return sum(self.held.count(b"\n") + 1 if str(path) == "-" else expected(path) for path in self.files)

    def digest(self, how: "How", explain: bool) -> str:
        """What a run stands on: another digest, other lines."""
        told: list[Any] = [__version__, str(how.published), how.places, explain, hashlib.sha256(self.held).hexdigest()]
        told += [(str(p), p.stat().st_size, p.stat().st_mtime_ns) for p in self.files if str(p) != "-" and p.exists()]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _to_standard_output(found: "Iterator[Told]") -> bool:
    """Writes the lines; True where some of the input failed, each named on standard error."""
    failed = False
    for told in found:
        for line in told.lines:
            if isinstance(line, str):
                click.echo(line)
            else:
                click.echo(f"tahqiq: {line}", err=True)
                failed = True
    return failed


# -- into a file, as far as a run comes -------------------------------------------------------------------------------


@dataclass(slots=True)
class _Reached:
    """How far a run has come: units done, and bytes written of its lines and of its failures."""

    digest: str
    units: int = 0
    lines: int = 0
    failures: int = 0


def _to_file(given: _Given, how: "How", tell: Any, out: Path, digest: str) -> int:
    part, failures, note = _beside(out, ".part"), _beside(out, ".failures.part"), _beside(out, ".reached")
    reached = _reached(note, digest)
    if not reached.units and out.exists() and note.exists() is False and _is_done(out, digest):
        click.echo(f"{out}: was read already", err=True)
        return 1 if _beside(out, ".failures.jsonl").exists() else 0
    if reached.units:
        click.echo(f"{out}: goes on after {reached.units}", err=True)
    total = given.expected()
    units = (unit for unit in given.units(how) if unit.number >= reached.units)
    try:
        with _at(part, reached.lines) as lines, _at(failures, reached.failures) as failed, Bar("reading") as progress:
            for told in tell(units):
                _write_told(told, lines, failed)
                reached = _Reached(digest, told.number + 1, lines.tell(), failed.tell())
                progress(reached.units, max(total, reached.units))
                if reached.units % _EVERY == 0:
                    _note(note, reached, lines, failed)
            _note(note, reached, lines, failed)
    except KeyboardInterrupt:
        click.echo(f"tahqiq: stopped after {reached.units}; the same command goes on there", err=True)
        return STOPPED
    any_failed = failures.stat().st_size > 0
    _beside(out, ".failures.jsonl").unlink(missing_ok=True)
    if any_failed:
        failures.replace(_beside(out, ".failures.jsonl"))
        click.echo(f"tahqiq: what could not be read stands in {_beside(out, '.failures.jsonl')}; try it again with --retry", err=True)
    else:
        failures.unlink()
    part.replace(out)
    _beside(out, ".read").write_text(digest)
    note.unlink()
    return 1 if any_failed else 0


def _beside(out: Path, ending: str) -> Path:
    return out.with_name(out.name + ending)


def _is_done(out: Path, digest: str) -> bool:
    done = _beside(out, ".read")
    return done.exists() and done.read_text().strip() == digest


def _reached(note: Path, digest: str) -> _Reached:
    """How far a run over the same files came; nowhere where the files or the program are others."""
    try:
        known = _Reached(**json.loads(note.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return _Reached(digest)
    return known if known.digest == digest else _Reached(digest)


def _at(path: Path, size: int) -> BinaryIO:
    """The file, cut off after so many bytes: what a killed run wrote beyond its last note is written again."""
    file = path.open("r+b" if path.exists() else "w+b")
    file.truncate(size)
    file.seek(size)
    return file


def _write_told(told: "Told", lines: BinaryIO, failed: BinaryIO) -> None:
    for line in told.lines:
        if isinstance(line, str):
            lines.write(line.encode() + b"\n")
            continue
        click.echo(f"tahqiq: {line}", err=True)
        record = {"unit": told.number, "file": line.name, "line": line.line, "reason": line.reason}
        failed.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")


def _note(note: Path, reached: _Reached, *files: BinaryIO) -> None:
    for file in files:
        file.flush()
        os.fsync(file.fileno())
    told = {"digest": reached.digest, "units": reached.units, "lines": reached.lines, "failures": reached.failures}
    fresh = _beside(note, ".new")
    fresh.write_text(json.dumps(told), "utf-8")
    fresh.replace(note)


def _again(given: _Given, how: "How", tell: Any, out: Path) -> bool:
    """What could not be read is read again and added at the end; True where something still fails."""
    listed = _beside(out, ".failures.jsonl")
    if not listed.exists():
        click.echo(f"{out}: nothing of it failed", err=True)
        return False
    wanted = _numbers(listed)
    with out.open("ab") as lines, _at(_beside(out, ".failures.part"), 0) as failed:
        for told in tell(unit for unit in given.units(how) if unit.number in wanted):
            _write_told(told, lines, failed)
    left = len(_numbers(_beside(out, ".failures.part")))
    if left:
        _beside(out, ".failures.part").replace(listed)
    else:
        _beside(out, ".failures.part").unlink()
        listed.unlink()
    click.echo(f"{len(wanted) - left} of {len(wanted)} read now", err=True)
    return left > 0


def _numbers(listed: Path) -> set[int]:
    return {int(json.loads(line)["unit"]) for line in listed.read_text("utf-8").splitlines()}


READING: Sequence[click.Command] = (read,)
