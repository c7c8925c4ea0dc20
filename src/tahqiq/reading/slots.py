"""What fills a happening's slots: candidates with the features that speak for and against each, and the choice by weight.

What comes in are a scene and a happening; what goes out are chosen candidates. Every `propose_…` gives pairs (candidate,
features) in text order, so that `tools/fit_weights.py` can learn from the same features that reading sums.
"""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from tahqiq.languages import Mark
from tahqiq.reading.actors import Entity
from tahqiq.reading.casualties import Row
from tahqiq.reading.choosing import Features, holds, score
from tahqiq.reading.claims import STANCES, Saying
from tahqiq.reading.clauses import Clauses, key_of
from tahqiq.reading.dates import DateMark
from tahqiq.reading.happenings import HARMFUL, SPOKEN, Happening, Trigger
from tahqiq.reading.places import PlaceMark
from tahqiq.reading.scene import Scene

Proposal = tuple[object, dict[str, float]]
_LIMITS = {"perpetrator": 2, "target": 2, "source": 4, "victim": 8}
_AGES = ((0, "age_today"), (1, "age_yesterday"), (7, "age_week"), (45, "age_month"))
_SPANS = ("since", "days", "weeks", "months", "years", "year", "y", "y-y")
_EXACT = {"site": 0, "settlement": 1, "district": 2, "province": 3, "region": 4, "country": 5}
_WIDE = ("country", "region")
_CHAINED = 3  # tokens between two places told in one breath (`in Harim, in the north of Idlib`)
_TOLD_BY_LEVEL = (
    "role_place role_target role_agent role_source nearest_here in_title same_sentence after_adjacent after_near before_adjacent "
    "before_near next_1 previous_1 own_without no_fine_told last_before first_told rival_between across_break"
).split()
_PARTIES = frozenset(("type_talks", "type_agreement", "type_armed_clash"))  # happenings that have two doers by their nature
_BESIDE = 3  # tokens between two doers told together
_BEFORE, _AFTER = 3, 3  # sentences around a happening's own in which fillers are looked for


@dataclass(frozen=True, slots=True)
class Chosen:
    """A candidate with the log-odds it was chosen by."""

    candidate: object
    score: float


def _family(happening: Happening) -> str:
    kind = happening.event_type
    if kind in SPOKEN:
        return "spoken" if kind == "statement" else "parties"
    if kind in ("protest", "riot"):
        return "crowd"
    if kind in ("arrest", "abduction", "raid", "execution"):
        return "taking"
    if kind in ("armed_clash", "territory_change", "deployment", "interception", "shootdown", "encounter"):
        return "forces"
    return "disaster" if kind == "disaster" else "attack"


def _anchor(happening: Happening, sentence: int, first: int) -> tuple[Trigger, int]:
    """The trigger nearest to something told at a token, and the sentences between."""
    best = min(happening.triggers, key=lambda t: (abs(t.sentence - sentence), abs(t.first - first)))
    return best, sentence - best.sentence


def _distance(sentences_between: int) -> str:
    if sentences_between == 0:
        return "same_sentence"
    side = "next" if sentences_between > 0 else "previous"
    return f"{side}_{min(abs(sentences_between), 3)}" if abs(sentences_between) < 4 else f"{side}_far"


def _place_names(scene: Scene, happening: Happening, others: Sequence[Happening], first: int, last: int) -> list[str]:
    """Features of any span beside a happening: distance, side, roles, and whether another happening stands nearer."""
    sentence = scene.sentence(first)
    trigger, between = _anchor(happening, sentence, first)
    names = [_distance(between)]
    if between == 0:
        names += scene.relation(trigger.mark, first, last)
    if sentence in scene.analysis.title:
        names.append("in_title")
    rivals = [t for h in others if h is not happening for t in h.triggers if t.sentence == sentence]
    if rivals:
        own = abs(trigger.first - first) if between == 0 else 10**6
        names.append("rival_nearer" if min(abs(t.first - first) for t in rivals) < own else "rival_farther")
    if happening.order == 0:
        names.append("main")
    return names


def _in_order(scene: Scene, happening: Happening, first: int, all_firsts: Sequence[int]) -> list[str]:
    """Whether the happening's own sentences hold such a filler, and whether this one is the last told before it, or the first of all."""
    own = [f for f in all_firsts if scene.sentence(f) in happening.sentences]
    opens = min(t.first for t in happening.triggers)
    before = [f for f in all_firsts if f < opens]
    return [
        name
        for name, holds_here in (
            ("own_without", not own),
            ("own_with", bool(own)),
            ("last_before", bool(before) and first == max(before)),
            ("last_before&own_without", not own and bool(before) and first == max(before)),
            ("first_told", bool(all_firsts) and first == min(all_firsts)),
            ("first_told&own_without", not own and bool(all_firsts) and first == min(all_firsts)),
        )
        if holds_here
    ]


@dataclass(slots=True)
class _Candidate:
    """One mention of a filler: `key` says of what, `rank` how near it stands (sentences, then tokens)."""

    key: str
    rank: tuple[int, int]
    value: object
    names: list[str]


