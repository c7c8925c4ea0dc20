"""Names of persons across scripts, measured on generated full names: given and family names in the spellings that outlets use."""

import itertools
import random

import pytest

from tahqiq.linking.names import likeness, name_blocks, word_sound

# Each line one name: Arabic, Urdu, Persian, then Latin spellings of agencies, of the Gulf, of the Maghreb and the Levant.
GIVEN = [
    "محمد محمد محمد Muhammad Mohammed Mohamed",
    "أحمد احمد احمد Ahmed Ahmad Ahmad",
    "خالد خالد خالد Khalid Khaled Khaled",
    "يوسف یوسف یوسف Yousef Yusuf Youssef",
    "إبراهيم ابراہیم ابراهیم Ibrahim Ibraheem Brahim",
    "مصطفى مصطفیٰ مصطفی Mustafa Mustafa Moustafa",
    "قاسم قاسم قاسم Qasim Qassem Kassem",
    "سليمان سلیمان سلیمان Sulaiman Suleiman Slimane",
    "حسين حسین حسین Hussein Husain Houssein",
    "فاطمة فاطمہ فاطمه Fatima Fatimah Fatma",
    "زينب زینب زینب Zainab Zaynab Zeinab",
    "مريم مریم مریم Maryam Mariam Meryem",
    "طارق طارق طارق Tariq Tareq Tarek",
    "جميلة جمیلہ جمیله Jamila Jameelah Djamila",
]
FAMILY = [
    "المهاجر المہاجر المهاجر al-Muhajir al-Muhajer el-Mouhajer",
    "الدمشقي الدمشقی الدمشقی al-Dimashqi al-Dimashqi el-Dimachki",
    "القرشي القریشی القریشی al-Qurashi al-Qurayshi el-Korachi",
    "المسعود المسعود المسعود al-Masoud al-Masud el-Massoud",
    "الحلبي الحلبی الحلبی al-Halabi al-Halaby el-Halabi",
    "الزرقاوي الزرقاوی الزرقاوی al-Zarqawi al-Zarqaawi ez-Zarkaoui",
    "رئيساني رئیسانی رئیسانی Raisani Raisani Raissani",
    "سليماني سلیمانی سلیمانی Soleimani Sulaimani Soleymani",
    "الشمري الشمری الشمری al-Shammari al-Shamari ech-Chammari",
    "البغدادي البغدادی البغدادی al-Baghdadi al-Bagdadi el-Baghdadi",
    "كاظمي کاظمی کاظمی Kazemi Kadhimi Kazmi",
    "الخطيب الخطیب الخطیب al-Khatib al-Khateeb el-Khatib",
]
TOLD_BY = 6


def person(given: str, family: str) -> tuple[str, ...]:
    """One person as six outlets write the name."""
    one, other = given.split(" "), family.split(" ")
    assert len(one) == len(other) == TOLD_BY
    return tuple(f"{a} {b}" for a, b in zip(one, other, strict=True))


PERSONS = [person(given, family) for given in GIVEN for family in FAMILY]


def test_one_person_is_known_in_nine_of_ten_pairs_of_spellings() -> None:
    pairs = [pair for spellings in PERSONS for pair in itertools.combinations(spellings, 2)]
    known = sum(likeness(a, b) >= 0.85 for a, b in pairs)

    assert known / len(pairs) > 0.9, known / len(pairs)


def test_two_persons_who_share_a_given_or_a_family_name_are_never_one() -> None:
    chance = random.Random(7)
    apart = [(chance.choice(a), chance.choice(b)) for a, b in itertools.combinations(PERSONS, 2)]
    taken = [(a, b) for a, b in apart if likeness(a, b) >= 0.85]

    assert len(taken) / len(apart) < 0.002, taken[:10]


def test_spellings_of_one_person_meet_in_a_block() -> None:
    missed = [(a, b) for spellings in PERSONS for a, b in itertools.combinations(spellings, 2) if not name_blocks(a) & name_blocks(b)]

    assert len(missed) / (len(PERSONS) * 15) < 0.02, missed[:10]


@pytest.mark.parametrize(
    ("words", "sound"),
    [
        ("مستونگ mastung मस्तुंग", "mstng"),
        ("کرمان kerman kirman करमान керман", "krmn"),
        ("خالد khalid ख़ालिद", "Kld"),
        ("شمال shamal chamal", "Xml"),
        ("מוחמד muhamad محمد мухамад", "mhmd"),
    ],
)
def test_a_word_sounds_alike_in_every_script(words: str, sound: str) -> None:
    assert {word_sound(word) for word in words.split()} == {sound}


@pytest.mark.parametrize(("a", "b"), [("خربة حلب", "Khirbat Halab"), ("مزرعة البلحص", "Mazraat al-Bulhus")])
def test_an_ending_that_is_heard_before_the_next_word_only_keeps_nobody_apart(a: str, b: str) -> None:
    assert likeness(a, b) >= 0.85
