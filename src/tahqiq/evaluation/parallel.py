"""The same news in several languages should tell the same events: agreement of event type, killed and place.

What comes in are documents whose sentences stand in several languages; what goes out is, for each slot, how much of what two
languages tell is told by both, and a list of what differs so that people can mend it. Nobody's key is needed: where two readings
of one text differ, one of them is wrong.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from tahqiq.evaluation.gold import distance_km
from tahqiq.model import Place, Reading, Report

LANGUAGES = ("ar", "ur", "fa", "en")
SLOTS = ("relevant", "event_type", "killed", "place")
_ONE_PLACE_KM = 10
_SPOTS = frozenset(("site", "settlement", "district"))  # precisions whose points lie where the thing happened


@dataclass(frozen=True, slots=True)
class Difference:
    """What one slot of one document is in each language, where these are not the same."""

    document: str
    slot: str
    told: Mapping[str, tuple[str, ...]]


@dataclass(slots=True)
class Agreement:
    """Twice what two languages both tell, over what each tells; by slot and language, and `all`."""

    shared: Counter[tuple[str, str]] = field(default_factory=Counter)
    told: Counter[tuple[str, str]] = field(default_factory=Counter)
    documents: int = 0
    differences: list[Difference] = field(default_factory=list)

    def share(self, slot: str, language: str) -> float | None:
        """The share in 0..1, None where nothing was told."""
        told = self.told[slot, language]
        return 2 * self.shared[slot, language] / told if told else None


def agreement(documents: Iterable[Mapping[str, Any]]) -> Agreement:
    """How far the readings of each document agree, over the documents that are conflict in any language."""
    found = Agreement()
    for document in documents:
        readings = dict(_readings(document))
        if any(reading.relevant for reading in readings.values()):
            found.documents += 1
            _count(str(document["id"]), readings, found)
    return found


def _readings(document: Mapping[str, Any]) -> Iterator[tuple[str, Reading]]:
    from tahqiq.reading import read

    for language in LANGUAGES:
        sentences = document["sentences"].get(language)
        if sentences:
            yield language, read(Report("\n".join(sentences), id=f"{document['id']}.{language}", language=language))


def _count(document: str, readings: Mapping[str, Reading], found: Agreement) -> None:
    for slot in SLOTS:
        told = {language: Counter(values) for language, values in _told(slot, readings).items()}
        for one, other in combinations(told, 2):
            both, each = (told[one] & told[other]).total(), told[one].total() + told[other].total()
            for name in (one, other, "all"):
                found.shared[slot, name] += both
                found.told[slot, name] += each
        if len({frozenset(values.items()) for values in told.values()}) > 1:
            found.differences.append(Difference(document, slot, {k: tuple(sorted(v.elements())) for k, v in told.items()}))


def _told(slot: str, readings: Mapping[str, Reading]) -> dict[str, Sequence[str]]:
    if slot != "place":
        return {language: _values(slot, reading) for language, reading in readings.items()}
    known: list[Place] = []
    return {
        language: [_known(a.place.place, known) for a in r.accounts if a.place and _is_resolved(a.place.place)]
        for language, r in readings.items()
    }


def _is_resolved(place: Place) -> bool:
    return bool(place.id) or place.lat is not None


def _known(place: Place, known: list[Place]) -> str:
    """The name under which the first place that is the same one was told."""
    same = next((p for p in known if _is_one(p, place)), None)
    if same is None:
        known.append(place)
        same = place
    return f"{same.name} ({same.id or same.precision})"


def _is_one(a: Place, b: Place) -> bool:
    if a.id and a.id == b.id:
        return True
    if not _SPOTS.issuperset((a.precision, b.precision)):
        return False
    km = distance_km({"lat": a.lat, "lon": a.lon}, {"lat": b.lat, "lon": b.lon})
    return km is not None and km <= _ONE_PLACE_KM


def _values(slot: str, reading: Reading) -> Sequence[str]:
    if slot == "relevant":
        return ["conflict"] if reading.relevant else ["none"]
    if slot == "event_type":
        return [a.event_type for a in reading.accounts]
    return [_span(c.min, c.max) for a in reading.accounts for c in a.casualties if c.effect == "killed"]


def _span(low: int, high: int | None) -> str:
    return f"{low}+" if high is None else f"{low}" if low == high else f"{low}-{high}"
