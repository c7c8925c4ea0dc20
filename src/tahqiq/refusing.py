"""Refusals in four languages: a key and facts, said in English by a command and in the reader's language by the desk.

What comes in is a kind of error, a key of refusals.yaml and facts; what goes out is the error, whose message is the English sentence.
An error without a key is said as it is.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import yaml

from tahqiq.errors import PackError, TahqiqError

FILE = Path(__file__).with_name("refusals.yaml")
LANGUAGES = ("en", "ar", "ur", "fa")
_Error = TypeVar("_Error", bound=TahqiqError)


def refused(kind: type[_Error], key: str, **facts: object) -> _Error:
    """The error of this kind that says the sentence of the key. Raises: KeyError for a key that there is not."""
    error = kind(load_refusals()[key]["en"].format(**facts))
    error.key, error.facts = key, facts
    return error


def said(error: TahqiqError, language: str, isolated: Callable[[str], str] = str) -> str:
    """What the error says in the language; its own words where it has no key.

    Args:
        isolated: keeps the direction of a fact that is put in.
    """
    if not error.key:
        return str(error)
    facts = {name: fact if isinstance(fact, int) else _Fact(isolated(str(fact))) for name, fact in error.facts.items()}
    return load_refusals()[error.key][language].format(**facts)


class _Fact(str):
    """Words that a sentence quotes: as they are, in any language."""

    def __repr__(self) -> str:
        return f"«{self}»"


@lru_cache(maxsize=1)
def load_refusals() -> Mapping[str, Mapping[str, str]]:
    """The sentences by key and language. Raises: PackError naming the key that lacks a language."""
    found: dict[str, dict[str, str]] = yaml.safe_load(FILE.read_text("utf-8"))
    for key, told in found.items():
        if tuple(told) != LANGUAGES:
            raise PackError(f"{FILE.name}: {key}: must have words in {', '.join(LANGUAGES)}")
    return found
