"""Whom and what incidents name, and by which lists they are coded: persons, sources, actors, places, the codebook."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path as File
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from tahqiq.codebook import load_codebook
from tahqiq.errors import RegistryError, TahqiqError, UnknownName
from tahqiq.ledger.things import Tally
from tahqiq.model import Person, Source
from tahqiq.registries import load_actors, load_places
from tahqiq.registries.entries import ActorEntry, PlaceEntry
from tahqiq.review import protected
from tahqiq.watching import giving_sources
from tahqiq.web.api.answering import Counted, Cursor, Limit, Several, answered, cursor_of, documented, key_of, reader
from tahqiq.web.door import visitor_of
from tahqiq.web.problems import Problem
from tahqiq.web.rendering import desk_of

router = APIRouter(tags=["names and lists"])
Name = Annotated[str, Query(max_length=200, description="In any language and script.", examples=["Idlib"])]
MOST_FOUND = 50


@dataclass(frozen=True, slots=True)
class SourceTold:
    """Who publishes, and how many reports the ledger has of them."""

    source: Source
    reports: int


@dataclass(frozen=True, slots=True)
class Lists:
    """The codebook: types of events with their labels and meaning, and the closed lists, each value with its labels."""

    event_types: Mapping[str, "TypeTold"]
    lists: Mapping[str, Mapping[str, Mapping[str, str]]]


@dataclass(frozen=True, slots=True)
class TypeTold:
    """A type of event: its labels by language, what it means, which slots it has, and which vocabularies code it."""

    label: Mapping[str, str]
    means: str
    slots: tuple[str, ...]
    vocabularies: tuple[str, ...]


@router.get("/persons", summary="Persons told of by name", responses=documented(Counted[Person], "Persons, by name."))
def persons(
    request: Request,
    name: Annotated[str, Query(max_length=200, description="Words of the name, in any letters.")] = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> Response:
    """Asks for `read:protected` where a name is asked for; without, the names of those who hold no public office are withheld."""
    reader(request, "protected" if name else "read")
    if "\x00" in name:
        raise Problem(422, "no name has the letter NUL")
    ledger = desk_of(request).ledger
    try:
        page = ledger.things.persons(name, after=key_of("persons", cursor), limit=limit)
    except TahqiqError as error:
        raise Problem(422, str(error)) from None
    told = protected(ledger, page.items, "internal" if visitor_of(request).sees_names else "partner")
    # a key by name would tell the name
    follows = page.next if visitor_of(request).sees_names else None
    return answered(request, Counted(told, cursor_of("persons", follows), page.total))


@router.get("/incidents/{incident}/persons", summary="Persons of one incident", responses=documented(Several[Person], "Persons."))
def persons_of(request: Request, incident: Annotated[str, Path(max_length=200, description="The incident's id or public id.")]) -> Response:
    reader(request)
    ledger = desk_of(request).ledger
    found = ledger.persons(incident=ledger.incident(incident).id, limit=1000)
    return answered(request, Several(protected(ledger, found, "internal" if visitor_of(request).sees_names else "partner")))


@router.get("/sources", summary="Who gave the ledger reports", responses=documented(Several[SourceTold], "Sources, most reports first."))
def sources(request: Request) -> Response:
    reader(request)
    found = giving_sources(desk_of(request).ledger)
    return answered(request, Several(tuple(SourceTold(one.source, one.reports) for one in found)))


@router.get("/actors", summary="Actors of the register, by name", responses=documented(Several[ActorEntry], "Actors that bear the name."))
def actors(request: Request, name: Name) -> Response:
    reader(request)
    return answered(request, Several(load_actors().find(name)[:MOST_FOUND]))


@router.get("/actors/{actor}", summary="One actor of the register", responses=documented(ActorEntry, "The actor."))
def actor(request: Request, actor: Annotated[str, Path(max_length=200, description="The actor's id.")]) -> Response:
    reader(request)
    try:
        return answered(request, load_actors().get(actor))
    except RegistryError as error:
        raise UnknownName(str(error)) from None


@router.get("/places", summary="Places of the register, by name", responses=documented(Several[PlaceEntry], "Places, likeliest first."))
def places(request: Request, name: Name) -> Response:
    reader(request)
    return answered(request, Several(_places(request).find(name)[:MOST_FOUND]))


@router.get("/places/{place}", summary="One place of the register", responses=documented(PlaceEntry, "The place."))
def place(request: Request, place: Annotated[str, Path(max_length=200, description="The place's id.")]) -> Response:
    reader(request)
    found = _places(request).find_id(place)
    if found is None:
        raise UnknownName(f"place {place}: the register has none of this id")
    return answered(request, found)


def _places(request: Request):  # type: ignore[no-untyped-def]
    told = request.app.state.settings.places
    return load_places([File(told)] if told else ())


@router.get(
    "/tallies/{field}", summary="How many incidents name whom and what", responses=documented(Counted[Tally], "Values, most first.")
)
def tallies(
    request: Request,
    field: Annotated[str, Path(max_length=20, description="did, suffered, said, place or source.", examples=["did"])],
    order: Annotated[str, Query(max_length=20, description="incidents, killed or last.")] = "incidents",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> Response:
    """Asks for `read:protected`: who is told to have done or said something may be a person."""
    reader(request, "protected")
    if field not in ("did", "suffered", "said", "place", "source"):
        raise UnknownName(f"nothing is counted by {field}")
    kind = f"tallies {field} {order}"
    try:
        page = desk_of(request).ledger.things.tallies(field, order=order, after=key_of(kind, cursor), limit=limit)
    except TahqiqError as error:
        raise Problem(422, str(error)) from None
    return answered(request, Counted(page.items, cursor_of(kind, page.next), page.total))


@router.get("/codebook", summary="Types of events and closed lists, with their labels", responses=documented(Lists, "The codebook."))
def codebook(request: Request) -> Response:
    reader(request)
    book = load_codebook()
    types = {n: TypeTold(dict(e.label), e.means, tuple(e.slots), tuple(e.maps_to)) for n, e in book.event_types.items()}
    lists = {name: {value: dict(one.label) for value, one in values.items()} for name, values in book.lists.items()}
    return answered(request, Lists(types, lists))
