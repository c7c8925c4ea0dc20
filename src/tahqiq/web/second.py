"""A second reader's result beside the one that counts: which values both read, which only one, and where they differ.

What comes in are a report's accounts as they count and another reader's reading of it; what goes out are lines for the report's page.
Neither reader is held to be right; a person decides.
"""

from collections.abc import Sequence

from tahqiq.model import Account, Reading, Report
from tahqiq.web.contexts import BesideLine, BesidePart, Quote, SecondReading
from tahqiq.web.told import KINDS, Teller, Value


def lines(accounts: Sequence[Account], others: Sequence[Reading], report: Report, teller: Teller) -> tuple[SecondReading, ...]:
    """Each other reader's accounts, paired with those that count by the words that name the happening."""
    return tuple(_reading(accounts, other, report, teller) for other in others)


def _reading(accounts: Sequence[Account], other: Reading, report: Report, teller: Teller) -> SecondReading:
    left, parts = list(accounts), list[BesidePart]()
    for theirs in other.accounts:
        ours = max(
            (a for a in left if _shared(a, theirs)), key=lambda a: (a.event_type == theirs.event_type, _shared(a, theirs)), default=None
        )
        if ours:
            left.remove(ours)
        parts.append(_part(ours, theirs, report, teller))
    parts += [_part(ours, None, report, teller) for ours in left]
    return SecondReading(f"{other.reader} {other.version}".strip(), tuple(parts))


def _shared(a: Account, b: Account) -> int:
    """Code points that the words of both triggers have in common; one of the same type is near where they stand in one sentence."""
    return max(0, min(a.trigger.end, b.trigger.end) - max(a.trigger.start, b.trigger.start))


def _part(ours: Account | None, theirs: Account | None, report: Report, teller: Teller) -> BesidePart:
    mine, other = _by_field(ours, teller), _by_field(theirs, teller)
    rows, same = list[BesideLine](), 0
    for field in KINDS:
        a, b = mine.get(field, ()), other.get(field, ())
        if [v.label for v in a] == [v.label for v in b]:
            same += bool(a)
            continue
        rows.append(BesideLine(teller.field(field), _told(a), _told(b), _quotes(b, report, teller)))
    known = ours or theirs
    assert known is not None
    state = "both" if ours and theirs else "ours" if ours else "theirs"
    return BesidePart(ours.id if ours else "", teller.what(known), state, tuple(rows), same)


def _by_field(account: Account | None, teller: Teller) -> dict[str, list[Value]]:
    found: dict[str, list[Value]] = {}
    for value in teller.values(account) if account else ():
        found.setdefault(value.field, []).append(value)
    return found


def _told(values: Sequence[Value]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value.label for value in values))


def _quotes(values: Sequence[Value], report: Report, teller: Teller) -> tuple[Quote, ...]:
    spans = {(v.mention.start, v.mention.end): v.mention for v in values if v.mention}
    return tuple(teller.quote(report, mention) for mention in spans.values())
