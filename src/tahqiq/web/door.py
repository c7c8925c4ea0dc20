"""Who asks, and whether they may: an ASGI layer that knows the visitor, and the check that every change passes.

What comes in is a request; what goes out is the same request with its `Visitor`, or an answer that leads to the sign-in page.

1. A ledger without users is read by anybody on this machine, and by nobody from elsewhere. With users, whoever reads has signed in.
2. A change is a POST of a form, by a user whose role may make it, with the word that only this browser's pages carry, from no other site.
3. Programs hold a key, and ask under /api/ alone; what is asked there without key or session is answered with 401 instead of a page.
4. Programs may ask so often a minute, each key, user or address for itself; somebody who sits at a desk without users, as they like.
"""

import re
import secrets
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from hmac import compare_digest
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlsplit

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import FormData, MutableHeaders, UploadFile
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tahqiq.ledger import Ledger
from tahqiq.review import people
from tahqiq.review.keys import BEGINNING, allows, holder
from tahqiq.settings import Settings
from tahqiq.web.guard import LOOPBACK
from tahqiq.web.limiting import Limits
from tahqiq.web.problems import problem_answer
from tahqiq.web.veil import seen, write_down

COOKIE = "tahqiq_session"
LARGEST_FORM = 100_000  # bytes
MOST_FIELDS = 2000
FEED = re.compile(r"/searches/[0-9a-f]{16}\.atom")  # whoever reads a feed has no session: its address has a word of its own
# Beginnings of what is answered to everybody.
OPEN = ("/static/", "/health", "/ready", "/metrics", "/sign-in", "/public/", "/robots.txt", "/api/v1/problems")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever asks. `name` and `role` are empty where nobody has signed in; `csrf` is the word that this browser's forms carry."""

    name: str = ""
    role: str = ""
    token: str = ""
    is_anybody: bool = False  # nobody can sign in to this ledger: it is read on this machine as it is
    key: str = ""  # the id of the key that a program holds, for `scopes` alone
    scopes: frozenset[str] = frozenset()

    @property
    def csrf(self) -> str:
        return people.csrf(self.token) if self.token else ""

    def may(self, act: str) -> bool:
        return people.may(self.role, act) and (not self.key or allows(self.scopes, act))

    @property
    def sees_names(self) -> bool:
        """True where names and words are shown as the desk has them."""
        return self.is_anybody or self.may("protected")


class Refused(Exception):
    """A change that is not made: an HTTP status and the key of the sentence that says why."""

    def __init__(self, status: int, key: str, **facts: object) -> None:
        super().__init__(key)
        self.status, self.key, self.facts = status, key, facts


