"""Place words as places: which words name one, which of its bearers is meant, and how exactly it is known.

What comes in is an analysis and the registry; what goes out are `PlaceMark`s. This file must not know what happened there.

How it works
1. At each word the longest name of the registry is taken, also behind clitics; what could be a common word, a person's name or
   a small namesake is believed only beside a word of place (`town of`, `في`, `میں`) or with a capital where the script has them.
2. A word of place beside a name belongs to it (`Anbar province`, `بلدة عيترون`); beside a name that no registry knows it makes a
   place told only by words, which lies where the place around it lies.
3. A direction moves the point (`east of Damascus`, `ریف حلب الشمالي`) and makes it less exact.
4. Among namesakes the countries and places that the report tells of decide, then importance. What was refused is kept.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tahqiq.languages import Mark
from tahqiq.model import Place
from tahqiq.reading.analysis import Analysis
from tahqiq.registries import PlaceEntry, Places
from tahqiq.registries.names import spellings

_KM_A_DEGREE = 111.2
# how far a direction moves a point, by what it is said of: measured on the middle of what coders put for such words
_SHIFT_KM = {"site": 1.0, "settlement": 11.0, "district": 15.0, "province": 40.0, "region": 120.0, "country": 160.0}
_OUTER = 0.7  # of how far a country reaches, where the middle of its outer parts lies
_WATERS = ("river",)
_BEFORE_NAMES = ("camp", "mountain", "river", "port", "base", "airport", "island")
_BEARINGS = {
    "N": (1, 0),
    "S": (-1, 0),
    "E": (0, 1),
    "W": (0, -1),
    "NE": (0.7, 0.7),
    "NW": (0.7, -0.7),
    "SE": (-0.7, 0.7),
    "SW": (-0.7, -0.7),
}
_PEOPLED = 15_000  # inhabitants from which a city of the large list is believed with a capital or a word of place
_FAMOUS = 300_000  # and from which it is believed bare
UNIT_KINDS = {"province", "district", "village", "town", "city", "quarter", "area", "neighbourhood", "region", "camp", "road"}
# beside these words an unknown name is believed in scripts without capitals; an office or a base is mostly said of whose it is
_NAMED_KINDS = UNIT_KINDS | {"hospital", "mosque", "church", "school", "airport", "bridge", "port", "prison", "market", "border", "hotel"}
_WIDER = {
    "site": "settlement",
    "settlement": "district",
    "district": "province",
    "province": "region",
    "country": "region",
    "region": "region",
}
_NO_NAMES = (
    "site",
    "force",
    "source",
    "title",
    "people",
    "harm",
    "trigger",
    "saying",
    "marker",
    "direction",
    "modifier",
    "definite",
    "another",
)
_PHRASES = ("saying", "harm", "trigger")
_DOUBTFUL = 0.5  # a namesake elsewhere whose weight comes so near leaves the point untold
_Told = dict[str, Counter[str]]
_AROUND_KM = 150.0  # a place so near to another of the report is likelier than its namesakes
_LEADING = ("site", "direction", "genitive", "definite")
_BESIDE = 4  # words between a country's name and a place told to lie in it: `the Iraqi city of Mosul`
_PEOPLE = {"province": 500_000, "district": 50_000}  # whose number no list tells
_ARTICLES = ("al", "el", "ar", "as", "at", "ash", "az", "ad", "an", "e", "i", "ul")
_NAME_WORDS = 4  # of an unknown name beside a word of place, at most


@dataclass(frozen=True, slots=True)
class PlaceMark:
    """Words of a place over tokens [first, last), the name itself over [name_first, name_last).

    `facility` is the kind of site or unit said beside the name, empty where there is none.
    """

    first: int
    last: int
    name_first: int
    name_last: int
    place: Place
    others: tuple[Place, ...] = ()
    rule: str = "places/registry"
    facility: str = ""
    is_country: bool = False
    is_adjective: bool = False

    @property
    def precision(self) -> str:
        return self.place.precision


@dataclass(frozen=True, slots=True)
class _Around:
    """What a report tells that may say which bearer of a name is meant: countries by word and by token, sure places, first-level units."""

    countries: _Told
    certain: Mapping[str, PlaceEntry]
    units: Mapping[tuple[str | None, str | None], set[int]]
    beside: Mapping[str, set[int]]


@dataclass(frozen=True, slots=True)
class _Run:
    first: int
    last: int
    entries: tuple[PlaceEntry, ...]
    clitics: str
    is_weak: bool
    by_name: frozenset[str] = frozenset()  # the bearers that GeoNames calls so too, by id


def find_places(analysis: Analysis, places: Places, taken: frozenset[int]) -> list[PlaceMark]:
    """All places in the order of the text. Tokens in `taken` belong to persons and organisations."""
    runs = [r for r in _runs(analysis, places) if taken.isdisjoint(range(r.first, r.last))]
    adjectives = _adjectives(analysis, places)
    told = _countries_told(analysis, adjectives, runs)
    runs = [run for run in runs if _fits(run, told, analysis)]
    around = _Around(
        told,
        {c.entries[0].id: c.entries[0] for c in runs if _is_certain(c)},
        _units_told(runs),
        _countries_beside(analysis, adjectives, runs),
    )
    marks = [_resolved(run, around) for run in runs]
    marks = [_with_kind(mark, analysis) for mark in marks]
    covered = {t for m in marks for t in range(m.first, m.last)} | taken
    marks += _unknown(analysis, places, marks, covered)
    marks += _unknown_behind_markers(analysis, places, covered)
    marks.sort(key=lambda m: (m.first, -m.last))
    marks = _located(marks, analysis)
    return [_directed(mark, analysis, places) for mark in marks]


def _adjectives(analysis: Analysis, places: Places) -> dict[int, str]:
    """The tokens that say of what country something is, with its code."""
    known = analysis.language.lexicon.known(places.adjectives(analysis.language.code))
    latin = analysis.language.direction == "ltr"
    found: dict[int, str] = {}
    for at in sorted(analysis.capitals) if latin else range(len(analysis.tokens)):
        adjective = known[analysis.tokens[at].text]
        if adjective is not None:
            found[at] = adjective[0]
    return found


def _countries_beside(analysis: Analysis, adjectives: Mapping[int, str], runs: Sequence["_Run"]) -> dict[str, set[int]]:
    """At which token each country, told by name or adjective, is told beside a name: `the Iraqi city of Mosul`, `Mosul, Iraq`.

    Under n for a name that begins at token n, under -n for one that ends before it.
    """
    named = {run.first: run.entries[0].country for run in runs if run.entries[0].kind == "country"}
    told: dict[str, set[int]] = {}
    for at, country in {**adjectives, **named}.items():
        if country:
            behind = at - 1 if at and analysis.tokens[at - 1].text in (",", "(", "\u060c") else at
            told.setdefault(country, set()).update((_behind_words_of_place(analysis, at + 1), -behind))
    return told


def _behind_words_of_place(analysis: Analysis, token: int) -> int:
    """The first token from one on that is no word of place, direction or genitive."""
    last = min(token + _BESIDE, len(analysis.tokens))
    while token < last:
        ends = [m.last for kind in _LEADING for m in analysis.at(kind, token)]
        if not ends:
            break
        token = max(ends)
    return token


def _countries_told(analysis: Analysis, adjectives: Mapping[int, str], runs: Sequence["_Run"]) -> _Told:
    """By which words each country is told of for certain, and how often: its name, its adjective, a large city or a first-level unit."""
    latin = analysis.language.direction == "ltr"
    told: _Told = {}
    for at, country in adjectives.items():
        told.setdefault(country, Counter())[analysis.tokens[at].text] += 1
    for run in runs:
        best = run.entries[0]
        if run.is_weak or best.country is None or _has_namesake(run):
            continue
        if best.kind == "country" or best.population >= _FAMOUS or (best.kind == "province" and (latin or run.last - run.first > 1)):
            told.setdefault(best.country, Counter())[best.name] += 1
    return told


def _units_told(runs: Sequence["_Run"]) -> dict[tuple[str | None, str | None], set[int]]:
    """Where each first-level unit is told of, by its country and name: `London, Kentucky`."""
    told: dict[tuple[str | None, str | None], set[int]] = {}
    for run in runs:
        if run.entries[0].kind != "province":
            continue
        for entry in run.entries:
            if entry.kind == "province":
                told.setdefault((entry.country, entry.admin1 or entry.name), set()).add(run.first)
    return told


def _times_told(told: _Told, country: str | None, name: str) -> int:
    """How often a country is told of by other words than a name; one word counts three times at most."""
    return sum(min(n, 3) for word, n in told.get(country or "", {}).items() if word != name)


def _has_namesake(run: "_Run") -> bool:
    """True for a name that a known or large place of another country bears as well (Tripoli)."""
    best = run.entries[0]
    others = (e for e in run.entries if e.country != best.country)
    return best.kind != "country" and any(e.origin == "own" or e.population >= max(_PEOPLED, best.population / 20) for e in others)


def _is_certain(run: "_Run") -> bool:
    """True for a place that can tell which bearer of another name is meant: no area, and no namesake far away."""
    best = run.entries[0]
    return best.kind not in ("country", "region", "sea") and all(_is_close(best, e, _AROUND_KM) for e in run.entries)


def _is_close(one: PlaceEntry, other: PlaceEntry, km: float) -> bool:
    north = (one.lat - other.lat) * _KM_A_DEGREE
    east = (one.lon - other.lon) * _KM_A_DEGREE * math.cos(math.radians(one.lat))
    return north * north + east * east <= km * km


def _fits(run: "_Run", told: _Told, analysis: Analysis) -> bool:
    """False for a small place of one word in a country that the report tells nothing else of: it is mostly another word."""
    best = run.entries[0]
    if run.is_weak and best.kind != "country" and analysis.language.direction == "rtl" and run.last - run.first == 1:
        kind = _kind_before(analysis, run.first)
        is_told = best.origin == "own" and _times_told(told, best.country, best.name) > 0
        return is_told or (kind is not None and kind.sense.value in UNIT_KINDS)
    if best.kind in ("country", "region", "sea") or best.population >= _PEOPLED * 6 or run.last - run.first > 1:
        return True
    if any(_times_told(told, e.country, e.name) for e in run.entries):
        return True
    if best.origin == "own" and (analysis.language.direction == "ltr" or (not run.is_weak and _has_place_word(analysis, run))):
        return True
    return _kind_before(analysis, run.first) is not None


def _runs(analysis: Analysis, places: Places) -> list[_Run]:
    tokens = analysis.tokens
    at_of = [i for i, t in enumerate(tokens) if t.text not in ("-", "'", '"')]
    words = [w.replace("'", "") for w in analysis.language.lexicon.without_endings([tokens[i].text for i in at_of])]
    heads_of = analysis.language.lexicon.heads(places.begins)
    needs_capital = analysis.language.direction == "ltr"
    found: list[_Run] = []
    until = 0
    for n, at in enumerate(at_of):
        if at < until or (needs_capital and at not in analysis.capitals):
            continue
        heads = heads_of[tokens[at].text]
        if not heads or not tokens[at].text[0].isalpha():
            continue
        run = _longest_at(analysis, places, words, at_of, n, heads)
        if run is not None:
            found.append(run)
            until = run.last
    return found


def _longest_at(
    analysis: Analysis, places: Places, words: Sequence[str], at_of: Sequence[int], n: int, heads: Sequence[tuple[str, str]]
) -> _Run | None:
    """The longest name that begins at a word under one of its heads."""
    best: _Run | None = None
    behind = list(words[n + 1 : n + 6])
    for head, clitics in heads:
        run = places.longest([head, *behind], 0, language=analysis.language.code)
        if run is None:
            continue
        size = run.length
        last = at_of[n + size - 1] + 1
        if best is not None and last <= best.last:
            continue
        entries = tuple(places.get(i) for i in run.ids[:12])
        candidate = _Run(at_of[n], last, entries, clitics, run.weak, _by_names(entries, " ".join([head, *behind[: size - 1]])))
        if entries and _is_believed(candidate, analysis, places):
            best = candidate
    return best


def _by_names(entries: Sequence[PlaceEntry], name: str) -> frozenset[str]:
    """Which of GeoNames' places, all of them named in Latin letters, bear a Latin name beside another of their own."""
    if len(entries) == 1 or not name.isascii():
        return frozenset()
    return frozenset(
        e.id for e in entries if e.origin == "geonames" and not any(s == name or s.startswith(name + " ") for s in spellings(e.name))
    )


