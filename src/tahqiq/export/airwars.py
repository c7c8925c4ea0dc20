"""Airwars-like records: nine linked tables, comma-separated, in one ZIP archive; every row bears the `post_id` of its incident.

Source: the fields of Airwars' public archive as its exporter writes them (airwars-archive-2025, theme/functions2), as far as reports tell
them: what an assessor adds by hand (observation, geolocation sign-off, mgrs …) is left empty. How an analyst sets minimum and maximum is
not published; ours is the view `airwars` (assessing.casualties), whose rule is named beside each number in the trace.
"""

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from tahqiq.export.cells import Archive, Cell, Table
from tahqiq.export.happenings import Happening, Happenings, outlet
from tahqiq.model import Party, Place
from tahqiq.registries import load_places
from tahqiq.settings import Settings

# Airwars' groups of the harmed; ours where we tell one.
GROUPS: Mapping[str, str] = {
    "civilian_non_combatants": "civilians",
    "children": "children",
    "women": "women",
    "men": "",
    "human_rights_defenders": "",
    "journalists": "",
    "trade_unionists": "",
    "healthcare_personnel": "",
    "other_civilian_non_combatants": "",
    "undetermined": "unspecified",
    "other_protected_persons": "",
    "medical_and_religious_personnel_state": "",
    "medical_and_religious_personnel_non_state": "",
    "persons_hors_de_combat": "",
    "belligerents": "combatants",
    "member_of_armed_forces": "security_forces",
    "persons_directly_participating_in_hostilities": "",
    "civilian_role_in_military": "",
}
_EFFECTS = ("killed", "injured")
_NUMBERS = tuple(f"{group}_{effect}_{bound}" for group in GROUPS for effect in _EFFECTS for bound in ("min", "max"))
# How exactly the place is known, in Airwars' labels from coarse to fine; of a site we only know that it is named.
_ACCURACY = {"province": "province/governorate", "district": "district", "settlement": "town", "site": "nearby landmark"}
_ADMITS = ("confirms", "claims_responsibility")
_SPOKEN = ("confirms", "claims_responsibility", "denies", "declines", "investigating")

TABLES: Mapping[str, tuple[str, ...]] = {
    "incidents": (
        "post_id", "post_status", "post_published", "post_modified", "permalink", "code", "previous_codes", "date_type", "date", "date_end",
        "local_time_type", "local_time", "local_time_start", "local_time_end", "local_time_of_day", "local_first_reported_date_time",
        "local_first_reported_by", "local_first_reported_url", "country_name", "country_slug", "location_name", "location_name_arabic",
        "region", "strike_status", "infrastructure", "strike_type", "targeted_belligerent", "observation", "impact", "total_strikes",
        "civilian_harm_reported", "civilian_harm_status", "cause_of_death_injury", "geolocated", "latitude", "longitude",
        "geolocation_status", "geolocation_accuracy", "geolocation_notes", "num_media", "num_victims", "num_victims_named",
        "num_reconciled", "num_families", "num_individuals", "victim_average_age", "declassified_assessment", "press_release", *_NUMBERS,
        "num_sources", "num_sources_twitter", "num_sources_facebook", "num_sources_telegram", "num_sources_other", "summary",
    ),
    "belligerents": (
        "post_id", "id", "name", "slug", "type", "assessment", "deaths_conceded_min", "deaths_conceded_max", "injuries_conceded_min",
        "injuries_conceded_max", "location", "mgrs_coordinate", "mgrs_accuracy", "civcas_statements", "strike_reports",
    ),
    "statements": ("post_id", "party", "date", "url", "text", "hash"),
    "strike_reports": ("post_id", "party", "url", "text", "text_original"),
    "victims": (
        "post_id", "name", "name_arabic", "gender", "pregnant", "age", "exact_age", "killed_or_injured", "notes", "url",
        "reconciliation_id", "group_code", "num_group_members",
    ),
    "casualties": ("post_id", "type", "affiliation", "while_working", "killed_min", "killed_max", "injured_min", "injured_max"),
    "sources": ("post_id", "name", "language", "url", "archive_url", "media"),
    "infrastructure": ("post_id", "group", "type", "affiliation", "declared_target", "destruction"),
    "media": ("post_id", "type", "role", "url", "caption"),
}  # fmt: skip


class Airwars:
    """Nine tables as in an Airwars archive."""

    name = "airwars"
    title = "Airwars-like tables"
    media_type = "application/zip"
    extension = "zip"
    cannot_hold = ("other_harm", "contradictions", "mentions")

    def write(self, what: Happenings, out: BinaryIO, settings: Settings) -> tuple[int, Mapping[str, int]]:
        archive = Archive()
        tables = {name: Table(archive.file(f"{name}.csv"), header) for name, header in TABLES.items()}
        for post, one in enumerate(what, start=1):
            numbers = _numbers(one, what)
            for name, row in _rows(one, numbers):
                told = {"post_id": post, **row}
                tables[name].add(*(told.get(column) for column in TABLES[name]))
        for table in tables.values():
            table.done()
        archive.write(out)
        return what.count, {}


def _rows(one: Happening, numbers: Mapping[str, int | None]) -> Iterator[tuple[str, dict[str, Cell]]]:
    yield "incidents", _incident(one) | dict(numbers)
    yield from (("belligerents", _belligerent(one, party)) for party in one.incident.parties)
    yield from (("statements", row) for row in _statements(one))
    for name in one.incident.victims:
        yield "victims", {"name": name, "killed_or_injured": _harm_of_named(one)}
    for group, who in GROUPS.items():
        told = {f"{effect}_{bound}": numbers[f"{group}_{effect}_{bound}"] for effect in _EFFECTS for bound in ("min", "max")}
        if who and any(value is not None for value in told.values()):
            yield "casualties", {"type": group, **told}
    for report in one.reports:
        yield "sources", {"name": outlet(report), "language": report.language, "url": report.url, "media": len(report.media)}
        for medium in report.media:
            yield "media", {"type": medium.kind, "role": medium.role, "url": medium.address, "caption": medium.caption}


