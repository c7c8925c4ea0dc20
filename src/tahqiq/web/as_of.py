"""The page of an incident as it stood at the end of a day: told by what was published until then."""

import datetime as dt
from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from tahqiq.model import Incident
from tahqiq.pipeline import incident_as_of
from tahqiq.web import incidents
from tahqiq.web.contexts import IncidentPage
from tahqiq.web.rendering import Desk, desk_of, page, twin, wording_of
from tahqiq.web.told import incident_address
from tahqiq.web.wording import Wording

router = APIRouter()


@router.get("/incidents/{incident}/as-of/{day}", include_in_schema=False)
def incident_page(request: Request, incident: str, day: dt.date) -> Response:
    desk = desk_of(request)
    found = desk.ledger.incident(incident)
    then = incident_as_of(desk.ledger, found, day)
    if then is None:  # nothing was published by then: there is only the page of today
        return RedirectResponse(incident_address(found.id), status_code=302)
    return page(request, "incident.html", _page(desk, then, day, wording_of(request)))


@router.get("/api/v1/pages/incidents/{incident}/as-of/{day}", include_in_schema=False)
def incident_twin(request: Request, incident: str, day: dt.date) -> Response:
    desk = desk_of(request)
    then = incident_as_of(desk.ledger, desk.ledger.incident(incident), day)
    return twin(_page(desk, then, day, wording_of(request))) if then else Response(status_code=404)


def _page(desk: Desk, then: Incident, day: dt.date, wording: Wording) -> IncidentPage:
    address = f"{incident_address(then.id)}/as-of/{day.isoformat()}"
    return replace(
        incidents.one_page(desk, then, wording, as_of=day), address=address, as_of=wording("assessed.as_of", day=wording.day(day))
    )
