"""The record of an edition: an incident with its accounts and reports as they may leave the desk, under names that mean nothing inside.

What comes in are values of the desk; what goes out is a `Record`, which every public page, feed and download is made of.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar, cast

import msgspec

from tahqiq.codebook import LANGUAGES, load_codebook
from tahqiq.errors import RegistryError, UnknownName
from tahqiq.fold import folded
from tahqiq.ledger.publications import Edition
from tahqiq.model import Account, Incident, Report, Source, Voice, digest
from tahqiq.protection import Protecting, Protection
from tahqiq.registries import load_actors, load_places

T = TypeVar("T")
_NAMES_OF_OURS = frozenset({"report", "accounts", "reports", "withheld", "voices", "low_by", "best_by", "high_by"})
_SPANS = frozenset({"mentions", "unclaimed"})
_LONGEST_WORDS = 20_000  # code points by which an edition is searched


@dataclass(frozen=True, slots=True)
class Record:
    """What is public of one incident. `copies` leads from a copying report to what it copies; `versions` are of what made it."""

    incident: Incident
    accounts: tuple[Account, ...]
    reports: tuple[Report, ...]
    sources: tuple[Source, ...]
    copies: dict[str, str]
    versions: dict[str, str]
    protection: Protection

    def content(self) -> str:
        """What it tells, whoever told it in which version of the program: two records of one content differ in nothing shown."""
        return digest(msgspec.to_builtins(replace(self, versions={}, protection=Protection("public"))))


def record_in(edition: Edition) -> Record:
    """The record that an edition holds."""
    return msgspec.json.decode(edition.json, type=Record)


def make_record(
    public_id: str,
    incident: Incident,
    accounts: Iterable[Account],
    reports: Iterable[Report],
    sources: Iterable[Source],
    copies: Mapping[str, str],
    versions: Mapping[str, str],
    protecting: Protecting,
) -> Record:
    """The record under a public id; `protecting` has learned every name that must not be in it."""
    safe = protecting.protect([incident], accounts, reports)
    ordered = sorted(safe.reports.values(), key=lambda r: (r.published or dt.date.max, r.id))
    names = {report.id: f"{public_id}.{n}" for n, report in enumerate(ordered, 1)}
    told = sorted(safe.accounts.values(), key=lambda a: (names.get(a.report, ""), a.trigger.start, a.id))
    names |= {account.id: f"{public_id}.{names[account.report].rpartition('.')[2]}.{n}" for n, account in enumerate(told, 1)}
    names[incident.id] = public_id
    one = _renamed(replace(safe.incidents[0], decisions=(), computed_grade=None, public_id=public_id, review="published"), names)
    used = {report.source for report in ordered}
    return Record(
        replace(one, languages=tuple(sorted(one.languages))),
        tuple(_renamed(account, names) for account in told),
        tuple(_renamed(replace(report, document=None, edited=None), names) for report in ordered),
        tuple(_published_source(source, protecting) for source in sources if source.id in used),
        {names[a]: names[b] for a, b in copies.items() if a in names and b in names},
        dict(versions),
        safe.protection,
    )


def _published_source(source: Source, protecting: Protecting) -> Source:
    return replace(source, name=protecting.text(source.name), names=(), hosts=())


def _renamed(value: T, names: Mapping[str, str]) -> T:
    """The value with every id of the desk replaced; what is no id, such as a place's, stays."""
    if not is_dataclass(value) or isinstance(value, type):
        return value
    changed = {f.name: _part(f.name, getattr(value, f.name), names) for f in fields(value)}
    if isinstance(value, Incident | Account | Report | Voice):
        changed["id"] = names.get(value.id, value.id)
    return cast(T, replace(value, **changed))


def _part(name: str, value: Any, names: Mapping[str, str]) -> Any:
    if name in _SPANS:
        return tuple((names.get(span[0], span[0]), *span[1:]) for span in value)
    if name in _NAMES_OF_OURS and isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, tuple):
        return tuple(names.get(part, part) if name in _NAMES_OF_OURS and isinstance(part, str) else _renamed(part, names) for part in value)
    if isinstance(value, dict):
        return {key: _part("", part, names) for key, part in value.items()}
    return _renamed(value, names)


# -- what it is found by ----------------------------------------------------------------------------------------------


def columns_of(record: Record) -> dict[str, Any]:
    """By which columns of its edition the record is found and put in order."""
    incident, place = record.incident, record.incident.place
    killed = [toll.best for toll in incident.tolls if toll.effect == "killed"]
    last = incident.end or incident.start
    return {
        "day": incident.start.isoformat() if incident.start else "",
        "last_day": last.isoformat() if last else "",
        "event_type": incident.event_type,
        "country": (place.country if place else None) or "",
        "grade": incident.grade,
        "killed": min(max(killed, default=-1), 2**31 - 1),
        "words": words_of(record),
        "json": msgspec.json.encode(record, order="deterministic").decode(),
    }


def words_of(record: Record) -> str:
    """The words by which it is searched, folded: places, forces and outlets by all their names, types and weapons in each language."""
    incident = record.incident
    said = [incident.id, incident.title, *incident.former_public_ids]
    said += [s.name for s in record.sources] + [report.source or "" for report in record.reports]
    for account in record.accounts:
        if account.place:
            place = account.place.place
            said += [place.name, account.place.mention.text, place.admin1 or "", *_registered(load_places, place.id)]
        for named in (*account.perpetrators, *account.targets, *(claim.claimant for claim in account.claims)):
            said += [named.name, *_registered(load_actors, named.actor)]
    for language in LANGUAGES:
        said.append(_label("event_types", incident.event_type, language))
        said += [_label("weapons", weapon, language) for weapon in incident.weapons]
    return " ".join(dict.fromkeys(folded(words) for words in said if words))[:_LONGEST_WORDS]


def _registered(load: Any, name: str | None) -> list[str]:
    if name is None:
        return []
    try:
        entry = load().get(name)
    except (RegistryError, UnknownName):
        return []
    return [entry.name, *(form for forms in entry.names.values() for form in forms)]


def _label(list_name: str, value: str, language: str) -> str:
    try:
        return load_codebook().label(list_name, value, language)
    except UnknownName:
        return ""
