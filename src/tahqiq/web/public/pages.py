"""What is published: the list, the page of one incident with its history, and the changes of all.

What comes in are editions; what goes out are pages made of their records alone. An id under which nothing was ever published and one that
is an incident's on the desk are answered alike.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import Response

from tahqiq.codebook import load_codebook
from tahqiq.errors import UnknownName
from tahqiq.fold import folded
from tahqiq.ledger.publications import EMPTY, MERGED, SHUT, WITHDRAWN, Asked, Edition
from tahqiq.model import Account, Incident, Place, Report, Toll
from tahqiq.publishing import Record, record_in
from tahqiq.publishing.changes import Difference, differences
from tahqiq.web import assessed, maps, matrix, tolls
from tahqiq.web.contexts import Choice, Grade, Map
from tahqiq.web.public.contexts import (
    ChangesPage,
    DifferenceLine,
    EditionLine,
    GonePage,
    PublicIncident,
    PublicLine,
    PublicList,
    PublicReport,
)
from tahqiq.web.public.method import VERSIONS, anchor
from tahqiq.web.public.site import Site, base_of, link, public_page, site_of, teller_for, to_public, wording_of
from tahqiq.web.told import Teller
from tahqiq.web.wording import Wording

router = APIRouter()
PAGE, MOST_TEXT, MOST_PAGES = 50, 200, 100_000
ORDERS = ("date", "killed", "changed")
PLACES_NAMED = 3


@router.get("/public")
def public_list(request: Request) -> Response:
    context = listed(request, site_of(request), wording_of(request))
    return public_page(request, "public-list.html", context, status=400 if context.problems else 200)


@router.get("/public/incidents/{public_id}")
def public_incident(request: Request, public_id: str) -> Response:
    return incident_response(request, public_id)


def incident_response(
    request: Request, public_id: str, *, problem: str = "", form: dict[str, str] | None = None, status: int = 200
) -> Response:
    """The incident's page, where it leads, or since when it is withdrawn. Raises: UnknownName where nothing was published so."""
    site, wording = site_of(request), wording_of(request)
    editions = site.ledger.publications.editions(public_id)
    if not editions:
        raise UnknownName(f"{public_id}: nothing was published under this id")
    head = editions[-1]
    if head.kind == WITHDRAWN:
        return public_page(request, "public-gone.html", _gone(head, wording, "withdrawn"), status=410)
    if head.kind == MERGED:
        return _to_merged(request, site, head, wording)
    shown = _asked_edition(request, editions)
    if shown is None:
        raise UnknownName(f"{public_id}: has no such edition that is public")
    context = one_page(request, site, editions, shown, wording, problem, form)
    return public_page(request, "public-incident.html", context, status=status)


def _to_merged(request: Request, site: Site, head: Edition, wording: Wording) -> Response:
    """A sentence, and the way: whoever follows a citation is told that it is now part of another."""
    seen, last = {head.public_id}, head
    while last.kind == MERGED and last.leads_to not in seen:
        seen.add(last.leads_to)
        last = site.ledger.publications.head(last.leads_to)
    context = _gone(head, wording, "merged", last)
    response = public_page(request, "public-gone.html", context, status=302 if last.is_live else 410)
    if last.is_live:
        response.headers["location"] = link(request, public_address(last.public_id), **{"from": head.public_id})
        response.headers["cache-control"] = "no-cache"  # what was merged may be taken apart again
    return response


def _asked_edition(request: Request, editions: Sequence[Edition]) -> Edition | None:
    """The latest, or the one of that number, unless words were taken out of it since or it was no page of its own."""
    told = request.query_params.get("edition", "")
    if not told:
        return editions[-1]
    shut = max((e.edition for e in editions if e.why == SHUT), default=0)
    open_ones = {str(e.edition): e for e in editions if e.is_live and e.edition >= shut}
    return open_ones.get(told)


