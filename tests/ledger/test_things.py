"""What incidents are made of is listed by key and counted, however the incidents came to stand."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tahqiq.errors import LedgerConflict, UnknownName
from tahqiq.ledger import Ledger, Tally, open_ledger
from tahqiq.ledger.things import COUNTED
from tahqiq.model import (
    Alike,
    Figure,
    Incident,
    Mention,
    Party,
    Person,
    Reading,
    Report,
    Series,
    Speaker,
    Stand,
    StandingNumber,
    Told,
    Toll,
    Voice,
)


def incident(n: int, *, did: str = "", suffered: str = "", place: str = "", killed: int = -1, day: int = 0) -> Incident:
    values = {
        field: (Told(value, value, (f"a{n}",)),)
        for field, value in (("perpetrators", did), ("targets", suffered), ("place", place))
        if value
    }
    start = dt.date(2023, 1, 1) + dt.timedelta(days=day) if day else None
    tolls = (Toll("killed", "unspecified", killed, killed, None, "single"),) if killed >= 0 else ()
    return Incident(f"i{n}", "airstrike", (f"a{n}",), (f"r{n}",), ("en",), values=values, tolls=tolls, start=start, end=start)


def every(ledger: Ledger) -> dict[str, tuple[Tally, ...]]:
    return {field: tuple(sorted(ledger.things.tallies(field, limit=500).items, key=lambda t: t.value)) for field in COUNTED}


def test_who_did_suffered_and_said_is_counted_apart(ledger: Ledger) -> None:
    spoken = replace(
        incident(1, did="us", suffered="IS", place="aleppo", killed=3, day=5),
        voices=(
            Voice("r1", Speaker("Syrian Civil Defence", "scd", "rescue"), ("r1",)),
            Voice("r2", Speaker("An agency", "agency-1", "agency"), ("r2",)),
        ),
        parties=(Party(Speaker("US", "us"), ("US",), ("r1",), "weak", stands=(Stand("denies"),)),),
    )
    silent = replace(incident(2, did="ru"), parties=(Party(Speaker("RU", "ru"), ("RU",), (), "weak", stands=(Stand("silent"),)),))
    ledger.replace_incidents([spoken, silent])
    tallies = ledger.things.tallies
    assert {t.value for t in tallies("did").items} == {"us", "ru"}
    assert {t.value for t in tallies("said").items} == {"us", "scd"}
    assert ledger.things.tally("suffered", "IS") is not None
    assert {t.value for t in tallies("part").items} == {"us", "ru", "IS", "scd"}
    assert ledger.things.tally("place", "aleppo") == Tally("aleppo", 1, 3, "2023-01-06", "2023-01-06")
    assert ledger.things.tally("place", "nowhere") is None


def test_a_list_goes_by_key_and_holds_each_value_once(ledger: Ledger) -> None:
    ledger.replace_incidents([incident(n, did=f"force {n % 7}", killed=n) for n in range(40)])
    for order in ("incidents", "killed", "last"):
        seen, after = list[str](), None
        while True:
            page = ledger.things.tallies("did", order=order, after=after, limit=3)
            assert page.total == 7
            seen += [one.value for one in page.items]
            after = page.next
            if after is None:
                break
        assert sorted(seen) == [f"force {n}" for n in range(7)]


def test_a_list_is_asked_by_values_and_by_how_they_begin(ledger: Ledger) -> None:
    ledger.replace_incidents([incident(n, did=name) for n, name in enumerate(("us", "Unknown gunmen", "ru"))])
    found = ledger.things.tallies("did", values=("us", "nobody"), beginning="unkn")
    assert {one.value for one in found.items} == {"us", "Unknown gunmen"}
    assert ledger.things.tallies("did", values=()).items == ()


def test_what_cannot_be_asked_is_refused(ledger: Ledger) -> None:
    with pytest.raises(UnknownName, match="no such order"):
        ledger.things.tallies("did", order="name")
    with pytest.raises(LedgerConflict, match="no place in the list"):
        ledger.things.tallies("did", after="x")
    with pytest.raises(LedgerConflict, match="no place in the list"):
        ledger.things.persons(after="x")


made = st.builds(
    incident,
    st.integers(0, 5),
    did=st.sampled_from(["", "us", "ru"]),
    suffered=st.sampled_from(["", "IS", "a market"]),
    place=st.sampled_from(["", "p", "q"]),
    killed=st.integers(-1, 4),
    day=st.integers(0, 4),
)


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ledger, Ledger]:
    folder = tmp_path_factory.mktemp("things")
    return open_ledger(f"sqlite:///{folder / 'one.db'}"), open_ledger(f"sqlite:///{folder / 'other.db'}")


@given(first=st.lists(made, max_size=6), later=st.lists(st.lists(made, max_size=3), max_size=3))
@settings(max_examples=40, deadline=None)
def test_incidents_put_one_by_one_are_counted_as_all_at_once(
    two: tuple[Ledger, Ledger], first: list[Incident], later: list[list[Incident]]
) -> None:
    ledger, other = two
    stand = {one.id: one for one in first}
    ledger.replace_incidents(stand.values())
    for some in later:
        put = {one.id: one for one in some}
        ledger.put_incidents(put.values(), stamp="s")
        stand |= put
    other.replace_incidents(stand.values())
    assert every(ledger) == every(other)


def test_months_add_up_and_are_told_by_side(ledger: Ledger) -> None:
    ledger.replace_incidents(
        [
            incident(1, did="us", place="aleppo", killed=3, day=1),
            incident(2, did="us", place="aleppo", killed=2, day=20),
            incident(3, did="ru", place="aleppo", killed=9, day=40),
            incident(4, did="ru", place="homs", killed=1, day=40),
            incident(5, did="us", place="aleppo", day=70),
        ]
    )
    whole = ledger.things.course("place", ("aleppo",))
    assert [(m.month, m.incidents, m.low, m.best, m.high) for m in whole] == [
        ("2023-01", 2, 5, 5, 5),
        ("2023-02", 1, 9, 9, 9),
        ("2023-03", 1, 0, 0, 0),
    ]
    sides = ledger.things.course("place", ("aleppo",), by="did")
    assert [(m.side, m.month, m.best) for m in sides] == [("ru", "2023-02", 9), ("us", "2023-01", 5), ("us", "2023-03", 0)]
    assert {m.side for m in ledger.things.course("place", ("aleppo",), by="did", most=1)} == {"ru"}


PERSONS = (
    Person("p1", {"en": ("Person Seventeen",)}, roles=("victim",), statuses=("killed",), sexes=("male",), accounts=("a1",)),
    Person("p2", {"en": ("Person Eighteen",)}, roles=("official",), accounts=("a1",)),
    Person("p3", {"ar": ("شخص سبعة عشر",)}, roles=("victim",), statuses=("injured",), accounts=("a2",)),
)


def test_persons_are_listed_by_name_and_by_what_they_are(ledger: Ledger) -> None:
    ledger.replace_persons(PERSONS, [Alike("p1", "p3", 0.9, True)])
    things = ledger.things
    assert [p.id for p in things.persons().items] == ["p2", "p1", "p3"]
    assert [p.id for p in things.persons(facets={"role": "victim"}).items] == ["p1", "p3"]
    assert [p.id for p in things.persons(facets={"role": "victim", "sex": "male"}).items] == ["p1"]
    assert [p.id for p in things.persons("eighteen").items] == ["p2"]
    assert [p.id for p in things.persons(doubtful=True).items] == ["p1", "p3"]
    assert things.person_counts()["role"] == {"victim": 2, "official": 1}
    assert [(one.a, one.b) for one in things.alike(["p3"])] == [("p1", "p3")]
    first = things.persons(limit=2)
    assert [p.id for p in things.persons(after=first.next, limit=2).items] == ["p3"]


def series(name: str, *numbers: tuple[int, int, int | None], measure: str = "troops") -> Series:
    told = [
        StandingNumber(dt.date(2023, 7, day), low, high, (f"f-{name}-{n}",), (f"r-{name}",), 1)
        for n, (day, low, high) in enumerate(numbers)
    ]
    return Series(name, measure, "US", None, None, tuple(told))


def test_standing_numbers_are_listed_and_found_by_report(ledger: Ledger) -> None:
    ledger.things.replace_series([series("s1", (1, 900, 900), (1, 2500, 2500)), series("s2", (2, 5, None), measure="attacks")])
    things = ledger.things
    assert [one.id for one in things.series().items] == ["s1", "s2"]
    assert [one.id for one in things.series(order="last").items] == ["s2", "s1"]
    assert [one.id for one in things.series(contradicted=True).items] == ["s1"]
    assert [one.id for one in things.series(measure="attacks").items] == ["s2"]
    assert things.measures() == {"attacks": 1, "troops": 1}
    assert [one.id for one in things.series_of(["r-s2", "r-none"])] == ["s2"]
    assert things.one_series("s1").contradictions[0][1].min == 2500
    with pytest.raises(UnknownName, match="figure s3"):
        things.one_series("s3")


def test_figures_are_those_of_the_readings_that_count(ledger: Ledger) -> None:
    ledger.append_report(Report("900 troops", "r1"))
    figures: Sequence[Figure] = [Figure(f"f{n}", "r1", "troops", Mention(0, 3, "900"), n, n) for n in (900, 901)]
    ledger.append_reading(Reading("r1", "rules", "1", "en", True, figures=(figures[0],)))
    ledger.append_reading(Reading("r1", "rules", "2", "en", True, figures=(figures[1],)))
    assert [figure.id for figure in ledger.things.figures()] == ["f901"]
    assert [figure.id for figure in ledger.things.figures_of(["r1", "r2"])] == ["f901"]
