"""Reasons in the reader's words: why a grade was given, and why two accounts are held to be of one happening.

What comes in are the model's reasons, codes with facts; what goes out are sentences. The grade's words are the assessing stage's
own; those of linking are here, since the weights file gives its reasons to whoever fits the weights, not to readers.
"""

import datetime as dt
from dataclasses import replace

from tahqiq.assessing import reason_text
from tahqiq.errors import CodebookError, TahqiqError
from tahqiq.model import Reason
from tahqiq.refusing import said
from tahqiq.web.contexts import ReasonLine
from tahqiq.web.wording import Wording

_LISTS = {"type": "event_types", "status": "status", "weapon": "weapons"}
_OF_DAYS = ("day", "days", "week", "month", "year", "told")


def grade_reason(reason: Reason, wording: Wording) -> ReasonLine:
    """The reason in assessing's words; a code that has none is shown as it is written, with its facts."""
    facts = {name: wording.digits(value) if value.isdigit() else wording.isolated(value) for name, value in reason.facts.items()}
    try:
        text = reason_text(replace(reason, facts=facts), wording.language)
    except (CodebookError, KeyError):
        text = _as_written(reason, wording)
    return ReasonLine(reason.code, text)


def refusal(error: TahqiqError, wording: Wording) -> str:
    """Why something was refused, in the reader's language where the refusal has words in it."""
    return said(error, wording.language, wording.isolated)


def link_reason(reason: Reason, wording: Wording) -> ReasonLine:
    """The level of a comparison in words, what was compared, and its weight in bits."""
    key = f"link.{reason.code}"
    if not wording.has(key):
        return ReasonLine(reason.code, _as_written(reason, wording), _weight(reason, wording))
    facts = _facts(reason, wording)
    text = wording("link.with_facts", words=wording(key), facts=facts) if facts else wording(key)
    return ReasonLine(reason.code, text, _weight(reason, wording))


def _weight(reason: Reason, wording: Wording) -> str:
    return wording.weight(reason.weight) if reason.weight else ""


def _facts(reason: Reason, wording: Wording) -> str:
    """What was compared, said once where both say the same; an id says nothing to a reader and is left out."""
    subject = reason.code.partition("_")[0]
    sides = [reason.facts[name] for name in ("a", "b", "type", "weapons", "day", "published", "shared") if reason.facts.get(name)]
    told = list(dict.fromkeys(_worded(subject, side, wording) for side in sides))
    if "km" in reason.facts and reason.facts["km"] != "0":
        told.append(wording("link.km", km=int(reason.facts["km"])))
    return wording.together(told)


def _worded(subject: str, value: str, wording: Wording) -> str:
    if subject in _LISTS:
        return wording.together([wording.label(_LISTS[subject], one) for one in value.split(", ")])
    if subject in _OF_DAYS:
        return _days(value, wording)
    return wording.digits(value)


def _days(value: str, wording: Wording) -> str:
    """ISO days, or first and last with a stroke between, as the language writes them."""
    first, _, last = value.partition("/")
    try:
        return wording.days(dt.date.fromisoformat(first), dt.date.fromisoformat(last or first))
    except ValueError:
        return value


def _as_written(reason: Reason, wording: Wording) -> str:
    told = wording.together([f"{name}: {wording.digits(value)}" for name, value in reason.facts.items()])
    return reason.code.replace("_", " ") + (f" ({told})" if told else "")
