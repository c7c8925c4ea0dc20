"""Watching: what keeps coming is taken in as it comes, until one says stop.

What comes in are folders that fill; what goes out is an account of each round. How a document is kept and read
the pipeline knows; when to look again is known here alone.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from pathlib import Path

from tahqiq.evidence import files_of

__all__ = ["filling"]

_Mark = tuple[int, int]


def filling(
    folders: Iterable[Path], *, every_s: float = 5.0, rounds: int | None = None, sleep: Callable[[float], None] = time.sleep
) -> Iterator[list[Path]]:
    """The files of folders that are new or changed since they were last given, round after round; one may have none.

    A file is given when its size and time stood still for a round: one that is being written is left for the next.

    Args:
        rounds: how often to look; without end where None.
    """
    given: dict[Path, _Mark] = {}
    before: dict[Path, _Mark] = {}
    places = list(folders)
    for number in count() if rounds is None else range(rounds):
        if number:
            sleep(every_s)
        now = {path: mark for path in files_of(places) if (mark := _mark(path))}
        still = [path for path, mark in now.items() if before.get(path) == mark and given.get(path) != mark]
        given.update((path, now[path]) for path in still)
        before = now
        yield still


def _mark(path: Path) -> _Mark | None:
    try:
        found = path.stat()
    except OSError:
        return None  # gone between the looks
    return found.st_size, found.st_mtime_ns
