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
from tahqiq.web.api import intake, pages
from tahqiq.web.rendering import desk_of, twin

router = APIRouter()
router.include_router(intake.router)
router.include_router(pages.router)


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
    told = {
        "total": page.total,
        "is_more": page.is_more,
        "next": page.next,
        "understood": notes,
        "incidents": [to_json(incident) for incident in page.items],
    }
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


@router.get("/health", summary="That the desk answers, and under which version")
def health(request: Request) -> Response:
    return twin({"status": "ok", "version": desk_of(request).version})
