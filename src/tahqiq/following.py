"""Following searches: what a saved search found that it had not before, what of that changed, and what it finds no more.

What comes in is a ledger, a followed search and a moment; what goes out is kept in the ledger, or told as `News`. This file must not know
who is told, nor how: a page, a feed or a letter.

How it works: whenever incidents have been computed anew since a search was last asked, it is asked again; each incident it finds is kept
with the moment it was first found. What it found once and finds no more is kept as gone: whoever was told of it is told that too.
"""

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlsplit

from tahqiq.errors import TahqiqError, UnknownName
from tahqiq.ledger import Ledger, Query
from tahqiq.ledger.following import Followed, FoundOne
from tahqiq.searching import asking_of, understood


@dataclass(frozen=True, slots=True)
class News:
    """What came, changed and went since a moment, by the incidents' ids, the latest first; `at` the latest moment among them."""

    new: tuple[FoundOne, ...] = ()
    changed: tuple[FoundOne, ...] = ()
    gone: tuple[FoundOne, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.gone)


def moment_now() -> str:
    """The time, UTC, so fine that nothing that comes after a moment has the same."""
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def question(address: str, *, places: str = "") -> Query:
    """What the address of a search asks of the ledger: all of it, whatever page it shows.

    Raises: UnknownName where its words mean nothing any more.
    """
    asking = asking_of(dict(parse_qsl(urlsplit(address).query)))
    return understood(replace(asking, after="", order="date"), places=places)[0]


def follow(ledger: Ledger, who: str, name: str, *, moment: str, language: str = "en", places: str = "") -> Followed:
    """The user's search of this name is followed from this moment on: what it finds now is nothing new."""
    found = next((one for one in ledger.following.of(who) if one.name == name), None)
    if found:
        return found
    one = Followed(secrets.token_hex(8), who, name, moment, moment, language=language, sent=moment)
    ledger.following.put(one)
    refresh(ledger, one, moment=moment, places=places)
    return ledger.following.get(one.id)


def refresh(ledger: Ledger, one: Followed, *, moment: str, places: str = "") -> None:
    """What the search finds is kept as it is now; nothing is done where incidents are what they were when it was last asked."""
    stamp, address = ledger.incidents_stamp(), _address(ledger, one)
    if not address or one.stamp == stamp:
        return
    try:
        query = question(address, places=places)
    except TahqiqError:
        return  # its words mean nothing any more: its page says so
    known = {found.incident: found for found in ledger.following.found(one.id)}
    here = ledger.states(query)
    notes = [_noted(known.get(name), name, state, moment) for name, state in here.items()]
    beyond = [name for name, found in known.items() if name not in here and not found.gone]
    left = set(beyond) - ledger.still(query, beyond)
    gone = [replace(known[name], gone=moment) for name in beyond if name in left]
    changed = [note for note in notes if note != known.get(note.incident)]
    ledger.following.note(one.id, [*changed, *gone], stamp=stamp or "-")


def _noted(before: FoundOne | None, name: str, state: str, moment: str) -> FoundOne:
    if before is None:
        return FoundOne(name, moment, moment, "", state)
    if before.gone or before.state != state:
        return replace(before, changed=moment, gone="", state=state)
    return before


def news(found: Iterable[FoundOne], since: str) -> News:
    """What happened to what a search found after a moment; what came and went within it is no news."""
    told = sorted(found, key=lambda one: (one.gone or one.changed, one.incident), reverse=True)
    return News(
        tuple(one for one in told if one.first > since and not one.gone),
        tuple(one for one in told if one.first <= since < one.changed and not one.gone),
        tuple(one for one in told if one.first <= since < one.gone),
    )


def _address(ledger: Ledger, one: Followed) -> str:
    return next((search.address for search in ledger.people.searches(one.who) if search.name == one.name), "")


# -- feeds ------------------------------------------------------------------------------------------------------------


def make_feed(ledger: Ledger, id: str, who: str) -> str:
    """The word by which the search's feed is read; one that was given before reads it no more.

    Raises: UnknownName where this user follows no such search.
    """
    word = secrets.token_urlsafe(24)
    if not ledger.following.change(id, who, feed=_digest(word)):
        raise UnknownName(f"search {id}: you follow none of this name")
    return word


def fed(ledger: Ledger, id: str, word: str) -> Followed | None:
    """The search whose feed this word reads; None where it reads none, or its user may not come in any more."""
    try:
        one = ledger.following.get(id)
    except UnknownName:
        return None
    user = ledger.people.find(one.who)
    is_right = bool(one.feed) and secrets.compare_digest(one.feed, _digest(word))
    return one if is_right and user is not None and user.is_active else None


def _digest(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()
