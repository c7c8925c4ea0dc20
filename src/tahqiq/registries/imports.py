"""A user's own registry of places, from what the world publishes: GeoNames dumps, Who's On First tables, OCHA p-code tables.

Comes in: files as published, plain, gzipped or zipped. Goes out: a registry beside ours for `load_places`. The format is told by a
file's columns:
- GeoNames dump: 19 columns without a head, https://download.geonames.org/export/dump/readme.txt
- GeoNames alternateNamesV2: 8 to 10 columns without a head, the first two numbers
- Who's On First: a head that begins with wof_id, names by language joined by |
- OCHA p-codes: the head iso3, level, pcode, name, parent. They bear no coordinates: a unit takes those of the unit of that name.
"""

import gzip
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from tahqiq.errors import RegistryError
from tahqiq.fold import folded, name_key
from tahqiq.registries.entries import PlaceEntry
from tahqiq.registries.lists import LANGUAGES
from tahqiq.registries.names import KindWords, language_of, names_of
from tahqiq.registries.places import BUILT, load_words
from tahqiq.registries.store import RegistryFile, write_registry

GEONAMES = "https://download.geonames.org/export/dump"
_GEONAMES_COLUMNS = 19
_WOF = ("wof_id", "placetype", "name", "country", "lat", "lon")
_OCHA = ("iso3", "level", "pcode", "name", "parent")

