"""Numbers over time as charts: a band from low to high, a line for best, a tick for each claim; and the same as a table.

What comes in are steps of a toll, months, or standing numbers; what goes out are `Chart`s: data that a script draws, and rows of words for
whoever runs none. Nothing is drawn here.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tahqiq.ledger import Month
from tahqiq.model import Account, Report, Series, Toll
from tahqiq.web.contexts import Chart, ChartRow, ToldBy
from tahqiq.web.told import Teller, mention_address, report_address
from tahqiq.web.tolls import WHOLE, label
from tahqiq.web.wording import Wording

_EPOCH = dt.date(1970, 1, 1)


def of_toll(toll: Toll, accounts: Sequence[Account], reports: Mapping[str, Report], teller: Teller, name: str) -> Chart | None:
    """A toll from day to day, with every claim of it on its day; None where all was told on one day, or all told the same."""
    claims = sorted(_claims(toll, accounts, reports, teller), key=lambda c: (c["x"], c["low"], c["who"]))
    if len({claim["x"] for claim in claims}) < 2 or len({(c["low"], c["high"]) for c in claims}) < 2 or not toll.steps:
        return None
    wording = teller.wording
    last = max(claim["x"] for claim in claims)
    points = [(_day(step.day), step.low, step.best, step.high) for step in toll.steps]
    if points[-1][0] < last:
        points.append((last, *points[-1][1:]))  # it stands until it was told last
    rows = []
    for step in toll.steps:
        by = tuple(ToldBy(teller.outlet(reports[r]), report_address(r)) for r in step.reports if r in reports)
        rows.append(ChartRow(wording.day(step.day), wording.range(step.low, step.high), by))
    return Chart(name, label(toll, teller), _data(points, claims), tuple(rows))


def _claims(toll: Toll, accounts: Sequence[Account], reports: Mapping[str, Report], teller: Teller) -> Iterable[dict[str, Any]]:
    group = {toll.who, *WHOLE} if toll.who in WHOLE else {toll.who}
    for account in accounts:
        report = reports.get(account.report)
        if report is None or report.published is None or account.status in ("denied", "planned"):
            continue
        for casualty in account.casualties:
            if casualty.effect == toll.effect and casualty.who in group:
                who = next((teller.actor(c.claimant) for c in account.claims if c.about in ("event", toll.effect)), "")
                yield {
                    "x": _day(report.published),
                    "low": casualty.min,
                    "high": casualty.max,
                    "who": " · ".join(part for part in (who, teller.outlet(report)) if part),
                    "told": teller.casualty(casualty),
                    "at": mention_address(report.id, casualty.mention.start, casualty.mention.end),
                }


def of_months(
    months: Sequence[Month], name: str, heading: str, wording: Wording, axis: tuple[str, str] | None = None, top: int = 0
) -> Chart | None:
    """The killed of each month, those without an incident as none; None where there is no month.

    Args:
        axis: the first and last month of the charts that stand beside it, so that all have one axis.
        top: the highest number of these charts, for the same reason.
    """
    if not months:
        return None
    by = {one.month: one for one in months}
    first, last = axis or (months[0].month, months[-1].month)
    points = []
    for month in _months(first, last):
        one = by.get(month)
        points.append((_day(dt.date.fromisoformat(f"{month}-01")), *((one.low, one.best, one.high) if one else (0, 0, 0))))
    rows = []
    for one in months:
        day = dt.date.fromisoformat(f"{one.month}-01")
        end = (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
        killed = wording.range(one.low, one.high) if one.high else wording.number(0)
        rows.append(ChartRow(wording.days(day, end), killed, (ToldBy("", "", wording.number(one.incidents)),)))
    return Chart(name, heading, {**_data(points, ()), "top": top, "grain": "month"}, tuple(rows))


def of_series(series: Series, outlets: Mapping[str, str], name: str, heading: str, wording: Wording) -> Chart | None:
    """A standing number over time, a tick for each text; None where it was told on one day only."""
    known = [told for told in series.told if told.day is not None]
    days = sorted({told.day for told in known if told.day})
    if len(days) < 2:
        return None
    points = []
    for day in days:
        here = [told for told in known if told.day == day]
        highs = [told.max for told in here]
        best = max(here, key=lambda t: (t.independent, len(t.figures), t.min)).min
        points.append((_day(day), min(t.min for t in here), best, None if None in highs else max(h for h in highs if h is not None)))
    claims = [
        {
            "x": _day(told.day),
            "low": told.min,
            "high": told.max,
            "who": wording.together([outlets[r] for r in told.reports if r in outlets]),
            "told": wording.range(told.min, told.max),
            "at": "",
        }
        for told in known
        if told.day
    ]
    return Chart(name, heading, _data(points, claims), ())


def _data(points: Sequence[tuple[int, int, int, int | None]], claims: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "x": [p[0] for p in points],
        "low": [p[1] for p in points],
        "best": [p[2] for p in points],
        "high": [p[3] for p in points],
        "claims": list(claims),
    }


def _day(day: dt.date) -> int:
    return (day - _EPOCH).days


def _months(first: str, last: str) -> Iterable[str]:
    year, month = int(first[:4]), int(first[5:7])
    while (name := f"{year:04}-{month:02}") <= last:
        yield name
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