def _incident(one: Happening) -> dict[str, Cell]:
    incident, place, first = one.incident, one.incident.place, min(one.reports, key=_by_day, default=None)
    days = [report.published for report in one.reports if report.published]
    civilians = [t for t in incident.tolls if t.effect in _EFFECTS and t.who in ("civilians", "children", "women") and t.best > 0]
    return {
        "post_status": incident.review,
        "post_published": min(days).isoformat() if days else None,
        "post_modified": max(days).isoformat() if days else None,
        "permalink": f"/incidents/{incident.id}",
        "code": incident.public_id or incident.id,
        "previous_codes": "; ".join(incident.former_public_ids),
        "date_type": "unknown" if not incident.start else "exact" if incident.start == incident.end else "window",
        "date": incident.start.isoformat() if incident.start else None,
        "date_end": incident.end.isoformat() if incident.end and incident.end != incident.start else None,
        "local_time_type": "unknown",
        "local_first_reported_date_time": min(days).isoformat() if days else None,
        "local_first_reported_by": outlet(first) if first else None,
        "local_first_reported_url": first.url if first else None,
        "country_slug": place.country.lower() if place and place.country else None,
        "country_name": _country(place),
        "location_name": place.name if place else None,
        "location_name_arabic": _arabic_name(one),
        "region": place.admin1 if place else None,
        "strike_status": "declared" if any(s.stance in _ADMITS for p in incident.parties for s in p.stands) else "alleged",
        "strike_type": incident.event_type,
        "targeted_belligerent": "; ".join(one.struck),
        "cause_of_death_injury": "; ".join(incident.weapons),
        "civilian_harm_reported": int(bool(civilians)),
        "civilian_harm_status": incident.grade if incident.grade != "none" else None,
        "geolocated": int(bool(place and place.lat is not None and place.precision != "country")),
        "latitude": place.lat if place and place.precision != "country" else None,
        "longitude": place.lon if place and place.precision != "country" else None,
        "geolocation_accuracy": _accuracy(place),
        "num_media": sum(len(report.media) for report in one.reports),
        "num_victims": len(incident.victims),
        "num_victims_named": len(incident.victims),
        "num_sources": len(one.reports),
        "num_sources_other": len(one.reports),
        "summary": incident.title,
    }


def _country(place: Place | None) -> str | None:
    codes = load_places().country_codes(place.country) if place and place.country else None
    return codes.name if codes else None


def _by_day(report: Any) -> tuple[bool, Any, str]:
    return report.published is None, report.published, report.id


def _accuracy(place: Place | None) -> str | None:
    return _ACCURACY.get(place.precision) if place else None


def _arabic_name(one: Happening) -> str | None:
    """The words of an Arabic report for the place."""
    arabic = {report.id for report in one.reports if report.language == "ar"}
    told = (account.place for account in one.accounts if account.place and account.report in arabic)
    return next((placed.mention.text for placed in told if placed.place == one.incident.place), None)


def _numbers(one: Happening, what: Happenings) -> dict[str, int | None]:
    """Minimum and maximum of the killed and injured of each group; empty where nobody told of it."""
    view = one.view("airwars")
    found: dict[str, int | None] = dict.fromkeys(_NUMBERS)
    for group, who in GROUPS.items():
        for effect in _EFFECTS:
            toll = view.get((effect, who))
            if toll is None or toll.rule == "airwars_none_told" or (who == "unspecified" and _is_sum(one, effect)):
                continue
            for bound, value in (("min", toll.low), ("max", toll.high)):
                column = f"{group}_{effect}_{bound}"
                found[column] = what.trace(one, one.id, column, value, toll)
    return found


def _is_sum(one: Happening, effect: str) -> bool:
    """Whether nobody told of all the harmed, so that the whole is but the sum of groups that have columns of their own."""
    told = [c for account in one.accounts for c in account.casualties if c.effect == effect]
    return bool(told) and not any(c.who in ("unspecified", "mixed") for c in told)


def _belligerent(one: Happening, party: Party) -> dict[str, Cell]:
    known = any(stand.stance in _ADMITS for stand in party.stands)
    return {
        "id": party.speaker.id,
        "name": party.speaker.name,
        "slug": party.speaker.id,
        "type": "Known" if known else "Suspected",
        "assessment": party.grade if party.grade != "none" else None,
        "location": one.incident.place.name if one.incident.place else None,
        "civcas_statements": sum(stand.stance in _SPOKEN for stand in party.stands),
    }


def _statements(one: Happening) -> Iterator[dict[str, Cell]]:
    """What parties say of it themselves, by the report that tells it: the words are the report's and stay in it."""
    reports = {report.id: report for report in one.reports}
    for party in one.incident.parties:
        for stand in (stand for stand in party.stands if stand.stance in _SPOKEN):
            for name in stand.reports or ("",):
                day = str(stand.since) if stand.since else None
                url = reports[name].url if name in reports else None
                yield {"party": party.speaker.name, "date": day, "url": url, "text": stand.stance.replace("_", " ")}


def _harm_of_named(one: Happening) -> str | None:
    """What came to those named, where only one kind of harm is told of the happening."""
    told = {t.effect for t in one.incident.tolls if t.best > 0 and t.effect in _EFFECTS}
    return told.pop() if len(told) == 1 else None
