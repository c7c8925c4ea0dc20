"""Why two accounts are held to be of one happening, or not: a waterfall of weights, and the two side by side.

What comes in are two accounts of the ledger; what goes out are the weights of their comparison, one after the other, to the sum that the
threshold is held against. A pair that was never close enough to be kept is compared when it is asked for.
"""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from tahqiq.errors import UnknownName
from tahqiq.model import Account, Incident, Link, Reason, Report
from tahqiq.pipeline import PairExplanation, pair_explanation
from tahqiq.protection import without_withheld
from tahqiq.web import marking
from tahqiq.web.contexts import Compared, Fall, NearLine, PairPage, Segment, Waterfall
from tahqiq.web.reasons import link_reason
from tahqiq.web.rendering import Desk, desk_of, page, twin, wording_of
from tahqiq.web.told import KINDS, Teller, incident_address, mention_address, report_address
from tahqiq.web.wording import Wording, direction

router = APIRouter()
MOST_NEAR = 6
_NAMED = 40  # weights that a waterfall shows singly; the rest is one step


def pair_address(a: str, b: str) -> str:
    return f"/pairs?{urlencode({'a': a, 'b': b})}"


@router.get("/pairs", include_in_schema=False)
def pair_page(request: Request, a: str = "", b: str = "") -> Response:
    return page(request, "pair.html", one_pair(desk_of(request), a, b, wording_of(request)))


@router.get("/api/v1/pages/pairs", summary="Why two accounts are linked or not: each weight, and their sum")
def pair_twin(request: Request, a: str = "", b: str = "") -> Response:
    return twin(one_pair(desk_of(request), a, b, wording_of(request)))


def one_pair(desk: Desk, a: str, b: str, wording: Wording) -> PairPage:
    """The page of two accounts. Raises: UnknownName where the ledger has not both, or they are one."""
    if a == b:
        raise UnknownName("a pair is of two accounts")
    ledger, teller = desk.ledger, desk.teller(wording)
    raw = (ledger.account(a), ledger.account(b))
    shut = ledger.withheld_reports()
    is_shut = any(account.report in shut for account in raw)
    incidents = {name: i for i in ledger.incidents_of_accounts((a, b)) for name in i.accounts if name in (a, b)}
    reports = ledger.reports_of(dict.fromkeys(account.report for account in raw))
    known, accounts, found = without_withheld(tuple({i.id: i for i in incidents.values()}.values()), raw, reports, shut)
    by_id, titles = {report.id: report for report in found}, {i.id: titled(i, teller) for i in known}
    explained = pair_explanation(ledger, a, b)
    one, other = (_compared(account, by_id[account.report], incidents.get(account.id), titles, teller, shut) for account in accounts)
    return PairPage(
        address=pair_address(a, b),
        sides=(one, other),
        fields=_fields(accounts[0], accounts[1], teller),
        waterfall=None if is_shut else waterfall(explained.link, wording, explained.threshold),
        is_one=explained.is_together,
        decided=_settled(explained, desk, wording),
        withheld=wording("pair.withheld") if is_shut else "",
    )


def _settled(found: PairExplanation, desk: Desk, wording: Wording) -> str:
    """Why the two are one or are not: a person's word with who gave it, the weights, or the other accounts of their incidents."""
    made = next((d for d in desk.ledger.decisions() if d.id == found.decision), None) if found.decision else None
    return wording(f"pair.settled.{found.settled}", **({"who": made.who if made else ""} if found.decision else {}))


# -- the waterfall ----------------------------------------------------------------------------------------------------


def waterfall(link: Link, wording: Wording, threshold: float) -> Waterfall:
    """The weights from the strongest for to the strongest against, each beginning where the one before ended."""
    weighed = sorted((r for r in link.reasons if round(r.weight, 1)), key=lambda r: -r.weight)
    rest = link.score - sum(r.weight for r in weighed[:_NAMED])
    steps = [(link_reason(r, wording).text, r.weight) for r in weighed[:_NAMED]]
    steps += [(wording("pair.rest"), rest)] if abs(rest) >= 0.05 else []
    at, ends = 0.0, [0.0]
    for _, weight in steps:
        at += weight
        ends.append(at)
    least, most = min(0.0, threshold, *ends), max(0.0, threshold, *ends)
    reach = max(0.1, most - least)

    def place(value: float) -> float:
        return round(100.0 * (value - least) / reach, 1)

    falls = []
    for n, (text, weight) in enumerate(steps):
        start, end = place(min(ends[n : n + 2])), place(max(ends[n : n + 2]))
        falls.append(Fall(text, wording.weight(weight), start, max(0.6, round(end - start, 1)), weight > 0))
    score, told = wording.weight(link.score), wording.weight(threshold)
    return Waterfall(tuple(falls), score, place(0.0), place(threshold), told, link.score >= threshold)


