"""An account as a person corrected it: the slot holds the person's value, on words of the report, by the decision's name.

What comes in is an account, its report's text and a decision; what goes out is another account of the same id.

A decision of the kind `corrected` has in its value `slot` (a slot of an account, or an effect such as `killed`), `to` (the value as
`model.to_json` writes it, without mentions), `was` (what the reader had), and `span`: the words it stands on, as start and end in the
report's text, where the person named any or the reader had any.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tahqiq.model import Account, Casualty, Dated, Decision, Mention, Named, Place, Placed, from_json

EFFECTS = ("killed", "injured", "missing", "detained", "abducted", "displaced")
SLOTS = ("event_type", "status", "certainty", "date", "place", "perpetrators", "targets", "victims", "weapons", *EFFECTS)


def corrected(account: Account, decision: Decision, text: str) -> Account:
    """The account with the decision's value in the decision's slot.

    Raises: ValueError where the decision's value is not of its slot's shape.
    """
    slot, to = str(decision.value["slot"]), decision.value.get("to")
    mention = _mention(account, decision, text)
    if slot in EFFECTS:
        others = tuple(c for c in account.casualties if c.effect != slot)
        return replace(account, casualties=(*others, *(_casualty(slot, told, mention) for told in to or ())))
    return _SET[slot](account, to, mention)


def _mention(account: Account, decision: Decision, text: str) -> Mention:
    span = decision.value.get("span")
    start, end = (int(span[0]), int(span[1])) if span else (account.trigger.start, account.trigger.end)
    return Mention(start, end, text[start:end], f"decision/{decision.id}")


def _casualty(effect: str, told: dict[str, Any], mention: Mention) -> Casualty:
    most = told.get("max")
    least = int(told["min"])
    qualifier = str(told.get("qualifier") or ("exact" if most == least else "at_least" if most is None else "between"))
    return Casualty(mention, effect, str(told.get("who", "unspecified")), least, None if most is None else int(most), qualifier)


def _date(account: Account, to: Any, mention: Mention) -> Account:
    return replace(account, date=from_json(Dated, {**to, "mention": _plain(mention)}) if to else None)


def _place(account: Account, to: Any, mention: Mention) -> Account:
    before = (account.place.place, *account.place.others) if account.place else ()
    if not to:
        return replace(account, place=None)
    place = from_json(Place, to)
    return replace(account, place=Placed(mention, place, tuple(other for other in before if other != place)))


def _side(slot: str) -> Callable[[Account, Any, Mention], Account]:
    def put(account: Account, to: Any, mention: Mention) -> Account:
        named = tuple(Named(mention, str(one["name"]), one.get("actor"), one.get("kind")) for one in to or ())
        if slot == "perpetrators":
            return replace(account, perpetrators=named)
        return replace(account, targets=named) if slot == "targets" else replace(account, victims=named)

    return put


def _plain(mention: Mention) -> dict[str, Any]:
    return {"start": mention.start, "end": mention.end, "text": mention.text, "rule": mention.rule}


_SET: dict[str, Callable[[Account, Any, Mention], Account]] = {
    "event_type": lambda account, to, mention: replace(account, event_type=str(to)),
    "status": lambda account, to, mention: replace(account, status=str(to)),
    "certainty": lambda account, to, mention: replace(account, certainty=str(to)),
    "date": _date,
    "place": _place,
    "perpetrators": _side("perpetrators"),
    "targets": _side("targets"),
    "victims": _side("victims"),
    "weapons": lambda account, to, mention: replace(account, weapons=tuple(map(str, to or ()))),
}
