"""Our lists are loaded strictly, and those that ship are right: known keys, one id each, honest coordinates, letters of their script."""

from pathlib import Path

import pytest

from tahqiq.errors import RegistryError
from tahqiq.registries import lists
from tahqiq.registries.entries import SETTLEMENTS

PLACE = "{id: sy-aleppo, kind: city, name: Aleppo, lat: 36.2, lon: 37.16, precision: settlement, ar: [حلب]}"
HEAD = 'country: SY\nsource: "made for tests"\nplaces:\n- '

WRONG_PLACES = [
    ("unknown-key", HEAD + PLACE.replace("ar:", "arabic:"), r"few\.yaml: sy-aleppo: unknown key arabic"),
    ("unknown-kind", HEAD + PLACE.replace("city", "metropolis"), r"few\.yaml: sy-aleppo: kind: 'metropolis' is none of"),
    ("no-latitude", HEAD + PLACE.replace("lat: 36.2, ", ""), r"few\.yaml: sy-aleppo: lat: must be a number"),
    ("latitude-out-of-range", HEAD + PLACE.replace("36.2", "96.2"), r"few\.yaml: sy-aleppo: lat: 96.2 is not between -90 and 90"),
    ("longitude-as-text", HEAD + PLACE.replace("37.16", "'37.16'"), r"few\.yaml: sy-aleppo: lon: must be a number, is '37.16'"),
    ("precision", HEAD + PLACE.replace("settlement", "exact"), r"few\.yaml: sy-aleppo: precision: 'exact' is none of"),
    ("names-not-a-list", HEAD + PLACE.replace("[حلب]", "حلب"), r"few\.yaml: sy-aleppo: ar: must be a list"),
    ("name-read-as-truth", HEAD + PLACE.replace("[حلب]", "[no]"), r"few\.yaml: sy-aleppo: ar: must hold texts, holds False"),
    ("no-id", HEAD + PLACE.replace("id: sy-aleppo, ", ""), r"few\.yaml: places 1: id: is missing"),
    ("strange-id", HEAD + PLACE.replace("sy-aleppo", "SY_Aleppo"), r"id: 'SY_Aleppo' must be lower-case"),
    ("id-twice", HEAD + PLACE + "\n- " + PLACE, r"few\.yaml: sy-aleppo: the id is given twice"),
    ("key-twice", HEAD + PLACE.replace("lat:", "name: Halab, lat:"), r"few\.yaml, line 4: the key 'name' is given twice"),
    ("not-yaml", "places: [", r"few\.yaml, line 2: did not find"),
    ("no-source", "country: SY\nplaces: []", r"few\.yaml: source: is missing"),
    ("no-places", 'source: "x"\nplaces: none', r"few\.yaml: places: must be a list"),
    ("country-code", HEAD.replace("SY", "Syria") + PLACE, r"few\.yaml: country: 'Syria' is no ISO 3166-1 code"),
    ("norway", HEAD.replace("SY", "NO") + PLACE, r"few\.yaml: country: must be text, is False \(quote"),
    ("not-a-mapping", "- a\n- b", r"few\.yaml: must be a mapping"),
]


