"""Low, best and high of what was told of the harmed, over time, and the same claims as ACLED, UCDP and Airwars would count them.

What comes in are accounts of one happening and who tells them; what goes out are `Toll`s and `View`s, each naming its rule and its
accounts. This file must not know who is right.

How it works
1. An origin tells once: of its numbers those of its latest day stand, the earlier are superseded and kept. Of one outlet on one day the
   highest stands; what two outlets heard of one speaker on one day stands side by side.
2. A copy tells nothing of an effect that the text it copies gives a number of, and tells on the day of that text.
3. What is denied or planned is no claim of harm. "No civilian was killed" beside a number of civilians is a second number.
4. Of a group that stands for all (people, civilians and fighters together) and of each other group a toll is made of its own. Where only
   parts were told that do not overlap, their sum is the whole.
5. `low` is the lowest number that stands, `high` the highest, open where somebody tells an open number above all others. `best` is the
   number that most origins' words allow ("at least 90" allows 170); of several such the one told exactly by most, then the latest, then
   the lowest. The rule says which of these decided.
6. Two kinds of numbers stand in the values and in disputes and make no toll: a bare word ("several") where somebody tells a figure that it
   allows; and one or two harmed where two other origins tell ten times as many, since such a report tells of some of them.
7. Codebooks' views count the same numbers; nobody killed is not believed of those who did it where others tell of dead.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType

from tahqiq.codebook import load_codebook
from tahqiq.fold import folded
from tahqiq.model import Account, Report, Toll, TollStep, View

WHOLE = ("unspecified", "mixed")
# Groups that do not overlap: children and women are civilians as well, or their status is not told.
PARTS = ("civilians", "combatants", "security_forces")
EFFECTS = ("killed", "injured", "missing", "detained", "abducted", "displaced")
_GROUPS = ("unspecified", *PARTS, "children", "women")
_SOME = 2  # killed, up to whom a report may be telling of some of many
_TIMES = 10
_MOST_STEPS = 60  # days of telling that a toll is followed through; a happening told for longer is followed on its last ones


@dataclass(frozen=True, slots=True)
class Count:
    """What one origin tells of one effect on one group: `max` None is open; `published` None sorts as long ago.

    `outlet` tells hands apart within an origin; `side` is the party's whose word it is; `derived` is a sum of parts; `superseded` is a
    number that its origin has told anew since.
    """

    account: str
    origin: str
    effect: str
    who: str
    min: int
    max: int | None
    qualifier: str = "exact"
    published: dt.date | None = None
    report: str = ""
    outlet: str = ""
    side: str | None = None
    derived: bool = False
    superseded: bool = False

    @property
    def day(self) -> dt.date:
        return self.published or dt.date.min

    def allows(self, number: int) -> bool:
        return self.min <= number and (self.max is None or number <= self.max)


def counts(
    accounts: Iterable[Account],
    reports: Mapping[str, Report],
    origins: Mapping[str, str],
    copies: Mapping[str, str] | None = None,
    sides: Mapping[str, str | None] | None = None,
) -> tuple[Count, ...]:
    """The numbers that stand, by effect and group."""
    return standing(ever_told(accounts, reports, origins, copies, sides))


def ever_told(
    accounts: Iterable[Account],
    reports: Mapping[str, Report],
    origins: Mapping[str, str],
    copies: Mapping[str, str] | None = None,
    sides: Mapping[str, str | None] | None = None,
) -> tuple[Count, ...]:
    """Every number told, those superseded marked as such.

    Args:
        origins: for a report its origin.
        copies: for a report the one whose text it copies.
        sides: for an origin the side of the happening whose word it is.
    """
    believed = [account for account in accounts if account.status not in ("denied", "planned")]
    first = {a.report: root if (root := (copies or {}).get(a.report, a.report)) else a.report for a in believed}
    here = set(first)
    told_first = {(a.report, c.effect) for a in believed for c in a.casualties if first[a.report] == a.report}
    highest: dict[tuple[object, ...], Count] = {}
    for account in believed:
        root = first[account.report] if first[account.report] in here else account.report
        report, source = reports.get(root), reports.get(account.report)
        outlet = folded((source.forwarded_from or source.source or "") if source else "") or root
        origin = origins.get(account.report, account.report)
        for count in _counts(account, origin):
            if root != account.report and (root, count.effect) in told_first:
                continue
            day = report.published if report else None
            known = replace(count, published=day, report=account.report, outlet=outlet, side=(sides or {}).get(origin))
            key = (origin, outlet, day, count.effect, count.who, count.max == 0)
            if key not in highest or (*_height(known), highest[key].account) > (*_height(highest[key]), known.account):
                highest[key] = known
    return _marked(highest.values())


def _marked(told: Iterable[Count]) -> tuple[Count, ...]:
    """Which numbers their origin has told anew on a later day."""
    kept = list(told)
    last: dict[tuple[str, str, str], dt.date] = {}
    for count in kept:
        key = (count.origin, count.effect, count.who)
        last[key] = max(count.day, last.get(key, dt.date.min))
    marked = [replace(c, superseded=c.day < last[c.origin, c.effect, c.who]) for c in kept]
    return tuple(sorted(marked, key=lambda c: (c.effect, c.who, c.min, c.max is None, c.max or 0, c.account, c.day)))


def standing(told: Iterable[Count]) -> tuple[Count, ...]:
    """Those numbers that their origin has not told anew."""
    return tuple(count for count in told if not count.superseded)


def _counts(account: Account, origin: str) -> list[Count]:
    """One count for each effect and group of an account, the highest; beside it that nobody was harmed, where it tells that too."""
    rows: dict[tuple[str, str, bool], Count] = {}
    for c in account.casualties:
        who = "unspecified" if c.who in WHOLE else c.who
        count = Count(account.id, origin, c.effect, who, c.min, c.max, c.qualifier)
        key = (c.effect, who, c.max == 0)
        if key not in rows or _height(count) > _height(rows[key]):
            rows[key] = count
    for effect in sorted({effect for effect, _, _ in rows}):
        whole = _whole([count for (e, _, none), count in rows.items() if e == effect and not none], rows, effect)
        if whole is not None:
            rows[effect, "unspecified", False] = whole
    return list(rows.values())


def _whole(harmed: Sequence[Count], rows: Mapping[tuple[str, str, bool], Count], effect: str) -> Count | None:
    """The whole as the sum of parts that do not overlap, where the whole was not told and somebody was harmed."""
    if any((effect, "unspecified", none) in rows for none in (True, False)):
        return None
    parts = [count for count in harmed if count.who in PARTS]
    if not any(count.who == "civilians" for count in parts):
        parts += [max(few, key=_height)] if (few := [c for c in harmed if c.who in ("children", "women")]) and len(few) == 1 else few
    low = sum(count.min for count in parts)
    if low == 0:
        return None
    high = None if any(c.max is None for c in parts) else sum(c.max or 0 for c in parts)
    qualifier = parts[0].qualifier if len(parts) == 1 else "exact" if high == low else "at_least"
    return replace(parts[0], who="unspecified", min=low, max=high, qualifier=qualifier, derived=True)


def _height(count: Count) -> tuple[int, int]:
    return count.min, count.max if count.max is not None else count.min


# -- low, best and high -----------------------------------------------------------------------------------------------


def tolls(told: Sequence[Count]) -> tuple[Toll, ...]:
    """Low, best and high of every effect and group that was told; effects in the codebook's order, the whole before its parts."""
    groups: dict[tuple[str, str], list[Count]] = {}
    for count in told:
        groups.setdefault((count.effect, count.who), []).append(count)
    rank = {who: n for n, who in enumerate(_GROUPS)}
    ranked = sorted(groups, key=lambda key: (EFFECTS.index(key[0]) if key[0] in EFFECTS else 99, key[0], rank.get(key[1], 99), key[1]))
    return tuple(replace(_toll(standing(groups[key])), steps=_steps(groups[key])) for key in ranked)


