"""Who says it: the claimants of a report, what stance they take, and over which sentences their word reaches.

What comes in are an analysis and its entities; what goes out are `Saying`s. Which happening a saying is about is decided by
weights elsewhere.

How it works
1. A word of saying takes the entity on the side where its rule puts the claimant (`according to X`, `X said`, `قال X`, `X کے مطابق`),
   the nearest first, nothing but names and descriptions between.
2. `He said`, `وأضاف`, `انہوں نے کہا` go on with the claimant before.
3. A saying reaches over its own sentence; one whose words open a quotation, over the next as well.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tahqiq.languages import Mark
from tahqiq.reading.actors import Entity
from tahqiq.reading.analysis import Analysis

_REACH = 9  # tokens between a claimant and the word of saying
_MARKED_REACH = 30  # where a marker behind the claimant (`نے`) makes it the doer, the verb may stand at the sentence's end
_ADDRESSED = frozenset(("object", "target", "instrument"))
_MEDIA = ("agency", "outlet")
STANCES = ("reports", "confirms", "claims_responsibility", "accuses", "denies", "declines", "investigating")


@dataclass(frozen=True, slots=True)
class Saying:
    """A claimant with a stance. `continued` where the words name nobody and the claimant before goes on."""

    claimant: Entity
    stance: str
    mark: Mark | None
    sentence: int
    rule: str
    distance: int = 0
    continued: bool = False

    @property
    def is_media(self) -> bool:
        return self.claimant.role in _MEDIA or self.claimant.role == "media"


def find_sayings(analysis: Analysis, entities: Sequence[Entity]) -> list[Saying]:
    """Every saying in text order; one entity may take several stances."""
    speakers = [e for e in entities if _can_speak(e)]
    found: list[Saying] = []
    for mark in analysis.marks.get("saying", ()):
        saying = _with_claimant(analysis, mark, speakers)
        if saying is not None:
            found.append(saying)
        elif found and found[-1].sentence >= analysis.sentence(mark.first) - 1 and mark.sense.form != "according":
            before = found[-1]
            stance = mark.sense.value
            found.append(Saying(before.claimant, stance, mark, analysis.sentence(mark.first), mark.sense.rule, continued=True))
    found += _credits(analysis, speakers, found)
    return sorted(found, key=lambda s: (s.sentence, s.claimant.first))


def _can_speak(entity: Entity) -> bool:
    if entity.kind == "people":
        return entity.who in ("", "unspecified", "civilians")
    return entity.role not in ("aircraft",) and entity.kind != "site"


def _with_claimant(analysis: Analysis, mark: Mark, speakers: Sequence[Entity]) -> Saying | None:
    side = mark.sense.text("side") or ("after" if mark.sense.form == "according" else _usual_side(analysis))
    sentence = analysis.sentence(mark.first)
    best: tuple[float, Entity] | None = None
    for entity in speakers:
        if analysis.sentence(entity.first) != sentence:
            continue
        after = entity.first >= mark.last
        overlaps = entity.first < mark.last and mark.first < entity.last
        gap = 0 if overlaps else (entity.first - mark.last if after else mark.first - entity.last)
        roles = _marked(analysis, entity) if mark.sense.form != "according" and not overlaps else frozenset()
        if roles & _ADDRESSED and "agent" not in roles:
            continue
        if gap > (_MARKED_REACH if "agent" in roles else _REACH) or (side != "both" and (side == "after") != after and not overlaps):
            continue
        between = range(mark.last, entity.first) if after else range(entity.last, mark.first)
        cost: float = 0.2 * gap if "agent" in roles else gap
        cost += 4 * sum(1 for t in between if analysis.at("break", t) or analysis.tokens[t].text in (";", ":", '"'))
        if "agent" not in roles:
            cost += 3 * sum(1 for other in speakers if other is not entity and other.first in between)
        cost += {"people": 2.0, "country": 1.0}.get(entity.kind, 0.0)
        if best is None or cost < best[0]:
            best = (cost, entity)
    if best is None or best[0] > _REACH:
        return None
    return Saying(_by_name(best[1], speakers), mark.sense.value, mark, sentence, mark.sense.rule, int(best[0]))


def _marked(analysis: Analysis, entity: Entity) -> frozenset[str]:
    """Roles that a marker right behind an entity gives it, in languages that mark the doer there."""
    if analysis.language.order != "sov":
        return frozenset()
    at = entity.last + (entity.last < len(analysis.tokens) and analysis.tokens[entity.last].text in ('"', "'"))
    return frozenset(m.sense.value for m in analysis.at("marker", at) if m.sense.form == "after")


def _by_name(entity: Entity, speakers: Sequence[Entity]) -> Entity:
    """The person named right beside an office or spokesman, who is the one that speaks; else the entity itself."""
    if entity.kind != "source":
        return entity
    beside = (p for p in speakers if p.kind == "person" and (0 <= p.first - entity.last <= 1 or 0 <= entity.first - p.last <= 1))
    return next(beside, entity)


def _usual_side(analysis: Analysis) -> str:
    return "both" if analysis.language.order in ("vso", "svo") else "before"


def _credits(analysis: Analysis, speakers: Iterable[Entity], found: Sequence[Saying]) -> list[Saying]:
    """Agencies in brackets or quoted by name without a verb: `Baghdad (AFP)`, `reported Reuters`."""
    known = {s.claimant.first for s in found}
    credits = []
    for entity in speakers:
        if entity.role not in _MEDIA or entity.first in known or entity.actor is None:
            continue
        before = analysis.tokens[entity.first - 1].text if entity.first else ""
        if before in ("(", "[", "/") and entity.last < len(analysis.tokens) and analysis.tokens[entity.last].text in (")", "]", "-", "/"):
            credits.append(Saying(entity, "reports", None, analysis.sentence(entity.first), "claims/credit"))
    return credits
