"""Which pairs of accounts are worth comparing, so that work grows with the accounts and not with their square.

What comes in are profiles; what goes out are pairs of their numbers, each once. This file must not know weights.

How it works: two accounts are compared where they share a key.
1. Days and cell: buckets of three days, widened by one; a degree of latitude and longitude, widened by a third.
2. Days and country, for whatever is told of a province, a region or no place. A large block of these is cut by type and side, by
   type and toll.
3. Without days: cell and type; country, side and target; country and toll. One of the two must be undated.
4. A victim's name by its sounds. One wire text. A term that few main stories have, whatever types they were read as; a place that many
   have, published in the same days.
5. Month, country and toll of ten or more, for days told wrongly.
A block that is still crowded is put in order of its own content, and each account compared with its neighbours only.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations
from zlib import crc32

from tahqiq.linking.comparing import in_family
from tahqiq.linking.names import name_blocks
from tahqiq.linking.numbering import number_of
from tahqiq.linking.profiles import Party, Profile
from tahqiq.linking.stories import Rarity, Story
from tahqiq.registries.relations import state_of

_BUCKET_DAYS = 3
_CELL_MARGIN = 0.34  # degrees, some 35 km: what is nearer than that shares a cell
CROWDED = 60  # accounts in a block: 1770 pairs
CROWDED_COUNTRY = 40  # accounts of one country and three days: from there on two must share a side or a toll besides
_DEADLY = 10  # killed: a toll of which a country has few in a month
NEIGHBOURS = 12
_NEWS_BUCKET = 4  # days of publication that meet, each bucket with the next
_POINTS = ("site", "settlement", "district")
_LOOSE_DAYS = 12  # a date that leaves more open than this is none for blocking
Key = tuple[object, ...]
Entry = tuple[int, int]  # an account in a block: its order, its number


def candidates(profiles: Sequence[Profile], rare: Rarity) -> Iterator[tuple[int, int]]:
    """Pairs of places in the sequence, the lower first, in order; accounts of one report never meet."""
    blocks: dict[Key, list[int]] = {}
    for number, profile in enumerate(profiles):
        for key in dict.fromkeys(keys(profile, rare)):
            blocks.setdefault(key, []).append(number)
    found: set[tuple[int, int]] = set()
    for key, members in blocks.items():
        if len(members) > 1:
            found.update(pairs_of(key, members, profiles))
    yield from sorted(found)


def pairs_of(key: Key, members: list[int], profiles: Sequence[Profile]) -> Iterator[tuple[int, int]]:
    """The pairs of one block that are worth comparing, by their places in `profiles`; `members` are all that are in it."""
    if len(members) <= (CROWDED_COUNTRY if key[0] == "country" else CROWDED):
        yield from _fitting(key, combinations(members, 2), profiles)
    elif key[0] == "country":
        for smaller in _cut(members, profiles):
            yield from _within(key, smaller, profiles)
    else:
        yield from _within(key, members, profiles)


def _within(key: Key, members: list[int], profiles: Sequence[Profile]) -> Iterator[tuple[int, int]]:
    if len(members) <= CROWDED:
        yield from _fitting(key, combinations(members, 2), profiles)
        return
    ordered = sorted(members, key=lambda n: entry(profiles[n]))
    near = ((a, b) for at, a in enumerate(ordered) for b in ordered[at + 1 : at + 1 + NEIGHBOURS])
    yield from _fitting(key, near, profiles)


def _fitting(key: Key, pairs: Iterator[tuple[int, int]], profiles: Sequence[Profile]) -> Iterator[tuple[int, int]]:
    for a, b in pairs:
        if may_be_one(key, profiles[a], profiles[b]):
            yield (a, b) if a < b else (b, a)


def may_be_one(key: Key, a: Profile, b: Profile) -> bool:
    """Whether two accounts that share the key are worth comparing."""
    if a.report == b.report:
        return False
    kind = str(key[0])
    if kind in ("victim", "wire", "story"):
        return True
    if kind.startswith("undated") and _is_dated(a) and _is_dated(b):
        return False
    return in_family(a.event_type, b.event_type)


def may_meet(a: Profile, b: Profile, rare: Rarity) -> bool:
    """Whether two accounts share a block in which they are worth comparing; where it is crowded they may still have missed each other."""
    shared = set(keys(a, rare)).intersection(keys(b, rare))
    return any(may_be_one(key, a, b) for key in shared)


def _cut(members: list[int], profiles: Sequence[Profile]) -> list[list[int]]:
    """A crowded block by what else its accounts tell; those that share nothing else are no pair."""
    parts: dict[Key, list[int]] = {}
    for number in members:
        for part in dict.fromkeys(parts_of(profiles[number])):
            parts.setdefault(part, []).append(number)
    return [part for part in parts.values() if len(part) > 1]


def parts_of(profile: Profile) -> Iterator[Key]:
    """The parts of a crowded block that an account is in."""
    yield from (("by", side, profile.event_type) for side in _sides(profile.perpetrators))
    yield from (("at", side, profile.event_type) for side in _sides(profile.targets))
    if profile.killed and profile.killed[0] >= 2:
        yield ("killed", profile.killed[0])
    if profile.injured and profile.injured[0] >= 5:
        yield ("injured", profile.injured[0])


def keys(profile: Profile, rare: Rarity) -> Iterator[Key]:
    """What an account may share with another of the same happening."""
    if profile.story is not None:
        yield from _story_keys(profile, profile.story, rare)
    if profile.is_copy:
        yield ("wire", profile.root)
    yield from slot_keys(profile)


def slot_keys(profile: Profile) -> Iterator[Key]:
    """What was read out of an account that another may share."""
    if profile.alone:
        return
    country = profile.place.country if profile.place else None
    cells = tuple(_cells(profile))
    if _is_dated(profile):
        for bucket in _buckets(profile):
            yield from (("cell", bucket, cell) for cell in cells)
            yield ("country", bucket, country)
    else:
        yield from _told_keys(profile, cells, country)
    yield from (("undated cell", cell) for cell in cells)
    for by in _sides(profile.perpetrators):
        yield from (("undated sides", country, by, at) for at in _sides(profile.targets))
        yield ("undated side", country, by, profile.event_type)
    if profile.killed and profile.killed[0] >= 2:
        yield ("undated toll", country, profile.killed[0])
    if profile.days and profile.killed and profile.killed[0] >= _DEADLY:
        months = {profile.days[0] // 30, profile.days[1] // 30} if profile.span < 60 else set()
        yield from (("toll", country, month + step, profile.killed[0]) for month in sorted(months) for step in (0, 1))
    for victim in profile.victims:
        yield from (("victim", block) for block in sorted(name_blocks(victim)))


def _story_keys(profile: Profile, story: Story, rare: Rarity) -> Iterator[Key]:
    """Terms that few stories have; of places that many have, those of the same days' news. A word is met by its sound too."""
    for term in sorted(story.terms):
        having = rare.having.get(term, 0)
        if having * rare.scale <= CROWDED:
            if having > 1 or rare.scale > 1:  # where all are counted, what one has alone is shared with none
                yield ("story", term)
        elif profile.published and term.startswith("place:"):
            bucket = profile.published // _NEWS_BUCKET
            yield from (("story", term, bucket + step) for step in (0, 1))


