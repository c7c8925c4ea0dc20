"""The list of incidents and the page of one: ask the ledger, fill the context, render."""

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from tahqiq.codebook import load_codebook
from tahqiq.errors import LedgerConflict, UnknownName
from tahqiq.ledger import Ledger, Query
from tahqiq.linking.copies import copies as find_copies
from tahqiq.model import Account, Incident, Link, Place, Report, to_json
from tahqiq.protection import without_withheld
from tahqiq.web import assessed, charts, figures, maps, matrix, pairs, persons, tolls
from tahqiq.web import filters as filtering
from tahqiq.web.contexts import (
    AccountLabel,
    Chart,
    Choice,
    Filters,
    Grade,
    GradeChange,
    IncidentLine,
    IncidentListPage,
    IncidentPage,
    LinkLine,
    Map,
    ReportLine,
)
from tahqiq.web.decisions import deciding
from tahqiq.web.door import visitor_of
from tahqiq.web.reasons import link_reason
from tahqiq.web.rendering import Desk, desk_of, page, wording_of
from tahqiq.web.told import Teller, incident_address, mention_address, report_address
from tahqiq.web.wording import Wording, direction

router = APIRouter()
PLACES_NAMED = 3  # of a contested place, as many as fit the title


@router.get("/", include_in_schema=False)
def home(request: Request) -> Response:
    """Whoever works here begins with today, whoever reads a ledger without users with its incidents."""
    path = "/today" if visitor_of(request).name else "/incidents"
    return RedirectResponse(f"{path}?{request.url.query}" if request.url.query else path, status_code=307)


@router.get("/incidents", include_in_schema=False)
def incident_list(request: Request) -> Response:
    context = list_page(desk_of(request), request.query_params, wording_of(request))
    return page(request, "incidents.html", context, status=400 if context.problems else 200)


@router.get("/incidents/{incident}", include_in_schema=False)
def incident_page(request: Request, incident: str) -> Response:
    desk = desk_of(request)
    found = desk.ledger.incident(incident)
    if found.id != incident:  # not for good: what was merged may be taken apart again
        asked = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(incident_address(found.id) + asked, status_code=302)
    context = one_page(desk, found, wording_of(request))
    return page(request, "incident.html", context, work=deciding(desk, request, found, context.near))


# -- the list ---------------------------------------------------------------------------------------------------------


def list_page(desk: Desk, parameters: Mapping[str, str], wording: Wording) -> IncidentListPage:
    """The incidents that the filters let through, one page of them; with problems where a filter cannot be used."""
    filters, query, problems = filtering.parse(parameters, wording)
    teller = desk.teller(wording)
    if not problems:
        try:
            found = desk.ledger.incidents(query)
            return _filled(filters, query, found.items, found.total, found.next, desk, teller)
        except (LedgerConflict, UnknownName, ValueError) as error:
            problems = (wording("problem.no_such_page", why=str(error)),)
    return _filled(filters, query, (), 0, None, desk, teller, problems)


def _filled(
    filters: Filters,
    query: Query,
    items: Sequence[Incident],
    total: int,
    after: str | None,
    desk: Desk,
    teller: Teller,
    problems: tuple[str, ...] = (),
) -> IncidentListPage:
    wording = teller.wording
    items = without_withheld(items, (), (), desk.ledger.withheld_reports())[0]
    listed = lines(desk, items, teller)
    choices = _choices(desk.ledger, wording)
    return IncidentListPage(
        filters=filters,
        incidents=listed,
        total=total,
        map=_list_map(items, listed, wording),
        event_types=choices["event_type"],
        countries=choices["country"],
        grades=choices["grade"],
        languages=choices["language"],
        orders=tuple(Choice(order, wording(f"order.{order}")) for order in filtering.ORDERS),
        next=filtering.address(filters, after=after) if after else None,
        first=filtering.address(filters) if query.after else None,
        problems=problems,
        filtered=filters != Filters(order=filters.order),
    )


