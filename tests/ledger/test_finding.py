"""What a search says is there: counts are those of the lists they lead to, tallies those of the incidents, and tiles hold all."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tahqiq.errors import UnknownName
from tahqiq.ledger import Ledger, Query, finding, open_ledger
from tahqiq.ledger.cells import ZOOM, cell_of, cells_of_tile, tile_of
from tahqiq.model import Incident, Place, Told, Toll

TYPES, GRADES, COUNTRIES = ("airstrike", "shelling", "arrest"), ("confirmed", "fair", "weak"), ("SY", "IQ", "AF")
PRECISIONS = ("site", "settlement", "district", "province", "country")


@st.composite
def incidents(draw: st.DrawFn) -> list[Incident]:
    made = []
    for n in range(draw(st.integers(1, 14))):
        day = dt.date(2023, draw(st.integers(1, 3)), 5)
        low = draw(st.integers(0, 5))
        high = draw(st.none() | st.integers(low, 9))
        place = Place(
            "here",
            f"p{n}",
            draw(st.sampled_from(COUNTRIES)),
            lat=draw(st.floats(30, 38)),
            lon=draw(st.floats(35, 70)),
            precision=draw(st.sampled_from(PRECISIONS)),
        )
        actor = draw(st.sampled_from(("one-army", "other-army")))
        made.append(
            Incident(
                f"i{n:02}",
                draw(st.sampled_from(TYPES)),
                (f"a{n}",),
                (f"r{n}",),
                languages=tuple(draw(st.sets(st.sampled_from(("ar", "en", "ur")), min_size=1))),
                start=day,
                end=day,
                place=place,
                weapons=tuple(draw(st.sets(st.sampled_from(("artillery", "drone"))))),
                values={"perpetrators": (Told(actor, actor.title(), (f"a{n}",)),)},
                tolls=(Toll("killed", "unspecified", low, low, high, "made", (f"a{n}",)),) if draw(st.booleans()) else (),
                contradictions=("killed",) if draw(st.booleans()) else (),
                grade=draw(st.sampled_from(GRADES)),
            )
        )
    return made


queries = st.builds(
    Query,
    event_type=st.none() | st.sampled_from(TYPES),
    grade=st.none() | st.sampled_from(GRADES),
    country=st.none() | st.sampled_from(COUNTRIES),
    language=st.none() | st.sampled_from(("ar", "en")),
    contradiction=st.none() | st.booleans(),
    since=st.none() | st.just("2023-02-01"),
    order=st.sampled_from(("date", "killed", "reports")),
)


@pytest.fixture(scope="module")
def emptied() -> Ledger:
    return open_ledger("sqlite://")


def filled(ledger: Ledger, made: list[Incident]) -> Ledger:
    ledger.replace_incidents(made, stamp="made")
    return ledger


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=incidents(), query=queries)
def test_each_count_is_that_of_the_list_it_leads_to(emptied: Ledger, made: list[Incident], query: Query) -> None:
    ledger = filled(emptied, made)
    page, counts = ledger.search(query)
    assert page.total == len(page.items) and not counts.at_least
    for field, values in counts.fields.items():
        for value, count in values.items():
            chosen: object = value == "yes" if field == "contradiction" else value
            assert ledger.incidents(replace(query, **{field: chosen})).total == count, (field, value)  # type: ignore[arg-type]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=incidents(), after=incidents())
def test_tallies_after_changes_are_those_counted_from_nothing(emptied: Ledger, before: list[Incident], after: list[Incident]) -> None:
    ledger = filled(emptied, before)
    ledger.put_incidents(after, stamp="changed")
    changed = ledger.counts()
    standing = {one.id: one for one in [*before, *after]}
    assert changed == filled(ledger, list(standing.values())).counts()


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=incidents(), query=queries, zoom=st.integers(0, 6))
def test_tiles_hold_every_incident_that_has_a_place_once(emptied: Ledger, made: list[Incident], query: Query, zoom: int) -> None:
    ledger = filled(emptied, made)
    found = ledger.incidents(query).items
    placed = [one for one in found if one.place and one.place.precision != "country"]
    told = [(one.place.lat, one.place.lon) for one in placed if one.place]
    tiles = {tile_of(lat or 0, lon or 0, zoom) for lat, lon in told}
    clusters = [cluster for x, y in tiles for cluster in ledger.clusters(query, zoom, x, y)]
    assert sum(cluster.incidents for cluster in clusters) == len(placed)
    assert ledger.unplaced(query) == len(found) - len(placed)
    killed = [toll for one in placed for toll in one.tolls]
    assert sum(cluster.low for cluster in clusters) == sum(toll.low for toll in killed)
    assert any(cluster.is_open for cluster in clusters) == any(toll.high is None for toll in killed)
    rough = sum(one.place.precision in ("district", "province") for one in placed if one.place)
    assert sum(cluster.rough for cluster in clusters) == rough
    assert {cluster.id for cluster in clusters if cluster.incidents == 1} <= {one.id for one in placed}


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=incidents(), query=queries)
def test_months_hold_every_incident_that_has_a_day(emptied: Ledger, made: list[Incident], query: Query) -> None:
    ledger = filled(emptied, made)
    assert sum(month.incidents for month in ledger.months(query)) == ledger.incidents(query).total


@given(lat=st.floats(-85, 85), lon=st.floats(-180, 179.99), zoom=st.integers(0, ZOOM))
def test_a_cell_lies_in_its_tile_at_every_zoom(lat: float, lon: float, zoom: int) -> None:
    cell = cell_of(lat, lon)
    first, after = cells_of_tile(zoom, *tile_of(lat, lon, zoom))
    assert cell is not None and first <= cell < after


def incident(n: int, **changes: object) -> Incident:
    day = dt.date(2023, 1, 1) + dt.timedelta(days=n)
    return replace(
        Incident(f"i{n:04}", "airstrike", (f"a{n}",), (f"r{n}",), languages=("ar",), start=day, end=day, grade="weak"), **changes
    )  # type: ignore[arg-type]


def test_beyond_the_bound_counts_are_said_as_more_than_so_many(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "BOUND", 20)
    monkeypatch.setattr(finding, "FACETED", 10)
    ledger.replace_incidents([incident(n, grade="weak" if n % 2 else "fair") for n in range(50)], stamp="made")
    page, counts = ledger.search(Query(language="ar", since="2023-01-01", limit=5))
    assert (page.total, page.is_more, len(page.items)) == (20, True, 5)
    assert counts.fields["grade"] == {"fair": 5, "weak": 5} and "grade" in counts.at_least
    after = ledger.incidents(Query(language="ar", since="2023-01-01", limit=5, after=page.next))
    assert (after.total, after.is_more) == (20, True) and after.items[0].id == "i0044"


def test_counts_of_everything_and_of_one_value_are_exact_beyond_the_bound(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "BOUND", 20)
    ledger.replace_incidents([incident(n, grade="weak" if n % 2 else "fair") for n in range(50)], stamp="made")
    assert (ledger.incidents().total, ledger.incidents().is_more) == (50, False)
    page, counts = ledger.search(Query(grade="fair"))
    assert page.total == 25 and counts.fields["grade"] == {"fair": 25, "weak": 25} and "grade" not in counts.at_least


def test_of_whom_only_the_country_is_known_lies_on_no_tile(ledger: Ledger) -> None:
    ledger.replace_incidents([incident(1, place=Place("Syria", country="SY", lat=35.0, lon=38.0, precision="country"))], stamp="made")
    assert ledger.clusters(Query(), 0, 0, 0) == () and ledger.unplaced(Query()) == 1 and ledger.extent(Query()) is None


def test_coordinates_are_coarser_for_who_may_not_see_them(ledger: Ledger) -> None:
    ledger.replace_incidents([incident(1, place=Place("x", country="SY", lat=35.12345, lon=38.98765, precision="site"))], stamp="made")
    (exact,), (coarse,) = (
        ledger.clusters(Query(), 5, *tile_of(35.1, 38.9, 5)),
        ledger.clusters(Query(), 5, *tile_of(35.1, 38.9, 5), decimals={"site": 1}),
    )
    assert (exact.lat, exact.lon) == (35.12345, 38.98765) and (coarse.lat, coarse.lon) == (35.1, 39.0)


@pytest.mark.parametrize("tile", [(0, 1, 0), (3, 8, 0), (3, 0, -1), (-1, 0, 0), (15, 0, 0)])
def test_a_tile_that_there_is_not_is_said(ledger: Ledger, tile: tuple[int, int, int]) -> None:
    with pytest.raises(UnknownName, match="no such tile"):
        ledger.clusters(Query(), *tile)
