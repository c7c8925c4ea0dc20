"""The command line: parse, call, print. How anything is done stands elsewhere.

Exit codes: 0 done; 1 some of the input failed and was named, the rest was done; 2 nothing was done, one sentence says why.
"""

import datetime as dt
import gc
import json
import socket
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import click

from tahqiq import __version__
from tahqiq.commands import LEDGER as _LEDGER
from tahqiq.commands import VAULT as _VAULT
from tahqiq.commands import counted as _counted
from tahqiq.commands import open_desk as _open
from tahqiq.commands import plainly as _plainly
from tahqiq.commands import replacing as _replacing
from tahqiq.commands import settings_of as _settings
from tahqiq.commands import write as _write
from tahqiq.commands.admin import ADMIN
from tahqiq.commands.coding import CODING
from tahqiq.commands.comparing import COMPARING
from tahqiq.commands.digest import DIGEST
from tahqiq.commands.exporting import EXPORTING
from tahqiq.commands.importing import IMPORTING
from tahqiq.commands.keeping import KEEPING
from tahqiq.commands.ledger import LEDGERS
from tahqiq.commands.linking import LINKING, learned
from tahqiq.commands.progress import Bar as _bar
from tahqiq.commands.publishing import PUBLISHING
from tahqiq.commands.reading import FILES as _FILES
from tahqiq.commands.reading import PUBLISHED as _PUBLISHED
from tahqiq.commands.reading import READING, STOPPED, WORKERS, workers_of
from tahqiq.commands.review import REVIEWING
from tahqiq.commands.scale import SCALE
from tahqiq.commands.search import SEARCHING
from tahqiq.commands.users import PEOPLE
from tahqiq.model import Report
from tahqiq.settings import Settings

T = TypeVar("T")
_ALLOWED = click.option("--allow", "allowed", multiple=True, metavar="HOST", help="A host of your own network that may be asked.")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="tahqiq")
def cli() -> None:
    """Tahqiq reads conflict reports in Arabic, Urdu, Persian and English: who did what to whom, where, when, and who says so.

    \b
    Start here:
      tahqiq demo                         read the sample reports and open the desk
      tahqiq read report.txt              what one report tells, as JSON
      tahqiq ingest FOLDER                keep reports as evidence in a ledger, read and link them
      tahqiq incidents                    the incidents of the ledger, as a table
      tahqiq serve                        the desk in the browser, on this machine alone
    """


_COMMANDS = (
    READING,
    KEEPING,
    IMPORTING,
    EXPORTING,
    COMPARING,
    REVIEWING,
    SEARCHING,
    DIGEST,
    LEDGERS,
    LINKING,
    SCALE,
    PUBLISHING,
    PEOPLE,
    CODING,
    ADMIN,
)
for _command in (command for theme in _COMMANDS for command in theme):
    cli.add_command(_command)


def main() -> None:
    """The entry point of the command `tahqiq`."""
    gc.set_threshold(100_000, 50, 50)  # packs and registries are large and stay: walking them again and again cost a fifth of reading
    cli()


def _day(value: dt.datetime | None) -> dt.date | None:
    return value.date() if value else None


def _watched(items: Iterable[T], total: int, what: str) -> Iterator[T]:
    """The items with a progress bar on a terminal, silently in a pipe."""
    if not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(items, description=what, total=total, console=Console(stderr=True))


# -- reading ----------------------------------------------------------------------------------------------------------


@cli.command()
@_FILES
@_plainly
def mentions(files: tuple[Path, ...]) -> None:
    """Write the dates, places, persons and organisations of each line of a .jsonl, with values and coordinates.

    A "language" in the input is believed; days are resolved against "published".
    """
    from tahqiq.reading import find_mentions

    registry = _settings().places
    for path in files:
        for line in _lines(path):
            _write({"id": line.get("id"), "mentions": find_mentions(_report(line), places=registry)})


def _report(line: dict[str, Any]) -> Report:
    day = line.get("published")
    return Report(
        line["text"],
        id=str(line.get("id", "")),
        language=line.get("language"),
        published=_iso_day(str(day)) if day else None,
        url=line.get("url"),
    )


