"""The default reader: a pack's lexicons and grammar propose, weights choose, and each choice becomes a value with its words.

What comes in is a report in a language that has a pack; what goes out is a `Reading`. Pure: no clock, network or chance.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tahqiq.fold import folded
from tahqiq.languages import Mark
from tahqiq.model import Account, Casualty, Claim, Dated, Named, Reading, Refusal, Report, digest
from tahqiq.reading.actors import Entity
from tahqiq.reading.casualties import Row
from tahqiq.reading.choosing import holds, score
from tahqiq.reading.claims import Saying
from tahqiq.reading.dates import DateMark
from tahqiq.reading.figures import find_figures, placed, taken_spans
from tahqiq.reading.happenings import Happening, believed_happenings
from tahqiq.reading.numbers import Quantity
from tahqiq.reading.places import PlaceMark
from tahqiq.reading.relevance import is_of_conflict
from tahqiq.reading.scene import Scene, find_scene
from tahqiq.reading.slots import (
    Surroundings,
    best,
    propose_dates,
    propose_places,
    propose_rows,
    propose_sides,
    propose_sources,
    propose_victims,
    saying_of,
    several,
)
from tahqiq.reading.triggers import HARMFUL, SPOKEN, Trigger, find_triggers
from tahqiq.registries import Actors, Places

NAME = "rules"
VERSION = "1"
_KNOWN_EXPLOSIVES = frozenset(
    ("ied", "car_bomb", "suicide_vest", "mine", "grenade", "barrel_bomb", "missile", "rocket", "mortar", "artillery")
)
_JOINED_REACH = 12  # tokens within which two equal tolls of others are two: "two soldiers and two civilians"
_WEAPON_SENTENCES = 2  # sentences behind a happening's main trigger in which a weapon word may still be its own
_GROUPS = frozenset(("rebel_group", "militia", "armed_group"))  # whose word on what they did is a claim; a state reports
_TELLING = ("claims_responsibility", "denies", "accuses", "investigating", "declines", "confirms", "reports")  # the most telling first
_MANY = 2000  # happenings summed up in one telling, at most: a larger number before a trigger counts something else
# whoever takes somebody strikes nobody; of what is only said or suffered there is no weapon either
WITHOUT_WEAPONS = SPOKEN | {"protest", "disaster", "arrest", "abduction"}
_PLAIN_TYPES = SPOKEN | {"protest", "riot", "disaster", "interception", "encounter"}
_NOT_AHEAD = frozenset(("statement", "talks", "agreement", "protest", "disaster"))  # plans told beside them are others
_COUNTED_TYPES = HARMFUL - {"armed_clash", "raid"}  # of which a bare plural tells two or more
_FIRED_TYPES = frozenset(("interception", "shelling", "airstrike", "shootdown"))
_FIRED = frozenset(("rocket", "missile", "drone"))
_MOST_FIRED = 60  # weapons fired at once: more of them are told for days or weeks
_FIRED_REACH = 3  # tokens between a number of weapons and the word of their firing or interception
_DUAL = tuple(folded(ending) for ending in ("ين", "ان"))  # Arabic endings of two
_VIOLENT_WEAPON_REACH = 14  # tokens between a trigger and a word that tells its weapon


@dataclass(frozen=True, slots=True)
class RulesReader:
    """The reader over packs and registries."""

    places: Places
    actors: Actors
    name: str = NAME
    version: str = VERSION

    def read(self, report: Report, language: str) -> Reading:
        """Everything the report tells, in the order of prominence."""
        if not report.text.strip():
            return Reading(report.id, self.name, self.version, language, relevant=False)
        scene = find_scene(report, language, self.places, self.actors)
        triggers, refused = find_triggers(scene)
        happenings = believed_happenings(scene, triggers)
        if not is_of_conflict(scene, happenings):
            refused += [_off_topic(scene, happening) for happening in happenings]
            happenings = []
        told = [told_of(scene, h, happenings) for h in happenings]
        accounts = tuple(account(scene, t) for t in _by_prominence(told))
        rows = [r for t in told for r in t.rows]
        figures = find_figures(scene, taken_spans(rows), report.id)
        return Reading(
            report=report.id,
            reader=self.name,
            version=self.version,
            language=language,
            relevant=bool(accounts),
            accounts=accounts,
            figures=figures if accounts else (),
            refused=tuple(refused),
        )


def _off_topic(scene: Scene, happening: Happening) -> Refusal:
    """A happening that was believed by itself, in a report that as a whole tells of no conflict."""
    start, end = scene.analysis.span(happening.main.first, happening.main.last)
    reason = f"{happening.event_type}: the report as a whole is not about conflict"
    return Refusal("event", start, end, scene.analysis.report.text[start:end], reason)


@dataclass(frozen=True, slots=True)
class Telling:
    """A happening with what was chosen for it, before it becomes an account."""

    happening: Happening
    date: DateMark | None
    place: PlaceMark | None
    perpetrators: tuple[Entity, ...]
    targets: tuple[Entity, ...]
    rows: tuple[Row, ...]
    sayings: tuple[tuple[Entity, str, str], ...]
    victims: tuple[Entity, ...]
    weapons: tuple[str, ...]
    status: str
    certainty: str
    background: bool
    count: tuple[int, int | None] | None


def told_of(scene: Scene, happening: Happening, others: Sequence[Happening]) -> Telling:
    """The slots of one happening, each by its own weights."""
    around = Surroundings(scene, happening, others)
    date = best("date", propose_dates(scene, happening, others, around))
    place = best("place", propose_places(scene, happening, others, around))
    perpetrators = _sides(around, others, "perpetrator")
    targets = [t for t in _sides(around, others, "target") if not any(_same(t, p) for p in perpetrators)]
    rows = _rows(around, others)
    sayings = _sayings(around, others, perpetrators)
    date_mark = date.candidate if date and isinstance(date.candidate, DateMark) else None
    place_mark = place.candidate if place and isinstance(place.candidate, PlaceMark) else None
    weapons = _weapons(scene, happening, perpetrators)
    features = state_features(scene, happening, sayings, date_mark, others)
    return Telling(
        happening=happening,
        date=date_mark,
        place=place_mark,
        perpetrators=tuple(perpetrators),
        targets=tuple(targets),
        rows=tuple(rows),
        sayings=tuple(sayings),
        victims=_victims(around, others),
        weapons=weapons,
        status=_status(scene, happening, sayings, rows, features),
        certainty=_certainty(happening, sayings, features),
        background=score("background", features) > 0,
        count=_count(scene, happening),
    )


def _same(a: Entity, b: Entity) -> bool:
    return (a.first < b.last and b.first < a.last) or (a.actor is not None and a.actor == b.actor) or a.name == b.name


def _sides(around: Surroundings, others: Sequence[Happening], question: str) -> list[Entity]:
    chosen: list[Entity] = []
    for one in several(question, propose_sides(around.scene, around.happening, others, question, around)):
        entity = one.candidate
        if isinstance(entity, Entity) and not any(_same(entity, c) for c in chosen):
            chosen.append(entity)
    return chosen


def _rows(around: Surroundings, others: Sequence[Happening]) -> list[Row]:
    """Chosen tolls, each number of an effect once, the likeliest telling of it."""
    chosen: list[Row] = []
    proposals = propose_rows(around.scene, around.happening, others, around)
    for one in several("casualty", proposals):
        row = one.candidate
        assert isinstance(row, Row)
        if not any(_same_row(row, c) for c in chosen):
            chosen.append(row)
    told = [r for r, _ in proposals if isinstance(r, Row)]
    return sorted((_more_specific(row, told) for row in chosen), key=lambda r: (r.is_part, r.first))


def _more_specific(row: Row, told: Sequence[Row]) -> Row:
    """A toll of persons that is told elsewhere as one of officers, fighters or civilians is of those."""
    if row.who != "unspecified" or row.max == 0 or row.min < 2 or row.qualifier == "several":
        return row
    same = {r.who for r in told if r.effect == row.effect and r.min == row.min and r.who not in ("unspecified", "mixed")}
    return replace(row, who=same.pop()) if len(same) == 1 else row


def _victims(around: Surroundings, others: Sequence[Happening]) -> tuple[Entity, ...]:
    """Named persons harmed, in the order of the text."""
    if around.happening.event_type in SPOKEN:
        return ()
    persons = [one.candidate for one in several("victim", propose_victims(around.scene, around.happening, others, around))]
    return tuple(sorted((p for p in persons if isinstance(p, Entity)), key=lambda p: p.first))


def _same_row(a: Row, b: Row) -> bool:
    if a.effect != b.effect:
        return False
    if a.group and b.group and a.group.sort == b.group.sort == "named" and a.group.entity and b.group.entity:
        return a.group.entity.name == b.group.entity.name
    if a.min == b.min and a.max == b.max:
        return a.who == b.who or not {a.rule, b.rule} & {"casualties/joined-by-and"} or abs(a.first - b.first) > _JOINED_REACH
    return bool(a.group is not None and b.group is not None and "several" in (a.qualifier, b.qualifier) and a.who == b.who)


def _sayings(around: Surroundings, others: Sequence[Happening], perpetrators: Sequence[Entity]) -> list[tuple[Entity, str, str]]:
    """Each claimant once, with the most telling stance of all that it says beside the happening."""
    scene, happening = around.scene, around.happening
    found: list[tuple[Entity, str, str]] = []
    for one in several("source", propose_sources(scene, happening, others, around)):
        saying = saying_of(one)
        if not any(_same(claimant, saying.claimant) for claimant, _, _ in found):
            found.append((saying.claimant, _stance(scene, happening, others, saying, perpetrators), saying.rule))
    return found


def _stance(scene: Scene, happening: Happening, others: Sequence[Happening], saying: Saying, perpetrators: Sequence[Entity]) -> str:
    """The most telling stance of a claimant's sayings on the happening; an armed group that tells what it did claims it.

    On the happening are those in its sentences and beside them, there where no other happening is told.
    """
    of_others = {n for h in others if h is not happening for n in h.sentences} - happening.sentences
    told = {saying.stance} | {
        other.stance
        for other in scene.sayings
        if other.sentence not in of_others
        and any(abs(other.sentence - n) <= 1 for n in happening.sentences)
        and _same(other.claimant, saying.claimant)
    }
    stance = next(stance for stance in _TELLING if stance in told)
    if stance not in ("reports", "confirms") or happening.event_type in SPOKEN:
        return stance
    own = any(p.role in _GROUPS and _speaks_for(saying.claimant, p) for p in perpetrators)
    return "claims_responsibility" if own else stance


def _speaks_for(claimant: Entity, side: Entity) -> bool:
    """True where a claimant is a side or holds an office of it: `a Taliban spokesman, X`."""
    return _same(claimant, side) or any(part.actor is not None and part.actor == side.actor for part in claimant.parts)


def _weapons(scene: Scene, happening: Happening, perpetrators: Sequence[Entity]) -> tuple[str, ...]:
    """Weapons that triggers tell, that words near them tell, and that the one who struck stands for (`warplanes`)."""
    if happening.event_type in WITHOUT_WEAPONS:
        return ()
    found: list[str] = []
    for trigger in happening.triggers:
        found += trigger.mark.sense.words("weapons")
        found += [weapon for features, weapon in weapon_proposals(scene, happening, trigger) if score("weapon", features) > 0]
    for entity in perpetrators:
        found += entity.weapons
    if _KNOWN_EXPLOSIVES.intersection(found):  # an explosive of known make is told: "blast" says no more
        found = [w for w in found if w != "unspecified_explosive"]
    return tuple(dict.fromkeys(found))


def weapon_proposals(scene: Scene, happening: Happening, trigger: Trigger) -> list[tuple[dict[str, float], str]]:
    """The weapons that words near a trigger tell, with their features."""
    return [(features, mark.sense.value) for features, mark in weapon_marks(scene, happening, trigger)]


def weapon_marks(scene: Scene, happening: Happening, trigger: Trigger) -> list[tuple[dict[str, float], Mark]]:
    """Words of weapons near a trigger in its sentence, with their features."""
    found = []
    for mark in scene.analysis.marks.get("weapon", ()):
        side, gap = scene.gap(mark.first, mark.last, trigger.first, trigger.last)
        apart = scene.sentence(mark.first) - trigger.sentence
        is_near = -1 <= apart <= _WEAPON_SENTENCES and trigger is happening.main
        if apart and is_near and scene.sentence(mark.first) not in happening.sentences:
            found.append((holds(*_weapon_elsewhere(scene, happening, mark, apart)), mark))
        if apart or gap > _VIOLENT_WEAPON_REACH:
            continue
        names = (
            side,
            f"{side}_{'near' if gap <= 4 else 'far'}",
            f"weapon_{mark.sense.value}",
            f"type_{happening.event_type}",
            f"{happening.event_type}&{mark.sense.value}",
            "across_break" if scene.crosses_break(mark.last, trigger.first) else None,
            "harm" if trigger.is_harm else None,
        )
        found.append((holds(*names), mark))
    return found


def _weapon_elsewhere(scene: Scene, happening: Happening, mark: Mark, apart: int) -> list[str]:
    """What speaks for a weapon told in a sentence beside the happening's own."""
    sentence = scene.sentence(mark.first)
    names = [f"elsewhere_{'before' if apart < 0 else 'next' if apart == 1 else 'later'}", f"elsewhere_{mark.sense.value}"]
    names += [f"elsewhere_type_{happening.event_type}", f"elsewhere_{happening.event_type}&{mark.sense.value}"]
    if any(scene.sentence(m.first) == sentence for m in scene.analysis.marks.get("trigger", ())):
        names.append("elsewhere_of_another")
    if any(0 <= m.first - mark.last <= 8 or 0 <= mark.first - m.last <= 8 for m in scene.analysis.marks.get("harm", ())):
        names.append("elsewhere_beside_harm")
    return names


