"""Shapes that only programs see: decisions without what only this program needs, who asks, keys, what an export lost."""

from dataclasses import dataclass, field
from typing import Annotated, Any

import msgspec
from pydantic import Field

from tahqiq.deciding import target
from tahqiq.ledger.keys import Key
from tahqiq.ledger.people import User
from tahqiq.model import Decision, Place
from tahqiq.review.history import Entry, words


@dataclass(frozen=True, slots=True)
class CountOf:
    """How many of which group; `max` null is open."""

    who: str
    min: int
    max: int | None


@dataclass(frozen=True, slots=True)
class NameOf:
    """A name as a decision keeps it, with the registry's id and kind where it has them."""

    name: str
    actor: str | None
    kind: str | None


@dataclass(frozen=True, slots=True)
class DaysOf:
    """First and last day, inclusive."""

    start: str
    end: str
    grain: str


Value = str | tuple[CountOf, ...] | tuple[NameOf, ...] | tuple[str, ...] | Place | DaysOf | None


@dataclass(frozen=True, slots=True)
class DecisionFacts:
    """What a decision says, as far as its kind says it."""

    slot: str | None = None
    words: str | None = None
    to: Value = None
    was: Value = None
    span: tuple[int, int] | None = None
    grade: str | None = None
    computed: str | None = None
    public_id: str | None = None
    takes_back: str | None = None
    accounts: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    incidents: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    field: str | None = None


@dataclass(frozen=True, slots=True)
class DecisionMade:
    """What a person decided. It is never edited; `says` is the same in plain English."""

    id: str
    kind: str
    subject: str
    who: str
    why: str
    at: str
    says: str
    facts: DecisionFacts


@dataclass(frozen=True, slots=True)
class DecisionEntry:
    """A decision and what became of it: it stands, was taken back, is overruled, or waits; `by` is the decision that did it."""

    decision: DecisionMade
    state: str
    by: str | None = None


_TOLD = (
    "slot",
    "words",
    "to",
    "was",
    "span",
    "grade",
    "computed",
    "public_id",
    "accounts",
    "beside",
    "incidents",
    "titles",
    "names",
    "field",
)


def made_of(decision: Decision) -> DecisionMade:
    """The decision as programs are told it."""
    facts: dict[str, Any] = {name: decision.value[name] for name in _TOLD if decision.value.get(name) is not None}
    for name in ("to", "was"):
        facts[name] = _value(facts.get(name))
    for name in ("accounts", "beside", "incidents", "titles", "names"):
        facts[name] = tuple(map(str, facts.get(name, ())))
    told = DecisionFacts(**facts, takes_back=target(decision) or None)
    return DecisionMade(decision.id, decision.kind, decision.subject, decision.who, decision.why, decision.at, words(decision), told)


def _value(told: Any) -> Value:
    """A slot's value in one of the shapes there are; anything else as its words."""
    for kind in (tuple[CountOf, ...], tuple[NameOf, ...], Place, DaysOf, tuple[str, ...], str | None):
        try:
            return msgspec.convert(told, type=kind, strict=True)
        except msgspec.ValidationError:
            continue
    return str(told)


def entry_of(entry: Entry) -> DecisionEntry:
    return DecisionEntry(made_of(entry.decision), entry.state, entry.by.id if entry.by else None)


# -- who asks ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Session:
    """Who asks, in which role, and what they may do. `csrf` is the word that changes asked for in a browser carry."""

    name: str
    role: str
    may: tuple[str, ...]
    key: str
    scopes: tuple[str, ...]
    csrf: str


@dataclass(frozen=True, slots=True)
class UserTold:
    """Somebody who works at the desk."""

    name: str
    role: str
    is_active: bool
    has_second_factor: bool
    since: str


def user_of(user: User) -> UserTold:
    return UserTold(user.name, user.role, user.is_active, bool(user.totp), user.since)


@dataclass(frozen=True, slots=True)
class KeyMade:
    """A new key. `held` is what the program is to send; it is told this once."""

    key: Key
    held: str


# -- what is asked for ------------------------------------------------------------------------------------------------

Why = Annotated[
    str, Field(min_length=1, max_length=2000, description="Why: nothing is decided without a reason.", examples=["seen the footage"])
]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Names = Annotated[tuple[Name, ...], Field(min_length=1, max_length=100)]


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that is wanted: a name by which it is known, scopes, and after how many days it ends; never where null."""

    name: Annotated[str, Field(min_length=1, max_length=100, examples=["nightly import"])]
    scopes: Annotated[tuple[str, ...], Field(min_length=1, max_length=5, examples=[["read", "write:documents"]])]
    days: Annotated[int | None, Field(ge=1, le=3650)] = None


@dataclass(frozen=True, slots=True)
class NewNote:
    """What is noted of an incident."""

    text: Annotated[str, Field(min_length=1, max_length=5000, examples=["The hospital's list has a fourth name."])]


@dataclass(frozen=True, slots=True)
class NewSearch:
    """A search that is kept: the address of a list of incidents."""

    address: Annotated[str, Field(min_length=1, max_length=2000, pattern=r"^/incidents", examples=["/incidents?country=SY"])]


@dataclass(frozen=True, slots=True)
class Away:
    """What was there is there no more."""

    gone: str = field(default="")
