"""Places as shapes: a circle as large as the place is vague, a whole country by its outline; drawn here, alive in the browser.

What comes in are places of the model; what goes out is a `Map`: SVG paths in pixels of its own, and the same shapes as GeoJSON
for the live map. Outlines are Natural Earth's 1:50 million, made when the package is built; without them the shapes stand alone.
"""

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from tahqiq.model import Place
from tahqiq.web.contexts import Drawn, Map, MapName
from tahqiq.web.wording import Wording

BUILT = Path(__file__).parent / "static" / "built"
WIDTH, HEIGHT = 640, 440
# How far from its point a place of each precision may truly lie. Districts and provinces of the countries reported on are
# mostly within these; the figure is an order of size, not a survey.
RADIUS_KM = {"site": 1.0, "settlement": 5.0, "district": 25.0, "province": 75.0, "region": 150.0}
EXACT = frozenset({"site", "settlement"})
KM_PER_DEGREE = 111.2
NOWHERE = (25.0, 10.0, 75.0, 42.0)  # shown where nothing is placed: from Libya to Pakistan
MIN_SPAN = 6.0  # degrees: closer than this, a place stands on an empty ground without a border or a name
NAME_PIXELS = 60.0  # a country is named where it is about as wide as its name

Box = tuple[float, float, float, float]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place to show. `pixels` is the radius of a pin; None draws the place at the size of its precision."""

    place: Place
    name: str
    address: str = ""
    pixels: float | None = None


@dataclass(frozen=True, slots=True)
class Outline:
    code: str
    box: Box
    rings: tuple[tuple[Point, ...], ...]


def is_rough(place: Place) -> bool:
    """True where the place is known worse than to a town."""
    return place.precision not in EXACT


def draw(spots: Sequence[Spot], wording: Wording) -> Map:
    """The map of the places; those without coordinates are counted, countries are shown by their outline."""
    placed = [spot for spot in spots if spot.place.lat is not None and spot.place.lon is not None]
    whole = tuple(
        sorted({spot.place.country for spot in placed if spot.place.precision == "country" and spot.place.country and spot.pixels is None})
    )
    box = _box(placed, whole)
    window = _Window(box)
    land, countries = _paths(box, whole)
    shapes = [spot for spot in placed if spot.pixels is None and spot.place.precision in RADIUS_KM]
    pins = sorted((spot for spot in placed if spot.pixels is not None), key=lambda spot: (-(spot.pixels or 0), spot.address))
    drawn = tuple(_drawn(spot, window) for spot in [*sorted(shapes, key=lambda s: -RADIUS_KM[s.place.precision]), *pins])
    own = _own_names(drawn) if shapes else ()
    return Map(
        width=WIDTH,
        height=HEIGHT,
        land=land,
        countries=countries,
        names=tuple(_names(window, wording, own, drawn)),
        drawn=drawn,
        own_names=own,
        view={
            "bounds": [[box[0], box[1]], [box[2], box[3]]],
            "shapes": [_feature(spot) for spot in shapes],
            "pins": [_pin(spot) for spot in pins],
            "countries": list(whole),
        },
        unplaced=len(spots) - len(placed),
    )


# -- what is in view --------------------------------------------------------------------------------------------------


def _box(placed: Sequence[Spot], whole: Iterable[str]) -> Box:
    """West, south, east, north around everything shown, with room, snapped to half degrees so that drawings are reused."""
    boxes = [_around(spot) for spot in placed]
    boxes += [outline.box for outline in _outlines() if outline.code in set(whole)]
    if not boxes:
        return NOWHERE
    west, south = min(b[0] for b in boxes), min(b[1] for b in boxes)
    east, north = max(b[2] for b in boxes), max(b[3] for b in boxes)
    across, up = max(east - west, MIN_SPAN) * 0.3, max(north - south, MIN_SPAN) * 0.3
    half = 2.0
    return (
        math.floor((west - across) * half) / half,
        max(-80.0, math.floor((south - up) * half) / half),
        math.ceil((east + across) * half) / half,
        min(82.0, math.ceil((north + up) * half) / half),
    )


def _around(spot: Spot) -> Box:
    lon, lat = _at(spot)
    up = 0.3 if spot.pixels is not None else RADIUS_KM.get(spot.place.precision, 0.0) / KM_PER_DEGREE
    across = up / max(0.1, math.cos(math.radians(lat)))
    return lon - across, lat - up, lon + across, lat + up


def _at(spot: Spot) -> Point:
    return float(spot.place.lon or 0.0), float(spot.place.lat or 0.0)


class _Window:
    """Degrees to pixels: Mercator, the box in the middle of the picture."""

    def __init__(self, box: Box) -> None:
        self.west, south, east, north = box
        low, self.high = _mercator(south), _mercator(north)
        self.scale = min(WIDTH / (east - self.west), HEIGHT / (self.high - low))
        self.left = (WIDTH - (east - self.west) * self.scale) / 2
        self.top = (HEIGHT - (self.high - low) * self.scale) / 2

    def pixel(self, lon: float, lat: float) -> Point:
        return self.left + (lon - self.west) * self.scale, self.top + (self.high - _mercator(lat)) * self.scale

    @property
    def seen(self) -> Box:
        """What the whole picture shows, beyond the box where the shape of the two differs; degrees, the last two Mercator."""
        west, east = self.west - self.left / self.scale, self.west + (WIDTH - self.left) / self.scale
        top, bottom = self.high + self.top / self.scale, self.high - (HEIGHT - self.top) / self.scale
        return west, _latitude(bottom), east, _latitude(top)


def _mercator(lat: float) -> float:
    return math.degrees(math.log(math.tan(math.pi / 4 + math.radians(max(-84.0, min(84.0, lat))) / 2)))


def _latitude(y: float) -> float:
    return math.degrees(2 * math.atan(math.exp(math.radians(y))) - math.pi / 2)


# -- shapes -----------------------------------------------------------------------------------------------------------


def _drawn(spot: Spot, window: _Window) -> Drawn:
    lon, lat = _at(spot)
    x, y = window.pixel(lon, lat)
    if spot.pixels is not None:
        radius = spot.pixels
    else:
        across = RADIUS_KM[spot.place.precision] / KM_PER_DEGREE / max(0.1, math.cos(math.radians(lat)))
        radius = max(4.0, across * window.scale)
    return Drawn(round(x, 1), round(y, 1), round(radius, 1), is_rough(spot.place), spot.name, spot.address)


def _feature(spot: Spot) -> dict[str, Any]:
    lon, lat = _at(spot)
    return {
        "type": "Feature",
        "properties": {
            "name": spot.name,
            "rough": is_rough(spot.place),
            "precision": spot.place.precision,
            "lon": lon,
            "lat": lat,
            "address": spot.address,
        },
        "geometry": {"type": "Polygon", "coordinates": [_circle(lon, lat, RADIUS_KM[spot.place.precision])]},
    }


def _circle(lon: float, lat: float, radius_km: float) -> list[list[float]]:
    up = radius_km / KM_PER_DEGREE
    across = up / max(0.1, math.cos(math.radians(lat)))
    turns = [2 * math.pi * i / 48 for i in range(48)]
    ring = [[round(lon + across * math.cos(t), 4), round(lat + up * math.sin(t), 4)] for t in turns]
    return [*ring, ring[0]]


def _pin(spot: Spot) -> dict[str, Any]:
    lon, lat = _at(spot)
    return {"lon": lon, "lat": lat, "radius": spot.pixels, "rough": is_rough(spot.place), "title": spot.name, "address": spot.address}


# -- outlines ---------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _outlines() -> tuple[Outline, ...]:
    """Every country's outline, none where the assets were not built."""
    path = BUILT / "countries.geojson"
    if not path.is_file():
        return ()
    features = json.loads(path.read_text("utf-8"))["features"]
    return tuple(_outline(feature) for feature in features)


