"""Speeds of reading, measured in one run: reports a second by language, and the ratio to other work on the same texts.

    python tools/bench.py --shared ../shared        (part of `make bench`)
    python tools/bench.py --shared ../shared --stages    what part of the reading time each stage takes

The texts are the bulk news of the shared folder, the first COUNT of each language. Beside reading them are measured, each on one processor:
1. the floor of a transformer: a forward pass of the size of XLM-R base with random weights, where torch is installed; else the same matrix
   products in numpy, which is less work than a pass. Texts are cut into windows of 510 tokens, of four and a half characters each.
2. `dateparser.search` with the language told.
3. spaCy's blank tokenizer, where spaCy is installed.
4. a scan for two thousand names of places at once: by ahocorasick_rs where it is installed, else by one regular expression.
Rates on one processor are of its time, so that what else the machine does counts little; those on all are of the clock. Where the folder is
absent the run says so and ends well.
"""

import argparse
import datetime as dt
import gc
import importlib
import json
import os
import random
import re
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")  # before numpy is imported: one processor

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
    start = time.process_time()
    for item in items:
        work(item)
    return len(items) / (time.process_time() - start)


# -- what reading is compared with --------------------------------------------------------------------------------------

TOKENS, HIDDEN, INNER, LAYERS, CHARACTERS = 512, 768, 3072, 12, 4.5
NAMES = 2000


def floor(items: Sequence[tuple[str, dt.date | None]]) -> tuple[str, float]:
    """By what, and how many texts a second go through a network of the size of XLM-R base."""
    tokens = [len(text) / CHARACTERS for text, _ in items]
    windows = sum(tokens) / (TOKENS - 2)
    seconds, name = (_pass_seconds(), "torch") if find_spec("torch") and find_spec("transformers") else (_product_seconds(), "numpy")
    return name, len(items) / (windows * seconds)


def _product_seconds() -> float:
    """Seconds of one window's matrix products, without anything between them."""
    import numpy as np

    chance = np.random.default_rng(1)
    x = chance.random((TOKENS, HIDDEN), dtype=np.float32)
    square = chance.random((HIDDEN, HIDDEN), dtype=np.float32)
    wide, back = chance.random((HIDDEN, INNER), dtype=np.float32), chance.random((INNER, HIDDEN), dtype=np.float32)
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        for _ in range(LAYERS):
            for _ in range(4):
                x @ square
            scores = x @ x.T
            scores @ x
            (x @ wide) @ back
        best = min(best, time.process_time() - start)
    return best


def _pass_seconds() -> float:
    import torch
    from transformers import XLMRobertaConfig, XLMRobertaModel

    torch.set_num_threads(1)
    shape = {"vocab_size": 250002, "hidden_size": HIDDEN, "num_hidden_layers": LAYERS, "num_attention_heads": 12, "pad_token_id": 1}
    model = XLMRobertaModel(XLMRobertaConfig(**shape, intermediate_size=INNER, max_position_embeddings=514, type_vocab_size=1)).eval()
    with torch.inference_mode():
        model(torch.randint(5, 250000, (1, TOKENS)))
        start = time.process_time()
        model(torch.randint(5, 250000, (1, TOKENS)))
        return time.process_time() - start


def dates(items: Sequence[tuple[str, dt.date | None]], code: str) -> float:
    from dateparser.search import search_dates

    return rate(lambda item: search_dates(item[0], languages=[code]), items[:COUNT_DATES])


def tokens(items: Sequence[tuple[str, dt.date | None]], code: str) -> float | None:
    if not find_spec("spacy"):
        return None
    import spacy

    blank = spacy.blank(code)
    return rate(lambda item: blank(item[0]), items)


def scan(items: Sequence[tuple[str, dt.date | None]], names: Sequence[str]) -> float:
    """How many texts a second are looked through for the names, and nothing else done."""
    if find_spec("ahocorasick_rs"):
        found = importlib.import_module("ahocorasick_rs").AhoCorasick(names).find_matches_as_indexes
        return rate(lambda item: found(item[0]), items)
    pattern = re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))))
    return rate(lambda item: sum(1 for _ in pattern.finditer(item[0])), items[:COUNT_DATES])


def names_in(items: Sequence[tuple[str, dt.date | None]]) -> list[str]:
    """Words of the texts that stand for names to look for; the same in every run."""
    words = sorted({word for text, _ in items for word in re.findall(r"\w{4,}", text)})
    return random.Random(1).sample(words, min(NAMES, len(words)))


def on_all(path: Path, count: int) -> tuple[int, float]:
    """Workers, and reports a second by the clock, with all of them reading; their loading is not counted."""
    from tahqiq.pipeline.telling import LOADED
    from tahqiq.workers import Workers, cores

    items = texts(path, count)
    jobs = [items[start : start + 10] for start in range(0, len(items), 10)]
    with Workers(cores(), loaded=LOADED) as workers:
        list(workers.in_order(_read_all, jobs[: 2 * workers.count]))
        start = time.perf_counter()
        list(workers.in_order(_read_all, jobs))
        return workers.count, len(items) / (time.perf_counter() - start)


def _read_all(items: Sequence[tuple[str, dt.date | None]]) -> int:
    from tahqiq.model import Report
    from tahqiq.reading import read

    return sum(len(read(Report(text, published=day)).accounts) for text, day in items)


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
    for line in table(bulk, given.count):
        print(line, flush=True)


def table(bulk: Path, count: int) -> Iterator[str]:
    """The lines of the table, as each language is done."""
    from tahqiq.model import Report
    from tahqiq.reading import read

    heads = ("reports/s", "on all", "floor/s", "ratio", "dates/s", "ratio", "spaCy/s", "scan/s", "memory MB")
    yield f"{'language':10}" + "".join(f"{head:>11}" for head in heads)
    for code in LANGUAGES:
        items = texts(bulk / f"{code}.jsonl", count)
        ours = rate(lambda item: read(Report(item[0], published=item[1])), items)
        workers, all_ = on_all(bulk / f"{code}.jsonl", count)
        by, least = floor(items)
        theirs, blank, bare = dates(items, code), tokens(items, code), scan(items, names_in(items))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        cells = (f"{ours:.0f}", f"{all_:.0f}", f"{least:.2f}", f"{ours / least:.0f}", f"{theirs:.1f}", f"{ours / theirs:.1f}")
        last = (f"{blank:.0f}" if blank else "-", f"{bare:.0f}", f"{memory:.0f}")
        yield f"{code:10}" + "".join(f"{cell:>11}" for cell in (*cells, *last))
    yield f"on all: {workers} workers; floor: by {by}; spaCy: {'measured' if find_spec('spacy') else 'not installed'}"


if __name__ == "__main__":
    main()
