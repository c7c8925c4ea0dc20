"""A registry's three files: rows (SQLite), names (a marisa trie) and, for each name, the places that bear it, likeliest first.

Written whole and moved into place; opened read-only, names and lists of places mapped into memory, rows read when asked for.

How it works
1. `X.sqlite` holds a row a place; rowid - 1 is the place's row number. Of GeoNames' places in our own registry it leaves out what can be
   told otherwise (id, precision, Latin spellings beside the name): they are nine in ten.
2. `X.marisa` gives each key a number from 0.
3. `X.refs` is an array of 32-bit numbers: head (version, rows, keys), one value a key, one rank a row, then the long lists. A value
   below 2^31 is the row itself; else its lower bits are where in the file a list of rows stands, its length first.
"""

import json
import mmap
import os
import sqlite3
import threading
from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from math import floor
from pathlib import Path
from typing import Any
from urllib.parse import quote

import marisa_trie

from tahqiq.errors import RegistryError
from tahqiq.registries.entries import SETTLEMENTS, PlaceEntry
from tahqiq.registries.names import KindWords, keys_of, spellings

VERSION = 1
_MANY = 1 << 31
_HEAD = 3
_SCHEMA = """
create table place (
  id text, name text not null, kind text not null, country text, admin1 text, admin2 text, lat integer not null,
  lon integer not null, precision text, population integer not null, origin text not null, weak integer not null,
  geonames integer, wikidata text, names text, cell integer not null);
"""
_INDEXES = """
create index place_cell on place (cell);
create index place_id on place (id) where id is not null;
create index place_geonames on place (geonames) where geonames is not null;
"""
_COLUMNS = "id, name, kind, country, lat, lon, precision, admin1, admin2, population, weak, origin, geonames, wikidata, names"
_SCALE = 10_000  # degrees are kept as whole ten-thousandths, some ten metres

# What a bare name most often means: a city rather than its province, a province rather than a village.
_KIND_RANK = {
    kind: rank
    for rank, kinds in enumerate((
        ("quarter",), ("village",), ("site", "road", "bridge", "hospital", "dam", "border"), ("camp", "prison", "crossing", "port"),
        ("base", "airfield", "airport", "oil_field", "gas_field"), ("district",), ("town",),
        ("mountain", "river", "island", "desert", "sea", "region"), ("province",), ("city",), ("country",),
    ))
    for kind in kinds
}  # fmt: skip
_LARGE = {"city", "province", "region", "sea", "mountain", "river", "island", "desert"}
# Inhabitants from which a place keeps its name though it is a common word: Latin names have capitals to tell them by (Nice, Reading).
_LATIN_TOWN = 15_000
_CITY = 100_000
_WORLD_CITY = 1_000_000  # inhabitants: New York is meant before a village of that name in our lists


def rank(entry: PlaceEntry) -> int:
    """How likely a bare name means this place: countries, our own larger places, the world's cities, our own, then by population."""
    if entry.kind == "country":
        tier = 6
    elif entry.origin == "own" and entry.kind in _LARGE:
        tier = 5
    elif entry.population >= _WORLD_CITY and entry.kind in SETTLEMENTS:
        tier = 4
    elif entry.origin == "own":
        tier = 3
    elif entry.kind == "province":
        tier = 2
    else:
        tier = 1
    by_kind = _KIND_RANK[entry.kind] if entry.origin == "own" else 0
    people = min(entry.population >> 6, (1 << 20) - 1)
    return tier << 28 | by_kind << 24 | (people if not entry.weak else people >> 4)


def rank_by(key: str, entry: PlaceEntry) -> int:
    """How likely the folded key means this place: a city abroad is seldom meant by what GeoNames calls it too (San Diego: San Miguel).

    GeoNames' own names are in Latin letters; of its names in other scripts none is told apart.
    """
    if entry.origin != "geonames" or entry.kind not in SETTLEMENTS or not key.isascii():
        return rank(entry)
    if any(name == key or name.startswith(key + " ") for name in spellings(entry.name)):
        return rank(entry)
    return 1 << 28 | min(entry.population >> 12, (1 << 20) - 1)


