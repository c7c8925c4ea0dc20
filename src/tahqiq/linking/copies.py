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
from itertools import combinations

from rensa import RMinHash

from tahqiq.fold import folded
from tahqiq.model import Report

_RUN = 3  # words: outlets change words here and there, so longer runs miss copies and shorter ones meet in any two texts
_PERMUTATIONS = 96
_ROWS = 2  # of a band: pairs that share a tenth of their runs are looked at, since an excerpt shares no more
_SEED = 20231120
JACCARD = 0.3  # of all runs: independent texts of one happening stay under 0.1, copies with a new head lie above 0.4
EXCERPT = 0.5  # of the shorter text's runs
_FEWEST = 8  # runs of a text: fewer are a headline, and headlines agree by chance
_CROWDED = 200  # reports in one band: a stock phrase, not a copy
_WORD = re.compile(r"\w+")


def copies(reports: Iterable[Report]) -> dict[str, str]:
    """For each report's id that of the first of its copies; its own where it is the first or has none."""
    ordered = sorted(reports, key=_first)
    runs = [_runs(report) for report in ordered]
    root = list(range(len(ordered)))

    def find(n: int) -> int:
        while root[n] != n:
            root[n] = root[root[n]]
            n = root[n]
        return n

    for a, b in sorted(_candidates(runs)):
        if find(a) != find(b) and ordered[a].language == ordered[b].language and is_copy(runs[a], runs[b]):
            first, later = sorted((find(a), find(b)))
            root[later] = first
    return {report.id: ordered[find(n)].id for n, report in enumerate(ordered)}


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


def _candidates(runs: Sequence[frozenset[str]]) -> Iterator[tuple[int, int]]:
    bands: dict[tuple[int, ...], list[int]] = {}
    for number, own in enumerate(runs):
        if len(own) < _FEWEST:
            continue
        hashed = RMinHash(num_perm=_PERMUTATIONS, seed=_SEED)
        hashed.update(sorted(own))
        signature = hashed.digest()
        for band in range(0, _PERMUTATIONS, _ROWS):
            bands.setdefault((band, *signature[band : band + _ROWS]), []).append(number)
    seen: set[tuple[int, int]] = set()
    for members in bands.values():
        if len(members) > _CROWDED:
            members = members[:_CROWDED]
        for pair in combinations(members, 2):
            if pair not in seen:
                seen.add(pair)
                yield pair