def reasons_of(link: Link, *, is_shut: bool) -> tuple[Reason, ...]:
    """The reasons that may be told; none where they would tell what a withheld document says."""
    return () if is_shut else link.reasons


# -- the two side by side ---------------------------------------------------------------------------------------------


def _compared(
    account: Account, report: Report, incident: Incident | None, titles: Mapping[str, str], teller: Teller, shut: Mapping[str, str]
) -> Compared:
    return Compared(
        account=account.id,
        outlet=teller.outlet(report),
        address=report_address(report.id),
        language=teller.script(report.language),
        dir=direction(report.language),
        published=teller.wording.day(report.published) if report.published else "",
        incident=incident_address(incident.id) if incident else "",
        incident_title=titles.get(incident.id, "") if incident else "",
        passage=() if report.id in shut else passage(account, report, teller),
        withheld=shut.get(report.id, ""),
    )


def passage(account: Account, report: Report, teller: Teller) -> tuple[Segment, ...]:
    """The words around the trigger, marked, each mark leading to the report."""
    window = marking.passage(report.text, account.trigger.start, account.trigger.end)
    marks = [
        marking.Mark(m.start, m.end, KINDS[value.field], value.key, mention_address(report.id, m.start, m.end))
        for value in teller.values(account)
        if (m := value.mention)
    ]
    return marking.segments(report.text, marks, window=window)


def _fields(a: Account, b: Account, teller: Teller) -> tuple[tuple[str, str, str], ...]:
    told: dict[str, tuple[list[str], list[str]]] = {}
    for n, account in enumerate((a, b)):
        for value in teller.values(account):
            told.setdefault(value.field, ([], []))[n].append(value.label)
    ordered = [field for field in KINDS if field in told]
    together = teller.wording.together
    return tuple((teller.field(field), together(told[field][0]), together(told[field][1])) for field in ordered)


# -- incidents that are like one another ------------------------------------------------------------------------------


def near(desk: Desk, incident: Incident, teller: Teller) -> tuple[NearLine, ...]:
    """Incidents with an account that is like one of this one's, yet not held to be of one happening, the likest first."""
    mine, best = set(incident.accounts), dict[str, Link]()
    for link in desk.ledger.links_of(mine):
        if (link.a in mine) != (link.b in mine):
            other = link.b if link.a in mine else link.a
            if other not in best or link.score > best[other].score:
                best[other] = link
    found: list[tuple[Link, Incident]] = []
    for one in desk.ledger.incidents_of_accounts(best):
        found.append((max((best[a] for a in one.accounts if a in best), key=lambda link: link.score), one))
    ranked = sorted(found, key=lambda item: (-item[0].score, item[1].id))[:MOST_NEAR]
    if not ranked:
        return ()
    shut = desk.ledger.withheld_reports()
    shown = without_withheld([one for _, one in ranked], (), (), shut)[0]
    told = {a.id: a.report for a in desk.ledger.accounts_of({name for link, _ in ranked for name in (link.a, link.b)})}
    return tuple(_near_line(link, one, told, shut, teller) for (link, _), one in zip(ranked, shown, strict=True))


def _near_line(link: Link, one: Incident, told: Mapping[str, str], shut: Mapping[str, str], teller: Teller) -> NearLine:
    is_shut = any(told.get(name) in shut for name in (link.a, link.b))
    reasons = tuple(link_reason(reason, teller.wording) for reason in reasons_of(link, is_shut=is_shut))
    score = teller.wording.weight(link.score)
    return NearLine(one.id, incident_address(one.id), titled(one, teller), score, reasons, pair_address(link.a, link.b))


def titled(incident: Incident, teller: Teller) -> str:
    """What, where and when of an incident, in a line."""
    wording = teller.wording
    parts = [wording.label("event_types", incident.event_type), teller.place(incident.place) if incident.place else ""]
    if incident.start:
        parts.append(wording.days(incident.start, incident.end or incident.start))
    return wording.together([part for part in parts if part])


def labels(accounts: Sequence[Account], reports: Mapping[str, Report], teller: Teller) -> tuple[tuple[str, str], ...]:
    """Each account by who tells it and where, for choosing two."""
    found = []
    for account in accounts:
        where = teller.place(account.place.place) if account.place else ""
        parts = [teller.outlet(reports[account.report]) if account.report in reports else "", where]
        found.append((account.id, teller.wording.together([part for part in parts if part])))
    return tuple(found)
