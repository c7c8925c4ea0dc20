"""The persons of a ledger: all of them, or those whom some incidents name."""

from collections.abc import Collection, Mapping, Sequence

from tahqiq.ledger import Ledger, Query
from tahqiq.model import Account, Decision, Incident, Report
from tahqiq.persons import records
from tahqiq.pipeline.as_of import matching


def persons_anew(ledger: Ledger, decisions: Sequence[Decision]) -> None:
    """The persons are those of the incidents that stand and of these decisions."""
    incidents = tuple(matching(ledger, Query()))
    accounts = {account.id: account for account in ledger.accounts_of(a for i in incidents for a in i.accounts)}
    reports = {report.id: report for report in ledger.reports_of(dict.fromkeys(a.report for a in accounts.values()))}
    ledger.replace_persons(*records(incidents, accounts, reports, decisions))


def persons_of(
    ledger: Ledger,
    touched: Collection[str],
    incidents: Sequence[Incident],
    accounts: Mapping[str, Account],
    reports: Mapping[str, Report],
    decisions: Sequence[Decision],
) -> None:
    """The persons are those of the incidents that stand, of which only these are other than before.

    Args:
        touched: the accounts of these incidents, now and before.
    """
    named, _ = records(incidents, accounts, reports)
    if named or ledger.persons_of(touched):
        persons_anew(ledger, decisions)
