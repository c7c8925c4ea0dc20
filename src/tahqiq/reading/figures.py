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
_STRETCHES = ("since", "days", "weeks", "months", "years", "y-y")
_COUNTED = ("counted", "bare")
_REACH = 4
_ARMED = {"security_forces": "troops", "combatants": "members"}
_COUNTS_SINGULAR = 11  # from here on Arabic counts in the singular: "80 هجوما"
_LAST_ORDINAL = 30
_FAR_LARGER = 5  # times an earlier toll of the report


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
        if row.group.sort in _COUNTED:
            found.append((_HARM_MEASURES[row.effect], row.first, row.last, (row.min, row.max), _toll_features(scene, row)))
    spans = {t for r in scene.rows for t in range(r.first, r.last)}
    days = {t for d in scene.dates for t in range(d.first, d.last)}
    for quantity in scene.quantities:
        if quantity.first in spans or quantity.first in days:
            continue
        told = _force(scene, quantity) or _attacks(scene, quantity)
        if told is not None:
            measure, last, low = told
            features = _features(scene, quantity.first, last, measure, quantity.min)
            found.append((measure, quantity.first, last, (low, quantity.max), features))
    return [*found, *_ordinals(scene, spans | days)]


def is_standing(scene: Scene, row: Row) -> bool:
    """True for a toll that is a standing figure: `more than 1,300 have been killed since July`. No single happening cost it.

    What cost it is told where a happening stands before it in its sentence and no stretch of time is told: `bombed in 1988, killing 5,000`.
    """
    if row.max == 0 or row.is_part or row.effect not in _HARM_MEASURES or row.group is None or row.group.sort not in _COUNTED:
        return False
    sentence = scene.sentence(row.first)
    is_cost = any(m.first < row.first and m.sense.text("count") != "many" for m in scene.analysis.in_sentence("trigger", sentence))
    if is_cost and not any(d.value.split()[0] in _STRETCHES for d in scene.dates_in(sentence)):
        return False
    return score("figure", _toll_features(scene, row)) > 0


def _force(scene: Scene, quantity: Quantity) -> tuple[str, int, int] | None:
    """(measure, last token, least) of a number of armed people: troops of a state, members of a group."""
    people = _next_mark(scene, quantity, ("force", "people"))
    armed = people and next((w for w in (people.sense.text("who"), people.sense.value) if w in _ARMED), None)
    return (_ARMED[armed], people.last, quantity.min) if people and armed else None


def _attacks(scene: Scene, quantity: Quantity) -> tuple[str, int, int] | None:
    """(measure, last token, least) of a number of attacks: before a plural, or right before what a large number counts in the singular."""
    trigger = _next_mark(scene, quantity, ("trigger",))
    if trigger is None:
        return None
    is_counted = trigger.first == quantity.last and quantity.min >= _COUNTS_SINGULAR and trigger.sense.form == "noun"
    if trigger.sense.text("count") != "many" and not is_counted:
        return None
    return "attacks", trigger.last, quantity.min + (1 if quantity.qualifier == "more_than" and quantity.max is None else 0)


def _ordinals(scene: Scene, busy: set[int]) -> list[Proposed]:
    """Attacks counted by their order: `the second rocket attack in less than a month`."""
    found: list[Proposed] = []
    analysis = scene.analysis
    ordinals = analysis.language.lexicon.known(analysis.language.numbers.ordinals)
    told = [(at, known[0]) for at, known in enumerate(map(ordinals.__getitem__, analysis.words)) if known is not None]
    for at, number in told:
        if at in busy or not 2 <= number <= _LAST_ORDINAL:
            continue
        marks = [m for m in analysis.in_sentence("trigger", scene.sentence(at)) if scene.gap(at, at + 1, m.first, m.last)[1] <= 2]
        if marks:
            mark = min(marks, key=lambda m: scene.gap(at, at + 1, m.first, m.last)[1])
            first, last = min(at, mark.first), max(at + 1, mark.last)
            found.append(("attacks", first, last, (number, number), _features(scene, first, last, "ordinal", number)))
    return found


def _toll_features(scene: Scene, row: Row) -> dict[str, float]:
    """How a toll stands to the others of the report: a figure is mostly larger than what one happening cost, and told later."""
    peers = [r for r in scene.rows if r.effect == row.effect and r is not row and r.max != 0]
    sentence = scene.sentence(row.first)
    told = {
        "largest": bool(peers) and all(r.min < row.min for r in peers),
        "far_larger": any(r.first < row.first and r.min > 0 and row.min >= _FAR_LARGER * r.min for r in peers),
        "first_toll": all(row.first <= r.first for r in peers),
        "told_again": any(r.min == row.min for r in peers),
        "open": row.max is None,
        "part": row.is_part,
        "harm_is_first": sentence <= 1,
        "only_toll_here": not any(scene.sentence(r.first) == sentence for r in peers),
    }
    names = [name for name, is_so in told.items() if is_so]
    names += [f"effect_{row.effect}", f"who_{row.who}", f"form_{row.harm.sense.form or 'person'}"]
    return {**_features(scene, row.first, row.last, "harm", row.min), **holds(*names)}


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
    spans = scene.dates_in(sentence)
    long = [d for d in spans if d.value.split()[0] in ("since", "days", "weeks", "months", "years", "year", "y", "y-y")]
    rows = scene.rows_in(sentence)
    names = [
        f"sort_{sort}",
        "long_span" if long else None,
        "day_here" if any(d.grain == "day" for d in spans) else None,
        "large" if number >= 500 else "middle" if number >= 50 else "small",
        "toll_here" if rows and sort != "harm" else None,
        "late" if sentence > 5 else "early",
        "trigger_here" if scene.analysis.in_sentence("trigger", sentence) else None,
        "background" if any(scene.analysis.in_sentence(k, sentence) for k in ("background", "general")) else None,
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
