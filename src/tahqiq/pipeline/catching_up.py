"""The incidents after few reports or decisions came: only what these touch is linked, clustered, assessed and written.

What stands afterwards is what `rebuild` of everything would give. How it works
1. Reports that are new, read otherwise or corrected are linked by `linking.relinking`, on the shelf that the ledger keeps.
2. Accounts that were linked otherwise from the threshold on, that a decision is about, or whose text has a copy now are *touched*; with
   them those of their incidents before, those linked to them from the threshold on, and those that persons put with them. These are
   clustered alone: no other can come to be with one of them.
3. Their incidents are assessed anew, and what persons said laid over them and over those that share a decision with them.
4. Where a new report changes how rare terms are, where the weights, this version or a source's description are others, or where much
   is new, everything is computed anew: `catch_up` says so, and leaves all as it was.
"""

import json
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from tahqiq import __version__
from tahqiq.deciding import CORRECTED, NOT_SAME, OF_INCIDENTS, OF_PERSONS, REJECTED, SAME, TAKE_BACK, Decided, named_accounts, target, ties
from tahqiq.ledger import Kept, Ledger, Placed
from tahqiq.linking import ALONE, Linking, clusters_among
from tahqiq.linking.blocking import Entry, entry
from tahqiq.linking.copies import CROWDED, bands, first_of, place, same_text
from tahqiq.linking.numbering import number_of
from tahqiq.linking.profiles import Profile, report_profiles
from tahqiq.linking.relinking import blocks, packed, relink, unpacked
from tahqiq.linking.stories import Rarity, Story, is_counted, scale_of, stories
from tahqiq.linking.weighing import Weights
from tahqiq.model import Account, Decision, Incident, Link, Report, Source
from tahqiq.pipeline.assessing import assessed, by_its_source
from tahqiq.pipeline.naming import persons_anew, persons_of
from tahqiq.pipeline.stages import Stages, now
from tahqiq.registries.sources import PROVISIONAL, Sources, load_sources

_FEW = 50  # reports: fewer are linked alone, whatever the ledger holds
_MUCH = 10  # of so many reports one is new: then everything is computed anew
_AT_ONCE = 500_000  # entries of blocks that are put in order at a time


class _Whole(Exception):
    """Everything must be computed anew."""


def catch_up(ledger: Ledger, stages: Stages) -> bool:
    """The incidents are those of all that is in the ledger now; False where everything must be computed anew, and nothing was done."""
    if stages.weights is None:
        return False
    try:
        with ledger.transaction(computing=True):
            stamp = f"{__version__}:{ledger.stamp()}"
            if ledger.incidents_stamp().partition(":")[0] != __version__ or ledger.shelf.fact("made by") != _made_by(stages.weights()):
                return False
            _CatchUp.of(ledger, stages).carry_out(stamp)
        return True
    except _Whole:
        return False


def shelve(ledger: Ledger, linking: Linking, reports: Mapping[str, Report], stages: Stages, known: Iterable[Decision]) -> None:
    """What all was linked by stands on the ledger's shelf, for `catch_up`."""
    assert stages.weights is not None
    shelf, rare = ledger.shelf, linking.rare
    shelf.clear()
    for some in _some(_all_entries(linking, reports)):
        shelf.enter(some)
    shelf.keep_profiles((), (_kept(profile) for profile in linking.profiles))
    shelf.keep_reports([_placed(report) for report in reports.values()])
    shelf.carry_out(decision.id for decision in known)
    shelf.note(
        {
            "made by": _made_by(stages.weights()),
            "rarity": json.dumps({"stories": rare.stories, "scale": rare.scale, "having": rare.having}),
            "stories": str(sum(profile.story is not None for profile in linking.profiles)),
            "sources": json.dumps(sorted(source.id for source in ledger.sources())),
        }
    )


