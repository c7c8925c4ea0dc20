"""What leaves the desk, protected: names of persons withheld, coordinates no finer than is safe, and a note of the rules.

What comes in are incidents with their accounts and reports; what goes out are the same shapes, and a note that every export carries.
Applied once, before any exporter and any public page; exporters never see what was taken away.

How it works
1. `internal` changes nothing. `public` and `partner` take away the reports' words: their texts and titles may name anybody.
2. Whoever is no force, group or office is a person, and a person's name is withheld unless the person holds or held public office or
   command (by the kind told, or as an entry of the registry), or an editor released it. What is not known is withheld.
3. A name that the desk marked as protected is withheld everywhere, whoever bears it and whatever was released.
4. A release is not enough for those told of in abductions, arrests and sexual violence, and for witnesses: they need a second editor.
5. A withheld name is taken out of every string: labels, titles, addresses; of quoted words that hold a part of it nothing is left.
6. Coordinates are rounded by how exactly the place is known; refused readings of a place are left out.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import cache, lru_cache
from typing import Any, TypeVar, cast
from urllib.parse import unquote, urlsplit

from tahqiq.errors import UnknownName
from tahqiq.fold import fold, folded
from tahqiq.model import Account, Incident, Mention, Named, Place, Placed, Report
from tahqiq.registries import Actors, load_actors
from tahqiq.registries.entries import ACTOR_KINDS, PLACE_KINDS

T = TypeVar("T")

POLICIES = ("public", "partner", "internal")
WITHHELD = "[name withheld]"
UNSAID = "[withheld]"
COVER = "\u2588"  # a full block for each letter
# Decimal places by policy and precision: two are about a kilometre, one about eleven. A site may be a home or a shelter; of an area
# the middle is no finding, and more places would pretend one.
DECIMALS: Mapping[str, Mapping[str, int]] = {
    "public": {"site": 2, "settlement": 2, "district": 1, "province": 1, "region": 1, "country": 1},
    "partner": {"site": 3, "settlement": 3, "district": 2, "province": 1, "region": 1, "country": 1},
}
# Kinds of which the names are those of forces, groups, offices, outlets, sites and descriptions of nobody in particular; whatever
# kind stands here in neither set is taken for a person's.
_GROUPS = (
    frozenset(ACTOR_KINDS)
    | frozenset(PLACE_KINDS)
    | frozenset(
        "media armed_group aircraft navy military army force country source site area building mosque church school market hotel house "
        "farm embassy vehicle bus convoy checkpoint gathering mine oil medic medical expert activist statement anonymous unknown "
        "unidentified_armed witness resident family".split()
    )
)
# Descriptions whose words in the report may go on to a person's name.
_SHELTERED = frozenset("witness resident family activist anonymous".split())
_DESCRIPTION = re.compile(r"[a-z' -]*")  # how the lists write descriptions in English; a name has capitals or another script's letters
_PUBLIC = frozenset("official commander minister president spokesman spokesperson leader general governor ambassador".split())
_TWICE_PROTECTED = frozenset({"sexual_violence", "abduction", "arrest"})
_SHORTEST = 3  # letters of a part of a name that is looked for in quoted words: shorter ones are particles
_MOST_KNOWN = 1 << 16  # texts of which it is remembered what became of them
_PLAIN = (int, float, dt.date)
_LONGEST_CLITICS = 3  # letters that Arabic script writes before a word (وبال is longer, but ends in the article, which is no name)
_PARTICLES = frozenset("abu bin ibn the and von van ابو ابن بن ابی آل الله عبد".split())


@dataclass(frozen=True, slots=True)
class Protection:
    """Which rules were applied, and to how many names and places."""

    policy: str
    names: int = 0
    places: int = 0
    rules: tuple[str, ...] = ()

    def lines(self) -> tuple[str, ...]:
        """The note in sentences."""
        if self.policy == "internal":
            return ("policy internal: nothing was withheld; this must not leave the desk",)
        return (f"policy {self.policy}: {self.names} names withheld, {self.places} places made less exact", *self.rules)


@dataclass(frozen=True, slots=True)
class Protected:
    """What may be written, by id, with the note of how it was protected."""

    incidents: tuple[Incident, ...]
    accounts: Mapping[str, Account]
    reports: Mapping[str, Report]
    protection: Protection


def protect(
    incidents: Iterable[Incident],
    accounts: Iterable[Account],
    reports: Iterable[Report] = (),
    policy: str = "public",
    *,
    released: Collection[str] = (),
    twice: Collection[str] = (),
    marked: Collection[str] = (),
) -> Protected:
    """What the policy lets leave the desk.

    Args:
        released: names, as told, that an editor released.
        twice: those of them that two editors released.
        marked: names that the desk protects, whoever bears them.

    Raises: UnknownName for a policy that there is not.
    """
    protecting = Protecting(policy, released=released, twice=twice, marked=marked)
    given = tuple(incidents), tuple(accounts), tuple(reports)
    protecting.learn(given[0], given[1])
    return protecting.protect(*given)


class Protecting:
    """What `protect` does, for more than memory holds: every part is learned from first, then each is protected by the names of all.

    Raises: UnknownName for a policy that there is not.
    """

    def __init__(
        self, policy: str = "public", *, released: Collection[str] = (), twice: Collection[str] = (), marked: Collection[str] = ()
    ) -> None:
        if policy not in POLICIES:
            raise UnknownName(f"no policy {policy!r}; there are: {', '.join(POLICIES)}")
        self._policy = policy
        self._gathered = _Gathered(_Free.of(released, twice), frozenset(marked))
        self._names: _Names | None = None
        self._rounding = None if policy == "internal" else _Rounding(DECIMALS[policy])

    @property
    def note(self) -> Protection:
        """Which rules are applied, and to how many names and places until now."""
        if self._rounding is None:
            return Protection(self._policy)
        return Protection(
            self._policy, len(self._known().forms), len(self._rounding.touched), (*_rules(self._policy), *self._gathered.rules())
        )

    def learn(self, incidents: Iterable[Incident], accounts: Iterable[Account]) -> None:
        """The names that these tell will be withheld everywhere."""
        if self._rounding is not None and self._gathered.add(incidents, accounts):
            self._names = None

    def text(self, words: str) -> str:
        """The words without any withheld name that was learned."""
        return words if self._rounding is None else self._known().text(words)

    def protect(self, incidents: Iterable[Incident], accounts: Iterable[Account], reports: Iterable[Report] = ()) -> Protected:
        """What the policy lets leave the desk; names that were not learned until now are withheld from here on."""
        given = tuple(incidents), tuple(accounts), tuple(reports)
        if self._rounding is None:
            return _by_id(*given, self.note)
        self.learn(given[0], given[1])
        names, rounding = self._known(), self._rounding
        safe_accounts = tuple(_safe(names.out_of(account, account.report), rounding) for account in given[1])
        safe_incidents = tuple(_safe(_without_victims(incident, names), rounding) for incident in given[0])
        safe_reports = tuple(_bare(report, names) for report in given[2])
        return _by_id(safe_incidents, safe_accounts, safe_reports, self.note)

    def _known(self) -> "_Names":
        if self._names is None:
            self._names = self._gathered.names()
        return self._names


class AsProtected(Protecting):
    """What was protected before and leaves as it is, with the note of then."""

    def __init__(self, note: Protection) -> None:
        super().__init__("internal")
        self._kept = note

    @property
    def note(self) -> Protection:
        return self._kept


def _by_id(incidents: tuple[Incident, ...], accounts: Iterable[Account], reports: Iterable[Report], note: Protection) -> Protected:
    return Protected(incidents, {a.id: a for a in accounts}, {r.id: r for r in reports}, note)


def _rules(policy: str) -> tuple[str, ...]:
    decimals = ", ".join(f"{precision} {places}" for precision, places in DECIMALS[policy].items())
    return (
        "names of persons are withheld, but for public officials, commanders and those whom an editor released",
        "texts and titles of reports are left out",
        f"decimal places of coordinates: {decimals}",
    )


# -- documents that are withheld --------------------------------------------------------------------------------------


def without_withheld(
    incidents: Iterable[Incident], accounts: Iterable[Account], reports: Iterable[Report], shut: Mapping[str, str]
) -> tuple[tuple[Incident, ...], tuple[Account, ...], tuple[Report, ...]]:
    """The same without the words of withheld documents: a report says why in their place, an incident on which of them it rests.

    What an account tells (how many, where, by whom) stands, as incidents are made of all; persons whom only a withheld document names
    are not named.

    Args:
        shut: the reports of withheld documents, each with the reason.
    """
    given = tuple(incidents), tuple(accounts), tuple(reports)
    if not shut:
        return given
    known = [account for account in given[1] if account.report in shut]
    elsewhere = frozenset(folded(form) for account in given[1] if account.report not in shut for form in _withheld(account, _Free()))
    names = _Names.of((), known, _Free(elsewhere))
    safe_accounts = tuple(names.out_of(unquoted(a), a.report) if a.report in shut else a for a in given[1])
    safe_reports = tuple(_shut(report, shut[report.id]) if report.id in shut else report for report in given[2])
    return tuple(_resting(incident, names, shut) for incident in given[0]), safe_accounts, safe_reports


def _resting(incident: Incident, names: "_Names", shut: Mapping[str, str]) -> Incident:
    withheld = tuple(name for name in incident.reports if name in shut)
    return replace(names.out_of(incident), withheld=withheld) if withheld else incident


def _shut(report: Report, reason: str) -> Report:
    """A withheld document's report: where and when it was published, and why its words are not here."""
    parts = urlsplit(report.url or "")
    host = f"{parts.scheme}://{parts.netloc}/" if parts.netloc else None
    return replace(report, text="", title=None, furniture=(), media=(), url=host, unread=f"withheld: {reason}")


