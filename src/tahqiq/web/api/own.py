"""Who asks, their searches, and for admins users and keys; and what the problems of all answers mean."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from tahqiq.errors import LedgerConflict, TahqiqError, UnknownName
from tahqiq.ledger.keys import Key
from tahqiq.ledger.people import SavedSearch
from tahqiq.pipeline import now
from tahqiq.review.keys import new_key, withdraw_key
from tahqiq.review.people import LEAST_ROLE
from tahqiq.web.api.answering import Several, answered, changer, documented, reader
from tahqiq.web.api.shapes import Away, KeyMade, NewKey, NewSearch, Session, UserTold, user_of
from tahqiq.web.door import visitor_of
from tahqiq.web.problems import KINDS, Problem, ProblemKind
from tahqiq.web.rendering import desk_of

router = APIRouter(tags=["users and keys"])
SearchName = Annotated[str, Path(min_length=1, max_length=100, description="The search's name.", examples=["Idlib, July"])]


@router.get("/session", summary="Who asks, in which role, and what they may do", responses=documented(Session, "The one who asks."))
def session(request: Request) -> Response:
    reader(request)
    visitor = visitor_of(request)
    may = tuple(act for act in LEAST_ROLE if visitor.role and visitor.may(act)) or (("read",) if visitor.is_anybody else ())
    csrf = visitor.csrf if visitor.name and not visitor.key else ""
    return answered(request, Session(visitor.name, visitor.role, may, visitor.key, tuple(sorted(visitor.scopes)), csrf))


@router.get("/searches", summary="One's own saved searches", responses=documented(Several[SavedSearch], "Searches, by name."))
def searches(request: Request) -> Response:
    visitor = reader(request)
    return answered(request, Several(desk_of(request).ledger.people.searches(visitor.name) if visitor.name else ()))


@router.put("/searches/{name}", summary="Save a search", responses=documented(SavedSearch, "The search.", changes=True))
def save_search(request: Request, name: SearchName, search: NewSearch) -> Response:
    """In place of the one of this name, where there is one."""
    visitor = changer(request, "save_search")
    told = " ".join(name.split())
    if not told or "\x00" in told or any(ord(letter) < 33 for letter in search.address):
        raise Problem(422, "a search has a name, and an address of this desk")
    saved = SavedSearch(visitor.name, told, search.address, now())
    desk_of(request).ledger.people.save_search(saved)
    return answered(request, saved)


@router.delete("/searches/{name}", summary="Drop a saved search", responses=documented(Away, "It is gone.", changes=True))
def drop_search(request: Request, name: SearchName) -> Response:
    visitor = changer(request, "save_search")
    ledger, told = desk_of(request).ledger, " ".join(name.split())
    if told not in {one.name for one in ledger.people.searches(visitor.name)}:
        raise UnknownName(f"search {told}: there is none of this name")
    ledger.people.drop_search(visitor.name, told)
    return answered(request, Away(told))


# -- for admins -------------------------------------------------------------------------------------------------------


@router.get("/users", summary="Who works at the desk", responses=documented(Several[UserTold], "Users, by name."))
def users(request: Request) -> Response:
    reader(request, "users")
    return answered(request, Several(tuple(map(user_of, desk_of(request).ledger.people.all()))))


@router.get("/keys", summary="Keys, without what their holders send", responses=documented(Several[Key], "Keys, the oldest first."))
def keys(request: Request, who: Annotated[str, Query(max_length=100, description="Of this user alone.")] = "") -> Response:
    """One's own, and for admins everybody's."""
    visitor = reader(request)
    of = who if visitor.may("users") else visitor.name
    return answered(request, Several(desk_of(request).ledger.keys.all(of) if visitor.name else ()))


@router.post(
    "/keys",
    status_code=201,
    summary="Make a key of one's own",
    responses=documented(KeyMade, "The key; `held` is told this once.", status=201, changes=True),
)
def make_key(request: Request, wanted: NewKey) -> Response:
    """Asks for the scope `admin`, or is done in a browser: no key makes others of itself."""
    visitor = changer(request, "users") if visitor_of(request).key else changer(request, "read")
    try:
        key, held = new_key(desk_of(request).ledger, visitor.name, wanted.name, wanted.scopes, days=wanted.days, by=visitor.name)
    except TahqiqError as error:
        raise Problem(422, str(error)) from None
    response = answered(request, KeyMade(key, held), status=201)
    response.headers["cache-control"] = "no-store"
    return response


@router.delete("/keys/{key}", summary="Withdraw a key", responses=documented(Key, "The key, which opens nothing any more.", changes=True))
def withdraw(request: Request, key: Annotated[str, Path(max_length=100, description="The key's id.")]) -> Response:
    """One's own, and for admins anybody's."""
    visitor, ledger = changer(request, "read"), desk_of(request).ledger
    found = ledger.keys.get(key)
    if not visitor.may("users") and found.who != visitor.name:
        raise UnknownName(f"key {key}: there is none of this id")
    try:
        withdraw_key(ledger, found.id, by=visitor.name)
    except LedgerConflict as error:
        raise Problem(409, str(error)) from None
    return answered(request, ledger.keys.get(key))


# -- problems ---------------------------------------------------------------------------------------------------------


@router.get("/problems", summary="What can go wrong", responses=documented(Several[ProblemKind], "Types of problems, by status."))
def problems(request: Request) -> Response:
    return answered(request, Several(tuple(KINDS.values())))


@router.get("/problems/{name}", summary="What one type of problem means", responses=documented(ProblemKind, "The type."))
def problem_kind(
    request: Request, name: Annotated[str, Path(max_length=60, description="The type's name.", examples=["not-found"])]
) -> Response:
    found = next((kind for kind in KINDS.values() if kind.name == name), None)
    if found is None:
        raise UnknownName(f"problem {name}: there is no such type")
    return answered(request, found)