def _all_entries(linking: Linking, reports: Mapping[str, Report]) -> Iterator[tuple[int, Entry]]:
    for profile in linking.profiles:
        own = entry(profile)
        yield from ((block.number, own) for block in blocks(profile, linking.rare))
    for report in reports.values():
        there = place(report)
        yield from ((band, there) for band in dict.fromkeys(bands(report)))


def _some(entries: Iterator[tuple[int, Entry]]) -> Iterator[list[tuple[int, Entry]]]:
    some: list[tuple[int, Entry]] = []
    for one in entries:
        some.append(one)
        if len(some) == _AT_ONCE:
            yield some
            some = []
    yield some


def _made_by(weights: Weights) -> str:
    return f"{__version__} {weights.name}"


def _kept(profile: Profile) -> Kept:
    return Kept(number_of(profile.id), profile.report, packed(profile))


def _placed(report: Report) -> Placed:
    return Placed(
        report.id, number_of(report.id), json.dumps([report.source, report.forwarded_from, report.wire_credit], ensure_ascii=False)
    )


@lru_cache(maxsize=2)
def _rarity(text: str) -> Rarity:
    kept = json.loads(text)
    return Rarity(kept["stories"], kept["having"], kept["scale"])


def rarity_of(ledger: Ledger) -> Rarity | None:
    """How rare terms are held to be in this ledger; None where nothing was linked yet."""
    text = ledger.shelf.fact("rarity")
    return _rarity(text) if text else None


@dataclass(frozen=True, slots=True)
class _LedgerShelf:
    """The ledger's shelf, as linking asks it."""

    ledger: Ledger

    def members(self, blocks: Collection[int]) -> Mapping[int, Sequence[Entry]]:
        return self.ledger.shelf.members(blocks)

    def profiles(self, numbers: Collection[int]) -> Mapping[int, Profile]:
        return {kept.number: unpacked(kept.bytes) for kept in self.ledger.shelf.profiles(numbers)}


