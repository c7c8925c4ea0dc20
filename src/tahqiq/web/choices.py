"""Why an account was read as it was, in the reader's words: what weighed for each value, and what was considered and refused.

What comes in is the explanation that reading gives of a report; what goes out are lines for the report's page. An account is explained
only where this version still reads it as the ledger has it: an explanation of another reading would mislead.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from tahqiq.model import Account, Casualty, Claim, Dated, Figure, Named, Placed, Reason, Refusal, Report
from tahqiq.web.contexts import ReasonLine, SlotChoice, WeighedLine
from tahqiq.web.told import Teller
from tahqiq.web.wording import Wording

if TYPE_CHECKING:
    from tahqiq.reading.explaining import Explained, Explanation, Weighed
    from tahqiq.reading.explaining import SlotChoice as Choice
    from tahqiq.reading.naming import FeatureWords

SHOWN = 6  # refused candidates listed for a slot, the likeliest; reading may have considered dozens
_DECIMALS = 2
_FIELDS = {"event": "event_type", "sources": "claims"}  # slots of reading that the desk calls otherwise
_OF_THE_WHOLE = (
    "event",
    "named",
    "told_again",
    "status",
    "certainty",
    "background",
    "count",
)  # what the desk shows as one field: what happened
_ASKED = ("happening", "believed", "main", "same")  # the sums that an account's own words have
_DEFAULTS = {"status": "occurred", "certainty": "asserted", "background": False}  # what holds unless something weighs for the opposite
_LISTS = {
    "event": "event_types",
    "named": "event_types",
    "told_again": "event_types",
    "weapons": "weapons",
    "status": "status",
    "certainty": "certainty",
}


def explaining(places: str) -> "Callable[[Report], Explanation]":
    """The explanation by the reader over the shipped registries and the user's; packs are loaded when the first is asked for."""

    def explain_report(report: Report) -> "Explanation":
        from tahqiq.reading import default_reader
        from tahqiq.reading.explaining import explain

        return explain(report, default_reader(places))

    return explain_report


class Explainer:
    """The explanation of one report, worded."""

    def __init__(self, explanation: "Explanation", report: Report, teller: Teller) -> None:
        self._explanation, self._report, self._teller = explanation, report, teller
        self._by_account = {e.account.id: e for e in explanation.accounts}

    def choices(self, account: Account) -> Mapping[str, SlotChoice]:
        """The choices of an account by the desk's fields; none where it is read otherwise now."""
        explained = self._by_account.get(account.id)
        if explained is None or explained.account != account:
            return {}
        return {field: self._choice(chosen, refused) for field, (chosen, refused) in _by_field(explained).items()}

    def refusal(self, refusal: Refusal) -> WeighedLine | None:
        """What spoke against words that were refused."""
        same = (w for w in self._explanation.triggers if (w.mention.start, w.mention.end) == (refusal.start, refusal.end))
        found = next(same, None) if refusal.slot == "event" else None
        return self._line("event", found) if found else None

    def disbelieved(self, accounts: Sequence[Account]) -> tuple[WeighedLine, ...]:
        """Happenings that were told but not believed; none where the report is read otherwise now."""
        if tuple(e.account for e in self._explanation.accounts) != tuple(accounts):
            return ()
        return tuple(self._line("event", weighed) for weighed in self._explanation.disbelieved)

    def figures(self, accounts: Sequence[Account]) -> SlotChoice | None:
        """Why the report's standing numbers are such, and which others are none; None where the report is read otherwise now."""
        choice = self._explanation.figures
        if tuple(e.account for e in self._explanation.accounts) != tuple(accounts) or not (choice.chosen or choice.refused):
            return None
        return self._choice([("figures", w) for w in choice.chosen], [("figures", w) for w in choice.refused])

    def _choice(self, chosen: "Sequence[tuple[str, Weighed]]", refused: "Sequence[tuple[str, Weighed]]") -> SlotChoice:
        lines = tuple(self._line(slot, weighed, asked=len(chosen) > 1) for slot, weighed in chosen)
        return SlotChoice(lines, tuple(self._line(slot, w) for slot, w in refused[:SHOWN]), max(0, len(refused) - SHOWN))

    def _line(self, slot: str, weighed: "Weighed", *, asked: bool = False) -> WeighedLine:
        wording, mention = self._teller.wording, weighed.mention
        return WeighedLine(
            label=self._label(slot, weighed),
            quote=self._teller.quote(self._report, mention),
            offsets=wording.range(mention.start, mention.end),
            rule=mention.rule,
            asked=wording(f"explain.asked.{weighed.question}") if asked and weighed.question in _ASKED else "",
            weight=wording.weight(weighed.weight, _DECIMALS) if weighed.weight is not None else "",
            outset=wording.weight(weighed.outset, _DECIMALS) if weighed.weight is not None else "",
            reasons=tuple(_reason(reason, weighed.question, wording) for reason in weighed.reasons),
            outcome=_outcome(slot, weighed, wording),
        )

    def _label(self, slot: str, weighed: "Weighed") -> str:
        teller, value = self._teller, weighed.value
        match value:
            case Dated():
                return teller.days(value)
            case Placed():
                return teller.place(value.place)
            case Named():
                return teller.actor(value)
            case Casualty():
                return teller.casualty(value)
            case Claim():
                return teller.claim(value)
            case Figure():
                return teller.figure(value)
            case bool():
                return teller.wording("told.background" if value else "explain.not_background")
            case str():
                return teller.wording.label(_LISTS[slot], value)
            case _:
                return teller.wording.range(*value)


def _by_field(explained: "Explained") -> "dict[str, tuple[list[tuple[str, Weighed]], list[tuple[str, Weighed]]]]":
    """Chosen and refused by field, each with its slot: casualties by effect, and what holds of the whole under what happened."""
    found: dict[str, tuple[list[tuple[str, Weighed]], list[tuple[str, Weighed]]]] = {}
    for choice in explained.slots:
        for place, weighed_ones in enumerate((choice.chosen, choice.refused)):
            for weighed in weighed_ones:
                found.setdefault(_field(choice, weighed), ([], []))[place].append((choice.slot, weighed))
    return found


def _field(choice: "Choice", weighed: "Weighed") -> str:
    if isinstance(weighed.value, Casualty):
        return weighed.value.effect
    return "event_type" if choice.slot in _OF_THE_WHOLE else _FIELDS.get(choice.slot, choice.slot)


def _outcome(slot: str, weighed: "Weighed", wording: Wording) -> str:
    """Why it was refused; of what was chosen without a sum, whether words tell it or only nothing told the opposite."""
    if weighed.outcome:
        return _feature_words().outcome(weighed.outcome, wording.language)
    if weighed.weight is not None:
        return ""
    return wording("explain.default" if slot in _DEFAULTS and weighed.value == _DEFAULTS[slot] else "explain.told")


def _reason(reason: Reason, question: str, wording: Wording) -> ReasonLine:
    return ReasonLine(reason.code, _feature_words().of(question, reason.code, wording.language), wording.weight(reason.weight, _DECIMALS))


def _feature_words() -> "FeatureWords":
    from tahqiq.reading.naming import load_feature_words

    return load_feature_words()
