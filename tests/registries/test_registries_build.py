"""The shipped registries are built from the lists, small enough to ship, and only when something changed."""

import json
import zipfile
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from tahqiq.registries.entries import PlaceEntry
from tahqiq.registries.names import KindWords, keys_of, language_of
from tahqiq.registries.places import BUILT

LARGEST_MB = 15


def test_what_is_built_ships_in_less_than_fifteen_megabytes(shipped_counts: dict[str, int], tmp_path: Path) -> None:
    archive = tmp_path / "built.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in BUILT.iterdir():
            packed.write(path, path.name)
    assert archive.stat().st_size < LARGEST_MB * 1_000_000
    assert shipped_counts["places"] > 100_000


def test_a_second_build_finds_nothing_to_do(build_tool: ModuleType, shipped_counts: dict[str, int]) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in BUILT.iterdir()}
    assert build_tool.build() == shipped_counts
    assert {path.name: path.stat().st_mtime_ns for path in BUILT.iterdir()} == before


def test_the_sources_are_named_beside_what_was_built_from_them(shipped_counts: dict[str, int]) -> None:
    sources = json.loads((BUILT / "manifest.json").read_text(encoding="utf-8"))["sources"]
    assert "CC BY 4.0" in sources["GeoNames"]
    assert "Unicode" in sources["CLDR"]


def _town(**changes: object) -> PlaceEntry:
    return replace(PlaceEntry("own-town", "Mayadin", "town", "SY", 35.02, 40.45, "settlement", admin1="Deir ez-Zor"), **changes)  # type: ignore[arg-type]


def _city(**changes: object) -> PlaceEntry:
    city = PlaceEntry("geonames:1", "Mayadin", "town", "SY", 35.03, 40.46, "settlement", population=44_000, origin="geonames", geonames=1)
    return replace(city, **changes)  # type: ignore[arg-type]


MET = [
    ("same-name-near", {}, True),
    ("same-name-far", {"lat": 34.5}, False),
    ("other-name-near", {"name": "Asharah"}, False),
    ("other-country", {"country": "IQ"}, False),
    ("by-another-name", {"name": "Meyedine", "names": {"ar": ("الميادين",)}}, True),
]


@pytest.mark.parametrize(("changes", "met"), [case[1:] for case in MET], ids=[case[0] for case in MET])
def test_a_city_of_geonames_is_ours_where_names_meet_within_twelve_kilometres(
    build_tool: ModuleType, changes: dict[str, object], met: bool
) -> None:
    own = [_town(names={"ar": ("الميادين",)})]
    places = build_tool._with_cities(own, [(_city(**changes), "07")], {})
    assert len(places) == (1 if met else 2)
    assert places[0].population == (44_000 if met else 0)
    assert places[0].geonames == (1 if met else None)


def test_a_unit_is_told_by_the_towns_that_are_ours(build_tool: ModuleType) -> None:
    far = _city(id="geonames:2", name="Asharah", geonames=2, lat=34.9)
    places = build_tool._with_cities([_town()], [(_city(), "07"), (far, "07"), (replace(far, id="geonames:3", geonames=3), "08")], {})
    assert [place.admin1 for place in places] == ["Deir ez-Zor", "Deir ez-Zor", None]


LANGUAGES = [
    ("Deir ez-Zor", "en"), ("DEZ", None), ("derizoru", None), ("Ab", None), ("Zor 2", None), ("دير الزور", "ar"), ("دیرالزور", "fa"),
    ("مستونگ", "fa"), ("باجوڑ", "ur"), ("ننګرهار", "ps"), ("دێرەزوور", "ckb"),
    ("كاشغەر ۋىلايىتى", None), ("حل", None), ("Дейр", None), ("代尔祖尔", None),
]  # fmt: skip


@pytest.mark.parametrize(("form", "language"), LANGUAGES, ids=[form for form, _ in LANGUAGES])
def test_letters_suggest_the_language_of_a_name_that_bears_none(form: str, language: str | None) -> None:
    assert language_of(form) == language


def test_a_place_of_geonames_has_no_keys_of_one_or_two_letters() -> None:
    assert keys_of(_city(names={"ar": ("حل",), "en": ("Y",)}), KindWords([])) == {"mayadin"}
