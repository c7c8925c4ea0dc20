"""What the resources share: who may ask, how an answer is given, what is protected in it, and where a list goes on.

What comes in are values of the model; what goes out is JSON of the same shape, with an entity tag, or 304 and 412 where the tags that were
sent say so. Who holds no `read:protected` gets what may leave the desk to a partner.
"""

import base64
import binascii
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from fastapi import Query, Request
from fastapi.responses import Response

from tahqiq.deciding import released
from tahqiq.ledger import Ledger
from tahqiq.model import Account, Figure, Incident, Link, Report
from tahqiq.pipeline import as_shown
from tahqiq.protection import WITHHELD, Protecting, is_withheld, unquoted
from tahqiq.review.people import LEAST_ROLE
from tahqiq.web.door import Visitor, is_foreign, visitor_of
from tahqiq.web.problems import MEDIA_TYPE, Problem, ProblemDetails
from tahqiq.web.rendering import desk_of

T = TypeVar("T")
POLICY = "partner"  # for those who may not see names
_MARK = "~"
_OF_ANYBODY = frozenset({"read", "protected", "export_public", "export_partner", "export_internal"})  # at a desk without users
Cursor = Annotated[str, Query(max_length=2000, description="The `next` of the page before; it means nothing else.")]
Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.", examples=[50])]


@dataclass(frozen=True, slots=True)
class Several(Generic[T]):
    """Some of a list. `next` asks for those after them as `cursor`; it is null on the last page."""

    items: tuple[T, ...]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Counted(Generic[T]):
    """Some of a list, of which it is known how long it is. `understood` says how words of places and actors were taken;
    `is_more` that more match than were counted."""

    items: tuple[T, ...]
    next: str | None
    total: int
    understood: tuple[str, ...] = ()
    is_more: bool = False


_PROBLEM: dict[str, Any] = {"model": ProblemDetails, "content": {MEDIA_TYPE: {}}}
_READ = {
    400: "The cursor is none of this list.",
    401: "No key, or one that opens nothing.",
    403: "The role or the key does not allow it.",
    404: "There is no such thing.",
    412: "`If-Match` names another state.",
    422: "A value means nothing here; `detail` says which.",
    429: "Too many requests.",
    500: "A fault of the program.",
    503: "Not now.",
}
_CHANGED = {409: "It cannot be done as things stand.", 413: "Too large.", 415: "No such kind of body."}
_TAG = {"ETag": {"description": "Names this state of the answer.", "schema": {"type": "string"}}}


def documented(model: object, told: str, *, status: int = 200, changes: bool = False) -> dict[int | str, dict[str, Any]]:
    """The answers of a resource as the description lists them."""
    problems: dict[int | str, dict[str, Any]] = {
        code: {**_PROBLEM, "description": words} for code, words in (_READ | (_CHANGED if changes else {})).items()
    }
    found: dict[int | str, dict[str, Any]] = {status: {"model": model, "description": told, "headers": _TAG}}
    if not changes:
        found[304] = {"description": "As `If-None-Match` has it already."}
    return {**found, **problems}


def answered(request: Request, value: object, *, status: int = 200) -> Response:
    """The value, or that it is as the one who asks has it already. Raises: Problem where they hold it for another than it is."""
    body = msgspec.json.encode(value)
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"etag": tag, "cache-control": "private, no-cache", "vary": "Authorization, Cookie"}
    is_read = request.method in ("GET", "HEAD")
    if is_read and (wanted := request.headers.get("if-match")) and not _names(wanted, tag):
        raise Problem(412, "this is not in the state that If-Match names")
    if is_read and (known := request.headers.get("if-none-match")) and _names(known, tag):
        return Response(status_code=304, headers=headers)
    return Response(body, status, headers, "application/json")


def tag_of(value: object) -> str:
    """The entity tag under which the value is answered."""
    return f'"{hashlib.sha256(msgspec.json.encode(value)).hexdigest()[:32]}"'


def _names(header: str, tag: str) -> bool:
    told = [one.strip().removeprefix("W/") for one in header.split(",")]
    return "*" in told or tag in told


# -- who may ----------------------------------------------------------------------------------------------------------


def reader(request: Request, act: str = "read") -> Visitor:
    """Whoever asks, who may do this. Raises: Problem where they may not."""
    visitor = visitor_of(request)
    if act in _OF_ANYBODY and visitor.is_anybody:
        return visitor
    if not visitor.name:
        raise Problem(401, "this desk answers its users alone: send a key, or sign in at /sign-in")
    if not visitor.may(act):
        asked = f"the role {visitor.role} or the scopes of this key ({' '.join(sorted(visitor.scopes))})" if visitor.key else visitor.role
        raise Problem(403, f"{asked} may not do this; it asks for {LEAST_ROLE[act]}{' and a scope for it' if visitor.key else ''}")
    return visitor


