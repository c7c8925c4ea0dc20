"""Links and decisions to clusters: accounts of one happening together, whatever order they came in.

What comes in are account ids, links and decisions; what goes out are clusters, each in order of id. This file must not know what an
account tells.

How it works
1. A person's word comes first. Of two that say opposite things of a pair the later holds; one that was taken back says nothing.
2. The two clusters that agree best on average become one, and so on, until none agree by `joined_from` with a pair at `threshold`.
   A pair without a link counts as `unlike`, so a chain does not swallow what only its ends resemble; but not where a person has
   put unlike accounts together.
3. Where both clusters hold main stories, the pairs of these decide: what a report tells by the way has no voice in what it is about. They
   become one from `stories_joined_from` on; a pair that was too unlike to be kept counts as `stories_unlike`.
4. A link between two that no chain of links at `threshold` or of persons' words joins says nothing: they can never come together. So
   the accounts of a chain can be clustered without the others.
5. Ties go by the clusters' first ids, so the result hangs on the links alone.
"""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from tahqiq.linking.weighing import Weights
from tahqiq.model import Decision, Link

SAME, NOT_SAME, TAKE_BACK = "same", "not_same", "take_back"
STORY = "story_main"  # the reason that every link between two main stories has


@dataclass(slots=True)
class _Between:
    """What is known of the pairs between two clusters."""

    total: float = 0.0
    count: int = 0
    best: float = float("-inf")
    stories_total: float = 0.0
    stories: int = 0

    def add(self, other: "_Between") -> None:
        self.total += other.total
        self.count += other.count
        self.stories_total += other.stories_total
        self.stories += other.stories
        self.best = max(self.best, other.best)


@dataclass(slots=True)
class _Clusters:
    """Clusters as they grow, named by the number of one of their accounts."""

    weights: Weights
    members: dict[int, list[int]]
    between: dict[int, dict[int, _Between]] = field(default_factory=dict)
    never: dict[int, set[int]] = field(default_factory=dict)
    home: dict[int, int] = field(default_factory=dict)
    judged: set[int] = field(default_factory=set)
    stories: dict[int, int] = field(default_factory=dict)

    def mean(self, a: int, b: int) -> float:
        known = self.between.get(a, {}).get(b)
        pairs = len(self.members[a]) * len(self.members[b])
        if known is None:
            return self.weights.unlike
        if a in self.judged or b in self.judged:  # unlike accounts that a person put together must not drive the others out
            return known.total / known.count
        if stories := self.stories.get(a, 0) * self.stories.get(b, 0):
            return (known.stories_total + self.weights.stories_unlike * (stories - known.stories)) / stories
        return (known.total + self.weights.unlike * (pairs - known.count)) / pairs

    def may_join(self, a: int, b: int) -> bool:
        known = self.between.get(a, {}).get(b)
        return (
            known is not None
            and known.best >= self.weights.threshold
            and self.mean(a, b) >= self.joined_from(a, b)
            and b not in self.never.get(a, ())
        )

    def joined_from(self, a: int, b: int) -> float:
        both = self.stories.get(a) and self.stories.get(b)
        return self.weights.stories_joined_from if both else self.weights.joined_from

    def join(self, a: int, b: int) -> int:
        """The two are one, under the name of the larger."""
        kept, gone = (a, b) if (len(self.members[a]), -min(self.members[a])) >= (len(self.members[b]), -min(self.members[b])) else (b, a)
        for account in self.members.pop(gone):
            self.members[kept].append(account)
            self.home[account] = kept
        if gone in self.judged:
            self.judged.add(kept)
        if gone in self.stories:
            self.stories[kept] = self.stories.get(kept, 0) + self.stories.pop(gone)
        mine = self.between.setdefault(kept, {})
        mine.pop(gone, None)
        for other, known in self.between.pop(gone, {}).items():
            if other == kept:
                continue
            mine.setdefault(other, _Between()).add(known)
            theirs = self.between[other]
            theirs.pop(gone, None)
            theirs[kept] = mine[other]
        for other in self.never.pop(gone, set()):
            self.never[other].discard(gone)
            self.never[other].add(kept)
            self.never.setdefault(kept, set()).add(other)
        return kept


