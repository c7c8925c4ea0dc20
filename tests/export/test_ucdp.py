"""UCDP GED: sides, types of violence, precisions, and numbers that sum."""

import csv
import io
from collections.abc import Iterable

import pytest
from exported import ARMY, IS, RUSSIA, written
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts_made import killed, named, told
from tahqiq.assessing import assess
from tahqiq.export import LossReport, write
from tahqiq.export.ucdp import COLUMNS
from tahqiq.model import Account

NOBODY = named("unknown gunmen", None, "unknown")


def exported(*accounts: Account) -> tuple[list[dict[str, str]], LossReport]:
    out = io.BytesIO()
    loss = write("ucdp", [assess([account], {}, {}) for account in accounts], accounts, [], out)
    return list(csv.DictReader(io.StringIO(out.getvalue().decode()))), loss


def only(account: Account) -> dict[str, str]:
    (row,) = exported(account)[0]
    return row


def test_ucdp_has_its_49_columns_in_order() -> None:
    assert [name for name, _ in COLUMNS] == (
        "id relid year active_year code_status type_of_violence conflict_dset_id conflict_new_id conflict_name dyad_dset_id dyad_new_id "
        "dyad_name side_a_dset_id side_a_new_id side_a side_b_dset_id side_b_new_id side_b number_of_sources source_article source_office "
        "source_date source_headline source_original where_prec where_coordinates where_description adm_1 adm_2 latitude longitude "
        "geom_wkt priogrid_gid country country_id region event_clarity date_prec date_start date_end deaths_a deaths_b deaths_civilians "
        "deaths_unknown best high low gwnoa gwnob"
    ).split()
    assert written("ucdp").decode().splitlines()[0].split(",") == [name for name, _ in COLUMNS]


def test_the_government_is_side_a_whoever_began() -> None:
    row = only(told("a", "armed_clash", day="2024-03-01", place="al-Bab", by=(IS,), at=(ARMY,), harm=(killed(8),)))

    assert (row["type_of_violence"], row["side_a"], row["side_b"]) == ("1", "Government of Syria", "Islamic State")
    assert (row["gwnoa"], row["gwnob"], row["country_id"], row["region"]) == ("652", "", "652", "Middle East")


def test_civilians_are_side_b_of_one_sided_violence_and_their_dead_are_theirs() -> None:
    row = only(told("a", day="2023-07-07", place="Mayadin", by=(RUSSIA,), harm=(killed(4, who="civilians"),)))

    assert (row["type_of_violence"], row["side_a"], row["side_b"]) == ("3", "Government of Russia", "Civilians")
    assert (row["deaths_civilians"], row["deaths_unknown"], row["best"]) == ("4", "0", "4")


def test_soldiers_and_fighters_go_to_their_sides_and_the_rest_to_nobodys() -> None:
    harm = (killed(10), killed(3, who="security_forces"), killed(5, who="combatants"), killed(1, who="civilians"))
    row = only(told("a", "armed_clash", day="2024-03-01", place="al-Bab", by=(ARMY,), at=(IS,), harm=harm))

    assert [row[f"deaths_{part}"] for part in ("a", "b", "civilians", "unknown")] == ["3", "5", "1", "1"]


