"""What the list of incidents may use."""

import datetime as dt
from dataclasses import dataclass

from tahqiq.web.contexts.parts import Choice, Grade, Map, Script, TollLine


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
