"""The command that searches incidents and reports."""

from dataclasses import replace
from typing import Any

import click

from tahqiq.commands import LEDGER, counted, plainly, settings_of, write
from tahqiq.model import Incident, to_json


@click.command()
@click.argument("words", nargs=-1)
@LEDGER
@click.option("--near", default="", metavar="LAT,LON,KM", help="Within so many kilometres; also PLACE,KM.")
@click.option("--in", "within", default="", metavar="PLACE", help="In this country, province, district, region or town.")
@click.option("--box", default="", metavar="W,S,E,N", help="In this box, degrees.")
@click.option("--since", default="", metavar="DAY", help="On this day or later.")
@click.option("--until", default="", metavar="DAY", help="On this day or before.")
@click.option("--actor", default="", help="Who did it or was struck, in any language; those that belong to it as well.")
@click.option("--type", "event_type", default="", help="Event type, by its code.")
@click.option("--grade", default="", help="Civilian-harm grade.")
@click.option("--source", default="", help="Who published one of its reports.")
@click.option("--language", default="", metavar="CODE", help="Language of one of its reports.")
@click.option("--weapon", default="", help="Weapon, by its code.")
@click.option("--review", default="", help="proposed, reviewed or published.")
@click.option(
    "--contradictions/--no-contradictions", "contradiction", default=None, help="Whose reports contradict one another, or do not."
)
@click.option("--order", default="date", show_default=True, help="date, killed or reports.")
@click.option("--after", default="", help="The `next` of the page before.")
@click.option("--limit", default=20, show_default=True, help="At most so many.")
@click.option("--reports", "as_reports", is_flag=True, help="Reports that have the WORDS, with the passage, instead of incidents.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@plainly
def search(words: tuple[str, ...], ledger: str | None, contradiction: bool | None, as_reports: bool, as_json: bool, **given: Any) -> None:
    """Find incidents by WORDS of their reports and by what is told: place, day, actor, type, grade, source, language.

    \b
    Words are found in any spelling: أمريكية finds الأمريكيه, قالت finds وقالت; names in any letters: Deir finds دير الزور.
      tahqiq search Deir --since 2023-07-01 --contradictions
      tahqiq search hospital --in Idlib --grade confirmed
      tahqiq search --near 35.3,40.1,20 --actor "Russian Aerospace Forces"
    """
    from tahqiq.ledger import open_ledger
    from tahqiq.searching import Asking, understood

    settings = settings_of(ledger=ledger)
    asking = Asking(text=" ".join(words), contradiction={None: "", True: "yes", False: "no"}[contradiction], **given)
    if asking == Asking(limit=asking.limit, order=asking.order):
        raise ValueError("say what to search for: words, a place, a day, an actor …; tahqiq search --help lists all")
    query, notes = understood(asking, places=settings.places)
    desk = open_ledger(settings.ledger)
    if as_reports:
        _tell_reports(desk, asking, as_json)
        return
    page = desk.incidents(query)
    for note in notes:
        click.echo(f"tahqiq: {note}", err=True)
    for incident in page.items:
        write(to_json(incident)) if as_json else click.echo(_line(incident))
    if not as_json:
        following = f"; more with --after '{page.next}'" if page.next else ""
        click.echo(f"{len(page.items)} of {'more than ' if page.is_more else ''}{counted(page.total, 'incident')}{following}")
    elif page.next:
        click.echo(f"tahqiq: more with --after '{page.next}'", err=True)


def _line(incident: Incident) -> str:
    killed = next((t for t in incident.tolls if t.effect == "killed" and t.who == "unspecified"), None)
    dead = "" if killed is None else f", killed {_span(killed)}"
    against = f", contradicted: {' '.join(incident.contradictions)}" if incident.contradictions else ""
    told = f"{counted(len(incident.reports), 'report')} ({' '.join(incident.languages)})"
    return f"{incident.public_id or incident.id:<20}  {incident.title}{dead}; {told}, {incident.grade}{against}"


def _span(toll: Any) -> str:
    if toll.high is None:
        return f"{toll.low}+"
    return f"{toll.low}" if toll.low == toll.high else f"{toll.low}-{toll.high}"


def _tell_reports(desk: Any, asking: Any, as_json: bool) -> None:
    from tahqiq.searching import passages

    if not asking.text:
        raise ValueError("say which words the reports have")
    found = desk.reports_with(asking.text, limit=asking.limit, after=asking.after or None)
    withheld = desk.withheld_reports()
    for report in found:
        incidents = [incident.id for incident in desk.incidents_of_report(report.id)]
        if report.id in withheld:
            report = replace(report, text="", title=None)
        passage = f"withheld: {withheld[report.id]}" if report.id in withheld else " … ".join(map(str, passages(report, asking.text)))
        if as_json:
            write({"report": to_json(report), "passage": passage, "incidents": incidents})
        else:
            said = f"{report.published or '-'} {report.source or '-'} ({report.language or '-'})"
            click.echo(f"{report.id:<20}  {said}: {passage}")
    if not as_json:
        following = f"; more with --after {found[-1].id}" if len(found) == asking.limit else ""
        click.echo(f"{counted(len(found), 'report')}{following}")


SEARCHING = (search,)
