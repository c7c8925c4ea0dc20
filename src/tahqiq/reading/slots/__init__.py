"""What fills a happening's slots: candidates with the features that speak for and against each, and the choice by weight.

What comes in are a scene and a happening; what goes out are chosen candidates. Every `propose_…` gives pairs (candidate,
features) in text order, so that `tools/fit_weights.py` can learn from the same features that reading sums. A slot is one module:
`days`, `places`, `sides` (who did it, who was struck), `tolls`, `victims`, `sources`; `around` has what all of them ask of a
happening, `choice` picks.
"""

from tahqiq.reading.slots.around import Proposal, Surroundings
from tahqiq.reading.slots.choice import Chosen, best, saying_of, several
from tahqiq.reading.slots.days import propose_dates
from tahqiq.reading.slots.places import propose_places
from tahqiq.reading.slots.sides import propose_objects, propose_sides
from tahqiq.reading.slots.sources import propose_sources
from tahqiq.reading.slots.tolls import propose_rows
from tahqiq.reading.slots.victims import propose_victims

__all__ = [
    "Chosen",
    "Proposal",
    "Surroundings",
    "best",
    "propose_dates",
    "propose_objects",
    "propose_places",
    "propose_rows",
    "propose_sides",
    "propose_sources",
    "propose_victims",
    "saying_of",
    "several",
]
