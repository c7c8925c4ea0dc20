"""The frame of every public page: whose site it is, in which language, under which address, and whether a browser has it already.

What comes in is a request and a context; what goes out is a page that names no visitor and sets no cookie: the language stands in the
address where somebody chose one, and follows from page to page.
"""

import hashlib
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from tahqiq.ledger import Ledger
from tahqiq.protection import UNSAID, WITHHELD
from tahqiq.publishing import Record
from tahqiq.registries.sources import Sources
from tahqiq.settings import Settings
from tahqiq.web.names import registry_names
from tahqiq.web.rendering import BUILT, asset, templates
from tahqiq.web.told import Naming, Teller
from tahqiq.web.wording import LANGUAGES, Wording, choose_language, direction, load_wording

_HOST = re.compile(r"[a-z0-9.-]+(:[0-9]{1,5})?|\[[0-9a-f:]+\](:[0-9]{1,5})?")
FRESH = "public, max-age=0, must-revalidate"  # a withdrawal must be seen by whoever looks next
PAGES = (("/public", "incidents"), ("/public/changes", "changes"), ("/public/methodology", "methodology"))


@dataclass(frozen=True, slots=True)
class Site:
    """What public pages are made from. `is_alone` where no desk is behind them, and nothing is written but `errors`, a file."""

    ledger: Ledger
    names: Naming
    name: str
    address: str
    contact: str
    errors: str
    is_alone: bool = False
    sent: MovingWindowRateLimiter = field(default_factory=lambda: MovingWindowRateLimiter(MemoryStorage()))  # who sent how much lately

    @property
    def takes_errors(self) -> bool:
        return not self.is_alone or bool(self.errors)


@dataclass(frozen=True, slots=True)
class PublicTeller(Teller):
    """As on the desk, but that what is withheld says so in the reader's language."""

    def called(self, name: str, id: str | None) -> str:
        return self.wording("public.name_withheld") if WITHHELD in name or name == UNSAID else Teller.called(self, name, id)

    def actor(self, named: Any) -> str:
        return self.wording("public.name_withheld") if WITHHELD in named.name else Teller.actor(self, named)


@dataclass(frozen=True, slots=True)
class ProblemPage:
    status: int
    title: str
    text: str


def site_for(ledger: Ledger, settings: Settings) -> Site:
    address = settings.public_address.rstrip("/")
    return Site(ledger, registry_names(), settings.public_name, address, settings.public_contact, settings.public_errors)


def site_of(request: Request) -> Site:
    site = request.app.state.public_site
    assert isinstance(site, Site)
    return site


def wording_of(request: Request) -> Wording:
    """The wording for this reader: the address's language, else the browser's."""
    return load_wording(choose_language(request.query_params.get("lang"), None, request.headers.get("accept-language", "")))


def teller_for(site: Site, record: Record, wording: Wording) -> PublicTeller:
    return PublicTeller(wording, site.names, Sources(record.sources))


def base_of(request: Request) -> str:
    """Where the site is reached, as citations and feeds say it: the setting, else this request's own address, if it is one."""
    if site := site_of(request).address:
        return site
    host = request.headers.get("host", "").lower()
    return f"{request.url.scheme}://{host}" if _HOST.fullmatch(host) else ""


def link(request: Request, path: str, **asked: object) -> str:
    """An address of the site, in the language that was chosen, if one was."""
    chosen = request.query_params.get("lang")
    given = [(name, str(value)) for name, value in asked.items() if value not in ("", None)]
    given += [("lang", chosen)] if chosen in LANGUAGES and "lang" not in asked else []
    return f"{path}?{urlencode(given)}" if given else path


def public_page(request: Request, template: str, context: object, *, status: int = 200) -> Response:
    """The page, or word that the browser has it already."""
    wording = wording_of(request)
    html = templates().get_template(template).render(page=context, w=wording, frame=_frame(request, wording), direction=direction)
    return fresh(request, HTMLResponse(html, status_code=status))


def fresh(request: Request, response: Response) -> Response:
    """The answer with its mark; nothing of it where the browser names that mark."""
    mark = f'"{hashlib.sha256(bytes(response.body)).hexdigest()[:32]}"'
    response.headers["etag"] = mark
    response.headers["cache-control"] = FRESH
    response.headers["vary"] = "Accept-Language"
    if response.status_code == 200 and is_known(request, mark):
        return Response(status_code=304, headers={name: response.headers[name] for name in ("etag", "cache-control", "vary")})
    return response


def is_known(request: Request, mark: str) -> bool:
    told = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    return request.method in ("GET", "HEAD") and (mark in told or told == ["*"])


def public_problem(request: Request, status: int, key: str, **facts: object) -> Response:
    wording = wording_of(request)
    title = wording(f"{key}.title") if wording.has(f"{key}.title") else wording("public.nothing.title")
    text = wording(f"{key}.text", **facts) if wording.has(f"{key}.text") else wording("public.nothing.text")
    return public_page(request, "public-problem.html", ProblemPage(status, title, text), status=status)


def to_public(request: Request, path: str, status: int = 303, **asked: object) -> Response:
    return RedirectResponse(link(request, path, **asked), status_code=status)


def _frame(request: Request, wording: Wording) -> dict[str, Any]:
    site = site_of(request)
    return {
        "name": site.name,
        "contact": site.contact,
        "contact_address": _reached_by(site.contact),
        "path": request.url.path,
        "pages": [(link(request, path), path, key) for path, key in PAGES],
        "link": lambda path, **asked: link(request, path, **asked),
        "languages": [(code, load_wording(code)("language_itself"), _in_language(request, code)) for code in LANGUAGES],
        "base": base_of(request),
        "asset": asset,
        "is_built": (BUILT / "desk.css").is_file(),
        "takes_errors": site.takes_errors,
    }


def _reached_by(contact: str) -> str:
    """What a contact leads to: a letter, a page, or nothing."""
    if re.fullmatch(r"[^\s@<>\"]+@[^\s@<>\"]+", contact):
        return f"mailto:{contact}"
    return contact if urlsplit(contact).scheme == "https" else ""


def _in_language(request: Request, language: str) -> str:
    kept = [(name, value) for name, value in parse_qsl(request.url.query, keep_blank_values=True) if name != "lang"]
    return f"{request.url.path}?{urlencode([*kept, ('lang', language)])}"
