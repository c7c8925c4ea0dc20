"""Signing in and out, one's own account, and the page of users: ask `review.people`, fill the context, render."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from tahqiq.errors import TahqiqError
from tahqiq.ledger.people import Entry, User
from tahqiq.review import keys, people
from tahqiq.web.door import COOKIE as SESSION
from tahqiq.web.door import Form, Refused, doing, form_of, host_of, keep, local_path, stranger_token, visitor_of
from tahqiq.web.rendering import desk_of, page, wording_of
from tahqiq.web.signing_on import provider_of

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class SignInPage:
    """`csrf` is the form's own; `once` the word of an address that signs in a single time; `problem` what went wrong before."""

    csrf: str
    next: str
    once: str = ""
    name: str = ""
    problem: str = ""
    has_users: bool = True
    has_provider: bool = False


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A key of one's own; `used` is empty where it never was."""

    id: str
    name: str
    scopes: str
    since: str
    used: str
    until: str


@dataclass(frozen=True, slots=True)
class AccountPage:
    """`held` is what the program of a new key is to send: shown this once."""

    name: str
    role: str
    problem: str = ""
    done: str = ""
    keys: tuple[KeyLine, ...] = ()
    scopes: tuple[tuple[str, str], ...] = ()
    held: str = ""


@dataclass(frozen=True, slots=True)
class UserLine:
    name: str
    role: str
    has_second_factor: bool
    is_active: bool
    is_self: bool


@dataclass(frozen=True, slots=True)
class EntryLine:
    at: str
    what: str
    name: str
    host: str


@dataclass(frozen=True, slots=True)
class UsersPage:
    users: tuple[UserLine, ...]
    roles: tuple[str, ...]
    entries: tuple[EntryLine, ...]
    problem: str = ""


@router.get("/sign-in")
def sign_in_page(request: Request) -> Response:
    if visitor_of(request).name:
        return RedirectResponse(local_path(request.query_params.get("next", "")), status_code=303)
    return _form(request)


def _form(request: Request, problem: str = "", status: int = 200, *, name: str = "", next: str = "") -> Response:
    held = request.cookies.get(SESSION, "")
    token = held or stranger_token()
    asked = request.query_params
    has_users = not desk_of(request).ledger.people.is_empty()
    told = local_path(next or asked.get("next", ""))
    is_refused = not problem and asked.get("on", "") in ("state", "refused", "token", "unknown", "away")
    if is_refused:
        problem, status = wording_of(request)(f"sign_on.{asked['on']}"), 403
    has_provider = provider_of(request) is not None
    context = SignInPage(people.csrf(token), told, asked.get("once", ""), name, problem, has_users, has_provider)
    response = page(request, "sign-in.html", context, status=status)
    response.headers["cache-control"] = "no-store"
    if not held:
        keep(response, request, token)
    return response


@router.post("/sign-in")
async def sign_in(request: Request) -> Response:
    form = await form_of(request)
    return await doing(_sign_in, request, form)


def _sign_in(request: Request, form: Form) -> Response:
    """Whoever signed in leaves with a token of their own, whatever their browser held before."""
    ledger, wording = desk_of(request).ledger, wording_of(request)
    try:
        if word := form("once"):
            _, token = people.sign_in_once(ledger, word, host=host_of(request))
        else:
            _, token = people.sign_in(ledger, form("name"), form.exactly("password"), form("code"), host=host_of(request))
    except people.Wait as wait:
        response = _form(request, wording("sign_in.wait", n=wait.seconds), 429, name=form("name"), next=form("next"))
        response.headers["retry-after"] = str(wait.seconds)
        return response
    except people.NotAllowed:
        return _form(request, wording("sign_in.used" if word else "sign_in.wrong"), 403, name=form("name"), next=form("next"))
    response = RedirectResponse(local_path(form("next")), status_code=303)
    keep(response, request, token)
    return response


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    await form_of(request, "read")
    return await doing(_sign_out, request)


def _sign_out(request: Request) -> Response:
    people.sign_out(desk_of(request).ledger, visitor_of(request).token, host=host_of(request))
    response = RedirectResponse("/sign-in", status_code=303)
    response.delete_cookie(SESSION, path="/")
    response.headers["clear-site-data"] = '"cache"'
    return response


# -- one's own account ------------------------------------------------------------------------------------------------


@router.get("/account")
def account_page(request: Request) -> Response:
    return _account(request)


def _account(request: Request, problem: str = "", done: str = "", status: int = 200, held: str = "") -> Response:
    visitor = visitor_of(request)
    if not visitor.name:
        return RedirectResponse("/sign-in?next=/account", status_code=303)
    wording = wording_of(request)
    scopes = tuple((scope, wording(f"program_keys.scope.{scope.replace(':', '_')}")) for scope in keys.within(visitor.role))
    context = AccountPage(visitor.name, visitor.role, problem, done, _keys(request), scopes, held)
    response = page(request, "account.html", context, status=status)
    response.headers["cache-control"] = "no-store"
    return response