def _outline(feature: dict[str, Any]) -> Outline:
    rings = tuple(tuple((x, y) for x, y in ring) for polygon in feature["geometry"]["coordinates"] for ring in polygon)
    xs, ys = [x for ring in rings for x, _ in ring], [y for ring in rings for _, y in ring]
    return Outline(feature["properties"]["code"], (min(xs), min(ys), max(xs), max(ys)), rings)


@lru_cache(maxsize=64)
def _paths(box: Box, whole: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """SVG paths of the land in view, and of the countries that stand for a place."""
    window = _Window(box)
    land: list[str] = []
    told: list[str] = []
    for outline in _outlines():
        if not _meet(outline.box, window.seen):
            continue
        path = "".join(_path(ring, window) for ring in outline.rings)
        if path:
            land.append(path)
            if outline.code in whole:
                told.append(path)
    return tuple(land), tuple(told)


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _path(ring: Sequence[Point], window: _Window) -> str:
    """A ring as an SVG path, cut a little outside the picture; points closer than 0.8 pixels are one."""
    kept: list[Point] = []
    for x, y in _cut([window.pixel(*point) for point in ring]):
        if not kept or abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= 0.8:
            kept.append((x, y))
    if len(kept) < 3:
        return ""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in kept) + "Z"


def _cut(points: list[Point]) -> list[Point]:
    """The polygon inside the picture (Sutherland and Hodgman's way, one edge after the other)."""
    margin = 6.0
    for axis, limit, sign in ((0, -margin, 1), (0, WIDTH + margin, -1), (1, -margin, 1), (1, HEIGHT + margin, -1)):
        kept: list[Point] = []
        for before, after in zip(points[-1:] + points[:-1], points):
            entering, staying = sign * (after[axis] - limit) >= 0, sign * (before[axis] - limit) >= 0
            if entering != staying:
                share = (limit - before[axis]) / (after[axis] - before[axis])
                kept.append((before[0] + share * (after[0] - before[0]), before[1] + share * (after[1] - before[1])))
            if entering:
                kept.append(after)
        points = kept
    return points