# https://www.geonames.org/export/codes.html: what conflict reports name; schools, farms, wells and hotels are left out,
# and countries, which are all in ours.
_FEATURES: dict[str, tuple[str, str]] = {
    "ADM1": ("province", "province"), "ADM2": ("district", "district"), "ADM3": ("district", "district"),
    "ADM4": ("district", "district"), "ADMD": ("district", "district"), "RGN": ("region", "region"), "PPLX": ("quarter", "site"),
    "AIRP": ("airport", "site"), "AIRB": ("base", "site"), "AIRF": ("airfield", "site"), "AIRH": ("airfield", "site"),
    "INSM": ("base", "site"), "MILB": ("base", "site"), "FT": ("base", "site"), "NVB": ("base", "site"), "HSP": ("hospital", "site"),
    "PRN": ("prison", "site"), "DAM": ("dam", "site"), "BDG": ("bridge", "site"), "CMPRF": ("camp", "site"), "CMPREF": ("camp", "site"),
    "OILF": ("oil_field", "site"), "GASF": ("gas_field", "site"), "OILR": ("site", "site"), "PS": ("site", "site"),
    "PRT": ("port", "site"), "HBR": ("port", "site"), "PSTB": ("crossing", "site"), "RD": ("road", "site"), "UNIV": ("site", "site"),
    "MT": ("mountain", "site"), "MTS": ("mountain", "region"), "HLL": ("mountain", "site"), "ISL": ("island", "region"),
    "ISLS": ("island", "region"), "DSRT": ("desert", "region"), "STM": ("river", "region"), "SEA": ("sea", "region"),
    "GULF": ("sea", "region"), "STRT": ("sea", "region"), "VAL": ("region", "region"), "PASS": ("site", "site"),
}  # fmt: skip
_PLACETYPES: dict[str, tuple[str, str]] = {
    "region": ("province", "province"), "county": ("district", "district"), "localadmin": ("district", "district"),
    "borough": ("quarter", "site"), "macrohood": ("quarter", "site"), "neighbourhood": ("quarter", "site"), "campus": ("site", "site"),
}  # fmt: skip
_CAMPUSES = ((r"\bair ?base\b|\bair force base\b", "base"), (r"\bairport\b", "airport"), (r"\bairfield\b|\bairstrip\b", "airfield"))


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: places and names now in the registry, places taken by file, rows left out by file."""

    places: int
    names: int
    taken: dict[str, int]
    left_out: dict[str, int]


@dataclass(frozen=True, slots=True)
class _Unit:
    """A p-code unit that waits for a point."""

    code: str
    name: str
    country: str
    kind: str
    parent: str


@dataclass(slots=True)
class _Gathered:
    """What the files gave so far."""

    places: dict[str, PlaceEntry]
    alternates: dict[int, dict[str, list[str]]]
    units: list[tuple[str, _Unit]]
    taken: dict[str, int]
    left_out: dict[str, int]


def import_places(files: Sequence[Path], registry_path: Path) -> Imported:
    """The places of the files are in the registry at `registry_path` (`.sqlite`), beside those it held; newer rows replace theirs.

    Raises:
        RegistryError: naming file and line; the registry is then as it was.
    """
    gathered = _Gathered({}, {}, [], {}, {})
    if registry_path.is_file():
        gathered.places.update((entry.id, entry) for entry in RegistryFile(registry_path).entries())
    for path in files:
        taken, left_out = _gather(path, gathered)
        gathered.taken[path.name] = taken
        gathered.left_out[path.name] = left_out
    _name_by_language(gathered)
    _place_units(gathered)
    words = load_words()
    common = frozenset[str]().union(*words.common.values())
    written = write_registry(gathered.places.values(), registry_path, KindWords(words.kind_words), common=common)
    return Imported(written["places"], written["names"], gathered.taken, gathered.left_out)


def fetch_places(countries: Sequence[str], base_url: str, registry_path: Path) -> Imported:
    """GeoNames' dumps of the countries (ISO 3166-1 alpha-2) are downloaded and imported.

    Raises:
        RegistryError: when a code is none, or an address does not answer with a dump.
    """
    import httpx

    for code in countries:
        if not re.fullmatch("[A-Za-z]{2}", code):
            raise RegistryError(f"{code!r} is no ISO 3166-1 country code of two letters")
    with TemporaryDirectory() as folder, httpx.Client(timeout=60, follow_redirects=True) as client:
        paths = []
        for code in dict.fromkeys(code.upper() for code in countries):
            address = f"{base_url.rstrip('/')}/{code}.zip"
            try:
                answer = client.get(address).raise_for_status()
            except httpx.HTTPError as error:
                raise RegistryError(f"{address}: could not be fetched: {error}") from error
            paths.append(Path(folder, f"{code}.zip"))
            paths[-1].write_bytes(answer.content)
        return import_places(paths, registry_path)


def _gather(path: Path, gathered: _Gathered) -> tuple[int, int]:
    lines = _lines(path)
    try:
        head = next(lines, "")
        columns = head.split("\t")
        lines = _again(head, lines)
        if tuple(columns[: len(_WOF)]) == _WOF:
            return _gather_wof(path, lines, gathered)
        if tuple(columns) == _OCHA:
            return _gather_ocha(path, lines, gathered)
        if len(columns) == _GEONAMES_COLUMNS and columns[0].isdigit():
            return _gather_geonames(path, lines, gathered)
        if 4 <= len(columns) <= 10 and columns[0].isdigit() and columns[1].isdigit():
            return _gather_alternates(path, lines, gathered)
    except UnicodeDecodeError as error:
        raise RegistryError(f"{path.name}: is not UTF-8: {error.reason}") from error
    except (OSError, EOFError, zipfile.BadZipFile) as error:
        raise RegistryError(f"{path.name}: cannot be read: {error}") from error
    raise RegistryError(
        f"{path.name}, line 1: {len(columns)} tab-separated columns are no GeoNames dump (19), alternate names (4 to 10), "
        "Who's On First table (wof_id …) or p-code table (iso3 level pcode name parent)"
    )


def _again(head: str, lines: Iterator[str]) -> Iterator[str]:
    yield head
    yield from lines


def _lines(path: Path) -> Iterator[str]:
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            members = [name for name in archive.namelist() if name.endswith((".txt", ".tsv")) and not name.lower().startswith("readme")]
            if len(members) != 1:
                raise RegistryError(f"{path.name}: must hold one table (.txt), holds {', '.join(members) or 'none'}")
            with archive.open(members[0]) as file:
                yield from _stripped(io.TextIOWrapper(file, encoding="utf-8-sig", newline="\n"))
        return
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as raw:
        yield from _stripped(io.TextIOWrapper(raw, encoding="utf-8-sig", newline="\n"))


def _stripped(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield line.rstrip("\r\n")


@dataclass(slots=True)
class _Line:
    """One line of a table with its number, for messages."""

    file: str
    number: int
    cells: Sequence[str]

    def refuse(self, why: str) -> RegistryError:
        return RegistryError(f"{self.file}, line {self.number}: {why}")

    def degrees(self, column: int, name: str, limit: float) -> float:
        try:
            value = float(self.cells[column])
        except ValueError:
            value = float("nan")
        if not -limit <= value <= limit:
            raise self.refuse(f"{name} is {self.cells[column]!r}, not a number between {-limit:g} and {limit:g}")
        return value

    def whole(self, column: int, name: str) -> int:
        cell = self.cells[column]
        if cell and not cell.isdigit():
            raise self.refuse(f"{name} is {cell!r}, not a whole number")
        return int(cell or 0)

    def country(self, column: int) -> str | None:
        cell = self.cells[column]
        if cell and not re.fullmatch("[A-Z]{2}", cell):
            raise self.refuse(f"country is {cell!r}, not an ISO 3166-1 code")
        return cell or None


def _table(path: Path, lines: Iterable[str], least: int, most: int, what: str, *, first: int = 1) -> Iterator[_Line]:
    for number, text in enumerate(lines, start=first):
        if not text:
            continue
        line = _Line(path.name, number, text.split("\t"))
        if not least <= len(line.cells) <= most:
            raise line.refuse(f"{len(line.cells)} columns, not {least} as {what} has")
        yield line


def _gather_geonames(path: Path, lines: Iterator[str], gathered: _Gathered) -> tuple[int, int]:
    units: dict[tuple[str, str], str] = {}
    waiting: list[tuple[PlaceEntry, str, str]] = []
    left_out = 0
    for line in _table(path, lines, _GEONAMES_COLUMNS, _GEONAMES_COLUMNS, "a GeoNames dump"):
        number, name, country, population = line.whole(0, "geonameid"), line.cells[1], line.country(8), line.whole(14, "population")
        lat, lon = line.degrees(4, "latitude", 90), line.degrees(5, "longitude", 180)
        if not number or not name:
            raise line.refuse("geonameid or name is missing")
        code = line.cells[7]
        if code == "ADM1":
            units[country or "", line.cells[10]] = _unit_name(name)
        elif code == "ADM2":
            units[country or "", f"{line.cells[10]}.{line.cells[11]}"] = _unit_name(name)
        kind = _geonames_kind(line.cells[6], code, population)
        if kind is None:
            left_out += 1
            continue
        entry = PlaceEntry(
            id=f"geonames:{number}", name=name, kind=kind[0], country=country, lat=lat, lon=lon, precision=kind[1],
            population=population, origin="imported", geonames=number, names=_untagged(line.cells[3].split(",")),
        )  # fmt: skip
        waiting.append((entry, line.cells[10], line.cells[11]))
    for entry, first, second in waiting:
        unit, district = units.get((entry.country or "", first)), units.get((entry.country or "", f"{first}.{second}"))
        gathered.places[entry.id] = replace(entry, admin1=unit, admin2=district)
    return len(waiting), left_out


def _geonames_kind(feature_class: str, code: str, population: int) -> tuple[str, str] | None:
    if code in _FEATURES:
        return _FEATURES[code]
    if feature_class != "P" or code in ("PPLH", "PPLCH"):
        return None
    if code in ("PPLC", "PPLA"):
        return "city", "settlement"
    return settlement_kind(population), "settlement"


def settlement_kind(population: int) -> str:
    """City, town or village by inhabitants; GeoNames' count is nought where unknown."""
    return "city" if population >= 100_000 else "town" if population >= 5_000 else "village"


