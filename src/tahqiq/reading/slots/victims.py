"""Who was harmed by name: persons told near a happening, by how they stand to words of harm and to the tolls told there."""

from collections.abc import Sequence

from tahqiq.languages import Mark
from tahqiq.reading.actors import Entity
from tahqiq.reading.casualties import Row
from tahqiq.reading.happenings import Happening
from tahqiq.reading.scene import Scene
from tahqiq.reading.slots.around import Candidate, Proposal, Surroundings, distance, each_once, family, with_pairs
from tahqiq.reading.slots.tolls import nearest
from tahqiq.reading.triggers import HARMFUL

_OPENING = 1  # words that may stand before a name which opens its sentence
_OLDEST = 100  # years: a larger number behind a name is no age
_INCLUDING_REACH = 6  # tokens behind `including` in which those included are named
_LIST_REACH = 8  # tokens between two names of a list: rank, age, of where
_CUE_REACH = 4  # tokens before a name or list in which a word says that names follow
_SHARED = frozenset(("in_own_row", "claimant", "beside_own_row", "wanted_side", "age_beside"))
_PAIRED = frozenset(("in_own_row", "beside_own_row"))


def propose_victims(scene: Scene, happening: Happening, others: Sequence[Happening], around: Surroundings | None = None) -> list[Proposal]:
    """Named persons near the happening, each by its nearest mention, with how they stand to words of harm and to people told of there."""
    around = around or Surroundings(scene, happening, others)
    claimants = {(s.claimant.first, s.claimant.last) for s in scene.sayings}
    ages = {q.first for q in scene.quantities if 1 < q.min < _OLDEST}
    speakers = {s.claimant.name for s in scene.sayings}
    harmed = _harmed_by_name(scene)
    lists = _lists(scene)
    included = {m.last + n for m in scene.analysis.of_kind("including") for n in range(_INCLUDING_REACH + 1)}
    found: list[Candidate] = []
    for person in scene.entities:
        if person.kind != "person" or scene.sentence(person.first) not in around.near:
            continue
        seat = around.seat(person.first, person.last)
        names = [distance(seat.between), *_beside_harm(scene, happening, person), *_in_toll(scene, happening, others, person)]
        names += [r for r in scene.roles_beside(person.first, person.last, person.clitics) if r in ("role_agent", "role_source")]
        if seat.is_here:
            form = "harm" if seat.trigger.is_harm else seat.trigger.mark.sense.form or "noun"
            names.append("wanted_of_trigger" if _wants(scene, form, seat.side) else "unwanted_of_trigger")
        told = {
            "rival_here": around.has_rival(seat.sentence),
            "claimant": (person.first, person.last) in claimants,
            "titled": bool(person.title),
            "opens_sentence": person.first - scene.analysis.bounds[seat.sentence][0] <= _OPENING,
            "harmful": happening.event_type in HARMFUL,
            "age_beside": not ages.isdisjoint((person.last, person.last + 1)),
            "one_word": person.last - person.first == 1,
            "including": person.first in included,
        }
        names += [name for name, is_so in told.items() if is_so]
        names += _told_of(scene, happening, others, person, lists[person], speakers, harmed)
        found.append(Candidate(person.name.lower(), seat.rank, person, names))
    kind = family(happening)
    return [(candidate.value, with_pairs(candidate.names, kind, _PAIRED)) for candidate in each_once(found, _SHARED)]


def _harmed_by_name(scene: Scene) -> dict[str, Row]:
    """The toll that tells of each person who is said to be harmed under the name."""
    found: dict[str, Row] = {}
    for row in scene.rows:
        for person in scene.entities_in(scene.sentence(row.first)) if row.group is not None and row.max else ():
            if row.group is not None and person.kind == "person" and row.group.first <= person.first and person.last <= row.group.last:
                found.setdefault(person.name, row)
    return found


def _lists(scene: Scene) -> dict[Entity, tuple[Entity, ...]]:
    """Each person with those who are listed with it: names in a row with titles, ages and descriptions between, but no verb."""
    lists: dict[Entity, tuple[Entity, ...]] = {}
    row: list[Entity] = []
    for person in [e for e in scene.entities if e.kind == "person"]:
        if row and not _is_listed(scene, row[-1], person):
            lists.update(dict.fromkeys(row, tuple(row)))
            row = []
        row.append(person)
    lists.update(dict.fromkeys(row, tuple(row)))
    return lists


