"""The values told of a happening, field by field, by whom, how independently; and which of them cannot both hold.

What comes in are accounts of one happening and who tells them; what goes out are `Told` values and the `Dispute`s among them. This file
must not choose between them.

How disputes are found
1. Two values of one field are in dispute where they cannot both hold and two hands told them: a copy does not contradict its text.
2. Numbers are compared as they stand, group by group: what its own origin has told anew contradicts nobody, and the sum of parts is no
   number that anybody told. One report may tell both that nobody was harmed and that some were.
3. Two attackers in one account are allies; attackers are in dispute where two accounts have nobody in common, nor of kin.
4. Who the dead were is in dispute where one account holds them for fighters, or knows of no civilian, and another for civilians.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from tahqiq.assessing.casualties import EFFECTS, WHOLE, Count, word_min
from tahqiq.assessing.origins import Heard
from tahqiq.codebook import load_codebook
from tahqiq.model import Account, Casualty, Dispute, Mention, Named, Place, Told
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


def values(accounts: Sequence[Account], heard: Heard) -> dict[str, tuple[Told, ...]]:
    """Per field that anybody tells, its values, the most independently told first."""
    told = {field: _told(tuple(_sayings(accounts, field)), heard) for field in FIELDS}
    return {field: found for field, found in told.items() if found}


def _told(said: Sequence[Saying], heard: Heard) -> tuple[Told, ...]:
    groups: dict[str, list[Saying]] = {}
    for saying in said:
        groups.setdefault(saying.value, []).append(saying)
    found = [_one(value, group, heard) for value, group in groups.items()]
    return tuple(sorted(found, key=lambda told: (-told.independent, -len(told.accounts), told.value)))


def _one(value: str, group: Sequence[Saying], heard: Heard) -> Told:
    label = min((saying.label for saying in group), key=lambda text: (len(text), text))
    accounts = {saying.account.id: saying.account for saying in group}
    voices = sorted({heard.origin[a.report] for a in accounts.values()})
    days = [day for a in accounts.values() if (day := heard.day[a.report])]
    return Told(
        value=value,
        label=label,
        accounts=tuple(sorted(accounts)),
        claimants=tuple(sorted({claim.claimant.name for a in accounts.values() for claim in a.claims if claim.stance != "declines"})),
        independent=len(voices),
        mentions=tuple(sorted({(s.account.report, s.mention.start, s.mention.end) for s in group if s.mention})),
        voices=tuple(voices),
        since=min(days, default=None),
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
        yield from (_side(named, account) for named in side)
    elif field == "weapons":
        yield from (Saying(w, _label("weapons", w), account, account.trigger) for w in account.weapons)
    else:
        yield from (_casualty(account, c) for c in account.casualties if c.effect == field)


def _side(named: Named, account: Account) -> Saying:
    return Saying(named.actor or named.name, named.name, account, named.mention, named)


def _casualty(account: Account, casualty: Casualty) -> Saying:
    words = toll_words(casualty.min, casualty.max, casualty.who, casualty.qualifier)
    return Saying(words, words, account, casualty.mention, casualty)


def toll_words(low: int, high: int | None, who: str, qualifier: str) -> str:
    """`5+ civilians`; a word stays apart from the number that it stands for: `24+ (dozens)`."""
    vague = low > 0 and word_min(qualifier) is not None
    words = count_words(low, high) + (f" ({qualifier})" if vague else "")
    return words if who in WHOLE else f"{words} {who}"


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


def disputes(accounts: Sequence[Account], heard: Heard, standing: Sequence[Count]) -> tuple[Dispute, ...]:
    """The values that cannot both hold, field by field in the order of `FIELDS`; numbers by group."""
    found: list[Dispute] = []
    for field in FIELDS:
        if field in EFFECTS:
            found += _of_numbers(field, [c for c in standing if c.effect == field and not c.derived])
        elif field == "perpetrators":
            found += _between(field, [pair for a, b in _rival_accounts(accounts, heard) for pair in _all_with_all(a, b)], heard)
        elif field in _CANNOT_BOTH:
            said = _distinct(_sayings(accounts, field), heard)
            pairs = [(a, b) for a, b in combinations(said, 2) if _CANNOT_BOTH[field](a, b) and _two_hands(a, b, heard)]
            found += _between(field, pairs, heard)
    return tuple(found)


def _between(field: str, pairs: Sequence[tuple[Saying, Saying]], heard: Heard, who: str = "") -> list[Dispute]:
    """One dispute of all values that cannot hold with another; it stands since both sides of some pair were told."""
    if not pairs:
        return []
    told = dict.fromkeys(saying.value for pair in pairs for saying in pair)
    days = [max(one, other) for a, b in pairs if (one := heard.day[a.account.report]) and (other := heard.day[b.account.report])]
    return [Dispute(field, tuple(sorted(told)), who, min(days, default=None))]


def _two_hands(a: Saying, b: Saying, heard: Heard) -> bool:
    return a.account.id != b.account.id and heard.first[a.account.report] != heard.first[b.account.report]


def _distinct(said: Iterable[Saying], heard: Heard) -> list[Saying]:
    """Each value twice at most, from different hands: whether two values contradict does not hang on how many tell them."""
    kept: dict[str, list[Saying]] = {}
    for saying in sorted(said, key=lambda s: (heard.day[s.account.report] or dt.date.max, s.account.id)):
        row = kept.setdefault(saying.value, [])
        if len(row) < 2 and all(heard.first[s.account.report] != heard.first[saying.account.report] for s in row):
            row.append(saying)
    return [saying for row in kept.values() for saying in row]


def _of_numbers(effect: str, told: Sequence[Count]) -> list[Dispute]:
    found = []
    for who in dict.fromkeys(count.who for count in told):
        pairs = [(a, b) for a, b in combinations([c for c in told if c.who == who], 2) if not (_meets(a, b) or _is_one_telling(a, b))]
        if pairs:
            told_so = sorted({toll_words(c.min, c.max, c.who, c.qualifier) for pair in pairs for c in pair})
            days = [max(a.published, b.published) for a, b in pairs if a.published and b.published]
            found.append(Dispute(effect, tuple(told_so), who, min(days, default=None)))
    return found


def _meets(a: Count, b: Count) -> bool:
    return (a.max is None or a.max >= b.min) and (b.max is None or b.max >= a.min)


def _is_one_telling(a: Count, b: Count) -> bool:
    """Two numbers of one account, neither of them none: how it reached its total, no contradiction."""
    return a.account == b.account and 0 not in (a.max, b.max)


def _rival_accounts(accounts: Sequence[Account], heard: Heard) -> Iterator[tuple[Account, Account]]:
    """Accounts that blame nobody in common; of those that blame the same, the first told."""
    first: dict[tuple[str, ...], Account] = {}
    for account in sorted(accounts, key=lambda a: (heard.day[a.report] or dt.date.max, a.id)):
        if blamed(account):
            first.setdefault(tuple(sorted(n.actor or n.name for n in blamed(account))), account)
    for a, b in combinations(first.values(), 2):
        if heard.first[a.report] != heard.first[b.report] and _are_rivals(blamed(a), blamed(b)):
            yield a, b


def blamed(account: Account) -> tuple[Named, ...]:
    """Whom the account tells to have done it: those it names, and those it quotes as claiming it."""
    claiming = (c.claimant for c in account.claims if c.stance == "claims_responsibility")
    return tuple(n for n in (*account.perpetrators, *claiming) if not is_nobody(n))


def _are_rivals(a: Sequence[Named], b: Sequence[Named]) -> bool:
    """True where nobody whom one account accuses has to do with anybody whom the other accuses."""
    kin = {named_kinship(x, y) for x in a for y in b}
    return bool(kin) and kin == {"none"}


def _all_with_all(a: Account, b: Account) -> Iterator[tuple[Saying, Saying]]:
    for one in blamed(a):
        for other in blamed(b):
            yield _side(one, a), _side(other, b)


def _other_status(a: Saying, b: Saying) -> bool:
    return "denied" in (a.value, b.value) and a.value != b.value


def _other_days(a: Saying, b: Saying) -> bool:
    one, other = a.account.date, b.account.date
    return one is not None and other is not None and (one.end < other.start or other.end < one.start)


def _other_place(a: Saying, b: Saying) -> bool:
    assert isinstance(a.thing, Place) and isinstance(b.thing, Place)
    return place_standing(a.thing, b.thing).contradicts


_CANNOT_BOTH: dict[str, Callable[[Saying, Saying], bool]] = {"status": _other_status, "date": _other_days, "place": _other_place}
