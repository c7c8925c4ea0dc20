"""The page of one report: its text as found, marked, and beside it what was read out of it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import Response

from tahqiq.deciding import REJECTED, standing
from tahqiq.errors import UnknownName
from tahqiq.ledger import Ledger
from tahqiq.model import Account, Document, Mention, Reading, Refusal, Report, to_json
from tahqiq.protection import unquoted, without_withheld
from tahqiq.web import marking, media, second
from tahqiq.web.choices import Explainer
from tahqiq.web.contexts import AccountPage, AccountPart, CopyLine, RefusalLine, ReportPage, Segment, Slot, SlotChoice, SlotValue
from tahqiq.web.decisions import correcting
from tahqiq.web.rendering import Desk, desk_of, page, wording_of
from tahqiq.web.told import KINDS, Teller, Value, incident_address, report_address
from tahqiq.web.wording import Wording, direction

router = APIRouter()
_AT = re.compile(r"(\d{1,9})-(\d{1,9})")


@router.get("/reports/{report}", include_in_schema=False)
def report_page(request: Request, report: str) -> Response:
    at = request.query_params.get("at", "")
    context = one_page(desk_of(request), report, wording_of(request), at=at, refused=request.query_params.get("refused") == "1")
    return page(request, "report.html", context, work=correcting(desk_of(request), request, context.id))


def one_page(desk: Desk, name: str, wording: Wording, *, at: str = "", refused: bool = False) -> ReportPage:
    """A report with its reading; `at` (START-END) are words to be shown, `refused` marks what was considered and not believed.

    Raises: UnknownName where the ledger holds no such report.
    """
    report = desk.ledger.report(name)
    reading = _reading(desk, report)
    document = _document(desk, report)
    teller = desk.teller(wording)
    shut = desk.ledger.withheld_reports()
    withheld = shut.get(report.id, "")
    if withheld:
        return _withheld_page(desk, report, reading, document, teller, shut)
    explainer = Explainer(desk.explain(report), report, teller)
    incidents = {account: incident.id for incident in desk.ledger.incidents_of_report(report.id) for account in incident.accounts}
    figures = tuple(Value("figures", teller.figure(figure), figure.mention) for figure in reading.figures)
    seen: set[str] = set()
    told = desk.ledger.accounts_of([account.id for account in reading.accounts]) or reading.accounts  # as persons corrected them
    parts = [_account_part(account, report, incidents, teller, seen, explainer.choices(account)) for account in told]
    accounts = tuple(replace(part, rejected=_rejected(desk.ledger, part.id, wording)) for part in parts)
    copy_of, copied_by = _copies(desk, report, teller)
    return replace(
        _head(report, document, teller),
        unread=report.unread or reading.unread or "",
        relevant=reading.relevant,
        segments=_segments(report, replace(reading, accounts=told), figures, teller, at, refused),
        accounts=accounts,
        figures=_figure_slots(figures, report, teller, seen, explainer.figures(reading.accounts)),
        refusals=tuple(_refusal(refusal, report, teller, explainer) for refusal in reading.refused),
        disbelieved=explainer.disbelieved(reading.accounts),
        showing_refused=refused,
        reading=to_json(reading),
        media=media.lines(desk, desk.ledger.media([report.id]).get(report.id, ()), wording),
        copy_of=copy_of,
        copied_by=copied_by,
        beside=second.lines(told, desk.ledger.readings_beside(report.id), report, teller),
    )


def _copies(desk: Desk, report: Report, teller: Teller) -> tuple[tuple[CopyLine, ...], tuple[CopyLine, ...]]:
    """Whose copy the report is, and by whom else its text was published."""
    same = desk.ledger.reports_of(desk.ledger.same_text(report.id))
    lines = [CopyLine(teller.outlet(one), report_address(one.id)) for one in same]
    mine = report_address(report.id)
    is_first = bool(lines) and lines[0].address == mine
    return () if is_first else tuple(lines[:1]), tuple(one for one in lines[1:] if one.address != mine)


def _rejected(ledger: Ledger, account: str, wording: Wording) -> str:
    """Who said that the report does not tell this, and why; empty where nobody did."""
    said = [decision for decision in standing(ledger.decisions(account)) if decision.kind == REJECTED]
    return wording("report.rejected", who=said[-1].who, why=said[-1].why) if said else ""


def _withheld_page(
    desk: Desk, report: Report, reading: Reading, document: Document | None, teller: Teller, shut: Mapping[str, str]
) -> ReportPage:
    """A tombstone: where and when it was published, why it is withheld, and what it tells without any of its words."""
    _, told, (bare,) = without_withheld((), reading.accounts, [report], shut)
    incidents = {account: incident.id for incident in desk.ledger.incidents_of_report(report.id) for account in incident.accounts}
    seen: set[str] = set()
    accounts = tuple(_account_part(account, bare, incidents, teller, seen, {}) for account in told)
    known = unquoted(replace(reading, accounts=told, figures=(), refused=()))
    head = _head(bare, document, teller)
    return replace(head, withheld=shut[report.id], accounts=accounts, origin="", relevant=reading.relevant, reading=to_json(known))


def _head(report: Report, document: Document | None, teller: Teller) -> ReportPage:
    """What is known of a report before any of its words."""
    wording = teller.wording
    return ReportPage(
        id=report.id,
        address=report_address(report.id),
        title=report.title or "",
        outlet=teller.outlet(report),
        lang=report.language or "und",
        dir=direction(report.language),
        language=wording.language_name(report.language),
        published=report.published,
        url=report.url,
        wire_credit=report.wire_credit,
        forwarded_from=report.forwarded_from or "",
        edited=wording.time(report.edited) if report.edited else "",
        document=report.document,
        acquired=wording.time(document.acquired_at) if document else "",
        method=document.method if document else "",
        size=wording("report.bytes", n=document.size) if document else "",
        origin=(document.name or document.origin) if document else "",
        unread="",
        relevant=False,
        segments=(),
        accounts=(),
        figures=(),
        refusals=(),
        disbelieved=(),
        showing_refused=False,
        refused_address=f"{report_address(report.id)}?refused=1#refused",
    )


def account_page(desk: Desk, name: str) -> AccountPage:
    """One account with the head of its report. Raises: UnknownName."""
    _, (account,), (report,) = without_withheld(
        (), [desk.ledger.account(name)], [desk.ledger.report(desk.ledger.account(name).report)], desk.ledger.withheld_reports()
    )
    incidents = [incident.id for incident in desk.ledger.incidents_of_report(report.id) if account.id in incident.accounts]
    return AccountPage(
        id=account.id,
        report=report.id,
        address=report_address(report.id),
        language=report.language,
        published=report.published,
        incidents=tuple(incidents),
        account=to_json(account),
    )


def _reading(desk: Desk, report: Report) -> Reading:
    """The report's reading, an empty one while it waits to be read."""
    try:
        return desk.ledger.reading(report.id)
    except UnknownName:
        return Reading(report.id, "", "", report.language, relevant=False)


