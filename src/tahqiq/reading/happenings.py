"""Which triggers tell the same happening, which happenings to believe, and which words name each best.

What comes in are a scene and its triggers; what goes out are `Happening`s, each with the triggers that tell it. What fills their slots
is chosen elsewhere.

How it works
1. In text order each trigger joins the happening told before that it most likely means, or opens a new one: type, days, places, tolls
   and words such as `this` and `another` are weighed.
2. Each happening is believed or not by what it adds, where it is told and how near it comes to one told before.
3. Of the sentences that tell it the one that names it best is chosen beside its rivals.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from tahqiq.reading.choosing import Company, Features, Pairs, Told, holds, score
from tahqiq.reading.scene import Scene
from tahqiq.reading.triggers import HARMFUL, SPOKEN, Trigger, is_beside, same_family

_SENTENCES_BACK = 40
_NEAREST = 3.0  # log-odds below which it is all one how unlike two happenings are
_AGES = ((1, "day"), (7, "week"), (45, "month"), (500, "year"), (10**6, "old"))  # days before publication
_PAIRED = frozenset("own_date own_place own_toll own_actor title all_weak harm_only same_before nothing_new late first lede".split())
_PAIRED_WEAK = frozenset("own_date own_place own_toll own_actor definite rival_here nothing_new first".split())
_HEIR_SENTENCES = 4  # sentences back over which a disbelieved telling is taken for more about the happening before
_POINTS_BACK = 3  # sentences over which `the incident` is taken to mean what was told last


@dataclass(slots=True)
class Happening:
    """One happening as it grows while the text is read."""

    triggers: list[Trigger]
    event_type: str
    order: int
    sentences: set[int] = field(default_factory=set)
    best: Trigger | None = None

    def add(self, trigger: Trigger) -> None:
        self.triggers.append(trigger)
        self.sentences.add(trigger.sentence)
        self.event_type = _type_of(self.triggers)

    @property
    def main(self) -> Trigger:
        """The trigger that names the happening best: of its type, strong before weak, in the text before in the headline."""
        return self.best or min(
            self.triggers, key=lambda t: (t.event_type != self.event_type, t.is_harm, t.is_weak, t.sentence == 0, t.sentence, t.first)
        )


def _type_of(triggers: list[Trigger]) -> str:
    weight: dict[str, float] = {}
    for n, trigger in enumerate(t for t in triggers if not t.points_back):
        weight[trigger.event_type] = weight.get(trigger.event_type, 0.0) + (0.4 if trigger.is_harm else 1.0 if trigger.is_weak else 3.0) * (
            1 - 0.02 * min(n, 20)
        )
    told = max(weight, key=lambda t: weight[t])
    return "riot" if told == "protest" and "riot" in weight else told  # a demonstration that turns violent is one riot


Words = dict[str, frozenset[str]]
_KEYS = ("date", "place", "toll", "actor")


class Facts:
    """The days, exact places, tolls and armed actors of a report as comparable words: by sentence, and by the nearest trigger."""

    def __init__(self, scene: Scene, triggers: Sequence[Trigger]) -> None:
        by_sentence: dict[int, list[Trigger]] = {}
        for trigger in triggers:
            by_sentence.setdefault(trigger.sentence, []).append(trigger)
        self._sentences: dict[int, dict[str, set[str]]] = {}
        self._own: dict[Trigger, dict[str, set[str]]] = {}
        self._grown: dict[int, _Grown] = {}
        for key, first, last, word in _facts(scene):
            sentence = scene.sentence(first)
            self._sentences.setdefault(sentence, {k: set() for k in _KEYS})[key].add(word)
            rivals = by_sentence.get(sentence)
            if rivals:
                nearest = min(rivals, key=lambda t: (scene.gap(first, last, t.first, t.last)[1], t.first))
                self._own.setdefault(nearest, {k: set() for k in _KEYS})[key].add(word)

    def told(self, sentences: Iterable[int]) -> dict[str, set[str]]:
        """What some sentences tell."""
        return _union(self._sentences.get(n) for n in sentences)

    def own(self, triggers: Iterable[Trigger]) -> dict[str, set[str]]:
        """What stands nearest to some triggers."""
        return _union(self._own.get(t) for t in triggers)

    def of_trigger(self, trigger: Trigger) -> "_Told":
        """What a trigger's sentence tells, and what of it stands nearest to the trigger."""
        return self._sentences.get(trigger.sentence, _NOTHING), self._own.get(trigger, _NOTHING)

    def of_happening(self, happening: Happening) -> "_Told":
        """What a happening's sentences tell, and what of it stands nearest to its triggers; worked out anew once it has grown."""
        grown = self._grown.get(id(happening))
        if grown is None or grown[0] is not happening or grown[1] != len(happening.triggers):
            told = self.told(happening.sentences), self.own(happening.triggers)
            grown = self._grown[id(happening)] = (happening, len(happening.triggers), told)
        return grown[2]


