"""The command that brings a team's own list in."""

import sys
from pathlib import Path

import click

from tahqiq.commands import LEDGER, VAULT, counted, open_desk, plainly

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("import")
@click.argument("table", type=_FILE)
@click.option("--map", "mapping", type=_FILE, required=True, help="A YAML file that says which column is what, and which code.")
@click.option("--team", default="", help="Whose list it is; the team that the map names unless given.")
@LEDGER
@VAULT
@plainly
def import_list(table: Path, mapping: Path, team: str, ledger: str | None, vault: str | None) -> None:
    """Bring in a team's own list of incidents (.csv .tsv .xlsx .jsonl): a row is an account of that team, with its id.

    \b
    team: Sample Monitor
    id: Code
    event_type: Type
    date: Day                          or [From, To]
    place: [Village, Province]         the most exact first
    casualties:
      - {column: Dead, effect: killed, who: civilians}
    codes:
      event_type: {AS: airstrike}

    Rows that cannot be read are named, the others go in. Importing again changes nothing but what the table tells otherwise.
    """
    from tahqiq.importing import import_table
    from tahqiq.pipeline import the_stages

    desk, documents, settings = open_desk(ledger, vault)
    done = import_table(
        table,
        mapping,
        desk,
        documents,
        team=team,
        places=settings.places,
        max_bytes=settings.max_bytes,
        stages=the_stages(settings.places, settings.weights),
    )
    for failure in done.failures:
        click.echo(f"tahqiq: {failure}", err=True)
    click.echo(
        f"{counted(done.new, 'new incident')} of the list ({done.changed} changed, {done.known} known, {len(done.failures)} left out), "
        f"{counted(done.decisions, 'new decision')}, {counted(done.incidents, 'incident')} in the ledger"
    )
    taken = done.new + done.changed + done.known
    sys.exit(0 if not done.failures else 1 if taken else 2)


IMPORTING = (import_list,)
