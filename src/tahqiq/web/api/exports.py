"""Incidents in the formats of the field, through protection, with what each format could not hold."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response, StreamingResponse

from tahqiq.errors import TahqiqError, UnknownName
from tahqiq.export import TABLE, find_exporter
from tahqiq.pipeline import export
from tahqiq.searching import understood
from tahqiq.web.api.answering import Several, answered, documented, reader
from tahqiq.web.api.incidents import Asked
from tahqiq.web.problems import Problem
from tahqiq.web.rendering import desk_of

router = APIRouter(tags=["exports"])
_IN_MEMORY = 1 << 22  # bytes; a longer export waits in a file
_BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class Format:
    """One format: its name, what it is, the kind of its bytes, and what of an incident it has no room for."""

    name: str
    title: str
    media_type: str
    extension: str
    cannot_hold: tuple[str, ...]


@router.get("/exports", summary="The formats there are", responses=documented(Several[Format], "Formats."))
def formats(request: Request) -> Response:
    reader(request)
    known = map(find_exporter, TABLE)
    return answered(request, Several(tuple(Format(e.name, e.title, e.media_type, e.extension, tuple(e.cannot_hold)) for e in known)))


_FILE = {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
_WRITTEN = documented(None, "The file; `Tahqiq-Loss` says what was lost, a sentence each, percent-encoded.") | {
    200: {"description": "The file. `Tahqiq-Loss` says what the format could not hold, percent-encoded, with | between sentences.", **_FILE}
}


@router.get("/exports/{name}", summary="The incidents that match, in a format", responses=_WRITTEN, response_class=StreamingResponse)
def written(
    request: Request,
    name: Annotated[str, Path(max_length=40, description="The format's name.", examples=["acled"])],
    asking: Asked,
    policy: Annotated[Literal["public", "partner", "internal"], Query(description="What leaves the desk.")] = "public",
) -> Response:
    """The policy `internal` withholds nothing and asks for `read:protected` and an editor's role. `/exports` tells the kind of bytes."""
    reader(request, f"export_{policy}")
    if name not in TABLE:
        raise UnknownName(f"no export format {name!r}")
    settings, out = request.app.state.settings, tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed when it was sent
    try:
        query, _ = understood(asking, places=settings.places)
        lost = export(desk_of(request).ledger, name, out, policy=policy, query=query, settings=settings)  # type: ignore[arg-type]
    except TahqiqError as error:
        out.close()
        raise Problem(422, str(error)) from None
    out.seek(0)
    told = quote(" | ".join(lost.lines()))[:4000]
    kind = {"content-disposition": f'attachment; filename="incidents.{find_exporter(name).extension}"', "tahqiq-loss": told}
    return StreamingResponse(_blocks(out), headers={**kind, "cache-control": "no-store"}, media_type="application/octet-stream")


def _blocks(out: "IO[bytes] | tempfile.SpooledTemporaryFile[bytes]") -> Iterator[bytes]:
    with out:
        while block := out.read(_BLOCK):
            yield block
