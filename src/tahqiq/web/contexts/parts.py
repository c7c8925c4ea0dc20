"""What several pages are made of: quoted words, tolls, grades, maps, and the page of a problem."""

from dataclasses import dataclass
from typing import Any


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


# -- charts and reasons -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChartRow:
    """A line of the table that stands for a chart where no script runs: when, how many, who told it."""

    when: str
    told: str
    by: tuple["ToldBy", ...] = ()
    address: str = ""


@dataclass(frozen=True, slots=True)
class ToldBy:
    """Somebody who tells a number, with the way to the words."""

    who: str
    address: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """Numbers over time: `data` is what a script draws (days since 1970, low, best, high, claims), `rows` say the same in words."""

    id: str
    label: str
    data: dict[str, Any]
    rows: tuple[ChartRow, ...]


@dataclass(frozen=True, slots=True)
class Fall:
    """One step of a waterfall: what was compared, its weight, and where its bar begins and ends on an axis of 0 to 100."""

    text: str
    weight: str
    start: float
    width: float
    speaks_for: bool


@dataclass(frozen=True, slots=True)
class Waterfall:
    """The weights of a comparison one after the other, to their sum; `zero` and `threshold` are places on the axis."""

    falls: tuple[Fall, ...]
    score: str
    zero: float
    threshold: float
    told_threshold: str
    is_linked: bool


# -- what went wrong --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ProblemPage:
    """What went wrong and what to do, in plain words."""

    status: int
    title: str
    text: str
