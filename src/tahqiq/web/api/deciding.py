"""Decisions, as the desk makes them: each with who and why, once for each `Idempotency-Key`, and on the state that `If-Match` names."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Header, Path, Request
from fastapi.responses import Response
from pydantic import Field

from tahqiq import review
from tahqiq.errors import LedgerConflict, TahqiqError, UnknownName
from tahqiq.model import Decision
from tahqiq.pipeline import the_stages
from tahqiq.web.api.answering import answered, changer, documented, reader, tag_of
from tahqiq.web.api.incidents import told_incident
from tahqiq.web.api.once import once
from tahqiq.web.api.shapes import DecisionMade, Name, Names, Why, made_of
from tahqiq.web.decided import may_take_back
from tahqiq.web.problems import Problem
from tahqiq.web.rendering import desk_of

router = APIRouter(tags=["decisions"])


@dataclass(frozen=True, slots=True)
class Accept:
    """The incident was reviewed as it is now."""

    act: Literal["accept"]
    incident: Name
    why: Why


@dataclass(frozen=True, slots=True)
class Reject:
    """The account is in no incident: the report does not tell it."""

    act: Literal["reject"]
    account: Name
    why: Why


@dataclass(frozen=True, slots=True)
class Merge:
    """The incidents are one from now on."""

    act: Literal["merge"]
    incidents: Annotated[tuple[Name, ...], Field(min_length=2, max_length=100)]
    why: Why


@dataclass(frozen=True, slots=True)
class Apart:
    """The two incidents are never one."""

    act: Literal["apart"]
    incident: Name
    other: Name
    why: Why


@dataclass(frozen=True, slots=True)
class Split:
    """These accounts, by their ids or their reports', tell of another happening than the rest of the incident's."""

    act: Literal["split"]
    incident: Name
    accounts: Names
    why: Why


@dataclass(frozen=True, slots=True)
class Correct:
    """The slot of the account holds what the words say. `standing_on` are words of the report; `span` where they stand in its text."""

    act: Literal["correct"]
    account: Name
    slot: Annotated[str, Field(min_length=1, max_length=40, examples=["killed"])]
    words: Annotated[str, Field(min_length=1, max_length=2000, examples=["3-5 civilians"])]
    why: Why
    standing_on: Annotated[str, Field(max_length=2000)] = ""
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Grade:
    """The incident has this grade, whatever its accounts give."""

    act: Literal["grade"]
    incident: Name
    grade: Annotated[str, Field(min_length=1, max_length=40, examples=["fair"])]
    why: Why


@dataclass(frozen=True, slots=True)
class Publish:
    """The incident is published, under a public id that never changes."""

    act: Literal["publish"]
    incident: Name
    why: Why


@dataclass(frozen=True, slots=True)
class TakeBack:
    """The decision does not stand any more."""

    act: Literal["take_back"]
    decision: Name
    why: Why


@dataclass(frozen=True, slots=True)
class SamePerson:
    """Two persons are one, or are not."""

    act: Literal["same_person", "not_same_person"]
    one: Name
    other: Name
    why: Why


Asked = Annotated[Accept | Reject | Merge | Apart | Split | Correct | Grade | Publish | TakeBack | SamePerson, Field(discriminator="act")]
_LEAST = {"same_person": "merge", "not_same_person": "merge", "take_back": "take_back_own"}


@router.post(
    "/decisions",
    status_code=201,
    summary="Decide: accept, reject, merge, apart, split, correct, grade, publish, take back",
    responses=documented(DecisionMade, "The decision, which is kept and carried out.", status=201, changes=True),
)
def decide(
    request: Request,
    asked: Asked,
    idempotency_key: Annotated[
        str,
        Header(
            max_length=200,
            description="A word of your own: sent again with the same body, it answers what was answered, and decides nothing.",
        ),
    ] = "",
    if_match: Annotated[str, Header(max_length=2000, description="The entity tag of the incident that you decide on.")] = "",
) -> Response:
    """Whoever holds the key decides under the name of its user, as far as that role may."""
    visitor = changer(request, _LEAST.get(asked.act, asked.act))
    body = msgspec.json.encode(asked)

    def made() -> tuple[int, bytes]:
        if if_match:
            _check(request, asked, if_match)
        decision = _made(request, asked)
        return 201, msgspec.json.encode(made_of(decision))

    status, told = once(desk_of(request).ledger, visitor.name, idempotency_key, hashlib.sha256(body).hexdigest(), made)
    return Response(told, status, {"etag": f'"{hashlib.sha256(told).hexdigest()[:32]}"'}, "application/json")


def _check(request: Request, asked: object, wanted: str) -> None:
    name = getattr(asked, "incident", None)
    if name is None:
        raise Problem(400, "If-Match is of an incident; this decision is of none")
    tag = tag_of(told_incident(request, desk_of(request).ledger.incident(name)))
    if "*" not in wanted and tag not in [one.strip() for one in wanted.split(",")]:
        raise Problem(412, "the incident is not in the state that If-Match names")


def _made(request: Request, asked: object) -> Decision:
    try:
        return _act(request, asked)()
    except UnknownName as error:
        raise Problem(422, str(error)) from None
    except LedgerConflict as error:
        raise Problem(409, str(error)) from None
    except TahqiqError as error:
        raise Problem(422, str(error)) from None


def _act(request: Request, asked: object) -> Callable[[], Decision]:
    ledger, settings, who = desk_of(request).ledger, request.app.state.settings, changer(request, "read").name
    given: dict[str, Any] = {"who": who, "why": getattr(asked, "why", ""), "stages": the_stages(settings.places, settings.weights)}
    match asked:
        case Accept():
            return partial(review.accept, ledger, asked.incident, **given)
        case Reject():
            return partial(review.reject, ledger, asked.account, **given)
        case Merge():
            return partial(review.merge, ledger, asked.incidents, **given)
        case Apart():
            return partial(review.keep_apart, ledger, asked.incident, asked.other, **given)
        case Split():
            return partial(review.split, ledger, asked.incident, asked.accounts, **given)
        case Correct():
            on: dict[str, Any] = {"standing_on": asked.standing_on, "span": asked.span, "places": settings.places}
            return partial(review.correct, ledger, asked.account, asked.slot, asked.words, **on, **given)
        case Grade():
            return partial(review.grade, ledger, asked.incident, asked.grade, **given)
        case Publish():
            return partial(review.publish, ledger, asked.incident, **given)
        case TakeBack():
            found = next((d for d in ledger.decisions() if d.id == asked.decision), None)
            if found is not None and not may_take_back(found, changer(request, "read")):
                raise Problem(403, "another's decision is taken back by an editor")
            return partial(review.take_back, ledger, asked.decision, **given)
        case SamePerson():
            act = review.same_person if asked.act == "same_person" else review.not_same_person
            return partial(act, ledger, asked.one, asked.other, **given)
    raise Problem(422, "this is nothing that can be decided")


@router.get("/decisions/{decision}", summary="One decision", responses=documented(DecisionMade, "The decision."))
def decision(request: Request, decision: Annotated[str, Path(max_length=200, description="The decision's id.")]) -> Response:
    """Asks for `read:protected`."""
    reader(request, "protected")
    found = next((d for d in desk_of(request).ledger.decisions() if d.id == decision), None)
    if found is None:
        raise UnknownName(f"decision {decision}: the ledger has none of this id")
    return answered(request, made_of(found))
