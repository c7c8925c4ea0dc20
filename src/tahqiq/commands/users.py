"""The commands of those who work at the desk: users add, list, role, password, second-factor, remove, address, log."""

import sys
from typing import Any

import click

from tahqiq.commands import LEDGER, counted, plainly, settings_of

_NAME = click.argument("name")


@click.group()
def users() -> None:
    """Who may come in to the desk, in which role, and who did.

    \b
      tahqiq users add NAME --role admin      asks for a password; there is none by default
    A ledger without users is read on this machine alone, and changed only by commands.
    """


def _open(ledger: str | None) -> Any:
    from tahqiq.ledger import open_ledger

    return open_ledger(settings_of(ledger=ledger).ledger)


def _password(given: bool) -> str:
    """The password, asked for twice without being shown, or the line of a pipe."""
    if given or not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("password", hide_input=True, confirmation_prompt=True))


_STDIN = click.option("--password-stdin", "from_stdin", is_flag=True, help="The password is the first line of standard input.")


@users.command("add")
@_NAME
@click.option("--role", required=True, help="reader, coder, editor or admin.")
@_STDIN
@LEDGER
@plainly
def add(name: str, role: str, from_stdin: bool, ledger: str | None) -> None:
    """NAME can sign in. A reader reads; a coder decides; an editor grades and publishes too; an admin keeps the users."""
    from tahqiq.review.people import add_user

    desk = _open(ledger)
    found = add_user(desk, name, role, _password(from_stdin), by="command")
    click.echo(f"{found.name} can sign in as {found.role}")


@users.command("list")
@LEDGER
@plainly
def list_users(ledger: str | None) -> None:
    """Everybody who can sign in, or could."""
    found = _open(ledger).people.all()
    for one in found:
        told = [one.role, "second factor" if one.totp else "", "" if one.is_active else "shut out"]
        click.echo(f"{one.name}: {', '.join(part for part in told if part)}")
    click.echo(counted(len(found), "user"))


@users.command("role")
@_NAME
@click.argument("role")
@LEDGER
@plainly
def role(name: str, role: str, ledger: str | None) -> None:
    """NAME has this ROLE from now on."""
    from tahqiq.review.people import set_role

    set_role(_open(ledger), name, role, by="command")
    click.echo(f"{name} is {role}")


@users.command("password")
@_NAME
@_STDIN
@LEDGER
@plainly
def password(name: str, from_stdin: bool, ledger: str | None) -> None:
    """NAME has a new password; every session of theirs is over."""
    from tahqiq.review.people import set_password

    set_password(_open(ledger), name, _password(from_stdin), by="command")
    click.echo(f"{name} has a new password and must sign in anew")


@users.command("second-factor")
@_NAME
@click.option("--off", is_flag=True, help="No second factor any more.")
@LEDGER
@plainly
def second_factor(name: str, off: bool, ledger: str | None) -> None:
    """NAME is asked for a code of an authenticator too; prints the address that the authenticator takes in, this once."""
    from tahqiq.review.people import set_totp

    address = set_totp(_open(ledger), name, not off, by="command")
    click.echo(address or f"{name} is asked for a password alone")


@users.command("remove")
@_NAME
@click.option("--back", is_flag=True, help="Let them in again.")
@LEDGER
@plainly
def remove(name: str, back: bool, ledger: str | None) -> None:
    """NAME comes in no more, at once. What they decided stays, with their name."""
    from tahqiq.review.people import set_active

    set_active(_open(ledger), name, back, by="command")
    click.echo(f"{name} may come in again" if back else f"{name} comes in no more")


@users.command("address")
@_NAME
@LEDGER
@plainly
def address(name: str, ledger: str | None) -> None:
    """An address that signs NAME in a single time within the hour, for who lost the password."""
    from tahqiq.review.people import once

    settings = settings_of(ledger=ledger)
    click.echo(f"http://{settings.host}:{settings.port}/sign-in?once={once(_open(ledger), name)}")


@users.command("log")
@click.option("--last", default=50, show_default=True, type=click.IntRange(min=1), help="So many, the latest first.")
@LEDGER
@plainly
def log(last: int, ledger: str | None) -> None:
    """Who signed in, who was refused, from where, and what was changed of users."""
    for one in _open(ledger).people.entries(last=last):
        click.echo(f"{one.at[:19]}  {one.what:<16}{one.name}  {one.host}  {one.told}".rstrip())


@users.group("keys")
def keys() -> None:
    """Keys by which programs ask the desk's API, each of a user and for some scopes.

    \b
      tahqiq users keys add NAME "nightly import" --scope read --scope write:documents
    """


@keys.command("add")
@_NAME
@click.argument("called")
@click.option("--scope", "scopes", multiple=True, required=True, help="read, read:protected, write:documents, decide or admin; several.")
@click.option("--days", type=click.IntRange(min=1), help="After so many days it opens nothing any more; never unless given.")
@LEDGER
@plainly
def add_key(name: str, called: str, scopes: tuple[str, ...], days: int | None, ledger: str | None) -> None:
    """A key of NAME, CALLED so; prints what the program is to send, this once."""
    from tahqiq.review.keys import new_key

    key, held = new_key(_open(ledger), name, called, scopes, days=days, by="command")
    click.echo(f"key {key.id} of {key.who} for {' '.join(key.scopes)}; it is told this once:", err=True)
    click.echo(held)


@keys.command("list")
@LEDGER
@plainly
def list_keys(ledger: str | None) -> None:
    """Every key: whose, what for, when it was made, last used, and withdrawn."""
    found = _open(ledger).keys.all()
    for one in found:
        used = f"used {one.used[:16]}" if one.used else "never used"
        ends = f"withdrawn {one.withdrawn[:16]}" if one.withdrawn else f"until {one.until[:10]}" if one.until else ""
        click.echo("  ".join(filter(None, (one.id, one.name, one.who, ",".join(one.scopes), f"since {one.since[:10]}", used, ends))))
    click.echo(counted(len(found), "key"))


@keys.command("withdraw")
@click.argument("key")
@LEDGER
@plainly
def withdraw_a_key(key: str, ledger: str | None) -> None:
    """KEY, by its id, opens nothing any more, at once."""
    from tahqiq.review.keys import withdraw_key

    click.echo(f"{withdraw_key(_open(ledger), key, by='command').name} opens nothing any more")


@users.command("vouch")
@_NAME
@click.argument("subject")
@LEDGER
@plainly
def vouch(name: str, subject: str, ledger: str | None) -> None:
    """NAME comes in when the single sign-on's provider signs in SUBJECT, as the provider's `sub` claim names them."""
    from tahqiq.review.people import vouched

    issuer = settings_of().oidc_issuer
    if not issuer:
        raise ValueError("TAHQIQ_OIDC_ISSUER is not set: there is no provider")
    vouched(_open(ledger), name, issuer, subject, by="command")
    click.echo(f"{name} comes in as {subject} of {issuer}")


PEOPLE = (users,)
