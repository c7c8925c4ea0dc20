"""The commands over archives of millions: read shards to tables, link the tables, load a ledger with all of it."""

import datetime as dt
import sys
from typing import Any

import click

from tahqiq.commands import VAULT, counted, plainly, settings_of
from tahqiq.commands.progress import Bar
from tahqiq.commands.reading import PUBLISHED, STOPPED, WORKERS, workers_of

_ENGINE = click.option(
    "--engine", "engine_name", type=click.Choice(["ray", "process"]), default="ray", show_default=True, help="What does the tasks."
)
_ADDRESS = click.option("--address", help="A Ray cluster that runs already, as ray://host:10001; this machine unless given.")


@click.group()
def scale() -> None:
    """Archives of millions of reports, on one machine or a cluster: read, link, load.

    \b
      tahqiq scale read crawl/ out/          WARC, WACZ, Parquet and JSONL shards, here or on S3, to Parquet tables
      tahqiq scale link out/ linked/         which accounts are of one happening
      tahqiq scale load linked/ LEDGER       the whole into a ledger
    """


@scale.command("read")
@click.argument("source")
@click.argument("out")
@PUBLISHED
@WORKERS
@_ENGINE
@_ADDRESS
@click.option("--per-task", type=click.IntRange(500), default=1000, show_default=True, help="Documents a task.")
@click.option("--retry", is_flag=True, help="Read shards again of which something could not be read.")
@plainly
def read_shards(
    source: str,
    out: str,
    published: dt.datetime | None,
    workers: int,
    engine_name: str,
    address: str | None,
    per_task: int,
    retry: bool,
) -> None:
    """Read the shards of SOURCE (file, folder, s3://…) to Parquet tables in OUT: documents, reports, accounts, failures.

    A shard that is finished is not read again; a run that was stopped goes on. The tables have the same bytes with any engine and any
    number of workers. They hold names in full: they are no export, and are to be kept as a ledger is.
    """
    from tahqiq.pipeline.understanding import How
    from tahqiq.scale.archive import read_archive
    from tahqiq.scale.engines import engine

    settings = settings_of()
    how = How(published.date() if published else None, settings.max_bytes, None, settings.places)
    try:
        with engine(engine_name, workers_of(workers), address) as chosen, Bar("reading") as progress:
            done = read_archive(source, out, how, chosen, per_task=per_task, retry=retry, progress=progress)
    except KeyboardInterrupt:
        click.echo("tahqiq: stopped; the same command goes on there", err=True)
        sys.exit(STOPPED)
    _tell(done, out)
    sys.exit(1 if done.counts["failures"] else 0)


def _tell(done: Any, out: str) -> None:
    for name in done.others[:20]:
        click.echo(f"tahqiq: {name}: is no shard and is not read", err=True)
    if len(done.others) > 20:
        click.echo(f"tahqiq: {len(done.others) - 20} more files are no shards", err=True)
    counts = ", ".join(f"{count:,} {name}" for name, count in done.counts.items())
    click.echo(f"{counted(done.shards, 'shard')} read ({done.known} known): {counts} in {out}")


@scale.command("link")
@click.argument("accounts")
@click.argument("out")
@WORKERS
@_ENGINE
@_ADDRESS
@click.option("--scratch", default="", help="A folder that all machines of a cluster see, for what the steps leave for one another.")
@plainly
def link_shards(accounts: str, out: str, workers: int, engine_name: str, address: str | None, scratch: str) -> None:
    """Link the tables in ACCOUNTS, partition by partition: links, clusters and wire copies are tables in OUT.

    They are the links and clusters that a ledger of the same reports has.
    """
    from tahqiq.scale.engines import engine
    from tahqiq.scale.linking import link_tables

    if address and not scratch:
        raise ValueError("a cluster needs --scratch: a folder that all of its machines see")
    with engine(engine_name, workers_of(workers), address) as chosen, Bar("linking") as progress:
        made = link_tables(accounts, out, chosen, scratch=scratch, progress=progress)
    click.echo(f"{made.accounts:,} accounts: {made.links:,} links, {made.clusters:,} clusters, {made.copies:,} wire copies in {out}")


@scale.command("load")
@click.argument("linked")
@click.argument("ledger")
@click.option("--shards", help="The SOURCE that was read: its documents are kept in a vault first, as evidence.")
@VAULT
@plainly
def load_ledger(linked: str, ledger: str, shards: str | None, vault: str | None) -> None:
    """Load what was read and linked into LEDGER (sqlite:///FILE or postgresql://…), a new one, in one transaction.

    With --shards the documents are kept in a vault too, beside the ledger's file or where --vault says. Without, they stay in the shards
    alone, and tahqiq verify names each of them as missing.
    """
    from tahqiq.evidence import open_vault
    from tahqiq.ledger import open_ledger
    from tahqiq.pipeline import vault_beside
    from tahqiq.scale.loading import keep_documents, load_tables

    custody = ""
    if shards:
        settings = settings_of(vault=vault)
        documents = open_vault(vault_beside(ledger, settings.vault))
        with Bar("keeping documents") as progress:
            keep_documents(shards, linked, documents, max_bytes=settings.max_bytes, progress=progress)
        custody = documents.head()
    with Bar("loading") as progress:
        loaded = load_tables(linked, open_ledger(ledger), custody=custody, progress=progress)
    told = f"{loaded.documents:,} documents, {loaded.reports:,} reports, {loaded.accounts:,} accounts"
    click.echo(f"{told}, {loaded.incidents:,} incidents in {ledger}")


SCALE = (scale,)
