"""The desk: pages and their JSON twins over a ledger. It asks, fills a context and renders; it decides nothing.

What comes in is a ledger and a vault; what goes out is an ASGI application that answers on this machine alone unless told
otherwise, and whose pages load nothing from anywhere else.
"""

import logging
import uuid
from functools import partial

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from tahqiq import __version__
from tahqiq.errors import LedgerConflict, UnknownName
from tahqiq.evidence.vault import Vault
from tahqiq.ledger import Ledger
from tahqiq.settings import Settings
from tahqiq.web import (
    admin,
    api,
    as_of,
    coding,
    compared,
    decisions,
    errors_told,
    figures,
    health,
    inbox,
    incidents,
    looks,
    media,
    overview,
    pairs,
    persons,
    public,
    reports,
    search,
    searches,
    signing_in,
    signing_on,
    sources,
    things,
    today,
)
from tahqiq.web.api.describing import described
from tahqiq.web.choices import explaining
from tahqiq.web.door import Door, Refused
from tahqiq.web.guard import HEADERS, Guard
from tahqiq.web.names import registry_names
from tahqiq.web.problems import Problem, problem_answer
from tahqiq.web.public.site import public_problem, site_for
from tahqiq.web.rendering import HERE, Desk, is_api, problem
from tahqiq.web.serving import Assets
from tahqiq.web.signing_on import Provider
from tahqiq.web.telling import Measures, Told

__all__ = ["create_app"]
_log = logging.getLogger(__name__)


def create_app(ledger: Ledger, vault: Vault, settings: Settings) -> FastAPI:
    """The desk over a ledger: HTML at /incidents and /reports, JSON under /api/v1."""
    app = FastAPI(
        title="Tahqiq",
        version=__version__,
        docs_url=None,  # its pages would load scripts from elsewhere; the description is at /api/v1/openapi.json
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
    )
    app.state.desk = Desk(ledger, vault, registry_names(), __version__, explaining(settings.places))
    app.state.settings = settings
    app.state.public_site = site_for(ledger, settings)
    app.state.provider = Provider(settings) if settings.oidc_issuer else None
    app.include_router(signing_in.router)
    app.include_router(signing_on.router)
    app.include_router(today.router)
    app.include_router(inbox.router)
    app.include_router(decisions.router)
    app.include_router(coding.router)
    app.include_router(admin.router)
    app.include_router(as_of.router, dependencies=[Depends(coding.unblinded)])
    app.include_router(incidents.router, dependencies=[Depends(coding.unblinded)])
    app.include_router(reports.router, dependencies=[Depends(coding.unblinded)])
    app.include_router(search.router)
    app.include_router(overview.router)
    app.include_router(searches.router)
    app.include_router(media.router)
    app.include_router(sources.router)
    app.include_router(pairs.router, dependencies=[Depends(coding.unblinded)])
    app.include_router(persons.router)
    app.include_router(figures.router)
    app.include_router(compared.router)
    app.include_router(things.router)
    for router in api.ROUTERS:
        app.include_router(router, dependencies=[Depends(coding.unblinded)])
    app.include_router(things.router)  # behind the API, whose names of pages its own would hide
    app.include_router(health.router)
    app.include_router(errors_told.router)
    app.include_router(looks.router)
    app.include_router(public.router)
    app.mount("/static", Assets(directory=HERE / "static", check_dir=False), name="static")
    app.add_exception_handler(UnknownName, _unknown)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _not_valid)
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(LedgerConflict, _not_now)
    app.add_exception_handler(Refused, _not_done)
    app.add_exception_handler(Exception, _broken)
    app.openapi = partial(described, app)  # type: ignore[method-assign]
    app.add_middleware(Door, ledger=ledger, settings=settings)
    app.state.measures = Measures()
    app.add_middleware(Guard, host=settings.host, address=settings.public_address)
    app.add_middleware(Told, measures=app.state.measures)
    return app


def _is_public(request: Request) -> bool:
    """True where a reader of the public site asks, who is told nothing of the desk."""
    return request.url.path == "/public" or request.url.path.startswith("/public/")


async def _unknown(request: Request, error: Exception) -> Response:
    if _is_public(request):
        return public_problem(request, 404, "public.nothing")
    return problem(request, 404, "unknown", name=request.url.path.rpartition("/")[2])


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if _is_public(request):
        return public_problem(request, error.status_code, "public.nothing")
    if error.status_code == 405:
        response = problem(request, 405, "method", method=request.method)
        response.headers["allow"] = _methods(request, (error.headers or {}).get("Allow", "GET"))
        return response
    return problem(request, error.status_code, "nothing_here", path=request.url.path)


def _methods(request: Request, otherwise: str) -> str:
    """Every method by which this address can be asked: of the API whichever route takes it, of pages the one that does."""
    paths = described(request.app)["paths"].items()
    found = {name.upper() for path, operations in paths if compile_path(path)[0].match(request.url.path) for name in operations}
    return ", ".join(sorted(found)) or otherwise


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return problem_answer(error.status, error.detail, error.headers)


async def _not_valid(request: Request, error: Exception) -> Response:
    """A value that is none of its kind: where it stands, and what is wrong with it."""
    assert isinstance(error, RequestValidationError)
    told = "; ".join(f"{' '.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()[:3])
    return problem_answer(422, told) if is_api(request) else problem(request, 404, "nothing_here", path=request.url.path)


async def _not_now(request: Request, error: Exception) -> Response:
    """The ledger refuses it, or is not to be reached."""
    return problem_answer(503, str(error), {"retry-after": "10"}) if is_api(request) else await _broken(request, error)


async def _not_done(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    if _is_public(request):
        return public_problem(request, error.status, f"public.{error.key}", **error.facts)
    return problem(request, error.status, error.key, **error.facts)


async def _broken(request: Request, error: Exception) -> Response:
    """The page says that it failed and under which mark; what failed stands in the log under the same mark."""
    mark = uuid.uuid4().hex[:8]
    _log.error("%s %s failed (%s)", request.method, request.url.path, mark, exc_info=error)
    response = (
        public_problem(request, 500, "public.broken", mark=mark) if _is_public(request) else problem(request, 500, "broken", mark=mark)
    )
    response.headers.update(HEADERS)  # made outside the guard, which the fault has passed
    return response
