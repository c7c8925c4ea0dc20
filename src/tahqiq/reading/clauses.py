"""Who does and who suffers in the clause of a trigger: by word order, markers, possession and what is joined by `and`.

What comes in are a scene and triggers; what goes out are features of each entity. Nothing is decided here: a language's order of
words, its markers and its genitive propose, weights choose. A scene's clauses are found once (`clauses_of`), a trigger's parts too.

How it works
1. A doer is told by a marker (`by X`, `X نے`), owns the trigger's noun (`X's raid`, `غارات X`, `X کے حملے`), or is the clause's
   subject: the first name without a preposition before the trigger, in Arabic the first behind its verb.
2. The struck is told by a marker (`on X`, `X پر`, `X را`), is the object of an active verb or the subject of a passive one.
3. What is joined by `and` shares the part of its neighbour. Who only says it (`X said`) is no subject of what is said.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from tahqiq.reading.actors import Entity
from tahqiq.reading.scene import Scene
from tahqiq.reading.triggers import SPOKEN, Trigger

_OWNER_GAP = 2  # words that may stand between an owner and its noun: `Israeli deadly air raid`
_VERB_REACH = 8  # tokens behind a verb in which its subject stands
_BROUGHT_DOWN = ("shootdown", "interception")
_ITSELF_GAP = 3  # tokens between `it` and the verb that tells what it did
_SAID_GAP = 4  # tokens between a word of saying and the `it` that points back to who says it
_STEPS = 3  # articles and numbers stepped over between a preposition and its noun
_PASSIVE = ("passive", "person")
_STRUCK_CASES = ("target", "object")
MUTUAL = frozenset(("armed_clash", "talks", "agreement"))  # happenings that have two sides by their nature
PARTNER = "partner_doer"  # the sign of whoever acted with the doer: `alongside X`, `X کے ساتھ مل کر`
Span = tuple[int, int]
Parts = dict[Span, str]  # by span: the sign by which a name has a part
_MEDIA = ("agency", "outlet", "media")
_SCENES = 4  # whose clauses are kept: one report is read at a time, and all its happenings ask for the same ones


@dataclass(frozen=True, slots=True)
class Cast:
    """The parts that one trigger's clause gives: features by span, and the keys of those who do and who suffer."""

    features: dict[Span, list[str]]
    doers: tuple[str, ...]
    struck: tuple[str, ...]


