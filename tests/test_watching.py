"""What keeps coming is taken in as it comes: folders that fill, and feeds of which only what is new is taken. All on the loopback."""

import datetime as dt
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from evidence.web_site import Page, Site, site
from plain_stages import PLAIN
from tahqiq.errors import RegistryError
from tahqiq.evidence import Asked, Fetcher, Vault
from tahqiq.ledger import Ledger, Poll, open_ledger
from tahqiq.pipeline import verify
from tahqiq.watching import Polled, WatchedSource, filling, load_watched, poll, silences, watch


def test_a_file_is_given_once_when_it_stands_still_and_again_when_it_changed(tmp_path: Path) -> None:
    rounds = 0

    def sleep(seconds: float) -> None:
        nonlocal rounds
        rounds += 1
        if rounds == 1:
            (tmp_path / "b.txt").write_text("begun")
        if rounds == 2:
            (tmp_path / "b.txt").write_text("begun and ended")
        if rounds == 5:
            (tmp_path / "a.txt").write_text("one, mended")

    (tmp_path / "a.txt").write_text("one")
    seen = [[path.name for path in found] for found in filling([tmp_path], rounds=8, sleep=sleep)]
    assert seen == [[], ["a.txt"], [], ["b.txt"], [], [], ["a.txt"], []]


# -- feeds ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def here() -> Iterator[Site]:
    with site() as running:
        yield running


@pytest.fixture
def desk(tmp_path: Path) -> Ledger:
    return open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}")


@pytest.fixture
def asked() -> Asked:
    hosts = frozenset({"news.example", "other.example"})
    fetcher = Fetcher(allowed=hosts, look_up=lambda host, port: ["127.0.0.1"], sleep=lambda s: None, pause_s=0, limit_s=10)
    return Asked(lambda: "2024-03-08T10:00:00Z", fetcher=fetcher)


def feed_of(*names: str, here: Site) -> bytes:
    day = "<pubDate>Fri, 08 Mar 2024 01:30:00 GMT</pubDate>"
    items = "".join(f"<item><title>{name}</title><link>{here.url(f'/{name}')}</link><guid>{name}</guid>{day}</item>" for name in names)
    return f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>".encode()


def publish(here: Site, *names: str) -> WatchedSource:
    """A feed that names these pages, and the pages."""
    here.pages["/feed"] = feed_of(*names, here=here)
    for number, name in enumerate(names, 1):
        here.pages[f"/{name}"] = f"<html><body><p>{number} killed in {name}".encode()
    return WatchedSource(here.url("/feed"), "Sample agency")


def test_only_new_items_are_taken_and_a_restart_takes_none_again(
    here: Site, desk: Ledger, vault: Vault, asked: Asked, tmp_path: Path
) -> None:
    source = publish(here, "Homs", "Hama")
    first = poll(source, desk, vault, asked, stages=PLAIN)
    assert (first.poll.new, first.reports, first.refused) == (2, 2, ())
    publish(here, "Homs", "Hama", "Duma")
    desk.close()
    again = open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    second = poll(source, again, vault, asked, stages=PLAIN)
    assert (second.poll.new, second.reports) == (1, 1)
    assert [here.paths().count(f"/{name}") for name in ("Homs", "Hama", "Duma")] == [1, 1, 1]
    assert {report.published for report in again.reports()} == {dt.date(2024, 3, 8)}
    assert verify(again, vault) == []


def test_a_server_is_told_what_is_known_and_says_when_nothing_is_new(here: Site, desk: Ledger, vault: Vault, asked: Asked) -> None:
    source = publish(here, "Homs")
    body = feed_of("Homs", here=here)

    def conditional(handler: BaseHTTPRequestHandler) -> None:
        known = handler.headers.get("If-None-Match") == '"v1"' and handler.headers.get("If-Modified-Since") == "yesterday"
        handler.send_response(304 if known else 200)
        handler.send_header("ETag", '"v1"')
        handler.send_header("Last-Modified", "yesterday")
        handler.send_header("Content-Length", "0" if known else str(len(body)))
        handler.end_headers()
        if not known:
            handler.wfile.write(body)

    here.pages["/feed"] = conditional
    assert [poll(source, desk, vault, asked, stages=PLAIN).poll.new for _ in range(3)] == [1, 0, 0]
    told = [headers.get("if-none-match") for path, headers in here.asked if path == "/feed"]
    assert told == [None, '"v1"', '"v1"']


def test_a_page_that_fails_for_the_moment_is_taken_the_next_time(here: Site, desk: Ledger, vault: Vault, asked: Asked) -> None:
    source = publish(here, "Homs", "Hama", "Duma")
    page = here.pages["/Hama"]
    here.pages |= {"/Hama": (503, {}, b""), "/Duma": (404, {}, b"")}
    first = poll(source, desk, vault, asked, stages=PLAIN)
    assert (first.poll.new, first.reports) == (2, 1)
    assert sorted(sentence.rpartition(": ")[2] for sentence in first.refused) == ["answers 404", "answers 503"]
    here.pages["/Hama"] = page
    assert poll(source, desk, vault, asked, stages=PLAIN).poll.new == 1
    assert here.paths().count("/Duma") == 1


def endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(b"<rss version='2.0'><channel>")
    for _ in range(100_000):
        handler.wfile.write(b"<item><title>x</title></item>" * 1000)


