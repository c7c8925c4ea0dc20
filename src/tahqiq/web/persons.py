"""Persons: the list and a page each, and how a person is told of on an incident's page.

What comes in are the ledger's records of persons; what goes out are their names in every script, what is told of them, and records that
may be of the same, which only a person's decision makes one. Who is named by withheld documents alone is not named here.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from tahqiq.errors import LedgerConflict, UnknownName
from tahqiq.model import Mention, Person, to_json
from tahqiq.protection import WITHHELD, without_withheld
from tahqiq.review import history_of_person, protected
from tahqiq.review.persons import FIELDS
from tahqiq.web.contexts import Choice, DoubtLine, NameLine, PersonLine, PersonListPage, PersonPage, Quote, ToldIn
from tahqiq.web.decided import history_lines
from tahqiq.web.door import visitor_of
from tahqiq.web.pairs import titled
from tahqiq.web.rendering import Desk, desk_of, page, twin, wording_of
from tahqiq.web.told import Teller, incident_address
from tahqiq.web.wording import Wording, direction
from tahqiq.web.work import DecidedLine

router = APIRouter()
PAGE = 50
FILTERS = ("role", "status", "sex")
MOST_WORDS = 40  # quotations of one person on their page
MOST_INCIDENTS = 100
MOST_IN_ONE = 200  # persons of one incident


@router.get("/persons", include_in_schema=False)
def person_list(request: Request) -> Response:
    context = list_page(desk_of(request), request.query_params, wording_of(request))
    return page(request, "persons.html", context, status=400 if context.problems else 200)


@router.get("/api/v1/pages/persons", summary="Persons told of by name, under the list's filters, a page at a time")
def person_list_twin(request: Request) -> Response:
    context = list_page(desk_of(request), request.query_params, wording_of(request))
    return twin(context, status=400 if context.problems else 200)


@router.get("/persons/{person}", include_in_schema=False)
def person_page(request: Request, person: str) -> Response:
    desk = desk_of(request)
    return page(request, "person.html", one_page(desk, person, wording_of(request)), work=_history(desk, request, person))


@router.get("/api/v1/pages/persons/{person}", summary="One person told of by name: names, what is told, doubtful duplicates")
def person_twin(request: Request, person: str) -> Response:
    return twin(one_page(desk_of(request), person, wording_of(request)))


# -- the list ---------------------------------------------------------------------------------------------------------


def list_page(desk: Desk, parameters: Mapping[str, str], wording: Wording) -> PersonListPage:
    """Persons in the order of their names, those that the filters let through."""
    things = desk.ledger.things
    name = " ".join(parameters.get("name", "").split())[:200]
    chosen = {field: value for field in FILTERS if (value := parameters.get(field, ""))}
    doubtful = parameters.get("doubtful", "") in ("1", "on")
    counts, teller = things.person_counts(), desk.teller(wording)
    wrong = [(field, value) for field, value in chosen.items() if value not in FIELDS[field]]
    problems = tuple(wording("person.no_such", name=wording(f"person.{field}"), value=value) for field, value in wrong)
    choices = {
        field: tuple(Choice(value, word(field, value, wording), n) for value, n in counts.get(field, {}).items()) for field in FILTERS
    }
    context = PersonListPage(name, {field: chosen.get(field, "") for field in FILTERS}, doubtful, (), 0, choices, problems=problems)
    if problems:
        return context
    try:
        found = things.persons(name, facets=chosen, doubtful=doubtful, after=parameters.get("after") or None, limit=PAGE)
    except LedgerConflict as error:
        return PersonListPage(name, context.filters, doubtful, (), 0, choices, problems=(wording("problem.no_such_page", why=str(error)),))
    shown = [person for person in protected(desk.ledger, found.items) if not (name and is_unnamed(person))]
    kept = {**({"name": name} if name else {}), **chosen, **({"doubtful": "1"} if doubtful else {})}
    return PersonListPage(
        name=name,
        filters=context.filters,
        doubtful=doubtful,
        persons=lines(desk, shown, teller),
        total=found.total,
        choices=choices,
        next=f"/persons?{urlencode({**kept, 'after': found.next})}" if found.next else "",
        first=f"/persons?{urlencode(kept)}" if parameters.get("after") else "",
    )


def lines(desk: Desk, persons: Sequence[Person], teller: Teller) -> tuple[PersonLine, ...]:
    """Persons, already protected, each with the records that may be of the same."""
    pairs = desk.ledger.things.alike([person.id for person in persons]) if persons else ()
    others: dict[str, list[tuple[str, float, bool]]] = {}
    for pair in pairs:
        others.setdefault(pair.a, []).append((pair.b, pair.likeness, pair.in_one_incident))
        others.setdefault(pair.b, []).append((pair.a, pair.likeness, pair.in_one_incident))
    known = {person.id: person for person in persons}
    wanted = sorted({name for person in persons for name, _, _ in others.get(person.id, ())} - set(known))
    known |= {person.id: person for person in protected(desk.ledger, desk.ledger.things.persons_of(wanted))}
    return tuple(_line(person, others.get(person.id, ()), known, teller) for person in persons)


def _line(person: Person, others: Iterable[tuple[str, float, bool]], known: Mapping[str, Person], teller: Teller) -> PersonLine:
    wording = teller.wording
    return PersonLine(
        id=person.id,
        address=person_address(person.id),
        names=names(person, teller),
        roles=tuple(word("role", role, wording) for role in person.roles),
        statuses=tuple(word("status", status, wording) for status in person.statuses),
        ages=tuple(wording.number(age) for age in person.ages),
        sexes=tuple(word("sex", sex, wording) for sex in person.sexes),
        family=tuple(word("family", kin, wording) for kin in person.family),
        incidents=len(person.incidents),
        reports=len({report for report, _, _ in person.mentions}),
        withheld=is_unnamed(person),
        doubts=() if is_unnamed(person) else tuple(_doubt(*one, teller) for one in _named(others, known)),
    )


def _named(others: Iterable[tuple[str, float, bool]], known: Mapping[str, Person]) -> Iterable[tuple[Person, float, bool]]:
    """Without those whom no name may be told of: that they are like somebody would tell it."""
    return ((known[name], how, in_one) for name, how, in_one in others if name in known and not is_unnamed(known[name]))


def _doubt(person: Person, how: float, in_one: bool, teller: Teller) -> DoubtLine:
    likeness = teller.wording.digits(f"{round(100 * how)}%")
    return DoubtLine(person.id, person_address(person.id), names(person, teller), likeness, in_one)


def names(person: Person, teller: Teller) -> tuple[NameLine, ...]:
    """The names by language, the same letters once; of whom no name may be told, none."""
    if is_unnamed(person):
        return ()
    return tuple(
        NameLine(teller.script(None if language == "und" else language), direction(language), tuple(dict.fromkeys(forms)))
        for language, forms in person.names.items()
    )


def is_unnamed(person: Person) -> bool:
    return any(WITHHELD in forms for forms in person.names.values())


def word(field: str, value: str, wording: Wording) -> str:
    """A role, status, sex or kinship in the reader's language."""
    key = f"person.{field}_is.{value}"
    return wording(key) if wording.has(key) else value.replace("_", " ")


