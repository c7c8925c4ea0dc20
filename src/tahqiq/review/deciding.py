"""A person's decision, checked and kept: merge, keep apart, split, correct, reject, accept, publish, grade, take back.

What comes in are ids and words; what goes out is the decision, which is in the ledger and carried out. What cannot be decided so is
refused with one sentence, and nothing is kept.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from tahqiq.codebook import load_codebook
from tahqiq.deciding import (
    CORRECTED,
    GRADED,
    NOT_SAME,
    PUBLISHED,
    REJECTED,
    REPUBLISHED,
    REVIEWED,
    SAME,
    TAKE_BACK,
    in_order,
    named_accounts,
    public_id,
    taken_back,
    tie,
)
from tahqiq.errors import LedgerConflict, UnknownName
from tahqiq.ledger import Ledger
from tahqiq.model import Account, Decision, Incident, digest, to_json
from tahqiq.pipeline import Stages, decide, instant
from tahqiq.publishing import keep_up
from tahqiq.publishing import republish as check_republished
from tahqiq.refusing import refused
from tahqiq.review.values import Corrected, value_of

MAX_WORDS = 2000  # code points of a reason; longer ones belong in a file of their own


def merge(ledger: Ledger, incidents: Sequence[str], *, who: str, why: str, stages: Stages | None = None) -> Decision:
    """The incidents are one from now on; of two public ids the older stays and the other leads to it."""
    found = _incidents(ledger, incidents)
    if len(found) < 2:
        raise refused(LedgerConflict, "merge_alone", name=incidents[0] if incidents else "nothing")
    accounts = [account for incident in found for account in incident.accounts]
    return made(ledger, SAME, accounts[0], who, why, _told(ledger, accounts, found, accounts=accounts[1:]), stages)


def keep_apart(ledger: Ledger, one: str, other: str, *, who: str, why: str, stages: Stages | None = None) -> Decision:
    """The two incidents are never one, however alike later reports make them."""
    found = _incidents(ledger, (one, other))
    if len(found) < 2:
        raise refused(LedgerConflict, "apart_one", one=one, other=other)
    mine, theirs = found[0].accounts, found[1].accounts
    told = _told(ledger, [*mine, *theirs], found, accounts=theirs, beside=mine[1:])
    return made(ledger, NOT_SAME, mine[0], who, why, told, stages)


def split(ledger: Ledger, incident: str, accounts: Sequence[str], *, who: str, why: str, stages: Stages | None = None) -> Decision:
    """The accounts, given by their ids or their reports', tell of another happening than the rest of the incident's."""
    found = ledger.incident(incident)
    out = _members(ledger, found, accounts)
    rest = [name for name in found.accounts if name not in out]
    if not rest:
        raise refused(LedgerConflict, "split_all", name=found.id, going=len(out), all=len(found.accounts))
    told = _told(ledger, found.accounts, (found,), accounts=rest, beside=out[1:], together=True)
    return made(ledger, NOT_SAME, out[0], who, why, told, stages)


def correct(
    ledger: Ledger,
    account: str,
    slot: str,
    words: str,
    *,
    who: str,
    why: str,
    standing_on: str = "",
    span: tuple[int, int] | None = None,
    places: str = "",
    stages: Stages | None = None,
) -> Decision:
    """The slot of the account holds what the words say; the reader's value stays beside it.

    Args:
        words: a place's name, days, counts such as `3-5 civilians`, names or codes, `none` for nothing; see `values`.
        standing_on: the words of the report that say so; those of the value before unless given.
        span: where in the report's text these words stand, where they stand in several places.
    """
    told = _account(ledger, account)
    text = ledger.report(told.report).text
    value: Corrected = value_of(told, slot, words, text, standing_on, places)
    if span and not 0 <= span[0] < span[1] <= len(text):
        raise refused(UnknownName, "no_letters", span=f"{span[0]}-{span[1]}", length=len(text))
    on = span or value.span
    facts = {"slot": slot, "to": value.to, "was": value.was, "span": list(on) if on else None, "words": words}
    return made(ledger, CORRECTED, told.id, who, why, {**facts, "ties": {told.id: tie(told)}}, stages)


def reject(ledger: Ledger, account: str, *, who: str, why: str, stages: Stages | None = None) -> Decision:
    """The account is in no incident: the report does not tell what was read out of it."""
    told = _account(ledger, account)
    return made(ledger, REJECTED, told.id, who, why, {"ties": {told.id: tie(told)}}, stages)


def accept(ledger: Ledger, incident: str, *, who: str, why: str, stages: Stages | None = None) -> Decision:
    """The incident was reviewed as it is now; what is told of it later waits in the inbox."""
    found = ledger.incident(incident)
    return _of_incident(ledger, REVIEWED, found, who, why, {"grade": found.grade}, stages)


def publish(ledger: Ledger, incident: str, *, who: str, why: str, stages: Stages | None = None) -> Decision:
    """The incident is published under a public id that never changes: the one it had before, if ever it was published."""
    found = ledger.incident(incident)
    if found.review == PUBLISHED:
        raise refused(LedgerConflict, "published", name=found.id, public=found.public_id)
    known = [d for d in ledger.decisions() if d.kind == PUBLISHED]
    mine = [d for d in in_order(known) if not set(found.accounts).isdisjoint(named_accounts(d)) and d.value.get("public_id")]
    at = instant(ledger)
    asked = Decision("", PUBLISHED, found.accounts[0], who, why, at)
    name = str(mine[0].value["public_id"]) if mine else public_id(asked, (str(d.value.get("public_id")) for d in known))
    return _of_incident(ledger, PUBLISHED, found, who, why, {"public_id": name}, stages, at)


def republish(ledger: Ledger, incident: str, *, who: str, why: str, stages: Stages | None = None) -> Decision:
    """What is public of the incident is what the desk holds now, under the same public id; the editions before stay to be seen.

    Raises: LedgerConflict where it is not published, or nothing would change.
    """
    found = ledger.incident(incident)
    if found.review != PUBLISHED or not found.public_id:
        raise refused(LedgerConflict, "not_published", name=found.id)
    check_republished(ledger, found, found.public_id)
    return _of_incident(ledger, REPUBLISHED, found, who, why, {"public_id": found.public_id}, stages)


def grade(ledger: Ledger, incident: str, given: str, *, who: str, why: str, stages: Stages | None = None) -> Decision:
    """The incident has this grade, whatever its accounts give; the computed one stays beside it."""
    known = load_codebook().closed("grades")
    if given not in known:
        raise refused(UnknownName, "no_grade", given=given, known=", ".join(known))
    found = ledger.incident(incident)
    told = {"grade": given, "computed": found.computed_grade or found.grade}
    return _of_incident(ledger, GRADED, found, who, why, told, stages)


def take_back(ledger: Ledger, decision: str, *, who: str, why: str, stages: Stages | None = None) -> Decision:
    """The decision does not stand any more. It is not erased, and the taking back can be taken back."""
    known = tuple(ledger.decisions())
    found = [d for d in known if d.id == decision] or [d for d in known if decision and d.id.startswith(decision)]
    if len(found) != 1:
        raise refused(UnknownName, "several_decisions" if found else "no_decision", name=decision)
    if found[0].id in (gone := taken_back(known)):
        before = gone[found[0].id]
        raise refused(LedgerConflict, "taken_back", name=found[0].id, who=before.who, at=before.at)
    return made(ledger, TAKE_BACK, found[0].subject, who, why, {"decision": found[0].id, "kind": found[0].kind}, stages)


# -- the parts --------------------------------------------------------------------------------------------------------


def _of_incident(
    ledger: Ledger, kind: str, found: Incident, who: str, why: str, told: dict[str, Any], stages: Stages | None, at: str = ""
) -> Decision:
    value = {**told, **_told(ledger, found.accounts, (found,), accounts=found.accounts[1:])}
    return made(ledger, kind, found.accounts[0], who, why, value, stages, at)


def _told(ledger: Ledger, names: Sequence[str], of: Sequence[Incident], **more: Any) -> dict[str, Any]:
    """What a decision keeps of the accounts and incidents it names: enough to find the accounts again, and to say which was meant."""
    more["incidents"] = [incident.public_id or incident.id for incident in of]
    more["titles"] = [incident.title for incident in of]
    ties = {account.id: tie(account) for account in ledger.accounts_of(names, as_read=True)}
    return {**{key: list(value) if isinstance(value, tuple) else value for key, value in more.items()}, "ties": ties}


def made(
    ledger: Ledger, kind: str, subject: str, who: str, why: str, value: dict[str, Any], stages: Stages | None, at: str = ""
) -> Decision:
    """The decision is kept and carried out; raises LedgerConflict where nobody decides, or for no reason."""
    by, reason = " ".join(who.split()), " ".join(why.split())
    if not by:
        raise refused(LedgerConflict, "nobody_decides")
    if not reason:
        raise refused(LedgerConflict, "no_reason")
    if len(reason) > MAX_WORDS:
        raise refused(LedgerConflict, "long_reason", length=len(reason), most=MAX_WORDS)
    when = at or instant(ledger)
    decision = Decision(digest("decision", kind, subject, by, reason, when, value), kind, subject, by, reason, when, value)
    decide(ledger, (decision,), stages=stages)
    keep_up(ledger, decision)
    return decision


def _incidents(ledger: Ledger, names: Iterable[str]) -> list[Incident]:
    """The incidents of these names, each once, in the order given."""
    found: dict[str, Incident] = {}
    for name in names:
        incident = ledger.incident(name)
        found.setdefault(incident.id, incident)
    return list(found.values())


def _account(ledger: Ledger, name: str) -> Account:
    """The account of this id, as read. Raises: UnknownName that names the accounts where an incident's id is given."""
    found = ledger.accounts_of([name], as_read=True)
    if found:
        return found[0]
    try:
        incident = ledger.incident(name)
    except UnknownName:
        raise refused(UnknownName, "no_account", name=name) from None
    raise refused(UnknownName, "incident_for_account", name=name, accounts=", ".join(incident.accounts[:8]))


def _members(ledger: Ledger, incident: Incident, names: Sequence[str]) -> list[str]:
    """The incident's accounts that are meant, by their own ids or those of their reports."""
    of = ledger.accounts_of(incident.accounts, as_read=True)
    out: list[str] = []
    for name in names:
        meant = [a.id for a in of if name in (a.id, a.report)]
        if not meant:
            raise refused(UnknownName, "not_of_incident", name=name, incident=incident.id)
        out += meant
    if not out:
        raise refused(UnknownName, "none_to_go")
    return list(dict.fromkeys(out))


def as_json(decision: Decision) -> Any:
    """The decision as plain JSON, without the ties that only programs need."""
    told = to_json(decision)
    told["value"].pop("ties", None)
    return told
