"""All that was linked so far, held in memory, so that one more report is linked in the time it takes to look at those that are like it.

What comes in are reports with their accounts, one after the other in any order; what stands are the links that `link` would give for all
that are in. It is `relinking` on a shelf in memory; a ledger has a shelf of its own. This file must not know the ledger.
"""

from bisect import bisect_left, insort
from collections.abc import Collection, Mapping, Sequence

from tahqiq.linking.blocking import Entry, candidates, entry
from tahqiq.linking.comparing import compare
from tahqiq.linking.copies import Copies
from tahqiq.linking.profiles import Profile, report_profiles
from tahqiq.linking.relinking import blocks, relink
from tahqiq.linking.stories import is_counted, rarity, scale_of, stories
from tahqiq.linking.weighing import Weights, load_weights
from tahqiq.model import Account, Link, Report

Pair = tuple[str, str]


class Index:
    """Accounts by what others may share with them, and their links."""

    def __init__(self, weights: Weights | None = None) -> None:
        self._weights = weights or load_weights()
        self._shelf = _Memory()
        self._copies = Copies()
        self._of_report: dict[str, tuple[Report, Sequence[Account], tuple[Profile, ...]]] = {}
        self._links: dict[Pair, Link] = {}
        self._partners: dict[str, set[Pair]] = {}
        self._rare = rarity(())
        self._stories = 0

    def __len__(self) -> int:
        return len(self._shelf.entries)

    def add(self, report: Report, accounts: Sequence[Account]) -> tuple[Link, ...]:
        """The report is in; gives the links of its accounts with those of the others, by id. One that is in already gives none."""
        before = self._taken(report, accounts)
        if before is None:
            return ()
        after = [profile for name in self._copies.one_text(report.id) for profile in self._of_report[name][2]]
        if self._counts(report.id):
            self._link_all()
        else:
            found = relink(before, after, self._shelf, self._of, self._weights, self._rare)
            self._shelf.change(found.out, found.into, after)
            for pair in found.gone:
                self._forget(pair)
            for link in found.links:
                self._keep(link)
        mine = {profile.id for profile in self._of_report[report.id][2]}
        return tuple(sorted((one for one in self._of(mine)), key=lambda one: (one.a, one.b)))

    def take_in(self, report: Report, accounts: Sequence[Account]) -> bool:
        """The report is in, and nothing asked of it: for filling an index with what is linked already. False where it was in before."""
        before = self._taken(report, accounts)
        if before is None:
            return False
        after = [profile for name in self._copies.one_text(report.id) for profile in self._of_report[name][2]]
        if self._counts(report.id):
            self._shelve_all()
        else:
            out = [(block.number, entry(profile)) for profile in before for block in blocks(profile, self._rare)]
            self._shelf.change(out, [(b.number, entry(profile)) for profile in after for b in blocks(profile, self._rare)], after)
        return True

    def links(self) -> tuple[Link, ...]:
        """The links that stand, by id."""
        return tuple(self._links[pair] for pair in sorted(self._links))

    def _taken(self, report: Report, accounts: Sequence[Account]) -> list[Profile] | None:
        """The report is known; gives the profiles that are other with it, as they were: those whose text it shares. None: it was known."""
        if report.id in self._of_report:
            return None
        self._of_report[report.id] = (report, sorted(accounts, key=lambda account: account.id), ())
        before: list[Profile] = []
        one_text = self._copies.add(report)
        first = self._copies.first(report.id)
        for name in one_text:
            known, its, profiles = self._of_report[name]
            before += profiles
            story = stories((known,)).get(name)
            self._of_report[name] = (known, its, tuple(report_profiles(its, name, known, first, len(one_text) > 1, story)))
        return before

    def _counts(self, report: str) -> bool:
        """True where with this report terms are as rare as they were no more."""
        if not any(profile.story for profile in self._of_report[report][2]):
            return False
        self._stories += 1
        scale = scale_of(self._stories)
        return scale != self._rare.scale or is_counted(report, scale)

    def _shelve_all(self) -> list[Profile]:
        told = sorted((profile for _, _, profiles in self._of_report.values() for profile in profiles), key=lambda profile: profile.id)
        self._rare = rarity(profile.story for profile in told if profile.story)
        self._shelf = _Memory()
        self._shelf.change((), [(b.number, entry(p)) for p in told for b in blocks(p, self._rare)], told)
        return told

    def _link_all(self) -> None:
        told = self._shelve_all()
        self._links, self._partners = {}, {}
        for a, b in candidates(told, self._rare):
            link = compare(told[a], told[b], self._weights, self._rare, keep_all=False)
            if link is not None:
                self._keep(link)

    def _of(self, names: Collection[str]) -> list[Link]:
        return [self._links[pair] for pair in sorted({pair for name in names for pair in self._partners.get(name, ())})]

    def _keep(self, link: Link) -> None:
        self._links[link.a, link.b] = link
        for name in (link.a, link.b):
            self._partners.setdefault(name, set()).add((link.a, link.b))

    def _forget(self, pair: Pair) -> None:
        del self._links[pair]
        for name in pair:
            self._partners[name].discard(pair)


class _Memory:
    """A shelf in memory: in each block the numbers of its accounts, in order."""

    def __init__(self) -> None:
        self.entries: dict[int, tuple[Entry, Profile]] = {}
        self._blocks: dict[int, list[int]] = {}

    def members(self, blocks: Collection[int]) -> Mapping[int, Sequence[Entry]]:
        return {block: [self.entries[number][0] for number in self._blocks[block]] for block in blocks if block in self._blocks}

    def profiles(self, numbers: Collection[int]) -> Mapping[int, Profile]:
        return {number: self.entries[number][1] for number in numbers if number in self.entries}

    def change(self, out: Sequence[tuple[int, Entry]], into: Sequence[tuple[int, Entry]], told: Sequence[Profile]) -> None:
        """Entries go and come; these profiles are as given."""
        for number, (order, account) in out:
            block = self._blocks[number]
            del block[bisect_left(block, (order, account), key=self._entry)]
        for profile in told:
            self.entries[entry(profile)[1]] = (entry(profile), profile)
        for number, one in into:
            block = self._blocks.setdefault(number, [])
            if not block or self._entry(block[-1]) < one:
                block.append(one[1])
            else:
                insort(block, one[1], key=self._entry)

    def _entry(self, number: int) -> Entry:
        return self.entries[number][0]
