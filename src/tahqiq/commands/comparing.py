"""The command that lays another dataset beside ours."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from tahqiq.commands import LEDGER, counted, plainly, replacing, settings_of, write

_FILE = click.Path(path_type=Path, dir_okay=False)
_HEADER = ("found", "incident", "theirs", "score", "day", "place", "killed_ours", "killed_theirs", "conflicts", "why")


@click.command()
@click.argument("table", type=_FILE)
@click.option("--map", "mapping", type=_FILE, help="A YAML file that says which column is what, for a dataset that is not known.")
@click.option("--out", type=_FILE, help="Write a table (CSV): a line for each match, and for each that only one side has.")
@click.option("--page", type=_FILE, help="Write a page (HTML) with a chart by month and the conflicts.")
@click.option("--keep", is_flag=True, help="Keep what was found, dated, for the desk's page of comparisons.")
@click.option("--json", "as_json", is_flag=True, help="The lines of the table as JSON on standard output.")
@LEDGER
@plainly
def compare(table: Path, mapping: Path | None, out: Path | None, page: Path | None, keep: bool, as_json: bool, ledger: str | None) -> None:
    """Lay your own copy of another dataset beside the incidents: matched, only ours, only theirs, and what is told apart.

    \b
    ACLED, UCDP GED, GDELT events and Iraq Body Count's table are known by their columns. Others need a map:
      columns: {id: Code, start: Day, place: Town, country: Country, lat: Lat, lon: Lon, best: Dead}
      types: {AS: airstrike}

    Only incidents in the days and countries of the file are compared. The file is not kept; with --keep its rows' ids, days, places and
    numbers of killed are, beside the incidents that they are.
    """
    from tahqiq.comparing import compare as compared
    from tahqiq.comparing.page import page_of
    from tahqiq.ledger import Query, open_ledger
    from tahqiq.pipeline import matching, now

    desk = open_ledger(settings_of(ledger=ledger).ledger)

    found = compared(table, matching(desk, Query()), mapping)
    rows = [dict(zip(_HEADER, row, strict=True)) for row in _rows(found)]
    if as_json:
        for row in rows:
            write(row)
    if out:
        from tahqiq.export.cells import Table

        with replacing(out) as target:
            lines = Table(target, _HEADER)
            for row in rows:
                lines.add(*row.values())
            lines.done()
    if page:
        with replacing(page) as target:
            target.write(page_of(found).encode())
    if keep:
        from tahqiq.comparing.kept import keep as kept
        from tahqiq.comparing.kept import kept_of

        click.echo(f"kept: /comparisons/{kept(desk, kept_of(found, table.name, who='', at=now()))}", err=True)
    for line in _summary(found):
        click.echo(line, err=as_json)


def _rows(found: Any) -> Iterator[tuple[Any, ...]]:
    for m in found.matches:
        conflicts = "; ".join(f"{name}: {ours} / {theirs}" for name, ours, theirs in m.conflicts)
        yield (
            "both", m.incident.id, m.theirs.id, round(m.score, 1), str(m.incident.start or ""), _place(m.incident.place),
            _killed(m.incident), _numbers(m.theirs), conflicts, "; ".join(f"{r.code} {r.weight:+.1f}" for r in m.reasons),
        )  # fmt: skip
    for incident in found.only_ours:
        yield "ours", incident.id, "", "", str(incident.start or ""), _place(incident.place), _killed(incident), "", "", ""
    for one in found.only_theirs:
        place = one.account.place.place if one.account.place else None
        yield "theirs", "", one.id, "", str(one.account.date.start), _place(place), "", _numbers(one), "", ""


def _place(place: Any) -> str:
    return place.name if place else ""


def _killed(incident: Any) -> str:
    toll = next((t for t in incident.tolls if (t.effect, t.who) == ("killed", "unspecified")), None)
    return "" if toll is None else f"{toll.low} to {'open' if toll.high is None else toll.high}"


def _numbers(one: Any) -> str:
    return "" if one.low is None else f"{one.low} to {one.high}"


def _summary(found: Any) -> Iterator[str]:
    theirs = len(found.only_theirs) + len({id(m.theirs) for m in found.matches})
    yield f"{found.title}: {counted(theirs, 'row')} compared"
    yield f"{counted(len(found.matches), 'row')} matched, {len(found.only_theirs)} only theirs"
    yield f"{counted(len(found.only_ours), 'incident')} only ours"
    fields = sorted({name for m in found.matches for name, _, _ in m.conflicts})
    for name in fields:
        yield f"  {name.replace('_', ' ')} told apart: {sum(any(c[0] == name for c in m.conflicts) for m in found.matches)}"
    if found.beyond:
        yield f"  {counted(found.beyond, 'incident')} of ours beyond its days and countries"
    for why, number in sorted(found.left_out.items()):
        yield f"  {counted(number, 'row')} left out: {why}"


COMPARING = (compare,)