def _telling(told: Sequence[Count]) -> Sequence[Count]:
    """Without bare words where figures are told, and without those who tell of some of the harmed only."""
    figures = [count for count in told if not _is_word(count)]
    kept = [count for count in told if not (_is_word(count) and any(count.allows(figure.min) for figure in figures))]
    return [count for count in kept if not _is_of_some(count, kept)]


def _is_word(count: Count) -> bool:
    return count.min > 0 and word_min(count.qualifier) == count.min


@lru_cache(maxsize=64)
def word_min(qualifier: str) -> int | None:
    """The least that a word such as `dozens` stands for, None for what qualifies a number."""
    return load_codebook().word_count(qualifier).min if qualifier in load_codebook().closed("qualifiers") else None


def _is_of_some(count: Count, told: Sequence[Count]) -> bool:
    if count.max is None or not 0 < count.max <= _SOME:
        return False
    return len({other.origin for other in told if other.min >= _TIMES * count.max} - {count.origin}) >= 2


def _toll(counted: Sequence[Count]) -> Toll:
    told = _telling(counted)
    low, high = min(count.min for count in told), _highest(told)
    best, rule = _best(told)
    return Toll(
        told[0].effect,
        told[0].who,
        low,
        best,
        high,
        rule,
        _accounts(counted),
        low_by=_accounts(count for count in told if count.min == low),
        best_by=_accounts(count for count in told if count.min == best),
        high_by=_accounts(count for count in told if count.max == high and (high is not None or count.min == max(c.min for c in told))),
    )