class Door:
    """The application, asked by those who may; see the module's head."""

    def __init__(self, app: ASGIApp, *, ledger: Ledger, settings: Settings) -> None:
        self.app, self.ledger = app, ledger
        self.is_local = settings.host.lower() in LOOPBACK
        self.has_users = False
        self.limits = Limits(settings.api_rate, settings.api_rate_address)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = str(scope["path"])
        if path.startswith(("/static/", "/public/")) or path in ("/health", "/ready", "/metrics", "/public", "/robots.txt"):
            await self.app(scope, receive, send)
            return
        visitor = await run_in_threadpool(self._who, Request(scope), path)
        scope.setdefault("state", {})["visitor"] = visitor or Visitor()
        noted: set[str] = set()
        token = seen.set(noted)
        try:
            if path.startswith("/api/"):
                await self._answer_program(scope, receive, send, path, visitor)
            else:
                await (self._refusal(scope, path, visitor or Visitor()) or self.app)(scope, receive, send)
        finally:
            seen.reset(token)
            if noted:
                await run_in_threadpool(write_down, self.ledger, visitor.name if visitor else "", path, noted)

    async def _answer_program(self, scope: Scope, receive: Receive, send: Send, path: str, visitor: Visitor | None) -> None:
        """Within the limits of whoever asks; the answer says what is left of them."""
        known = visitor or Visitor()
        left = None if known.is_anybody else self.limits.take(known.key or known.name, host_of(Request(scope)))

        async def counted(message: Message) -> None:
            if left and message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(left.headers)
            await send(message)

        refusal: Response | None
        if left and left.wait_s:
            refusal = problem_answer(429, f"more than {left.limit} requests a minute; wait {left.wait_s} seconds")
        elif visitor is None:
            refusal = problem_answer(401, "this key is unknown, withdrawn or over, or its user comes in no more")
        else:
            refusal = self._refusal(scope, path, visitor)
        await (refusal or self.app)(scope, receive, counted)

    def _who(self, request: Request, path: str) -> Visitor | None:
        """The visitor; None where a program holds a key that opens nothing."""
        told = request.headers.get("authorization", "").partition(" ")[2].strip()
        if told.startswith(BEGINNING) and path.startswith("/api/"):
            found = holder(self.ledger, told)
            return Visitor(found[1].name, found[1].role, key=found[0].id, scopes=frozenset(found[0].scopes)) if found else None
        return self._visitor(request.cookies.get(COOKIE, ""))

    def _visitor(self, token: str) -> Visitor:
        found = people.visitor(self.ledger, token)
        if found is not None:
            return Visitor(found.name, found.role, token)
        if not self.has_users:
            self.has_users = not self.ledger.people.is_empty()
        return Visitor(token=token, is_anybody=not self.has_users)

    def _refusal(self, scope: Scope, path: str, visitor: Visitor) -> Response | None:
        if visitor.key and path.startswith("/api/v1/pages/") and not visitor.sees_names:
            return problem_answer(403, "pages show protected names: they ask for the scope read:protected")
        if visitor.name or path.startswith(OPEN) or FEED.fullmatch(path) or (path == "/api/v1/documents" and scope["method"] == "POST"):
            return None
        if visitor.is_anybody:
            if self.is_local:
                return None
            told = "This desk listens to others and has no users. Make the first: tahqiq users add NAME --role admin\n"
            return problem_answer(403, told) if path.startswith("/api/") else PlainTextResponse(told, status_code=403)
        if path.startswith("/api/"):
            return problem_answer(401, "this desk answers its users alone: send a key, or sign in at /sign-in")
        if scope["method"] not in ("GET", "HEAD"):
            return RedirectResponse("/sign-in", status_code=303)
        query = scope.get("query_string", b"").decode("latin-1")
        return RedirectResponse(f"/sign-in?next={quote(path + ('?' + query if query else ''), safe='')}", status_code=303)


def visitor_of(request: Request) -> Visitor:
    found = getattr(request.state, "visitor", None)
    return found if isinstance(found, Visitor) else Visitor()


def host_of(request: Request) -> str:
    """Where the request comes from, as far as this machine can tell."""
    return request.client.host if request.client else ""


# -- changes ----------------------------------------------------------------------------------------------------------


class Form:
    """The fields of a form, in their order; one that was not sent is empty."""

    def __init__(self, fields: list[tuple[str, str]]) -> None:
        self._fields = fields

    def __call__(self, name: str) -> str:
        return next((value.strip() for key, value in self._fields if key == name), "")

    def exactly(self, name: str) -> str:
        """As it was typed, with the spaces around: a password."""
        return next((value for key, value in self._fields if key == name), "")

    def each(self, name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(value.strip() for key, value in self._fields if key == name and value.strip()))


async def form_of(request: Request, act: str = "") -> Form:
    """The form, of a visitor who may do the act.

    Raises: Refused where it comes from another site or an old page, is too large, or the visitor may not.
    """
    form = await open_form(request)
    _check(form, visitor_of(request), act)
    return form


def _check(form: Form, visitor: Visitor, act: str) -> None:
    if not visitor.csrf or not compare_digest(form("csrf").encode(), visitor.csrf.encode()):
        raise Refused(403, "old_form" if visitor.name or not act else "not_signed_in")
    if act:
        _check_may(visitor, act)