def _told_keys(profile: Profile, cells: tuple[tuple[int, int], ...], country: str | None) -> Iterator[Key]:
    """An undated main story meets what happened in the days before it was published."""
    if profile.told is None:
        return
    for bucket in range((profile.told[0] - 1) // _BUCKET_DAYS, (profile.told[1] + 1) // _BUCKET_DAYS + 1):
        yield from (("cell", bucket, cell) for cell in cells)
        yield ("country", bucket, country)


def _is_dated(profile: Profile) -> bool:
    return profile.days is not None and profile.span <= _LOOSE_DAYS


def _buckets(profile: Profile) -> range:
    assert profile.days is not None
    return range((profile.days[0] - 1) // _BUCKET_DAYS, (profile.days[1] + 1) // _BUCKET_DAYS + 1)


def _cells(profile: Profile) -> Iterator[tuple[int, int]]:
    place = profile.place
    if place is None or place.lat is None or place.lon is None or place.precision not in _POINTS:
        return
    lats = {int((place.lat + 90 + step) // 1) for step in (-_CELL_MARGIN, _CELL_MARGIN)}
    lons = {int((place.lon + 180 + step) // 1) for step in (-_CELL_MARGIN, _CELL_MARGIN)}
    yield from ((lat, lon) for lat in sorted(lats) for lon in sorted(lons))


def _sides(parties: Sequence[Party]) -> tuple[str, ...]:
    return tuple(sorted({state_of(*party) or party[1] or party[0] for party in parties}))


def order(profile: Profile) -> int:
    """Where an account stands in a crowded block, 0 and more, under 2**60: those alike beside one another."""
    place = profile.place
    lat = min(1800, max(0, round((place.lat or 0.0) * 10) + 900)) if place else 900
    lon = min(3600, max(0, round((place.lon or 0.0) * 10) + 1800)) if place else 1800
    first, last = profile.days or profile.told or (0, 0)
    kind = crc32(profile.event_type.encode()) & 31
    killed = min(255, profile.killed[0] + 1) if profile.killed else 0
    return ((((lat << 12 | lon) << 20 | min(first, (1 << 20) - 1)) << 4 | min(15, last - first)) << 5 | kind) << 8 | killed


def entry(profile: Profile) -> Entry:
    """An account as it stands in blocks: by its order, those alike in it by number."""
    return order(profile), number_of(profile.id)
