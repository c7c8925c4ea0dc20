"""Withholding: a document is given to nobody any more, by a decision that stands in the ledger and in the chain of custody.

The vault gives its bytes to nobody; the desk, its API, exports, searches, packs and archives leave out its words, with the reason in their
place. What was read out of it stands, as incidents are made of all accounts; they say that they rest on it.
"""

from tahqiq.errors import UnknownName
from tahqiq.evidence import Vault
from tahqiq.ledger import Ledger
from tahqiq.ledger.withheld import RELEASE, WITHHOLD
from tahqiq.model import Decision, digest
from tahqiq.publishing import keep_up


def withhold(ledger: Ledger, vault: Vault, document: str, *, reason: str, who: str, at: str, erase: bool = False) -> None:
    """The document is withheld; with `erase` its bytes are gone for good.

    Raises: UnknownName where there is none, or no reason is given.
    """
    _check(reason)
    vault.withhold(document, reason=reason, who=who, at=at, erase=erase)
    facts = {"bytes": "erased" if erase else "kept"}
    ledger.append_decision(Decision(digest(WITHHOLD, document, reason, who, at, erase), WITHHOLD, document, who, reason, at, facts))
    keep_up(ledger)  # what is public loses its words at once


def give_again(ledger: Ledger, vault: Vault, document: str, *, reason: str, who: str, at: str) -> None:
    """The document, which was withheld, is given out again. Raises: UnknownName where it was not, or its bytes were erased."""
    _check(reason)
    vault.release(document, reason=reason, who=who, at=at)
    ledger.append_decision(Decision(digest(RELEASE, document, reason, who, at), RELEASE, document, who, reason, at))


def _check(reason: str) -> None:
    if not reason.strip():
        raise UnknownName("say why: nothing is withheld or released without a reason")
