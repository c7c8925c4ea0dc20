"""Built assets, as the desk and the public site serve them."""

from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from starlette.types import Scope

_YEAR = "public, max-age=31536000, immutable"


class Assets(StaticFiles):
    """Kept by browsers for good where the address carries their digest."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        dated = scope.get("query_string", b"").startswith(b"v=") or path.endswith(".woff2")
        response.headers["cache-control"] = _YEAR if dated else "no-cache"
        return response
