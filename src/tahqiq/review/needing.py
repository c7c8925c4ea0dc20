"""How much an incident needs a person: harm times doubt, so that the deadliest and least certain are looked at first.

What comes in is an incident; what goes out is a number and what it is made of. Pure; nothing is known of pages or of the ledger.
"""

import math
from dataclasses import dataclass

from tahqiq.model import Incident

INJURED_SHARE = 0.3  # an injured person weighs so much of a killed one: enough to order a list by, no judgement of harm
DOUBTFUL = frozenset({"none", "weak", "contested", "discounted"})


@dataclass(frozen=True, slots=True)
class Need:
    """`harm` grows with the logarithm of the dead and hurt, as the highest tell; `doubt` counts what is open, from 1."""

    harm: float
    doubt: int
    contradictions: int
    is_single: bool
    is_doubtful: bool

    @property
    def score(self) -> float:
        return self.harm * self.doubt


def need(incident: Incident) -> Need:
    """How much the incident needs a person."""
    hurt = _most(incident, "killed") + INJURED_SHARE * _most(incident, "injured")
    contradictions = len(incident.contradictions)
    is_single, is_doubtful = incident.independent <= 1, incident.grade in DOUBTFUL
    doubt = 1 + 2 * contradictions + is_single + is_doubtful
    return Need(1.0 + math.log2(1.0 + hurt), doubt, contradictions, is_single, is_doubtful)


def _most(incident: Incident, effect: str) -> int:
    """The largest number told: what is doubted is looked at as if it were true."""
    return max((max(toll.best, toll.high or 0, toll.low) for toll in incident.tolls if toll.effect == effect), default=0)
