"""Lines of the page are told from lines of the report, and no line of a report is taken for one of the page."""

import pytest

from tahqiq.errors import PackError
from tahqiq.text import furniture_spans, wire_credit
from tahqiq.text.furniture import parse_furniture

FURNITURE = [
    "Share this article", "Advertisement", "READ MORE: Two killed in Homs", "Tags: Syria, Idlib", "By Jane Roe and John Doe",
    "© 2023 Example", "Reporting by Jane Roe; editing by John Doe", "Skip to content", "#Syria #Idlib", "· Share on Facebook",
    "اقرأ أيضا: مقتل ثلاثة في حمص", "إقرأ أيضاً", "اقرأ.. ماذا حدث في حلب", "شارك الخبر", "جميع الحقوق محفوظة 2023", "المصدر: وكالات",
    "الكلمات المفتاحية: سوريا، إدلب", "یہ بھی پڑھیں: حمص میں دو افراد ہلاک", "مزید پڑھیں", "شیئر کریں", "جملہ حقوق محفوظ ہیں",
    "بیشتر بخوانید: کشته شدن دو نفر در حمص", "انتهای پیام/63002", "کد خبر: 12345", "برچسب‌ها: سوریه", "اشتراک‌گذاری",
]  # fmt: skip

REPORT = [
    "By Sunday the rebels had taken the town",
    "Sharing power was never agreed",
    "Three killed in Idlib",
    "Related violence killed two people in Homs on Friday, officials said",
    "World leaders condemned the attack",
    "اقرأ القاضي الحكم على المتهمين في دمشق",
    "إعلان حالة الطوارئ في العراق",
    "شارك المئات في تشييع القتلى",
    "المزيد من القوات وصل إلى المدينة",
    "حمص میں مزید پڑھے لکھے لوگ ہلاک",
    "شاهد عيان: رأيت الطائرة تقصف المنزل",
    "اشتراک در حمله رد شد",
]


@pytest.mark.parametrize("line", FURNITURE)
def test_a_line_of_the_page_is_marked_with_its_offsets(line: str) -> None:
    text = f"Three killed in Idlib.\n  {line}  \nThe army denied it."
    assert [text[a:b] for a, b in furniture_spans(text)] == [line]


@pytest.mark.parametrize("line", REPORT)
def test_a_line_of_the_report_is_left_alone(line: str) -> None:
    assert furniture_spans(f"{line}\nThe army denied it.") == ()


def test_a_paragraph_that_begins_like_furniture_but_is_long_is_a_report() -> None:
    assert furniture_spans("Watch: " + "the army shelled the town and people fled " * 6) == ()


CREDITS = {
    "BEIRUT, July 7 (Reuters) - Three were killed.": "Reuters",
    "دمشق (أ ف ب) - قتل ثلاثة": "AFP",
    "دمشق - سانا - قتل ثلاثة": "SANA",
    "پشاور (اے ایف پی): تین افراد ہلاک": "AFP",
    "Three killed\nThree were killed.\n(AP)": "AP",
    "Three were killed, Reuters was told.": None,
    "قتل ثلاثة في تجمع (فارس)": "Fars",
    "Three were killed": None,
    "": None,
}


@pytest.mark.parametrize("text", CREDITS)
def test_a_wire_is_credited_where_the_text_names_it_as_its_own(text: str) -> None:
    assert wire_credit(text) == CREDITS[text]


def test_an_unknown_key_of_the_list_is_named() -> None:
    with pytest.raises(PackError, match=r"furniture\.yaml: latin\.share: unknown key 'starts'"):
        parse_furniture({"latin": {"share": {"starts": ["x"]}}}, "furniture.yaml")
