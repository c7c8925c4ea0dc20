"""Saved searches: the page of one's own, what is new in them, their feeds, and whether letters tell of them.

What comes in is a user's form, or a feed reader with the feed's word; what goes out is the page, or an Atom feed (RFC 4287) that tells
withdrawals too (RFC 6721). No name of a person and no word of a report stands in a feed.
"""

import uuid
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from lxml import etree  # type: ignore[import-untyped]

from tahqiq import __version__
from tahqiq.errors import LedgerConflict, UnknownName
from tahqiq.following import News, fed, follow, make_feed, moment_now, news, refresh
from tahqiq.ledger import Ledger
from tahqiq.ledger.following import Followed, FoundOne
from tahqiq.ledger.people import SavedSearch
from tahqiq.model import Incident
from tahqiq.web import tolls
from tahqiq.web.door import Form, Refused, doing, form_of, local_path, visitor_of
from tahqiq.web.pairs import titled
from tahqiq.web.rendering import Desk, desk_of, page, wording_of
from tahqiq.web.told import Teller, incident_address
from tahqiq.web.wording import LANGUAGES, Wording, load_wording

router = APIRouter(include_in_schema=False)
SEARCHED = ("/incidents", "/search", "/map")  # pages whose address is a search
SHOWN = 10
FED = 100
SENDING = "sending"  # said of a letter from before it is sent until it was
ATOM = "http://www.w3.org/2005/Atom"
GONE = "http://purl.org/atompub/tombstones/1.0"
_LONGEST_MAIL = 254


@dataclass(frozen=True, slots=True)
class TitledIncident:
    title: str
    address: str
    told: str = ""


@dataclass(frozen=True, slots=True)
class FollowLine:
    """A saved search: `news` says what is new in a line, `new` names the first of it; `feed` is its feed's address, shown once."""

    id: str
    name: str
    address: str
    news: str
    has_news: bool
    new: tuple[TitledIncident, ...]
    has_feed: bool
    mail: str
    language: str
    problem: str
    feed: str = ""


@dataclass(frozen=True, slots=True)
class SearchesPage:
    lines: tuple[FollowLine, ...]
    languages: tuple[tuple[str, str], ...]
    problem: str = ""


@router.get("/searches")
def searches_page(request: Request) -> Response:
    if not visitor_of(request).name:
        return RedirectResponse("/sign-in?next=/searches", status_code=303)
    return _page(request)


def _page(request: Request, *, feed: tuple[str, str] = ("", ""), problem: str = "") -> Response:
    desk, wording, who = desk_of(request), wording_of(request), visitor_of(request).name
    lines = own(desk, who, wording, request.app.state.settings.places, feed=feed)
    languages = tuple((code, load_wording(code)("language_itself")) for code in LANGUAGES)
    response = page(request, "searches.html", SearchesPage(lines, languages, problem), status=400 if problem else 200)
    response.headers["cache-control"] = "no-store"
    return response


def own(desk: Desk, who: str, wording: Wording, places: str, *, feed: tuple[str, str] = ("", "")) -> tuple[FollowLine, ...]:
    """The user's saved searches, each asked again where incidents changed, with what is new since it was last seen."""
    teller, lines = desk.teller(wording), []
    for search in desk.ledger.people.searches(who):
        one = follow(desk.ledger, who, search.name, moment=moment_now(), language=wording.language, places=places)
        with suppress(LedgerConflict):  # another writes just now: what was found before is shown
            refresh(desk.ledger, one, moment=moment_now(), places=places)
        since = news(desk.ledger.following.found(one.id), one.seen)
        lines.append(
            FollowLine(
                id=one.id,
                name=search.name,
                address=search.address,
                news=said(since, wording),
                has_news=bool(since),
                new=tuple(titles(desk.ledger, (*since.new, *since.changed)[:SHOWN], teller)),
                has_feed=bool(one.feed),
                mail=one.mail,
                language=one.language,
                problem=wording("follow.interrupted") if one.problem == SENDING else one.problem,
                feed=feed[1] if feed[0] == one.id else "",
            )
        )
    return tuple(lines)


