"""What every command needs: its options, the desk it opens, and how it says what went wrong."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Any

import click

from tahqiq.errors import TahqiqError
from tahqiq.settings import Settings, load_settings

LEDGER = click.option("--ledger", help="Where the ledger is: sqlite:///FILE or postgresql://… [TAHQIQ_LEDGER]")
VAULT = click.option("--vault", help="Folder or bucket (s3://…) of the documents; beside the ledger's file unless given. [TAHQIQ_VAULT]")


def plainly(command: Callable[..., Any]) -> Callable[..., Any]:
    """What can go wrong becomes one sentence on standard error and exit code 2; a closed pipe is no error."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)
        except (TahqiqError, OSError, ValueError) as error:
            click.echo(f"tahqiq: {' '.join(str(error).split())}", err=True)
            sys.exit(2)

    return run


def settings_of(**given: str | None) -> Settings:
    """The settings of the environment, with what the command line gives in their place."""
    return replace(load_settings(os.environ), **{k: v for k, v in given.items() if v})  # type: ignore[arg-type]


def write(record: Any) -> None:
    """One line of JSON on standard output."""
    click.echo(json.dumps(record, ensure_ascii=False))


def counted(count: int, what: str) -> str:
    """A number and what is counted, in the plural unless it is one."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def open_desk(ledger: str | None, vault: str | None) -> tuple[Any, Any, Settings]:
    """The ledger and the vault that are meant, opened. Raises UnknownName where a ledger without a file needs a vault to be named."""
    from tahqiq.evidence import open_vault
    from tahqiq.ledger import open_ledger
    from tahqiq.pipeline import vault_beside

    settings = settings_of(ledger=ledger, vault=vault)
    documents = open_vault(vault_beside(settings.ledger, settings.vault))
    return open_ledger(settings.ledger), documents, settings


@contextmanager
def replacing(out: Path) -> Iterator[Any]:
    """The file to write to; what was there stays until it is whole."""
    part = out.with_name(out.name + ".part")
    try:
        with part.open("wb") as target:
            yield target
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
