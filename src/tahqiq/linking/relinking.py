"""Links after some reports came, changed or went, without looking at all others: the same as `link` gives for all that are in now.

What comes in are the profiles of those reports as they were and as they are, and a `Shelf` on which all that was linked stands in its
blocks; what goes out are the links that are new or other, the pairs that are none any more, and what is to change on the shelf. Pure,
but for the asking. This file must not know where the shelf stands.

How it works
1. Each account that changed is compared with all in its blocks, as `blocking` has them; what it was linked to before is judged anew.
2. Where a block is crowded, an account more or less moves its neighbours apart or together. Pairs that meet no more lose their link,
   unless they meet elsewhere; pairs that meet now are compared.
3. How rare a term is must be what it was (`Rarity`): where it is not, everything is linked anew by `link`.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Protocol
from zlib import compress, decompress

import msgspec

from tahqiq.linking.blocking import CROWDED, CROWDED_COUNTRY, NEIGHBOURS, Entry, Key, entry, keys, may_be_one, parts_of
from tahqiq.linking.comparing import compare
from tahqiq.linking.numbering import key_number
from tahqiq.linking.profiles import Profile
from tahqiq.linking.stories import Rarity
from tahqiq.linking.weighing import Weights
from tahqiq.model import Link

Names = tuple[str, str]
Pair = tuple[int, int]


class Shelf(Protocol):
    """All accounts that were linked, by what others may share with them."""

    def members(self, blocks: Collection[int]) -> Mapping[int, Sequence[Entry]]:
        """The accounts of these blocks, each block in order; a block that nobody is in may be left out."""

    def profiles(self, numbers: Collection[int]) -> Mapping[int, Profile]:
        """The profiles of the accounts of these numbers."""


@dataclass(frozen=True, slots=True)
class Relinked:
    """What is other now: links that stand, pairs that have none any more, entries of blocks that go and that come."""

    links: tuple[Link, ...]
    gone: frozenset[Names]
    out: tuple[tuple[int, Entry], ...]
    into: tuple[tuple[int, Entry], ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A block by its number. A part of a country's block counts where that is crowded, and the country's where it is not."""

    number: int
    key: Key
    whole: int | None = None

    @property
    def is_country(self) -> bool:
        return self.whole is None and self.key[0] == "country"


def blocks(profile: Profile, rare: Rarity) -> Iterator[Block]:
    """The blocks that an account stands in, among them the parts of those that may be crowded."""
    for key in dict.fromkeys(keys(profile, rare)):
        block = Block(key_number(key), key)
        yield block
        if block.is_country:
            yield from (Block(key_number((*key, part)), key, block.number) for part in dict.fromkeys(parts_of(profile)))


def packed(profile: Profile) -> bytes:
    """The profile in as few bytes as keep it, for `unpacked`."""
    return compress(msgspec.msgpack.encode(profile), 1)


def unpacked(content: bytes) -> Profile:
    return _profiles.decode(decompress(content))


_profiles = msgspec.msgpack.Decoder(Profile)


def relink(
    before: Sequence[Profile],
    after: Sequence[Profile],
    shelf: Shelf,
    standing: Callable[[Collection[str]], Iterable[Link]],
    weights: Weights,
    rare: Rarity,
) -> Relinked:
    """What is other when these accounts are as `after` instead of as `before`, which is how the shelf has them.

    Args:
        standing: gives the links that stand of accounts of these names, with any others.
    """
    work = _Work(shelf, weights, rare, before, after)
    changed = {profile.id for profile in (*before, *after)}
    old = {(link.a, link.b): link for link in standing(changed)} if before else {}
    found = {(link.a, link.b): link for link in work.compared(work.met_by_changed())}
    lost, gained = work.moved()
    if lost:
        others = {(link.a, link.b) for link in standing({name for pair in lost for name in pair}) if (link.a, link.b) in lost}
        lost = {pair for pair in others if not work.meet(*pair)}
    if gained:
        found |= {(link.a, link.b): link for link in work.compared(gained)}
    return Relinked(
        tuple(found[pair] for pair in sorted(found) if old.get(pair) != found[pair]),
        frozenset(lost | {pair for pair in old if pair not in found}),
        tuple(sorted(work.out)),
        tuple(sorted(work.into)),
    )


