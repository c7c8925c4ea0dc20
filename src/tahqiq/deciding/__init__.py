"""Deciding: what persons said of accounts and incidents, and what follows from it. A person's word wins over any program's.

What comes in are decisions and the accounts of the readings that count; what goes out are the accounts as persons corrected them, pairs
for linking, and incidents with reviews, public ids and grades laid over them. Pure: the order of what comes in is no matter. This stage
must not know the ledger, nor how accounts are linked or assessed.

How it works
1. Decisions stand in the order of their times. A taking back is a decision too and can be taken back itself. See `standing`.
2. A decision names accounts, each tied to its report and the span of its trigger. Where a later reader has made another account of
   those words, the decision follows it; where none is left, it waits for a person. See `following`.
3. Accounts that were rejected are in no incident; corrected slots carry the person's value, with the words it stands on and the
   decision's id as their rule. See `correcting`.
4. What was said of an incident was said of its accounts, and goes where most of these are after any linking. See `overlaying`.
"""

from tahqiq.deciding.following import Follower, Lost, Tie, named_accounts, tie, ties
from tahqiq.deciding.naming import Released, released
from tahqiq.deciding.overlaying import Decided, public_id
from tahqiq.deciding.standing import (
    BESIDE,
    CORRECTED,
    ERROR_ANSWERED,
    GRADED,
    NAME_RELEASED,
    NOT_SAME,
    NOT_SAME_PERSON,
    OF_INCIDENTS,
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
    standing,
    taken_back,
    target,
)

__all__ = [
    "BESIDE",
    "CORRECTED",
    "ERROR_ANSWERED",
    "GRADED",
    "NAME_RELEASED",
    "NOT_SAME",
    "NOT_SAME_PERSON",
    "OF_INCIDENTS",
    "OF_PERSONS",
    "PERSON_IS",
    "PUBLISHED",
    "REJECTED",
    "REPUBLISHED",
    "REVIEWED",
    "SAME",
    "SAME_PERSON",
    "TAKE_BACK",
    "Decided",
    "Follower",
    "Lost",
    "Released",
    "Tie",
    "in_order",
    "named_accounts",
    "public_id",
    "released",
    "standing",
    "taken_back",
    "target",
    "tie",
    "ties",
]
