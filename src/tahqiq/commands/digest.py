"""The command that writes to those who follow searches."""

import click

from tahqiq.commands import LEDGER, counted, plainly, settings_of


@click.group()
def digest() -> None:
    """Letters that tell what is new in followed searches."""


@digest.command()
@LEDGER
@plainly
def send(ledger: str | None) -> None:
    """Write to every follower of a search who has news since the last letter; to be run by cron.

    \b
    The server is named by TAHQIQ_SMTP and the sender by TAHQIQ_MAIL_FROM; see the page of settings.
      0 7 * * *  tahqiq digest send
    A letter that the server does not take is told here and sent by the next run; where nothing is new, none is sent.
    """
    from tahqiq.errors import LedgerConflict
    from tahqiq.ledger import open_ledger
    from tahqiq.web import letters

    settings = settings_of(ledger=ledger)
    desk = open_ledger(settings.ledger)
    try:
        sent = letters.send(desk, settings)
    finally:
        desk.close()
    for failure in sent.failures:
        click.echo(f"tahqiq: not sent: {failure}", err=True)
    click.echo(f"{counted(sent.letters, 'letter')} sent")
    if sent.failures:
        raise LedgerConflict(f"{counted(len(sent.failures), 'letter')} could not be sent; the next run tries again")


DIGEST = (digest,)