def _each_once(found: Sequence[_Candidate], shared: Sequence[str]) -> list[_Candidate]:
    """Each filler once, by its nearest mention; of the others it keeps the features in `shared`, as `also_…`."""
    groups: dict[str, list[_Candidate]] = {}
    for candidate in found:
        groups.setdefault(candidate.key, []).append(candidate)
    once = []
    for mentions in groups.values():
        best = min(mentions, key=lambda c: c.rank)
        also = {f"also_{n}" for c in mentions if c is not best for n in c.names if n in shared}
        best.names += sorted(also)
        if len(mentions) > 1:
            best.names.append("told_often" if len(mentions) > 3 else "told_again")
        once.append(best)
    here = sorted((c for c in once if c.rank[0] == 0), key=lambda c: c.rank[1])
    for n, candidate in enumerate(here):
        candidate.names.append("sole_here" if len(here) == 1 else f"here_{min(n + 1, 4)}")
    return once


def _rank(scene: Scene, happening: Happening, first: int, last: int) -> tuple[int, int]:
    sentence = scene.sentence(first)
    trigger, between = _anchor(happening, sentence, first)
    return abs(between), scene.gap(first, last, trigger.first, trigger.last)[1] if between == 0 else abs(trigger.first - first)


def _near(scene: Scene, happening: Happening, sentence: int) -> bool:
    return any(-_BEFORE <= sentence - s <= _AFTER for s in happening.sentences)


# -- days -------------------------------------------------------------------------------------------------------------


def propose_dates(scene: Scene, happening: Happening, others: Sequence[Happening]) -> list[Proposal]:
    """Resolved days near the happening; days that only tell when something was said are marked."""
    proposals: list[Proposal] = []
    resolved = [d for d in scene.dates if d.resolved]
    found: list[_Candidate] = []
    for date in [*resolved, *_openings(resolved)]:
        sentence = scene.sentence(date.first)
        if not (_near(scene, happening, sentence) or sentence <= 2):
            continue
        names = _place_names(scene, happening, others, date.first, date.last)
        says = [m for m in scene.analysis.marks.get("saying", ()) if scene.sentence(m.first) == sentence]
        trigger, between = _anchor(happening, sentence, date.first)
        own = scene.gap(date.first, date.last, trigger.first, trigger.last)[1] if between == 0 else 99
        if says:
            nearest = min(scene.gap(date.first, date.last, m.first, m.last)[1] for m in says)
            names.append("saying_nearer" if nearest < own else "saying_farther")
            if nearest <= 1:
                names.append("saying_adjacent")
        names += [f"grain_{date.grain}", f"value_{date.value.split()[0]}", "only_date" if len(resolved) == 1 else "some_dates"]
        if scene.published and date.start and date.end:
            age = (scene.published - date.end).days
            names.append(next((name for days, name in _AGES if age <= days), "age_old"))
        names += scene.roles_beside(date.first, date.last)
        if sum(scene.sentence(d.first) == sentence for d in resolved) > 1:
            names.append("rival_dates_here")
        if between == 0 and all(
            own <= scene.gap(d.first, d.last, trigger.first, trigger.last)[1] for d in resolved if scene.sentence(d.first) == sentence
        ):
            names.append("nearest_here")
        if any(trigger.cues & {"background", "background_far"} for trigger in happening.triggers):
            names.append("background_cue")
        names += _in_order(scene, happening, date.first, [d.first for d in resolved])
        names += _of_saying(scene, date, trigger if between == 0 else None)
        if sentence not in scene.analysis.title and len(range(*scene.analysis.bounds[sentence])) <= date.last - date.first + 4:
            names.append("stands_alone")
        found.append(_Candidate(f"{date.start} {date.end}", _rank(scene, happening, date.first, date.last), date, names))
    shared = ("same_sentence", "in_title", "nearest_here", "saying_adjacent", "first_told", "stands_alone")
    for candidate in _each_once(found, shared):
        features = _with_pairs(candidate.names, _family(happening), ("same_sentence", "in_title", "saying_adjacent", "said_then", "here_1"))
        proposals.append((candidate.value, features))
    return proposals


def _openings(dates: Sequence[DateMark]) -> list[DateMark]:
    """The first day, month or year of each span up to now: `since 2014` tells when a town fell, too."""
    found = []
    for date in dates:
        words = date.value.split()
        if words[0] != "since" or date.start is None or len(words) < 2:
            continue
        start, end, grain = date.start, date.start, "day"
        if words[1] in ("y", "year", "years"):
            end, grain = start.replace(month=12, day=31), "year"
        elif words[1] in ("my", "m", "month", "months"):
            end, grain = start.replace(day=monthrange(start.year, start.month)[1]), "month"
        found.append(replace(date, end=end, grain=grain, value="opening " + " ".join(words[1:])))
    return found


def _of_saying(scene: Scene, date: DateMark, trigger: Trigger | None) -> list[str]:
    """Whether the day stands in the clause of who speaks, so that it tells when something was said."""
    sentence = scene.sentence(date.first)
    names = []
    for saying in scene.sayings:
        if saying.continued or saying.sentence != sentence:
            continue
        speaker = saying.claimant
        _, near = scene.gap(date.first, date.last, speaker.first, speaker.last)
        if near > 4 or scene.crosses_break(min(speaker.last, date.last) - 1, max(speaker.first, date.first)):
            continue
        names.append("beside_speaker")
        if trigger is None or scene.crosses_break(min(trigger.first, date.first), max(trigger.first, date.first)):
            names.append("said_then")
        if saying.mark and min(speaker.first, saying.mark.first) < date.first < max(speaker.first, saying.mark.first):
            names.append("inside_saying")
    return list(dict.fromkeys(names))


