"""Other datasets beside ours: the comparisons that are kept, one of them with its chart and lines, and the form that makes one.

What comes in is a user's own copy of a dataset; what goes out is what both have, what one alone has, and what they tell apart, with
the weights that say why. The file itself is not kept.
"""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from tahqiq.comparing import compare
from tahqiq.comparing.datasets import known_titles
from tahqiq.comparing.kept import FOUND, Kept, Line, comparisons, get_comparison, keep, kept_of
from tahqiq.errors import TahqiqError
from tahqiq.ledger import Query
from tahqiq.pipeline import matching, now
from tahqiq.web.contexts import ReasonLine
from tahqiq.web.door import Upload, files_of, visitor_of
from tahqiq.web.reasons import link_reason
from tahqiq.web.rendering import Desk, desk_of, page, twin, wording_of
from tahqiq.web.told import incident_address
from tahqiq.web.wording import Wording

router = APIRouter()
ACT = "close"  # what the least role that may compare may do: a comparison changes no incident
LARGEST = 100 << 20  # bytes of a file; larger ones are compared by the command
PAGE = 100
_BARS, _HEIGHT, _WIDTH = 120, 160, 640  # months that are drawn, pixels


@dataclass(frozen=True, slots=True)
class ComparedLine:
    """A comparison in the list: its dataset, when and by whom, and its numbers."""

    address: str
    title: str
    file: str
    who: str
    at: str
    both: int
    ours: int
    theirs: int


@dataclass(frozen=True, slots=True)
class ConflictLine:
    field: str
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class FoundLine:
    """A line of a comparison in the reader's words."""

    found: str
    label: str
    address: str
    title: str
    theirs: str
    day: str
    place: str
    ours_killed: str
    theirs_killed: str
    score: str
    conflicts: tuple[ConflictLine, ...]
    reasons: tuple[ReasonLine, ...]


@dataclass(frozen=True, slots=True)
class MonthBar:
    """A month: its numbers, and for each the box that is drawn, as kind, top and height."""

    month: str
    numbers: tuple[int, int, int]
    x: float
    width: float
    boxes: tuple[tuple[str, float, float], ...]


@dataclass(frozen=True, slots=True)
class ComparedPage:
    """A comparison with one page of its lines."""

    line: ComparedLine
    tabs: tuple[tuple[str, str, str, int], ...]  # what is shown, its word, its address, how many
    shown: str
    lines: tuple[FoundLine, ...]
    months: tuple[MonthBar, ...]
    conflicts: tuple[tuple[str, int], ...]
    left_out: tuple[tuple[str, int], ...]
    beyond: int
    next: str = ""
    first: str = ""
    width: int = _WIDTH
    height: int = _HEIGHT


@dataclass(frozen=True, slots=True)
class ComparisonsPage:
    """The comparisons that are kept, and whether this visitor may make one; `problem` says why the last file was not compared."""

    comparisons: tuple[ComparedLine, ...]
    known: tuple[str, ...]
    may: bool = False
    problem: str = ""


# -- pages ------------------------------------------------------------------------------------------------------------


@router.get("/comparisons", include_in_schema=False)
def comparison_list(request: Request) -> Response:
    return page(request, "comparisons.html", list_page(request))


@router.get("/api/v1/pages/comparisons", include_in_schema=False)
def comparison_list_twin(request: Request) -> Response:
    return twin(list_page(request))


@router.get("/comparisons/{comparison}", include_in_schema=False)
def comparison_page(request: Request, comparison: str) -> Response:
    return page(request, "comparison.html", one_page(desk_of(request), comparison, request.query_params, wording_of(request)))


@router.get("/api/v1/pages/comparisons/{comparison}", include_in_schema=False)
def comparison_twin(request: Request, comparison: str) -> Response:
    return twin(one_page(desk_of(request), comparison, request.query_params, wording_of(request)))


@router.post("/comparisons", include_in_schema=False)
async def compare_file(request: Request) -> Response:
    given = await files_of(request, ACT, most=LARGEST)
    try:
        name = await run_in_threadpool(_compared, desk_of(request), given, visitor_of(request).name)
    except TahqiqError as error:
        return page(request, "comparisons.html", list_page(request, problem=str(error)), status=400)
    finally:
        await given.close()
    return RedirectResponse(f"/comparisons/{name}", status_code=303)


