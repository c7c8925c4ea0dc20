"""How long one more report and one decision take in a ledger of so many incidents, from their arrival until the incidents stand.

    python tools/bench_deciding.py                      1,000 incidents    (part of `make bench`; LONG=1: 10,000 and 100,000 too)
    python tools/bench_deciding.py --incidents 100000   one size

What is made up stands in tests/linking/theatre.py. Each is measured in a process that has the ledger open, as the desk has.
"""

import argparse
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tahqiq.model import Account

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "linking"))

CURVE = (1_000,)
LONG = (10_000, 100_000)
ASKED = 5
NEWS = "Four civilians were killed and nine injured in an airstrike on a market in the town of Saraqib, Idlib, on {day} March {year}."


def _text(account: Account, happening: str, chance: random.Random) -> str:
    """Words for an account: some of its happening's own, which are rare, and some of those that are frequent in any news."""
    own = random.Random(happening)
    rare = [_word(own.randrange(160_000)) for _ in range(10)]
    frequent = [_word(int(8000 ** chance.random())) for _ in range(15)]
    place = account.place.place.admin1 if account.place else None
    words = [*chance.sample(rare, 6), *frequent, str(account.casualties[0].min), place or ""]
    chance.shuffle(words)
    return " ".join(words)


def _word(number: int) -> str:
    return "".join(_SYLLABLES[number // 20**n % 20] for n in range(4 if number >= 8000 else 3))


_SYLLABLES = "ba ker dim sol ran tuf gal mez hin jor pas vek lom qad zir nub fet wag yos chi".split()


def fill(ledger: object, happenings: int) -> int:
    """The ledger holds accounts of so many made-up happenings; gives how many accounts."""
    from theatre import theatre

    from tahqiq.ledger import Ledger
    from tahqiq.model import Reading

    assert isinstance(ledger, Ledger)
    told, reports, truth = theatre(happenings, seed=1)
    chance = random.Random(1)
    for start in range(0, len(told), 2_000):
        with ledger.transaction():
            for account in told[start : start + 2_000]:
                text = _text(account, truth[account.id], chance)
                ledger.append_report(replace(reports[account.report], text=text, language="en"))
                ledger.append_reading(Reading(account.report, "made up", "1", "en", True, (account,)))
    return len(told)


def measure(incidents: int, url: str) -> str:
    """One line: how long each took, the middle of five."""
    from tahqiq.evidence import Acquired, Vault, acquire
    from tahqiq.ledger import Query, open_ledger
    from tahqiq.model import Decision
    from tahqiq.pipeline import decide, ingest_documents, instant, now, rebuild

    with tempfile.TemporaryDirectory() as folder:
        ledger = open_ledger(url or f"sqlite:///{folder}/bench.db")
        vault = Vault(Path(folder) / "vault")
        accounts = fill(ledger, incidents)
        whole = _seconds(lambda: rebuild(ledger))
        news: list[float] = []
        for n in range(ASKED):
            text = NEWS.format(day=n + 1, year=2020)
            document, data = acquire(None, data=text.encode(), name=f"{n}.txt", at=now())
            news.append(_seconds(lambda d=document, b=data: ingest_documents([Acquired(d, b)], ledger, vault)))
        page = ledger.incidents(Query(limit=2 * ASKED)).items
        merges: list[float] = []
        for n in range(ASKED):
            one, other = page[2 * n].accounts[0], page[2 * n + 1].accounts[0]
            said = Decision(f"d{n}", "same", one, "role: bench", "one strike", instant(ledger), {"accounts": [other]})
            merges.append(_seconds(lambda d=said: decide(ledger, [d])))
        ledger.close()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    return (
        f"{incidents:>9,} incidents of {accounts:,} accounts: all computed in {whole:.1f} s; one more report {_middle(news):.3f} s "
        f"(the slowest {max(news):.3f}); one merge {_middle(merges):.3f} s (the slowest {max(merges):.3f}); {memory:.1f} GB"
    )


def _seconds(done: Callable[[], object]) -> float:
    start = time.perf_counter()
    done()
    return time.perf_counter() - start


def _middle(taken: list[float]) -> float:
    return sorted(taken)[len(taken) // 2]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--incidents", type=int)
    parser.add_argument("--ledger", default="", help="an empty one to fill; a new SQLite ledger unless given")
    given = parser.parse_args()
    if given.incidents:
        print(measure(given.incidents, given.ledger), flush=True)
        return
    for size in (*CURVE, *(LONG if os.environ.get("LONG") else ())):  # each in a process of its own, so that memory is its own
        subprocess.run([sys.executable, __file__, "--incidents", str(size)], check=True)


if __name__ == "__main__":
    main()
