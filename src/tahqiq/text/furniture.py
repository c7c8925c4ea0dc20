"""What of a text is page furniture, and whose wire it carries: told by lists that a linguist can edit (`furniture.yaml`).

Furniture is marked, never cut out: the text stays as found, and a reader leaves out what stands in these spans. Only whole
lines are marked. A line is believed to be furniture by a phrase that no sentence begins with and by being short.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tahqiq.errors import PackError
from tahqiq.fold import fold, folded
from tahqiq.text.segment import Spans, paragraphs

_DATA = Path(__file__).with_name("furniture.yaml")
_EDGE = re.compile(r"^[\W_]+|[\W_]+$")
_HASHTAGS = re.compile(r"(?:#\w+[\s,،|]*){2,}\Z")
_LONGEST = 40
_CREDIT_HEAD = re.compile(
    r"[(\[](?P<name>[^()\[\]\n]{1,40})[)\]]|(?:^|[-–—,،/]\s*)(?P<plain>[^\s,،/()\-–—:][^,،/()\n\-–—:]{0,30}?)(?=\s*[-–—:]\s)"
)


@dataclass(frozen=True, slots=True)
class Furniture:
    """The lists, compiled: whole lines, and per first letter the phrases that begin a line with the longest such line in words."""

    whole: frozenset[str]
    begins: Mapping[str, tuple[tuple[str, int], ...]]
    name_after: tuple[str, ...]
    credits: Mapping[str, str]


def furniture_spans(text: str) -> Spans:
    """The lines of a text that are page furniture."""
    lists = load_furniture()
    return tuple((start, end) for start, end in paragraphs(text) if end - start <= 400 and _is_furniture(text[start:end], lists))


def wire_credit(text: str) -> str | None:
    """The agency whose wire the text says it carries, by its usual name; None where head and last line name none."""
    credits = load_furniture().credits
    lines = paragraphs(text)
    if not lines:
        return None
    head = [text[start : min(end, start + 120)] for start, end in lines[:3]]
    for piece in (*head, text[lines[-1][0] : lines[-1][1]][-80:]):
        for match in _CREDIT_HEAD.finditer(piece):
            name = credits.get(folded(match["name"] or match["plain"]))
            if name and (match["name"] or match.start() < 40):
                return name
    return None


@cache
def load_furniture() -> Furniture:
    """The lists of `furniture.yaml`; raises PackError naming the key that is wrong."""
    return parse_furniture(yaml.safe_load(_DATA.read_text("utf-8")), _DATA.name)


def parse_furniture(data: dict[str, Any], file: str) -> Furniture:
    """The lists, checked strictly: an unknown key stops the run."""
    credits = {folded(form): name for name, forms in data.get("wire_credits", {}).items() for form in forms}
    whole: set[str] = set()
    begins: dict[str, list[tuple[str, int]]] = {}
    name_after: list[str] = []
    for script in data.keys() - {"wire_credits"}:
        for kind, lists in data[script].items():
            if wrong := lists.keys() - {"whole", "begins", "words", "name_after"}:
                raise PackError(f"{file}: {script}.{kind}: unknown key {sorted(wrong)[0]!r}; whole, begins, words and name_after are known")
            whole.update(_bare(phrase) for phrase in lists.get("whole", ()))
            name_after += lists.get("name_after", ())
            for phrase in lists.get("begins", ()):
                plain = fold(phrase).text
                begins.setdefault(plain[:1], []).append((plain, int(lists.get("words", 8))))
    return Furniture(frozenset(whole), {head: tuple(rows) for head, rows in begins.items()}, tuple(name_after), credits)


def _is_furniture(line: str, lists: Furniture) -> bool:
    plain = fold(line).text
    words = len(plain.split())
    if words > _LONGEST:
        return False
    if words <= 5 and _EDGE.sub("", " ".join(plain.split())) in lists.whole:
        return True
    if _HASHTAGS.match(plain):
        return True
    if words <= 10 and any(_is_byline(line, word) for word in lists.name_after):
        return True
    start = plain.lstrip(" \t*•·»>|-")
    return any(_begins(start, phrase) and words <= most for phrase, most in lists.begins.get(start[:1], ()))


def _begins(line: str, phrase: str) -> bool:
    """True where the phrase ends with the line or at a word's end in it."""
    return line.startswith(phrase) and (not phrase[-1:].isalnum() or not line[len(phrase) : len(phrase) + 1].isalnum())


def _is_byline(line: str, word: str) -> bool:
    """True where the line is the word and then only names: 'By Jane Roe and John Doe', not 'By Sunday the town had fallen'."""
    if line[: len(word) + 1].lower() != word + " ":
        return False
    rest = [w.strip(",.;|") for w in line[len(word) :].split()]
    return len(rest) >= 2 and all(w[:1].isupper() or w in ("and", "in", "of", "&", "") for w in rest)


def _bare(phrase: str) -> str:
    return _EDGE.sub("", folded(phrase))