def lines(desk: Desk, items: Sequence[Incident], teller: Teller) -> tuple[IncidentLine, ...]:
    """The incidents as lines of a list, their tolls on one axis."""
    items, told, _ = without_withheld(items, _accounts(desk.ledger, items), (), desk.ledger.withheld_reports())
    accounts = {account.id: account for account in told}
    limit = tolls.axis_limit(toll for incident in items for toll in incident.tolls)
    return tuple(_line(incident, [accounts[a] for a in incident.accounts if a in accounts], teller, limit) for incident in items)


def _accounts(ledger: Ledger, items: Iterable[Incident]) -> tuple[Account, ...]:
    wanted = [account for incident in items for account in incident.accounts]
    return ledger.accounts_of(wanted) if wanted else ()


def _line(incident: Incident, accounts: Sequence[Account], teller: Teller, limit: int) -> IncidentLine:
    killed, injured = (tolls.main_toll(incident, effect) for effect in ("killed", "injured"))
    where, when = _where(incident, accounts, teller), _when(incident, accounts, teller)
    scale = tolls.rooted(limit)
    return IncidentLine(
        id=incident.id,
        address=incident_address(incident.id),
        event_type=incident.event_type,
        what=_what(incident, accounts, teller)[0],
        alleged=incident.certainty == "alleged",
        status="" if incident.status == "occurred" else teller.wording.label("status", incident.status),
        where=where,
        where_contested="place" in incident.contradictions,
        country=_country_beside(incident, where, teller.wording),
        when=when,
        when_contested="date" in incident.contradictions,
        start=incident.start,
        killed=tolls.line(killed, teller, scale) if killed else None,
        injured=tolls.line(injured, teller, scale) if injured else None,
        reports=len(incident.reports),
        independent=incident.independent,
        scripts=tuple(teller.script(language) for language in incident.languages),
        contradictions=tuple(teller.field(field) for field in incident.contradictions),
        grade=_grade(incident, teller.wording),
    )


def _country_beside(incident: Incident, where: Sequence[str], wording: Wording) -> str:
    """The country's name, where the places named are not themselves that country."""
    country = wording.country(incident.place.country) if incident.place else ""
    return "" if country in where else country


def _list_map(items: Sequence[Incident], lines: Sequence[IncidentLine], wording: Wording) -> Map:
    spots = [
        maps.Spot(_where_at(incident), _pin_title(line, wording), line.address, _pin_radius(line)) for incident, line in zip(items, lines)
    ]
    return maps.draw(spots, wording)


def _where_at(incident: Incident) -> Place:
    return incident.place or Place("")


def _pin_title(line: IncidentLine, wording: Wording) -> str:
    parts = [line.what, wording.either(line.where), wording.either(line.when)]
    if line.killed:
        parts.append(wording("toll.known", effect=line.killed.label, told=line.killed.told))
    return wording.together([part for part in parts if part])


def _pin_radius(line: IncidentLine) -> float:
    """Area grows with the dead; an incident without a toll is still to be seen."""
    killed = line.killed.best if line.killed else 0
    return round(min(26.0, 6.0 + 2.2 * math.sqrt(killed)), 1)


def _choices(ledger: Ledger, wording: Wording) -> dict[str, tuple[Choice, ...]]:
    """What the ledger holds of each filter's list, the most frequent first."""
    facets = ledger.counts(Query())
    words = {
        "event_type": lambda value: wording.label("event_types", value),
        "country": wording.country,
        "grade": lambda value: wording.label("grades", value),
        "language": wording.language_name,
    }
    choices: dict[str, tuple[Choice, ...]] = {}
    for name, word in words.items():
        counted = facets.get(name, {})
        choices[name] = tuple(
            Choice(value, word(value), count) for value, count in sorted(counted.items(), key=lambda i: (-i[1], i[0])) if value
        )
    grades = {choice.value: choice for choice in choices["grade"]}
    order = load_codebook().closed("grades")
    choices["grade"] = tuple(grades[grade] for grade in order if grade in grades)
    return choices


# -- one incident -----------------------------------------------------------------------------------------------------


