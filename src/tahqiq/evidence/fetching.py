"""Asking an address of the web, politely and without being led anywhere else.

What comes in is an address; what goes out is its answer with its headers as they came, or one sentence. Rules:
1. Only http and https, only the usual ports, no name and password in the address.
2. A host is looked up once for each request and the request goes to the very address that was checked, so that a second answer of
   the name server cannot lead elsewhere; each redirect is checked as the first address was. Addresses of private networks, of this machine
   and of no network are refused, unless the host was allowed by name.
3. robots.txt is asked for once a day and followed; a host is asked at most once in `pause_s`, or as its robots.txt wishes.
4. An answer has a size and a time: a length that is announced too large is not begun, one that does not end is cut off.
5. What fails for the moment (no connection, 429, 5xx) is tried again, each time later, as `Retry-After` says where it does.
"""

import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit, urlunsplit

from tahqiq.errors import UnreadableDocument
from tahqiq.evidence.robots import MOST_BYTES, Robots, parse_robots

if TYPE_CHECKING:
    import httpx

AGENT = "tahqiq"
_PORTS = (None, 80, 443, 8080, 8443)
_MOST_REDIRECTS = 10
_ATTEMPTS = 3
_LONGEST_WAIT_S = 120.0
_ROBOTS_KEPT_S = 86_400.0
_AGAIN = (408, 425, 429, 500, 502, 503, 504)
_REDIRECTS = (301, 302, 303, 307, 308)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_LONGEST_ADDRESS = 4000

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Unanswered(UnreadableDocument):
    """An address that gave no document: the message names it and why. `lasting` where asking again would not help."""

    def __init__(self, message: str, *, lasting: bool = False, after_s: float = 0.0) -> None:
        super().__init__(message)
        self.lasting = lasting
        self.after_s = after_s


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address gave: `url` is the one that answered at last, `headers` as they came, 304 where nothing is new."""

    asked: str
    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    data: bytes

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name), "")


def look_up(host: str, port: int) -> list[str]:
    """The addresses of a host, as the system's name server gives them."""
    return list(dict.fromkeys(str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))


