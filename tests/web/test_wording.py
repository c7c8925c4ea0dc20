"""The interface's words: the same keys and facts in every language, numbers and days as the language writes them."""

import datetime as dt
import re
from pathlib import Path
from string import Formatter

import pytest
import yaml

from tahqiq import linking
from tahqiq.errors import UnknownName
from tahqiq.web.wording import LANGUAGES, choose_language, direction, load_wording

MARKS = re.compile("[\u2066-\u2069]")
# What the facts of a plural form may leave out: the number itself, where the word says it (تقريران).
SPOKEN = {"n"}


def plain(text: str) -> str:
    return MARKS.sub("", text)


def facts(entry: object) -> set[str]:
    forms = entry.values() if isinstance(entry, dict) else [entry]
    return {name for form in forms for _, name, _, _ in Formatter().parse(str(form)) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_words_of_english_and_no_others(language: str) -> None:
    english, other = load_wording("en").words, load_wording(language).words
    assert set(other) == set(english)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_takes_the_same_facts_in_every_language(language: str) -> None:
    english, other = load_wording("en").words, load_wording(language).words
    differing = [key for key in english if facts(english[key]) - SPOKEN != facts(other[key]) - SPOKEN]
    assert not differing


@pytest.mark.parametrize("language", LANGUAGES)
def test_plural_forms_are_those_that_cldr_asks_for(language: str) -> None:
    wording = load_wording(language)
    asked = set(wording.locale.plural_form.tags) | {"other"}
    for key, entry in wording.words.items():
        if isinstance(entry, dict) and set(entry) != {"other"}:
            assert set(entry) == asked, key


@pytest.mark.parametrize("language", ["ar", "ur", "fa"])
def test_no_word_was_left_in_english(language: str) -> None:
    wording = load_wording(language)
    left = [
        key
        for key, entry in wording.words.items()
        if not re.search("[\u0600-\u06ff]", str(entry)) and re.search("[A-Za-z]{2}", facts_out(entry))
    ]
    assert not left


def facts_out(entry: object) -> str:
    return re.sub(r"\{\w+\}", "", str(entry))


@pytest.mark.parametrize(
    ("language", "number", "day"),
    [
        ("en", "1,250", "7 July 2023"),
        ("ar", "1,250", "7 يوليو 2023"),
        ("ur", "1,250", "7 جولائی 2023"),
        ("fa", "۱,۲۵۰", "۷ ژوئیهٔ ۲۰۲۳"),
    ],
)
def test_numbers_and_days_are_written_as_the_language_writes_them(language: str, number: str, day: str) -> None:
    wording = load_wording(language)
    assert (wording.number(1250), wording.day(dt.date(2023, 7, 7))) == (number, day)


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ((2023, 7, 7), (2023, 7, 7), "7 July 2023"),
        ((2023, 7, 1), (2023, 7, 31), "July 2023"),
        ((2024, 2, 1), (2024, 2, 29), "February 2024"),
        ((2023, 1, 1), (2023, 12, 31), "2023"),
        ((2023, 7, 7), (2023, 7, 8), "7–8 Jul 2023"),
    ],
)
def test_a_month_and_a_year_are_named_as_such(start: tuple[int, int, int], end: tuple[int, int, int], words: str) -> None:
    assert plain(load_wording("en").days(dt.date(*start), dt.date(*end))) == words


@pytest.mark.parametrize(
    ("low", "high", "qualifier", "words"),
    [
        (5, 5, "exact", "5"),
        (5, None, "at_least", "at least 5"),
        (3, 7, "between", "3–7"),
        (24, None, "dozens", "dozens (24 or more)"),
        (0, 0, "none", "none"),
        (0, 0, "exact", "none"),
        (1, 20, "up_to", "up to 20"),
        (9, None, "unheard_of", "at least 9"),
    ],
)
def test_a_number_is_worded_as_it_was_said(low: int, high: int | None, qualifier: str, words: str) -> None:
    assert plain(load_wording("en").count(low, high, qualifier)) == words


@pytest.mark.parametrize(
    ("n", "words"), [(0, "لا تقارير"), (1, "تقرير واحد"), (2, "تقريران"), (3, "3 تقارير"), (11, "11 تقريرًا"), (100, "100 تقرير")]
)
def test_arabic_counts_in_its_six_forms(n: int, words: str) -> None:
    assert plain(load_wording("ar")("incident.reports", n=n)) == words


def test_every_level_of_the_linking_weights_has_its_words() -> None:
    levels = yaml.safe_load((Path(linking.__file__).parent / "weights.yaml").read_text("utf-8"))["levels"]
    words = {key.removeprefix("link.") for key in load_wording("en").words if key.startswith("link.")}
    assert set(levels) <= words and {word for word in words - set(levels) if not word.startswith("story_")} == {"with_facts", "km"}


def test_every_finding_about_two_stories_has_its_words_and_no_other() -> None:
    weights = yaml.safe_load((Path(linking.__file__).parent / "story_weights.yaml").read_text("utf-8"))["weights"]
    findings = {f"story_{name.removesuffix('_bits')}" for name in weights if not name.endswith("_share") and name != "one_language"}
    assert {key.removeprefix("link.") for key in load_wording("en").words if key.startswith("link.story_")} == findings


def test_a_range_keeps_low_before_high_in_lines_from_right_to_left() -> None:
    assert load_wording("ar").range(3, 7) == "\u20663–7\u2069"


def test_composed_words_run_in_the_pages_direction_whatever_stands_in_them() -> None:
    wording = load_wording("ar")
    told = wording("toll.known", effect="قتلى", told=wording.range(2, None))
    inside = wording("toll.with_parts", told=told, parts="x")
    assert inside.startswith("\u2067")


@pytest.mark.parametrize(("language", "way"), [("ar", "rtl"), ("ps", "rtl"), ("en", "ltr"), ("und", "ltr"), (None, "auto")])
def test_a_language_has_its_direction_and_an_unknown_one_is_seen_by_its_letters(language: str | None, way: str) -> None:
    assert direction(language) == way


def test_the_address_decides_before_the_cookie_and_the_cookie_before_the_browser() -> None:
    assert choose_language("ur", "fa", "ar") == "ur"
    assert choose_language("xx", "fa", "ar") == "fa"
    assert choose_language(None, None, "ar") == "ar"


def test_a_language_without_words_is_refused_by_name() -> None:
    with pytest.raises(UnknownName, match="de"):
        load_wording("de")