def _iso_day(text: str) -> dt.date | None:
    """The day that an ISO date begins with; None for what is none (`7:58 AM ET`), against which no day could be resolved."""
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        return None


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a .jsonl; raises ValueError naming the line that is none."""
    text = sys.stdin.read() if str(path) == "-" else path.read_text("utf-8")
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except json.JSONDecodeError as error:
            raise ValueError(f"{path.name} line {number}: is not JSON ({error.msg})") from error
        if not isinstance(value, dict) or not isinstance(value.get("text"), str):
            raise ValueError(f"{path.name} line {number}: is not an object with a text")
        yield value


# -- the ledger -------------------------------------------------------------------------------------------------------


@cli.command()
@click.argument("files", nargs=-1, metavar="FILE|FOLDER|ADDRESS...")
@_LEDGER
@_VAULT
@_PUBLISHED
@_ALLOWED
@WORKERS
@click.option("--map", "columns", type=click.Path(path_type=Path), help="A YAML file that says which column of a table is what.")
@click.option("--retry", is_flag=True, help="Read again what was taken in and could not be read.")
@click.option("--watch", "watching", is_flag=True, help="Go on taking in what the folders come to hold, until stopped.")
@_plainly
def ingest(
    files: tuple[str, ...],
    ledger: str | None,
    vault: str | None,
    published: dt.datetime | None,
    allowed: tuple[str, ...],
    columns: Path | None,
    watching: bool,
    workers: int,
    retry: bool,
) -> None:
    """Keep reports as evidence, read them, link them and assess the incidents they tell.

    A folder stands for its files. What is in the ledger already is left alone; killed in the middle and run again, it goes on.
    Texts, pages, PDF and office files, letters, tables, exports of Telegram, web archives and ZIP archives of these are taken,
    http addresses, and - for standard input.
    """
    from tahqiq.jobs import noted
    from tahqiq.pipeline import ingest as take_in
    from tahqiq.pipeline import read_failed, the_stages
    from tahqiq.watching import filling

    if not files and not retry:
        raise ValueError("name the files, folders or addresses that are to be taken in, or --retry what could not be read")
    desk, documents, settings = _open(ledger, vault)
    fetcher = _fetcher(settings, allowed)

    def taken(given: Iterable[Path | str]) -> Any:
        with _bar("reading") as progress:
            return take_in(
                given,
                desk,
                documents,
                published=_day(published),
                max_bytes=settings.max_bytes,
                columns=columns,
                fetcher=fetcher,
                standard_input=sys.stdin.buffer,
                progress=progress,
                stages=the_stages(settings.places, settings.weights),
                places=settings.places,
                workers=workers_of(workers),
            )

    try:
        if retry:
            with _bar("reading again") as progress:
                again = read_failed(
                    desk,
                    documents,
                    max_bytes=settings.max_bytes,
                    stages=the_stages(settings.places, settings.weights),
                    places=settings.places,
                    workers=workers_of(workers),
                    progress=progress,
                )
            _tell(again)
            click.echo(f"{_counted(again.mended, 'report')} could be read now, {_counted(len(again.failures), 'failure')} left")
            if not files:
                sys.exit(1 if again.failures else 0)
        paths = [str(file if "://" in str(file) else Path(file).absolute()) for file in files if str(file) != "-"]
        with noted(desk, "ingest", who="command", facts={"paths": paths}) as told_done:
            outcome = taken(files)
            told_done(f"{_counted(outcome.reports, 'report')}, {_counted(outcome.accounts, 'account')}")
    except KeyboardInterrupt:
        click.echo("tahqiq: stopped; what was read is kept, and the same command goes on there", err=True)
        sys.exit(STOPPED)
    _tell(outcome)
    if watching:
        click.echo(f"watching {', '.join(map(str, files))}  (stop with Ctrl-C)")
        with suppress(KeyboardInterrupt):
            told, waiting = set(outcome.refused), list[str]()
            for new in filling(Path(file) for file in files if Path(file).is_dir()):
                if not new:
                    continue
                found = taken([*new, *map(Path, waiting)])  # a photo may lie there before the page that shows it
                waiting, found.refused = found.unnamed, [why for why in found.refused if why not in told]
                told.update(found.refused)
                if found.changed or found.refused:
                    _tell(found)
        return
    nothing = outcome.refused and not (outcome.documents or outcome.known_documents)
    sys.exit(2 if nothing else 1 if outcome.refused or outcome.failures else 0)


def _fetcher(settings: Settings, allowed: Iterable[str]) -> Any:
    from tahqiq.evidence import Fetcher

    return Fetcher(settings.agent, settings.max_bytes, frozenset(host.lower() for host in allowed), pause_s=settings.pause)


def _tell(outcome: Any) -> None:
    """What a run did stands on standard output, what it refused on standard error."""
    for problem in [*outcome.notes, *outcome.refused, *outcome.failures]:
        click.echo(f"tahqiq: {problem}", err=True)
    click.echo(
        f"{_counted(outcome.documents, 'new document')} ({outcome.known_documents} known), "
        f"{_counted(outcome.reports, 'report')} ({outcome.unread} unread), {_counted(outcome.accounts, 'account')}, "
        f"{_counted(outcome.incidents, 'incident')} in the ledger"
    )


@cli.command()
@click.argument("sources", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_LEDGER
@_VAULT
@_ALLOWED
@click.option("--once", is_flag=True, help="Ask every feed once and stop.")
@_plainly
def watch(sources: Path, ledger: str | None, vault: str | None, allowed: tuple[str, ...], once: bool) -> None:
    """Ask the feeds of a sources file, again and again, and take in what is new.

    \b
    sources:
      - feed: https://example.org/rss.xml
        name: Sample agency          optional, as what follows
        every_minutes: 15
        take: page                   each item's page; or item, as the feed has it
        source: example.org          who publishes, where the pages do not tell
    """
    from tahqiq.evidence import Asked
    from tahqiq.jobs import noted
    from tahqiq.pipeline import now, the_stages
    from tahqiq.watching import load_watched
    from tahqiq.watching import watch as go_on

    watched = load_watched(sources)
    desk, documents, settings = _open(ledger, vault)
    asked = Asked(now, settings.max_bytes, _fetcher(settings, allowed))
    failed = 0
    with noted(desk, "watch", who="command", facts={"sources": str(sources.absolute())}), suppress(KeyboardInterrupt):
        rounds, most = 1 if once else None, settings.most_waiting
        stages = the_stages(settings.places, settings.weights)
        for polled in go_on(watched, desk, documents, asked, stages=stages, rounds=rounds, most_waiting=most):
            failed += bool(polled.poll.problem)
            for sentence in filter(None, [polled.poll.problem, *polled.refused]):
                click.echo(f"tahqiq: {sentence}", err=True)
            if not polled.poll.problem:
                click.echo(f"{polled.poll.source}: {_counted(polled.poll.new, 'new item')}, {_counted(polled.reports, 'report')}")
    sys.exit(2 if failed == len(watched) and once else 1 if failed and once else 0)


@cli.command()
@_LEDGER
@click.option("--contradictions", is_flag=True, help="Only incidents whose reports contradict one another.")
@click.option("--as-of", "as_of", type=click.DateTime(["%Y-%m-%d"]), help="As they stood at the end of this day.")
@click.option("--limit", default=50, show_default=True, help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line instead of a table.")
@_plainly
def incidents(ledger: str | None, contradictions: bool, as_of: dt.datetime | None, limit: int, as_json: bool) -> None:
    """The incidents of the ledger: what, where, when, killed low to high, how many reports in how many languages."""
    from tahqiq.ledger import Query, open_ledger
    from tahqiq.model import to_json
    from tahqiq.pipeline import as_shown, incidents_as_of

    desk = open_ledger(_settings(ledger=ledger).ledger)
    if as_of:
        then = [i for i in incidents_as_of(desk, as_of.date()) if i.contradictions or not contradictions]
        found, total = tuple(then[:limit]), len(then)
    else:
        page = desk.incidents(Query(contradiction=True if contradictions else None, limit=limit))
        found, total = page.items, page.total
    found = as_shown(desk, found)[0]
    if as_json:
        for incident in found:
            _write(to_json(incident))
        return
    _table(found, total)


def _table(found: Iterable[Any], total: int) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from tahqiq.codebook import load_codebook

    codebook = load_codebook()
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("What", "Where", "When", "Killed", "Reports", "Languages", "Grade", "Contradictions"):
        table.add_column(heading, justify="right" if heading in ("Killed", "Reports") else "left")
    shown = 0
    for i in found:
        killed = next((t for t in i.tolls if t.effect == "killed" and t.who == "unspecified"), None)  # no civilians is not nobody
        table.add_row(
            codebook.label("event_types", i.event_type, "en"),
            i.place.name if i.place else "-",
            _days(i.start, i.end),
            _span(killed),
            f"{len(i.reports)}" + (f" ({i.copies} copied)" if i.copies else ""),
            " ".join(i.languages),
            i.grade,
            ", ".join(i.contradictions) or "-",
        )
        shown += 1
    Console(width=None if sys.stdout.isatty() else 150).print(table)
    click.echo(f"{shown} of {total} incidents")


def _days(start: dt.date | None, end: dt.date | None) -> str:
    if start is None:
        return "-"
    return f"{start}" if start == end or end is None else f"{start} to {end}"


def _span(toll: Any) -> str:
    if toll is None:
        return "-"
    if toll.high is None:
        return f"{toll.low}+"
    return f"{toll.low}" if toll.low == toll.high else f"{toll.low}–{toll.high}"


@cli.command()
@_FILES
@click.option(
    "--fit", is_flag=True, help='Learn what shared words are worth from reports that carry an "incident"; write the weights file.'
)
@_LEDGER
@_plainly
def link(files: tuple[Path, ...], fit: bool, ledger: str | None) -> None:
    """Write for each line of a .jsonl the incident its main story tells, whose copy it is, and the values it gives.

    \b
      tahqiq link reports.jsonl
      tahqiq link --fit linked.jsonl > story_weights.yaml

    With --fit lines need "incident" (what the report mainly tells) and may have "hard_negative_for" (an incident it is easily taken
    for); decisions that incidents are one or are not, of a ledger that is named, are learned from too. What the weights are worth on
    incidents they never saw is said on standard error.
    """
    from tahqiq.pipeline import link_reports, the_stages

    lines = [line for path in files for line in _lines(path)]
    settings = _settings()
    stages = the_stages(settings.places, settings.weights)
    if fit:
        click.echo(learned([(_report(line), line) for line in lines], stages, ledger), nl=False)
        return
    for row in link_reports(_watched(map(_report, lines), len(lines), "reading"), stages=stages):
        _write({"id": row.id, "incident": row.incident, "copy_of": row.copy_of, "values": row.values})


@cli.command()
@_LEDGER
@click.option("--register", "whole", is_flag=True, help="The whole shipped register, not only who gave this ledger anything.")
@click.option("--silent", is_flag=True, help="Only feeds that fail or have been silent for longer than is usual for them.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line instead of a table.")
@_plainly
def sources(ledger: str | None, whole: bool, silent: bool, as_json: bool) -> None:
    """Who publishes: what each source gave this ledger, when its feed was asked last, and who has fallen silent."""
    from tahqiq.ledger import open_ledger
    from tahqiq.model import to_json
    from tahqiq.registries import load_sources
    from tahqiq.watching import GivingSource, giving_sources

    if whole:
        found: Iterable[GivingSource] = (GivingSource(source, 0) for source in load_sources().values())
    else:
        found = giving_sources(open_ledger(_settings(ledger=ledger).ledger))
    shown = [g for g in found if not silent or any(f.is_silent or f.problem for f in g.feeds)]
    if as_json:
        for giving in shown:
            _write(to_json(giving))
        return
    for giving in shown:
        s = giving.source
        about = [s.kind, s.country or "-", " ".join(s.languages) or "-", s.affiliation or "-"]
        gave = [] if whole else [_counted(giving.reports, "report")]
        click.echo("  ".join([s.name, f"({', '.join(about)})", *gave, *(s.hosts[:1] if whole else ())]))
        for feed in giving.feeds:
            state = feed.problem or ("silent for longer than usual" if feed.is_silent else "gives as usual" if feed.usual_s else "watched")
            click.echo(
                f"    {feed.feed}: {_counted(feed.items, 'item')}, last {feed.last_gave or 'never'}, asked {feed.last_asked}: {state}"
            )
    click.echo(_counted(len(shown), "source"))


@cli.command()
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@_LEDGER
@_VAULT
@_plainly
def archive(out: Path, ledger: str | None, vault: str | None) -> None:
    """Write the documents that came from the web as one web archive (.wacz), which ReplayWeb.page and others open."""
    from tahqiq.pipeline import archive as write_out

    desk, documents, _ = _open(ledger, vault)
    with _replacing(out) as target:
        count = write_out(desk, documents, target)
    click.echo(f"{_counted(count, 'document')} in {out}")


@cli.command()
@_LEDGER
@_VAULT
@click.option("--host", help="Address to listen on; this machine alone unless given. [TAHQIQ_HOST]")
@click.option("--port", help="Port to listen on. [TAHQIQ_PORT]")
@click.option("--public", "public_alone", is_flag=True, help="Only what is published, read only, with no desk behind it.")
@_plainly
def serve(ledger: str | None, vault: str | None, host: str | None, port: str | None, public_alone: bool = False, once: str = "") -> None:
    """The desk in the browser: incidents, each with its contradictions side by side, and reports with their words marked.

    Whoever decides there signs in: tahqiq users add NAME --role admin makes the first user.
    """
    import uvicorn

    from tahqiq.web import create_app
    from tahqiq.web.telling import configure_logs

    if public_alone:
        _serve_public(ledger, host, port)
        return
    desk, documents, settings = _open(ledger, vault)
    configure_logs(settings.logs)
    host, number = host or settings.host, int(port or settings.port)
    listening = _listen(host, number)
    way_in = f"/sign-in?once={once}  (signs you in once" if once else "  ("
    click.echo(f"the desk: http://{host}:{listening.getsockname()[1]}{way_in}{'; ' if once else ''}stop with Ctrl-C)")
    with suppress(KeyboardInterrupt):
        uvicorn.Server(uvicorn.Config(create_app(desk, documents, settings), log_level="warning")).run(sockets=[listening])


def _serve_public(ledger: str | None, host: str | None, port: str | None) -> None:
    """What is published, and nothing else, is answered to everybody who asks."""
    import uvicorn

    from tahqiq.ledger import read_ledger
    from tahqiq.web.public import create_public_app

    settings = _settings(ledger=ledger, host=host)
    listening = _listen(settings.host, int(port or settings.port))
    click.echo(f"the public site: http://{settings.host}:{listening.getsockname()[1]}/public  (stop with Ctrl-C)")
    with suppress(KeyboardInterrupt):
        app = create_public_app(read_ledger(settings.ledger), settings)
        uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    """A socket that listens there; raises ValueError in one sentence where it cannot."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise ValueError(f"the desk cannot listen on {host}:{port}: {error.strerror or error}; choose another with --port") from error


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path("demo"))
@click.option("--samples", type=click.Path(path_type=Path, exists=True), help="Reports to read instead of the shipped samples.")
@click.option("--serve/--no-serve", "serving", default=True, help="Open the desk after the table.")
@click.option("--port", help="Port of the desk. [TAHQIQ_PORT]")
@click.pass_context
@_plainly
def demo(context: click.Context, folder: Path, samples: Path | None, serving: bool, port: str | None) -> None:
    """Read the sample reports into a new ledger in FOLDER, print its incidents and open the desk."""
    import shutil

    strangers = sorted(p.name for p in folder.iterdir() if not p.name.startswith("demo.db")) if folder.exists() else []
    if strangers:
        raise ValueError(f"{folder}: holds {strangers[0]}, which is no part of a demo; name another folder")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    url = f"sqlite:///{folder / 'demo.db'}"
    from tahqiq.ledger import Query
    from tahqiq.pipeline import ingest as take_in

    desk, documents, _ = _open(url, None)
    with _bar("reading the sample reports") as progress:
        outcome = take_in([samples or Path(__file__).parent / "samples"], desk, documents, progress=progress)
    click.echo(f"{outcome.reports} reports, {outcome.accounts} accounts, {outcome.incidents} incidents in {folder / 'demo.db'}")
    page = desk.incidents(Query(limit=50))
    _table(page.items, page.total)
    if serving:
        context.invoke(serve, ledger=url, vault=None, host=None, port=port, once=_first_user(desk))


