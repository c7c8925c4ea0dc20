"""What was taken in and read: documents, reports, accounts, the claims in them, figures, and the standing numbers these make."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from tahqiq.errors import TahqiqError
from tahqiq.model import Account, Claim, Document, Figure, Report, Series
from tahqiq.protection import without_withheld
from tahqiq.web.api.answering import (
    Counted,
    Cursor,
    Limit,
    Several,
    answered,
    cursor_of,
    documented,
    key_of,
    paged,
    protecting_of,
    reader,
    shown_figures,
)
from tahqiq.web.door import visitor_of
from tahqiq.web.problems import Problem
from tahqiq.web.rendering import desk_of

router = APIRouter(tags=["reports"])
Of = Annotated[str, Query(max_length=200, description="Of this one alone, by its id.")]


@dataclass(frozen=True, slots=True)
class ClaimTold:
    """A claim with the account that it stands in: who says it, and how they stand to it."""

    account: str
    report: str
    claim: Claim


@router.get("/documents/{document}", summary="What is known of a document's bytes", responses=documented(Document, "The document."))
def document(request: Request, document: Annotated[str, Path(max_length=200, description="Its SHA-256, in hex.")]) -> Response:
    """Asks for `read:protected`: addresses and file names may name anybody. The bytes lie in the vault."""
    reader(request, "protected")
    return answered(request, desk_of(request).ledger.document(document))


@router.get("/reports", summary="Reports, a page at a time", responses=documented(Several[Report], "Reports, in the order of their ids."))
def reports(
    request: Request,
    text: Annotated[str, Query(max_length=500, description="Words that a report must have, in any spelling.", examples=["Idlib"])] = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> Response:
    """Without `read:protected`, texts and titles are left out, and words are not searched for: what is found would tell of them."""
    reader(request, "protected" if text else "read")
    if "\x00" in text:
        raise Problem(422, "a word with the letter NUL is in no report")
    ledger, after = desk_of(request).ledger, key_of("reports", cursor)
    found = ledger.reports_with(text, limit=limit + 1, after=after) if text else tuple(ledger.reports(after, limit + 1))
    page = paged("reports", found, limit, lambda report: report.id)
    return answered(request, Several(_shown(request, page.items), page.next))


@router.get(
    "/reports/{report}", summary="One report: its text, where it is from, and its media", responses=documented(Report, "The report.")
)
def report(request: Request, report: Annotated[str, Path(max_length=200, description="The report's id.")]) -> Response:
    """Offsets of accounts and figures count Unicode code points of `text`, end exclusive."""
    reader(request)
    return answered(request, _shown(request, [desk_of(request).ledger.report(report)])[0])


def _shown(request: Request, given: "tuple[Report, ...] | list[Report]") -> tuple[Report, ...]:
    ledger = desk_of(request).ledger
    accounts = ledger.accounts_of_reports([report.id for report in given])
    _, safe, told = without_withheld((), accounts, given, ledger.withheld_reports())
    if visitor_of(request).sees_names:
        return told
    protected = protecting_of(ledger, (), safe).protect((), safe, told)
    return tuple(protected.reports[report.id] for report in told)


# -- accounts and claims ----------------------------------------------------------------------------------------------


@router.get(
    "/accounts", summary="What reports tell of happenings", responses=documented(Several[Account], "Accounts, in the order of their ids.")
)
def accounts(request: Request, incident: Of = "", report: Of = "", cursor: Cursor = "", limit: Limit = 50) -> Response:
    """Of one incident, of one report, or all; as persons corrected them."""
    reader(request)
    found, page = _found(request, incident, report, key_of("accounts", cursor), limit)
    return answered(request, Several(_shown_accounts(request, found), cursor_of("accounts", page)))


@router.get("/accounts/{account}", summary="What one report tells of one happening", responses=documented(Account, "The account."))
def account(request: Request, account: Annotated[str, Path(max_length=200, description="The account's id.")]) -> Response:
    reader(request)
    return answered(request, _shown_accounts(request, [desk_of(request).ledger.account(account)])[0])


@router.get("/claims", summary="Who says what, claim by claim", responses=documented(Several[ClaimTold], "Claims, by account."))
def claims(request: Request, incident: Of = "", report: Of = "", cursor: Cursor = "", limit: Limit = 50) -> Response:
    """The claims of an incident's, a report's or all accounts; `limit` counts accounts, of which each has some."""
    reader(request)
    found, page = _found(request, incident, report, key_of("claims", cursor), limit)
    told = tuple(ClaimTold(one.id, one.report, claim) for one in _shown_accounts(request, found) for claim in one.claims)
    return answered(request, Several(told, cursor_of("claims", page)))


def _found(request: Request, incident: str, report: str, after: str | None, limit: int) -> tuple[tuple[Account, ...], str | None]:
    """Accounts behind a key, and the key that goes on."""
    ledger = desk_of(request).ledger
    if incident or report:
        names = ledger.incident(incident).accounts if incident else ()
        told = ledger.accounts_of(names or (a.id for a in ledger.accounts_of_reports([ledger.report(report).id])))
        some = sorted((a for a in told if not report or a.report == report), key=lambda a: a.id)
        some = [a for a in some if after is None or a.id > after][: limit + 1]
    else:
        some = list(ledger.accounts_of(a.id for a in ledger.accounts(after, limit + 1)))
    return tuple(some[:limit]), some[limit - 1].id if len(some) > limit else None


def _shown_accounts(request: Request, given: "tuple[Account, ...] | list[Account]") -> tuple[Account, ...]:
    ledger = desk_of(request).ledger
    _, safe, _ = without_withheld((), given, (), ledger.withheld_reports())
    if visitor_of(request).sees_names:
        return safe
    protected = protecting_of(ledger, (), safe).protect((), safe)
    return tuple(protected.accounts[one.id] for one in safe)


# -- figures ----------------------------------------------------------------------------------------------------------


@router.get(
    "/reports/{report}/figures", summary="Standing numbers that one report tells", responses=documented(Several[Figure], "Figures.")
)
def figures_of(request: Request, report: Annotated[str, Path(max_length=200, description="The report's id.")]) -> Response:
    reader(request)
    ledger = desk_of(request).ledger
    return answered(request, Several(shown_figures(request, ledger.things.figures_of([ledger.report(report).id]))))


@router.get("/figures", summary="Standing numbers over time: troops, tolls since a year", responses=documented(Counted[Series], "Numbers."))
def figures(
    request: Request,
    measure: Annotated[str, Query(max_length=60, description="What is counted, as the codebook names it.")] = "",
    order: Annotated[str, Query(max_length=20, description="told (by most) or last (told).")] = "told",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> Response:
    """Each is one number as it was told from day to day, by whom."""
    reader(request)
    after = key_of(f"figures {order}", cursor)
    if "\x00" in measure:
        raise Problem(422, "no measure has the letter NUL")
    try:
        page = desk_of(request).ledger.things.series(measure=measure, order=order, after=after, limit=limit)
    except TahqiqError as error:
        raise Problem(422, str(error)) from None
    return answered(request, Counted(page.items, cursor_of(f"figures {order}", page.next), page.total))


@router.get("/figures/{figure}", summary="One standing number over time", responses=documented(Series, "The number, day by day."))
def figure(request: Request, figure: Annotated[str, Path(max_length=200, description="The number's id.")]) -> Response:
    reader(request)
    return answered(request, desk_of(request).ledger.things.one_series(figure))