@router.get("/public/changes")
def changes(request: Request) -> Response:
    site, wording = site_of(request), wording_of(request)
    told = request.query_params.get("before", "")
    before = int(told) if told.isascii() and told.isdigit() and len(told) < 15 else 0
    found = site.ledger.publications.changes(before=before, limit=PAGE + 1)
    lines = tuple(change_line(request, site, edition, wording) for edition in found[:PAGE])
    following = link(request, "/public/changes", before=found[PAGE - 1].seq) if len(found) > PAGE else ""
    return public_page(request, "public-changes.html", ChangesPage(lines, following))


# -- the list ---------------------------------------------------------------------------------------------------------


def listed(request: Request, site: Site, wording: Wording) -> PublicList:
    given = {
        name: request.query_params.get(name, "").strip() for name in ("text", "event_type", "country", "grade", "since", "until", "order")
    }
    problems = _problems(given, wording)
    number = _number(request.query_params.get("page", ""))
    asked = Asked(
        words=tuple(folded(given["text"]).split()),
        event_type=given["event_type"],
        country=given["country"],
        grade=given["grade"],
        since=given["since"],
        until=given["until"],
        order=given["order"] or "date",
        offset=number * PAGE,
        limit=PAGE,
    )
    found, total = ((), 0) if problems else site.ledger.publications.ask(asked)
    codes = site.ledger.publications
    return PublicList(
        lines=_lines(request, site, found, wording),
        total=total,
        given=given,
        event_types=tuple(Choice(code, wording.label("event_types", code)) for code in codes.values("event_type")),
        countries=tuple(Choice(code, wording.country(code)) for code in codes.values("country")),
        grades=tuple(Choice(code, wording.label("grades", code)) for code in codes.values("grade")),
        orders=tuple(Choice(order, wording(f"public.order.{order}")) for order in ORDERS),
        filtered=any(value for name, value in given.items() if name != "order"),
        problems=problems,
        next=link(request, "/public", **given, page=number + 1) if total > (number + 1) * PAGE else "",
        previous=link(request, "/public", **given, page=number - 1) if number else "",
    )


def _number(told: str) -> int:
    return min(int(told), MOST_PAGES) if told.isascii() and told.isdigit() and len(told) < 7 else 0


def _problems(given: Mapping[str, str], wording: Wording) -> tuple[str, ...]:
    wrong = []
    for name in ("since", "until"):
        try:
            dt.date.fromisoformat(given[name] or "2000-01-01")
        except ValueError:
            wrong.append(wording("problem.no_day", name=wording(f"filter.{name}"), value=given[name][:40]))
    if len(given["text"]) > MOST_TEXT:
        wrong.append(wording("problem.long_text", n=MOST_TEXT))
    if given["order"] and given["order"] not in ORDERS:
        wrong.append(wording("problem.unknown_order", value=given["order"][:40]))
    return tuple(wrong)


def _lines(request: Request, site: Site, editions: Iterable[Edition], wording: Wording) -> tuple[PublicLine, ...]:
    told = [(edition, record_in(edition)) for edition in editions]
    limit = tolls.axis_limit(toll for _, record in told for toll in record.incident.tolls)
    return tuple(_line(request, edition, record, teller_for(site, record, wording), limit) for edition, record in told)


def _line(request: Request, edition: Edition, record: Record, teller: Teller, limit: int) -> PublicLine:
    incident, scale = record.incident, tolls.rooted(limit)
    killed, injured = (tolls.main_toll(incident, effect) for effect in ("killed", "injured"))
    return PublicLine(
        id=edition.public_id,
        address=link(request, public_address(edition.public_id)),
        what=what(incident, teller)[0],
        where=where(record, teller),
        country=teller.wording.country(incident.place.country) if incident.place else "",
        when=when(record, teller),
        killed=tolls.line(killed, teller, scale) if killed else None,
        injured=tolls.line(injured, teller, scale) if injured else None,
        grade=grade(incident, teller.wording),
        contested=tuple(teller.field(field) for field in incident.contradictions),
        reports=len(incident.reports),
        changed=_day(edition.at, teller.wording),
    )