def state_features(
    scene: Scene, happening: Happening, sayings: Sequence[tuple[Entity, str, str]], date: DateMark | None, others: Sequence[Happening]
) -> dict[str, float]:
    """What bears on status, certainty and background of a happening."""
    cues = {c for t in happening.triggers for c in t.cues}
    main_cues = happening.main.cues
    stances = {stance for _, stance, _ in sayings}
    sentence = min(happening.sentences)
    age = (scene.published - date.end).days if scene.published and date and date.end else None
    main = min(others, key=lambda h: h.order)
    names = [
        *(f"cue_{c}" for c in cues),
        *(f"main_cue_{c}" for c in main_cues),
        *(f"stance_{s}" for s in stances),
        f"type_{happening.event_type}",
        f"form_{happening.main.mark.sense.form or 'none'}",
        "no_date" if date is None else None,
        "date_today"
        if age is not None and age <= 1
        else "date_week"
        if age is not None and age <= 7
        else "date_month"
        if age is not None and age <= 45
        else "date_old"
        if age is not None
        else None,
        f"grain_{date.grain}" if date else None,
        "first" if happening.order == 0 else "second" if happening.order == 1 else "later",
        "lede" if sentence <= 2 else "early" if sentence <= 6 else "late",
        "same_type_as_main" if happening is not main and happening.event_type == main.event_type else None,
        "accused_only" if stances and stances <= {"accuses", "denies"} else None,
        "told_once" if len(happening.sentences) == 1 else None,
        "many" if happening.main.is_many else None,
        "weak" if all(t.is_weak for t in happening.triggers) else None,
        f"age&{'late' if sentence > 6 else 'early'}&{'old' if age > 7 else 'new'}" if age is not None else None,
    ]
    return holds(*names)


