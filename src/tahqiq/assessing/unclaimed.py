"""Where reports say that nobody has claimed what happened: a thing told, unlike silence.

What comes in are accounts with their reports; what goes out are the spans of those words. Only reports that tell the happening as news
are looked at, since the words say nothing of which of a report's happenings they are about.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from tahqiq.codebook.strict import open_yaml
from tahqiq.fold import fold, folded
from tahqiq.model import Account, Report

FILE = Path(__file__).with_name("unclaimed.yaml")
LANGUAGES = ("en", "ar", "ur", "fa")


def unclaimed(accounts: Sequence[Account], reports: Mapping[str, Report]) -> tuple[tuple[str, int, int], ...]:
    """Report, start and end of the first such words of each report that tells it as news."""
    found = []
    for name in sorted({account.report for account in accounts if not account.background}):
        report = reports.get(name)
        if report is not None and report.language in LANGUAGES and (span := _words(report.text, report.language)):
            found.append((name, *span))
    return tuple(found)


@lru_cache(maxsize=4096)
def _words(text: str, language: str) -> tuple[int, int] | None:
    read = fold(text)
    match = _pattern(language).search(read.text)
    return read.original(match.start(), match.end()) if match else None


@lru_cache(maxsize=4)
def _pattern(language: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{folded(pattern)})" for pattern in load_patterns()[language]))


@lru_cache(maxsize=1)
def load_patterns() -> Mapping[str, tuple[str, ...]]:
    """The patterns by language; raises CodebookError naming the key that is wrong."""
    file = open_yaml(FILE, FILE.name)
    file.text("source")
    section = file.section("patterns")
    found = {language: section.texts(language) for language in LANGUAGES}
    section.end()
    file.end()
    return found
