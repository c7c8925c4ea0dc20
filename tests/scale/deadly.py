"""Importing this makes the reader end its process at the word KILL; for tests, as what workers load."""

import os
import signal

from tahqiq import reading
from tahqiq.model import Reading, Report
from tahqiq.reading import read as _read


def _deadly(report: Report, reader: object = None) -> Reading:
    if "KILL" in report.text:
        os.kill(os.getpid(), signal.SIGKILL)
    return _read(report, reader)  # type: ignore[arg-type]


reading.read = _deadly  # type: ignore[assignment]
