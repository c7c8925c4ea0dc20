"""FollowTheMoney: entities as JSON Lines: events, who is told to have done them, places, reports, and how each report stands to each event.

Source: followthemoney/schema of alephdata/followthemoney. It has no schema for counts of the harmed, claims or denials: counts are told in
words in `summary`, `recordId` leads back to the incident. Persons other than public officials are never made entities; the protected
incident has no names of them. Who is told to have done it is an UnknownLink, since an accusation is no finding.
"""

import hashlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, BinaryIO

import msgspec

from tahqiq.codebook import load_codebook
from tahqiq.export.happenings import Happening, Happenings, outlet
from tahqiq.model import Account, Named, Place, Report
from tahqiq.registries import Places, load_places
from tahqiq.registries.relations import actor_entry, is_nobody, state_of
from tahqiq.settings import Settings

_LANGUAGES = {"ar": "ara", "ur": "urd", "fa": "fas", "en": "eng"}
_BODIES = ("state_forces", "government", "police", "intelligence")
_ARMED = ("state_forces", "rebel_group", "militia", "coalition", "armed_group")
_GROUPS = (*_BODIES, "rebel_group", "militia", "coalition", "armed_group", "party", "company", "international", "country")
_ENTITIES_KEPT = 1 << 20  # ids of actors, places and reports already written; beyond that one may be written twice, which FtM merges


class FollowTheMoney:
    """Event, Organization, PublicBody, Address, Article, Documentation and UnknownLink."""

    name = "ftm"
    title = "FollowTheMoney entities"
    media_type = "application/jsonl"
    extension = "ftm.json"
    cannot_hold = ("other_harm", "groups", "contradictions", "denials", "grades", "mentions")

    def write(self, what: Happenings, out: BinaryIO, settings: Settings) -> tuple[int, Mapping[str, int]]:
        encoder, seen = msgspec.json.Encoder(), set[str]()
        for one in what:
            for entity in _entities(one, what):
                if entity["id"] in seen:
                    continue
                if len(seen) < _ENTITIES_KEPT:
                    seen.add(entity["id"])
                out.write(encoder.encode(entity) + b"\n")
        return what.count, {}


def _entities(one: Happening, what: Happenings) -> Iterator[dict[str, Any]]:
    event = _id("event", one.incident.id)
    address = _address(one.incident.place)
    yield _event(one, event, address, what)
    if address:
        yield address
    for party in _parties(one):
        yield party
        properties = {"subject": [party["id"]], "object": [event], "role": ["told to have done it"]}
        yield _entity("UnknownLink", _id("link", party["id"], event), properties)
    stances = _stances(one.accounts)
    for report in one.reports:
        article = _article(report)
        yield article
        properties = {"document": [article["id"]], "entity": [event], "role": [stances.get(report.id, "reports")]}
        yield _entity("Documentation", _id("documentation", article["id"], event), properties)


def _entity(schema: str, id: str, properties: Mapping[str, list[str]]) -> dict[str, Any]:
    told = {name: [value for value in values if value] for name, values in properties.items()}
    return {"id": id, "schema": schema, "properties": {name: values for name, values in told.items() if values}}


def _id(*parts: str) -> str:
    return f"tahqiq-{hashlib.sha1(' '.join(parts).encode(), usedforsecurity=False).hexdigest()}"


@lru_cache(maxsize=1)
def _places() -> Places:
    return load_places()


def _event(one: Happening, id: str, address: Mapping[str, Any] | None, what: Happenings) -> dict[str, Any]:
    incident, place = one.incident, one.incident.place
    one_day = incident.start == incident.end
    start, end = (day.isoformat() if day else "" for day in (incident.start, incident.end))
    return _entity(
        "Event",
        id,
        {
            "name": [incident.title],
            "date": [start if one_day else ""],
            "startDate": ["" if one_day else start],
            "endDate": ["" if one_day else end],
            "summary": [_summary(one, what)],
            "recordId": [one.id],
            "location": [place.name if place else ""],
            "country": [(place.country or "").lower() if place else ""],
            "addressEntity": [str(address["id"]) if address else ""],
            "keywords": [load_codebook().label("event_types", incident.event_type, "en"), *incident.weapons],
        },
    )


def _summary(one: Happening, what: Happenings) -> str:
    told = []
    for effect in ("killed", "injured"):
        toll = one.toll(effect)
        if toll:
            for bound, value, by in (("low", toll.low, toll.low_by), ("high", toll.high, toll.high_by)):
                what.trace(one, one.id, f"summary.{effect}_{bound}", value, toll, by=by)
            high = "open" if toll.high is None else str(toll.high)
            told.append(f"{effect}: lowest {toll.low}, best {toll.best}, highest {high}")
            what.trace(one, one.id, f"summary.{effect}_best", toll.best, toll, by=toll.best_by)
    return "; ".join(told)


def _address(place: Place | None) -> dict[str, Any] | None:
    if place is None:
        return None
    exact = place.precision != "country" and place.lat is not None and place.lon is not None
    country = _places().country_codes(place.country) if place.country else None
    full = ", ".join(dict.fromkeys(part for part in (place.name, place.admin1, country.name if country else None) if part))
    return _entity(
        "Address",
        _id("address", place.id or "", full, str(place.lat), str(place.lon)),
        {
            "full": [full],
            "city": [place.name if place.precision == "settlement" else ""],
            "state": [place.admin1 or ""],
            "country": [(place.country or "").lower()],
            "latitude": [str(place.lat) if exact else ""],
            "longitude": [str(place.lon) if exact else ""],
        },
    )


def _parties(one: Happening) -> Iterator[dict[str, Any]]:
    named = {p.actor or p.name: p for account in one.accounts for p in account.perpetrators if not is_nobody(p)}
    yield from (party for key in sorted(named) if (party := _party(named[key])))


def _party(named: Named) -> dict[str, Any] | None:
    """A force, group or government; no entity is made of a person."""
    entry = actor_entry(named.actor)
    kind = entry.kind if entry else named.kind or ""
    name = entry.name if entry else named.name
    home = entry.country if entry else state_of(named.name, named.actor, named.kind)
    is_group = entry is not None or kind in _GROUPS or kind in ("aircraft", "navy", "military", "army")
    if not is_group:
        return None
    return _entity(
        "PublicBody" if kind in _BODIES else "Organization",
        _id("actor", named.actor or name),
        {
            "name": [name],
            "alias": sorted(form for forms in entry.names.values() for form in forms if form != name) if entry else [],
            "country": [(home or "").lower()],
            "topics": ["mil"] if kind in _ARMED else [],
            "wikidataId": [(entry.wikidata or "") if entry else ""],
        },
    )


def _stances(accounts: tuple[Account, ...]) -> dict[str, str]:
    """How a report stands to the event: that it tells of a denial outweighs what else it tells."""
    found: dict[str, str] = {}
    for account in accounts:
        stances = {claim.stance for claim in account.claims}
        told = "tells of a denial" if "denies" in stances else "tells of a confirmation" if "confirms" in stances else "reports"
        if found.get(account.report, "reports") == "reports":
            found[account.report] = told
    return found


def _article(report: Report) -> dict[str, Any]:
    published = report.published.isoformat() if report.published else ""
    return _entity(
        "Article",
        _id("report", report.id),
        {
            "title": [report.title or f"{outlet(report)} {published}".strip()],
            "publisher": [outlet(report)],
            "sourceUrl": [report.url or ""],
            "language": [_LANGUAGES.get(report.language or "", "")],
            "publishedAt": [published],
            "bodyText": [report.text] if report.text else [],
        },
    )
