"""What the page of one incident may use."""

from dataclasses import dataclass, field
from typing import Any

from tahqiq.web.contexts.figures import SeriesLine
from tahqiq.web.contexts.parts import Bar, Chart, Grade, Map, Quote, ReasonLine, Script, TollLine, Waterfall
from tahqiq.web.contexts.persons import PersonLine


@dataclass(frozen=True, slots=True)
class CellValue:
    """One value as one report tells it. `version` is its letter where the field is contested; `mark` says alleged, foiled …"""

    label: str
    version: str = ""
    mark: str = ""
    quote: Quote | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """`state` is silent, agreed, disputed or alone; `same` where the cell before it, of the same claimant, says the same."""

    state: str
    values: tuple[CellValue, ...] = ()
    same: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """One account. `copy_of` is the outlet whose text this report copies."""

    account: str
    report: str
    address: str
    outlet: str
    language: Script
    published: str
    copy_of: str = ""
    starts_side: bool = False


@dataclass(frozen=True, slots=True)
class Side:
    """Columns that rest on the same claimant; `stance` is how it stands to the happening."""

    claimant: str
    stance: str
    columns: int
    quote: Quote | None = None


@dataclass(frozen=True, slots=True)
class Row:
    field: str
    label: str
    assessed: str
    contested: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    sides: tuple[Side, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a report's text under the same marks. `keys` are the values that stand on it, `opens` the anchors it begins."""

    text: str
    kinds: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    opens: tuple[str, ...] = ()
    target: str = ""
    at: bool = False
    furniture: bool = False


@dataclass(frozen=True, slots=True)
class LinkLine:
    """Why an account is held to be of this happening: the other outlet, the score and its parts, and the two side by side at `pair`."""

    outlet: str
    address: str
    score: str
    reasons: tuple[ReasonLine, ...]
    pair: str = ""


@dataclass(frozen=True, slots=True)
class NearLine:
    """Another incident with an account like one of this: how alike, and the two side by side at `pair`. A withheld text tells no why."""

    id: str
    address: str
    title: str
    score: str
    reasons: tuple[ReasonLine, ...]
    pair: str = ""


@dataclass(frozen=True, slots=True)
class ClaimBar:
    """The number of one voice: who tells it, since when, and where it lies on the toll's axis. `superseded`: told anew since."""

    who: str
    party: str
    told: str
    day: str
    bar: Bar
    address: str
    superseded: bool = False


@dataclass(frozen=True, slots=True)
class Claimed:
    """Who tells which number of one effect, voice by voice."""

    label: str
    claims: tuple[ClaimBar, ...]


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A report on the incident page: its head, the marked passage and why it is linked."""

    id: str
    address: str
    outlet: str
    title: str
    language: Script
    dir: str
    published: str
    copy_of: str
    passage: tuple[Segment, ...]
    links: tuple[LinkLine, ...]
    withheld: str = ""


@dataclass(frozen=True, slots=True)
class Cited:
    """A report by its outlet, with the way to it."""

    outlet: str
    address: str


@dataclass(frozen=True, slots=True)
class VoiceLine:
    """One independent origin: whose word it is, `party` where that is a side's, and the chains by which it was told."""

    speaker: str
    party: str
    since: str
    chains: tuple[tuple[str, ...], ...]
    reports: tuple[Cited, ...]


@dataclass(frozen=True, slots=True)
class DisputeSide:
    """One of the values that cannot all hold, and whose word it is."""

    value: str
    since: str
    voices: tuple[VoiceLine, ...]
    reports: tuple[Cited, ...] = ()


@dataclass(frozen=True, slots=True)
class DisputeLine:
    field: str
    since: str
    sides: tuple[DisputeSide, ...]


@dataclass(frozen=True, slots=True)
class StandLine:
    """What a party says of it, or that no report gives a word of it."""

    text: str
    since: str
    reports: tuple[Cited, ...]
    silent: bool = False


@dataclass(frozen=True, slots=True)
class PartyLine:
    name: str
    grade: Grade
    reasons: tuple[ReasonLine, ...]
    stands: tuple[StandLine, ...]


@dataclass(frozen=True, slots=True)
class StepLine:
    """What it was from a day on, because of which reports: a grade with its reasons, or a toll. `address` is the page as of that day."""

    day: str
    address: str
    reports: tuple[Cited, ...]
    grade: Grade | None = None
    reasons: tuple[ReasonLine, ...] = ()
    toll: TollLine | None = None


@dataclass(frozen=True, slots=True)
class CourseLine:
    """One toll over time."""

    label: str
    steps: tuple[StepLine, ...]


@dataclass(frozen=True, slots=True)
class ViewLine:
    """The numbers as another codebook counts them."""

    name: str
    rows: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class IdentityLine:
    """Whom the killed are held for, by whom, with the words."""

    label: str
    voices: tuple[VoiceLine, ...]
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Assessed:
    """What is in dispute, who is blamed and what they say, whose word it rests on, and how it changed."""

    identities: tuple[IdentityLine, ...]
    disputes: tuple[DisputeLine, ...]
    parties: tuple[PartyLine, ...]
    unclaimed: bool
    unclaimed_words: tuple[Quote, ...]
    voices: tuple[VoiceLine, ...]
    tolls: tuple[CourseLine, ...]
    grades: tuple[StepLine, ...]
    views: tuple[ViewLine, ...]


@dataclass(frozen=True, slots=True)
class AccountLabel:
    id: str
    label: str


@dataclass(frozen=True, slots=True)
class GradeChange:
    """The last time that evidence changed the computed grade: from which, to which, on which day, by which reports."""

    before: Grade
    after: Grade
    day: str
    reports: tuple[Cited, ...]


@dataclass(frozen=True, slots=True)
class IncidentPage:
    id: str
    address: str
    what: tuple[str, ...]
    where: tuple[str, ...]
    when: tuple[str, ...]
    status: str
    alleged: bool
    toll_words: tuple[str, ...]
    reports_count: int
    independent: int
    copies: int
    languages: tuple[Script, ...]
    grade: Grade
    grade_reasons: tuple[ReasonLine, ...]
    contradictions: tuple[str, ...]
    map: Map
    matrix: Matrix
    tolls: tuple[TollLine, ...]
    reports: tuple[ReportLine, ...]
    review: str
    incident: dict[str, Any] = field(default_factory=dict)
    assessed: Assessed | None = None
    withheld: str = ""
    decided: tuple[str, ...] = ()
    as_of: str = ""
    charts: tuple[Chart, ...] = ()
    claimed: tuple[Claimed, ...] = ()
    near: tuple[NearLine, ...] = ()
    persons: tuple[PersonLine, ...] = ()
    figures: tuple[SeriesLine, ...] = ()
    grade_change: GradeChange | None = None
    accounts: tuple[AccountLabel, ...] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """One of two accounts laid side by side."""

    account: str
    outlet: str
    address: str
    language: Script
    dir: str
    published: str
    incident: str
    incident_title: str
    passage: tuple[Segment, ...]
    withheld: str = ""


@dataclass(frozen=True, slots=True)
class PairPage:
    """Two accounts and why they are held to be of one happening, or not. `fields` are what each tells, side by side."""

    address: str
    sides: tuple[Compared, Compared]
    fields: tuple[tuple[str, str, str], ...]
    waterfall: Waterfall | None
    is_one: bool
    decided: str
    withheld: str = ""
