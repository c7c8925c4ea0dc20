"""Speeds of work over archives, measured in one run: tables read on one process, on two and on Ray; tables linked; a ledger loaded.

    python tools/bench_scale.py                      2,000 short documents, 5,000 accounts      (part of `make bench`)
    python tools/bench_scale.py --load 1000000       only a ledger loaded, of so many made-up incidents, and what it takes

Documents are made of the shipped samples, each made unlike the others by a number. The first run on each engine loads packs and registries,
which counts; so a longer run shows a larger gain. Memory is the most that this process, or a worker, held.
"""

import argparse
import json
import resource
import sys
import tempfile
import time
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "linking"))

SAMPLES = Path(__file__).parents[1] / "src" / "tahqiq" / "samples" / "reports.jsonl"
A_SHARD = 20_000  # accounts


def made_archive(folder: Path, count: int) -> Path:
    """A shard of so many documents, no two alike."""
    known = [json.loads(line) for line in SAMPLES.read_text("utf-8").splitlines()]
    with (folder / "made.jsonl").open("w", encoding="utf-8") as out:
        for n in range(count):
            line = known[n % len(known)] | {"id": f"r{n}", "url": f"https://example.org/{n}"}
            out.write(json.dumps(line | {"text": f"{line['text']}\n{n}"}, ensure_ascii=False) + "\n")
    return folder / "made.jsonl"


def made_tables(folder: Path, accounts: int, *, seed: int = 1) -> Path:
    """Tables of made-up accounts, each of a report of its own, as `scale read` leaves them; a shard at a time is held."""
    from theatre import theatre

    from tahqiq.evidence import Acquired
    from tahqiq.model import Document, Reading
    from tahqiq.pipeline.understanding import Part, Understood
    from tahqiq.scale.store import Store
    from tahqiq.scale.tables import SCHEMAS, rows_of, writing

    store = Store(str(folder))
    for shard, start in enumerate(range(0, accounts, A_SHARD)):
        count = min(A_SHARD, accounts - start)
        told, reports, _ = theatre(count, seed=seed + shard, tellings=1)
        name = f"s{shard:04}"
        way = Acquired(Document(name, 1, "application/jsonl", name, "file", "2024-01-01T00:00:00Z", name), b"")
        with writing(store, {table: f"{table}/{name}.parquet" for table in SCHEMAS}) as tables:
            known: set[str] = set()
            for account in told:
                report = replace(reports[account.report], id=f"{account.report}-{shard}", document=name)
                its = replace(account, id=f"{account.id}-{shard}", report=report.id)
                reading = Reading(report.id, "made", "1", report.language, True, (its,))
                tables.add(rows_of([Part(way, report)], [[Understood(report, reading)]], known))
        store.put_json(f"done/{name}.json", {})
    return folder


def apart(tables: Path, out: Path) -> Path:
    """What `scale link` leaves where no account is linked: for loading as many incidents as there are accounts."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from tahqiq.scale.archive import tables_of
    from tahqiq.scale.linking import CLUSTERS, COPIES, LINKS
    from tahqiq.scale.store import Store
    from tahqiq.scale.tables import values_of

    store = Store(str(tables))
    out.mkdir(parents=True)
    number = 0
    with pq.ParquetWriter(out / "clusters.parquet", CLUSTERS) as clusters:
        for path in tables_of(store, "accounts"):
            names = [name for (name,) in values_of(store, [path], ["id"])]
            clusters.write_table(pa.table({"cluster": range(number, number + len(names)), "account": names}, schema=CLUSTERS))
            number += len(names)
    for name, schema in (("links", LINKS), ("copies", COPIES)):
        pq.write_table(schema.empty_table(), out / f"{name}.parquet")
    Store(str(out)).put_json("linked.json", {"accounts": str(tables), "by": "made", "links": 0})
    return out


def memory_mb(whose: int = resource.RUSAGE_SELF) -> float:
    return resource.getrusage(whose).ru_maxrss / 1024


def read(folder: Path, count: int) -> float:
    """Prints how fast an archive is read by each engine; gives documents a second of one process."""
    from tahqiq.pipeline.understanding import How
    from tahqiq.scale.archive import read_archive
    from tahqiq.scale.engines import engine

    made, rates = made_archive(folder, count), dict[str, float]()
    engines = [("one process", "process", 1), ("two processes", "process", 2)]
    engines += [("Ray, two processors", "ray", 2)] if find_spec("ray") else []
    for called, name, workers in engines:
        start = time.perf_counter()
        with engine(name, workers) as chosen:
            begun = time.perf_counter()
            done = read_archive(str(made), str(folder / called), How(), chosen, per_task=500)
            end = time.perf_counter()
        assert done.counts["reports"] == count
        rates[called] = count / (end - begun)
        gain = f", {rates[called] / rates['one process']:.2f} times one process" if len(rates) > 1 else ""
        print(f"read, {called}: {rates[called]:,.0f} documents/s{gain} (began in {begun - start:.1f} s)", flush=True)
    print(f"memory: {memory_mb():,.0f} MB in this process, {memory_mb(resource.RUSAGE_CHILDREN):,.0f} MB in the largest worker")
    return rates["one process"]


def link(folder: Path, accounts: int) -> None:
    from tahqiq.scale.engines import OnProcesses
    from tahqiq.scale.linking import link_tables

    tables = made_tables(folder / "tables", accounts)
    start = time.perf_counter()
    made = link_tables(str(tables), str(folder / "linked"), OnProcesses(None))
    took = time.perf_counter() - start
    print(f"link: {made.accounts:,} accounts in {took:.1f} s, {made.accounts / took:,.0f}/s ({made.links:,} links)", flush=True)


def load(linked: Path, url: str, count: int) -> None:
    from tahqiq.ledger import open_ledger
    from tahqiq.scale.loading import load_tables

    start, cpu = time.perf_counter(), time.process_time()
    loaded = load_tables(str(linked), open_ledger(url))
    took = time.perf_counter() - start
    print(
        f"load: {loaded.reports:,} reports and {loaded.incidents:,} incidents in {took:,.0f} s ({time.process_time() - cpu:,.0f} s of a "
        f"processor), {loaded.incidents / took:,.0f} incidents/s; at most {memory_mb():,.0f} MB",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=2000)
    parser.add_argument("--accounts", type=int, default=5000)
    parser.add_argument("--load", type=int, help="only load a ledger, of so many incidents")
    parser.add_argument("--ledger", default="", help="a new ledger to load; an SQLite file that is thrown away unless given")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tahqiq-bench-") as place:
        folder = Path(place)
        url = given.ledger or f"sqlite:///{folder / 'l.db'}"
        if given.load:
            load(apart(made_tables(folder / "tables", given.load), folder / "linked"), url, given.load)
            return
        read(folder, given.documents)
        link(folder, given.accounts)
        load(folder / "linked", url, given.accounts)


if __name__ == "__main__":
    main()
