"""Linking: which accounts, of whatever report and language, tell of one happening.

What comes in are accounts, their reports and persons' decisions; what goes out are links with readable reasons, and clusters. Pure:
the order of what comes in is no matter. This stage must not know the ledger, nor what is made of a cluster.

A decision about pairs has the kind `same` or `not_same`, an account's id as subject and the other accounts' ids in `value["accounts"]`;
one of the kind `take_back` names in `value["decision"]` the decision that it takes back.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tahqiq.linking.blocking import candidates
from tahqiq.linking.clustering import cluster
from tahqiq.linking.comparing import compare
from tahqiq.linking.profiles import ALONE, Profile, main_account, profiles
from tahqiq.linking.stories import Rarity, rarity
from tahqiq.linking.weighing import Weights, load_weights
from tahqiq.model import Account, Decision, Link, Report

__all__ = [
    "ALONE",
    "Linking",
    "Weights",
    "clusters",
    "clusters_among",
    "explain",
    "explain_all",
    "link",
    "link_whole",
    "load_weights",
    "main_account",
]


@dataclass(frozen=True, slots=True)
class Linking:
    """Links with what they were made from: all profiles by id, and how rare terms are."""

    links: tuple[Link, ...]
    profiles: tuple[Profile, ...]
    rare: Rarity


def link(accounts: Sequence[Account], reports: Mapping[str, Report], weights: Weights | None = None) -> tuple[Link, ...]:
    """Links between accounts of different reports that are of one happening, or near to it; by id.

    Those from `Weights.threshold` on are held to be of one happening; those between `kept_from` and it are kept to say why not.
    """
    return link_whole(accounts, reports, weights).links


def link_whole(
    accounts: Sequence[Account], reports: Mapping[str, Report], weights: Weights | None = None, roots: Mapping[str, str] | None = None
) -> Linking:
    """As `link`, with what `relinking` goes on from.

    Args:
        roots: for each report the first of its copies, where that is known already.
    """
    worth = weights or load_weights()
    told = profiles(accounts, reports, roots)
    rare = rarity(profile.story for profile in told if profile.story)
    found = (compare(told[a], told[b], worth, rare, keep_all=False) for a, b in candidates(told, rare))
    return Linking(tuple(sorted((one for one in found if one is not None), key=lambda one: (one.a, one.b))), told, rare)


def explain(a: Account, b: Account, reports: Mapping[str, Report], weights: Weights | None = None) -> Link:
    """What two accounts have in common and what not, in bits, whether or not they are linked.

    Each is held to be what its report mainly tells, and a word to be as rare as it is among these reports; see `explain_all`.
    """
    return next(explain_all(((a, b),), (a, b), reports, weights))


def explain_all(
    pairs: Iterable[tuple[Account, Account]], accounts: Sequence[Account], reports: Mapping[str, Report], weights: Weights | None = None
) -> Iterator[Link]:
    """As `link` would compare these pairs, in their order, whether or not they are linked.

    Args:
        accounts: all of the reports that the pairs are of, so that it is known what each mainly tells.
        reports: those among which it is judged how rare a word is.
    """
    worth = weights or load_weights()
    told = {profile.id: profile for profile in profiles(accounts, reports)}
    rare = rarity(profile.story for profile in told.values() if profile.story)
    for a, b in pairs:
        found = compare(told[a.id], told[b.id], worth, rare)
        assert found is not None  # nothing is too unlike to be explained
        yield found


def clusters(
    accounts: Sequence[Account], links: Sequence[Link], decisions: Iterable[Decision] = (), weights: Weights | None = None
) -> tuple[tuple[str, ...], ...]:
    """The accounts' ids by happening, each in one cluster; a person's word wins over any link."""
    ids = [account.id for account in accounts]
    ids += [name for one in links for name in (one.a, one.b) if name.startswith(ALONE)]
    return cluster(ids, links, decisions, weights or load_weights())


def clusters_among(
    names: Iterable[str], links: Sequence[Link], decisions: Iterable[Decision] = (), weights: Weights | None = None
) -> tuple[tuple[str, ...], ...]:
    """As `clusters`, of some alone: as they are among all, where no other is linked to one of them from the threshold on.

    Args:
        names: accounts' ids, and those of reports without an account.
        links: all that stand of these, with others too.
    """
    return cluster(names, links, decisions, weights or load_weights())