_Told = tuple[Mapping[str, set[str]], Mapping[str, set[str]]]
_Grown = tuple[Happening, int, _Told]
_NOTHING: dict[str, set[str]] = {key: set() for key in _KEYS}


def _union(parts: Iterable[dict[str, set[str]] | None]) -> dict[str, set[str]]:
    union: dict[str, set[str]] = {k: set() for k in _KEYS}
    for part in parts:
        for key in _KEYS if part else ():
            union[key] |= part[key]  # type: ignore[index]
    return union


def _facts(scene: Scene) -> Iterator[tuple[str, int, int, str]]:
    for date in scene.dates:
        if date.resolved:
            yield "date", date.first, date.last, f"{date.start}/{date.end}"
    for place in scene.places:
        if place.precision in ("site", "settlement", "district") and place.place.lat is not None:  # an unknown name may be anywhere
            yield "place", place.first, place.last, place.place.name
    for row in scene.rows:
        if row.max != 0 and not row.is_part and row.group is not None and row.group.sort in ("counted", "bare"):
            yield "toll", row.first, row.last, f"{row.effect}{row.min}"
    for entity in scene.entities:
        if entity.is_armed or entity.kind == "actor":
            yield "actor", entity.first, entity.last, entity.actor or entity.name


def find_happenings(scene: Scene, triggers: list[Trigger], facts: Facts, joined: dict[Trigger, Features] | None = None) -> list[Happening]:
    """Triggers put together by happening, in the order in which the happenings are first told; `joined` is told why each joined its own."""
    found: list[Happening] = []
    for trigger in triggers:
        if trigger.points_back:
            before = [h for h in found if trigger.sentence - max(h.sentences) <= _POINTS_BACK]
            if before:
                max(before, key=lambda h: h.triggers[-1].first).add(trigger)
            continue
        best: tuple[float, Happening, Features] | None = None
        for happening in found:
            features = same_features(scene, trigger, happening, facts)
            if features is None:
                continue
            value = score("same", features)
            if value > 0 and (best is None or value > best[0]):
                best = (value, happening, features)
        if best:
            best[1].add(trigger)
            if joined is not None:
                joined[trigger] = best[2]
        else:
            opened = Happening([], trigger.event_type, len(found))
            opened.add(trigger)
            found.append(opened)
    return found


