"""What one edition tells otherwise than the one before, field by field.

What comes in are two records; what goes out are differences. Of who did it only that it changed is said: a name that was public then may be
protected since.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tahqiq.model import Incident, Place, Toll
from tahqiq.publishing.records import Record


@dataclass(frozen=True, slots=True)
class Difference:
    """`field` is a field of an incident, or toll; `before` and `after` are its values in the model, None where there was or is none."""

    field: str
    before: Any = None
    after: Any = None


def differences(before: Record, after: Record) -> tuple[Difference, ...]:
    """In the order in which a page tells an incident."""
    return tuple(_differences(before.incident, after.incident))


def _differences(old: Incident, new: Incident) -> Iterator[Difference]:
    for field in ("event_type", "status", "certainty"):
        if getattr(old, field) != getattr(new, field):
            yield Difference(field, getattr(old, field), getattr(new, field))
    if _spot(old.place) != _spot(new.place):
        yield Difference("place", old.place, new.place)
    if (old.start, old.end) != (new.start, new.end):
        yield Difference("date", (old.start, old.end), (new.start, new.end))
    tolls = {(t.effect, t.who): t for t in old.tolls}, {(t.effect, t.who): t for t in new.tolls}
    for key in dict.fromkeys((*tolls[0], *tolls[1])):
        was, now = tolls[0].get(key), tolls[1].get(key)
        if _range(was) != _range(now):
            yield Difference("toll", was, now)
    if old.grade != new.grade:
        yield Difference("grade", old.grade, new.grade)
    for field in ("perpetrators", "targets"):
        if {told.value for told in old.values.get(field, ())} != {told.value for told in new.values.get(field, ())}:
            yield Difference(field)
    if sorted(old.contradictions) != sorted(new.contradictions):
        yield Difference("contradictions", tuple(sorted(old.contradictions)), tuple(sorted(new.contradictions)))
    if len(old.reports) != len(new.reports):
        yield Difference("reports", len(old.reports), len(new.reports))
    if old.independent != new.independent:
        yield Difference("independent", old.independent, new.independent)


def _spot(place: Place | None) -> tuple[object, ...] | None:
    return (place.name, place.lat, place.lon, place.precision) if place else None


def _range(toll: Toll | None) -> tuple[object, ...] | None:
    return (toll.low, toll.best, toll.high) if toll else None
