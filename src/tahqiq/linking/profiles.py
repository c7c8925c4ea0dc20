"""An account as it is compared: its days as numbers, its tolls as ranges, its names and the words around its trigger.

What comes in are accounts and their reports; what goes out are `Profile`s. This file must not know weights.

A main story without a date tells of the days before it was published (`told`); a background without one tells of no days at all.
The text's rare words are those of its main story: a background has none.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tahqiq.fold import folded
from tahqiq.linking.copies import copies
from tahqiq.linking.words import Vocabulary, vocabularies
from tahqiq.model import Account, Named, Place, Report
from tahqiq.registries.entries import PLACE_KINDS

NEWS_DAYS = 10  # a story is news for so long: what it tells without a date is no older
_SITES = frozenset(PLACE_KINDS) | frozenset(
    "area building mosque church school market hotel house farm embassy checkpoint mine oil".split()
)
_READINGS = 4  # namesakes of a place that are remembered: further ones are villages that bear a common name
_AROUND = 220  # characters on each side of a trigger that show whether two copies tell of the same with the same words
Range = tuple[int, int | None]
Party = tuple[str, str | None, str | None]  # name, registry id, kind


@dataclass(frozen=True, slots=True)
class Profile:
    """What of an account is compared. Days are proleptic ordinals, first and last inclusive; `root` is the first copy of its report."""

    id: str
    report: str
    root: str
    is_copy: bool
    event_type: str
    status: str
    background: bool
    days: tuple[int, int] | None
    told: tuple[int, int] | None
    published: int | None
    place: Place | None
    other_places: tuple[Place, ...]
    perpetrators: tuple[Party, ...]
    targets: tuple[Party, ...]
    victims: tuple[str, ...]
    killed: Range | None
    injured: Range | None
    weapons: frozenset[str]
    around: frozenset[str]
    vocabulary: Vocabulary | None

    @property
    def span(self) -> int:
        """How many days the date leaves open, 0 where none is told."""
        return self.days[1] - self.days[0] + 1 if self.days else 0


def profiles(accounts: Sequence[Account], reports: Mapping[str, Report]) -> tuple[Profile, ...]:
    """The profiles of the accounts, by id."""
    mentioned = {account.report for account in accounts}
    roots = copies(reports[name] for name in sorted(mentioned) if name in reports)
    copied = {name for name, root in roots.items() if name != root}
    copied |= {roots[name] for name in copied}
    words = vocabularies(reports[name] for name in sorted(mentioned) if name in reports)
    ordered = sorted(accounts, key=lambda a: a.id)
    return tuple(_profile(a, reports.get(a.report), roots, copied, words.get(a.report)) for a in ordered)


def _profile(account: Account, report: Report | None, roots: Mapping[str, str], copied: set[str], vocabulary: Vocabulary | None) -> Profile:
    published = report.published.toordinal() if report and report.published else None
    days = (account.date.start.toordinal(), account.date.end.toordinal()) if account.date else None
    is_news = days is None and not account.background and published is not None
    is_copy = account.report in copied
    return Profile(
        id=account.id,
        report=account.report,
        root=roots.get(account.report, account.report),
        is_copy=is_copy,
        event_type=account.event_type,
        status=account.status,
        background=account.background,
        days=days,
        told=(published - NEWS_DAYS, published) if is_news and published is not None else None,
        published=published,
        place=account.place.place if account.place else None,
        other_places=account.place.others[:_READINGS] if account.place else (),
        perpetrators=_parties(account.perpetrators),
        targets=_parties(account.targets),
        victims=tuple(dict.fromkeys(v.name for v in account.victims)),
        killed=toll(account, "killed"),
        injured=toll(account, "injured"),
        weapons=frozenset(account.weapons),
        around=_around(account, report) if report and is_copy else frozenset(),
        vocabulary=None if account.background else vocabulary,
    )


def _parties(named: Sequence[Named]) -> tuple[Party, ...]:
    """Who it was, each once. A building that was struck is where it was, and is compared as the place."""
    return tuple(dict.fromkeys((one.name, one.actor, one.kind) for one in named if one.kind not in _SITES))


def toll(account: Account, effect: str) -> Range | None:
    """The largest number that the account tells of an effect; a group told to be spared says nothing of the whole."""
    told = [c for c in account.casualties if c.effect == effect and (c.min > 0 or c.max != 0 or c.who in ("unspecified", "mixed"))]
    most = max(told, key=lambda c: (c.min, c.max is None, c.max or 0), default=None)
    return (most.min, most.max) if most else None


def _around(account: Account, report: Report) -> frozenset[str]:
    text = report.text[max(0, account.trigger.start - _AROUND) : account.trigger.end + _AROUND]
    return frozenset(re.findall(r"\w{2,}", folded(text)))
