"""The commands of coding by two: coding draw, alpha, table."""

import sys
from typing import Any

import click

from tahqiq.commands import LEDGER, counted, plainly, settings_of, write


@click.group()
def coding() -> None:
    """A share of incidents is coded blind by two people each; how far they agree is told by Krippendorff's alpha.

    \b
      tahqiq coding draw --share 10 --coder NAME --coder NAME
      tahqiq coding alpha
    People code and settle at the desk, at /coding.
    """


def _open(ledger: str | None) -> Any:
    from tahqiq.ledger import open_ledger

    return open_ledger(settings_of(ledger=ledger).ledger)


@coding.command("draw")
@click.option("--share", type=click.FloatRange(0, 100, min_open=True), help="Per cent of incidents; as before unless given.")
@click.option("--coder", "coders", multiple=True, help="Who codes; name two or more. As before unless given.")
@click.option("--type", "event_types", multiple=True, help="Only this event type; all unless given.")
@click.option("--language", "languages", multiple=True, help="Only incidents told in this language (ar); all unless given.")
@click.option("--by", "who", default="command", show_default=True, help="Who draws.")
@LEDGER
@plainly
def draw(
    share: float | None, coders: tuple[str, ...], event_types: tuple[str, ...], languages: tuple[str, ...], who: str, ledger: str | None
) -> None:
    """Draw what the plan asks for. The same incidents are drawn whoever draws them; what was drawn before stays as it is."""
    from tahqiq.review import coding as review

    desk = _open(ledger)
    before = review.plan(desk)
    if share is not None or coders or event_types or languages:
        last = before or review.Plan()
        wanted = review.Plan(share / 100 if share else last.share, event_types, languages, coders or last.coders, last.word)
        review.make_plan(desk, wanted, who=who)
    found = review.draw(desk, who=who)
    total = len(review.items(desk))
    click.echo(f"{counted(len(found), 'incident')} drawn, {total} in all")


@coding.command("alpha")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON a field and part.")
@LEDGER
@plainly
def alpha(as_json: bool, ledger: str | None) -> None:
    """Krippendorff's alpha of each field: of all items, by language, by pair of coders; with the counts it rests on."""
    from tahqiq.review import coding as review

    done = [one for one in review.items(_open(ledger)) if one.is_done]
    parts = {"all": tuple(done), **review.by_language(done)}
    parts |= {" + ".join(pair): some for pair, some in review.by_pair(done).items()}
    for part, some in parts.items():
        for name, one in review.agreements(some).items():
            if as_json:
                write({"part": part, "field": name, "alpha": one.alpha, "units": one.units, "same": one.same, "means": one.means})
            elif one.units:
                told = f"{one.alpha:.3f}" if one.alpha is not None else "–"
                click.echo(f"{part:<24}{name:<18}{told:>8}  {one.same} of {one.units} the same, {one.means}")
    if not done:
        click.echo("no incident has been coded by both of its coders yet", err=True)


@coding.command("table")
@LEDGER
@plainly
def table(ledger: str | None) -> None:
    """Every value of every item that both have coded, as CSV on standard output."""
    from tahqiq.export.cells import Table
    from tahqiq.review import coding as review

    rows = Table(sys.stdout.buffer, review.COLUMNS)
    for row in review.rows(review.items(_open(ledger))):
        rows.add(*row)
    rows.done()


CODING = (coding,)
