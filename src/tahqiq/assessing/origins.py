"""Whose word each report rests on: which are of one origin, who speaks there, and whether that is a party to the happening.

What comes in are accounts of one happening, their reports, what is known of copies and who publishes; what goes out is `Heard`.
Independence is a property of sources, not of pages. This file must not know what is told, only who tells it.

How it works
1. Copies of one text are one hand: the first published. A copy tells on the day of its first, and nothing that the first does not.
2. A report rests on one word where everybody whom it quotes is identified and of one side (a command and its government), or echoes
   that side namelessly ("a spokesman"). All reports that rest on that word are of one origin, whoever publishes them.
3. Else it rests on its wire: the agency that is credited, or the one outlet that it quotes ("AFP quoted by ...", also in translation).
4. Else on whom it is passed on from, else on its own source; a report that shares nothing is an origin of its own.
5. An origin is a party's where its speaker, or the state or group whose voice its outlet is, is kin to who did it, or is who was struck.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from tahqiq.fold import folded
from tahqiq.model import Account, Claim, Mention, Named, Report, Source, Speaker, Voice
from tahqiq.registries.relations import actor_entry, is_nobody, named_kinship, state_of
from tahqiq.registries.sources import load_sources

MEDIA = frozenset({"agency", "outlet", "media", "newspaper", "broadcaster", "news_site"})
# Stances by which somebody tells what happened; no report rests on a claim, a blame or a denial.
TELLING = frozenset({"reports", "confirms"})
# Nameless speakers who are the identified state or group once more: "the command said ... the spokesman added".
_ECHOES = frozenset({"military", "state_forces", "spokesman", "official", "government", "minister", "statement", "coalition", "navy"})
_SIDES = frozenset({"state_forces", "government", "police", "intelligence", "coalition", "rebel_group", "militia", "party"})
ONE_WORD = frozenset({"same", "part", "state", "allied"})
_STRUCK = frozenset({"same", "part"})  # of who was struck, only itself: its state's hospitals and police are no party
_NOWHERE = Mention(0, 0, "")


@dataclass(frozen=True, slots=True)
class Heard:
    """Who tells it. By report: `origin` (the voice's id), `first` (whose copy it is, itself where it is none), `day` of telling."""

    origin: Mapping[str, str]
    first: Mapping[str, str]
    day: Mapping[str, dt.date | None]
    voices: tuple[Voice, ...] = ()


def origins(accounts: Sequence[Account], reports: Mapping[str, Report], copies: Mapping[str, str]) -> dict[str, str]:
    """For each report the first report of its origin, by id; a report that shares nothing is its own."""
    return dict(hear(accounts, reports, copies).origin)


def hear(accounts: Sequence[Account], reports: Mapping[str, Report], copies: Mapping[str, str], sources: Sequence[Source] = ()) -> Heard:
    """Whose word each report of these accounts rests on."""
    told: dict[str, list[Account]] = {name: [] for name in sorted({account.report for account in accounts})}
    for account in accounts:
        told[account.report].append(account)
    first = _firsts(told, copies)
    hands: dict[str, list[str]] = {}
    for name in told:
        hands.setdefault(first[name], []).append(name)
    words = {name: word for name in hands if (word := _word(told[name]))}
    spoken = _as_one(list(words.values()))
    keys: dict[str, tuple[str, str]] = {}
    for name, copied in hands.items():
        credits = [report.wire_credit for n in copied if (report := reports.get(n)) and report.wire_credit]
        keys[name] = ("word", spoken[words[name].name]) if name in words else _outlet_key(name, reports.get(name), told[name], credits)
    lead: dict[tuple[str, str], str] = {}
    for name in told:
        lead.setdefault(keys[first[name]], name)
    origin = {name: lead[keys[first[name]]] for name in told}
    day = {name: _published(first[name], reports) for name in told}
    chains = _Chains(told, reports, words, first, {source.id: source for source in sources})
    sides = (_distinct(n for a in accounts for n in a.perpetrators), _distinct(n for a in accounts for n in a.targets))
    of_voice: dict[str, list[str]] = {}
    for name, one in origin.items():
        of_voice.setdefault(one, []).append(name)
    return Heard(origin, first, day, tuple(_voice(one, names, chains, day, sides) for one, names in sorted(of_voice.items())))


def _firsts(told: Mapping[str, object], copies: Mapping[str, str]) -> dict[str, str]:
    """For each report whose copy it is; where that tells nothing of this happening, the first of the copies by id stands for it."""
    stand_in: dict[str, str] = {}
    for name in sorted(told):
        root = copies.get(name, name)
        stand_in.setdefault(root, root if root in told else name)
    return {name: stand_in[copies.get(name, name)] for name in told}


def _published(name: str, reports: Mapping[str, Report]) -> dt.date | None:
    report = reports.get(name)
    return report.published if report else None


def _distinct(named: Iterable[Named]) -> tuple[Named, ...]:
    return tuple({n.actor or n.name: n for n in named}.values())


# -- the word that a report rests on ----------------------------------------------------------------------------------


def sayers(accounts: Iterable[Account]) -> list[Claim]:
    """The claims by which somebody but an outlet tells it."""
    return [
        c for a in accounts for c in a.claims if c.stance in TELLING and c.claimant.kind not in MEDIA and c.claimant.kind != "statement"
    ]


def _word(accounts: Sequence[Account]) -> Named | None:
    """The one identified speaker whose word it all is; None where the report gathered several, or names none."""
    quoted = [claim.claimant for claim in sayers(accounts)]
    identified = sorted((n for n in quoted if _is_identified(n)), key=lambda n: (n.actor is None, n.actor or "", n.name))
    if not identified:
        return None
    chief = identified[0]
    if any(named_kinship(chief, other) not in ONE_WORD for other in identified[1:]):
        return None
    nameless = [n for n in quoted if not _is_identified(n)]
    if nameless and not (_is_of_side(chief) and all(n.kind in _ECHOES for n in nameless)):
        return None
    times = Counter(n.name for n in identified)
    return min(identified, key=lambda n: (-times[n.name], n.actor is None, n.name))


def _is_identified(named: Named) -> bool:
    return not is_nobody(named) and (named.actor is not None or state_of(named.name, named.actor, named.kind) is not None)


def _is_of_side(named: Named) -> bool:
    entry = actor_entry(named.actor)
    return (entry.kind if entry else named.kind) in _SIDES or entry is None


def _as_one(speakers: Sequence[Named]) -> dict[str, str]:
    """By speaker's name the name that stands for it and those of its side, first by name."""
    distinct = sorted({n.name: n for n in speakers}.values(), key=lambda n: n.name)
    home: dict[str, str] = {}
    for place, one in enumerate(distinct):
        kin = (
            o for o in distinct[:place] if named_kinship(o, one) in ("same", "part", "state") and (_is_of_side(one) or o.actor == one.actor)
        )
        home[one.name] = next((home[o.name] for o in kin), one.name)
    return home


def _outlet_key(name: str, report: Report | None, accounts: Sequence[Account], credits: Sequence[str]) -> tuple[str, str]:
    """The wire, the outlet passed on or quoted, or the outlet itself; the report's own id where nobody is named."""
    wires = {_plain(credit) for credit in credits} or _quoted_outlets(accounts)
    if len(wires) == 1:  # a report that cites two agencies made something of its own of them
        return "by", next(iter(wires))
    if report is not None and (report.forwarded_from or report.source):
        return "by", _plain(report.forwarded_from or report.source or "")
    return "own", name


def _quoted_outlets(accounts: Iterable[Account]) -> set[str]:
    """Agencies and outlets that the accounts are told after; "a news agency" may be any, and is none."""
    quoted = [named for a in accounts for claim in a.claims for named in (claim.claimant, *claim.via) if named.kind in MEDIA]
    return {known for n in quoted if (known := n.actor or _registered(n.name))}


def _plain(name: str) -> str:
    """The register's id of whoever bears this name or host, else the name itself, folded."""
    return _registered(name) or folded(name).replace(" ", "-")


@lru_cache(maxsize=4096)
def _registered(name: str) -> str | None:
    source = load_sources().get(name)
    return source.id if source else None


# -- who speaks, and for whom -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Chains:
    """By whom the words of each report came, from its outlet to whoever said them."""

    told: Mapping[str, Sequence[Account]]
    reports: Mapping[str, Report]
    words: Mapping[str, Named]
    first: Mapping[str, str]
    known: Mapping[str, Source]

    def of(self, name: str) -> tuple[Speaker, ...]:
        """Outlet, whose text it copies, whom it passes on, its agency, whoever is quoted in between, and whose word it is."""
        report, head = self.reports.get(name), self.first[name]
        links = [self._publisher(name)]
        links += [self._publisher(head)] if head != name else []
        links += [self._outlet(report.forwarded_from)] if report and report.forwarded_from else []
        links += [self.end(head)]
        if head in self.words:
            word = self.words[head]
            via = next((c.via for a in self.told[head] for c in a.claims if c.claimant.name == word.name), ())
            links += [Speaker(n.name, n.actor, n.kind) for n in (*via, word)]
        return tuple(dict.fromkeys(link for link in links if link.name))

    def end(self, name: str) -> Speaker:
        """Of a report that rests on no one's word, whom it names last: its agency, whom it passes on, or itself."""
        report = self.reports.get(name)
        quoted = _quoted_outlets(self.told[name])
        credit = (report.wire_credit if report else None) or (next(iter(quoted)) if len(quoted) == 1 else None)
        passed_on = report.forwarded_from if report else None
        return self._outlet(credit or passed_on) if credit or passed_on else self._publisher(name)

    def affiliation(self, speaker: Speaker) -> Named | None:
        """The state or group that an outlet speaks for, or the source itself where it is one."""
        source = self.known.get(speaker.id or "") or (load_sources().get(speaker.id) if speaker.id else None)
        entry = actor_entry((source.affiliation if source else None) or speaker.id)
        return Named(_NOWHERE, entry.name, entry.id, entry.kind) if entry else None

    def _publisher(self, name: str) -> Speaker:
        report = self.reports.get(name)
        return self._outlet(report.source or _host(report.url)) if report else Speaker("")

    def _outlet(self, name: str | None) -> Speaker:
        source = self.known.get(name or "") or (load_sources().get(name) if name else None)
        if source:
            return Speaker(source.name, source.id, source.kind)
        entry = actor_entry(name)
        return Speaker(entry.name, entry.id, entry.kind) if entry else Speaker(name or "")


def _host(url: str | None) -> str | None:
    try:
        host = urlsplit(url or "").hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None


def _voice(id: str, names: Sequence[str], chains: _Chains, day: Mapping[str, dt.date | None], sides: Sequence[Sequence[Named]]) -> Voice:
    heads = [name for name in names if chains.first[name] == name]
    spoken = [chains.words[name] for name in heads if name in chains.words]
    times = Counter(n.name for n in spoken)
    chief = min(spoken, key=lambda n: (-times[n.name], n.name), default=None)
    speaker = Speaker(chief.name, chief.actor, chief.kind) if chief else chains.end(heads[0])
    days = [told for name in names if (told := day[name])]
    return Voice(
        id=id,
        speaker=speaker,
        reports=tuple(names),
        chains=tuple(dict.fromkeys(chain for name in names if (chain := chains.of(name)))),
        side=_side(chief or chains.affiliation(speaker), sides),
        since=min(days, default=None),
    )


def _side(speaker: Named | None, sides: Sequence[Sequence[Named]]) -> str | None:
    if speaker is None:
        return None
    for side, others, kin in zip(("perpetrators", "targets"), sides, (ONE_WORD, _STRUCK)):
        if any(named_kinship(speaker, other) in kin for other in others):
            return side
    return None