def _with_pairs(names: Sequence[str], family: str, paired: Sequence[str]) -> dict[str, float]:
    features = holds(*names, f"family_{family}")
    features.update({f"{family}&{n}": 1.0 for n in names if n in paired})
    return features


# -- places -----------------------------------------------------------------------------------------------------------


def propose_places(scene: Scene, happening: Happening, others: Sequence[Happening]) -> list[Proposal]:
    """Places near the happening, and those of the headline and first sentences."""
    proposals: list[Proposal] = []
    fine = [p.first for p in scene.places if p.precision not in _WIDE]
    speakers = [s.claimant for s in scene.sayings if not s.continued]
    rivals = [t for h in others if h is not happening for t in h.triggers]
    found: list[_Candidate] = []
    joined = _joined(scene)
    partners = {id(p) for _, *parts in joined for p in parts}
    for place in [*scene.places, *(joint for joint, *_ in joined)]:
        sentence = scene.sentence(place.first)
        if not (_near(scene, happening, sentence) or sentence <= 2):
            continue
        roles = scene.roles_beside(place.first, place.last)
        names = _place_names(scene, happening, others, place.first, place.last)
        names += [f"precision_{place.precision}", *roles, *_among_places(scene, place)]
        if _is_dateline(scene, place):
            names.append("dateline")
            if fine and max(fine) > place.first:
                names.append("dateline_before_finer")
        if place.rule.startswith("places/joint"):
            names.append("joint")
        if id(place) in partners:
            names.append("joined")
        if _inside_entity(scene, place):
            names.append("inside_name")
        if place.facility:
            names.append("with_kind")
        if place.rule.startswith("places/told-by-words"):
            names.append("told_by_words")
        if any(c.first - 1 <= place.last and place.first <= c.last + 1 for c in speakers):
            names.append("beside_speaker")
        trigger, between = _anchor(happening, sentence, place.first)
        if between == 0:
            here = [p for p in scene.places if p is not place and scene.sentence(p.first) == sentence]
            gaps = [scene.gap(p.first, p.last, trigger.first, trigger.last)[1] for p in here]
            if all(scene.gap(place.first, place.last, trigger.first, trigger.last)[1] <= g for g in gaps):
                names.append("nearest_here")
            low, high = sorted((place.first, trigger.first))
            if any(low < t.first < high for t in rivals):
                names.append("rival_between")
        names += _in_order(scene, happening, place.first, fine)
        level = "wide" if place.precision in _WIDE else "fine"
        names += [f"{level}&{n}" for n in names if n in _TOLD_BY_LEVEL]
        found.append(_Candidate(place.place.name.lower(), _rank(scene, happening, place.first, place.last), place, names))
    paired = (
        "same_sentence",
        "dateline",
        "precision_country",
        "precision_site",
        "finest_here",
        "role_place",
        "last_before&own_without",
        "here_1",
    )
    for candidate in _each_once(found, ("in_title", "dateline", "role_place", "same_sentence", "first_told")):
        level = "wide" if {"precision_country", "precision_region"} & set(candidate.names) else "fine"
        candidate.names += [
            f"{level}&{n}" for n in candidate.names if n in ("sole_here", "here_1", "told_again", "told_often", "also_in_title")
        ]
        features = _with_pairs(candidate.names, _family(happening), paired)
        features.update({f"same_sentence&{n}": 1.0 for n in candidate.names if candidate.rank[0] == 0 and n.startswith("precision_")})
        proposals.append((candidate.value, features))
    return proposals


def _joined(scene: Scene) -> list[tuple[PlaceMark, PlaceMark, PlaceMark]]:
    """Two places of one kind told together (`Syria and Iraq`) as one between them, with its parts."""
    conjunctions = scene.analysis.language.numbers.conjunctions
    found = []
    for one, other in pairwise(scene.places):
        a, b = one.place, other.place
        between = scene.analysis.tokens[one.last : other.first]
        tied = len(between) == 1 and between[0].text in conjunctions
        tied = tied or (not between and scene.analysis.tokens[other.first].text[:1] == "و")
        if not tied or one.precision != other.precision or scene.sentence(one.first) != scene.sentence(other.first) or a.name == b.name:
            continue
        if a.lat is None or a.lon is None or b.lat is None or b.lon is None:
            continue
        country = a.country if a.country == b.country else None
        precision = "region" if one.precision == "country" else one.precision
        place = replace(
            a,
            name=f"{a.name} and {b.name}",
            id=None,
            country=country,
            lat=(a.lat + b.lat) / 2,
            lon=(a.lon + b.lon) / 2,
            precision=precision,
        )
        found.append((PlaceMark(one.first, other.last, one.first, other.last, place, rule="places/joint"), one, other))
    return found


def _among_places(scene: Scene, place: PlaceMark) -> list[str]:
    """How a place stands to the others of its sentence: finer or wider than they are, and whether one lies right beside it."""
    sentence = scene.sentence(place.first)
    here = [p for p in scene.places if p is not place and scene.sentence(p.first) == sentence and _may_hold(place, p)]
    finer = [p for p in here if _EXACT[p.precision] < _EXACT[place.precision]]
    wider = [p for p in here if _EXACT[p.precision] > _EXACT[place.precision]]
    names = ["finer_here" if finer else "finest_here"]
    if wider:
        names.append("held_here")
    for side, kin in (("finer", finer), ("wider", wider)):
        gaps = [scene.gap(p.first, p.last, place.first, place.last) for p in kin]
        names += sorted({f"{side}_right_{where}" for where, gap in gaps if gap <= _CHAINED})
    equal = [p for p in here if _EXACT[p.precision] == _EXACT[place.precision]]
    if any(p.last <= place.first and place.first - p.last <= _CHAINED for p in equal):
        names.append("equal_right_before")
    if not any(p.precision not in _WIDE for p in scene.places):
        names.append("no_fine_told")
    return names


