"""Places are found by name in any script, ranked, and by where they lie."""

import pickle
from multiprocessing import get_all_start_methods, get_context
from pathlib import Path
from threading import Thread

import pytest

from conftest import make_places  # type: ignore[import-not-found]
from tahqiq.errors import RegistryError
from tahqiq.fold import folded
from tahqiq.registries import Places, distance_km

FOUND = [
    ("english", "Al-Mayadin", "sy-al-mayadin"),
    ("english-other-spelling", "Mayadeen", "sy-al-mayadin"),
    ("english-hyphen-as-space", "al mayadin", "sy-al-mayadin"),
    ("arabic", "الميادين", "sy-al-mayadin"),
    ("arabic-with-marks", "المَيَادِين", "sy-al-mayadin"),
    ("arabic-with-tatweel", "الميـــادين", "sy-al-mayadin"),
    ("arabic-without-article", "ميادين", "sy-al-mayadin"),
    ("urdu-letters", "المیادین", "sy-al-mayadin"),
    ("urdu-own-form", "دمیر", "sy-al-dumayr"),
    ("persian", "خان شیخون", "sy-khan-sheikhoun"),
    ("missing-space", "خانشيخون", "sy-khan-sheikhoun"),
    ("presentation-forms", "ﺣﻠﺐ", "sy-aleppo"),
    ("province-with-kind-word", "محافظة حلب", "sy-aleppo-governorate"),
    ("province-with-other-kind-word", "Aleppo province", "sy-aleppo-governorate"),
    ("city-with-kind-word", "مدينة حلب", "sy-aleppo"),
    ("bare-name-is-the-city", "حلب", "sy-aleppo"),
    ("town-with-kind-word-not-listed", "بلدة خان شيخون", "sy-khan-sheikhoun"),
    ("urdu-district", "ضلع باجوڑ", "pk-bajaur-district"),
    ("urdu-district-bare", "باجوڑ", "pk-bajaur-district"),
    ("english-district-bare", "Bajaur", "pk-bajaur-district"),
    ("persian-kind-word-stripped", "شیراز", "ir-shiraz"),
    ("dari-kind-word-stripped", "ننگرهار", "af-nangarhar-province"),
    ("pashto-kind-word-behind", "ننګرهار", "af-nangarhar-province"),
    ("country-in-urdu", "شام", "sy-syria"),
    ("site", "حقل كونوكو", "sy-conoco"),
]


@pytest.mark.parametrize(("name", "id"), [case[1:] for case in FOUND], ids=[case[0] for case in FOUND])
def test_a_name_is_found_in_every_script_and_with_or_without_its_kind_word(small: Places, name: str, id: str) -> None:
    assert small.find(name)[0].id == id


@pytest.mark.parametrize("name", ["", " ", "كونوكو بلازا", "Atlantis", "حل", "\x01حلب"])
def test_what_is_no_name_finds_nothing(small: Places, name: str) -> None:
    assert small.find(name) == ()


def test_of_two_towns_of_one_name_the_larger_comes_first_and_both_are_kept(small: Places) -> None:
    assert [entry.id for entry in small.find("طرابلس")] == ["ly-tripoli", "lb-tripoli"]


def test_a_kind_word_brings_places_of_its_kind_first_and_keeps_the_rest(small: Places) -> None:
    assert [entry.kind for entry in small.find("إقليم حلب")] == ["province", "city"]


def test_numbers_lead_to_the_entries_in_order(small: Places) -> None:
    assert [small.get(number).id for number in small.ids(folded("طرابلس"))] == ["ly-tripoli", "lb-tripoli"]
    assert small.ids(folded("لا شيء")) == ()


def test_has_knows_folded_names_only(small: Places) -> None:
    assert small.has(folded("المَيادين"))
    assert not small.has("المَيادين")


RUNS = [
    ("two-words", "قرب خان شيخون أمس", 1, (2, "sy-khan-sheikhoun")),
    ("longest-not-first", "في محافظة حلب أمس", 1, (2, "sy-aleppo-governorate")),
    ("inside-a-longer", "في محافظة حلب أمس", 2, (1, "sy-aleppo")),
    ("at-the-end", "مدينة طرابلس", 1, (1, "ly-tripoli")),
    ("no-name", "في محافظة حلب أمس", 0, None),
    ("no-part-of-a-word", "حلبا وحلب", 0, None),
    ("english", "in al-mayadin on friday", 1, (1, "sy-al-mayadin")),
]


