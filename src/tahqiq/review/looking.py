"""When somebody last looked at what is new, so that they are shown what has come since.

What comes in is who looks now; what goes out is how far they had seen. Looks within a quarter of an hour are one: loading a page again
takes nothing away.
"""

import datetime as dt
from dataclasses import dataclass

from tahqiq.ledger import Ledger
from tahqiq.ledger.records import Record

THEME = "look"
ONE_LOOK = dt.timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Look:
    """When somebody looked, and the number of the report that was the last then."""

    at: str
    report: int


def look_before(ledger: Ledger, who: str, at: str) -> Look | None:
    """The look of this person before the one that they take at this time; None at their first."""
    known = ledger.records.of(THEME, who, last=2)
    if known and _is_one(known[-1], at):
        known = known[:-1]
    return Look(known[-1].at, int(known[-1].value["report"])) if known else None


def looked(ledger: Ledger, who: str, at: str, report: int) -> None:
    """This person looked at this time, when that report was the last."""
    known = ledger.records.of(THEME, who, last=1)
    if not known or not _is_one(known[0], at):
        ledger.records.append(Record(THEME, who, "looked", who, at, {"report": report}))


def _is_one(last: Record, at: str) -> bool:
    return dt.datetime.fromisoformat(at) - dt.datetime.fromisoformat(last.at) < ONE_LOOK
