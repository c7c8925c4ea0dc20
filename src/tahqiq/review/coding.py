"""Coding by two: a share of incidents is coded blind by two people each, what they differ on is settled, and how far they agree is told.

What comes in are incidents, who codes and what they say; what goes out are items with their codings, and records in the ledger, which are
only added. This file must not know how a page looks, nor how incidents are assessed.

How it works
1. A plan says which share, of which event types and languages, and who codes. Which incidents are drawn depends on their first account
   and the plan's word alone: drawn twice, or on another machine, the same are drawn.
2. Each item goes to the two coders who have the fewest; until both are done neither sees the other's values, nor what was computed.
3. Where the two differ, somebody else settles it; or one of them does and the other agrees. Both codings stay as they were given.
4. Everything can be taken back: a coding until the other is done, for after that it would not be blind any more; a settlement at any time.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any
from weakref import WeakKeyDictionary

from tahqiq.codebook import load_codebook
from tahqiq.errors import LedgerConflict, UnknownName
from tahqiq.ledger import Ledger, Query
from tahqiq.ledger.records import Record
from tahqiq.model import Incident
from tahqiq.pipeline import now
from tahqiq.refusing import refused
from tahqiq.review.agreement import Agreement, agreement
from tahqiq.review.coded import PRECISIONS, compared, fields, plainly
from tahqiq.review.people import may

THEME = "coding"
_PARTS = 16**13


@dataclass(frozen=True, slots=True)
class Plan:
    """What is drawn: `share` of 1, of these event types and languages (all where none is named), for these coders."""

    share: float = 0.1
    event_types: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    coders: tuple[str, ...] = ()
    word: str = "tahqiq"


@dataclass(frozen=True, slots=True)
class Coding:
    who: str
    at: str
    values: Mapping[str, Any]
    note: str = ""
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Settled:
    """`agreed` where the other of two who settle together has not yet said so is False."""

    who: str
    at: str
    values: Mapping[str, Any]
    why: str
    agreed: bool = True
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """An incident that two people code. `incident` is its id when it was drawn; its accounts say where it is now."""

    id: str
    incident: str
    accounts: tuple[str, ...]
    reports: tuple[str, ...]
    event_type: str
    languages: tuple[str, ...]
    coders: tuple[str, ...]
    at: str
    codings: Mapping[str, Coding] = field(default_factory=dict)
    settled: Settled | None = None

    @property
    def is_done(self) -> bool:
        return len(self.codings) >= len(self.coders)

    @property
    def disputed(self) -> tuple[str, ...]:
        """The fields on which the codings differ; none before both are done."""
        if not self.is_done:
            return ()
        given = [self.codings[who].values for who in self.coders]
        return tuple(f.name for f in fields() if len({compared(f, v.get(f.name)) for v in given}) > 1)

    @property
    def state(self) -> str:
        if not self.is_done:
            return "open"
        if self.settled:
            return "settled" if self.settled.agreed else "half_settled"
        return "disputed" if self.disputed else "agreed"


# -- the plan and the draw --------------------------------------------------------------------------------------------


def plan(ledger: Ledger) -> Plan | None:
    """The plan that was made last; None where none was."""
    found = ledger.records.of(THEME, "", kinds=("planned",), last=1)
    if not found:
        return None
    told = found[0].value
    types, languages, coders = (tuple(told[name]) for name in ("event_types", "languages", "coders"))
    return Plan(float(told["share"]), types, languages, coders, told["word"])


def make_plan(ledger: Ledger, wanted: Plan, *, who: str) -> None:
    """From now on this is drawn. Raises: LedgerConflict, UnknownName where it is no plan."""
    if not 0 < wanted.share <= 1:
        raise refused(LedgerConflict, "share", share=f"{wanted.share:g}")
    known = load_codebook().closed("event_types")
    if strange := set(wanted.event_types) - set(known):
        raise UnknownName(f"{min(strange)!r} is no event type of the codebook")
    _check_coders(ledger, wanted.coders)
    told = {"share": wanted.share, "word": wanted.word}
    told |= {name: list(getattr(wanted, name)) for name in ("event_types", "languages", "coders")}
    ledger.records.append(Record(THEME, "", "planned", who, now(), told))


def _check_coders(ledger: Ledger, coders: Sequence[str]) -> None:
    if len(set(coders)) < 2:
        raise refused(LedgerConflict, "two_coders")
    for name in coders:
        found = ledger.people.find(name)
        if found is None or not found.is_active or not may(found.role, "code"):
            raise refused(UnknownName, "no_coder", name=name)


def draw(ledger: Ledger, *, who: str) -> tuple[Item, ...]:
    """The incidents that the plan draws and nobody drew before are items from now on; gives those."""
    wanted = plan(ledger)
    if wanted is None:
        raise refused(LedgerConflict, "no_plan")
    _check_coders(ledger, wanted.coders)
    with ledger.transaction(computing=True):
        known = items(ledger)
        taken = {account for item in known for account in item.accounts}
        load = Counter(dict.fromkeys(wanted.coders, 0))
        load.update(name for item in known for name in item.coders if name in load)
        found = []
        for incident in sorted(_matching(ledger, wanted), key=lambda i: i.id):
            if taken.isdisjoint(incident.accounts):
                found.append(_drawn(ledger, incident, load, who))
    return tuple(found)


def _matching(ledger: Ledger, wanted: Plan) -> Iterable[Incident]:
    after: str | None = None
    while True:
        page = ledger.incidents(Query(limit=500, after=after))
        for one in page.items:
            fits = not wanted.event_types or one.event_type in wanted.event_types
            speaks = not wanted.languages or not set(wanted.languages).isdisjoint(one.languages)
            if fits and speaks and is_drawn(one.accounts[0], wanted):
                yield one
        if page.next is None:
            return
        after = page.next


def is_drawn(account: str, wanted: Plan) -> bool:
    """True for the plan's share of all accounts, whoever asks and whenever."""
    return int(hashlib.sha256(f"{wanted.word}\n{account}".encode()).hexdigest()[:13], 16) < wanted.share * _PARTS


