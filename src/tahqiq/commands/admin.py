"""The commands of who runs a desk: protect (names that never leave), jobs (what runs, was done, failed)."""

import getpass
import sys
from typing import Any

import click

from tahqiq.commands import LEDGER, VAULT, counted, open_desk, plainly, settings_of

_NAME = click.argument("name")
_WHY = click.option("--why", required=True, help="Why; kept with it for good.")
_WHO = click.option("--who", envvar="TAHQIQ_WHO", help="Who decides; the user of this machine unless given. [TAHQIQ_WHO]")


def _open(ledger: str | None) -> Any:
    from tahqiq.ledger import open_ledger

    return open_ledger(settings_of(ledger=ledger).ledger)


@click.group()
def protect() -> None:
    """Names that leave the desk in no export, no pack and on no public page, whoever bears them."""


@protect.command("add")
@_NAME
@_WHY
@_WHO
@LEDGER
@plainly
def add(name: str, why: str, who: str | None, ledger: str | None) -> None:
    """NAME leaves the desk no more."""
    from tahqiq.review.protecting import protect_name

    protect_name(_open(ledger), name, who=who or getpass.getuser(), why=why)
    click.echo(f"{name} is protected")


@protect.command("withdraw")
@_NAME
@_WHY
@_WHO
@LEDGER
@plainly
def withdraw(name: str, why: str, who: str | None, ledger: str | None) -> None:
    """NAME is as any other again; that it was protected stays known."""
    from tahqiq.review.protecting import withdraw_protection

    withdraw_protection(_open(ledger), name, who=who or getpass.getuser(), why=why)
    click.echo(f"{name} is not protected any more")


@protect.command("list")
@LEDGER
@plainly
def list_names(ledger: str | None) -> None:
    """The names that are protected now, by whom and why."""
    from tahqiq.review.protecting import protected

    found = protected(_open(ledger))
    for one in found:
        click.echo(f"{one.subject}  ({one.who}, {one.at[:10]}: {one.value['why']})")
    click.echo(counted(len(found), "name"))


@click.command()
@click.option("--last", default=20, show_default=True, type=click.IntRange(min=1), help="So many, the latest first.")
@click.option("--retry", "name", help="Do this job again, by its id, and wait for it.")
@LEDGER
@VAULT
@plainly
def jobs(last: int, name: str | None, ledger: str | None, vault: str | None) -> None:
    """What runs on the ledger, was done, or failed and why: ingests, watching, rebuilds, backups, verifying."""
    from tahqiq import jobs as work

    desk, documents, settings = open_desk(ledger, vault)
    if name:
        work.retry(desk, documents, settings, name, who=getpass.getuser()).join()
    found = work.jobs(desk, last=last)
    for one in found:
        click.echo(f"{one.id}  {one.began}  {one.kind:<8}{one.state:<12}{one.who}  {one.told}".rstrip())
    sys.exit(1 if name and found and found[0].state != "done" else 0)


ADMIN = (protect, jobs)
