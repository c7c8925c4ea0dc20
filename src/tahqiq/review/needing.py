"""How much an incident needs a person: harm times doubt times contradiction times age, each told, so that the order can be argued with.

What comes in is an incident and how long it has waited; what goes out is a number and what it is made of. Pure; nothing is known of pages
or of the ledger.
"""

import math
from dataclasses import dataclass

from tahqiq.model import Incident

INJURED_SHARE = 0.3  # an injured person weighs so much of a killed one: enough to order a list by, no judgement of harm
DOUBTFUL = frozenset({"none", "weak", "contested", "discounted"})
DOUBLED_DAYS, MOST_DAYS = 30, 60  # who has waited a month weighs twice; after two nothing is added, or old trifles would hide new harm


@dataclass(frozen=True, slots=True)
class Need:
    """`harm` grows with the logarithm of the dead and hurt, as the highest tell; `doubt` counts from 1; `days` it has waited."""

    harm: float
    doubt: int
    contradictions: int
    is_single: bool
    is_doubtful: bool
    days: float = 0.0

    @property
    def age(self) -> float:
        return 1.0 + min(max(self.days, 0.0), MOST_DAYS) / DOUBLED_DAYS

    @property
    def score(self) -> float:
        return self.harm * self.doubt * (1 + self.contradictions) * self.age


def need(incident: Incident, days: float = 0.0) -> Need:
    """How much the incident needs a person who has not looked at it for so many days."""
    hurt = _most(incident, "killed") + INJURED_SHARE * _most(incident, "injured")
    is_single, is_doubtful = incident.independent <= 1, incident.grade in DOUBTFUL
    return Need(1.0 + math.log2(1.0 + hurt), 1 + is_single + is_doubtful, len(incident.contradictions), is_single, is_doubtful, days)


def _most(incident: Incident, effect: str) -> int:
    """The largest number told: what is doubted is looked at as if it were true."""
    return max((max(toll.best, toll.high or 0, toll.low) for toll in incident.tolls if toll.effect == effect), default=0)
