"""What every answer carries, and whom the desk answers: an ASGI layer around the whole application.

No page may load, send or be framed by anything outside itself, and a request that names another host than the desk's own is
refused, so that a page elsewhere cannot read a desk on this machine by renaming its own address (DNS rebinding).
"""

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# The map library sets styles through the object model, which needs no 'unsafe-inline'; its pictures are data: and blob: made here.
POLICY = "; ".join(
    [
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "worker-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # nothing is told to others; without any, browsers hide from the desk where its own forms come from
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
EVERYWHERE = frozenset({"0.0.0.0", "::"})
INTAKE = "/api/v1/documents"  # has a limit of its own, a setting
LARGEST = 1_000_000  # bytes of a body that anything else may send


class Guard:
    """The application, asked under its own names alone and answering with the headers above."""

    def __init__(self, app: ASGIApp, *, host: str, also: Iterable[str] = (), address: str = "") -> None:
        self.app = app
        told = {name} if (name := urlsplit(address).hostname) else set()
        self.names = LOOPBACK | {host.lower(), *also, *told}
        # Who listens everywhere has decided to be asked under names that cannot be known here, unless their own is told.
        self.is_open = host in EVERYWHERE and not told

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)  # an answer may be stricter of its own
            await send(message)

        name = host_name(Headers(scope=scope).get("host", ""))
        if self.is_open or name in self.names:
            if _is_large(scope):
                told = PlainTextResponse(f"More was sent than {LARGEST} bytes, the most that is taken here.\n", status_code=413)
                await told(scope, receive, guarded)
                return
            await self.app(scope, _counted(scope, receive), guarded)
            return
        known = ", ".join(sorted(self.names))
        refusal = PlainTextResponse(f"This desk answers under {known}, not under the host name of this request.\n", status_code=421)
        await refusal(scope, receive, guarded)


def _is_large(scope: Scope) -> bool:
    """True where the request says itself that it is too large."""
    told = Headers(scope=scope).get("content-length", "")
    return scope["path"] != INTAKE and told.isascii() and told.isdigit() and int(told[:20]) > LARGEST


def _counted(scope: Scope, receive: Receive) -> Receive:
    """What is received, until it is too much: then it is as if the sender had left."""
    if scope["path"] == INTAKE:
        return receive
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        return {"type": "http.disconnect"} if taken > LARGEST else message

    return counted


def host_name(header: str) -> str:
    """The name in a Host header, without port and brackets."""
    header = header.strip().lower()
    if header.startswith("["):
        return header[1:].partition("]")[0]
    return header.partition(":")[0]