def _compared(desk: Desk, given: Upload, who: str) -> str:
    """The file is compared and what was found is kept; gives its id. The file is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        table = given.write("table", Path(folder))
        mapping = Path(folder) / "map.yaml"
        mapping.write_text(given.form("map"), "utf-8")
        found = compare(table, matching(desk.ledger, Query()), mapping if given.form("map") else None)
        return keep(desk.ledger, kept_of(found, table.name, who=who, at=now()))


def list_page(request: Request, *, problem: str = "") -> ComparisonsPage:
    """The comparisons that are kept, the latest first."""
    wording = wording_of(request)
    kept = tuple(_listed(one, wording) for one in comparisons(desk_of(request).ledger))
    visitor = visitor_of(request)
    return ComparisonsPage(kept, known_titles(), bool(visitor.name) and visitor.may(ACT), problem)


def _listed(one: Kept, wording: Wording) -> ComparedLine:
    address = f"/comparisons/{quote(one.id, safe='')}"
    return ComparedLine(address, one.title, one.file, one.who, wording.time(one.at), *(one.counts.get(kind, 0) for kind in FOUND))


def one_page(desk: Desk, name: str, parameters: Mapping[str, str], wording: Wording) -> ComparedPage:
    """A comparison: what it found, its months, and a page of the lines that are asked for.

    Raises: UnknownName where the ledger keeps no such comparison.
    """
    one = get_comparison(desk.ledger, name)
    shown = parameters.get("found", "")
    shown = shown if shown in (*FOUND, "conflicts") else "conflicts" if one.conflicts else "both"
    after = int(parameters["after"]) if parameters.get("after", "").isascii() and parameters.get("after", "").isdigit() else 0
    of_kind = [line for line in one.lines if (bool(line.conflicts) if shown == "conflicts" else line.found == shown)]
    listed, here = _listed(one, wording), f"/comparisons/{quote(one.id, safe='')}"

    def address(kind: str, start: int = 0) -> str:
        return f"{here}?{urlencode({'found': kind, **({'after': start} if start else {})})}"

    counts = {"conflicts": sum(bool(line.conflicts) for line in one.lines), **one.counts}
    return ComparedPage(
        listed,
        tuple((kind, wording(f"compared.{kind}"), address(kind), counts.get(kind, 0)) for kind in ("conflicts", *FOUND)),
        shown,
        tuple(_line(line, wording) for line in of_kind[after : after + PAGE]),
        _bars(one, wording),
        tuple((_field(field, wording), number) for field, number in sorted(one.conflicts.items(), key=lambda told: (-told[1], told[0]))),
        tuple((_why(why, wording), number) for why, number in sorted(one.left_out.items())),
        one.beyond,
        address(shown, after + PAGE) if len(of_kind) > after + PAGE else "",
        address(shown) if after else "",
    )


# -- in the reader's words --------------------------------------------------------------------------------------------


def _line(line: Line, wording: Wording) -> FoundLine:
    return FoundLine(
        line.found,
        wording(f"compared.{line.found}"),
        incident_address(line.incident) if line.incident else "",
        line.title,
        line.theirs,
        line.day,
        line.place,
        _range(line.ours, wording),
        _range(line.told, wording),
        wording.weight(line.score) if line.found == "both" else "",
        tuple(_conflict(*told, wording) for told in line.conflicts),
        tuple(link_reason(reason, wording) for reason in line.reasons),
    )


def _conflict(field: str, ours: str, theirs: str, wording: Wording) -> ConflictLine:
    return ConflictLine(_field(field, wording), _value(field, ours, wording), _value(field, theirs, wording))


def _range(told: tuple[int, int | None] | None, wording: Wording) -> str:
    return "" if told is None else wording.range(told[0], told[1])


def _field(field: str, wording: Wording) -> str:
    return wording(f"field.{field}") if wording.has(f"field.{field}") else wording.label("effects", field)


def _value(field: str, value: str, wording: Wording) -> str:
    if field == "event_type":
        return wording.label("event_types", value)
    low, _, high = value.partition("-")
    return wording.digits(low if field == "killed" and low == high else value)


def _why(why: str, wording: Wording) -> str:
    key = f"compared.left_out.{why.replace(' ', '_')}"
    return wording(key) if wording.has(key) else why


def _bars(one: Kept, wording: Wording) -> tuple[MonthBar, ...]:
    """The months as stacked boxes, years where there are too many months."""
    numbers = dict(one.months)
    if len(numbers) > _BARS:
        years = dict[str, tuple[int, int, int]]()
        for month, told in numbers.items():
            before = years.get(month[:4], (0, 0, 0))
            years[month[:4]] = (before[0] + told[0], before[1] + told[1], before[2] + told[2])
        numbers = years
    most = max((sum(told) for told in numbers.values()), default=1)
    step = _WIDTH / max(1, len(numbers))
    bars = []
    for at, (month, told) in enumerate(sorted(numbers.items())):
        top, boxes = float(_HEIGHT), list[tuple[str, float, float]]()
        for kind, number in zip(FOUND, told, strict=True):
            height = round(_HEIGHT * number / most, 1)
            top = round(top - height, 1)
            if number:
                boxes.append((kind, top, height))
        bars.append(MonthBar(wording.digits(month), told, round(at * step, 1), round(max(1.0, min(24.0, step * 0.8)), 1), tuple(boxes)))
    return tuple(bars)
