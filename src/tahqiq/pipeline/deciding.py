"""What persons decide is kept first, then the incidents it is about are as it says."""

import datetime as dt
from collections.abc import Sequence

from tahqiq import __version__
from tahqiq.deciding import BESIDE, OF_INCIDENTS, OF_PERSONS, TAKE_BACK, Decided, named_accounts, target, ties
from tahqiq.ledger import Ledger
from tahqiq.model import Decision, Incident
from tahqiq.pipeline.computing import rebuild
from tahqiq.pipeline.naming import persons_anew
from tahqiq.pipeline.stages import Stages, now


def decide(ledger: Ledger, decisions: Sequence[Decision], *, stages: Stages | None = None) -> None:
    """The decisions are kept, and the incidents are those of all decisions.

    What is said of an incident as a whole is laid over it at once; only what changes accounts or pairs is linked and assessed anew. The
    decisions are kept first, so that none is lost where computing is interrupted: the next run goes on.
    """
    with ledger.transaction(computing=True):
        before = ledger.stamp()
        appended = sum(ledger.append_decision(decision) for decision in decisions)
        stamp = ledger.stamp()
        is_standing = ledger.incidents_stamp() == f"{__version__}:{before}" and _is_only_later(before, stamp, appended)
        known = {d.id: d for d in ledger.decisions()}
        about = [known.get(target(d), d) if d.kind == TAKE_BACK else d for d in decisions]
        if is_standing and all(d.kind in OF_INCIDENTS | OF_PERSONS | BESIDE for d in about):
            _lay_over(ledger, tuple(known.values()), [d for d in about if d.kind in OF_INCIDENTS], f"{__version__}:{stamp}")
            if any(d.kind in OF_PERSONS for d in about):
                persons_anew(ledger, tuple(known.values()))
            ledger.shelf.carry_out(decision.id for decision in decisions)
            return
    rebuild(ledger, stages=stages)


def decided_in(ledger: Ledger, decisions: Sequence[Decision]) -> Decided:
    """What these decisions, of the ledger, say of its accounts today."""
    names = {name for d in decisions for name in named_accounts(d)}
    reports = {name for d in decisions for name in _reports_of(d)}
    accounts = {a.id: a for a in (*ledger.accounts_of(names, as_read=True), *ledger.accounts_of_reports(reports))}
    return Decided.of(decisions, tuple(accounts.values()))


def instant(ledger: Ledger) -> str:
    """The time, UTC, for a decision: later than that of any before, whichever machine's clock is ahead."""
    moment = dt.datetime.now(dt.UTC)
    latest = max((d.at for d in ledger.decisions()), default="")
    ahead = _moment(latest)
    if ahead is not None and moment <= ahead < moment + dt.timedelta(days=1):
        moment = ahead + dt.timedelta(microseconds=1)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _moment(at: str) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(at)
    except ValueError:
        return None


def _is_only_later(before: str, after: str, decisions: int) -> bool:
    """True where no other process appended anything between the two stamps."""
    readings, decided, sources = before.split(":")
    return after == f"{readings}:{int(decided) + decisions}:{sources}"


def _lay_over(ledger: Ledger, decisions: Sequence[Decision], about: Sequence[Decision], stamp: str) -> None:
    """The incidents that these decisions are about, and those that share a decision with them, are as all decisions together say."""
    touched: dict[str, Incident] = {}
    while about:
        reports = {name for d in about for name in _reports_of(d)}
        names = {name for d in about for name in named_accounts(d)} | {a.id for a in ledger.accounts_of_reports(reports)}
        new = [i for i in ledger.incidents_of_accounts(names) if i.id not in touched]
        touched.update((i.id, i) for i in new)
        here = {name for i in new for name in (*i.accounts, *i.reports)}
        about = [d for d in decisions if d.kind in OF_INCIDENTS and not here.isdisjoint((*named_accounts(d), *_reports_of(d)))]
        if not new:
            break
    accounts = ledger.accounts_of((a for i in touched.values() for a in i.accounts), as_read=True)
    decided = Decided.of(decisions, accounts)
    ledger.put_incidents(decided.again(tuple(touched.values())), stamp=stamp, at=now())


def _reports_of(decision: Decision) -> set[str]:
    return {tied.report for tied in ties(decision).values()}
