"""Who did it and to whom: entities near a happening, by the part that its clauses give them, by markers, order and nearness.

What comes in are a scene and a happening; what goes out are proposals for perpetrator or target. What holds of an entity wherever
it is asked about (its kind, its case, what it says) is described once a scene; what a happening's clauses make of it, once a happening.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from tahqiq.languages import Mark
from tahqiq.reading.actors import Entity
from tahqiq.reading.choosing import Company, Pairs, Told
from tahqiq.reading.clauses import Clauses, Span, clauses_of, key_of
from tahqiq.reading.happenings import Happening
from tahqiq.reading.scene import Scene
from tahqiq.reading.slots.around import Candidate, Proposal, Seat, Surroundings, each_once, family
from tahqiq.reading.triggers import Trigger

_REACH = 2  # sentences around a happening's own in which its sides are told
_HEAD = 1  # the last of the first sentences, whose actors may be the sides of whatever the report tells
_LONGEST_SITE = 7  # words of a place that is named as what was struck
_SETTLED = frozenset(("city", "town", "village", "quarter", "area", "district"))  # where people live is where it happened
_JOINED = 2  # words between a site and whose it is by a clitic: `مواقع وآليات للجيش`
_SCENES = 4  # whose entities are kept described: one report is read at a time
# what speaks for a side where its happening's clauses name none
_FALLBACKS = frozenset(
    (
        "doer_of_others most_doer struck_of_others most_struck in_title first_told last_before claimant_claims_responsibility "
        "previous_1 next_1 told_often told_again armed claimant also_doer also_in_title another_claims"
    ).split()
)
_PAIRED = frozenset(
    (
        "same_sentence here_1 sole_here also_claimant also_in_title claimant armed harmed kind_country kind_person kind_people "
        "kind_source kind_site opens_sentence role_agent role_target role_object before after nothing_between "
        "claimant_claims_responsibility claimant_accuses doer struck doer_else struck_else joined_doer joined_struck "
        "doer_subject doer_owner doer_by_marker case_bare case_place case_genitive sole_side side_near_0 side_near_1 "
        "side_order_0 side_order_1 side_last most_doer most_struck doer_inside struck_inside struck_object doer_far_subject "
        "doer_speaker doer_behind_verb nowhere_doer nowhere_struck no_doer no_struck case_opponent case_parties office_of_named "
        "harm_struck harm_doer main_doer main_struck another_claims"
    ).split()
)
_SHARED = frozenset(
    "role_agent role_target in_title claimant harmed same_sentence opens_sentence doer struck joined_doer joined_struck doer_owner".split()
)
_OF_TYPE = ("same_sentence", "doer", "struck", "armed")
_PARTS = ("doer", "struck")


def propose_sides(
    scene: Scene, happening: Happening, others: Sequence[Happening], question: str, around: Surroundings | None = None
) -> list[Proposal]:
    """Entities near the happening as perpetrators or targets, and the nationality beside a trigger (`Israeli strikes`)."""
    around = around or Surroundings(scene, happening, others)
    objects = propose_objects(scene, happening) if question == "target" else []
    people = _people_of(scene)
    party = _Parties(scene, happening, others, objects)
    near = {*range(_HEAD + 1), *(n for s in happening.sentences for n in range(s - _REACH, s + _REACH + 1))}
    found: list[Candidate] = []
    for entity in (*scene.entities, *objects):
        if question == "perpetrator" and not entity.actor and (entity.is_unknown or entity.first in people.denied):
            continue  # `unidentified gunmen` and `no group` tell nobody
        described = people.described(entity)
        span = described.span
        if described.sentence not in near and people.claimants.get(span) != "claims_responsibility":
            continue
        seat = around.seat(*span)
        own_parts = party.parts(entity, described, seat)
        names = [*around.names(seat, *span), *described.told, *own_parts]
        if seat.between == 0:
            key = (*span, entity.clitics)
            beside = around.beside.get(key)
            if beside is None:
                beside = around.beside[key] = _beside_trigger(scene, entity, seat, described.case, described.roles)
            names += beside
        if entity.is_unknown:
            names += ["unknown", *(f"unknown&{n}" for n in own_parts if n in _PARTS)]
        names += described.standing
        if people.claims_it - {described.key}:
            names.append("another_claims")
        found.append(Candidate(described.key, seat.rank, entity, names))
    company = _company(family(happening), f"type_{happening.event_type}", question == "perpetrator", party.nowhere)
    return [(candidate.value, Told(candidate.names, company)) for candidate in each_once(found, _SHARED)]


@lru_cache(maxsize=1024)
def _company(kind: str, event_type: str, is_doer: bool, nowhere: tuple[str, ...]) -> Company:
    """What an entity's features are told together with: the happening's kind and type, and that its clauses name no such side."""
    pairs: list[Pairs] = [(kind, _PAIRED.__contains__)]
    if is_doer:
        pairs.append((kind, lambda name: name.startswith("role_is_")))
    pairs.append((event_type, _OF_TYPE.__contains__))
    pairs += [(part, _FALLBACKS.__contains__) for part in nowhere]
    return Company((f"family_{kind}", event_type), pairs)


class _People:
    """What holds of a scene's entities whichever happening is asked about."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.clauses: Clauses = clauses_of(scene)
        self.claimants: dict[Span, str] = {span: s.stance for s in scene.sayings if not s.continued for span in s.spans}
        claims = {span for span, stance in self.claimants.items() if stance == "claims_responsibility"}
        self.claims_it = {key_of(e) for e in scene.entities if (e.first, e.last) in claims}
        self._harmed = {(r.group.entity.first, r.group.entity.last) for r in scene.rows if r.group and r.group.entity}
        self.denied = {m.last for m in scene.analysis.of_kind("negation")}
        self.sites = _struck_sites(scene)
        self._described: dict[int, _Description] = {}

    def described(self, entity: Entity) -> "_Description":
        """What is told of an entity of the scene or one of its sites."""
        described = self._described.get(id(entity))
        if described is None:
            described = self._described[id(entity)] = self._describe(entity)
        return described

    def _describe(self, entity: Entity) -> "_Description":
        case = self.clauses.case(entity)
        roles = self.scene.roles_beside(entity.first, entity.last, entity.clitics)
        told = [f"kind_{entity.kind}", f"role_is_{entity.role or 'none'}", *roles, f"case_{case}", f"{entity.kind}&case_{case}"]
        if entity.kind == "country" and self.clauses.is_behind_place(entity):
            told.append("behind_place")
        standing = ["armed"] if entity.is_armed else []
        if stance := self.claimants.get((entity.first, entity.last)):
            standing += ["claimant", f"claimant_{stance}"]
        if (entity.first, entity.last) in self._harmed:
            standing.append("harmed")
        sentence = self.scene.sentence(entity.first)
        if entity.first == self.scene.analysis.bounds[sentence][0]:
            standing.append("opens_sentence")
        return _Description(sentence, (entity.first, entity.last), key_of(entity), case, told, roles, standing)