@pytest.mark.parametrize(("text", "at", "found"), [case[1:] for case in RUNS], ids=[case[0] for case in RUNS])
def test_the_longest_run_of_words_that_is_a_name_is_taken(small: Places, text: str, at: int, found: tuple[int, str] | None) -> None:
    run = small.longest(folded(text).split(" "), at)
    assert (run and (run.length, small.get(run.ids[0]).id)) == found


def test_a_run_that_is_a_common_word_of_the_language_is_weak(small: Places) -> None:
    assert small.longest(["باغ"], 0, language="ur") == (1, small.ids("باغ"), True)
    assert small.longest(["باغ"], 0, language="ar") == (1, small.ids("باغ"), False)
    assert small.longest(["باغ"], 0) == (1, small.ids("باغ"), True)


def test_a_run_is_no_longer_than_its_limit(small: Places) -> None:
    assert small.longest(["خان", "شیخون"], 0, limit=1) is None


def test_an_entry_bears_its_names_by_language_and_its_unit(small: Places) -> None:
    entry = small.get("sy-al-mayadin")
    assert (entry.names["ar"], entry.names["en"], entry.admin1, entry.country) == (("الميادين",), ("Mayadeen",), "Deir ez-Zor", "SY")
    assert (entry.lat, entry.lon, entry.precision, entry.origin, entry.weak) == (35.02, 40.45, "settlement", "own", False)


def test_a_name_that_is_a_common_word_is_weak(small: Places) -> None:
    assert small.find("باغ")[0].weak
    assert small.is_common("باغ", "ur")
    assert not small.is_common("حلب", "ar")


def test_an_unknown_id_is_named_in_the_error(small: Places) -> None:
    with pytest.raises(RegistryError, match="atlantis"):
        small.get("atlantis")
    with pytest.raises(RegistryError, match="999999"):
        small.get(999_999)
    assert small.find_id("atlantis") is None


def test_places_near_a_point_come_nearest_first(small: Places) -> None:
    assert [entry.id for entry in small.near(35.0, 40.4, 60)] == ["sy-al-mayadin", "sy-conoco"]
    assert small.near(0, 0, 100) == ()


def test_near_reaches_over_the_date_line_and_the_pole(tmp_path: Path) -> None:
    places = make_places(
        tmp_path,
        """
source: "made for tests"
places:
- {id: east, kind: town, name: East, lat: -17.0, lon: 179.99, precision: settlement}
- {id: west, kind: town, name: West, lat: -17.0, lon: -179.99, precision: settlement}
- {id: polar, kind: site, name: Polar, lat: 89.9, lon: 100.0, precision: site}
""",
    )
    assert {entry.id for entry in places.near(-17.0, 179.98, 10)} == {"east", "west"}
    assert {entry.id for entry in places.near(-17.0, -179.98, 10)} == {"east", "west"}
    assert {entry.id for entry in places.near(89.9, -80.0, 30)} == {"polar"}


def test_damascus_lies_some_four_hundred_kilometres_from_deir_ez_zor() -> None:
    assert distance_km(33.51, 36.29, 35.34, 40.14) == pytest.approx(407, abs=5)


def test_places_serve_other_threads(small: Places) -> None:
    found = [small.find("حلب")[0].id]
    thread = Thread(target=lambda: found.append(small.near(35.0, 40.4, 10)[0].id))
    thread.start()
    thread.join()
    assert found == ["sy-aleppo", "sy-al-mayadin"]


@pytest.mark.skipif("fork" not in get_all_start_methods(), reason="this system cannot fork")
def test_places_opened_before_a_fork_serve_the_child(small: Places) -> None:
    assert small.find("حلب")[0].id == "sy-aleppo"
    context = get_context("fork")
    answers = context.SimpleQueue()
    child = context.Process(target=lambda: answers.put(small.near(35.0, 40.4, 10)[0].id))
    child.start()
    child.join(30)
    assert answers.get() == "sy-al-mayadin"


def test_pickled_places_open_the_same_registries(shipped: Places) -> None:
    again = pickle.loads(pickle.dumps(shipped))
    assert again.ids(folded("دير الزور")) == shipped.ids(folded("دير الزور"))


def test_a_missing_registry_is_named_with_what_to_do(tmp_path: Path) -> None:
    from tahqiq.registries.store import RegistryFile

    with pytest.raises(RegistryError, match=r"none\.sqlite.*import the registry again"):
        RegistryFile(tmp_path / "none.sqlite")


