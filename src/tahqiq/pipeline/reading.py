"""A file read in memory: its reports with what was read in each. Nothing is kept, and every quoted word is held to the text."""

import datetime as dt
from collections.abc import Hashable, Iterator
from dataclasses import fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from tahqiq.errors import UnreadableDocument
from tahqiq.evidence import MAX_BYTES, Acquired, Asked, acquire
from tahqiq.evidence.feeds import documents_of
from tahqiq.model import Mention, Reading, Report
from tahqiq.pipeline.stages import STOPPING, Stages, now, said, the_stages
from tahqiq.text import FailedLine, to_reports


def read_file(
    path: Path | None,
    *,
    data: bytes | None = None,
    name: str = "",
    published: dt.date | None = None,
    max_bytes: int = MAX_BYTES,
    stages: Stages | None = None,
) -> Iterator[tuple[Report, Reading] | FailedLine]:
    """The reports of a file with what was read in each, in the file's order; lines that gave none come as they stand.

    Args:
        path: the file; None where `data` is given.
        published: when the reports were published that carry no date themselves.

    Raises: UnreadableDocument where the file as a whole gives nothing.
    """
    steps = stages or the_stages()
    called = name or (path.name if path else "")
    for one in documents_in(path, data, name, Asked(now, max_bytes)):
        if isinstance(one, FailedLine):
            yield one
            continue
        for found in to_reports(one.document, one.data, max_bytes=max_bytes):
            yield found if isinstance(found, FailedLine) else read_found(found, called, published, steps)


def read_found(found: Report, called: str, published: dt.date | None, stages: Stages) -> tuple[Report, Reading] | FailedLine:
    """The report as it was found, prepared and read; a failed line where reading it failed. `called` is its file's name."""
    try:
        report = prepare(found, published, stages)
        reading = read_grounded(report, stages)
    except STOPPING:
        raise
    except Exception as e:  # one report's failure is told and the run goes on
        return FailedLine(called, 0, f"report {found.id}: reading failed: {said(e)}")
    return marked(report, reading), reading


def documents_in(path: Path | None, data: bytes | None, name: str, asked: Asked) -> Iterator[Acquired | FailedLine]:
    """The documents that a file or these bytes are; what an archive holds that is refused comes as a failed line."""
    if path is None or data is not None:
        yield Acquired(*acquire(path, data=data, name=name, at=now(), max_bytes=asked.max_bytes))
        return
    any_taken = False
    for found in documents_of(str(path), asked):
        if isinstance(found, Acquired) and found.document.is_medium and any_taken:
            continue  # beside the words
        if isinstance(found, Acquired):
            any_taken = True
            yield found
        elif not any_taken and path.suffix.lower() != ".zip":
            raise UnreadableDocument(str(found))
        else:
            yield FailedLine(path.name, 0, str(found).removeprefix(f"{path.name}: "))


def prepare(report: Report, published: dt.date | None, stages: Stages) -> Report:
    """The report with its language, its published date and its source, each only where the document did not give it.

    A date in the text's head or address comes before `published`, which is for reports that carry none.
    """
    language = report.language or stages.identify(report.text)
    known = replace(
        report,
        language=language,
        unread=None if language else stages.unread_reason(report.text),
        source=report.source or _host(report.url),
    )
    day = report.published or stages.published_date(known) or published
    return known if day == report.published else replace(known, published=day)


def _host(url: str | None) -> str | None:
    try:
        host = urlsplit(url or "").hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None


def read_grounded(report: Report, stages: Stages) -> Reading:
    """What the reader made of a report; raises ValueError where it quotes words that do not stand in the text."""
    reading = stages.read(report)
    wrong = next(ungrounded(report.text, reading), None)
    if wrong:
        raise ValueError(f"the reader quotes {wrong.text[:40]!r} at {wrong.start}, where other words stand")
    return reading


def marked(report: Report, reading: Reading) -> Report:
    return replace(report, unread=reading.unread) if reading.unread and reading.unread != report.unread else report


def ungrounded(text: str, value: object) -> Iterator[Mention]:
    return (m for m in _mentions(value) if text[m.start : m.end] != m.text or m.end > len(text) or m.start < 0)


def _mentions(value: object) -> Iterator[Mention]:
    if isinstance(value, Mention):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _mentions(part)
    elif is_dataclass(value):
        for name in _field_names(cast(Hashable, type(value))):
            yield from _mentions(getattr(value, name))


@cache
def _field_names(kind: Any) -> tuple[str, ...]:
    return tuple(f.name for f in fields(kind))