def one_page(desk: Desk, incident: Incident, wording: Wording, *, as_of: dt.date | None = None) -> IncidentPage:
    """Everything told of the happening, who tells it, and what the incident makes of it; `as_of` a day, only what was known by then."""
    teller = desk.teller(wording)
    found = desk.ledger.reports_of(incident.reports)
    copies = {copy: first for copy, first in find_copies(found).items() if copy != first}
    shut = desk.ledger.withheld_reports()
    (incident,), accounts, found = without_withheld([incident], desk.ledger.accounts_of(incident.accounts), found, shut)
    reports = {report.id: report for report in found}
    links = [one for one in _links_among(desk.ledger, set(incident.accounts)) if not _is_shut(one, accounts, shut)]
    words = assessed.Words(incident, accounts, reports, teller)
    return IncidentPage(
        id=incident.id,
        address=incident_address(incident.id),
        what=_what(incident, accounts, teller),
        where=_where(incident, accounts, teller),
        when=_when(incident, accounts, teller),
        status="" if incident.status == "occurred" else wording.label("status", incident.status),
        alleged=incident.certainty == "alleged",
        toll_words=tolls.words(incident, teller),
        reports_count=len(incident.reports),
        independent=incident.independent,
        copies=incident.copies,
        languages=tuple(teller.script(language) for language in incident.languages),
        grade=_grade(incident, wording),
        grade_reasons=words.reasons(incident.grade_reasons),
        contradictions=tuple(teller.field(field) for field in incident.contradictions),
        map=_incident_map(incident, accounts, teller),
        matrix=matrix.build(incident, accounts, reports, copies, teller),
        tolls=tolls.lines(incident, accounts, teller),
        reports=tuple(
            _report_line(account, reports, accounts, copies, links, teller, shut.get(account.report, ""))
            for account in accounts
            if account.report in reports
        ),
        review=incident.review,
        incident=to_json(incident),
        assessed=assessed.build(words),
        withheld=wording("incident.withheld", n=len(incident.withheld)) if incident.withheld else "",
        decided=_decided(incident, wording),
        charts=_charts(incident, accounts, reports, teller),
        claimed=tolls.claimed(incident, accounts, reports, teller),
        grade_change=_grade_change(incident, words),
        accounts=tuple(AccountLabel(name, label) for name, label in pairs.labels(accounts, reports, teller)),
        **(_beside(desk, incident, teller) if as_of is None else {}),
    )


def _beside(desk: Desk, incident: Incident, teller: Teller) -> dict[str, Any]:
    """What the ledger has of the incident as it stands today: incidents like it, its persons, and numbers told in its reports."""
    return {
        "near": pairs.near(desk, incident, teller),
        "persons": persons.of_incident(desk, incident.id, teller),
        "figures": figures.of_incident(desk, incident.reports, teller),
    }


def _charts(incident: Incident, accounts: Sequence[Account], reports: Mapping[str, Report], teller: Teller) -> tuple[Chart, ...]:
    """The main toll of killed and of injured over time, where they were told on more than one day."""
    main = [toll for effect in ("killed", "injured") if (toll := tolls.main_toll(incident, effect))]
    found = [charts.of_toll(toll, accounts, reports, teller, f"course-{toll.effect}") for toll in main]
    return tuple(chart for chart in found if chart)


def _grade_change(incident: Incident, words: assessed.Words) -> GradeChange | None:
    if len(incident.grade_steps) < 2:
        return None
    before, after = incident.grade_steps[-2:]
    return GradeChange(words.grade(before.grade), words.grade(after.grade), words.day(after.day), words.cited(after.reports))


def _decided(incident: Incident, wording: Wording) -> tuple[str, ...]:
    """What persons said of the incident as a whole: that it was reviewed or published; the accounts' own grade beside theirs."""
    said = [wording(f"incident.review.{incident.review}", id=incident.public_id or "")] if incident.review != "proposed" else []
    if incident.computed_grade:
        said.append(wording("incident.computed_grade", grade=wording.label("grades", incident.computed_grade)))
    return tuple(said)


def _what(incident: Incident, accounts: Sequence[Account], teller: Teller) -> tuple[str, ...]:
    types = _contested(incident, "event_type") or [incident.event_type]
    return tuple(dict.fromkeys(teller.wording.label("event_types", name) for name in types))


