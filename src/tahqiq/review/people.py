"""Who comes in to the desk and who may do what: names and passwords checked, sessions begun and ended, roles and their acts.

What comes in are names, passwords, codes of a second factor and the time; what goes out are users, or a refusal that says nothing of
which part was wrong. Everything done at the door is noted. This file must not know how a page or a command looks.

How it works
1. A password is kept as argon2id writes it. A wrong name costs as much time as a wrong password.
2. What a browser holds is chance alone; the ledger keeps its SHA-256. It is new at each sign-in: one planted before is worth nothing.
3. After a few refusals under one name, or from one host, the next try must wait, twice as long each time up to a bound.
4. A role may do what the roles before it may, and more: reader, coder, editor, admin.
"""

import base64
import datetime as dt
import hashlib
import hmac
import secrets
import struct
import unicodedata
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from tahqiq.errors import LedgerConflict, UnknownName
from tahqiq.ledger import Ledger
from tahqiq.ledger.people import Entry, User
from tahqiq.pipeline import now as clock

if TYPE_CHECKING:
    from argon2 import PasswordHasher

ROLES = ("reader", "coder", "editor", "admin")
# The least role for each act. Whoever made a decision may take it back; another's asks for an editor.
LEAST_ROLE = {
    "read": "reader",
    "protected": "reader",  # names and words that leave the desk for nobody
    "take_in": "coder",
    "save_search": "reader",
    "export_public": "reader",
    "export_partner": "coder",
    "export_internal": "editor",
    "note": "coder",
    "hold": "coder",
    "accept": "coder",
    "reject": "coder",
    "merge": "coder",
    "apart": "coder",
    "split": "coder",
    "correct": "coder",
    "take_back_own": "coder",
    "code": "coder",
    "settle": "coder",
    "close": "coder",
    "draw": "editor",
    "protect": "editor",
    "see_protected": "editor",
    "looks": "admin",
    "grade": "editor",
    "publish": "editor",
    "take_back": "editor",
    "hold_for": "editor",
    "users": "admin",
    "jobs": "admin",
}
SHORTEST = 12  # letters of a password; NIST SP 800-63B asks for 8 at least, and for no rules of which letters
LONGEST = 1000
SESSION_HOURS = 12
ONCE_HOURS = 1
FREE_BY_NAME, FREE_BY_HOST = 5, 20  # refusals before the next try must wait
LONGEST_WAIT_S = 300
REMEMBERED = dt.timedelta(hours=1)
STEP_S, DIGITS = 30, 6  # of a second factor, RFC 6238


class NotAllowed(LedgerConflict):
    """Who asks may not do this, or is not known: the message says what to do, never which part of a sign-in was wrong."""