def test_no_soldiers_are_counted_on_either_side_where_groups_fight_each_other() -> None:
    harm = (killed(9), killed(5, who="combatants"))
    rival = named("Hayat Tahrir al-Sham", "hayat-tahrir-al-sham", "rebel_group")
    row = only(told("a", "armed_clash", day="2024-03-01", place="al-Bab", by=(IS,), at=(rival,), harm=harm))

    assert row["type_of_violence"] == "2"
    assert [row[f"deaths_{part}"] for part in ("a", "b", "civilians", "unknown")] == ["0", "0", "0", "9"]


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["unspecified", "civilians", "combatants", "security_forces", "children"]),
            st.integers(0, 60),
            st.one_of(st.none(), st.integers(0, 40)),
        ),
        min_size=1,
        max_size=4,
    ),
    st.lists(st.integers(0, 90), max_size=3),
)
def test_the_four_sum_to_best_and_low_best_and_high_are_in_order(told_of: list[tuple[str, int, int | None]], others: list[int]) -> None:
    first = told(
        "a",
        "armed_clash",
        day="2024-03-01",
        place="al-Bab",
        by=(ARMY,),
        at=(IS,),
        harm=tuple(killed(low, None if more is None else low + more, who) for who, low, more in told_of),
    )
    rest = [told(f"o{n}", "armed_clash", day="2024-03-01", place="al-Bab", harm=(killed(low),)) for n, low in enumerate(others)]
    out = io.BytesIO()
    write("ucdp", [assess([first, *rest], {}, {})], [first, *rest], [], out)

    for row in csv.DictReader(io.StringIO(out.getvalue().decode())):
        parts = [int(row[f"deaths_{part}"]) for part in ("a", "b", "civilians", "unknown")]
        assert min(parts) >= 0 and sum(parts) == int(row["best"])
        assert int(row["low"]) <= int(row["best"]) <= int(row["high"]) > 0


@pytest.mark.parametrize(
    ("until", "grain", "precision"),
    [
        ("2024-03-01", "day", "1"),
        ("2024-03-03", "interval", "2"),
        ("2024-03-07", "week", "3"),
        ("2024-03-31", "month", "4"),
        ("2024-12-31", "year", "5"),
    ],
    ids=["day", "three days", "week", "month", "year"],
)
def test_the_precision_of_days_is_that_of_their_length(until: str, grain: str, precision: str) -> None:
    account = told("a", day="2024-03-01", until=until, grain=grain, place="Mayadin", by=(RUSSIA,), harm=(killed(4, who="civilians"),))

    assert only(account)["date_prec"] == precision


@pytest.mark.parametrize(
    ("place", "precision", "cell"),
    [("Mayadin", "1", "180441"), ("Anbar", "4", "177565"), ("eastern Syria", "5", "180441")],
)
def test_the_precision_of_places_and_their_cell_of_the_grid(place: str, precision: str, cell: str) -> None:
    row = only(told("a", day="2024-03-01", place=place, by=(RUSSIA,), harm=(killed(4, who="civilians"),)))

    assert (row["where_prec"], row["priogrid_gid"]) == (precision, cell)
    assert row["geom_wkt"] == f"POINT ({row['longitude']} {row['latitude']})"


def accounts_that_ucdp_leaves_out() -> Iterable[tuple[str, Account]]:
    dead = (killed(4, who="civilians"),)
    by_whom = "who fought whom is not told, or not in one way, or is nothing that UCDP codes"
    yield "no place with a country and coordinates is told", told("a", day="2024-03-01", by=(RUSSIA,), harm=dead)
    yield "no day is told", told("a", place="Mayadin", by=(RUSSIA,), harm=dead)
    yield (
        "the days are vaguer than a year",
        told("a", day="2020-01-01", until="2023-12-31", grain="interval", place="Mayadin", by=(RUSSIA,), harm=dead),
    )
    yield "nobody is told to have been killed", told("a", day="2024-03-01", place="Mayadin", by=(RUSSIA,), harm=(killed(0),))
    yield by_whom, told("a", day="2024-03-01", place="Mayadin", harm=dead)
    yield by_whom, told("a", day="2024-03-01", place="Mayadin", by=(NOBODY,), harm=dead)
    yield by_whom, told("a", day="2024-03-01", place="Mayadin", by=(RUSSIA, IS), harm=dead)


@pytest.mark.parametrize(("why", "account"), list(accounts_that_ucdp_leaves_out()))
def test_what_is_no_event_of_ucdps_is_left_out_with_the_reason(why: str, account: Account) -> None:
    rows, loss = exported(account)

    assert rows == []
    assert loss.left_out == {why: 1}


def test_what_ucdp_assigns_is_empty_and_never_guessed() -> None:
    row = only(told("a", "armed_clash", day="2024-03-01", place="al-Bab", by=(ARMY,), at=(IS,), harm=(killed(8),)))

    assert not any(
        row[column] for column in ("id", "active_year", "code_status", "conflict_new_id", "dyad_new_id", "side_a_new_id", "adm_2")
    )