def _keys(request: Request) -> tuple[KeyLine, ...]:
    """One's own keys that open something."""
    wording = wording_of(request)
    own = desk_of(request).ledger.keys.all(visitor_of(request).name)

    def told(at: str) -> str:
        return wording.time(at) if at else ""

    kept = [one for one in own if not one.withdrawn]
    return tuple(KeyLine(o.id, o.name, ", ".join(o.scopes), told(o.since), told(o.used), told(o.until)) for o in kept)


@router.post("/account/keys")
async def change_keys(request: Request) -> Response:
    form = await form_of(request, "read")
    return await doing(_change_keys, request, form)


def _change_keys(request: Request, form: Form) -> Response:
    """A key is made, and shown this once; or one of one's own is withdrawn."""
    ledger, name = desk_of(request).ledger, visitor_of(request).name
    try:
        if form("do") == "withdraw":
            if ledger.keys.get(form("key")).who != name:
                raise Refused(403, "no_form")
            keys.withdraw_key(ledger, form("key"), by=name)
            return RedirectResponse("/account", status_code=303)
        days = int(form("days")) if form("days").isdecimal() and len(form("days")) < 6 else None
        _, held = keys.new_key(ledger, name, form("called"), form.each("scope"), days=days, by=name)
    except TahqiqError as error:
        return _account(request, str(error), status=400)
    return _account(request, held=held)


@router.post("/account/password")
async def new_password(request: Request) -> Response:
    form = await form_of(request, "read")
    return await doing(_new_password, request, form)


def _new_password(request: Request, form: Form) -> Response:
    """Every session of the user is over but this browser's new one."""
    ledger, name, wording = desk_of(request).ledger, visitor_of(request).name, wording_of(request)
    if form.exactly("new") != form.exactly("again"):
        return _account(request, wording("account.differ"), status=400)
    try:
        people.sign_in(ledger, name, form.exactly("old"), form("code"), host=host_of(request))
        people.set_password(ledger, name, form.exactly("new"), by=name)
        _, token = people.begin(ledger, name, host=host_of(request))
    except people.Wait as wait:
        return _account(request, wording("sign_in.wait", n=wait.seconds), status=429)
    except people.NotAllowed:
        return _account(request, wording("sign_in.wrong"), status=403)
    except TahqiqError:
        return _account(request, wording("account.weak", n=people.SHORTEST), status=400)
    response = RedirectResponse("/today", status_code=303)
    keep(response, request, token)
    return response


# -- users ------------------------------------------------------------------------------------------------------------


@router.get("/users")
def users_page(request: Request) -> Response:
    return _users(request)


def _users(request: Request, problem: str = "", status: int = 200) -> Response:
    visitor = visitor_of(request)
    if not visitor.may("users"):
        raise Refused(403, "not_allowed" if visitor.name else "not_signed_in", role=people.LEAST_ROLE["users"])
    ledger, wording = desk_of(request).ledger, wording_of(request)

    def line(one: User) -> UserLine:
        return UserLine(one.name, one.role, bool(one.totp), one.is_active, one.name == visitor.name)

    def told(one: Entry) -> EntryLine:
        key = f"door.{one.what.replace(' ', '_')}"
        what = wording(key) if wording.has(key) else one.what
        return EntryLine(wording.time(one.at), what, one.name, one.host)

    entries = tuple(told(one) for one in ledger.people.entries(last=50))
    response = page(request, "users.html", UsersPage(tuple(map(line, ledger.people.all())), people.ROLES, entries, problem), status=status)
    response.headers["cache-control"] = "no-store"
    return response


@router.post("/users")
async def change_users(request: Request) -> Response:
    form = await form_of(request, "users")
    return await doing(_change_users, request, form)


def _change_users(request: Request, form: Form) -> Response:
    """A user is added, has another role, or comes in no more; an admin cannot shut themselves out."""
    ledger, by, name = desk_of(request).ledger, visitor_of(request).name, form("name")
    try:
        if form("do") == "add":
            people.add_user(ledger, name, form("role"), form.exactly("password"), by=by)
        elif name == by:
            raise people.NotAllowed("nobody changes their own role")
        elif form("do") == "role":
            people.set_role(ledger, name, form("role"), by=by)
        elif form("do") in ("shut", "let"):
            people.set_active(ledger, name, form("do") == "let", by=by)
        else:
            raise Refused(400, "no_form")
    except TahqiqError as error:
        return _users(request, str(error), 400)
    return RedirectResponse("/users", status_code=303)
