"""Marking names as protected, and withdrawing that: each with who did it and why, kept for good.

What comes in are names as reports tell them; what goes out are records in the ledger, by which `protection` withholds the names from every
export and public page, whoever bears them.
"""

import unicodedata

from tahqiq.errors import LedgerConflict
from tahqiq.fold import folded
from tahqiq.ledger import Ledger
from tahqiq.ledger.protected import THEME, standing
from tahqiq.ledger.records import Record
from tahqiq.pipeline import now
from tahqiq.publishing import keep_up

LONGEST = 200


def protect_name(ledger: Ledger, name: str, *, who: str, why: str) -> None:
    """The name leaves the desk no more. Raises: LedgerConflict where it is none, is protected already, or no reason is told."""
    told = _plain(name)
    reason = _reason(why)
    with ledger.transaction(computing=True):
        if any(folded(one.subject) == folded(told) for one in protected(ledger)):
            raise LedgerConflict(f"{told}: is protected already")
        ledger.records.append(Record(THEME, told, "added", who, now(), {"why": reason}))
    keep_up(ledger)  # what is public loses it at once


def withdraw_protection(ledger: Ledger, name: str, *, who: str, why: str) -> None:
    """The name is as any other again. Raises: LedgerConflict where it is not protected, or no reason is told."""
    told, reason = " ".join(name.split()), _reason(why)
    with ledger.transaction(computing=True):
        found = next((one for one in protected(ledger) if folded(one.subject) == folded(told)), None)
        if found is None:
            raise LedgerConflict(f"{told}: is not protected")
        ledger.records.append(Record(THEME, found.subject, "withdrawn", who, now(), {"why": reason}))


def protected(ledger: Ledger) -> tuple[Record, ...]:
    """The records by which names are protected now."""
    return standing(ledger.records.of(THEME))


def history(ledger: Ledger) -> tuple[Record, ...]:
    """Everything that was marked and withdrawn, the latest first."""
    return ledger.records.of(THEME)[::-1]


def _plain(name: str) -> str:
    told = " ".join(unicodedata.normalize("NFC", name).split())
    if not len(folded(told)) >= 2 or len(told) > LONGEST:
        raise LedgerConflict(f"a name to protect has 2 to {LONGEST} letters")
    return told


def _reason(why: str) -> str:
    reason = " ".join(why.split())[:2000]
    if not reason:
        raise LedgerConflict("say why: nothing is protected or withdrawn without a reason")
    return reason
