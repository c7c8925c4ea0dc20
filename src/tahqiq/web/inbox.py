"""The inbox: what waits for a person in the order of need, one line each, with what can be done about it.

What comes in is a ledger and who asks; what goes out is a page of lines, and the incident that is open beside them. Incidents are weighed
by `review.needing`; decisions that wait come from `review.inbox`, other things from `review.items`.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from weakref import WeakKeyDictionary

from babel.dates import format_timedelta
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from tahqiq import review
from tahqiq.errors import TahqiqError, UnknownName
from tahqiq.ledger import Ledger, Query
from tahqiq.model import Decision, Incident
from tahqiq.review import coding, items, people
from tahqiq.review.needing import Need, need
from tahqiq.review.persons import protected
from tahqiq.review.waiting import Waiting, waiting_of
from tahqiq.web import incidents as listing
from tahqiq.web.beside import beside
from tahqiq.web.contexts import Choice
from tahqiq.web.decided import said
from tahqiq.web.door import Form, Refused, Visitor, doing, form_of, local_path, visitor_of
from tahqiq.web.reasons import refusal
from tahqiq.web.rendering import Desk, desk_of, page, problem, wording_of
from tahqiq.web.told import Teller
from tahqiq.web.wording import Wording
from tahqiq.web.work import InboxLine, InboxPage

router = APIRouter(include_in_schema=False)
PAGE = 25
# So many of the deadliest with, and without, contradictions, and of those that wait longest, are weighed against one another; a team
# works off dozens a day.
WEIGHED = 300
WHOSE = ("all", "mine", "free")
ORDERS = ("need", "killed", "waiting", "newest", "oldest")
MOST_OF_A_KIND = 200
KINDS = ("unreviewed", *(kind for kind in review.KINDS if kind != "unreviewed"), *items.KINDS)
_BY = "by:"


@dataclass(frozen=True, slots=True)
class _Found:
    kind: str
    incident: Incident | None
    need: Need | None = None
    decision: Decision | None = None
    persons: tuple[str, str] | None = None
    sentence: str = ""
    item: items.Item | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: which things, of whom, in which order, which page and line, and what is open beside."""

    kind: str = "unreviewed"
    whose: str = "all"
    order: str = "need"
    number: int = 0
    at: int = 0
    open: str = ""
    closed: tuple[str, ...] = ()

    def address(self, **changes: object) -> str:
        given = {"kind": self.kind, "whose": self.whose, "order": self.order, "page": self.number, **changes}
        usual = {"kind": "unreviewed", "whose": "all", "order": "need", "page": 0, "open": ""}
        kept = {name: value for name, value in given.items() if value != usual.get(name)}
        return "/inbox" + (f"?{urlencode(kept)}" if kept else "")


@router.get("/inbox")
def inbox_page(request: Request) -> Response:
    visitor = visitor_of(request)
    if not visitor.name:
        return RedirectResponse("/sign-in?next=/inbox", status_code=303)
    context = build(desk_of(request), visitor, wording_of(request), _asked(request.query_params.get))
    return page(request, "inbox.html", context)


def _asked(given: "Callable[[str, str], str]") -> Asked:
    def one_of(name: str, known: Sequence[str]) -> str:
        return told if (told := given(name, "")) in known else known[0]

    whose = given("whose", "")
    return Asked(
        one_of("kind", KINDS),
        whose[:110] if whose.startswith(_BY) else one_of("whose", WHOSE),
        one_of("order", ORDERS),
        _number(given("page", "")),
        _number(given("at", "")),
        given("open", "")[:200],
        tuple(name for name in given("closed", "").split(",") if name)[:MOST_OF_A_KIND],
    )


def _number(told: str) -> int:
    return int(told) if told.isascii() and told.isdigit() and len(told) < 5 else 0


def build(desk: Desk, visitor: Visitor, wording: Wording, asked: Asked) -> InboxPage:
    """One page of what waits."""
    teller, ledger = desk.teller(wording), desk.ledger
    holders = {one.account: one.who for one in ledger.people.holding()}
    hidden = {account for one in coding.unseen(ledger, visitor.name) for account in one.accounts}
    found = [one for one in _of_kind(ledger, asked, wording) if _is_wanted(one, asked.whose, holders, visitor, hidden)]
    start = asked.number * PAGE
    lines = _lines(desk, found[start : start + PAGE], holders, visitor, teller, asked)
    at = next((n for n, line in enumerate(lines) if line.is_open), min(asked.at, max(0, len(lines) - 1)))
    opened = _incident(ledger, asked.open) if asked.open else None
    if opened and not hidden.isdisjoint(opened.accounts):
        opened = None
    names = sorted({*holders.values()} - {visitor.name})
    shown = tuple(Choice(name, wording(f"inbox.kind.{name}"), count) for name, count in counts(ledger).items())
    return InboxPage(
        kinds=shown,
        kind=asked.kind,
        whose=asked.whose,
        order=asked.order,
        lines=lines,
        total=len(found),
        here=asked.address(),
        at=at,
        next=asked.address(page=asked.number + 1) if len(found) > start + PAGE else "",
        previous=asked.address(page=asked.number - 1) if asked.number else "",
        addresses=(
            *((f"kind.{name}", wording(f"inbox.kind.{name}"), asked.address(kind=name, page=0)) for name in KINDS),
            *((f"whose.{name}", wording(f"inbox.whose.{name}"), asked.address(whose=name, page=0)) for name in WHOSE),
            *((f"whose.{_BY}{name}", name, asked.address(whose=f"{_BY}{name}", page=0)) for name in names),
            *((f"order.{name}", wording(f"inbox.order.{name}"), asked.address(order=name, page=0)) for name in ORDERS),
        ),
        beside=beside(desk, opened, teller) if opened else None,
        people=_people(ledger, visitor),
        closed=",".join(asked.closed),
    )


