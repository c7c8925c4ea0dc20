"""Incidents: searched and listed, one with its links, as of a day, and what was decided and noted of it."""

import datetime as dt
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response

from tahqiq.errors import TahqiqError, UnknownName
from tahqiq.ledger.people import Note
from tahqiq.model import Incident, Link
from tahqiq.pipeline import incident_as_of
from tahqiq.review import history, noting
from tahqiq.review.waiting import Waiting, inbox
from tahqiq.searching import Asking, understood
from tahqiq.web.api.answering import (
    Counted,
    Cursor,
    Limit,
    Several,
    answered,
    changer,
    cursor_of,
    documented,
    key_of,
    reader,
    shown,
    shown_links,
)
from tahqiq.web.api.shapes import DecisionEntry, NewNote, entry_of
from tahqiq.web.problems import Problem
from tahqiq.web.rendering import desk_of

router = APIRouter(tags=["incidents"])
Id = Annotated[str, Path(max_length=200, description="The incident's id or public id; one that is no more leads to where it went.")]


def asked(
    text: Annotated[str, Query(max_length=500, description="Words that one report must have, in any spelling.", examples=["Idlib"])] = "",
    near: Annotated[str, Query(max_length=200, description="`LAT,LON,KM` or `PLACE,KM`.", examples=["35.9,36.6,20"])] = "",
    within: Annotated[str, Query(max_length=200, description="A country, province, district or town.", examples=["Syria"])] = "",
    box: Annotated[str, Query(max_length=100, description="`WEST,SOUTH,EAST,NORTH` in degrees.", examples=["35,32,42,37"])] = "",
    since: Annotated[str, Query(max_length=40, description="The first day, inclusive.", examples=["2023-07-01"])] = "",
    until: Annotated[str, Query(max_length=40, description="The last day, inclusive.", examples=["2023-07-31"])] = "",
    actor: Annotated[str, Query(max_length=200, description="An actor by name or id, who did it or was struck.")] = "",
    event_type: Annotated[str, Query(max_length=60, description="A type of the codebook.", examples=["airstrike"])] = "",
    grade: Annotated[str, Query(max_length=40, description="A grade of civilian harm.", examples=["fair"])] = "",
    source: Annotated[str, Query(max_length=200, description="A source by name, id or host.")] = "",
    language: Annotated[str, Query(max_length=20, description="The language of a report, ISO 639-1.", examples=["ar"])] = "",
    weapon: Annotated[str, Query(max_length=60, description="A weapon of the codebook.")] = "",
    country: Annotated[str, Query(max_length=10, description="ISO 3166-1 alpha-2.", examples=["SY"])] = "",
    review: Annotated[str, Query(max_length=20, description="proposed, reviewed or published.", examples=["published"])] = "",
    contradiction: Annotated[str, Query(max_length=10, description="yes or no: whether its reports contradict one another.")] = "",
    order: Annotated[str, Query(max_length=20, description="date, killed or reports.", examples=["date"])] = "date",
) -> Asking:
    """What is searched for, as `tahqiq search` takes it. Raises: Problem where a word cannot be part of any search."""
    given: dict[str, Any] = {
        "text": text, "near": near, "within": within, "box": box, "since": since, "until": until, "actor": actor, "event_type": event_type,
        "grade": grade, "source": source, "language": language, "weapon": weapon, "country": country, "review": review,
        "contradiction": contradiction, "order": order,
    }  # fmt: skip
    if any("\x00" in word for word in given.values()):
        raise Problem(422, "a word with the letter NUL is in no report")
    return Asking(**given)


Asked = Annotated[Asking, Depends(asked)]


@router.get(
    "/incidents",
    summary="Incidents by words and by all that is told of them, a page at a time",
    responses=documented(Counted[Incident], "Incidents, latest first unless `order` says otherwise."),
)
def incidents(request: Request, asking: Asked, cursor: Cursor = "", limit: Limit = 50) -> Response:
    """What matches is found in any spelling; `understood` says how words of places and actors were taken."""
    reader(request)
    after = key_of("incidents", cursor)
    try:
        query, notes = understood(replace(asking, limit=limit), places=request.app.state.settings.places)
        page = desk_of(request).ledger.incidents(replace(query, after=after))
    except TahqiqError as error:
        raise Problem(422, str(error)) from None
    told = shown(request, page.items)[0]
    return answered(request, Counted(told, cursor_of("incidents", page.next), page.total, notes, page.is_more))


