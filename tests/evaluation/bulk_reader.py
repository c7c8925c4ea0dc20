"""Reads bulk texts one by one and prints what came of it as JSON; run as a program, so that hash seed and memory are its own.

    python bulk_reader.py FOLDER EVERY

Every EVERYth article of each language is read; the answer holds how many, the digest of all readings, those that failed, the
slowest seconds, and the memory at its greatest in megabytes.
"""

import gc
import hashlib
import json
import resource
import sys
import time
from pathlib import Path

from tahqiq.evaluation.gold import day_of
from tahqiq.model import Report
from tahqiq.reading import read
from tahqiq.reading.guide import to_guide


def main(folder: Path, every: int) -> None:
    digest, failed, slowest, count = hashlib.sha256(), [], (0.0, ""), 0
    for path in sorted(folder.glob("*.jsonl")):
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                if number % every:
                    continue
                article = json.loads(line)
                report = Report(article["text"], id=article["id"], published=day_of(article.get("published")), url=article.get("url"))
                if number == 0:
                    read(report)  # a language's pack is loaded once, by whoever reads it first
                    gc.collect()
                start = time.process_time()
                try:
                    record = to_guide(read(report), id=report.id)
                except Exception as error:
                    failed.append(f"{path.stem} {report.id}: {type(error).__name__}: {error}")
                    continue
                slowest = max(slowest, (time.process_time() - start, f"{path.stem} {report.id}"))
                digest.update(json.dumps(record, ensure_ascii=False).encode())
                count += 1
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1 << 20)
    answer = {"read": count, "digest": digest.hexdigest(), "failed": failed, "slowest": slowest, "memory": memory}
    print(json.dumps(answer, ensure_ascii=False))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
