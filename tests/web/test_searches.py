"""Saved searches: what is new in them, their feeds, and the letters that tell of them, taken by a server on the loopback."""

import asyncio
import email
import email.policy
import threading
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import feedparser
import pytest
import working
from fastapi import FastAPI
from lxml import etree

from tahqiq.following import news
from tahqiq.ledger import Ledger, Query
from tahqiq.model import Incident
from tahqiq.settings import Settings
from tahqiq.web import letters
from tahqiq.web.searches import is_address

GONE = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"


@pytest.fixture
def desk(whole: Path, tmp_path: Path) -> Iterator[tuple[Ledger, FastAPI]]:
    ledger, app = working.copy(whole, tmp_path / "desk")
    yield ledger, app
    ledger.close()


class Mailbox:
    """An SMTP server of the loopback that keeps what it is given, or refuses it."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.refuses = False
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)  # a browser's test may run a loop in this one
        self.thread.start()
        self.server = asyncio.run_coroutine_threadsafe(asyncio.start_server(self._serve, "127.0.0.1", 0), self.loop).result(timeout=10)
        self.port = self.server.sockets[0].getsockname()[1]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def say(line: str) -> None:
            writer.write(f"{line}\r\n".encode())
            await writer.drain()

        await say("220 loopback")
        while line := (await reader.readline()).decode().strip():
            verb = line[:4].upper()
            if verb == "DATA":
                await say("354 go on")
                body = await reader.readuntil(b"\r\n.\r\n")
                self.letters.append(email.message_from_bytes(body[:-5], policy=email.policy.default))  # type: ignore[arg-type]
                await say("250 kept")
            elif verb == "QUIT":
                await say("221 bye")
                break
            else:
                await say("451 try later" if verb == "RCPT" and self.refuses else "250 ok")
        writer.close()

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(timeout=5)
        self.server.close()
        self.loop.close()


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    opened = Mailbox()
    yield opened
    opened.close()


def by(desk: tuple[Ledger, FastAPI], name: str = "Coder 1") -> working.Worker:
    return working.Worker(desk[1], desk[0], name)


def saved(desk: tuple[Ledger, FastAPI], address: str = "/search?country=SY", name: str = "Syria") -> working.Worker:
    worker = by(desk)
    worker.post("/searches", name=name, address=address, back="/searches")
    return worker


def followed(ledger: Ledger) -> str:
    return ledger.following.of("Coder 1")[0].id


def put(ledger: Ledger, *incidents: Incident, stamp: str = "later") -> None:
    ledger.put_incidents(incidents, stamp=stamp)


def another(ledger: Ledger, name: str = "another") -> Incident:
    """An incident like one that is there, under its own id, told by no other account."""
    first = ledger.incidents(Query(country="SY")).items[0]
    return replace(first, id=name, accounts=(), reports=())


def test_what_a_search_finds_when_it_is_saved_is_nothing_new(desk: tuple[Ledger, FastAPI]) -> None:
    worker = saved(desk)
    assert "nothing new" in working.plain(worker.get("/searches"))


def test_what_came_since_is_told_on_today_until_it_was_seen(desk: tuple[Ledger, FastAPI]) -> None:
    worker = saved(desk)
    put(desk[0], another(desk[0]))
    assert "1 new incident" in working.plain(worker.get("/today"))
    assert "1 new incident" in working.plain(worker.get("/searches"))
    worker.post("/searches", do="seen", id=followed(desk[0]), back="/searches")
    assert "1 new incident" not in working.plain(worker.get("/today"))


def test_what_changed_and_what_left_is_told_too(desk: tuple[Ledger, FastAPI]) -> None:
    ledger, worker = desk[0], saved(desk)
    first, second = ledger.incidents(Query(country="SY")).items[:2]
    assert first.place
    put(ledger, replace(first, place=replace(first.place, country="IQ")), replace(second, grade="confirmed"))
    told = working.plain(worker.get("/searches"))
    assert "1 changed" in told and "1 no longer found" in told


def test_what_came_and_left_between_two_looks_is_no_news(desk: tuple[Ledger, FastAPI]) -> None:
    ledger, worker = desk[0], saved(desk)
    one = another(ledger)
    put(ledger, one, stamp="later")
    ledger_search = ledger.following.get(followed(ledger))
    worker.get("/searches")
    assert one.place
    put(ledger, replace(one, place=replace(one.place, country="IQ")), stamp="latest")
    worker.get("/searches")
    assert not news(ledger.following.found(ledger_search.id), ledger_search.seen).gone


def test_nobody_sees_or_changes_the_search_of_another(desk: tuple[Ledger, FastAPI]) -> None:
    saved(desk)
    other = by(desk, "Coder 2")
    assert "Syria" not in other.get("/searches")
    for act in ("seen", "withdraw", "mail", "stop", "feed"):
        other.post("/searches", 404, do=act, id=followed(desk[0]), mail="coder@example.org", language="en")
    assert desk[0].following.of("Coder 1")[0].mail == ""


# -- feeds ------------------------------------------------------------------------------------------------------------


def feed_of(worker: working.Worker, ledger: Ledger) -> str:
    """The feed's address without host, as its user was shown it."""
    page = worker.post("/searches", 200, do="feed", id=followed(ledger))
    return page.partition('<code dir="ltr">http://127.0.0.1:8765')[2].partition("<")[0]


