"""The API under /api/v1: the desk's own calls, for other programs, in the words of the model.

One file a resource; `answering` has what they share, `describing` the OpenAPI description. The pages' twins are in `pages`.
"""

from fastapi import APIRouter

from tahqiq.web.api import changes, deciding, exports, incidents, intake, named, own, pages, reports

router = APIRouter(prefix="/api/v1")
for _part in (incidents, reports, named, deciding, changes, exports, own, intake):
    router.include_router(_part.router)
ROUTERS = (router, pages.router)