@dataclass(slots=True)
class _Work:
    """One relinking: blocks as they were and as they are, and the profiles that were met."""

    shelf: Shelf
    weights: Weights
    rare: Rarity
    before: Sequence[Profile]
    after: Sequence[Profile]
    out: set[tuple[int, Entry]] = field(default_factory=set)
    into: set[tuple[int, Entry]] = field(default_factory=set)
    _blocks: dict[int, Block] = field(default_factory=dict)
    _was: dict[int, Sequence[Entry]] = field(default_factory=dict)
    _is: dict[int, Sequence[Entry]] = field(default_factory=dict)
    _known: dict[int, Profile] = field(default_factory=dict)
    _own: dict[int, list[Block]] = field(default_factory=dict)
    _gone: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        gone = {(block.number, entry(profile)) for profile in self.before for block in self._blocks_of(profile)}
        come = {(block.number, entry(profile)) for profile in self.after for block in self._blocks_of(profile)}
        self._own = {entry(profile)[1]: list(self._blocks_of(profile)) for profile in self.after}
        self._known = {entry(profile)[1]: profile for profile in self.after}
        self._gone = {entry(profile)[1] for profile in self.before} - set(self._own)
        self.out, self.into = gone - come, come - gone
        self._load({number for number, _ in gone | come})

    def _blocks_of(self, profile: Profile) -> Iterator[Block]:
        for block in blocks(profile, self.rare):
            self._blocks[block.number] = block
            yield block

    def _load(self, numbers: Collection[int]) -> None:
        missing = [number for number in numbers if number not in self._was]
        found = self.shelf.members(missing)
        moved: dict[int, list[tuple[Entry, bool]]] = {}
        for changes, is_in in ((self.out, False), (self.into, True)):
            for number, one in changes:
                moved.setdefault(number, []).append((one, is_in))
        for number in missing:
            self._was[number] = found.get(number, ())
            self._is[number] = _moved(self._was[number], moved[number]) if number in moved else self._was[number]

    # -- who meets whom ---------------------------------------------------------------------------------------------------

    def met_by_changed(self) -> set[Pair]:
        """The pairs of an account that changed and another, of those that are in now, that are worth comparing."""
        found: set[tuple[int, Pair]] = set()
        for profile in self.after:
            own = entry(profile)
            for block in self._own[own[1]]:
                found.update((block.number, _pair(own[1], other)) for other in self._near(block, own) if other != own[1])
        self._meet_all({number for _, pair in found for number in pair})
        return {pair for block, pair in found if self._may_be_one(self._blocks[block], pair)}

    def _near(self, block: Block, own: Entry) -> Iterator[int]:
        members = self._is[block.number]
        if not self._counts(block, self._is):
            return
        if len(members) <= (CROWDED_COUNTRY if block.is_country else CROWDED):
            yield from (number for _, number in members)
            return
        at = bisect_left(members, own)
        yield from (number for _, number in members[max(0, at - NEIGHBOURS) : at + NEIGHBOURS + 1])

    def _counts(self, block: Block, sizes: Mapping[int, Sequence[Entry]]) -> bool:
        if block.is_country:
            return len(sizes[block.number]) <= CROWDED_COUNTRY
        return block.whole is None or len(sizes[block.whole]) > CROWDED_COUNTRY

    def moved(self) -> tuple[set[Names], set[Pair]]:
        """Pairs of accounts that did not change: those that a block brought together before and does not now, and the other way round."""
        lost: set[tuple[int, Pair]] = set()
        gained: set[tuple[int, Pair]] = set()
        touched = {number for number, _ in (*self.out, *self.into)}
        for number in touched | {self._blocks[n].number for n in self._blocks if self._blocks[n].whole in touched}:
            block = self._blocks[number]
            was, now = self._was[number], self._is[number]
            if len(was) < len(now) <= (CROWDED_COUNTRY if block.is_country else CROWDED) and block.whole is None:
                continue  # nobody was moved apart
            pairs_before = set(_pairs(was, block.is_country)) if self._counts(block, self._was) else set()
            pairs_after = set(_pairs(now, block.is_country)) if self._counts(block, self._is) else set()
            lost.update((number, pair) for pair in pairs_before - pairs_after if not self._changed(pair))
            gained.update((number, pair) for pair in pairs_after - pairs_before if not self._changed(pair))
        self._meet_all({number for _, pair in lost | gained for number in pair})
        names = {self._names(pair) for _, pair in lost}
        return names, {pair for number, pair in gained if self._may_be_one(self._blocks[number], pair)}

    def _changed(self, pair: Pair) -> bool:
        return pair[0] in self._own or pair[1] in self._own or not self._gone.isdisjoint(pair)

    def meet(self, a: str, b: str) -> bool:
        """Whether the two are still worth comparing by any block that they share."""
        pair = [next(p for p in self._known.values() if p.id == name) for name in (a, b)]
        entries = [entry(profile) for profile in pair]
        shared = {block.number: block for block in blocks(pair[0], self.rare)}
        both = [shared[block.number] for block in blocks(pair[1], self.rare) if block.number in shared]
        self._blocks.update((block.number, block) for block in both)
        self._load([block.number for block in both])
        return any(entries[1][1] in self._near(block, entries[0]) and may_be_one(block.key, *pair) for block in both)

    # -- comparing --------------------------------------------------------------------------------------------------------

    def compared(self, pairs: Collection[Pair]) -> Iterator[Link]:
        for a, b in pairs:
            link = compare(self._known[a], self._known[b], self.weights, self.rare, keep_all=False)
            if link is not None:
                yield link

    def _may_be_one(self, block: Block, pair: Pair) -> bool:
        return may_be_one(block.key, self._known[pair[0]], self._known[pair[1]])

    def _names(self, pair: Pair) -> Names:
        a, b = sorted((self._known[pair[0]].id, self._known[pair[1]].id))
        return a, b

    def _meet_all(self, numbers: Collection[int]) -> None:
        self._known.update(self.shelf.profiles([number for number in numbers if number not in self._known]))


def _moved(members: Sequence[Entry], changes: Iterable[tuple[Entry, bool]]) -> list[Entry]:
    found = list(members)
    for one, is_in in changes:
        at = bisect_left(found, one)
        is_there = at < len(found) and found[at] == one
        if is_in and not is_there:
            insort(found, one)
        elif not is_in and is_there:
            del found[at]
    return found


def _pairs(members: Sequence[Entry], is_country: bool) -> Iterator[Pair]:
    """The pairs that a block brings together."""
    numbers = [number for _, number in members]
    if len(members) <= (CROWDED_COUNTRY if is_country else CROWDED):
        yield from (_pair(a, b) for a, b in combinations(numbers, 2))
        return
    for at, a in enumerate(numbers):
        yield from (_pair(a, b) for b in numbers[at + 1 : at + 1 + NEIGHBOURS])


def _pair(a: int, b: int) -> Pair:
    return (a, b) if a < b else (b, a)