def _drawn(ledger: Ledger, incident: Incident, load: Counter[str], who: str) -> Item:
    """The item, for the two coders who have the fewest until now; of pairs with as few, one by chance that is always the same."""

    def few(pair: tuple[str, str]) -> tuple[int, int, str]:
        chance = hashlib.sha256(f"{incident.accounts[0]}\n{pair[0]}\n{pair[1]}".encode()).hexdigest()
        return max(load[pair[0]], load[pair[1]]), load[pair[0]] + load[pair[1]], chance

    pair = min(combinations(sorted(load), 2), key=few)
    load.update(pair)
    name = hashlib.sha256(f"{THEME}\n{incident.accounts[0]}".encode()).hexdigest()[:16]
    told = {
        "incident": incident.id, "accounts": list(incident.accounts), "reports": list(incident.reports),
        "event_type": incident.event_type, "languages": list(incident.languages), "coders": list(pair),
    }  # fmt: skip
    record = Record(THEME, name, "drawn", who, now(), told)
    ledger.records.append(record)
    return _item(record)


# -- items ------------------------------------------------------------------------------------------------------------


def items(ledger: Ledger) -> tuple[Item, ...]:
    """Every item with what was coded and settled of it, in the order in which they were drawn."""
    last = ledger.records.last(THEME)
    before = _REMEMBERED.get(ledger)
    if before is None or before[0] != last:
        before = _REMEMBERED[ledger] = (last, _folded(ledger.records.of(THEME)))
    return before[1]


_REMEMBERED: WeakKeyDictionary[Ledger, tuple[int, tuple[Item, ...]]] = WeakKeyDictionary()


def item(ledger: Ledger, name: str) -> Item:
    """Raises: UnknownName where nothing was drawn under this name."""
    found = next((one for one in items(ledger) if one.id == name), None)
    if found is None:
        raise refused(UnknownName, "not_drawn", name=name)
    return found


def to_code(ledger: Ledger, who: str) -> tuple[Item, ...]:
    """What this person is to code and has not."""
    return tuple(one for one in items(ledger) if who in one.coders and who not in one.codings)


def unseen(ledger: Ledger, who: str) -> tuple[Item, ...]:
    """The items of which this person may not see the values yet: theirs to code, until both coders are done."""
    return tuple(one for one in items(ledger) if who in one.coders and not one.is_done)


def _item(drawn: Record) -> Item:
    told = drawn.value
    accounts, reports, languages, coders = (tuple(told[name]) for name in ("accounts", "reports", "languages", "coders"))
    return Item(drawn.subject, told["incident"], accounts, reports, told["event_type"], languages, coders, drawn.at)


def _folded(records: Sequence[Record]) -> tuple[Item, ...]:
    """The items as the records, in their order, leave them; of two settlements the later counts."""
    gone = _taken_back(records)
    found: dict[str, Item] = {}
    for one in records:
        if one.seq in gone or one.kind in ("planned", "taken_back"):
            continue
        if one.kind == "drawn":
            found.setdefault(one.subject, _item(one))
        elif one.subject in found:
            found[one.subject] = _after(found[one.subject], one)
    return tuple(found.values())


def _taken_back(records: Iterable[Record]) -> set[int]:
    return {int(one.value["of"]) for one in records if one.kind == "taken_back"}


def _after(before: Item, one: Record) -> Item:
    if one.kind == "coded" and one.who in before.coders and one.who not in before.codings:
        coding = Coding(one.who, one.at, one.value["values"], one.value.get("note", ""), one.seq)
        return replace(before, codings={**before.codings, one.who: coding})
    if one.kind == "settled" and before.is_done:
        alone = one.who in before.coders
        return replace(before, settled=Settled(one.who, one.at, one.value["values"], one.value["why"], not alone, one.seq))
    if one.kind == "agreed" and before.settled and before.settled.seq == one.value["of"] and one.who != before.settled.who:
        return replace(before, settled=replace(before.settled, agreed=True))
    return before


# -- coding and settling ----------------------------------------------------------------------------------------------