def _unit_name(name: str) -> str:
    return (
        re.sub(r"(?i)^(?:muḩāfaz̧at|mohafazat|province of)\s+|\s+(?:governorate|province|district|region|county|oblast)$", "", name) or name
    )


def _gather_alternates(path: Path, lines: Iterator[str], gathered: _Gathered) -> tuple[int, int]:
    taken = left_out = 0
    for line in _table(path, lines, 4, 10, "a table of alternate names"):
        number, language, name = line.whole(1, "geonameid"), line.cells[2], line.cells[3]
        language = {"prs": "fa", "pes": "fa", "pnb": "ur", "arz": "ar", "ku": "ckb"}.get(language, language)
        historic = len(line.cells) > 7 and line.cells[7] == "1"
        if language in LANGUAGES and name and not historic:
            gathered.alternates.setdefault(number, {}).setdefault(language, []).append(name)
            taken += 1
        else:
            left_out += 1
    return taken, left_out


def _name_by_language(gathered: _Gathered) -> None:
    """Names with their languages come before those whose language was guessed."""
    for number, named in gathered.alternates.items():
        entry = gathered.places.get(f"geonames:{number}")
        if entry is None:
            continue
        tagged = {folded(form) for forms in named.values() for form in forms}
        names = {language: tuple(forms) for language, forms in named.items()}
        for language, forms in entry.names.items():
            names[language] = tuple(dict.fromkeys((*names.get(language, ()), *(f for f in forms if folded(f) not in tagged))))
        gathered.places[entry.id] = replace(entry, names={language: forms for language, forms in names.items() if forms})


def _untagged(forms: Iterable[str]) -> dict[str, tuple[str, ...]]:
    names: dict[str, list[str]] = {}
    for form in forms:
        language = language_of(form)
        if language:
            names.setdefault(language, []).append(form.strip())
    return {language: tuple(dict.fromkeys(found)) for language, found in names.items()}


