"""Bytes become the text that was written, whatever it was saved in."""

import pytest

from tahqiq.errors import UnreadableDocument
from tahqiq.text import decode
from tahqiq.text.decode import share_of_frequent_words

ARABIC = "قالت مصادر محلية إن ثلاثة مدنيين قتلوا في قصف على بلدة الهبيط بعد ظهر يوم الأحد، وأصيب آخرون من بينهم طفل."
URDU = "پوليس کے مطابق دھماکے ميں پانچ افراد ہلاک اور دس زخمي ہو گئے۔ زخميوں کو ہسپتال منتقل کر ديا گيا ہے".replace("۔", ".")
PERSIAN = "به گفته مقام‌هاي محلي در اين حمله سه نفر کشته شدند و چند خودرو که در نزديکي پاسگاه بود آسيب ديد"
KURDISH_NAME = "رجل في الأربعين"
ENGLISH = "The ministry said: “Three were killed” – among them a café owner’s son – in the strike on the town."
FRENCH = "Trois civils ont été tués à l’école, près de la frontière, a déclaré le porte-parole de l’armée."

CASES = {
    "Arabic, utf-8": (ARABIC, "utf-8", "utf-8"),
    "Arabic, utf-8 with a mark": (ARABIC, "utf-8-sig", "utf-8"),
    "Arabic, utf-16": (ARABIC, "utf-16", "utf-16"),
    "Arabic, utf-16 without a mark": (ARABIC, "utf-16-le", "utf-16-le"),
    "Urdu, utf-16 without a mark": (URDU, "utf-16-be", "utf-16-be"),
    "English, utf-16 without a mark": (ENGLISH, "utf-16-le", "utf-16-le"),
    "Arabic, windows-1256": (ARABIC, "cp1256", "cp1256"),
    "Urdu, windows-1256": (URDU, "cp1256", "cp1256"),
    "Persian, windows-1256": (PERSIAN, "cp1256", "cp1256"),
    "three words, windows-1256": (KURDISH_NAME, "cp1256", "cp1256"),
    "Arabic, iso-8859-6": (ARABIC, "iso8859_6", "iso8859_6"),
    "English, windows-1252": (ENGLISH, "cp1252", "cp1252"),
    "French, windows-1252": (FRENCH, "cp1252", "cp1252"),
    "English, ascii": ("Three were killed.", "ascii", "utf-8"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_text_comes_out_as_it_was_written(name: str) -> None:
    text, saved_in, told = CASES[name]
    data = text.replace("\u200c", "\u200c" if saved_in != "iso8859_6" else "").encode(saved_in)
    assert decode(data, "x.txt") == (text, told)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\n\n"])
def test_newlines_stay_as_found(newline: str) -> None:
    text = f"{ARABIC}{newline}{ARABIC}{newline}"
    assert decode(text.encode("cp1256"), "x.txt")[0] == text
    assert decode(text.encode(), "x.txt")[0] == text


def test_a_page_that_lies_about_its_encoding_is_read_by_what_it_says() -> None:
    page = f'<html><head><meta charset="iso-8859-1"></head><body><p>{ARABIC}</p></body></html>'
    assert decode(page.encode("cp1256"), "x.html") == (page, "cp1256")
    truthful = page.replace("iso-8859-1", "windows-1256")
    assert decode(truthful.encode("cp1256"), "x.html") == (truthful, "cp1256")


def test_a_text_cut_in_the_middle_of_a_letter_is_still_utf8() -> None:
    text, encoding = decode(ARABIC.encode()[:-2], "x.txt")
    assert encoding == "utf-8"
    assert text.startswith(ARABIC[:-3]) and text.endswith("\ufffd")


def test_bytes_that_are_no_text_in_any_encoding_are_refused_by_name() -> None:
    with pytest.raises(UnreadableDocument, match=r"x\.txt: its encoding cannot be told"):
        decode(bytes([0x81, 0x8D, 0x8F, 0x90, 0x9D, 0xFF, 0xA1, 0xC3]) * 40, "x.txt")


def test_a_wrong_decoding_has_next_to_no_frequent_words() -> None:
    assert share_of_frequent_words(ARABIC) > 0.15
    assert share_of_frequent_words(ARABIC.encode("iso8859_6", "ignore").decode("cp1256")) < 0.1
    assert share_of_frequent_words(ARABIC[::-1]) < 0.03
    assert share_of_frequent_words("no such words") == 0
