"""Low, best and high of what was told of the harmed, and the same claims as ACLED, UCDP and Airwars would count them.

What comes in are accounts of one happening and which reports are of one origin; what goes out are `Toll`s, each naming its rule and
its accounts. This file must not know who is right.

How it works
1. An origin (one wire text, one outlet) tells once: of its numbers the latest published counts, of one report the highest.
2. What is denied, planned or only one side's report of a denial is no claim of harm.
3. Of a group that stands for all (people, civilians and fighters together) and of each other group a toll is made of its own.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tahqiq.codebook import load_codebook
from tahqiq.model import Account, Report, Toll

WHOLE = ("unspecified", "mixed")
# Groups that do not overlap: children and women are civilians as well, or their status is not told.
PARTS = ("civilians", "combatants", "security_forces")
EFFECTS = ("killed", "injured", "missing", "detained", "abducted", "displaced")


@dataclass(frozen=True, slots=True)
class Count:
    """What one origin tells of one effect on one group: `max` None is open; `published` None sorts as long ago."""

    account: str
    origin: str
    effect: str
    who: str
    min: int
    max: int | None
    qualifier: str = "exact"
    published: dt.date | None = None


def counts(accounts: Iterable[Account], reports: Mapping[str, Report], origins: Mapping[str, str]) -> tuple[Count, ...]:
    """One count for each origin, effect and group, and one of the whole where only its parts were told."""
    told: dict[tuple[str, str, str], Count] = {}
    for account in accounts:
        if account.status in ("denied", "planned"):
            continue
        report = reports.get(account.report)
        for count in _counts(account, origins.get(account.report, account.report), report.published if report else None):
            key = (count.origin, count.effect, count.who)
            if key not in told or _stands_over(count, told[key]):
                told[key] = count
    return tuple(sorted(told.values(), key=lambda c: (c.effect, c.who, c.min, c.account)))


def _counts(account: Account, origin: str, published: dt.date | None) -> list[Count]:
    rows: dict[tuple[str, str], Count] = {}
    for c in account.casualties:
        who = "unspecified" if c.who in WHOLE else c.who
        count = Count(account.id, origin, c.effect, who, c.min, c.max, c.qualifier, published)
        key = (c.effect, who)
        if key not in rows or _height(count) > _height(rows[key]):
            rows[key] = count
    for effect in {effect for effect, _ in rows}:
        whole = _whole(account.id, origin, effect, [count for (e, _), count in rows.items() if e == effect], published)
        if whole is not None:
            rows[effect, "unspecified"] = whole
    return list(rows.values())


def _whole(account: str, origin: str, effect: str, rows: Sequence[Count], published: dt.date | None) -> Count | None:
    """The whole as the sum of parts that do not overlap, where the whole was not told and somebody was harmed."""
    if any(count.who == "unspecified" for count in rows):
        return None
    parts = [count for count in rows if count.who in PARTS]
    if not any(count.who == "civilians" for count in parts):
        parts += [max(few, key=_height)] if (few := [c for c in rows if c.who in ("children", "women")]) and len(few) == 1 else few
    low = sum(count.min for count in parts)
    if low == 0:
        return None
    high = None if any(c.max is None for c in parts) else sum(c.max or 0 for c in parts)
    qualifier = parts[0].qualifier if len(parts) == 1 else "exact" if high == low else "at_least"
    return Count(account, origin, effect, "unspecified", low, high, qualifier, published)


def _height(count: Count) -> tuple[int, int]:
    return count.min, count.max if count.max is not None else count.min


def _stands_over(new: Count, old: Count) -> bool:
    """Of one origin's numbers the later published; of one day the higher, of equal ones the first by account."""
    days = (new.published or dt.date.min, old.published or dt.date.min)
    if days[0] != days[1]:
        return days[0] > days[1]
    return (*_height(new), old.account) > (*_height(old), new.account)


def tolls(counted: Sequence[Count]) -> tuple[Toll, ...]:
    """Low, best and high of every effect and group that was told; effects in the codebook's order, the whole before its parts."""
    groups: dict[tuple[str, str], list[Count]] = {}
    for count in counted:
        groups.setdefault((count.effect, count.who), []).append(count)
    order = {who: n for n, who in enumerate(("unspecified", *PARTS, "children", "women"))}
    ranked = sorted(groups, key=lambda key: (EFFECTS.index(key[0]) if key[0] in EFFECTS else 99, key[0], order.get(key[1], 99), key[1]))
    return tuple(_toll(groups[key]) for key in ranked)


