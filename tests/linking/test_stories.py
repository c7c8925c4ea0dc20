"""Stories: what a text tells as a whole, also where its language is not read."""

import datetime as dt
from dataclasses import replace

import pytest

from accounts_made import killed, named, told
from tahqiq.languages import supported
from tahqiq.linking import ALONE, clusters, explain, link, load_weights
from tahqiq.linking.profiles import main_account
from tahqiq.linking.stories import rarity, shared, stories
from tahqiq.model import Mention, Report

UNREAD = [
    ("es", "Dos cohetes alcanzaron el lunes 5 de agosto una base militar en Irak y cinco soldados resultaron heridos",
     "weekday:0 monthday:08-05 country:IQ thing:rocket thing:base thing:security_forces"),
    ("tr", "Pazartesi günü 5 Ağustos sabahı Irak'taki üssü iki roket vurdu, beş asker yaralandı",
     "weekday:0 monthday:08-05 country:IQ thing:rocket thing:base thing:security_forces"),
    ("hi", "सोमवार 5 अगस्त को इराक में सैनिक शिविर पर ड्रोन हमले में एक मस्जिद के पास धमाका हुआ",
     "weekday:0 monthday:08-05 country:IQ thing:drone thing:mosque thing:explosion"),
    ("ru", "В понедельник 5 августа ракеты попали в военную базу, пять солдат ранены возле мечети в городе",
     "weekday:0 monthday:08-05 thing:missile thing:security_forces thing:mosque"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "terms"), [case[1:] for case in UNREAD], ids=[case[0] for case in UNREAD])
def test_a_text_that_is_not_read_still_has_days_countries_and_things(text: str, terms: str) -> None:
    story = stories([Report(text, "r")])["r"]

    assert set(terms.split()) <= story.terms


def test_no_word_written_small_is_a_name_in_a_text_that_is_not_read() -> None:
    small = "la operación de la policía dejó para la tarde a dos personas heridas en una casa de la ciudad"
    named = stories([Report(f"{small} de Kerman", "r")])["r"].terms

    assert {term for term in named if term.startswith("place:ir-")} >= {"place:ir-kerman"}
    assert not {term for term in stories([Report(small, "r")])["r"].terms if term.startswith("place:")}


def test_what_packs_call_alike_is_one_thing_in_every_language() -> None:
    texts = {
        "ar": "غارة بطائرة مسيرة على مسجد في المدينة أدت إلى مقتل أطفال",
        "ur": "شہر کی مسجد پر ڈرون حملے میں بچے ہلاک ہو گئے",
        "fa": "حمله پهپادی به مسجدی در شهر کودکان را کشت",
        "en": "A drone strike on a mosque in the city killed children",
    }
    found = stories(Report(text, code, language=code) for code, text in texts.items())

    assert sorted(texts) == sorted(supported())
    assert set.intersection(*(set(story.terms) for story in found.values())) >= {"thing:drone", "thing:mosque", "thing:children"}


def test_a_term_is_worth_more_the_fewer_texts_have_it() -> None:
    texts = [f"Shelling of a market in the city of Azaz, day {n} of the war, said the mayor" for n in range(40)]
    found = stories(
        [*(Report(text, str(n), language="en") for n, text in enumerate(texts)), Report(f"{texts[0]} Darwazah", "x", language="en")]
    )
    rare = rarity(found.values())

    assert rare.worth("sound:drwd") > rare.worth("sound:mrkt")
    assert shared(found["0"], found["1"], rare)["thing"][0] < rare.worth("sound:drwd") * 3


def test_a_row_of_a_table_and_a_word_or_two_tell_no_story() -> None:
    row = "Code: A-1\nDay: 08.03.2024\nVillage: Sarmin\nDead: 2\nBy: unknown gunmen\n"

    assert stories([Report(row, "row", language="en"), Report("Azaz, Idlib", "short", language="en")]) == {}


def test_a_report_that_is_not_read_is_with_those_whose_story_it_shares() -> None:
    day = dt.date(2024, 8, 6)
    texts = {
        "en": "Two rockets hit the Darwazah air base in Iraq's Anbar on Monday 5 August, wounding seven soldiers, a spokesman said.",
        "es": "Dos cohetes golpearon la base militar de Darwazah en Anbar, Irak, el lunes 5 de agosto e hirieron a 7 soldados.",
        "far": "A storm sank a ferry off Mogadishu in 2011 and the coast guard searched for nineteen fishermen, officials said on Friday.",
    }
    reports = {name: Report(text, name, language=None if name == "es" else "en", published=day) for name, text in texts.items()}
    accounts = [told("a", "shelling", report="en", day="2024-08-05"), told("f", "disaster", report="far", day="2011-05-01")]

    found = clusters(accounts, link(accounts, reports))

    assert ("a", f"{ALONE}es") in found
    assert ("f",) in found


@pytest.mark.parametrize(
    ("accounts", "main"),
    [
        ((told("news", report="r"), told("old", report="r", background=True)), "news"),
        ((told("said", "statement", report="r"), told("struck", report="r", place="Aleppo", day="2024-01-01")), "struck"),
        ((told("said", "statement", report="r"), told("old", report="r", background=True, place="Aleppo")), "old"),
        ((told("bare", report="r"), told("full", report="r", place="Aleppo", day="2024-01-01", victims=("Person 17",))), "full"),
        ((told("said", "statement", report="r"),), "said"),
    ],
    ids=["news-before-background", "deed-before-word", "old-deed-before-word", "full-before-bare", "word-where-nothing-else"],
)
def test_what_a_report_mainly_tells(accounts: tuple[object, ...], main: str) -> None:
    assert main_account(accounts).id == main  # type: ignore[arg-type]
    assert main_account(tuple(reversed(accounts))).id == main  # type: ignore[arg-type]


def test_of_two_alike_the_first_in_the_text_is_the_main_one() -> None:
    first, later = told("z", report="r"), told("a", report="r")
    far = Mention(600, 606, "struck", "made/up")

    assert main_account((replace(later, trigger=far), first)).id == "z"


def test_slots_that_say_more_than_words_stand_alone() -> None:
    """Two rows of words that share nothing, of what was read to the same day, town, side and toll."""
    full = {"day": "2024-03-05", "place": "Mayadin", "by": (named("Islamic State", "islamic-state", "rebel_group"),), "harm": (killed(40),)}
    a, b = told("a", **full), told("b", **full)
    texts = {
        "r-a": "Forty bodies were counted by nightfall, a doctor said to callers",
        "r-b": "Officials spoke of the dead of Tuesday, and of grief",
    }

    found = explain(a, b, {name: Report(text, name, language="en") for name, text in texts.items()})

    assert found.score >= load_weights().threshold
    assert {reason.code: reason.weight for reason in found.reasons}["killed_same_many"] == load_weights().bits["killed_same_many"]
