"""Errors that readers of the public site report: what waits, and the answers of editors, each of which can be taken back."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from tahqiq.errors import TahqiqError
from tahqiq.ledger.publications import ErrorTold
from tahqiq.review import reported
from tahqiq.review.people import LEAST_ROLE
from tahqiq.web.door import Form, Refused, doing, form_of, visitor_of
from tahqiq.web.reasons import refusal
from tahqiq.web.rendering import desk_of, page, problem, wording_of
from tahqiq.web.wording import Wording

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class ErrorLine:
    id: str
    public_id: str
    edition: int
    at: str
    about: str
    text: str
    source: str
    contact: str
    answered: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ErrorsPage:
    lines: tuple[ErrorLine, ...]
    verdicts: tuple[str, ...]


@router.get("/errors")
def errors_page(request: Request) -> Response:
    visitor = visitor_of(request)
    if not visitor.may("publish"):
        raise Refused(403, "not_allowed" if visitor.name else "not_signed_in", role=LEAST_ROLE["publish"])
    ledger, wording = desk_of(request).ledger, wording_of(request)
    known = reported.answers(ledger.decisions())
    lines = sorted(ledger.publications.errors(), key=lambda one: (one.id in known, -one.seq))
    context = ErrorsPage(tuple(_line(one, known.get(one.id), wording) for one in lines), reported.VERDICTS)
    return page(request, "errors-told.html", context)


def _line(one: ErrorTold, answer: reported.Answer | None, wording: Wording) -> ErrorLine:
    said = ""
    if answer:
        verdict = wording(f"errors_told.verdict.{answer.verdict}")
        said = wording("errors_told.answered", who=answer.who, at=wording.time(answer.at), verdict=verdict)
    about = wording(f"public.error.of.{one.about}") if one.about in reported.ABOUT else one.about
    when, note = wording.time(one.at), answer.note if answer else ""
    return ErrorLine(one.id, one.public_id, one.edition, when, about, one.text, one.source, one.contact, said, note)


@router.post("/errors")
async def answer_error(request: Request) -> Response:
    form = await form_of(request, "publish")
    return await doing(_answer, request, form)


def _answer(request: Request, form: Form) -> Response:
    ledger, who, name = desk_of(request).ledger, visitor_of(request).name, form("error")
    try:
        if form("do") == "take_back":
            reported.take_answer_back(ledger, name, who=who, why=wording_of(request)("errors_told.why_back"))
        elif form("do") == "answer":
            reported.answer(ledger, name, form("verdict"), form("note"), who=who)
        else:
            raise Refused(400, "no_form")
    except TahqiqError as error:
        return problem(request, 409, "undecided", why=refusal(error, wording_of(request)))
    return RedirectResponse(f"/errors#{name}" if name.replace("-", "").isalnum() else "/errors", status_code=303)