def _people(ledger: Ledger, visitor: Visitor) -> tuple[str, ...]:
    """To whom this visitor may give what waits."""
    if not visitor.may("hold_for"):
        return ()
    return tuple(one.name for one in ledger.people.all() if one.is_active and people.may(one.role, "hold") and one.name != visitor.name)


def counts(ledger: Ledger) -> dict[str, int]:
    """How many wait of each kind; of all but incidents that nobody has looked at, no more than are listed."""
    told = dict.fromkeys(KINDS, 0)
    for one in of_decisions(ledger):
        told[one.kind] += 1
    for item in items.waiting(ledger, limit=MOST_OF_A_KIND):
        told[item.kind] += 1
    told["person"] = len(ledger.persons_alike(limit=MOST_OF_A_KIND))
    told["unreviewed"] = ledger.incidents(Query(review="proposed", limit=1)).total
    return told


def of_decisions(ledger: Ledger) -> tuple[Waiting, ...]:
    """What waits because of decisions; worked out once for each state of the ledger, for it asks every decision."""
    stamp = f"{ledger.stamp()} {ledger.incidents_stamp()}"
    before = _REMEMBERED.get(ledger)
    if before is None or before[0] != stamp:
        kinds = [kind for kind in review.KINDS if kind not in ("unreviewed", "person")]
        before = _REMEMBERED[ledger] = (stamp, waiting_of(ledger, kinds, limit=MOST_OF_A_KIND))
    return before[1]


_REMEMBERED: WeakKeyDictionary[Ledger, tuple[str, tuple[Waiting, ...]]] = WeakKeyDictionary()


def _of_kind(ledger: Ledger, asked: Asked, wording: Wording) -> list[_Found]:
    kind = asked.kind
    if kind == "unreviewed":
        return _unreviewed(ledger, asked.order)
    if kind == "person":
        return list(_persons(ledger))
    if kind in items.KINDS:
        found = items.waiting(ledger, kind, limit=MOST_OF_A_KIND)
        return [_Found(kind, _incident(ledger, one.incident), sentence=one.sentence, item=one) for one in found]
    known = {d.id: d for d in ledger.decisions()}
    told = []
    for one in (waits for waits in of_decisions(ledger) if waits.kind == kind):
        decision = known.get(one.decision or "")
        what = said(decision, wording, tuple(known.values())) if decision else ""
        told.append(_Found(kind, _incident(ledger, one.incident), decision=decision, sentence=what))
    return told


def _incident(ledger: Ledger, name: str | None) -> Incident | None:
    try:
        return ledger.incident(name) if name else None
    except UnknownName:
        return None


def _unreviewed(ledger: Ledger, order: str) -> list[_Found]:
    """Incidents that nobody has looked at; of very many, those that could be needed most."""
    by = "date" if order in ("newest", "oldest") else "killed"
    queries = [Query(review="proposed", contradiction=flag, order=by, limit=WEIGHED) for flag in (True, False)]
    several = {incident.id: incident for query in queries for incident in ledger.incidents(query).items}
    several |= {incident.id: incident for incident in ledger.longest_waiting(limit=WEIGHED)}
    since = ledger.acquired(several)
    now = dt.datetime.now(dt.UTC)
    found = [_Found("unreviewed", incident, need(incident, _days(since.get(name, ""), now))) for name, incident in several.items()]
    return sorted(found, key=_ORDER[order])


def _days(since: str, now: dt.datetime) -> float:
    then = _moment(since)
    return (now - then).total_seconds() / 86_400 if then else 0.0


def _moment(told: str) -> dt.datetime | None:
    try:
        then = dt.datetime.fromisoformat(told)
    except ValueError:
        return None
    return then if then.tzinfo else then.replace(tzinfo=dt.UTC)


def _day(one: _Found) -> int:
    return one.incident.start.toordinal() if one.incident and one.incident.start else 0


def _score(one: _Found) -> float:
    return one.need.score if one.need else 0.0


def _harm(one: _Found) -> float:
    return one.need.harm if one.need else 0.0


def _id(one: _Found) -> str:
    return one.incident.id if one.incident else ""


