"""Actors, places and sources: the lists, and a page each with its part in incidents over time.

What comes in are tallies and months as the ledger counts them; what goes out are lists by key, charts by side with their tables, and the
incidents behind every number. Nothing is counted here.

How it works
1. An actor's page tells apart what it did, suffered and said; a place's and a source's pages show the same incidents by who did it.
2. Charts that stand beside one another have one axis, so that months can be compared.
3. A person whom withheld documents alone name is in no list of actors.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from tahqiq.errors import LedgerConflict, RegistryError, UnknownName
from tahqiq.fold import folded
from tahqiq.ledger import Month, Query, Tally
from tahqiq.model import Incident, Named
from tahqiq.protection import is_withheld
from tahqiq.registries import load_actors, load_places
from tahqiq.watching import giving_sources
from tahqiq.web import charts, incidents, sources
from tahqiq.web.contexts import Chart, Choice, RoleLine, SourceLine, TallyLine, TallyListPage, ThingPage
from tahqiq.web.rendering import Desk, desk_of, page, twin, wording_of
from tahqiq.web.told import Teller
from tahqiq.web.wording import Wording, direction

router = APIRouter()
PAGE = 50
INCIDENTS = 25
ORDERS = ("incidents", "killed", "last")
ROLES = ("part", "did", "suffered", "said")
SIDES = 6  # small multiples of a place or a source: who did most of it
_LONGEST = 300


@router.get("/actors", include_in_schema=False)
def actor_list(request: Request) -> Response:
    return _list(request, "actor")


@router.get("/places", include_in_schema=False)
def place_list(request: Request) -> Response:
    return _list(request, "place")


@router.get("/actors/{thing:path}", include_in_schema=False)
def actor_page(request: Request, thing: str) -> Response:
    return page(request, "thing.html", one_page(desk_of(request), "actor", thing, request.query_params, wording_of(request)))


@router.get("/places/{thing:path}", include_in_schema=False)
def place_page(request: Request, thing: str) -> Response:
    return page(request, "thing.html", one_page(desk_of(request), "place", thing, request.query_params, wording_of(request)))


@router.get("/sources/{thing:path}", include_in_schema=False)
def source_page(request: Request, thing: str) -> Response:
    return page(request, "thing.html", one_page(desk_of(request), "source", thing, request.query_params, wording_of(request)))


@router.get("/api/v1/pages/actors", summary="Actors that incidents tell of, a page at a time")
def actor_list_twin(request: Request) -> Response:
    return _list_twin(request, "actor")


@router.get("/api/v1/pages/places", summary="Places that incidents tell of, a page at a time")
def place_list_twin(request: Request) -> Response:
    return _list_twin(request, "place")


@router.get("/api/v1/pages/actors/{thing:path}", summary="One actor: what it did, suffered and said over time")
def actor_twin(request: Request, thing: str) -> Response:
    return twin(one_page(desk_of(request), "actor", thing, request.query_params, wording_of(request)))


@router.get("/api/v1/pages/places/{thing:path}", summary="One place: what is told of it over time, by side")
def place_twin(request: Request, thing: str) -> Response:
    return twin(one_page(desk_of(request), "place", thing, request.query_params, wording_of(request)))


@router.get("/api/v1/pages/sources/{thing:path}", summary="One source: what it told over time, by side")
def source_twin(request: Request, thing: str) -> Response:
    return twin(one_page(desk_of(request), "source", thing, request.query_params, wording_of(request)))


def _list_twin(request: Request, kind: str) -> Response:
    context = list_page(desk_of(request), kind, request.query_params, wording_of(request))
    return twin(context, status=400 if context.problems else 200)


def _list(request: Request, kind: str) -> Response:
    context = list_page(desk_of(request), kind, request.query_params, wording_of(request))
    return page(request, "things-list.html", context, status=400 if context.problems else 200)


# -- the lists --------------------------------------------------------------------------------------------------------


def list_page(desk: Desk, kind: str, parameters: Mapping[str, str], wording: Wording) -> TallyListPage:
    """Actors or places, those of most incidents first."""
    teller, name = desk.teller(wording), " ".join(parameters.get("name", "").split())[:200]
    role = parameters.get("role", "") or "part" if kind == "actor" else "place"
    order = parameters.get("order", "") or "incidents"
    problems: tuple[str, ...] = ()
    found: tuple[Tally, ...] = ()
    total, follows = 0, None
    try:
        if kind == "actor" and role not in ROLES:
            raise UnknownName(role)
        values = _ids(kind, name) if name else None
        listed = desk.ledger.things.tallies(
            role, values=values, beginning=name, order=order, after=parameters.get("after") or None, limit=PAGE
        )
        found, total, follows = listed.items, listed.total, listed.next
    except (LedgerConflict, UnknownName) as error:
        problems = (wording("problem.no_such_page", why=str(error)),)
    hidden = _unnamed(desk) if kind == "actor" else frozenset()
    kept = {k: v for k, v in (("name", name), ("role", role if kind == "actor" and role != "part" else ""), ("order", order)) if v}
    return TallyListPage(
        kind=kind,
        name=name,
        role=role,
        order=order,
        lines=tuple(_tally(one, kind, teller) for one in found if folded(one.value) not in hidden),
        total=total,
        roles=tuple(Choice(r, wording(f"things.role.{r}")) for r in ROLES) if kind == "actor" else (),
        orders=tuple(Choice(o, wording(f"things.order.{o}")) for o in ORDERS),
        next=f"/{kind}s?{urlencode({**kept, 'after': follows})}" if follows else "",
        first=f"/{kind}s?{urlencode(kept)}" if parameters.get("after") else "",
        problems=problems,
    )


def _tally(one: Tally, kind: str, teller: Teller) -> TallyLine:
    wording = teller.wording
    return TallyLine(
        id=one.value,
        address=address(kind, one.value),
        name=_name(kind, one.value, teller),
        incidents=one.incidents,
        killed=one.killed,
        first=_day(one.first, wording),
        last=_day(one.last, wording),
    )


def _day(day: str, wording: Wording) -> str:
    return wording.day(dt.date.fromisoformat(day)) if day else ""


def _ids(kind: str, name: str) -> tuple[str, ...]:
    """The registry's ids of whatever the name can mean."""
    try:
        entries = load_actors().find(name) if kind == "actor" else load_places().find(name)
    except RegistryError:  # not built
        return ()
    return tuple(entry.id for entry in entries[:_LONGEST])


