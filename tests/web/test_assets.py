"""The build of the desk's assets: pinned, without addresses, done again only where something changed."""

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
BUILT = ROOT / "src/tahqiq/web/static/built"
NEEDS_BUILD = pytest.mark.skipif(not (BUILT / "DIGEST").is_file(), reason="the assets are not built: python tools/build_assets.py")


def build_assets() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_assets", ROOT / "tools/build_assets.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_lock_file_pins_every_package_by_digest_and_names_no_address() -> None:
    text = (ROOT / "package-lock.json").read_text("utf-8")
    assert "://" not in text
    packages = json.loads(text)["packages"]
    unpinned = [name for name, package in packages.items() if name and not package.get("integrity")]
    assert not unpinned


def test_only_exact_versions_are_asked_for() -> None:
    package = json.loads((ROOT / "package.json").read_text("utf-8"))
    versions = [*package["dependencies"].values(), *package["devDependencies"].values()]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions)


@NEEDS_BUILD
def test_nothing_built_asks_for_anything_outside() -> None:
    for path in BUILT.glob("*.css"):
        addresses = re.findall(r"url\(([^)]*)\)", path.read_text("utf-8"))
        assert addresses and all(address.strip("\"'").startswith(("./", "data:", "#")) for address in addresses)


@NEEDS_BUILD
def test_unchanged_inputs_are_not_built_again(monkeypatch: pytest.MonkeyPatch) -> None:
    module = build_assets()
    if not module._is_current(BUILT, module._digest(ROOT)):
        pytest.skip("the assets are older than their sources: python tools/build_assets.py")
    monkeypatch.setattr(module, "_install", lambda *_: pytest.fail("npm was asked though nothing changed"))
    module.build(ROOT)


@NEEDS_BUILD
def test_a_missing_file_or_another_input_asks_for_a_new_build(tmp_path: Path) -> None:
    module = build_assets()
    for name in (*module.OUTPUTS, "DIGEST"):
        (tmp_path / name).write_text("x")
    assert module._is_current(tmp_path, "x") and not module._is_current(tmp_path, "y")
    (tmp_path / "map.js").unlink()
    assert not module._is_current(tmp_path, "x")


def test_a_point_inside_is_found_for_an_outline_that_bends_around_its_middle() -> None:
    crescent = [(0.0, 0.0), (10.0, 0.0), (10.0, 2.0), (2.0, 2.0), (2.0, 8.0), (10.0, 8.0), (10.0, 10.0), (0.0, 10.0)]
    lon, lat = build_assets()._inside(crescent)
    assert 0 < lon < 2 and 2 < lat < 8


@NEEDS_BUILD
def test_every_outline_is_closed_and_on_the_globe() -> None:
    features = json.loads((BUILT / "countries.geojson").read_text("utf-8"))["features"]
    assert len(features) > 230
    for feature in features:
        for polygon in feature["geometry"]["coordinates"]:
            for ring in polygon:
                assert ring[0] == ring[-1]
                assert all(-180 <= x <= 180 and -90 <= y <= 90 for x, y in ring)