# -- one incident -----------------------------------------------------------------------------------------------------


def public_address(public_id: str) -> str:
    return f"/public/incidents/{public_id}"


def what(incident: Incident, teller: Teller) -> tuple[str, ...]:
    told = [t.value for t in incident.values.get("event_type", ())] if "event_type" in incident.contradictions else []
    return tuple(dict.fromkeys(teller.wording.label("event_types", name) for name in told or [incident.event_type]))


def where(record: Record, teller: Teller) -> tuple[str, ...]:
    incident = record.incident
    if "place" in incident.contradictions:
        told = [teller.place(a.place.place) for a in _by_value(incident, "place", record.accounts) if a.place]
        return tuple(dict.fromkeys(told))[:PLACES_NAMED]
    return (teller.place(incident.place),) if incident.place else ()


def when(record: Record, teller: Teller) -> tuple[str, ...]:
    incident = record.incident
    if "date" in incident.contradictions:
        told = [teller.days(a.date) for a in _by_value(incident, "date", record.accounts) if a.date]
        return tuple(dict.fromkeys(told))[:PLACES_NAMED]
    return (teller.wording.days(incident.start, incident.end or incident.start),) if incident.start else ()


def _by_value(incident: Incident, field: str, accounts: Iterable[Account]) -> list[Account]:
    by_id = {account.id: account for account in accounts}
    order = [by_id[name] for told in incident.values.get(field, ()) for name in told.accounts if name in by_id]
    return [*order, *(account for account in by_id.values() if account not in order)]


def grade(incident: Incident, wording: Wording) -> Grade:
    return Grade(incident.grade, wording.grade_letter(incident.grade), wording.label("grades", incident.grade))


def title(record: Record, teller: Teller) -> str:
    parts = [
        teller.wording.either(told) if len(told) > 1 else told[0]
        for told in (what(record.incident, teller), where(record, teller), when(record, teller))
        if told
    ]
    return teller.wording.together(parts)


def one_page(
    request: Request,
    site: Site,
    editions: Sequence[Edition],
    shown: Edition,
    wording: Wording,
    problem: str = "",
    form: dict[str, str] | None = None,
) -> PublicIncident:
    record = record_in(shown)
    teller = teller_for(site, record, wording)
    incident, reports = record.incident, {report.id: report for report in record.reports}
    called = title(record, teller)
    address = f"{base_of(request)}{public_address(shown.public_id)}"
    cited = address if shown is editions[-1] else f"{address}?edition={shown.edition}"
    facts = {
        "site": site.name,
        "title": called,
        "id": shown.public_id,
        "n": shown.edition,
        "day": _day(shown.at, wording),
        "address": cited,
    }
    head = editions[-1]
    return PublicIncident(
        id=shown.public_id,
        address=link(request, public_address(shown.public_id)),
        what=what(incident, teller),
        where=where(record, teller),
        when=when(record, teller),
        alleged=incident.certainty == "alleged",
        status="" if incident.status == "occurred" else wording.label("status", incident.status),
        title=called,
        toll_words=tolls.words(incident, teller),
        tolls=tuple((line, anchor(toll.rule)) for line, toll in zip(tolls.lines(incident, record.accounts, teller), _in_order(incident))),
        grade=grade(incident, wording),
        grade_reasons=assessed.Words(incident, record.accounts, reports, teller).reasons(incident.grade_reasons),
        map=_map(record, teller),
        matrix=matrix.build(incident, record.accounts, reports, record.copies, teller),
        assessed=assessed.build(assessed.Words(incident, record.accounts, reports, teller)),
        reports=tuple(_report(report, record, teller) for report in record.reports),
        languages=tuple(teller.script(language) for language in incident.languages),
        independent=incident.independent,
        copies=incident.copies,
        withheld=wording("public.withheld", n=len(incident.withheld)) if incident.withheld else "",
        edition=shown.edition,
        published=_day(shown.at, wording),
        citation=wording("public.citation", **facts),
        history=history(request, site, editions, wording),
        versions=versions(record, wording),
        protection=wording("public.protected", names=record.protection.names, places=record.protection.places),
        superseded=wording("public.superseded", n=head.edition, day=_day(head.at, wording)) if shown is not head else "",
        came_from=_came_from(request, site, shown.public_id, wording),
        problem=problem,
        form=form,
    )


