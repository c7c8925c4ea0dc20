"""What is made of the parts of documents: prepared, read, or failed with the reason; here or on other processes, with one result.

What comes in are parts of documents as ways in gave them; what goes out is for each what it became. Nothing is kept here.
"""

import datetime as dt
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial

from tahqiq.errors import UnreadableDocument
from tahqiq.evidence import Acquired
from tahqiq.ledger import Failure
from tahqiq.model import Reading, Report, digest
from tahqiq.pipeline.reading import marked, prepare, read_grounded
from tahqiq.pipeline.stages import STOPPING, Stages, said, the_stages
from tahqiq.text import Columns, FailedLine, to_reports

LOADED = "tahqiq.reading.loaded"  # what workers share
HOLDS_MANY = (
    "application/jsonl",
    "text/csv",
    "application/rss+xml",
    "application/x-telegram-export+json",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)


@dataclass(frozen=True, slots=True)
class Part:
    """A report of a document, what failed of it, or with None the document whole, of which `way` then has the bytes."""

    way: Acquired
    found: Report | FailedLine | Failure | None = None


@dataclass(frozen=True, slots=True)
class Understood:
    """What a part became: a report with its reading, None where reading failed; or a failure. `problem` tells of either in a sentence."""

    report: Report | None = None
    reading: Reading | None = None
    failure: Failure | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class How:
    """By what reports are understood; it can be sent to another process.

    `published` is for reports that carry no date themselves; `places` is a user's registry of places beside the shipped one.
    """

    published: dt.date | None = None
    max_bytes: int = 20_000_000
    columns: Columns | None = None
    places: str = ""


def parts_of(way: Acquired, how: How) -> Iterator[Part]:
    """The parts of a document: each report of what holds many, else the whole."""
    if way.document.media_type not in HOLDS_MANY:
        yield Part(way)
        return
    bare = replace(way, data=b"")
    try:
        for found in to_reports(way.document, way.data, max_bytes=how.max_bytes, columns=how.columns):
            yield Part(bare, found)
    except UnreadableDocument as e:
        yield Part(bare, Failure(way.document.id, str(e)))


def understand(parts: Sequence[Part], how: How, stages: Stages) -> list[list[Understood]]:
    """For each part what it became. A report that cannot be read stops no other; a wrong list of ours stops all."""
    return [list(_understood(part, how, stages)) for part in parts]


def in_a_worker(how: How) -> Callable[[Sequence[Part]], list[list[Understood]]]:
    """`understand`, as another process can be given it."""
    return partial(_by_worker, how)


def died(part: Part) -> list[Understood]:
    """What a part becomes that ends each process that reads it."""
    reason = "reading failed: the process that read it ended, each time that it was tried"
    name, document = part.way.document.name, part.way.document.id
    if not isinstance(part.found, Report):
        return [Understood(failure=Failure(document, reason), problem=f"{name}: {reason}")]
    report = replace(_named(part.way, part.found), unread=reason)
    return [Understood(report, problem=f"{name}, report {part.found.id}: {reason}")]


def report_id(report: Report) -> str:
    """A report is its words, where and when they were published: the same page in two files is one report.

    The id and line that a file gives are no part of it, as they change from one export to the next.
    """
    where = report.url or report.document
    return digest(where, report.published.isoformat() if report.published else None, report.title, report.source, report.text)


def place_of(path: str) -> str:
    """One name for a file, from wherever it is given."""
    return os.path.abspath(path)  # noqa: PTH100 - parts of an archive (x.zip!/y) are no paths


def _by_worker(how: How, parts: Sequence[Part]) -> list[list[Understood]]:
    return understand(parts, how, stages_of(how.places))


@lru_cache(maxsize=1)
def stages_of(places: str) -> Stages:
    """The steps of this version, in this process."""
    return the_stages(places)


def _understood(part: Part, how: How, stages: Stages) -> Iterator[Understood]:
    if part.found is not None:
        yield _one(part.way, part.found, how, stages)
        return
    try:
        for found in to_reports(part.way.document, part.way.data, max_bytes=how.max_bytes, columns=how.columns):
            yield _one(part.way, found, how, stages)
    except UnreadableDocument as e:
        yield Understood(failure=Failure(part.way.document.id, str(e)), problem=str(e))


def _one(way: Acquired, found: Report | FailedLine | Failure, how: How, stages: Stages) -> Understood:
    if isinstance(found, Failure):
        return Understood(failure=found, problem=found.reason)
    if isinstance(found, FailedLine):
        return Understood(failure=Failure(way.document.id, found.reason, found.line), problem=str(found))
    report = _named(way, found)
    try:
        report = prepare(report, way.published or how.published, stages)
        reading = read_grounded(report, stages)
    except STOPPING:
        raise
    except Exception as e:  # one report's failure is kept with its reason and the run goes on
        reason = f"reading failed: {said(e)}"
        return Understood(replace(report, unread=reason), problem=f"{way.document.name}, report {found.id}: {reason}")
    return Understood(marked(report, reading), reading)


def _named(way: Acquired, found: Report) -> Report:
    return _with_places(replace(found, id=report_id(found), source=found.source or way.source))


def _with_places(report: Report) -> Report:
    """The report with the places of its media that lie among files told from the root."""
    if not any(medium.address and "://" not in medium.address for medium in report.media):
        return report
    told = (m if m.address is None or "://" in m.address else replace(m, address=place_of(m.address)) for m in report.media)
    return replace(report, media=tuple(told))