def unquoted(value: T) -> T:
    """The value with nothing left of quoted words."""
    if isinstance(value, Mention):
        return cast(T, replace(value, text=UNSAID))
    if isinstance(value, tuple):
        return cast(T, tuple(unquoted(part) for part in value))
    if is_dataclass(value) and not isinstance(value, type):
        return cast(T, replace(value, **{f.name: unquoted(getattr(value, f.name)) for f in fields(value)}))
    return value


class Veil:
    """Covers protected names in words that stay on the desk: as many letters as before, so that places in a text stay where they are."""

    def __init__(self, marked: Collection[str]) -> None:
        self._names = _Gathered(_Free(), frozenset(marked)).names()

    def over(self, text: str) -> tuple[str, tuple[str, ...]]:
        """The text with the names covered, and the names that stood in it."""
        spans = self._names.spans(text)
        if not spans:
            return text, ()
        letters = list(text)
        for start, end in spans:
            letters[start:end] = COVER * (end - start)
        return "".join(letters), tuple(dict.fromkeys(text[start:end] for start, end in spans))


# -- names ------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _actors() -> Actors:
    return load_actors()


def is_withheld(named: Named, *, victim: bool = False) -> bool:
    """Whether the name is a person's who holds no public office: what is not known to be otherwise is."""
    if named.actor is not None or named.kind in _PUBLIC:
        return False
    if victim:
        return True
    if named.kind in _SHELTERED:  # a description ("residents") tells nobody, but a witness may be called by name
        return not _DESCRIPTION.fullmatch(named.name)
    if named.kind in _GROUPS:
        return False
    return named.kind is not None or not _actors().find(named.name)