@dataclass(frozen=True, slots=True)
class _Description:
    """Features of an entity's kind and case; the roles that words beside it give it; features of what it bears, says and suffered."""

    sentence: int
    span: Span
    key: str
    case: str
    told: list[str]
    roles: list[str]
    standing: list[str]


@lru_cache(maxsize=_SCENES)
def _people_of(scene: Scene) -> _People:
    return _People(scene)


class _Parties:
    """Who does and who is struck by a happening's clauses, and by those of the others."""

    def __init__(self, scene: Scene, happening: Happening, others: Sequence[Happening], objects: Sequence[Entity]) -> None:
        self.scene, self.happening = scene, happening
        self.people = _people_of(scene)
        clauses = self.people.clauses
        self._own: dict[Span, dict[str, None]] = {}
        for trigger in happening.triggers:
            for span, told in clauses.parts(trigger, objects).items():
                self._own.setdefault(span, {}).update(dict.fromkeys(told))
                if trigger is happening.main:
                    self._own[span].update(dict.fromkeys(f"main_{part}" for part in _PARTS if part in told))
        self.nowhere = tuple(f"nowhere_{part}" for part in _PARTS if not any(part in told for told in self._own.values()))
        self._leaders = clauses.leaders((t for h in others if h is not happening for t in h.triggers), objects)
        self._most = {part: max(counts.values(), default=0) for part, counts in self._leaders.items()}
        self._sides: dict[int, list[Entity]] = {}

    def parts(self, entity: Entity, described: "_Description", seat: Seat) -> list[str]:
        """The parts that clauses give an entity, and its place among the sides of its sentence."""
        names = list(self._own.get(described.span, ()))
        for part, counts in self._leaders.items():
            if count := counts.get(described.key):
                names += [f"{part}_of_others", *([f"most_{part}"] if count == self._most[part] else [])]
        if seat.between == 0 and self._takes_sides(entity):
            names += self._among(entity, seat)
        if described.span in self.people.clauses.offices:
            names.append("office_of_named")
        names += self.nowhere
        return names

    def _takes_sides(self, entity: Entity) -> bool:
        """True for whoever may strike or be struck: forces, groups, countries, nationalities, persons; no media, crowd or site.

        Who only says it takes no side, but in a statement.
        """
        if entity.kind not in ("actor", "force", "country", "adjective", "person") or entity.role in ("agency", "outlet", "media"):
            return False
        return (entity.first, entity.last) not in self.people.claimants or self.happening.event_type == "statement"

    def _among(self, entity: Entity, seat: Seat) -> list[str]:
        """The place of a side among those of its sentence: by nearness to the trigger and by order."""
        sides = self._sides.get(seat.sentence)
        if sides is None:
            sides = self._sides[seat.sentence] = [e for e in self.scene.entities_in(seat.sentence) if self._takes_sides(e)]
        if len(sides) == 1:
            return ["sole_side"]
        trigger, gap = seat.trigger, self.scene.gap
        nearer = sum(gap(e.first, e.last, trigger.first, trigger.last)[1] < seat.gap for e in sides)
        earlier = sum(e.first < entity.first for e in sides)
        return [f"side_near_{min(nearer, 3)}", f"side_order_{min(earlier, 3)}", *(["side_last"] if earlier + 1 == len(sides) else [])]