def same_features(scene: Scene, trigger: Trigger, happening: Happening, facts: Facts) -> Features | None:
    """How a trigger stands to a happening told before; None where types never meet."""
    strong_other = [t for t in happening.triggers if not t.is_harm]
    if not same_family(trigger.event_type, happening.event_type):
        harm_meets = (trigger.is_harm and happening.event_type in HARMFUL) or (not strong_other and trigger.event_type in HARMFUL)
        if not harm_meets:
            return None
    distance = trigger.sentence - max(s for s in happening.sentences if s <= trigger.sentence)
    if distance > _SENTENCES_BACK:
        return None
    last = happening.triggers[-1]
    is_in_title = bool(happening.sentences & scene.analysis.title)
    names = [
        "same_type" if trigger.event_type == happening.event_type else "other_type",
        "trigger_harm" if trigger.is_harm else None,
        "happening_harm" if not strong_other else None,
        "weak" if trigger.is_weak and not trigger.is_harm else None,
        f"distance_{min(distance, 3)}" if distance < 4 else "distance_far",
        "near" if distance == 0 and trigger.first - last.last <= 8 else None,
        "break_between" if distance == 0 and scene.crosses_break(last.last, trigger.first) else None,
        "definite" if is_beside(scene, "definite", trigger) or "ال" in trigger.mark.clitics else None,
        "another" if is_beside(scene, "another", trigger) else None,
        "title" if is_in_title else None,
        "title_to_lede" if is_in_title and trigger.sentence <= 2 else None,
        "first" if happening.order == 0 else None,
        "latest" if distance <= 1 and happening.triggers[-1].sentence == max(happening.sentences) else None,
        "many_differs" if trigger.is_many != any(t.is_many for t in happening.triggers) else None,
        "background" if any(c.startswith("background") for c in trigger.cues) else None,
        "same_words" if any(trigger.mark.sense.rule == t.mark.sense.rule for t in happening.triggers) else None,
        "spoken" if trigger.event_type in SPOKEN else None,
        "harm_pair" if trigger.is_harm and distance == 0 else None,
        "new_paragraph" if scene.analysis.opens_paragraph(trigger.sentence) and distance > 0 else None,
    ]
    (told, mine), (theirs, own) = facts.of_trigger(trigger), facts.of_happening(happening)
    for key in _KEYS:
        names.append(_agreement(key, told[key], theirs[key]))
        names.append(_agreement(_OWN[key], mine[key], own[key]))
    return Told([n for n in names if n], _HERE if distance == 0 else _LATER)


def _pairs(name: str) -> bool:
    """Features that mean one thing within a sentence and another across sentences."""
    return name in _ALONE or name.endswith(("_agrees", "_differs"))


_OWN = {key: f"own_{key}" for key in _KEYS}
_ALONE = frozenset("same_type other_type trigger_harm break_between another many_differs definite first title same_words".split())
_HERE, _LATER = Company((), (("here", _pairs),)), Company((), (("later", _pairs),))


def _agreement(key: str, mine: set[str], theirs: set[str]) -> str:
    if not mine or not theirs:
        return f"{key}_open"
    return f"{key}_differs" if mine.isdisjoint(theirs) else f"{key}_agrees"


def believed_happenings(scene: Scene, triggers: list[Trigger]) -> list[Happening]:
    """The happenings that the report tells for sure enough; what a disbelieved one tells goes to the one before, if it can be its."""
    facts = Facts(scene, triggers)
    found = find_happenings(scene, triggers, facts)
    kept = [h for h in found if score("believed", believed_features(scene, h, found, facts)) > 0]
    for happening in found:
        heir = None if any(h is happening for h in kept) else _heir(happening, kept)
        for trigger in happening.triggers if heir else ():
            heir.add(trigger)  # type: ignore[union-attr]
    for happening in kept:
        name_best(scene, happening, facts)
    return kept


def name_best(scene: Scene, happening: Happening, facts: Facts) -> None:
    """Sets the trigger that names the happening best: the sentence by weight, the earlier among equals; in it the strongest words."""
    rivals = [t for t in happening.triggers if not t.points_back]
    sentences = sorted({t.sentence for t in rivals})
    chosen = max(sentences, key=lambda s: (score("main", main_features(scene, s, happening, facts)), -s))
    here = [t for t in rivals if t.sentence == chosen]
    happening.best = min(here, key=lambda t: (t.event_type != happening.event_type, t.is_harm, t.is_weak, t.first))