def _first_user(desk: Any) -> str:
    """A word that signs in the demo's admin a single time; their password is chance, and nobody knows it."""
    import secrets

    from tahqiq.review.people import add_user, once

    return once(desk, add_user(desk, "demo", "admin", secrets.token_urlsafe(32), by="demo").name)


# -- measuring --------------------------------------------------------------------------------------------------------


class _ScoresFirst(click.Group):
    """A group whose paths and options go to `scores` where no command is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, "-h", "--help"):
            args = ["scores", *args]
        return super().parse_args(ctx, args)


@cli.group(cls=_ScoresFirst, invoke_without_command=True)
@click.pass_context
@_plainly
def evaluate(context: click.Context) -> None:
    """Score the reader against gold records and public benchmarks: by language and slot.

    \b
      tahqiq evaluate GOLD.jsonl          one table of F1 by slot over gold records
      tahqiq evaluate FOLDER              everything found in a folder: gold/*.jsonl and data/*/*.jsonl
      tahqiq evaluate muc4 FILE --out P   MUC-4 templates of the documents of a file
      tahqiq evaluate parallel FILE       how far the same news in four languages gives the same events
    """
    if not context.invoked_subcommand:
        raise ValueError("evaluate needs gold records or a folder of them: tahqiq evaluate FILE.jsonl")


_READING = "reading"


@evaluate.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option("--gold", multiple=True, type=click.Path(path_type=Path, exists=True), help="Gold records (.jsonl), as PATHS are.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
@click.option(
    "--part",
    type=click.Choice(["all", "open", "aside"]),
    default="all",
    show_default=True,
    help="Which gold reports: open leaves out those whose number three divides, aside measures only them.",
)
@click.option("--kind", "kinds", multiple=True, help="Of a folder only this: gold, timex, geo, ner, muc4, parallel, eventtype, counts.")
@_plainly
def scores(paths: tuple[Path, ...], gold: tuple[Path, ...], as_json: bool, part: str, kinds: tuple[str, ...]) -> None:
    """Score the reader: PATHS are files of gold records, or one folder of gold and benchmarks."""
    paths = (*paths, *gold)
    folders = [path for path in paths if path.is_dir()]
    if not paths or (folders and len(paths) > 1):
        raise ValueError("evaluate needs files of gold records or one folder of them: tahqiq evaluate FILE.jsonl")
    if folders:
        _evaluate_folder(folders[0], as_json, part, kinds)
        return
    from tahqiq.evaluation import MARKED, ROWS, SHARES, evaluate_reader, load_records
    from tahqiq.evaluation.benchmarks import is_in_part

    records = [record for path in paths for record in load_records(path) if is_in_part(str(record["id"]), part)]
    result = evaluate_reader(_watched(records, len(records), _READING))
    if as_json:
        _write(result)
        return
    names = list(result)
    click.echo(f"{'':18}" + "".join(f"{name:>8}" for name in names))
    for key in (*ROWS, *MARKED, *SHARES):
        click.echo(f"{key:18}" + "".join(f"{_points(result[name][key]):>8}" for name in names))


def _evaluate_folder(folder: Path, as_json: bool, part: str, kinds: tuple[str, ...]) -> None:
    from dataclasses import asdict

    from tahqiq.evaluation.benchmarks import KINDS, measure

    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown:
        raise ValueError(f"no kind of benchmark is named {unknown[0]}; there are {', '.join(KINDS)}")
    found = measure(folder, part=part, kinds=kinds, watch=lambda records, name: _watched(records, len(records), name))
    if as_json:
        _write({"rows": [asdict(row) for row in found.rows], "absent": list(found.absent)})
        return
    _benchmarks(found.rows)
    for line in found.absent:
        click.echo(line)


def _benchmarks(rows: Iterable[Any]) -> None:
    """One line for each set and slot, one column for each language."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    by_line: dict[tuple[str, str], dict[str, float | None]] = {}
    for row in rows:
        by_line.setdefault((f"{row.kind} {row.name}" if row.kind != row.name else row.kind, row.slot), {})[row.language] = row.points
    languages = [code for code in ("ar", "ur", "fa", "en", "all") if any(code in line for line in by_line.values())]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("Set", "Slot", *languages):
        table.add_column(heading, justify="right" if heading in languages else "left", no_wrap=True)
    last = ""
    for (name, slot), line in by_line.items():
        table.add_row("" if name == last else name, slot, *("" if code not in line else _points(line[code]) for code in languages))
        last = name
    Console(width=None if sys.stdout.isatty() else 120).print(table)