def write_registry(entries: Iterable[PlaceEntry], path: Path, kind_words: KindWords, *, common: Collection[str] = ()) -> dict[str, int]:
    """The registry of these places at `path` (`.sqlite`) with its names beside it; counts of places and names.

    What stood there before is replaced once all is written. GeoNames' smaller places are not found by folded words of `common`.
    """
    rows = list(entries)
    path.parent.mkdir(parents=True, exist_ok=True)
    parts = [_unfinished(part) for part in _parts(path)]
    for part in parts:
        part.unlink(missing_ok=True)
    _write_rows(rows, parts[0])
    count = _write_names(rows, parts[1], parts[2], kind_words, common)
    for part, final in zip(parts, _parts(path)):
        part.replace(final)
    return {"places": len(rows), "names": count}


def _parts(path: Path) -> tuple[Path, Path, Path]:
    return path, path.with_suffix(".marisa"), path.with_suffix(".refs")


def _unfinished(path: Path) -> Path:
    return path.with_name(f"{path.name}.{os.getpid()}.part")


def _write_rows(rows: Sequence[PlaceEntry], path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.executescript(f"pragma journal_mode=off; pragma synchronous=off; pragma page_size=8192; {_SCHEMA}")
    connection.executemany(
        f"insert into place ({_COLUMNS}, cell) values ({', '.join('?' * 16)})",
        map(_columns, rows),
    )
    connection.executescript(_INDEXES)
    connection.commit()
    connection.close()


def _columns(place: PlaceEntry) -> tuple[object, ...]:
    shipped = place.origin == "geonames" and place.id == f"geonames:{place.geonames}"
    names = {language: forms for language, forms in place.names.items() if not shipped or language != "en"}
    return (
        None if shipped else place.id, place.name, place.kind, place.country, round(place.lat * _SCALE), round(place.lon * _SCALE),
        None if place.precision == "settlement" else place.precision, place.admin1, place.admin2, place.population, int(place.weak),
        place.origin, place.geonames, place.wikidata, json.dumps(names, ensure_ascii=False, separators=(",", ":")) if names else None,
        _cell(place.lat, place.lon),
    )  # fmt: skip


def _write_names(rows: Sequence[PlaceEntry], trie_path: Path, refs_path: Path, kind_words: KindWords, common: Collection[str]) -> int:
    ranks = [rank(row) for row in rows]
    bearers: dict[str, list[int]] = {}
    for number, row in enumerate(rows):
        abroad = row.origin in ("geonames", "imported") and row.kind in SETTLEMENTS
        for key in keys_of(row, kind_words):
            if abroad and key in common and row.population < (_LATIN_TOWN if key.isascii() else _CITY):
                continue
            bearers.setdefault(key, []).append(number)
    trie = marisa_trie.Trie(bearers.keys())
    trie.save(str(trie_path))
    values, lists = array("I", bytes(4 * len(bearers))), array("I")
    base = _HEAD + len(bearers) + len(rows)
    for key, numbers in bearers.items():
        if len(numbers) == 1:
            values[trie[key]] = numbers[0]
            continue
        numbers.sort(key=lambda number: (-rank_by(key, rows[number]), -ranks[number], rows[number].id))
        values[trie[key]] = _MANY | (base + len(lists))
        lists.append(len(numbers))
        lists.extend(numbers)
    with refs_path.open("wb") as file:
        for part in (array("I", (VERSION, len(rows), len(bearers))), values, array("I", ranks), lists):
            part.tofile(file)
    return len(bearers)


def _cell(lat: float, lon: float) -> int:
    return (floor(lat) + 90) * 360 + (floor(lon) + 180) % 360


class RegistryFile:
    """An opened registry: names to row numbers without reading a row; rows on request, in any thread or forked process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        rows, trie, refs = _parts(path)
        for part in (rows, trie, refs):
            if not part.is_file():
                raise RegistryError(f"{part}: is missing: import the registry again, or build it with tools/build_registries.py")
        self.trie = marisa_trie.Trie()
        try:
            self.trie.mmap(str(trie))
            self._refs = _mapped(refs)
        except (OSError, RuntimeError, ValueError) as error:
            raise RegistryError(f"{path}: its names cannot be read ({error}): import or build it again") from error
        if len(self._refs) < _HEAD or self._refs[0] != VERSION:
            raise RegistryError(f"{refs}: was written by another version or machine: import or build it again")
        self.count = self._refs[1]
        self._ranks = _HEAD + self._refs[2]
        self._local = threading.local()

    def rows(self, key: str) -> tuple[int, ...]:
        """The row numbers of the places that bear the key, likeliest first."""
        number = self.trie.get(key)
        if number is None:
            return ()
        value = self._refs[_HEAD + number]
        if value < _MANY:
            return (value,)
        at = value - _MANY + 1
        return tuple(self._refs[at : at + self._refs[at - 1]])

    def rank(self, row: int) -> int:
        """The rank by which places of several registries are put in one order."""
        return self._refs[self._ranks + row]

    def entry(self, row: int) -> PlaceEntry:
        """The place of that row number."""
        found = self._connection().execute(f"select {_COLUMNS} from place where rowid = ?", (row + 1,)).fetchone()
        return _entry(found)

    def find_row(self, id: str) -> int | None:
        """The row number of the place with that id (GeoNames' places as geonames:NUMBER)."""
        ask = self._connection().execute
        found = ask("select rowid from place where id = ?", (id,)).fetchone()
        kind, _, number = id.partition(":")
        if found is None and kind == "geonames" and number.isdigit():
            found = ask("select rowid from place where geonames = ?", (int(number),)).fetchone()
        return found[0] - 1 if found else None

    def country_rows(self) -> Mapping[str, int]:
        """The row number of each country by its code."""
        rows = self._connection().execute("select country, rowid from place where kind = 'country' order by rowid desc")
        return {code: rowid - 1 for code, rowid in rows if code}

    def rows_between(self, south: float, west: float, north: float, east: float) -> Iterator[tuple[int, float, float]]:
        """Row number, lat and lon of each place between these degrees; `west` may be the greater, over the 180th meridian."""
        width = int(floor(east) - floor(west)) % 360 if east < west or east - west < 359 else 359
        for lat in range(max(-90, floor(south)), min(90, floor(north)) + 1):
            cells = [_cell(lat, floor(west) + step) for step in range(width + 1)]
            asked = f"select rowid, lat, lon from place where cell in ({', '.join('?' * len(cells))})"
            for rowid, at, on in self._connection().execute(asked, cells):
                yield rowid - 1, at / _SCALE, on / _SCALE

    def entries(self) -> Iterator[PlaceEntry]:
        """Every place, in the order written."""
        return map(_entry, self._connection().execute(f"select {_COLUMNS} from place order by rowid"))

    def _connection(self) -> sqlite3.Connection:
        # A connection serves one thread and does not survive a fork.
        if getattr(self._local, "process", None) != os.getpid():
            address = f"file:{quote(str(self.path.resolve()))}?mode=ro&immutable=1"
            self._local.connection = sqlite3.connect(address, uri=True)
            self._local.process = os.getpid()
        connection: sqlite3.Connection = self._local.connection
        return connection


def _mapped(path: Path) -> memoryview:
    with path.open("rb") as file:
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)).cast("I")


def _entry(row: tuple[Any, ...]) -> PlaceEntry:
    id, name, kind, country, lat, lon, precision, admin1, admin2, population, weak, origin, geonames, wikidata, names = row
    return PlaceEntry(
        id=id or f"geonames:{geonames}", name=name, kind=kind, country=country, lat=lat / _SCALE, lon=lon / _SCALE,
        precision=precision or "settlement", admin1=admin1, admin2=admin2, population=population, weak=bool(weak), origin=origin,
        geonames=geonames, wikidata=wikidata,
        names={language: tuple(forms) for language, forms in json.loads(names).items()} if names else {},
    )  # fmt: skip
