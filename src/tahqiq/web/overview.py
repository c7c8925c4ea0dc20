"""The map and the time of any search: tiles in which incidents are gathered, months in which they began, and the list of what is in view.

What comes in is the address of a search, and a tile or a view of the map; what goes out is a page that works without scripts, tiles as
JSON, and a piece of the page with what is in view. Nothing is shown more exactly than it is known: an incident of which only the country
is told is counted beside the map, and one that is known worse than to a town is as wide as it is vague.
"""

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from tahqiq.errors import TahqiqError
from tahqiq.ledger import Query
from tahqiq.ledger.cells import tile_of
from tahqiq.ledger.placing import Cluster, Month
from tahqiq.model import Incident, Place
from tahqiq.protection import DECIMALS
from tahqiq.searching import Asking, asked_by, asking_of, understood
from tahqiq.web import maps
from tahqiq.web.contexts import Map
from tahqiq.web.pairs import titled
from tahqiq.web.rendering import Desk, desk_of, page, templates, wording_of
from tahqiq.web.search import Chip, address, chips, total_told, unknown
from tahqiq.web.searches import TitledIncident, told
from tahqiq.web.told import Teller, incident_address
from tahqiq.web.wording import Wording

router = APIRouter(include_in_schema=False)
LISTED = 25
MOST_TILES = 9  # that the map without scripts is drawn from
TIME_WIDTH, TIME_HEIGHT = 1000, 80
INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Bar:
    """One month of the line of time, in its own pixels; `address` shows that month alone."""

    month: str
    name: str
    x: float
    width: float
    y: float
    height: float
    label: str
    address: str


@dataclass(frozen=True, slots=True)
class InView:
    """What lies in view, the first of it."""

    total: str
    lines: tuple[TitledIncident, ...]
    as_list: str


@dataclass(frozen=True, slots=True)
class OverviewPage:
    asking: Asking
    chips: tuple[Chip, ...]
    clear: str
    map: Map
    unplaced: str
    bars: tuple[Bar, ...]
    time_caption: str
    all_time: str
    in_view: InView
    hidden: tuple[tuple[str, str], ...]
    problems: tuple[str, ...]


@router.get("/map")
def map_page(request: Request) -> Response:
    context = build(desk_of(request), request.query_params, wording_of(request), request.app.state.settings.places)
    return page(request, "overview.html", context, status=400 if context.problems else 200)


def build(desk: Desk, parameters: Mapping[str, str], wording: Wording, places: str) -> OverviewPage:
    asking, teller, problems = replace(asking_of(parameters, limit=LISTED), after=""), desk.teller(wording), unknown(parameters, wording)
    query = Query(limit=LISTED)
    if not problems:
        try:
            query, _ = understood(asking, places=places)
        except (TahqiqError, ValueError) as error:
            problems = (str(error),)
    whole = Query() if problems else query
    months = desk.ledger.months(replace(whole, since=None, until=None)) if not problems else ()
    unplaced = desk.ledger.unplaced(whole) if not problems else 0
    bars = tuple(_bars(months, asking, wording))
    return OverviewPage(
        asking=asking,
        chips=tuple(chips(asking, "", teller, path="/map")),
        clear="/map",
        map=_drawn(desk, whole, asking, teller) if not problems else maps.draw((), wording),
        unplaced=wording("overview.unplaced", n=unplaced) if unplaced else "",
        bars=bars,
        time_caption=wording("overview.time_caption", n=max((m.incidents for m in months), default=0)),
        all_time=address(asking, "", path="/map", since="", until=""),
        in_view=in_view(desk, query, asking, teller) if not problems else InView("", (), "/search"),
        hidden=tuple((name, value) for name, value in asked_by(asking).items() if name not in ("since", "until", "text")),
        problems=problems,
    )


# -- the map ----------------------------------------------------------------------------------------------------------


@router.get("/map/tiles/{zoom}/{x}/{y}.json")
def tile(request: Request, zoom: int, x: int, y: int) -> Response:
    """What lies in a tile, gathered."""
    given, settings = request.query_params, request.app.state.settings
    wording, desk = wording_of(request), desk_of(request)
    try:
        query, _ = understood(asking_of(given), places=settings.places)
        found = desk.ledger.clusters(query, zoom, x, y, decimals=decimals(INTERNAL))
    except (TahqiqError, ValueError) as error:
        return JSONResponse({"problems": [str(error)]}, status_code=400)
    return JSONResponse({"clusters": [_told(one, wording) for one in found]}, headers={"cache-control": "private, max-age=30"})


def decimals(policy: str) -> dict[str, int] | None:
    """To how many decimal places coordinates are shown under a policy, by precision; None as they are. On the desk all are."""
    return None if policy == INTERNAL else dict(DECIMALS[policy])


def _told(one: Cluster, wording: Wording) -> dict[str, object]:
    return {
        "lat": one.lat,
        "lon": one.lon,
        "n": one.incidents,
        "low": one.low,
        "high": one.high,
        "open": one.is_open,
        "rough": one.rough > 0,
        "id": one.id,
        "km": maps.RADIUS_KM.get(one.precision, 0) if one.precision not in maps.EXACT else 0,
        "what": wording.together(_what(one, wording)) if one.id else "",
    }


def _what(one: Cluster, wording: Wording) -> list[str]:
    day = [wording.day(dt.date.fromisoformat(one.day))] if one.day else []
    return [wording.label("event_types", one.event_type), *day]


