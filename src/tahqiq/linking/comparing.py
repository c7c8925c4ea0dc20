"""How alike two accounts are, slot by slot, each with its reason.

What comes in are two profiles; what goes out is a `Reason` for each slot that says anything. Every function here takes two profiles
and gives the same for either order; its levels stand in weights.yaml. A slot that one side leaves open says nothing.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from tahqiq.codebook import load_codebook
from tahqiq.linking.names import likeness
from tahqiq.linking.profiles import NEWS_DAYS, Profile, Range
from tahqiq.linking.weighing import Weights
from tahqiq.model import Link, Mention, Named, Place, Reason
from tahqiq.registries.relations import Standing, is_nobody, named_kinship, place_standing

Level = tuple[str, dict[str, str]]

_SAME_NAME = 0.85
_ALIKE_NAME = 0.5
_SAME_WORDS = 0.6  # of the words around two triggers
_FAR_KM = 100.0
_KIN = ("same", "part", "state", "allied", "none")


def compare(a: Profile, b: Profile, weights: Weights) -> Link:
    """What two accounts have in common and what not, and the sum of it in bits."""
    first, second = sorted((a, b), key=lambda p: p.id)
    reasons = tuple(
        Reason(level, weights.bits[level], facts) for comparison in COMPARISONS for level, facts in _levels(comparison(first, second))
    )
    return Link(first.id, second.id, round(sum(reason.weight for reason in reasons), 2), reasons)


def _levels(found: Level | None) -> Iterator[Level]:
    if found is not None:
        yield found


@lru_cache(maxsize=4096)
def in_family(a: str, b: str) -> bool:
    """Whether one happening may be told as either type; of types that the codebook lacks, only where they are one."""
    known = load_codebook().event_types
    return a == b or (a in known and b in known and load_codebook().family(a, b))


def compare_type(a: Profile, b: Profile) -> Level:
    facts = {"a": a.event_type, "b": b.event_type}
    if a.event_type == b.event_type:
        return "type_same", {"type": a.event_type}
    return ("type_family" if in_family(a.event_type, b.event_type) else "type_other"), facts


def compare_status(a: Profile, b: Profile) -> Level | None:
    return None if a.status == b.status else ("status_differs", {"a": a.status, "b": b.status})


def compare_days(a: Profile, b: Profile) -> Level | None:
    """Days against days, else against the days before an undated main story; nothing can be told before it happened."""
    if a.days and b.days:
        return _days_level(a, b)
    dated, undated = (a, b) if a.days else (b, a)
    if dated.days is None:
        return _told_level(a, b)
    facts = {"day": _day(dated.days[0])}
    if undated.published is not None:
        facts["published"] = _day(undated.published)
        if dated.days[0] > undated.published + 1:
            return "told_before", facts
    if undated.told is None or dated.span > 2 * NEWS_DAYS:
        return None
    late = undated.told[1] - dated.days[1]
    if late <= NEWS_DAYS:
        return "told_then", facts
    return ("told_later" if late <= 60 else "told_long_after"), facts


def _told_level(a: Profile, b: Profile) -> Level | None:
    if a.told is None or b.told is None:
        return None
    late = abs(a.told[1] - b.told[1])
    facts = {"a": _day(a.told[1]), "b": _day(b.told[1])}
    if late <= NEWS_DAYS // 2:
        return "told_then", facts
    return ("told_later" if late <= 60 else "told_long_after"), facts


def _days_level(a: Profile, b: Profile) -> Level:
    assert a.days and b.days
    gap = max(a.days[0], b.days[0]) - min(a.days[1], b.days[1])
    widest = max(a.span, b.span)
    facts = {"a": _days(a.days), "b": _days(b.days)}
    if gap <= 0:
        level = "day_same" if widest <= 2 else "week_holds" if widest <= 10 else "month_holds" if widest <= 45 else "year_holds"
        return level, facts
    facts["days"] = str(gap)
    return ("day_beside" if gap == 1 else "days_near" if gap <= 4 else "days_apart" if gap <= 30 else "days_far"), facts


def _days(days: tuple[int, int]) -> str:
    return _day(days[0]) if days[0] == days[1] else f"{_day(days[0])}/{_day(days[1])}"


def _day(ordinal: int) -> str:
    return dt.date.fromordinal(max(1, ordinal)).isoformat()


def compare_place(a: Profile, b: Profile) -> Level | None:
    """Points by distance, areas by what they hold, each as exactly as it is told."""
    if a.place is None or b.place is None:
        return None
    standing = _standing(a.place, b.place)
    if standing.kind == "unknown":
        return None
    facts = {"a": a.place.name, "b": b.place.name} | ({"km": str(round(standing.km))} if standing.km is not None else {})
    return _place_level(standing), facts


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
    return (
        None if kin is None else ("perpetrator_differs" if kin == "none" else f"perpetrator_{kin}", _both(a.perpetrators, b.perpetrators))
    )


def compare_targets(a: Profile, b: Profile) -> Level | None:
    kin = _kin(a.targets, b.targets)
    if kin is None:
        return None
    if kin == "none" and _crossed(a, b):
        return None
    level = {"none": "target_differs", "allied": "target_state"}.get(kin, f"target_{kin}")
    return level, _both(a.targets, b.targets)


def compare_sides(a: Profile, b: Profile) -> Level | None:
    """Of a clash one outlet names as attacker whom the other names as attacked."""
    return ("sides_same", _both(a.perpetrators, b.targets)) if _crossed(a, b) else None


def _crossed(a: Profile, b: Profile) -> bool:
    if "armed_clash" not in (a.event_type, b.event_type):
        return False
    return _kin(a.perpetrators, b.targets) in ("same", "part", "state") and _kin(a.targets, b.perpetrators) in ("same", "part", "state")


def _kin(a: Iterable[Named], b: Iterable[Named]) -> str | None:
    """The nearest kinship between two sides; None where one is not told, or nothing is known of either."""
    found = {_kinship(_bare(one), _bare(other)) for one in a for other in b} - {"unknown"}
    return next((kin for kin in _KIN if kin in found), None)


_Bare = tuple[str, str | None, str | None]


def _bare(named: Named) -> _Bare:
    return named.name, named.actor, named.kind


@lru_cache(maxsize=1 << 17)
def _kinship(a: _Bare, b: _Bare) -> str:
    nowhere = Mention(0, 0, "")
    return named_kinship(Named(nowhere, *a), Named(nowhere, *b))


def _both(a: Iterable[Named], b: Iterable[Named]) -> dict[str, str]:
    return {"a": ", ".join(n.name for n in a if not is_nobody(n)), "b": ", ".join(n.name for n in b if not is_nobody(n))}


def compare_victims(a: Profile, b: Profile) -> Level | None:
    """The best pair of names; two different names speak against only where each tells of one or two."""
    if not a.victims or not b.victims:
        return None
    best, one, other = max((_likeness(x, y), x, y) for x in a.victims for y in b.victims)
    facts = {"a": one, "b": other}
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
    (low, low_max), (high, _) = sorted((a.killed, b.killed), key=lambda r: (r[0], r[1] is None, r[1] or 0))
    facts = {"a": _number(a.killed), "b": _number(b.killed)}
    if low == high:
        level = "killed_none" if low == 0 else "killed_same_many" if low >= 10 else "killed_same" if low >= 3 else "killed_same_few"
        return level, facts
    if low_max is None or low_max >= high:
        return "killed_overlaps", facts
    if low_max * 2 >= high:
        return "killed_near", facts
    return ("killed_far" if low_max * 5 < high and high - low_max >= 10 else "killed_differs"), facts


def compare_injured(a: Profile, b: Profile) -> Level | None:
    if a.injured is None or b.injured is None:
        return None
    low, high = sorted((a.injured, b.injured), key=lambda r: (r[0], r[1] is None, r[1] or 0))
    facts = {"a": _number(a.injured), "b": _number(b.injured)}
    if low[0] == high[0] >= 3:
        return "injured_same", facts
    return ("injured_near" if low[1] is None or low[1] * 2 >= high[0] else "injured_differs"), facts


def _number(told: Range) -> str:
    low, high = told
    return f"{low}+" if high is None else str(low) if low == high else f"{low}-{high}"


def compare_weapons(a: Profile, b: Profile) -> Level | None:
    if not a.weapons or not b.weapons:
        return None
    shared = a.weapons & b.weapons
    if shared:
        return "weapon_shared", {"weapons": ", ".join(sorted(shared))}
    return "weapon_differs", {"a": ", ".join(sorted(a.weapons)), "b": ", ".join(sorted(b.weapons))}


def compare_wire(a: Profile, b: Profile) -> Level | None:
    """Copies of one text tell of one happening where the words around the two triggers are the same too."""
    if a.root != b.root or a.event_type != b.event_type or not a.words or not b.words:
        return None
    shared = len(a.words & b.words)
    return ("wire_same", {"first": a.root}) if shared >= _SAME_WORDS * min(len(a.words), len(b.words)) else None


COMPARISONS: tuple[Callable[[Profile, Profile], Level | None], ...] = (
    compare_type,
    compare_status,
    compare_days,
    compare_place,
    compare_perpetrators,
    compare_targets,
    compare_sides,
    compare_victims,
    compare_killed,
    compare_injured,
    compare_weapons,
    compare_wire,
)