def _status(
    scene: Scene, happening: Happening, sayings: Sequence[tuple[Entity, str, str]], rows: Sequence[Row], features: dict[str, float]
) -> str:
    """How far it came: as its own words say; planned where a plan bears on them and nobody was harmed; denied where no more is told."""
    told = happening.main.mark.sense.text("status")
    if told:
        return told
    if not any(row.max != 0 for row in rows) and _is_only_denied(scene, happening, sayings):
        return "denied"
    if _is_ahead(happening) and all(row.max == 0 for row in rows):
        return "planned"
    return next((status for status in ("foiled", "planned", "denied") if score(status, features) > 0), "occurred")


def _is_only_denied(scene: Scene, happening: Happening, sayings: Sequence[tuple[Entity, str, str]]) -> bool:
    """True where nobody tells a happening but who denies it: not its part in it (`denied carrying out the bombing`), nor another's claim.

    Who denies carrying out `an air strike` denies that there was one.
    """
    if happening.event_type in SPOKEN or len(happening.sentences) > 1 or "hedge" in happening.main.cues:
        return False
    is_new = bool(scene.analysis.ending("indefinite", happening.main.first))
    return bool(sayings) and all(stance == "denies" and (is_new or not rule.endswith("-part")) for _, stance, rule in sayings)


