"""The pages' JSON twins: the same contexts, at stable addresses, for other programs."""

from dataclasses import fields

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from tahqiq.errors import TahqiqError, UnknownName
from tahqiq.model import to_json
from tahqiq.review import history, inbox, protected
from tahqiq.review.deciding import as_json
from tahqiq.review.history import words
from tahqiq.searching import Asking, understood
from tahqiq.web import incidents, reports
from tahqiq.web.maps import country_names
from tahqiq.web.rendering import desk_of, twin, wording_of

router = APIRouter()


@router.get("/api/v1/incidents", summary="Incidents under the list's filters, a page at a time")
def incident_list(request: Request) -> Response:
    context = incidents.list_page(desk_of(request), request.query_params, wording_of(request))
    return twin(context, status=400 if context.problems else 200)


@router.get("/api/v1/search", summary="Incidents by words in any spelling and by all that is told of them, a page at a time")
def search(request: Request) -> Response:
    """Parameters as `tahqiq search` has them: text, near, within, box, since, until, actor, event_type, grade, source, and so on."""
    given = dict(request.query_params)
    try:
        limit = int(given.pop("limit", "50"))
        query, notes = understood(Asking(**given, limit=limit), places=request.app.state.settings.places)
        page = desk_of(request).ledger.incidents(query)
    except (TypeError, ValueError, TahqiqError) as error:
        known = ", ".join(field.name for field in fields(Asking))
        why = f"there are the parameters {known}" if isinstance(error, TypeError) else str(error)
        return JSONResponse({"problems": [why]}, status_code=400)
    told = {"total": page.total, "next": page.next, "understood": notes, "incidents": [to_json(incident) for incident in page.items]}
    return JSONResponse(told)


@router.get("/api/v1/incidents/{incident}/decisions", summary="What was decided of an incident, by whom, when and why")
def decisions(request: Request, incident: str) -> Response:
    found = history(desk_of(request).ledger, incident)
    told = [{**as_json(e.decision), "state": e.state, "by": e.by.id if e.by else None, "says": words(e.decision)} for e in found]
    return JSONResponse({"incident": incident, "decisions": told})


@router.get("/api/v1/persons", summary="Persons by name, in any letters, or of one incident")
def persons(request: Request) -> Response:
    ledger, given = desk_of(request).ledger, request.query_params
    incident = given.get("incident")
    of = ledger.incident(incident).id if incident else None
    found = protected(ledger, ledger.persons(given.get("name", ""), incident=of, after=given.get("after")))
    return JSONResponse({"persons": [to_json(person) for person in found], "next": found[-1].id if len(found) == 50 else None})


@router.get("/api/v1/inbox", summary="What waits for a person")
def waiting(request: Request) -> Response:
    try:
        found = inbox(desk_of(request).ledger, request.query_params.get("kind"))
    except UnknownName as error:
        return JSONResponse({"problems": [str(error)]}, status_code=400)
    return JSONResponse({"waiting": [to_json(one) for one in found]})


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
