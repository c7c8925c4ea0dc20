"""Wire copies: reports that are one report, published by several.

What comes in are reports; what goes out is, for each, the first of its copies. This file must not know accounts: it reads words.

How it works
1. A text is its runs of three folded words; menus and share lines (furniture) are left out.
2. MinHash finds pairs worth a look without comparing all with all; signatures are cut into bands, and pairs that share one are
   looked at.
3. A pair is a copy where the runs that both have are enough of all (Jaccard), or of the shorter text (an excerpt).
4. Copies of a copy are copies of its first: the one published first, of the same day the first by id.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence

from rensa import RMinHash

from tahqiq.fold import folded
from tahqiq.linking.numbering import key_number, number_of
from tahqiq.model import Report

_RUN = 3  # words: outlets change words here and there, so longer runs miss copies and shorter ones meet in any two texts
_PERMUTATIONS = 96
_ROWS = 2  # of a band: pairs that share a tenth of their runs are looked at, since an excerpt shares no more
_SEED = 20231120
JACCARD = 0.3  # of all runs: independent texts of one happening stay under 0.1, copies with a new head lie above 0.4
EXCERPT = 0.5  # of the shorter text's runs
_FEWEST = 8  # runs of a text: fewer are a headline, and headlines agree by chance
CROWDED = 200  # reports in one band: a stock phrase, not a copy
_WORD = re.compile(r"\w+")


def copies(reports: Iterable[Report]) -> dict[str, str]:
    """For each report's id that of the first of its copies; its own where it is the first or has none."""
    known = Copies.of(reports)
    return {name: known.first(name) for name in known}


class Copies:
    """Reports and whose copies they are, one after the other."""

    def __init__(self) -> None:
        self._runs: list[frozenset[str]] = []
        self._languages: list[str | None] = []
        self._named: dict[str, int] = {}
        self._firsts: list[tuple[dt.date, str]] = []
        self._root: list[int] = []
        self._together: dict[int, list[str]] = {}
        self._bands: dict[tuple[int, ...], list[int]] = {}

    @classmethod
    def of(cls, reports: Iterable[Report]) -> "Copies":
        """All of these, in the order in which they are looked at."""
        known = cls()
        for report in sorted(reports, key=place):
            known.add(report)
        return known

    def __iter__(self) -> Iterator[str]:
        return iter(self._named)

    def add(self, report: Report) -> tuple[str, ...]:
        """The report is known; gives the names of those that are one text with it, itself among them."""
        number = self._named.setdefault(report.id, len(self._root))
        if number < len(self._root):
            return self.one_text(report.id)
        runs = _runs(report)
        self._runs.append(runs)
        self._languages.append(report.language)
        self._firsts.append(_first(report))
        self._root.append(number)
        for other in sorted(self._alike(number, runs)):
            if self._find(other) != self._find(number) and self._languages[other] == report.language and is_copy(self._runs[other], runs):
                self._join(other, number)
        return self.one_text(report.id)

    def first(self, name: str) -> str:
        """The name of the first of those that are one text with it."""
        return self._firsts[self._find(self._named[name])][1]

    def one_text(self, name: str) -> tuple[str, ...]:
        return tuple(self._together.get(self._find(self._named[name]), (name,)))

    def _find(self, n: int) -> int:
        while self._root[n] != n:
            self._root[n] = self._root[self._root[n]]
            n = self._root[n]
        return n

    def _join(self, a: int, b: int) -> None:
        first, later = sorted((self._find(a), self._find(b)), key=lambda n: self._firsts[n])
        self._root[later] = first
        its = self._together.pop(later, [self._firsts[later][1]])
        self._together.setdefault(first, [self._firsts[first][1]]).extend(its)

    def _alike(self, number: int, runs: frozenset[str]) -> set[int]:
        """Those that share a band of the signature, and so are worth a look."""
        found: set[int] = set()
        for band in _bands(runs):
            members = self._bands.setdefault(band, [])
            if len(members) < CROWDED:
                found.update(members)
                members.append(number)
        return found


def bands(report: Report) -> tuple[int, ...]:
    """The numbers of the blocks in which reports that may be one text with this one are found."""
    return tuple(key_number(("band", *band)) for band in _bands(_runs(report)))


def place(report: Report) -> tuple[int, int]:
    """Where a report stands in those blocks, of which those from `CROWDED` on are not looked at; and its number."""
    return (report.published or dt.date.max).toordinal(), number_of(report.id)


def same_text(report: Report, others: Iterable[Report]) -> list[str]:
    """Those of the others, by id, that are one text with the report."""
    runs = _runs(report)
    return [other.id for other in others if other.language == report.language and is_copy(_runs(other), runs)]


def first_of(reports: Sequence[Report]) -> str:
    """Of reports that are one text the one whose copies the others are."""
    return min(map(_first, reports))[1]


def _bands(runs: frozenset[str]) -> Iterator[tuple[int, ...]]:
    if len(runs) < _FEWEST:
        return
    hashed = RMinHash(num_perm=_PERMUTATIONS, seed=_SEED)
    hashed.update(sorted(runs))
    signature = hashed.digest()
    for band in range(0, _PERMUTATIONS, _ROWS):
        yield (band, *signature[band : band + _ROWS])


def is_copy(a: frozenset[str], b: frozenset[str]) -> bool:
    """Whether two texts, as their runs of words, are one text."""
    shared = len(a & b)
    shorter = min(len(a), len(b))
    return shorter >= _FEWEST and (shared >= JACCARD * (len(a) + len(b) - shared) or shared >= EXCERPT * shorter)


def _first(report: Report) -> tuple[dt.date, str]:
    return report.published or dt.date.max, report.id


def _runs(report: Report) -> frozenset[str]:
    text, kept, at = report.text, [], 0
    for start, end in sorted(report.furniture):
        kept.append(text[at:start])
        at = max(at, end)
    words = _WORD.findall(folded(" ".join([*kept, text[at:]])))
    return frozenset(" ".join(words[n : n + _RUN]) for n in range(len(words) - _RUN + 1))
