"""Watching: what keeps coming is taken in as it comes, until one says stop.

What comes in are folders that fill and feeds to be asked; what goes out is an account of each round. How a document is kept and read
the pipeline knows; when to look again, and what of a feed is new, is known here alone. The ledger keeps which items were taken in:
an item is marked only after its document is in, so one that is killed and started again loses none and takes none twice.
"""

import datetime as dt
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from itertools import count, pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from tahqiq.errors import RegistryError, TahqiqError, UnreadableDocument
from tahqiq.evidence import Acquired, Asked, Refused, Vault, files_of
from tahqiq.evidence.feeds import find_feed
from tahqiq.evidence.feeds.rss import Asking, Item, ask, whole
from tahqiq.evidence.fetching import Unanswered
from tahqiq.ledger import Ledger, Poll
from tahqiq.model import Source
from tahqiq.pipeline import Outcome, Stages, ingest_documents, rebuild
from tahqiq.registries.sources import Sources, load_sources, provisional

__all__ = ["GivingSource", "Polled", "Silence", "WatchedSource", "filling", "giving_sources", "load_watched", "poll", "silences", "watch"]

_Mark = tuple[int, int]
_EVERY_MINUTES = 15
BEHIND_S = 30.0  # until it is looked again whether the reader has caught up
_LONGEST_PAUSE_S = 6 * 3600.0  # a feed that fails is asked again later each time, and at least so often
_TAKES = ("page", "item")
_MOST_POLLS = 100_000  # of the last ones: 100 feeds asked every quarter of an hour for ten days
_ENOUGH = 5  # times that a feed gave something, before how often it does is known
_SILENT_TIMES = 3.0  # as long as nine in ten of its pauses: three times that is no pause any more


@dataclass(frozen=True, slots=True)
class WatchedSource:
    """A feed to be asked: every item's page is taken, or (`take: item`) the item as the feed has it."""

    feed: str
    name: str = ""
    source: str = ""
    take: str = "page"
    every_minutes: float = _EVERY_MINUTES


@dataclass(frozen=True, slots=True)
class Polled:
    """What one asking of a feed brought: the poll as it was kept, and what was refused in it, each in a sentence."""

    poll: Poll
    reports: int = 0
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Silence:
    """How a feed has given: times are UTC, empty where it never did. `usual_s` is how long nine in ten of its pauses were at most."""

    feed: str
    source: str
    last_asked: str
    last_gave: str
    items: int
    usual_s: float | None
    is_silent: bool
    problem: str


def load_watched(path: Path) -> tuple[WatchedSource, ...]:
    """The feeds of a sources file; raises RegistryError naming the file, the entry and the key that is wrong."""
    try:
        given = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as e:
        raise RegistryError(f"{path.name}: cannot be read: {' '.join(str(e).split())[:200]}") from None
    entries = given.get("sources") if isinstance(given, dict) else None
    if not isinstance(entries, list) or not entries:
        raise RegistryError(f"{path.name}: must hold «sources:», a list of feeds")
    found = tuple(_watched(entry, f"{path.name}: entry {n}") for n, entry in enumerate(entries, 1))
    twice = [one.feed for n, one in enumerate(found) if one.feed in {other.feed for other in found[:n]}]
    if twice:
        raise RegistryError(f"{path.name}: {twice[0]} stands twice")
    return found


def _watched(entry: Any, where: str) -> WatchedSource:
    if not isinstance(entry, dict) or not isinstance(entry.get("feed"), str):
        raise RegistryError(f"{where}: must have a «feed:», its address")
    known = [field.name for field in fields(WatchedSource)]
    if wrong := [key for key in entry if key not in known]:
        raise RegistryError(f"{where}: {wrong[0]!r} is none of {', '.join(known)}")
    for key in ("name", "source", "take"):
        if not isinstance(entry.get(key, ""), str):
            raise RegistryError(f"{where}: {key} must be a text, not {entry[key]!r}")
    if entry.get("take", "page") not in _TAKES:
        raise RegistryError(f"{where}: take must be {' or '.join(_TAKES)}, not {entry['take']!r}")
    every = entry.get("every_minutes", _EVERY_MINUTES)
    if isinstance(every, bool) or not isinstance(every, int | float) or not 0 < every <= 10_080:
        raise RegistryError(f"{where}: every_minutes must be a number of minutes up to a week, not {every!r}")
    return WatchedSource(**entry)


