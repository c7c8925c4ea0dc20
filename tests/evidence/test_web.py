"""Pages of the web are asked for politely, within bounds, and nowhere but where one meant. The server is on the loopback."""

import gzip
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from web_site import Site, site

from plain_stages import PLAIN
from tahqiq.evidence import Acquired, Asked, Fetcher, Vault
from tahqiq.evidence.feeds import documents_of
from tahqiq.evidence.fetching import Unanswered, is_public
from tahqiq.evidence.robots import parse_robots
from tahqiq.ledger import open_ledger
from tahqiq.pipeline import ingest

HOSTS = {
    "news.example": ["127.0.0.1"],
    "other.example": ["127.0.0.1"],
    "inner.example": ["10.0.0.7"],
    "two.example": ["93.184.216.34", "169.254.169.254"],
    "metadata.example": ["169.254.169.254"],
    "2130706433": ["127.0.0.1"],
}
ALLOWED = frozenset({"news.example", "other.example"})


@pytest.fixture
def here() -> Iterator[Site]:
    with site() as running:
        yield running


class Slept(list[float]):
    """Sleeps that were asked for; a clock that they move."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)

    def clock(self) -> float:
        return sum(self)


def fetcher(slept: Slept | None = None, **more: object) -> Fetcher:
    naps = slept if slept is not None else Slept()
    given: dict[str, object] = {"allowed": ALLOWED, "sleep": naps, "clock": naps.clock, "max_bytes": 100_000} | more
    return Fetcher("tahqiq (desk@example.org)", look_up=lambda host, port: HOSTS[host], **given)  # type: ignore[arg-type]


def refused(url: str, **more: object) -> str:
    with pytest.raises(Unanswered) as refusal:
        fetcher(**more).get(url)  # type: ignore[arg-type]
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


def test_a_page_is_a_document_with_the_answers_headers_and_where_it_came_from(here: Site, tmp_path: Path, vault: Vault) -> None:
    head = "<meta charset='utf-8'><link rel=canonical href='https://reuters.com/x'><title>T</title>"
    page = f"<html><head>{head}</head><body><p>3 killed in Dumayr"
    here.pages["/a"] = (
        200,
        {"Content-Type": "text/html; charset=klingon", "Last-Modified": "Fri, 08 Mar 2024 10:00:00 GMT"},
        page.encode(),
    )
    here.pages["/old"] = (301, {"Location": "/a"}, b"")
    desk = open_ledger(f"sqlite:///{tmp_path / 'l.db'}")
    assert ingest([here.url("/old")], desk, vault, stages=PLAIN, fetcher=fetcher()).reports == 1
    (document,) = desk.documents()
    assert (document.origin, document.url, document.method) == (here.url("/old"), here.url("/a"), "web")
    assert ("Last-Modified", "Fri, 08 Mar 2024 10:00:00 GMT") in document.headers
    (entry,) = vault.custody()
    assert entry["url"] == here.url("/a") and ["Content-Type", "text/html; charset=klingon"] in entry["headers"]
    (report,) = desk.reports()
    assert report.source == "news.example", "a page may call itself what it likes"
    assert report.url == here.url("/a")
    assert vault.verify() == []


def test_the_agent_says_who_asks_and_asks_for_plain_bytes(here: Site) -> None:
    here.pages["/a"] = b"words"
    fetcher().get(here.url("/a"))
    _path, headers = here.asked[-1]
    assert headers["user-agent"] == "tahqiq (desk@example.org)"
    assert (headers["accept-encoding"], headers["host"]) == ("identity", f"news.example:{here.port}")


def test_robots_txt_is_asked_for_once_and_followed(here: Site) -> None:
    here.pages |= {"/robots.txt": b"User-agent: *\nDisallow: /private\nCrawl-delay: 7\n", "/a": b"words", "/b": b"words"}
    slept = Slept()
    asking = fetcher(slept)
    assert asking.get(here.url("/a")).data == asking.get(here.url("/b")).data
    with pytest.raises(Unanswered, match=r"its robots\.txt asks not to be read by programs"):
        asking.get(here.url("/private/x"))
    assert here.paths() == ["/robots.txt", "/a", "/b"]
    assert slept == [2.0, 7.0]


def test_a_site_whose_robots_txt_fails_is_not_asked(here: Site) -> None:
    here.pages |= {"/robots.txt": (503, {}, b""), "/a": b"words"}
    assert refused(here.url("/a")).endswith("without its robots.txt a site is not asked")
    assert set(here.paths()) == {"/robots.txt"}


ROBOTS = {
    "nothing is allowed to all": ("User-agent: *\nDisallow: /", "/a", False),
    "an empty rule forbids nothing": ("User-agent: *\nDisallow:", "/a", True),
    "the longer rule counts": ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", True),
    "of two as long the allowing counts": ("User-agent: *\nDisallow: /a\nAllow: /a", "/a", True),
    "who is named keeps to its own group": ("User-agent: *\nDisallow: /\n\nUser-agent: Tahqiq\nDisallow: /x", "/a", True),
    "a group of two names": ("User-agent: other\nUser-agent: tahqiq\nDisallow: /a", "/a", False),
    "a star is anything": ("User-agent: *\nDisallow: /*/print*.html$", "/a/b/print-1.html", False),
    "a dollar is the end": ("User-agent: *\nDisallow: /*.html$", "/a.html?x", True),
    "letters written as bytes": ("User-agent: *\nDisallow: /خبر", "/%D8%AE%D8%A8%D8%B1/1", False),
    "a comment is none": ("# User-agent: *\nUser-agent: * # all\nDisallow: /a # this", "/a", False),
    "no robots.txt but a page": ("<html><body>not found</body></html>", "/a", True),
}


@pytest.mark.parametrize("name", ROBOTS)
def test_robots_txt_is_read_as_its_standard_says(name: str) -> None:
    text, path, expected = ROBOTS[name]
    assert parse_robots(text, "tahqiq (desk@example.org)").allows(path) is expected


def test_a_robots_txt_made_to_take_time_takes_none() -> None:
    rules = parse_robots("User-agent: *\nDisallow: /" + "a*" * 1000 + "b$\n" + " \n" * 200_000, "tahqiq")
    start = time.perf_counter()
    assert rules.allows("/" + "a" * 4000)
    assert time.perf_counter() - start < 2


PRIVATE = {
    "by name": "http://inner.example/",
    "by one of its addresses": "http://two.example/",
    "the cloud's own": "http://metadata.example/latest/meta-data",
    "as a number": "http://2130706433/",
}


@pytest.mark.parametrize("name", PRIVATE)
def test_an_address_of_a_private_network_is_not_asked(name: str) -> None:
    assert "an address of a private network" in refused(PRIVATE[name])


ADDRESSES = {
    "93.184.216.34": True,
    "2606:2800:220:1::1": True,
    "127.0.0.1": False,
    "10.1.2.3": False,
    "172.16.0.1": False,
    "192.168.1.1": False,
    "169.254.169.254": False,
    "100.64.0.1": False,
    "0.0.0.0": False,
    "224.0.0.1": False,
    "255.255.255.255": False,
    "::1": False,
    "::": False,
    "fe80::1%eth0": False,
    "fc00::1": False,
    "::ffff:127.0.0.1": False,
    "::ffff:93.184.216.34": True,
    "64:ff9b::7f00:1": False,
    "2002:7f00:1::": False,
    "words": False,
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_which_addresses_are_of_the_open_internet(address: str) -> None:
    assert is_public(address) is ADDRESSES[address]


def test_a_redirect_to_a_private_network_is_not_followed(here: Site) -> None:
    for target in ("http://inner.example/", "http://2130706433/", "//metadata.example/x"):
        here.pages["/a"] = (302, {"Location": target}, b"")
        assert "an address of a private network" in refused(here.url("/a"))


def test_the_request_goes_to_the_address_that_was_checked_whatever_the_name_server_says_next(here: Site) -> None:
    here.pages["/a"] = b"words"
    answers = iter([["127.0.0.1"], ["127.0.0.1"], ["10.0.0.7"]])
    asking = Fetcher(allowed=ALLOWED, look_up=lambda host, port: next(answers), pause_s=0)
    assert asking.get(here.url("/a")).data == b"words"
    assert next(answers) == ["10.0.0.7"], "one look for robots.txt, one for the page, none beside"


WRONG = {
    "file:///etc/passwd": "only http and https are asked",
    "gopher://news.example/": "only http and https are asked",
    "http://": "is no address",
    "http://name:secret@news.example/": "its address holds a name or password",
    "http://two.example:22/": "names an unusual port",
    "http://news.example:99999/": "is no address",
    "http://news.example/" + "x" * 5000: "is longer than 4,000 characters",
    "http://nowhere.example/": "its host has no address",
}


@pytest.mark.parametrize("url", WRONG, ids=lambda url: url[:40])
def test_what_is_no_address_to_ask_is_said_in_one_sentence(url: str) -> None:
    def look(host: str, port: int) -> list[str]:
        if host not in HOSTS:
            raise OSError("Name or service not known")
        return HOSTS[host]

    asking = Fetcher(allowed=ALLOWED, look_up=look, sleep=lambda s: None, pause_s=0)
    with pytest.raises(Unanswered) as refusal:
        asking.get(url)
    assert WRONG[url] in str(refusal.value)
    assert "secret" not in str(refusal.value)


def test_a_circle_of_redirects_ends(here: Site) -> None:
    here.pages["/a"] = (302, {"Location": "/a"}, b"")
    assert refused(here.url("/a")).endswith("leads on more than 10 times")


def test_what_fails_for_the_moment_is_tried_again_later_each_time(here: Site) -> None:
    fails = [(503, {}, b""), (429, {"Retry-After": "9"}, b"")]

    def page(handler: BaseHTTPRequestHandler) -> None:
        status, headers, body = fails.pop(0) if fails else (200, {}, b"words")
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    here.pages["/a"] = page
    slept = Slept()
    assert fetcher(slept, pause_s=0).get(here.url("/a")).data == b"words"
    assert slept == [2.0, 9.0]


def test_what_is_gone_is_not_asked_again(here: Site) -> None:
    assert refused(here.url("/none")).endswith("answers 404")
    assert here.paths().count("/none") == 1


def announced(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "2000000000")
    handler.end_headers()
    handler.wfile.write(b"x" * 1000)


def endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(10_000):
        handler.wfile.write(b"x" * 10_000)


def dripping(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(200):
        handler.wfile.write(b"x")
        time.sleep(0.05)


def dripping_headers(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
    for _ in range(200):
        handler.wfile.write(b"x")
        time.sleep(0.05)


BOMB = gzip.compress(b"x" * 5_000_000)


def packed_bomb(handler: BaseHTTPRequestHandler) -> None:
    body = BOMB
    handler.send_response(200)
    handler.send_header("Content-Encoding", "gzip")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


BOUNDS = {
    "two gigabytes announced": (announced, "announces 2,000 MB, more than 0.1 MB"),
    "no end": (endless, "goes on beyond 0.1 MB and was cut off"),
    "a byte now and then": (dripping, "goes on for more than 0.4 seconds and was cut off"),
    "headers a byte now and then": (dripping_headers, "goes on for more than 0.4 seconds and was cut off"),
    "packed bytes that unpack to much more": (packed_bomb, "goes on beyond 0.1 MB and was cut off"),
}


@pytest.mark.parametrize("name", BOUNDS)
def test_an_answer_has_a_size_and_a_time(here: Site, name: str) -> None:
    here.pages["/a"], sentence = BOUNDS[name]
    start = time.perf_counter()
    assert refused(here.url("/a"), limit_s=0.4 if "0.4" in sentence else 30).endswith(sentence)
    assert time.perf_counter() - start < 8, "dripping goes on for ten seconds"
    assert here.paths().count("/a") == 1


def test_a_coding_that_was_not_asked_for_is_not_guessed(here: Site) -> None:
    here.pages["/a"] = (200, {"Content-Encoding": "br"}, b"\x0b\x02\x80words\x03")
    assert "answers in the coding 'br'" in refused(here.url("/a"))


def test_an_answer_that_breaks_off_is_no_answer(here: Site) -> None:
    here.pages["/a"] = (200, {"Content-Length": "100"}, b"half")
    assert "gives no answer" in refused(here.url("/a"))


def test_a_picture_is_told_by_its_bytes_and_the_next_address_is_asked(here: Site) -> None:
    here.pages |= {"/p.png": (200, {"Content-Type": "text/css"}, b"\x89PNG\r\n\x1a\n\x00"), "/b": b"<p>words"}
    here.pages |= {"/no.png": (200, {"Content-Type": "image/png"}, b"<p>words")}
    asked = Asked(lambda: "2024-03-08T10:00:00Z", fetcher=fetcher())
    picture, none, page = (next(documents_of(here.url(path), asked)) for path in ("/p.png", "/no.png", "/b"))
    assert isinstance(picture, Acquired) and picture.document.media_type == "image/png"
    assert str(none) == "no.png: is no photo, video or recording that is known"
    assert isinstance(page, Acquired)