def _accounts(told: Iterable[Count]) -> tuple[str, ...]:
    return tuple(sorted({count.account for count in told}))


def _highest(told: Sequence[Count]) -> int | None:
    """The highest number told; None where somebody tells an open number that no closed one reaches."""
    closed = [count.max for count in told if count.max is not None]
    if any(count.max is None and count.min > max(closed, default=-1) for count in told):
        return None
    return max(closed, default=None)


def _best(told: Sequence[Count]) -> tuple[int, str]:
    numbers = sorted({count.min for count in told})
    if len(numbers) == 1:
        return numbers[0], "agreed" if len({count.origin for count in told}) > 1 else "single"
    allowing = {n: {c.origin for c in told if c.allows(n)} for n in numbers}
    exactly = {n: {c.origin for c in told if c.min == n} for n in numbers}
    favoured = [n for n in numbers if len(allowing[n]) == max(map(len, allowing.values()))]
    if len(favoured) == 1:
        return favoured[0], "most_independent" if allowing[favoured[0]] == exactly[favoured[0]] else "allowed_by_most"
    favoured = [n for n in favoured if len(exactly[n]) == max(len(exactly[m]) for m in favoured)]
    if len(favoured) == 1:
        return favoured[0], "most_independent"
    latest = max(count.day for count in told if count.min in favoured)
    last = [n for n in favoured if any(c.min == n and c.day == latest for c in told)]
    return last[0], "latest" if len(last) == 1 else "conservative"


def _steps(told: Sequence[Count]) -> tuple[TollStep, ...]:
    """What the toll was from day to day, where the days are known."""
    days = sorted({count.published for count in told if count.published})[-_MOST_STEPS:]
    found: list[TollStep] = []
    for day in days:
        known = _telling(standing(_marked([count for count in told if count.day <= day])))
        low, high, (best, rule) = min(c.min for c in known), _highest(known), _best(known)
        before = found[-1] if found else None
        if before is None or (before.low, before.best, before.high) != (low, best, high):
            found.append(TollStep(day, low, best, high, rule, tuple(sorted({c.report for c in known if c.published == day}))))
    return tuple(found)


# -- views of the same claims -----------------------------------------------------------------------------------------


def views(told: Sequence[Count], named: Mapping[tuple[str, str], int] = MappingProxyType({})) -> tuple[View, ...]:
    """The killed, and for Airwars the injured too, as other codebooks count them; none where nobody was told of.

    Args:
        named: distinct persons named, by effect and group.
    """
    harmed = [count for count in told if count.effect in ("killed", "injured")]
    if not harmed:
        return ()
    now = standing(harmed)
    groups = [(effect, who) for effect in ("killed", "injured") for who in _GROUPS if any((c.effect, c.who) == (effect, who) for c in now)]
    of_airwars = tuple(
        airwars(now, who=who, effect=effect, named_victims=named.get((effect, who), 0), ever=harmed) for effect, who in groups
    )
    return View("acled", (acled(now),)), View("ucdp", ucdp_split(now)), View("airwars", of_airwars)


