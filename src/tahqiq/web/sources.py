"""The page of sources: who gave what, whose voice it is, and whose feed fails or has fallen silent."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from tahqiq.watching import GivingSource, Silence, giving_sources
from tahqiq.web.contexts import FeedLine, SourceLine, SourcesPage
from tahqiq.web.rendering import Desk, desk_of, page, twin, wording_of
from tahqiq.web.wording import Wording

router = APIRouter()


@router.get("/sources", include_in_schema=False)
def source_list(request: Request) -> Response:
    return page(request, "sources.html", list_page(desk_of(request), wording_of(request)))


@router.get("/api/v1/pages/sources", include_in_schema=False)
def source_list_twin(request: Request) -> Response:
    return twin(list_page(desk_of(request), wording_of(request)))


def list_page(desk: Desk, wording: Wording) -> SourcesPage:
    """Everyone who gave this ledger anything, in the order of `giving_sources`."""
    lines = tuple(_line(giving, desk, wording) for giving in giving_sources(desk.ledger))
    return SourcesPage(lines, len(lines))


def _line(giving: GivingSource, desk: Desk, wording: Wording) -> SourceLine:
    source = giving.source
    kind = f"sources.kind.{source.kind}"
    voice = desk.names(source.affiliation, wording.language) or source.affiliation if source.affiliation else ""
    return SourceLine(
        id=source.id,
        name=desk.names(source.id, wording.language) or source.name,
        kind=wording(kind if wording.has(kind) else "sources.kind.unknown"),
        country=wording.country(source.country),
        languages=tuple(wording.language_name(code) for code in source.languages),
        voice_of=voice,
        reports=giving.reports,
        feeds=tuple(_feed(feed, wording) for feed in giving.feeds),
    )


def _feed(feed: Silence, wording: Wording) -> FeedLine:
    state = "fails" if feed.problem else "silent" if feed.is_silent else "usual" if feed.usual_s is not None else "new"
    return FeedLine(
        address=feed.feed,
        items=feed.items,
        last_gave=wording.time(feed.last_gave) if feed.last_gave else wording("sources.never"),
        last_asked=wording.time(feed.last_asked),
        state=wording(f"sources.state.{state}"),
        problem=feed.problem,
        needs_a_look=bool(feed.problem or feed.is_silent),
    )