def _may_hold(wide: PlaceMark, fine: PlaceMark) -> bool:
    return wide.place.country is None or fine.place.country is None or wide.place.country == fine.place.country


def _is_dateline(scene: Scene, place: PlaceMark) -> bool:
    """`Baghdad (AFP) -`, `بغداد/`: a place that opens the text or a line and is closed by a bracket, dash or agency."""
    sentence = scene.sentence(place.first)
    if sentence > 3 or place.first - scene.analysis.bounds[sentence][0] > 1:
        return False
    after = scene.analysis.tokens[place.last].text if place.last < len(scene.analysis.tokens) else ""
    return after in ("(", "-", "/", ":", ",", "[") and sentence not in scene.analysis.title


def _inside_entity(scene: Scene, place: PlaceMark) -> bool:
    return any(e.first <= place.first and place.last <= e.last and e.last - e.first > place.last - place.first for e in scene.entities)


# -- sides ------------------------------------------------------------------------------------------------------------

# what speaks for a side where its happening's clauses name none
_FALLBACKS = frozenset(
    (
        "doer_of_others most_doer struck_of_others most_struck in_title first_told last_before "
        "previous_1 next_1 told_often told_again armed claimant also_doer also_in_title"
    ).split()
)


def propose_sides(scene: Scene, happening: Happening, others: Sequence[Happening], question: str) -> list[Proposal]:
    """Entities near the happening as perpetrators or targets, and the nationality beside a trigger (`Israeli strikes`)."""
    proposals: list[Proposal] = []
    harmed = {(r.group.entity.first, r.group.entity.last) for r in scene.rows if r.group and r.group.entity}
    claimants = {span: s.stance for s in scene.sayings if not s.continued for span in s.spans}
    objects = propose_objects(scene, happening) if question == "target" else []
    found: list[_Candidate] = []
    clauses = Clauses(scene)
    parts: dict[tuple[int, int], list[str]] = {}
    everyone = [*scene.entities, *objects]
    for told_by in happening.triggers:
        for span, told in clauses.parts(told_by, everyone).items():
            parts.setdefault(span, []).extend(told)
    leaders = clauses.leaders((t for h in others if h is not happening for t in h.triggers), everyone)
    sides = [
        e for e in scene.entities if _may_take_sides(e) and ((e.first, e.last) not in claimants or happening.event_type == "statement")
    ]
    its_sides = {id(e) for e in sides}
    for entity in everyone:
        sentence = scene.sentence(entity.first)
        stance = claimants.get((entity.first, entity.last))
        if not (any(-2 <= sentence - s <= 2 for s in happening.sentences) or sentence <= 1 or stance == "claims_responsibility"):
            continue
        names = _place_names(scene, happening, others, entity.first, entity.last)
        trigger, between = _anchor(happening, sentence, entity.first)
        form = "harm" if trigger.is_harm else trigger.mark.sense.form or "noun"
        side, _ = scene.gap(entity.first, entity.last, trigger.first, trigger.last)
        order = scene.analysis.language.order
        roles = scene.roles_beside(entity.first, entity.last, entity.clitics)
        case = clauses.case(entity)
        own_parts = list(dict.fromkeys(parts.get((entity.first, entity.last), ())))
        for part, counts in leaders.items():
            if counts[key_of(entity)]:
                own_parts += [f"{part}_of_others", *([f"most_{part}"] if counts[key_of(entity)] == max(counts.values()) else [])]
        if between == 0 and id(entity) in its_sides:
            own_parts += _among(scene, entity, trigger, [e for e in sides if scene.sentence(e.first) == sentence])
        if (entity.first, entity.last) in clauses.offices:
            own_parts.append("office_of_named")
        own_parts += [n for n in ("doer", "struck") if not any(n in told for told in parts.values()) for n in [f"nowhere_{n}"]]
        names += [f"kind_{entity.kind}", f"role_is_{entity.role or 'none'}", *roles]
        names += [f"case_{case}", f"{entity.kind}&case_{case}", *own_parts]
        if between == 0:
            names += [f"{order}_{form}_{side}", f"{form}_{side}", f"{order}_{form}_{side}_{case}"]
            if _is_owner(scene, entity, trigger):
                names += ["genitive", f"{form}_{side}_genitive"]
            names += [f"{form}&{r}" for r in roles]
            if not any(e is not entity and _between(e, entity, trigger) for e in scene.entities):
                names.append("nothing_between")
                names.append(f"{order}_{form}_{side}_next")
        if entity.is_unknown:
            names += ["unknown", *(f"unknown&{n}" for n in own_parts if n in ("doer", "struck"))]
        if entity.is_armed:
            names.append("armed")
        if stance:
            names += ["claimant", f"claimant_{stance}"]
        if (entity.first, entity.last) in harmed:
            names.append("harmed")
        if entity.first == scene.analysis.bounds[sentence][0]:
            names.append("opens_sentence")
        found.append(_Candidate(entity.actor or entity.name.lower(), _rank(scene, happening, entity.first, entity.last), entity, names))
    paired = (
        "same_sentence here_1 sole_here also_claimant also_in_title claimant armed harmed kind_country kind_person kind_people "
        "kind_source kind_site opens_sentence role_agent role_target role_object before after nothing_between "
        "claimant_claims_responsibility claimant_accuses doer struck doer_else struck_else joined_doer joined_struck "
        "doer_subject doer_owner doer_by_marker case_bare case_place case_genitive sole_side side_near_0 side_near_1 "
        "side_order_0 side_order_1 side_last most_doer most_struck doer_inside struck_inside struck_object doer_far_subject "
        "doer_speaker doer_behind_verb nowhere_doer nowhere_struck no_doer no_struck case_opponent case_parties office_of_named "
        "harm_struck harm_doer"
    ).split()
    shared = "role_agent role_target in_title claimant harmed same_sentence opens_sentence doer struck joined_doer joined_struck doer_owner"
    for candidate in _each_once(found, shared.split()):
        features = _with_pairs(candidate.names, _family(happening), paired)
        kind = f"type_{happening.event_type}"
        features.update({kind: 1.0, **{f"{kind}&{n}": 1.0 for n in candidate.names if n in ("same_sentence", "doer", "struck", "armed")}})
        for part in ("nowhere_doer", "nowhere_struck"):
            if part in features:
                features.update({f"{part}&{n}": 1.0 for n in candidate.names if n in _FALLBACKS})
        proposals.append((candidate.value, features))
    return proposals


