"""Runs the examples of README and docs and holds what they print to what the page says; with --write the page says what they print.

    python tools/run_examples.py [--write] [PAGE...]        (`make docs`, tests/test_docs.py)

1. A block fenced as `python` is a script. A block fenced as `text` right after it is what it prints.
2. In a block fenced as `console` each line after `$ ` is a command for bash; what follows it is what it prints, both streams.
3. The examples of one page run in one folder, empty at first, in the order of the page. Other fences are not run.
4. A line of `…` stands for any lines, `…` within a line for any words: times, digests, what is too long to read.
Commands are made of the programs of `PROGRAMS` alone; `make demo` stands for what it runs after installing.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROGRAMS = frozenset(("tahqiq", "cat", "chmod", "echo", "find", "head", "ls", "printf", "sha256sum"))
SERVED = "the desk: http://127.0.0.1:8765/sign-in?once=…  (signs you in once; stop with Ctrl-C)\n"
STAND_INS = {"make demo": ("tahqiq demo --no-serve", SERVED), "make demo SERVE=0": ("tahqiq demo --no-serve", "")}
LIMIT_S = 120
_BLOCK = re.compile(r"^```(?P<kind>\w+)\n(?P<body>.*?)^```$(?P<after>\n\n```text\n(?P<said>.*?)^```$)?", re.M | re.S)
_PROGRESS = re.compile(r"^[\w ]+: \d+ of \d+(?: \([^)\n]*\))?\n", re.M)  # a bar on a terminal
_SEPARATOR = re.compile(r"\|\||&&|[|;]")


class WrongExample(Exception):
    """An example that may not run, fails, or prints other words than its page says; the message names page and line."""


@dataclass(frozen=True, slots=True)
class Example:
    """One script or command of a page; `start` and `end` span what the page says that it prints, where it says so."""

    page: Path
    line: int
    kind: str
    code: str
    start: int
    end: int
    says: bool = True

    def where(self) -> str:
        return f"{self.page.relative_to(ROOT)} line {self.line}"


def pages() -> list[Path]:
    """README and every page of docs, but for the generated ones."""
    return [ROOT / "README.md", *sorted(p for p in (ROOT / "docs").rglob("*.md") if p.parent.name != "reference")]


def examples(page: Path) -> Iterator[Example]:
    """The examples of a page in its order."""
    text = page.read_text("utf-8")
    for block in _BLOCK.finditer(text):
        line = text.count("\n", 0, block.start()) + 1
        if block["kind"] == "python":
            start, end = block.span("said") if block["after"] else (block.end(), block.end())
            yield Example(page, line, "python", block["body"], start, end, says=bool(block["after"]))
        elif block["kind"] == "console":
            yield from _commands(page, text, block, line)


def _commands(page: Path, text: str, block: re.Match[str], line: int) -> Iterator[Example]:
    starts = [m for m in re.finditer(r"^\$ (.+)\n", text[: block.end("body")], re.M) if m.start() >= block.start("body")]
    for number, command in enumerate(starts):
        end = starts[number + 1].start() if number + 1 < len(starts) else block.end("body")
        yield Example(page, line + 1 + text.count("\n", block.start("body"), command.start()), "console", command[1], command.end(), end)


def run_page(page: Path) -> list[tuple[Example, str]]:
    """Each example of a page with what it prints. Raises WrongExample at the first that fails."""
    with tempfile.TemporaryDirectory(prefix="tahqiq-docs-") as folder:
        return [(example, run(example, Path(folder))) for example in examples(page)]


def run(example: Example, folder: Path) -> str:
    """What an example prints in that folder."""
    if example.kind == "python":
        return _output(example, [sys.executable, "-c", example.code], folder)
    command, after = STAND_INS.get(example.code, (example.code, ""))
    for part in _SEPARATOR.split(re.sub(r"'[^']*'|\"[^\"]*\"", "''", command)):
        words = [w for w in part.split() if not re.match(r"[A-Z_]+=", w)]
        if not words or words[0] not in PROGRAMS:
            raise WrongExample(f"{example.where()}: {' '.join(words[:1]) or 'nothing'} is no program that examples may run")
    return _output(example, ["bash", "-c", command], folder) + after


def _output(example: Example, command: list[str], folder: Path) -> str:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TAHQIQ_") and k not in ("COLUMNS", "FORCE_COLOR")}
    environment |= {"PATH": f"{Path(sys.executable).parent}:{os.defpath}", "PYTHONIOENCODING": "utf-8", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=LIMIT_S
    )
    printed = "\n".join(line.rstrip() for line in _PROGRESS.sub("", done.stdout.decode("utf-8")).splitlines())
    printed = printed.strip("\n") + "\n" if printed.strip() else ""
    if "Traceback" in printed or done.returncode not in (0, 1, 2) or (example.kind == "python" and done.returncode):
        raise WrongExample(f"{example.where()}: fails with exit code {done.returncode}:\n{printed}")
    return printed


def agrees(said: str, printed: str) -> bool:
    """True where the page says what is printed, `…` standing for whatever it left out."""
    pattern = "".join(".*?\n" if line == "…\n" else re.escape(line).replace("…", "[^\n]*?") for line in said.splitlines(keepends=True))
    return re.fullmatch(pattern, printed, re.S) is not None


def rewritten(page: Path, found: list[tuple[Example, str]]) -> str:
    """The page with what its examples print where it says something else; a script that shows no output goes on showing none."""
    text = page.read_text("utf-8")
    for example, printed in reversed(found):
        said = text[example.start : example.end]
        if example.says and not agrees(said, printed):
            text = text[: example.start] + printed + text[example.end :]
    return text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("page", nargs="*", type=Path)
    given = parser.parse_args()
    behind = []
    for page in [p.resolve() for p in given.page] or pages():
        text = rewritten(page, run_page(page))
        if text == page.read_text("utf-8"):
            continue
        behind.append(str(page.relative_to(ROOT)))
        if given.write:
            page.write_text(text, "utf-8")
    print("examples: " + (", ".join(behind) + (" written" if given.write else " say otherwise") if behind else "all print what is said"))
    sys.exit(1 if behind and not given.write else 0)


if __name__ == "__main__":
    main()
