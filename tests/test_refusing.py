"""Refusals are one sentence each in four languages, with the same facts."""

import re
from pathlib import Path
from string import Formatter

import pytest

import tahqiq
from tahqiq.errors import LedgerConflict, UnknownName
from tahqiq.refusing import LANGUAGES, load_refusals, refused, said

SOURCES = "\n".join(path.read_text("utf-8") for path in Path(tahqiq.__file__).parent.rglob("*.py"))


def facts(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


@pytest.mark.parametrize("key", load_refusals())
def test_a_sentence_takes_the_same_facts_in_every_language_and_none_is_left_in_english(key: str) -> None:
    told = load_refusals()[key]
    assert tuple(told) == LANGUAGES
    assert all(facts(told[language]) == facts(told["en"]) for language in LANGUAGES)
    assert all(re.search("[\u0600-\u06ff]", told[language]) for language in ("ar", "ur", "fa"))


@pytest.mark.parametrize("key", load_refusals())
def test_every_sentence_is_said_somewhere(key: str) -> None:
    assert f'"{key}"' in SOURCES


def test_a_command_says_it_in_english_and_the_desk_in_the_readers_language() -> None:
    error = refused(UnknownName, "no_grade", given="superb", known="confirmed, fair")
    assert str(error) == "grade 'superb': no such grade; there are confirmed, fair"
    assert said(error, "ar") == "الدرجة «superb»: لا درجة كهذه؛ الموجود confirmed, fair"
    assert said(error, "fa", lambda text: f"\u2068{text}\u2069").count("\u2068") == 2


def test_a_refusal_that_has_no_key_is_said_as_it_is() -> None:
    assert said(LedgerConflict("the ledger refuses it"), "ur") == "the ledger refuses it"


def test_a_key_that_there_is_not_is_a_fault_of_the_program() -> None:
    with pytest.raises(KeyError):
        refused(UnknownName, "no such key")
