"""The pages' JSON twins: the contexts that pages are rendered from, in the reader's language. What programs build on is beside them.

They follow the pages and change with them; the resources of `/api/v1` keep their shape.
"""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from tahqiq.web import incidents, reports
from tahqiq.web.maps import country_names
from tahqiq.web.rendering import desk_of, twin, wording_of

router = APIRouter(include_in_schema=False)


@router.get("/api/v1/pages/incidents")
def incident_list(request: Request) -> Response:
    context = incidents.list_page(desk_of(request), request.query_params, wording_of(request))
    return twin(context, status=400 if context.problems else 200)


@router.get("/api/v1/pages/incidents/{incident}")
def incident_page(request: Request, incident: str) -> Response:
    desk = desk_of(request)
    return twin(incidents.one_page(desk, desk.ledger.incident(incident), wording_of(request)))


@router.get("/api/v1/pages/reports/{report}")
def report_page(request: Request, report: str) -> Response:
    return twin(reports.one_page(desk_of(request), report, wording_of(request)))


@router.get("/api/v1/pages/accounts/{account}")
def account_page(request: Request, account: str) -> Response:
    return twin(reports.account_page(desk_of(request), account))


@router.get("/map/names")
def map_names(request: Request) -> Response:
    return twin(country_names(wording_of(request)))
