"""Which words name a happening: the candidates of a report, and which of them tell of something that happened.

Each trigger of the pack is a candidate, and so is a toll or a taking that no other trigger explains, and a weapon with a verb of
launching. Weights over what stands around it (negation, a hypothetical, a harm, an armed actor, off-topic words) say whether it tells
of something that happened.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from tahqiq.languages import Mark, Sense
from tahqiq.model import Refusal
from tahqiq.reading.choosing import Company, Features, Pairs, Told, score
from tahqiq.reading.scene import Scene

_HARM_TYPES = {"killed": "armed_attack", "injured": "armed_attack", "abducted": "abduction", "detained": "arrest"}
# what a weapon that is launched, fired or falls makes of it
_LAUNCHED = {
    "drone": "airstrike", "aircraft": "airstrike", "barrel_bomb": "airstrike", "rocket": "shelling", "missile": "shelling",
    "artillery": "shelling", "mortar": "shelling", "grenade": "explosion", "ied": "explosion", "car_bomb": "explosion",
    "unspecified_explosive": "explosion",
}  # fmt: skip
_LAUNCH_REACH = 14  # tokens between a weapon and its verb (`four rockets fell around the base`)
HARMFUL = frozenset(
    ("airstrike", "shelling", "explosion", "suicide_bombing", "armed_clash", "armed_attack", "raid", "execution", "riot", "disaster",
     "shootdown", "sexual_violence", "abduction", "arrest", "protest", "destruction", "territory_change")
)  # fmt: skip
SPOKEN = frozenset(("statement", "talks", "agreement"))
FAMILIES = (
    frozenset(("airstrike", "shelling", "explosion", "suicide_bombing", "armed_attack", "destruction")),
    frozenset(("armed_clash", "armed_attack", "raid", "execution", "territory_change", "shelling")),
    frozenset(("abduction", "arrest", "raid")),
    frozenset(("shootdown", "interception", "encounter")),
    frozenset(("agreement", "talks", "statement")),
    frozenset(("protest", "riot", "armed_attack")),
    frozenset(("territory_change", "deployment")),
)
_PAIRED = frozenset("toll date armed place title lede weak definite actor".split())
_PAIRED_WEAK = frozenset("toll toll_near armed weapon date site title".split())
ANY = "any"  # the type of words that only point back: the incident, اس واقعے
_NEAR = 6  # tokens within which a cue is taken to bear on a trigger


@dataclass(frozen=True, slots=True)
class Trigger:
    """Words that name a happening. `is_harm` where only the harm itself tells it."""

    mark: Mark
    event_type: str
    sentence: int
    is_harm: bool = False
    cues: frozenset[str] = frozenset()

    @property
    def first(self) -> int:
        return self.mark.first

    @property
    def last(self) -> int:
        return self.mark.last

    @property
    def is_weak(self) -> bool:
        return self.is_harm or self.mark.sense.flag("weak")

    @property
    def points_back(self) -> bool:
        return self.event_type == ANY

    @property
    def is_many(self) -> bool:
        return self.mark.sense.text("count") == "many"


def same_family(a: str, b: str) -> bool:
    return a == b or any(a in f and b in f for f in FAMILIES)


def find_triggers(scene: Scene) -> tuple[list[Trigger], list[Refusal]]:
    """Accepted triggers in text order, and what was refused with its reason."""
    off_topic = off_topic_words(scene)
    accepted: list[Trigger] = []
    refused: list[Refusal] = []
    for trigger in candidates(scene):
        features = trigger_features(scene, trigger, off_topic)
        if score("happening", features) > 0:
            accepted.append(trigger)
        else:
            start, end = scene.analysis.span(trigger.first, trigger.last)
            reason = ", ".join(sorted(trigger.cues)) or "nothing beside these words tells of a happening"
            refused.append(Refusal("event", start, end, scene.analysis.report.text[start:end], f"{trigger.event_type}: {reason}"))
    busy = {t.sentence for t in accepted if not t.is_harm}
    accepted += [t for t in back_pointers(scene) if t.sentence not in busy]
    return sorted(accepted, key=lambda t: (t.first, -t.last, t.event_type)), refused


def back_pointers(scene: Scene) -> list[Trigger]:
    """Words such as `the incident`, `اس واقعے`: what their sentence tells belongs to the happening told before."""
    found = []
    for mark in scene.analysis.marks.get("anaphor", ()):
        trigger = Trigger(mark, ANY, scene.sentence(mark.first))
        if trigger.sentence not in scene.analysis.furniture and ("ال" in mark.clitics or is_beside(scene, "definite", trigger)):
            found.append(trigger)
    return found


def candidates(scene: Scene) -> list[Trigger]:
    """Every trigger of the pack outside furniture, and each harm that may tell a happening by itself."""
    analysis = scene.analysis
    found: list[Trigger] = []
    for mark in _one_sense(analysis.marks.get("trigger", ())):
        sentence = analysis.sentence(mark.first)
        if sentence not in analysis.furniture:
            found.append(Trigger(mark, mark.sense.value, sentence, cues=cues(scene, mark)))
    found = [t for t in found if not _is_part_of_other(scene, t.mark)]
    launched = _launches(scene, {t for trigger in found if not _may_be_launch(trigger) for t in range(trigger.first, trigger.last)})
    taken = {t for trigger in launched for t in range(trigger.first, trigger.last)}
    found = [t for t in found if taken.isdisjoint(range(t.first, t.last))] + launched
    covered = {t for trigger in found for t in range(trigger.first, trigger.last)}
    seen: set[tuple[int, int]] = set()
    for row in scene.rows:
        harm = row.harm
        event_type = _HARM_TYPES.get(row.effect)
        if event_type is None or row.max == 0 or (harm.first, harm.last) in seen or harm.first in covered:
            continue
        seen.add((harm.first, harm.last))
        sense = Sense("trigger", event_type, harm.sense.rule, harm.sense.form)
        mark = Mark(harm.first, harm.last, sense, harm.clitics)
        found.append(Trigger(mark, event_type, analysis.sentence(harm.first), is_harm=True, cues=cues(scene, harm)))
    return sorted(found, key=lambda t: (t.first, -t.last, t.event_type))


def _is_part_of_other(scene: Scene, mark: Mark) -> bool:
    """True where a longer phrase of another kind holds the trigger's words: `طائرة مسيرة` is a drone, no march."""
    return any(
        other.first <= mark.first and mark.last <= other.last and other.length > mark.length
        for kind in ("weapon", "force", "site", "people", "title")
        for other in scene.analysis.marks.get(kind, ())
    )


