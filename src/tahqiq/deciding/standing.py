"""Which decisions stand: those that no later decision took back, in the order of their times.

What comes in are all decisions, in any order. This file must not know what they are about.
"""

from collections.abc import Iterable

from tahqiq.model import Decision

SAME, NOT_SAME = "same", "not_same"  # of accounts: what linking obeys
CORRECTED, REJECTED = "corrected", "rejected"  # of one account
REVIEWED, PUBLISHED, GRADED = "reviewed", "published", "graded"  # of an incident, by its accounts
SAME_PERSON, NOT_SAME_PERSON, PERSON_IS = "same_person", "not_same_person", "person_is"
OF_PERSONS = frozenset({SAME_PERSON, NOT_SAME_PERSON, PERSON_IS})
TAKE_BACK = "take_back"
REPUBLISHED = "republished"  # of an incident: what is public of it is made anew from what the desk holds now
OF_INCIDENTS = frozenset({REVIEWED, PUBLISHED, GRADED, REPUBLISHED})
NAME_RELEASED = "name_released"  # of a name: it may leave the desk
ERROR_ANSWERED = "error_answered"  # of what a reader says is wrong in a publication
BESIDE = frozenset({NAME_RELEASED, ERROR_ANSWERED})  # what changes neither accounts nor incidents


def in_order(decisions: Iterable[Decision]) -> list[Decision]:
    """Decisions by the time they were made, those of one time by id, whatever order they came in."""
    return sorted(decisions, key=lambda d: (d.at, d.id))


def taken_back(decisions: Iterable[Decision]) -> dict[str, Decision]:
    """By the id of each decision that does not stand, the one that took it back; a taking back that was taken back does nothing."""
    by_whom: dict[str, Decision] = {}
    for decision in reversed(in_order(decisions)):
        if decision.kind == TAKE_BACK and decision.id not in by_whom:
            by_whom[target(decision)] = decision
    return by_whom


def target(decision: Decision) -> str:
    """The id of the decision that a taking back names."""
    return str(decision.value.get("decision", decision.subject))


def standing(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """The decisions that stand, without the takings back, oldest first."""
    ordered = in_order(decisions)
    gone = taken_back(ordered)
    return tuple(d for d in ordered if d.kind != TAKE_BACK and d.id not in gone)
