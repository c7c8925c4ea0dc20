"""An account as it is compared: its days as numbers, its tolls as ranges, its names and the words around its trigger.

What comes in are accounts and their reports; what goes out are `Profile`s. This file must not know weights.

A main story without a date tells of the days before it was published (`told`); a background without one tells of no days at all.
The story of a report is that of its main account: a background has none. A report in which nothing was read, for want of a language
pack or of a phrase, stands for itself with its story alone (`alone`).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tahqiq.fold import folded
from tahqiq.linking.copies import copies
from tahqiq.linking.stories import Story, stories
from tahqiq.model import Account, Mention, Named, Place, Report
from tahqiq.registries.entries import PLACE_KINDS

NEWS_DAYS = 10  # a story is news for so long: what it tells without a date is no older
_SITES = frozenset(PLACE_KINDS) | frozenset(
    "area building mosque church school market hotel house farm embassy checkpoint mine oil".split()
)
ALONE = "report:"  # begins the name of a report that no account stands for
UNTOLD = "untold"  # its type
# What a report tells beside what happened: it is the main story only where nothing else is told.
_QUIET = frozenset("statement talks agreement deployment protest".split())
_FAR = 1000  # characters: a trigger so far down costs as much as a background
_READINGS = 4  # namesakes of a place that are remembered: further ones are villages that bear a common name
_STORY_DAYS = 12  # a date that leaves more open than this says little of when the story was
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
    story: Story | None = None
    story_days: tuple[tuple[int, int], ...] = ()

    @property
    def alone(self) -> bool:
        """True for a report in which nothing was read."""
        return self.event_type == UNTOLD

    @property
    def span(self) -> int:
        """How many days the date leaves open, 0 where none is told."""
        return self.days[1] - self.days[0] + 1 if self.days else 0


def profiles(accounts: Sequence[Account], reports: Mapping[str, Report], first: Mapping[str, str] | None = None) -> tuple[Profile, ...]:
    """The profiles of the accounts, and of reports without one that tell a story, by id.

    Args:
        first: for each report the first of its copies, where that is known already.
    """
    roots = first if first is not None else copies(reports[name] for name in sorted(reports))
    copied = {name for name, root in roots.items() if name != root}
    copied |= {roots[name] for name in copied}
    told = stories(reports[name] for name in sorted(reports))
    of_report: dict[str, list[Account]] = {}
    for account in sorted(accounts, key=lambda a: a.id):
        of_report.setdefault(account.report, []).append(account)
    found: list[Profile] = []
    for name in sorted({*of_report, *told}):
        found += report_profiles(of_report.get(name, ()), name, reports.get(name), roots.get(name, name), name in copied, told.get(name))
    return tuple(sorted(found, key=lambda profile: profile.id))


def report_profiles(
    accounts: Sequence[Account], name: str, report: Report | None, root: str, is_copy: bool, story: Story | None
) -> Iterator[Profile]:
    """The profiles of one report's accounts, of which the main one has the story; of a report without any its own."""
    if not accounts:
        if report is not None and story is not None:
            alone = Account(f"{ALONE}{name}", name, UNTOLD, Mention(0, 0, ""))
            yield replace(_profile(alone, report, root, is_copy), story=story)
        return
    main = main_account(accounts)
    days = tuple(sorted({days for account in accounts if (days := _days(account)) and days[1] - days[0] <= _STORY_DAYS}))
    for account in accounts:
        profile = _profile(account, report, root, is_copy)
        yield replace(profile, story=story, story_days=days) if account is main else profile


def main_account(accounts: Sequence[Account]) -> Account:
    """What a report mainly tells: what happened rather than what was said of it, news rather than background, early and in full.

    Of two that are alike in this the first in the text.
    """

    def weight(account: Account) -> tuple[float, int, str]:
        slots = 0.5 * bool(account.place) + 0.5 * bool(account.date) + 0.7 * bool(account.casualties or account.victims)
        less = 2.0 * account.background + 3.0 * (account.event_type in _QUIET) + 2.0 * account.trigger.start / _FAR
        return less - slots, account.trigger.start, account.id

    return min(accounts, key=weight)


def _days(account: Account) -> tuple[int, int] | None:
    return (account.date.start.toordinal(), account.date.end.toordinal()) if account.date else None


def _profile(account: Account, report: Report | None, root: str, is_copy: bool) -> Profile:
    published = report.published.toordinal() if report and report.published else None
    days = _days(account)
    is_news = days is None and not account.background and published is not None
    return Profile(
        id=account.id,
        report=account.report,
        root=root,
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