def _may_be_launch(trigger: Trigger) -> bool:
    """True for verbs of attack that a weapon before them makes a launch: `پهپاد … هدف قرار داد`, `12 rockets … hit`."""
    return trigger.event_type == "armed_attack" and trigger.mark.sense.form in ("verb", "passive")


def _launches(scene: Scene, covered: set[int]) -> list[Trigger]:
    """A weapon with a verb of launching, falling or hitting in its sentence: `two drones were launched`, `راکٹ قریب گرا`."""
    found = []
    for verb in scene.analysis.marks.get("launch", ()):
        sentence = scene.sentence(verb.first)
        if verb.first in covered or sentence in scene.analysis.furniture:
            continue
        near = [
            (scene.gap(w.first, w.last, verb.first, verb.last)[1], w.first, w)
            for w in scene.analysis.marks.get("weapon", ())
            if w.sense.value in _LAUNCHED and scene.sentence(w.first) == sentence
        ]
        if not near or min(near)[0] > _LAUNCH_REACH:
            continue
        weapon = min(near, key=lambda x: x[:2])[2]
        sense = Sense("trigger", _LAUNCHED[weapon.sense.value], verb.sense.rule, "passive", attributes={"weapons": [weapon.sense.value]})
        mark = Mark(verb.first, verb.last, sense, verb.clitics)
        found.append(Trigger(mark, sense.value, sentence, cues=cues(scene, verb)))
    return found