def _toll(told: Sequence[Count]) -> Toll:
    low, high = min(count.min for count in told), _highest(told)
    best, rule = _best(told)
    return Toll(told[0].effect, told[0].who, low, best, high, rule, tuple(sorted({count.account for count in told})))


def _highest(told: Sequence[Count]) -> int | None:
    """The highest number told; None where somebody tells an open number that no closed one reaches."""
    closed = [count.max for count in told if count.max is not None]
    if any(count.max is None and count.min > max(closed, default=-1) for count in told):
        return None
    return max(closed, default=None)


def _best(told: Sequence[Count]) -> tuple[int, str]:
    """The number that most origins tell; of several such the latest published, of one day the lowest."""
    if len(told) == 1:
        return told[0].min, "single"
    times = Counter(count.min for count in told)
    if len(times) == 1:
        return told[0].min, "agreed"
    most = max(times.values())
    favoured = sorted(number for number, n in times.items() if n == most)
    if len(favoured) == 1:
        return favoured[0], "most_independent"
    latest = max(count.published or dt.date.min for count in told if count.min in favoured)
    last = [n for n in favoured if any(c.min == n and (c.published or dt.date.min) == latest for c in told)]
    return (last[0], "latest") if len(last) == 1 else (last[0], "conservative")


# -- views of the same claims -----------------------------------------------------------------------------------------


def acled(counted: Sequence[Count], *, war_zone: bool = False) -> Toll:
    """Fatalities as ACLED codes them: the lowest number told, words by its own numbers, none told is none.

    Args:
        war_zone: whether "several" and bare plurals count 10 instead of 3.

    Source: ACLED codebook, "Fatalities": where sources differ the most conservative estimate; injured are not counted.
    """
    told = [count for count in counted if count.effect == "killed" and count.who == "unspecified"]
    if not told:
        return Toll("killed", "unspecified", 0, 0, 0, "acled_none_told")
    numbers = {count.account: _acled_number(count, war_zone) for count in told}
    lowest = min(numbers.values())
    return Toll(
        "killed", "unspecified", lowest, lowest, lowest, "acled_lowest", tuple(sorted(a for a, n in numbers.items() if n == lowest))
    )


def _acled_number(count: Count, war_zone: bool) -> int:
    """ACLED's number where the text had only a word; a number beside the word stands."""
    words = load_codebook().word_count(count.qualifier) if count.qualifier in load_codebook().closed("qualifiers") else None
    if words is None or words.acled is None or words.min != count.min:
        return count.min
    return words.acled_large if war_zone and words.acled_large is not None else words.acled


def ucdp(counted: Sequence[Count]) -> Toll:
    """Deaths as UCDP GED codes them: lowest, most reliable and highest number told.

    Source: UCDP GED codebook, `low`, `best`, `high`. Which figure is the most reliable is there a coder's call; here it is the number that
    most independent origins tell. An open number is its own highest, as GED holds no open ones.
    """
    told = [count for count in counted if count.effect == "killed" and count.who == "unspecified"]
    if not told:
        return Toll("killed", "unspecified", 0, 0, 0, "ucdp_none_told")
    toll = _toll(told)
    high = max([toll.best, *(count.max if count.max is not None else count.min for count in told)])
    return Toll("killed", "unspecified", toll.low, toll.best, high, f"ucdp_{toll.rule}", toll.accounts)


def airwars(counted: Sequence[Count], *, who: str = "civilians", effect: str = "killed", named_victims: int = 0) -> Toll:
    """Minimum and maximum of one group as Airwars records them; the minimum is never below the victims known by name.

    Args:
        named_victims: distinct persons named among the group.

    Source: how an analyst sets minimum and maximum is not published; this is our reading of Airwars' published records: the lowest and
    highest figure of any accepted claim. Dead of untold status are no civilians.
    """
    told = [count for count in counted if count.effect == effect and count.who == who]
    if not told:
        return Toll(effect, who, named_victims, named_victims, named_victims, "airwars_named" if named_victims else "airwars_none_told")
    low = max(named_victims, min(count.min for count in told))
    high = max([low, *(count.max if count.max is not None else count.min for count in told)])
    rule = "airwars_named" if low == named_victims > min(count.min for count in told) else "airwars_lowest_to_highest"
    return Toll(effect, who, low, low, high, rule, tuple(sorted({count.account for count in told})))


VIEWS = {"acled": acled, "ucdp": ucdp, "airwars": airwars}