FAILING: dict[str, Page] = {
    "never ends": endless,
    "no answer": (500, {}, b""),
    "no feed": b"<html><body>Please log in",
    "broken": b"<rss version='2.0'><channel><item><title>",
    "entities that multiply": b'<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rss version="2.0"><channel/></rss>',
    "too large": b"<rss version='2.0'>" + b" " * 11_000_000,
}


@pytest.mark.parametrize("name", FAILING)
def test_a_feed_that_fails_stops_no_other(here: Site, desk: Ledger, vault: Vault, asked: Asked, name: str) -> None:
    good = publish(here, "Homs")
    here.pages["/bad"] = FAILING[name]
    bad = WatchedSource(here.url("/bad"), "Bad")
    failed, polled = watch([bad, good], desk, vault, asked, stages=PLAIN, rounds=1)
    assert polled.poll.new == 1
    assert failed.poll.new == 0 and (name == "broken" or failed.poll.problem)
    assert [p.source for p in desk.polls() if p.problem] == ([] if name == "broken" else ["Bad"])
    assert len([*desk.reports()]) == 1


def test_a_feed_that_fails_is_asked_again_later_each_time(here: Site, desk: Ledger, vault: Vault, asked: Asked) -> None:
    now, slept = [0.0], list[float]()

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    gone = WatchedSource(here.url("/none"), every_minutes=10)
    polls = list(watch([gone], desk, vault, asked, stages=PLAIN, rounds=9, sleep=sleep, clock=lambda: now[0]))
    assert len(polls) == 9
    assert [s / 60 for s in slept] == [20, 40, 80, 160, 320, 360, 360, 360]


def test_items_are_taken_as_the_feed_has_them_where_that_is_asked(here: Site, desk: Ledger, vault: Vault, asked: Asked) -> None:
    sample = Path(__file__).with_name("evidence") / "samples" / "feed.xml"
    here.pages["/feed"] = sample.read_bytes().replace(b"Two people were", b"2 killed in Sarmin")
    source = WatchedSource(here.url("/feed"), take="item", source="Sample agency")
    polled = poll(source, desk, vault, asked, stages=PLAIN)
    assert (polled.poll.new, polled.reports, here.paths()) == (2, 2, ["/robots.txt", "/feed"])
    assert poll(source, desk, vault, asked, stages=PLAIN).poll.new == 0
    assert {report.url for report in desk.reports()} == {"https://news.example/idlib-1", "https://news.example/sarmin-1"}
    assert {report.source for report in desk.reports()} == {"Sample agency"}
    assert not any("alert" in report.text for report in desk.reports())
    (document,) = desk.documents()
    assert (document.method, document.url) == ("feed", here.url("/feed"))


def test_silence_longer_than_usual_is_seen_and_a_desk_that_was_off_accuses_no_one() -> None:
    def polls(feed: str, *hours: float, until: float) -> list[Poll]:
        return [
            Poll(feed, f"2024-03-{8 + int(h // 24):02}T{int(h % 24):02}:{int(h % 1 * 60):02}:00Z", feed, new)
            for h, new in [*((h, 1) for h in hours), (until, 0)]
        ]

    hourly, daily, rare = (0, 1, 2, 3, 4, 5, 6), (0, 24, 48, 72, 96, 120), (0, 24)
    told = silences(
        [
            *polls("hourly", *hourly, until=20),
            *polls("daily", *daily, until=140),
            *polls("rare", *rare, until=400),
            *polls("off", *hourly, until=6.5),
        ]
    )
    assert {s.feed: s.is_silent for s in told} == {"hourly": True, "daily": False, "rare": False, "off": False}
    assert told[0].feed == "hourly" and told[0].usual_s == 3600
    assert (told[0].items, told[0].last_gave) == (7, "2024-03-08T06:00:00Z")


WRONG = {
    "no list": ("feeds: []", "must hold «sources:»"),
    "no feed": ("sources: [{name: x}]", "entry 1: must have a «feed:»"),
    "unknown key": ("sources: [{feed: 'http://x/', every: 5}]", "entry 1: 'every' is none of feed, name"),
    "twice": ("sources: [{feed: 'http://x/'}, {feed: 'http://x/'}]", "http://x/ stands twice"),
    "wrong take": ("sources: [{feed: 'http://x/', take: all}]", "take must be page or item"),
    "wrong minutes": ("sources: [{feed: 'http://x/', every_minutes: 0}]", "every_minutes must be a number"),
    "no YAML": ("sources: [", "cannot be read"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_sources_file_names_entry_and_key(tmp_path: Path, name: str) -> None:
    text, sentence = WRONG[name]
    (tmp_path / "sources.yaml").write_text(text)
    with pytest.raises(RegistryError, match=r"^sources\.yaml: ") as refusal:
        load_watched(tmp_path / "sources.yaml")
    assert sentence in str(refusal.value)


def test_a_round_gives_what_each_feed_brought(here: Site, desk: Ledger, vault: Vault, asked: Asked) -> None:
    source = publish(here, "Homs")
    rounds: list[Polled] = list(watch([source], desk, vault, asked, stages=PLAIN, rounds=2, sleep=lambda s: None, clock=lambda: 1e9))
    assert [polled.poll.new for polled in rounds] == [1]
    assert len(desk.incidents().items) == 1
