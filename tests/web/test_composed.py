"""Names that the reader composed in English stand in the language of the interface."""

import pytest

from tahqiq.web.composed import LANGUAGES, actor_name, load_composed, place_name
from tahqiq.web.wording import load_wording

ACTORS = [
    ("a-force-of-a-state", "American forces", "ar", "قوات (الولايات المتحدة)"),
    ("a-speaker-of-a-state", "Iraqi security source", "ur", "سکیورٹی ذریعہ (عراق)"),
    ("nobody-knows-whose", "unidentified drones", "fa", "پهپادها (ناشناس)"),
    ("a-state", "Israel", "fa", "اسرائیل"),
    ("a-part-that-is-not-known-leaves-the-whole", "Ruritanian forces", "ar", "Ruritanian forces"),
    ("english-stays", "American forces", "en", "American forces"),
]
PLACES = [
    ("near", "near Kabul", "AF", "ar", "قرب كابول"),
    ("a-site-in-a-town", "hospital, Aleppo", "SY", "ur", "ہسپتال، حلب"),
    ("a-direction", "eastern Ukraine", None, "fa", "شرق اوکراین"),
    ("in-another-country-it-is-another", "near Kabul", "SY", "ar", "near Kabul"),
    ("told-in-its-own-script", "حجلان", None, "ur", "حجلان"),
]


@pytest.mark.parametrize(("name", "language", "expected"), [case[1:] for case in ACTORS], ids=[case[0] for case in ACTORS])
def test_a_composed_actor_is_told_in_the_readers_language(name: str, language: str, expected: str) -> None:
    assert actor_name(name, language, load_wording(language).country) == expected


@pytest.mark.parametrize(("name", "country", "language", "expected"), [case[1:] for case in PLACES], ids=[case[0] for case in PLACES])
def test_a_composed_place_is_told_in_the_readers_language(name: str, country: str | None, language: str, expected: str) -> None:
    assert place_name(name, language, country) == expected


def test_every_part_has_words_in_every_language() -> None:
    words = load_composed()

    assert set(words) == {"joins", "places", "heads", "marks"}
    assert all("{place}" in told[language] for told in words["places"].values() for language in LANGUAGES)