def test_a_feed_validates_and_keeps_its_ids_and_days(desk: tuple[Ledger, FastAPI]) -> None:
    ledger, worker = desk[0], saved(desk)
    address, reader = feed_of(worker, ledger), by(desk, "")
    first = feedparser.parse(reader.get(address))
    assert not first.bozo and first.feed.id.startswith("urn:uuid:") and first.feed.title and first.feed.updated
    assert len(first.entries) == ledger.incidents(Query(country="SY")).total
    assert all(e.id.startswith("urn:uuid:") and e.published and e.updated and e.title and e.link for e in first.entries)
    put(ledger, another(ledger))
    second = feedparser.parse(reader.get(address))
    assert {e.id: e.published for e in first.entries}.items() <= {e.id: e.published for e in second.entries}.items()
    assert len(second.entries) == len(first.entries) + 1 and len({e.id for e in second.entries}) == len(second.entries)


def test_a_feed_tells_what_left_the_search(desk: tuple[Ledger, FastAPI]) -> None:
    ledger, worker = desk[0], saved(desk)
    address, reader = feed_of(worker, ledger), by(desk, "")
    names = {e.id for e in feedparser.parse(reader.get(address)).entries}
    first = ledger.incidents(Query(country="SY")).items[0]
    assert first.place
    put(ledger, replace(first, place=replace(first.place, country="IQ")))
    (gone,) = etree.fromstring(reader.get(address).encode()).findall(GONE)
    assert gone.get("ref") in names and gone.get("when")


def test_a_feed_is_read_by_its_word_alone_and_no_more_once_it_is_withdrawn(desk: tuple[Ledger, FastAPI]) -> None:
    ledger, worker = desk[0], saved(desk)
    address, reader = feed_of(worker, ledger), by(desk, "")
    reader.get(address.partition("?")[0], status=404)
    reader.get(address[:-1] + ("A" if address[-1] != "A" else "B"), status=404)
    again = feed_of(worker, ledger)
    reader.get(address, status=404)
    reader.get(again)
    worker.post("/searches", do="withdraw", id=followed(ledger))
    reader.get(again, status=404)


def test_a_feed_ends_with_its_user(desk: tuple[Ledger, FastAPI]) -> None:
    ledger, worker = desk[0], saved(desk)
    address = feed_of(worker, ledger)
    by(desk, "Admin 1").post("/users", do="shut", name="Coder 1")
    by(desk, "").get(address, status=404)


def test_no_word_of_a_feed_is_kept(desk: tuple[Ledger, FastAPI]) -> None:
    ledger, worker = desk[0], saved(desk)
    word = feed_of(worker, ledger).partition("word=")[2]
    assert word and word not in str(ledger.following.of("Coder 1"))


# -- letters ----------------------------------------------------------------------------------------------------------


def settings(mailbox: Mailbox) -> Settings:
    return Settings(
        smtp=f"127.0.0.1:{mailbox.port}", smtp_security="none", mail_from="desk@example.org", address="https://desk.example.org"
    )