def _is_ahead(happening: Happening) -> bool:
    """True where a plan, threat or order bears on a happening's own words, and none of its other strong words stands without one."""
    if "planned" not in happening.main.cues or happening.event_type in _NOT_AHEAD:
        return False
    return all(t.is_weak or not {"planned", "planned_far"}.isdisjoint(t.cues) for t in happening.triggers)


def _certainty(happening: Happening, sayings: Sequence[tuple[Entity, str, str]], features: dict[str, float]) -> str:
    """Alleged where a hedge bears on the happening's own words, somebody denies it, or nobody but its accusers tells it.

    What was said, met over, marched for or broke down is never alleged, however much is alleged in it.
    """
    if happening.event_type in _PLAIN_TYPES:
        return "asserted"
    stances = {stance for _, stance, _ in sayings}
    contested = "denies" in stances or stances == {"accuses"}
    return "alleged" if contested or "hedge" in happening.main.cues or score("alleged", features) > 0 else "asserted"


def _count(scene: Scene, happening: Happening) -> tuple[int, int | None] | None:
    """How many happenings are summed up: the number before a plural trigger, two of a dual, two or more for a bare plural.

    Weapons fired or intercepted are counted as they are told (`intercepted four missiles`). A bare plural counts nothing where two sides
    fight (`clashes` are one fight), and where shells and not attacks are many (`shells fell`).
    """
    main = happening.main
    days = {t for d in scene.dates for t in range(d.first, d.last)}
    tolls = {t for r in scene.rows for t in range(r.first, r.last)}
    kin = (t for t in happening.triggers if t is not main and not t.is_harm and t.event_type == happening.event_type)
    for trigger in [main, *kin]:
        for quantity in scene.quantities:
            if quantity.first in days or quantity.first in tolls or scene.sentence(quantity.first) != trigger.sentence:
                continue
            gap = trigger.first - quantity.last
            form, is_sov = trigger.mark.sense.form, scene.analysis.language.order == "sov"
            is_noun = form == "noun" or (is_sov and form == "verb")  # `تین حملے کیے`: noun and verb are one
            is_inside = quantity.first == trigger.first  # `دو حمله انتحاری`
            counts = (gap in (0, 1, 2) or is_inside) if trigger.is_many else gap == 0 and is_noun
            if not counts and not _counts_weapons(scene, happening, trigger, quantity):
                continue
            if quantity.max == 1 or not 1 < quantity.min < _MANY:
                return None
            return quantity.min, quantity.max
    if happening.event_type not in _COUNTED_TYPES:
        return None
    beside = (t for t in happening.triggers if 0 <= t.first - main.last <= 1 and not t.is_harm)  # `شن الطيران غارتين`
    here = [t for t in (main, *beside) if t.is_many]
    if any(_is_dual(scene, t) for t in here):
        return 2, 2
    return (2, None) if any(not _is_weapon(scene, t) for t in here) else None