def _is_adjective(analysis: Analysis, places: Places, token: int) -> bool:
    """True for a word that means what is of a country (`السوري`, `روسی`, `Iranian`)."""
    return any(places.adjective(form, analysis.language.code) for form, _ in analysis.tokens[token].forms)


def _is_believed(run: _Run, analysis: Analysis, places: Places) -> bool:
    """Rule 1: a name is believed by what it is and what stands beside it."""
    best = run.entries[0]
    latin = analysis.language.direction == "ltr"
    if not latin and run.last == run.first + 1 and run.first in analysis.function:
        return False
    if analysis.sentence(run.first) != analysis.sentence(run.last - 1):
        return False
    text = " ".join(t.text for t in analysis.tokens[run.first : run.last])
    if latin and best.country == "US" and text == "us" and not analysis.text(run.first, run.last).isupper():
        return False
    single = run.last == run.first + 1
    if single and not latin and _is_inside_phrase(analysis, run.first):
        return False
    if single and not latin and best.origin != "babel" and any(m.length == 1 for m in analysis.at("direction", run.first)):
        kind = _kind_before(analysis, run.first)
        return kind is not None and kind.sense.value in ("province", "district")
    if single and best.origin not in ("own", "babel") and _is_adjective(analysis, places, run.first):
        return False
    known_word = single and run.first in analysis.lexical
    if best.kind == "country":
        return not known_word or latin
    beside = _has_place_word(analysis, run)
    if run.is_weak or known_word or (best.weak and not latin):
        return beside or (latin and run.first > analysis.bounds[analysis.sentence(run.first)][0] and best.origin == "own")
    if run.clitics and len(run.clitics.removesuffix("ال")) and best.origin != "own":
        return beside and best.population >= _PEOPLED
    if best.origin in ("own", "babel"):
        return True
    if single and text in analysis.language.given_names:
        return beside and best.population >= _PEOPLED
    if best.population >= _FAMOUS:
        return True
    return (best.population >= _PEOPLED and (latin or beside)) or (beside and len(text) > 3)