# -- names ------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _labels() -> tuple[dict[str, Any], ...]:
    path = BUILT / "labels.json"
    return tuple(json.loads(path.read_text("utf-8"))) if path.is_file() else ()


def country_names(wording: Wording) -> list[dict[str, Any]]:
    """Every country's name in the reader's language, the point to write it at and how large the country is."""
    return [{**label, "name": wording.country(label["code"])} for label in _labels()]


def _own_names(drawn: Sequence[Drawn]) -> tuple[MapName, ...]:
    """The places' names above their points, below where another stands there; the smallest shapes first, none over another."""
    names: list[MapName] = []
    for one in sorted(drawn, key=lambda d: (d.radius, d.name)):
        reach = min(one.radius, 14.0)
        ways = [MapName(one.x, round(one.y - reach - 6, 1), one.name), MapName(one.x, round(one.y + reach + 22, 1), one.name)]
        free = [way for way in ways if not any(_collide(way, other) for other in names)]
        names += free[:1]
    return tuple(names)


def _collide(a: MapName, b: MapName) -> bool:
    """True where two names would lie on one another, at about 10 pixels a letter and 24 a line."""
    return abs(a.x - b.x) < 5 * (len(a.name) + len(b.name)) and abs(a.y - b.y) < 24


def _names(window: _Window, wording: Wording, own: Sequence[MapName], drawn: Sequence[Drawn]) -> Iterable[MapName]:
    """Names of countries that are wide enough for them, clear of the places shown."""
    for label in _labels():
        x, y = window.pixel(label["lon"], label["lat"])
        wide = math.sqrt(label["size"]) * window.scale >= NAME_PIXELS
        if wide and 40 < x < WIDTH - 40 and 16 < y < HEIGHT - 10:
            name = MapName(round(x, 1), round(y, 1), wording.country(label["code"]))
            on_pin = any(
                abs(one.x - x) < one.radius + 5 * len(name.name) and abs(one.y - y) < one.radius + 12 for one in drawn if one.radius < 30
            )
            if not on_pin and not any(_collide(name, other) for other in own):
                yield name