def _counts_weapons(scene: Scene, happening: Happening, trigger: Trigger, quantity: Quantity) -> bool:
    """True for a number of missiles, rockets or drones right beside a trigger of their firing or interception."""
    if happening.event_type not in _FIRED_TYPES or trigger.mark.sense.form not in ("verb", "passive", "noun", ""):
        return False
    weapon = next((m for n in range(3) for m in scene.analysis.at("weapon", quantity.last + n) if m.sense.value in _FIRED), None)
    if weapon is None or quantity.min > _MOST_FIRED or scene.sentence(weapon.first) != trigger.sentence:
        return False
    return scene.gap(quantity.first, weapon.last, trigger.first, trigger.last)[1] <= _FIRED_REACH


def _is_dual(scene: Scene, trigger: Trigger) -> bool:
    """True where the word of a trigger has the Arabic ending of two: `غارتين`, `انفجاران`."""
    return bool(scene.analysis.language.lexicon.letters.article) and scene.analysis.tokens[trigger.first].text.endswith(_DUAL)


def _is_weapon(scene: Scene, trigger: Trigger) -> bool:
    """True where what is many in a trigger are shells: `mortar shells`, `rockets were fired`."""
    return trigger.event_type == "shelling" and any(
        trigger.first <= m.first < trigger.last and (m.last >= trigger.last or trigger.mark.sense.form in ("verb", "passive"))
        for m in scene.analysis.in_sentence("weapon", trigger.sentence)
    )