def _name(kind: str, value: str, teller: Teller) -> str:
    """In the reader's language by the registry; a value that is no id is a name already."""
    known = teller.names(value, teller.wording.language)
    return known or teller.called(_english(kind, value) or value, None)


@lru_cache(maxsize=4096)
def _english(kind: str, value: str) -> str | None:
    try:
        return str((load_actors() if kind == "actor" else load_places()).get(value).name)
    except RegistryError:
        return None


def _unnamed(desk: Desk) -> frozenset[str]:
    """Names of persons that withheld documents tell, folded."""
    shut = desk.ledger.withheld_reports()
    told = desk.ledger.accounts_of_reports(shut) if shut else ()
    sides: Iterable[Named] = (n for a in told for n in (*a.victims, *a.targets, *a.perpetrators, *(c.claimant for c in a.claims)))
    return frozenset(folded(n.name) for n in sides if is_withheld(n))


def address(kind: str, value: str) -> str:
    return f"/{kind}s/{quote(value, safe='')}"


# -- one of them ------------------------------------------------------------------------------------------------------


def one_page(desk: Desk, kind: str, name: str, parameters: Mapping[str, str], wording: Wording) -> ThingPage:
    """An actor, place or source with its incidents. Raises: UnknownName where no incident tells of it."""
    teller, things = desk.teller(wording), desk.ledger.things
    source = _source(desk, name, wording) if kind == "source" else None
    values = _given(desk, name) if kind == "source" else (name[:_LONGEST],)
    fields = ROLES[1:] if kind == "actor" else (kind,)
    tallies = {field: [one for value in values if (one := things.tally(field, value))] for field in fields}
    if not any(tallies.values()) and source is None:
        raise UnknownName(f"{kind} {name}: no incident tells of it")
    if kind == "actor" and folded(name) in _unnamed(desk):
        raise UnknownName("this name is in no list")
    role = asked if (asked := parameters.get("role", "")) in fields else next((f for f in fields if tallies[f]), fields[0])
    here = source.name if source else _name(kind, name, teller)
    query = Query(after=parameters.get("after") or None, limit=INCIDENTS)
    query = _of(query, role, values)
    try:
        found = desk.ledger.incidents(query)
    except LedgerConflict:
        raise UnknownName(f"{kind} {name}: there is no such page of its incidents") from None
    mine = address(kind, name)
    return ThingPage(
        kind=kind,
        address=mine,
        name=here,
        facts=_facts(kind, name, teller, source),
        names=_names(kind, name),
        roles=tuple(_role(f, tallies[f], mine, f == role, wording) for f in fields) if kind == "actor" else (),
        charts=_charts(desk, fields, values, wording),
        sides=() if kind == "actor" else _sides(desk, kind, values, teller),
        incidents=incidents.lines(desk, found.items, teller),
        said=tuple(_stance(incident, name, teller) if role == "said" else "" for incident in found.items),
        total=found.total,
        source=source,
        next=f"{mine}?{urlencode({'role': role, 'after': found.next})}" if found.next else "",
        first=f"{mine}?{urlencode({'role': role})}" if query.after else "",
    )


