"""Coding by two, on the desk: what is drawn, the form of who codes blind, the page where two differ, and how far they agree.

What comes in are items of `review.coding`; what goes out are pages, forms carried out, and a table. Until both coders of an item are done,
neither is shown its incident, nor the reports as they were read: `unblinded` stands before those pages.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from tahqiq.errors import LedgerConflict, TahqiqError, UnknownName
from tahqiq.export.cells import Table
from tahqiq.ledger import Ledger
from tahqiq.protection import without_withheld
from tahqiq.review import coded, coding, people
from tahqiq.review.agreement import Agreement
from tahqiq.web.contexts import Choice
from tahqiq.web.door import Form, Refused, Visitor, doing, form_of, visitor_of
from tahqiq.web.reasons import refusal
from tahqiq.web.rendering import Desk, desk_of, page, wording_of
from tahqiq.web.told import Teller
from tahqiq.web.wording import Wording, direction

router = APIRouter(include_in_schema=False)
SHOWN = 200
_LISTS = {"event_type": "event_types", "precision": "precisions", "grade": "grades"}
_STATES = ("disputed", "half_settled", "open", "agreed", "settled")


@dataclass(frozen=True, slots=True)
class ItemLine:
    address: str
    number: int
    what: str
    coders: str
    state: str
    disputed: str = ""
    is_mine: bool = False


@dataclass(frozen=True, slots=True)
class AlphaCell:
    alpha: str
    means: str
    counts: str


@dataclass(frozen=True, slots=True)
class AlphaTable:
    """How far coders agree: fields down, all items and then parts of them across."""

    title: str
    columns: tuple[tuple[str, int], ...]
    rows: tuple[tuple[str, str, tuple[AlphaCell, ...]], ...]


@dataclass(frozen=True, slots=True)
class CodingPage:
    mine: tuple[ItemLine, ...]
    others: tuple[ItemLine, ...]
    tables: tuple[AlphaTable, ...]
    done: int
    total: int
    share: str
    coders: tuple[tuple[str, bool], ...]
    event_types: tuple[Choice, ...]
    languages: tuple[Choice, ...]
    chosen_types: tuple[str, ...]
    chosen_languages: tuple[str, ...]
    is_planned: bool
    drawn: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class TextShown:
    outlet: str
    title: str
    published: str
    text: str
    language: str
    dir: str
    withheld: str = ""


@dataclass(frozen=True, slots=True)
class Input:
    name: str
    label: str
    form: str
    value: str
    choices: tuple[Choice, ...] = ()
    is_wrong: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    name: str
    label: str
    values: tuple[str, ...]
    words: tuple[str, ...]  # the values as a form takes them
    is_same: bool
    settled: str = ""
    form: str = ""
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    at: str
    text: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class ItemPage:
    """`mode` is code, wait (for the other) or compare."""

    id: str
    number: int
    mode: str
    state: str
    coders: tuple[str, ...]
    texts: tuple[TextShown, ...]
    inputs: tuple[Input, ...]
    compared: tuple[Compared, ...]
    history: tuple[Line, ...]
    incident: str = ""
    may_settle: bool = False
    may_agree: bool = False
    may_take_back: bool = False
    is_of_two: bool = False
    settled_by: str = ""
    why: str = ""
    note: str = ""
    next: str = ""
    problem: str = ""


# -- blindness --------------------------------------------------------------------------------------------------------


def unblinded(request: Request) -> None:
    """Raises Refused where the page would show this visitor what they are to code blind."""
    visitor, ledger = visitor_of(request), desk_of(request).ledger
    mine = coding.unseen(ledger, visitor.name) if visitor.name else ()
    if not mine:
        return
    report, incident = (request.path_params.get(name, "") for name in ("report", "incident"))
    accounts = frozenset(_accounts(ledger, incident)) if incident else frozenset(map(request.query_params.get, ("a", "b")))
    for one in mine:
        if report in one.reports or not accounts.isdisjoint(one.accounts):
            raise Refused(403, "blind", address=_address(one.id))


def _accounts(ledger: Ledger, incident: str) -> tuple[str, ...]:
    try:
        return ledger.incident(incident).accounts
    except UnknownName:
        return ()


def _address(name: str) -> str:
    return f"/coding/{name}"


# -- the page of all --------------------------------------------------------------------------------------------------


@router.get("/coding")
def coding_page(request: Request) -> Response:
    visitor = visitor_of(request)
    if not visitor.name:
        return RedirectResponse("/sign-in?next=/coding", status_code=303)
    return _whole(request)


def _whole(request: Request, problem: str = "", status: int = 200) -> Response:
    desk, wording = desk_of(request), wording_of(request)
    context = build(desk, visitor_of(request), wording, request.query_params.get("drawn", ""), problem)
    return page(request, "coding.html", context, status=status)


def build(desk: Desk, visitor: Visitor, wording: Wording, drawn: str = "", problem: str = "") -> CodingPage:
    ledger = desk.ledger
    found = coding.items(ledger)
    plan = coding.plan(ledger)
    lines = {one.id: _item_line(one, n, visitor, wording) for n, one in enumerate(found, 1)}
    mine = [one for one in found if visitor.name in one.coders and visitor.name not in one.codings]
    rest = sorted((one for one in found if one not in mine), key=lambda one: (_STATES.index(one.state), one.id))
    done = [one for one in found if one.is_done]
    counts = ledger.counts()
    return CodingPage(
        mine=tuple(lines[one.id] for one in mine[:SHOWN]),
        others=tuple(lines[one.id] for one in rest[:SHOWN]),
        tables=tuple(_tables(done, wording)) if done else (),
        done=len(done),
        total=len(found),
        share=f"{(plan.share if plan else 0.1) * 100:g}",
        coders=tuple((name, not plan or name in plan.coders) for name in _who_may(ledger)),
        event_types=tuple(Choice(v, wording.label("event_types", v), n) for v, n in counts.get("event_type", {}).items()),
        languages=tuple(Choice(v, wording.language_name(v), n) for v, n in counts.get("language", {}).items()),
        chosen_types=plan.event_types if plan else (),
        chosen_languages=plan.languages if plan else (),
        is_planned=plan is not None,
        drawn=wording("coding.drawn", n=int(drawn)) if drawn.isascii() and drawn.isdigit() and len(drawn) < 8 else "",
        problem=problem,
    )


def _who_may(ledger: Ledger) -> tuple[str, ...]:
    return tuple(one.name for one in ledger.people.all() if one.is_active and people.may(one.role, "code"))


def _item_line(one: coding.Item, number: int, visitor: Visitor, wording: Wording) -> ItemLine:
    """Nothing of what the incident is to those who code it blind: a number, and in which languages it is told."""
    hidden = visitor.name in one.coders and not one.is_done
    parts = [wording.language_name(code) for code in one.languages]
    what = wording.together(parts if hidden else [wording.label("event_types", one.event_type), *parts])
    disputed = wording.together([wording(f"coding.field.{name}") for name in one.disputed])
    mine = visitor.name in one.coders
    return ItemLine(_address(one.id), number, what, wording.together(list(one.coders)), one.state, disputed, mine)


def _tables(done: Sequence[coding.Item], wording: Wording) -> Iterable[AlphaTable]:
    every = {wording("coding.all"): tuple(done)}
    languages = {wording.language_name(code): some for code, some in coding.by_language(done).items()}
    yield _table(wording("coding.by_language"), {**every, **languages}, wording)
    pairs = {wording.together(list(pair)): some for pair, some in coding.by_pair(done).items()}
    if len(pairs) > 1:
        yield _table(wording("coding.by_pair"), pairs, wording)


def _table(title: str, parts: Mapping[str, Sequence[coding.Item]], wording: Wording) -> AlphaTable:
    told = [coding.agreements(some) for some in parts.values()]
    rows = tuple(
        (wording(f"coding.field.{f.name}"), wording(f"coding.metric.{f.metric}"), tuple(_cell(one[f.name], wording) for one in told))
        for f in coded.fields()
    )
    return AlphaTable(title, tuple((name, len(some)) for name, some in parts.items()), rows)


def _cell(one: Agreement, wording: Wording) -> AlphaCell:
    alpha = wording.weight(one.alpha, 2).replace("+", "") if one.alpha is not None else "–"
    return AlphaCell(alpha, one.means, wording("coding.same_of", n=one.units, same=one.same) if one.units else "")


@router.post("/coding")
async def change_plan(request: Request) -> Response:
    form = await form_of(request, "draw")
    return await doing(_change_plan, request, form)


def _change_plan(request: Request, form: Form) -> Response:
    """The plan is as the form says, and what it draws is drawn."""
    ledger, who = desk_of(request).ledger, visitor_of(request).name
    try:
        share = float(form("share").translate(str.maketrans("٫,", ".."))) / 100
    except ValueError:
        return _whole(request, wording_of(request)("coding.bad.share"), 400)
    try:
        wanted = coding.Plan(share, form.each("event_type"), form.each("language"), form.each("coder"))
        coding.make_plan(ledger, wanted, who=who)
        drawn = coding.draw(ledger, who=who)
    except TahqiqError as error:
        return _whole(request, refusal(error, wording_of(request)), 400)
    return RedirectResponse(f"/coding?drawn={len(drawn)}", status_code=303)


@router.get("/coding.csv")
def coding_table(request: Request) -> Response:
    """Every value of every item that both have coded, for a spreadsheet."""
    visitor = visitor_of(request)
    if not visitor.may("code"):
        raise Refused(403, "not_allowed" if visitor.name else "not_signed_in", role=people.LEAST_ROLE["code"])
    out = io.BytesIO()
    table = Table(out, coding.COLUMNS)
    for row in coding.rows(coding.items(desk_of(request).ledger)):
        table.add(*row)
    table.done()
    headers = {"content-disposition": 'attachment; filename="coding.csv"', "cache-control": "no-store"}
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


# -- the page of one --------------------------------------------------------------------------------------------------


@router.get("/coding/{item}")
def item_page(request: Request, item: str) -> Response:
    visitor = visitor_of(request)
    if not visitor.name:
        return RedirectResponse(f"/sign-in?next={_address(item)}", status_code=303)
    return _one(request, item)


def _one(
    request: Request, item: str, given: Form | None = None, wrong: Sequence[str] = (), problem: str = "", status: int = 200
) -> Response:
    desk, wording = desk_of(request), wording_of(request)
    found = coding.item(desk.ledger, item)
    context = _item_page(desk, found, visitor_of(request), wording, given, wrong, problem)
    return page(request, "coding-item.html", context, status=status)


def _item_page(
    desk: Desk, one: coding.Item, visitor: Visitor, wording: Wording, given: Form | None, wrong: Sequence[str], problem: str
) -> ItemPage:
    ledger, who = desk.ledger, visitor.name
    every = coding.items(ledger)
    is_coder = who in one.coders
    mode = "compare" if one.is_done else "code" if is_coder and who not in one.codings else "wait"
    mine = one.codings.get(who)
    settled = one.settled
    following = next((_address(i.id) for i in every if who in i.coders and who not in i.codings and i.id != one.id), "")
    return ItemPage(
        id=one.id,
        number=next(n for n, i in enumerate(every, 1) if i.id == one.id),
        mode=mode,
        state=one.state,
        coders=one.coders,
        texts=_texts(desk, one, wording),
        inputs=tuple(_inputs(wording, given, wrong)) if mode == "code" else (),
        compared=tuple(_compared(one, wording)) if mode == "compare" else (),
        history=tuple(_history(ledger, one, wording)),
        incident=f"/incidents/{one.incident}" if mode == "compare" else "",
        may_settle=mode == "compare" and one.state in ("disputed", "agreed", "half_settled") and visitor.may("settle"),
        may_agree=one.state == "half_settled" and is_coder and bool(settled) and settled.who != who if settled else False,
        may_take_back=bool(settled and (settled.who == who or is_coder or visitor.may("take_back"))) or bool(mine and not one.is_done),
        is_of_two=is_coder,
        settled_by=settled.who if settled else "",
        why=settled.why if settled else "",
        note="; ".join(f"{c.who}: {c.note}" for c in one.codings.values() if c.note) if mode == "compare" else "",
        next=following,
        problem=problem,
    )


def _texts(desk: Desk, one: coding.Item, wording: Wording) -> tuple[TextShown, ...]:
    """The reports as they were published: no mark says what was read out of them."""
    teller: Teller = desk.teller(wording)
    shut = desk.ledger.withheld_reports()
    reports = without_withheld((), (), desk.ledger.reports_of(one.reports), shut)[2]
    return tuple(
        TextShown(
            outlet=teller.outlet(r),
            title=r.title or "",
            published=wording.day(r.published) if r.published else "",
            text=r.text,
            language=r.language or "und",
            dir=direction(r.language),
            withheld=shut.get(r.id, ""),
        )
        for r in reports
    )


def _inputs(wording: Wording, given: Form | None, wrong: Sequence[str]) -> Iterable[Input]:
    for f in coded.fields():
        value = given(f.name) if given else ""
        yield Input(f.name, wording(f"coding.field.{f.name}"), f.form, value, _choices(f, wording), f.name in wrong)


def _choices(f: coded.Field, wording: Wording) -> tuple[Choice, ...]:
    return tuple(Choice(value, _label(f, value, wording)) for value in f.choices)


def _label(f: coded.Field, value: str, wording: Wording) -> str:
    return wording.label(_LISTS[f.name], value) if f.name in _LISTS else wording(f"coding.harmed.{value}")


def _shown(f: coded.Field, value: Any, wording: Wording) -> str:
    if value is None:
        return ""
    if f.form == "choice":
        return _label(f, str(value), wording)
    if f.form == "number":
        return wording.number(int(value))
    return wording.digits(coded.plainly(value))


def _compared(one: coding.Item, wording: Wording) -> Iterable[Compared]:
    disputed = set(one.disputed)
    for f in coded.fields():
        given = [one.codings[who].values.get(f.name) for who in one.coders]
        settled = _shown(f, one.settled.values.get(f.name), wording) if one.settled else ""
        shown, words = tuple(_shown(f, v, wording) for v in given), tuple(coded.plainly(v) for v in given)
        label = wording(f"coding.field.{f.name}")
        yield Compared(f.name, label, shown, words, f.name not in disputed, settled, f.form, _choices(f, wording))


def _history(ledger: Ledger, one: coding.Item, wording: Wording) -> Iterable[Line]:
    for record in reversed(coding.history(ledger, one.id)):
        text = wording(f"coding.did.{record.kind}", who=record.who)
        yield Line(wording.time(record.at), text, str(record.value.get("why", "")))


@router.post("/coding/{item}")
async def change_item(request: Request, item: str) -> Response:
    form = await form_of(request, "code")
    return await doing(_change_item, request, item, form)


def _change_item(request: Request, item: str, form: Form) -> Response:
    ledger, visitor, wording = desk_of(request).ledger, visitor_of(request), wording_of(request)
    act, who = form("do"), visitor.name
    try:
        if act == "code":
            values, wrong = _values(request, {f.name: form(f.name) for f in coded.fields()})
            if wrong:
                told = wording("coding.bad.values", fields=wording.together([wording(f"coding.field.{name}") for name in wrong]))
                return _one(request, item, form, wrong, told, 400)
            coding.code(ledger, item, values, who=who, note=form("note"))
        elif act == "settle":
            values, wrong = _values(request, _settled(coding.item(ledger, item), form))
            if wrong:
                told = wording("coding.bad.values", fields=wording.together([wording(f"coding.field.{name}") for name in wrong]))
                return _one(request, item, None, wrong, told, 400)
            coding.settle(ledger, item, values, who=who, why=form("why"))
        elif act == "agree":
            coding.agree(ledger, item, who=who)
        elif act == "take_back":
            coding.take_back(ledger, item, who=who, role=visitor.role)
        else:
            raise Refused(400, "no_form")
    except LedgerConflict as error:
        return _one(request, item, form if act == "code" else None, (), refusal(error, wording_of(request)), 409)
    return RedirectResponse(_address(item), status_code=303)


def _values(request: Request, words: Mapping[str, str]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What the words mean, by field, and the fields where they mean nothing."""
    found: dict[str, Any] = {}
    wrong = []
    for f in coded.fields():
        try:
            found[f.name] = coded.value_of(f, words.get(f.name, ""), request.app.state.settings.places)
        except UnknownName:
            wrong.append(f.name)
    return found, tuple(wrong)


def _settled(one: coding.Item, form: Form) -> dict[str, str]:
    """By field the words chosen: the first's, the second's, or others; of what is not disputed, what both say."""
    told = {}
    for f in coded.fields():
        chosen = form(f"of.{f.name}")
        given = [coded.plainly(one.codings[who].values.get(f.name)) for who in one.coders] if one.is_done else [""]
        told[f.name] = form(f"other.{f.name}") if chosen == "other" else given[1] if chosen == "1" else given[0]
    return told
