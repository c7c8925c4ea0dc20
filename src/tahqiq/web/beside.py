"""An incident in short, to stand beside the inbox: what is told, what contradicts, who tells it in which words."""

from collections.abc import Iterable

from tahqiq.model import Account, Incident, Report
from tahqiq.protection import without_withheld
from tahqiq.web import incidents as listing
from tahqiq.web import marking, tolls
from tahqiq.web.decisions import told_of
from tahqiq.web.rendering import Desk
from tahqiq.web.told import Teller, report_address
from tahqiq.web.wording import direction
from tahqiq.web.work import Against, Beside, Passage, Telling

MOST_REPORTS = 12


def beside(desk: Desk, incident: Incident, teller: Teller) -> Beside:
    """The incident in short."""
    shut = desk.ledger.withheld_reports()
    found = desk.ledger.reports_of(incident.reports)
    (safe,), accounts, reports = without_withheld([incident], desk.ledger.accounts_of(incident.accounts), found, shut)
    by_id = {report.id: report for report in reports}
    shown = [account for account in accounts if account.report in by_id]
    passages = tuple(_passage(account, by_id[account.report], teller, shut.get(account.report, "")) for account in shown[:MOST_REPORTS])
    against = tuple(_against(safe, shown, by_id, teller))
    line = listing.lines(desk, (safe,), teller)[0]
    return Beside(line, tolls.words(safe, teller), against, passages, max(0, len(shown) - MOST_REPORTS))


def _against(incident: Incident, accounts: Iterable[Account], reports: dict[str, Report], teller: Teller) -> Iterable[Against]:
    """By contradicted field each value that is told, with who tells it."""
    told: dict[str, dict[str, list[str]]] = {}
    for account in accounts:
        for slot, _, label in told_of(account, teller):
            told.setdefault(slot, {}).setdefault(label, []).append(teller.outlet(reports[account.report]))
    for field in incident.contradictions:
        values = told.get(field, {})
        if len(values) > 1:
            tellings = tuple(Telling(label, teller.wording.together(list(dict.fromkeys(outlets)))) for label, outlets in values.items())
            yield Against(teller.field(field), tellings)
        else:
            yield Against(teller.field(field), ())


def _passage(account: Account, report: Report, teller: Teller, withheld: str) -> Passage:
    start, end = marking.passage(report.text, account.trigger.start, account.trigger.end) if not withheld else (0, 0)
    published = teller.wording.day(report.published) if report.published else ""
    return Passage(
        outlet=teller.outlet(report),
        address=report_address(report.id),
        published=published,
        language=report.language or "und",
        dir=direction(report.language),
        text=report.text[start:end],
        withheld=withheld,
    )
