"""Whatever a report looks like, reading never fails, quotes only what stands there, and gives the same again."""

import dataclasses
import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import tahqiq
from bounds import examples
from tahqiq.codebook import load_codebook
from tahqiq.model import Mention, Reading, Report, from_json, to_json
from tahqiq.reading import read
from tahqiq.reading.guide import to_guide

SAMPLES = [
    json.loads(line)["text"] for line in (Path(tahqiq.__file__).parent / "samples" / "reports.jsonl").read_text("utf-8").splitlines()
]
NOISE = [
    "\u200c",
    "\u200f",
    "\u0640",
    "ّ",
    "\n",
    "\n\n",
    " ",
    "۔",
    ".",
    "،",
    "(",
    '"',
    "«",
    "12",
    "٣",
    "ﻻ",
    "🙂",
    "\x00",
    "\u202e",
    "%",
    "-",
    "/",
    "ال",
    "و",
    "کے",
    "of",
]
PUBLISHED = dt.date(2023, 7, 9)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A sample report with pieces cut out, doubled, swapped and strewn with signs."""
    text = draw(st.sampled_from(SAMPLES))
    for _ in range(draw(st.integers(0, 6))):
        a, b = sorted((draw(st.integers(0, len(text))), draw(st.integers(0, len(text)))))
        b = min(b, a + 80)
        change = draw(st.sampled_from(["cut", "double", "noise", "other"]))
        if change == "cut":
            text = text[:a] + text[b:]
        elif change == "double":
            text = text[:b] + text[a:b] + text[b:]
        elif change == "noise":
            text = text[:a] + draw(st.sampled_from(NOISE)) + text[a:]
        else:
            other = draw(st.sampled_from(SAMPLES))
            text = text[:a] + other[: b - a] + text[a:]
    return text


def mentions(value: object) -> list[Mention]:
    """Every mention anywhere in a value of the model."""
    if isinstance(value, Mention):
        return [value]
    if isinstance(value, tuple):
        return [m for part in value for m in mentions(part)]
    if dataclasses.is_dataclass(value):
        return [m for f in dataclasses.fields(value) for m in mentions(getattr(value, f.name))]
    return []


@pytest.mark.slow
@given(mutated(), st.sampled_from([None, PUBLISHED]))
@settings(max_examples=examples(120), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_mutated_report_is_read_without_failing_and_every_mention_quotes_it(text: str, published: dt.date | None) -> None:
    reading = read(Report(text, id="r", published=published))
    for mention in mentions(reading):
        assert text[mention.start : mention.end] == mention.text != ""
    assert from_json(Reading, json.loads(json.dumps(to_json(reading)))) == reading
    json.dumps(to_guide(reading, id="r"), ensure_ascii=False).encode("utf-8", "surrogatepass")


@pytest.mark.slow
@given(mutated())
@settings(max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_values_are_of_the_closed_lists_and_ranges_stand_in_order(text: str) -> None:
    book = load_codebook()
    for account in read(Report(text, id="r", published=PUBLISHED)).accounts:
        assert account.event_type in book.closed("event_types")
        assert set(account.weapons) <= set(book.closed("weapons"))
        assert {c.effect for c in account.casualties} <= set(book.closed("effects"))
        assert {c.who for c in account.casualties} <= set(book.closed("who"))
        assert {c.qualifier for c in account.casualties} <= set(book.closed("qualifiers"))
        assert {c.stance for c in account.claims} <= set(book.closed("stances"))
        assert account.status in book.closed("status") and account.certainty in book.closed("certainty")
        assert all(c.max is None or 0 <= c.min <= c.max for c in account.casualties)
        assert account.date is None or account.date.start <= account.date.end


@pytest.mark.parametrize("text", SAMPLES, ids=range(len(SAMPLES)))
def test_the_same_report_gives_the_same_reading(text: str) -> None:
    report = Report(text, id="r", published=PUBLISHED)
    assert read(report) == read(report)


@pytest.mark.parametrize("text", ["", " \n ", ".", "۔۔۔", "12", "🙂🙂", "()", "a", "و"])
def test_next_to_nothing_gives_nothing(text: str) -> None:
    reading = read(Report(text, id="r"))
    assert (reading.relevant, reading.accounts, reading.figures) == (False, (), ())


@pytest.mark.parametrize("text", SAMPLES, ids=range(len(SAMPLES)))
def test_without_a_day_of_publication_nothing_relative_is_resolved(text: str) -> None:
    body = text.split("\n\n", 1)[1]
    for account in read(Report(body, id="r")).accounts:
        assert account.date is None or any(c.isdigit() for c in account.date.mention.text)