@router.get("/incidents/{incident}", summary="One incident", responses=documented(Incident, "The incident."))
def incident(request: Request, incident: Id) -> Response:
    """Who says what, tolls, grade, disputes, reports: computed from the ledger, with persons' decisions laid over it."""
    reader(request)
    return answered(request, told_incident(request, desk_of(request).ledger.incident(incident)))


def told_incident(request: Request, found: Incident) -> Incident:
    """The incident as this visitor may see it: what its entity tag is made of."""
    return shown(request, [found])[0][0]


@router.get(
    "/incidents/{incident}/as-of/{day}",
    summary="One incident, told by what was published until the end of a day",
    responses=documented(Incident, "The incident as it was told by then."),
)
def incident_then(
    request: Request, incident: Id, day: Annotated[dt.date, Path(description="ISO 8601.", examples=["2023-07-08"])]
) -> Response:
    reader(request)
    ledger = desk_of(request).ledger
    then = incident_as_of(ledger, ledger.incident(incident), day)
    if then is None:
        raise UnknownName(f"nothing of incident {incident} was published by {day}")
    return answered(request, told_incident(request, then))


@router.get(
    "/incidents/{incident}/links",
    summary="The links of an incident's accounts, with one another and with others, each with its reasons and their weights",
    responses=documented(Several[Link], "Links; `score` is the sum of the reasons' weights, in bits."),
)
def links(request: Request, incident: Id) -> Response:
    reader(request)
    ledger = desk_of(request).ledger
    found = ledger.incident(incident)
    return answered(request, Several(shown_links(request, ledger.links_of(found.accounts), found)))


@router.get(
    "/incidents/{incident}/decisions",
    summary="What was decided of an incident, by whom, when and why, and what became of it",
    responses=documented(Several[DecisionEntry], "Decisions, oldest first; those that were taken back too."),
)
def decisions(request: Request, incident: Id) -> Response:
    """Asks for `read:protected`: decisions quote the words they were made on."""
    reader(request, "protected")
    return answered(request, Several(tuple(map(entry_of, history(desk_of(request).ledger, incident)))))


@router.get(
    "/incidents/{incident}/notes", summary="What was noted of an incident", responses=documented(Several[Note], "Notes, oldest first.")
)
def notes(request: Request, incident: Id) -> Response:
    """Asks for `read:protected`: notes name whom they like."""
    reader(request, "protected")
    ledger = desk_of(request).ledger
    return answered(request, Several(noting.notes(ledger, ledger.incident(incident))))


@router.post(
    "/incidents/{incident}/notes",
    status_code=201,
    summary="Note something of an incident",
    responses=documented(Note, "The note.", status=201, changes=True),
)
def add_note(request: Request, incident: Id, note: NewNote) -> Response:
    """A note is nobody's decision and changes nothing."""
    visitor = changer(request, "note")
    try:
        made = noting.add_note(desk_of(request).ledger, incident, note.text, who=visitor.name)
    except UnknownName:
        raise
    except TahqiqError as error:
        raise Problem(422, str(error)) from None
    return answered(request, made, status=201)


@router.get("/inbox", summary="What waits for a person", responses=documented(Several[Waiting], "What waits, in the order of need."))
def waiting(
    request: Request,
    kind: Annotated[str, Query(max_length=40, description="lost, conflict, changed, grade, person or unreviewed; all unless given.")] = "",
    limit: Limit = 50,
) -> Response:
    """Asks for `read:protected`. At most `limit` of each kind are told."""
    reader(request, "protected")
    try:
        return answered(request, Several(inbox(desk_of(request).ledger, kind or None, limit=limit)))
    except UnknownName as error:
        raise Problem(422, str(error)) from None
