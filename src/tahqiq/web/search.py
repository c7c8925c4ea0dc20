"""The page of search: incidents and reports by words and by all that is told of them, with what else there is to choose; and what is seen,
written out.

What comes in is an address, which holds everything that is asked; what goes out is a page, or a file through protection. A choice beside a
count leads to a list of as many.
"""

import datetime as dt
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, BinaryIO, cast
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from tahqiq.errors import TahqiqError
from tahqiq.export import TABLE, find_exporter
from tahqiq.ledger import Query
from tahqiq.ledger.finding import FACETS, Counts
from tahqiq.ledger.people import Entry
from tahqiq.model import Report
from tahqiq.pipeline import export, now
from tahqiq.review.people import may
from tahqiq.searching import Asking, Passage, asked_by, asking_of, passages, understood
from tahqiq.web import incidents as listing
from tahqiq.web.contexts import Choice, IncidentLine
from tahqiq.web.door import Refused, Visitor, host_of, visitor_of
from tahqiq.web.pairs import titled
from tahqiq.web.rendering import Desk, desk_of, page, wording_of
from tahqiq.web.told import Teller, incident_address, report_address
from tahqiq.web.wording import Wording, direction

router = APIRouter(include_in_schema=False)
PAGE = 50
MOST = 20  # values of one field that the page offers
MOST_EXPORTED = 10_000  # incidents that the page writes out; the command writes any number
ORDERS = ("date", "killed", "reports")
KINDS = ("incidents", "reports")
FORMATS = ("csv", "xlsx", "geojson", "acled", "ucdp", "airwars", "hxl", "jsonl")
# By which parameter a value of a field is asked for, exactly.
_ASKS = {"actor": "actor_is", "source": "source_is"}
_INSTEAD = {"actor": ("actor",), "source": ("source",), "country": ("within",)}  # what the same field may also be asked by
_BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class Chip:
    """Something that is asked, in words, and the address of the same search without it."""

    label: str
    value: str
    address: str


@dataclass(frozen=True, slots=True)
class FacetValue:
    label: str
    told: str  # the count in words: as many, or as many at least
    address: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    name: str
    label: str
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True)
class FoundReport:
    """A report that was found: `passages` are its words, in its own language; `withheld` why they are not shown."""

    address: str
    outlet: str
    day: str
    language: str
    lang: str
    dir: str
    title: str
    passages: tuple[Passage, ...]
    incidents: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SearchPage:
    asking: Asking
    kind: str
    kinds: tuple[tuple[str, str], ...]
    chips: tuple[Chip, ...]
    facets: tuple[Facet, ...]
    total: str
    incidents: tuple[IncidentLine, ...]
    reports: tuple[FoundReport, ...]
    understood: tuple[str, ...]
    problems: tuple[str, ...]
    hidden: tuple[tuple[str, str], ...]
    clear: str
    map: str
    formats: tuple[Choice, ...]
    policies: tuple[str, ...]
    orders: tuple[Choice, ...]
    next: str | None = None
    first: str | None = None


@router.get("/search")
def search_page(request: Request) -> Response:
    context = build(desk_of(request), request.query_params, wording_of(request), visitor_of(request), request.app.state.settings.places)
    return page(request, "search.html", context, status=400 if context.problems else 200)


def build(desk: Desk, parameters: Mapping[str, str], wording: Wording, visitor: Visitor, places: str) -> SearchPage:
    """What the address asks, found and counted; with problems, in one sentence each, where it cannot be asked."""
    asking, kind = asking_of(parameters, limit=PAGE), parameters.get("kind", "")
    kind = kind if kind in KINDS else KINDS[0]
    teller, problems = desk.teller(wording), unknown(parameters, wording)
    empty = _filled(asking, kind, teller, visitor, problems)
    if problems:
        return empty
    try:
        query, notes = understood(asking, places=places)
        if kind == "reports":
            return _with_reports(desk, replace(empty, understood=notes), query, teller)
        found, counts = desk.ledger.search(query, most=MOST)
    except (TahqiqError, ValueError) as error:
        return replace(empty, problems=(str(error),))
    return replace(
        empty,
        facets=_facets(asking, query, counts, teller),
        total=total_told(found.total, found.is_more, wording),
        incidents=listing.lines(desk, found.items, teller),
        understood=notes,
        next=address(asking, kind, after=found.next) if found.next else None,
    )


