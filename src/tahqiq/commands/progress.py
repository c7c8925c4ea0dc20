"""How far a command has come: a bar on a terminal, a plain line a tenth of the way in a pipe; with the rate and the time that is left."""

import sys
import time
from typing import Any

import click


class Bar:
    """To be used in a `with`, which gives what is told `done, total, name`."""

    def __init__(self, what: str, *, quiet_in_pipes: bool = False) -> None:
        self.what = what
        self.quiet = quiet_in_pipes
        self.shown: Any = None
        self.task: Any = None
        self.tenth = -1
        self.begun: tuple[float, int] | None = None

    def __enter__(self) -> "Bar":
        if sys.stderr.isatty():
            self._open()
        return self

    def __call__(self, done: int, total: int, name: str = "") -> None:
        now = time.monotonic()
        self.begun = self.begun or (now, done)
        pace = _pace(now - self.begun[0], done - self.begun[1], total - done)
        if self.shown:
            self.shown.update(self.task, completed=done, total=total, pace=pace)
            return
        tenth = 10 * done // total if total else 10
        if tenth > self.tenth and not self.quiet:
            self.tenth = tenth
            click.echo(f"{self.what}: {done} of {total}{pace and f' ({pace})'}", err=True)

    def _open(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[pace]}"))
        self.shown = Progress(*columns, console=Console(stderr=True))
        self.shown.start()
        self.task = self.shown.add_task(self.what, pace="")

    def __exit__(self, *error: object) -> None:
        if self.shown:
            self.shown.stop()


def _pace(seconds: float, done: int, left: int) -> str:
    """How many a second, and how long what is left takes at that rate; empty in the first second."""
    if seconds < 1 or done < 1:
        return ""
    rate = done / seconds
    remaining = f", {_time(left / rate)} left" if left > 0 else ""
    return f"{rate:,.0f}/s{remaining}" if rate >= 10 else f"{rate:.1f}/s{remaining}"


def _time(seconds: float) -> str:
    whole = round(seconds)
    if whole < 90:
        return f"{whole} s"
    return f"{whole // 60} min" if whole < 5400 else f"{whole // 3600} h {whole % 3600 // 60} min"
