"""Every exporter on one set of incidents: golden bytes, right-to-left text whole, no protected name, nothing a spreadsheet would run.

The golden files lie in golden/; `python tests/export/test_exporters.py` writes them anew, to be read in the diff.
"""

import csv
import datetime as dt
import io
import json
from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest
from exported import ARMY, EXPORTERS, GOLDEN, SECRET, golden, made, readable, written
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts_made import PLACES, claim, killed, named, told
from bounds import examples
from tahqiq.assessing import assess
from tahqiq.errors import UnknownName
from tahqiq.export import HOLDINGS, TABLE, find_exporter, write
from tahqiq.export.acled import COLUMNS
from tahqiq.model import Account, Incident, Report, from_json
from tahqiq.settings import Settings


def rows(settings: Settings | None = None) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(written("acled", settings=settings).decode())))


@pytest.mark.parametrize("name", EXPORTERS)
def test_the_bytes_are_the_golden_ones(name: str) -> None:
    assert readable(written(name)) == golden(name).read_text("utf-8")


@pytest.mark.parametrize("name", EXPORTERS)
def test_the_same_incidents_give_the_same_bytes_in_any_order(name: str) -> None:
    incidents, accounts, reports = made()
    out = io.BytesIO()

    write(name, incidents[::-1], accounts[::-1], reports[::-1], out)

    assert out.getvalue() == written(name)


def test_every_exporter_is_in_the_table_and_tells_what_it_cannot_hold() -> None:
    files = {path.stem for path in Path(str(import_module("tahqiq.export").__file__)).parent.glob("*.py")}

    assert {where.split(":")[0].rpartition(".")[2] for where in TABLE.values()} == files - SHARED
    assert {path.name for path in GOLDEN.iterdir()} == {golden(name).name for name in TABLE}
    for name in TABLE:
        exporter = find_exporter(name)
        assert exporter.name == name
        assert set(exporter.cannot_hold) <= set(HOLDINGS)


# What several formats need: what they are given, their cells, their columns, the sides of a happening, the package around them.
SHARED = {"__init__", "happenings", "cells", "sheet", "sides", "layer", "package"}
NAMES = st.text("qxzjkv", min_size=5, max_size=9)


@pytest.mark.slow
@settings(max_examples=examples(30), deadline=None)
@given(
    NAMES,
    NAMES,
    st.sampled_from(["public", "partner"]),
    st.sampled_from(sorted(param.values[0] for param in EXPORTERS if not param.marks[0].args[0])),
)
def test_no_withheld_name_is_in_any_output(first: str, last: str, policy: str, name: str) -> None:
    full, arabic = f"{first.title()} {last.title()}", "ظظغثضصژچ گگپ"
    person = named(full, None, "person", arabic)
    account = told(
        "a",
        day="2023-07-07",
        place=replace(PLACES["Mayadin"], name=f"house of {full}", precision="site"),
        victims=(person,),
        by=(person,),
        at=(ARMY,),
        harm=(replace(killed(1), mention=replace(killed(1).mention, text=f"killed {arabic}")),),
        claims=(claim(full, kind="witness"),),
    )
    text = f"{full} {arabic}"
    reports = [Report(text, "r-a", title=text, url=f"https://news.example/{first}-{last}", wire_credit=full, published=dt.date(2023, 7, 9))]
    out = io.BytesIO()

    write(name, [assess([account], {"r-a": reports[0]}, {})], [account], reports, out, policy)

    output = readable(out.getvalue())
    assert not [word for word in (full, first, last, arabic, *arabic.split()) if word in output]


@pytest.mark.parametrize("name", EXPORTERS)
def test_inside_the_desk_a_format_that_holds_victims_shows_them(name: str) -> None:
    assert (SECRET[0] in readable(written(name, "internal"))) is (name in ("jsonl", "airwars"))


def test_a_format_or_policy_that_there_is_not_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(UnknownName, match="no export format 'xls'; there are: jsonl, acled, ucdp, airwars"):
        write("xls", [], [], [], io.BytesIO())
    with pytest.raises(UnknownName, match="no policy"):
        write("jsonl", [], [], [], io.BytesIO(), "open")


# -- JSON Lines -------------------------------------------------------------------------------------------------------


def test_json_lines_open_again_as_the_incidents_they_were() -> None:
    incidents, accounts, _ = made()
    lines = [json.loads(line) for line in written("jsonl", "internal").decode().splitlines()]

    for line in lines:
        own = from_json(Incident, line | {"accounts": [a["id"] for a in line["accounts"]], "reports": [r["id"] for r in line["reports"]]})
        assert own in incidents
        assert all(from_json(Account, account) in accounts for account in line["accounts"])
    assert len(lines) == len(incidents)


# -- tables ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["acled", "ucdp", "airwars", "hxl", "hapi", "polecat", "csv"])
def test_no_cell_of_any_table_is_run_by_a_spreadsheet(name: str) -> None:
    cells = [
        cell
        for table in readable(written(name, "internal")).split("=== ")
        for row in csv.reader(io.StringIO(table.lstrip("\ufeff")), delimiter="\t" if name == "polecat" else ",")
        for cell in row
    ]

    assert cells
    assert not [c for c in cells if c.startswith(("=", "+", "@", "\t")) or (c.startswith("-") and not _is_number(c))]


# -- ACLED ------------------------------------------------------------------------------------------------------------