def cluster(ids: Iterable[str], links: Sequence[Link], decisions: Iterable[Decision], weights: Weights) -> tuple[tuple[str, ...], ...]:
    """Every id in one cluster; clusters in order of their first id."""
    names = sorted(set(ids))
    number = {name: n for n, name in enumerate(names)}
    clusters = _Clusters(weights, {n: [n] for n in range(len(names))}, home={n: n for n in range(len(names))})
    said = [(kind, number[one], number[other]) for kind, one, other in judged(decisions) if one in number and other in number]
    known = [(number[link.a], number[link.b], link) for link in links if link.a in number and link.b in number and link.a != link.b]
    sure = [(a, b) for a, b, link in known if link.score >= weights.threshold] + [(a, b) for kind, a, b in said if kind == SAME]
    chain = _chains(len(names), sure)
    for a, b, link in known:
        if chain[a] == chain[b]:
            _know(clusters, a, b, link)
    for kind, a, b in said:
        _obey(clusters, kind, clusters.home[a], clusters.home[b])
    _grow(clusters)
    return tuple(sorted(tuple(sorted(names[n] for n in members)) for members in clusters.members.values()))


def _chains(count: int, pairs: Iterable[tuple[int, int]]) -> list[int]:
    """For each number the first of those that a chain of pairs joins it with."""
    first = list(range(count))

    def find(n: int) -> int:
        while first[n] != n:
            first[n] = first[first[n]]
            n = first[n]
        return n

    for a, b in pairs:
        one, other = sorted((find(a), find(b)))
        first[other] = one
    return [find(n) for n in range(count)]


def _know(clusters: _Clusters, a: int, b: int, link: Link) -> None:
    known = clusters.between.setdefault(a, {}).setdefault(b, _Between())
    clusters.between.setdefault(b, {})[a] = known
    if known.count:
        known.total, known.count, known.stories_total, known.stories = 0.0, 0, 0.0, 0
    of_stories = _is_of_stories(link)
    known.add(_Between(link.score, 1, link.score, link.score * of_stories, int(of_stories)))
    if of_stories:
        clusters.stories.update({a: 1, b: 1})


def _is_of_stories(link: Link) -> bool:
    return any(reason.code == STORY for reason in link.reasons)


def _obey(clusters: _Clusters, kind: str, a: int, b: int) -> None:
    """Newest decisions come first: what an older one says against them is not done."""
    if a == b:
        return
    if kind == NOT_SAME:
        clusters.never.setdefault(a, set()).add(b)
        clusters.never.setdefault(b, set()).add(a)
    elif b not in clusters.never.get(a, ()):
        clusters.judged.add(clusters.join(a, b))


def _grow(clusters: _Clusters) -> None:
    heap: list[tuple[float, int, int, int, int]] = []

    def offer(a: int, b: int) -> None:
        if clusters.may_join(a, b):
            one, other = sorted((a, b), key=lambda n: min(clusters.members[n]))
            heapq.heappush(
                heap,
                (
                    -round(clusters.mean(a, b), 6),
                    min(clusters.members[one]),
                    min(clusters.members[other]),
                    len(clusters.members[one]),
                    len(clusters.members[other]),
                ),
            )

    for a, others in clusters.between.items():
        for b in others:
            if a < b:
                offer(a, b)
    while heap:
        _, first, second, size, other_size = heapq.heappop(heap)
        a, b = clusters.home[first], clusters.home[second]
        if a == b or (len(clusters.members[a]), len(clusters.members[b])) != (size, other_size) or not clusters.may_join(a, b):
            continue
        kept = clusters.join(a, b)
        for other in tuple(clusters.between.get(kept, ())):
            offer(kept, other)


def judged(decisions: Iterable[Decision]) -> Iterator[tuple[str, str, str]]:
    """What persons said of pairs, newest first, without what was taken back."""
    ordered = sorted(decisions, key=lambda d: (d.at, d.id), reverse=True)
    taken_back = {str(d.value.get("decision", d.subject)) for d in ordered if d.kind == TAKE_BACK}
    for decision in ordered:
        if decision.kind not in (SAME, NOT_SAME) or decision.id in taken_back:
            continue
        told = decision.value.get("accounts", ())
        accounts = dict.fromkeys([decision.subject, *map(str, told)] if decision.kind == NOT_SAME else [*map(str, told), decision.subject])
        if decision.kind == NOT_SAME:
            yield from ((NOT_SAME, decision.subject, other) for other in accounts if other != decision.subject)
        else:
            yield from ((SAME, one, other) for one, other in combinations(accounts, 2))
