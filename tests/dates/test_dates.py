"""Dates in the four languages: each sentence gives the words and days that its file says, and no others."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import yaml

from tahqiq.fold import fold
from tahqiq.languages import load_language
from tahqiq.reading.dates import DateMark, find_dates
from tahqiq.reading.numbers import find_quantities

FOLDER = Path(__file__).parent
LANGUAGES = ("ar", "en", "fa", "ur")
GIVEN: dict[str, Any] = {code: yaml.safe_load((FOLDER / f"{code}.yaml").read_text("utf-8")) for code in LANGUAGES}
CASES = [pytest.param(code, case, id=f"{code}/{case['id']}") for code in LANGUAGES for case in GIVEN[code]["cases"]]


def found(code: str, text: str, published: dt.date | None) -> list[tuple[str, DateMark]]:
    """The date words of a text with what they stand for."""
    pack = load_language(code)
    folding = fold(text)
    tokens = pack.lexicon.tokens(folding)
    quantities = find_quantities(tokens, pack.lexicon.find(tokens), pack)
    marks = find_dates(tokens, quantities, pack.dates, published, pack.dates.week_start)
    spans = [folding.original(tokens[m.first].start, tokens[m.last - 1].end) for m in marks]
    return [(text[start:end], mark) for (start, end), mark in zip(spans, marks)]


def told(mark: DateMark) -> str | None:
    """A mark's days as the files write them."""
    if mark.start is None:
        return None
    return mark.start.isoformat() if mark.start == mark.end else f"{mark.start} to {mark.end}"


@pytest.mark.parametrize(("code", "case"), CASES)
def test_a_sentence_holds_these_dates_and_no_others(code: str, case: dict[str, Any]) -> None:
    expected = [(words, str(days) if days else None) for words, days in case["dates"].items()]
    assert [(words, told(mark)) for words, mark in found(code, case["text"], GIVEN[code]["published"])] == expected


@pytest.mark.parametrize("code", LANGUAGES)
def test_each_language_has_sixty_sentences_and_ten_without_a_date(code: str) -> None:
    cases = GIVEN[code]["cases"]
    assert len({case["id"] for case in cases}) == len({case["text"] for case in cases}) == len(cases) >= 60
    assert sum(not case["dates"] for case in cases) >= 10


def days(code: str, text: str, published: dt.date | None = dt.date(2023, 7, 12)) -> list[str | None]:
    return [told(mark) for _, mark in found(code, text, published)]


def test_without_a_day_of_publication_what_counts_from_it_stays_untold() -> None:
    assert days("en", "Three died yesterday, on Friday and on 7 July.", None) == [None, None, None]


def test_the_first_full_date_of_a_text_stands_in_for_the_day_of_publication() -> None:
    assert days("en", "KABUL, July 12, 2023: Three died on Friday.", None) == ["2023-07-12", "2023-07-07"]


def test_a_date_that_is_not_understood_leaves_the_next_day_untold() -> None:
    assert days("en", "On 3 March 2019 a truce began. On 7 July it broke. The next day planes came.", None)[-1] == "2018-07-08"
    assert days("ur", "جمعہ کو حملہ ہوا۔ اگلے روز شہر خالی ہو گیا۔", None) == [None, None]


def test_a_day_told_from_another_is_never_a_day_to_come() -> None:
    assert days("en", "Rebels attacked on Tuesday. Three days later the town fell.") == ["2023-07-11", None]


@pytest.mark.parametrize(
    ("published", "day"), [(dt.date(2016, 10, 12), "2016-10-12"), (dt.date(2016, 12, 20), "2016-12-10")], ids=["american", "european"]
)
def test_figures_are_read_the_other_way_round_where_the_day_would_be_to_come(published: dt.date, day: str) -> None:
    assert days("en", "Filed 10/12/2016.", published) == [day]


def test_a_weekend_is_thursday_and_friday_where_the_week_begins_on_saturday() -> None:
    assert days("fa", "تعطیلات آخر هفته دو نفر کشته شدند.") == ["2023-07-06 to 2023-07-07"]
    assert days("en", "Two died over the weekend.") == ["2023-07-08 to 2023-07-09"]


def test_the_last_weekend_is_over_when_it_is_told_on_a_sunday() -> None:
    assert days("en", "Two died last weekend.", dt.date(2023, 7, 9)) == ["2023-07-01 to 2023-07-02"]


def test_a_span_that_would_end_before_it_begins_stays_untold() -> None:
    assert days("ar", "تاريخ الأندلس 1477 - 2015") == [None]


def test_easter_moves_with_the_year() -> None:
    text = "A church was bombed on Easter Sunday."
    assert days("en", text, dt.date(2019, 4, 23)) == ["2019-04-21"]
    assert days("en", text, dt.date(2017, 9, 1)) == ["2017-04-16"]
    assert days("en", text, dt.date(2000, 4, 30)) == ["2000-04-23"]


def test_a_hijri_month_in_a_gregorian_year_is_the_one_that_begins_in_it() -> None:
    assert days("en", "The truce began in Ramadan 2019.") == ["2019-05-06 to 2019-06-03"]
