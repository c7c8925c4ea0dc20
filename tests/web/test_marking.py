"""Cutting a text under its marks: nothing lost, nothing doubled, however marks lie on one another."""

from hypothesis import given
from hypothesis import strategies as st

from tahqiq.web.marking import PASSAGE_REACH, Mark, passage, segments

SPANS = st.tuples(st.integers(0, 40), st.integers(0, 40))


def mark(start: int, end: int, kind: str = "who") -> Mark:
    return Mark(start, end, kind, f"{start}-{end}", f"#v-{start}-{end}")


@given(st.text(max_size=40), st.lists(SPANS), st.lists(SPANS, max_size=3))
def test_segments_join_to_the_text_whatever_the_marks(text: str, spans: list[tuple[int, int]], furniture: list[tuple[int, int]]) -> None:
    cut = segments(text, [mark(*span) for span in spans], furniture=furniture)
    assert "".join(segment.text for segment in cut) == text


@given(st.text(min_size=1, max_size=40), st.lists(SPANS))
def test_each_mark_inside_the_text_covers_exactly_its_words(text: str, spans: list[tuple[int, int]]) -> None:
    cut = segments(text, [mark(*span) for span in spans])
    for start, end in spans:
        if start < end <= len(text):
            assert "".join(s.text for s in cut if f"{start}-{end}" in s.keys) == text[start:end]
            assert sum(f"{start}-{end}" in s.opens for s in cut) == 1


def test_a_stretch_under_two_marks_leads_to_the_shorter() -> None:
    cut = segments("one two three", [mark(0, 13, "count"), mark(4, 7)])
    assert [(s.text, s.kinds, s.target) for s in cut] == [
        ("one ", ("count",), "#v-0-13"),
        ("two", ("who", "count"), "#v-4-7"),
        (" three", ("count",), "#v-0-13"),
    ]


def test_a_passage_is_the_paragraph_around_the_words() -> None:
    text = "head\nthe strike killed one\ntail"
    start, end = passage(text, text.index("strike"), text.index("strike") + 6)
    assert text[start:end] == "the strike killed one"


def test_a_long_paragraph_is_cut_between_words() -> None:
    text = "word " * 200 + "strike" + " word" * 200
    at = text.index("strike")
    start, end = passage(text, at, at + 6)
    assert at - start <= PASSAGE_REACH and end - at - 6 <= PASSAGE_REACH
    assert text[start:end].split() == ["word"] * ((at - start) // 5) + ["strike"] + ["word"] * ((end - at - 6) // 5)
