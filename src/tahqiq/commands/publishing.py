"""The commands of what is public: publications, errors that readers report, and looks at protected names."""

from pathlib import Path
from typing import Any

import click

from tahqiq.commands import LEDGER, counted, plainly, settings_of, write

_WHO = click.option("--who", envvar="TAHQIQ_WHO", default="", help="Who answers. [TAHQIQ_WHO]")
_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object a line instead of sentences.")


def _open(ledger: str | None) -> Any:
    from tahqiq.ledger import open_ledger

    return open_ledger(settings_of(ledger=ledger).ledger)


@click.group()
def publications() -> None:
    """What is public, edition by edition, and what readers say is wrong in it.

    \b
      tahqiq publications list              the latest editions, withdrawals and merges
      tahqiq publications copy public.db    a ledger with what is public and nothing else, for a public host
      tahqiq serve --public --ledger sqlite:///public.db
    """


@publications.command("list")
@LEDGER
@click.option("--limit", default=50, show_default=True, type=click.IntRange(min=1), help="At most so many.")
@_JSON
@plainly
def list_editions(ledger: str | None, limit: int, as_json: bool) -> None:
    """Editions of all incidents, the latest first."""
    found = _open(ledger).publications.changes(limit=limit)
    for one in found:
        told = {
            "public_id": one.public_id,
            "edition": one.edition,
            "kind": one.kind,
            "at": one.at,
            "why": one.why,
            "leads_to": one.leads_to,
        }
        leads = f" {one.leads_to}" if one.leads_to else ""
        write(told) if as_json else click.echo(f"{one.at[:19]}  {one.public_id}  {one.edition:>3}  {one.kind}{leads}: {one.why}")
    if not as_json:
        click.echo(counted(len(found), "edition"))


@publications.command("check")
@LEDGER
@plainly
def check(ledger: str | None) -> None:
    """Make the editions that decisions ask for and that are not there yet, as after a copy or an older version of the program."""
    from tahqiq.publishing import keep_up

    made = keep_up(_open(ledger))
    for one in made:
        click.echo(f"{one.public_id}  {one.edition}  {one.kind}")
    click.echo(f"{counted(len(made), 'edition')} made")


@publications.command("copy")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@LEDGER
@plainly
def copy(file: Path, ledger: str | None) -> None:
    """A ledger in FILE that holds what is public and nothing else: no report, no decision, no unpublished incident."""
    from tahqiq.ledger import open_ledger

    if file.exists():
        raise ValueError(f"{file}: is there already; name another, or move it away")
    part = file.with_name(file.name + ".part")
    part.unlink(missing_ok=True)
    other = open_ledger(f"sqlite:///{part}")
    count = other.publications.take_over(_open(ledger).publications.for_public())
    other.close()
    part.replace(file)
    click.echo(f"{counted(count, 'edition')} in {file}")


@publications.command("errors")
@LEDGER
@_JSON
@plainly
def errors(ledger: str | None, as_json: bool) -> None:
    """What readers say is wrong, and what was answered."""
    from tahqiq.model import to_json
    from tahqiq.review import reported

    desk = _open(ledger)
    known = reported.answers(desk.decisions())
    found = desk.publications.errors()
    for one in found:
        answer = known.get(one.id)
        if as_json:
            write({**to_json(one), "answer": to_json(answer) if answer else None})
            continue
        click.echo(f"{one.id}  {one.public_id}  {one.about}: {' '.join(one.text.split())}")
        click.echo(f"    {f'{answer.who} on {answer.at[:10]}: {answer.verdict}, {answer.note}' if answer else 'waits'}")
    if not as_json:
        click.echo(counted(len(found), "error"))


@publications.command("answer")
@click.argument("error")
@click.argument("verdict")
@click.argument("note")
@_WHO
@LEDGER
@plainly
def answer(error: str, verdict: str, note: str, who: str, ledger: str | None) -> None:
    """Answer what a reader said under number ERROR: VERDICT is accepted, not_accepted or noted; the reader sees NOTE."""
    from tahqiq.review import reported

    decision = reported.answer(_open(ledger), error, verdict, note, who=who)
    click.echo(f"decision {decision.id}: {error} is {verdict.replace('_', ' ')}")


@publications.command("take-errors")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@LEDGER
@plainly
def take_errors(file: Path, ledger: str | None) -> None:
    """Take in what a public host without a desk wrote into FILE (TAHQIQ_PUBLIC_ERRORS); what is known is left alone."""
    from tahqiq.review import reported

    click.echo(f"{counted(reported.take_errors(_open(ledger), file), 'new error')} in the inbox")


@click.command("looks")
@LEDGER
@click.option("--last", default=50, show_default=True, type=click.IntRange(min=1), help="So many, the latest first.")
@_JSON
@plainly
def looks(ledger: str | None, last: int, as_json: bool) -> None:
    """Who looked at protected names on the desk, at what, and when."""
    found = _open(ledger).records.of("look", last=last)
    for one in reversed(found):
        told = {"at": one.at, "who": one.who, "what": one.subject, "names": one.value.get("names", [])}
        write(told) if as_json else click.echo(f"{one.at[:19]}  {one.who}  {one.subject}  {', '.join(told['names'])}")
    if not as_json:
        click.echo(counted(len(found), "look"))


PUBLISHING = (publications, looks)