def _came_from(request: Request, site: Site, public_id: str, wording: Wording) -> str:
    """A sentence for who followed the id of an incident that is now part of this one."""
    told = request.query_params.get("from", "")[:40]
    head = site.ledger.publications.heads([told]).get(told) if told else None
    if head is None or head.kind != MERGED:
        return ""
    return wording("public.merged.text", id=told, other=public_id, day=_day(head.at, wording))


def _in_order(incident: Incident) -> list[Toll]:
    """The tolls in the order in which `tolls.lines` has them."""
    place = {effect: n for n, effect in enumerate(tolls.EFFECTS)}
    return sorted(incident.tolls, key=lambda t: (place.get(t.effect, len(place)), t is not tolls.main_toll(incident, t.effect), t.who))


def versions(record: Record, wording: Wording) -> tuple[tuple[str, str], ...]:
    def named(part: str) -> str:
        if part.startswith("pack "):
            return wording("public.version.pack", language=wording.language_name(part.removeprefix("pack ")))
        return wording(f"public.version.{part}") if part in VERSIONS else part

    return tuple((named(part), version) for part, version in sorted(record.versions.items()))


def _map(record: Record, teller: Teller) -> Map:
    spots: dict[tuple[str, float | None, float | None], maps.Spot] = {}
    for account in record.accounts:
        if account.place:
            place = account.place.place
            spots.setdefault((place.name, place.lat, place.lon), maps.Spot(place, teller.place(place), "#where"))
    return maps.draw(list(spots.values()), teller.wording)


def _report(report: Report, record: Record, teller: Teller) -> PublicReport:
    original = next((one for one in record.reports if one.id == record.copies.get(report.id)), None)
    address, host = _web_address(report.url)
    return PublicReport(
        outlet=teller.outlet(report),
        language=teller.script(report.language),
        published=teller.wording.day(report.published) if report.published else "",
        address=address,
        host=host,
        copy_of=teller.outlet(original) if original else "",
    )


def _web_address(url: str | None) -> tuple[str, str]:
    """An address that a browser may be led to, and its host; nothing of any other kind."""
    try:
        parts = urlsplit(url or "")
        host = parts.hostname or ""
    except ValueError:
        return "", ""
    return (url or "", host) if parts.scheme in ("http", "https") and host else ("", "")


# -- history ----------------------------------------------------------------------------------------------------------


def history(request: Request, site: Site, editions: Sequence[Edition], wording: Wording) -> tuple[EditionLine, ...]:
    """Every edition, the latest first, each with what it tells otherwise than the one before."""
    shut = max((e.edition for e in editions if e.why == SHUT), default=0)
    records = {e.edition: record_in(e) for e in editions if e.json != EMPTY}  # a public host holds none of what is not to be seen
    changed = {
        new.edition: differences(records[old.edition], records[new.edition])
        for old, new in pairwise(editions)
        if new.is_live and old.edition in records and new.edition in records
    }
    lines = []
    for edition in reversed(editions):
        record = records.get(edition.edition)
        teller = teller_for(site, record, wording) if record else None
        is_open = edition.is_live and edition.edition >= shut and editions[-1].is_live
        lines.append(
            EditionLine(
                id=edition.public_id,
                number=edition.edition,
                kind=wording(f"public.kind.{edition.kind}"),
                day=_day(edition.at, wording),
                at=edition.at,
                why=_why(edition, wording),
                title=title(record, teller) if record and teller else "",
                address=link(request, public_address(edition.public_id), edition=edition.edition) if is_open else "",
                differences=tuple(difference_line(one, teller) for one in changed.get(edition.edition, ())) if teller else (),
                leads_to=edition.leads_to,
            )
        )
    return tuple(lines)


