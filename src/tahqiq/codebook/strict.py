"""YAML read strictly: every key is taken by someone, and what is left is refused with its file and key.

What comes in is one file; what goes out is a `Section` from which keys are taken one by one. This file must not know what the
keys mean.
"""

from collections.abc import Hashable, Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from tahqiq.errors import CodebookError


def open_yaml(path: Path, name: str) -> "Section":
    """The keys and values of a file; `name` is what messages call it."""
    try:
        return Section(name, "", yaml.load(path.read_text("utf-8"), Loader=_Loader))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise CodebookError(f"{name}: cannot be read: {error}") from error


class Section:
    """One mapping of a file, taken key by key; `end` refuses what nobody took. Every message names file and key."""

    def __init__(self, file: str, where: str, content: object) -> None:
        self.file, self.where = file, where
        if not isinstance(content, dict):
            raise CodebookError(f"{file}: {where or 'the file'} must be keys and values")
        self.left: dict[str, Any] = dict(content)

    def at(self, key: str) -> str:
        return f"{self.where}.{key}" if self.where else key

    def error(self, key: str, why: str) -> CodebookError:
        return CodebookError(f"{self.file}: {self.at(key)}: {why}")

    def take(self, key: str, *kinds: type) -> Any:
        if key not in self.left:
            raise self.error(key, "is missing")
        value = self.left.pop(key)
        if kinds and type(value) not in kinds:
            raise self.error(key, f"must be {' or '.join(k.__name__ for k in kinds)}, not {value!r}")
        return value

    def text(self, key: str) -> str:
        value: str = self.take(key, str)
        if not value.strip():
            raise self.error(key, "is empty")
        return value.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        values = self.take(key, list)
        if any(not isinstance(value, str) for value in values) or len(set(values)) < len(values):
            raise self.error(key, f"must be a list of different texts, not {values!r}")
        return tuple(values)

    def among(self, key: str, known: Iterable[str]) -> tuple[str, ...]:
        values, known = self.texts(key), tuple(known)
        for value in values:
            if value not in known:
                raise self.error(key, f"{value!r} is none of {', '.join(known)}")
        return values

    def section(self, key: str) -> "Section":
        return Section(self.file, self.at(key), self.take(key))

    def sections(self) -> Iterator[tuple[str, "Section"]]:
        for key in list(self.left):
            yield key, self.section(key)

    def end(self) -> None:
        if self.left:
            raise self.error(next(iter(self.left)), "is a key that nothing knows")


class _Loader(yaml.SafeLoader):
    """YAML whose keys are unique texts: `NO` unquoted would be False, and a second key would hide the first."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[object] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise yaml.YAMLError(f"line {key_node.start_mark.line + 1}: key {key!r} is no text; put it in quotes")
            if key in seen:
                raise yaml.YAMLError(f"line {key_node.start_mark.line + 1}: key {key!r} stands twice")
            seen.add(key)
        return super().construct_mapping(node, deep)
