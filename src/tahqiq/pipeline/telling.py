"""Files read to lines, here or on several processes, with the same lines in the same order. Nothing is kept.

A file is cut into units, numbered through all files: a report of what holds many, else a document. That number says where a run stopped and
what failed, as long as the files are the same.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from tahqiq.evidence import Acquired, Asked
from tahqiq.model import Reading, Report
from tahqiq.pipeline.reading import documents_in, read_found
from tahqiq.pipeline.stages import Stages, now
from tahqiq.pipeline.understanding import HOLDS_MANY, LOADED, How, stages_of
from tahqiq.text import FailedLine, to_reports
from tahqiq.workers import Workers

Shape = Callable[[Report, Reading, bool], str]  # `True` where the text is to be told too
_FOR_A_WORKER = 25  # units a job


@dataclass(frozen=True, slots=True)
class Unit:
    """A report, a document or what failed, of a file called so."""

    number: int
    called: str
    found: Report | Acquired | FailedLine
    with_text: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What a unit gave: lines, and what failed of it."""

    number: int
    lines: tuple[str | FailedLine, ...]

    @property
    def failures(self) -> tuple[FailedLine, ...]:
        return tuple(line for line in self.lines if isinstance(line, FailedLine))


def units_of(path: Path | None, how: How, *, first: int = 0, data: bytes | None = None, name: str = "", lines: bool) -> Iterator[Unit]:
    """The units of a file or of these bytes, numbered from `first`.

    Args:
        lines: whether its reports' texts are known to who gave them, and need not be told.

    Raises: UnreadableDocument where the file as a whole gives nothing.
    """
    called = name or (path.name if path else "")
    number = first
    for found in documents_in(path, data, name, Asked(now, how.max_bytes)):
        if isinstance(found, FailedLine) or found.document.media_type not in HOLDS_MANY:
            yield Unit(number, called, found, not lines)
            number += 1
            continue
        for report in to_reports(found.document, found.data, max_bytes=how.max_bytes):
            yield Unit(number, called, report, not lines)
            number += 1


def told_of(units: Iterable[Unit], how: How, shape: Shape, *, workers: int = 1) -> Iterator[Told]:
    """What each unit gave, in their order, whatever the number of workers.

    Args:
        shape: a function of a module, so that workers can be given it.

    Raises: UnreadableDocument where a document gives no text.
    """
    if workers == 1:
        stages = stages_of(how.places)
        yield from (_told(unit, how, shape, stages) for unit in units)
        return
    given = iter(units)
    with Workers(workers, loaded=LOADED) as pool:
        yield from pool.each(partial(_by_worker, how, shape), iter(lambda: list(islice(given, _FOR_A_WORKER)), []), _died)


def _by_worker(how: How, shape: Shape, units: Sequence[Unit]) -> list[Told]:
    stages = stages_of(how.places)
    return [_told(unit, how, shape, stages) for unit in units]


def _died(unit: Unit) -> Told:
    name = f"report {unit.found.id}: " if isinstance(unit.found, Report) else ""
    reason = f"{name}reading failed: the process that read it ended, each time that it was tried"
    return Told(unit.number, (FailedLine(unit.called, 0, reason),))


def _told(unit: Unit, how: How, shape: Shape, stages: Stages) -> Told:
    return Told(unit.number, tuple(_lines(unit, how, shape, stages)))


def _lines(unit: Unit, how: How, shape: Shape, stages: Stages) -> Iterator[str | FailedLine]:
    if isinstance(unit.found, FailedLine):
        yield unit.found
        return
    reports = (
        to_reports(unit.found.document, unit.found.data, max_bytes=how.max_bytes) if isinstance(unit.found, Acquired) else [unit.found]
    )
    for found in reports:
        read = found if isinstance(found, FailedLine) else read_found(found, unit.called, how.published, stages)
        yield read if isinstance(read, FailedLine) else shape(*read, unit.with_text)