@evaluate.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The templates, one JSON object a document.")
@_plainly
def muc4(file: Path, out: Path) -> None:
    """Read the English documents of a file (id, text, published) and write MUC-4 templates of what they tell."""
    from tahqiq.evaluation.benchmarks import muc4_templates

    documents = list(_lines(file))
    made = [(d.get("id"), muc4_templates({"id": "", **d})) for d in _watched(documents, len(documents), _READING)]
    lines = (json.dumps({"id": id, "templates": found}, ensure_ascii=False) for id, found in made)
    out.write_text("".join(line + "\n" for line in lines), "utf-8")
    click.echo(f"{_counted(sum(len(found) for _, found in made), 'template')} of {_counted(len(made), 'document')} in {out}")


@evaluate.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True))
@click.option("--differences", is_flag=True, help="Also a line for each document and slot in which languages differ.")
@_plainly
def parallel(file: Path, differences: bool) -> None:
    """How far the same news in several languages gives the same events: what two languages both tell, of what each tells."""
    from tahqiq.evaluation.benchmarks import load_lines
    from tahqiq.evaluation.parallel import LANGUAGES, SLOTS, agreement

    documents = load_lines(file)
    found = agreement(_watched(documents, len(documents), _READING))
    click.echo(f"{_counted(found.documents, 'document')} of {len(documents)} tell of conflict in some language")
    click.echo(f"{'':12}" + "".join(f"{name:>8}" for name in (*LANGUAGES, "all")) + "   both told / told")
    for slot in SLOTS:
        shares = [found.share(slot, name) for name in (*LANGUAGES, "all")]
        told = f"{2 * found.shared[slot, 'all']} / {found.told[slot, 'all']}"
        click.echo(f"{slot:12}" + "".join(f"{_points(None if s is None else 100 * s):>8}" for s in shares) + f"   {told}")
    for one in found.differences if differences else ():
        values = "; ".join(f"{language}: {', '.join(told) or '-'}" for language, told in one.told.items())
        click.echo(f"{one.document}  {one.slot}  {values}")


