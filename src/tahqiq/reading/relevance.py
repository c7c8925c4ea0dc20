"""Whether a report is about conflict at all, once its happenings are found: by weight over the report as a whole.

A match has its strike, a market its fall and a court its attack on reason: one trigger believed by itself does not make a report of
conflict. What comes in are a scene and the happenings believed; what goes out is yes or no. Weights stand under `conflict`.
"""

from collections.abc import Sequence

from tahqiq.languages import Mark
from tahqiq.reading.choosing import holds, score
from tahqiq.reading.happenings import Happening
from tahqiq.reading.scene import Scene
from tahqiq.reading.triggers import SPOKEN

_SHORT = 60  # tokens under which a report is too short to have a topic beside what it tells
_CROWD = frozenset(("protest", "riot"))
_STEPS = ((0.0, "none"), (0.7, "some"), (2.0, "more"), (5.0, "many"))  # words of a kind a hundred words
_PAIRED = ("off_topic", "armed_", "weapon_", "harm_", "strong_", "in_")  # what means another thing beside violence than beside words


def is_of_conflict(scene: Scene, found: Sequence[Happening]) -> bool:
    """True where the report tells of conflict or disaster, as the guide counts them; False where nothing is believed."""
    if not found or len(scene.analysis.tokens) < _SHORT:
        return bool(found)
    return score("conflict", conflict_features(scene, found)) > 0


def conflict_features(scene: Scene, found: Sequence[Happening]) -> dict[str, float]:
    """What a report as a whole tells: its happenings by kind and place in the text, and how thick words of conflict stand in it."""
    types = {h.event_type for h in found}
    violent = [h for h in found if h.event_type not in SPOKEN and h.event_type not in _CROWD]
    strong = [h for h in found if any(not t.is_weak for t in h.triggers)]
    first = min(found, key=lambda h: h.order)
    marks = scene.analysis.marks
    kind = "violent" if violent else "crowd" if types & _CROWD else "spoken"
    names = [
        f"happenings_{min(len(found), 4)}",
        f"strong_{min(len(strong), 3)}",
        f"violent_{min(len(violent), 3)}",
        kind,
        f"first_{first.event_type}",
        f"only_{first.event_type}" if len(types) == 1 else None,
        "in_title" if any(h.sentences & scene.analysis.title for h in found) else None,
        "in_lede" if any(min(h.sentences) <= 2 for h in found) else "late_only",
        _thickness(scene, "off_topic", _starts(marks.get("off_topic", ()))),
        _thickness(scene, "weapon", _starts(marks.get("weapon", ()))),
        _thickness(scene, "harm", {r.first for r in scene.rows if r.max != 0}),
        _thickness(scene, "armed", {e.first for e in scene.entities if e.is_armed}),
        _thickness(scene, "trigger", _starts(marks.get("trigger", ()))),
        "no_place" if not scene.places else None,
        "off_topic_first" if any(m.first < 30 for m in marks.get("off_topic", ())) else None,
        "armed_first" if any(e.first < 40 and e.is_armed for e in scene.entities) else None,
        "toll_told" if any(r.max != 0 and scene.sentence(r.first) in h.sentences for h in violent for r in scene.rows) else None,
    ]
    features = holds(*names)
    features.update(
        {f"{kind}&{n}": 1.0 for n in names if n and n.startswith(("off_topic", "armed_", "weapon_", "harm_", "strong_", "in_"))}
    )
    return features


def _starts(marks: Sequence[Mark]) -> set[int]:
    return {m.first for m in marks}


def _thickness(scene: Scene, kind: str, starts: set[int]) -> str:
    """How thick words of a kind stand, in named steps."""
    per_hundred = 100 * len(starts) / max(_SHORT, len(scene.analysis.tokens))
    return f"{kind}_{next((name for limit, name in _STEPS if per_hundred <= limit), 'thick')}"
