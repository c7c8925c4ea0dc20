"""Our own lists, YAML, as checked values: every known key is taken, what is left is refused with file and key.

Comes in: the lists beside this file, or a folder of a user's own in the same formats. Goes out: entries. Knows no built registry.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from tahqiq.errors import RegistryError
from tahqiq.registries.entries import ACTOR_KINDS, PLACE_KINDS, PRECISIONS, ActorEntry, Country, KindWord, PlaceEntry

HERE = Path(__file__).parent
LANGUAGES = ("en", "ar", "ur", "fa", "ps", "ckb", "sd")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
# Letters of the sister languages that look alike and hide for years in a list; what Arabic newspapers borrow (گ چ پ ڤ) is no fault.
_STRANGE = {
    "en": re.compile(r"[^\u0020-\u024f\u02bb-\u02bf\u1e00-\u1eff\u2013\u2018\u2019]"),
    "ar": re.compile("[یکہۃےںٹڈڑۀەھېۍګ\u0640\u200c-\u200f\ufb50-\ufdff\ufe70-\ufeff]|[A-Za-z]"),
    "ur": re.compile("[يىكةه\u0640\u200d-\u200f\ufb50-\ufdff\ufe70-\ufeff]|[A-Za-z]"),
    "fa": re.compile("[يىكہۃےںٹڈڑھ\u0640\u200d-\u200f\ufb50-\ufdff\ufe70-\ufeff]|[A-Za-z]"),
}
# Acronyms stand in Latin letters within Arabic-script newspapers too ("SOHR", "M23", "Su-24").
# So does a tatweel that holds the article to a number ("الـ55").
_ACRONYM = re.compile(r"\b[A-Z][A-Za-z0-9.\-/]*\b|(?<=ال)ـ(?= ?[0-9])")


class _Loader(yaml.CSafeLoader):
    """YAML as JSON would be, but for dates: a key given twice is an error, not the later one."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node)
        if key in seen:
            raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} is given twice", key_node.start_mark)
        seen.add(key)
    return loader.construct_mapping(node, deep=True)


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


@dataclass(slots=True)
class _Row:
    """One mapping of a list, whose keys are taken one by one; `where` names file and entry in messages."""

    where: str
    left: dict[str, Any]

    def refuse(self, key: str, why: str) -> RegistryError:
        return RegistryError(f"{self.where}: {key}: {why}")

    def text(self, key: str) -> str:
        value = self.optional_text(key)
        if value is None:
            raise self.refuse(key, "is missing")
        return value

    def optional_text(self, key: str) -> str | None:
        value = self.left.pop(key, None)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            raise self.refuse(key, f"must be text, is {value!r} (quote words such as NO, on and yes)")
        return value

    def number(self, key: str, low: float, high: float) -> float:
        value = self.left.pop(key, None)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.refuse(key, f"must be a number, is {value!r}")
        if not low <= value <= high:
            raise self.refuse(key, f"{value} is not between {low:g} and {high:g}")
        return float(value)

    def whole(self, key: str) -> int | None:
        value = self.left.pop(key, None)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
            raise self.refuse(key, f"must be a whole number, is {value!r}")
        return value

    def flag(self, key: str) -> bool:
        value = self.left.pop(key, False)
        if not isinstance(value, bool):
            raise self.refuse(key, f"must be true or false, is {value!r}")
        return value

    def one_of(self, key: str, allowed: Iterable[str]) -> str:
        value = self.text(key)
        if value not in allowed:
            raise self.refuse(key, f"{value!r} is none of: {', '.join(allowed)}")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.left.pop(key, None)
        if value is None:
            return ()
        if not isinstance(value, list):
            raise self.refuse(key, f"must be a list, is {value!r}")
        for item in value:
            if not isinstance(item, str) or not item.strip():
                raise self.refuse(key, f"must hold texts, holds {item!r} (quote words such as NO, on and yes)")
        return tuple(dict.fromkeys(item.strip() for item in value))

    def row(self, key: str) -> "_Row":
        value = self.left.pop(key, None)
        if value is None:
            return _Row(f"{self.where}: {key}", {})
        return _row(value, f"{self.where}: {key}")

    def by_language(self) -> dict[str, tuple[str, ...]]:
        named = {language: self.texts(language) for language in LANGUAGES if language in self.left}
        return {language: forms for language, forms in named.items() if forms}

    def done(self) -> None:
        if self.left:
            raise RegistryError(f"{self.where}: unknown key {', '.join(sorted(map(str, self.left)))}")


