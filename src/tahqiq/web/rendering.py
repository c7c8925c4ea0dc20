"""Pages made of a context and the wording: the desk's state, the choice of language, and the templates.

What comes in is a request and a context dataclass; what goes out is an HTML page, or the same context as JSON.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tahqiq.evidence.vault import Vault
from tahqiq.ledger import Ledger
from tahqiq.model import Report, to_json
from tahqiq.registries.sources import Sources
from tahqiq.web.contexts import ProblemPage
from tahqiq.web.decided import undo
from tahqiq.web.door import Visitor, visitor_of
from tahqiq.web.problems import problem_answer
from tahqiq.web.told import Naming, Teller
from tahqiq.web.veil import as_seen
from tahqiq.web.visible import visible
from tahqiq.web.wording import LANGUAGES, Wording, choose_language, direction, load_wording

if TYPE_CHECKING:
    from tahqiq.reading.explaining import Explanation

HERE = Path(__file__).parent
BUILT = HERE / "static" / "built"
COOKIE = "tahqiq_language"
COOKIE_SECONDS = 365 * 24 * 3600
# The pages that the head of every page leads to, in their order: the address, the key of its name, and who is led there.
PAGES = (
    ("/today", "today", "insider"),
    ("/inbox", "inbox", "user"),
    ("/coding", "coding", "user"),
    ("/incidents", "incidents", "everybody"),
    ("/search", "search", "everybody"),
    ("/map", "map", "everybody"),
    ("/persons", "persons", "insider"),
    ("/actors", "actors", "insider"),
    ("/places", "places", "insider"),
    ("/figures", "figures", "everybody"),
    ("/sources", "sources", "everybody"),
    ("/public", "public", "insider"),
    ("/comparisons", "comparisons", "insider"),
)


@dataclass(frozen=True, slots=True)
class Desk:
    """What the pages are made from; nothing here changes while the desk serves."""

    ledger: Ledger
    vault: Vault
    names: Naming
    version: str
    explain: "Callable[[Report], Explanation]"

    def teller(self, wording: Wording) -> Teller:
        return Teller(wording, self.names, Sources(self.ledger.sources()))


def desk_of(request: Request) -> Desk:
    desk = request.app.state.desk
    assert isinstance(desk, Desk)
    if request.method not in ("GET", "HEAD"):
        return desk  # what is changed is changed on the ledger itself
    visitor = visitor_of(request)
    ledger = as_seen(desk.ledger, may_see=visitor.is_anybody or visitor.may("see_protected"))
    return desk if ledger is desk.ledger else replace(desk, ledger=ledger)


def wording_of(request: Request) -> Wording:
    """The wording for this reader: ?lang=, else the cookie, else Accept-Language, else English."""
    asked, kept = request.query_params.get("lang"), request.cookies.get(COOKIE)
    return load_wording(choose_language(asked, kept, request.headers.get("accept-language", "")))


def page(request: Request, template: str, context: object, *, status: int = 200, work: object = None) -> Response:
    """The HTML page of a context, in the reader's language; a language asked for by the address is kept.

    Args:
        work: what this visitor may do on the page, beside what everybody sees of it.
    """
    wording = wording_of(request)
    html = (
        templates()
        .get_template(template)
        .render(
            page=context,
            work=work,
            w=wording,
            frame=_frame(request, wording),
            direction=direction,
        )
    )
    response = HTMLResponse(html, status_code=status)
    response.headers["vary"] = "Cookie, Accept-Language"
    # What a user saw is not left in a browser for who sits there next.
    response.headers["cache-control"] = "no-store" if visitor_of(request).name else "no-cache"
    if request.query_params.get("lang") in LANGUAGES:
        response.set_cookie(COOKIE, wording.language, max_age=COOKIE_SECONDS, httponly=True, samesite="lax")
    return response


def twin(context: object, *, status: int = 200) -> Response:
    """The same context as JSON."""
    return JSONResponse(to_json(context), status_code=status)


def problem(request: Request, status: int, key: str, **facts: object) -> Response:
    """What went wrong, in the reader's words: a page, or JSON under /api/."""
    wording = wording_of(request)
    context = ProblemPage(status, wording(f"problem.{key}.title"), wording(f"problem.{key}.text", **facts))
    if is_api(request):
        return problem_answer(status, context.text)
    return page(request, "problem.html", context, status=status)


def is_api(request: Request) -> bool:
    return request.url.path.startswith(("/api/", "/health"))


@lru_cache(maxsize=1)
def templates() -> Environment:
    """The templates; what is undefined stops the page, what is text is escaped, and what cannot be seen is made to be seen."""
    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=visible,
        trim_blocks=True,
    )


def _frame(request: Request, wording: Wording) -> dict[str, Any]:
    """What surrounds every page: where it is, and its address in each language."""
    languages = [(code, load_wording(code)("language_itself"), _in_language(request, code)) for code in LANGUAGES]
    visitor, asked = visitor_of(request), request.query_params
    is_done = "did" in asked or "failed" in asked
    done = undo(desk_of(request).ledger, asked.get("did", ""), asked.get("failed", ""), wording, visitor) if is_done else None
    return {
        "undo": done,
        "path": request.url.path,
        "pages": _pages(visitor),
        "here": f"{request.url.path}{'?' if request.url.query else ''}{request.url.query}",
        "visitor": visitor,
        "languages": languages,
        "asset": asset,
        "is_built": (BUILT / "desk.css").is_file(),
    }


def _pages(visitor: Visitor) -> list[tuple[str, str]]:
    """The pages that this visitor is led to; an insider has signed in, or sits at a desk that has no users."""
    led = {"everybody", *(["insider"] if visitor.name or visitor.is_anybody else []), *(["user"] if visitor.name else [])}
    return [(address, key) for address, key, who in PAGES if who in led]


def _in_language(request: Request, language: str) -> str:
    kept = [(name, value) for name, value in parse_qsl(request.url.query, keep_blank_values=True) if name != "lang"]
    return f"{request.url.path}?{urlencode([*kept, ('lang', language)])}"


@lru_cache(maxsize=1)
def assets_digest() -> str:
    path = BUILT / "DIGEST"
    return path.read_text("ascii").strip()[:12] if path.is_file() else "none"


asset: Callable[[str], str] = lambda name: f"/static/built/{name}?v={assets_digest()}"  # noqa: E731
