"""Whatever day a sentence is published: its dates stand in it, begin before they end, and move with the day only if told from it."""

import datetime as dt
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bounds import examples
from tahqiq.fold import fold
from tahqiq.languages import load_language
from tahqiq.reading.dates import DateMark, find_dates
from tahqiq.reading.numbers import find_quantities

_FOLDER = Path(__file__).parents[1] / "dates"
GIVEN: dict[str, Any] = {code: yaml.safe_load((_FOLDER / f"{code}.yaml").read_text("utf-8")) for code in ("ar", "en", "fa", "ur")}
SENTENCES: list[tuple[str, str]] = [(code, case["text"]) for code, file in GIVEN.items() for case in file["cases"]]
RELATIVE: dict[str, tuple[str, ...]] = {
    "ar": ("أمس", "اليوم", "غدا", "قبل خمسة أيام", "أول من أمس"),
    "en": ("yesterday", "today", "tomorrow", "five days ago", "last night"),
    "fa": ("دیروز", "امروز", "فردا", "پنج روز پیش", "شب گذشته"),
    "ur": ("گزشتہ روز", "آج صبح", "پانچ روز قبل", "گزشتہ شب", "کل شام"),
}
ABSOLUTE: dict[str, tuple[str, ...]] = {
    "ar": ("7 أبريل 2018", "عام 2011", "مارس 2015", "10 رمضان 1444"),
    "en": ("6 May 2015", "March 14, 2011", "in 2004", "March 2011", "2016-02-29"),
    "fa": ("۱۶ تیر ۱۴۰۲", "سال ۱۳۹۸", "۱۶ دسامبر ۲۰۱۴", "1402/04/16"),
    "ur": ("16 دسمبر 2014", "سنہ 2014", "مارچ 2015", "10 رمضان 1444 ہجری"),
}
DAYS = st.dates(dt.date(1998, 1, 1), dt.date(2040, 12, 31))


def found(code: str, text: str, published: dt.date | None) -> list[tuple[str, DateMark]]:
    pack = load_language(code)
    folding = fold(text)
    tokens = pack.lexicon.tokens(folding)
    quantities = find_quantities(tokens, pack.lexicon.find(tokens), pack)
    marks = find_dates(tokens, quantities, pack.dates, published, pack.dates.week_start)
    return [(text[slice(*folding.original(tokens[m.first].start, tokens[m.last - 1].end))], m) for m in marks]


def pairs(told: dict[str, tuple[str, ...]]) -> st.SearchStrategy[Any]:
    return st.sampled_from([(code, words) for code, said in told.items() for words in said])


@settings(max_examples=examples(150), deadline=None)
@given(sentences=st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4), published=st.none() | DAYS)
def test_dates_stand_in_the_text_in_order_and_begin_before_they_end(sentences: list[tuple[str, str]], published: dt.date | None) -> None:
    code = sentences[0][0]
    text = "\n".join(text for _, text in sentences)
    marks = found(code, text, published)
    assert all(words and words in text for words, _ in marks)
    assert all(a.last <= b.first for (_, a), (_, b) in pairwise(marks))
    for _, mark in marks:
        assert (mark.start is None) == (mark.end is None)
        assert mark.start is None or mark.end is None or mark.start <= mark.end


@settings(max_examples=examples(100), deadline=None)
@given(said=pairs(RELATIVE), published=DAYS)
def test_published_a_day_later_a_relative_date_is_a_day_later(said: tuple[str, str], published: dt.date) -> None:
    code, words = said
    [(_, mark)], [(_, later)] = found(code, words, published), found(code, words, published + dt.timedelta(days=1))
    assert mark.start and later.start
    assert later.start - mark.start == dt.timedelta(days=1)


@settings(max_examples=examples(100), deadline=None)
@given(said=pairs(ABSOLUTE), published=st.none() | st.dates(dt.date(2024, 1, 1), dt.date(2040, 12, 31)))
def test_a_date_told_in_full_does_not_move_with_the_day_of_publication(said: tuple[str, str], published: dt.date | None) -> None:
    code, words = said
    [(_, mark)], [(_, unpublished)] = found(code, words, published), found(code, words, None)
    assert mark.resolved
    assert (mark.start, mark.end) == (unpublished.start, unpublished.end)


@settings(max_examples=examples(100), deadline=None)
@given(published=DAYS, weekday=st.sampled_from(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]))
def test_a_bare_weekday_is_one_of_the_seven_days_up_to_publication(published: dt.date, weekday: str) -> None:
    [(_, mark)] = found("en", f"A bomb exploded on {weekday}.", published)
    assert mark.start == mark.end is not None
    assert dt.timedelta(0) <= published - mark.end < dt.timedelta(days=7)
    assert mark.end.strftime("%A") == weekday