class Wait(NotAllowed):
    """Too many wrong sign-ins: `seconds` are to pass before the next."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"too many wrong sign-ins; wait {seconds} seconds")
        self.seconds = seconds


@cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher

    return PasswordHasher()  # argon2id by RFC 9106's second recommendation


@cache
def _nobodys() -> str:
    """A hash that is checked where there is no such user, so that both take as long."""
    return _hasher().hash(secrets.token_urlsafe())


def may(role: str, act: str) -> bool:
    """True where a user of this role may do the act. Raises: UnknownName for an act that is in no list."""
    if act not in LEAST_ROLE:
        raise UnknownName(f"{act!r} is nothing that is done at the desk")
    return role in ROLES and ROLES.index(role) >= ROLES.index(LEAST_ROLE[act])


# -- users ------------------------------------------------------------------------------------------------------------


def add_user(ledger: Ledger, name: str, role: str, password: str, *, by: str = "") -> User:
    """The user can sign in with this password."""
    told = plain_name(name)
    _check_role(role)
    found = User(told, role, _hasher().hash(_fit(password, told)), since=clock())
    ledger.people.add(found)
    _noted(ledger, "added", told, told_more=_by(role, by))
    return found


def set_password(ledger: Ledger, name: str, password: str, *, by: str = "") -> None:
    """The user has this password, and every session of theirs is over."""
    found = ledger.people.get(plain_name(name))
    ledger.people.change(replace(found, password=_hasher().hash(_fit(password, found.name))))
    ledger.people.close_all(found.name)
    _noted(ledger, "password", found.name, told_more=_by("", by))


def set_role(ledger: Ledger, name: str, role: str, *, by: str = "") -> None:
    _check_role(role)
    found = ledger.people.get(plain_name(name))
    ledger.people.change(replace(found, role=role))
    _noted(ledger, "role", found.name, told_more=_by(role, by))


def set_active(ledger: Ledger, name: str, active: bool, *, by: str = "") -> None:
    """The user may come in, or not any more: then their sessions are over. What they decided stays theirs."""
    found = ledger.people.get(plain_name(name))
    ledger.people.change(replace(found, is_active=active))
    if not active:
        ledger.people.close_all(found.name)
    _noted(ledger, "let in" if active else "shut out", found.name, told_more=_by("", by))


def set_totp(ledger: Ledger, name: str, on: bool, *, by: str = "") -> str:
    """The user is asked for a second factor from now on, or not any more; gives the address that an authenticator takes in."""
    found = ledger.people.get(plain_name(name))
    secret = base64.b32encode(secrets.token_bytes(20)).decode() if on else ""
    ledger.people.change(replace(found, totp=secret, totp_used=0))
    _noted(ledger, "second factor" if on else "no second factor", found.name, told_more=_by("", by))
    return f"otpauth://totp/Tahqiq:{found.name}?secret={secret}&issuer=Tahqiq" if on else ""


def plain_name(name: str) -> str:
    """A name as it is kept: composed, without spaces around, without letters that cannot be seen or that turn the others round.

    Raises: LedgerConflict where nothing is left, or it is not a name.
    """
    told = " ".join(unicodedata.normalize("NFKC", name).split())
    if not told or len(told) > 100:
        raise LedgerConflict("a user has a name of 1 to 100 letters")
    if any(unicodedata.category(letter) in ("Cc", "Cf", "Co", "Cs", "Cn") for letter in told):
        raise LedgerConflict(f"user {told!r}: the name has letters that cannot be seen")
    return told


def _fit(password: str, name: str) -> str:
    if not SHORTEST <= len(password) <= LONGEST:
        raise LedgerConflict(f"a password has {SHORTEST} to {LONGEST} letters; several words are good")
    if password.casefold() == name.casefold() or len(set(password)) < 4:
        raise LedgerConflict("this password is too easily guessed")
    return _as_kept(password)


def _as_kept(password: str) -> str:
    return unicodedata.normalize("NFKC", password)  # the same word however a keyboard composes its letters


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise UnknownName(f"{role!r} is no role; there are {', '.join(ROLES)}")


def _by(told: str, by: str) -> str:
    return f"{told} by {by}".strip() if by else told


# -- coming in --------------------------------------------------------------------------------------------------------


def sign_in(ledger: Ledger, name: str, password: str, code: str = "", *, host: str = "") -> tuple[User, str]:
    """The user and what their browser is to hold from now on.

    Raises: Wait where too many were refused before; NotAllowed where name, password or code is wrong.
    """
    told = " ".join(unicodedata.normalize("NFKC", name).split())[:100]
    if seconds := _wait(ledger, told, host):
        raise Wait(seconds)
    found = ledger.people.find(told)
    is_right = _is_right(found, password)
    if found is None or not found.is_active or not is_right or not _is_coded(ledger, found, code):
        _noted(ledger, "refused", told, host)
        raise NotAllowed("name, password or code is wrong")
    if _hasher().check_needs_rehash(found.password):
        ledger.people.change(replace(ledger.people.get(told), password=_hasher().hash(_as_kept(password))))
    return found, _begun(ledger, found, host)


def sign_in_once(ledger: Ledger, word: str, *, host: str = "") -> tuple[User, str]:
    """As `sign_in`, for the word of an address that does so a single time. Raises: NotAllowed where it was used or is too old."""
    found = ledger.people.whose(token_id(word), _later(0), "once")
    if found is None or not ledger.people.close(token_id(word)):
        _noted(ledger, "refused", "", host, "an address that signs in once")
        raise NotAllowed("this address was used, or is too old; ask for a new one")
    return found, _begun(ledger, found, host)


def begin(ledger: Ledger, name: str, *, host: str = "") -> tuple[User, str]:
    """A new session of a user whose password was just checked."""
    found = ledger.people.get(name)
    return found, _begun(ledger, found, host)


def refused(ledger: Ledger, name: str, host: str, why: str) -> None:
    """Somebody was not let in: noted at the door, so that who tries again and again must wait."""
    _noted(ledger, "refused", name, host, why)


def vouched(ledger: Ledger, name: str, issuer: str, subject: str, *, by: str = "") -> None:
    """The user signs in as whom this provider knows by this subject."""
    found = ledger.people.get(plain_name(name))
    if not subject.strip() or len(subject) > 255:
        raise LedgerConflict("a subject has 1 to 255 letters")
    ledger.keys.vouch(issuer, subject.strip(), found.name)
    _noted(ledger, "vouched for", found.name, told_more=_by(issuer, by))


def begin_vouched(ledger: Ledger, issuer: str, subject: str, *, role: str = "", makes: str = "", host: str = "") -> tuple[User, str]:
    """As `sign_in`, of whom a provider signed in. The role is what the provider says, where it says one.

    Args:
        makes: the name under which somebody new becomes a user; nobody does where it is empty.

    Raises: NotAllowed where the desk knows nobody so, or they come in no more.
    """
    name = ledger.keys.name_of(issuer, subject)
    if name is None and makes:
        told = plain_name(makes)
        if ledger.people.find(told) is not None:  # somebody of this name has a way in already: who they are is an admin's to say
            _noted(ledger, "refused", told, host, "a name of the provider that another user has")
            raise NotAllowed("a user of this name is known; an admin says whether it is you: tahqiq users vouch")
        ledger.people.add(User(told, role or "reader", _hasher().hash(secrets.token_urlsafe(32)), since=clock()))
        ledger.keys.vouch(issuer, subject, told)
        _noted(ledger, "added", told, host, f"{role or 'reader'} by {issuer}")
        name = told
    found = ledger.people.find(name) if name else None
    if found is None or not found.is_active:
        _noted(ledger, "refused", name or "", host, "a sign-in that the desk does not know")
        raise NotAllowed("the provider knows you, and the desk does not; ask an admin to let you in")
    if role and role != found.role:
        set_role(ledger, found.name, role, by=issuer)
        found = ledger.people.get(found.name)
    return found, _begun(ledger, found, host)


def once(ledger: Ledger, name: str) -> str:
    """A word that signs this user in a single time, within the hour."""
    found = ledger.people.get(plain_name(name))
    word = secrets.token_urlsafe(32)
    ledger.people.open(token_id(word), found.name, _later(ONCE_HOURS), "once")
    _noted(ledger, "address made", found.name)
    return word


def sign_out(ledger: Ledger, token: str, *, host: str = "") -> None:
    found = visitor(ledger, token)
    ledger.people.close(token_id(token))
    if found:
        _noted(ledger, "signed_out", found.name, host)


def visitor(ledger: Ledger, token: str) -> User | None:
    """Whose browser holds this; None where nobody's."""
    return ledger.people.whose(token_id(token), _later(0)) if token else None