def said(since: News, wording: Wording) -> str:
    """How much is new, changed and gone, in a line."""
    parts = [(name, len(some)) for name, some in (("new", since.new), ("changed", since.changed), ("gone", since.gone)) if some]
    return wording.together([wording(f"follow.{name}", n=n) for name, n in parts]) if parts else wording("follow.nothing_new")


def titles(ledger: Ledger, found: Iterable[FoundOne], teller: Teller) -> Iterable[TitledIncident]:
    """What, where and when of each incident that is still there, and how many were killed, by grade."""
    for one in found:
        with suppress(UnknownName):
            incident = ledger.incident(one.incident)
            yield TitledIncident(titled(incident, teller), incident_address(incident.id), told(incident, teller))


def told(incident: Incident, teller: Teller) -> str:
    wording, killed = teller.wording, tolls.main_toll(incident, "killed")
    dead = wording.range(killed.low, killed.high) if killed else wording("unknown")
    return wording("follow.told", killed=dead, grade=wording.label("grades", incident.grade), reports=wording.number(len(incident.reports)))


# -- what a user does -------------------------------------------------------------------------------------------------


@router.post("/searches")
async def change_searches(request: Request) -> Response:
    form = await form_of(request, "save_search")
    return await doing(_change, request, form)


def _change(request: Request, form: Form) -> Response:
    what = form("do") or "save"
    if what not in _ACTS:
        raise Refused(400, "no_form")
    return _ACTS[what](request, form) or RedirectResponse(local_path(form("back"), "/searches"), status_code=303)


def _save(request: Request, form: Form) -> Response | None:
    desk, who, name = desk_of(request), visitor_of(request).name, " ".join(form("name").split())[:100]
    address = local_path(form("address"), "/search")
    if not name or not address.partition("?")[0].startswith(SEARCHED) or len(address) > 2000:
        raise Refused(400, "no_form")
    before = next((one for one in desk.ledger.people.searches(who) if one.name == name), None)
    if before and before.address != address:
        _forget(desk, who, name)
    desk.ledger.people.save_search(SavedSearch(who, name, address, moment_now()))
    follow(desk.ledger, who, name, moment=moment_now(), language=wording_of(request).language, places=request.app.state.settings.places)
    return None


def _drop(request: Request, form: Form) -> Response | None:
    desk, who, name = desk_of(request), visitor_of(request).name, form("name")
    _forget(desk, who, name)
    desk.ledger.people.drop_search(who, name)
    return None


def _forget(desk: Desk, who: str, name: str) -> None:
    for one in desk.ledger.following.of(who):
        if one.name == name:
            desk.ledger.following.drop(one.id)


def _seen(request: Request, form: Form) -> Response | None:
    _must(desk_of(request).ledger.following.change(form("id"), visitor_of(request).name, seen=moment_now()))
    return None


def _feed(request: Request, form: Form) -> Response | None:
    """The page with the feed's whole address, which is shown this once."""
    word = make_feed(desk_of(request).ledger, form("id"), visitor_of(request).name)
    address = f"{str(request.base_url).rstrip('/')}/searches/{form('id')}.atom?word={word}"
    return _page(request, feed=(form("id"), address))


def _withdraw(request: Request, form: Form) -> Response | None:
    _must(desk_of(request).ledger.following.change(form("id"), visitor_of(request).name, feed=""))
    return None


def _mail(request: Request, form: Form) -> Response | None:
    to, language = form("mail"), form("language")
    if not is_address(to) or language not in LANGUAGES:
        return _page(request, problem=wording_of(request)("follow.mail_wrong"))
    changes = {"mail": to, "language": language, "sent": moment_now(), "problem": ""}
    _must(desk_of(request).ledger.following.change(form("id"), visitor_of(request).name, **changes))
    return None


def _stop(request: Request, form: Form) -> Response | None:
    _must(desk_of(request).ledger.following.change(form("id"), visitor_of(request).name, mail="", problem=""))
    return None


