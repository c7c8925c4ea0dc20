"""Export: incidents in the formats of the field, protected first.

What comes in are incidents with their accounts and reports; what goes out are bytes and a report of what was lost. Same incidents,
same bytes. This stage must not know the ledger, languages or how anything was read. An exporter is one file and one line in `TABLE`.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import BinaryIO, Protocol, cast

from tahqiq.errors import UnknownName
from tahqiq.model import Account, Incident, Report
from tahqiq.protection import Protected, Protection, protect
from tahqiq.settings import Settings

__all__ = ["TABLE", "Exporter", "LossReport", "find_exporter", "write"]

TABLE = {
    "jsonl": "tahqiq.export.jsonl:Jsonl",
    "acled": "tahqiq.export.acled:Acled",
    "geojson": "tahqiq.export.geojson:GeoJson",
}

# What an incident holds that a format may have no room for, and whether this one holds it.
HOLDINGS: Mapping[str, tuple[str, Callable[[Incident, Sequence[Account]], bool]]] = {
    "injured": ("numbers of injured", lambda i, _: any(t.effect == "injured" and t.best > 0 for t in i.tolls)),
    "other_harm": (
        "numbers of missing, detained, abducted or displaced",
        lambda i, _: any(t.effect not in ("killed", "injured") and t.best > 0 for t in i.tolls),
    ),
    "ranges": ("ranges of numbers: one number stands for low, best and high", lambda i, _: any(t.low != t.high for t in i.tolls)),
    "groups": ("numbers by group (civilians, children …)", lambda i, _: any(t.who != "unspecified" for t in i.tolls)),
    "contradictions": ("contradictions, named but not by whom each value is told", lambda i, _: bool(i.contradictions)),
    "denials": (
        "denials and claims of responsibility",
        lambda _, accounts: any(c.stance in ("denies", "claims_responsibility") for a in accounts for c in a.claims),
    ),
    "grades": ("grades of civilian harm", lambda i, _: i.grade != "none"),
    "mentions": ("the words in the reports that each value stands on", lambda _, accounts: bool(accounts)),
}


class Exporter(Protocol):
    """One format. `cannot_hold` names what of `HOLDINGS` it has no room for."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def media_type(self) -> str: ...
    @property
    def extension(self) -> str: ...
    @property
    def cannot_hold(self) -> tuple[str, ...]: ...

    def write(self, what: Protected, out: BinaryIO, settings: Settings) -> tuple[int, Mapping[str, int]]:
        """The bytes are in `out`; gives how many incidents were written, and for each reason how many were not."""
        ...


@dataclass(frozen=True, slots=True)
class LossReport:
    """What was written, what the format could not hold of how many incidents, and how it was protected."""

    name: str
    title: str
    incidents: int
    written: int
    left_out: Mapping[str, int]
    lost: Mapping[str, int]
    protection: Protection

    def lines(self) -> tuple[str, ...]:
        """The report in sentences, one a line."""
        left = (f"{count} not written: {why}" for why, count in sorted(self.left_out.items()))
        lost = (f"lost of {count}: {what}" for what, count in self.lost.items())
        return (f"{self.title}: {self.written} of {self.incidents} incidents written", *left, *lost, *self.protection.lines())


def find_exporter(name: str) -> Exporter:
    """The exporter of that name; raises UnknownName with the names that there are."""
    if name not in TABLE:
        raise UnknownName(f"no export format {name!r}; there are: {', '.join(TABLE)}")
    module, _, kind = TABLE[name].partition(":")
    return cast(Exporter, getattr(import_module(module), kind)())


def write(
    name: str,
    incidents: Iterable[Incident],
    accounts: Iterable[Account],
    reports: Iterable[Report],
    out: BinaryIO,
    policy: str = "public",
    *,
    settings: Settings | None = None,
    released: Collection[str] = (),
) -> LossReport:
    """The incidents are in `out` as the format writes them, protected by the policy; gives what was lost.

    Args:
        released: names, as told, that an editor released.

    Raises: UnknownName for a format or policy that there is not.
    """
    exporter = find_exporter(name)
    what = protect(sorted(incidents, key=_order), accounts, reports, policy, released=released)
    written, left_out = exporter.write(what, out, settings or Settings())
    lost = _lost(exporter.cannot_hold, what)
    return LossReport(name, exporter.title, len(what.incidents), written, left_out, lost, what.protection)


def _lost(cannot_hold: Iterable[str], what: Protected) -> dict[str, int]:
    told = [(incident, [what.accounts[name] for name in incident.accounts if name in what.accounts]) for incident in what.incidents]
    held = ((HOLDINGS[key][0], sum(HOLDINGS[key][1](*one) for one in told)) for key in cannot_hold)
    return {sentence: count for sentence, count in held if count}


def _order(incident: Incident) -> tuple[str, str]:
    return incident.start.isoformat() if incident.start else "9999", incident.id