@dataclass(slots=True)
class _Said:
    """All decisions, by the accounts and reports that they are about."""

    all: tuple[Decision, ...]
    by_account: dict[str, list[Decision]] = field(default_factory=dict)
    by_report: dict[str, list[Decision]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        backs: dict[str, list[Decision]] = {}
        for d in self.all:
            if d.kind == TAKE_BACK:
                backs.setdefault(target(d), []).append(d)
                continue
            for name in named_accounts(d):
                self.by_account.setdefault(name, []).append(d)
            for told in ties(d).values():
                self.by_report.setdefault(told.report, []).append(d)
        self._backs = backs

    _backs: dict[str, list[Decision]] = field(default_factory=dict)

    def about(self, accounts: Iterable[str], reports: Iterable[str]) -> tuple[Decision, ...]:
        """Those about one of these, with all that was taken back of them and of that."""
        found: dict[str, Decision] = {}
        waiting = [d for name in accounts for d in self.by_account.get(name, ())]
        waiting += [d for name in reports for d in self.by_report.get(name, ())]
        while waiting:
            d = waiting.pop()
            if d.id not in found:
                found[d.id] = d
                waiting += self._backs.get(d.id, ())
        return tuple(found.values())


@dataclass(slots=True)
class _CatchUp:
    """One catching up: what is new, and what it touches."""

    ledger: Ledger
    stages: Stages
    weights: Weights
    rare: Rarity
    sources: tuple[Source, ...]
    said: _Said
    fresh: set[str]
    changed: list[str]
    touched: set[str] = field(default_factory=set)
    vanished: set[str] = field(default_factory=set)
    named: bool = False
    reread: bool = False

    @classmethod
    def of(cls, ledger: Ledger, stages: Stages) -> "_CatchUp":
        assert stages.weights is not None
        shelf = ledger.shelf
        changed = shelf.changed()
        if len(changed) > _FEW and len(changed) * _MUCH > shelf.count():
            raise _Whole
        said = _Said(tuple(ledger.decisions()))
        return cls(
            ledger, stages, stages.weights(), _rarity(shelf.fact("rarity")), tuple(ledger.sources()), said, shelf.new_decisions(), changed
        )

    def carry_out(self, stamp: str) -> None:
        corrected = self._decided()
        self._published_otherwise()
        if self.changed or corrected:
            self._relink({*self.changed, *corrected})
        self._settle(stamp)
        if self.changed:
            self._series()
        self.ledger.shelf.carry_out(sorted(self.fresh))

    # -- what is touched --------------------------------------------------------------------------------------------------

    def _decided(self) -> set[str]:
        """Accounts of new decisions are touched; gives the reports of those that were corrected or rejected."""
        by_id = {d.id: d for d in self.said.all}
        about = list[Decision]()
        for name in sorted(self.fresh):
            d = by_id.get(name)
            while d is not None and d.kind == TAKE_BACK:
                d = by_id.get(target(d))
            if d is not None:
                about.append(d)
        self.named = any(d.kind in OF_PERSONS for d in about)
        mine = [d for d in about if d.kind in OF_INCIDENTS | {SAME, NOT_SAME, CORRECTED, REJECTED}]
        reports = {told.report for d in mine for told in ties(d).values()}
        there = self.ledger.accounts_of({name for d in mine for name in named_accounts(d)}, as_read=True)
        self.touched |= {account.id for account in there}
        self.touched |= {account.id for account in self.ledger.accounts_of_reports(reports)}
        of_accounts = [d for d in mine if d.kind in (CORRECTED, REJECTED)]
        subjects = {d.subject for d in of_accounts}
        return {a.report for a in there if a.id in subjects} | {told.report for d in of_accounts for told in ties(d).values()}

    def _published_otherwise(self) -> None:
        """Accounts of reports whose source is known now, or known by another name, are touched."""
        before = set(json.loads(self.ledger.shelf.fact("sources")))
        new = [source for source in self.sources if source.id not in before]
        if not new:
            return
        shipped = load_sources()
        if any(source.kind != PROVISIONAL and shipped.get(source.id) != source for source in new):
            raise _Whole  # what is said of it may change how anyone who quotes it is heard
        was, now = Sources([source for source in self.sources if source.id in before]), Sources(self.sources)
        reports: list[str] = []
        for by, its in self.ledger.shelf.published_by().items():
            source, forwarded_from, wire_credit = json.loads(by)
            report = Report("", "", source=source, forwarded_from=forwarded_from, wire_credit=wire_credit)
            if by_its_source(report, was) != by_its_source(report, now):
                reports += its
        self.touched |= {account.id for account in self.ledger.accounts_of_reports(reports)}
        self.ledger.shelf.note({"sources": json.dumps(sorted(source.id for source in self.sources))})

    # -- linking ----------------------------------------------------------------------------------------------------------

    def _relink(self, names: set[str]) -> None:
        shelf = self.ledger.shelf
        reports = {report.id: report for report in self.ledger.reports_of(names)}
        known = shelf.is_linked(names)
        self.reread = not known.isdisjoint(self.changed)
        new = [report for name, report in reports.items() if name not in known]
        story = stories(new)
        self._count(story.values())
        for name in self._copied(new) - names:
            reports[name] = self.ledger.report(name)
        story |= stories(report for name, report in reports.items() if name not in story)
        before = [unpacked(kept.bytes) for kept in shelf.profiles_of(reports)]
        after = list(self._profiles(reports, story))
        found = relink(before, after, _LedgerShelf(self.ledger), self.ledger.links_of, self.weights, self.rare)
        shelf.leave(found.out)
        shelf.enter(found.into)
        shelf.keep_profiles(reports, map(_kept, after))
        shelf.keep_reports([_placed(report) for report in reports.values()])
        here = {profile.id for profile in after}
        pairs = {(link.a, link.b) for link in found.links} | found.gone
        old = [link for link in self.ledger.links_of({name for pair in found.gone for name in pair} | here) if (link.a, link.b) in pairs]
        ends = {name for link in (*old, *found.links) if link.score >= self.weights.threshold for name in (link.a, link.b)}
        self.ledger.put_links(found.links, found.gone)
        self.vanished = {profile.id for profile in before} - here
        self.touched |= ends | here | self.vanished

    def _count(self, new: Iterable[Story]) -> None:
        """The new stories are counted; where one is of the sample, or the sample gets sparser, terms are as rare as they were no more."""
        told = list(new)
        total = int(self.ledger.shelf.fact("stories")) + len(told)
        if scale_of(total) != self.rare.scale or any(is_counted(one.report, self.rare.scale) for one in told):
            raise _Whole
        self.ledger.shelf.note({"stories": str(total)})

    def _copied(self, new: Sequence[Report]) -> set[str]:
        """The reports that are one text with a new one, the new ones among them; whose copies they are is kept."""
        shelf, found = self.ledger.shelf, set[str]()
        for report in sorted(new, key=place):
            own, numbers = place(report), set[int]()
            shelf.keep_reports([_placed(report)])
            keys = tuple(dict.fromkeys(bands(report)))
            for members in shelf.members(keys).values():
                if len(members) < CROWDED:
                    numbers.update(number for _, number in members)
                elif bisect_left(members, own) < CROWDED:
                    raise _Whole  # another is not looked at any more
            shelf.enter([(key, own) for key in keys])
            alike = same_text(report, self.ledger.reports_of(shelf.named(numbers).values()))
            if alike:
                group = {report.id, *(name for one in alike for name in (one, *self.ledger.same_text(one)))}
                self.ledger.put_copies(first_of(self.ledger.reports_of(group)), group)
                found |= group
        return found

    def _profiles(self, reports: Mapping[str, Report], story: Mapping[str, Story]) -> Iterator[Profile]:
        accounts = self.ledger.accounts_of_reports(reports)
        decided = self._decided_on(accounts)
        told: dict[str, list[Account]] = {}
        for account in decided.accounts(accounts, reports):
            told.setdefault(account.report, []).append(account)
        for name, report in sorted(reports.items()):
            one_text = self.ledger.same_text(name)
            first = one_text[0] if one_text else name
            yield from report_profiles(told.get(name, ()), name, report, first, bool(one_text), story.get(name))

    def _decided_on(self, accounts: Sequence[Account]) -> Decided:
        """What persons said of these accounts."""
        about = self.said.about((a.id for a in accounts), {a.report for a in accounts})
        names = {name for d in about for name in named_accounts(d)}
        reports = {told.report for d in about for told in ties(d).values()}
        beside = (*self.ledger.accounts_of(names, as_read=True), *self.ledger.accounts_of_reports(reports))
        return Decided.of(about, tuple({a.id: a for a in (*accounts, *beside)}.values()))

    def _series(self) -> None:
        """The standing numbers are those of all figures; where none came or went they are that already."""
        from tahqiq.linking.figures import link_figures

        if self.reread or self.ledger.things.figures_of(self.changed):
            figures = tuple(self.ledger.things.figures())
            reports = {report.id: report for report in self.ledger.reports_of(dict.fromkeys(figure.report for figure in figures))}
            self.ledger.things.replace_series(link_figures(figures, reports, self.ledger.firsts(reports)))

    # -- clustering and assessing -----------------------------------------------------------------------------------------

    def _settle(self, stamp: str) -> None:
        if not self.touched:
            if self.named:
                persons_anew(self.ledger, self.said.all)
            self.ledger.put_incidents((), stamp=stamp, at=now())
            return
        names, links, old = self._together()
        read = self.ledger.accounts_of([name for name in names if not name.startswith(ALONE)], as_read=True)
        reports = {r.id: r for r in self.ledger.reports_of({*(a.report for a in read), *(n.removeprefix(ALONE) for n in names)})}
        decided = self._decided_on(read)
        told = {account.id: account for account in decided.accounts(read, reports)}
        apart = {a.id for a in read} - told.keys()
        groups = clusters_among((n for n in names if n not in apart and n not in self.vanished), links, decided.pairs(), self.weights)
        incidents = self._assessed(groups, told, reports)
        as_read = {account.id: account for account in read}
        self.ledger.put_decided(names, [a for a in told.values() if a is not as_read[a.id]])
        self.ledger.put_incidents(self._laid_over(incidents, old), stamp=stamp, without=old, at=now())
        if self.named:
            persons_anew(self.ledger, self.said.all)
        else:
            persons_of(self.ledger, names, incidents, told, reports, self.said.all)

    def _together(self) -> tuple[set[str], list[Link], set[str]]:
        """The touched with all that may be with them, their links, and their incidents before."""
        names, waiting = set[str](), set(self.touched)
        links: dict[tuple[str, str], Link] = {}
        old: dict[str, Incident] = {}
        while waiting:
            names |= waiting
            found = self.ledger.links_of(waiting)
            links.update(((link.a, link.b), link) for link in found)
            next_to = {name for link in found if link.score >= self.weights.threshold for name in (link.a, link.b)}
            for incident in self._incidents_of(waiting):
                if incident.id not in old:
                    old[incident.id] = incident
                    read = {account.report for account in self.ledger.accounts_of(incident.accounts, as_read=True)}
                    next_to |= {*incident.accounts, *(f"{ALONE}{name}" for name in incident.reports if name not in read)}
            next_to |= self._put_together(waiting)
            waiting = next_to - names
        return names, list(links.values()), set(old)

    def _incidents_of(self, names: Collection[str]) -> Iterator[Incident]:
        yield from self.ledger.incidents_of_accounts(name for name in names if not name.startswith(ALONE))
        for name in names:
            if name.startswith(ALONE):
                yield from self.ledger.incidents_of_report(name.removeprefix(ALONE))

    def _put_together(self, names: Collection[str]) -> set[str]:
        """The accounts that persons put with these."""
        if not self.said.all:
            return set()
        accounts = self.ledger.accounts_of([name for name in names if not name.startswith(ALONE)], as_read=True)
        mine = {account.id for account in accounts}
        found: set[str] = set()
        for pair in self._decided_on(accounts).pairs():
            ends = {pair.subject, *map(str, pair.value["accounts"])}
            if pair.kind == SAME and not ends.isdisjoint(mine):
                found |= ends
        return found

    def _assessed(
        self, groups: Iterable[Sequence[str]], told: Mapping[str, Account], reports: Mapping[str, Report]
    ) -> tuple[Incident, ...]:
        known = Sources(self.sources)
        firsts = self.ledger.firsts(reports)
        by_source = {name: by_its_source(report, known) for name, report in reports.items()}
        return tuple(assessed(self.stages, groups, told, by_source, firsts, self.sources))

    def _laid_over(self, incidents: Sequence[Incident], old: Collection[str]) -> tuple[Incident, ...]:
        """The incidents with what persons said of them, and those that share a decision about incidents with them, but for the `old`."""
        over = {incident.id: incident for incident in incidents}
        new, said = list(over.values()), tuple[Decision, ...]()
        while new:
            said = self.said.about({a for i in over.values() for a in i.accounts}, {r for i in over.values() for r in i.reports})
            if not said:
                return tuple(incidents)
            names = {name for d in said if d.kind in OF_INCIDENTS for name in named_accounts(d)}
            reports = {t.report for d in said if d.kind in OF_INCIDENTS for t in ties(d).values()}
            names |= {a.id for a in self.ledger.accounts_of_reports(reports)}
            new = [i for i in self.ledger.incidents_of_accounts(names) if i.id not in over and i.id not in old]
            over.update((i.id, i) for i in new)
        accounts = self.ledger.accounts_of((a for i in over.values() for a in i.accounts), as_read=True)
        return Decided.of(said, accounts).again(tuple(over.values()))
