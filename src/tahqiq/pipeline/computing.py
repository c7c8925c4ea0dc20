"""The incidents of a ledger are those of all that is in it: linked, clustered, assessed and laid over with what persons decided."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from tahqiq import __version__
from tahqiq.deciding import Decided
from tahqiq.errors import UnknownName
from tahqiq.ledger import Ledger, Query
from tahqiq.model import Account, Incident, Reading, Report, Series, Source
from tahqiq.persons import records
from tahqiq.pipeline.assessing import assessed, by_its_source
from tahqiq.pipeline.catching_up import catch_up, shelve
from tahqiq.pipeline.reading import read_grounded
from tahqiq.pipeline.stages import STOPPING, Progress, Stages, now, said, the_stages
from tahqiq.registries.sources import Sources

LISTED = "a team's own list"  # the reader of rows that a person wrote as incidents: no program reads them again
_MOST_PASSES = 10  # of computing incidents, while others go on appending


def rebuild(ledger: Ledger, *, anew: bool = False, stages: Stages | None = None) -> int:
    """The incidents are those of all readings and decisions in the ledger; gives how many there are.

    Nothing is computed where they are that already, unless `anew`, and where little is new only what it touches (`catching_up`). Where
    another process appended meanwhile, it is done again.
    """
    steps = stages
    for left in reversed(range(_MOST_PASSES)):
        standing = ledger.incidents_stamp()
        if standing == f"{__version__}:{ledger.stamp()}" and not anew:
            break
        steps = steps or the_stages()
        if anew or not catch_up(ledger, steps):
            _compute_all(ledger, steps, standing if left else None)
        anew = False
    return ledger.incidents(Query(limit=1)).total


def _compute_all(ledger: Ledger, steps: Stages, standing: str | None) -> None:
    """The incidents are those of all that is in the ledger; nothing is done where their stamp is not `standing` any more."""
    stamp = f"{__version__}:{ledger.stamp()}"
    accounts = tuple(ledger.accounts())  # before the reports, so that each has its own among them
    reports = {report.id: report for report in ledger.reports()}
    said = tuple(ledger.decisions())
    decided = Decided.of(said, accounts)
    told = decided.accounts(accounts, reports)
    copies = steps.copies(tuple(reports.values()))
    linking = None
    if steps.weights is not None:
        from tahqiq.linking import link_whole

        linking = link_whole(told, reports, steps.weights(), copies)
    links = linking.links if linking else tuple(steps.link(told, reports))
    incidents = _incidents(told, reports, steps.clusters(told, links, decided.pairs()), tuple(ledger.sources()), steps, copies)
    with ledger.transaction(computing=True):
        if standing is not None and ledger.incidents_stamp() != standing:
            return  # another did meanwhile, and may know of more
        ledger.replace_copies(copies)
        ledger.append_links(links, complete=True)
        ledger.replace_incidents(decided.incidents(incidents), stamp=stamp, decided=_unlike_read(told, accounts), at=now())
        ledger.replace_persons(*records(incidents, {account.id: account for account in told}, reports, said))
        ledger.things.replace_series(_series(ledger, reports, copies))
        if linking:
            shelve(ledger, linking, reports, steps, said)


def _series(ledger: Ledger, reports: Mapping[str, Report], copies: Mapping[str, str]) -> tuple[Series, ...]:
    """The standing numbers that all figures tell."""
    from tahqiq.linking.figures import link_figures

    return link_figures(ledger.things.figures(), reports, copies)


def _unlike_read(told: Sequence[Account], read: Sequence[Account]) -> list[Account]:
    """The accounts that persons corrected."""
    before = {account.id: account for account in read}
    return [account for account in told if account is not before[account.id]]


def reread(ledger: Ledger, *, progress: Progress | None = None, stages: Stages | None = None) -> list[str]:
    """Every report is read by the reader of this version, beside what was read before, and the incidents are computed anew.

    Gives what could not be read, one sentence each; there the reading of before goes on to count.
    """
    steps = stages or the_stages()
    failures = []
    total = sum(1 for _ in ledger.reports())
    for done, report in enumerate(ledger.reports(), 1):
        try:
            if not _is_listed(ledger, report):
                ledger.append_reading(read_grounded(report, steps))
        except STOPPING:
            raise
        except Exception as e:  # one report's failure is told and the run goes on
            failures.append(f"report {report.id}: reading failed: {said(e)}")
        if progress:
            progress(done, total, report.title or report.id)
    rebuild(ledger, stages=steps)
    return failures


def read_beside(ledger: Ledger, read: Callable[[Report], Reading]) -> list[str]:
    """Every report is read by a second reader too: what it made stands beside what counts, for whoever reviews, and counts nowhere.

    Gives what could not be read, one sentence each.
    """
    failures = []
    steps = replace(the_stages(), read=read)
    for report in ledger.reports():
        try:
            ledger.append_reading(read_grounded(report, steps), beside=True)
        except STOPPING:
            raise
        except Exception as e:  # one report's failure is told and the run goes on
            failures.append(f"report {report.id}: reading failed: {said(e)}")
    return failures


def _is_listed(ledger: Ledger, report: Report) -> bool:
    try:
        return ledger.reading(report.id).reader == LISTED
    except UnknownName:
        return False  # it could not be read before


def _incidents(
    accounts: Sequence[Account],
    reports: Mapping[str, Report],
    groups: Iterable[Sequence[str]],
    sources: Sequence[Source],
    stages: Stages,
    copies: Mapping[str, str],
) -> tuple[Incident, ...]:
    known = Sources(sources)
    by_source = {name: by_its_source(report, known) for name, report in reports.items()}
    return tuple(assessed(stages, groups, {account.id: account for account in accounts}, by_source, copies, sources))