@dataclass(slots=True)
class Fetcher:
    """Asks addresses; one of it knows the pauses and robots.txt of the hosts it asked.

    Args:
        allowed: hosts whose addresses may be of a private network or this machine.
        pause_s: seconds between two requests to one host.
        limit_s: seconds for one answer as a whole.
    """

    agent: str = AGENT
    max_bytes: int = 20_000_000
    allowed: frozenset[str] = frozenset()
    pause_s: float = 2.0
    limit_s: float = 60.0
    look_up: Callable[[str, int], list[str]] = look_up
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    _client: "httpx.Client | None" = None
    _next: dict[str, float] = field(default_factory=dict)
    _robots: dict[str, tuple[float, Robots]] = field(default_factory=dict)

    def get(self, url: str, *, headers: Mapping[str, str] | None = None) -> Answer:
        """The answer of an address: 200, or 304 where the headers asked for what is new only.

        Raises: Unanswered with one sentence.
        """
        return self._followed(url, dict(headers or {}), self.max_bytes, robots=True)

    def close(self) -> None:
        """Connections are given back."""
        if self._client:
            self._client.close()
            self._client = None

    # -- redirects and robots.txt ---------------------------------------------------------------------------------

    def _followed(self, url: str, headers: dict[str, str], max_bytes: int, *, robots: bool) -> Answer:
        here = url
        for _ in range(_MOST_REDIRECTS + 1):
            if robots and not self._robots_of(here).allows(_path(here)):
                raise Unanswered(f"{_shown(here)}: its robots.txt asks not to be read by programs", lasting=True)
            answer = self._tried(here, headers, max_bytes)
            if answer.status not in _REDIRECTS:
                return Answer(url, here, answer.status, answer.headers, answer.data)
            to = answer.header("location")
            if not to:
                raise Unanswered(f"{_shown(here)}: leads on without saying where", lasting=True)
            here = _joined(here, to)
        raise Unanswered(f"{_shown(url)}: leads on more than {_MOST_REDIRECTS} times", lasting=True)

    def _robots_of(self, url: str) -> Robots:
        parts = _parts(url)
        site = f"{parts.scheme}://{parts.netloc}"
        kept = self._robots.get(site)
        if kept and self.clock() - kept[0] < _ROBOTS_KEPT_S:
            return kept[1]
        found = self._asked_robots(site)
        self._robots[site] = (self.clock(), found)
        return found

    def _asked_robots(self, site: str) -> Robots:
        try:
            answer = self._followed(f"{site}/robots.txt", {}, MOST_BYTES, robots=False)
        except Unanswered as e:
            if e.lasting:
                return Robots()  # RFC 9309, 2.3.1.3: who has none allows all
            raise Unanswered(f"{e}; without its robots.txt a site is not asked") from None  # 2.3.1.4: a server that fails says no
        return parse_robots(answer.data.decode("utf-8", "replace"), self.agent)

    # -- one request ----------------------------------------------------------------------------------------------

    def _tried(self, url: str, headers: dict[str, str], max_bytes: int) -> Answer:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return self._once(url, headers, max_bytes)
            except Unanswered as e:
                if e.lasting or attempt == _ATTEMPTS:
                    raise
                self.sleep(min(_LONGEST_WAIT_S, e.after_s or 2.0**attempt))
        raise AssertionError("unreachable")

    def _once(self, url: str, headers: dict[str, str], max_bytes: int) -> Answer:
        import httpx

        parts = _parts(url)
        host = parts.hostname or ""
        at = self._checked(url, host, parts.port or (443 if parts.scheme == "https" else 80))
        self._wait(host, f"{parts.scheme}://{parts.netloc}")
        request = self._opened().build_request(
            "GET",
            urlunsplit(parts._replace(netloc=_netloc(at, parts.port), fragment="")),
            headers={"host": parts.netloc, "user-agent": self.agent, "accept-encoding": "identity", "accept": "*/*", **headers},
            extensions={"sni_hostname": host, "trace": (cut := _Cut(self.limit_s)).trace},
        )
        try:
            with cut, closing(self._opened().send(request, stream=True)) as response:
                answer = self._read(url, response, max_bytes)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as e:
            if not cut.is_cut:
                raise Unanswered(f"{_shown(url)}: gives no answer ({_said(e)})") from None
        if cut.is_cut:
            raise Unanswered(f"{_shown(url)}: goes on for more than {self.limit_s:g} seconds and was cut off", lasting=True)
        return answer

    def _opened(self) -> "httpx.Client":
        if self._client is None:
            import httpx

            # A proxy of the environment would look names up itself, past the check.
            # Each answer has a connection of its own, so that one that does not end can be cut off.
            alone = httpx.Limits(max_keepalive_connections=0)
            self._client = httpx.Client(timeout=httpx.Timeout(20.0), limits=alone, trust_env=False, follow_redirects=False)
        return self._client

    def _checked(self, url: str, host: str, port: int) -> str:
        """An address of the host that may be asked."""
        try:
            found = self.look_up(host, port)
        except (OSError, UnicodeError) as e:
            raise Unanswered(f"{_shown(url)}: its host has no address ({_said(e)})") from None
        if host not in self.allowed:
            if urlsplit(url).port not in _PORTS:
                raise Unanswered(f"{_shown(url)}: names an unusual port; allow the host to ask it", lasting=True)
            for one in found:
                if not is_public(one):
                    raise Unanswered(
                        f"{_shown(url)}: leads to {one}, an address of a private network; allow the host to ask it", lasting=True
                    )
        if not found:
            raise Unanswered(f"{_shown(url)}: its host has no address")
        return min(found, key=lambda one: ":" in one)  # many field offices have no IPv6

    def _wait(self, host: str, site: str) -> None:
        now = self.clock()
        due = self._next.get(host, now)
        if due > now:
            self.sleep(due - now)
        kept = self._robots.get(site)
        self._next[host] = max(due, now) + max(self.pause_s, kept[1].delay_s if kept else 0.0)

    def _read(self, url: str, response: "httpx.Response", max_bytes: int) -> Answer:
        headers = tuple((k.decode("latin-1"), v.decode("utf-8", "replace")) for k, v in response.headers.raw)
        status = response.status_code
        if status in _REDIRECTS or status == 304:
            return Answer(url, url, status, headers, b"")
        if status != 200:
            again = status in _AGAIN
            raise Unanswered(f"{_shown(url)}: answers {status}", lasting=not again, after_s=_retry_after(response) if again else 0.0)
        length = response.headers.get("content-length", "")
        if length.isdigit() and int(length) > max_bytes:
            raise Unanswered(f"{_shown(url)}: announces {int(length) / 1e6:,.0f} MB, more than {max_bytes / 1e6:g} MB", lasting=True)
        coding = response.headers.get("content-encoding", "identity").lower()
        if coding not in ("identity", "gzip", "x-gzip", "deflate", ""):
            raise Unanswered(f"{_shown(url)}: answers in the coding {coding[:20]!r}, which was not asked for", lasting=True)
        return Answer(url, url, status, headers, b"".join(self._blocks(url, response, max_bytes)))

    def _blocks(self, url: str, response: "httpx.Response", max_bytes: int) -> Iterator[bytes]:
        size = 0
        for block in response.iter_bytes():
            size += len(block)
            if size > max_bytes:
                raise Unanswered(f"{_shown(url)}: goes on beyond {max_bytes / 1e6:g} MB and was cut off", lasting=True)
            yield block


