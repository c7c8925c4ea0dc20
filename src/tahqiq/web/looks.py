"""Who looked at protected names, at what, and when: a page for admins, of what the ledger has written down."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from tahqiq.review.people import LEAST_ROLE
from tahqiq.web.door import Refused, visitor_of
from tahqiq.web.rendering import desk_of, page, wording_of
from tahqiq.web.veil import THEME

router = APIRouter(include_in_schema=False)
MOST = 500


@dataclass(frozen=True, slots=True)
class LookLine:
    at: str
    who: str
    address: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LooksPage:
    lines: tuple[LookLine, ...]


@router.get("/looks")
def looks(request: Request) -> Response:
    visitor = visitor_of(request)
    if not visitor.may("looks"):
        raise Refused(403, "not_allowed" if visitor.name else "not_signed_in", role=LEAST_ROLE["looks"])
    wording = wording_of(request)
    found = desk_of(request).ledger.records.of(THEME, last=MOST)
    lines = tuple(LookLine(wording.time(one.at), one.who, one.subject, tuple(one.value.get("names", ()))) for one in reversed(found))
    return page(request, "looks.html", LooksPage(lines))
