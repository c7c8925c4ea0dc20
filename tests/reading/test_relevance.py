"""Reports that as a whole tell of no conflict give no accounts, whatever single words in them name."""

import pytest

from tahqiq.model import Report
from tahqiq.reading import read

FOOTBALL = (
    "The striker scored twice as the home side beat their rivals in the league on Saturday. "
    "A late strike from the edge of the box settled the match after a goalless first half. "
    "The coach praised his team and said the players had followed the plan in training all week. "
    "The club now sits third in the table, two points behind the leaders, with ten games of the season to play. "
    "Supporters sang until the stadium closed, and the captain said the next game, away from home, would be harder."
)
MARKET = (
    "حصص بازار میں جمعرات کو کاروبار کے دوران تیزی کا رجحان رہا اور انڈیکس میں پانچ سو پوائنٹس کا اضافہ ہوا۔ "
    "بینکوں اور سیمنٹ کے شعبے کے حصص کی خرید و فروخت زیادہ رہی۔ "
    "ماہرین معیشت کا کہنا ہے کہ شرح سود میں کمی کے اعلان سے سرمایہ کاروں کا اعتماد بڑھا ہے۔ "
    "ڈالر کی قیمت میں معمولی کمی ہوئی جبکہ سونے کی فی تولہ قیمت میں اضافہ دیکھا گیا۔ "
    "تاجروں نے حکومت سے ٹیکس میں رعایت کا مطالبہ کیا ہے اور کہا ہے کہ برآمدات بڑھانے کے لیے بجلی سستی کی جائے۔"
)
SHELLING = (
    "Shelling hit the northern quarter of the city on Saturday morning and killed four civilians, medics said. "
    "Residents told reporters that artillery rounds fell near a bakery and a school for more than an hour. "
    "Rescue workers pulled two wounded children from under a collapsed house and took them to the field hospital. "
    "The army said that it had answered fire from an armed group which holds the hills above the city. "
    "The group denied that its fighters were in the area and accused the army of firing on homes."
)


@pytest.mark.parametrize(("text", "language"), [(FOOTBALL, "en"), (MARKET, "ur")], ids=["football", "market"])
def test_a_report_of_sport_or_markets_gives_no_account(text: str, language: str) -> None:
    reading = read(Report(text, id="x", language=language))
    assert not reading.relevant
    assert not reading.accounts


def test_a_report_of_shelling_gives_its_account() -> None:
    assert "shelling" in {a.event_type for a in read(Report(SHELLING, id="x", language="en")).accounts}


def test_what_was_believed_in_a_report_off_topic_is_refused_with_its_words() -> None:
    reading = read(Report(MARKET, id="x", language="ur"))
    assert all(MARKET[r.start : r.end] == r.text for r in reading.refused)


def test_a_line_by_itself_is_taken_at_its_word() -> None:
    assert read(Report("Police arrested two men in Mosul on Friday.", id="x", language="en")).relevant
