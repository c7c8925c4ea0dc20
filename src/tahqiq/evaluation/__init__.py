"""The reader measured: against gold records, against spans of dates, places and names, against other public benchmarks.

`evaluate` scores records by the annotation guide's measure; `benchmarks.measure` runs everything found in a folder.
"""

from tahqiq.evaluation.gold import (
    EFFECTS,
    MARKED,
    ROWS,
    SHARES,
    SLOTS,
    Counts,
    Record,
    count,
    dated,
    distance_km,
    equal,
    evaluate,
    evaluate_reader,
    likeness,
    load_records,
    matched,
    pair,
    same_name,
    same_place,
    summary,
    values,
)

__all__ = [
    "EFFECTS",
    "MARKED",
    "ROWS",
    "SHARES",
    "SLOTS",
    "Counts",
    "Record",
    "count",
    "dated",
    "distance_km",
    "equal",
    "evaluate",
    "evaluate_reader",
    "likeness",
    "load_records",
    "matched",
    "pair",
    "same_name",
    "same_place",
    "summary",
    "values",
]
