"""Standing numbers that belong to no single happening: troops, members, tolls since a day, attacks over months.

What comes in is a scene and the tolls that happenings took; what goes out are `Figure`s.
"""

from collections.abc import Sequence

from tahqiq.languages import Mark
from tahqiq.model import Figure, Placed, digest
from tahqiq.reading.casualties import Row
from tahqiq.reading.choosing import holds, score
from tahqiq.reading.numbers import Quantity
from tahqiq.reading.places import PlaceMark
from tahqiq.reading.scene import Scene

_HARM_MEASURES = {"killed": "killed", "injured": "injured", "displaced": "displaced", "detained": "detained"}
_REACH = 4


def find_figures(scene: Scene, taken: frozenset[tuple[int, int]], report_id: str) -> tuple[Figure, ...]:
    """Figures in text order. `taken` are the spans of tolls that happenings took."""
    found: list[Figure] = []
    for measure, first, last, quantity, features in proposals(scene, taken):
        if score("figure", features) <= 0:
            continue
        sentence = scene.sentence(first)
        of = next(
            (e for e in scene.entities if scene.sentence(e.first) == sentence and (e.is_armed or e.kind in ("actor", "country"))), None
        )
        place = next((p for p in scene.places if scene.sentence(p.first) == sentence), None)
        source = next((s for s in scene.sayings if s.sentence == sentence), None)
        since = next(
            (d for d in scene.dates if scene.sentence(d.first) == sentence and d.value.startswith(("since", "days", "months", "years"))),
            None,
        )
        mention = scene.analysis.mention(first, last, "figures/" + measure)
        found.append(
            Figure(
                id=digest("figure", report_id, mention.start, measure),
                report=report_id,
                measure=measure,
                mention=mention,
                min=quantity[0],
                max=quantity[1],
                of=of.named(scene.analysis) if of else None,
                place=placed(scene, place) if place else None,
                since=since.start.isoformat() if since and since.start else None,
                source=source.claimant.named(scene.analysis) if source else None,
            )
        )
    return tuple(found)


def placed(scene: Scene, place: PlaceMark) -> Placed:
    """The place with its words and the readings that were refused."""
    return Placed(scene.analysis.mention(place.first, place.last, place.rule), place.place, place.others)


Proposed = tuple[str, int, int, tuple[int, int | None], dict[str, float]]


def proposals(scene: Scene, taken: frozenset[tuple[int, int]]) -> list[Proposed]:
    """Numbers that may be figures, each with its measure and features."""
    found: list[Proposed] = []
    for row in scene.rows:
        if (row.first, row.last) in taken or row.max == 0 or row.effect not in _HARM_MEASURES or row.group is None:
            continue
        if row.group.sort in ("counted", "bare"):
            found.append(
                (
                    _HARM_MEASURES[row.effect],
                    row.first,
                    row.last,
                    (row.min, row.max),
                    _features(scene, row.first, row.last, "harm", row.min),
                )
            )
    spans = {t for r in scene.rows for t in range(r.first, r.last)}
    for quantity in scene.quantities:
        if quantity.first in spans:
            continue
        people = _next_mark(scene, quantity, ("force", "people"))
        if (people is not None and people.sense.text("who") in ("security_forces", "combatants")) or (
            people and people.sense.value in ("combatants", "security_forces")
        ):
            armed = people.sense.text("who") or people.sense.value
            measure = "troops" if armed == "security_forces" else "members"
            found.append(
                (
                    measure,
                    quantity.first,
                    people.last,
                    (quantity.min, quantity.max),
                    _features(scene, quantity.first, people.last, measure, quantity.min),
                )
            )
            continue
        trigger = _next_mark(scene, quantity, ("trigger",))
        if trigger is not None and trigger.sense.text("count") == "many":
            low = quantity.min + (1 if quantity.qualifier == "more_than" and quantity.max is None else 0)
            found.append(
                (
                    "attacks",
                    quantity.first,
                    trigger.last,
                    (low, quantity.max),
                    _features(scene, quantity.first, trigger.last, "attacks", quantity.min),
                )
            )
    return found


def _next_mark(scene: Scene, quantity: Quantity, kinds: Sequence[str]) -> Mark | None:
    for at in range(quantity.last, min(quantity.last + _REACH, len(scene.analysis.tokens))):
        if scene.sentence(at) != scene.sentence(quantity.first):
            return None
        for kind in kinds:
            if found := scene.analysis.at(kind, at):
                return found[0]
    return None


def _features(scene: Scene, first: int, last: int, sort: str, number: int) -> dict[str, float]:
    sentence = scene.sentence(first)
    spans = [d for d in scene.dates if scene.sentence(d.first) == sentence]
    long = [d for d in spans if d.value.split()[0] in ("since", "days", "weeks", "months", "years", "year", "y", "y-y")]
    rows = [r for r in scene.rows if scene.sentence(r.first) == sentence]
    names = [
        f"sort_{sort}",
        "long_span" if long else None,
        "day_here" if any(d.grain == "day" for d in spans) else None,
        "large" if number >= 500 else "middle" if number >= 50 else "small",
        "toll_here" if rows and sort != "harm" else None,
        "late" if sentence > 5 else "early",
        "trigger_here" if any(scene.sentence(m.first) == sentence for m in scene.analysis.marks.get("trigger", ())) else None,
        "background"
        if any(scene.sentence(m.first) == sentence for k in ("background", "general") for m in scene.analysis.marks.get(k, ()))
        else None,
        "round" if number % 100 == 0 else None,
    ]
    features = holds(*names)
    features.update(
        {f"{sort}&{n}": 1.0 for n in names if n in ("long_span", "large", "day_here", "trigger_here", "background", "toll_here")}
    )
    return features


def taken_spans(rows: Sequence[Row]) -> frozenset[tuple[int, int]]:
    """The spans of rows that happenings took."""
    return frozenset((r.first, r.last) for r in rows)
