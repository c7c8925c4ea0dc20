"""What the pages of actors, places and sources may use."""

from dataclasses import dataclass

from tahqiq.web.contexts.listed import IncidentLine
from tahqiq.web.contexts.parts import Chart, Choice
from tahqiq.web.contexts.sources import SourceLine


@dataclass(frozen=True, slots=True)
class TallyLine:
    """An actor or a place: in how many incidents, how many were killed in them by the best figures, from when to when."""

    id: str
    address: str
    name: str
    incidents: int
    killed: int
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class TallyListPage:
    """Actors or places, a page at a time. `kind` says which."""

    kind: str
    name: str
    role: str
    order: str
    lines: tuple[TallyLine, ...]
    total: int
    roles: tuple[Choice, ...]
    orders: tuple[Choice, ...]
    next: str = ""
    first: str = ""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RoleLine:
    """What somebody did, suffered or said, or where: in how many incidents. `address` shows these below."""

    role: str
    label: str
    incidents: int
    killed: int
    address: str
    is_shown: bool


@dataclass(frozen=True, slots=True)
class ThingPage:
    """An actor, a place or a source: its part in incidents over time, by side, and the incidents themselves."""

    kind: str
    address: str
    name: str
    facts: tuple[str, ...]
    names: tuple[tuple[str, str, str], ...]  # language, direction, name
    roles: tuple[RoleLine, ...]
    charts: tuple[Chart, ...]
    sides: tuple[Chart, ...]
    incidents: tuple[IncidentLine, ...]
    said: tuple[str, ...]
    total: int
    source: SourceLine | None = None
    next: str = ""
    first: str = ""