def _document(desk: Desk, report: Report) -> Document | None:
    if report.document is None:
        return None
    try:
        return desk.ledger.document(report.document)
    except UnknownName:
        return None


# -- the text ---------------------------------------------------------------------------------------------------------


def _segments(report: Report, reading: Reading, figures: Sequence[Value], teller: Teller, at: str, refused: bool) -> tuple[Segment, ...]:
    values = [value for account in reading.accounts for value in teller.values(account)]
    marks = list(_marks(values, KINDS)) + list(_marks(figures, {"figures": "count"}))
    if refused:
        marks += [marking.Mark(r.start, r.end, "refused", _key(r.start, r.end), "#refused") for r in reading.refused]
    return marking.segments(report.text, marks, furniture=report.furniture, at=_asked(at, len(report.text)))


def _marks(values: Iterable[Value], kinds: dict[str, str]) -> Iterable[marking.Mark]:
    for value in values:
        if value.mention:
            yield marking.Mark(value.mention.start, value.mention.end, kinds[value.field], value.key, f"#v-{value.key}")


def _asked(at: str, length: int) -> tuple[int, int] | None:
    """The words that the address asks for; what lies outside the text is nothing."""
    found = _AT.fullmatch(at)
    if not found:
        return None
    start, end = int(found[1]), int(found[2])
    return (start, end) if start < end <= length else None


def _key(start: int, end: int) -> str:
    return f"{start}-{end}"


# -- what was read ----------------------------------------------------------------------------------------------------


def _account_part(
    account: Account, report: Report, incidents: dict[str, str], teller: Teller, seen: set[str], choices: Mapping[str, SlotChoice]
) -> AccountPart:
    """The account's fields; one that is explained has those too for which whatever was considered was refused."""
    by_field: dict[str, list[Value]] = {}
    for value in teller.values(account):
        by_field.setdefault(value.field, []).append(value)
    incident = incidents.get(account.id)
    told = [field for field in KINDS if field in by_field or field in choices]
    return AccountPart(
        id=account.id,
        what=teller.what(account),
        background=account.background,
        incident=incident_address(incident) if incident else "",
        slots=tuple(_slot(field, by_field.get(field, ()), report, teller, seen, choices.get(field)) for field in told),
        is_explained=bool(choices),
    )


def _slot(field: str, values: Sequence[Value], report: Report, teller: Teller, seen: set[str], choice: SlotChoice | None = None) -> Slot:
    kind = KINDS.get(field, "count")
    return Slot(field, kind, teller.field(field), tuple(_slot_value(value, report, teller, seen) for value in values), choice)


def _slot_value(value: Value, report: Report, teller: Teller, seen: set[str]) -> SlotValue:
    """The first value on a mention is where the mark in the text leads; others on the same words are lit with it."""
    anchor = "" if value.key in seen else value.key
    seen.add(value.key)
    quote = teller.quote(report, value.mention) if value.mention else None
    rule = value.mention.rule if value.mention else ""
    mark = teller.wording("report.corrected") if rule.startswith("decision/") else value.mark
    return SlotValue(value.label, anchor, quote, mark, rule)


def _figure_slots(figures: Sequence[Value], report: Report, teller: Teller, seen: set[str], choice: SlotChoice | None) -> tuple[Slot, ...]:
    if not figures:
        return ()
    return (
        Slot("figures", "count", teller.field("figures"), tuple(_slot_value(value, report, teller, seen) for value in figures), choice),
    )


def _refusal(refusal: Refusal, report: Report, teller: Teller, explainer: Explainer) -> RefusalLine:
    mention = Mention(refusal.start, refusal.end, refusal.text)
    return RefusalLine(teller.slot(refusal.slot), refusal.reason, teller.quote(report, mention), explainer.refusal(refusal))
