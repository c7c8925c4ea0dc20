"""Today: what waits and how long, what stands out, what changed since the visitor looked, what came in, what is silent, their searches."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.background import BackgroundTask

from tahqiq.ledger import Ledger, Query, Run
from tahqiq.ledger.daily import FIELDS
from tahqiq.model import Decision, Incident
from tahqiq.pipeline import now
from tahqiq.protection import without_withheld
from tahqiq.review import coding, items
from tahqiq.review.looking import Look, look_before, looked
from tahqiq.review.spiking import WINDOW, Spike, spikes
from tahqiq.web import inbox, searches, sources, tolls
from tahqiq.web import incidents as listing
from tahqiq.web.contexts import Cited
from tahqiq.web.decided import line
from tahqiq.web.door import Visitor, visitor_of
from tahqiq.web.pairs import titled
from tahqiq.web.rendering import Desk, desk_of, page, wording_of
from tahqiq.web.told import Teller, incident_address, report_address
from tahqiq.web.wording import Wording
from tahqiq.web.work import ChangeLine, RunLine, SearchLine, SilentLine, SpikeLine, TodayPage, WaitLine

router = APIRouter(include_in_schema=False)
SCANNED = 400  # the latest incidents are looked through for changes
SHOWN = 12
MOST_CITED = 3  # reports that are named as those that changed something
RUNS = 6
MOST_SPIKES = 8


@router.get("/today")
def today_page(request: Request) -> Response:
    visitor = visitor_of(request)
    if not visitor.name and not visitor.is_anybody:
        return RedirectResponse("/sign-in?next=/today", status_code=303)
    ledger, at = desk_of(request).ledger, now()
    last = ledger.last_report()  # what comes while the page is made is new at the next look
    response = page(request, "today.html", build(desk_of(request), visitor, wording_of(request), at, request.app.state.settings.places))
    if visitor.name:  # after the page is sent: a page that is read waits for nobody who writes
        response.background = BackgroundTask(looked, ledger, visitor.name, at, last)
    return response


def build(desk: Desk, visitor: Visitor, wording: Wording, at: str, places: str = "") -> TodayPage:
    teller, ledger = desk.teller(wording), desk.ledger
    found = ledger.incidents(Query(limit=SCANNED))
    before = look_before(ledger, visitor.name, at) if visitor.name else None
    hidden = {account for one in coding.unseen(ledger, visitor.name) for account in one.accounts} if visitor.name else set()
    known = tuple(ledger.decisions())
    people = ledger.people
    mine = {one.account for one in people.holding() if visitor.name and one.who == visitor.name}
    day = ledger.last_day(dt.date.fromisoformat(at[:10]))
    return TodayPage(
        runs=tuple(_run(run, wording) for run in list(ledger.runs())[-RUNS:][::-1]),
        waits=tuple(_waits(ledger, visitor, known, wording)),
        mine=listing.lines(desk, ledger.incidents_of_accounts(mine), teller) if mine else (),
        changes=_changes(ledger, found.items, before, hidden, teller),
        decided=tuple(line(d, wording, visitor, known) for d in sorted(known, key=lambda d: d.at, reverse=True)[:SHOWN]),
        silent=tuple(
            SilentLine(one.name, feed.state, feed.last_gave)
            for one in sources.list_page(desk, wording).sources
            for feed in one.feeds
            if feed.needs_a_look
        )[:SHOWN],
        searches=tuple(
            SearchLine(one.name, one.address, one.news if one.has_news else "") for one in searches.own(desk, visitor.name, wording, places)
        )
        if visitor.name
        else (),
        total=found.total,
        spikes=tuple(_spikes(desk, day, wording)) if day else (),
        spike_day=wording.day(day) if day else "",
        looked=wording.time(before.at) if before else "",
    )


def _waits(ledger: Ledger, visitor: Visitor, known: Sequence[Decision], wording: Wording) -> Iterable[WaitLine]:
    """What waits of each kind, and how long the first of it has."""
    made = {d.id: d.at for d in known}
    oldest: dict[str, list[str]] = {}
    for one in inbox.of_decisions(ledger):
        oldest.setdefault(one.kind, []).append(made.get(one.decision or "", ""))
    for item in items.waiting(ledger):
        oldest.setdefault(item.kind, []).append(item.at)
    oldest["unreviewed"] = list(ledger.acquired([one.id for one in ledger.longest_waiting(limit=1)]).values())
    for kind, count in inbox.counts(ledger).items():
        if count:
            first = min((at for at in oldest.get(kind, ()) if at), default="")
            address = f"/inbox?kind={kind}" if kind != "unreviewed" else "/inbox"
            yield WaitLine(wording(f"inbox.kind.{kind}"), count, address if visitor.name else "", inbox.waited(first, wording))
    if not visitor.name:
        return
    mine = coding.to_code(ledger, visitor.name)
    if mine:
        yield WaitLine(wording("today.to_code"), len(mine), "/coding", inbox.waited(min(one.at for one in mine), wording))
    apart = [one for one in coding.items(ledger) if one.state in ("disputed", "half_settled")]
    if apart and visitor.may("settle"):
        yield WaitLine(wording("today.to_settle"), len(apart), "/coding", inbox.waited(min(_done(one) for one in apart), wording))


def _done(one: coding.Item) -> str:
    return max(coded.at for coded in one.codings.values())


# -- spikes -----------------------------------------------------------------------------------------------------------


def _spikes(desk: Desk, day: dt.date, wording: Wording) -> Iterable[SpikeLine]:
    """What the last day with incidents tells far more of than the weeks before it."""
    since = day - dt.timedelta(days=WINDOW)
    found = [one for field in FIELDS for one in spikes(field, desk.ledger.by_day(field, since, day), day)]
    for one in sorted(found, key=lambda one: (one.usual - one.count, one.field, one.value))[:MOST_SPIKES]:
        usual = wording.digits(f"{one.usual:g}")
        told = wording("today.spike", n=one.count, usual=usual, most=one.most, days=WINDOW)
        yield SpikeLine(_named(one, desk, wording), told, _where(one))


def _named(one: Spike, desk: Desk, wording: Wording) -> str:
    if one.field == "place":
        country, _, province = one.value.partition("/")
        return wording.together([part for part in (province, wording.country(country)) if part])
    if one.field == "event_type":
        return wording.label("event_types", one.value)
    return desk.names(one.value, wording.language) or one.value


def _where(one: Spike) -> str:
    """The list of what the spike is made of."""
    days = {"since": one.day.isoformat(), "until": one.day.isoformat()}
    if one.field == "place":
        country, _, _ = one.value.partition("/")
        return f"/incidents?{urlencode({'country': country, **days})}"
    return f"/incidents?{urlencode({one.field: one.value, **days})}"


def _run(run: Run, wording: Wording) -> RunLine:
    parts = [wording(f"today.run.{name}", n=count) for name, count in run.facts.items() if wording.has(f"today.run.{name}") and count]
    return RunLine(wording.time(run.at), wording.together(parts))


# -- what changed -----------------------------------------------------------------------------------------------------


def _changes(ledger: Ledger, latest: Sequence[Incident], before: Look | None, hidden: set[str], teller: Teller) -> tuple[ChangeLine, ...]:
    """What changed by reports that came since the visitor last looked, then the latest of all."""
    shut = ledger.withheld_reports()

    def shown(incidents: Iterable[Incident]) -> tuple[Incident, ...]:
        return without_withheld([one for one in incidents if hidden.isdisjoint(one.accounts)], (), (), shut)[0]

    new: tuple[ChangeLine, ...] = ()
    if before:
        told, reports = ledger.told_since(before.report)
        new = changes(shown(told), teller, reports, ledger)
    told_new = {(one.kind, one.incident, one.label) for one in new}
    older = (one for one in changes(shown(latest), teller, ledger=ledger) if (one.kind, one.incident, one.label) not in told_new)
    return (*new, *older)[:SHOWN]


def changes(
    incidents: Iterable[Incident], teller: Teller, new: frozenset[str] | None = None, ledger: Ledger | None = None
) -> tuple[ChangeLine, ...]:
    """The latest changes of tolls and grades and the latest contradictions, by the day on which they were told.

    Args:
        new: only what these reports changed, marked as new.
        ledger: gives the outlets of the reports that changed it, where they are to be named.
    """
    found: list[tuple[dt.date, ChangeLine, tuple[str, ...]]] = []
    for incident in incidents:
        found += [
            (day, replace(change, is_new=new is not None), by)
            for day, change, by in _changed(incident, teller)
            if new is None or not new.isdisjoint(by)
        ]
    ranked = sorted(found, key=lambda item: (-item[0].toordinal(), item[1].incident, item[1].kind))
    shown = ranked[:SHOWN]
    wanted = dict.fromkeys(name for _, _, by in shown for name in by[:MOST_CITED])
    known = ledger.reports_of(wanted) if ledger else ()
    reports = {report.id: Cited(teller.outlet(report), report_address(report.id)) for report in known}
    return tuple(replace(change, by=tuple(reports[name] for name in by[:MOST_CITED] if name in reports)) for _, change, by in shown)


def _changed(incident: Incident, teller: Teller) -> Sequence[tuple[dt.date, ChangeLine, tuple[str, ...]]]:
    """Each change with its day and the reports that made it."""
    wording, told = teller.wording, []
    if all(len(toll.steps) < 2 for toll in incident.tolls) and len(incident.grade_steps) < 2 and not incident.disputes:
        return ()
    name, address = titled(incident, teller), incident_address(incident.id)
    for toll in incident.tolls:
        if len(toll.steps) > 1:
            before, after = toll.steps[-2:]
            words = [wording.range(step.low, step.high) for step in (before, after)]
            change = ChangeLine("toll", tolls.label(toll, teller), wording.day(after.day), name, address, words[0], words[1])
            if words[0] != words[1]:
                told.append((after.day, change, after.reports))
    if len(incident.grade_steps) > 1:
        first, last = incident.grade_steps[-2:]
        grades = [wording.label("grades", step.grade) for step in (first, last)]
        kept = wording.label("grades", incident.grade) if incident.computed_grade else ""
        change = ChangeLine("grade", wording("assessed.grade"), wording.day(last.day), name, address, grades[0], grades[1], kept=kept)
        told.append((last.day, change, last.reports))
    for dispute in incident.disputes:
        if dispute.since:
            change = ChangeLine("contradiction", teller.field(dispute.field), wording.day(dispute.since), name, address)
            by = tuple(report for value in incident.values.get(dispute.field, ()) for report, _, _ in value.mentions)
            told.append((dispute.since, change, by))
    return told
