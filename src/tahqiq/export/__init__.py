"""Export: incidents in the formats of the field, protected first.

What comes in are incidents with their accounts and reports; what goes out are bytes and a report of what was lost. Same incidents,
same bytes. This stage must not know the ledger, languages or how anything was read. An exporter is one file and one line in `TABLE`.
Every number of a format can be traced: where asked for, a line a number says on which words and which rule it stands.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import BinaryIO, Protocol, cast

from tahqiq.errors import UnknownName
from tahqiq.export.happenings import Happening, Happenings
from tahqiq.model import Account, Incident, Report
from tahqiq.protection import Protected, Protecting, Protection
from tahqiq.settings import Settings

__all__ = ["TABLE", "Batch", "Exporter", "LossReport", "find_exporter", "protected", "write", "write_batches"]

Batch = tuple[Iterable[Incident], Iterable[Account], Iterable[Report]]

TABLE = {
    "jsonl": "tahqiq.export.jsonl:Jsonl",
    "acled": "tahqiq.export.acled:Acled",
    "ucdp": "tahqiq.export.ucdp:Ucdp",
    "airwars": "tahqiq.export.airwars:Airwars",
    "hxl": "tahqiq.export.hxl:Hxl",
    "hapi": "tahqiq.export.hapi:Hapi",
    "plover": "tahqiq.export.plover:Plover",
    "polecat": "tahqiq.export.polecat:Polecat",
    "ftm": "tahqiq.export.ftm:FollowTheMoney",
    "geojson": "tahqiq.export.geojson:GeoJson",
    "gpkg": "tahqiq.export.gpkg:Gpkg",
    "fgb": "tahqiq.export.fgb:Fgb",
    "pmtiles": "tahqiq.export.pmtiles:PmTiles",
    "parquet": "tahqiq.export.parquet:Parquet",
    "timemap": "tahqiq.export.timemap:TimeMap",
    "jsonld": "tahqiq.export.jsonld:JsonLd",
    "csv": "tahqiq.export.csv:Csv",
    "xlsx": "tahqiq.export.xlsx:Xlsx",
}

# What an incident holds that a format may have no room for, and whether this one holds it.
HOLDINGS: Mapping[str, tuple[str, Callable[[Incident, Sequence[Account]], bool]]] = {
    "incidents": ("each incident for itself: only counts of many are written", lambda i, _: True),
    "killed": ("numbers of killed", lambda i, _: any(t.effect == "killed" for t in i.tolls)),
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

    def write(self, what: Happenings, out: BinaryIO, settings: Settings) -> tuple[int, Mapping[str, int]]:
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
    marked: Collection[str] = (),
    numbers: BinaryIO | None = None,
) -> LossReport:
    """The incidents are in `out` as the format writes them, protected by the policy; gives what was lost.

    Args:
        released: names, as told, that an editor released.
        marked: names that the desk protects, whoever bears them.
        numbers: a line of JSON for each number written: its record and column, its rule, and the words it stands on, by account.

    Raises: UnknownName for a format or policy that there is not.
    """
    given = (sorted(incidents, key=_order), tuple(accounts), tuple(reports))
    return write_batches(name, lambda: [given], out, policy, settings=settings, released=released, marked=marked, numbers=numbers)


def write_batches(
    name: str,
    batches: Callable[[], Iterable[Batch]],
    out: BinaryIO,
    policy: str = "public",
    *,
    settings: Settings | None = None,
    released: Collection[str] = (),
    marked: Collection[str] = (),
    numbers: BinaryIO | None = None,
    protecting: Protecting | None = None,
) -> LossReport:
    """The same for more incidents than memory holds, in the order of their batches.

    Args:
        batches: gives incidents with their accounts and reports, some at a time; asked twice, as the names of all are learned first.
        protecting: in place of `policy` and `released`: what protects, with all that editors said of names.
    """
    exporter = find_exporter(name)
    protecting = protecting or Protecting(policy, released=released, marked=marked)
    lost = dict.fromkeys(exporter.cannot_hold, 0)

    def seen(one: Happening) -> None:
        for key in lost:
            lost[key] += HOLDINGS[key][1](one.incident, one.accounts)

    what = protected(batches, protecting, seen=seen, numbers=numbers)
    written, left_out = exporter.write(what, out, settings or Settings())
    told = {HOLDINGS[key][0]: count for key, count in lost.items() if count}
    return LossReport(name, exporter.title, what.count, written, left_out, told, protecting.note)


def protected(
    batches: Callable[[], Iterable[Batch]],
    protecting: Protecting,
    *,
    seen: Callable[[Happening], None] | None = None,
    numbers: BinaryIO | None = None,
) -> Happenings:
    """The happenings one after the other, as the policy lets them leave: the names of all are learned first."""
    if protecting.note.policy != "internal":
        for incidents, accounts, _ in batches():
            protecting.learn(incidents, accounts)
    return Happenings(_protected(batches(), protecting), protecting.note, seen=seen, numbers=numbers)


def _protected(batches: Iterable[Batch], protecting: Protecting) -> Iterator[Protected]:
    for incidents, accounts, reports in batches:
        yield protecting.protect(incidents, accounts, reports)


def _order(incident: Incident) -> tuple[str, str]:
    return incident.start.isoformat() if incident.start else "9999", incident.id
