"""Terms: words without what Arabic writes before them, names by their sounds in any letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tahqiq.fold import folded
from tahqiq.terms import asked, name_terms, sounds, text_terms

ONE_NAME = [
    ("Deir", "دير"), ("Deir", "دیر"), ("Zor", "زور"), ("Dumayr", "الضمير"), ("Kabul", "کابل"), ("Osama", "أسامة"), ("Usamah", "اسامہ"),
    ("Homs", "حمص"), ("Raqqa", "الرقة"), ("Mayadin", "الميادين"), ("Idlib", "إدلب"), ("Muhajir", "المهاجر"), ("Peshawar", "پشاور"),
    ("Kandahar", "قندهار"), ("Gaza", "غزة"), ("Jenin", "جنين"), ("Sheikhoun", "شيخون"), ("Shaykhun", "شیخون"), ("Daraa", "درعا"),
    ("Mosul", "الموصل"), ("Baghdad", "بغداد"), ("Aden", "عدن"), ("Hodeidah", "الحديدة"), ("Quetta", "کوئٹہ"), ("Waziristan", "وزیرستان"),
    ("Herat", "هرات"),
    ("Tartus", "طرطوس"), ("Hasakah", "الحسكة"), ("Qamishli", "القامشلي"), ("Bukamal", "البوكمال"),
    ("Yarmouk", "اليرموك"),
]  # fmt: skip
OTHER_NAMES = [("Deir", "درعا"), ("Daraa", "دير"), ("Homs", "حماة"), ("Kabul", "قندهار"), ("Mahmoud", "محمد"), ("Zor", "درعا")]


def heard(name: str) -> set[str]:
    return {term for term in name_terms(name) if term.startswith("~")}


@pytest.mark.parametrize(("latin", "arabic"), ONE_NAME, ids=[f"{a}={b}" for a, b in ONE_NAME])
def test_a_name_in_latin_letters_sounds_like_itself_in_arabic_ones(latin: str, arabic: str) -> None:
    assert heard(latin) & heard(arabic)
    assert set(asked(latin)[0].sounds) & heard(arabic)
    assert set(asked(arabic)[0].sounds) & heard(latin)


@pytest.mark.parametrize(("latin", "arabic"), OTHER_NAMES, ids=[f"{a}/{b}" for a, b in OTHER_NAMES])
def test_names_of_other_places_and_people_sound_otherwise(latin: str, arabic: str) -> None:
    assert not heard(latin) & heard(arabic)


@pytest.mark.parametrize(
    ("text", "query", "is_found"),
    [
        ("القوات الأمريكيه", "أمريكية", True),
        ("قوات امريكية", "الأمريكية", True),
        ("وقالت المصادر", "قالت", True),
        ("قالت المصادر", "وقالت", True),
        ("بالطائرات", "طائرات", True),
        ("للمدينة", "المدينة", True),
        ("وزیر خارجہ", "وزیر", True),
        ("زیر زمین", "وزیر", False),
        ("ہسپتال پر حملہ", "هسبتال", False),
        ("بیمارستان", "بيمارستان", True),
        ("The MQ-9 fell", "mq", True),
        ("سنة ٢٠٢٣", "2023", True),
    ],
)
def test_words_are_found_in_any_spelling(text: str, query: str, is_found: bool) -> None:
    terms = text_terms(text)
    assert any(term.startswith(beginning) for beginning in asked(query)[0].beginnings for term in terms) is is_found


def test_articles_of_latin_letters_are_not_asked_for_unless_alone() -> None:
    assert [word.beginnings[0] for word in asked("al-Raqqa of the north")] == ["raqqa", "north"]
    assert [word.beginnings[0] for word in asked("al")] == ["al"]
    assert asked(" ' - ") == ()


@given(st.text(max_size=40))
def test_every_word_of_a_text_finds_it(text: str) -> None:
    terms = set(text_terms(text))
    for word in asked(text):
        assert any(term.startswith(beginning) for beginning in word.beginnings for term in terms)


@given(st.text(alphabet="abdeghiklmnorstuwyz", min_size=1, max_size=24))
def test_a_word_has_few_sounds(word: str) -> None:
    assert len(sounds(folded(word))) <= 16
