"""The page of benchmarks: every part measured in one run, each bounded in time, as it is printed.

    python tools/write_benchmarks.py --shared ../shared            prints it (`make bench`)
    python tools/write_benchmarks.py --shared ../shared --write    and writes docs/benchmarks.md

A part whose file is not there is left out; one that takes longer than it may is stopped, and the page says so.
"""

import argparse
import datetime as dt
import os
import platform
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "benchmarks.md"


@dataclass(frozen=True, slots=True)
class Part:
    """One part: what it measures, its program, and how many seconds it may take."""

    title: str
    program: str
    options: tuple[str, ...] = ()
    limit_s: int = 80


PARTS = (
    Part("Reading", "bench.py", ("--count", "120"), 200),
    Part("Intake: archives, exports, texts into a ledger", "bench_intake.py", ("--count", "200", "--megabytes", "10"), 80),
    Part("Linking as it grows", "bench_linking.py", (), 200),
    Part("Search", "bench_search.py", (), 80),
    Part("Deciding", "bench_deciding.py", (), 80),
    Part("Pages and map", "bench_desk.py", (), 80),
    Part("The desk under load", "bench_load.py", ("--incidents", "5000"), 400),
    Part("Exports", "bench_exports.py", (), 80),
    Part("Archives: read, link, load", "bench_scale.py", (), 180),
    Part("What archives cost", "cost_table.py", (), 80),
)


def run(part: Part, shared: str) -> str:
    """What a part prints."""
    options = (*part.options, "--shared", shared) if part.program == "bench.py" else part.options
    command = [sys.executable, str(ROOT / "tools" / part.program), *options]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=part.limit_s, check=False)
    except subprocess.TimeoutExpired as e:
        said = e.stdout.decode() if isinstance(e.stdout, bytes) else (e.stdout or "")
        return f"{said}stopped after {part.limit_s} s"
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason"])[-1]
        return f"{done.stdout}failed: {last}"
    return done.stdout


def machine() -> str:
    """What was measured on, and how busy it was: figures by the clock hang on both."""
    model = ""
    if Path("/proc/cpuinfo").exists():
        names = (line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name"))
        model = next(names, "").partition(":")[2].strip()
    busy = f", {os.getloadavg()[0]:.1f} processes at work on average when it began" if hasattr(os, "getloadavg") else ""
    return f"{os.cpu_count()} processors ({model or platform.machine()}), Python {platform.python_version()}{busy}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", default="../shared")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    start = time.perf_counter()
    lines = [f"Measured on {dt.date.today().isoformat()}: {machine()}.", ""]
    print("\n".join(lines), flush=True)
    for part in PARTS:
        if not (ROOT / "tools" / part.program).exists():
            continue
        section = [f"## {part.title}", "", "```text", run(part, given.shared).strip(), "```", ""]
        print("\n".join(section), flush=True)
        lines += section
    took = f"All of it took {(time.perf_counter() - start) / 60:.0f} minutes."
    print(took)
    if given.write:
        about = "What one run of `make bench` printed. Compare the ratios within a part rather than the figures of two runs."
        head = ["# Benchmarks", "", about, ""]
        PAGE.write_text("\n".join([*head, *lines, took, ""]), "utf-8")


if __name__ == "__main__":
    main()
