"""What was decided of an incident, by whom, when and why, and what became of it: nothing is left out, also what was taken back.

What comes in is an incident's id; what goes out are entries, oldest first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from tahqiq.deciding import (
    CORRECTED,
    GRADED,
    NOT_SAME,
    NOT_SAME_PERSON,
    OF_PERSONS,
    PERSON_IS,
    PUBLISHED,
    REJECTED,
    REPUBLISHED,
    REVIEWED,
    SAME,
    SAME_PERSON,
    TAKE_BACK,
    in_order,
    named_accounts,
    taken_back,
    target,
    ties,
)
from tahqiq.fold import folded
from tahqiq.ledger import Ledger
from tahqiq.model import Decision, Person
from tahqiq.pipeline import decided_in

STANDS, GONE, OVERRULED, WAITS = "stands", "taken back", "overruled", "waits"


@dataclass(frozen=True, slots=True)
class Entry:
    """A decision and its state: it stands, was taken back, is overruled by a later one, or waits. `by` is the decision that did it."""

    decision: Decision
    state: str
    by: Decision | None = None


def history(ledger: Ledger, incident: str) -> tuple[Entry, ...]:
    """The decisions on the incident and its accounts, of today and of former readings; raises UnknownName where there is none."""
    found = ledger.incident(incident)
    known = tuple(ledger.decisions())
    mine = set(found.accounts)
    reports = set(found.reports)

    def could_be_about(decision: Decision) -> bool:
        """A decision is followed to accounts of the reports it was made on, and to no others."""
        return not mine.isdisjoint(named_accounts(decision)) or any(tied.report in reports for tied in ties(decision).values())

    decided = decided_in(ledger, [d for d in known if d.kind == TAKE_BACK or could_be_about(d)])
    lost = {one.decision.id for one in decided.lost}

    def is_about(decision: Decision) -> bool:
        now = decided.followed(decision)
        return not mine.isdisjoint(now) if now else could_be_about(decision)

    about = {d.id for d in known if d.kind != TAKE_BACK and is_about(d)}
    while more := {d.id for d in known if d.kind == TAKE_BACK and target(d) in about and d.id not in about}:
        about |= more
    return entries([d for d in known if d.id in about], known, lost)


def history_of_person(ledger: Ledger, person: Person) -> tuple[Entry, ...]:
    """The decisions on this person: those that stand on the record, and those that were made on one of its names and taken back."""
    known = tuple(ledger.decisions())
    names = {folded(name) for forms in person.names.values() for name in forms}
    accounts = set(person.accounts)

    def is_about(decision: Decision) -> bool:
        told = decision.value.get("persons", ()) if decision.kind in OF_PERSONS else ()
        return decision.id in person.decisions or any(str(a) in accounts and folded(str(name)) in names for a, name in told)

    about = {d.id for d in known if d.kind != TAKE_BACK and is_about(d)}
    while more := {d.id for d in known if d.kind == TAKE_BACK and target(d) in about and d.id not in about}:
        about |= more
    return entries([d for d in known if d.id in about], known)


def entries(wanted: Iterable[Decision], known: Sequence[Decision], lost: Iterable[str] = ()) -> tuple[Entry, ...]:
    """Decisions with their states, oldest first; `known` are all there are."""
    gone = taken_back(known)
    waiting = set(lost)
    over = overruled(d for d in known if d.id not in gone)
    found = []
    for decision in in_order(wanted):
        if decision.id in gone:
            found.append(Entry(decision, GONE, gone[decision.id]))
        elif decision.id in waiting:
            found.append(Entry(decision, WAITS))
        elif decision.id in over:
            found.append(Entry(decision, OVERRULED, over[decision.id]))
        else:
            found.append(Entry(decision, STANDS))
    return tuple(found)


def overruled(decisions: Iterable[Decision]) -> dict[str, Decision]:
    """By the id of each decision that a later one says otherwise than, that later one."""
    ordered = in_order(decisions)
    over: dict[str, Decision] = {}
    last: dict[tuple[str, ...], Decision] = {}
    for decision in ordered:
        for key in _keys(decision):
            before = last.get(key)
            if before is not None and before.id != decision.id and _says(before) != _says(decision):
                over[before.id] = decision
            last[key] = decision
    return over


def _keys(decision: Decision) -> list[tuple[str, ...]]:
    """What a decision is about: of two about the same, the later counts."""
    if decision.kind == CORRECTED:
        return [(CORRECTED, decision.subject, str(decision.value.get("slot")))]
    if decision.kind == PERSON_IS:
        return [(PERSON_IS, *map(str, decision.value["persons"][0]), str(decision.value.get("field")))]
    if decision.kind in (SAME_PERSON, NOT_SAME_PERSON):
        return [("persons", *sorted(str(key) for key in decision.value.get("persons", ())))]
    if decision.kind == GRADED:
        return [(GRADED, decision.subject)]
    if decision.kind in (SAME, NOT_SAME):
        mine = {decision.subject, *map(str, decision.value.get("beside", ()))}
        return [("pair", *sorted((a, str(b)))) for a in mine for b in decision.value.get("accounts", ())]
    return []


def _says(decision: Decision) -> object:
    if decision.kind in (SAME, NOT_SAME, SAME_PERSON, NOT_SAME_PERSON):
        return decision.kind
    return decision.value.get("to") if decision.kind in (CORRECTED, PERSON_IS) else decision.value.get("grade")


def _titled(value: dict[str, Any]) -> list[str]:
    """The incidents that a decision names, as they were called when it was made."""
    names, titles = value.get("incidents", ()), value.get("titles", ())
    return [f"{name} ({title})" if title else str(name) for name, title in zip_longest(names, titles)]


def _and(value: dict[str, Any]) -> str:
    return " and ".join(map(str, value.get("names", ())))


def words(decision: Decision, known: Iterable[Decision] = ()) -> str:
    """What the decision says, in plain English."""
    value = decision.value
    if decision.kind == TAKE_BACK:
        before = next((d for d in known if d.id == target(decision)), None)
        return f"takes back {target(decision)[:8]}" + (f" ({words(before)})" if before else "")
    others = " and ".join(_titled(value)[1:]) or ", ".join(map(str, value.get("accounts", ())))
    told = {
        SAME: f"is one incident with {others}",
        NOT_SAME: f"{1 + len(value.get('beside', ()))} split from the rest" if value.get("together") else f"is not the same as {others}",
        CORRECTED: f"{value.get('slot')} is {value.get('words') or value.get('to')}",
        REJECTED: "is told of by no such report: the account does not count",
        REVIEWED: "is accepted as it is",
        PUBLISHED: f"is published{' as ' + str(value['public_id']) if value.get('public_id') else ''}",
        REPUBLISHED: f"its changes are published, as {value.get('public_id', '')}",
        SAME_PERSON: f"{_and(value)} are one person",
        NOT_SAME_PERSON: f"{_and(value)} are two persons",
        PERSON_IS: f"{value.get('field')} of {(value.get('persons') or [['', '?']])[0][1]} is {value.get('to')}",
        GRADED: f"grade is {value.get('grade')}",
    }
    return told.get(decision.kind, decision.kind.replace("_", " "))
