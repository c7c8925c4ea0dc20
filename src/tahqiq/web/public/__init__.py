"""The public site: what is published and nothing else, for everybody, without an account, a cookie or a script.

What comes in is a ledger of which only the editions of publications are asked; what goes out are pages, feeds and files under /public, and
`create_public_app`, which serves them alone on a host that has no desk.
"""

import logging
import uuid
from dataclasses import replace

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from tahqiq import __version__
from tahqiq.errors import TahqiqError
from tahqiq.ledger import Ledger
from tahqiq.settings import Settings
from tahqiq.web.door import Refused
from tahqiq.web.guard import HEADERS, Guard
from tahqiq.web.public import files, method, pages, reporting
from tahqiq.web.public.site import public_problem, site_for
from tahqiq.web.rendering import HERE
from tahqiq.web.serving import Assets

__all__ = ["create_public_app", "router"]
_log = logging.getLogger(__name__)

router = APIRouter(include_in_schema=False)
for _part in (pages.router, method.router, files.router, reporting.router):
    router.include_router(_part)


def create_public_app(ledger: Ledger, settings: Settings) -> FastAPI:
    """The public site alone: every other address answers that nothing is there."""
    app = FastAPI(title=settings.public_name, version=__version__, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.settings = settings
    app.state.public_site = replace(site_for(ledger, settings), is_alone=True)
    app.include_router(router)
    app.add_api_route("/", _home, methods=["GET"], include_in_schema=False)
    app.add_api_route("/health", _health, methods=["GET"], include_in_schema=False)
    app.mount("/static", Assets(directory=HERE / "static", check_dir=False), name="static")
    app.add_exception_handler(TahqiqError, _nothing)
    app.add_exception_handler(HTTPException, _nothing)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(Exception, _broken)
    app.add_middleware(Guard, host=settings.host, address=settings.public_address)
    return app


async def _home(request: Request) -> Response:
    return RedirectResponse("/public", status_code=307)


async def _health(request: Request) -> Response:
    return JSONResponse({"status": "ok", "version": __version__})


async def _nothing(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    return public_problem(request, 405 if status == 405 else 404, "public.nothing")


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return public_problem(request, error.status, f"public.{error.key}", **error.facts)


async def _broken(request: Request, error: Exception) -> Response:
    mark = uuid.uuid4().hex[:8]
    _log.error("%s %s failed (%s)", request.method, request.url.path, mark, exc_info=error)
    response = public_problem(request, 500, "public.broken", mark=mark)
    response.headers.update(HEADERS)
    return response
