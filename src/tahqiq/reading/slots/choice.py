"""The choice among a slot's candidates: those above nought by their weights, as many as the slot can hold.

What comes in are proposals; what goes out are the chosen, best first. What the candidates are is not known here, but for doers:
two of them are chosen only where they can have acted together. Whatever is chosen beside the best needs more than the best did:
a question's weight `further` is added to it, nought where the weights have none.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tahqiq.reading.actors import Entity
from tahqiq.reading.choosing import Features, load_weights, score
from tahqiq.reading.claims import Saying
from tahqiq.reading.clauses import PARTNER
from tahqiq.reading.slots.around import Proposal

_LIMITS = {"perpetrator": 2, "target": 2, "source": 4, "victim": 8}
_PARTIES = frozenset(("type_talks", "type_agreement", "type_armed_clash"))  # happenings that have two doers by their nature
_BESIDE = 3  # tokens between two doers told together


@dataclass(frozen=True, slots=True)
class Chosen:
    """A candidate with the log-odds it was chosen by."""

    candidate: object
    score: float


def best(question: str, proposals: Sequence[Proposal]) -> Chosen | None:
    """The proposal with the highest log-odds, None where all are below nought."""
    chosen = several(question, proposals)
    return chosen[0] if chosen else None


def several(question: str, proposals: Sequence[Proposal]) -> list[Chosen]:
    """Proposals above nought, best first, the earlier among equals; at most as many as the question allows."""
    further = load_weights().get(question, {}).get("further", 0.0)
    scored = [(Chosen(candidate, value), features) for candidate, features in proposals if (value := score(question, features)) > 0]
    scored.sort(key=lambda c: -c[0].score)
    scored = [s for n, s in enumerate(scored) if n == 0 or s[0].score + further > 0]
    if question == "perpetrator":
        scored = [s for n, s in enumerate(scored) if n == 0 or _may_share(scored[0][0].candidate, s[0].candidate, s[1])]
    return [c for c, _ in scored][: _LIMITS.get(question, 40)]


def _may_share(first: object, other: object, features: Features) -> bool:
    """True for a second doer: told as a partner, a party of talks or a clash, or right beside the first and of another country."""
    if PARTNER in features:
        return True
    if not (isinstance(first, Entity) and isinstance(other, Entity)) or (other.country and other.country == first.country):
        return False
    if not _PARTIES.isdisjoint(features):
        return True
    a, b = sorted((first, other), key=lambda e: e.first)
    return 0 <= b.first - a.last <= _BESIDE


def saying_of(chosen: Chosen) -> Saying:
    """The saying that was chosen as a source."""
    assert isinstance(chosen.candidate, Saying)
    return chosen.candidate
