"""What the pages of persons may use."""

from dataclasses import dataclass, field
from typing import Any

from tahqiq.web.contexts.parts import Choice, Quote, Script


@dataclass(frozen=True, slots=True)
class NameLine:
    """The names of a person in one language, each as it is told."""

    language: Script
    dir: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DoubtLine:
    """Another record that may be of the same person: how alike, and whether one incident tells of both."""

    id: str
    address: str
    names: tuple[NameLine, ...]
    likeness: str
    in_one_incident: bool


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person by every name, with what is told of them, each word in the reader's language."""

    id: str
    address: str
    names: tuple[NameLine, ...]
    roles: tuple[str, ...]
    statuses: tuple[str, ...]
    ages: tuple[str, ...]
    sexes: tuple[str, ...]
    family: tuple[str, ...]
    incidents: int
    reports: int
    withheld: bool = False
    doubts: tuple[DoubtLine, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonListPage:
    """Persons under the filters, a page at a time."""

    name: str
    filters: dict[str, str]
    doubtful: bool
    persons: tuple[PersonLine, ...]
    total: int
    choices: dict[str, tuple[Choice, ...]]
    next: str = ""
    first: str = ""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ToldIn:
    """An incident that tells of the person."""

    address: str
    title: str
    grade: str


@dataclass(frozen=True, slots=True)
class PersonPage:
    """One person: names, what is told, incidents, the words, and records that may be of the same."""

    address: str
    person: PersonLine
    incidents: tuple[ToldIn, ...]
    words: tuple[Quote, ...]
    left_out: int
    slots: tuple[Choice, ...]
    values: dict[str, tuple[Choice, ...]]
    record: dict[str, Any] = field(default_factory=dict)