def code(ledger: Ledger, name: str, given: Mapping[str, Any], *, who: str, note: str = "") -> Item:
    """The values are this person's coding of the item. Raises: LedgerConflict where it is not theirs to code, or was coded."""
    with ledger.transaction(computing=True):
        found = item(ledger, name)
        if who not in found.coders:
            raise refused(LedgerConflict, "not_your_item", name=found.id, who=" and ".join(found.coders))
        if who in found.codings:
            raise refused(LedgerConflict, "coded_already", name=found.id)
        ledger.records.append(Record(THEME, found.id, "coded", who, now(), {"values": _whole(given), "note": note[:2000]}))
    return item(ledger, name)


def settle(ledger: Ledger, name: str, given: Mapping[str, Any], *, who: str, why: str) -> Item:
    """The values are what the item is: for good where a third person says so, else when the other coder agrees."""
    reason = " ".join(why.split())
    if not reason:
        raise refused(LedgerConflict, "no_reason_settled")
    with ledger.transaction(computing=True):
        found = item(ledger, name)
        if not found.is_done:
            raise refused(LedgerConflict, "settled_when_both", name=found.id)
        ledger.records.append(Record(THEME, found.id, "settled", who, now(), {"values": _whole(given), "why": reason[:2000]}))
    return item(ledger, name)


def agree(ledger: Ledger, name: str, *, who: str) -> Item:
    """The other coder holds with what the first settled."""
    with ledger.transaction(computing=True):
        found = item(ledger, name)
        if found.state != "half_settled" or found.settled is None or who not in found.coders or who == found.settled.who:
            raise refused(LedgerConflict, "nothing_to_agree", name=found.id)
        ledger.records.append(Record(THEME, found.id, "agreed", who, now(), {"of": found.settled.seq}))
    return item(ledger, name)


def take_back(ledger: Ledger, name: str, *, who: str, role: str) -> Item:
    """The settlement does not stand any more; where there is none, one's own coding, while the other is not done."""
    with ledger.transaction(computing=True):
        found = item(ledger, name)
        mine = found.codings.get(who)
        if found.settled:
            if found.settled.who != who and who not in found.coders and not may(role, "take_back"):
                raise refused(LedgerConflict, "settler_takes_back", name=found.id, who=found.settled.who)
            seq = found.settled.seq
        elif mine and not found.is_done:
            seq = mine.seq
        else:
            raise refused(LedgerConflict, "both_coded", name=found.id)
        ledger.records.append(Record(THEME, found.id, "taken_back", who, now(), {"of": seq}))
    return item(ledger, name)


def history(ledger: Ledger, name: str) -> tuple[Record, ...]:
    """Everything that was written down of an item, the oldest first."""
    return ledger.records.of(THEME, name)


def _whole(given: Mapping[str, Any]) -> dict[str, Any]:
    known = {f.name for f in fields()}
    if strange := given.keys() - known:
        raise UnknownName(f"{min(strange)!r} is no field that is coded")
    return dict(given)


# -- agreement --------------------------------------------------------------------------------------------------------


def agreements(found: Iterable[Item]) -> dict[str, Agreement]:
    """Krippendorff's alpha of each field over the items that both have coded."""
    done = [one for one in found if one.is_done]
    told = {}
    for one in fields():
        units = [[compared(one, item.codings[who].values.get(one.name)) for who in item.coders] for item in done]
        told[one.name] = agreement(units, one.metric, PRECISIONS if one.metric == "ordinal" else ())
    return told


def by_language(found: Sequence[Item]) -> dict[str, tuple[Item, ...]]:
    """The items that have a report in each language; one in two languages counts in both."""
    languages = sorted({language for one in found for language in one.languages})
    return {language: tuple(one for one in found if language in one.languages) for language in languages}


def by_pair(found: Sequence[Item]) -> dict[tuple[str, ...], tuple[Item, ...]]:
    pairs = sorted({one.coders for one in found})
    return {pair: tuple(one for one in found if one.coders == pair) for pair in pairs}


COLUMNS = (
    "item", "incident", "event_type", "languages", "drawn", "field", "coder_1", "value_1", "coder_2", "value_2", "same", "state",
    "settled", "settled_by", "why",
)  # fmt: skip


def rows(found: Iterable[Item]) -> Iterable[tuple[str, ...]]:
    """A row for each field of each item that both have coded, in the order of `COLUMNS`."""
    for one in found:
        if not one.is_done:
            continue
        first, second = (one.codings[who] for who in one.coders[:2])
        settled = one.settled if one.settled and one.settled.agreed else None
        about = (one.id, one.incident, one.event_type, " ".join(one.languages), one.at)
        last = (settled.who, settled.why) if settled else ("", "")
        for f in fields():
            a, b = first.values.get(f.name), second.values.get(f.name)
            same = "yes" if compared(f, a) == compared(f, b) else "no"
            said = plainly(settled.values.get(f.name)) if settled else ""
            yield (*about, f.name, first.who, plainly(a), second.who, plainly(b), same, one.state, said, *last)