def changer(request: Request, act: str) -> Visitor:
    """As `reader`, for what changes something: in a browser it carries the word of its own pages, as `X-CSRF-Token`."""
    visitor = reader(request, act)
    if not visitor.key and (is_foreign(request.headers) or request.headers.get("x-csrf-token", "") != visitor.csrf):
        raise Problem(403, "a change asked for in a browser carries its X-CSRF-Token, told by /api/v1/session; programs send a key")
    return visitor


# -- what is shown ----------------------------------------------------------------------------------------------------


def shown(request: Request, incidents: Iterable[Incident]) -> tuple[tuple[Incident, ...], tuple[Account, ...], tuple[Report, ...]]:
    """The incidents, their accounts and reports as this visitor may see them."""
    given = as_shown(desk_of(request).ledger, incidents)
    if visitor_of(request).sees_names:
        return given
    protecting = protecting_of(desk_of(request).ledger, given[0], given[1])
    safe = protecting.protect(*given)
    by_id = {account.id: account for account in safe.accounts.values()}
    return safe.incidents, tuple(by_id[a.id] for a in given[1]), tuple(safe.reports[r.id] for r in given[2])


def shown_links(request: Request, links: Iterable[Link], incident: Incident) -> tuple[Link, ...]:
    """The links with reasons that name nobody whom this visitor may not see."""
    if visitor_of(request).sees_names:
        return tuple(links)
    ledger, given = desk_of(request).ledger, tuple(links)
    near = ledger.accounts_of({name for link in given for name in (link.a, link.b)})
    words = protecting_of(ledger, (incident,), near).text
    return tuple(_bare(link, words) for link in given)


def _bare(link: Link, words: Callable[[str], str]) -> Link:
    told = tuple(replace(reason, facts={name: words(fact) for name, fact in reason.facts.items()}) for reason in link.reasons)
    return replace(link, reasons=told)


def shown_figures(request: Request, figures: Iterable[Figure]) -> tuple[Figure, ...]:
    """The figures without quoted words and persons where this visitor may not see them, or their document is withheld."""
    shut, sees = desk_of(request).ledger.withheld_reports(), visitor_of(request).sees_names
    found = []
    for figure in figures:
        if sees and figure.report not in shut:
            found.append(figure)
            continue
        bare = unquoted(figure)
        told: dict[str, Any] = {
            n: v and (replace(v, name=WITHHELD) if is_withheld(v) else v) for n, v in (("of", bare.of), ("source", bare.source))
        }
        found.append(replace(bare, **told))
    return tuple(found)


def protecting_of(ledger: Ledger, incidents: Iterable[Incident], accounts: Iterable[Account]) -> Protecting:
    """Has learned every name that these tell, and that other accounts of their reports tell."""
    free, told = released(ledger.decisions()), tuple(accounts)
    protecting = Protecting(POLICY, released=free.once, twice=free.twice, marked=ledger.protected_names())
    protecting.learn(incidents, [*told, *ledger.accounts_of_reports({account.report for account in told})])
    return protecting


# -- where a list goes on ---------------------------------------------------------------------------------------------


def cursor_of(kind: str, key: str | None) -> str | None:
    """What asks for the rest of a list of this kind."""
    return base64.urlsafe_b64encode(f"{kind}{_MARK}{key}".encode()).decode().rstrip("=") if key is not None else None


def key_of(kind: str, given: str) -> str | None:
    """The key that `cursor_of` made one of. Raises: Problem where it is a cursor of another list, or none."""
    if not given:
        return None
    try:
        told = base64.urlsafe_b64decode(given.encode("ascii") + b"=" * (-len(given) % 4)).decode()
    except (ValueError, binascii.Error):
        told = ""
    name, mark, key = told.partition(_MARK)
    if not mark or name != kind:
        raise Problem(400, "this cursor is none of this list; take `next` of the page before")
    return key


def paged(kind: str, found: "tuple[T, ...] | list[T]", limit: int, key: Callable[[T], str]) -> Several[T]:
    """A page of what was found, which is one more than asked for where others follow."""
    some = tuple(found[:limit])
    return Several(some, cursor_of(kind, key(some[-1])) if len(found) > limit else None)