def _points(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"


# -- places -----------------------------------------------------------------------------------------------------------


@cli.group()
def places() -> None:
    """The registry of places: look a name up, add dumps to your own registry."""


@places.command("find")
@click.argument("name")
@_plainly
def find_place(name: str) -> None:
    """The places that bear a name, likeliest first."""
    from tahqiq.registries import load_places

    given = _settings().places
    found = load_places([Path(given)] if given else ()).find(name)
    if not found:
        raise ValueError(f"no place bears the name «{name}»")
    for place in found[:20]:
        where = ", ".join(part for part in (place.kind, place.country, place.admin1) if part)
        click.echo(f"{place.name} ({where}) {place.lat} {place.lon} [{place.id}]")


_REGISTRY = click.option(
    "--registry", type=click.Path(path_type=Path), default=Path("places.sqlite"), show_default=True, help="Your registry."
)


@places.command("import")
@_FILES
@_REGISTRY
@_plainly
def import_dumps(files: tuple[Path, ...], registry: Path) -> None:
    """Add GeoNames dumps, Who's On First tables or OCHA p-code tables; the format is recognised."""
    from tahqiq.registries import import_places

    _imported(import_places(files, registry), registry)


@places.command("fetch")
@click.argument("countries", nargs=-1, required=True)
@_REGISTRY
@click.option("--from", "base", default=None, help="Address of the dumps; GeoNames' own unless given.")
@_plainly
def fetch_dumps(countries: tuple[str, ...], registry: Path, base: str | None) -> None:
    """Get the GeoNames dump of countries (SY IQ) over the network and add it."""
    from tahqiq.registries import GEONAMES, fetch_places

    _imported(fetch_places(countries, base or GEONAMES, registry), registry)


def _imported(result: Any, registry: Path) -> None:
    for name, count in result.taken.items():
        click.echo(f"{name}: {_counted(count, 'place')} taken, {_counted(result.left_out[name], 'row')} left out")
    held = f"{_counted(result.places, 'place')} with {_counted(result.names, 'name')} in {registry}"
    click.echo(f"{held}; read with it: TAHQIQ_PLACES={registry} tahqiq read …")


if __name__ == "__main__":
    main()