# -- feeds ------------------------------------------------------------------------------------------------------------


def watch(
    sources: Sequence[WatchedSource],
    ledger: Ledger,
    vault: Vault,
    asked: Asked,
    *,
    stages: Stages | None = None,
    rounds: int | None = None,
    most_waiting: int = 0,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Polled]:
    """Each feed is asked when its time has come; what one brought is given at once. A feed that fails stops no other.

    Args:
        rounds: how often each feed is asked at most; without end where None.
        most_waiting: no feed is asked while more documents than these wait to be read; 0 for no limit.
    """
    due = dict.fromkeys((one.feed for one in sources), 0.0)
    fails = dict.fromkeys(due, 0)
    for number in count() if rounds is None else range(rounds):
        if number:
            sleep(max(0.0, min(due.values()) - clock()))
        gave = False
        for one in sources:
            if due[one.feed] > clock() and number:
                continue
            while most_waiting and ledger.unfinished_documents() > most_waiting:  # whoever reads is behind: nothing more is fetched
                sleep(BEHIND_S)
            polled = poll(one, ledger, vault, asked, stages=stages)
            fails[one.feed] = fails[one.feed] + 1 if polled.poll.problem else 0
            pause = one.every_minutes * 60 * 2.0 ** min(fails[one.feed], 10)
            due[one.feed] = clock() + (min(pause, max(_LONGEST_PAUSE_S, one.every_minutes * 60)) if fails[one.feed] else pause)
            gave = gave or polled.reports > 0
            yield polled
        if gave:
            rebuild(ledger, stages=stages)


def poll(one: WatchedSource, ledger: Ledger, vault: Vault, asked: Asked, *, stages: Stages | None = None) -> Polled:
    """A feed was asked once; its new items are in the ledger, and marked so that no later asking takes them again."""
    last = next((p for p in reversed(ledger.polls(one.feed, last=50)) if not p.problem), None)
    now = Poll(one.feed, asked.now(), one.name or one.feed, 0, last.etag if last else "", last.modified if last else "")
    try:
        asking = ask(one.feed, asked, etag=now.etag, modified=now.modified)
        polled = Polled(now) if asking is None else _taken(one, asking, now, ledger, vault, asked, stages)
    except TahqiqError as e:
        polled = Polled(replace(now, problem=str(e)))
    if polled.poll.new == 0:
        ledger.append_poll(polled.poll)
    return polled


def _taken(one: WatchedSource, asking: Asking, now: Poll, ledger: Ledger, vault: Vault, asked: Asked, stages: Stages | None) -> Polled:
    unseen = set(ledger.unseen(one.feed, [item.id for item in asking.items]))
    new = [item for item in reversed(asking.items) if item.id in unseen]  # the oldest first, as they happened
    kept = replace(now, etag=asking.etag, modified=asking.modified)
    if not new:
        return Polled(kept)
    taken: list[Item] = []
    refused: list[str] = []
    reports = 0
    for found, items in _documents(one, new, asking, asked):
        outcome = _ingested(found, ledger, vault, asked, stages)
        refused += outcome.refused + outcome.failures
        reports += outcome.reports
        taken += items
    if len(taken) < len(new):  # some were not to be had for the moment: the feed is asked again as if for the first time
        kept = replace(kept, etag="", modified="")
    done = Polled(replace(kept, new=len(taken)), reports, tuple(refused))
    if taken:
        ledger.append_poll(done.poll, [item.id for item in taken])
    return done


def _ingested(found: Sequence[Acquired | Refused], ledger: Ledger, vault: Vault, asked: Asked, stages: Stages | None) -> Outcome:
    return ingest_documents(found, ledger, vault, max_bytes=asked.max_bytes, stages=stages, compute=False)


def _documents(
    one: WatchedSource, new: Sequence[Item], asking: Asking, asked: Asked
) -> Iterator[tuple[list[Acquired | Refused], list[Item]]]:
    """The documents of new items, each with the items that are done with them; an item that fails for the moment is in none."""
    if one.take == "item":
        yield [replace(whole(asking, asked), source=one.source or None)], list(new)
        return
    for item in new:
        if not item.link:
            yield [Refused(f"{one.feed}: «{item.title[:80]}» has no page")], [item]
            continue
        found: list[Acquired | Refused] = []
        done = [item]
        try:
            for document in find_feed("web").documents(item.link, asked):
                if isinstance(document, Acquired):
                    document = replace(document, published=item.published, source=one.source or None)
                found.append(document)
        except Unanswered as e:
            found.append(Refused(str(e)))
            done = [item] if e.lasting else []
        except UnreadableDocument as e:
            found.append(Refused(str(e)))
        yield found, done


