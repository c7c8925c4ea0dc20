"""Photos, videos and recordings of reports: how a report's page tells of them, and their bytes, veiled until a person asks.

What a browser is given to show are kinds that run nothing, told by their own bytes, of a size that it can bear; everything else, a drawing
that can hold a program as well as a picture that claims a billion pixels, is handed out as a file. Nothing here decodes a picture.
"""

from collections.abc import Iterable, Iterator

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response
from starlette.exceptions import HTTPException

from tahqiq.errors import CustodyBroken, UnknownName, Withheld
from tahqiq.evidence.media import may_be_shown, media_type_of
from tahqiq.model import Document, Medium
from tahqiq.web.contexts import MediumLine
from tahqiq.web.rendering import Desk, desk_of
from tahqiq.web.wording import Wording

router = APIRouter()
_HEAD = 1_000_000  # bytes in which a photo tells its size, behind a camera's notes and a small picture
_LARGEST = 50_000_000  # bytes that are held to their hash before they are shown; of longer films `verify` tells
_HEADERS = {"cache-control": "private, no-store", "content-security-policy": "default-src 'none'; sandbox"}


@router.get("/media/{document}", include_in_schema=False)
def medium_bytes(request: Request, document: str) -> Response:
    """The bytes of a photo or video, to be shown where that can do no harm, else as a file."""
    desk = desk_of(request)
    found = desk.ledger.document(document)
    if not found.is_medium or not _is_open(desk, found):
        raise UnknownName(f"{document}: is no photo or video that the desk shows")
    try:
        place = desk.vault.place(document)
        if found.size <= _LARGEST:
            desk.vault.bytes(document)
    except Withheld:
        raise UnknownName(f"{document}: is withheld") from None
    except CustodyBroken as e:
        raise HTTPException(410, str(e)) from None
    with place.open("rb") as file:
        head = file.read(_HEAD)
    kind = media_type_of(head) or ""
    if may_be_shown(head, kind) and request.query_params.get("as") != "file":
        return FileResponse(place, media_type=kind, headers=_HEADERS | {"content-disposition": "inline"})
    return FileResponse(place, media_type="application/octet-stream", filename=f"{document[:20]}.bin", headers=_HEADERS)


def _is_open(desk: Desk, document: Document) -> bool:
    """True where a report has it that is not withheld."""
    reports = desk.ledger.reports_of(desk.ledger.reports_with_medium(document.id))
    return any(report.document is None or desk.vault.withheld(report.document) is None for report in reports)


def lines(desk: Desk, media: Iterable[Medium], wording: Wording) -> tuple[MediumLine, ...]:
    """What a report's page tells of its photos and videos, in the report's order."""
    return tuple(_line(desk, number, medium, wording) for number, medium in enumerate(media, 1))


def _line(desk: Desk, number: int, medium: Medium, wording: Wording) -> MediumLine:
    called = wording(f"media.{medium.kind}", n=number)
    told = MediumLine(
        medium.kind, called, wording(f"media.role.{medium.role}"), medium.caption, medium.address or medium.name, medium.document
    )
    document = next(_known(desk, medium.document), None)
    if document is None:
        return told
    facts = {
        "size": wording("report.bytes", n=document.size),
        "acquired": wording.time(document.acquired_at),
        "media_type": document.media_type,
    }
    reason = desk.vault.withheld(document.id)
    if reason is not None:
        return told.having(**facts, withheld=reason)
    return told.having(**facts, address=f"/media/{document.id}", is_shown=_is_shown(desk, document))


def _known(desk: Desk, name: str | None) -> Iterator[Document]:
    try:
        if name is not None:
            yield desk.ledger.document(name)
    except UnknownName:
        return


def _is_shown(desk: Desk, document: Document) -> bool:
    try:
        with desk.vault.place(document.id).open("rb") as file:
            head = file.read(_HEAD)
    except (UnknownName, Withheld, OSError):
        return False
    return may_be_shown(head, media_type_of(head) or "")
