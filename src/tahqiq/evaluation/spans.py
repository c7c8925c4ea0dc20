"""Dates, places and names against annotated spans: found at all, resolved to the right day, put in the right place.

What comes in are rows with gold spans and the mentions that were found; what goes out are rates. The measure is that of the
project's outside scorer for mentions. A span is found where a mention of its kind shares a third of the longer of the two; the
mention of the largest overlap gives the value or the point.
"""

import datetime as dt
import re
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tahqiq.evaluation.gold import Record, distance_km

NEAR_KM = 161
_AREA_KM = 500
_CLOSE_KM = 50
_KINDS = {"PER": "person", "PERS": "person", "PERSON": "person", "ORG": "organisation", "LOC": "place", "GPE": "place"}
_CLOCK = frozenset(("second", "minute", "hour"))
_DATE_SETS = ("ar_duckling", "ar_recognizers", "calendar")
_DATE_LABELS = {"timeml": "DATE", "hengam": "DAT"}
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_AREAS, _SETTLED = frozenset(("Country", "Province")), frozenset(("City/town", "District", "Neighborhood"))


@dataclass(slots=True)
class SpanCounts:
    """What was asked and found in one set: spans by kind, dates with values, places with points."""

    by_kind: dict[str, list[int]] = field(default_factory=dict)  # gold found, gold, told right, told
    days: list[int] = field(default_factory=lambda: [0, 0])
    values: list[int] = field(default_factory=lambda: [0, 0])
    points: list[bool] = field(default_factory=list)  # for each gold point, whether it is a populated place
    placed: list[tuple[float, float, bool]] = field(default_factory=list)  # kilometres off, kilometres allowed, populated


def set_name(path: Path) -> str:
    """The name by which a set's own habits are known; sets of names are told by their folder."""
    return ("ner_" if path.parent.name == "ner" else "") + path.stem


def score_spans(rows: Iterable[Record], told: Mapping[str, Sequence[Record]], name: str) -> dict[str, dict[str, float | None]]:
    """Rates of one set: spans by kind, `date_values`, `coordinates`, and `settled` for populated places alone."""
    rows = list(rows)
    asked = {kind for kind in (_kind(span, name) for row in rows for span in row["spans"]) if kind}
    counts = SpanCounts()
    for row in rows:
        _count_row(row, told.get(str(row["id"]), ()), name, sorted(asked), counts)
    return _rates(counts)


def _count_row(row: Record, mentions: Sequence[Record], name: str, asked: Sequence[str], counts: SpanCounts) -> None:
    gold = [(_kind(span, name), span) for span in row["spans"]]
    for wanted_kind in asked:
        wanted, given = [s for k, s in gold if k == wanted_kind], [m for m in mentions if m.get("kind") == wanted_kind]
        row_counts = counts.by_kind.setdefault(wanted_kind, [0, 0, 0, 0])
        row_counts[0] += sum(any(shared(s, m) for m in given) for s in wanted)
        row_counts[1] += len(wanted)
        row_counts[2] += sum(any(shared(s, m) for s in wanted) for m in given)
        row_counts[3] += len(given)
    for kind, span in gold:
        if kind == "date":
            _count_date(span, mentions, name, counts)
        elif kind == "place":
            _count_place(span, mentions, counts)


def _count_date(span: Record, mentions: Sequence[Record], name: str, counts: SpanCounts) -> None:
    value = _value(span)
    if value is None:
        return
    mention = _nearest(span, mentions, "date")
    days = (mention or {}).get("value") or {}
    hit = (days.get("start"), days.get("end")) in _readings(value, name) if days else False
    for counted in (counts.values, counts.days)[: 2 if value[0] == value[1] else 1]:
        counted[0] += hit
        counted[1] += 1


def _count_place(span: Record, mentions: Sequence[Record], counts: SpanCounts) -> None:
    if span.get("lat") is None:
        return
    settled = span.get("fclass") == "P" or span.get("type") in _SETTLED
    is_area = span.get("fclass") == "A" or span.get("type") in _AREAS
    counts.points.append(settled)
    mention = _nearest(span, mentions, "place")
    km = distance_km(span, mention) if mention else None
    if km is not None:
        counts.placed.append((km, _AREA_KM if is_area else NEAR_KM, settled))