def silences(polls: Iterable[Poll]) -> tuple[Silence, ...]:
    """How each feed has given, those that are silent for longer than is usual first.

    A feed's silence is measured up to when it was last asked: a desk that was off has heard nothing from anyone.
    """
    by_feed: dict[str, list[Poll]] = {}
    for one in polls:
        by_feed.setdefault(one.feed, []).append(one)
    found = (_silence(feed, told) for feed, told in by_feed.items())
    return tuple(sorted(found, key=lambda s: (not s.is_silent, not s.problem, s.source)))


def _silence(feed: str, polls: Sequence[Poll]) -> Silence:
    gave = [_time(p.at) for p in polls if p.new]
    pauses = sorted(b - a for a, b in pairwise(gave))
    usual = statistics.quantiles(pauses, n=10, method="inclusive")[8] if len(pauses) >= _ENOUGH else None
    last = polls[-1]
    since = _time(last.at) - gave[-1] if gave else 0.0
    return Silence(
        feed=feed,
        source=last.source,
        last_asked=last.at,
        last_gave=next((p.at for p in reversed(polls) if p.new), ""),
        items=sum(p.new for p in polls),
        usual_s=usual,
        is_silent=usual is not None and since > _SILENT_TIMES * max(usual, 60.0),
        problem=last.problem,
    )


def _time(at: str) -> float:
    return dt.datetime.fromisoformat(at.replace("Z", "+00:00")).timestamp()


# -- sources ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GivingSource:
    """A source that gave the ledger reports, or whose feeds are watched, and how these have given."""

    source: Source
    reports: int
    feeds: tuple[Silence, ...] = ()
    given: tuple[str, ...] = ()  # the names and hosts under which its reports name it


def giving_sources(ledger: Ledger) -> tuple[GivingSource, ...]:
    """Who gave the ledger anything, those with a feed that is silent or fails first, then by how much they gave."""
    known, register = Sources(ledger.sources()), load_sources()

    def source_of(given: str) -> Source:
        return known.get(given) or register.get(given) or provisional(given) or Source(given, given)

    sources: dict[str, Source] = {}
    reports: Counter[str] = Counter()
    names: dict[str, list[str]] = {}
    for given, number in ledger.counts_by_source().items():
        source = source_of(given)
        names.setdefault(source.id, []).append(given)
        sources[source.id] = source
        reports[source.id] += number
    feeds: dict[str, list[Silence]] = {}
    for silence in silences(ledger.polls(last=_MOST_POLLS)):
        source = source_of((urlsplit(silence.feed).hostname or silence.source).removeprefix("www."))
        sources[source.id] = source
        feeds.setdefault(source.id, []).append(silence)
    found = (
        GivingSource(source, reports[name], tuple(feeds.get(name, ())), tuple(names.get(name, ()))) for name, source in sources.items()
    )
    return tuple(sorted(found, key=lambda g: (not any(f.is_silent or f.problem for f in g.feeds), -g.reports, g.source.name)))


# -- folders ----------------------------------------------------------------------------------------------------------


def filling(
    folders: Iterable[Path], *, every_s: float = 5.0, rounds: int | None = None, sleep: Callable[[float], None] = time.sleep
) -> Iterator[list[Path]]:
    """The files of folders that are new or changed since they were last given, round after round; one may have none.

    A file is given when its size and time stood still for a round: one that is being written is left for the next.

    Args:
        rounds: how often to look; without end where None.
    """
    given: dict[Path, _Mark] = {}
    before: dict[Path, _Mark] = {}
    places = list(folders)
    for number in count() if rounds is None else range(rounds):
        if number:
            sleep(every_s)
        now = {path: mark for path in files_of(places) if (mark := _mark(path))}
        still = [path for path, mark in now.items() if before.get(path) == mark and given.get(path) != mark]
        given.update((path, now[path]) for path in still)
        before = now
        yield still


def _mark(path: Path) -> _Mark | None:
    try:
        found = path.stat()
    except OSError:
        return None  # gone between the looks
    return found.st_size, found.st_mtime_ns