def _is_inside_phrase(analysis: Analysis, token: int) -> bool:
    """True for a word of a longer phrase of the pack: `خبر داد`, `ویران کردند`."""
    return any(
        m.length > 1 and not m.clitics
        for kind in _PHRASES
        for m in (*analysis.at(kind, token), *analysis.at(kind, token - 1), *analysis.at(kind, token - 2))
        if m.last > token
    )


def _has_place_word(analysis: Analysis, run: _Run) -> bool:
    """A word of place right before or behind: a preposition or postposition, a kind word, a direction."""
    before, after = run.first - 1, run.last
    behind = [run.first, before] if before >= 0 and analysis.tokens[before].text in "\"'(" else [run.first]
    if any(analysis.ending(kind, at) for kind in ("site", "direction") for at in behind):
        return True
    if "place" in analysis.role_words.get(run.first, ()):
        return True
    if "ب" in run.clitics:
        return True
    if analysis.at("site", after) or analysis.at("direction", after):
        return True
    return any(m.sense.value == "place" and m.sense.form == "after" for m in analysis.at("marker", after)) or any(
        analysis.at("site", after + 1) for m in analysis.at("genitive", after)
    )


def _resolved(run: _Run, around: _Around) -> PlaceMark:
    """Rule 4: the bearer that the report's countries, its surest places and its own importance make likeliest."""
    weights = _weights(run, around) if len(run.entries) > 1 else {}
    ranked = sorted(run.entries, key=lambda e: (-weights.get(e.id, 0.0), e.id))
    best = ranked[0]
    rivals = [e for e in ranked[1:] if weights[best.id] - weights[e.id] < _DOUBTFUL and not _is_one_name(best, e)]
    place = to_place(best)
    if rivals and best.kind != "country":
        is_abroad = any(e.country != best.country for e in rivals)
        place = replace(place, id=None, lat=None, lon=None, admin1=None, country=None if is_abroad else place.country)
    return PlaceMark(
        first=run.first,
        last=run.last,
        name_first=run.first,
        name_last=run.last,
        place=place,
        others=tuple(to_place(e) for e in ranked[1:4]),
        rule=f"places/{best.origin}",
        is_country=best.kind == "country",
    )


