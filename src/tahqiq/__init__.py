"""Tahqiq: a reading desk for war monitors. The public names; each is fetched when it is first asked for, nothing is done at import."""

import datetime as dt
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tahqiq.model import Reading, Report

__version__ = "0.1.0"
_NAMES = {
    "Account": "tahqiq.model",
    "Incident": "tahqiq.model",
    "Ledger": "tahqiq.ledger",
    "Query": "tahqiq.ledger",
    "Reading": "tahqiq.model",
    "Report": "tahqiq.model",
    "TahqiqError": "tahqiq.errors",
    "Vault": "tahqiq.evidence",
    "identify": "tahqiq.languages",
    "ingest": "tahqiq.pipeline",
    "open_ledger": "tahqiq.ledger",
    "supported": "tahqiq.languages",
    "to_json": "tahqiq.model",
}
__all__ = ["read", *_NAMES]


def read(report: "str | Report", *, published: dt.date | str | None = None) -> "Reading":
    """What a report tells of which happenings, each value with its words.

    Args:
        report: the text, or a Report where its title, address or language is known.
        published: the day of publication for a text that carries none; without it nothing relative is resolved.
    """
    pipeline: Any = import_module("tahqiq.pipeline")
    model: Any = import_module("tahqiq.model")
    day = dt.date.fromisoformat(published) if isinstance(published, str) else published
    stages = pipeline.the_stages()
    given = model.Report(report) if isinstance(report, str) else report
    reading: Reading = stages.read(pipeline.prepare(given, day, stages))
    return reading


def __getattr__(name: str) -> Any:
    if name not in _NAMES:
        raise AttributeError(f"module 'tahqiq' has no attribute {name!r}")
    return getattr(import_module(_NAMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
