"""The pages' JSON twins: the same contexts, at stable addresses, for other programs."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from tahqiq.web import incidents, reports
from tahqiq.web.maps import country_names
from tahqiq.web.rendering import desk_of, twin, wording_of

router = APIRouter()


@router.get("/api/v1/incidents", summary="Incidents under the list's filters, a page at a time")
def incident_list(request: Request) -> Response:
    context = incidents.list_page(desk_of(request), request.query_params, wording_of(request))
    return twin(context, status=400 if context.problems else 200)


@router.get("/api/v1/incidents/{incident}", summary="One incident: who says what, tolls, grade, reports")
def incident_page(request: Request, incident: str) -> Response:
    desk = desk_of(request)
    return twin(incidents.one_page(desk, desk.ledger.incident(incident), wording_of(request)))


@router.get("/api/v1/reports/{report}", summary="One report: its text in marked stretches and what was read out of it")
def report_page(request: Request, report: str) -> Response:
    return twin(reports.one_page(desk_of(request), report, wording_of(request)))


@router.get("/api/v1/accounts/{account}", summary="What one report tells of one happening")
def account_page(request: Request, account: str) -> Response:
    return twin(reports.account_page(desk_of(request), account))


@router.get("/map/names", include_in_schema=False)
def map_names(request: Request) -> Response:
    return twin(country_names(wording_of(request)))


@router.get("/health", summary="That the desk answers, and under which version")
def health(request: Request) -> Response:
    return twin({"status": "ok", "version": desk_of(request).version})
