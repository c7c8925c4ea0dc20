"""A decision follows the words it was made on: from the account of one reading to that of the next.

What comes in are decisions and the accounts that count; what goes out is, for each account that a decision names, the account that it
means now, or that none is left.

How it works
1. An account that is still there under its id is meant.
2. Else, of the accounts of the same report, the one whose trigger shares most code points with the words of before.
3. Else, for a decision on a slot, the one of the same event type with a value of that slot in the words of before.
4. Of several such, the one of the same event type comes first, then the earliest in the text. Else the decision waits.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tahqiq.model import Account, Decision, Mention


@dataclass(frozen=True, slots=True)
class Tie:
    """The words that an account is made on: report, span of its trigger, event type."""

    report: str
    start: int
    end: int
    event_type: str


@dataclass(frozen=True, slots=True)
class Lost:
    """A decision that cannot be carried out as it was made: of these accounts, none is left in today's readings."""

    decision: Decision
    accounts: tuple[str, ...]


def tie(account: Account) -> dict[str, Any]:
    """How a decision names an account, so that it can be found again in a later reading."""
    return {"report": account.report, "start": account.trigger.start, "end": account.trigger.end, "event_type": account.event_type}


def named_accounts(decision: Decision) -> tuple[str, ...]:
    """The accounts that a decision names, its subject first; `beside` stand on the subject's side, `accounts` on the other."""
    listed = (*decision.value.get("beside", ()), *decision.value.get("accounts", ()))
    return tuple(dict.fromkeys((decision.subject, *map(str, listed))))


class Follower:
    """Finds for an account of a decision the one that it means now."""

    def __init__(self, accounts: Iterable[Account], decisions: Sequence[Decision]) -> None:
        wanted = {name for d in decisions for name in named_accounts(d)}
        reports = {t.report for d in decisions for t in ties(d).values()}
        self._there: set[str] = set()
        self._of_report: dict[str, list[Account]] = {}
        for account in accounts:
            if account.id in wanted:
                self._there.add(account.id)
            if account.report in reports:
                self._of_report.setdefault(account.report, []).append(account)

    def find(self, decision: Decision, name: str) -> str | None:
        """The id of the account that the decision's `name` means now; None where none is left."""
        if name in self._there:
            return name
        told = ties(decision).get(name)
        if told is None:
            return None
        found = self._by_trigger(told) or self._by_slot(told, decision)
        return found.id if found else None

    def _by_trigger(self, told: Tie) -> Account | None:
        near = [(a, _shared(a.trigger, told.start, told.end)) for a in self._of_report.get(told.report, ())]
        return _first([(a, shared) for a, shared in near if shared], told.event_type)

    def _by_slot(self, told: Tie, decision: Decision) -> Account | None:
        span = decision.value.get("span")
        if not span or "slot" not in decision.value:
            return None
        start, end = int(span[0]), int(span[1])
        slot = str(decision.value["slot"])
        near = [(a, max((_shared(m, start, end) for m in slot_mentions(a, slot)), default=0)) for a in self._of_report.get(told.report, ())]
        return _first([(a, shared) for a, shared in near if shared and a.event_type == told.event_type], told.event_type)


def _first(found: Sequence[tuple[Account, int]], event_type: str) -> Account | None:
    best = min(found, key=lambda f: (f[0].event_type != event_type, -f[1], f[0].trigger.start, f[0].id), default=None)
    return best[0] if best else None


def _shared(mention: Mention, start: int, end: int) -> int:
    return max(0, min(mention.end, end) - max(mention.start, start))


def ties(decision: Decision) -> Mapping[str, Tie]:
    """The words that a decision's accounts were made on, by their ids; those of a team's own list keep their ids and have none."""
    told = decision.value.get("ties")
    if not isinstance(told, dict):
        return {}
    return {str(k): Tie(str(v["report"]), int(v["start"]), int(v["end"]), str(v["event_type"])) for k, v in told.items()}


def slot_mentions(account: Account, slot: str) -> list[Mention]:
    """The words that a slot's values stand on; those of the trigger where its values have none of their own."""
    if slot in ("date", "place"):
        value = account.date if slot == "date" else account.place
        return [value.mention] if value else []
    if slot in ("perpetrators", "targets", "victims"):
        return [named.mention for named in getattr(account, slot)]
    found = [casualty.mention for casualty in account.casualties if casualty.effect == slot]
    return found or [account.trigger]
