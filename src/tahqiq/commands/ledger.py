"""The commands of the ledger as a whole: copy it to another database, compute it anew, read every report again."""

import sys
from typing import Any

import click

from tahqiq.commands import LEDGER, counted, plainly, settings_of
from tahqiq.errors import LedgerConflict


@click.group()
def ledger() -> None:
    """The ledger as a whole: copy it between SQLite and PostgreSQL, compute its incidents anew."""


@ledger.command("copy")
@click.argument("source")
@click.argument("target")
@plainly
def copy(source: str, target: str) -> None:
    """Copy the ledger SOURCE into TARGET, which is new or empty. Each is sqlite:///FILE or postgresql://…

    \b
      tahqiq ledger copy sqlite:///tahqiq.db postgresql://desk@server/tahqiq
      tahqiq ledger copy postgresql://desk@server/tahqiq sqlite:///offline.db

    Everything that was appended is copied, decisions too, and what is computed from it. Documents stay in their vault: name it with
    --vault where the new ledger is used.
    """
    from tahqiq.ledger import open_ledger

    if source == target:
        raise LedgerConflict("source and target are one ledger; name two")
    if source.startswith("sqlite:///"):
        _check_file(source.removeprefix("sqlite:///").partition("?")[0])
    given, taken = open_ledger(source), open_ledger(target)
    count = taken.copy_in(given.copy_out())
    click.echo(f"{counted(count, 'row')} copied: {_told(taken)}")


def _check_file(file: str) -> None:
    """A file that is not there would be made as an empty ledger, and that copied."""
    from pathlib import Path

    if not Path(file).is_file():
        raise LedgerConflict(f"{file}: there is no such file")


def _told(desk: Any) -> str:
    from tahqiq.ledger import Query

    decisions = sum(1 for _ in desk.decisions())
    return f"{counted(desk.incidents(Query(limit=1)).total, 'incident')}, {counted(decisions, 'decision')}"


@ledger.command("rebuild")
@LEDGER
@plainly
def rebuild(ledger: str | None) -> None:
    """Compute all incidents and persons anew from what was appended; nothing is lost by it, and nothing changes where all is right."""
    from tahqiq.jobs import noted
    from tahqiq.ledger import open_ledger
    from tahqiq.pipeline import rebuild as compute
    from tahqiq.pipeline import the_stages

    settings = settings_of(ledger=ledger)
    desk = open_ledger(settings.ledger)
    with noted(desk, "rebuild", who="command") as told:
        done = counted(compute(desk, anew=True, stages=the_stages(settings.places, settings.weights)), "incident")
        told(done)
    click.echo(f"{done} in the ledger")


@click.command()
@LEDGER
@plainly
def reread(ledger: str | None) -> None:
    """Read every report with this version's reader, beside what was read before; decisions follow the words they were made on.

    What no account of today stands for waits in the inbox: tahqiq inbox --kind lost.
    """
    from tahqiq.jobs import noted
    from tahqiq.ledger import Query, open_ledger
    from tahqiq.pipeline import reread as read_again
    from tahqiq.pipeline import the_stages
    from tahqiq.review import inbox

    settings = settings_of(ledger=ledger)
    desk = open_ledger(settings.ledger)
    with noted(desk, "reread", who="command") as told:
        failures = read_again(desk, stages=the_stages(settings.places, settings.weights))
        told(f"{len(failures)} could not be read" if failures else "every report is read by this version")
    for failure in failures:
        click.echo(f"tahqiq: {failure}", err=True)
    lost = len(inbox(desk, "lost", limit=10_000))
    total = desk.incidents(Query(limit=1)).total
    click.echo(f"{counted(total, 'incident')} in the ledger, {counted(lost, 'decision')} in the inbox that lost their words")
    sys.exit(1 if failures else 0)


LEDGERS = (ledger, reread)