def _weights(run: _Run, around: _Around) -> dict[str, float]:
    """How likely each bearer of the name is meant."""
    name = run.entries[0].name
    others = [entry for entry in around.certain.values() if entry.name != name]
    others_told = any(
        (e.kind == "province" or e.population >= _FAMOUS) and _times_told(around.countries, e.country, name) for e in run.entries
    )
    found = {}
    for entry in run.entries:
        times_told = _times_told(around.countries, entry.country, name)
        weight = 2.0 if entry.origin in ("own", "babel") else 0.0
        weight += 0.4 if entry.kind in ("city", "town") else 0.0
        weight += math.log10((entry.population or _PEOPLE.get(entry.kind, 0)) + 10) / 2
        weight += 1.6 * math.log1p(times_told)
        weight += 1.5 * min(3, sum(_is_close(entry, other, _AROUND_KM) for other in others))
        if told_at := around.units.get((entry.country, entry.admin1), set()) - {run.first}:
            weight += 5.0 if any(0 <= at - run.last <= 1 for at in told_at) else 2.5
        if entry.kind != "country" and not around.beside.get(entry.country or "", set()).isdisjoint((run.first, -run.last)):
            weight += 2.5
        if entry.kind == "country":
            weight += 1.0 if others_told and not times_told else 3.0
        elif entry.country is None and entry.origin == "own":
            weight += 4.0
        if entry.id in run.by_name:
            weight -= 1.5
        found[entry.id] = weight
    for entry in run.entries:
        towns = [found[e.id] for e in run.entries if e.kind in ("city", "town") and _is_unit_of(entry, e)]
        found[entry.id] = min([found[entry.id], *(weight - 0.1 for weight in towns)])
    return found


