"""What each page may use: one frozen dataclass per page and the parts it is made of.

A template gets one of these and the wording, nothing else; the JSON twin of a page is the same value through `to_json`. Texts
are already in the reader's language, quoted words always in their own, with `lang` and `dir` beside them.
"""

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any

# -- parts ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Quote:
    """The words behind a value, where they stand and whose they are. `address` opens the report at them."""

    text: str
    lang: str
    dir: str
    report: str
    start: int
    end: int
    outlet: str
    address: str
    gloss: str = ""


@dataclass(frozen=True, slots=True)
class Script:
    """A language by a letter of its script."""

    code: str
    sample: str
    name: str


@dataclass(frozen=True, slots=True)
class Grade:
    code: str
    letter: str
    label: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A toll drawn from low to high on an axis of 0 to 100. `open` runs to the axis' end; `ticks` are single claims."""

    low: float
    best: float
    high: float
    open: bool
    ticks: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class TollLine:
    """One effect for one group. `told` is its range in the reader's digits."""

    effect: str
    who: str
    label: str
    told: str
    low: int
    best: int
    high: int | None
    rule: str
    bar: Bar


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """A reason in words, with its weight where it has one."""

    code: str
    text: str
    weight: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a filter's list; `count` None where the ledger gives none."""

    value: str
    label: str
    count: int | None = None


# -- map --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Drawn:
    """One shape of the drawn map, in its own pixels. `outline` True: the dashed outline of a whole country stands for it."""

    x: float
    y: float
    radius: float
    rough: bool
    name: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class MapName:
    x: float
    y: float
    name: str


@dataclass(frozen=True, slots=True)
class Map:
    """A map drawn by the server, and what the live one over it needs (`view`: bounds, shapes, pins, countries)."""

    width: int
    height: int
    land: tuple[str, ...]
    countries: tuple[str, ...]
    names: tuple[MapName, ...]
    drawn: tuple[Drawn, ...]
    own_names: tuple[MapName, ...]
    view: dict[str, Any]
    unplaced: int = 0


# -- incident list ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class IncidentLine:
    id: str
    address: str
    event_type: str
    what: str
    alleged: bool
    status: str
    where: tuple[str, ...]
    where_contested: bool
    country: str
    when: tuple[str, ...]
    when_contested: bool
    start: dt.date | None
    killed: TollLine | None
    injured: TollLine | None
    reports: int
    independent: int
    scripts: tuple[Script, ...]
    contradictions: tuple[str, ...]
    grade: Grade


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters as the address gave them, for the form and for the addresses of other views of it."""

    text: str = ""
    event_type: str = ""
    country: str = ""
    since: str = ""
    until: str = ""
    grade: str = ""
    language: str = ""
    contradictions: bool = False
    order: str = "date"


@dataclass(frozen=True, slots=True)
class IncidentListPage:
    filters: Filters
    incidents: tuple[IncidentLine, ...]
    total: int
    map: Map
    event_types: tuple[Choice, ...]
    countries: tuple[Choice, ...]
    grades: tuple[Choice, ...]
    languages: tuple[Choice, ...]
    orders: tuple[Choice, ...]
    next: str | None = None
    first: str | None = None
    problems: tuple[str, ...] = ()
    filtered: bool = False


# -- incident page ----------------------------------------------------------------------------------------------------


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
    """Why an account is held to be of this happening: the other outlet, the score and its parts."""

    outlet: str
    address: str
    score: str
    reasons: tuple[ReasonLine, ...]


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


# -- what an incident is assessed to be --------------------------------------------------------------------------------


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


# -- report page ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SlotValue:
    """A value in the account panel. `key` joins it to its mark in the text, both ways."""

    label: str
    key: str = ""
    quote: Quote | None = None
    mark: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True)
class WeighedLine:
    """A value that was considered: its words, its sum with what weighed most, and why it was refused where it was.

    `weight` is empty where words alone decide, and `outcome` then says so; `asked` says what the sum answers where a slot has
    more than one.
    """

    label: str
    quote: Quote
    offsets: str
    rule: str
    asked: str = ""
    weight: str = ""
    outset: str = ""
    reasons: tuple[ReasonLine, ...] = ()
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class SlotChoice:
    """Why a slot is filled as it is. `left_out` counts the refused that are not listed, all less likely."""

    chosen: tuple[WeighedLine, ...]
    refused: tuple[WeighedLine, ...]
    left_out: int = 0

    @property
    def considered(self) -> int:
        return len(self.refused) + self.left_out


@dataclass(frozen=True, slots=True)
class Slot:
    """A field of an account; without values it was asked for in vain, and `choice` says what was refused."""

    name: str
    kind: str
    label: str
    values: tuple[SlotValue, ...]
    choice: SlotChoice | None = None


@dataclass(frozen=True, slots=True)
class AccountPart:
    """One account as the report tells it; `incident` is the address of the happening it is counted in, `rejected` who does not count it."""

    id: str
    what: str
    background: bool
    incident: str
    slots: tuple[Slot, ...]
    is_explained: bool = False
    rejected: str = ""


@dataclass(frozen=True, slots=True)
class RefusalLine:
    """Words that were not believed; `weighed` says what spoke against them where that is known."""

    slot: str
    reason: str
    quote: Quote
    weighed: WeighedLine | None = None


@dataclass(frozen=True, slots=True)
class CopyLine:
    """Another report of the same wire text."""

    outlet: str
    address: str


@dataclass(frozen=True, slots=True)
class MediumLine:
    """A photo, video or recording of a report. `address` is the desk's own, empty where it is not held; `is_shown`: it may be shown."""

    kind: str
    label: str
    role: str
    caption: str
    told_at: str
    document: str | None
    address: str = ""
    media_type: str = ""
    size: str = ""
    acquired: str = ""
    is_shown: bool = False
    withheld: str = ""

    def having(self, **facts: Any) -> "MediumLine":
        return replace(self, **facts)


