"""What an exporter is given: one happening after the other, protected, and where to say what a number stands on.

A format that is written as it goes holds one happening at a time, however many there are.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO
from urllib.parse import urlsplit

import msgspec

from tahqiq.assessing.casualties import ever_told, views
from tahqiq.model import Account, Casualty, Incident, Report, Toll
from tahqiq.protection import Protected, Protection
from tahqiq.registries.relations import is_nobody

UNDISCLOSED = "Undisclosed Source"


@dataclass(frozen=True, slots=True)
class Happening:
    """An incident with those of its accounts and reports that may leave the desk."""

    incident: Incident
    accounts: tuple[Account, ...]
    reports: tuple[Report, ...]

    @property
    def id(self) -> str:
        """The public id where it has one, else ours."""
        return self.incident.public_id or self.incident.id

    @property
    def outlets(self) -> tuple[str, ...]:
        """Who published the reports, each once, by name."""
        return tuple(sorted({outlet(report) for report in self.reports}))

    @property
    def parties(self) -> tuple[str, ...]:
        """Those told to have done it, by name."""
        return tuple(sorted({p.name for account in self.accounts for p in account.perpetrators if not is_nobody(p)}))

    @property
    def struck(self) -> tuple[str, ...]:
        """Those told to have been struck, by name."""
        return tuple(sorted({t.name for account in self.accounts for t in account.targets if not is_nobody(t)}))

    @property
    def grain(self) -> str | None:
        """The grain of the account that tells the incident's days, None where no day is told."""
        start, end = self.incident.start, self.incident.end
        if start is None:
            return None
        told = [a.date.grain for a in self.accounts if a.date and (a.date.start, a.date.end) == (start, end)]
        return min(told, default="day" if start == end else "interval")

    @property
    def last_published(self) -> dt.date | None:
        """The latest day on which one of the reports was published."""
        return max((report.published for report in self.reports if report.published), default=None)

    def toll(self, effect: str, who: str = "unspecified") -> Toll | None:
        """The toll of everyone unless a group is named; where only a group was told, nothing is known of the whole."""
        return next((toll for toll in self.incident.tolls if (toll.effect, toll.who) == (effect, who)), None)

    def view(self, name: str) -> Mapping[tuple[str, str], Toll]:
        """The tolls of another codebook's view by effect and group; counted here for incidents computed before there were views."""
        known = self.incident.views or views(ever_told(self.accounts, {report.id: report for report in self.reports}, {}))
        return {(toll.effect, toll.who): toll for view in known if view.name == name for toll in view.tolls}


def outlet(report: Report) -> str:
    """Who published it: by name, else by host, else the agency that it credits."""
    host = (urlsplit(report.url).hostname or "").removeprefix("www.") if report.url else ""
    return report.source or host or report.wire_credit or UNDISCLOSED


class Happenings:
    """The happenings of an export in their order, once. `protection` is the note that the export carries.

    Args:
        seen: is told of each happening as it passes.
        numbers: where a line is written for every number of the export, if anywhere.
    """

    def __init__(
        self,
        batches: Iterable[Protected],
        protection: Protection,
        *,
        seen: Callable[[Happening], None] | None = None,
        numbers: BinaryIO | None = None,
    ) -> None:
        self.protection = protection
        self._batches, self._seen, self._numbers = batches, seen, numbers
        self.count = 0

    @classmethod
    def of(cls, what: Protected) -> "Happenings":
        """Those of one protected set."""
        return cls([what], what.protection)

    def __iter__(self) -> Iterator[Happening]:
        for what in self._batches:
            for incident in what.incidents:
                one = Happening(
                    incident,
                    tuple(what.accounts[name] for name in incident.accounts if name in what.accounts),
                    tuple(what.reports[name] for name in incident.reports if name in what.reports),
                )
                self.count += 1
                if self._seen:
                    self._seen(one)
                yield one

    def trace(self, one: Happening, record: str, column: str, value: int | None, toll: Toll, *, by: Sequence[str] = ()) -> int | None:
        """The value; where numbers are traced, a line says on which words and which rule it stands.

        Args:
            by: the accounts that tell this value; those of the toll unless given.
        """
        if self._numbers is not None:
            line = {
                "record": record,
                "column": column,
                "value": value,
                "incident": one.incident.id,
                "rule": toll.rule,
                "claims": list(_claims(one, toll, by or toll.accounts)),
            }
            self._numbers.write(msgspec.json.encode(line) + b"\n")
        return value


def _claims(one: Happening, toll: Toll, by: Sequence[str]) -> Iterator[dict[str, Any]]:
    for account in one.accounts:
        if account.id not in by:
            continue
        of_effect = [c for c in account.casualties if c.effect == toll.effect]
        of_group = [c for c in of_effect if c.who == toll.who]
        yield from (_claim(account, casualty) for casualty in of_group or of_effect)


def _claim(account: Account, told: Casualty) -> dict[str, Any]:
    return {
        "account": account.id,
        "report": account.report,
        "start": told.mention.start,
        "end": told.mention.end,
        "who": told.who,
        "min": told.min,
        "max": told.max,
        "qualifier": told.qualifier,
    }