def change_line(request: Request, site: Site, edition: Edition, wording: Wording) -> EditionLine:
    """An edition among those of all incidents: of what is withdrawn, only its id and why."""
    editions = site.ledger.publications.editions(edition.public_id)
    line = next(one for one in history(request, site, editions, wording) if one.number == edition.edition)
    is_gone = editions[-1].kind == WITHDRAWN
    shut = max((e.edition for e in editions if e.why == SHUT), default=0)
    hidden = is_gone or edition.edition < shut  # what changed before could tell it
    return EditionLine(
        id=line.id,
        number=line.number,
        kind=line.kind,
        day=line.day,
        at=line.at,
        why=line.why,
        title="" if is_gone else line.title,
        address=link(request, public_address(edition.public_id)),
        differences=() if hidden else line.differences,
        leads_to=line.leads_to,
    )


def _why(edition: Edition, wording: Wording) -> str:
    return wording("public.shut") if edition.why == SHUT else edition.why


def difference_line(one: Difference, teller: Teller) -> DifferenceLine:
    wording, words = teller.wording, _WORDS.get(one.field)
    if one.field == "toll":
        toll = one.after or one.before
        return DifferenceLine(tolls.label(toll, teller), _range(one.before, teller), _range(one.after, teller))
    label = wording(f"public.field.{one.field}") if wording.has(f"public.field.{one.field}") else teller.field(one.field)
    if words is None:
        return DifferenceLine(label, "", "")
    return DifferenceLine(label, words(one.before, teller), words(one.after, teller))


def _range(toll: Toll | None, teller: Teller) -> str:
    return teller.wording.range(toll.low, toll.high) if toll else teller.wording("unknown")


def _place(place: Place | None, teller: Teller) -> str:
    return teller.place(place) if place else teller.wording("unknown")


def _days(days: tuple[dt.date | None, dt.date | None], teller: Teller) -> str:
    return teller.wording.days(days[0], days[1] or days[0]) if days[0] else teller.wording("unknown")


_WORDS: Mapping[str, Callable[[Any, Teller], str]] = {
    "event_type": lambda value, teller: teller.wording.label("event_types", value),
    "status": lambda value, teller: teller.wording.label("status", value),
    "certainty": lambda value, teller: teller.wording.label("certainty", value),
    "grade": lambda value, teller: teller.wording.label("grades", value),
    "place": _place,
    "date": _days,
    "contradictions": lambda value, teller: teller.wording.together([teller.field(f) for f in value]) or teller.wording("public.none"),
    "reports": lambda value, teller: teller.wording.number(value),
    "independent": lambda value, teller: teller.wording.number(value),
}


def _day(at: str, wording: Wording) -> str:
    try:
        return wording.day(dt.datetime.fromisoformat(at).date())
    except ValueError:
        return at


def _gone(edition: Edition, wording: Wording, key: str, last: Edition | None = None) -> GonePage:
    """What was withdrawn is not shown again; of what was merged, where it leads."""
    facts = {"id": edition.public_id, "day": _day(edition.at, wording), "other": last.public_id if last else ""}
    return GonePage(
        id=edition.public_id,
        title=wording(f"public.{key}.title"),
        text=wording(f"public.{key}.text", **facts),
        why=_why(edition, wording),
        at=_day(edition.at, wording),
        leads_to=last.public_id if last and last.is_live else "",
    )


def known_grades() -> tuple[str, ...]:
    return tuple(load_codebook().closed("grades"))


__all__ = ["incident_response", "public_address", "router", "title", "to_public"]