def written_to(desk: tuple[Ledger, FastAPI], language: str = "en") -> working.Worker:
    worker = saved(desk, name="Syria <b>")
    worker.post("/searches", do="mail", id=followed(desk[0]), mail="coder@example.org", language=language)
    return worker


def test_no_letter_is_written_where_nothing_is_new(desk: tuple[Ledger, FastAPI], mailbox: Mailbox) -> None:
    written_to(desk)
    assert letters.send(desk[0], settings(mailbox)) == letters.Sent()
    assert mailbox.letters == []


@pytest.mark.parametrize(
    ("language", "direction", "words"), [("en", "ltr", "1 new incident"), ("ar", "rtl", "حادثة جديدة واحدة"), ("ur", "rtl", "نیا واقعہ")]
)
def test_news_are_told_once_in_the_language_of_the_reader(
    desk: tuple[Ledger, FastAPI], mailbox: Mailbox, language: str, direction: str, words: str
) -> None:
    written_to(desk, language)
    put(desk[0], another(desk[0]))
    assert letters.send(desk[0], settings(mailbox)).letters == 1
    assert letters.send(desk[0], settings(mailbox)).letters == 0
    (letter,) = mailbox.letters
    assert words in letter["Subject"] and letter["To"] == "coder@example.org" and letter["From"] == "desk@example.org"
    text, html = (letter.get_body((kind,)) for kind in ("plain", "html"))
    assert text and html
    assert "https://desk.example.org/incidents/another" in text.get_content()
    assert f'dir="{direction}"' in html.get_content() and f'lang="{language}"' in html.get_content()
    assert "<b>" not in html.get_content() and "&lt;b&gt;" in html.get_content()


def test_a_letter_that_is_refused_is_said_and_sent_by_the_next_run(desk: tuple[Ledger, FastAPI], mailbox: Mailbox) -> None:
    worker = written_to(desk)
    put(desk[0], another(desk[0]))
    mailbox.refuses = True
    sent = letters.send(desk[0], settings(mailbox))
    assert sent.letters == 0 and "try later" in sent.failures[0]
    assert "could not be sent" in working.plain(worker.get("/searches"))
    mailbox.refuses = False
    assert letters.send(desk[0], settings(mailbox)).letters == 1
    assert len(mailbox.letters) == 1 and "could not be sent" not in working.plain(worker.get("/searches"))


def test_of_two_runs_at_once_one_sends_the_letter(desk: tuple[Ledger, FastAPI], mailbox: Mailbox) -> None:
    written_to(desk)
    put(desk[0], another(desk[0]))
    sent: list[EmailMessage] = []

    def post(letter: EmailMessage) -> None:
        assert letters.send(desk[0], settings(mailbox)).letters == 0
        sent.append(letter)

    assert letters.send(desk[0], settings(mailbox), post=post).letters == 1
    assert len(sent) == 1 and mailbox.letters == []


def test_who_may_not_come_in_any_more_is_not_written_to(desk: tuple[Ledger, FastAPI], mailbox: Mailbox) -> None:
    written_to(desk)
    put(desk[0], another(desk[0]))
    by(desk, "Admin 1").post("/users", do="shut", name="Coder 1")
    assert letters.send(desk[0], settings(mailbox)) == letters.Sent()


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"smtp": ""}, "TAHQIQ_SMTP"),
        ({"smtp": "mail.example.org:x"}, "HOST:PORT"),
        ({"mail_from": ""}, "TAHQIQ_MAIL_FROM"),
        ({"smtp_security": "perhaps"}, "starttls, tls, none"),
        ({"smtp": "mail.example.org:25"}, "for all to read"),
    ],
)
def test_settings_that_can_send_nothing_are_said_in_a_sentence(
    desk: tuple[Ledger, FastAPI], mailbox: Mailbox, changes: dict[str, str], why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        letters.send(desk[0], replace(settings(mailbox), **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("told", ["", "coder", "a@b\r\nBcc: c@d", "a b@c.org", "<a@b.org>", "a@b@c.org", "a@.org", "a,b@c.org"])
def test_what_is_no_address_is_not_written_to(told: str) -> None:
    assert not is_address(told)
    assert is_address("coder.1+desk@example.org")
