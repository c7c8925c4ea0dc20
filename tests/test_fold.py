"""Folding joins what is one letter and leads back to the report's own code points."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tahqiq.fold import fold, folded, name_key

TEXTS = st.text(alphabet=st.sampled_from(list("قتل شخصان فيٱلـَّﻻكيىےہ۳٣3 Éa’“-\u200c\u200f")), max_size=60)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("الأمريكية", "الامریکیه"),
        ("كتاب", "کتاب"),
        ("قُتِلَ", "قتل"),
        ("العـــراق", "العراق"),
        ("٢٠٢٣", "2023"),
        ("۱۴۰۲", "1402"),
        ("می‌گویند", "میگویند"),
        ("ﻻجئ", "لاجی"),
        ("Zürich", "zurich"),
        ("Sana’a", "sana'a"),
    ],
)
def test_spellings_of_one_word_fold_alike(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(("one", "other"), [("لڑکے", "لڑکی"), ("ٹینک", "تینک"), ("گل", "کل")])
def test_letters_that_grammar_turns_on_stay_apart(one: str, other: str) -> None:
    assert folded(one) != folded(other)


@pytest.mark.parametrize(("one", "other"), [("البو كمال", "البوکمال"), ("الضمير", "ضمیر"), ("Al-Bukamal", "Bukamal")])
def test_name_keys_meet_across_spellings(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


def test_a_folded_word_leads_back_to_its_marks_and_tatweel() -> None:
    text = "قال: وَبـالطائرات."
    form = fold(text)
    start = form.text.index("وبالطایرات")
    first, last = form.original(start, start + len("وبالطایرات"))
    assert text[first:last] == "وَبـالطائرات"


@given(TEXTS)
def test_every_folded_span_lies_in_the_original(text: str) -> None:
    form = fold(text)
    for start in range(len(form.text)):
        first, last = form.original(start, start + 1)
        assert 0 <= first < last <= len(text)


@given(TEXTS)
def test_spans_come_back_in_order(text: str) -> None:
    form = fold(text)
    firsts = [form.original(n, n + 1)[0] for n in range(len(form.text))]
    assert firsts == sorted(firsts)


@given(TEXTS)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)