def _beside_trigger(scene: Scene, entity: Entity, seat: Seat, case: str, roles: Sequence[str]) -> list[str]:
    """Features of an entity in the sentence of a trigger: form and side in the language's order, and what stands between."""
    trigger, side, order = seat.trigger, seat.side, scene.analysis.language.order
    form = "harm" if trigger.is_harm else trigger.mark.sense.form or "noun"
    names = [f"{order}_{form}_{side}", f"{form}_{side}", f"{order}_{form}_{side}_{case}"]
    if _is_owner(scene, entity, trigger):
        names += ["genitive", f"{form}_{side}_genitive"]
    names += [f"{form}&{r}" for r in roles]
    first, last = min(entity.last, trigger.last), max(entity.first, trigger.first)
    if first >= last or not any(first <= e.first and e.last <= last for e in scene.entities_in(seat.sentence)):
        names += ["nothing_between", f"{order}_{form}_{side}_next"]
    return names


def _is_owner(scene: Scene, entity: Entity, trigger: Trigger) -> bool:
    """True where nothing but an `of` stands between: the attack of X, X کے حملے."""
    first, last = min(entity.last, trigger.last), max(entity.first, trigger.first)
    if first >= last:
        return False
    genitives = scene.analysis.in_sentence("genitive", trigger.sentence)
    return any(first <= m.first and m.last <= last and last - first <= m.length + 1 for m in genitives)


# -- sites ------------------------------------------------------------------------------------------------------------


def propose_objects(scene: Scene, happening: Happening) -> list[Entity]:
    """Sites that may be what is struck: words of sites marked so, with the name they take."""
    return [site for sentence, site in _people_of(scene).sites if sentence in happening.sentences]


def _struck_sites(scene: Scene) -> tuple[tuple[int, Entity], ...]:
    """Every site that may be struck, with the sentence of its word."""
    weapons = {t for m in scene.analysis.of_kind("weapon") for t in range(m.first, m.last)}
    sites = (m for m in scene.analysis.of_kind("site") if m.sense.flag("target") and m.sense.value not in _SETTLED)
    marks = (m for m in sites if weapons.isdisjoint(range(m.first, m.last)))  # the car of a car bomb is not what it struck
    return tuple((scene.sentence(mark.first), _site(scene, mark)) for mark in marks)


def _site(scene: Scene, mark: Mark) -> Entity:
    """A site under the name of the place that holds its word, else under its owner's and its own."""
    place = next((p for p in scene.places if p.first <= mark.first and mark.last <= p.last), None)
    first, last = (place.first, place.last) if place and place.last - place.first <= _LONGEST_SITE else (mark.first, mark.last)
    name = place.place.name if place else mark.sense.english or scene.analysis.text(mark.first, mark.last)
    owner = None if place else _owner_of(scene, mark)
    if owner is not None:
        first, last, name = min(first, owner.first), max(last, owner.last), f"{owner.name} {name}"
    clitics = mark.clitics if first == mark.first else ""
    actor = owner.actor if owner else None
    return Entity(first, last, "site", name, mark.sense.rule, actor, role=mark.sense.value, clitics=clitics, head=mark.first)


def _owner_of(scene: Scene, site: Mark) -> Entity | None:
    """Whose position, base or convoy it is: the armed actor right beside, or over an `of`."""
    gaps = {m.first: m.last for m in scene.analysis.marks.get("genitive", ())}
    ends = {m.last: m.first for m in scene.analysis.marks.get("genitive", ())}
    head_first = scene.analysis.language.genitive_order == "head_first"
    behind = {gaps.get(site.last, site.last)} | ({site.last} if head_first else set())
    ahead = {ends.get(site.first, site.first)} if scene.analysis.language.adjective == "before" else set()
    for entity in scene.entities_in(scene.sentence(site.first)):
        may_own = entity.is_armed or entity.kind in ("actor", "country", "adjective")
        is_by_clitic = "ل" in entity.clitics and 0 <= entity.first - site.last <= _JOINED
        beside = (head_first and (entity.first in behind or is_by_clitic)) or entity.last in ahead
        if may_own and beside:
            return entity
    return None