@pytest.mark.parametrize(("text", "message"), [case[1:] for case in WRONG_PLACES], ids=[case[0] for case in WRONG_PLACES])
def test_a_wrong_list_of_places_is_refused_by_file_and_key(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "few.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RegistryError, match=message):
        lists.load_place_list(path)


def test_a_right_list_of_places_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "few.yaml"
    path.write_text(HEAD + PLACE, encoding="utf-8")
    (place,) = lists.load_place_list(path)
    assert (place.id, place.country, place.names) == ("sy-aleppo", "SY", {"ar": ("حلب",)})


ACTOR = "{id: army, name: Army, kind: state_forces, country: SY}"
ACTORS = 'source: "made for tests"\nactors:\n- '
WRONG_ACTORS = [
    ("unknown-key", ACTORS + ACTOR.replace("kind:", "type: x, kind:"), r"few\.yaml: army: unknown key type"),
    ("unknown-kind", ACTORS + ACTOR.replace("state_forces", "army"), r"few\.yaml: army: kind: 'army' is none of"),
    ("country", ACTORS + ACTOR.replace("SY", "[SY, Iraq]"), r"few\.yaml: army: country: 'Iraq' is no ISO"),
    ("years", ACTORS + ACTOR.replace("country", "years: 1946, country"), r"few\.yaml: army: years: must be \[from, to\]"),
    ("years-backwards", ACTORS + ACTOR.replace("country", "years: [1999, 1946], country"), r"years: 1999 is after 1946"),
    ("weak-key", ACTORS + ACTOR.replace("country", "weak: {english: [x]}, country"), r"few\.yaml: army: weak: unknown key english"),
    ("orphan", ACTORS + ACTOR.replace("country", "parent: state, country"), r"few\.yaml: army: parent: 'state' is in no list"),
    ("own-ancestor", ACTORS + ACTOR.replace("country", "parent: army, country"), r"few\.yaml: army: parent: 'army' is its own ancestor"),
]


@pytest.mark.parametrize(("text", "message"), [case[1:] for case in WRONG_ACTORS], ids=[case[0] for case in WRONG_ACTORS])
def test_a_wrong_list_of_actors_is_refused_by_file_and_key(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "few.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(RegistryError, match=message):
        lists.load_actor_lists(tmp_path)


def test_an_actor_in_two_lists_is_refused_by_both_files(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(ACTORS + ACTOR, encoding="utf-8")
    with pytest.raises(RegistryError, match=r"b\.yaml: army: the id stands in a\.yaml already"):
        lists.load_actor_lists(tmp_path)


FAULTS = [
    ("persian-ye-in-arabic", "ar", "دیر الزور", True),
    ("arabic-kaf-in-urdu", "ur", "كراچی", True),
    ("arabic-he-in-urdu", "ur", "ننگرهار", True),
    ("urdu-he-in-persian", "fa", "ننگرہار", True),
    ("teh-marbuta-in-urdu", "ur", "غزة", True),
    ("tatweel", "ar", "حلـب", True),
    ("two-spaces", "en", "Deir  ez-Zor", True),
    ("arabic-in-english", "en", "حلب", True),
    ("borrowed-letter-in-arabic", "ar", "الچبايش", False),
    ("joiner-in-persian", "fa", "کوه‌سار", False),
    ("acronym-in-arabic", "ar", "حركة M23", False),
    ("article-before-a-number", "ar", "منطقة الـ55", False),
    ("accents", "en", "Ma‘arrat an-Nu‘mān", False),
]


@pytest.mark.parametrize(("language", "name", "wrong"), [case[1:] for case in FAULTS], ids=[case[0] for case in FAULTS])
def test_letters_of_another_language_are_told(language: str, name: str, wrong: bool) -> None:
    assert bool(lists.script_faults({language: [name]})) is wrong


CORE = ("SY", "IQ", "YE", "PS", "LB", "JO", "LY", "SD", "SO", "EG", "AF", "PK", "IR", "UA")
PLACE_FILES = sorted((lists.HERE / "places").glob("*.yaml"))
ACTOR_FILES = sorted((lists.HERE / "actors").glob("*.yaml"))


@pytest.mark.parametrize("path", PLACE_FILES, ids=lambda path: path.stem)
def test_a_shipped_list_of_places_is_right(path: Path) -> None:
    places = lists.load_place_list(path)
    faults = [f"{place.id}: {fault}" for place in places for fault in lists.script_faults({"en": [place.name], **place.names})]
    assert faults == []
    nameless = [place.id for place in places if not place.names.keys() - {"en"}]
    assert nameless == []


@pytest.mark.parametrize("path", ACTOR_FILES, ids=lambda path: path.stem)
def test_a_shipped_list_of_actors_is_right(path: Path) -> None:
    faults = [
        f"{actor.id}: {fault}"
        for actor in lists.load_actor_list(path)
        for names in ({"en": [actor.name]}, actor.names, actor.weak)
        for fault in lists.script_faults(names)
    ]
    assert faults == []


def test_settlements_of_one_list_lie_within_reach_of_their_country() -> None:
    """A slip of latitude and longitude puts a town in the sea: no settlement lies over 1,500 km from its country's middle."""
    from tahqiq.registries import distance_km

    countries = lists.load_countries()
    far = [
        place.id
        for path in PLACE_FILES
        for place in lists.load_place_list(path)
        if place.country in CORE and place.kind in SETTLEMENTS
        if distance_km(place.lat, place.lon, countries[place.country].lat, countries[place.country].lon) > 1_500
    ]
    assert far == []


def test_ids_of_places_are_one_each_over_all_lists() -> None:
    ids = [place.id for path in PLACE_FILES for place in lists.load_place_list(path)]
    assert len(ids) == len(set(ids))


def test_two_places_of_ours_do_not_claim_one_number_of_geonames() -> None:
    numbers = [place.geonames for path in PLACE_FILES for place in lists.load_place_list(path) if place.geonames]
    assert sorted({number for number in numbers if numbers.count(number) > 1}) == []


def test_the_lists_hold_what_a_monitor_needs() -> None:
    assert sum(len(lists.load_place_list(path)) for path in PLACE_FILES) >= 1_500
    assert len(lists.load_actor_lists()) >= 400


@pytest.mark.parametrize("code", CORE)
def test_a_core_country_has_itself_its_units_and_its_towns(code: str) -> None:
    path = lists.HERE / "places" / f"{code.lower()}.yaml"
    kinds = [place.kind for place in lists.load_place_list(path)]
    assert kinds.count("country") == 1
    assert kinds.count("province") >= 2
    assert sum(kind in SETTLEMENTS for kind in kinds) >= 20


def test_every_country_has_codes_and_the_countries_of_the_news_their_adjectives() -> None:
    countries = lists.load_countries()
    assert len(countries) >= 249
    assert len({country.iso3 for country in countries.values()}) == len(countries)
    assert [code for code, country in countries.items() if country.m49 is None] == ["XK"]
    numbers = [country.gw for country in countries.values() if country.gw]
    assert len(numbers) == len(set(numbers))
    full = [code for code, country in countries.items() if country.adjectives.keys() >= {"en", "ar", "ur", "fa"}]
    assert len(full) >= 80
    assert set(full) >= set(CORE) | {"US", "GB", "RU", "IL", "TR", "SA", "IN", "CN", "FR", "DE"}
    faults = [
        f"{code}: {fault}" for code, c in countries.items() for words in (c.names, c.adjectives) for fault in lists.script_faults(words)
    ]
    assert faults == []


def test_kind_words_name_known_kinds_longest_first() -> None:
    words = lists.load_kind_words()
    assert {word.language for word in words} >= {"en", "ar", "ur", "fa"}
    assert [len(word.words) for word in words] == sorted((len(word.words) for word in words), reverse=True)