def _one_sense(marks: tuple[Mark, ...]) -> Iterator[Mark]:
    """Of two types for the very same words the one that is not weak, else the first by name."""
    by_span: dict[tuple[int, int], Mark] = {}
    for mark in marks:
        before = by_span.get((mark.first, mark.last))
        if before is None or (before.sense.flag("weak") and not mark.sense.flag("weak")):
            by_span[(mark.first, mark.last)] = mark
    return iter(by_span.values())


def cues(scene: Scene, mark: Mark) -> frozenset[str]:
    """The cues that bear on a mark: negation right beside it; hedges, plans and the like near it in its sentence."""
    analysis = scene.analysis
    sentence = analysis.sentence(mark.first)
    found: set[str] = set()
    for kind in ("negation", "hedge", "planned", "hypothetical", "general", "foiled", "background"):
        for cue in analysis.in_sentence(kind, sentence):
            side, gap = scene.gap(cue.first, cue.last, mark.first, mark.last)
            wanted = cue.sense.text("side")
            if wanted and wanted != "both" and side not in (wanted, "inside"):
                continue
            reach = 3 if kind == "negation" else _NEAR
            if gap <= reach and not scene.crosses_break(min(cue.last, mark.last), max(cue.first, mark.first)):
                found.add(kind)
            elif kind in ("hypothetical", "background", "general", "hedge", "planned"):
                found.add(f"{kind}_far")
    return frozenset(found)


def off_topic_words(scene: Scene) -> float:
    """Off-topic words per hundred words, 5 at most."""
    words = len({(m.first) for m in scene.analysis.marks.get("off_topic", ())})
    return min(5.0, 100 * words / max(40, len(scene.analysis.tokens)))


def trigger_features(scene: Scene, trigger: Trigger, off_topic: float) -> Features:
    """What stands around a trigger, for the question whether it tells of a happening."""
    analysis = scene.analysis
    rows = [r for r in scene.rows_in(trigger.sentence) if r.max != 0]
    entities = scene.entities_in(trigger.sentence)
    spoken = trigger.event_type in SPOKEN
    group = "spoken" if spoken else "harm_word" if trigger.is_harm else "crowd" if trigger.event_type in ("protest", "riot") else "violent"
    names = [
        f"type_{trigger.event_type}",
        f"form_{trigger.mark.sense.form or 'none'}",
        group,
        "weak" if trigger.mark.sense.flag("weak") else None,
        "many" if trigger.is_many else None,
        *(f"cue_{c}" for c in trigger.cues),
        "toll" if rows else None,
        "toll_near" if any(scene.gap(r.first, r.last, trigger.first, trigger.last)[1] <= 8 for r in rows) else None,
        "date" if scene.dates_in(trigger.sentence) else None,
        "place" if scene.places_in(trigger.sentence) else None,
        "armed" if any(e.is_armed for e in entities) else None,
        "actor" if any(e.kind in ("actor", "country") for e in entities) else None,
        "weapon" if analysis.in_sentence("weapon", trigger.sentence) else None,
        "site" if analysis.in_sentence("site", trigger.sentence) else None,
        "title" if trigger.sentence in analysis.title else None,
        "lede" if trigger.sentence <= 2 else None,
        "late" if trigger.sentence > 8 else None,
        "definite" if is_beside(scene, "definite", trigger) or "ال" in trigger.mark.clitics else None,
        "sole" if all(m.first == trigger.first for m in analysis.in_sentence("trigger", trigger.sentence)) else None,
    ]
    return Told([n for n in names if n], _company(group, is_weak=trigger.is_weak), off_topic=off_topic)


@lru_cache(maxsize=16)
def _company(group: str, *, is_weak: bool) -> Company:
    pairs: list[Pairs] = [(group, _PAIRED.__contains__)]
    if is_weak:
        pairs.append(("weak", _PAIRED_WEAK.__contains__))
    return Company((), pairs)


def is_beside(scene: Scene, kind: str, trigger: Trigger) -> bool:
    return scene.analysis.touches(kind, trigger.first, trigger.last, words_between=1)