def main_features(scene: Scene, sentence: int, happening: Happening, facts: Facts) -> dict[str, float]:
    """What speaks for a sentence as the one that names the happening best, seen beside the others that tell it."""
    title = scene.analysis.title
    rivals = [t for t in happening.triggers if not t.points_back]
    strength = {s: max(_strength(t, happening.event_type) for t in rivals if t.sentence == s) for s in {t.sentence for t in rivals}}
    fullness = {s: sum(bool(v) for v in facts.told({s}).values()) for s in strength}
    here = [t for t in rivals if t.sentence == sentence]
    best = max(here, key=lambda t: (_strength(t, happening.event_type), -t.first))
    body = sorted(s for s in strength if s not in title)
    where = "title" if sentence in title else "body"
    place = "title" if sentence in title else f"body{min(3, body.index(sentence))}"
    others = [s for s in strength if s != sentence]
    rank = _compared(strength[sentence], max((strength[s] for s in others), default=0))
    full = _compared(fullness[sentence], max((fullness[s] for s in others), default=0))
    in_title = max((strength[s] for s in others if s in title), default=None)
    told, own = facts.told({sentence}), facts.own(here)
    names = [
        place,
        f"strength_{strength[sentence]}",
        f"stronger_{rank}",
        f"{place}&stronger_{rank}",
        f"{place}&{'beside_title' if any(s in title for s in strength) else 'no_title'}",
        f"fuller_{full}",
        f"{where}&fuller_{full}",
        "as_strong_before" if any(s < sentence and s not in title and strength[s] >= strength[sentence] for s in others) else None,
        f"title_{in_title}_{_compared(strength[sentence], in_title)}" if in_title is not None else None,
        *(f"told_{k}" for k in _KEYS if told[k]),
        *(f"own_{k}" for k in _KEYS if own[k]),
        f"form_{best.mark.sense.form or 'none'}",
        f"{where}&form_{best.mark.sense.form or 'none'}",
        f"{where}&{happening.event_type}",
        f"{place}&spoken" if happening.event_type in SPOKEN else None,
        *(f"cue_{c}" for c in best.cues),
        "definite" if is_beside(scene, "definite", best) or "ال" in best.mark.clitics else None,
        "many" if best.is_many else None,
        "long" if best.last - best.first > 1 else None,
        "told_weapon" if best.mark.sense.words("weapons") else None,
        f"triggers_{min(3, len(here))}",
        "late" if sentence > 6 else "early",
        f"behind_{min(3, sentence - min(strength))}",
        "saying" if any(s.sentence == sentence for s in scene.sayings) else None,
        "behind_furniture" if sentence - 1 in scene.analysis.furniture else None,
    ]
    return holds(*names)


def _strength(trigger: Trigger, event_type: str) -> int:
    """0 for harm alone, to 4 for words that alone tell of the happening's type."""
    if trigger.is_harm:
        return 0
    return (3 if not trigger.is_weak else 1) + (trigger.event_type == event_type)


def _compared(mine: int, theirs: int) -> str:
    return "more" if mine > theirs else "less" if mine < theirs else "same"


def _heir(lost: Happening, kept: Sequence[Happening]) -> Happening | None:
    """The believed happening told last before a disbelieved one, where the lost one only tells of its harm or points to its kind."""
    opens = min(lost.sentences)
    near = [
        (max(s for s in h.sentences if s <= opens), h)
        for h in kept
        if min(h.sentences) <= opens
        and (h.event_type == lost.event_type or (h.event_type in HARMFUL and all(t.is_harm for t in lost.triggers)))
    ]
    near = [(s, h) for s, h in near if opens - s <= _HEIR_SENTENCES]
    return max(near, key=lambda x: (x[0], -x[1].order))[1] if near else None


