"""HAPI conflict events: how many events and fatalities a month and first-order unit have, by kind, as OCHA's HAPI gives ACLED's.

Source: the 19 columns of HAPI's conflict-events files (OCHA-DAP/hdx-scraper-acled). Counted are the rows that ACLED would have. An event
against civilians is political violence as well and stands in both counts, as in OCHA's own files. P-codes, response plans and dataset ids
are not known here and stay empty.
"""

import calendar
import csv
import datetime as dt
import io
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from tahqiq.export.acled import Row, rows_of
from tahqiq.export.cells import cell, left_out
from tahqiq.export.happenings import Happenings
from tahqiq.model import Toll
from tahqiq.registries import load_places
from tahqiq.settings import Settings

COLUMNS = (
    "location_code has_hrp in_gho provider_admin1_name provider_admin2_name admin1_code admin1_name admin2_code admin2_name admin_level "
    "event_type events fatalities reference_period_start reference_period_end dataset_hdx_id resource_hdx_id warning error"
).split()
Key = tuple[str, str, str, dt.date]


class Hapi:
    """A row for each country, unit, kind and month; the counts alone are held, not the incidents."""

    name = "hapi"
    title = "HAPI conflict events"
    media_type = "text/csv"
    extension = "csv"
    cannot_hold = ("incidents", "injured", "other_harm", "ranges", "groups", "contradictions", "denials", "grades", "mentions")

    def write(self, what: Happenings, out: BinaryIO, settings: Settings) -> tuple[int, Mapping[str, int]]:
        events, dead = dict[Key, int](), dict[Key, int]()
        written, reasons = 0, dict[str, int]()
        for one in what:
            rows = rows_of(one, settings)
            kinds = [(row, kind) for row in rows for kind in _kinds(row)] if not isinstance(rows, str) else []
            if not kinds:
                left_out(reasons, rows if isinstance(rows, str) else "HAPI does not count strategic developments")
                continue
            written += 1
            for row, kind in kinds:
                key = _key(row, kind)
                events[key] = events.get(key, 0) + 1
                dead[key] = dead.get(key, 0) + row.fatalities
                toll = Toll("killed", "unspecified", row.fatalities, row.fatalities, row.fatalities, row.toll.rule, row.toll.accounts)
                what.trace(one, " ".join((*key[:3], f"{key[3]:%Y-%m}")), "fatalities", row.fatalities, toll)
        out.write(b"\xef\xbb\xbf")
        text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
        table = csv.writer(text, lineterminator="\n")
        table.writerow(COLUMNS)
        for key in sorted(events):
            told = _told(key, events[key], dead[key])
            table.writerow(cell(told.get(column)) for column in COLUMNS)
        text.detach()
        return written, reasons


def _kinds(row: Row) -> Iterator[str]:
    if "Demonstrations" in row.disorder_type:
        yield "demonstration"
    if "Political violence" in row.disorder_type:
        yield "political_violence"
    if row.second and row.second[0].side == "civilians" and "Political violence" in row.disorder_type and row.event_type != "Battles":
        yield "civilian_targeting"


def _key(row: Row, kind: str) -> Key:
    codes = load_places().country_codes(row.country)
    place = row.one.incident.place
    return codes.iso3 if codes else row.country, (place.admin1 if place else None) or "", kind, row.day.replace(day=1)


def _told(key: Key, events: int, dead: int) -> dict[str, str | int]:
    country, admin1, kind, month = key
    last = month.replace(day=calendar.monthrange(month.year, month.month)[1])
    return {
        "location_code": country,
        "provider_admin1_name": admin1,
        "admin_level": 1 if admin1 else 0,
        "event_type": kind,
        "events": events,
        "fatalities": dead,
        "reference_period_start": month.isoformat(),
        "reference_period_end": last.isoformat(),
    }
