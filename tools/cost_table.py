"""What archives cost to read, link and load: processor-hours and money, from figures measured in this run.

    python tools/cost_table.py [--price 0.0425] [--count 200]      (part of `make bench`)

Measured, each on one processor and in its time: an HTML page whose text is found and read; an account linked, among five thousand; an
incident assessed and loaded. Pages are made of the shipped samples, drawn out to the length of a page of news: all of it tells of
conflict, which takes longer than other news.

Assumed, each with where it is from:
1. A day of world news is what CC-NEWS takes in: 1.35 billion articles from 26 August 2016 to spring 2026 (Lazzaroni, Lasser and Solovev,
   Infini-News, arXiv 2605.18337), which is 385,000 a day. Ten years of it are 3,653 such days.
2. A part of them is in a language that is read. None of our sources tells it; 45 % is taken, nearly all of it English, and with --read 1
   the table is an upper bound. What is in no such language is taken out of the archive and its language told, no more.
3. A part of what is read tells of conflict: 10 % is taken. Each of these tells as many accounts as the samples do.
4. A price an hour of one virtual processor: 0.0425 dollars is an eighth of what a c5.2xlarge is listed at in the provider's own example of
   prices (0.34 dollars an hour; Amazon EC2 Auto Scaling guide). Storage and traffic are not in it.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

SAMPLES = Path(__file__).parents[1] / "src" / "tahqiq" / "samples" / "reports.jsonl"
A_DAY = 385_000
DAYS = 3_653
PAGE = 3_500  # characters of text on a page of news, the middle of the four languages' bulk news
UNREAD = "Der Gemeinderat hat am Dienstag den Haushalt für das kommende Jahr beschlossen, wie der Kämmerer mitteilte. "


def page(text: str) -> bytes:
    """A text as a page with a head, a menu and a foot."""
    paragraphs = "".join(f"<p>{line}</p>" for line in (text * (PAGE // max(1, len(text)) + 1))[:PAGE].split("\n"))
    menu = "".join(f'<li><a href="/{n}">Section {n}</a></li>' for n in range(40))
    head = "<head><title>News</title></head>"
    return f"<html>{head}<body><nav><ul>{menu}</ul></nav><article>{paragraphs}</article><footer>About</footer></body></html>".encode()


def seconds_each(work: Callable[[object], object], items: Sequence[object]) -> float:
    for item in items[:5]:
        work(item)
    start = time.process_time()
    for item in items:
        work(item)
    return (time.process_time() - start) / len(items)


def page_seconds(texts: Sequence[str]) -> float:
    """Seconds of a processor for a page: its text found, its language told, read."""
    from tahqiq.evidence import Acquired, acquire
    from tahqiq.pipeline.understanding import How, Part, stages_of, understand

    found = [acquire(None, data=page(f"{n} {text}"), name="page.html", at="2024-01-01T00:00:00Z") for n, text in enumerate(texts)]
    parts = [Part(Acquired(document, data)) for document, data in found]
    return seconds_each(lambda part: understand([part], How(), stages_of("")), parts)  # type: ignore[list-item]


def linked_and_loaded(accounts: int) -> tuple[float, float]:
    """Seconds of a processor for an account linked, and for an incident assessed and loaded."""
    from bench_scale import made_tables
    from tahqiq.ledger import open_ledger
    from tahqiq.scale.engines import OnProcesses
    from tahqiq.scale.linking import link_tables
    from tahqiq.scale.loading import load_tables

    with tempfile.TemporaryDirectory(prefix="tahqiq-cost-") as place:
        folder = Path(place)
        tables = made_tables(folder / "tables", accounts)
        start = time.process_time()
        link_tables(str(tables), str(folder / "linked"), OnProcesses(None))
        linked = time.process_time()
        loaded = load_tables(str(folder / "linked"), open_ledger(f"sqlite:///{folder / 'l.db'}"))
        return (linked - start) / accounts, (time.process_time() - linked) / max(1, loaded.incidents)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--price", type=float, default=0.0425, help="dollars an hour of one virtual processor")
    parser.add_argument("--count", type=int, default=200, help="pages measured")
    parser.add_argument("--read", type=float, default=0.45, help="part of the pages that is in a language that is read")
    parser.add_argument("--conflict", type=float, default=0.1, help="part of what is read that tells of conflict")
    given = parser.parse_args()
    known = [json.loads(line)["text"] for line in SAMPLES.read_text("utf-8").splitlines()]
    read = page_seconds([known[n % len(known)] for n in range(given.count)])
    unread = page_seconds([UNREAD] * max(20, given.count // 4))
    link, load = linked_and_loaded(5000)
    accounts = 3.0
    print(f"measured: {read * 1000:.1f} ms a page that is read, {unread * 1000:.1f} ms one that is not, "
          f"{link * 1000:.2f} ms an account linked, {load * 1000:.2f} ms an incident loaded")  # fmt: skip
    told_of = f"{given.read:.0%} read, {given.conflict:.0%} of these on conflict, {accounts:.0f} accounts each"
    print(f"assumed: {A_DAY:,} articles a day, {told_of}, {given.price} dollars an hour")
    print(f"\n{'':28}{'articles':>16}{'reading h':>12}{'linking h':>12}{'loading h':>12}{'hours':>12}{'dollars':>12}")
    for name, days in (("one day of world news", 1), ("ten years of CC-NEWS", DAYS)):
        pages = A_DAY * days
        told = pages * given.read * given.conflict * accounts
        hours = [pages * (given.read * read + (1 - given.read) * unread) / 3600, told * link / 3600, told * load / 3600]
        cells = "".join(f"{hour:>12,.1f}" for hour in (*hours, sum(hours)))
        print(f"{name:28}{pages:>16,}{cells}{sum(hours) * given.price:>12,.2f}")


if __name__ == "__main__":
    main()