def _drawn(desk: Desk, query: Query, asking: Asking, teller: Teller) -> Map:
    """The whole of it as a drawing, for whoever has no scripts, and what the live map over it begins with."""
    wording, extent = teller.wording, desk.ledger.extent(query)
    spots = [_spot(one, asking, wording) for one in _clusters(desk, query, extent)] if extent else []
    drawn = maps.draw(spots, wording)
    words = {"cluster": wording.words["overview.cluster"], "killed": wording.words["overview.killed"], "map": wording("overview.keys")}
    digits = {"fa": "fa-u-nu-arabext"}.get(wording.language, f"{wording.language}-u-nu-latn")
    return replace(drawn, view={"bounds": drawn.view["bounds"], "words": words, "digits": digits})


def _clusters(desk: Desk, query: Query, extent: tuple[float, float, float, float]) -> Sequence[Cluster]:
    west, south, east, north = extent
    zoom = max(0, min(8, int(math.log2(360 / max(east - west, 1.0)))))
    while True:
        (left, top), (right, bottom) = tile_of(north, west, zoom), tile_of(south, east, zoom)
        if (right - left + 1) * (bottom - top + 1) <= MOST_TILES:
            break
        zoom -= 1
    found: list[Cluster] = []
    for x in range(left, right + 1):
        for y in range(top, bottom + 1):
            found += desk.ledger.clusters(query, zoom, x, y)
    return found


def _spot(one: Cluster, asking: Asking, wording: Wording) -> maps.Spot:
    place = Place("", lat=one.lat, lon=one.lon, precision="settlement" if not one.rough else "district")
    name = wording.together([wording("overview.cluster", n=one.incidents), wording("overview.killed", killed=_range(one, wording))])
    pixels = min(26.0, 6.0 + 1.2 * math.sqrt(one.low))
    if one.id:
        return maps.Spot(place, wording.together([*_what(one, wording), name]), incident_address(one.id), pixels)
    near = 1.5
    box = f"{one.lon - near:.2f},{max(-90.0, one.lat - near):.2f},{one.lon + near:.2f},{min(90.0, one.lat + near):.2f}"
    return maps.Spot(place, name, address(asking, "", path="/map", box=box), pixels)


def _range(one: Cluster | Month, wording: Wording) -> str:
    is_open = isinstance(one, Cluster) and one.is_open
    if is_open and one.low == one.high:
        return wording.range(one.low, None)
    told = wording.range(one.low, one.high)
    return f"{told}+" if is_open else told


# -- what is in view --------------------------------------------------------------------------------------------------


@router.get("/map/list")
def list_in_view(request: Request) -> Response:
    """The piece of the page that lists what is in view, for the script that keeps it so."""
    desk, wording = desk_of(request), wording_of(request)
    asking = replace(asking_of(request.query_params, limit=LISTED), after="")
    try:
        query, _ = understood(asking, places=request.app.state.settings.places)
    except (TahqiqError, ValueError) as error:
        return HTMLResponse(f"<p>{templates().from_string('{{ why }}').render(why=str(error))}</p>", status_code=400)
    html = templates().get_template("in-view.html").render(seen=in_view(desk, query, asking, desk.teller(wording)), w=wording)
    return HTMLResponse(html, headers={"cache-control": "no-store"})


def in_view(desk: Desk, query: Query, asking: Asking, teller: Teller) -> InView:
    found = desk.ledger.incidents(query)
    lines = tuple(_line(incident, teller) for incident in found.items)
    return InView(total_told(found.total, found.is_more, teller.wording), lines, address(asking, ""))


def _line(incident: Incident, teller: Teller) -> TitledIncident:
    return TitledIncident(titled(incident, teller), incident_address(incident.id), told(incident, teller))


# -- time -------------------------------------------------------------------------------------------------------------


def _bars(months: Sequence[Month], asking: Asking, wording: Wording) -> Sequence[Bar]:
    """A bar for each month from the first to the last, those without an incident as well; time runs as the language is read."""
    if not months:
        return ()
    by_name = {one.month: one for one in months}
    names = _all_months(months[0].month, months[-1].month)
    most, width = max(one.incidents for one in months), TIME_WIDTH / len(names)
    bars = []
    for at, name in enumerate(names):
        one = by_name.get(name, Month(name, 0, 0, 0))
        height = (TIME_HEIGHT - 4) * one.incidents / most
        first, last = _days(name)
        label = wording("overview.month", n=one.incidents, month=wording.days(first, last), killed=_range(one, wording))
        leads = address(asking, "", path="/map", since=first.isoformat(), until=last.isoformat())
        x = at * width if wording.direction == "ltr" else TIME_WIDTH - (at + 1) * width
        bar = (round(x, 2), round(width, 2), round(TIME_HEIGHT - height, 2), round(height, 2))
        bars.append(Bar(name, wording.days(first, last), *bar, label, leads))
    return bars


def _all_months(first: str, last: str) -> list[str]:
    begin, end = ((int(name[:4]) * 12 + int(name[5:7]) - 1) for name in (first, last))
    return [f"{at // 12:04}-{at % 12 + 1:02}" for at in range(begin, end + 1)]


def _days(month: str) -> tuple[dt.date, dt.date]:
    first = dt.date.fromisoformat(f"{month}-01")
    following = (first + dt.timedelta(days=31)).replace(day=1)
    return first, following - dt.timedelta(days=1)