class Clauses:
    """The markers, clause ends and claimants of a scene, looked up by token."""

    def __init__(self, scene: Scene) -> None:
        marks = scene.analysis.marks
        self.scene = scene
        self.order = scene.analysis.language.order
        self.counted = frozenset(t for q in scene.quantities for t in range(q.first, q.last))
        self.before: dict[int, str] = {}
        self.after: dict[int, str] = {}
        verbs = {t for kind in ("trigger", "harm") for m in marks.get(kind, ()) for t in range(m.first, m.last)}
        ends: dict[str, set[int]] = {}  # where the markers before a name end, by the part they give it
        for mark in marks.get("marker", ()):
            if mark.sense.form == "before":
                ends.setdefault(mark.sense.value, set()).add(mark.last)
        self.aimed = set().union(*(ends.get(case, ()) for case in _STRUCK_CASES))
        self.byed, self.byed_passive = (ends.get(case, set()) for case in ("agent", "passive_agent"))
        self.harmed = {(r.group.entity.first, r.group.entity.last) for r in scene.rows if r.group and r.group.entity}
        for mark in marks.get("marker", ()):
            if mark.first in self.counted:
                continue  # `at least four rebels` are in no place
            if not verbs.isdisjoint(range(mark.first, mark.last)) and mark.sense.value in ("agent", "target", "object"):
                continue  # the happening's own word, not a word beside it
            if mark.sense.value == "passive_agent":
                continue  # `from` tells the doer right behind a passive alone
            side, at = (self.before, mark.last) if mark.sense.form == "before" else (self.after, mark.first)
            if mark.sense.value == "opponent" and side.get(at) == "instrument":
                side[at] = "opponent"  # `with`, `با`: whom one fights or meets, where what follows is no thing
            side.setdefault(at, mark.sense.value)
        self.genitive_first = {m.first: m.last for m in marks.get("genitive", ())}
        self.genitive_last = {m.last: m.first for m in marks.get("genitive", ())}
        self.genitive_tokens = frozenset(t for m in marks.get("genitive", ()) for t in range(m.first, m.last))
        self.light = frozenset(t for m in marks.get("definite", ()) for t in range(m.first, m.last)) | self.counted
        self._ties = scene.analysis.function - self.genitive_tokens
        self.claimants = {span for s in scene.sayings if not s.continued for span in s.spans}
        self.said = {t for m in marks.get("saying", ()) for t in range(m.first, m.last)}
        self._crafts = {t for m in marks.get("force", ()) if m.sense.value == "aircraft" for t in range(m.first, m.last)}
        self._place_ends = {p.last - 1 for p in scene.places if not p.is_country}
        self.offices = _offices(scene.entities)
        self.marker_ends = frozenset(last - 1 for last in self.before)
        self._cases: dict[Span, str] = {}
        self._bounds: dict[tuple[int, int, int], tuple[int, int]] = {}
        self._casts: dict[tuple[object, ...], Cast] = {}

    def case(self, entity: Entity) -> str:
        """The part that the word right before or behind a name gives it: agent, target, place, genitive …, bare where none."""
        key = (entity.first, entity.last)
        if key not in self._cases:
            self._cases[key] = self._case(entity)
        return self._cases[key]

    def _case(self, entity: Entity) -> str:
        tokens = self.scene.analysis.tokens
        behind = entity.last
        if self.order == "svo" and tokens[behind - 1].text.endswith("'s"):
            return "genitive"  # `Iran's army`, `the Islamic State's leader`
        if behind < len(tokens) and tokens[behind].text in ('"', "'", ")"):
            behind += 1
        if behind in self.after:
            return self.after[behind]
        if self.order == "sov" and behind in self.genitive_first:
            return "genitive"
        clitics = entity.clitics.removesuffix("ال")
        at = entity.first
        for _ in range(_STEPS):
            if at in self.before and not (self.before[at] == "source" and at - 1 in self.said and not self._claims(entity)):
                return self.before[at]
            if at in self.genitive_last and self.scene.analysis.language.genitive_order == "head_first":
                if self.genitive_last[at] - 1 not in self.counted:
                    return "genitive"
                at = self.genitive_last[at]  # `by dozens of X`: what stands before the number
                continue
            if not at or not (at - 1 in self.light or tokens[at - 1].text in ("the", "a", "an", '"', "'", "both")):
                break
            at -= 1
        if self.order == "sov" and (name := self._name_behind(entity)):
            return self.case(name)  # `militant group X کا`: what stands behind the name holds of both
        return next((f"clitic_{c}" for c in ("ب", "ل", "ک") if c in clitics), "bare")

    def _name_behind(self, entity: Entity) -> Entity | None:
        """The name that a group's or office's common noun announces right before it."""
        if entity.kind not in ("force", "source") or entity.actor:
            return None
        return next((e for e in self.scene.entities_over(entity.last) if e.first == entity.last and e.kind in ("actor", "person")), None)

    def is_behind_place(self, entity: Entity) -> bool:
        """True for a state that only says where a place lies: `Christchurch, New Zealand`, `SANA, Yemen`."""
        tokens = self.scene.analysis.tokens
        at = entity.first - 1
        at -= at >= 0 and tokens[at].text in (",", "،", "(")
        return at in self._place_ends

    def _claims(self, entity: Entity) -> bool:
        return (entity.first, entity.last) in self.claimants

    def bounds(self, trigger: Trigger) -> tuple[int, int]:
        """The tokens of the trigger's clause."""
        mark = trigger.mark
        key = (trigger.sentence, mark.first, mark.last)
        bounds = self._bounds.get(key)
        if bounds is None:
            bounds = self._bounds[key] = self._find_bounds(trigger)
        return bounds

    def _find_bounds(self, trigger: Trigger) -> tuple[int, int]:
        first, last = self.scene.analysis.bounds[trigger.sentence]
        for end in self.scene.analysis.breaks_in(trigger.sentence):
            if first < end < trigger.first:
                first = end
            elif trigger.last <= end < last:
                return first, end
        return first, last

    def parts(self, trigger: Trigger, objects: Sequence[Entity] = ()) -> dict[Span, list[str]]:
        """Features of each entity of the trigger's sentence by its span; `objects` are sites that may be struck, beside the entities."""
        return self._cast(trigger, objects).features

    def leaders(self, triggers: Iterable[Trigger], objects: Sequence[Entity] = ()) -> dict[str, Counter[str]]:
        """How often each actor of the report does, and suffers, by all its triggers."""
        doers, struck = Counter[str](), Counter[str]()
        for trigger in triggers:
            cast = self._cast(trigger, objects)
            for key in cast.doers:
                doers[key] += 1
            for key in cast.struck:
                struck[key] += 1
        return {"doer": doers, "struck": struck}

    def _cast(self, trigger: Trigger, objects: Sequence[Entity]) -> Cast:
        here = [o for o in objects if self.scene.sentence(o.first) == trigger.sentence] if objects else []
        mark = trigger.mark
        key = (mark.first, mark.last, trigger.event_type, trigger.is_harm, *((o.first, o.last) for o in here))
        cast = self._casts.get(key)
        if cast is None:
            cast = self._casts[key] = self._find_cast(trigger, here)
        return cast

    def _find_cast(self, trigger: Trigger, objects: Sequence[Entity]) -> Cast:
        everyone = (*self.scene.entities_in(trigger.sentence), *objects)
        here = [e for e in everyone if (e.first, e.last) not in self.offices]
        first, last = self.bounds(trigger)
        clause = [e for e in here if first <= e.first < last and not _overlap(e, trigger)]
        within = self._inside(trigger, here)
        itself = self._itself(trigger, here)
        doers = within["doer"] or itself["doer"] or self._doers(trigger, here, clause)
        struck = within["struck"] or itself["struck"] or self._struck(trigger, clause, doers)
        partners = {(e.first, e.last) for e in clause if doers and self.case(e) == "partner"} - set(doers)
        told = {"doer": (doers, self._joined(here, doers)), "struck": (struck, self._joined(here, struck))}
        in_clause = {(e.first, e.last) for e in clause}
        features = {}
        for span in dict.fromkeys((e.first, e.last) for e in here):
            names = ["in_clause" if span in in_clause else "out_of_clause", *(n for part in told.items() for n in _part(span, *part))]
            if span in partners:
                names = [*(n for n in names if n != "doer_else"), "joined_doer", PARTNER]
            features[span] = [f"harm_{n}" for n in names] if trigger.is_harm else names
        keys = {(e.first, e.last): key_of(e) for e in here}
        return Cast(features, *(tuple(key for span, key in keys.items() if part in features[span]) for part in ("doer", "struck")))

    def _doers(self, trigger: Trigger, here: Sequence[Entity], clause: Sequence[Entity]) -> Parts:
        """The doer by the surest sign there is; a verb has its subject, a noun its owner or `by X`."""
        parties = self._parties(trigger, clause)
        if parties:
            return parties
        owners, agents = self._owners(trigger, here), self._agents(trigger, clause)
        if owners and trigger.event_type not in SPOKEN:  # `X said that Y's attack …`: who only says it is no doer
            agents = {span: sign for span, sign in agents.items() if span not in self.claimants}
        marked = {**owners, **agents}
        subject = self._subject(trigger, clause)
        if self.order != "sov" and trigger.mark.sense.form in ("verb", "active"):
            marked, subject = subject, marked
        return marked or subject or self._far_subject(trigger, here) or self._speaker(trigger, here)

    def _parties(self, trigger: Trigger, clause: Sequence[Entity]) -> Parts:
        """Both whom `between X and Y` names, where a happening is of two sides by its nature."""
        if trigger.event_type not in MUTUAL:
            return {}
        told = next((e for e in clause if self.case(e) == "parties" and e.kind != "site"), None)
        if told is None:
            return {}
        joined = self._joined(clause, {(told.first, told.last): "party"})
        return dict.fromkeys([(told.first, told.last), *sorted(joined)], "party")

    def _inside(self, trigger: Trigger, here: Iterable[Entity]) -> dict[str, Parts]:
        """Names within the trigger's own words: `U.S. airstrike` tells who struck, `struck Taliban targets` whom."""
        found: dict[str, Parts] = {"doer": {}, "struck": {}}
        for entity in here:
            if trigger.is_harm or not _overlap(entity, trigger):
                continue
            is_object = trigger.mark.sense.form in ("verb", "active") and self.order != "vso" and entity.first > trigger.first
            is_struck = is_object or entity.kind == "site" or trigger.mark.sense.form == "passive"
            part = "struck" if is_struck and not self._has_by(trigger, entity.first) else "doer"
            found[part].setdefault((entity.first, entity.last), "inside")
        return found

    def _itself(self, trigger: Trigger, here: Iterable[Entity]) -> dict[str, Parts]:
        """Whoever says that it did or suffered it: `the army said it shelled`, `قالت X إنها تعرضت ل`, `X نے کہا کہ اس نے`."""
        found: dict[str, Parts] = {"doer": {}, "struck": {}}
        form = trigger.mark.sense.form
        if form not in ("verb", "active", "passive") or trigger.event_type in SPOKEN:
            return found
        first, _ = self.bounds(trigger)
        reach = self.scene.analysis.bounds[trigger.sentence][1] if self.order == "sov" else _ITSELF_GAP
        for mark in self.scene.analysis.in_sentence("itself", trigger.sentence):
            if not (first <= mark.first and 0 <= trigger.first - mark.last <= reach):
                continue
            said = [e for e in here if self._claims(e) and e.last <= mark.first and e.role not in _MEDIA]
            said = [e for e in said if any(max(e.first, mark.first - _SAID_GAP) - 2 <= t < mark.first for t in self.said)]
            if said and not any(mark.last <= e.first < trigger.first and e.is_armed for e in here):
                is_struck = form == "passive" and not (trigger.is_harm and self.order == "vso")
                part, sign = ("struck", "passive_subject") if is_struck else ("doer", "subject")
                found[part][(said[-1].first, said[-1].last)] = sign
                return found
        return found

    def _has_by(self, trigger: Trigger, at: int) -> bool:
        """True where a passive or a noun tells its doer behind `by`, a word of its own: `killed by X`, `attack by dozens of X`."""
        if trigger.mark.sense.form in ("verb", "active") or not all(
            t in self.light or t in self.genitive_tokens for t in range(trigger.last, at)
        ):
            return False
        ends = self.byed | self.byed_passive if trigger.mark.sense.form == "passive" else self.byed
        return any(trigger.first < last <= min(at, trigger.last) for last in ends)

    def _far_subject(self, trigger: Trigger, here: Iterable[Entity]) -> Parts:
        """The first name of the sentence, where the trigger's own clause has none: `X, which …, struck`."""
        if trigger.mark.sense.form in _PASSIVE or trigger.is_harm:
            return {}
        free = (e for e in here if e.last <= trigger.first and self._is_free(e, trigger) and not self._suffers(e, trigger))
        return {(e.first, e.last): "far_subject" for e in list(free)[:1]}

    def _speaker(self, trigger: Trigger, here: Iterable[Entity]) -> Parts:
        """Whoever says it, where the clause names no doer: `the army said it shelled`."""
        if trigger.is_harm or trigger.mark.sense.form == "passive":
            return {}
        said = [e for e in here if self._claims(e) and e.last <= trigger.first and e.role not in _MEDIA]
        return {(said[-1].first, said[-1].last): "speaker"} if said else {}

    def _agents(self, trigger: Trigger, clause: Iterable[Entity]) -> Parts:
        found = [e for e in clause if self.case(e) == "agent" or self._is_behind_passive(e, trigger)]
        found += [e for e in clause if e not in found and e.first >= trigger.last and self._has_by(trigger, e.first)]
        near = sorted(found, key=lambda e: self.scene.gap(e.first, e.last, trigger.first, trigger.last)[1])
        return {(e.first, e.last): "by_marker" for e in near[:1]}

    def _is_behind_passive(self, entity: Entity, trigger: Trigger) -> bool:
        """True for whoever `from` names right behind a passive: `came under fire from X`, `تعرضت لمضايقات من X`."""
        is_right_behind = entity.first - 1 <= trigger.last <= entity.first
        return trigger.mark.sense.form == "passive" and is_right_behind and entity.first in self.byed_passive

    def _owners(self, trigger: Trigger, here: Iterable[Entity]) -> Parts:
        """Names right beside the trigger's noun, on the side where the language puts an owner."""
        if trigger.is_harm or trigger.mark.sense.form in ("verb", "passive", "active") or trigger.last in self.aimed:
            return {}
        language = self.scene.analysis.language
        if self.order == "svo" and trigger.first in self._ties:
            return {}  # `killed three X in a raid`, where `in a` is the trigger's own
        best: tuple[int, Entity] | None = None
        for entity in here:
            side, gap = self.scene.gap(entity.first, entity.last, trigger.first, trigger.last)
            wanted = side == ("before" if language.adjective == "before" else "after")
            if not wanted or gap > _OWNER_GAP or not self._owns(entity, trigger):
                continue
            if best is None or gap < best[0]:
                best = (gap, entity)
        return {(best[1].first, best[1].last): "owner"} if best else {}

    def _owns(self, entity: Entity, trigger: Trigger) -> bool:
        case = self.case(entity)
        tokens = self.scene.analysis.tokens
        between = range(min(entity.last, trigger.last), max(entity.first, trigger.first))
        if any(not tokens[t].text[0].isalnum() and tokens[t].text != '"' for t in between):
            return False
        if self.order == "svo" and any(t in self._ties for t in between):
            return False  # `killed three X in an airstrike`
        if self.order == "sov" and self.scene.analysis.language.adjective == "before":
            return case == "genitive" or (entity.last == trigger.first and entity.kind == "adjective")
        if self.order == "svo":
            return case in ("bare", "genitive") or entity.kind == "adjective" or (case not in ("agent",) and entity.last == trigger.first)
        return case in ("bare", "clitic_ل")

    def _subject(self, trigger: Trigger, clause: Iterable[Entity]) -> Parts:
        """The clause's first name without a preposition: before the trigger, or behind an Arabic verb."""
        if trigger.mark.sense.form in _PASSIVE:
            return {}
        free = [e for e in clause if self._is_free(e, trigger) and not self._suffers(e, trigger)]
        before = [e for e in free if e.last <= trigger.first]
        if self.order == "vso" and trigger.mark.sense.form in ("verb", "active"):
            near = [e for e in before if trigger.first - e.last <= 2]
            if near:
                return {(near[-1].first, near[-1].last): "subject"}
            after = [e for e in free if 0 <= e.first - trigger.last <= _VERB_REACH]
            if after and (after[0].first - trigger.last <= 1 or not before):
                return {(after[0].first, after[0].last): "behind_verb" if after[0].first - trigger.last <= 1 else "behind_verb_far"}
        return {(before[0].first, before[0].last): "subject"} if before else {}

    def _suffers(self, entity: Entity, trigger: Trigger) -> bool:
        """True for whoever a toll tells of, and for a craft that is brought down: no doers by their place in the clause alone."""
        if trigger.event_type in _BROUGHT_DOWN and self.is_craft(entity):
            return True
        return not trigger.is_harm and (entity.first, entity.last) in self.harmed and self.case(entity) != "agent"

    def is_craft(self, entity: Entity) -> bool:
        """True where an aircraft or drone is told, under its state's name or its own."""
        return not self._crafts.isdisjoint(range(entity.first, entity.last))

    def _is_free(self, entity: Entity, trigger: Trigger) -> bool:
        if entity.kind in ("site", "adjective") or entity.role in _MEDIA or _overlap(entity, trigger):
            return False
        if trigger.event_type == "statement" and self._claims(entity):
            return True
        if entity.kind == "country" and self.is_behind_place(entity):
            return False
        return self.case(entity) in ("bare", "agent") and not self._claims(entity)

    def _struck(self, trigger: Trigger, clause: Sequence[Entity], doers: Parts) -> Parts:
        """The nearest name that a marker makes the struck; else the object of an active verb, the subject of a passive one."""
        rest = [e for e in clause if (e.first, e.last) not in doers]
        gap = {(e.first, e.last): self.scene.gap(e.first, e.last, trigger.first, trigger.last) for e in rest}
        side = "before" if self.order == "sov" else "after"
        if trigger.last in self.aimed:  # the trigger's own last word is `on`, `به`
            behind = min((e for e in rest if 0 <= e.first - trigger.last <= 1), key=lambda e: e.first, default=None)
            if behind:
                return {(behind.first, behind.last): "aimed_at"}
        for cases in (_STRUCK_CASES, ("opponent",)):
            on_either = cases is _STRUCK_CASES or self.scene.analysis.language.genitive_order == "head_first"
            marked = [e for e in rest if self.case(e) in cases and (gap[(e.first, e.last)][0] == side or on_either)]
            if marked:
                best = min(marked, key=lambda e: (gap[(e.first, e.last)][0] != side, gap[(e.first, e.last)][1]))
                return {(best.first, best.last): f"by_{self.case(best)}_{gap[(best.first, best.last)][0]}"}
        free = [e for e in rest if self._is_free(e, trigger) or (e.kind == "site" and self.case(e) == "bare")]
        form = trigger.mark.sense.form
        if form == "noun" and trigger.is_harm:
            form = "passive"
        if form in _PASSIVE:
            return self._passive_subject(trigger, free, gap)
        if form in ("verb", "active"):
            objects = [e for e in free if gap[(e.first, e.last)][0] == side and gap[(e.first, e.last)][1] <= _VERB_REACH]
            near = min(objects, key=lambda e: gap[(e.first, e.last)][1], default=None)
            return {(near.first, near.last): "object"} if near else {}
        return {}

    def _passive_subject(self, trigger: Trigger, free: Sequence[Entity], gap: dict[Span, tuple[str, int]]) -> Parts:
        """The nearest name on the side where the language puts a passive's subject; in Arabic else the one that opens the clause."""
        sides = {"vso": ("after", "before")}.get(self.order, ("before",))
        for side in sides:
            near = min((e for e in free if gap[(e.first, e.last)][0] == side), key=lambda e: gap[(e.first, e.last)][1], default=None)
            if near:
                return {(near.first, near.last): "passive_subject" if side == sides[0] else "passive_topic"}
        return {}

    def _joined(self, here: Sequence[Entity], told: Parts) -> set[Span]:
        """Names joined by `and` or a comma to one that has the part."""
        found: set[Span] = set()
        ordered = sorted((e for e in here if e.kind != "adjective"), key=lambda e: e.first)
        for a, b in pairwise(ordered):
            if self.is_joined(a, b):
                if (a.first, a.last) in told:
                    found.add((b.first, b.last))
                if (b.first, b.last) in told:
                    found.add((a.first, a.last))
        return found - set(told)

    def is_joined(self, a: Entity, b: Entity) -> bool:
        """True where nothing but `and` stands between two names, as a word or as a clitic on the second."""
        analysis = self.scene.analysis
        between = [t for t in range(a.last, b.first) if t not in self.light and analysis.tokens[t].text not in ("the", '"', "'")]
        if not between:
            return b.clitics.startswith("و") or (a.last <= b.first and b.clitics == "" and self._starts_with_and(b))
        words = [analysis.tokens[t].text for t in between]
        return (
            len(words) <= 2
            and any(w in analysis.language.numbers.conjunctions for w in words)
            and all(w in analysis.language.numbers.conjunctions or not w.isalnum() or t in self.marker_ends for w, t in zip(words, between))
        )  # a marker may be told again: `between X and between Y`

    def _starts_with_and(self, entity: Entity) -> bool:
        return any(clitics.startswith("و") for _, clitics in self.scene.analysis.tokens[entity.first].forms)


@lru_cache(maxsize=_SCENES)
def clauses_of(scene: Scene) -> Clauses:
    """The clauses of a scene, found once however many happenings ask."""
    return Clauses(scene)


def key_of(entity: Entity) -> str:
    """One key for all mentions of an actor."""
    return entity.actor or entity.name.lower()


def _part(span: Span, part: str, told: tuple[Parts, set[Span]]) -> tuple[str, ...]:
    """How a name stands to a part: it has it and by what sign, shares it, or another has it, or nobody."""
    having, joined = told
    if span in having:
        return part, f"{part}_{having[span]}"
    if span in joined:
        return (f"joined_{part}",)
    return (f"{part}_else" if having else f"no_{part}",)


def _overlap(entity: Entity, trigger: Trigger) -> bool:
    return entity.first < trigger.last and trigger.first < entity.last


def _offices(entities: Sequence[Entity]) -> set[Span]:
    """Offices whose holder is named right behind: `President X`, who is the one that acts."""
    persons = {e.first for e in entities if e.kind == "person"}
    return {(e.first, e.last) for e in entities if e.kind == "source" and persons & {e.last, e.last + 1}}
