"""Speeds of intake, measured in one run: web archives, Telegram's export, plain texts all the way into the ledger, verify.

    python tools/bench_intake.py [--count 500] [--megabytes 50]      (`make bench`)

The texts are made of the shipped samples, each made unlike the others by a number, so that nothing is read from a cache. Memory is what a
run of the streams alone needs beyond what it began with.
"""

import argparse
import io
import json
import resource
import tempfile
import time
from pathlib import Path

from tahqiq.evidence import Acquired, Asked, Vault
from tahqiq.evidence.feeds import documents_of
from tahqiq.evidence.records import documents_of_records
from tahqiq.evidence.warc_reading import is_fast
from tahqiq.ledger import open_ledger
from tahqiq.pipeline import ingest_documents, now, prepare, read_file, rebuild, the_stages, verify
from tahqiq.text.telegram import telegram_messages

SAMPLES = Path(__file__).parents[1] / "src" / "tahqiq" / "samples" / "reports.jsonl"


def texts(count: int) -> list[str]:
    """So many texts of the samples, no two alike."""
    known = [json.loads(line)["text"] for line in SAMPLES.read_text("utf-8").splitlines()]
    return [f"{known[n % len(known)]}\n{n}" for n in range(count)]


def made_warc(path: Path, megabytes: int) -> Path:
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    page = ("<html><body>" + "".join(f"<p>{text}" for text in texts(20))).encode()
    with path.open("wb") as out:
        writer = WARCWriter(out, gzip=True)
        for n in range(megabytes * 1_000_000 // len(page)):
            headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
            body = io.BytesIO(page + b"%d" % n)
            writer.write_record(writer.create_warc_record(f"https://example.org/{n}", "response", payload=body, http_headers=headers))
    return path


def made_export(path: Path, megabytes: int) -> Path:
    message = {"type": "message", "date_unixtime": "1709850600", "from": "a channel", "text": texts(1)[0]}
    with path.open("w", encoding="utf-8") as out:
        out.write('{"name": "a channel", "type": "public_channel", "id": 1, "messages": [')
        n = 0
        while out.tell() < megabytes * 1_000_000:
            out.write(("," if n else "") + json.dumps(message | {"id": n}, ensure_ascii=False))
            n += 1
        out.write("]}")
    return path


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=500, help="plain texts")
    parser.add_argument("--megabytes", type=int, default=50, help="size of the archive and of the export, unpacked")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        warc, export = made_warc(place / "x.warc.gz", given.megabytes), made_export(place / "result.json", given.megabytes)
        sum(1 for _ in documents_of(str(made_warc(place / "warm.warc.gz", 2)), Asked(now)))
        before = peak_mb()
        rates = {fast: archive_rate(warc, fast=fast) for fast in ((False, True) if is_fast() else (False,))}
        print(f"WARC: {max(rates.values()):,.0f} records/s by {'fastwarc' if is_fast() else 'warcio'} ({given.megabytes} MB)", end="")
        print(f", {rates[True] / rates[False]:.1f} times warcio's" if is_fast() else " (the extra bulk is not installed)")
        start = time.perf_counter()
        messages = sum(1 for _ in telegram_messages(export, "result.json"))
        size = export.stat().st_size / 1e6
        print(f"Telegram: {size / (time.perf_counter() - start):,.1f} MB/s ({messages:,} messages, {size:,.0f} MB)")
        print(f"memory of both streams: {peak_mb() - before:,.0f} MB more")
        plain(place, given.count)


def archive_rate(warc: Path, *, fast: bool) -> float:
    """Documents of an archive a second; the better of two runs."""
    best = 0.0
    for _ in range(2):
        start = time.perf_counter()
        with warc.open("rb") as file:
            records = sum(isinstance(found, Acquired) for found in documents_of_records(file, "x", "x", Asked(now), fast=fast))
        best = max(best, records / (time.perf_counter() - start))
    return best


def plain(place: Path, count: int) -> None:
    steps = the_stages()
    known = texts(count)
    list(read_file(None, data=known[0].encode(), name="x.txt", stages=steps))
    from tahqiq.model import Report

    start = time.perf_counter()
    for text in known:
        steps.read(prepare(Report(text, "x"), None, steps))
    reading = count / (time.perf_counter() - start)
    for n, text in enumerate(known):
        (place / f"{n}.txt").write_text(text, "utf-8")
    desk, vault = open_ledger(f"sqlite:///{place / 'l.db'}"), Vault(place / "l.vault")
    found = (one for n in range(count) for one in documents_of(str(place / f"{n}.txt"), Asked(now)))
    start = time.perf_counter()
    ingest_documents(found, desk, vault, stages=steps, compute=False)
    intake = count / (time.perf_counter() - start)
    print(f"plain text into the ledger: {intake:,.0f} documents/s, {intake / reading:.0%} of the {reading:,.0f}/s of reading alone")
    start = time.perf_counter()
    print(f"incidents: {rebuild(desk, stages=steps):,} in {time.perf_counter() - start:,.1f} s")
    start = time.perf_counter()
    problems = verify(desk, vault)
    print(f"verify: {count:,} documents in {time.perf_counter() - start:,.1f} s, {len(problems)} problems")


if __name__ == "__main__":
    main()
