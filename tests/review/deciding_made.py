"""A small desk for tests of decisions: reports that say `N killed in PLACE`, linked by place, with persons' words obeyed."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from plain_stages import PLAIN
from tahqiq.ledger import Ledger
from tahqiq.linking.clustering import cluster
from tahqiq.linking.weighing import load_weights
from tahqiq.model import Account, Casualty, Decision, Document, Link, Reading, Report
from tahqiq.pipeline import Stages, rebuild

STRONG = 40.0  # bits: no doubt
WHO = {"who": "an editor", "why": "seen the footage"}


def clusters(accounts: Sequence[Account], links: Sequence[Link], decisions: Sequence[Decision]) -> Iterable[Sequence[str]]:
    sure = [replace(link, score=STRONG) for link in links]
    return cluster((account.id for account in accounts), sure, decisions, load_weights())


DESK: Stages = replace(PLAIN, clusters=clusters)


def better(report: Report) -> Reading:
    """A later reader: the same accounts under other names, triggers a letter longer, and none of reports that say `maybe`."""
    first = PLAIN.read(report)
    kept = () if "maybe" in report.text else first.accounts
    accounts = tuple(
        replace(
            a, id=f"v2-{a.id}", trigger=replace(a.trigger, end=a.trigger.end + 1, text=report.text[a.trigger.start : a.trigger.end + 1])
        )
        for a in kept
    )
    return replace(first, version="2", accounts=accounts)


BETTER: Stages = replace(DESK, read=better)


def take_in(ledger: Ledger, *texts: str, stages: Stages = DESK, compute: bool = True) -> list[str]:
    """The texts are reports of the ledger, read and linked; gives their accounts' ids, first accounts of the texts in their order."""
    ledger.append_document(Document("d1", 1, "text/plain", "x", "file", "2023-07-09T00:00:00Z"))
    names = []
    for text in texts:
        report = Report(text, f"r-{text}", document="d1", language="en")
        ledger.append_report(report)
        reading = stages.read(report)
        ledger.append_reading(reading)
        names += [account.id for account in reading.accounts[:1]]
    if compute:
        rebuild(ledger, stages=stages)
    return names


def groups(ledger: Ledger) -> set[frozenset[str]]:
    """Which reports are together, by their texts."""
    return {frozenset(name.removeprefix("r-") for name in incident.reports) for incident in ledger.incidents().items}


def home(ledger: Ledger, account: str) -> str:
    """The incident that has the account."""
    return ledger.incidents_of_accounts([account])[0].id


def killed(account: Account) -> list[Casualty]:
    return [casualty for casualty in account.casualties if casualty.effect == "killed"]