def _is_one_name(one: PlaceEntry, other: PlaceEntry) -> bool:
    """True where it matters little which of the two is meant: they lie close, or one is the other's unit."""
    return _is_close(one, other, _AROUND_KM) or _is_unit_of(one, other) or _is_unit_of(other, one)


def _is_unit_of(unit: PlaceEntry, place: PlaceEntry) -> bool:
    """True for the province or district that is called after one of its towns: without a word of place the town is meant."""
    return (
        unit.kind in ("province", "district")
        and place.kind not in ("province", "district")
        and (unit.country, unit.admin1) == (place.country, place.admin1)
    )


def to_place(entry: PlaceEntry) -> Place:
    """A registry's entry as a report's place."""
    return Place(
        name=entry.name, id=entry.id, country=entry.country, admin1=entry.admin1, lat=entry.lat, lon=entry.lon, precision=entry.precision
    )


def _with_kind(mark: PlaceMark, analysis: Analysis) -> PlaceMark:
    """Rule 2: the span grown over a word of place beside the name; a province so called is the province."""
    before = _kind_before(analysis, mark.first)
    kind = before or _kind_behind(analysis, mark)
    if kind is None or mark.is_country:
        return mark
    after = None if before else kind
    first = kind.first if before else mark.first
    last = kind.last if after else mark.last
    place = mark.place
    if kind.sense.value == "province" and place.precision not in ("province", "region"):
        wide = next((o for o in mark.others if o.precision == "province"), None)
        place = wide or replace(place, precision="province")
    elif kind.sense.value == "district" and place.precision == "settlement":
        place = next((o for o in mark.others if o.precision == "district"), replace(place, precision="district"))
    elif kind.sense.value in ("city", "town", "village") and place.precision in ("province", "district"):
        place = next((o for o in mark.others if o.precision == "settlement"), replace(place, precision="settlement"))
    elif place.precision == "region" and kind.sense.value in _WATERS:
        pass  # the waters of a sea are the sea
    elif kind.sense.value not in UNIT_KINDS and place.precision != "site":
        precision = place.precision if place.precision in ("province", "region") else "site"  # somewhere in it
        place = replace(place, name=f"{site_name(analysis, kind)}, {place.name}", precision=precision, id=None)
    return replace(mark, first=min(first, mark.first), last=max(last, mark.last), place=place, facility=kind.sense.value)


def site_name(analysis: Analysis, site: Mark) -> str:
    """What kind of site it is, in English: as the report says where it is English, else as the pack translates it."""
    words = analysis.text(site.first, site.last)
    return words.lower() if analysis.language.code == "en" else site.sense.english or words


def _kind_behind(analysis: Analysis, mark: PlaceMark) -> Mark | None:
    """The word of place behind a name, not one that takes the next name: `the Gaza town of Khan Younis`."""
    if mark.last >= len(analysis.tokens) or analysis.sentence(mark.last) != analysis.sentence(mark.first):
        return None
    found = (m for m in analysis.at("site", mark.last) if m.sense.flag("place") or m.sense.value in UNIT_KINDS)
    if analysis.language.direction == "ltr":
        found = (m for m in found if not analysis.at("genitive", m.last) and not analysis.text(m.first, m.last).endswith(" of"))
    return next((m for m in found if "و" not in m.clitics), None)


def _kind_before(analysis: Analysis, first: int) -> Mark | None:
    """The word of place that takes the name behind it: `town of X`, `بلدة X`; quotes and an `of` may stand between."""
    at = first
    while at > 0 and analysis.tokens[at - 1].text in ('"', "'", "("):
        at -= 1
    ends = {at}
    if analysis.language.genitive_order == "head_first":
        ends |= {m.first for m in analysis.ending("genitive", at)}
    found = [
        m
        for end in ends
        for m in analysis.ending("site", end)
        if analysis.sentence(m.first) == analysis.sentence(first) and (m.sense.flag("place") or m.sense.value in UNIT_KINDS)
    ]
    if analysis.language.direction == "ltr":
        found = [m for m in found if m.last != at or _takes_name_behind(analysis, m)]
    if analysis.language.genitive_order == "head_last":
        found = [m for m in found if (m.sense.value in UNIT_KINDS and m.sense.form == "prefix") or m.last == at]
    return max(found, key=lambda m: m.last) if found else None