def person_address(person: str) -> str:
    return f"/persons/{quote(person, safe='')}"


# -- one person -------------------------------------------------------------------------------------------------------


def one_page(desk: Desk, name: str, wording: Wording) -> PersonPage:
    """A person with everything told of them. Raises: UnknownName."""
    ledger, teller = desk.ledger, desk.teller(wording)
    (person,) = protected(ledger, (ledger.person(name),))
    incidents = ledger.incidents_of_accounts(person.accounts)[:MOST_INCIDENTS]
    shown = without_withheld(incidents, (), (), ledger.withheld_reports())[0]
    told = sorted(shown, key=lambda i: (i.start or dt.date.max, i.id))
    return PersonPage(
        address=person_address(person.id),
        person=lines(desk, (person,), teller)[0],
        incidents=tuple(ToldIn(incident_address(i.id), titled(i, teller), wording.label("grades", i.grade)) for i in told),
        words=_words(desk, person, teller),
        left_out=max(0, len(person.mentions) - MOST_WORDS),
        slots=tuple(Choice(slot, wording(f"person.{slot}")) for slot in FIELDS),
        values={slot: tuple(Choice(v, word(slot, v, wording)) for v in values) for slot, values in FIELDS.items() if values},
        record=to_json(person),
    )


def _words(desk: Desk, person: Person, teller: Teller) -> tuple[Quote, ...]:
    """The words that name the person, where they stand; those of withheld documents are not among the mentions."""
    wanted = person.mentions[:MOST_WORDS]
    reports = {report.id: report for report in desk.ledger.reports_of(dict.fromkeys(name for name, _, _ in wanted))}
    gloss = teller.wording("person.named_here")
    return tuple(teller.quote(reports[name], Mention(start, end, ""), gloss) for name, start, end in wanted if name in reports)


def _history(desk: Desk, request: Request, name: str) -> tuple[DecidedLine, ...] | None:
    """What was decided of this person; None for who cannot decide."""
    visitor = visitor_of(request)
    if not visitor.name:
        return None
    try:
        person = desk.ledger.person(name)
    except UnknownName:
        return ()
    known = tuple(desk.ledger.decisions())
    return history_lines(history_of_person(desk.ledger, person), wording_of(request), visitor, known)


def of_incident(desk: Desk, incident: str, teller: Teller) -> tuple[PersonLine, ...]:
    """The persons that the incident's reports name: victims and detainees first, then officials, then the others."""
    found = protected(desk.ledger, desk.ledger.persons(incident=incident, limit=MOST_IN_ONE))
    order = ("victim", "detainee", "witness", "official", "commander")

    def rank(person: Person) -> tuple[int, str, str]:
        first = min((order.index(role) if role in order else len(order) for role in person.roles), default=len(order))
        return first, next(iter(person.names.values()), ("",))[0], person.id

    return lines(desk, sorted(found, key=rank), teller)
