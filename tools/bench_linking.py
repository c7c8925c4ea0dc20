"""How linking grows: seconds, memory and quality on made-up accounts of known truth, and the time that one more report takes.

    python tools/bench_linking.py                       1,000, 10,000 and 100,000 accounts    (part of `make bench`; LONG=1: 1,000,000 too)
    python tools/bench_linking.py --accounts 1000000    one size
    python tools/bench_linking.py --one-more 1000000    one report linked among so many

What is made up stands in tests/linking/theatre.py: of the tellings 30 % have a wrong day, 20 % a coarser place, 20 % another toll, 10 % no
perpetrator, and a tenth of the happenings is the one before over again within the week.
"""

import argparse
import gc
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "linking"))

CURVE = (1_000, 10_000, 100_000)
LONG = (1_000_000,)  # a quarter of an hour and some 5 GB
A_HAPPENING = 2.5  # accounts, on average
ASKED = 200
WARMED = 20


def batch(accounts: int) -> str:
    """One line: all accounts linked and put together at once."""
    from theatre import pair_scores, theatre

    from tahqiq.linking import clusters, link

    told, reports, truth = theatre(round(accounts / A_HAPPENING), seed=1)
    start, cpu = time.perf_counter(), time.process_time()
    links = link(told, reports)
    linked = time.perf_counter()
    found = clusters(told, links)
    end = time.perf_counter()
    precision, recall, f1 = pair_scores(found, truth)
    return (
        f"{len(told):>9,} accounts: linked in {linked - start:6.1f} s, clusters in {end - linked:5.1f} s "
        f"(of the processor {time.process_time() - cpu:.1f} s), {_memory():.1f} GB; "
        f"pair precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}"
    )


def one_more(accounts: int) -> str:
    """One line: how long one report takes among so many that are in the index."""
    from theatre import theatre

    from tahqiq.linking.index import Index

    told, reports, _ = theatre(round(accounts / A_HAPPENING), seed=1)
    index = Index()
    start = time.perf_counter()
    for account in told[: -ASKED - WARMED]:
        index.take_in(reports[account.report], (account,))
    filled = time.perf_counter() - start
    gc.freeze()  # what is in the index stays: looking through it for garbage would take longer than a link
    for account in told[-ASKED - WARMED : -ASKED]:  # the registries are opened when they are first asked
        index.add(reports[account.report], (account,))
    taken = []
    for account in told[-ASKED:]:
        start = time.perf_counter()
        index.add(reports[account.report], (account,))
        taken.append((time.perf_counter() - start) * 1000)
    slow = sorted(taken)[-len(taken) // 20]
    return (
        f"one report among {len(index):,}: {statistics.median(taken):.1f} ms, one in twenty over {slow:.1f} ms, "
        f"the slowest {max(taken):.1f} ms ({filled / len(index) * 1000:.2f} ms each while filling, {_memory():.1f} GB)"
    )


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--accounts", type=int)
    parser.add_argument("--one-more", type=int)
    given = parser.parse_args()
    if given.accounts:
        print(batch(given.accounts))
    elif given.one_more:
        print(one_more(given.one_more))
    else:
        for size in (*CURVE, *(LONG if os.environ.get("LONG") else ())):  # each in a process of its own, so that memory is its own
            subprocess.run([sys.executable, __file__, "--accounts", str(size)], check=True)
        subprocess.run([sys.executable, __file__, "--one-more", str(LONG[-1] if os.environ.get("LONG") else CURVE[-1])], check=True)


if __name__ == "__main__":
    main()