class _Cut:
    """Closes a connection when its time is over: a server that sends a byte now and then would keep any single wait short."""

    def __init__(self, limit_s: float) -> None:
        self.is_cut = False
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(limit_s, self._close)
        self._timer.daemon = True

    def trace(self, event: str, told: Mapping[str, Any]) -> None:
        """Called by the HTTP library as it goes; a connection that has been made is the one to close."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._socket = told["return_value"].get_extra_info("socket")

    def _close(self) -> None:
        self.is_cut = True
        if self._socket:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> "_Cut":
        self._timer.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._timer.cancel()


def is_public(address: str) -> bool:
    """True where the address is one of the open Internet, whatever it is wrapped in."""
    try:
        found: Address = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner: Any = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if found in _NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return found.is_global and not found.is_multicast and not found.is_reserved


def _parts(url: str) -> Any:
    """The parts of an address that may be asked; raises Unanswered where it is none."""
    shown = _shown(url)
    if len(url) > _LONGEST_ADDRESS:
        raise Unanswered(f"{shown}: is longer than {_LONGEST_ADDRESS:,} characters", lasting=True)
    try:
        parts = urlsplit(url)
        _port = parts.port
    except ValueError:
        raise Unanswered(f"{shown}: is no address", lasting=True) from None
    if parts.scheme not in ("http", "https"):
        raise Unanswered(f"{shown}: is of the kind {parts.scheme[:20]!r}; only http and https are asked", lasting=True)
    if not parts.hostname or any(c.isspace() or ord(c) < 33 for c in url):
        raise Unanswered(f"{shown}: is no address", lasting=True)
    if parts.username or parts.password:
        raise Unanswered(f"{parts.hostname}: its address holds a name or password; give it without", lasting=True)
    try:
        host = parts.hostname.encode("ascii").decode() if parts.hostname.isascii() else parts.hostname.encode("idna").decode()
    except UnicodeError:
        raise Unanswered(f"{shown}: is no address", lasting=True) from None
    return parts._replace(netloc=_netloc(host, parts.port))


def _netloc(host: str, port: int | None) -> str:
    named = f"[{host}]" if ":" in host else host
    return f"{named}:{port}" if port else named


def _joined(here: str, to: str) -> str:
    try:
        return urljoin(here, to)
    except ValueError:
        raise Unanswered(f"{_shown(here)}: leads on to what is no address", lasting=True) from None


def _path(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _retry_after(response: "httpx.Response") -> float:
    told = response.headers.get("retry-after", "")
    return float(told) if told.isdigit() and len(told) < 6 else 0.0


def _shown(url: str) -> str:
    """The address as messages show it: without what cannot be seen, and not without end."""
    seen = "".join(c if c.isprintable() else "\ufffd" for c in url)
    return seen if len(seen) <= 200 else f"{seen[:197]}…"


def _said(error: Exception) -> str:
    return " ".join(str(error).split())[:150] or type(error).__name__