def _may_take_sides(entity: Entity) -> bool:
    """True for whoever may strike or be struck: forces, groups, countries, nationalities, persons; no media, crowd or site."""
    return entity.kind in ("actor", "force", "country", "adjective", "person") and entity.role not in ("agency", "outlet", "media")


def _among(scene: Scene, entity: Entity, trigger: Trigger, sides: Sequence[Entity]) -> list[str]:
    """The place of a side among those of its sentence: by nearness to the trigger and by order."""
    if len(sides) == 1:
        return ["sole_side"]
    gap = scene.gap(entity.first, entity.last, trigger.first, trigger.last)[1]
    nearer = sum(scene.gap(e.first, e.last, trigger.first, trigger.last)[1] < gap for e in sides)
    earlier = sum(e.first < entity.first for e in sides)
    return [f"side_near_{min(nearer, 3)}", f"side_order_{min(earlier, 3)}", *(["side_last"] if earlier + 1 == len(sides) else [])]


def _is_owner(scene: Scene, entity: Entity, trigger: Trigger) -> bool:
    """True where nothing but an `of` stands between: the attack of X, X کے حملے."""
    first, last = min(entity.last, trigger.last), max(entity.first, trigger.first)
    return any(first <= m.first and m.last <= last and last - first <= m.length + 1 for m in scene.analysis.marks.get("genitive", ()))


def _between(other: Entity, entity: Entity, trigger: Trigger) -> bool:
    first, last = min(entity.last, trigger.last), max(entity.first, trigger.first)
    return first <= other.first and other.last <= last


def _owner_of(scene: Scene, site: Mark) -> Entity | None:
    """Whose position, base or convoy it is: the armed actor right beside, or over an `of`."""
    gaps = {m.first: m.last for m in scene.analysis.marks.get("genitive", ())}
    ends = {m.last: m.first for m in scene.analysis.marks.get("genitive", ())}
    head_first = scene.analysis.language.genitive_order == "head_first"
    behind = {gaps.get(site.last, site.last)} | ({site.last} if head_first else set())
    ahead = {ends.get(site.first, site.first)} if scene.analysis.language.adjective == "before" else set()
    for entity in scene.entities:
        may_own = entity.is_armed or entity.kind in ("actor", "country", "adjective")
        beside = (head_first and entity.first in behind) or entity.last in ahead
        if may_own and beside and scene.sentence(entity.first) == scene.sentence(site.first):
            return entity
    return None


def propose_objects(scene: Scene, happening: Happening) -> list[Entity]:
    """Sites that may be what is struck: words of sites marked so, with the name they take."""
    found = []
    for mark in scene.analysis.marks.get("site", ()):
        if not mark.sense.flag("target") or scene.sentence(mark.first) not in happening.sentences:
            continue
        place = next((p for p in scene.places if p.first <= mark.first and mark.last <= p.last), None)
        first, last = (place.first, place.last) if place and place.last - place.first <= 7 else (mark.first, mark.last)
        name = place.place.name if place else mark.sense.english or scene.analysis.text(mark.first, mark.last)
        owner = None if place else _owner_of(scene, mark)
        if owner is not None:
            first, last, name = min(first, owner.first), max(last, owner.last), f"{owner.name} {name}"
        clitics = mark.clitics if first == mark.first else ""
        actor = owner.actor if owner else None
        found.append(Entity(first, last, "site", name, mark.sense.rule, actor, role=mark.sense.value, clitics=clitics, head=mark.first))
    return found


# -- tolls ------------------------------------------------------------------------------------------------------------


