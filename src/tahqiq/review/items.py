"""Things that wait in the inbox beside incidents and decisions: what a reader of the public site reports, what could not be read.

What comes in are sentences with where they lead; what goes out are items, each of a kind. Another part of the desk adds a kind by `put`:
its word stands under inbox.kind.KIND of the interface. An item is closed by somebody, with a reason, and can be opened again.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tahqiq.errors import LedgerConflict, UnknownName
from tahqiq.ledger import Failure, Ledger
from tahqiq.ledger.records import Record
from tahqiq.pipeline import now
from tahqiq.refusing import refused

THEME = "inbox"
ERROR_REPORT, UNREAD = "error_report", "unread"
KINDS = (ERROR_REPORT, UNREAD)
_LONGEST = 5000


@dataclass(frozen=True, slots=True)
class Item:
    """Something that waits. `incident` is an incident's id or public id, `address` a page of the desk; empty where there is none."""

    id: str
    kind: str
    sentence: str
    at: str = ""
    who: str = ""
    incident: str = ""
    address: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


def put(
    ledger: Ledger, kind: str, sentence: str, *, who: str = "", incident: str = "", address: str = "", facts: dict[str, Any] | None = None
) -> str:
    """The item waits from now on; gives its id. The same sentence about the same thing waits once."""
    told = sentence.strip()[:_LONGEST]
    if kind not in KINDS or not told:
        raise UnknownName(f"nothing of the kind {kind!r} waits, or it says nothing")
    name = hashlib.sha256("\n".join((kind, incident, address, told)).encode()).hexdigest()[:16]
    with ledger.transaction(computing=True):
        if name not in _states(ledger):
            value = {"kind": kind, "sentence": told, "incident": incident, "address": address, "facts": facts or {}}
            ledger.records.append(Record(THEME, name, "put", who, now(), value))
    return name


def close(ledger: Ledger, name: str, *, who: str, why: str) -> None:
    """The item waits no more. Raises: LedgerConflict where it does not wait, or no reason is told."""
    _turned(ledger, name, "closed", who, why)


def reopen(ledger: Ledger, name: str, *, who: str, why: str) -> None:
    """The item waits again."""
    _turned(ledger, name, "opened", who, why)


def waiting(ledger: Ledger, kind: str | None = None, *, limit: int = 200) -> tuple[Item, ...]:
    """What waits, the longest waiting first; at most so many of each kind."""
    states = _states(ledger)
    kinds = KINDS if kind is None else (kind,)
    found: list[Item] = []
    for name in kinds:
        some = _unread(ledger) if name == UNREAD else _put(ledger, name)
        waits = (one for one in some if states.get(one.id) != "closed")
        found += [one for one, _ in zip(waits, range(limit), strict=False)]
    return tuple(found)


def _turned(ledger: Ledger, name: str, kind: str, who: str, why: str) -> None:
    reason = " ".join(why.split())[:2000]
    if not reason:
        raise refused(LedgerConflict, "nothing_closed")
    with ledger.transaction(computing=True):
        known = {one.id for one in _put(ledger)} | {one.id for one in _unread(ledger)}
        if name not in known:
            raise refused(UnknownName, "nothing_waits", name=name)
        if (_states(ledger).get(name) == "closed") == (kind == "closed"):
            raise LedgerConflict(f"{name}: was {kind} already")
        ledger.records.append(Record(THEME, name, kind, who, now(), {"why": reason}))


def _states(ledger: Ledger) -> dict[str, str]:
    return {one.subject: one.kind for one in ledger.records.of(THEME)}


def _put(ledger: Ledger, kind: str | None = None) -> Iterator[Item]:
    for one in ledger.records.of(THEME, kinds=("put",)):
        told = one.value
        if kind in (None, told["kind"]):
            yield Item(one.subject, told["kind"], told["sentence"], one.at, one.who, told["incident"], told["address"], told["facts"])


def _unread(ledger: Ledger) -> Iterator[Item]:
    """What was taken in and could not be read, each by what failed: read later, it is no failure any more."""
    for failure in ledger.failures():
        about = f"{failure.document}\n{failure.line}\n{failure.report}"
        name = f"u{hashlib.sha256(about.encode()).hexdigest()[:15]}"
        yield Item(name, UNREAD, _said(failure), address=f"/reports/{failure.report}" if failure.report else "")


def _said(failure: Failure) -> str:
    where = f"line {failure.line}: " if failure.line else ""
    return f"{failure.document[:12]}: {where}{failure.reason}"
