"""GeoJSON: a map layer of incidents, each at its place as exactly as the place is known.

Source: RFC 7946: positions are longitude, latitude in WGS84; what has no position has the geometry null. The properties are our own.
A place less exact than a town has its reach in `radius_km`: draw that circle, not the point.
"""

from collections.abc import Mapping
from typing import Any, BinaryIO

import msgspec

from tahqiq.model import Account, Incident, Place, Toll
from tahqiq.protection import Protected
from tahqiq.registries.relations import REACH_KM, is_nobody, region_km
from tahqiq.settings import Settings


class GeoJson:
    """A FeatureCollection with one feature an incident."""

    name = "geojson"
    title = "GeoJSON"
    media_type = "application/geo+json"
    extension = "geojson"
    cannot_hold = ("other_harm", "groups", "contradictions", "denials", "mentions")

    def write(self, what: Protected, out: BinaryIO, settings: Settings) -> tuple[int, Mapping[str, int]]:
        features = (_feature(incident, [what.accounts[a] for a in incident.accounts if a in what.accounts]) for incident in what.incidents)
        protection = {"policy": what.protection.policy, "rules": list(what.protection.rules)}
        head = msgspec.json.encode({"type": "FeatureCollection", "protection": protection})
        out.write(head[:-1] + b',"features":[')
        for number, feature in enumerate(features):
            out.write((b",\n" if number else b"\n") + msgspec.json.encode(feature))
        out.write(b"\n]}\n")
        return len(what.incidents), {}


def _feature(incident: Incident, accounts: list[Account]) -> dict[str, Any]:
    return {"type": "Feature", "id": incident.id, "geometry": _geometry(incident.place), "properties": _properties(incident, accounts)}


def _geometry(place: Place | None) -> dict[str, Any] | None:
    if place is None or place.precision == "country" or place.lat is None or place.lon is None:
        return None
    return {"type": "Point", "coordinates": [place.lon, place.lat]}


def _properties(incident: Incident, accounts: list[Account]) -> dict[str, Any]:
    killed, injured = (_toll(incident, effect) for effect in ("killed", "injured"))
    parties = {p.name for account in accounts for p in account.perpetrators if not is_nobody(p)}
    return {
        "id": incident.public_id or incident.id,
        "title": incident.title,
        "event_type": incident.event_type,
        "date_start": incident.start.isoformat() if incident.start else None,
        "date_end": incident.end.isoformat() if incident.end else None,
        "date_precision": _grain(incident, accounts),
        "place": incident.place.name if incident.place else None,
        "country": incident.place.country if incident.place else None,
        "geo_precision": incident.place.precision if incident.place else None,
        "radius_km": _radius(incident.place),
        "killed_min": killed.low if killed else None,
        "killed_max": killed.high if killed else None,
        "injured_min": injured.low if injured else None,
        "injured_max": injured.high if injured else None,
        "grade": incident.grade,
        "parties": sorted(parties),
        "status": incident.status,
        "sources_count": incident.independent,
        "contradictions": list(incident.contradictions),
        "permalink": f"/incidents/{incident.id}",
    }


def _toll(incident: Incident, effect: str) -> Toll | None:
    """The toll of everyone; where only a group was told, nothing is known of the whole."""
    return next((toll for toll in incident.tolls if toll.effect == effect and toll.who == "unspecified"), None)


def _grain(incident: Incident, accounts: list[Account]) -> str | None:
    """The grain of the account that tells these days."""
    told = [a.date.grain for a in accounts if a.date and (a.date.start, a.date.end) == (incident.start, incident.end)]
    if incident.start is None:
        return None
    return min(told, default="day" if incident.start == incident.end else "interval")


def _radius(place: Place | None) -> float | None:
    if place is None or place.precision in ("site", "settlement", "country"):
        return None
    return round(region_km(place) if place.precision == "region" else REACH_KM.get(place.precision, 0.0), 1)
