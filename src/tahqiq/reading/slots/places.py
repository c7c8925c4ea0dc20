"""Where it happened: the places told near a happening and at the head of the report, alone or two together."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from tahqiq.reading.choosing import Company, Features, Pairs, Told
from tahqiq.reading.clauses import clauses_of
from tahqiq.reading.happenings import Happening
from tahqiq.reading.places import UNIT_KINDS, PlaceMark, site_name
from tahqiq.reading.scene import Scene
from tahqiq.reading.slots.around import Candidate, InOrder, Proposal, Seat, Surroundings, each_once, family

_EXACT = {"site": 0, "settlement": 1, "district": 2, "province": 3, "region": 4, "country": 5}
_WIDE = ("country", "region")
_WIDEST = frozenset(("precision_country", "precision_region"))
_CHAINED = 3  # tokens between two places told in one breath (`in Harim, in the north of Idlib`)
_HEAD = 2  # the last of the first sentences, whose places may be those of whatever the report tells
_SCENES = 4  # whose places are kept described: one report is read at a time
_DATELINE = 3  # the last sentence in which a dateline may stand: bylines and headlines come before it
_TOLD_BY_LEVEL = frozenset(
    (
        "role_place role_target role_agent role_source nearest_here in_title same_sentence after_adjacent after_near before_adjacent "
        "before_near next_1 previous_1 own_without no_fine_told last_before first_told rival_between across_break"
    ).split()
)
_BY_LEVEL = {level: {name: f"{level}&{name}" for name in _TOLD_BY_LEVEL} for level in ("wide", "fine")}
_ONCE_BY_LEVEL = frozenset(("sole_here", "here_1", "told_again", "told_often", "also_in_title"))
_SHARED = frozenset(("in_title", "dateline", "role_place", "same_sentence", "first_told"))
_BESIDE = frozenset("role_place role_agent role_target is_entity finer_here held_here".split())
_PAIRED = frozenset("same_sentence dateline precision_country precision_site finest_here role_place last_before&own_without here_1".split())


def propose_places(scene: Scene, happening: Happening, others: Sequence[Happening], around: Surroundings | None = None) -> list[Proposal]:
    """Places near the happening, and those of the headline and first sentences."""
    around = around or Surroundings(scene, happening, others)
    fine, described = _described(scene)
    order = InOrder(around, fine)
    clauses = clauses_of(scene)
    found: list[Candidate] = []
    for told in described:
        place = told.place
        seat = around.seat(place.first, place.last)
        if seat.sentence not in around.near and seat.sentence > _HEAD:
            continue
        names = [*around.names(seat, place.first, place.last), *told.standing]
        if seat.between == 0:
            first, last = clauses.bounds(seat.trigger)
            if first <= place.first < last:
                names.append("same_clause")
        if told.is_entity:
            names.append("is_entity")
        if seat.between == 0:
            if _is_nearest(scene, place, seat):
                names.append("nearest_here")
            if around.rival_between(place.first, seat.trigger.first):
                names.append("rival_between")
        names += order.names(place.first)
        names += told.country
        by_level = _BY_LEVEL[told.level]
        names += [by_level[n] for n in names if n in by_level]
        found.append(Candidate(told.key, seat.rank, place, names))
    return [(c.value, _features(c, family(happening))) for c in each_once(found, _SHARED)]


@dataclass(frozen=True, slots=True)
class _Description:
    """What holds of a place whichever happening is asked about; `level` says whether it is wide or fine."""

    place: PlaceMark
    key: str
    level: str
    standing: tuple[str, ...]
    is_entity: bool
    country: tuple[str, ...]


@lru_cache(maxsize=_SCENES)
def _described(scene: Scene) -> tuple[tuple[int, ...], tuple[_Description, ...]]:
    """Where the places stand that are no country or region, and each place and pair of places of a scene with what holds of it."""
    fine = tuple(p.first for p in scene.places if p.precision not in _WIDE)
    beside_speakers = {t for s in scene.sayings if not s.continued for t in range(s.claimant.first - 1, s.claimant.last + 2)}
    joined = _joined(scene)
    partners = {id(p) for _, *parts in joined for p in parts}
    told_of = _countries(scene)
    found: list[_Description] = []
    for place in [*scene.places, *(joint for joint, *_ in joined), *_sites_in_towns(scene)]:
        names = [
            f"precision_{place.precision}",
            *scene.roles_beside(place.first, place.last),
            *_among_places(scene, place, has_fine=bool(fine)),
        ]
        if _is_dateline(scene, place):
            names.append("dateline")
            if fine and max(fine) > place.first:
                names.append("dateline_before_finer")
        standing = {
            "joint": place.rule.startswith("places/joint"),
            "joined": id(place) in partners,
            "inside_name": _is_inside_entity(scene, place),
            "site_in_town": place.rule.startswith("places/site-in-town"),
            "with_kind": bool(place.facility),
            "told_by_words": place.rule.startswith("places/told-by-words"),
            "beside_speaker": not beside_speakers.isdisjoint(range(place.first, place.last + 1)),
        }
        names += [name for name, is_so in standing.items() if is_so]
        is_entity = any(e.first <= place.first and e.last >= place.last for e in scene.entities_over(place.first))
        country = tuple(_in_country(place, *told_of))
        found.append(_Description(place, place.place.name.lower(), _level(place), tuple(names), is_entity, country))
    return fine, tuple(found)


def _features(candidate: Candidate, kind: str) -> Features:
    level = "fine" if _WIDEST.isdisjoint(candidate.names) else "wide"
    candidate.names += [f"{level}&{n}" for n in candidate.names if n in _ONCE_BY_LEVEL]
    return Told(candidate.names, _company(kind, is_here=candidate.rank[0] == 0))


@lru_cache(maxsize=64)
def _company(kind: str, *, is_here: bool) -> Company:
    pairs: list[Pairs] = [(kind, _PAIRED.__contains__)]
    if is_here:
        pairs.append(("same_sentence", lambda name: name in _BESIDE or name.startswith("precision_")))
    return Company((f"family_{kind}",), pairs)


def _countries(scene: Scene) -> tuple[Counter[str], Counter[str]]:
    """How often each country is told of by places in it, and by how many of them."""
    told = Counter(p.place.country for p in scene.places if p.place.country)
    return told, Counter(country for _, country in {(p.place.name, p.place.country) for p in scene.places} if country)


def _in_country(place: PlaceMark, told: Counter[str], placed: Counter[str]) -> list[str]:
    """Whether a place lies in the country that the report tells most of, or alone in its own."""
    country = place.place.country
    if not country:
        return []
    names = ["country_most" if told[country] == max(told.values()) else "country_less"]
    if placed[country] == 1 and len(placed) > 1:
        names.append("country_once")
    return [*names, *(f"{_level(place)}&{name}" for name in names)]


def _level(place: PlaceMark) -> str:
    return "wide" if place.precision in _WIDE else "fine"


def _joined(scene: Scene) -> list[tuple[PlaceMark, PlaceMark, PlaceMark]]:
    """Two places of one kind told together (`Syria and Iraq`) as one between them, with its parts."""
    conjunctions = scene.analysis.language.numbers.conjunctions
    found = []
    for one, other in pairwise(scene.places):
        a, b = one.place, other.place
        between = scene.analysis.tokens[one.last : other.first]
        tied = len(between) == 1 and between[0].text in conjunctions
        tied = tied or (not between and scene.analysis.tokens[other.first].text[:1] == "و")
        is_between = "directions/between" in one.rule or "directions/between" in other.rule
        if (
            not tied
            or not (is_between or one.precision == other.precision)
            or scene.sentence(one.first) != scene.sentence(other.first)
            or a.name == b.name
        ):
            continue
        if a.lat is None or a.lon is None or b.lat is None or b.lon is None:
            continue
        country = a.country if a.country == b.country else None
        widest = max(one.precision, other.precision, key=lambda p: _EXACT[p])
        precision = "region" if widest == "country" else widest
        names = " and ".join(name.removeprefix("between ") for name in (a.name, b.name))
        place = replace(
            a,
            name=f"between {names}" if is_between else names,
            id=None,
            country=country,
            lat=(a.lat + b.lat) / 2,
            lon=(a.lon + b.lon) / 2,
            precision=precision,
        )
        found.append((PlaceMark(one.first, other.last, one.first, other.last, place, rule="places/joint"), one, other))
    return found


def _sites_in_towns(scene: Scene) -> list[PlaceMark]:
    """A site without a name of its own lies in the town told right behind it: `a bank in Homs`, `بانکی در حمص`."""
    analysis = scene.analysis
    if analysis.language.genitive_order != "head_first":
        return []
    found = []
    for mark in scene.places:
        if mark.precision != "settlement" or mark.place.lat is None:
            continue
        at = mark.first
        while at > max(mark.first - _CHAINED, 0) and (at - 1) in analysis.function:
            at -= 1
        site = next((m for m in analysis.ending("site", at) if m.sense.flag("place") and m.sense.value not in UNIT_KINDS), None)
        if site is None or "place" not in (*analysis.role_words.get(mark.first, ()), *analysis.role_words.get(site.last + 1, ())):
            continue
        place = replace(mark.place, id=None, name=f"{site_name(analysis, site)}, {mark.place.name}", precision="site")
        rule = f"places/site-in-town {site.sense.rule}"
        found.append(PlaceMark(site.first, mark.last, mark.name_first, mark.name_last, place, rule=rule, facility=site.sense.value))
    return found


def _among_places(scene: Scene, place: PlaceMark, *, has_fine: bool) -> list[str]:
    """How a place stands to the others of its sentence: finer or wider than they are, and whether one lies right beside it."""
    here = [p for p in scene.places_in(scene.sentence(place.first)) if p is not place and _may_hold(place, p)]
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
    if not has_fine:
        names.append("no_fine_told")
    return names


def _may_hold(wide: PlaceMark, fine: PlaceMark) -> bool:
    return wide.place.country is None or fine.place.country is None or wide.place.country == fine.place.country


def _is_dateline(scene: Scene, place: PlaceMark) -> bool:
    """`Baghdad (AFP) -`, `بغداد/`: a place that opens the text or a line and is closed by a bracket, dash or agency."""
    sentence = scene.sentence(place.first)
    if sentence > _DATELINE or place.first - scene.analysis.bounds[sentence][0] > 1:
        return False
    after = scene.analysis.tokens[place.last].text if place.last < len(scene.analysis.tokens) else ""
    return after in ("(", "-", "/", ":", ",", "[") and sentence not in scene.analysis.title


def _is_inside_entity(scene: Scene, place: PlaceMark) -> bool:
    """True for a place that only tells whose or what somebody's name is: `the Aleppo governor`."""
    size = place.last - place.first
    return any(place.last <= e.last and e.last - e.first > size and e.first <= place.first for e in scene.entities_over(place.first))


def _is_nearest(scene: Scene, place: PlaceMark, seat: Seat) -> bool:
    """True where no other place of the sentence stands nearer to the trigger."""
    trigger = seat.trigger
    gap, first, last = scene.gap, trigger.first, trigger.last
    return not any(p is not place and gap(p.first, p.last, first, last)[1] < seat.gap for p in scene.places_in(seat.sentence))