def _by_prominence(told: Sequence[Telling]) -> list[Telling]:
    return sorted(told, key=lambda t: (t.background, t.happening.order))


# -- values -----------------------------------------------------------------------------------------------------------


def account(scene: Scene, telling: Telling) -> Account:
    """The telling as values, each with its words."""
    happening, analysis = telling.happening, scene.analysis
    main: Trigger = happening.main
    trigger = analysis.mention(main.first, main.last, main.mark.sense.rule)
    report_id = analysis.report.id
    victims = tuple(person.named(analysis) for person in telling.victims)
    return Account(
        id=digest("account", NAME, VERSION, report_id, trigger.start, trigger.end, happening.event_type),
        report=report_id,
        event_type=happening.event_type,
        trigger=trigger,
        status=telling.status,
        certainty=telling.certainty,
        background=telling.background,
        count=telling.count,
        date=_dated(scene, telling.date),
        place=placed(scene, telling.place) if telling.place else None,
        perpetrators=tuple(e.named(analysis) for e in telling.perpetrators),
        targets=tuple(e.named(analysis) for e in telling.targets),
        victims=_distinct(victims),
        weapons=telling.weapons,
        casualties=_casualties(scene, telling.rows),
        claims=tuple(Claim(claimant.named(analysis), stance) for claimant, stance, _ in telling.sayings),
    )


def _distinct(named: Sequence[Named]) -> tuple[Named, ...]:
    return tuple({n.name: n for n in named}.values())


def _casualties(scene: Scene, rows: Sequence[Row]) -> tuple[Casualty, ...]:
    return tuple(row.casualty(scene.analysis) for row in rows)


def _dated(scene: Scene, date: DateMark | None) -> Dated | None:
    if date is None or date.start is None or date.end is None:
        return None
    return Dated(scene.analysis.mention(date.first, date.last, date.rule), date.start, date.end, date.grain)
