"""Incidents as they stood at the end of a day: told by what was published until then, with what persons had decided until then.

How it works
1. Later reports are left out, and later decisions are as if nobody had made them: corrections, rejections, what is the same and what is
   not, reviews, grades, publishing, and the taking back of what was decided before.
2. Where no later decision changed which accounts count or belong together, an incident is today's without its later reports. Where one
   did, the accounts that it is about, those of their incidents and those linked to them are linked anew.
3. Reports are read by today's reader, and filters ask today's incidents. What a desk withholds or protects today stays so.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from tahqiq.deciding import CORRECTED, NOT_SAME, REJECTED, SAME, TAKE_BACK, Decided, named_accounts, target, ties
from tahqiq.ledger import Ledger, Query
from tahqiq.model import Account, Decision, Incident, Report
from tahqiq.pipeline.assessing import by_its_source
from tahqiq.pipeline.stages import Stages, the_stages
from tahqiq.registries.sources import Sources

_REGROUPING = frozenset({SAME, NOT_SAME, CORRECTED, REJECTED})  # kinds that change which accounts count, or which belong together


def incidents_as_of(ledger: Ledger, day: dt.date, query: Query | None = None, *, stages: Stages | None = None) -> Iterator[Incident]:
    """The incidents that match, as they stood at the end of a day; those of which nothing was published are left out."""
    then = _Then(ledger, day, stages or the_stages())
    given = set[str]()
    for incident in matching(ledger, query or Query()):
        for one in then.of(incident):
            if one.id not in given:
                given.add(one.id)
                yield one
    if query is None or replace(query, order="date", after=None, limit=50) == Query():  # what was rejected later is in none of today's
        yield from (one for one in then.regrouped if one.id not in given)


def incident_as_of(ledger: Ledger, incident: Incident, day: dt.date, *, stages: Stages | None = None) -> Incident | None:
    """The incident as it stood at the end of a day, None where nothing of it was published.

    One that was several then is the one that has most of its accounts.
    """
    found = tuple(_Then(ledger, day, stages or the_stages()).of(incident))
    return max(found, key=lambda one: (len(set(one.accounts) & set(incident.accounts)), one.id), default=None)


def matching(ledger: Ledger, query: Query) -> Iterator[Incident]:
    """The incidents that match, read some at a time."""
    after = query.after
    while True:
        page = ledger.incidents(replace(query, after=after, limit=500))
        yield from page.items
        if page.next is None:
            return
        after = page.next


class _Then:
    """The ledger at the end of a day."""

    def __init__(self, ledger: Ledger, day: dt.date, stages: Stages) -> None:
        self._ledger, self._day, self._stages = ledger, day, stages
        self._sources = tuple(ledger.sources())
        said = tuple(ledger.decisions())
        self._said = tuple(d for d in said if d.at[:10] <= day.isoformat())
        later = [d for d in said if d.at[:10] > day.isoformat()]
        known = {d.id: d for d in said}
        self._undone = {target(d) for d in later if d.kind == TAKE_BACK}
        self._undoing = [known.get(target(d), d) if d.kind == TAKE_BACK else d for d in later]

    def of(self, incident: Incident) -> Iterator[Incident]:
        """What the incident was then: one, several or none."""
        mine = frozenset(incident.accounts)
        if mine.isdisjoint(self._moved):
            yield from self._earlier(incident)
        else:
            yield from (one for one in self.regrouped if not mine.isdisjoint(one.accounts))

    def _earlier(self, incident: Incident) -> Iterator[Incident]:
        accounts = self._ledger.accounts_of(incident.accounts)
        reports = {report.id: report for report in self._ledger.reports_of(incident.reports)}
        its = set(incident.decisions) | self._undone
        decided = Decided.of([d for d in self._said if d.kind == TAKE_BACK or d.id in its], accounts)
        yield from decided.incidents(self._assessed([accounts], reports))

    def _assessed(self, groups: Iterable[Sequence[Account]], reports: dict[str, Report]) -> Iterator[Incident]:
        from tahqiq.assessing import known_by

        copies, known = self._stages.copies(tuple(reports.values())), Sources(self._sources)
        for group in groups:
            if told := known_by(group, reports, self._day):
                by_source = {a.report: by_its_source(reports[a.report], known) for a in told}
                yield self._stages.assess(told, by_source, copies, self._sources)

    @cached_property
    def _moved(self) -> frozenset[str]:
        """The accounts that later decisions may have moved: those decided on, those of their incidents, those linked to these."""
        about = [d for d in self._undoing if d.kind in _REGROUPING]
        named = {name for d in about for name in named_accounts(d)}
        named |= {a.id for a in self._ledger.accounts_of_reports({tied.report for d in about for tied in ties(d).values()})}
        beside = {name for i in self._ledger.incidents_of_accounts(named) for name in i.accounts} | named
        linked = {name for link in self._ledger.links_of(beside) for name in (link.a, link.b)}
        return frozenset(beside | {name for i in self._ledger.incidents_of_accounts(linked) for name in i.accounts})

    @cached_property
    def regrouped(self) -> tuple[Incident, ...]:
        """The incidents of those accounts, linked as they were told and decided then."""
        if not self._moved:
            return ()
        accounts = self._ledger.accounts_of(sorted(self._moved), as_read=True)
        reports = {report.id: report for report in self._ledger.reports_of(dict.fromkeys(a.report for a in accounts))}
        decided = Decided.of(self._said, accounts)
        told = decided.accounts(accounts, reports)
        return decided.incidents(self._assessed(_groups(told, reports, decided.pairs(), self._stages), reports))


def _groups(
    accounts: Sequence[Account], reports: dict[str, Report], decisions: Sequence[Decision], stages: Stages
) -> Iterator[tuple[Account, ...]]:
    by_id = {account.id: account for account in accounts}
    for group in stages.clusters(accounts, tuple(stages.link(accounts, reports)), decisions):
        if its := tuple(by_id[name] for name in group if name in by_id):
            yield its
