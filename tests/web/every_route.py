"""Every route of an application, so that tests cover those which others add."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI

CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    path: str

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(part.strip("{}").partition(":")[0] for part in self.path.split("/") if part.startswith("{"))


def routes_of(app: FastAPI) -> list[Route]:
    """In order; one for each method."""
    return sorted(set(_walk(app.routes)), key=lambda one: (one.path, one.method))


def _walk(routes: Iterable[Any], before: str = "") -> Iterator[Route]:
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            context = getattr(route, "include_context", None)
            yield from _walk(inner.routes, before + (getattr(context, "prefix", "") or ""))
        elif getattr(route, "methods", None):
            yield from (Route(method, before + route.path) for method in route.methods if method != "HEAD")