def unknown(parameters: Mapping[str, str], wording: Wording) -> tuple[str, ...]:
    """A sentence for each parameter that asks nothing: an answer to another question would be worse than none."""
    known = {field.name for field in fields(Asking)} | {"kind", "lang", "contradictions", "did", "failed", "view"}
    return tuple(wording("problem.unknown_filter", name=name) for name in parameters if name not in known)


def total_told(total: int, is_more: bool, wording: Wording) -> str:
    return wording("search.more_than", n=total) if is_more else wording("list.total", n=total)


def _filled(asking: Asking, kind: str, teller: Teller, visitor: Visitor, problems: tuple[str, ...]) -> SearchPage:
    wording = teller.wording
    return SearchPage(
        asking=asking,
        kind=kind,
        kinds=tuple((name, address(asking, name)) for name in KINDS),
        chips=tuple(chips(asking, kind, teller)),
        facets=(),
        total="",
        incidents=(),
        reports=(),
        understood=(),
        problems=problems,
        hidden=tuple((name, value) for name, value in asked_by(asking).items() if name not in _TYPED),
        clear=address(Asking(order=asking.order), kind),
        map=address(asking, "", path="/map"),
        formats=tuple(Choice(name, find_exporter(name).title) for name in FORMATS),
        policies=policies(visitor),
        orders=tuple(Choice(order, wording(f"order.{order}")) for order in ORDERS),
        first=address(asking, kind) if asking.after else None,
    )


_TYPED = ("text", "near", "within", "since", "until", "actor", "order")  # what the page's form has a field for


def address(asking: Asking, kind: str, *, path: str = "/search", after: str | None = None, **changes: Any) -> str:
    """The address of this search with the changes, on its first page unless `after` says otherwise."""
    parameters = asked_by(replace(asking, **changes))
    if kind and kind != KINDS[0]:
        parameters["kind"] = kind
    if after:
        parameters["after"] = after
    return path + (f"?{urlencode(parameters)}" if parameters else "")


def chips(asking: Asking, kind: str, teller: Teller, *, path: str = "/search") -> Iterator[Chip]:
    """Everything that is asked, each with the way to the same without it."""
    for name, value in asked_by(asking).items():
        if name == "order":
            continue
        field = name.removesuffix("_is")
        told = _word(field, value, teller) if field in FACETS else value
        yield Chip(teller.wording(f"search.field.{field}"), told, address(asking, kind, path=path, **{name: ""}))


# -- what else there is to choose -------------------------------------------------------------------------------------


def _facets(asking: Asking, query: Query, counts: Counts, teller: Teller) -> tuple[Facet, ...]:
    return tuple(
        Facet(name, teller.wording(f"search.field.{name}"), tuple(_values(name, asking, query, counts, teller)))
        for name in FACETS
        if counts.fields[name]
    )


def _values(name: str, asking: Asking, query: Query, counts: Counts, teller: Teller) -> Iterator[FacetValue]:
    wording, parameter = teller.wording, _ASKS.get(name, name)
    chosen = getattr(asking, parameter)
    instead = {other: "" for other in _INSTEAD.get(name, ()) if other != "within" or query.country}
    for value, n in counts.fields[name].items():
        told = wording("search.at_least", n=n) if name in counts.at_least else wording.number(n)
        is_chosen = value == (_yes_no(chosen) if name == "contradiction" else chosen.upper() if name == "country" else chosen)
        changes = {**instead, parameter: "" if is_chosen else value}
        yield FacetValue(_word(name, value, teller), told, address(asking, "", **changes), is_chosen)