def _takes_name_behind(analysis: Analysis, site: Mark) -> bool:
    """True for a word of place that names what stands right behind it without an `of`: `Camp Speicher`, `Mount Lebanon`."""
    return (site.sense.value in _BEFORE_NAMES and analysis.is_capital(site.first)) or analysis.text(site.first, site.last).endswith(" of")


def _unknown(analysis: Analysis, places: Places, marks: Sequence[PlaceMark], covered: set[int]) -> list[PlaceMark]:
    """Rule 2: a word of place with a name that no registry knows."""
    found = []
    for site in analysis.marks.get("site", ()):
        if not covered.isdisjoint(range(site.first, site.last)) or not (site.sense.flag("place") or site.sense.value in UNIT_KINDS):
            continue
        if site.sense.value not in _NAMED_KINDS and analysis.language.direction == "rtl":
            continue
        span = _name_beside(analysis, site, covered)
        if span is None or all(_is_no_name(analysis, places, t) for t in range(*span)):
            continue
        first, last = min(span[0], site.first), max(span[1], site.last)
        name = analysis.text(*span)
        precision = {"province": "province", "district": "district", "village": "settlement", "town": "settlement", "city": "settlement"}
        place = Place(name=name, precision=precision.get(site.sense.value, "site"))
        found.append(PlaceMark(first, last, *span, place, rule=f"places/told-by-words {site.sense.rule}", facility=site.sense.value))
        covered.update(range(first, last))
    return found


def _unknown_behind_markers(analysis: Analysis, places: Places, covered: set[int]) -> list[PlaceMark]:
    """Rule 2: capitals behind `in`, `near`, `at` that nothing else is known of; in headlines everything has capitals."""
    if analysis.language.direction != "ltr":
        return []
    found = []
    for first, roles in analysis.role_words.items():
        if first <= 0 or "place" not in roles or first in covered or analysis.sentence(first) in analysis.title:
            continue
        last = first
        while last < min(first + _NAME_WORDS, len(analysis.tokens)) and last not in covered and _is_plain_name(analysis, last, first):
            last += 1
        if last == first or (last < len(analysis.tokens) and (last in analysis.capitals or last in covered)):
            continue
        if any(_is_no_name(analysis, places, t) for t in range(first, last)) or analysis.text(first, last).isupper():
            continue
        place = Place(name=analysis.text(first, last), precision="settlement")
        found.append(PlaceMark(first, last, first, last, place, rule="places/told-by-words places/behind-marker"))
        covered.update(range(first, last))
    return found


def _is_plain_name(analysis: Analysis, token: int, anchor: int) -> bool:
    return _is_name_token(analysis, token, anchor) and token not in analysis.lexical and len(analysis.tokens[token].text) > 2


def _is_no_name(analysis: Analysis, places: Places, token: int) -> bool:
    """True for a word that names no place by itself: an adjective of a country, a word of the pack behind a clitic, an inflected word."""
    forms = analysis.tokens[token].forms
    if _is_adjective(analysis, places, token) or "\u200c" in analysis.text(token, token + 1):
        return True
    lexical = {m.first for kind in ("direction", "marker", "trigger", "harm") for m in analysis.at(kind, token) if m.length == 1}
    return bool(lexical) or any(form in analysis.language.not_names or places.is_common(form, analysis.language.code) for form, _ in forms)


