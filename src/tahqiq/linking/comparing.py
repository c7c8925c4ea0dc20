"""How alike two accounts are, slot by slot, each with its reason.

What comes in are two profiles; what goes out is a `Reason` for each slot that says anything. Every function here takes two profiles
and gives the same for either order; its levels stand in weights.yaml. A slot that one side leaves open says nothing.

Where both accounts are what their reports mainly tell, the stories are compared too (`telling`). The slots were read out of the same
words, so beside a story each counts for the part that the fit gives it (`Weights.beside_stories`); where they alone say more than both
together, they stand alone.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from tahqiq.codebook import load_codebook
from tahqiq.linking.names import likeness
from tahqiq.linking.profiles import NEWS_DAYS, Party, Profile, Range
from tahqiq.linking.stories import Rarity
from tahqiq.linking.telling import compare_stories
from tahqiq.linking.weighing import Weights
from tahqiq.model import Link, Mention, Named, Place, Reason
from tahqiq.registries.relations import Standing, named_kinship, place_standing

Days = tuple[int, int]
Facts = Callable[[], dict[str, str]]  # made only for pairs that are kept
Level = tuple[str, Facts]
Comparison = Callable[[Profile, Profile], Level | None]

MOST_SLOTS = 20.0  # bits, either way, that slots count for beside stories: one wrong day must not outweigh a text
_SAME_NAME = 0.85
_ALIKE_NAME = 0.5
_SAME_WORDS = 0.6  # of the words around two triggers
_FAR_KM = 100.0
_MANY_KILLED, _MANY_INJURED = 20, 50  # tolls that few happenings of a year reach: of one order they are rarely of two
_KIN = ("same", "part", "state", "allied", "none")


def compare(a: Profile, b: Profile, weights: Weights, rare: Rarity, *, keep_all: bool = True) -> Link | None:
    """What two accounts have in common and what not, and the sum of it in bits; None where that is too little to be kept."""
    first, second = (a, b) if a.id <= b.id else (b, a)
    stories = compare_stories(first, second, rare)
    levels = _levels(FIRST, first, second)
    if not stories and not keep_all and sum([weights.bits[name] for name, _ in levels]) + _most(first, second, weights) < weights.kept_from:
        return None  # nothing else the two tell could have the pair kept; most that are met are so
    levels += _levels(REST, first, second)
    slots = [(name, weights.bits[name], facts) for name, facts in levels]
    weighed = slots
    if stories:
        weighed = _beside(slots, weights.beside_stories)
        for code, made_of, facts in stories:
            if bits := round(sum([weights.stories[name] * amount for name, amount in made_of]), 2):
                weighed.append((code, bits, facts))
        if sum([bits for _, bits, _ in slots]) > sum([bits for _, bits, _ in weighed]):
            weighed = [*slots, (stories[0][0], 0.0, stories[0][2])]  # read so well in both that the slots alone say more
    score = round(sum([bits for _, bits, _ in weighed]), 2)
    if not keep_all and score < (weights.stories_kept_from if stories else weights.kept_from):
        return None
    return Link(first.id, second.id, score, tuple(Reason(name, bits, facts()) for name, bits, facts in weighed))


def _most(a: Profile, b: Profile, weights: Weights) -> float:
    """What everything but type, days and place could be worth at most."""
    most, score = weights.most, 0.0
    if a.root == b.root:
        score += most["wire"]
    if a.victims and b.victims:
        score += most["victim"]
    if a.perpetrators and b.perpetrators:
        score += most["perpetrator"]
    if a.targets and b.targets:
        score += most["target"]
    if "armed_clash" in (a.event_type, b.event_type):
        score += most["sides"]
    if a.killed and b.killed:
        score += most["killed"]
    if a.injured and b.injured:
        score += most["injured"]
    if a.weapons and b.weapons:
        score += most["weapon"]
    return score


def _beside(slots: Sequence[tuple[str, float, Facts]], part: float) -> list[tuple[str, float, Facts]]:
    """Slots as they count beside stories: each for a part, and for less where all together would count for more than the fit let them."""
    together = sum([bits for name, bits, _ in slots if name not in WHOLE])
    if abs(together) > MOST_SLOTS:
        part *= MOST_SLOTS / abs(together)
    return [(name, bits if name in WHOLE else round(bits * part, 2), facts) for name, bits, facts in slots]


def slot_levels(a: Profile, b: Profile) -> list[Level]:
    """The levels of what was read; none of a report in which nothing was."""
    return _levels(COMPARISONS, a, b)


def _levels(comparisons: Iterable[Comparison], a: Profile, b: Profile) -> list[Level]:
    if a.alone or b.alone:
        return []
    return [level for comparison in comparisons if (level := comparison(a, b)) is not None]


@lru_cache(maxsize=4096)
def in_family(a: str, b: str) -> bool:
    """Whether one happening may be told as either type; of types that the codebook lacks, only where they are one."""
    known = load_codebook().event_types
    return a == b or (a in known and b in known and load_codebook().family(a, b))


def compare_type(a: Profile, b: Profile) -> Level:
    if a.event_type == b.event_type:
        return "type_same", lambda: {"type": a.event_type}
    level = "type_family" if in_family(a.event_type, b.event_type) else "type_other"
    return level, lambda: {"a": a.event_type, "b": b.event_type}


def compare_status(a: Profile, b: Profile) -> Level | None:
    return None if a.status == b.status else ("status_differs", lambda: {"a": a.status, "b": b.status})


def compare_days(a: Profile, b: Profile) -> Level | None:
    """Days against days, else against the days before an undated main story; nothing can be told before it happened."""
    if a.days and b.days:
        return _days_level(a.days, b.days)
    dated, undated = (a, b) if a.days else (b, a)
    if dated.days is None:
        return _told_level(a.told, b.told)
    return _news_level(dated.days, undated)


def _days_level(a: Days, b: Days) -> Level:
    gap = max(a[0], b[0]) - min(a[1], b[1])
    if gap <= 0:
        widest = max(a[1] - a[0], b[1] - b[0]) + 1
        level = "day_same" if widest <= 2 else "week_holds" if widest <= 10 else "month_holds" if widest <= 45 else "year_holds"
        return level, lambda: {"a": _days(a), "b": _days(b)}
    level = "day_beside" if gap == 1 else "days_near" if gap <= 4 else "days_apart" if gap <= 30 else "days_far"
    return level, lambda: {"a": _days(a), "b": _days(b), "days": str(gap)}


def _told_level(a: Days | None, b: Days | None) -> Level | None:
    if a is None or b is None:
        return None
    late = abs(a[1] - b[1])
    level = "told_then" if late <= NEWS_DAYS // 2 else "told_later" if late <= 60 else "told_long_after"
    return level, lambda: {"a": _day(a[1]), "b": _day(b[1])}


def _news_level(days: Days, undated: Profile) -> Level | None:
    published = undated.published
    if published is None:
        return None

    def facts() -> dict[str, str]:
        return {"day": _day(days[0]), "published": _day(published)}

    if days[0] > published + 1:
        return "told_before", facts
    if undated.told is None or days[1] - days[0] + 1 > 2 * NEWS_DAYS:
        return None
    late = undated.told[1] - days[1]
    return ("told_then" if late <= NEWS_DAYS else "told_later" if late <= 60 else "told_long_after"), facts


def _days(days: tuple[int, int]) -> str:
    return _day(days[0]) if days[0] == days[1] else f"{_day(days[0])}/{_day(days[1])}"


def _day(ordinal: int) -> str:
    return dt.date.fromordinal(max(1, ordinal)).isoformat()


def compare_place(a: Profile, b: Profile) -> Level | None:
    """Points by distance, areas by what they hold, each as exactly as it is told."""
    if a.place is None or b.place is None:
        return None
    one, other = a.place, b.place
    standing = _standing(one, other)
    if standing.kind == "unknown" or (standing.contradicts and _fits_otherwise(a, b)):
        return None
    km = {} if standing.km is None else {"km": str(round(standing.km))}
    return _place_level(standing), lambda: {"a": one.name, "b": other.name, **km}


def _fits_otherwise(a: Profile, b: Profile) -> bool:
    """Whether a namesake that was refused for one account's place is where the other's lies; then neither says anything."""
    if not a.other_places and not b.other_places:
        return False  # the places themselves contradict one another
    ours, theirs = (tuple(p for p in (side.place, *side.other_places) if p and p.precision != "country") for side in (a, b))
    return any(_standing(x, y).kind in ("same", "near", "holds") for x in ours for y in theirs)


@lru_cache(maxsize=1 << 17)
def _standing(a: Place, b: Place) -> Standing:
    return place_standing(a, b)


def _place_level(standing: Standing) -> str:
    if standing.kind == "same":
        return {"province": "province_same", "region": "region_same", "country": "country_same"}.get(standing.outer, "place_same")
    if standing.kind == "holds":
        return {
            "province": "place_province_holds",
            "region": "place_region_holds",
            "country": "place_country_holds",
            "district": "place_district_holds",
        }.get(standing.outer, "place_same")
    if standing.kind == "near":
        return "place_near"
    if standing.kind == "abroad":
        return "place_abroad"
    if standing.outer in ("province", "region"):
        return "place_outside"
    return "place_far" if standing.km is None or standing.km > _FAR_KM else "place_apart"


def compare_perpetrators(a: Profile, b: Profile) -> Level | None:
    kin = _kin(a.perpetrators, b.perpetrators)
    if kin is None:
        return None
    return ("perpetrator_differs" if kin == "none" else f"perpetrator_{kin}"), lambda: _both(a.perpetrators, b.perpetrators)


def compare_targets(a: Profile, b: Profile) -> Level | None:
    kin = _kin(a.targets, b.targets)
    if kin is None or (kin == "none" and _crossed(a, b)):
        return None
    level = {"none": "target_differs", "allied": "target_state"}.get(kin, f"target_{kin}")
    return level, lambda: _both(a.targets, b.targets)


def compare_sides(a: Profile, b: Profile) -> Level | None:
    """Of a clash one outlet names as attacker whom the other names as attacked."""
    return ("sides_same", lambda: _both(a.perpetrators, b.targets)) if _crossed(a, b) else None


def _crossed(a: Profile, b: Profile) -> bool:
    if "armed_clash" not in (a.event_type, b.event_type):
        return False
    return _kin(a.perpetrators, b.targets) in ("same", "part", "state") and _kin(a.targets, b.perpetrators) in ("same", "part", "state")


def _kin(a: tuple[Party, ...], b: tuple[Party, ...]) -> str | None:
    """The nearest kinship between two sides; None where one is not told, or nothing is known of either."""
    return _nearest(a, b) if a and b else None


@lru_cache(maxsize=1 << 17)
def _nearest(a: tuple[Party, ...], b: tuple[Party, ...]) -> str | None:
    found = {named_kinship(_named(one), _named(other)) for one in a for other in b}
    return next((kin for kin in _KIN if kin in found), None)


def _named(party: Party) -> Named:
    return Named(Mention(0, 0, ""), *party)


def _both(a: Iterable[Party], b: Iterable[Party]) -> dict[str, str]:
    return {"a": ", ".join(name for name, _, _ in a), "b": ", ".join(name for name, _, _ in b)}


def compare_victims(a: Profile, b: Profile) -> Level | None:
    """The best pair of names; two different names speak against only where each tells of one or two."""
    if not a.victims or not b.victims:
        return None
    best, one, other = max((_likeness(x, y), x, y) for x in a.victims for y in b.victims)

    def facts() -> dict[str, str]:
        return {"a": one, "b": other}

    if best >= _SAME_NAME:
        return "victim_same", facts
    if best >= _ALIKE_NAME:
        return "victim_alike", facts
    return ("victims_differ", facts) if max(len(a.victims), len(b.victims)) <= 2 else None


@lru_cache(maxsize=1 << 17)
def _likeness(a: str, b: str) -> float:
    return likeness(a, b)


def compare_killed(a: Profile, b: Profile) -> Level | None:
    if a.killed is None or b.killed is None:
        return None
    return _killed_level(a.killed, b.killed), _tolls(a.killed, b.killed)


def _killed_level(a: Range, b: Range) -> str:
    (low, low_max), (high, _) = _ordered(a, b)
    if low == high:
        return "killed_none" if low == 0 else "killed_same_many" if low >= 10 else "killed_same" if low >= 3 else "killed_same_few"
    reach = high if low_max is None else low_max
    if reach * 2 >= high and low >= _MANY_KILLED:
        return "killed_near_many"
    if reach >= high:
        return "killed_overlaps"
    if reach * 2 >= high:
        return "killed_near"
    return "killed_far" if reach * 5 < high and high - reach >= 10 else "killed_differs"


def compare_injured(a: Profile, b: Profile) -> Level | None:
    if a.injured is None or b.injured is None:
        return None
    low, high = _ordered(a.injured, b.injured)
    if low[0] == high[0] >= 3:
        return "injured_same", _tolls(a.injured, b.injured)
    is_near = low[1] is None or low[1] * 2 >= high[0]
    level = "injured_near_many" if is_near and low[0] >= _MANY_INJURED else "injured_near" if is_near else "injured_differs"
    return level, _tolls(a.injured, b.injured)


def _ordered(a: Range, b: Range) -> tuple[Range, Range]:
    """The lower range first, of two from one number on the closed one."""
    return (a, b) if (a[0], a[1] is None, a[1] or 0) <= (b[0], b[1] is None, b[1] or 0) else (b, a)


def _tolls(a: Range, b: Range) -> Facts:
    return lambda: {"a": _number(a), "b": _number(b)}


def _number(told: Range) -> str:
    low, high = told
    return f"{low}+" if high is None else str(low) if low == high else f"{low}-{high}"


# Weapons of which one is the other said less exactly, or what the other fires.
_CAN_BOTH = frozenset(
    frozenset(pair)
    for one, others in {
        "unspecified_explosive": ("ied", "car_bomb", "suicide_vest", "mine", "grenade"),
        "missile": ("rocket", "drone", "aircraft", "helicopter"),
        "rocket": ("artillery", "mortar"),
        "mortar": ("artillery",),
        "barrel_bomb": ("aircraft", "helicopter"),
        "ied": ("car_bomb", "suicide_vest"),
    }.items()
    for pair in ((one, other) for other in others)
)


def compare_weapons(a: Profile, b: Profile) -> Level | None:
    if not a.weapons or not b.weapons:
        return None
    both = a.weapons & b.weapons
    if both:
        return "weapon_shared", lambda: {"weapons": ", ".join(sorted(both))}
    if any(frozenset((x, y)) in _CAN_BOTH for x in a.weapons for y in b.weapons):
        return None
    return "weapon_differs", lambda: {"a": ", ".join(sorted(a.weapons)), "b": ", ".join(sorted(b.weapons))}


def compare_wire(a: Profile, b: Profile) -> Level | None:
    """Copies of one text tell of one happening where the words around the two triggers are the same; or as their main story."""
    if a.root != b.root or not a.around or not b.around or not in_family(a.event_type, b.event_type):
        return None
    both = len(a.around & b.around)
    if both >= _SAME_WORDS * min(len(a.around), len(b.around)):
        return "wire_same", lambda: {"first": a.root}
    return None if a.background or b.background else ("wire_story", lambda: {"first": a.root})


WHOLE = frozenset(("wire_same", "wire_story"))  # count whole beside a story: that two texts are one is not read out of either


FIRST: tuple[Comparison, ...] = (compare_type, compare_status, compare_days, compare_place)
REST: tuple[Comparison, ...] = (
    compare_perpetrators,
    compare_targets,
    compare_sides,
    compare_victims,
    compare_killed,
    compare_injured,
    compare_weapons,
    compare_wire,
)
COMPARISONS = (*FIRST, *REST)
