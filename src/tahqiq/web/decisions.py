"""Deciding on the desk: forms become decisions of `review`, and an incident's page says what may be decided of it.

What comes in are forms of users who may; what goes out is a way back to where they came from, with what was done and can be undone.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from tahqiq import review
from tahqiq.codebook import load_codebook
from tahqiq.deciding import PUBLISHED
from tahqiq.deciding.correcting import EFFECTS, SLOTS
from tahqiq.errors import TahqiqError, UnknownName
from tahqiq.ledger import Ledger
from tahqiq.ledger.people import Held
from tahqiq.model import Account, Decision, Incident
from tahqiq.pipeline import Stages, now, the_stages
from tahqiq.review.noting import LONGEST_NOTE
from tahqiq.review.people import LEAST_ROLE, may
from tahqiq.web.contexts import Choice, NearLine
from tahqiq.web.decided import history_lines, may_take_back
from tahqiq.web.door import Form, Refused, Visitor, doing, form_of, local_path, visitor_of
from tahqiq.web.reasons import refusal
from tahqiq.web.rendering import Desk, desk_of, problem, wording_of
from tahqiq.web.told import Teller, incident_address
from tahqiq.web.work import AccountChoice, Correcting, Deciding, NoteLine, ToldChoices

router = APIRouter(include_in_schema=False)
MOST_AT_ONCE = 100  # incidents of one bulk decision
FORMS = ("merge", "split", "correct", "reject", "grade", "apart", "note", "publish", "republish", "withdraw")
# Reasons that stand where a person gave none: what they do says enough. A grade, a correction and publishing have none.
_WITHOUT_WHY = frozenset({"accept", "merge", "reject", "split", "apart", "take_back", "same_person", "not_same_person"})
_SPAN = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")
_LEAST = {"same_person": "merge", "not_same_person": "merge", "person_is": "correct", "take_back": "take_back_own", "republish": "publish"}


@router.post("/decisions")
async def decide(request: Request) -> Response:
    form = await form_of(request, "read")
    return await doing(_decide, request, form)


def _decide(request: Request, form: Form) -> Response:
    """The decisions are made, one for each thing that was chosen; what failed is told, what was done stands."""
    visitor, act, wording = visitor_of(request), form("act"), wording_of(request)
    make = _ACTS.get(act)
    if make is None:
        raise Refused(400, "no_form")
    if not visitor.may(_LEAST.get(act, act)):
        raise Refused(403, "not_allowed", role=LEAST_ROLE[_LEAST.get(act, act)])
    why = form("why") or (wording(f"why.{act}") if act in _WITHOUT_WHY else "")
    done: list[Decision] = []
    failures: list[str] = []
    for one in make(request, form, visitor, why):
        try:
            done.append(one())
        except TahqiqError as error:
            failures.append(refusal(error, wording))
    if not done:
        return problem(request, 409, "undecided", why=" ".join(failures[:3]) or wording("decide.nothing_chosen"))
    return _back(request, form, done, len(failures))


def _back(request: Request, form: Form, done: Sequence[Decision], failed: int = 0) -> Response:
    """Where the form was, or where its incident has gone; the inbox where it is nowhere any more."""
    path, _, query = local_path(form("back"), "/inbox").partition("?")
    if path.startswith("/incidents/"):
        try:
            path = incident_address(desk_of(request).ledger.incident(path.removeprefix("/incidents/")).id)
        except UnknownName:
            path, query = "/inbox", ""
    elif path.startswith("/persons/"):
        path = _person_now(desk_of(request).ledger, path, form)
    kept = [part for part in query.split("&") if part and part.partition("=")[0] not in ("did", "failed", "at", "do")]
    kept += [f"did={','.join(d.id for d in done)}"] if done else []
    kept += [f"failed={failed}"] if failed else []
    kept += [f"at={at}"] if (at := form("at")).isdigit() and len(at) < 6 else []
    return RedirectResponse(f"{path}?{'&'.join(kept)}" if kept else path, status_code=303)


def _person_now(ledger: Ledger, path: str, form: Form) -> str:
    """The page of the person, or of the record that theirs was joined to; the list where neither is there any more."""
    for name in (path.removeprefix("/persons/"), form("one"), form("another")):
        if ledger.things.persons_of((name,)):
            return f"/persons/{name}"
    return "/persons"


# -- each act ---------------------------------------------------------------------------------------------------------

_Made = Iterable[Callable[[], Decision]]


def _chosen(form: Form) -> tuple[str, ...]:
    return form.each("incident")[:MOST_AT_ONCE]


def _accept(request: Request, form: Form, visitor: Visitor, why: str) -> _Made:
    ledger, stages = desk_of(request).ledger, _stages(request)
    return [partial(review.accept, ledger, name, who=visitor.name, why=why, stages=stages) for name in _chosen(form)]


def _reject(request: Request, form: Form, visitor: Visitor, why: str) -> _Made:
    """Accounts that were chosen; where incidents were, all of theirs."""
    ledger, stages = desk_of(request).ledger, _stages(request)
    accounts = form.each("account") or tuple(a for name in _chosen(form) for a in _accounts_of(ledger, name))
    return [partial(review.reject, ledger, name, who=visitor.name, why=why, stages=stages) for name in accounts]


def _accounts_of(ledger: Ledger, incident: str) -> tuple[str, ...]:
    try:
        return ledger.incident(incident).accounts
    except UnknownName:
        return ()


def _merge(request: Request, form: Form, visitor: Visitor, why: str) -> _Made:
    ledger, stages = desk_of(request).ledger, _stages(request)
    other = form.each("other_id") or form.each("other")  # what was typed was meant, whichever stood chosen
    return [partial(review.merge, ledger, (*_chosen(form), *other), who=visitor.name, why=why, stages=stages)]


def _apart(request: Request, form: Form, visitor: Visitor, why: str) -> _Made:
    ledger, stages = desk_of(request).ledger, _stages(request)
    return [partial(review.keep_apart, ledger, form("incident"), form("other"), who=visitor.name, why=why, stages=stages)]


def _split(request: Request, form: Form, visitor: Visitor, why: str) -> _Made:
    ledger, stages = desk_of(request).ledger, _stages(request)
    return [partial(review.split, ledger, form("incident"), form.each("account"), who=visitor.name, why=why, stages=stages)]


def _correct(request: Request, form: Form, visitor: Visitor, why: str) -> _Made:
    """A value that another report tells (`told` is SLOT=WORDS), or the words that were typed."""
    slot, words = form("slot"), form("words")
    if told := form("told"):
        slot, _, words = told.partition("=")

    ledger = desk_of(request).ledger

    def made() -> Decision:
        span = _span(form("span"), form("on"), ledger, form("account"))
        return review.correct(
            ledger,
            form("account"),
            slot,
            words,
            who=visitor.name,
            why=why,
            standing_on="" if span else form("on"),
            span=span,
            places=request.app.state.settings.places,
            stages=_stages(request),
        )

    return [made]


def _span(told: str, words: str, ledger: Ledger, account: str) -> tuple[int, int] | None:
    """START-END in code points, as the script that follows a selection writes them; None where other words stand there."""
    found = _SPAN.fullmatch(told)
    if not found or not words:
        return None
    start, end = int(found[1]), int(found[2])
    text = ledger.report(ledger.account(account).report).text[start:end]
    return (start, end) if " ".join(text.split()) == " ".join(words.split()) else None


def _grade(request: Request, form: Form, visitor: Visitor, why: str) -> _Made:
    ledger, stages = desk_of(request).ledger, _stages(request)
    return [partial(review.grade, ledger, form("incident"), form("grade"), who=visitor.name, why=why, stages=stages)]


def _publish(request: Request, form: Form, visitor: Visitor, why: str) -> _Made:
    ledger, stages = desk_of(request).ledger, _stages(request)
    return [partial(review.publish, ledger, name, who=visitor.name, why=why, stages=stages) for name in _chosen(form)]


def _republish(request: Request, form: Form, visitor: Visitor, why: str) -> _Made:
    ledger, stages = desk_of(request).ledger, _stages(request)
    return [partial(review.republish, ledger, name, who=visitor.name, why=why, stages=stages) for name in _chosen(form)]


def _take_back(request: Request, form: Form, visitor: Visitor, why: str) -> _Made:
    ledger, stages = desk_of(request).ledger, _stages(request)
    known = {d.id: d for d in ledger.decisions()}
    wanted = form.each("decision")[:MOST_AT_ONCE]
    for name in wanted:
        if name in known and not may_take_back(known[name], visitor):
            raise Refused(403, "not_allowed", role=LEAST_ROLE["take_back"])
    return [partial(review.take_back, ledger, name, who=visitor.name, why=why, stages=stages) for name in reversed(wanted) if name in known]


def _same_person(request: Request, form: Form, visitor: Visitor, why: str) -> _Made:
    ledger, stages = desk_of(request).ledger, _stages(request)
    act = review.same_person if form("act") == "same_person" else review.not_same_person
    return [partial(act, ledger, form("one"), form("another"), who=visitor.name, why=why, stages=stages)]


def _person_is(request: Request, form: Form, visitor: Visitor, why: str) -> _Made:
    """What the person is told to be, as SLOT and words; of a slot with a list the one chosen from it."""
    ledger, slot = desk_of(request).ledger, form("slot")
    words = form(f"is_{slot}") or form("words")
    return [partial(review.person_is, ledger, form("one"), slot, words, who=visitor.name, why=why, stages=_stages(request))]


def _stages(request: Request) -> Stages:
    settings = request.app.state.settings
    return the_stages(settings.places, settings.weights)


_ACTS: Mapping[str, Callable[[Request, Form, Visitor, str], _Made]] = {
    "accept": _accept,
    "reject": _reject,
    "merge": _merge,
    "apart": _apart,
    "split": _split,
    "correct": _correct,
    "grade": _grade,
    "publish": _publish,
    "republish": _republish,
    "take_back": _take_back,
    "same_person": _same_person,
    "not_same_person": _same_person,
    "person_is": _person_is,
}


# -- notes, and who holds what ----------------------------------------------------------------------------------------


@router.post("/notes")
async def add_note(request: Request) -> Response:
    form = await form_of(request, "note")
    return await doing(_add_note, request, form)


def _add_note(request: Request, form: Form) -> Response:
    text = form("text")
    if not text or len(text) > LONGEST_NOTE:
        return problem(request, 400, "no_note", n=LONGEST_NOTE)
    review.add_note(desk_of(request).ledger, form("incident"), text, who=visitor_of(request).name)
    return _back(request, form, ())


@router.post("/held")
async def hold(request: Request) -> Response:
    form = await form_of(request, "hold")
    return await doing(_hold, request, form)


def _hold(request: Request, form: Form) -> Response:
    """The incidents are held by this user, by another whom an editor names, or by nobody. Nobody takes away what another holds."""
    ledger, visitor = desk_of(request).ledger, visitor_of(request)
    whom = form("whom") or visitor.name
    if whom != visitor.name and not visitor.may("hold_for"):
        raise Refused(403, "not_allowed", role=LEAST_ROLE["hold_for"])
    if ledger.people.find(whom) is None:
        raise Refused(400, "no_form")
    incidents = ledger.incidents_of_accounts(a for name in _chosen(form) for a in _accounts_of(ledger, name))
    holding = {one.account: one for one in ledger.people.holding()}
    mine = [i for i in incidents if visitor.may("hold_for") or {o.who for a in i.accounts if (o := holding.get(a))} <= {visitor.name}]
    ledger.people.release([a for incident in mine for a in incident.accounts])
    if form("do") != "release":
        ledger.people.hold([Held(incident.accounts[0], whom, now()) for incident in mine if incident.accounts])
    return _back(request, form, (), len(incidents) - len(mine))


# -- what may be decided ----------------------------------------------------------------------------------------------


def deciding(desk: Desk, request: Request, incident: Incident, near: tuple[NearLine, ...] = ()) -> Deciding | None:
    """What this visitor may decide of the incident; None for those who only read a ledger without users.

    Args:
        near: incidents that are like this one, with which it can be merged.
    """
    visitor, wording = visitor_of(request), wording_of(request)
    if not visitor.name:
        return None
    teller, ledger = desk.teller(wording), desk.ledger
    accounts = ledger.accounts_of(incident.accounts)
    entries = review.history(ledger, incident.id)
    known = tuple(entry.decision for entry in entries)
    published = next((e.decision.id for e in reversed(entries) if e.decision.kind == PUBLISHED and e.state == "stands"), "")
    held = next((one for one in ledger.people.holding() if one.account in set(incident.accounts)), None)
    asked = request.query_params.get("do", "")
    return Deciding(
        incident=incident.id,
        accounts=account_choices(desk, accounts, teller),
        slots=slot_choices(teller),
        told=told_choices(accounts, teller),
        grades=tuple(Choice(grade, wording.label("grades", grade)) for grade in load_codebook().closed("grades")),
        near=near,
        notes=tuple(NoteLine(one.who, wording.time(one.at), one.text) for one in review.notes(ledger, incident)),
        history=history_lines(entries, wording, visitor, known),
        held_by=held.who if held else "",
        is_mine=bool(held and held.who == visitor.name),
        review=incident.review,
        publishing=published,
        open=asked if asked in FORMS else "",
        from_inbox=request.query_params.get("from") == "inbox",
        others=_others(ledger, visitor),
    )


def _others(ledger: Ledger, visitor: Visitor) -> tuple[str, ...]:
    """To whom this visitor may give an incident: everybody who may hold one, where they may give it to others."""
    if not visitor.may("hold_for"):
        return ()
    return tuple(one.name for one in ledger.people.all() if one.is_active and may(one.role, "hold") and one.name != visitor.name)


def correcting(desk: Desk, request: Request, report: str) -> Correcting | None:
    """What this visitor may correct in the report; None where nothing, or its words are shown to nobody."""
    visitor = visitor_of(request)
    if not visitor.name or not visitor.may("correct") or report in desk.ledger.withheld_reports():
        return None
    teller = desk.teller(wording_of(request))
    accounts = account_choices(desk, desk.ledger.accounts_of_reports([report]), teller)
    return Correcting(report, accounts, slot_choices(teller)) if accounts else None


def account_choices(desk: Desk, accounts: Sequence[Account], teller: Teller) -> tuple[AccountChoice, ...]:
    """Each account by who tells it and what; several of one report by their order."""
    reports = {report.id: report for report in desk.ledger.reports_of(dict.fromkeys(a.report for a in accounts))}
    found = []
    for account in accounts:
        where = teller.place(account.place.place) if account.place else ""
        parts = [teller.outlet(reports[account.report]) if account.report in reports else "", teller.what(account), where]
        found.append(AccountChoice(account.id, teller.wording.together([part for part in parts if part]), account.report))
    return tuple(found)


def slot_choices(teller: Teller) -> tuple[Choice, ...]:
    return tuple(Choice(slot, teller.field(slot)) for slot in SLOTS)


def told_choices(accounts: Sequence[Account], teller: Teller) -> tuple[ToldChoices, ...]:
    """The values that the incident's accounts tell, by slot, each once, as words that a correction understands."""
    found: dict[str, dict[str, str]] = {}
    for account in accounts:
        for slot, words, label in told_of(account, teller):
            found.setdefault(slot, {}).setdefault(words, label)
    order = [slot for slot in SLOTS if slot in found]
    return tuple(ToldChoices(s, teller.field(s), tuple(Choice(f"{s}={w}", label) for w, label in found[s].items())) for s in order)


def told_of(account: Account, teller: Teller) -> Iterable[tuple[str, str, str]]:
    wording = teller.wording
    yield "event_type", account.event_type, wording.label("event_types", account.event_type)
    if account.place:
        place = account.place.place
        if place.id:
            yield "place", place.id, teller.place(place)
        elif place.lat is not None and place.lon is not None:
            yield "place", f"{place.name}, {place.lat}, {place.lon}", teller.place(place)
    if account.date:
        start, end = account.date.start.isoformat(), account.date.end.isoformat()
        yield "date", start if start == end else f"{start}/{end}", teller.days(account.date)
    for slot in ("perpetrators", "targets"):
        if named := getattr(account, slot):
            yield slot, "; ".join(one.name for one in named), wording.together([teller.actor(one) for one in named])
    for effect in EFFECTS:
        rows = [c for c in account.casualties if c.effect == effect]
        if rows:
            words = "; ".join(f"{_range(c.min, c.max)} {c.who.replace('_', ' ')}" for c in rows)
            yield effect, words, wording.together([teller.casualty(c) for c in rows])


def _range(low: int, high: int | None) -> str:
    return f"{low}+" if high is None else str(low) if low == high else f"{low}-{high}"