@dataclass(frozen=True, slots=True)
class _Free:
    """Names that editors let leave, folded: those that one released, and those that two did."""

    once: frozenset[str] = frozenset()
    twice: frozenset[str] = frozenset()

    @classmethod
    def of(cls, once: Collection[str], twice: Collection[str]) -> "_Free":
        return cls(frozenset(map(folded, [*once, *twice])), frozenset(map(folded, twice)))

    def has(self, forms: set[str], account: Account, named: Named) -> bool:
        needs_two = account.event_type in _TWICE_PROTECTED or named.kind in _SHELTERED
        return not (self.twice if needs_two else self.once).isdisjoint(map(folded, forms))


def _withheld(account: Account, free: _Free, marked: frozenset[str] = frozenset()) -> set[str]:
    """Every form in which the account tells a withheld name; `marked` are folded and withheld in any case."""
    forms: set[str] = set()
    for named, victim in _people(account):
        own = {form for form in (named.name.strip(), named.mention.text.strip()) if form}
        is_marked = not marked.isdisjoint(map(folded, own))
        if is_marked or (is_withheld(named, victim=victim) and not free.has(own, account, named)):
            forms |= own
    return forms


def _people(account: Account) -> Iterator[tuple[Named, bool]]:
    yield from ((named, True) for named in account.victims)
    yield from ((named, False) for named in (*account.perpetrators, *account.targets))
    for claim in account.claims:
        yield from ((named, False) for named in (claim.claimant, *claim.via))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", folded(text))


def _bare_words(text: str) -> set[str]:
    """Words as they stand, and without what Arabic script may write before them (وبال …)."""
    return {word[cut:] for word in _words(text) for cut in range(_LONGEST_CLITICS + 1) if len(word) > cut}


