"""The values told of a happening, field by field, by whom, how independently; and which of them cannot both hold.

What comes in are accounts of one happening and the origins of their reports; what goes out are `Told` values and the names of the
fields in contradiction. This file must not choose between them.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from tahqiq.assessing.casualties import EFFECTS, WHOLE
from tahqiq.codebook import load_codebook
from tahqiq.model import Account, Casualty, Mention, Named, Place, Told
from tahqiq.registries.relations import is_nobody, named_kinship, place_standing

FIELDS = ("event_type", "status", "date", "place", "perpetrators", "targets", "victims", *EFFECTS, "weapons")


@dataclass(frozen=True, slots=True)
class Saying:
    """One value as one account tells it; `thing` is the value of the model that it is made of."""

    value: str
    label: str
    account: Account
    mention: Mention | None
    thing: object = None


def values(accounts: Sequence[Account], origins: Mapping[str, str]) -> dict[str, tuple[Told, ...]]:
    """Per field that anybody tells, its values, the most independently told first."""
    told = {field: _told(tuple(_sayings(accounts, field)), origins) for field in FIELDS}
    return {field: found for field, found in told.items() if found}


def contradictions(accounts: Sequence[Account]) -> tuple[str, ...]:
    """The fields of which two accounts tell what cannot both hold, in the order of `FIELDS`."""
    return tuple(field for field in FIELDS if field in _CANNOT_BOTH and _is_contested(field, accounts))


def _is_contested(field: str, accounts: Sequence[Account]) -> bool:
    said = tuple(_sayings(accounts, field))
    cannot_both = _CANNOT_BOTH[field]
    if field != "perpetrators":
        return any(cannot_both(a, b) for a, b in combinations(_distinct(said), 2) if a.account.id != b.account.id)
    # Two attackers in one account are allies; a contradiction is an account that names nobody whom the other does.
    sides = [account.perpetrators for account in accounts if account.perpetrators]
    return any(_rivals(a, b) for a, b in combinations(dict.fromkeys(sides), 2))


def _distinct(said: Iterable[Saying]) -> list[Saying]:
    """Each value twice at most, from different accounts: whether two values contradict does not hang on how many tell them."""
    kept: dict[str, list[Saying]] = {}
    for saying in said:
        row = kept.setdefault(saying.value, [])
        if len(row) < 2 and all(s.account.id != saying.account.id for s in row):
            row.append(saying)
    return [saying for row in kept.values() for saying in row]


def _told(said: Sequence[Saying], origins: Mapping[str, str]) -> tuple[Told, ...]:
    groups: dict[str, list[Saying]] = {}
    for saying in said:
        groups.setdefault(saying.value, []).append(saying)
    found = [_one(value, group, origins) for value, group in groups.items()]
    return tuple(sorted(found, key=lambda told: (-told.independent, -len(told.accounts), told.value)))


def _one(value: str, group: Sequence[Saying], origins: Mapping[str, str]) -> Told:
    label = min((saying.label for saying in group), key=lambda text: (len(text), text))
    accounts = {saying.account.id: saying.account for saying in group}
    return Told(
        value=value,
        label=label,
        accounts=tuple(sorted(accounts)),
        claimants=tuple(sorted({claim.claimant.name for a in accounts.values() for claim in a.claims if claim.stance != "declines"})),
        independent=len({origins.get(a.report, a.report) for a in accounts.values()}),
        mentions=tuple(sorted({(s.account.report, s.mention.start, s.mention.end) for s in group if s.mention})),
    )


# -- what an account says of a field ----------------------------------------------------------------------------------


def _sayings(accounts: Sequence[Account], field: str) -> Iterator[Saying]:
    for account in accounts:
        yield from _of(account, field)


def _of(account: Account, field: str) -> Iterator[Saying]:
    if field == "event_type":
        yield Saying(account.event_type, _label("event_types", account.event_type), account, account.trigger)
    elif field == "status":
        yield Saying(account.status, _label("status", account.status), account, account.trigger)
    elif field == "date" and account.date:
        words = days(account.date.start, account.date.end)
        yield Saying(words, words, account, account.date.mention, account.date)
    elif field == "place" and account.place:
        place = account.place.place
        yield Saying(place.id or place.name, place.name, account, account.place.mention, place)
    elif field in ("perpetrators", "targets", "victims"):
        side: tuple[Named, ...] = getattr(account, field)
        yield from (Saying(n.actor or n.name, n.name, account, n.mention, n) for n in side)
    elif field == "weapons":
        yield from (Saying(w, _label("weapons", w), account, account.trigger) for w in account.weapons)
    else:
        yield from (_casualty(account, c) for c in account.casualties if c.effect == field)


def _casualty(account: Account, casualty: Casualty) -> Saying:
    words = count_words(casualty.min, casualty.max)
    if casualty.who not in WHOLE:
        words = f"{words} {casualty.who}"
    return Saying(words, words, account, casualty.mention, casualty)


def days(start: dt.date, end: dt.date) -> str:
    """`2023-07-07`, or first and last as ISO 8601 writes an interval."""
    return start.isoformat() if start == end else f"{start.isoformat()}/{end.isoformat()}"


def count_words(low: int, high: int | None) -> str:
    """`3`, `3-5`, or `3+` where no highest number is told."""
    return f"{low}+" if high is None else str(low) if low == high else f"{low}-{high}"


def _label(list_name: str, value: str) -> str:
    known = load_codebook().closed(list_name)
    return load_codebook().label(list_name, value, "en") if value in known else value


# -- what cannot both hold --------------------------------------------------------------------------------------------


def _other_status(a: Saying, b: Saying) -> bool:
    return "denied" in (a.value, b.value) and a.value != b.value


def _other_days(a: Saying, b: Saying) -> bool:
    one, other = a.account.date, b.account.date
    return one is not None and other is not None and (one.end < other.start or other.end < one.start)


def _other_place(a: Saying, b: Saying) -> bool:
    assert isinstance(a.thing, Place) and isinstance(b.thing, Place)
    return place_standing(a.thing, b.thing).contradicts


def _other_count(a: Saying, b: Saying) -> bool:
    assert isinstance(a.thing, Casualty) and isinstance(b.thing, Casualty)
    one, other = a.thing, b.thing
    if _group(one) != _group(other):
        return False
    return (one.max is not None and one.max < other.min) or (other.max is not None and other.max < one.min)


def _group(casualty: Casualty) -> str:
    return "unspecified" if casualty.who in WHOLE else casualty.who


def _rivals(a: Sequence[Named], b: Sequence[Named]) -> bool:
    """True where nobody whom one account accuses has to do with anybody whom the other accuses."""
    known = [(x, y) for x in a for y in b if not is_nobody(x) and not is_nobody(y)]
    kin = {named_kinship(x, y) for x, y in known}
    return bool(kin) and kin == {"none"}


_CANNOT_BOTH: dict[str, Callable[[Saying, Saying], bool]] = {
    "status": _other_status,
    "date": _other_days,
    "place": _other_place,
    "perpetrators": lambda a, b: False,
    **dict.fromkeys(EFFECTS, _other_count),
}
