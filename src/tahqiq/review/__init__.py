"""Review: what a person decides of accounts and incidents, what waits for a decision, and what was decided when and why.

What comes in are ids as the desk shows them, words for values, who decides and why; what goes out are decisions in the ledger and the
incidents that follow from them. Every decision can be taken back, by a decision; none is erased. This package must not know how a page
or a command looks, nor how accounts are linked.
"""

from tahqiq.review.deciding import (
    accept,
    correct,
    grade,
    keep_apart,
    merge,
    publish,
    reject,
    republish,
    split,
    take_back,
)
from tahqiq.review.history import Entry, history, history_of_person
from tahqiq.review.noting import add_note, notes
from tahqiq.review.persons import not_same_person, person_is, protected, same_person
from tahqiq.review.waiting import KINDS, Waiting, inbox

__all__ = [
    "KINDS",
    "Entry",
    "Waiting",
    "accept",
    "add_note",
    "correct",
    "grade",
    "history",
    "history_of_person",
    "inbox",
    "keep_apart",
    "merge",
    "not_same_person",
    "notes",
    "person_is",
    "protected",
    "publish",
    "reject",
    "republish",
    "same_person",
    "split",
    "take_back",
]
