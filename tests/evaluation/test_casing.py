"""Text in capitals throughout is read as if it had small letters, and every value stands on the words as they are."""

import datetime as dt

import pytest

from tahqiq.model import Report
from tahqiq.reading import default_reader, find_mentions, read
from tahqiq.reading.casing import is_capitals, load_casing, recased

PLAIN = "Beirut, 4 March 2019 -- Masked gunmen shot dead a judge in the city of Tripoli yesterday, the Lebanese police said on Monday."


def small(text: str) -> str:
    reader = default_reader()
    return recased(text, "en", reader.places, reader.actors)


@pytest.mark.parametrize(
    "text",
    [
        "Soldiers of the Syrian army fired rockets at Homs, and five children were wounded in the market before noon.",
        "A leader of the Shining Path was arrested in Lima on Friday after a long search, said the minister of defense.",
        "The government of El Salvador and the FMLN met in Mexico City and agreed to stop fighting for two weeks.",
    ],
)
def test_small_letters_come_back_where_words_are_words(text: str) -> None:
    got = small(text.upper())
    assert len(got) == len(text)
    wrong = [(a, b) for a, b in zip(got.split(), text.split(), strict=True) if a[0].isupper() != b[0].isupper()]
    assert len(wrong) <= 1, wrong


def test_a_text_that_has_small_letters_is_left_alone() -> None:
    assert small(PLAIN) == PLAIN
    assert not is_capitals("EXCLUSIVE: TWO DEAD IN RAID")


def test_a_report_in_capitals_tells_what_the_same_report_tells() -> None:
    day = dt.date(2019, 3, 4)
    one, other = (read(Report(text, language="en", published=day)) for text in (PLAIN, PLAIN.upper()))
    assert [(a.event_type, a.date and a.date.start, a.place and a.place.place.id) for a in one.accounts] == [
        (a.event_type, a.date and a.date.start, a.place and a.place.place.id) for a in other.accounts
    ]
    assert other.accounts


def test_every_value_stands_on_the_capitals_as_they_are() -> None:
    text = PLAIN.upper()
    for mention in find_mentions(Report(text, language="en")):
        start, end = mention["start"], mention["end"]
        assert isinstance(start, int) and isinstance(end, int) and text[start:end] == mention["text"]


@pytest.mark.parametrize("word", ["bombed", "wounding", "cities", "planned", "children", "police", "guerrillas"])
def test_forms_of_a_word_are_words(word: str) -> None:
    assert load_casing()["en"].is_word(word)


@pytest.mark.parametrize("word", ["lima", "monday", "salvador", "gutierrez", "aleppo"])
def test_names_are_no_words(word: str) -> None:
    assert not load_casing()["en"].is_word(word)
