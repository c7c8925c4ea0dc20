"""The way in for other programs: a document that is posted is kept, read and linked before the answer is given.

Who may post: whoever holds a key with the scope `write:documents`, or the token of `TAHQIQ_INTAKE_TOKEN`; on this machine alone any
program, where no token is set, but no page of another site in its user's browser. Where more documents wait to be read than
the desk takes on, or as many are being read as it reads at once, it takes none, and says when to ask again.
"""

import hmac
import threading
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from tahqiq.errors import TahqiqError, UnreadableDocument
from tahqiq.evidence import Acquired, Asked
from tahqiq.evidence.feeds.posted import posted
from tahqiq.pipeline import ingest_documents, now, the_stages
from tahqiq.settings import Settings
from tahqiq.text.extract import parse_day
from tahqiq.web.api.answering import answered, documented
from tahqiq.web.door import is_foreign, visitor_of
from tahqiq.web.guard import LOOPBACK
from tahqiq.web.problems import Problem
from tahqiq.web.rendering import desk_of

router = APIRouter(tags=["documents"])
_LONGEST_ADDRESS = 4000
AT_ONCE = 8  # documents that are read at once; each takes a thread and, for a while, the ledger
SOON_S, LATEST_S = 10, 300


@dataclass(frozen=True, slots=True)
class DocumentTaken:
    """What became of a posted document: whether it was known, and what was read out of it. `unread` are reports that no pack reads."""

    document: str
    known: bool
    reports: int
    unread: int
    accounts: int
    problems: tuple[str, ...] = ()


_KNOWN: dict[str, Any] = {"model": DocumentTaken, "description": "The document was known; nothing changed."}
_BYTES = {"schema": {"type": "string", "format": "binary"}}
_TEXT = {"schema": {"type": "string", "minLength": 1}, "example": "3 killed in Homs"}
_OBJECT = {
    "schema": {
        "type": "object",
        "properties": {
            "text": {"type": "string", "minLength": 1, "description": "The report's words."},
            "url": {"type": "string", "description": "Where it was published."},
            "published": {"type": "string", "format": "date", "description": "When."},
            "title": {"type": "string", "description": "Its title."},
        },
        "required": ["text"],
    },
    "example": {"text": "3 killed in Homs", "url": "https://news.example/1", "published": "2024-03-08"},
}
_BODY = {
    "required": True,
    "description": "The document as it is; a JSON object or lines of such hold reports by their fields.",
    "content": {"application/json": _OBJECT, "application/x-ndjson": _TEXT, "text/plain": _TEXT, "text/html": _TEXT, "*/*": _BYTES},
}
_PARAMETERS = [
    {"name": name, "in": "query", "required": False, "description": told, "schema": {"type": "string", "maxLength": most}}
    for name, told, most in (
        ("url", "Where it was published: an http or https address.", _LONGEST_ADDRESS),
        ("published", "The day of its publication, ISO 8601.", 40),
        ("name", "Its file's name.", 400),
        ("source", "Who published it.", 200),
    )
]


@router.post(
    "/documents",
    status_code=201,
    summary="Post a document: it is kept, read and linked",
    responses={**documented(DocumentTaken, "The document was new.", status=201, changes=True), 200: _KNOWN},
    openapi_extra={"requestBody": _BODY, "parameters": _PARAMETERS},
)
async def take_document(request: Request) -> Response:
    """The answer names the document's SHA-256: posted again, it is known, and nothing changes."""
    settings: Settings = request.app.state.settings
    if refusal := _forbidden(request, settings):
        raise Problem(403, refusal)
    if seconds := await run_in_threadpool(_busy, request, settings):
        raise Problem(503, f"more documents wait to be read than the desk takes on; ask again in {seconds} seconds", _after(seconds))
    body = bytearray()
    async for block in request.stream():
        body += block
        if len(body) > settings.max_bytes:
            raise Problem(413, f"the document is larger than {settings.max_bytes / 1e6:g} MB, the size limit")
    reading = _reading(request)
    if not reading.acquire(blocking=False):
        raise Problem(503, f"{AT_ONCE} documents are being read; ask again in {SOON_S} seconds", _after(SOON_S))
    try:
        return await run_in_threadpool(_taken, request, bytes(body), settings)
    except UnreadableDocument as e:
        raise Problem(422, str(e)) from None
    except TahqiqError as e:
        raise Problem(503, str(e), _after(SOON_S)) from None
    finally:
        reading.release()


def _after(seconds: int) -> dict[str, str]:
    return {"retry-after": str(seconds)}


def _busy(request: Request, settings: Settings) -> int:
    """Seconds until one may ask again; 0 where the desk takes documents."""
    if not settings.most_waiting:
        return 0
    waiting = desk_of(request).ledger.unfinished_documents()
    return min(LATEST_S, SOON_S * (1 + waiting // settings.most_waiting)) if waiting > settings.most_waiting else 0


def _reading(request: Request) -> threading.BoundedSemaphore:
    """As many documents as are read at once; one a desk."""
    state = request.app.state
    if not hasattr(state, "reading"):
        state.reading = threading.BoundedSemaphore(AT_ONCE)
    reading: threading.BoundedSemaphore = state.reading
    return reading


def _forbidden(request: Request, settings: Settings) -> str:
    """Why this request may not post; empty where it may."""
    visitor = visitor_of(request)
    if visitor.key:
        return "" if visitor.may("take_in") else "the key has no scope write:documents, or its user's role does not reach it"
    if is_foreign(request.headers):
        return "pages of other sites may not post documents"
    if settings.intake_token:
        given = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        return "" if hmac.compare_digest(given.encode(), settings.intake_token.encode()) else "the token is missing or wrong"
    if settings.host not in LOOPBACK:
        return "a desk that listens to others takes documents only with a key or a token; make a key, or set TAHQIQ_INTAKE_TOKEN"
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
    stages = the_stages(settings.places, settings.weights)
    outcome = ingest_documents([found], desk.ledger, desk.vault, max_bytes=settings.max_bytes, stages=stages)
    answer = DocumentTaken(
        one.document.id,
        bool(outcome.known_documents),
        outcome.reports,
        outcome.unread,
        outcome.accounts,
        tuple(map(str, [*outcome.refused, *outcome.failures])),
    )
    return answered(request, answer, status=200 if outcome.known_documents else 201)
