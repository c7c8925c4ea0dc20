"""Speeds measured in one run on one core: reports read a second, by language, and the ratio to a public date library alone.

    python tools/bench.py --shared ../shared        (`make bench`)

The texts are the bulk news of the shared folder, the first COUNT of each language; `dateparser.search` looks for dates in the
same texts with the language told. Where the folder is absent the run says so and ends well.
"""

import argparse
import datetime as dt
import gc
import json
import resource
import time
from collections.abc import Callable, Sequence
from pathlib import Path

COUNT = 300
COUNT_DATES = 60


def texts(path: Path, count: int) -> list[tuple[str, dt.date | None]]:
    """The first texts of a bulk file with their day of publication."""
    found = []
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            day = record.get("published")
            found.append((record["text"], dt.date.fromisoformat(day[:10]) if day else None))
            if len(found) == count:
                break
    return found


def rate(work: Callable[[tuple[str, dt.date | None]], object], items: Sequence[tuple[str, dt.date | None]]) -> float:
    """Items a second, the caches warmed by the first ten."""
    for item in items[:10]:
        work(item)
    gc.collect()
    start = time.perf_counter()
    for item in items:
        work(item)
    return len(items) / (time.perf_counter() - start)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--count", type=int, default=COUNT)
    given = parser.parse_args()
    bulk = given.shared / "data" / "bulk"
    if not bulk.is_dir():
        print(f"no bulk texts in {given.shared}: nothing measured")
        return
    from dateparser.search import search_dates

    from tahqiq.model import Report
    from tahqiq.reading import read

    print(f"{'language':10}{'reports/s':>12}{'dateparser/s':>14}{'ratio':>8}{'memory MB':>11}")
    for code in ("ar", "ur", "fa", "en"):
        items = texts(bulk / f"{code}.jsonl", given.count)
        ours = rate(lambda item: read(Report(item[0], published=item[1])), items)
        theirs = rate(lambda item, code=code: search_dates(item[0], languages=[code]), items[:COUNT_DATES])  # type: ignore[misc]
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{code:10}{ours:12.0f}{theirs:14.0f}{ours / theirs:8.1f}{memory:11.0f}", flush=True)


if __name__ == "__main__":
    main()
