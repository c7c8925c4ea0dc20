"""Another dataset beside ours, on files that are generated with a known overlap."""

import csv
import datetime as dt
import io
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from accounts_made import killed, named, told
from tahqiq.assessing import assess
from tahqiq.comparing import Comparison, compare
from tahqiq.comparing.page import page_of
from tahqiq.errors import UnreadableDocument
from tahqiq.export import write
from tahqiq.model import Account, Incident, Place

ARMY = named("Syrian Arab Army", "syrian-arab-army", "state_forces")
IS = named("Islamic State", "islamic-state", "rebel_group")
TOWNS = [Place(f"Town {n}", None, "SY", "Aleppo", 34.0 + n % 7 * 0.4, 36.5 + n // 7 * 0.6, "settlement") for n in range(28)]
TYPES = {
    "airstrike": "Air/drone strike",
    "shelling": "Shelling/artillery/missile attack",
    "armed_clash": "Armed clash",
    "abduction": "Abduction/forced disappearance",
}
ACLED = "event_id_cnty event_date sub_event_type actor1 actor2 country admin1 location latitude longitude geo_precision fatalities".split()


def incident(id: str, day: str, place: Place, event_type: str = "airstrike", dead: int = 4, **more: object) -> Incident:
    account = told(id, event_type, day=day, place=place, harm=(killed(dead),), **more)  # type: ignore[arg-type]
    return assess([account], {}, {})


def row(id: str, day: str, place: Place, sub_event: str = "Air/drone strike", dead: int | str = 4, **more: object) -> dict[str, object]:
    where = {"location": place.name, "admin1": place.admin1, "latitude": place.lat, "longitude": place.lon, "geo_precision": 1}
    return {"event_id_cnty": id, "event_date": day, "sub_event_type": sub_event, "country": "Syria", "fatalities": dead, **where, **more}


def file(folder: Path, rows: Sequence[Mapping[str, object]], columns: Sequence[str] = ACLED) -> Path:
    path = folder / "theirs.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        table = csv.DictWriter(out, columns, restval="")
        table.writeheader()
        table.writerows(rows)
    return path


def test_of_generated_datasets_what_is_in_both_is_found(tmp_path: Path) -> None:
    chance = random.Random(7)
    ours, rows, both = list[Incident](), list[dict[str, object]](), set[tuple[str, str]]()
    for n in range(300):
        place, kind = chance.choice(TOWNS), chance.choice(list(TYPES))
        day = dt.date(2023, 1, 1) + dt.timedelta(days=chance.randrange(360))
        dead, whose = chance.randrange(30), chance.random()
        if whose < 0.8:
            ours.append(incident(f"a{n}", day.isoformat(), place, kind, dead))
        if whose > 0.2:
            near = Place(place.name, None, "SY", "Aleppo", round(place.lat + chance.uniform(-0.02, 0.02), 4), place.lon, "settlement")  # type: ignore[operator]
            rows.append(row(f"SYR{n}", day.isoformat(), near, TYPES[kind], max(0, dead + chance.choice((0, 0, 0, 1, -2)))))
        if 0.2 < whose < 0.8:
            both.add((ours[-1].id, f"SYR{n}"))
    found = {(m.incident.id, m.theirs.id) for m in compare(file(tmp_path, rows), ours).matches}

    right = len(found & both)
    assert 2 * right / (len(found) + len(both)) >= 0.95


def test_what_either_side_alone_has_is_told(tmp_path: Path) -> None:
    ours = [incident("a", "2023-05-01", TOWNS[0]), incident("b", "2023-05-09", TOWNS[9])]
    found = compare(file(tmp_path, [row("SYR1", "2023-05-01", TOWNS[0]), row("SYR2", "2023-05-20", TOWNS[20])]), ours)

    assert [(m.incident, m.theirs.id, m.conflicts) for m in found.matches] == [(ours[0], "SYR1", ())]
    assert found.only_ours == (ours[1],)
    assert [one.id for one in found.only_theirs] == ["SYR2"]


def one_match(folder: Path, ours: Incident, theirs: Mapping[str, object]) -> tuple[tuple[str, str, str], ...]:
    (match,) = compare(file(folder, [theirs]), [ours]).matches
    return match.conflicts


def test_numbers_that_do_not_meet_are_a_conflict_and_those_that_do_are_none(tmp_path: Path) -> None:
    ours = incident("a", "2023-05-01", TOWNS[0], dead=4)

    assert one_match(tmp_path, ours, row("SYR1", "2023-05-01", TOWNS[0], dead=4)) == ()
    assert one_match(tmp_path, ours, row("SYR1", "2023-05-01", TOWNS[0], dead=6)) == (("killed", "4-4", "6-6"),)
    assert one_match(tmp_path, ours, row("SYR1", "2023-05-01", TOWNS[0], dead="")) == ()


def test_another_perpetrator_is_a_conflict(tmp_path: Path) -> None:
    ours = incident("a", "2023-05-01", TOWNS[0], "shelling", by=(ARMY,))
    theirs = row("SYR1", "2023-05-01", TOWNS[0], "Shelling/artillery/missile attack")

    assert one_match(tmp_path, ours, theirs | {"actor1": "Islamic State", "actor2": "Civilians (Syria)"}) == (
        ("perpetrators", "Syrian Arab Army", "Islamic State"),
    )
    assert one_match(tmp_path, ours, theirs | {"actor1": "Military Forces of Syria (2000-2024)"}) == ()


def test_several_rows_are_one_incident_only_on_different_days_and_their_numbers_are_parts(tmp_path: Path) -> None:
    ours = incident("a", "2024-03-01", TOWNS[0], "armed_clash", 8, until="2024-03-02", grain="interval", by=(ARMY,), at=(IS,))
    days = [row(f"SYR{n}", f"2024-03-0{n}", TOWNS[0], "Armed clash", 4, actor1="Islamic State") for n in (1, 2)]
    found = compare(file(tmp_path, [*days, days[0] | {"event_id_cnty": "SYR9"}]), [ours])

    assert len(found.matches) == 2
    assert {m.theirs.account.date.start.day for m in found.matches if m.theirs.account.date} == {1, 2}
    assert not [conflict for m in found.matches for conflict in m.conflicts if conflict[0] == "killed"]


def test_the_row_of_the_day_after_is_not_the_incident_of_one_day_that_has_its_row(tmp_path: Path) -> None:
    ours = incident("a", "2024-03-02", TOWNS[0])
    found = compare(file(tmp_path, [row(f"SYR{n}", f"2024-03-0{n}", TOWNS[0]) for n in (1, 2, 3)]), [ours])

    assert [m.theirs.id for m in found.matches] == ["SYR2"]


def test_only_the_days_and_countries_of_the_file_are_compared(tmp_path: Path) -> None:
    kandahar = Place("Kandahar", "af-kandahar", "AF", "Kandahar", 31.61, 65.71, "settlement")
    ours = [incident("a", "2023-05-01", TOWNS[0]), incident("b", "2023-05-01", kandahar), incident("c", "2020-05-01", TOWNS[0])]
    found = compare(file(tmp_path, [row("SYR1", "2023-05-01", TOWNS[0])]), ours)

    assert (len(found.matches), found.only_ours, found.beyond) == (1, (), 2)


def test_rows_that_cannot_be_compared_are_counted_by_reason(tmp_path: Path) -> None:
    found = compare(file(tmp_path, [row("SYR1", "soon", TOWNS[0]), row("SYR2", "2023-05-01", TOWNS[0], "Dance")]), [])

    assert found.left_out == {"no day": 1, "a kind of event that we do not have": 1}


@pytest.mark.parametrize("form", ["acled", "ucdp"])
def test_our_own_export_matches_every_incident_that_it_holds(form: str, tmp_path: Path) -> None:
    accounts: list[Account] = [
        told(f"a{n}", "armed_clash", day=f"2024-0{n + 1}-11", place=TOWNS[3 * n], by=(ARMY,), at=(IS,), harm=(killed(3 + n),))
        for n in range(6)
    ]
    ours = [assess([account], {}, {}) for account in accounts]
    out = io.BytesIO()
    write(form, ours, accounts, [], out, "internal")
    path = tmp_path / "export.csv"
    path.write_bytes(out.getvalue())
    found = compare(path, ours)

    assert {m.incident.id for m in found.matches} == {one.id for one in ours}
    assert not [m.conflicts for m in found.matches if m.conflicts]


def test_gdelts_files_have_no_headings_and_are_known_by_their_61_columns(tmp_path: Path) -> None:
    cells = [""] * 61
    cells[0], cells[1], cells[26] = "1", "20230501", "195"
    cells[51:58] = ["4", "Town 0, Halab, Syria", "SY", "SY09", "", "34.0", "36.5"]
    path = tmp_path / "20230501.export.CSV"
    path.write_text("\t".join(cells) + "\n", "utf-8")
    found = compare(path, [incident("a", "2023-05-01", TOWNS[0])])

    assert found.title == "GDELT 2.0 events"
    assert [m.theirs.id for m in found.matches] == ["1"]


def test_a_table_like_iraq_body_counts_is_known_and_its_minimum_and_maximum_are_the_numbers(tmp_path: Path) -> None:
    header = ["IBC code", "Start Date", "End Date", "Location", "Reported Minimum", "Reported Maximum"]
    row_ = dict(zip(header, ["x1", "12 Mar 2016", "12 Mar 2016", "Mosul", "5", "9"], strict=True))
    (one,) = compare(file(tmp_path, [row_], header), []).only_theirs

    assert (one.low, one.high, one.account.place.place.country if one.account.place else None) == (5, 9, "IQ")


def test_another_dataset_is_read_by_a_map_even_of_columns_that_lie_deeper(tmp_path: Path) -> None:
    table, mapping = tmp_path / "list.jsonl", tmp_path / "map.yaml"
    line = {"n": "k1", "when": "2023-05-01", "where": {"name": "Town 0", "lat": 34.0, "lon": 36.5}, "land": "Syria", "dead": {"best": 4}}
    table.write_text(json.dumps(line), "utf-8")
    mapping.write_text("columns: {id: n, start: when, place: where.name, lat: where.lat, lon: where.lon, country: land, best: dead.best}\n")
    found = compare(table, [incident("a", "2023-05-01", TOWNS[0])], mapping)

    assert [(m.theirs.id, m.theirs.low) for m in found.matches] == [("k1", 4)]


def test_a_file_that_is_of_no_known_dataset_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match="say with --map which is what"):
        compare(file(tmp_path, [], ["a", "b"]), [])
    with pytest.raises(UnreadableDocument, match="is empty"):
        compare(_empty(tmp_path), [])


def _empty(folder: Path) -> Path:
    path = folder / "empty.csv"
    path.write_text("")
    return path


def test_the_page_tells_conflicts_and_runs_no_words_of_the_file(tmp_path: Path) -> None:
    ours = incident("a", "2023-05-01", TOWNS[0], dead=4)
    page = page_of(compare(file(tmp_path, [row("<script>1</script>", "2023-05-01", TOWNS[0], dead=9)]), [ours]))

    assert "<script>" not in page and "&lt;script&gt;" in page
    assert "<td>killed</td><td><bdi>4-4</bdi></td><td><bdi>9-9</bdi></td>" in page
    assert page.count("<rect") == 3


def test_nothing_to_compare_is_an_empty_comparison(tmp_path: Path) -> None:
    found: Comparison = compare(file(tmp_path, []), [])

    assert (found.matches, found.only_ours, found.only_theirs) == ((), (), ())
    assert "0 rows matched" in page_of(found)


UCDP_LINES = """
title: UCDP GED, as JSON lines
columns: {id: id, start: date_start, end: date_end, type: type_of_violence, place: where, admin1: adm1, country: country, lat: lat,
  lon: lon, place_precision: where_prec, by: side_a, against: side_b, low: deaths.low, best: deaths.best, high: deaths.high}
types: {"1": armed_clash, "2": armed_clash, "3": armed_attack}
precision: {"1": settlement, "2": district, "3": district, "4": province, "5": region, "6": country}
"""


@pytest.mark.shared
def test_public_rows_of_ucdp_find_themselves_again_among_incidents_told_of_the_same(tmp_path: Path) -> None:
    path, mapping = Path(__file__).parents[3] / "shared" / "data" / "counts" / "en_ucdp_ged_bgd.jsonl", tmp_path / "map.yaml"
    if not path.is_file():
        pytest.skip("data/counts is not beside this checkout")
    mapping.write_text(UCDP_LINES, "utf-8")
    alone = compare(path, [], mapping)
    ours = {
        one.id: assess([replace(one.account, id=f"a{one.id}", report=f"r{one.id}")], {}, {})
        for one in alone.only_theirs[::2]
        if one.account.date
    }
    found = compare(path, ours.values(), mapping)
    names = {incident.id: id for id, incident in ours.items()}
    right = sum(names[m.incident.id] == m.theirs.id for m in found.matches)

    assert alone.left_out == {}
    assert 2 * right / (len(found.matches) + len(ours)) >= 0.95