def _of(query: Query, role: str, values: Sequence[str]) -> Query:
    return replace(query, sources=tuple(values)) if role == "source" else replace(query, facet=(role, values[0]))


def _role(field: str, tallies: Sequence[Tally], mine: str, is_shown: bool, wording: Wording) -> RoleLine:
    shown = f"{mine}?{urlencode({'role': field})}"
    counted = sum(one.incidents for one in tallies), sum(one.killed for one in tallies)
    return RoleLine(field, wording(f"things.role.{field}"), *counted, shown, is_shown)


def _charts(desk: Desk, fields: Sequence[str], values: Sequence[str], wording: Wording) -> tuple[Chart, ...]:
    """One chart for each role, all on one axis."""
    months = {field: desk.ledger.things.course(field, values) for field in fields}
    return _multiples([(field, wording(f"things.killed.{field}"), months[field]) for field in fields], wording)


def _sides(desk: Desk, kind: str, values: Sequence[str], teller: Teller) -> tuple[Chart, ...]:
    """One chart for each of those told to have done most of it."""
    by: dict[str, list[Month]] = {}
    for month in desk.ledger.things.course(kind, values, by="did", most=SIDES):
        by.setdefault(month.side, []).append(month)
    return _multiples([(f"side-{n}", _name("actor", side, teller), of) for n, (side, of) in enumerate(by.items())], teller.wording)


def _multiples(given: Sequence[tuple[str, str, Sequence[Month]]], wording: Wording) -> tuple[Chart, ...]:
    every = [month.month for _, _, months in given for month in months]
    axis = (min(every), max(every)) if every else None
    top = max((month.high for _, _, months in given for month in months), default=0)
    found = (charts.of_months(months, f"course-{name}", label, wording, axis, top) for name, label, months in given)
    return tuple(chart for chart in found if chart)


def _facts(kind: str, name: str, teller: Teller, source: SourceLine | None) -> tuple[str, ...]:
    """What the registry knows of it, in a few words."""
    if source:
        return tuple(part for part in (source.kind, source.country) if part)
    try:
        if kind == "place":
            place = load_places().get(name)
            return tuple(p for p in (teller.wording.label("precisions", place.precision), teller.wording.country(place.country)) if p)
        return (teller.wording.country(load_actors().get(name).country),)
    except (RegistryError, AttributeError):
        return ()


def _names(kind: str, name: str) -> tuple[tuple[str, str, str], ...]:
    """Its first name in each language that the registry has."""
    try:
        entry = load_places().get(name) if kind == "place" else load_actors().get(name)
    except RegistryError:
        return ()
    return tuple((language, direction(language), forms[0]) for language, forms in sorted(entry.names.items()) if forms)


def _stance(incident: Incident, name: str, teller: Teller) -> str:
    """What it says of an incident: confirms, denies, … ; that it speaks of it where no more is told."""
    stances = [s.stance for p in incident.parties if name in (p.speaker.id, p.speaker.name) for s in p.stands if s.stance != "silent"]
    words = [teller.wording(f"assessed.stand.{stance}") for stance in dict.fromkeys(stances or ["reports"])]
    return teller.wording.together(words)


# -- sources ----------------------------------------------------------------------------------------------------------


def _source(desk: Desk, name: str, wording: Wording) -> SourceLine:
    found = next((line for line in sources.list_page(desk, wording).sources if line.id == name), None)
    if found is None:
        raise UnknownName(f"source {name}: gave this ledger nothing")
    return found


def _given(desk: Desk, name: str) -> tuple[str, ...]:
    """Under which names reports tell that they are of this source."""
    mine = next((one for one in giving_sources(desk.ledger) if one.source.id == name), None)
    return mine.given or (name,) if mine else (name,)
