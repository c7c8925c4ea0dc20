"""Today: what came in, what waits, what changed, which sources are silent, and what this reader works on and searches for."""

import datetime as dt
from collections.abc import Iterable, Sequence

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from tahqiq.ledger import Query, Run
from tahqiq.model import Incident
from tahqiq.protection import without_withheld
from tahqiq.web import inbox, sources, tolls
from tahqiq.web import incidents as listing
from tahqiq.web.contexts import Choice
from tahqiq.web.decided import line
from tahqiq.web.door import Visitor, visitor_of
from tahqiq.web.pairs import titled
from tahqiq.web.rendering import Desk, desk_of, page, wording_of
from tahqiq.web.told import Teller, incident_address
from tahqiq.web.wording import Wording
from tahqiq.web.work import ChangeLine, RunLine, SearchLine, SilentLine, TodayPage

router = APIRouter(include_in_schema=False)
SCANNED = 400  # the latest incidents are looked through for changes
SHOWN = 12
RUNS = 6


@router.get("/today")
def today_page(request: Request) -> Response:
    visitor = visitor_of(request)
    if not visitor.name and not visitor.is_anybody:
        return RedirectResponse("/sign-in?next=/today", status_code=303)
    return page(request, "today.html", build(desk_of(request), visitor, wording_of(request)))


def build(desk: Desk, visitor: Visitor, wording: Wording) -> TodayPage:
    teller, ledger = desk.teller(wording), desk.ledger
    found = ledger.incidents(Query(limit=SCANNED))
    shown = without_withheld(found.items, (), (), ledger.withheld_reports())[0]
    known = tuple(ledger.decisions())
    people = ledger.people
    mine = {one.account for one in people.holding() if visitor.name and one.who == visitor.name}
    waits = inbox.counts(ledger)
    return TodayPage(
        runs=tuple(_run(run, wording) for run in list(ledger.runs())[-RUNS:][::-1]),
        waits=tuple(Choice(kind, wording(f"inbox.kind.{kind}"), count) for kind, count in waits.items() if count),
        mine=listing.lines(desk, ledger.incidents_of_accounts(mine), teller) if mine else (),
        changes=changes(shown, teller),
        decided=tuple(line(d, wording, visitor, known) for d in sorted(known, key=lambda d: d.at, reverse=True)[:SHOWN]),
        silent=tuple(
            SilentLine(one.name, feed.state, feed.last_gave)
            for one in sources.list_page(desk, wording).sources
            for feed in one.feeds
            if feed.needs_a_look
        )[:SHOWN],
        searches=tuple(SearchLine(one.name, one.address) for one in people.searches(visitor.name)) if visitor.name else (),
        total=found.total,
    )


def _run(run: Run, wording: Wording) -> RunLine:
    parts = [wording(f"today.run.{name}", n=count) for name, count in run.facts.items() if wording.has(f"today.run.{name}") and count]
    return RunLine(wording.time(run.at), wording.together(parts))


# -- what changed -----------------------------------------------------------------------------------------------------


def changes(incidents: Iterable[Incident], teller: Teller) -> tuple[ChangeLine, ...]:
    """The latest changes of tolls and grades and the latest contradictions, by the day on which they were told."""
    found: list[tuple[dt.date, ChangeLine]] = []
    for incident in incidents:
        found += _changed(incident, teller)
    ranked = sorted(found, key=lambda item: (-item[0].toordinal(), item[1].incident, item[1].kind))
    return tuple(change for _, change in ranked[:SHOWN])


def _changed(incident: Incident, teller: Teller) -> Sequence[tuple[dt.date, ChangeLine]]:
    wording, told = teller.wording, []
    name, address = titled(incident, teller), incident_address(incident.id)
    for toll in incident.tolls:
        if len(toll.steps) > 1:
            before, after = toll.steps[-2:]
            words = [wording.range(step.low, step.high) for step in (before, after)]
            change = ChangeLine("toll", tolls.label(toll, teller), wording.day(after.day), name, address, *words)
            if words[0] != words[1]:
                told.append((after.day, change))
    if len(incident.grade_steps) > 1:
        first, last = incident.grade_steps[-2:]
        grades = [wording.label("grades", step.grade) for step in (first, last)]
        told.append((last.day, ChangeLine("grade", wording("assessed.grade"), wording.day(last.day), name, address, *grades)))
    for dispute in incident.disputes:
        if dispute.since:
            told.append(
                (dispute.since, ChangeLine("contradiction", teller.field(dispute.field), wording.day(dispute.since), name, address))
            )
    return told
