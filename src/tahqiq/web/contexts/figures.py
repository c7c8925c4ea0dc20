"""What the pages of standing numbers may use."""

from dataclasses import dataclass, field
from typing import Any

from tahqiq.web.contexts.parts import Chart, Choice, Quote


@dataclass(frozen=True, slots=True)
class NumberLine:
    """A standing number as it stood on a day, by whom, in how many texts of their own; `contested`: another cannot hold with it."""

    day: str
    told: str
    independent: str
    contested: bool
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class SeriesLine:
    """One standing number: what it counts, as it was told last, and how it went."""

    id: str
    address: str
    label: str
    since: str
    latest: str
    latest_day: str
    times: int
    contested: bool
    numbers: tuple[NumberLine, ...] = ()


@dataclass(frozen=True, slots=True)
class FigureListPage:
    series: tuple[SeriesLine, ...]
    total: int
    measure: str
    contested: bool
    order: str
    measures: tuple[Choice, ...]
    orders: tuple[Choice, ...]
    next: str = ""
    first: str = ""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FigurePage:
    """One standing number over time, with the words of everybody who tells it."""

    address: str
    series: SeriesLine
    chart: Chart | None
    record: dict[str, Any] = field(default_factory=dict)
