"""The OpenAPI description of /api/v1: every field and answer said in words, problems as problem details, keys as they are sent.

What comes in is the application with its routes; what goes out is the document. What a field means stands in `fields.yaml`, once for
all shapes that have it, or as `Shape.field` where it means something else there.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from tahqiq.web.problems import MEDIA_TYPE

_PAGES = "/api/v1/pages/"  # the pages' twins change with the pages
_TAGS = {
    "incidents": "What happened, as all reports together tell it, and what persons decided of it.",
    "reports": "What was taken in, and what was read out of it.",
    "names and lists": "Whom and what incidents name, and the codebook they are coded by.",
    "decisions": "What persons decide. A browser sends `X-CSRF-Token`; a program holds a key with the scope `decide`.",
    "changes": "What became of incidents, in order, with why: for whoever keeps a copy.",
    "exports": "The formats of the field.",
    "documents": "The way in.",
    "users and keys": "Who asks, and for admins users and keys.",
}
_TOLD = (
    "Everything that the desk's pages ask, for other programs. Programs send a key as `Authorization: Bearer tq_…`; a desk without users "
    "is read on its own machine by any. Lists go on by an opaque `cursor` that is stable while others write. Every answer has an `ETag`. "
    "What goes wrong is told as problem details (RFC 9457), each of a type whose address explains it. `RateLimit` says what is left."
)


def described(app: FastAPI) -> dict[str, Any]:
    """The description, made once for each application."""
    if app.openapi_schema is None:
        routes = [route for route in app.routes if getattr(route, "include_in_schema", True)]
        made = get_openapi(title="Tahqiq", version=app.version, openapi_version="3.1.0", description=_TOLD, routes=routes)
        made["paths"] = {path: told for path, told in made["paths"].items() if path.startswith("/api/v1/") and not path.startswith(_PAGES)}
        for unused in ("HTTPValidationError", "ValidationError"):  # what is not valid is told as a problem
            made["components"]["schemas"].pop(unused, None)
        made["tags"] = [{"name": name, "description": told} for name, told in _TAGS.items()]
        _secure(made)
        for path in made["paths"].values():
            for operation in path.values():
                _problems(operation)
        for name, shape in made["components"]["schemas"].items():
            _explain(name, shape)
        app.openapi_schema = made
    return app.openapi_schema


def _secure(made: dict[str, Any]) -> None:
    key = {"type": "http", "scheme": "bearer", "description": "A key: `tq_…`, made by `tahqiq users keys add` or on the account page."}
    made["components"]["securitySchemes"] = {"key": key}
    made["security"] = [{"key": []}, {}]


def _problems(operation: dict[str, Any]) -> None:
    """What goes wrong is of one media type and one shape."""
    for status, told in operation["responses"].items():
        if status.isdigit() and int(status) >= 400:
            told["content"] = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}
        elif status == "304":
            told.pop("content", None)


def _explain(name: str, shape: dict[str, Any]) -> None:
    """Every field of the shape says what it means."""
    known, of = _fields(), name.partition("_")[0]
    if "description" in shape:
        shape["description"] = " ".join(str(shape["description"]).split())
    for field, told in shape.get("properties", {}).items():
        said = known.get(f"{of}.{field}") or known.get(field)
        if said and "description" not in told:
            told["description"] = said


@lru_cache(maxsize=1)
def _fields() -> dict[str, str]:
    return dict(yaml.safe_load(Path(__file__).with_name("fields.yaml").read_text("utf-8")))