def test_a_registry_of_another_version_is_refused(tmp_path: Path) -> None:
    make_places(tmp_path)
    refs = tmp_path / "small.refs"
    refs.write_bytes(b"\xff\xff\xff\xff" + refs.read_bytes()[4:])
    from tahqiq.registries.store import RegistryFile

    with pytest.raises(RegistryError, match="another version"):
        RegistryFile(tmp_path / "small.sqlite")


SHIPPED = [
    ("دير الزور", "SY"), ("البوكمال", "SY"), ("الموصل", "IQ"), ("صنعاء", "YE"), ("خان يونس", "PS"), ("ننگرهار", "AF"),
    ("مستونگ", "PK"), ("Kharkiv", "UA"), ("Khartoum", "SD"), ("بیروت", "LB"), ("تهران", "IR"), ("Paris", "FR"), ("New York", "US"),
    ("London", "GB"), ("واشنطن", "US"), ("القاهرة", "EG"), ("ماسکو", "RU"), ("بنغازي", "LY"), ("مقديشو", "SO"), ("کندهار", "AF"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "country"), SHIPPED, ids=[name for name, _ in SHIPPED])
def test_the_shipped_registry_knows_the_towns_of_the_news(shipped: Places, name: str, country: str) -> None:
    assert shipped.find(name)[0].country == country


COUNTRIES = [("US", "أمريكا"), ("US", "امریکہ"), ("US", "آمریکا"), ("GB", "Britain"), ("SY", "شام"), ("RU", "روس"), ("SA", "السعودية"),
             ("TR", "Turkey"), ("IL", "اسرائیل"), ("CN", "الصين"), ("CD", "DR Congo"), ("NO", "Norway")]  # fmt: skip


@pytest.mark.parametrize(("code", "name"), COUNTRIES, ids=[name for _, name in COUNTRIES])
def test_a_country_is_found_by_its_names_and_by_its_code(shipped: Places, code: str, name: str) -> None:
    first = shipped.find(name)[0]
    assert (first.kind, first.country) == ("country", code)
    country = shipped.country(code)
    assert country is not None and country.id == first.id


def test_every_country_has_a_point_and_its_codes(shipped: Places) -> None:
    assert shipped.country("ZZ") is None
    codes = shipped.country_codes("SY")
    assert codes is not None and (codes.iso3, codes.m49, codes.gw) == ("SYR", 760, 652)


ADJECTIVES = [
    ("ar", "أمريكي", "US"), ("ar", "الأمريكية", "US"), ("ar", "أميركيين", "US"), ("ar", "الروسية", "RU"), ("ar", "السوريون", "SY"),
    ("ar", "أتراك", "TR"), ("ar", "للإسرائيليين", "IL"), ("en", "American", "US"), ("en", "Israelis", "IL"), ("en", "British", "GB"),
    ("en", "Yemeni", "YE"), ("ur", "امریکی", "US"), ("ur", "بھارتی", "IN"), ("ur", "شامی", "SY"), ("ur", "پاکستانیوں", "PK"),
    ("fa", "آمریکایی", "US"), ("fa", "سوری", "SY"), ("fa", "اسرائیلی‌ها", "IL"), ("fa", "انگلیسی", "GB"), ("fa", "شامی", None),
    ("en", "martian", None), ("xx", "american", None),
]  # fmt: skip


@pytest.mark.parametrize(("language", "word", "code"), ADJECTIVES, ids=[f"{a}-{b}" for a, b, _ in ADJECTIVES])
def test_a_nationality_word_leads_to_its_country_in_its_language(shipped: Places, language: str, word: str, code: str | None) -> None:
    assert shipped.adjective(folded(word), language) == code


def test_a_kind_word_tells_its_kinds(shipped: Places) -> None:
    assert shipped.kind_word(folded("محافظة")) == ("province",)
    assert "district" in shipped.kind_word(folded("ضلع"))
    assert shipped.kind_word(folded("حلب")) == ()


def test_a_city_of_geonames_that_is_ours_too_stands_once_with_its_people(shipped: Places) -> None:
    cities = [entry for entry in shipped.find("Deir ez-Zor") if entry.kind == "city"]
    assert [(entry.origin, entry.geonames, entry.population > 100_000) for entry in cities] == [("own", 170794, True)]
    assert shipped.get("geonames:170794").id == cities[0].id


def test_a_place_of_geonames_alone_is_got_by_its_number(shipped: Places) -> None:
    assert shipped.get("geonames:2988507").name == "Paris"


def test_everyday_words_are_no_small_towns_abroad(shipped: Places) -> None:
    assert shipped.ids("of") == ()
    assert shipped.ids(folded("يوما")) == ()
    assert shipped.ids("nice") != ()