def token_id(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def csrf(token: str) -> str:
    """The word that forms of this browser's pages carry: known to whoever holds the token, and to no other site."""
    return hmac.new(token.encode(), b"form", hashlib.sha256).hexdigest()


def _begun(ledger: Ledger, found: User, host: str) -> str:
    token = secrets.token_urlsafe(32)
    ledger.people.forget(_later(0))
    ledger.people.open(token_id(token), found.name, _later(SESSION_HOURS))
    _noted(ledger, "signed_in", found.name, host)
    return token


def _is_right(found: User | None, password: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return _hasher().verify(found.password if found else _nobodys(), _as_kept(password[:LONGEST]))
    except (VerificationError, InvalidHashError):
        return False


def _wait(ledger: Ledger, name: str, host: str) -> int:
    """Seconds before the next try; 0 where it may be now."""
    moment = dt.datetime.now(dt.UTC)
    since = _text(moment - REMEMBERED)
    waits = [0]
    for refused, free in ((ledger.people.refusals(since, name=name) if name else (), FREE_BY_NAME), (
        ledger.people.refusals(since, host=host) if host else (), FREE_BY_HOST)):  # fmt: skip
        if len(refused) >= free:
            pause = min(2 ** min(len(refused) - free + 1, 20), LONGEST_WAIT_S)
            waits.append(pause - int((moment - dt.datetime.fromisoformat(refused[0])).total_seconds()))
    return max(waits)


def _noted(ledger: Ledger, what: str, name: str, host: str = "", told_more: str = "") -> None:
    ledger.people.note_entry(Entry(_later(0), what, name, host, told_more))


def _later(hours: int) -> str:
    return _text(dt.datetime.now(dt.UTC) + dt.timedelta(hours=hours))


def _text(moment: dt.datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


# -- a second factor --------------------------------------------------------------------------------------------------


def _is_coded(ledger: Ledger, found: User, code: str) -> bool:
    """True where no code is asked for, or it is that of this half-minute or the one beside it, and was not used before."""
    if not found.totp:
        return True
    step = int(dt.datetime.now(dt.UTC).timestamp()) // STEP_S
    given = "".join(str(unicodedata.digit(letter, "")) for letter in code)
    for near in (step, step - 1, step + 1):
        if hmac.compare_digest(given.encode(), totp(found.totp, near).encode()):
            return ledger.people.take_step(found.name, near)
    return False


def totp(secret: str, step: int) -> str:
    """The code of a half-minute. Source: RFC 6238 over RFC 4226, with SHA-1 as authenticators have it."""
    mac = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
    start = mac[-1] & 15
    return str((struct.unpack(">I", mac[start : start + 4])[0] & 0x7FFFFFFF) % 10**DIGITS).zfill(DIGITS)
