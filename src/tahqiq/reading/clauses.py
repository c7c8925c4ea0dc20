"""Who does and who suffers in the clause of a trigger: by word order, markers, possession and what is joined by `and`.

What comes in are a scene and triggers; what goes out are features of each entity. Nothing is decided here: a language's order of
words, its markers and its genitive propose, weights choose.

How it works
1. A doer is told by a marker (`by X`, `X نے`), owns the trigger's noun (`X's raid`, `غارات X`, `X کے حملے`), or is the clause's
   subject: the first name without a preposition before the trigger, in Arabic the first behind its verb.
2. The struck is told by a marker (`on X`, `X پر`, `X را`), is the object of an active verb or the subject of a passive one.
3. What is joined by `and` shares the part of its neighbour. Who only says it (`X said`) is no subject of what is said.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from tahqiq.reading.actors import Entity
from tahqiq.reading.happenings import Trigger
from tahqiq.reading.scene import Scene

_OWNER_GAP = 2  # words that may stand between an owner and its noun: `Israeli deadly air raid`
_VERB_REACH = 8  # tokens behind a verb in which its subject stands
_STEPS = 3  # articles and numbers stepped over between a preposition and its noun
_PASSIVE = ("passive", "person")
_STRUCK_CASES = ("target", "object")
Parts = dict[tuple[int, int], str]  # by span: the sign by which a name has a part
_MEDIA = ("agency", "outlet", "media")


class Clauses:
    """The markers, clause ends and claimants of a scene, looked up by token."""

    def __init__(self, scene: Scene) -> None:
        marks = scene.analysis.marks
        self.scene = scene
        self.order = scene.analysis.language.order
        self.before: dict[int, str] = {}
        self.after: dict[int, str] = {}
        verbs = {t for kind in ("trigger", "harm") for m in marks.get(kind, ()) for t in range(m.first, m.last)}
        counted = {t for q in scene.quantities for t in range(q.first, q.last)}
        self.aimed = {m.last for m in marks.get("marker", ()) if m.sense.form == "before" and m.sense.value in _STRUCK_CASES}
        for mark in marks.get("marker", ()):
            if mark.first in counted:
                continue  # `at least four rebels` are in no place
            if not verbs.isdisjoint(range(mark.first, mark.last)) and mark.sense.value in ("agent", "target", "object"):
                continue  # the happening's own word, not a word beside it
            (self.before if mark.sense.form == "before" else self.after).setdefault(
                mark.last if mark.sense.form == "before" else mark.first, mark.sense.value
            )
        self.genitive_first = {m.first: m.last for m in marks.get("genitive", ())}
        self.genitive_last = {m.last: m.first for m in marks.get("genitive", ())}
        self.ends = sorted(
            [m.first for m in marks.get("break", ())] + [n for n, t in enumerate(scene.analysis.tokens) if t.text in (";", ":")]
        )
        self.light = frozenset(t for m in marks.get("definite", ()) for t in range(m.first, m.last)) | frozenset(
            t for q in scene.quantities for t in range(q.first, q.last)
        )
        self.claimants = {span for s in scene.sayings if not s.continued for span in s.spans}
        self.said = {t for m in marks.get("saying", ()) for t in range(m.first, m.last)}
        self.offices = _offices(scene.entities)
        self.harmed = {(r.group.entity.first, r.group.entity.last) for r in scene.rows if r.group and r.group.entity}
        self._cases: dict[tuple[int, int], str] = {}
        self._parts: dict[tuple[int, int, str], dict[tuple[int, int], list[str]]] = {}

    def case(self, entity: Entity) -> str:
        """The part that the word right before or behind a name gives it: agent, target, place, genitive …, bare where none."""
        key = (entity.first, entity.last)
        if key not in self._cases:
            self._cases[key] = self._case(entity)
        return self._cases[key]

    def _case(self, entity: Entity) -> str:
        tokens = self.scene.analysis.tokens
        behind = entity.last
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
                return "genitive"
            if not at or not (at - 1 in self.light or tokens[at - 1].text in ("the", "a", "an", '"', "'", "both")):
                break
            at -= 1
        return next((f"clitic_{c}" for c in ("ب", "ل", "ک") if c in clitics), "bare")

    def _claims(self, entity: Entity) -> bool:
        return (entity.first, entity.last) in self.claimants

    def bounds(self, trigger: Trigger) -> tuple[int, int]:
        """The tokens of the trigger's clause."""
        first, last = self.scene.analysis.bounds[trigger.sentence]
        for end in self.ends:
            if first < end < trigger.first:
                first = end
            elif trigger.last <= end < last:
                return first, end
        return first, last

    def parts(self, trigger: Trigger, entities: Sequence[Entity]) -> dict[tuple[int, int], list[str]]:
        """Features of each entity of the trigger's sentence by its span."""
        key = (trigger.first, trigger.last, trigger.event_type)
        if key not in self._parts:
            self._parts[key] = self._find_parts(trigger, entities)
        return self._parts[key]

    def leaders(self, triggers: Iterable[Trigger], entities: Sequence[Entity]) -> dict[str, Counter[str]]:
        """How often each actor of the report does, and suffers, by all its triggers."""
        found: dict[str, Counter[str]] = {"doer": Counter(), "struck": Counter()}
        names = {(e.first, e.last): key_of(e) for e in entities}
        for trigger in triggers:
            for span, told in self.parts(trigger, entities).items():
                for part, counts in found.items():
                    if part in told:
                        counts[names[span]] += 1
        return found

    def _find_parts(self, trigger: Trigger, entities: Sequence[Entity]) -> dict[tuple[int, int], list[str]]:
        here = [e for e in entities if self.scene.sentence(e.first) == trigger.sentence and (e.first, e.last) not in self.offices]
        first, last = self.bounds(trigger)
        clause = [e for e in here if first <= e.first < last and not _overlap(e, trigger)]
        within = self._inside(trigger, here)
        doers = within["doer"] or self._doers(trigger, here, clause)
        struck = within["struck"] or self._struck(trigger, clause, doers)
        joined = {"doer": self._joined(here, doers), "struck": self._joined(here, struck)}
        found: dict[tuple[int, int], list[str]] = {}
        for entity in here:
            key = (entity.first, entity.last)
            names = ["in_clause" if entity in clause else "out_of_clause"]
            for part, told in (("doer", doers), ("struck", struck)):
                if key in told:
                    names += [part, f"{part}_{told[key]}"]
                elif key in joined[part]:
                    names.append(f"joined_{part}")
                else:
                    names.append(f"{part}_else" if told else f"no_{part}")
            found[key] = [f"harm_{n}" for n in names] if trigger.is_harm else names
        return found

    def _doers(self, trigger: Trigger, here: Sequence[Entity], clause: Sequence[Entity]) -> Parts:
        """The doer by the surest sign there is; a verb has its subject, a noun its owner or `by X`."""
        marked = {**self._owners(trigger, here), **self._agents(trigger, clause)}
        subject = self._subject(trigger, clause)
        if self.order != "sov" and trigger.mark.sense.form in ("verb", "active"):
            marked, subject = subject, marked
        return marked or subject or self._far_subject(trigger, here) or self._speaker(trigger, here)

    def _inside(self, trigger: Trigger, here: Iterable[Entity]) -> dict[str, Parts]:
        """Names within the trigger's own words: `U.S. airstrike` tells who struck, `struck Taliban targets` whom."""
        found: dict[str, Parts] = {"doer": {}, "struck": {}}
        for entity in here:
            if trigger.is_harm or not _overlap(entity, trigger):
                continue
            is_object = trigger.mark.sense.form in ("verb", "active") and self.order != "vso" and entity.first > trigger.first
            part = "struck" if is_object or entity.kind == "site" or trigger.mark.sense.form == "passive" else "doer"
            found[part].setdefault((entity.first, entity.last), "inside")
        return found

    def _far_subject(self, trigger: Trigger, here: Iterable[Entity]) -> Parts:
        """The first name of the sentence, where the trigger's own clause has none: `X, which …, struck`."""
        if trigger.mark.sense.form in _PASSIVE or trigger.is_harm:
            return {}
        free = (e for e in here if e.last <= trigger.first and self._is_free(e, trigger))
        return {(e.first, e.last): "far_subject" for e in list(free)[:1]}

    def _speaker(self, trigger: Trigger, here: Iterable[Entity]) -> Parts:
        """Whoever says it, where the clause names no doer: `the army said it shelled`."""
        if trigger.is_harm or trigger.mark.sense.form == "passive":
            return {}
        said = [e for e in here if self._claims(e) and e.last <= trigger.first and e.role not in _MEDIA]
        return {(said[-1].first, said[-1].last): "speaker"} if said else {}

    def _agents(self, trigger: Trigger, clause: Iterable[Entity]) -> Parts:
        found = [e for e in clause if self.case(e) == "agent"]
        near = sorted(found, key=lambda e: self.scene.gap(e.first, e.last, trigger.first, trigger.last)[1])
        return {(e.first, e.last): "by_marker" for e in near[:1]}

    def _owners(self, trigger: Trigger, here: Iterable[Entity]) -> Parts:
        """Names right beside the trigger's noun, on the side where the language puts an owner."""
        if trigger.is_harm or trigger.mark.sense.form in ("verb", "passive", "active") or trigger.last in self.aimed:
            return {}
        language = self.scene.analysis.language
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
        if self.order == "sov" and self.scene.analysis.language.adjective == "before":
            return case == "genitive" or (entity.last == trigger.first and entity.kind == "adjective")
        if self.order == "svo":
            return case in ("bare", "genitive") or entity.kind == "adjective" or (case not in ("agent",) and entity.last == trigger.first)
        return case in ("bare", "clitic_ل")

    def _subject(self, trigger: Trigger, clause: Iterable[Entity]) -> Parts:
        """The clause's first name without a preposition: before the trigger, or behind an Arabic verb."""
        if trigger.mark.sense.form in _PASSIVE:
            return {}
        free = [e for e in clause if self._is_free(e, trigger)]
        before = [e for e in free if e.last <= trigger.first]
        if self.order == "vso" and trigger.mark.sense.form in ("verb", "active"):
            near = [e for e in before if trigger.first - e.last <= 2]
            if near:
                return {(near[-1].first, near[-1].last): "subject"}
            after = [e for e in free if 0 <= e.first - trigger.last <= _VERB_REACH]
            if after:
                return {(after[0].first, after[0].last): "behind_verb"}
        return {(before[0].first, before[0].last): "subject"} if before else {}

    def _is_free(self, entity: Entity, trigger: Trigger) -> bool:
        if entity.kind in ("site", "adjective") or entity.role in _MEDIA or _overlap(entity, trigger):
            return False
        if trigger.event_type == "statement" and self._claims(entity):
            return True
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
            marked = [e for e in rest if self.case(e) in cases and (gap[(e.first, e.last)][0] == side or cases is _STRUCK_CASES)]
            if marked:
                best = min(marked, key=lambda e: (gap[(e.first, e.last)][0] != side, gap[(e.first, e.last)][1]))
                return {(best.first, best.last): f"by_{self.case(best)}_{gap[(best.first, best.last)][0]}"}
        free = [e for e in rest if self._is_free(e, trigger) or (e.kind == "site" and self.case(e) == "bare")]
        form = trigger.mark.sense.form
        if form == "noun" and trigger.is_harm:
            form = "passive"
        if form in _PASSIVE:
            wanted = "after" if self.order == "vso" else "before"
            subject = [e for e in free if gap[(e.first, e.last)][0] == wanted]
            near = min(subject, key=lambda e: gap[(e.first, e.last)][1], default=None)
            return {(near.first, near.last): "passive_subject"} if near else {}
        if form in ("verb", "active"):
            objects = [e for e in free if gap[(e.first, e.last)][0] == side and gap[(e.first, e.last)][1] <= _VERB_REACH]
            near = min(objects, key=lambda e: gap[(e.first, e.last)][1], default=None)
            return {(near.first, near.last): "object"} if near else {}
        return {}

    def _joined(self, here: Sequence[Entity], told: Parts) -> set[tuple[int, int]]:
        """Names joined by `and` or a comma to one that has the part."""
        found: set[tuple[int, int]] = set()
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
            and all(
                w in analysis.language.numbers.conjunctions or not w.isalnum() or t in self.before_tokens() for w, t in zip(words, between)
            )
        )

    def before_tokens(self) -> frozenset[int]:
        """Tokens that end a marker: `between X and between Y`."""
        return frozenset(last - 1 for last in self.before)

    def _starts_with_and(self, entity: Entity) -> bool:
        return any(clitics.startswith("و") for _, clitics in self.scene.analysis.tokens[entity.first].forms)


def key_of(entity: Entity) -> str:
    """One key for all mentions of an actor."""
    return entity.actor or entity.name.lower()


def _overlap(entity: Entity, trigger: Trigger) -> bool:
    return entity.first < trigger.last and trigger.first < entity.last


def _offices(entities: Sequence[Entity]) -> set[tuple[int, int]]:
    """Offices whose holder is named right behind: `President X`, who is the one that acts."""
    persons = {e.first for e in entities if e.kind == "person"}
    return {(e.first, e.last) for e in entities if e.kind == "source" and persons & {e.last, e.last + 1}}
