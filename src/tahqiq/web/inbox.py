"""The inbox: what waits for a person in the order of need, one line each, with what can be done about it.

What comes in is a ledger and who asks; what goes out is a page of lines. Incidents are weighed by `review.needing`, the rest comes from
`review.inbox` in its own order.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from weakref import WeakKeyDictionary

from babel.dates import format_timedelta
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from tahqiq import review
from tahqiq.errors import UnknownName
from tahqiq.ledger import Ledger, Query
from tahqiq.model import Decision, Incident
from tahqiq.review.needing import Need, need
from tahqiq.review.persons import protected
from tahqiq.review.waiting import Waiting, waiting_of
from tahqiq.web import incidents as listing
from tahqiq.web.contexts import Choice
from tahqiq.web.decided import said
from tahqiq.web.door import Visitor, visitor_of
from tahqiq.web.rendering import Desk, desk_of, page, wording_of
from tahqiq.web.told import Teller
from tahqiq.web.wording import Wording
from tahqiq.web.work import InboxLine, InboxPage

router = APIRouter(include_in_schema=False)
PAGE = 25
# So many of the deadliest with, and without, contradictions are weighed against one another; a team works off dozens a day.
WEIGHED = 300
WHOSE = ("all", "mine", "free")
ORDERS = ("need", "killed", "newest", "oldest")
MOST_OF_A_KIND = 200
_SHOWN = ("unreviewed", *(kind for kind in review.KINDS if kind != "unreviewed"))


@dataclass(frozen=True, slots=True)
class _Found:
    kind: str
    incident: Incident | None
    need: Need | None = None
    decision: Decision | None = None
    persons: tuple[str, str] | None = None
    sentence: str = ""


@router.get("/inbox")
def inbox_page(request: Request) -> Response:
    visitor = visitor_of(request)
    if not visitor.name:
        return RedirectResponse("/sign-in?next=/inbox", status_code=303)
    asked = request.query_params
    kind = asked.get("kind", "") if asked.get("kind", "") in review.KINDS else "unreviewed"
    whose = asked.get("whose", "") if asked.get("whose", "") in WHOSE else "all"
    order = asked.get("order", "") if asked.get("order", "") in ORDERS else "need"
    number, at = _number(asked.get("page", "")), _number(asked.get("at", ""))
    context = build(desk_of(request), visitor, wording_of(request), kind, whose, order, number, at)
    return page(request, "inbox.html", context)


def _number(told: str) -> int:
    return int(told) if told.isascii() and told.isdigit() and len(told) < 5 else 0


def build(desk: Desk, visitor: Visitor, wording: Wording, kind: str, whose: str, order: str, number: int = 0, at: int = 0) -> InboxPage:
    """One page of what waits."""
    teller, ledger = desk.teller(wording), desk.ledger
    holders = {one.account: one.who for one in ledger.people.holding()}
    found = [one for one in _of_kind(ledger, kind, order, wording) if _is_wanted(one, whose, holders, visitor)]
    shown = found[number * PAGE : (number + 1) * PAGE]
    lines = _lines(desk, shown, holders, visitor, teller)

    def address(**changes: object) -> str:
        given = {"kind": kind, "whose": whose, "order": order, "page": number, **changes}
        usual = {"kind": "unreviewed", "whose": "all", "order": "need", "page": 0}
        kept = {name: value for name, value in given.items() if value != usual[name]}
        return "/inbox" + (f"?{urlencode(kept)}" if kept else "")

    return InboxPage(
        kinds=tuple(Choice(name, wording(f"inbox.kind.{name}"), count) for name, count in counts(ledger).items()),
        kind=kind,
        whose=whose,
        order=order,
        lines=lines,
        total=len(found),
        here=address(),
        at=min(at, max(0, len(lines) - 1)),
        next=address(page=number + 1) if len(found) > (number + 1) * PAGE else "",
        previous=address(page=number - 1) if number else "",
        addresses=(
            *((f"kind.{name}", wording(f"inbox.kind.{name}"), address(kind=name, page=0)) for name in _SHOWN),
            *((f"whose.{name}", wording(f"inbox.whose.{name}"), address(whose=name, page=0)) for name in WHOSE),
            *((f"order.{name}", wording(f"inbox.order.{name}"), address(order=name, page=0)) for name in ORDERS),
        ),
    )


def counts(ledger: Ledger) -> dict[str, int]:
    """How many wait of each kind; of all but incidents that nobody has looked at, no more than are listed."""
    told = dict.fromkeys(review.KINDS, 0)
    for one in of_decisions(ledger):
        told[one.kind] += 1
    told["person"] = len(ledger.persons_alike(limit=MOST_OF_A_KIND))
    told["unreviewed"] = ledger.incidents(Query(review="proposed", limit=1)).total
    return {"unreviewed": told.pop("unreviewed"), **told}


def of_decisions(ledger: Ledger) -> tuple[Waiting, ...]:
    """What waits because of decisions; worked out once for each state of the ledger, for it asks every decision."""
    stamp = f"{ledger.stamp()} {ledger.incidents_stamp()}"
    before = _REMEMBERED.get(ledger)
    if before is None or before[0] != stamp:
        kinds = [kind for kind in review.KINDS if kind not in ("unreviewed", "person")]
        before = _REMEMBERED[ledger] = (stamp, waiting_of(ledger, kinds, limit=MOST_OF_A_KIND))
    return before[1]


_REMEMBERED: WeakKeyDictionary[Ledger, tuple[str, tuple[Waiting, ...]]] = WeakKeyDictionary()


def _of_kind(ledger: Ledger, kind: str, order: str, wording: Wording) -> list[_Found]:
    if kind == "unreviewed":
        return _unreviewed(ledger, order)
    if kind == "person":
        return list(_persons(ledger))
    known = {d.id: d for d in ledger.decisions()}
    found = []
    for one in (waits for waits in of_decisions(ledger) if waits.kind == kind):
        decision = known.get(one.decision or "")
        what = said(decision, wording, tuple(known.values())) if decision else ""
        found.append(_Found(kind, _incident(ledger, one.incident), decision=decision, sentence=what))
    return found


def _incident(ledger: Ledger, name: str | None) -> Incident | None:
    try:
        return ledger.incident(name) if name else None
    except UnknownName:
        return None


def _unreviewed(ledger: Ledger, order: str) -> list[_Found]:
    """Incidents that nobody has looked at; of very many, those that could be needed most."""
    by = "date" if order in ("newest", "oldest") else "killed"
    queries = [Query(review="proposed", contradiction=flag, order=by, limit=WEIGHED) for flag in (True, False)]
    items = [incident for query in queries for incident in ledger.incidents(query).items]
    found = [_Found("unreviewed", incident, need(incident)) for incident in items]
    return sorted(found, key=_ORDER[order])


def _day(one: _Found) -> int:
    return one.incident.start.toordinal() if one.incident and one.incident.start else 0


def _score(one: _Found) -> float:
    return one.need.score if one.need else 0.0


def _harm(one: _Found) -> float:
    return one.need.harm if one.need else 0.0


def _id(one: _Found) -> str:
    return one.incident.id if one.incident else ""


_ORDER = {
    "need": lambda one: (-_score(one), _day(one), _id(one)),
    "killed": lambda one: (-_harm(one), -_score(one), _id(one)),
    "newest": lambda one: (-_day(one), -_score(one), _id(one)),
    "oldest": lambda one: (_day(one), -_score(one), _id(one)),
}


def _persons(ledger: Ledger) -> Iterable[_Found]:
    for pair in ledger.persons_alike(limit=MOST_OF_A_KIND):
        one, other = protected(ledger, (ledger.person(pair.a), ledger.person(pair.b)))
        names = [" / ".join(dict.fromkeys(n for forms in person.names.values() for n in forms)) for person in (one, other)]
        incident = _incident(ledger, next(iter(one.incidents), None))
        yield _Found("person", incident, persons=(pair.a, pair.b), sentence="\n".join(names))


def _is_wanted(one: _Found, whose: str, holders: dict[str, str], visitor: Visitor) -> bool:
    if whose == "all":
        return True
    held = _holder(one.incident, holders)
    return held == visitor.name if whose == "mine" else not held


def _holder(incident: Incident | None, holders: dict[str, str]) -> str:
    return next((holders[a] for a in incident.accounts if a in holders), "") if incident else ""


# -- lines ------------------------------------------------------------------------------------------------------------


def _lines(desk: Desk, found: Sequence[_Found], holders: dict[str, str], visitor: Visitor, teller: Teller) -> tuple[InboxLine, ...]:
    incidents = {one.incident.id: one.incident for one in found if one.incident}
    told = {line.id: line for line in listing.lines(desk, tuple(incidents.values()), teller)}
    since = waiting_since(desk.ledger, incidents.values())
    wording = teller.wording
    lines = []
    for one in found:
        name = one.incident.id if one.incident else ""
        held = _holder(one.incident, holders)
        lines.append(
            InboxLine(
                kind=one.kind,
                incident=told.get(name),
                sentence=_sentence(one, wording),
                need=round(one.need.score) if one.need else 0,
                why=_why(one.need, wording) if one.need else "",
                waits=_waits(one.decision.at if one.decision else since.get(name, ""), wording),
                held_by=held,
                is_mine=held == visitor.name,
                decision=one.decision.id if one.decision else "",
                persons=one.persons,
            )
        )
    return tuple(lines)


def _sentence(one: _Found, wording: Wording) -> str:
    if one.persons:
        first, _, second = one.sentence.partition("\n")
        return wording("inbox.say.person", one=first, other=second)
    if one.decision:
        return wording(f"inbox.say.{one.kind}", what=one.sentence, who=one.decision.who, why=one.decision.why)
    return ""


def _why(found: Need, wording: Wording) -> str:
    parts = []
    if found.contradictions:
        parts.append(wording("inbox.why.contradictions", n=found.contradictions))
    if found.is_single:
        parts.append(wording("inbox.why.single"))
    if found.is_doubtful:
        parts.append(wording("inbox.why.doubtful"))
    return wording.together(parts)


def waiting_since(ledger: Ledger, incidents: Iterable[Incident]) -> dict[str, str]:
    """When the first document of each incident was acquired: from then on it has waited."""
    wanted = {i.id: i.reports for i in incidents}
    documents = {r.id: r.document for r in ledger.reports_of({name for reports in wanted.values() for name in reports}) if r.document}
    acquired: dict[str, str] = {}
    for name in set(documents.values()):
        try:
            acquired[name] = ledger.document(name).acquired_at
        except UnknownName:
            continue
    since = {i: [acquired[d] for r in reports if (d := documents.get(r, "")) in acquired] for i, reports in wanted.items()}
    return {name: min(times) for name, times in since.items() if times}


def _waits(since: str, wording: Wording) -> str:
    """How long since then, in the reader's words."""
    try:
        then = dt.datetime.fromisoformat(since)
    except ValueError:
        return ""
    age = dt.datetime.now(dt.UTC) - (then if then.tzinfo else then.replace(tzinfo=dt.UTC))
    return wording.digits(str(format_timedelta(max(age, dt.timedelta(0)), granularity="minute", threshold=1.2, locale=wording.locale)))