_ORDER = {
    "need": lambda one: (-_score(one), -_day(one), _id(one)),
    "killed": lambda one: (-_harm(one), -_score(one), _id(one)),
    "waiting": lambda one: (-(round(one.need.days, 3) if one.need else 0.0), -_score(one), _id(one)),
    "newest": lambda one: (-_day(one), -_score(one), _id(one)),
    "oldest": lambda one: (_day(one), -_score(one), _id(one)),
}


def _persons(ledger: Ledger) -> Iterable[_Found]:
    for pair in ledger.persons_alike(limit=MOST_OF_A_KIND):
        one, other = protected(ledger, (ledger.person(pair.a), ledger.person(pair.b)))
        names = [" / ".join(dict.fromkeys(n for forms in person.names.values() for n in forms)) for person in (one, other)]
        incident = _incident(ledger, next(iter(one.incidents), None))
        yield _Found("person", incident, persons=(pair.a, pair.b), sentence="\n".join(names))


def _is_wanted(one: _Found, whose: str, holders: dict[str, str], visitor: Visitor, hidden: set[str]) -> bool:
    if hidden and one.incident and not hidden.isdisjoint(one.incident.accounts):
        return False  # what this visitor codes blind is shown to them nowhere
    if whose == "all":
        return True
    held = _holder(one.incident, holders)
    return held == visitor.name if whose == "mine" else held == whose.removeprefix(_BY) if whose.startswith(_BY) else not held


def _holder(incident: Incident | None, holders: dict[str, str]) -> str:
    return next((holders[a] for a in incident.accounts if a in holders), "") if incident else ""


# -- lines ------------------------------------------------------------------------------------------------------------


def _lines(
    desk: Desk, found: Sequence[_Found], holders: dict[str, str], visitor: Visitor, teller: Teller, asked: Asked
) -> tuple[InboxLine, ...]:
    incidents = {one.incident.id: one.incident for one in found if one.incident}
    told = {line.id: line for line in listing.lines(desk, tuple(incidents.values()), teller)}
    since = desk.ledger.acquired(incidents)
    wording = teller.wording
    lines = []
    for n, one in enumerate(found):
        name = one.incident.id if one.incident else ""
        held = _holder(one.incident, holders)
        began = one.decision.at if one.decision else one.item.at if one.item else since.get(name, "")
        lines.append(
            InboxLine(
                kind=one.kind,
                incident=told.get(name),
                sentence=_sentence(one, wording),
                need=round(one.need.score) if one.need else 0,
                why=_why(one.need, wording) if one.need else "",
                waits=waited(began, wording),
                held_by=held,
                is_mine=held == visitor.name,
                decision=one.decision.id if one.decision else "",
                persons=one.persons,
                open=f"{asked.address(open=name, at=n)}#beside" if name else "",
                is_open=bool(name) and name == asked.open,
                item=one.item.id if one.item else "",
                leads=one.item.address if one.item else "",
            )
        )
    return tuple(lines)


def _sentence(one: _Found, wording: Wording) -> str:
    if one.persons:
        first, _, second = one.sentence.partition("\n")
        return wording("inbox.say.person", one=first, other=second)
    if one.decision:
        return wording(f"inbox.say.{one.kind}", what=one.sentence, who=one.decision.who, why=one.decision.why)
    return one.sentence if one.item else ""


def _why(found: Need, wording: Wording) -> str:
    parts = []
    if found.contradictions:
        parts.append(wording("inbox.why.contradictions", n=found.contradictions))
    if found.is_single:
        parts.append(wording("inbox.why.single"))
    if found.is_doubtful:
        parts.append(wording("inbox.why.doubtful"))
    return wording.together(parts)


def waited(since: str, wording: Wording) -> str:
    """How long since then, in the reader's words."""
    then = _moment(since)
    if then is None:
        return ""
    age = max(dt.datetime.now(dt.UTC) - then, dt.timedelta(0))
    return wording.digits(str(format_timedelta(age, granularity="minute", threshold=1.2, locale=wording.locale)))


# -- other things that wait -------------------------------------------------------------------------------------------


@router.post("/items")
async def turn_items(request: Request) -> Response:
    form = await form_of(request, "close")
    return await doing(_turn_items, request, form)


def _turn_items(request: Request, form: Form) -> Response:
    """The chosen wait no more, or again; what could not be turned is told, what was done stands."""
    ledger, who, wording = desk_of(request).ledger, visitor_of(request).name, wording_of(request)
    act = form("do")
    if act not in ("close", "reopen"):
        raise Refused(400, "no_form")
    turn = items.close if act == "close" else items.reopen
    done, failures = [], []
    for name in form.each("item")[:MOST_OF_A_KIND]:
        try:
            turn(ledger, name, who=who, why=form("why") or wording(f"inbox.{act}_why"))
            done.append(name)
        except TahqiqError as error:
            failures.append(refusal(error, wording))
    if not done:
        return problem(request, 409, "undecided", why=" ".join(failures[:3]) or wording("decide.nothing_chosen"))
    path = local_path(form("back"), "/inbox")
    if act == "reopen":
        return RedirectResponse(path, status_code=303)
    return RedirectResponse(f"{path}{'&' if '?' in path else '?'}closed={','.join(done)}", status_code=303)