def _kind(span: Record, name: str) -> str | None:
    """The kind that a gold span stands for, None where it is not asked for: clock times, what is no name."""
    if name.startswith(_DATE_SETS):
        return None if span.get("grain") in _CLOCK or span.get("type") == "time" else "date"
    label = str(span.get("type") or span.get("label") or "").upper()
    for part, wanted in _DATE_LABELS.items():
        if part in name:
            return "date" if label == wanted else None
    if "ner" in name or label in _KINDS:
        return _KINDS.get(label)
    return "place" if "lat" in span else None


def _value(span: Record) -> tuple[str, str] | None:
    value = span.get("value")
    if isinstance(value, dict) and value.get("start"):
        return value["start"], value["end"]
    return (value, value) if isinstance(value, str) and _DAY.fullmatch(value) else None


def _readings(value: tuple[str, str], name: str) -> set[tuple[str, str]]:
    """The values that count: where a set reads a bare weekday or day as the next one, the one before counts as well."""
    if not name.startswith("ar_duckling"):
        return {value}
    first, last = (dt.date.fromisoformat(day) for day in value)
    shifted = [(first - dt.timedelta(n), last - dt.timedelta(n)) for n in (0, 7, 364)]
    return {(str(a), str(b)) for a, b in [*shifted, (_year_before(first), _year_before(last))]}


def _year_before(day: dt.date) -> dt.date:
    return day if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 1)


def shared(a: Record, b: Record) -> int:
    """Code points that two spans share where these are at least a third of the longer one, else 0."""
    width = min(a["end"], b["end"]) - max(a["start"], b["start"])
    return int(width) if width > 0 and 3 * width >= max(a["end"] - a["start"], b["end"] - b["start"]) else 0


def _nearest(span: Record, mentions: Sequence[Record], kind: str) -> Record | None:
    near = [m for m in mentions if m.get("kind") == kind and shared(span, m)]
    return max(near, key=lambda m: shared(span, m), default=None)


def _rates(counts: SpanCounts) -> dict[str, dict[str, float | None]]:
    found: dict[str, dict[str, float | None]] = {}
    for kind, (hits, gold, right, made) in counts.by_kind.items():
        precision, recall = right / made if made else 0.0, hits / gold if gold else 0.0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        found[kind] = {"precision": precision, "recall": recall, "f1": f1, "gold": gold}
    if counts.values[1]:
        one_day = counts.days[0] / counts.days[1] if counts.days[1] else None
        found["date_values"] = {"one_day": one_day, "all": counts.values[0] / counts.values[1], "gold": counts.values[1]}
    for part, only in (("coordinates", False), ("settled", True)):
        asked = sum(settled or not only for settled in counts.points)
        placed = [(km, limit) for km, limit, settled in counts.placed if settled or not only]
        if asked:
            found[part] = _placed_rates(placed, asked)
    return found


def _placed_rates(placed: Sequence[tuple[float, float]], asked: int) -> dict[str, float | None]:
    right = sum(km <= limit for km, limit in placed)
    return {
        "resolved": len(placed) / asked,
        "within_161_km_of_resolved": right / len(placed) if placed else 0.0,
        "within_161_km": right / asked,
        "within_50_km": sum(km <= _CLOSE_KM for km, _ in placed) / asked,
        "median_km": statistics.median(km for km, _ in placed) if placed else None,
        "gold": asked,
    }


def found_in(row: Record) -> list[dict[str, Any]]:
    """What the default reader finds in a row, which it is given with text, day and language."""
    from tahqiq.evaluation.gold import day_of
    from tahqiq.model import Report
    from tahqiq.reading import find_mentions

    return find_mentions(Report(row["text"], id=str(row["id"]), language=row.get("lang"), published=day_of(row.get("published"))))
