"""Out of the ledger: incidents in a format, as of a day, and documents as a web archive."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

from tahqiq import __version__
from tahqiq.deciding import released
from tahqiq.evidence import Vault
from tahqiq.ledger import Ledger, Query
from tahqiq.model import Account, Incident, Report
from tahqiq.pipeline.computing import by_its_source
from tahqiq.pipeline.stages import Stages, the_stages
from tahqiq.registries.sources import Sources
from tahqiq.settings import Settings

if TYPE_CHECKING:
    from tahqiq.export import LossReport


def export(
    ledger: Ledger,
    name: str,
    out: BinaryIO,
    *,
    policy: str = "public",
    query: Query | None = None,
    settings: Settings | None = None,
    as_of: dt.date | None = None,
    numbers: BinaryIO | None = None,
    batch: int = 500,
) -> "LossReport":
    """The incidents that match are written in the format of this name, protected by the policy; gives what was lost in it.

    Args:
        as_of: told by what was published until the end of this day; by everything unless given.
        numbers: a line of JSON for each number that is written: its rule, and the words it stands on.
        batch: incidents that are held at a time.
    """
    from tahqiq.export import write_batches
    from tahqiq.protection import Protecting

    def batches() -> Iterator[tuple[tuple[Incident, ...], tuple[Account, ...], tuple[Report, ...]]]:
        found = matching(ledger, query or Query()) if as_of is None else incidents_as_of(ledger, as_of, query)
        while some := tuple(islice(found, batch)):
            yield as_shown(ledger, some)

    free = released(ledger.decisions())
    protecting = Protecting(policy, released=free.once, twice=free.twice, marked=ledger.protected_names())
    return write_batches(name, batches, out, settings=settings, numbers=numbers, protecting=protecting)


def as_shown(ledger: Ledger, incidents: Iterable[Incident]) -> tuple[tuple[Incident, ...], tuple[Account, ...], tuple[Report, ...]]:
    """The incidents with their accounts and reports, without the words of documents that are withheld."""
    from tahqiq.protection import without_withheld

    given, shut = tuple(incidents), ledger.withheld_reports()
    accounts = ledger.accounts_of(account for incident in given for account in incident.accounts)
    reports = ledger.reports_of(dict.fromkeys(r for i in given for r in i.reports))
    return without_withheld(given, accounts, reports, shut)


def matching(ledger: Ledger, query: Query) -> Iterator[Incident]:
    after = query.after
    while True:
        page = ledger.incidents(replace(query, after=after, limit=500))
        yield from page.items
        if page.next is None:
            return
        after = page.next


def incidents_as_of(ledger: Ledger, day: dt.date, query: Query | None = None, *, stages: Stages | None = None) -> Iterator[Incident]:
    """The incidents that match, told by what was published until the end of a day; those of which nothing was are left out."""
    steps = stages or the_stages()
    for incident in matching(ledger, query or Query()):
        then = incident_as_of(ledger, incident, day, stages=steps)
        if then:
            yield then


def incident_as_of(ledger: Ledger, incident: Incident, day: dt.date, *, stages: Stages | None = None) -> Incident | None:
    """The incident told by what was published until the end of a day, None where nothing was.

    Reports are linked and read as they are today, and persons' corrections count: it is what the reports told by then, not what this
    ledger held.
    """
    from tahqiq.assessing import known_by

    steps = stages or the_stages()
    reports = {report.id: report for report in ledger.reports_of(incident.reports)}
    told = known_by(ledger.accounts_of(incident.accounts), reports, day)
    if not told:
        return None
    sources = tuple(ledger.sources())
    known = Sources(sources)
    by_source = {a.report: by_its_source(reports[a.report], known) for a in told}
    return steps.assess(told, by_source, steps.copies(tuple(reports.values())), sources)


def archive(ledger: Ledger, vault: Vault, out: BinaryIO) -> int:
    """The documents of the ledger that came from the web, but for those withheld, are in `out` as one web archive; gives how many."""
    from tahqiq.evidence.archiving import write_wacz

    withheld = vault.check().withheld
    found = ((document, vault.bytes(document.id)) for document in ledger.documents() if document.url and document.id not in withheld)
    return write_wacz(found, out, program=f"tahqiq {__version__}")
