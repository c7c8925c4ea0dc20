"""A PDF gives its words in the order they are read."""

from pathlib import Path

import pytest

from tahqiq.errors import UnreadableDocument
from tahqiq.text.pdf import pdf_text, repaired

SAMPLES = Path(__file__).with_name("samples")
ARABIC = (
    "قُتل ثلاثة مدنيين (بينهم طفلان) يوم 9 تموز 2023 في ضربة من طائرة MQ-9 Reaper على منزل قرب الطريق M4 عند الساعة 14:30، "
    "بحسب الدفاع المدني."
)


def test_a_page_printed_by_a_browser_is_read_word_for_word() -> None:
    """Such a page holds its Arabic as it is drawn: from left to right, in the shapes of the letters."""
    assert pdf_text((SAMPLES / "arabic.pdf").read_bytes(), "arabic.pdf") == ARABIC


DRAWN = {
    "letters drawn from left to right": (["ةدلب ىلع فصق يف نويندم لتق"], ["قتل مدنيون في قصف على بلدة"]),
    "shapes": (["ﺔﺛﻼﺛ ﻞﺘﻘﻣ"], ["مقتل ثلاثة"]),
    "brackets, numbers and names": (["(QM) 2023 ماع يف ىلع A-10C و 14:30 نم"], ["من 14:30 و A-10C على في عام 2023 (QM)"]),
    "letters held as they are read": (["قتل مدنيون في قصف على بلدة"], ["قتل مدنيون في قصف على بلدة"]),
    "shapes held as they are read": (["ﻣﻘﺘﻞ ﺛﻼﺛﺔ في قصف على بلدة"], ["مقتل ثلاثة في قصف على بلدة"]),
    "a mark in a box of its own": (["ةدلب يف ً لازنم ىلع"], ["على منزالً في بلدة"]),
    "Latin": (["Three killed (Idlib) in 2023"], ["Three killed (Idlib) in 2023"]),
    "nothing": ([], []),
}


@pytest.mark.parametrize("name", DRAWN)
def test_a_page_is_turned_round_only_where_that_makes_words_of_it(name: str) -> None:
    drawn, expected = DRAWN[name]
    assert repaired([drawn]) == [expected]


@pytest.mark.parametrize("data", [b"%PDF-1.4 nothing more", b"%PDF-1.7\n%%EOF", (SAMPLES / "arabic.pdf").read_bytes()[:5000]])
def test_a_broken_pdf_is_one_sentence(data: bytes) -> None:
    with pytest.raises(UnreadableDocument, match=r"^x\.pdf: is a (broken PDF|PDF without text)[^\n]*$"):
        pdf_text(data, "x.pdf")
