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


def look(ledger: Ledger, who: str, at: str) -> Look | None:
    """This person looks now; gives their look before this one, None at their first."""
    known = ledger.records.of(THEME, who, last=2)
    last = known[-1] if known else None
    if last and _time(at) - _time(last.at) < ONE_LOOK:
        return _look(known[0]) if len(known) > 1 else None
    ledger.records.append(Record(THEME, who, "looked", who, at, {"report": ledger.last_report()}))
    return _look(last) if last else None


def _look(one: Record) -> Look:
    return Look(one.at, int(one.value["report"]))


def _time(at: str) -> dt.datetime:
    return dt.datetime.fromisoformat(at)