def _row(value: object, where: str) -> _Row:
    if not isinstance(value, dict):
        raise RegistryError(f"{where}: must be a mapping, is {value!r}")
    return _Row(where, dict(value))


def _read(path: Path) -> _Row:
    try:
        value = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise RegistryError(f"{path.name}, line {line}: {error.problem or 'is not YAML'}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise RegistryError(f"{path.name}: cannot be read: {error}") from error
    return _row(value, path.name)


def _entries(file: _Row, key: str) -> Iterator[_Row]:
    listed = file.left.pop(key, None)
    if not isinstance(listed, list):
        raise file.refuse(key, "must be a list")
    for number, value in enumerate(listed, start=1):
        row = _row(value, f"{file.where}: {key} {number}")
        row.where = f"{file.where}: {row.left.get('id', f'{key} {number}')}"
        yield row


def _source(file: _Row) -> None:
    file.text("source")
    checked = file.left.pop("checked", None)
    if checked is not None and not isinstance(checked, date):
        raise file.refuse("checked", f"must be a date, is {checked!r}")


def load_place_lists(folder: Path = HERE / "places") -> list[PlaceEntry]:
    """Every place of the lists in `folder`, in the files' order; each id once, each coordinate in range.

    Raises:
        RegistryError: naming file, entry and key.
    """
    return [entry for path in sorted(folder.glob("*.yaml")) for entry in load_place_list(path)]


def load_place_list(path: Path) -> list[PlaceEntry]:
    """The places of one list. `country: null` is for what no one country holds, such as seas."""
    file = _read(path)
    _source(file)
    country = file.optional_text("country")
    if country is not None and not re.fullmatch("[A-Z]{2}", country):
        raise file.refuse("country", f"{country!r} is no ISO 3166-1 code")
    places = [_place(row, country) for row in _entries(file, "places")]
    file.done()
    _each_id_once(path, [place.id for place in places])
    return places


def _place(row: _Row, country: str | None) -> PlaceEntry:
    entry = PlaceEntry(
        id=_id(row),
        name=row.text("name"),
        kind=row.one_of("kind", PLACE_KINDS),
        country=row.optional_text("country") or country,
        lat=row.number("lat", -90, 90),
        lon=row.number("lon", -180, 180),
        precision=row.one_of("precision", PRECISIONS),
        admin1=row.optional_text("admin1"),
        admin2=row.optional_text("admin2"),
        population=row.whole("population") or 0,
        weak=row.flag("weak"),
        geonames=row.whole("geonames"),
        wikidata=row.optional_text("wikidata"),
        names=row.by_language(),
    )
    row.done()
    return entry


def load_actor_lists(folder: Path = HERE / "actors") -> list[ActorEntry]:
    """Every actor of the lists in `folder`; each id once over all files, each parent known, no one its own ancestor.

    Raises:
        RegistryError: naming file, entry and key.
    """
    actors: dict[str, ActorEntry] = {}
    files: dict[str, str] = {}
    for path in sorted(folder.glob("*.yaml")):
        for actor in load_actor_list(path):
            if actor.id in actors:
                raise RegistryError(f"{path.name}: {actor.id}: the id stands in {files[actor.id]} already")
            actors[actor.id], files[actor.id] = actor, path.name
    for actor in actors.values():
        _check_parents(actor, actors, files)
    return list(actors.values())


def load_actor_list(path: Path) -> list[ActorEntry]:
    """The actors of one list; parents may stand in another."""
    file = _read(path)
    _source(file)
    actors = [_actor(row) for row in _entries(file, "actors")]
    file.done()
    _each_id_once(path, [actor.id for actor in actors])
    return actors


def _actor(row: _Row) -> ActorEntry:
    weak = row.row("weak")
    entry = ActorEntry(
        id=_id(row),
        name=row.text("name"),
        kind=row.one_of("kind", ACTOR_KINDS),
        countries=_countries(row),
        parent=row.optional_text("parent"),
        years=_years(row),
        wikidata=row.optional_text("wikidata"),
        acled=row.optional_text("acled"),
        names=row.by_language(),
        weak=weak.by_language(),
    )
    weak.done()
    row.done()
    return entry


def _countries(row: _Row) -> tuple[str, ...]:
    value = row.left.get("country")
    codes = row.texts("country") if isinstance(value, list) else tuple(filter(None, [row.optional_text("country")]))
    for code in codes:
        if not re.fullmatch("[A-Z]{2}", code):
            raise row.refuse("country", f"{code!r} is no ISO 3166-1 code")
    return codes


def _years(row: _Row) -> tuple[int | None, int | None]:
    value = row.left.pop("years", None)
    if value is None:
        return (None, None)
    if not isinstance(value, list) or len(value) != 2 or not all(year is None or isinstance(year, int) for year in value):
        raise row.refuse("years", f"must be [from, to] with null where open, is {value!r}")
    first, last = value
    if first is not None and last is not None and first > last:
        raise row.refuse("years", f"{first} is after {last}")
    return (first, last)


def _check_parents(actor: ActorEntry, actors: Mapping[str, ActorEntry], files: Mapping[str, str]) -> None:
    seen, at = {actor.id}, actor
    while at.parent is not None:
        if at.parent not in actors:
            raise RegistryError(f"{files[at.id]}: {at.id}: parent: {at.parent!r} is in no list")
        if at.parent in seen:
            raise RegistryError(f"{files[at.id]}: {at.id}: parent: {at.parent!r} is its own ancestor")
        seen.add(at.parent)
        at = actors[at.parent]


def load_countries(path: Path = HERE / "countries.yaml") -> dict[str, Country]:
    """Every country by its ISO 3166-1 alpha-2 code."""
    file = _read(path)
    _source(file)
    listed = file.row("countries")
    file.done()
    countries = {}
    for code, value in listed.left.items():
        row = _row(value, f"{path.name}: {code}")
        if not isinstance(code, str) or not re.fullmatch("[A-Z]{2}", code):
            raise RegistryError(f"{path.name}: {code!r} is no ISO 3166-1 code (quote NO)")
        names, adjectives = row.row("names"), row.row("adjectives")
        countries[code] = Country(
            code=code,
            name=row.text("name"),
            iso3=row.text("iso3"),
            lat=row.number("lat", -90, 90),
            lon=row.number("lon", -180, 180),
            m49=row.whole("m49"),
            gw=row.whole("gw"),
            names=names.by_language(),
            adjectives=adjectives.by_language(),
        )
        for part in (names, adjectives, row):
            part.done()
    return countries


def load_kind_words(path: Path = HERE / "kind_words.yaml") -> list[KindWord]:
    """The words that say what kind of place a name is, longest first, so that "sub-district of" is met before "district of"."""
    file = _read(path)
    _source(file)
    languages = file.row("words")
    file.done()
    found = []
    for language in list(languages.left):
        places = languages.row(language)
        for side in ("before", "after"):
            words = places.row(side)
            for word in list(words.left):
                kinds = words.texts(word)
                for kind in kinds:
                    if kind not in PLACE_KINDS:
                        raise words.refuse(word, f"{kind!r} is no kind of place")
                found.append(KindWord(language, word, kinds, side == "after"))
        places.done()
    return sorted(found, key=lambda word: (-len(word.words), word.language, word.words))


def load_common_words(path: Path = HERE / "common_words.yaml") -> dict[str, tuple[str, ...]]:
    """By language, the common words that are some place's name as well."""
    file = _read(path)
    _source(file)
    words = file.row("words")
    file.done()
    named = words.by_language()
    words.done()
    return named


def load_units(path: Path = HERE / "admin1.yaml") -> dict[str, dict[str, tuple[str, ...]]]:
    """By country and GeoNames' code of its first-level unit, the unit's English name and then its other names."""
    file = _read(path)
    _source(file)
    countries = file.row("units")
    file.done()
    units = {}
    for country in list(countries.left):
        codes = countries.row(country)
        units[country] = {code: codes.texts(code) for code in list(codes.left)}
    return units


def _id(row: _Row) -> str:
    value = row.text("id")
    if not _ID.fullmatch(value):
        raise row.refuse("id", f"{value!r} must be lower-case letters and digits joined by hyphens")
    return value


def _each_id_once(path: Path, ids: list[str]) -> None:
    seen: set[str] = set()
    for each in ids:
        if each in seen:
            raise RegistryError(f"{path.name}: {each}: the id is given twice")
        seen.add(each)


def script_faults(names: Mapping[str, Iterable[str]]) -> list[str]:
    """What is wrong with the letters of names by language: "ar: دیرالزور: ی" for a Persian letter in an Arabic name."""
    faults = []
    for language, forms in names.items():
        strange = _STRANGE.get(language)
        if strange is None:
            continue
        for form in forms:
            looked_at = form if language == "en" else _ACRONYM.sub("", form)
            found = strange.search(looked_at)
            if found or form != " ".join(form.split()):
                faults.append(f"{language}: {form}: {found.group() if found else 'spaces'}")
    return faults
