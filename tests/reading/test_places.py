"""Which words name a place, which of its bearers is meant, and how exactly it is known."""

import pytest

from tahqiq.model import Report
from tahqiq.reading import default_reader
from tahqiq.reading.happenings import Happening
from tahqiq.reading.places import PlaceMark
from tahqiq.reading.scene import Scene, find_scene
from tahqiq.reading.slots import propose_places
from tahqiq.reading.triggers import candidates


def scene_of(language: str, text: str) -> Scene:
    reader = default_reader()
    return find_scene(Report(text, language=language), language, reader.places, reader.actors)


def told(language: str, text: str) -> dict[str, PlaceMark]:
    """The places of a text by their words."""
    scene = scene_of(language, text)
    return {scene.analysis.text(p.first, p.last): p for p in scene.places}


def proposed(language: str, text: str) -> dict[str, PlaceMark]:
    """The places proposed for the text's first happening, by their words."""
    scene = scene_of(language, text)
    trigger = candidates(scene)[0]
    happening = Happening([], trigger.event_type, 0)
    happening.add(trigger)
    marks = [mark for mark, _ in propose_places(scene, happening, [happening]) if isinstance(mark, PlaceMark)]
    return {scene.analysis.text(p.first, p.last): p for p in marks}


@pytest.mark.parametrize(
    ("language", "text", "words", "country", "precision"),
    [
        pytest.param("en", "A bomb exploded in Cali, Colombia.", "Cali", "CO", "settlement", id="en-own-name-before-by-name"),
        pytest.param(
            "en", "The attack in San Miguel, El Salvador, killed three.", "San Miguel", "SV", "settlement", id="en-country-behind"
        ),
        pytest.param(
            "en", "Iraqi forces entered the city of Tripoli, Lebanon.", "city of Tripoli", "LB", "settlement", id="en-not-capital"
        ),
        pytest.param("en", "A tanker was attacked in the Red Sea off Yemen.", "Red Sea", None, "region", id="en-sea-not-province"),
        pytest.param("en", "US strikes in the Middle East killed four people.", "Middle East", None, "region", id="en-region-not-suburb"),
        pytest.param("ar", "قتل شخصان في بابل العراقية جراء انفجار عبوة ناسفة.", "بابل", "IQ", "province", id="ar-adjective-behind"),
        pytest.param("en", "Gunmen killed two people in Homs.", "Homs", "SY", "settlement", id="en-city-before-its-province"),
        pytest.param("ur", "بحیرہ احمر میں جہاز پر حملہ ہوا۔", "بحیرہ احمر", None, "region", id="ur-sea"),
        pytest.param("ur", "باجوڑ میں دھماکے سے تین افراد ہلاک ہو گئے۔", "باجوڑ", "PK", "district", id="ur-marker-is-enough"),
        pytest.param("ur", "بلوچستان میں فائرنگ سے دو افراد ہلاک ہو گئے۔", "بلوچستان", "PK", "province", id="ur-province-alone"),
        pytest.param("en", "Shells hit the town of Sinjar.", "town of Sinjar", "IQ", "settlement", id="en-town-of"),
        pytest.param("en", "Gunmen killed two in Helmand province.", "Helmand province", "AF", "province", id="en-province-behind"),
    ],
)
def test_of_places_of_one_name_the_report_decides(language: str, text: str, words: str, country: str | None, precision: str) -> None:
    mark = told(language, text)[words]
    assert (mark.place.country, mark.precision) == (country, precision)
    assert mark.place.lat is not None


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        pytest.param("fa", "استاندار این شهر خبر داد که دو نفر کشته شدند.", "خبر", id="fa-word-of-saying"),
        pytest.param("fa", "نیروها خانه‌ها را ویران کردند.", "ویران", id="fa-word-of-harm"),
        pytest.param("fa", "در آستانه انتخابات، انفجاری در کابل رخ داد.", "آستانه", id="fa-on-the-eve"),
        pytest.param("ur", "جنوبی شہر عدن میں دھماکہ ہوا۔", "جنوبی شہر", id="ur-direction"),
        pytest.param("en", "Markets Plunge After Attack", "Plunge", id="en-headline"),
        pytest.param("en", "The leaflet was written in Arabic and English.", "Arabic", id="en-language"),
    ],
)
def test_words_that_mean_something_else_are_no_places(language: str, text: str, words: str) -> None:
    assert not [found for found in told(language, text) if words in found and "عدن" not in found]