class _Gathered:
    """The names that accounts and incidents tell: those withheld by report, and the victims of all. Reports without any take no room."""

    def __init__(self, free: _Free, marked: frozenset[str] = frozenset()) -> None:
        self._free, self._marked = free, marked
        self._folded = frozenset(map(folded, marked))
        self._told: dict[str, set[str]] = {}
        self._together: dict[str, set[str]] = {}
        self._victims: set[str] = set()

    def add(self, incidents: Iterable[Incident], accounts: Iterable[Account]) -> bool:
        """Whether anything was told that was not known."""
        grown = False
        for account in accounts:
            victims = {victim.name for victim in account.victims} | {victim.actor for victim in account.victims if victim.actor}
            grown |= not victims <= self._victims
            self._victims |= victims
            if forms := _withheld(account, self._free, self._folded):
                grown |= _put(self._told, account.report, forms) | _put(self._together, account.report, forms)
        for incident in incidents:
            if forms := set().union(*(self._told.get(name, set()) for name in incident.reports)):
                for name in incident.reports:
                    grown |= _put(self._together, name, forms)
        return grown

    def rules(self) -> tuple[str, ...]:
        return ("names that the desk protects are withheld, whoever bears them",) if self._marked else ()

    def names(self) -> "_Names":
        every = frozenset().union(self._marked, *self._told.values())
        words_of = {form: frozenset(_words(form)) for form in sorted(every)}
        bearers = Counter(word for words in words_of.values() for word in words)
        by_word: dict[str, list[tuple[str, frozenset[str]]]] = {}
        for form, words in words_of.items():  # under its rarest word: of thousands called Mohammed few are looked at
            if words:
                by_word.setdefault(min(words, key=lambda word: (bearers[word], word)), []).append((form, words))
        parts = {name: frozenset(w for form in forms for w in _words(form) if _is_part(w)) for name, forms in self._together.items()}
        public = frozenset(name for name in self._victims - every if folded(name) not in self._folded)
        return _Names(every, {word: tuple(forms) for word, forms in by_word.items()}, parts, public)


def _put(table: dict[str, set[str]], name: str, forms: set[str]) -> bool:
    """Whether the forms, now in the table, were not all there."""
    known = table.setdefault(name, set())
    is_new = not forms <= known
    known |= forms
    return is_new


@dataclass(frozen=True, slots=True)
class _Names:
    """The forms that are withheld, by the rarest word of each with all its words, and by report the parts of names that its incidents tell.

    `public` are the victims whose names may leave.
    """

    forms: frozenset[str]
    by_word: Mapping[str, tuple[tuple[str, frozenset[str]], ...]]
    parts: Mapping[str, frozenset[str]]
    public: frozenset[str]
    known: dict[str, str] = field(default_factory=dict, compare=False)  # what became of a text: most are told again and again

    @classmethod
    def of(cls, incidents: Iterable[Incident], accounts: Iterable[Account], free: _Free) -> "_Names":
        gathered = _Gathered(free)
        gathered.add(incidents, accounts)
        return gathered.names()

    def out_of(self, value: T, *reports: str) -> T:
        """The value, told by these reports, without any withheld name, whatever it is made of."""
        parts = frozenset().union(*(self.parts.get(name, frozenset()) for name in reports))
        return cast(T, self._out_of(value, parts))

    def _out_of(self, value: Any, parts: frozenset[str]) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, _PLAIN) or value is None:
            return value
        if isinstance(value, Named):
            words = WITHHELD if value.kind in _SHELTERED else self._quoted(value.mention.text, parts)
            return replace(value, mention=replace(value.mention, text=words), name=self.text(value.name))
        if isinstance(value, Mention):
            words = self._quoted(value.text, parts)
            return value if words == value.text else replace(value, text=words)
        if isinstance(value, tuple):
            return tuple([self._out_of(part, parts) for part in value])
        if isinstance(value, dict):
            return {key: self._out_of(part, parts) for key, part in value.items()}
        if is_dataclass(value) and not isinstance(value, type):
            return self._each(value, parts)
        return value

    def _each(self, value: Any, parts: frozenset[str]) -> Any:
        """The value with each field protected; itself where none had to be."""
        changed = {}
        for name in _field_names(cast(Hashable, type(value))):
            was = getattr(value, name)
            if (now := self._out_of(was, parts)) is not was and now != was:
                changed[name] = now
        return replace(value, **changed) if changed else value

    def _quoted(self, text: str, parts: frozenset[str]) -> str:
        """Quoted words whole, or none of them where they hold a withheld name or a part of one."""
        return WITHHELD if _bare_words(text) & parts or self.text(text) != text else text

    def text(self, text: str) -> str:
        """The words with every withheld name in them replaced."""
        if (known := self.known.get(text)) is not None:
            return known
        if len(self.known) >= _MOST_KNOWN:
            self.known.clear()
        self.known[text] = told = self._told(text)
        return told

    def _told(self, text: str) -> str:
        if text in self.forms:
            return WITHHELD
        kept, at = [], 0
        for start, end in self.spans(text):
            kept += [text[at:start], WITHHELD]
            at = end
        return "".join([*kept, text[at:]]) if kept else text

    def spans(self, text: str) -> tuple[tuple[int, int], ...]:
        """Where withheld names stand in the text, in code points."""
        held = _bare_words(text)
        forms = {form for word in held for form, words in self.by_word.get(word, ()) if held >= words}
        if not forms:
            return ()
        known, found = fold(text), list[tuple[int, int]]()
        for match in _pattern(frozenset(forms)).finditer(known.text):
            start, end = known.original(match.start("name"), match.end("name"))
            if not found or start >= found[-1][1]:
                found.append((start, end))
        return tuple(found)

    def tells_address(self, url: str, report: str) -> bool:
        address = urlsplit(url)
        return bool(set(_words(unquote(f"{address.path} {address.query}").replace("_", " "))) & self.parts.get(report, frozenset()))


