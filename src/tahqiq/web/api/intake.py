"""The way in for other programs: a document that is posted is kept, read and linked before the answer is given.

Who may post: on this machine alone any program, but no page of another site in its user's browser; a desk that listens to others asks for
the token of `TAHQIQ_INTAKE_TOKEN`, and without one takes nothing.
"""

import hmac
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response

from tahqiq.errors import TahqiqError, UnreadableDocument
from tahqiq.evidence import Acquired, Asked
from tahqiq.evidence.feeds.posted import posted
from tahqiq.pipeline import ingest_documents, now, the_stages
from tahqiq.settings import Settings
from tahqiq.text.extract import parse_day
from tahqiq.web.door import is_foreign
from tahqiq.web.guard import LOOPBACK
from tahqiq.web.rendering import desk_of

router = APIRouter()
_LONGEST_ADDRESS = 4000


@router.post("/api/v1/documents", summary="Post a document: it is kept, read and linked; the answer names its SHA-256")
async def take_document(request: Request) -> Response:
    settings: Settings = request.app.state.settings
    if refusal := _forbidden(request, settings):
        return _problem(403, refusal)
    body = bytearray()
    async for block in request.stream():
        body += block
        if len(body) > settings.max_bytes:
            return _problem(413, f"the document is larger than {settings.max_bytes / 1e6:g} MB, the size limit")
    try:
        return await run_in_threadpool(_taken, request, bytes(body), settings)
    except UnreadableDocument as e:
        return _problem(422, str(e))
    except TahqiqError as e:
        return _problem(503, str(e))


def _forbidden(request: Request, settings: Settings) -> str:
    """Why this request may not post; empty where it may."""
    if is_foreign(request.headers):
        return "pages of other sites may not post documents"
    if settings.intake_token:
        given = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        return "" if hmac.compare_digest(given.encode(), settings.intake_token.encode()) else "the token is missing or wrong"
    if settings.host not in LOOPBACK:
        return "a desk that listens to others takes documents only with a token; set TAHQIQ_INTAKE_TOKEN"
    return ""


def _taken(request: Request, body: bytes, settings: Settings) -> Response:
    asked = request.query_params
    url, told = asked.get("url") or None, asked.get("published") or ""
    if url and (len(url) > _LONGEST_ADDRESS or urlsplit(url).scheme not in ("http", "https")):
        raise UnreadableDocument(f"url is {url[:80]!r}; an http or https address was expected")
    published = parse_day(told) if told else None
    if told and not published:
        raise UnreadableDocument(f"published is {told[:40]!r}; an ISO 8601 day was expected, as 2023-07-09")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    one = posted(body, kind, Asked(now, settings.max_bytes), name=asked.get("name", ""), url=url)
    desk = desk_of(request)
    found = Acquired(one.document, one.data, published, asked.get("source") or None)
    outcome = ingest_documents([found], desk.ledger, desk.vault, max_bytes=settings.max_bytes, stages=the_stages(settings.places))
    answer = {
        "document": one.document.id,
        "known": bool(outcome.known_documents),
        "reports": outcome.reports,
        "unread": outcome.unread,
        "accounts": outcome.accounts,
        "problems": [*outcome.refused, *outcome.failures],
    }
    return JSONResponse(answer, status_code=200 if outcome.known_documents else 201)


def _problem(status: int, sentence: str) -> Response:
    return JSONResponse({"status": status, "problem": " ".join(sentence.split())}, status_code=status)