def _name_beside(analysis: Analysis, site: Mark, covered: set[int]) -> tuple[int, int] | None:
    """The tokens of an unknown name that belongs to a word of place: by capitals, or the next word where the script has none."""
    if analysis.language.direction == "ltr":
        first = site.first
        while (
            first > 0 and first > site.first - _NAME_WORDS and first - 1 not in covered and _is_name_token(analysis, first - 1, site.first)
        ):
            first -= 1
        if analysis.tokens[first].text == "-":
            first += -1 if analysis.tokens[first - 1].text in _ARTICLES and first - 1 not in covered else 1
        if any(analysis.tokens[t].text.isalpha() for t in range(first, site.first)) and (
            first > analysis.bounds[analysis.sentence(first)][0] or site.first - first > 1
        ):
            return first, site.first
        at = last = site.last + bool(analysis.at("genitive", site.last))
        if at == site.last and not _takes_name_behind(analysis, site):
            return None
        while (
            last < len(analysis.tokens) and last < at + _NAME_WORDS and last not in covered and _is_name_token(analysis, last, site.first)
        ):
            last += 1
        return (at, last) if any(analysis.tokens[t].text.isalpha() for t in range(at, last)) else None
    if analysis.language.genitive_order == "head_last":
        return (
            _name_until_marker(analysis, site, covered)
            or _name_before_genitive(analysis, site, covered)
            or _name_right_before(analysis, site, covered)
        )
    at = site.last
    if at < len(analysis.tokens) and analysis.tokens[at].text in ('"', "'", "("):
        last = at + 1
        while last < len(analysis.tokens) and last < at + 5 and analysis.tokens[last].text not in ('"', "'", ")"):
            last += 1
        is_closed = last < len(analysis.tokens) and analysis.tokens[last].text in ('"', "'", ")") and last > at + 1
        if any(not analysis.tokens[t].text.isalpha() or analysis.sentence(t) != analysis.sentence(at) for t in range(at + 1, last)):
            return None
        return (at + 1, last) if is_closed and covered.isdisjoint(range(at, last)) else None
    if (
        not site.sense.flag("place")
        or at >= len(analysis.tokens)
        or at in covered
        or analysis.sentence(at) != analysis.sentence(site.first)
    ):
        return None
    token = analysis.tokens[at]
    article = analysis.language.lexicon.letters.article
    if not token.text.isalpha() or len(token.text) < 3 or at in analysis.lexical or token.text in analysis.language.not_names:
        return None
    if article and not token.text.startswith(article) and site.sense.value not in ("village", "town", "quarter", "camp"):
        return None
    return at, at + 1


def _name_before_genitive(analysis: Analysis, site: Mark, covered: set[int]) -> tuple[int, int] | None:
    """The word before `کے علاقے`, `کے قصبے`: the name of what the word of place is said of."""
    genitive = next(iter(analysis.ending("genitive", site.first)), None)
    if genitive is None or genitive.first == analysis.bounds[analysis.sentence(site.first)][0]:
        return None
    at = genitive.first - 1
    text = analysis.tokens[at].text
    if (
        at in covered
        or not text.isalpha()
        or len(text) < 3
        or at in analysis.lexical
        or at in analysis.function
        or text in analysis.language.not_names
    ):
        return None
    return at, genitive.first


def _name_right_before(analysis: Analysis, site: Mark, covered: set[int]) -> tuple[int, int] | None:
    """The words right before a word of place that ends its name: `شفیق موڑ`, `چپرار سیکٹر`, `بالا بلک ضلع`."""
    first, opens = site.first, analysis.bounds[analysis.sentence(site.first)][0]
    while first > max(opens, site.first - 2) and site.sense.form != "prefix":
        at, text = first - 1, analysis.tokens[first - 1].text
        is_word = at in covered or at in analysis.lexical or at in analysis.function or text in analysis.language.not_names
        if (
            is_word
            or not text.isalpha()
            or len(text) < 2
            or any(m.last > at for k in _NO_NAMES for n in range(3) for m in analysis.at(k, at - n))
        ):
            break
        first -= 1
    return (first, site.first) if first < site.first else None


def _name_until_marker(analysis: Analysis, site: Mark, covered: set[int]) -> tuple[int, int] | None:
    """The words between a word of place and the postposition that closes them: `کے علاقے تلی تنگی میں`."""
    last = site.last
    while last < len(analysis.tokens) and last < site.last + _NAME_WORDS - 1 and analysis.sentence(last) == analysis.sentence(site.first):
        closes = any(m.sense.value == "place" and m.sense.form == "after" for m in analysis.at("marker", last)) or analysis.at(
            "genitive", last
        )
        if closes:
            return (site.last, last) if last > site.last else None
        text = analysis.tokens[last].text
        if last in covered or not text.isalpha() or last in analysis.lexical or last in analysis.function:
            return None
        if text in analysis.language.not_names:
            return None
        last += 1
    return None


def _is_name_token(analysis: Analysis, token: int, anchor: int) -> bool:
    text = analysis.tokens[token].text
    if analysis.sentence(token) != analysis.sentence(anchor):
        return False
    return (text.isalpha() and analysis.is_capital(token) and text not in analysis.language.not_names) or text == "-"


def _located(marks: list[PlaceMark], analysis: Analysis) -> list[PlaceMark]:
    """A place told by words lies where the nearest known place of its sentence lies, else the one told before."""
    located: list[PlaceMark] = []
    for mark in marks:
        if mark.place.lat is not None or not mark.rule.startswith("places/told-by-words"):
            located.append(mark)
            continue
        around = container(mark.first, [m for m in marks if m is not mark], analysis)
        if around is None or around.place.lat is None:
            located.append(mark)
            continue
        place = replace(mark.place, country=around.place.country, admin1=around.place.admin1, lat=around.place.lat, lon=around.place.lon)
        is_bare = not mark.facility  # a town told by its name alone lies in the country of the place beside it, not at its point
        if is_bare or around.precision in ("country", "region") or _is_far(mark, around, analysis):
            place = replace(place, lat=None, lon=None)
        located.append(replace(mark, place=place))
    return located


