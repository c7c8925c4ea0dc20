"""The command that writes incidents in the formats of the field."""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from tahqiq.commands import LEDGER, open_desk, plainly, replacing
from tahqiq.errors import UnknownName

_FILE = click.Path(path_type=Path, dir_okay=False)
_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.argument("form", metavar="FORMAT")
@LEDGER
@click.option("--where", default="", metavar="QUERY", help="Only incidents that a search would find: words and options of tahqiq search.")
@click.option(
    "--policy", type=click.Choice(["public", "partner", "internal"]), default="public", show_default=True, help="What may leave the desk."
)
@click.option(
    "--as-of", type=_DAY, metavar="DAY", help="As they stood at the end of this day: by what was published and decided until then."
)
@click.option("--out", type=_FILE, help="File to write; standard output unless given.")
@click.option("--trace", type=_FILE, metavar="FILE", help="Also write a line for each number: its rule, and the words it stands on.")
@click.option("--package", is_flag=True, help="A Frictionless data package (ZIP) around it, with the trace and what was lost.")
@click.option("--language", type=click.Choice(["en", "ar", "ur", "fa"]), help="Of a workbook's headings and words. [TAHQIQ_LANGUAGE]")
@plainly
def export(
    form: str,
    ledger: str | None,
    where: str,
    policy: str,
    as_of: datetime | None,
    out: Path | None,
    trace: Path | None,
    package: bool,
    language: str | None,
) -> None:
    """Write the incidents in a FORMAT of the field. What the format cannot hold is told on standard error.

    \b
    Formats: jsonl, acled, ucdp, airwars, hxl, hapi, plover, polecat, ftm, geojson, timemap, jsonld, csv, xlsx;
    with the extra geo: gpkg, fgb, pmtiles, parquet.
      tahqiq export acled --out incidents.csv --trace numbers.jsonl
      tahqiq export xlsx --language ar --where "--in Idlib --since 2023-01-01" --out idlib.xlsx
      tahqiq export csv --package --as-of 2023-07-10 --out package.zip
    """
    from tahqiq.export import find_exporter
    from tahqiq.export.package import write_package
    from tahqiq.pipeline import export as write_out

    desk, _, settings = open_desk(ledger, None)
    settings = replace(settings, language=language or settings.language)
    exporter, query = find_exporter(form), _asked(where, settings.places)
    told: dict[str, Any] = {"policy": policy, "query": query, "settings": settings, "as_of": as_of.date() if as_of else None}
    with ExitStack() as files:
        told["progress"] = files.enter_context(_progress(desk, query, policy))
        target = files.enter_context(replacing(out)) if out else sys.stdout.buffer
        if package:
            data, lines = (files.enter_context(tempfile.TemporaryFile()) for _ in range(2))
            report = write_out(desk, form, data, numbers=lines, **told)
            write_package(target, exporter, report, data, lines)
            if trace:
                lines.seek(0)
                files.enter_context(replacing(trace)).write(lines.read())
        else:
            numbers = files.enter_context(replacing(trace)) if trace else None
            report = write_out(desk, form, target, numbers=numbers, **told)
    for line in report.lines():
        click.echo(line, err=True)


def _asked(where: str, places: str) -> Any:
    """The question for the ledger that the words and options of a search mean."""
    from tahqiq.searching import asking_in, understood

    try:
        query, notes = understood(asking_in(where), places=places)
    except UnknownName as error:
        raise UnknownName(f"--where {where!r}: {error}") from None
    for note in notes:
        click.echo(f"tahqiq: {note}", err=True)
    return query


@contextmanager
def _progress(desk: Any, query: Any, policy: str) -> Iterator[Callable[[int], None] | None]:
    """A bar with the rate and the time that is left, on a terminal; names are learned from all incidents before they are written."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    total, passes = desk.incidents(replace(query, limit=1)).total, 1 if policy == "internal" else 2
    rate = TextColumn("{task.fields[rate]}")
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), rate, TimeRemainingColumn(), console=Console(stderr=True)
    ) as bar:
        task = bar.add_task("writing" if passes == 1 else "learning names", total=total * passes, rate="")
        begun, done = time.monotonic(), 0

        def passed(count: int) -> None:
            nonlocal done
            done += count
            what = "writing" if done > total * (passes - 1) else "learning names"
            bar.update(task, completed=done, description=what, rate=f"{done / max(0.001, time.monotonic() - begun):,.0f} incidents/s")

        yield passed


EXPORTING = (export,)