def _gather_wof(path: Path, lines: Iterator[str], gathered: _Gathered) -> tuple[int, int]:
    columns = next(lines).split("\t")
    at = {name: number for number, name in enumerate(columns)}
    missing = [name for name in ("region", "county", "geonameid", "wikidata", "population", "names_en") if name not in at]
    if missing:
        raise RegistryError(f"{path.name}, line 1: the column {missing[0]} is missing")
    taken = left_out = 0
    for line in _table(path, lines, len(columns), len(columns), "its head", first=2):
        kind, precision = _PLACETYPES.get(line.cells[at["placetype"]], ("", ""))
        population = line.whole(at["population"], "population")
        if line.cells[at["placetype"]] == "locality":
            kind, precision = settlement_kind(population), "settlement"
        names = _wof_names(line, at)
        name = line.cells[at["name"]]
        if not kind or not name:
            left_out += 1
            continue
        if kind == "site":
            kind = next((k for pattern, k in _CAMPUSES for form in (name, *names.get("en", ())) if re.search(pattern, form.lower())), kind)
        entry = PlaceEntry(
            id=f"wof:{line.cells[0]}", name=name, kind=kind, country=line.country(at["country"]),
            lat=line.degrees(at["lat"], "lat", 90), lon=line.degrees(at["lon"], "lon", 180), precision=precision,
            admin1=line.cells[at["region"]] or None, admin2=line.cells[at["county"]] or None, population=population,
            origin="imported", geonames=line.whole(at["geonameid"], "geonameid") or None,
            wikidata=line.cells[at["wikidata"]] or None, names=names,
        )  # fmt: skip
        gathered.places[entry.id] = entry
        taken += 1
    return taken, left_out


def _wof_names(line: _Line, at: dict[str, int]) -> dict[str, tuple[str, ...]]:
    names = {}
    for language in LANGUAGES:
        column = at.get(f"names_{language}")
        forms = tuple(dict.fromkeys(form.strip() for form in line.cells[column].split("|") if form.strip())) if column else ()
        if language == "en":
            # An airport's codes stand among its names.
            forms = tuple(form for form in forms if not re.fullmatch("[A-Z]{3,4}", form))
        if forms:
            names[language] = forms
    return names


def _gather_ocha(path: Path, lines: Iterator[str], gathered: _Gathered) -> tuple[int, int]:
    codes = {country.iso3: country.code for country in load_words().countries}
    before = len(gathered.units)
    next(lines)
    for line in _table(path, lines, len(_OCHA), len(_OCHA), "a p-code table", first=2):
        iso3, level, code, name, parent = line.cells
        if iso3 not in codes:
            raise line.refuse(f"{iso3!r} is no ISO 3166-1 alpha-3 code")
        if level not in ("1", "2") or not code or not name:
            raise line.refuse("level must be 1 or 2, pcode and name must be given")
        kind = "province" if level == "1" else "district"
        gathered.units.append((path.name, _Unit(code, name, codes[iso3], kind, parent)))
    return len(gathered.units) - before, 0


def _place_units(gathered: _Gathered) -> None:
    """Each p-code unit takes the point of the unit of its name, else of the settlement of its name, else of its parent.

    What finds none is left out and counted: no place stands without a point.
    """
    if not gathered.units:
        return
    points = _points(gathered.places.values())
    by_code: dict[str, PlaceEntry] = {}
    for file, unit in sorted(gathered.units, key=lambda item: item[1].kind != "province"):
        parent = by_code.get(unit.parent)
        found = points.get((unit.country, unit.kind, name_key(unit.name)))
        point, precision = (found, unit.kind) if found else (parent, "province")
        if point is None:
            gathered.left_out[file] += 1
            gathered.taken[file] -= 1
            continue
        entry = PlaceEntry(
            id=f"ocha:{unit.code}", name=unit.name, kind=unit.kind, country=unit.country, lat=point.lat, lon=point.lon,
            precision=precision, admin1=parent.name if parent else unit.name, origin="imported", wikidata=found.wikidata if found else None,
        )  # fmt: skip
        gathered.places[entry.id] = by_code[unit.code] = entry


def _points(imported: Iterable[PlaceEntry]) -> dict[tuple[str, str, str], PlaceEntry]:
    """The entry whose point a unit of that country, kind and name takes; the imported ones before the shipped."""
    points: dict[tuple[str, str, str], PlaceEntry] = {}
    units: list[PlaceEntry] = []
    settlements: list[PlaceEntry] = []
    for entry in (*imported, *RegistryFile(BUILT / "places.sqlite").entries()):
        if entry.id.startswith("ocha:") or not entry.country:
            continue
        if entry.kind in ("province", "district"):
            units.append(entry)
        elif entry.kind in ("city", "town"):
            settlements.append(entry)
    for entry in units:
        for name in names_of(entry):
            points.setdefault((entry.country or "", entry.kind, name_key(_unit_name(name))), entry)
    for entry in sorted(settlements, key=lambda entry: -entry.population):
        for name in names_of(entry):
            points.setdefault((entry.country or "", "district", name_key(name)), entry)
    return points
