"""Speeds measured in one run on one core: reports read a second, by language, and the ratio to a public date library alone.

    python tools/bench.py --shared ../shared        (`make bench`)
    python tools/bench.py --shared ../shared --stages    what part of the reading time each stage takes

The texts are the bulk news of the shared folder, the first COUNT of each language; `dateparser.search` looks for dates in the
same texts with the language told. Where the folder is absent the run says so and ends well.
"""

import argparse
import datetime as dt
import gc
import importlib
import json
import resource
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from types import ModuleType

LANGUAGES = ("ar", "ur", "fa", "en")
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


# each stage of reading, by the module that calls it and the function's name there
STAGES = {
    "tokens, sentences, phrases": (("scene", "analyse"),),
    "numbers": (("scene", "find_quantities"),),
    "dates": (("scene", "find_dates"),),
    "places": (("scene", "find_places"),),
    "actors and persons": (("scene", "find_entities"), ("scene", "with_country"), ("scene", "find_adjectives")),
    "tolls": (("scene", "find_rows"),),
    "claimants": (("scene", "find_sayings"),),
    "what happened": (("rules", "find_triggers"), ("rules", "believed_happenings")),
    "choice of days and places": (("rules", "propose_dates"), ("rules", "propose_places")),
    "choice of sides": (("rules", "propose_sides"),),
    "choice of tolls, victims, sources": (("rules", "propose_rows"), ("rules", "propose_victims"), ("rules", "propose_sources")),
    "figures": (("rules", "find_figures"),),
}


def shares(items: Sequence[tuple[str, dt.date | None]]) -> dict[str, float]:
    """What part of the reading time each stage takes, the rest under its own name."""
    from tahqiq.model import Report
    from tahqiq.reading import read

    spent = dict.fromkeys(STAGES, 0.0)
    for stage, functions in STAGES.items():
        for module, name in functions:
            _timed(importlib.import_module(f"tahqiq.reading.{module}"), name, spent, stage)
    for item in items:  # packs and rows of the registries are loaded when first asked for: that is no part of reading
        read(Report(item[0], published=item[1]))
    spent.update(dict.fromkeys(spent, 0.0))
    start = time.process_time()
    for item in items:
        read(Report(item[0], published=item[1]))
    whole = time.process_time() - start
    return {**{stage: seconds / whole for stage, seconds in spent.items()}, "all else": 1 - sum(spent.values()) / whole}


def _timed(module: ModuleType, name: str, spent: dict[str, float], stage: str) -> None:
    """Puts in a function's place one that adds its time to a stage."""
    function = getattr(module, name)

    def timed(*given: object, **named: object) -> object:
        start = time.process_time()
        try:
            return function(*given, **named)
        finally:
            spent[stage] += time.process_time() - start

    setattr(module, name, timed)


def print_stages(bulk: Path, count: int) -> None:
    """A table of stages by language, in hundredths; each language is read in a process of its own."""
    with ProcessPoolExecutor(max_workers=1, max_tasks_per_child=1) as pool:
        told = {code: pool.submit(_shares_of, bulk / f"{code}.jsonl", count).result() for code in LANGUAGES}
    print(f"{'stage':36}" + "".join(f"{code:>6}" for code in LANGUAGES))
    for stage in (*STAGES, "all else"):
        print(f"{stage:36}" + "".join(f"{100 * told[code][stage]:5.0f}%" for code in LANGUAGES))


def _shares_of(path: Path, count: int) -> dict[str, float]:
    return shares(texts(path, count))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--stages", action="store_true", help="what part of the reading time each stage takes")
    given = parser.parse_args()
    bulk = given.shared / "data" / "bulk"
    if not bulk.is_dir():
        print(f"no bulk texts in {given.shared}: nothing measured")
        return
    if given.stages:
        print_stages(bulk, given.count)
        return
    from dateparser.search import search_dates

    from tahqiq.model import Report
    from tahqiq.reading import read

    print(f"{'language':10}{'reports/s':>12}{'dateparser/s':>14}{'ratio':>8}{'memory MB':>11}")
    for code in LANGUAGES:
        items = texts(bulk / f"{code}.jsonl", given.count)
        ours = rate(lambda item: read(Report(item[0], published=item[1])), items)
        theirs = rate(lambda item, code=code: search_dates(item[0], languages=[code]), items[:COUNT_DATES])  # type: ignore[misc]
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{code:10}{ours:12.0f}{theirs:14.0f}{ours / theirs:8.1f}{memory:11.0f}", flush=True)


if __name__ == "__main__":
    main()
