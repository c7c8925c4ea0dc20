"""PLOVER JSON Lines: one event a line, as the manual's record has it. The numbers of the harmed are written in `size`.

Source: PLOVER manual (https://github.com/openeventdata/PLOVER, PLOVER_MANUAL.tex); types, modes and scores stand in the codebook's
plover.yaml. `size` is commented out upstream; it is written because a number that is known should not be lost. Its numbers are the best of
all told, an open one its own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, BinaryIO

import msgspec

from tahqiq.codebook import load_codebook
from tahqiq.export.cells import filled, left_out
from tahqiq.export.happenings import Happening, Happenings, outlet
from tahqiq.model import Named
from tahqiq.registries import Places, load_places
from tahqiq.registries.relations import actor_entry, is_nobody, state_of
from tahqiq.settings import Settings

# Our kinds as PLOVER's sectors; of whom no kind is told nothing is guessed.
_SECTORS = {
    "state_forces": "MIL", "military": "MIL", "army": "MIL", "aircraft": "MIL", "navy": "MIL", "government": "GOV", "country": "GOV",
    "official": "GOV", "minister": "GOV", "president": "GOV", "police": "COP", "rebel_group": "REB", "armed_group": "REB", "militia": "PRM",
    "intelligence": "SPY", "coalition": "MIL", "people": "CVL", "person": "CVL", "civilians": "CVL", "party": "PTY", "company": "BUS",
    "outlet": "JRN", "agency": "JRN", "medical": "MED", "monitor": "SOC", "ngo": "SOC",
}  # fmt: skip
_RESOLUTION = {"site": 5, "settlement": 4, "district": 3, "province": 2, "region": 2, "country": 1}
_SIZES = {"dead": "killed", "injured": "injured", "arrested": "detained"}


@dataclass(frozen=True, slots=True)
class Entity:
    """An actor as PLOVER writes one: `code` is ISO 3166-1 alpha-3, `country` the name of the same."""

    name: str
    raw: str
    sector: str
    code: str
    country: str


class Plover:
    """Events as PLOVER's JSON has them."""

    name = "plover"
    title = "PLOVER JSON Lines"
    media_type = "application/jsonl"
    extension = "jsonl"
    cannot_hold = ("other_harm", "ranges", "groups", "contradictions", "denials", "grades", "mentions")

    def write(self, what: Happenings, out: BinaryIO, settings: Settings) -> tuple[int, Mapping[str, int]]:
        encoder = msgspec.json.Encoder()
        written, reasons = 0, dict[str, int]()
        for one in what:
            code = code_of(one)
            if code is None or one.incident.start is None:
                left_out(reasons, "no day is told" if code else "PLOVER does not code such happenings")
                continue
            written += 1
            out.write(encoder.encode(_record(one, code, what)) + b"\n")
        return written, reasons


def code_of(one: Happening) -> str | None:
    """PLOVER's type and mode, None where it has none."""
    incident = one.incident
    effects = sorted({toll.effect for toll in incident.tolls if toll.best > 0})
    return load_codebook().code(incident.event_type, "plover", weapons=incident.weapons, status=incident.status, effects=effects)


def score(code: str) -> Mapping[str, Any]:
    """The row of a code: type, mode, quad, scale."""
    return load_codebook().vocabulary("plover").codes.rows[code]


def entities(named: Iterable[Named]) -> list[Entity]:
    """Each actor once, by name."""
    return list({entity.name: entity for entity in map(_entity, named)}.values())


@lru_cache(maxsize=1)
def places() -> Places:
    """The registry of places, for codes of countries and GeoNames' numbers."""
    return load_places()


def _entity(named: Named) -> Entity:
    entry = actor_entry(named.actor)
    kind = entry.kind if entry else named.kind
    home = entry.country if entry else state_of(named.name, named.actor, named.kind)
    country = places().country_codes(home) if home else None
    sector = "UAF" if is_nobody(named) else _SECTORS.get(kind or "", "UNK")
    name = entry.name if entry else named.name
    return Entity(name, named.mention.text, sector, country.iso3 if country else "", country.name if country else "")


def _record(one: Happening, code: str, what: Happenings) -> dict[str, Any]:
    incident, row = one.incident, score(code)
    assert incident.start
    return filled(
        {
            "id": one.id,
            "has_event": True,
            "date": incident.start.isoformat(),
            "enddate": incident.end.isoformat() if incident.end and incident.end != incident.start else None,
            "actor": [_actor(entity) for entity in entities(p for a in one.accounts for p in a.perpetrators)],
            "recipient": [_actor(entity) for entity in entities(t for a in one.accounts for t in a.targets)],
            "event": [row["type"]],
            "mode": row["mode"],
            "quad_code": row["quad"],
            "event_scale": row["scale"],
            "event_loc": _location(one),
            "size": filled({size: _size(one, size, what) for size in _SIZES}),
            "event_text": incident.title,
            "cite_info": [_citation(report) for report in one.reports],
            "coder": "tahqiq",
            "comment": f"contradicted: {', '.join(incident.contradictions)}" if incident.contradictions else "",
        }
    )


def _actor(entity: Entity) -> dict[str, Any]:
    return filled({"code": entity.code, "sector": entity.sector, "entity_text": entity.raw, "identifier_text": entity.name})


def _location(one: Happening) -> dict[str, Any]:
    place = one.incident.place
    if place is None:
        return {}
    entry, country = places().find_id(place.id) if place.id else None, places().country_codes(place.country) if place.country else None
    is_country = place.precision == "country"
    return filled(
        {
            "resolved_place": place.name,
            "geonameid": str(entry.geonames) if entry and entry.geonames else "",
            "lat": None if is_country else place.lat,
            "lon": None if is_country else place.lon,
            "city": place.name if place.precision == "settlement" else "",
            "province": place.admin1,
            "country": country.name if country else "",
            "country_code": country.iso3 if country else "",
            "resolution": _RESOLUTION.get(place.precision),
        }
    )


def _size(one: Happening, size: str, what: Happenings) -> int | None:
    toll = one.toll(_SIZES[size])
    return None if toll is None else what.trace(one, one.id, f"size.{size}", toll.best, toll, by=toll.best_by)


def _citation(report: Any) -> dict[str, Any]:
    published = report.published.isoformat() if report.published else ""
    return filled({"url": report.url, "language": report.language, "publication": outlet(report), "citation": published})