@pytest.mark.parametrize(
    ("language", "text", "words", "precision"),
    [
        pytest.param("ur", "چپرار سیکٹر میں بلااشتعال فائرنگ کی گئی۔", "چپرار سیکٹر", "site", id="ur-name-right-before"),
        pytest.param("en", "Shells hit a house in Karabla on Monday.", "Karabla", "settlement", id="en-behind-in"),
        pytest.param("en", "Militants attacked the village of Gaijen.", "village of Gaijen", "settlement", id="en-village-of"),
        pytest.param("en", "Shells hit the al-Qantarawi district.", "al-Qantarawi district", "district", id="en-with-its-article"),
    ],
)
def test_a_name_that_no_registry_knows_is_kept_as_told(language: str, text: str, words: str, precision: str) -> None:
    mark = told(language, text)[words]
    assert (mark.precision, mark.place.lat) == (precision, None)


def test_an_unknown_town_beside_a_city_lies_in_its_country_and_not_at_its_point() -> None:
    place = told("en", "Shells landed in Doroud, a town near Tehran.")["Doroud"].place
    assert (place.country, place.lat) == ("IR", None)


def test_what_may_mean_towns_of_two_countries_has_no_country() -> None:
    scene = scene_of("en", "The Canadian police in London said a London man was shot.")
    marks = [p for p in scene.places if p.place.name == "London"]
    assert marks
    assert all(p.place.country in ("GB", "CA") if p.place.lat is not None else p.place.country is None for p in marks)


@pytest.mark.parametrize(
    ("text", "words", "east_of", "west_of"),
    [
        pytest.param("Fighting erupted in eastern Ukraine.", "eastern Ukraine", 35.5, 39.0, id="a-large-country"),
        pytest.param("Fighting erupted in eastern Lebanon.", "eastern Lebanon", 35.9, 36.4, id="a-small-one"),
    ],
)
def test_the_east_of_a_country_lies_as_far_as_the_country_reaches(text: str, words: str, east_of: float, west_of: float) -> None:
    lon = told("en", text)[words].place.lon
    assert lon is not None
    assert east_of < lon < west_of


@pytest.mark.parametrize(
    ("language", "text", "words", "name", "precision"),
    [
        pytest.param("en", "Gunmen attacked a bank in Homs.", "bank in Homs", "bank, Homs", "site", id="en-site-in-town"),
        pytest.param("fa", "در مسجدی در حمص انفجاری رخ داد.", "مسجدی در حمص", "mosque, Homs", "site", id="fa-site-in-town"),
        pytest.param("en", "Gunmen killed nine in Homs and Hama.", "Homs and Hama", "Homs and Hama", "settlement", id="en-joint"),
        pytest.param(
            "en", "A convoy was attacked between Raqqa and Deir ez-Zor.", "between Raqqa and Deir ez-Zor", "between Raqqa and Deir ez-Zor",
            "district", id="en-between",
        ),
        pytest.param(
            "ur", "حلب اور ادلب کے درمیان جھڑپیں ہوئیں۔", "حلب اور ادلب کے درمیان", "between Aleppo and Idlib", "district", id="ur-between"
        ),
    ],
)  # fmt: skip
def test_a_site_lies_in_the_town_behind_it_and_two_places_are_proposed_as_one(
    language: str, text: str, words: str, name: str, precision: str
) -> None:
    place = proposed(language, text)[words].place
    assert (place.name, place.precision) == (name, precision)
    assert place.lat is not None


def test_a_site_beside_a_wide_area_is_known_no_better_than_the_area() -> None:
    mark = told("en", "Gunmen attacked a Sinai mosque.")["Sinai mosque"]
    assert mark.precision in ("province", "region")


def test_the_waters_of_a_sea_are_the_sea() -> None:
    mark = next(iter(told("fa", "پهپاد در آب‌های خلیج فارس سرنگون شد.").values()))
    assert (mark.place.name, mark.precision) == ("Persian Gulf", "region")
