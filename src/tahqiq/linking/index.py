"""All that was linked so far, so that one more report is linked in the time it takes to look at those that are like it.

What comes in are reports with their accounts, one after the other in any order; what goes out are the new one's links, the same that
`link` would give for it among all that are in. This file must not know the ledger.

How it works
1. Blocks are those of `blocking`, under the hash of their key; each is kept in the order that a crowded one is compared in.
2. How rare a term is counts all stories that are in. A score that was given before is as it was then: whoever needs all scores as of now
   asks `link`.
"""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterator, Sequence

from tahqiq.linking.blocking import CROWDED, CROWDED_COUNTRY, NEIGHBOURS, Key, keys, may_be_one, order, parts_of, slot_keys, story_postings
from tahqiq.linking.comparing import compare
from tahqiq.linking.copies import Copies
from tahqiq.linking.profiles import Profile, report_profiles
from tahqiq.linking.stories import Rarity, stories
from tahqiq.linking.weighing import Weights, load_weights
from tahqiq.model import Account, Link, Report


class Index:
    """Accounts by what others may share with them."""

    def __init__(self, weights: Weights | None = None) -> None:
        self._weights = weights or load_weights()
        self._profiles: list[Profile] = []
        self._orders: list[tuple[object, ...]] = []
        self._blocks: dict[int, list[int]] = {}
        self._having: Counter[str] = Counter()
        self._stories = 0
        self._copies = Copies()
        self._of_report: dict[str, tuple[Report, Sequence[Account], list[int]]] = {}

    def __len__(self) -> int:
        return len(self._profiles)

    def add(self, report: Report, accounts: Sequence[Account]) -> tuple[Link, ...]:
        """The report is in; gives the links of its accounts with those of the others, by id. One that is in already gives none."""
        if not self.take_in(report, accounts):
            return ()
        numbers = self._of_report[report.id][2]
        one_text = self._copies.one_text(report.id)
        rare = Rarity(self._stories, self._having)
        pairs = ((self._profiles[n], self._profiles[other]) for n in numbers for other in sorted(self._like(n, rare, one_text)))
        found = (compare(one, other, self._weights, rare, keep_all=False) for one, other in pairs)
        return tuple(sorted((link for link in found if link is not None), key=lambda link: (link.a, link.b)))

    def take_in(self, report: Report, accounts: Sequence[Account]) -> bool:
        """The report is in, and nothing asked of it: for filling an index with what is linked already. False where it was in before."""
        if report.id in self._of_report:
            return False
        story = stories((report,)).get(report.id)
        if story is not None:
            self._having.update(story.terms)
            self._stories += 1
        one_text = self._copies.add(report)
        ordered = sorted(accounts, key=lambda account: account.id)
        numbers: list[int] = []
        self._of_report[report.id] = (report, ordered, numbers)
        for profile in report_profiles(ordered, report.id, report, self._copies.first(report.id), len(one_text) > 1, story):
            numbers.append(len(self._profiles))
            self._put(profile)
        if len(one_text) > 1:
            self._copied(one_text)
        return True

    def _put(self, profile: Profile) -> None:
        number = len(self._profiles)
        self._profiles.append(profile)
        self._orders.append(order(profile))
        if profile.story is not None:
            for key in story_postings(profile):
                if len(key) > 2 or self._having[str(key[1])] <= CROWDED:
                    self._into(key, number)
        for key in slot_keys(profile):
            self._into(key, number)
            if key[0] == "country":
                for part in parts_of(profile):
                    self._into((key, part), number)

    def _into(self, key: Key, number: int) -> None:
        block = self._blocks.setdefault(hash(key), [])
        if not block or block[-1] != number:
            insort(block, number, key=self._orders.__getitem__)

    def _copied(self, one_text: Sequence[str]) -> None:
        """Those that were no copies before know what stands around their triggers, and all whose copies they are."""
        first = self._copies.first(one_text[0])
        for name in one_text:
            report, accounts, numbers = self._of_report[name]
            story = next((self._profiles[n].story for n in numbers if self._profiles[n].story), None)
            for n, profile in zip(numbers, report_profiles(accounts, name, report, first, True, story), strict=True):
                self._profiles[n] = profile

    def _like(self, number: int, rare: Rarity, one_text: Sequence[str]) -> set[int]:
        """The numbers of the accounts that are worth comparing with it."""
        profile = self._profiles[number]
        found = {n for name in one_text for n in self._of_report[name][2] if name != profile.report}
        for key in keys(profile, rare):
            block = self._blocks.get(hash(key), [])
            near = self._parts(key, block, profile, number) if key[0] == "country" else self._near(block, number)
            found.update(n for n in near if may_be_one(key, profile, self._profiles[n]))
        return found

    def _parts(self, key: Key, block: Sequence[int], profile: Profile, number: int) -> Iterator[int]:
        if len(block) <= CROWDED_COUNTRY:
            yield from block
            return
        for part in parts_of(profile):
            yield from self._near(self._blocks.get(hash((key, part)), []), number)

    def _near(self, block: Sequence[int], number: int) -> Sequence[int]:
        """All of a block, of a crowded one those beside it."""
        if len(block) <= CROWDED:
            return block
        at = bisect_left(block, self._orders[number], key=self._orders.__getitem__)
        return block[max(0, at - NEIGHBOURS) : at + NEIGHBOURS + 1]
