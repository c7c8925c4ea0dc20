"""What each public page may use; texts are in the reader's language, quoted words in their own."""

from dataclasses import dataclass

from tahqiq.web.contexts import Assessed, Choice, Grade, Map, Matrix, ReasonLine, Script, TollLine


@dataclass(frozen=True, slots=True)
class PublicLine:
    """One published incident in a list."""

    id: str
    address: str
    what: str
    where: tuple[str, ...]
    country: str
    when: tuple[str, ...]
    killed: TollLine | None
    injured: TollLine | None
    grade: Grade
    contested: tuple[str, ...]
    reports: int
    changed: str


@dataclass(frozen=True, slots=True)
class PublicList:
    lines: tuple[PublicLine, ...]
    total: int
    given: dict[str, str]
    event_types: tuple[Choice, ...]
    countries: tuple[Choice, ...]
    grades: tuple[Choice, ...]
    orders: tuple[Choice, ...]
    filtered: bool
    problems: tuple[str, ...] = ()
    next: str = ""
    previous: str = ""


@dataclass(frozen=True, slots=True)
class PublicReport:
    """A report that the incident rests on; `address` is its publisher's, empty where it is not told."""

    outlet: str
    language: Script
    published: str
    address: str
    host: str
    copy_of: str


@dataclass(frozen=True, slots=True)
class DifferenceLine:
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class EditionLine:
    """An edition of an incident. `address` leads to it while it may be seen."""

    id: str
    number: int
    kind: str
    day: str
    at: str
    why: str
    title: str
    address: str
    differences: tuple[DifferenceLine, ...] = ()
    leads_to: str = ""


@dataclass(frozen=True, slots=True)
class PublicIncident:
    id: str
    address: str
    what: tuple[str, ...]
    where: tuple[str, ...]
    when: tuple[str, ...]
    alleged: bool
    status: str
    title: str
    toll_words: tuple[str, ...]
    tolls: tuple[tuple[TollLine, str], ...]  # with the rule's place on the methodology page
    grade: Grade
    grade_reasons: tuple[ReasonLine, ...]
    map: Map
    matrix: Matrix
    assessed: Assessed
    reports: tuple[PublicReport, ...]
    languages: tuple[Script, ...]
    independent: int
    copies: int
    withheld: str
    edition: int
    published: str
    citation: str
    history: tuple[EditionLine, ...]
    versions: tuple[tuple[str, str], ...]
    protection: str
    superseded: str = ""
    came_from: str = ""
    problem: str = ""  # what was wrong with a form that was sent from here
    form: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class GonePage:
    """An incident that was withdrawn: since when and why; or one that leads to another."""

    id: str
    title: str
    text: str
    why: str
    at: str
    leads_to: str = ""
    leads_title: str = ""


@dataclass(frozen=True, slots=True)
class ChangesPage:
    lines: tuple[EditionLine, ...]
    next: str


@dataclass(frozen=True, slots=True)
class MethodPage:
    rules: tuple[tuple[str, str, str], ...]  # name, in short, in full
    grades: tuple[tuple[Grade, str], ...]
    views: tuple[tuple[str, str], ...]
    versions: tuple[tuple[str, str], ...]
    precisions: tuple[tuple[str, str], ...]
    total: int


@dataclass(frozen=True, slots=True)
class ErrorTaken:
    id: str
    incident: str
    state: str
    answer: str
    at: str
