"""What the desk says of itself while it runs: a line of the log for each request, and how long each took.

What comes in are requests; what goes out is what was asked by which route, how it ended and how long it took, under an id that the answer
bears too. Addresses are told by their route alone, and faults by their kind and where they happened: names, words that were searched for,
passwords and keys are in neither.
"""

import datetime as dt
import json
import logging
import re
import secrets
import time
import traceback
from contextvars import ContextVar
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = logging.getLogger("tahqiq.requests")
_GIVEN = re.compile(r"[0-9A-Za-z_-]{8,64}")
OF_DOCUMENTS = "/api/v1/documents"
request_id: ContextVar[str] = ContextVar("request_id", default="")


class Measures:
    """What is measured of requests, for one desk."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        told = ("method", "route", "status")
        self.seconds = Histogram("tahqiq_request_seconds", "How long requests took.", told, registry=self.registry)
        self.reading = Histogram(
            "tahqiq_reading_seconds", "How long posted documents took to be kept, read and linked.", registry=self.registry,
            buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
        )  # fmt: skip
        self.refused = Counter("tahqiq_refused_total", "Requests that were refused, by status.", ("status",), registry=self.registry)


class Told:
    """The application, of which every request is told; the outermost layer."""

    def __init__(self, app: ASGIApp, *, measures: Measures) -> None:
        self.app, self.measures = app, measures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        name = given if _GIVEN.fullmatch(given) else secrets.token_hex(8)
        token, began, status = request_id.set(name), time.perf_counter(), 500

        async def named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["x-request-id"] = name
            await send(message)

        try:
            await self.app(scope, receive, named)
        finally:
            self._tell(scope, status, time.perf_counter() - began)
            request_id.reset(token)

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        route = route_of(scope)
        method = scope["method"] if scope["method"] in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH") else "other"
        self.measures.seconds.labels(method, route, str(status)).observe(seconds)
        if status >= 400:
            self.measures.refused.labels(str(status)).inc()
        if route == OF_DOCUMENTS and status in (200, 201):
            self.measures.reading.observe(seconds)
        facts = {"method": method, "route": route, "status": status, "ms": round(seconds * 1000, 1)}
        _log.info("request", extra={"facts": facts})


def route_of(scope: Scope) -> str:
    """The address as the program has it, `/incidents/{incident}`, without what stands for it; the first word where no route took it."""
    parameters = scope.get("path_params")
    path = str(scope.get("path", ""))
    if parameters:
        for name, value in parameters.items():
            path = path.replace(str(value), f"{{{name}}}", 1) if str(value) else path
        return path
    route = scope.get("route")
    known = getattr(route, "path", "")
    return path if known and path.endswith(known) and "{" not in known else "/static" if path.startswith("/static/") else "other"


class JsonLines(logging.Formatter):
    """A record as a line of JSON; of a fault its kind and where it happened, never its words."""

    def format(self, record: logging.LogRecord) -> str:
        at = dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds")
        told: dict[str, Any] = {"at": at, "level": record.levelname.lower(), "logger": record.name}
        told |= {"request": request_id.get()} if request_id.get() else {}
        facts = getattr(record, "facts", None)
        told |= facts if isinstance(facts, dict) else {"event": str(record.msg)}  # the message's pattern, without what is put into it
        if record.exc_info and record.exc_info[0]:
            frames = traceback.extract_tb(record.exc_info[2])[-8:]
            told["fault"] = record.exc_info[0].__name__
            told["where"] = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
        return json.dumps(told, ensure_ascii=False)


def configure_logs(kind: str) -> None:
    """The desk's log is written to standard error: as lines of JSON, one a request too, or plainly, faults alone.

    Raises: ValueError for a kind that there is not.
    """
    if kind not in ("plain", "json"):
        raise ValueError(f"TAHQIQ_LOGS={kind!r}: write plain or json")
    if kind == "plain":
        return
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    root = logging.getLogger("tahqiq")
    root.handlers, root.propagate = [handler], False
    root.setLevel(logging.INFO)
