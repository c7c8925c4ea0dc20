"""Keys by which programs are let in: for one user, for some scopes, shown once, withdrawn at any time.

What comes in are names, scopes and what a program holds; what goes out are keys, or a refusal. A key may do what its scopes name and its
user's role may; where the user comes in no more, neither does the key. Of what a program holds, the ledger keeps the SHA-256: it is 256
bits of chance, which nobody guesses, so that it needs no slow hash.
"""

import datetime as dt
import secrets
from collections.abc import Iterable

from tahqiq.errors import LedgerConflict, UnknownName
from tahqiq.ledger import Ledger
from tahqiq.ledger.keys import Key
from tahqiq.ledger.people import Entry, User
from tahqiq.review.people import NotAllowed, may, plain_name, token_id

# Each scope with what it lets a program do, and the least act that its user's role must allow.
SCOPES = {
    "read": "read everything but protected names: coordinates are made less exact, and the words of reports are left out",
    "read:protected": "read everything as the desk shows it to its users",
    "write:documents": "post documents, which are kept, read and linked",
    "decide": "accept, reject, merge, split, correct, grade, publish, note and take back, as far as the user's role may",
    "admin": "see users and keys, make keys and withdraw them",
}
_ACT_OF = {"read": "read", "read:protected": "protected", "write:documents": "take_in", "decide": "note", "admin": "users"}
_READING, _SEEING, _DECIDING = frozenset({"read", "read:protected"}), frozenset({"read:protected"}), frozenset({"decide"})
_SCOPES_OF = {
    **dict.fromkeys(("read", "save_search", "export_public", "export_partner"), _READING),
    **dict.fromkeys(("protected", "see_protected", "export_internal"), _SEEING),
    **dict.fromkeys(("users", "looks"), frozenset({"admin"})),
    "take_in": frozenset({"write:documents"}),
}
BEGINNING = "tq_"  # so that a key that was left somewhere is found by who searches for such
MOST_DAYS = 3650
_SEEN_EVERY_S = 60  # how exactly `used` is kept


def new_key(ledger: Ledger, who: str, name: str, scopes: Iterable[str], *, days: int | None = None, by: str = "") -> tuple[Key, str]:
    """The key, and what the program is to hold: it is told this once.

    Args:
        days: after how many it opens nothing any more; never where None.

    Raises: UnknownName for a scope that there is not; NotAllowed for one that the user's role does not reach.
    """
    user = ledger.people.get(plain_name(who))
    told, wanted = plain_name(name), tuple(scope for scope in SCOPES if scope in set(scopes))
    if strange := set(scopes) - set(SCOPES):
        raise UnknownName(f"{min(strange)!r} is no scope; there are {', '.join(SCOPES)}")
    if not wanted:
        raise LedgerConflict(f"say what the key is for: one or more of {', '.join(SCOPES)}")
    for scope in wanted:
        if not user.is_active or not may(user.role, _ACT_OF[scope]):
            raise NotAllowed(f"{user.name} is {user.role}; the scope {scope} asks for more")
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise LedgerConflict(f"a key lasts 1 to {MOST_DAYS} days")
    now = dt.datetime.now(dt.UTC)
    until = _text(now + dt.timedelta(days=days)) if days else ""
    key = Key(secrets.token_hex(6), told, user.name, wanted, _text(now), until)
    held = f"{BEGINNING}{key.id}_{secrets.token_urlsafe(32)}"
    ledger.keys.add(key, token_id(held))
    _noted(ledger, "key made", key, by)
    return key, held


def within(role: str) -> tuple[str, ...]:
    """The scopes that a user of this role can give a key."""
    return tuple(scope for scope in SCOPES if may(role, _ACT_OF[scope]))


def withdraw_key(ledger: Ledger, id: str, *, by: str = "") -> Key:
    """The key opens nothing any more, at once. Raises: UnknownName; LedgerConflict where it did not before."""
    key = ledger.keys.get(id)
    ledger.keys.withdraw(key.id, _text(dt.datetime.now(dt.UTC)))
    _noted(ledger, "key withdrawn", key, by)
    return key


def holder(ledger: Ledger, held: str) -> tuple[Key, User] | None:
    """The key that a program holds, and its user; None where it opens nothing. That it was used is kept, to the minute."""
    if not held.startswith(BEGINNING) or len(held) > 200:
        return None
    now = dt.datetime.now(dt.UTC)
    found = ledger.keys.whose(token_id(held), _text(now))
    if found and (not found[0].used or found[0].used < _text(now - dt.timedelta(seconds=_SEEN_EVERY_S))):
        ledger.keys.used(found[0].id, _text(now))
    return found


def allows(scopes: Iterable[str], act: str) -> bool:
    """True where one of the scopes is for this act."""
    return not _SCOPES_OF.get(act, _DECIDING).isdisjoint(scopes)


def _noted(ledger: Ledger, what: str, key: Key, by: str) -> None:
    told = f"{key.name} ({key.id}) for {' '.join(key.scopes)}" + (f" by {by}" if by else "")
    ledger.people.note_entry(Entry(_text(dt.datetime.now(dt.UTC)), what, key.who, "", told))


def _text(moment: dt.datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