def acled(counted: Sequence[Count], *, war_zone: bool = False) -> Toll:
    """Fatalities as ACLED codes them: the lowest number told, words by its own numbers, none told is none.

    Args:
        war_zone: whether "several" and bare plurals count 10 instead of 3.

    Source: ACLED codebook, "Fatalities": where sources differ the most conservative estimate; injured are not counted.
    """
    told = _telling(_believed([count for count in counted if count.effect == "killed" and count.who == "unspecified"]))
    if not told:
        return Toll("killed", "unspecified", 0, 0, 0, "acled_none_told")
    numbers = {count.account: _acled_number(count, war_zone) for count in told}
    lowest = min(numbers.values())
    by = tuple(sorted(a for a, n in numbers.items() if n == lowest))
    return Toll("killed", "unspecified", lowest, lowest, lowest, "acled_lowest", by)


def _believed(told: Sequence[Count]) -> Sequence[Count]:
    """Without "nobody was killed" in the words of those who did it, where others tell of dead."""
    if all(count.max == 0 for count in told):
        return told
    return [count for count in told if not (count.max == 0 and count.side == "perpetrators")]


def _acled_number(count: Count, war_zone: bool) -> int:
    """ACLED's number where the text had only a word; a number beside the word stands."""
    words = load_codebook().word_count(count.qualifier) if count.qualifier in load_codebook().closed("qualifiers") else None
    if words is None or words.acled is None or words.min != count.min:
        return count.min
    return words.acled_large if war_zone and words.acled_large is not None else words.acled


def ucdp(counted: Sequence[Count]) -> Toll:
    """Deaths as UCDP GED codes them: lowest, most reliable and highest number told.

    Source: UCDP GED codebook, `low`, `best`, `high`. Which figure is the most reliable is there a coder's call; here it is the number that
    most independent origins allow. An open number is its own highest, as GED holds no open ones.
    """
    told = _believed([count for count in counted if count.effect == "killed" and count.who == "unspecified"])
    if not told:
        return Toll("killed", "unspecified", 0, 0, 0, "ucdp_none_told")
    toll = _toll(told)
    high = max([toll.best, *(count.max if count.max is not None else count.min for count in _telling(told))])
    return Toll("killed", "unspecified", toll.low, toll.best, high, f"ucdp_{toll.rule}", toll.accounts)


def ucdp_split(counted: Sequence[Count]) -> tuple[Toll, ...]:
    """All deaths, then those of each group that was told; the rest of `best` are deaths of untold side.

    Source: UCDP GED codebook: `best` is the sum of the deaths of side A, side B, civilians and unknown. Where the groups add up to more
    than the number of all, their sum is `best`.
    """
    whole = ucdp(counted)
    killed = [count for count in counted if count.effect == "killed"]
    parts = [
        replace(_toll(told), rule="ucdp_part") for who in PARTS if (told := [c for c in killed if c.who == who]) and _toll(told).best > 0
    ]
    total = sum(part.best for part in parts)
    if total > whole.best:
        by = tuple(sorted({account for part in parts for account in part.accounts}))
        whole = Toll("killed", "unspecified", min(whole.low, total), total, max(whole.high or 0, total), "ucdp_sum_of_groups", by)
    return (whole, *(replace(part, high=max(part.best, part.high or 0)) for part in parts))


def airwars(
    counted: Sequence[Count], *, who: str = "civilians", effect: str = "killed", named_victims: int = 0, ever: Sequence[Count] = ()
) -> Toll:
    """Minimum and maximum of one group as Airwars records them; the minimum is never below the victims known by name.

    Args:
        counted: the numbers that stand.
        named_victims: distinct persons named among the group.
        ever: the superseded ones too, for the maximum.

    Source: how an analyst sets minimum and maximum is not published; this is our reading of Airwars' published records: the lowest figure
    that stands after the last update, and the highest ever told. Dead of untold status are no civilians.
    """
    told = _telling(_believed([count for count in counted if count.effect == effect and count.who == who]))
    if not told:
        return Toll(effect, who, named_victims, named_victims, named_victims, "airwars_named" if named_victims else "airwars_none_told")
    every = [*told, *(count for count in ever if count.effect == effect and count.who == who and count.superseded)]
    low = max(named_victims, min(count.min for count in told))
    high = max([low, *(count.max if count.max is not None else count.min for count in every)])
    rule = "airwars_named" if low == named_victims > min(count.min for count in told) else "airwars_lowest_to_highest"
    return Toll(effect, who, low, low, high, rule, _accounts(every))


VIEWS: Mapping[str, Callable[..., Toll]] = {"acled": acled, "ucdp": ucdp, "airwars": airwars}