def _contested(incident: Incident, field: str) -> list[str]:
    """The field's values where they cannot all hold, the most independently told first."""
    return [told.value for told in incident.values.get(field, ())] if field in incident.contradictions else []


def _where(incident: Incident, accounts: Sequence[Account], teller: Teller) -> tuple[str, ...]:
    """The place; where it is contested, each place told, as many as fit."""
    if "place" in incident.contradictions:
        told = [teller.place(account.place.place) for account in _by_value(incident, "place", accounts) if account.place]
        return tuple(dict.fromkeys(told))[:PLACES_NAMED]
    return (teller.place(incident.place),) if incident.place else ()


def _when(incident: Incident, accounts: Sequence[Account], teller: Teller) -> tuple[str, ...]:
    if "date" in incident.contradictions:
        told = [teller.wording.days(a.date.start, a.date.end) for a in _by_value(incident, "date", accounts) if a.date]
        return tuple(dict.fromkeys(told))[:PLACES_NAMED]
    if incident.start is None:
        return ()
    return (teller.wording.days(incident.start, incident.end or incident.start),)


def _by_value(incident: Incident, field: str, accounts: Sequence[Account]) -> list[Account]:
    """The accounts in the order of the values they tell."""
    by_id = {account.id: account for account in accounts}
    order = [by_id[a] for told in incident.values.get(field, ()) for a in told.accounts if a in by_id]
    return [*order, *(account for account in accounts if account not in order)]


def _grade(incident: Incident, wording: Wording) -> Grade:
    return Grade(incident.grade, wording.grade_letter(incident.grade), wording.label("grades", incident.grade))


def _incident_map(incident: Incident, accounts: Sequence[Account], teller: Teller) -> Map:
    """One shape for each place told, not for each telling of it."""
    spots: dict[tuple[str, float | None, float | None], maps.Spot] = {}
    for account in accounts:
        if account.place is None:
            continue
        place = account.place.place
        address = mention_address(account.report, account.place.mention.start, account.place.mention.end)
        spots.setdefault((place.name, place.lat, place.lon), maps.Spot(place, teller.place(place), address))
    return maps.draw(list(spots.values()), teller.wording)


def _links_among(ledger: Ledger, wanted: set[str]) -> list[Link]:
    return [link for link in ledger.links_of(wanted) if link.a in wanted and link.b in wanted]


def _is_shut(link: Link, accounts: Sequence[Account], shut: Mapping[str, str]) -> bool:
    """True where the reasons of a link tell what a withheld document says."""
    return any(account.report in shut for account in accounts if account.id in (link.a, link.b))


def _report_line(
    account: Account,
    reports: Mapping[str, Report],
    accounts: Sequence[Account],
    copies: Mapping[str, str],
    links: Sequence[Link],
    teller: Teller,
    withheld: str = "",
) -> ReportLine:
    report = reports[account.report]
    original = reports.get(copies.get(report.id, ""))
    return ReportLine(
        id=report.id,
        address=report_address(report.id),
        outlet=teller.outlet(report),
        title=report.title or "",
        language=teller.script(report.language),
        dir=direction(report.language),
        published=teller.wording.day(report.published) if report.published else "",
        copy_of=teller.outlet(original) if original else "",
        passage=() if withheld else pairs.passage(account, report, teller),
        links=()
        if withheld
        else tuple(_link_line(link, account.id, accounts, reports, teller) for link in links if account.id in (link.a, link.b)),
        withheld=withheld,
    )


def _link_line(link: Link, account: str, accounts: Sequence[Account], reports: Mapping[str, Report], teller: Teller) -> LinkLine:
    other = next(a for a in accounts if a.id == (link.b if link.a == account else link.a))
    report = reports[other.report]
    reasons = tuple(link_reason(reason, teller.wording) for reason in link.reasons)
    return LinkLine(
        teller.outlet(report), report_address(report.id), teller.wording.weight(link.score), reasons, pairs.pair_address(link.a, link.b)
    )
