"""What became of incidents since one last asked, in order and with why: whoever goes on from `next` misses nothing."""

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from tahqiq.ledger.changes import WHATS, Change
from tahqiq.web.api.answering import Limit, answered, cursor_of, documented, key_of, reader
from tahqiq.web.problems import Problem
from tahqiq.web.rendering import desk_of

router = APIRouter(tags=["changes"])
_LONGEST = 18  # digits of a number


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes in order. `next` is always told: ask with it as `since`, now or later; `is_all` where nothing else has changed yet."""

    items: tuple[Change, ...]
    next: str
    is_all: bool


@router.get(
    "/changes", summary="What became of incidents since a cursor, with why", responses=documented(Changes, "Changes, oldest first.")
)
def changes(
    request: Request,
    since: Annotated[str, Query(max_length=200, description="The `next` of the answer before; from the start unless given.")] = "",
    what: Annotated[
        list[Literal["new", "changed", "merged", "split", "published", "withdrawn", "gone"]],
        Query(max_length=7, description="These alone."),
    ] = [],  # noqa: B006 - never changed
    limit: Limit = 50,
) -> Response:
    """New, changed, merged, split, published, withdrawn and gone incidents. An id that was merged leads to where its accounts
    went; a cursor of a list with `what` goes on with any other."""
    reader(request)
    assert set(what) <= set(WHATS)
    told = key_of("changes", since) or "0"
    if not told.isdigit() or len(told) > _LONGEST:
        raise Problem(400, "this cursor is none of the changes; take `next` of the answer before")
    found = desk_of(request).ledger.changes(int(told), limit=limit + 1, what=tuple(what))
    some = found[:limit]
    last = some[-1].seq if some else int(told)
    return answered(request, Changes(some, cursor_of("changes", str(last)) or "", len(found) <= limit))
