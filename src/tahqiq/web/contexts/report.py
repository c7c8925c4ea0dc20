"""What the pages of one report and of one account may use."""

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any

from tahqiq.web.contexts.incident import Segment
from tahqiq.web.contexts.parts import Quote, ReasonLine


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
class BesideLine:
    """A field on which two readers do not say the same: what counts, what the other read, and the other's words."""

    field: str
    ours: tuple[str, ...]
    theirs: tuple[str, ...]
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class BesidePart:
    """One happening by two readers. `state` is both, ours or theirs: who read it at all; `same` counts the fields they agree on."""

    account: str
    what: str
    state: str
    rows: tuple[BesideLine, ...]
    same: int


@dataclass(frozen=True, slots=True)
class SecondReading:
    reader: str
    parts: tuple[BesidePart, ...]


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
    beside: tuple[SecondReading, ...] = ()


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