def test_acled_has_its_31_columns_in_order() -> None:
    assert [name for name, _ in COLUMNS] == (
        "event_id_cnty event_date year time_precision disorder_type event_type sub_event_type actor1 assoc_actor_1 inter1 actor2 "
        "assoc_actor_2 inter2 interaction civilian_targeting iso region country admin1 admin2 admin3 location latitude longitude "
        "geo_precision source source_scale notes fatalities tags timestamp"
    ).split()


def row(day: str) -> dict[str, str]:
    return next(r for r in rows() if r["event_date"] == day)


def test_days_from_one_to_another_are_a_row_each_and_the_dead_are_split() -> None:
    siege = [r for r in rows() if r["event_date"].startswith("2024-03")]

    assert [(r["event_date"], r["fatalities"]) for r in siege] == [("2024-03-01", "4"), ("2024-03-02", "2"), ("2024-03-03", "2")]
    assert all("8 fatalities split over 3 days, the remainder on the first" in r["notes"] for r in siege)
    assert len({r["event_id_cnty"] for r in siege}) == 3


def test_a_battle_has_two_armed_sides_and_no_civilian_flag() -> None:
    battle = row("2024-03-01")

    assert (battle["sub_event_type"], battle["interaction"]) == ("Armed clash", "State forces-Rebel group")
    assert battle["civilian_targeting"] == ""


def test_civilians_struck_from_abroad_are_the_second_actor_and_flagged() -> None:
    strike = row("2023-07-07")

    assert (strike["inter1"], strike["actor2"], strike["interaction"]) == (
        "External/Other forces",
        "Civilians (Syria)",
        "External/Other forces-Civilians",
    )
    assert strike["civilian_targeting"] == "Civilian targeting"
    assert rows(Settings(acled_civilian_flag="Civilians targeted"))[0]["civilian_targeting"] == "Civilians targeted"


def test_fatalities_are_the_lowest_told_and_words_count_as_acled_counts_them() -> None:
    assert row("2023-07-07")["fatalities"] == "4"
    assert row("2024-02-29")["fatalities"] == "12"


def test_a_week_is_coded_on_its_middle_day_and_said_to_be_around_it() -> None:
    week = row("2024-07-25")

    assert (week["time_precision"], week["geo_precision"], week["inter1"]) == ("2", "1", "Political militia")
    assert week["notes"].startswith("Around 25 July 2024")


def test_disputes_are_noted_in_square_brackets() -> None:
    assert "[Disputed date: 2023-07-07 (1) or 2023-07-08 (1)]" in row("2023-07-07")["notes"]


def test_no_cell_is_run_by_a_spreadsheet_and_degrees_stay_numbers() -> None:
    formula = row("2024-02-29")

    assert (formula["location"], formula["admin1"], formula["source"]) == ("'=cmd|' /C calc'!A0", "'@Aleppo", "'=HYPERLINK(1)")
    for cells in rows():
        assert not [
            cell for cell in cells.values() if cell.startswith(("=", "+", "@", "\t")) or (cell.startswith("-") and not _is_number(cell))
        ]
    assert formula["latitude"] == "36.1000"


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def test_what_acled_does_not_code_is_left_out_and_counted() -> None:
    out = io.BytesIO()

    loss = write("acled", *made(), out)

    assert loss.left_out == {"only the country is told": 1, "no day, week or month is told": 1}
    assert (loss.incidents, loss.written) == (7, 5)
    lines = loss.lines()
    assert lines[0] == "ACLED CSV: 5 of 7 incidents written"
    assert "lost of 1: numbers of injured" in lines
    assert "lost of 1: denials and claims of responsibility" in lines
    assert any(line.startswith("policy public: 2 names withheld") for line in lines)


# -- GeoJSON ----------------------------------------------------------------------------------------------------------


def features() -> Sequence[dict[str, dict[str, object]]]:
    collection = json.loads(written("geojson"))
    assert collection["type"] == "FeatureCollection"
    return collection["features"]  # type: ignore[no-any-return]


def test_a_country_alone_has_no_geometry_and_every_position_is_longitude_then_latitude() -> None:
    by_place = {str(f["properties"]["place"]): f for f in features()}

    assert by_place["Syria"]["geometry"] is None
    assert by_place["Ain al-Asad"]["geometry"] == {"type": "Point", "coordinates": [42.44, 33.79]}


def test_a_place_less_exact_than_a_town_has_the_reach_to_draw() -> None:
    reach = {f["properties"]["geo_precision"]: f["properties"]["radius_km"] for f in features()}

    assert reach["site"] is None and reach["settlement"] is None
    assert isinstance(find_region(), float)


def find_region() -> object:
    out = io.BytesIO()
    account = told("a", place="eastern Syria")
    write("geojson", [assess([account], {}, {})], [account], [], out)
    return json.loads(out.getvalue())["features"][0]["properties"]["radius_km"]


def test_open_tolls_have_no_highest_number() -> None:
    strike = next(f["properties"] for f in features() if f["properties"]["date_start"] == "2023-07-07")

    assert (strike["killed_min"], strike["killed_max"], strike["injured_min"], strike["injured_max"]) == (4, None, 7, 7)
    assert strike["parties"] == ["Russian warplanes"]


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for exporter_name in TABLE:
        golden(exporter_name).write_text(readable(written(exporter_name)), "utf-8")
