"""GeoJSON: a map layer of incidents, each at its place as exactly as the place is known.

Source: RFC 7946: positions are longitude, latitude in WGS84; what has no position has the geometry null. The properties are our own.
A place less exact than a town has its reach in `radius_km`: draw that circle, not the point.
"""

from collections.abc import Mapping
from typing import Any, BinaryIO

import msgspec

from tahqiq.export.happenings import Happening, Happenings
from tahqiq.model import Place
from tahqiq.registries.relations import REACH_KM, region_km
from tahqiq.settings import Settings


class GeoJson:
    """A FeatureCollection with one feature an incident."""

    name = "geojson"
    title = "GeoJSON"
    media_type = "application/geo+json"
    extension = "geojson"
    cannot_hold = ("other_harm", "groups", "contradictions", "denials", "mentions")

    def write(self, what: Happenings, out: BinaryIO, settings: Settings) -> tuple[int, Mapping[str, int]]:
        protection = {"policy": what.protection.policy, "rules": list(what.protection.rules)}
        head = msgspec.json.encode({"type": "FeatureCollection", "protection": protection})
        out.write(head[:-1] + b',"features":[')
        for number, one in enumerate(what):
            out.write((b",\n" if number else b"\n") + msgspec.json.encode(_feature(one, what)))
        out.write(b"\n]}\n")
        return what.count, {}


def _feature(one: Happening, what: Happenings) -> dict[str, Any]:
    return {"type": "Feature", "id": one.incident.id, "geometry": _geometry(one.incident.place), "properties": properties(one, what)}


def _geometry(place: Place | None) -> dict[str, Any] | None:
    if place is None or place.precision == "country" or place.lat is None or place.lon is None:
        return None
    return {"type": "Point", "coordinates": [place.lon, place.lat]}


def properties(one: Happening, what: Happenings) -> dict[str, Any]:
    """What a map layer tells of an incident."""
    incident = one.incident
    return {
        "id": one.id,
        "title": incident.title,
        "event_type": incident.event_type,
        "date_start": incident.start.isoformat() if incident.start else None,
        "date_end": incident.end.isoformat() if incident.end else None,
        "date_precision": one.grain,
        "place": incident.place.name if incident.place else None,
        "country": incident.place.country if incident.place else None,
        "geo_precision": incident.place.precision if incident.place else None,
        "radius_km": _radius(incident.place),
        **{f"{effect}_{bound}": _number(one, what, effect, bound) for effect in ("killed", "injured") for bound in ("min", "max")},
        "grade": incident.grade,
        "parties": list(one.parties),
        "status": incident.status,
        "sources_count": incident.independent,
        "contradictions": list(incident.contradictions),
        "permalink": f"/incidents/{incident.id}",
    }


def _number(one: Happening, what: Happenings, effect: str, bound: str) -> int | None:
    toll = one.toll(effect)
    if toll is None:
        return None
    low = bound == "min"
    return what.trace(one, one.id, f"{effect}_{bound}", toll.low if low else toll.high, toll, by=toll.low_by if low else toll.high_by)


def _radius(place: Place | None) -> float | None:
    if place is None or place.precision in ("site", "settlement", "country"):
        return None
    return round(region_km(place) if place.precision == "region" else REACH_KM.get(place.precision, 0.0), 1)
