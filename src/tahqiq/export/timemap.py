"""TimeMap: events, their sources and associations, as the three JSON files that a TimeMap site loads, in one ZIP archive.

Source: forensic-architecture/timemap, src/reducers/validate. All of an event's values are texts; days are M/D/YYYY, TimeMap's own default.
An event needs latitude and longitude together, and a day or a place.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import IO, Any, BinaryIO

import msgspec

from tahqiq.codebook import load_codebook
from tahqiq.export.cells import Archive, left_out
from tahqiq.export.happenings import Happening, Happenings, outlet
from tahqiq.model import Report, digest
from tahqiq.settings import Settings

_MODE = "FILTER"
_FILTERS = {"event_types": "Event type", "grades": "Civilian harm"}


class TimeMap:
    """events.json, sources.json and associations.json; sources are written once, however many events they tell of."""

    name = "timemap"
    title = "TimeMap files"
    media_type = "application/zip"
    extension = "zip"
    cannot_hold = ("other_harm", "groups", "contradictions", "denials", "mentions")

    def write(self, what: Happenings, out: BinaryIO, settings: Settings) -> tuple[int, Mapping[str, int]]:
        archive = Archive()
        events, sources, associations = (_Listed(archive.file(f"{name}.json")) for name in ("events", "sources", "associations"))
        seen, reasons = set[str](), dict[str, int]()
        filters: dict[str, tuple[str, str]] = {}
        for one in what:
            if one.incident.start is None and not _point(one):
                left_out(reasons, "neither a day nor a place is told")
                continue
            events.add(_event(one, what))
            filters |= {_label(kind, value): (kind, value) for kind, value in _told(one)}
            for report in one.reports:
                if report.id not in seen:
                    seen.add(report.id)
                    sources.add(_source(report))
        for title, (kind, value) in sorted(filters.items()):
            associations.add(_association(title, kind, value))
        for listed in (events, sources, associations):
            listed.close()
        archive.write(out)
        return events.count, reasons


class _Listed:
    """A JSON array, written as it goes."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out, self.count = out, 0
        out.write(b"[")

    def add(self, value: Mapping[str, Any]) -> None:
        self._out.write((b",\n" if self.count else b"\n") + msgspec.json.encode(value))
        self.count += 1

    def close(self) -> None:
        self._out.write(b"\n]\n")


def _event(one: Happening, what: Happenings) -> dict[str, Any]:
    incident, point = one.incident, _point(one)
    return {
        "id": one.id,
        "description": _description(one, what),
        "date": _day(incident.start) if incident.start else "",
        "time": "",
        "time_precision": one.grain or "",
        "location": incident.place.name if incident.place else "",
        "latitude": str(point[0]) if point else "",
        "longitude": str(point[1]) if point else "",
        "type": load_codebook().label("event_types", incident.event_type, "en"),
        "category": incident.event_type,
        "category_full": load_codebook().label("event_types", incident.event_type, "en"),
        "associations": [_label(kind, value) for kind, value in _told(one)],
        "sources": [report.id for report in one.reports],
        "comments": "",
        "time_display": _span(one),
    }


def _day(day: dt.date) -> str:
    return f"{day.month}/{day.day}/{day.year}"


def _span(one: Happening) -> str:
    start, end = one.incident.start, one.incident.end
    if start is None:
        return ""
    return start.isoformat() if end in (start, None) else f"{start.isoformat()} to {end}"


def _point(one: Happening) -> tuple[float, float] | None:
    place = one.incident.place
    if place is None or place.precision == "country" or place.lat is None or place.lon is None:
        return None
    return place.lat, place.lon


def _description(one: Happening, what: Happenings) -> str:
    """The title, with the killed and injured, as low to high."""
    parts = [one.incident.title]
    for effect in ("killed", "injured"):
        toll = one.toll(effect)
        if toll is None:
            continue
        what.trace(one, one.id, f"description.{effect}_low", toll.low, toll, by=toll.low_by)
        what.trace(one, one.id, f"description.{effect}_high", toll.high, toll, by=toll.high_by)
        high = "or more" if toll.high is None else f"to {toll.high}"
        parts.append(f"{effect} {toll.low}" if toll.low == toll.high else f"{effect} {toll.low} {high}")
    return "; ".join(parts)


def _told(one: Happening) -> Iterator[tuple[str, str]]:
    yield "event_types", one.incident.event_type
    if one.incident.grade != "none":
        yield "grades", one.incident.grade


def _label(kind: str, value: str) -> str:
    return f"{_FILTERS[kind]}: {load_codebook().label(kind, value, 'en')}"


def _association(title: str, kind: str, value: str) -> dict[str, Any]:
    path = [_FILTERS[kind], load_codebook().label(kind, value, "en")]
    return {"id": digest("association", kind, value), "title": title, "mode": _MODE, "desc": "", "filter_paths": path}


def _source(report: Report) -> dict[str, Any]:
    day = _day(report.published) if report.published else ""
    url = report.url or ""
    return {
        "id": report.id,
        "title": f"{outlet(report)}, {report.published or 'no day'}",
        "thumbnail": "",
        "paths": [url] if url else [],
        "type": "Article",
        "url": url,
        "description": "",
        "author": outlet(report),
        "date": day,
    }