def _is_far(mark: PlaceMark, around: PlaceMark, analysis: Analysis) -> bool:
    """True where the known place is no stand-in for a village or district told by words: told elsewhere, or a province around it."""
    if mark.precision == "site":
        return False
    return around.precision not in ("settlement", "district", "site") or analysis.sentence(mark.first) != analysis.sentence(around.first)


def container(token: int, marks: Sequence[PlaceMark], analysis: Analysis) -> PlaceMark | None:
    """The known place in which something told at a token lies: in its sentence the nearest and most exact, else the last told before."""
    known = [m for m in marks if m.place.lat is not None]
    here = [m for m in known if analysis.sentence(m.first) == analysis.sentence(token)]
    order = {"site": 1, "settlement": 0, "district": 1, "province": 2, "region": 3, "country": 4}
    if here:
        return min(here, key=lambda m: (order.get(m.precision, 3), m.first < token, abs(m.first - token)))
    before = [m for m in known if m.first < token and m.precision in ("settlement", "district", "province")]
    return before[-1] if before else None


def _directed(mark: PlaceMark, analysis: Analysis, places: Places) -> PlaceMark:
    """Rule 3: a direction beside the place moves its point."""
    direction = _direction_beside(mark, analysis)
    if direction is None or mark.place.lat is None or mark.place.lon is None:
        return mark
    is_edge = direction.sense.value == "border" or "coast" in direction.sense.rule
    if mark.is_country and not is_edge and direction.sense.value in ("near", "between", "around"):
        return mark
    first, last = min(mark.first, direction.first), max(mark.last, direction.last)
    shift = direction.sense.value
    north, east = _BEARINGS.get(shift, (0.0, 0.0))
    north_km = east_km = _SHIFT_KM[mark.precision]
    country = places.country_codes(mark.place.country) if mark.is_country and mark.place.country else None
    if country and country.half_km:
        north_km, east_km = (_OUTER * km for km in country.half_km)
    lat = mark.place.lat + north * north_km / _KM_A_DEGREE
    lon = mark.place.lon + east * east_km / (_KM_A_DEGREE * max(0.2, math.cos(math.radians(lat))))
    english = direction.sense.english or shift
    wide = mark.precision in ("country", "region")
    precision = (
        "region"
        if wide
        else _WIDER[mark.precision]
        if shift in ("countryside", "border") or mark.precision in ("settlement",)
        else mark.precision
    )
    name = f"{english} {mark.place.name}".strip()
    place = replace(mark.place, name=name, id=None, lat=round(lat, 3), lon=round(lon, 3), precision=precision)
    part = _known_part(place, places) if wide and not is_edge else None
    if part is not None:
        return replace(mark, first=first, last=last, place=part, is_country=False, rule=f"{mark.rule} {direction.sense.rule}")
    if mark.is_country and is_edge:  # a country's middle says nothing of its borders and shores
        place = replace(place, lat=None, lon=None)
    return replace(mark, first=first, last=last, place=place, is_country=False, rule=f"{mark.rule} {direction.sense.rule}")


def _known_part(place: Place, places: Places) -> Place | None:
    """The part of a country or region that the registry knows by the very name: `eastern Syria` is one place in every language."""
    known = (e for e in places.find(place.name) if e.precision == "region" and e.country == place.country and e.lat is not None)
    entry = next((e for e in known if e.name.lower() == place.name.lower()), None)
    return to_place(entry) if entry else None


def _direction_beside(mark: PlaceMark, analysis: Analysis) -> Mark | None:
    ends = (mark.first, mark.first - 1, mark.first - 2)
    for direction in (m for end in ends for m in analysis.ending("direction", end) if m.sense.form != "suffix"):
        between = range(direction.last, mark.first)
        skipped = all(
            analysis.tokens[t].text in ('"', "the")
            or any(m.first == t and m.length == 1 for k in ("genitive", "site") for m in analysis.at(k, t))
            for t in between
        )
        if skipped and analysis.sentence(direction.first) == analysis.sentence(mark.first):
            return direction
    after = [m for m in analysis.at("direction", mark.last) if m.sense.form in ("suffix", "")]
    for genitive in analysis.at("genitive", mark.last):
        after += [m for m in analysis.at("direction", genitive.last) if m.sense.form in ("suffix", "")]
    return after[0] if after else None