def propose_rows(scene: Scene, happening: Happening, others: Sequence[Happening]) -> list[Proposal]:
    """Tolls near the happening, and those farther off that no other stands nearer to; what vies for the same place is marked."""
    proposals: list[Proposal] = []
    near = [r for r in scene.rows if _near(scene, happening, scene.sentence(r.first)) or _nearest(scene, r, others) is happening]
    near = [r for r in near if not any(_is_closed_twin(r, open_row) for open_row in near)]
    far = {id(r): _row_distance(scene, r, happening) for r in near}
    for row in near:
        sentence = scene.sentence(row.first)
        names: list[str | None] = [*_place_names(scene, happening, others, row.first, row.last)]
        own = any(t.is_harm and t.first == row.harm.first for t in happening.triggers)
        elsewhere = any(t.is_harm and t.first == row.harm.first for h in others if h is not happening for t in h.triggers)
        names += [
            f"effect_{row.effect}", f"sort_{row.group.sort if row.group else 'none'}", f"form_{row.harm.sense.form or 'person'}",
            "own_harm" if own else None, "other_harm" if elsewhere else None, "part" if row.is_part else None,
            "nought" if row.max == 0 else None, "harmful" if happening.event_type in HARMFUL else "harmless",
            f"type_{happening.event_type}", "negated" if "negation" in _row_cues(scene, row) else None,
            "hypothetical" if "hypothetical" in _row_cues(scene, row) else None,
            "several" if row.qualifier == "several" else None,
            f"who_{row.who}", f"{_family(happening)}&effect_{row.effect}",
            "closest" if _nearest(scene, row, others) is happening else "not_closest",
            "last_told" if _last_told(row, others) is happening else None,
            "one_happening" if len(others) == 1 else None,
            *_rivalry(scene, row, near, far),
        ]  # fmt: skip
        if any(d.first < row.first and scene.sentence(d.first) == sentence and d.value.split()[0] in _SPANS for d in scene.dates):
            names.append("since")
        clean = [n for n in names if n]
        proposals.append((row, _with_pairs(clean, _family(happening), ("same_sentence", "own_harm", "next_1", "closest"))))
    return proposals


def _is_closed_twin(row: Row, other: Row) -> bool:
    """True for `12 killed` where the report also tells `at least 12 killed`: one toll, and its words are the careful ones."""
    return (
        row.effect == other.effect
        and row.min == other.min
        and row.max is not None
        and other.max is None
        and other.qualifier != "several"
        and not row.is_part
        and (row.who == other.who or "unspecified" in (row.who, other.who))
    )


def _row_distance(scene: Scene, row: Row, happening: Happening) -> tuple[int, int]:
    """(sentences, tokens) from a toll to the nearest trigger, nought where its own word of harm is one."""
    if any(t.is_harm and t.first == row.harm.first for t in happening.triggers):
        return 0, 0
    sentence = scene.sentence(row.first)
    return min((abs(t.sentence - sentence), scene.gap(row.first, row.last, t.first, t.last)[1] + 1) for t in happening.triggers)


def _nearest(scene: Scene, row: Row, others: Sequence[Happening]) -> Happening | None:
    """The harmful happening that a toll stands nearest to, the earlier of equals."""
    able = [h for h in others if h.event_type in HARMFUL] or others
    return min(able, key=lambda h: (_row_distance(scene, row, h), h.order), default=None)


def _last_told(row: Row, others: Sequence[Happening]) -> Happening | None:
    """The happening whose trigger stands last before a toll's word of harm, that word itself counted."""
    told = [(t.first, -h.order, h) for h in others for t in h.triggers if t.first <= row.harm.first]
    return max(told, key=lambda x: x[:2])[2] if told else None


def _rivalry(scene: Scene, row: Row, near: Sequence[Row], far: dict[int, tuple[int, int]]) -> list[str]:
    """How a toll stands to the others of its effect: told again, more exact, larger, nearer, or counting others in the same sentence."""
    peers = [r for r in near if r is not row and r.effect == row.effect]
    twins = [r for r in peers if r.min == row.min]
    wholes = [r for r in peers if not r.is_part and r.max != 0 and r.min != row.min]
    sentence = scene.sentence(row.first)
    here = [r for r in wholes if scene.sentence(r.first) == sentence]
    told = {
        "told_again": any(r.max == row.max for r in twins),
        "twin_open": row.max is not None and any(r.max is None for r in twins),
        "twin_closed": row.max is None and any(r.max is not None for r in twins),
        "sole_of_effect": not wholes,
        "larger_nearer": any(r.min > row.min and far[id(r)] <= far[id(row)] for r in wholes),
        "larger_farther": any(r.min > row.min and far[id(r)] > far[id(row)] for r in wholes),
        "smaller_nearer": any(r.min < row.min and far[id(r)] <= far[id(row)] for r in wholes),
        "smaller_farther": any(r.min < row.min and far[id(r)] > far[id(row)] for r in wholes),
        "other_who_here": any(r.who != row.who for r in here),
        "same_who_here": any(r.who == row.who for r in here),
        "counted_rival": row.qualifier == "several" and any(r.qualifier != "several" for r in wholes),
        "first_of_effect": all(row.first <= r.first for r in peers),
        "last_of_effect": all(row.first >= r.first for r in peers),
    }
    return [name for name, is_so in told.items() if is_so]


def _row_cues(scene: Scene, row: Row) -> set[str]:
    found = set()
    for kind in ("negation", "hypothetical", "planned"):
        for mark in scene.analysis.marks.get(kind, ()):
            if (
                scene.sentence(mark.first) == scene.sentence(row.harm.first)
                and scene.gap(mark.first, mark.last, row.harm.first, row.harm.last)[1] <= 3
            ):
                found.add(kind)
    return found


