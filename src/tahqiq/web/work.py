"""What the pages of those who work at the desk may use: today, the inbox, and what is decided of an incident or a report.

As `contexts`: one frozen dataclass a page, texts in the reader's language. These pages have no JSON twin; programs decide by commands.
"""

from dataclasses import dataclass

from tahqiq.web.contexts import Choice, Cited, IncidentLine, NearLine


@dataclass(frozen=True, slots=True)
class DecidedLine:
    """A decision in words. `state` is stands, taken_back, overruled or waits; `by` who took it back or overruled it."""

    id: str
    text: str
    who: str
    at: str
    why: str
    state: str = "stands"
    by: str = ""
    incident: str = ""
    may_take_back: bool = False


@dataclass(frozen=True, slots=True)
class Undo:
    """What was just done, with the way back."""

    lines: tuple[DecidedLine, ...]
    failed: int = 0


@dataclass(frozen=True, slots=True)
class InboxLine:
    """Something that waits. `incident` is its line in the list where it is about one; `sentence` says what is to be decided."""

    kind: str
    incident: IncidentLine | None
    sentence: str = ""
    need: int = 0
    why: str = ""
    waits: str = ""
    held_by: str = ""
    is_mine: bool = False
    decision: str = ""
    persons: tuple[str, str] | None = None
    open: str = ""  # the inbox with this incident beside it
    is_open: bool = False
    item: str = ""
    leads: str = ""


@dataclass(frozen=True, slots=True)
class Telling:
    """A value of a contradicted field, and the outlets that tell it."""

    value: str
    outlets: str


@dataclass(frozen=True, slots=True)
class Against:
    field: str
    told: tuple[Telling, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """The words of a report around what it tells; `before` and `after` the words of the happening itself."""

    outlet: str
    address: str
    published: str
    language: str
    dir: str
    text: str
    withheld: str = ""


@dataclass(frozen=True, slots=True)
class Beside:
    line: IncidentLine
    toll: tuple[str, ...]
    against: tuple[Against, ...]
    passages: tuple[Passage, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class InboxPage:
    kinds: tuple[Choice, ...]
    kind: str
    whose: str
    order: str
    lines: tuple[InboxLine, ...]
    total: int
    here: str
    at: int = 0
    next: str = ""
    previous: str = ""
    addresses: tuple[tuple[str, str, str], ...] = ()  # of the other views: what it is, its word, its address
    beside: Beside | None = None
    people: tuple[str, ...] = ()  # to whom this visitor may give what waits
    closed: str = ""  # the items that were just closed, for opening again


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """What changed of an incident, on which day it was told: a toll, a grade, or a contradiction that arose."""

    kind: str
    label: str
    day: str
    incident: str
    address: str
    before: str = ""
    after: str = ""
    is_new: bool = False  # told since this visitor last looked
    by: tuple[Cited, ...] = ()  # the reports that changed it
    kept: str = ""  # a person's grade, which stands whatever the reports give


@dataclass(frozen=True, slots=True)
class RunLine:
    at: str
    told: str


@dataclass(frozen=True, slots=True)
class SearchLine:
    """A saved search; `news` says what is new in it since its user last saw it, empty where nothing is."""

    name: str
    address: str
    news: str = ""


@dataclass(frozen=True, slots=True)
class SilentLine:
    name: str
    state: str
    last_gave: str


@dataclass(frozen=True, slots=True)
class WaitLine:
    """A kind of things that wait: how many, how long the first of them has, and where they are."""

    label: str
    count: int
    address: str
    oldest: str = ""


@dataclass(frozen=True, slots=True)
class SpikeLine:
    """Something of which a day tells far more than is usual: in words, with the numbers."""

    name: str
    told: str
    address: str


@dataclass(frozen=True, slots=True)
class TodayPage:
    runs: tuple[RunLine, ...]
    waits: tuple[WaitLine, ...]
    mine: tuple[IncidentLine, ...]
    changes: tuple[ChangeLine, ...]
    decided: tuple[DecidedLine, ...]
    silent: tuple[SilentLine, ...]
    searches: tuple[SearchLine, ...]
    total: int
    spikes: tuple[SpikeLine, ...] = ()
    spike_day: str = ""
    looked: str = ""  # when this visitor looked before


@dataclass(frozen=True, slots=True)
class AccountChoice:
    id: str
    label: str
    report: str


@dataclass(frozen=True, slots=True)
class ToldChoices:
    """The values told of one slot: each as words that a correction takes, and as it is shown."""

    slot: str
    label: str
    values: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class NoteLine:
    who: str
    at: str
    text: str


@dataclass(frozen=True, slots=True)
class Deciding:
    """What this visitor may decide of an incident, and what was decided, noted and is near it. `open` is the form that is asked for."""

    incident: str
    accounts: tuple[AccountChoice, ...]
    slots: tuple[Choice, ...]
    told: tuple[ToldChoices, ...]
    grades: tuple[Choice, ...]
    near: tuple[NearLine, ...]
    notes: tuple[NoteLine, ...]
    history: tuple[DecidedLine, ...]
    held_by: str = ""
    is_mine: bool = False
    review: str = "proposed"
    publishing: str = ""  # the decision by which it is published, for taking back
    open: str = ""
    from_inbox: bool = False
    others: tuple[str, ...] = ()  # to whom this visitor may give it


@dataclass(frozen=True, slots=True)
class Correcting:
    """What this visitor may add to or correct in a report."""

    report: str
    accounts: tuple[AccountChoice, ...]
    slots: tuple[Choice, ...]
