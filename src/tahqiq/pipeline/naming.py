"""The persons of a ledger: all of them, or those whom some incidents name."""

from collections.abc import Collection, Mapping, Sequence

from tahqiq.deciding import OF_PERSONS, named_accounts, ties
from tahqiq.ledger import Ledger, Query
from tahqiq.model import Account, Decision, Incident, Report
from tahqiq.persons import alike_to, in_rank, records
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
    new, _ = records(incidents, accounts, reports)
    before = ledger.persons_of(touched)
    if new == before:
        return
    mine = {*touched, *accounts}
    about = {account.report for account in accounts.values()}
    is_said = any(
        d.kind in OF_PERSONS and not (mine.isdisjoint(_accounts_of(d)) and about.isdisjoint(told.report for told in ties(d).values()))
        for d in decisions
    )
    gone = {person.id for person in before}
    others = () if is_said else tuple(person for person in ledger.all_persons() if person.id not in gone)
    pairs = None if is_said else alike_to(new, before, others)
    if pairs is None or any(not mine.issuperset(person.accounts) for person in before):
        persons_anew(ledger, decisions)
        return
    kept = (pair for pair in ledger.persons_alike(limit=10**9) if pair.a not in gone and pair.b not in gone)
    ledger.put_persons(new, without=gone, doubtful=in_rank([*kept, *pairs]))


def _accounts_of(decision: Decision) -> set[str]:
    return {str(account) for account, _ in decision.value.get("persons", ())} | set(named_accounts(decision))
