"""Places as shapes: as wide as they are vague, inside the picture, names clear of one another."""

import pytest

from tahqiq.model import Place
from tahqiq.web import maps
from tahqiq.web.maps import BUILT, Spot, draw
from tahqiq.web.wording import load_wording

EN = load_wording("en")
NEEDS_OUTLINES = pytest.mark.skipif(
    not (BUILT / "countries.geojson").is_file(), reason="the outlines are not built: python tools/build_assets.py"
)


def spot(precision: str, lat: float | None = 36.2, lon: float | None = 37.16, name: str = "Aleppo", pixels: float | None = None) -> Spot:
    return Spot(Place(name, None, "SY", None, lat, lon, precision), name, pixels=pixels)


def test_a_vaguer_place_is_a_wider_shape() -> None:
    drawn = draw([spot(precision, name=precision) for precision in ("region", "province", "district", "settlement")], EN).drawn
    radii = [one.radius for one in drawn]
    assert [one.name for one in drawn] == ["region", "province", "district", "settlement"]
    assert radii == sorted(radii, reverse=True) and len(set(radii)) == 4


def test_only_a_site_and_a_town_are_drawn_as_known() -> None:
    drawn = draw([spot(precision, name=precision) for precision in maps.RADIUS_KM], EN).drawn
    assert {one.name for one in drawn if not one.rough} == {"site", "settlement"}


@pytest.mark.parametrize("precision", maps.RADIUS_KM)
def test_a_shape_lies_inside_its_picture(precision: str) -> None:
    (one,) = draw([spot(precision)], EN).drawn
    assert one.radius <= one.x <= maps.WIDTH - one.radius and one.radius <= one.y <= maps.HEIGHT - one.radius


def test_a_place_without_coordinates_is_counted_and_not_drawn() -> None:
    drawn = draw([spot("site"), spot("site", lat=None, lon=None)], EN)
    assert len(drawn.drawn) == 1 and drawn.unplaced == 1


def test_nothing_placed_shows_the_region_of_the_reports() -> None:
    drawn = draw([], EN)
    assert drawn.view["bounds"] == [[25.0, 10.0], [75.0, 42.0]] and not drawn.drawn


def test_the_live_map_gets_a_circle_of_the_true_radius() -> None:
    (feature,) = draw([spot("province")], EN).view["shapes"]
    lats = [lat for _, lat in feature["geometry"]["coordinates"][0]]
    assert (max(lats) - min(lats)) / 2 * maps.KM_PER_DEGREE == pytest.approx(75.0, abs=0.1)


def test_larger_pins_lie_under_smaller_ones() -> None:
    drawn = draw([spot("site", pixels=6.0, name="small"), spot("site", pixels=20.0, name="large")], EN).drawn
    assert [one.name for one in drawn] == ["large", "small"]


def test_two_places_close_together_have_names_that_do_not_lie_on_one_another() -> None:
    names = draw([spot("settlement"), spot("site", 36.22, 37.2, "Bizaa"), spot("region", 35.2, 40.2, "eastern Syria")], EN).own_names
    assert len({(name.x, name.y) for name in names}) == len(names) == 3


@NEEDS_OUTLINES
def test_countries_in_view_are_drawn_and_named_in_the_readers_language() -> None:
    drawn = draw([spot("site"), spot("site", 33.8, 42.4)], load_wording("ur"))
    assert len(drawn.land) > 3
    assert "شام" in {name.name for name in drawn.names}


@NEEDS_OUTLINES
def test_a_whole_country_is_shown_by_its_outline() -> None:
    drawn = draw([spot("country")], EN)
    assert len(drawn.countries) == 1 and drawn.view["countries"] == ["SY"] and not drawn.drawn


@NEEDS_OUTLINES
def test_every_outline_with_letters_has_a_name_in_every_language() -> None:
    for language in ("en", "ar", "ur", "fa"):
        names = maps.country_names(load_wording(language))
        assert len(names) > 230
        unnamed = [label["code"] for label in names if label["name"] == label["code"]]
        assert not unnamed
