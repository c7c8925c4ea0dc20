"""What leaves the desk, protected: names of persons withheld, coordinates no finer than is safe, and a note of the rules.

What comes in are incidents with their accounts and reports; what goes out are the same shapes, and a note that every export carries.
Applied once, before any exporter and any public page; exporters never see what was taken away.

How it works
1. `internal` changes nothing. `public` and `partner` take away the reports' words: their texts and titles may name anybody.
2. Whoever is no force, group or office is a person, and a person's name is withheld unless the person holds or held public office or
   command (by the kind told, or as an entry of the registry), or an editor released it. What is not known is withheld.
3. A release is not enough for those told of in abductions, arrests and sexual violence: they need a second editor.
4. A withheld name is taken out of every string: labels, titles, addresses; of quoted words that hold a part of it nothing is left.
5. Coordinates are rounded by how exactly the place is known; refused readings of a place are left out.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import lru_cache
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
_PUBLIC = frozenset("official commander minister president spokesman spokesperson leader general governor ambassador".split())
_TWICE_PROTECTED = frozenset({"sexual_violence", "abduction", "arrest"})
_SHORTEST = 3  # letters of a part of a name that is looked for in quoted words: shorter ones are particles
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
) -> Protected:
    """What the policy lets leave the desk.

    Args:
        released: names, as told, that an editor released.

    Raises: UnknownName for a policy that there is not.
    """
    if policy not in POLICIES:
        raise UnknownName(f"no policy {policy!r}; there are: {', '.join(POLICIES)}")
    given = tuple(incidents), tuple(accounts), tuple(reports)
    if policy == "internal":
        return _by_id(*given, Protection(policy))
    names = _Names(_withheld(given[1], frozenset(map(folded, released))), frozenset())
    names = _Names(names.forms, frozenset(_parts(names.forms)))
    rounding = _Rounding(DECIMALS[policy])
    safe_accounts = tuple(_safe(names.out_of(account), rounding) for account in given[1])
    safe_incidents = tuple(_safe(_without_victims(names.out_of(incident), incident, names), rounding) for incident in given[0])
    safe_reports = tuple(_bare(report, names) for report in given[2])
    note = Protection(policy, len(names.forms), len(rounding.touched), _rules(policy))
    return _by_id(safe_incidents, safe_accounts, safe_reports, note)


def _by_id(incidents: tuple[Incident, ...], accounts: Iterable[Account], reports: Iterable[Report], note: Protection) -> Protected:
    return Protected(incidents, {a.id: a for a in accounts}, {r.id: r for r in reports}, note)


def _rules(policy: str) -> tuple[str, ...]:
    decimals = ", ".join(f"{precision} {places}" for precision, places in DECIMALS[policy].items())
    return (
        "names of persons are withheld, but for public officials, commanders and those whom an editor released",
        "texts and titles of reports are left out",
        f"decimal places of coordinates: {decimals}",
    )


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
    if named.kind in _GROUPS:
        return False
    return named.kind is not None or not _actors().find(named.name)


def _withheld(accounts: Sequence[Account], released: frozenset[str]) -> frozenset[str]:
    """Every form in which a withheld name is told."""
    forms: set[str] = set()
    for account in accounts:
        for named, victim in _people(account):
            own = {form for form in (named.name.strip(), named.mention.text.strip()) if form}
            is_released = account.event_type not in _TWICE_PROTECTED and any(folded(form) in released for form in own)
            if is_withheld(named, victim=victim) and not is_released:
                forms |= own
    return frozenset(forms)


def _people(account: Account) -> Iterator[tuple[Named, bool]]:
    yield from ((named, True) for named in account.victims)
    yield from ((named, False) for named in (*account.perpetrators, *account.targets))
    for claim in account.claims:
        yield from ((named, False) for named in (claim.claimant, *claim.via))


def _parts(forms: Iterable[str]) -> Iterator[str]:
    for form in forms:
        yield from (w for w in re.findall(r"\w+", folded(form)) if len(w) >= _SHORTEST and w not in _PARTICLES)


@dataclass(frozen=True, slots=True)
class _Names:
    """The forms that are withheld, and their parts, folded."""

    forms: frozenset[str]
    parts: frozenset[str]

    def out_of(self, value: T) -> T:
        """The value without any withheld name, whatever it is made of."""
        return cast(T, self._out_of(value))

    def _out_of(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, Named):
            words = WITHHELD if value.kind in _SHELTERED else self._out_of(value.mention).text
            return replace(value, mention=replace(value.mention, text=words), name=self._text(value.name))
        if isinstance(value, Mention):
            return replace(value, text=WITHHELD if self._tells(value.text) else value.text)
        if isinstance(value, tuple):
            return tuple(self._out_of(part) for part in value)
        if isinstance(value, dict):
            return {key: self._out_of(part) for key, part in value.items()}
        if is_dataclass(value) and not isinstance(value, type):
            return replace(value, **{f.name: self._out_of(getattr(value, f.name)) for f in fields(value)})
        return value

    def _tells(self, text: str) -> bool:
        """Whether quoted words hold a name or a part of one, clitics before it included."""
        known = folded(text)
        if any(folded(form) in known for form in self.forms if len(folded(form)) >= _SHORTEST):
            return True
        return any(
            word == part or (word.endswith(part) and len(word) <= len(part) + 3)
            for word in re.findall(r"\w+", known)
            for part in self.parts
        )

    def _text(self, text: str) -> str:
        pattern = self.pattern()
        if pattern is None or not text:
            return text
        if text in self.forms:
            return WITHHELD
        known = fold(text)
        kept, at = [], 0
        for match in pattern.finditer(known.text):
            start, end = known.original(match.start("name"), match.end("name"))
            if start >= at:
                kept += [text[at:start], WITHHELD]
                at = end
        return "".join([*kept, text[at:]])

    def pattern(self) -> re.Pattern[str] | None:
        return _pattern(self.forms)

    def tells_address(self, url: str) -> bool:
        words = set(re.findall(r"\w+", folded(unquote(urlsplit(url).path + " " + urlsplit(url).query)).replace("_", " ")))
        return any(part in words for part in self.parts)


@lru_cache(maxsize=8)
def _pattern(forms: frozenset[str]) -> re.Pattern[str] | None:
    """Any of the forms as words of their own, behind the clitics of Arabic script too; the longest first."""
    known = sorted({f for form in forms if len(f := folded(form)) >= 2}, key=lambda f: (-len(f), f))
    if not known:
        return None
    either = "|".join(re.escape(form).replace(r"\ ", r"\s+") for form in known)
    return re.compile(rf"(?<!\w)[وفبلک]{{0,2}}(?P<name>{either})(?!\w)")


def _without_victims(safe: Incident, told: Incident, names: _Names) -> Incident:
    """Victims' names in the incident itself: withheld whatever their form, as the incident keeps no kind for them."""
    victims = tuple(WITHHELD if _is_told(name, names) else name for name in told.victims)
    values = dict(safe.values)
    if "victims" in values:
        values["victims"] = tuple(
            replace(new, value=WITHHELD, label=WITHHELD) if _is_told(old.value, names) or _is_told(old.label, names) else new
            for new, old in zip(values["victims"], told.values["victims"])
        )
    return replace(safe, victims=victims, values=values)


def _is_told(name: str, names: _Names) -> bool:
    return not _actors().find(name) or name in names.forms


def _bare(report: Report, names: _Names) -> Report:
    """The report without words; of an address that tells a name only the host is left."""
    url = report.url
    if url and names.tells_address(url):
        parts = urlsplit(url)
        url = f"{parts.scheme}://{parts.netloc}/" if parts.netloc else None
    return replace(names.out_of(replace(report, text="", title=None, furniture=())), id=report.id, url=url)


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