def is_address(told: str) -> bool:
    """True for one plain e-mail address, without a name and without anything that would begin another header."""
    local, _, domain = told.rpartition("@")
    plain = told.isascii() and told.isprintable() and not set(told) & set(' ,;:<>()[]"\\')
    return plain and 0 < len(local) <= 64 and len(told) <= _LONGEST_MAIL and all(domain.split(".")) and "@" not in local


def _must(was_done: bool) -> None:
    if not was_done:
        raise Refused(404, "nothing_here", path="/searches")


_ACTS = {"save": _save, "drop": _drop, "seen": _seen, "feed": _feed, "withdraw": _withdraw, "mail": _mail, "stop": _stop}


# -- the feed ---------------------------------------------------------------------------------------------------------


@router.get("/searches/{name}.atom")
def feed(request: Request, name: str) -> Response:
    """The search's feed for whoever has its word; nobody else learns whether there is one."""
    desk, places = desk_of(request), request.app.state.settings.places
    one = fed(desk.ledger, name, request.query_params.get("word", ""))
    if one is None:
        raise UnknownName(f"search {name}: there is no feed of this name")
    with suppress(LedgerConflict):
        refresh(desk.ledger, one, moment=moment_now(), places=places)
    found = sorted(desk.ledger.following.found(one.id), key=lambda f: (f.gone or f.changed, f.incident), reverse=True)[:FED]
    body = write_feed(desk, one, found, str(request.base_url).rstrip("/"))
    tag = f'"{uuid.uuid5(uuid.NAMESPACE_OID, body.hex()).hex}"'
    headers = {"etag": tag, "cache-control": "private, no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/atom+xml", headers=headers)


def write_feed(desk: Desk, one: Followed, found: Sequence[FoundOne], base: str) -> bytes:
    """What the search found, as Atom: ids and days of publication stay; what left the search is told as deleted."""
    wording = load_wording(one.language)
    teller = desk.teller(wording)
    root = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM, "at": GONE})
    root.set("{http://www.w3.org/XML/1998/namespace}lang", one.language)
    _text(root, "id", _name(one.id))
    _text(root, "title", wording("follow.feed_title", name=one.name))
    _text(root, "updated", max((f.gone or f.changed for f in found), default=one.since))
    _text(etree.SubElement(root, f"{{{ATOM}}}author"), "name", wording("brand"))
    _text(root, "generator", "Tahqiq").set("version", __version__)
    etree.SubElement(root, f"{{{ATOM}}}link", rel="self", href=f"{base}/searches/{one.id}.atom")
    for f in found:
        if f.gone or not _entry(root, one, f, desk, teller, base):
            gone = etree.SubElement(root, f"{{{GONE}}}deleted-entry", ref=_name(one.id, f.incident), when=f.gone or f.changed)
            etree.SubElement(gone, f"{{{GONE}}}comment").text = wording("follow.letter_gone")
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8"))


def _entry(root: Any, one: Followed, f: FoundOne, desk: Desk, teller: Teller, base: str) -> bool:
    line = next(iter(titles(desk.ledger, [f], teller)), None)
    if line is None:
        return False
    entry = etree.SubElement(root, f"{{{ATOM}}}entry")
    _text(entry, "id", _name(one.id, f.incident))
    _text(entry, "title", line.title)
    _text(entry, "published", f.first)
    _text(entry, "updated", f.changed)
    etree.SubElement(entry, f"{{{ATOM}}}link", rel="alternate", type="text/html", href=base + line.address)
    _text(entry, "summary", line.told)
    return True


def _name(search: str, incident: str = "") -> str:
    """The same name for the same incident of the same search for good."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"tahqiq:search:{search}:{incident}").urn


def _text(parent: Any, tag: str, text: str) -> Any:
    element = etree.SubElement(parent, f"{{{ATOM}}}{tag}")
    element.text = "".join(letter for letter in text if letter.isprintable() or letter in "\u2066\u2067\u2068\u2069")
    return element