@dataclass(frozen=True, slots=True)
class ReportPage:
    id: str
    address: str
    title: str
    outlet: str
    lang: str
    dir: str
    language: str
    published: dt.date | None
    url: str | None
    wire_credit: str | None
    forwarded_from: str
    edited: str
    document: str | None
    acquired: str
    method: str
    size: str
    origin: str
    unread: str
    relevant: bool
    segments: tuple[Segment, ...]
    accounts: tuple[AccountPart, ...]
    figures: tuple[Slot, ...]
    refusals: tuple[RefusalLine, ...]
    disbelieved: tuple[WeighedLine, ...]
    showing_refused: bool
    refused_address: str
    reading: dict[str, Any] = field(default_factory=dict)
    media: tuple[MediumLine, ...] = ()
    withheld: str = ""
    copy_of: tuple[CopyLine, ...] = ()
    copied_by: tuple[CopyLine, ...] = ()


@dataclass(frozen=True, slots=True)
class AccountPage:
    """One account with the head of its report; it is shown on the report's page, and alone as JSON."""

    id: str
    report: str
    address: str
    language: str | None
    published: dt.date | None
    incidents: tuple[str, ...]
    account: dict[str, Any]


@dataclass(frozen=True, slots=True)
class FeedLine:
    """A watched feed: what it gave and when, as told in the reader's language; `needs_a_look` where it fails or is silent."""

    address: str
    items: int
    last_gave: str
    last_asked: str
    state: str
    problem: str
    needs_a_look: bool


@dataclass(frozen=True, slots=True)
class SourceLine:
    """Who publishes, whose voice it is, and how many reports it gave."""

    id: str
    name: str
    kind: str
    country: str
    languages: tuple[str, ...]
    voice_of: str
    reports: int
    feeds: tuple[FeedLine, ...]


@dataclass(frozen=True, slots=True)
class SourcesPage:
    """Everyone who gave this ledger anything; those to look at first."""

    sources: tuple[SourceLine, ...]
    total: int


@dataclass(frozen=True, slots=True)
class ProblemPage:
    """What went wrong and what to do, in plain words."""

    status: int
    title: str
    text: str
