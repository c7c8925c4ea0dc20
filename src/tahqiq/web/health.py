"""Whether the desk is alive and ready."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from tahqiq.web.rendering import desk_of, twin

router = APIRouter(include_in_schema=False)


@router.get("/health")
def health(request: Request) -> Response:
    return twin({"status": "ok", "version": desk_of(request).version})
