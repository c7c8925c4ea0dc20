"""Places by name in any language and script, ranked, and by where they lie.

Comes in: a name, folded words or coordinates. Goes out: entries or their numbers, likeliest first. Which of several bearers a report
means is decided by its reader, who knows what else the report tells of.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt
from pathlib import Path

import msgspec

from tahqiq.errors import RegistryError
from tahqiq.registries.entries import Country, KindWord, PlaceEntry, PlaceRun
from tahqiq.registries.names import LOOSE, KindWords, loose, spellings
from tahqiq.registries.store import RegistryFile

BUILT = Path(__file__).parent / "built"
_EARTH_KM = 6371.0088  # mean radius (IUGG)
_KM_A_DEGREE = 111.2
_BITS = 26  # of a place's number that are its row; the rest say which registry


class Words(msgspec.Struct, frozen=True):
    """What is compiled from countries.yaml, kind_words.yaml and common_words.yaml; all words folded."""

    countries: tuple[Country, ...]
    adjectives: dict[str, dict[str, str]]
    kind_words: tuple[KindWord, ...]
    common: dict[str, frozenset[str]]


class Places:
    """The registries of places that were loaded, ours first; numbers are good for this object alone, ids for good."""

    def __init__(self, files: Sequence[RegistryFile], words: Words) -> None:
        self._files = tuple(files)
        self._tries = tuple(file.trie for file in files)
        self._words = words
        self._kind_words = KindWords(words.kind_words)
        self._countries = {country.code: country for country in words.countries}
        self._common = frozenset[str]().union(*words.common.values())
        self._country_rows = dict(files[0].country_rows())
        self._entry: Callable[[int], PlaceEntry] = lru_cache(maxsize=1 << 15)(self._read_entry)
        self._begins: Callable[[str], bool] = lru_cache(maxsize=1 << 16)(self._begins_name)

    def __reduce__(self) -> tuple[object, ...]:
        return _open, tuple(str(file.path) for file in self._files)

    def __len__(self) -> int:
        return sum(file.count for file in self._files)

    def has(self, folded_name: str) -> bool:
        """Whether some place bears the folded name."""
        return any(folded_name in trie for trie in self._tries)

    def ids(self, folded_name: str) -> tuple[int, ...]:
        """The numbers of the places that bear the folded name, likeliest first; for `get`."""
        if len(self._files) == 1:
            return self._files[0].rows(folded_name)
        found: list[tuple[int, int, int]] = []
        for number, file in enumerate(self._files):
            rank = 1 << 62
            for row in file.rows(folded_name):
                rank = min(rank, file.rank(row))  # each registry's own order stays: a by-name comes behind names
                found.append((-rank, len(found), number << _BITS | row))
        return tuple(number for *_, number in sorted(found))

    def begins(self, folded_word: str) -> bool:
        """Whether some name begins with the folded word, or is it; quickly asked, before `longest`."""
        return self._begins(folded_word)

    def longest(self, words: Sequence[str], at: int, limit: int = 6, *, language: str | None = None) -> PlaceRun | None:
        """The longest run of folded words from `at` that is a name, with who bears it; None where none is.

        `weak` tells that the name is a common word or forename of the language (of any, where none is given).
        """
        if not self._begins(words[at].partition(" ")[0]):
            return None
        joined = " ".join(words[at : at + limit])
        best = 0
        for trie in self._tries:
            for prefix in trie.prefixes(joined):
                length = len(prefix)
                if length > best and (length == len(joined) or joined[length] == " "):
                    best = length
        if not best:
            return None
        name = joined[:best]
        common = self._common if language is None else self._words.common.get(language, ())
        return PlaceRun(name.count(" ") + 1, self.ids(name), name in common)

    def find(self, name: str) -> tuple[PlaceEntry, ...]:
        """The places that the name can mean, likeliest first: as spelt, else without its kind word, else by a looser spelling.

        A kind word puts the places of that kind first: "محافظة حلب" the province, "مدينة حلب" the city.
        """
        found = self._as_spelt(name)
        if found:
            return found
        for form in spellings(name):
            for bare, kinds in self._kind_words.without(form):
                of_kind = self._as_spelt(bare)
                if of_kind:
                    return tuple(sorted(of_kind, key=lambda entry: entry.kind not in kinds))
        key = loose(name)
        return self._entries(self.ids(key)) if key else ()

    def get(self, id: str | int) -> PlaceEntry:
        """The place with that id or number.

        Raises:
            RegistryError: when no loaded registry has it.
        """
        if isinstance(id, int):
            return self._entry(id)
        found = self.find_id(id)
        if found is None:
            raise RegistryError(f"no place has the id {id!r} in {', '.join(str(file.path) for file in self._files)}")
        return found

    def find_id(self, id: str) -> PlaceEntry | None:
        """The place with that id, or None."""
        for number, file in enumerate(self._files):
            row = file.find_row(id)
            if row is not None:
                return self._entry(number << _BITS | row)
        return None

    def country(self, code: str) -> PlaceEntry | None:
        """The country with that ISO 3166-1 alpha-2 code, as a place."""
        row = self._country_rows.get(code)
        return None if row is None else self._entry(row)

    def country_codes(self, code: str) -> Country | None:
        """The country's codes in other lists: ISO alpha-3, UN M49, Gleditsch-Ward."""
        return self._countries.get(code)

    def adjective(self, folded_word: str, language: str) -> str | None:
        """The country whose people or things the folded word means: الامريكيه, american, امریکی give US.

        English "us" is a pronoun as well: the caller looks at its capitals.
        """
        return self._words.adjectives.get(language, {}).get(folded_word)

    def adjectives(self, language: str) -> Mapping[str, str]:
        """All folded words of a language that `adjective` knows, with their countries."""
        return self._words.adjectives.get(language, {})

    def kind_word(self, folded_words: str) -> tuple[str, ...]:
        """The kinds of place that folded words such as محافظه or "city of" announce; () where they announce none."""
        return self._kind_words.kinds(folded_words)

    def is_common(self, folded_name: str, language: str) -> bool:
        """Whether the folded name is a common word of the language too, to be believed only beside a kind word or another place."""
        return folded_name in self._words.common.get(language, ())

    def near(self, lat: float, lon: float, km: float) -> tuple[PlaceEntry, ...]:
        """The places within `km` of the point, nearest first."""
        tall = km / _KM_A_DEGREE
        highest = abs(lat) + tall
        wide = 180.0 if highest >= 89 else min(180.0, tall / cos(radians(highest)))
        found = []
        for number, file in enumerate(self._files):
            for row, at, on in file.rows_between(lat - tall, lon - wide, lat + tall, lon + wide):
                distance = distance_km(lat, lon, at, on)
                if distance <= km:
                    found.append((distance, number << _BITS | row))
        return self._entries([number for _, number in sorted(found)])

    def _begins_name(self, word: str) -> bool:
        """Whether a name begins with the folded word; most words of a text begin none, and are asked for again and again."""
        return any(word in trie or next(trie.iterkeys(word + " "), None) is not None for trie in self._tries)

    def _as_spelt(self, name: str) -> tuple[PlaceEntry, ...]:
        for form in spellings(name):
            numbers = self.ids(form) if form and not form.startswith(LOOSE) else ()
            if numbers:
                return self._entries(numbers)
        return ()

    def _entries(self, numbers: Sequence[int]) -> tuple[PlaceEntry, ...]:
        """Each place once, though two registries may hold it."""
        entries: dict[str, PlaceEntry] = {}
        for entry in map(self._entry, numbers):
            entries.setdefault(f"geonames:{entry.geonames}" if entry.geonames else entry.id, entry)
        return tuple(entries.values())

    def _read_entry(self, number: int) -> PlaceEntry:
        file = number >> _BITS
        if not 0 <= file < len(self._files) or (number & (1 << _BITS) - 1) >= self._files[file].count:
            raise RegistryError(f"no place has the number {number}")
        return self._files[file].entry(number & (1 << _BITS) - 1)


def load_places(extra: Sequence[Path] = ()) -> Places:
    """The shipped places and those of the user's registries in `extra` (`.sqlite` files that `import_places` wrote).

    Raises:
        RegistryError: when a registry is missing or was written by another version.
    """
    shipped = str(BUILT / "places.sqlite")
    return _open(shipped, *map(str, extra)) if extra else _shipped(shipped)


@lru_cache(maxsize=1)
def _shipped(path: str) -> Places:
    return _open(path)


def _open(*paths: str) -> Places:
    return Places([RegistryFile(Path(path)) for path in paths], load_words())


@lru_cache(maxsize=1)
def load_words() -> Words:
    """The compiled words of countries and kinds of place."""
    path = BUILT / "words.json"
    try:
        return msgspec.json.decode(path.read_bytes(), type=Words)
    except (OSError, msgspec.DecodeError) as error:
        raise RegistryError(f"{path}: {error}: build it with tools/build_registries.py") from error


def distance_km(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """The great-circle distance in kilometres."""
    a, b = radians(lat), radians(other_lat)
    half = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(radians(other_lon - lon) / 2) ** 2
    return 2 * _EARTH_KM * asin(min(1.0, sqrt(half)))