def _yes_no(given: str) -> str:
    return "" if not given else "yes" if given.lower() in ("1", "on", "true", "yes") else "no"


def _word(name: str, value: str, teller: Teller) -> str:
    wording = teller.wording
    words: dict[str, Callable[[str], str]] = {
        "event_type": lambda v: wording.label("event_types", v),
        "country": wording.country,
        "grade": lambda v: wording.label("grades", v),
        "weapon": lambda v: wording.label("weapons", v),
        "language": wording.language_name,
        "review": lambda v: wording(f"search.review.{v}") if wording.has(f"search.review.{v}") else v,
        "contradiction": lambda v: wording(f"search.contradiction.{_yes_no(v)}"),
    }
    return words[name](value) if name in words else value


# -- reports ----------------------------------------------------------------------------------------------------------


def _with_reports(desk: Desk, context: SearchPage, query: Query, teller: Teller) -> SearchPage:
    found, following = desk.ledger.search_reports(query)
    asking = context.asking
    return replace(
        context,
        reports=tuple(_report(desk, report, asking.text, teller) for report in found),
        next=address(asking, "reports", after=following) if following else None,
    )


def _report(desk: Desk, report: Report, words: str, teller: Teller) -> FoundReport:
    wording, language = teller.wording, report.language or ""
    told = tuple(desk.ledger.incidents_of_report(report.id))
    return FoundReport(
        address=report_address(report.id),
        outlet=report.source or "",
        day=wording.day(report.published) if report.published else "",
        language=wording.language_name(report.language),
        lang=language,
        dir=direction(report.language),
        title=report.title or "",
        passages=tuple(passages(report, words)),
        incidents=tuple((titled(one, teller), incident_address(one.id)) for one in told),
    )


# -- what is seen, written out ----------------------------------------------------------------------------------------


def policies(visitor: Visitor) -> tuple[str, ...]:
    """What this visitor may take out of the desk: everybody what is public, coders what partners get, editors everything."""
    least = {"public": "reader", "partner": "coder", "internal": "editor"}
    if visitor.is_anybody:
        return ("public",)
    return tuple(policy for policy, role in least.items() if may(visitor.role, f"export_{policy}"))


@router.get("/search/export")
def export_found(request: Request) -> Response:
    """Every incident that the address asks for, in a format, through protection; who took what is written down."""
    given, visitor, settings = dict(request.query_params), visitor_of(request), request.app.state.settings
    form, policy = given.pop("format", ""), given.pop("policy", "public")
    if form not in TABLE or unknown(given, wording_of(request)):
        raise Refused(400, "no_format")
    if policy not in policies(visitor):
        raise Refused(403, "not_exported")
    desk, wording = desk_of(request), wording_of(request)
    query, _ = understood(replace(asking_of(given), after=""), places=settings.places)
    found = desk.ledger.incidents(replace(query, limit=1))
    if found.is_more or found.total > MOST_EXPORTED:
        raise Refused(400, "large_export", n=MOST_EXPORTED)
    exporter = find_exporter(form)
    out = tempfile.SpooledTemporaryFile(1 << 22)  # noqa: SIM115 - closed when it was sent
    export(desk.ledger, form, cast("BinaryIO", out), policy=policy, query=query, settings=replace(settings, language=wording.language))
    told = f"{form}, {policy}, {found.total}: {urlencode(asked_by(asking_of(given)))}"[:500]
    desk.ledger.people.note_entry(Entry(now(), "exported", visitor.name, host_of(request), told))
    out.seek(0)
    name = f"incidents-{dt.date.today().isoformat()}.{exporter.extension}"
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return StreamingResponse(_blocks(out), media_type=exporter.media_type, headers=headers)


def _blocks(out: "tempfile.SpooledTemporaryFile[bytes]") -> Iterable[bytes]:
    with out:
        while block := out.read(_BLOCK):
            yield block