# -- the harmed by name -----------------------------------------------------------------------------------------------


def propose_victims(scene: Scene, happening: Happening, others: Sequence[Happening]) -> list[Proposal]:
    """Named persons near the happening, each by its nearest mention, with how they stand to words of harm and to people told of there."""
    found: list[_Candidate] = []
    claimants = {(s.claimant.first, s.claimant.last) for s in scene.sayings}
    for person in scene.entities:
        if person.kind != "person" or not _near(scene, happening, scene.sentence(person.first)):
            continue
        sentence = scene.sentence(person.first)
        trigger, between = _anchor(happening, sentence, person.first)
        names = [_distance(between), *_beside_harm(scene, happening, person), *_in_toll(scene, happening, others, person)]
        names += [r for r in scene.roles_beside(person.first, person.last, person.clitics) if r in ("role_agent", "role_source")]
        if between == 0:
            side, _ = scene.gap(person.first, person.last, trigger.first, trigger.last)
            form = "harm" if trigger.is_harm else trigger.mark.sense.form or "noun"
            names.append("wanted_of_trigger" if _wants(scene, form, side) else "unwanted_of_trigger")
        if any(t.sentence == sentence for h in others if h is not happening for t in h.triggers):
            names.append("rival_here")
        told = {
            "claimant": (person.first, person.last) in claimants,
            "titled": bool(person.title),
            "opens_sentence": person.first - scene.analysis.bounds[sentence][0] <= 1,
            "harmful": happening.event_type in HARMFUL,
            "age_beside": any(0 <= q.first - person.last <= 1 and 1 < q.min < 100 for q in scene.quantities),
            "one_word": person.last - person.first == 1,
            "including": any(0 <= person.first - m.last <= 6 for m in scene.analysis.marks.get("including", ())),
        }
        names += [name for name, is_so in told.items() if is_so]
        found.append(_Candidate(person.name.lower(), _rank(scene, happening, person.first, person.last), person, names))
    proposals: list[Proposal] = []
    for candidate in _each_once(found, ("in_own_row", "claimant", "beside_own_row", "wanted_side", "age_beside")):
        proposals.append((candidate.value, _with_pairs(candidate.names, _family(happening), ("in_own_row", "beside_own_row"))))
    return proposals


def _beside_harm(scene: Scene, happening: Happening, person: Entity) -> list[str]:
    """How a person stands to the nearest word of harm of the sentence."""
    sentence, names = scene.sentence(person.first), list[str]()
    harms = [
        m for m in scene.analysis.marks.get("harm", ()) if scene.sentence(m.first) == sentence and not m.sense.value.startswith("none")
    ]
    if not harms:
        return [*names, "no_harm_here"]
    nearest = min(harms, key=lambda m: scene.gap(person.first, person.last, m.first, m.last)[1])
    side, gap = scene.gap(person.first, person.last, nearest.first, nearest.last)
    form = nearest.sense.form or "person"
    reach = "adjacent" if gap <= 1 else "close" if gap <= 5 else "apart"
    names.append(f"harm_{reach}")
    if _wants(scene, form, side):
        names += ["wanted_side", f"wanted_side_{reach}", f"wanted_side_{form}"]
    if any(t.is_harm and t.first == nearest.first for t in happening.triggers):
        names.append("own_harm")
    if any(
        e is not person and e.kind in ("person", "people", "force") and _lies_between(e, person, nearest) for e in scene.entities
    ):  # fmt: skip
        names.append("somebody_between")
    return names


def _in_toll(scene: Scene, happening: Happening, others: Sequence[Happening], person: Entity) -> list[str]:
    """Whether a person is the one a toll counts, or stands beside those it counts, and whether that toll is this happening's."""
    sentence, names = scene.sentence(person.first), set[str]()
    for row in scene.rows:
        if row.group is None or row.max == 0 or scene.sentence(row.first) != sentence:
            continue
        whose = "own" if _nearest(scene, row, others) is happening else "other"
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


# -- who says ---------------------------------------------------------------------------------------------------------