def believed_features(scene: Scene, happening: Happening, found: Sequence[Happening], facts: Facts) -> Features:
    """What speaks for a happening as a whole: what stands beside its triggers, how often and where it is told, what it adds."""
    told, own = facts.of_happening(happening)
    main = happening.main
    before = [h for h in found if h.order < happening.order]
    same_before = [h for h in before if h.event_type == happening.event_type]
    sentence = min(happening.sentences)
    here = [t for h in found if h is not happening for t in h.triggers if t.sentence in happening.sentences]
    opening = scene.analysis.bounds[main.sentence][0]
    kin = [h for h in before if same_family(h.event_type, happening.event_type)]
    told_before, told_of_kin = facts.told({n for h in before for n in h.sentences}), facts.told({n for h in kin for n in h.sentences})
    nearest = _nearest(scene, happening, before, facts)
    names = [
        f"type_{happening.event_type}",
        f"form_{main.mark.sense.form or 'none'}",
        *(f"own_{k}" for k in _KEYS if own[k]),
        *(f"told_{k}" for k in _KEYS if told[k]),
        "strong" if any(not t.is_weak for t in happening.triggers) else "all_weak",
        "harm_only" if all(t.is_harm for t in happening.triggers) else None,
        "title" if happening.sentences & scene.analysis.title else None,
        "title_only" if happening.sentences <= scene.analysis.title else None,
        f"triggers_{min(len(happening.triggers), 4)}",
        f"sentences_{min(len(happening.sentences), 3)}",
        "first" if not before else "second" if len(before) == 1 else "later",
        "lede" if sentence <= 2 else "early" if sentence <= 6 else "late",
        "many" if main.is_many else None,
        "definite" if is_beside(scene, "definite", main) or "ال" in main.mark.clitics else None,
        "another" if any(is_beside(scene, "another", t) for t in happening.triggers) else None,
        "opens_another" if any(opening <= m.first <= opening + 3 for m in scene.analysis.marks.get("another", ())) else None,
        "same_before" if same_before else None,
        "nothing_new" if before and _adds_nothing(own, before, facts) else None,
        "nothing_new_of_type" if same_before and _adds_nothing(own, same_before, facts) else None,
        *(f"{k}_{'new' if told[k] - told_before[k] else 'known'}" for k in _KEYS if told[k] and before),
        *(f"{k}_{'new' if own[k] - told_of_kin[k] else 'known'}_to_kin" for k in _KEYS if own[k] and kin),
        "no_kin_before" if not kin else "near_none" if nearest is None else None,
        "rival_here" if here else "alone_here",
        "stronger_here" if any(not t.is_weak for t in here) else None,
        "many_told" if len(found) > 8 else "few_told" if len(found) <= 2 else None,
        _age(scene, happening),
        *scene.roles_beside(main.first, main.last, main.mark.clitics),
        *(f"cue_{c}" for c in {c for t in happening.triggers for c in t.cues}),
        *(f"main_{c}" for c in main.cues),
    ]
    kind = "spoken" if happening.event_type in SPOKEN else "crowd" if happening.event_type in ("protest", "riot") else "violent"
    company = _company(kind, is_weak="all_weak" in names)
    return Told([n for n in names if n], company, facts=float(sum(bool(own[k]) for k in _KEYS)), nearest=nearest or 0.0)


@lru_cache(maxsize=16)
def _company(kind: str, *, is_weak: bool) -> Company:
    pairs: list[Pairs] = [(kind, _PAIRED.__contains__)]
    if is_weak:
        pairs.append(("weak", _PAIRED_WEAK.__contains__))
    return Company((kind,), pairs)


def _nearest(scene: Scene, happening: Happening, before: Sequence[Happening], facts: Facts) -> float | None:
    """How near a happening comes to being one told before, in log-odds within bounds; None where none is of its family."""
    compared = [same_features(scene, t, h, facts) for t in happening.triggers for h in before if not t.points_back]
    odds = [score("same", f) for f in compared if f is not None]
    return max(-_NEAREST, min(1.0, max(odds))) if odds else None


def _age(scene: Scene, happening: Happening) -> str | None:
    """How long before publication the latest day told in the happening's sentences lies."""
    days = [d.end for n in sorted(happening.sentences) for d in scene.dates_in(n) if d.end]
    if not scene.published or not days:
        return None
    age = (scene.published - max(days)).days
    return "age_" + next(name for limit, name in _AGES if age <= limit)


def _adds_nothing(own: Mapping[str, set[str]], before: Sequence[Happening], facts: Facts) -> bool:
    """True where one happening told before has every day, place and toll that stands beside this one's triggers."""
    for happening in before:
        theirs, _ = facts.of_happening(happening)
        if all(own[key] <= theirs[key] for key in ("date", "place", "toll")):
            return True
    return False
