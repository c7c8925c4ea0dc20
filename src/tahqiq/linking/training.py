"""What is learned from: pairs of main accounts of which persons said whether they are one, and how well weights do on pairs they never saw.

What comes in are accounts, reports and what persons said (a list of reports by happening, or decisions); what goes out are pairs and
figures. How weights come of pairs stands in `fitting`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from tahqiq.linking.clustering import NOT_SAME, SAME, STORY, cluster, judged
from tahqiq.linking.comparing import WHOLE, slot_levels
from tahqiq.linking.fitting import Pair, held_out
from tahqiq.linking.profiles import Profile, profiles
from tahqiq.linking.stories import Rarity, rarity
from tahqiq.linking.telling import compare_stories
from tahqiq.linking.weighing import Weights
from tahqiq.model import Account, Decision, Link, Reason, Report

# Bits under even odds at which two clusters become one. A cluster is judged by the mean over its pairs, of which some share little for
# want of words; at even odds held-out precision is no better and recall a tenth lower (decision 0009).
UNDER_EVEN = 0.8


@dataclass(frozen=True, slots=True)
class Figures:
    """How reports were put together by weights that never saw their happening, 0 to 1, as eval scores of linking are counted."""

    pair_precision: float
    pair_recall: float
    bcubed_f1: float
    cross_language_recall: float


def listed_pairs(
    accounts: Sequence[Account], reports: Mapping[str, Report], happening: Mapping[str, str], group: Mapping[str, str], weights: Weights
) -> tuple[Pair, ...]:
    """All pairs of main stories of a list of reports.

    Args:
        happening: which one a report mainly tells, by report; a report that is not in it tells one of its own.
        group: what is left out together when weights are tried, by report: a happening with those easily taken for it.
    """
    told, rare = _told(accounts, reports)
    found = []
    for a, b in combinations(told, 2):
        same = a.report in happening and happening[a.report] == happening.get(b.report)
        found.append(_pair(a, b, rare, weights, same, (group.get(a.report, a.report), group.get(b.report, b.report))))
    return tuple(found)


def decided_pairs(
    accounts: Sequence[Account], reports: Mapping[str, Report], decisions: Iterable[Decision], weights: Weights
) -> tuple[Pair, ...]:
    """The pairs of main stories on which a standing decision says that they are one, or that they are not; those of one subject a group."""
    told, rare = _told(accounts, reports)
    by_id = {profile.id: profile for profile in told}
    found: dict[tuple[str, str], Pair] = {}
    for kind, one, other in judged(decisions):
        if kind in (SAME, NOT_SAME) and one in by_id and other in by_id and by_id[one].report != by_id[other].report:
            a, b = sorted((by_id[one], by_id[other]), key=lambda profile: profile.id)
            found.setdefault((a.id, b.id), _pair(a, b, rare, weights, kind == SAME, (a.report, b.report)))
    return tuple(found[names] for names in sorted(found))


def tried(pairs: Sequence[Pair], languages: Mapping[str, str], happening: Mapping[str, str], weights: Weights) -> Figures:
    """The figures of clusters made with weights that were learned without the happening they are tried on."""
    even = weights.stories_joined_from + UNDER_EVEN
    reason = (Reason(STORY),)
    links = tuple(Link(a, b, score + even, reason) for (a, b), score in held_out(pairs).items())
    names = sorted({name for pair in pairs for name in (pair.a, pair.b)})
    got = {name: n for n, members in enumerate(cluster(names, links, (), weights)) for name in members}
    want = {name: happening.get(name, name) for name in names}
    return _figures(names, want, got, languages)


def _figures(names: Sequence[str], want: Mapping[str, str], got: Mapping[str, int], languages: Mapping[str, str]) -> Figures:
    pairs = list(combinations(names, 2))
    wanted = {(a, b) for a, b in pairs if want[a] == want[b]}
    found = {(a, b) for a, b in pairs if got[a] == got[b]}
    across = {(a, b) for a, b in wanted if languages[a] != languages[b]}
    mates = {a: {b for b in names if want[b] == want[a]} for a in names}
    put = {a: {b for b in names if got[b] == got[a]} for a in names}
    precision = sum(len(mates[a] & put[a]) / len(put[a]) for a in names) / max(1, len(names))
    recall = sum(len(mates[a] & put[a]) / len(mates[a]) for a in names) / max(1, len(names))
    return Figures(
        _share(wanted & found, found),
        _share(wanted & found, wanted),
        2 * precision * recall / (precision + recall) if precision + recall else 0.0,
        _share(across & found, across),
    )


def _share(part: set[tuple[str, str]], whole: set[tuple[str, str]]) -> float:
    return len(part) / len(whole) if whole else 0.0


def _told(accounts: Sequence[Account], reports: Mapping[str, Report]) -> tuple[list[Profile], Rarity]:
    told = [profile for profile in profiles(accounts, reports) if profile.story]
    return told, rarity(profile.story for profile in told if profile.story)


def _pair(a: Profile, b: Profile, rare: Rarity, weights: Weights, same: bool, groups: tuple[str, str]) -> Pair:
    features = tuple(feature for _, made_of, _ in compare_stories(a, b, rare) for feature in made_of)
    slots = sum(_slots(a, b, weights))
    return Pair(a.report, b.report, features, slots, same, groups)


def _slots(a: Profile, b: Profile, weights: Weights) -> Iterator[float]:
    return (weights.bits[level] for level, _ in slot_levels(a, b) if level not in WHOLE)
