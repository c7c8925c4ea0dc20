"""The steps that the pipeline joins, each imported when it is first called for, and the clock."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tahqiq.errors import CodebookError, PackError, RegistryError, TahqiqError
from tahqiq.model import Account, Decision, Incident, Link, Reading, Report, Source

if TYPE_CHECKING:
    from tahqiq.linking import Weights

Progress = Callable[[int, int, str], None]

STOPPING = (PackError, CodebookError, RegistryError)  # a wrong list is wrong for every report: the run stops at once


@dataclass(frozen=True, slots=True)
class Stages:
    """The steps that know languages and happenings, as the pipeline calls them.

    `weights` are those that `link` and `clusters` go by; steps that have none are not followed one report or decision at a time.
    """

    identify: Callable[[str], str | None]
    unread_reason: Callable[[str], str]
    published_date: Callable[[Report], dt.date | None]
    read: Callable[[Report], Reading]
    copies: Callable[[Sequence[Report]], Mapping[str, str]]
    link: Callable[[Sequence[Account], Mapping[str, Report]], Iterable[Link]]
    clusters: Callable[[Sequence[Account], Sequence[Link], Sequence[Decision]], Iterable[Sequence[str]]]
    assess: Callable[[Sequence[Account], Mapping[str, Report], Mapping[str, str], Sequence[Source]], Incident]
    weights: "Callable[[], Weights] | None" = None


def the_stages(places: str = "", weights: str = "") -> Stages:
    """The steps of this version. Each is imported when it is first called for: who only reads need not wait for linking.

    Args:
        places: a user's registry of places, beside the shipped one.
        weights: a file of weights that `tahqiq link --fit` wrote, in place of the shipped one; CodebookError where it is none.
    """
    from tahqiq.languages import identify, unread_reason
    from tahqiq.reading import default_reader, published_date, read

    def read_with_places(report: Report) -> Reading:
        return read(report, default_reader(places))

    def worth() -> "Weights":
        from tahqiq.linking.weighing import FILE, STORIES_FILE, load_weights

        return load_weights(FILE, Path(weights) if weights else STORIES_FILE)

    def link(accounts: Sequence[Account], reports: Mapping[str, Report]) -> Iterable[Link]:
        from tahqiq.linking import link

        return link(accounts, reports, worth())

    def clusters(accounts: Sequence[Account], links: Sequence[Link], decisions: Sequence[Decision]) -> Iterable[Sequence[str]]:
        from tahqiq.linking import clusters

        return clusters(accounts, links, decisions, worth())

    return Stages(identify, unread_reason, published_date, read_with_places, _copies, link, clusters, _assess, worth)


def _copies(reports: Sequence[Report]) -> Mapping[str, str]:
    from tahqiq.linking.copies import copies

    return copies(reports)


def _assess(accounts: Sequence[Account], reports: Mapping[str, Report], copies: Mapping[str, str], sources: Sequence[Source]) -> Incident:
    from tahqiq.assessing import assess

    return assess(accounts, reports, copies, sources=sources)


def said(error: Exception) -> str:
    return str(error) if isinstance(error, TahqiqError | ValueError) else f"{type(error).__name__}: {error}"


def now() -> str:
    """The time, UTC, as documents and entries of custody carry it."""
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
