"""POLECAT TSV: the 40 tab-separated columns of a POLECAT release, several values of a cell joined by semicolons.

Source: columns of published POLECAT files; types, modes and intensity are PLOVER's. Wikipedia ids, titles and Correlates of War numbers are
not in our registries and stay empty, as no number is better than a wrong one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from tahqiq.codebook import load_codebook
from tahqiq.export.cells import Cell, Table, left_out
from tahqiq.export.happenings import Happening, Happenings
from tahqiq.export.plover import Entity, code_of, entities, places, score
from tahqiq.settings import Settings

_QUADS = {1: "VERBAL COOPERATION", 2: "MATERIAL COOPERATION", 3: "VERBAL CONFLICT", 4: "MATERIAL CONFLICT"}
_LANGUAGES = {"ar": "Arabic", "ur": "Urdu", "fa": "Persian", "en": "English"}


@dataclass(frozen=True, slots=True)
class Row:
    """All that the columns are made of."""

    one: Happening
    code: Mapping[str, Any]
    actors: Sequence[Entity]
    recipients: Sequence[Entity]


class Polecat:
    """Events as in a POLECAT release."""

    name = "polecat"
    title = "POLECAT TSV"
    media_type = "text/tab-separated-values"
    extension = "tsv"
    cannot_hold = ("killed", "injured", "other_harm", "ranges", "groups", "contradictions", "denials", "grades", "mentions")

    def write(self, what: Happenings, out: BinaryIO, settings: Settings) -> tuple[int, Mapping[str, int]]:
        table = Table(out, tuple(name for name, _ in COLUMNS), "\t")
        written, reasons = 0, dict[str, int]()
        for one in what:
            code = code_of(one)
            if code is None or one.incident.start is None:
                left_out(reasons, "no day is told" if code else "POLECAT does not code such happenings")
                continue
            written += 1
            actors = entities(p for a in one.accounts for p in a.perpetrators)
            recipients = entities(t for a in one.accounts for t in a.targets)
            row = Row(one, score(code), actors, recipients)
            table.add(*(column(row) for _, column in COLUMNS))
        table.done()
        return written, reasons


def _empty(_: Row) -> str:
    return ""


def _joined(who: str, what: str) -> Callable[[Row], Cell]:
    return lambda row: "; ".join(dict.fromkeys(told for entity in getattr(row, who) if (told := getattr(entity, what))))


def _first(who: str, what: str) -> Callable[[Row], Cell]:
    return lambda row: next((getattr(entity, what) for entity in getattr(row, who)), "")


def _party(label: str, who: str) -> tuple[tuple[str, Callable[[Row], Cell]], ...]:
    return (
        (f"{label} Name", _joined(who, "name")),
        (f"{label} Country", _joined(who, "country")),
        (f"{label} COW", _empty),
        (f"Primary {label} Sector", _first(who, "sector")),
        (f"{label} Sectors", _joined(who, "sector")),
        (f"{label} Title", _empty),
        (f"{label} Name Raw", _joined(who, "raw")),
        (f"Wikipedia {label} ID", _empty),
    )


def _place(what: str) -> Callable[[Row], Cell]:
    return lambda row: getattr(row.one.incident.place, what) if row.one.incident.place else None


def _point(what: str) -> Callable[[Row], Cell]:
    def told(row: Row) -> Cell:
        place = row.one.incident.place
        return getattr(place, what) if place and place.precision != "country" else None

    return told


def _country(row: Row) -> str:
    code = row.one.incident.place.country if row.one.incident.place else None
    country = places().country_codes(code) if code else None
    return country.name if country else ""


def _geonames(row: Row) -> str:
    place = row.one.incident.place
    entry = places().find_id(place.id) if place and place.id else None
    return str(entry.geonames) if entry and entry.geonames else ""


def _if_precision(precision: str) -> Callable[[Row], Cell]:
    def told(row: Row) -> Cell:
        place = row.one.incident.place
        return place.name if place and place.precision == precision else ""

    return told


def _raw_place(row: Row) -> str:
    """The words of a report for the place that the incident has."""
    told = (account.place for account in row.one.accounts if account.place)
    return next((placed.mention.text for placed in told if placed.place == row.one.incident.place), "")


def _published(row: Row) -> str:
    days = [report.published for report in row.one.reports if report.published]
    return min(days).isoformat() if days else ""


COLUMNS: tuple[tuple[str, Callable[[Row], Cell]], ...] = (
    ("Event ID", lambda row: row.one.id),
    ("Event Date", lambda row: row.one.incident.start.isoformat() if row.one.incident.start else ""),
    ("Event Type", lambda row: str(row.code["type"])),
    ("Event Mode", lambda row: row.code["mode"] or ""),
    ("Intensity", lambda row: row.code["scale"]),
    ("Quad Code", lambda row: _QUADS.get(row.code["quad"], "")),
    ("Contexts", _empty),
    *_party("Actor", "actors"),
    *_party("Recipient", "recipients"),
    ("Placename", _place("name")),
    ("City", _if_precision("settlement")),
    ("District", _if_precision("district")),
    ("Province", _place("admin1")),
    ("Country", _country),
    ("Latitude", _point("lat")),
    ("Longitude", _point("lon")),
    ("GeoNames ID", _geonames),
    ("Raw Placename", _raw_place),
    ("Feature Type", _place("precision")),
    ("Source", lambda row: "; ".join(row.one.outlets)),
    ("Publication Date", _published),
    ("Story People", _empty),
    ("Story Organizations", _empty),
    ("Story Locations", _empty),
    ("Language", lambda row: "; ".join(_LANGUAGES.get(code, code) for code in row.one.incident.languages)),
    ("Version", lambda row: load_codebook().vocabulary("plover").edition),
)
