"""What the features of the weights say, in a coder's words: `features.yaml`, opened only where a choice is explained.

What comes in is a question and a feature of `weights.yaml`; what goes out are words in a language of the interface. A feature that
the file has no words for is given back under its own name. How words are found is told at the head of the file.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Any

import yaml

from tahqiq.codebook import load_codebook
from tahqiq.errors import PackError, UnknownName

FILE = Path(__file__).parent / "features.yaml"
LANGUAGES = ("en", "ar", "ur", "fa")
Words = Mapping[str, str]  # by language
_SECTIONS = ("outcomes", "tables", "patterns", "features")
_ANY = "feature"  # the name in a pattern that stands for any feature
_AND = " + "  # between the words of features that hold together


@dataclass(frozen=True, slots=True)
class FeatureWords:
    """The words of features and of why a candidate was refused."""

    outcomes: Mapping[str, Words]
    tables: Mapping[str, Mapping[str, Words]]
    patterns: tuple[tuple[re.Pattern[str], Words], ...]
    features: Mapping[str, Words]
    _found: dict[tuple[str, str, str], str | None] = field(default_factory=dict)

    def of(self, question: str, feature: str, language: str) -> str:
        """The words of a feature; its own name where there are none."""
        return self.find(question, feature, language) or feature

    def outcome(self, code: str, language: str) -> str:
        """Why a candidate was refused."""
        return self.outcomes[code][language]

    def find(self, question: str, feature: str, language: str) -> str | None:
        """The words of a feature, None where there are none."""
        key = (question, feature, language)
        if key not in self._found:
            self._found[key] = self._find(*key)
        return self._found[key]

    def _find(self, question: str, feature: str, language: str) -> str | None:
        entry = self.features.get(f"{question}/{feature}") or self.features.get(feature)
        if entry:
            return entry[language]
        for pattern, words in self.patterns:
            if (match := pattern.fullmatch(feature)) and (told := self._filled(words[language], match, question, language)):
                return told
        parts = [self.find(question, part, language) for part in feature.split("&")] if "&" in feature else []
        return _AND.join(p for p in parts if p) if parts and all(parts) else None

    def _filled(self, words: str, match: re.Match[str], question: str, language: str) -> str | None:
        """A pattern's words with those of its names in place; None where what stands for any feature has none."""
        told: dict[str, str] = {}
        for name, value in match.groupdict().items():
            found = self.find(question, value, language) if name == _ANY else self.tables[name][value][language]
            if found is None:
                return None
            told[name] = found
        return words.format(**told)


@lru_cache(maxsize=1)
def load_feature_words(path: Path = FILE) -> FeatureWords:
    """The words of the file.

    Raises: PackError naming file and key where words are missing, or name what their pattern does not have.
    """
    given = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    if not isinstance(given, dict) or set(given) != set(_SECTIONS) or not all(isinstance(given[s], dict) for s in _SECTIONS):
        raise PackError(f"{path.name}: must have {', '.join(_SECTIONS)}, each of keys and values, and nothing else")
    tables = {name: _entries(path, f"tables.{name}", entries) for name, entries in given["tables"].items()}
    patterns = []
    for pattern, words in _entries(path, "patterns", given["patterns"], has_names=True).items():
        for name in _names_in(pattern) - {_ANY} - set(tables):
            tables[name] = _of_codebook(path, pattern, name)
        patterns.append((_compiled(pattern, tables), words))
    outcomes, features = (_entries(path, section, given[section]) for section in ("outcomes", "features"))
    return FeatureWords(outcomes, tables, tuple(patterns), features)


def _entries(path: Path, where: str, given: Any, *, has_names: bool = False) -> dict[str, Words]:
    """Words by key, each in every language; those of patterns name nothing that the pattern does not."""
    if not isinstance(given, dict):
        raise PackError(f"{path.name}: {where} is not a mapping")
    for key, words in given.items():
        if not isinstance(words, dict) or set(words) != set(LANGUAGES) or not all(isinstance(w, str) and w for w in words.values()):
            raise PackError(f"{path.name}: {where}.{key} must have words in {', '.join(LANGUAGES)}")
        if unknown := set().union(*map(_names_in, words.values())) - (_names_in(str(key)) if has_names else set()):
            raise PackError(f"{path.name}: {where}.{key} names {unknown.pop()}, which it does not have")
    return {str(key): words for key, words in given.items()}


def _names_in(pattern: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(pattern) if name}


def _of_codebook(path: Path, pattern: str, name: str) -> dict[str, Words]:
    codebook = load_codebook()
    try:
        return {value: {code: codebook.label(name, value, code) for code in LANGUAGES} for value in codebook.closed(name)}
    except UnknownName as error:
        raise PackError(f"{path.name}: patterns.{pattern}: no table and no list of the codebook is named {name}") from error


def _compiled(pattern: str, tables: Mapping[str, Mapping[str, Words]]) -> re.Pattern[str]:
    """The pattern with each name as the choice among what it stands for, the longest first."""
    made = ""
    for literal, name, _, _ in Formatter().parse(pattern):
        made += re.escape(literal)
        if name:
            choice = ".+" if name == _ANY else "|".join(map(re.escape, sorted(tables[name], key=lambda v: (-len(v), v))))
            made += f"(?P<{name}>{choice})"
    return re.compile(made)