def _check_may(visitor: Visitor, act: str) -> None:
    if not visitor.name:
        raise Refused(403, "not_signed_in")
    if not visitor.may(act):
        raise Refused(403, "not_allowed", role=people.LEAST_ROLE[act])


class Upload:
    """A form with files; `form` are its other fields."""

    def __init__(self, data: FormData) -> None:
        self._data = data
        self.form = Form([(name, value) for name, value in data.multi_items() if isinstance(value, str)])

    def write(self, name: str, folder: Path) -> Path:
        """The file of this field lies in the folder, under the last part of its own name. Raises: Refused where none was sent."""
        given = self._data.get(name)
        if not isinstance(given, UploadFile) or not given.filename:
            raise Refused(400, "no_form")
        path = folder / (re.sub(r"[^\w.() -]", "_", given.filename.replace("\\", "/").rpartition("/")[2])[-100:].strip(". ") or "table")
        with path.open("wb") as out:
            shutil.copyfileobj(given.file, out)
        return path

    async def close(self) -> None:
        """The files that were sent are gone."""
        await self._data.close()


async def files_of(request: Request, act: str, *, most: int) -> Upload:
    """A form with files, of a visitor who may do the act.

    Args:
        most: bytes of all together.

    Raises: Refused where it comes from another site or an old page, is too large or of unknown size, or the visitor may not.
    """
    headers, visitor = request.headers, visitor_of(request)
    if is_foreign(headers):
        raise Refused(403, "foreign")
    _check_may(visitor, act)  # before anything of it is taken in
    if not headers.get("content-length", "").isdigit() or int(headers["content-length"]) > most:
        raise Refused(413, "large_form")
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "multipart/form-data":
        raise Refused(415, "no_form")
    upload = Upload(await request.form(max_files=1, max_fields=20))
    try:
        _check(upload.form, visitor, act)
    except Refused:
        await upload.close()
        raise
    return upload


async def open_form(request: Request) -> Form:
    """The form, of anybody: what it does, nobody's account does.

    Raises: Refused where it comes from another site, is none, or too large.
    """
    headers = request.headers
    if is_foreign(headers):
        raise Refused(403, "foreign")
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        raise Refused(415, "no_form")
    body = bytearray()
    async for block in request.stream():
        body += block
        if len(body) > LARGEST_FORM:
            raise Refused(413, "large_form")
    return _fields(bytes(body))


def is_foreign(headers: Mapping[str, str]) -> bool:
    """True where another site's page sent it: as the browser says, or where it does not, by the address of the page."""
    if told := headers.get("sec-fetch-site", ""):
        return told not in ("same-origin", "none")
    origin = headers.get("origin", "")
    return bool(origin) and (urlsplit(origin).netloc or origin).lower() != headers.get("host", "").lower()


def _fields(body: bytes) -> Form:
    try:
        return Form(parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        raise Refused(400, "no_form") from None


def local_path(told: str, otherwise: str = "/today") -> str:
    """An address of this desk, whatever was told: never one of another site."""
    if not told.startswith("/") or told.startswith("//") or any(ord(letter) < 33 or letter == "\\" for letter in told):
        return otherwise
    parts = urlsplit(told)
    return told if not parts.scheme and not parts.netloc else otherwise


def keep(response: Response, request: Request, token: str) -> None:
    """The browser holds this from now on; no script of a page can read it."""
    seconds = people.SESSION_HOURS * 3600
    is_secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, token, max_age=seconds, httponly=True, samesite="lax", secure=is_secure, path="/")


def stranger_token() -> str:
    """What the browser of somebody who has not signed in holds, so that the form to sign in is its own too. It opens nothing."""
    return secrets.token_urlsafe(32)


async def doing(act: Callable[..., Response], *given: object) -> Response:
    """The act, done off the loop: the ledger and argon2 take their time."""
    return await run_in_threadpool(partial(act, *given))
