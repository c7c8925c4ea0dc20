"""Where paragraphs and sentences begin and end."""

import pytest

from tahqiq.text import paragraphs, sentence_at, sentences

# `|` stands where one sentence ends and the next begins
CASES = {
    "Urdu without a space": "حملے میں دو افراد ہلاک ہوئے۔|انھوں نے کہا کہ فوج نے کارروائی کی۔",
    "Urdu decimal": "زلزلے کی شدت ۵۔۴ تھی۔|کوئی نقصان نہیں ہوا۔",
    "Arabic": "قتل ثلاثة مدنيين.| وأصيب خمسة آخرون؟| نعم!",
    "Arabic initials": "قالت وكالة أ.ف.ب. إن القصف توقف.| وأكد د. أحمد ذلك.",
    "initials": "The U.S. military said J. Smith of the U.N. was there.| Nobody else was.",
    "initials that end a sentence": "It was claimed by the U.S.| The army denied it.",
    "ranks": "Lt. Gen. Erik Kurilla and Col. Joe Buccino spoke.| Dr. Ali left.",
    "a rank at the end is a word": "He was a Gen.| they said so.",
    "months and numbers": "On Jan. 3 and Sept. 11 No. 5 was hit.| It burned.",
    "decimal numbers": "It measured 3.5 km and cost 1.200.000 liras.| It burned.",
    "addresses": "See example.org or mail a.b@c.de today.| Then wait.",
    "ellipsis that goes on": "The army ... withdrew.| Nobody knows.",
    "ellipsis that ends": "We do not know...| The army withdrew.",
    "quotes go with their sentence": "“They struck.”| He said: 'We fled.'| Then it ended.",
    "Persian quotes": "وی گفت: «حمله شد.»| سپس رفت.",
    "exclamations": "What?!| Nothing!!| Yes.",
    "a headline": "Three killed in Idlib|\nThe army shelled the town.| It burned.",
    "windows newlines": "Three killed|\r\nThe army shelled",
    "blank lines and spaces": "  One.|\n \n\t|Two.",
    "no full stop": "Three killed in Idlib",
    "I": "So did I.| The army left.",
}


@pytest.mark.parametrize("name", CASES)
def test_sentences_end_where_a_reader_would_end_them(name: str) -> None:
    marked = CASES[name]
    text = marked.replace("|", "")
    assert [text[a:b] for a, b in sentences(text)] == [s.strip() for s in marked.split("|") if s.strip()]


def test_a_paragraph_is_a_line_that_says_something() -> None:
    text = "Headline\r\n\r\n  First line. Second.  \n\nLast"
    assert [text[a:b] for a, b in paragraphs(text)] == ["Headline", "First line. Second.", "Last"]


def test_an_offset_leads_to_its_sentence() -> None:
    text = "One is here. Two is there."
    spans = sentences(text)
    assert [sentence_at(spans, at) for at in (0, 11, 13, 25)] == [0, 0, 1, 1]
    assert sentence_at(sentences("  One."), 0) == -1


@pytest.mark.parametrize("text", ["", " \n\t ", "...", "۔۔۔", '"'])
def test_a_text_that_says_nothing_has_no_trouble(text: str) -> None:
    assert all(text[a:b].strip() for a, b in sentences(text))


def test_a_long_line_of_stops_takes_no_time() -> None:
    assert len(sentences("a. " * 100_000)) == 1
    assert len(sentences("word. " * 100_000)) == 100_000
