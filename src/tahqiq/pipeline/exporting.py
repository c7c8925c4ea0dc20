"""Out of the ledger: incidents in a format, and documents as a web archive."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

from tahqiq import __version__
from tahqiq.deciding import released
from tahqiq.evidence import Vault
from tahqiq.ledger import Ledger, Query
from tahqiq.model import Account, Incident, Report
from tahqiq.pipeline.as_of import incidents_as_of, matching
from tahqiq.settings import Settings

if TYPE_CHECKING:
    from tahqiq.export import LossReport
    from tahqiq.protection import Protecting


Batch = tuple[tuple[Incident, ...], tuple[Account, ...], tuple[Report, ...]]


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
    limit: int | None = None,
    batch: int = 500,
    progress: Callable[[int], None] | None = None,
) -> "LossReport":
    """The incidents that match are written in the format of this name, protected by the policy; gives what was lost in it.

    Args:
        as_of: as they stood at the end of this day: by what was published and decided until then; by everything unless given.
        numbers: a line of JSON for each number that is written: its rule, and the words it stands on.
        limit: at most so many; all unless given.
        batch: incidents that are held at a time.
        progress: is told how many more were passed, with names to learn from and again to be written.
    """
    from tahqiq.export import write_batches

    given = batches(ledger, query, as_of=as_of, limit=limit, batch=batch, progress=progress)
    return write_batches(name, given, out, settings=settings, numbers=numbers, protecting=protecting(ledger, policy))


def protecting(ledger: Ledger, policy: str) -> "Protecting":
    """What protects all that leaves this desk by the policy, with all that editors said of names."""
    from tahqiq.protection import Protecting

    free = released(ledger.decisions())
    return Protecting(policy, released=free.once, twice=free.twice, marked=ledger.protected_names())


def batches(
    ledger: Ledger,
    query: Query | None = None,
    *,
    as_of: dt.date | None = None,
    limit: int | None = None,
    batch: int = 500,
    progress: Callable[[int], None] | None = None,
) -> Callable[[], Iterator[Batch]]:
    """What gives the incidents that match with their accounts and reports, some at a time, from the first each time it is called."""

    def given() -> Iterator[Batch]:
        found = matching(ledger, query or Query()) if as_of is None else incidents_as_of(ledger, as_of, query)
        found = found if limit is None else islice(found, limit)
        while some := tuple(islice(found, batch)):
            yield as_shown(ledger, some)
            if progress:
                progress(len(some))

    return given


def as_shown(ledger: Ledger, incidents: Iterable[Incident]) -> tuple[tuple[Incident, ...], tuple[Account, ...], tuple[Report, ...]]:
    """The incidents with their accounts and reports, without the words of documents that are withheld."""
    from tahqiq.protection import without_withheld

    given, shut = tuple(incidents), ledger.withheld_reports()
    accounts = ledger.accounts_of(account for incident in given for account in incident.accounts)
    reports = ledger.reports_of(dict.fromkeys(r for i in given for r in i.reports))
    return without_withheld(given, accounts, reports, shut)


def archive(ledger: Ledger, vault: Vault, out: BinaryIO) -> int:
    """The documents of the ledger that came from the web, but for those withheld, are in `out` as one web archive; gives how many."""
    from tahqiq.evidence.archiving import write_wacz

    withheld = vault.check().withheld
    found = ((document, vault.bytes(document.id)) for document in ledger.documents() if document.url and document.id not in withheld)
    return write_wacz(found, out, program=f"tahqiq {__version__}")