@cache
def _field_names(kind: Any) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind))


def _is_part(word: str) -> bool:
    return len(word) >= _SHORTEST and word not in _PARTICLES


@lru_cache(maxsize=1 << 10)
def _pattern(forms: frozenset[str]) -> re.Pattern[str]:
    """Any of the forms as words of their own, behind the clitics of Arabic script too; the longest first."""
    known = sorted({folded(form) for form in forms}, key=lambda form: (-len(form), form))
    either = "|".join(re.escape(form).replace(r"\ ", r"\s+") for form in known)
    return re.compile(rf"(?<!\w)[وفبلک]{{0,{_LONGEST_CLITICS}}}(?:ال)?(?P<name>{either})(?!\w)")


def _without_victims(told: Incident, names: _Names) -> Incident:
    """The incident keeps no kind for its victims: only names that an account shows may leave leave."""
    safe = names.out_of(told, *told.reports)
    victims = tuple(name if name in names.public else WITHHELD for name in told.victims)
    values = dict(safe.values)
    if "victims" in values:
        values["victims"] = tuple(
            new if {old.value, old.label} <= names.public else replace(new, value=WITHHELD, label=WITHHELD)
            for new, old in zip(values["victims"], told.values["victims"])
        )
    return replace(safe, victims=victims, values=values)


def _bare(report: Report, names: _Names) -> Report:
    """The report without words; of an address that tells a name only the host is left."""
    url = report.url
    if url and names.tells_address(url, report.id):
        parts = urlsplit(url)
        url = f"{parts.scheme}://{parts.netloc}/" if parts.netloc else None
    unread = "withheld by decision of the desk" if (report.unread or "").startswith("withheld: ") else report.unread
    bare = replace(report, text="", title=None, furniture=(), media=(), unread=unread)
    return replace(names.out_of(bare, report.id), id=report.id, url=url)


# -- places -----------------------------------------------------------------------------------------------------------


class _Rounding:
    """Places as exact as the policy lets them be; `touched` counts those that were changed."""

    def __init__(self, decimals: Mapping[str, int]) -> None:
        self._decimals = decimals
        self.touched: set[tuple[str, float | None, float | None]] = set()

    def place(self, place: Place) -> Place:
        digits = self._decimals.get(place.precision, 0)
        lat, lon = _rounded(place.lat, digits), _rounded(place.lon, digits)
        if (lat, lon) == (place.lat, place.lon):
            return place
        self.touched.add((place.name, place.lat, place.lon))
        return replace(place, lat=lat, lon=lon)


def _rounded(degrees: float | None, digits: int) -> float | None:
    return None if degrees is None else round(degrees, digits)


def _safe(value: T, rounding: _Rounding) -> T:
    if isinstance(value, Account) and value.place:
        placed = Placed(value.place.mention, rounding.place(value.place.place))
        return cast(T, replace(value, place=placed))
    if isinstance(value, Incident) and value.place:
        return cast(T, replace(value, place=rounding.place(value.place)))
    return value
