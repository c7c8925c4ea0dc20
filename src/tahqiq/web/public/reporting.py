"""Telling of an error: a form without account, script, puzzle or personal data, and the page that says what became of it.

What comes in is a form of anybody; what goes out is a thing that waits in the desk's inbox, or, where no desk is behind the site, a line of
a file that the desk takes in. Who sends too much waits; how often somebody sent is known to the memory of this process alone.
"""

import fcntl
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response
from limits import parse

from tahqiq.errors import LedgerConflict, UnknownName
from tahqiq.ledger.publications import ErrorTold
from tahqiq.review import reported
from tahqiq.web.door import Form, Refused, doing, host_of, open_form
from tahqiq.web.public.contexts import ErrorTaken
from tahqiq.web.public.pages import incident_response
from tahqiq.web.public.site import Site, public_page, site_of, to_public, wording_of

router = APIRouter()
TRAP = "website"  # a field that no person sees; what fills it is no person
_OF_ONE, _OF_ALL = parse("5 per 10 minutes"), parse("300 per hour")


@router.post("/public/incidents/{public_id}/errors")
async def tell(request: Request, public_id: str) -> Response:
    form = await open_form(request)
    return await doing(_tell, request, public_id, form)


def _tell(request: Request, public_id: str, form: Form) -> Response:
    site, wording = site_of(request), wording_of(request)
    if not site.takes_errors:
        raise UnknownName("this site takes no reports of errors")
    head = site.ledger.publications.head(public_id)
    if not head.is_live:
        raise UnknownName(f"{public_id}: is not public any more")
    kept = {name: form(name) for name in ("about", "text", "source", "contact")}
    try:
        one = reported.told(public_id, head.edition, **kept)
    except LedgerConflict:
        return incident_response(request, public_id, problem=wording("public.error.empty", n=reported.LONGEST), form=kept, status=400)
    if form(TRAP):
        return to_public(request, f"/public/errors/{one.id}", thanks=1)  # as if it had been taken, and nothing is kept
    if not _may(site, host_of(request)):
        return incident_response(request, public_id, problem=wording("public.error.often"), form=kept, status=429)
    _keep(site, one)
    return to_public(request, f"/public/errors/{one.id}", thanks=1)


def _may(site: Site, host: str) -> bool:
    """True where neither this host nor all together have sent too much."""
    return site.sent.hit(_OF_ONE, "one", host) and site.sent.hit(_OF_ALL, "all")


def _keep(site: Site, one: ErrorTold) -> None:
    if not site.is_alone:
        reported.tell_error(site.ledger, one)
        return
    with Path(site.errors).open("a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(reported.as_line(one) + "\n")


@router.get("/public/errors/{name}")
def taken(request: Request, name: str) -> Response:
    """What became of what was told: whoever has its number may ask."""
    site, wording = site_of(request), wording_of(request)
    try:
        one = site.ledger.publications.error(name)
    except UnknownName:
        if request.query_params.get("thanks") != "1":
            raise
        return public_page(request, "public-error.html", ErrorTaken(_plain(name), "", wording("public.error.waits"), "", ""))
    answer = reported.answers(site.ledger.decisions(name)).get(name) if not site.is_alone else None
    if answer is None:
        return public_page(request, "public-error.html", ErrorTaken(one.id, one.public_id, wording("public.error.waits"), "", ""))
    said = ErrorTaken(one.id, one.public_id, wording(f"public.verdict.{answer.verdict}"), answer.note, answer.at[:10])
    return public_page(request, "public-error.html", said)


def _plain(name: str) -> str:
    """A number as this site gives them; nothing else that stands in an address comes back."""
    if len(name) > 20 or not all(letter.isascii() and (letter.isalnum() or letter == "-") for letter in name):
        raise Refused(404, "nothing")
    return name
