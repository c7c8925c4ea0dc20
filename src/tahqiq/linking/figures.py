"""Standing numbers that several tell: which figures are one number, and how it went on.

What comes in are figures with their reports; what goes out are series, each of one number: as it stood on each day it was told, by whom,
how often independently. Pure: the order of what comes in is no matter. Nothing is averaged, and numbers that contradict one another
stand side by side on their day.

How it works
1. A figure counts one thing: its measure, of whom (by the registry, else by name), where, since when. What one leaves open that the other
   tells is no matter, but for the place: a toll of nowhere is not that of a town.
2. Days since which is counted may lie `_SINCE_DAYS` apart: outlets name the day of the attack or the day after.
3. A number goes on: what counts up (attacks, killed) does not fall by more than rounding and does not grow beyond `_GROWS` in a step; what
   is a strength (troops, members) stays within `_GROWS` either way. A number that does otherwise is of another series.
4. Copies of one wire text are one voice.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence

from tahqiq.fold import name_key
from tahqiq.linking.copies import copies
from tahqiq.model import Figure, Report, Series, StandingNumber, digest
from tahqiq.registries.relations import state_of

_SINCE_DAYS = 10
_GROWS = 3.0
_ROUNDED = 0.9  # "over 150" behind 158 is the same count told roundly
_LOOKED_AT = 5  # figures back: a number that was told too high long ago must not end a series
_COUNTS_UP = frozenset("attacks killed injured civilian_harm_incidents missing".split())


def link_figures(figures: Iterable[Figure], reports: Mapping[str, Report], roots: Mapping[str, str] | None = None) -> tuple[Series, ...]:
    """The series that the figures tell, by id; every figure in one.

    Args:
        roots: for a report the first of the same wire text, where that is known already.
    """
    told = sorted(figures, key=lambda figure: (_day(figure, reports) or dt.date.max, figure.id))
    if roots is None:
        roots = copies(reports[name] for name in sorted({figure.report for figure in told} & set(reports)))
    of_thing: dict[tuple[str, str | None, str | None], list[list[Figure]]] = {}
    for figure in told:
        known = of_thing.setdefault((figure.measure, _whose(figure), _where(figure)), [])
        for series in known:
            if _goes_on(series, figure):
                series.append(figure)
                break
        else:
            known.append([figure])
    found = (_series(its, reports, roots) for known in of_thing.values() for its in known)
    return tuple(sorted(found, key=lambda series: series.id))


def _day(figure: Figure, reports: Mapping[str, Report]) -> dt.date | None:
    report = reports.get(figure.report)
    return report.published if report else None


def _whose(figure: Figure) -> str | None:
    """Whom it counts, under one name in every language where the registry has one; None where it is not told."""
    if figure.of is None:
        return None
    return figure.of.actor or state_of(figure.of.name, None, figure.of.kind) or name_key(figure.of.name)


def _where(figure: Figure) -> str | None:
    if figure.place is None:
        return None
    return figure.place.place.id or name_key(figure.place.place.name)


def _goes_on(series: Sequence[Figure], figure: Figure) -> bool:
    """Whether the number may be the series' own later on, or told once more."""
    since = next((one.since for one in series if one.since), None)
    if since and figure.since and not _near(since, figure.since):
        return False
    before = max(series[-_LOOKED_AT:], key=lambda one: one.min) if figure.measure in _COUNTS_UP else series[-1]
    low, high = before.min, before.max if before.max is not None else before.min
    most = figure.max if figure.max is not None else figure.min
    if max(low, figure.min) == 0:
        return True
    if figure.measure in _COUNTS_UP:
        return most >= low * _ROUNDED and figure.min <= max(high, 1) * _GROWS
    return most * _GROWS >= low and figure.min <= max(high, 1) * _GROWS


def _near(a: str, b: str) -> bool:
    """Whether two beginnings can be one: days by how far they lie apart, months and years by what they hold."""
    if a.startswith(b) or b.startswith(a):
        return True
    try:
        return abs((dt.date.fromisoformat(a) - dt.date.fromisoformat(b)).days) <= _SINCE_DAYS
    except ValueError:
        return False


def _series(its: Sequence[Figure], reports: Mapping[str, Report], roots: Mapping[str, str]) -> Series:
    first = its[0]
    return Series(
        id=digest("figures", first.id),
        measure=first.measure,
        of=next((figure.of.name for figure in its if figure.of), None),
        place=first.place.place if first.place else None,
        since=min((figure.since for figure in its if figure.since), key=lambda since: (-len(since), since), default=None),
        told=tuple(_numbers(its, reports, roots)),
        whose=next((figure.of.actor for figure in its if figure.of and figure.of.actor), None),
    )


def _numbers(its: Sequence[Figure], reports: Mapping[str, Report], roots: Mapping[str, str]) -> Iterator[StandingNumber]:
    by_number: dict[tuple[dt.date, int, int], list[Figure]] = {}
    for figure in its:
        day = _day(figure, reports) or dt.date.max
        by_number.setdefault((day, figure.min, -1 if figure.max is None else figure.max), []).append(figure)
    for (day, low, high), same in sorted(by_number.items()):
        names = tuple(sorted({figure.report for figure in same}))
        yield StandingNumber(
            day=None if day == dt.date.max else day,
            min=low,
            max=None if high < 0 else high,
            figures=tuple(sorted(figure.id for figure in same)),
            reports=names,
            independent=len({roots.get(name, name) for name in names}),
        )
