"""Standing numbers: the list, a page each, and those told in an incident's reports.

What comes in are series as linking made them; what goes out are the numbers day by day with the words of whoever tells them. Numbers of
one day that cannot both hold stand side by side.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from tahqiq.errors import LedgerConflict, UnknownName
from tahqiq.model import Figure, Report, Series, StandingNumber, to_json
from tahqiq.protection import unquoted
from tahqiq.web import charts
from tahqiq.web.contexts import Choice, FigureListPage, FigurePage, NumberLine, Quote, SeriesLine
from tahqiq.web.rendering import Desk, desk_of, page, twin, wording_of
from tahqiq.web.told import Teller
from tahqiq.web.wording import Wording

router = APIRouter()
PAGE = 50
ORDERS = ("told", "last")
MOST_NUMBERS = 400  # days of one number on its page
MOST_ON_INCIDENT = 12
SHOWN_LAST = 5  # of a number on an incident's page


@router.get("/figures", include_in_schema=False)
def figure_list(request: Request) -> Response:
    context = list_page(desk_of(request), request.query_params, wording_of(request))
    return page(request, "figures.html", context, status=400 if context.problems else 200)


@router.get("/api/v1/pages/figures", summary="Standing numbers that reports tell, a page at a time")
def figure_list_twin(request: Request) -> Response:
    context = list_page(desk_of(request), request.query_params, wording_of(request))
    return twin(context, status=400 if context.problems else 200)


@router.get("/figures/{figure}", include_in_schema=False)
def figure_page(request: Request, figure: str) -> Response:
    return page(request, "figure.html", one_page(desk_of(request), figure, wording_of(request)))


@router.get("/api/v1/pages/figures/{figure}", summary="One standing number over time, and who tells it")
def figure_twin(request: Request, figure: str) -> Response:
    return twin(one_page(desk_of(request), figure, wording_of(request)))


def list_page(desk: Desk, parameters: Mapping[str, str], wording: Wording) -> FigureListPage:
    """Standing numbers, those told most or last first."""
    things, teller = desk.ledger.things, desk.teller(wording)
    measure, order = parameters.get("measure", ""), parameters.get("order", "") or "told"
    contested = parameters.get("contested", "") in ("1", "on")
    measures = tuple(Choice(name, wording.label("measures", name), n) for name, n in things.measures().items())
    orders = tuple(Choice(name, wording(f"figures.order.{name}")) for name in ORDERS)
    problems: tuple[str, ...] = ()
    shown: tuple[SeriesLine, ...] = ()
    total, follows = 0, None
    try:
        found = things.series(measure=measure, contradicted=contested, order=order, after=parameters.get("after") or None, limit=PAGE)
        shown, total, follows = lines(desk, found.items, teller), found.total, found.next
    except (LedgerConflict, UnknownName) as error:
        problems = (wording("problem.no_such_page", why=str(error)),)
    kept = {k: v for k, v in (("measure", measure), ("contested", "1" if contested else ""), ("order", order)) if v and v != "told"}
    return FigureListPage(
        series=shown,
        total=total,
        measure=measure,
        contested=contested,
        order=order,
        measures=measures,
        orders=orders,
        next=f"/figures?{urlencode({**kept, 'after': follows})}" if follows else "",
        first=f"/figures?{urlencode(kept)}" if parameters.get("after") else "",
        problems=problems,
    )


def lines(desk: Desk, series: Sequence[Series], teller: Teller) -> tuple[SeriesLine, ...]:
    return tuple(line(one, teller, ()) for one in series)


def line(series: Series, teller: Teller, numbers: tuple[NumberLine, ...]) -> SeriesLine:
    wording = teller.wording
    latest = series.latest
    return SeriesLine(
        id=series.id,
        address=figure_address(series.id),
        label=label(series, teller),
        since=_since(series.since, wording),
        latest=wording.range(latest.min, latest.max),
        latest_day=wording.day(latest.day) if latest.day else "",
        times=sum(len(told.figures) for told in series.told),
        contested=bool(series.contradictions),
        numbers=numbers,
    )


def label(series: Series, teller: Teller) -> str:
    """What the number counts, of whom, where."""
    parts = [teller.wording.label("measures", series.measure)]
    parts += [teller.called(series.of, series.whose)] if series.of else []
    parts += [teller.place(series.place)] if series.place else []
    return teller.wording.together(parts)


def _since(since: str | None, wording: Wording) -> str:
    """A day in full, a year or month as it was told."""
    if not since:
        return ""
    try:
        told = wording.day(dt.date.fromisoformat(since))
    except ValueError:
        told = wording.digits(since)
    return wording("assessed.since", day=told)


def figure_address(figure: str) -> str:
    return f"/figures/{quote(figure, safe='')}"


# -- one number -------------------------------------------------------------------------------------------------------


def one_page(desk: Desk, name: str, wording: Wording) -> FigurePage:
    """A standing number with everybody who tells it. Raises: UnknownName."""
    teller = desk.teller(wording)
    series = desk.ledger.things.one_series(name)
    shut = desk.ledger.withheld_reports()
    numbers, reports = told(desk, (series,), teller, shut)
    outlets = {report.id: teller.outlet(report) for report in reports.values()}
    lines_of = numbers[series.id][-MOST_NUMBERS:]
    return FigurePage(
        address=figure_address(series.id),
        series=line(series, teller, lines_of),
        chart=charts.of_series(series, outlets, "course", label(series, teller), wording),
        record=to_json(series),
    )


def of_incident(desk: Desk, reports: Sequence[str], teller: Teller) -> tuple[SeriesLine, ...]:
    """The standing numbers that these reports tell, each as it stood last in all reports."""
    series = desk.ledger.things.series_of(reports, most=MOST_ON_INCIDENT)
    if not series:
        return ()
    short = [one if len(one.told) <= SHOWN_LAST else _last(one) for one in series]
    numbers, _ = told(desk, short, teller, desk.ledger.withheld_reports())
    return tuple(line(one, teller, numbers[one.id]) for one in series)


def _last(series: Series) -> Series:
    return replace(series, told=series.told[-SHOWN_LAST:])


def told(
    desk: Desk, series: Sequence[Series], teller: Teller, shut: Mapping[str, str]
) -> tuple[dict[str, tuple[NumberLine, ...]], dict[str, Report]]:
    """The numbers of each series in words, by its id, and the reports that tell them; a withheld report gives no words."""
    wanted = list(dict.fromkeys(name for one in series for number in one.told[-MOST_NUMBERS:] for name in number.reports))
    reports = {report.id: report for report in desk.ledger.reports_of(wanted)}
    figures = {figure.id: figure for figure in desk.ledger.things.figures_of(wanted)}
    found = {}
    for one in series:
        at_odds = {number for pair in one.contradictions for number in pair}
        found[one.id] = tuple(_number(number, number in at_odds, figures, reports, shut, teller) for number in one.told)
    return found, reports


def _number(
    number: StandingNumber,
    contested: bool,
    figures: Mapping[str, Figure],
    reports: Mapping[str, Report],
    shut: Mapping[str, str],
    teller: Teller,
) -> NumberLine:
    wording = teller.wording
    there = [figure for name in number.figures if (figure := figures.get(name)) and figure.report in reports]
    quotes = [_quote(figure, reports[figure.report], shut, teller) for figure in there]
    return NumberLine(
        day=wording.day(number.day) if number.day else wording("incident.no_day"),
        told=wording.range(number.min, number.max),
        independent=wording("incident.independent", n=number.independent),
        contested=contested,
        quotes=tuple(quotes),
    )


def _quote(figure: Figure, report: Report, shut: Mapping[str, str], teller: Teller) -> Quote:
    """The words of the number; who is quoted for it as the gloss."""
    gloss = teller.actor(figure.source) if figure.source and report.id not in shut else ""
    if report.id in shut:
        return teller.quote(replace(report, text="", title=None), unquoted(figure.mention), gloss)
    return teller.quote(report, figure.mention, gloss)