def _is_listed(scene: Scene, before: Entity, after: Entity) -> bool:
    analysis = scene.analysis
    between = range(before.last, after.first)
    if scene.sentence(before.first) != scene.sentence(after.first) or len(between) > _LIST_REACH:
        return False
    if any(analysis.at(kind, t) for t in between for kind in ("harm", "trigger", "saying", "break")):
        return False
    signs = (*analysis.language.numbers.conjunctions, ",", "،")
    return any(analysis.tokens[t].text in signs for t in between) or (not between and bool(after.clitics))


def _told_of(
    scene: Scene, happening: Happening, others: Sequence[Happening], person: Entity, listed: Sequence[Entity], speakers: set[str],
    harmed: dict[str, Row],
) -> list[str]:  # fmt: skip
    """What is told of a person under the same name elsewhere, and of those listed with it."""
    own = {name for name, row in harmed.items() if nearest(scene, row, others) is happening}
    head = listed[0].first
    told = {
        "speaks": person.name in speakers,
        "harmed_by_name": person.name in own,
        "harmed_in_another": person.name in harmed and person.name not in own,
        "listed_with_harmed": any(e.name in own for e in listed if e is not person),
        "listed": len(listed) > 1,
        "named_as": _is_named(scene, head, listed[-1].last),
    }
    names = [name for name, is_so in told.items() if is_so]
    believed = told["harmed_by_name"] or told["listed_with_harmed"] or (told["named_as"] and not told["speaks"])
    return [*names, "harmed_and_silent"] if believed and not told["speaks"] else names


def _is_named(scene: Scene, first: int, last: int) -> bool:
    """True where a word beside a name or a list of them says that these are names: `identified as`, `نامی`."""
    marks = scene.analysis.marks.get("naming", ())
    return any(0 <= first - m.last <= _CUE_REACH if m.sense.value == "before" else 0 <= m.first - last <= 1 for m in marks)


def _beside_harm(scene: Scene, happening: Happening, person: Entity) -> list[str]:
    """How a person stands to the nearest word of harm of the sentence."""
    sentence = scene.sentence(person.first)
    harms = [m for m in scene.analysis.in_sentence("harm", sentence) if not m.sense.value.startswith("none")]
    if not harms:
        return ["no_harm_here"]
    harm = min(harms, key=lambda m: scene.gap(person.first, person.last, m.first, m.last)[1])
    side, gap = scene.gap(person.first, person.last, harm.first, harm.last)
    form = harm.sense.form or "person"
    reach = "adjacent" if gap <= 1 else "close" if gap <= 5 else "apart"
    names = [f"harm_{reach}"]
    if _wants(scene, form, side):
        names += ["wanted_side", f"wanted_side_{reach}", f"wanted_side_{form}"]
    if any(t.is_harm and t.first == harm.first for t in happening.triggers):
        names.append("own_harm")
    others = (e for e in scene.entities_in(sentence) if e is not person and e.kind in ("person", "people", "force"))
    if any(_lies_between(e, person, harm) for e in others):
        names.append("somebody_between")
    return names


def _in_toll(scene: Scene, happening: Happening, others: Sequence[Happening], person: Entity) -> list[str]:
    """Whether a person is the one a toll counts, or stands beside those it counts, and whether that toll is this happening's."""
    names = set[str]()
    for row in scene.rows_in(scene.sentence(person.first)):
        if row.group is None or row.max == 0:
            continue
        whose = "own" if nearest(scene, row, others) is happening else "other"
        if row.group.first < person.last and person.first < row.group.last:
            names |= {f"in_{whose}_row", f"in_{whose}_row_{row.effect}"}
        elif 0 <= person.first - row.group.last <= 3 or (0 <= row.group.first - person.last <= 1):
            names.add(f"beside_{whose}_row" if row.group.sort in ("single", "counted") else f"near_{whose}_row")
        elif row.group.sort == "single":
            names.add(f"{whose}_single_here")
    return sorted(names)


def _wants(scene: Scene, form: str, side: str) -> bool:
    """True where a word of harm of this form has its harmed on this side, by the language's order."""
    language = scene.analysis.language
    wanted = {
        "passive": "after" if language.order == "vso" else "before",
        "active": "before" if language.order == "sov" else "after",
        "noun": "after" if language.genitive_order == "head_first" else "before",
    }
    return side == "inside" or wanted.get(form, "before") == side


def _lies_between(other: Entity, person: Entity, harm: Mark) -> bool:
    first, last = min(person.last, harm.last), max(person.first, harm.first)
    return first <= other.first and other.last <= last