def propose_sources(scene: Scene, happening: Happening, others: Sequence[Happening]) -> list[Proposal]:
    """Sayings that may be about the happening: near it, or anywhere for the main one."""
    proposals: list[Proposal] = []
    found: list[_Candidate] = []
    told = [s.claimant.first for s in scene.sayings if not s.continued]
    heads: dict[str, int] = {}
    for saying in scene.sayings:
        heads.setdefault(_head(scene, saying), saying.claimant.first)
    for saying in scene.sayings:
        names: list[str | None] = [_distance(_anchor(happening, saying.sentence, saying.claimant.first)[1])]
        rivals = [h for h in others if h is not happening and saying.sentence in h.sentences]
        names += [
            "main" if happening.order == 0 else "minor",
            "rival_here" if rivals else None,
            "sole_happening" if len(others) == 1 else None,
            f"stance_{saying.stance}",
            f"kind_{saying.claimant.kind}",
            f"role_is_{saying.claimant.role or 'none'}",
            "media" if saying.is_media else None,
            "continued" if saying.continued else None,
            "lede" if saying.sentence <= 2 else None,
            "in_title" if saying.sentence in scene.analysis.title else None,
            f"told_{saying.rule.rsplit('/', 1)[-1]}" if saying.rule.startswith("claims/") else None,
            "declared" if saying.mark and saying.mark.sense.kind == "trigger" else None,
            "named_by_place" if saying.claimant.rule == "names/by-place" else None,
            "negated" if saying.negated else None,
            "no_verb" if saying.mark is None else f"form_{saying.mark.sense.form or 'verb'}",
            "far_from_verb" if saying.distance > 4 else None,
            *scene.roles_beside(saying.claimant.first, saying.claimant.last, saying.claimant.clitics),
            "titled" if saying.claimant.title else None,
            "in_registry" if saying.claimant.actor else None,
            "long" if saying.claimant.last - saying.claimant.first > 2 else None,
            "bare" if saying.claimant.last - saying.claimant.first == 1 and saying.claimant.kind in ("source", "force") else None,
            "head_told_before" if heads[_head(scene, saying)] < saying.claimant.first else None,
            *_in_order(scene, happening, saying.claimant.first, told),
            *_beside_telling(scene, happening, others, saying),
        ]
        claimant = saying.claimant
        rank = _rank(scene, happening, claimant.first, claimant.last)
        found.append(_Candidate(claimant.actor or claimant.name.lower(), rank, saying, [n for n in names if n]))
    paired = (
        "same_sentence main next_1 previous_1 stance_accuses stance_reports media rival_here own_word mine theirs verb_near verb_far "
        "last_before&own_without declared titled"
    ).split()
    for candidate in _each_once(found, (*(f"stance_{stance}" for stance in STANCES), "in_title", "lede", "same_sentence", "rival_here")):
        features = _with_pairs(candidate.names, _family(happening), paired)
        if happening.order == 0:
            marked = (n for n in candidate.names if n.startswith(("next", "previous", "stance")) or n in ("rival_here", "media"))
            features.update({f"main&{n}": 1.0 for n in marked})
        proposals.append((candidate.value, features))
    return proposals


def _head(scene: Scene, saying: Saying) -> str:
    claimant = saying.claimant
    return scene.analysis.tokens[claimant.head].text if claimant.kind != "person" else claimant.name.lower()


def _beside_telling(scene: Scene, happening: Happening, others: Sequence[Happening], saying: Saying) -> list[str]:
    """Whether the word of saying tells this happening itself, governs its clause, or stands nearer to another."""
    at = saying.mark.first if saying.mark else saying.claimant.first
    names = []
    if any(t.first == at for t in happening.triggers):
        names.append("own_word")
    elif any(t.first == at for h in others for t in h.triggers):
        names.append("word_of_another")

    def away(one: Happening) -> tuple[int, int]:
        return min((abs(t.sentence - saying.sentence), abs(t.first - at)) for t in one.triggers)

    own = away(happening)
    names.append("mine" if all(own <= away(h) for h in others) else "theirs")
    if own[0] == 0 and saying.mark is not None:
        trigger, _ = _anchor(happening, saying.sentence, at)
        side, gap = scene.gap(saying.mark.first, saying.mark.last, trigger.first, trigger.last)
        reach = "near" if gap <= 4 else "close" if gap <= 12 else "far"
        names += [f"verb_{side}", f"verb_{reach}", f"verb_{side}_{reach}"]
        others_said = [s.mark for s in scene.sayings if s.mark and s.mark is not saying.mark and s.sentence == saying.sentence]
        if others_said:
            nearest = min(scene.gap(m.first, m.last, trigger.first, trigger.last)[1] for m in others_said)
            names.append("verb_nearest" if gap <= nearest else "verb_not_nearest")
    if own[0] > 0:
        low, high = sorted((saying.sentence, _anchor(happening, saying.sentence, at)[0].sentence))
        if any(low < s < high for h in others if h is not happening for s in h.sentences):
            names.append("rival_between")
        if any(low < s.sentence < high for s in scene.sayings if not s.continued):
            names.append("saying_between")
    return names


# -- choosing ---------------------------------------------------------------------------------------------------------


def best(question: str, proposals: Sequence[Proposal]) -> Chosen | None:
    """The proposal with the highest log-odds, None where all are below nought."""
    chosen = several(question, proposals)
    return chosen[0] if chosen else None


def several(question: str, proposals: Sequence[Proposal]) -> list[Chosen]:
    """Proposals above nought, best first, the earlier among equals; at most as many as the question allows."""
    scored = [(Chosen(candidate, value), features) for candidate, features in proposals if (value := score(question, features)) > 0]
    scored.sort(key=lambda c: -c[0].score)
    if question == "perpetrator":
        scored = [s for n, s in enumerate(scored) if n == 0 or _may_share(scored[0][0].candidate, s[0].candidate, s[1])]
    return [c for c, _ in scored][: _LIMITS.get(question, 40)]


def _may_share(first: object, other: object, features: Features) -> bool:
    """True for a second doer: a party of talks or a clash, or told right beside the first, and not of the same country."""
    if not (isinstance(first, Entity) and isinstance(other, Entity)) or (other.country and other.country == first.country):
        return False
    if not _PARTIES.isdisjoint(features):
        return True
    a, b = sorted((first, other), key=lambda e: e.first)
    return 0 <= b.first - a.last <= _BESIDE


def saying_of(chosen: Chosen) -> Saying:
    assert isinstance(chosen.candidate, Saying)
    return chosen.candidate
