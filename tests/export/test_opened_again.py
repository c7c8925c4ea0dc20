"""What was written is opened again by readers that are not ours."""

import csv
import importlib.util
import io
import json
import struct
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from exported import written

from tahqiq.errors import NothingToWrite
from tahqiq.export import write
from tahqiq.export.airwars import GROUPS, TABLES
from tahqiq.export.sheet import columns
from tahqiq.settings import Settings


def workbook(language: str) -> Any:
    openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is not installed")
    return openpyxl.load_workbook(io.BytesIO(written("xlsx", settings=Settings(language=language)))).active


@pytest.mark.parametrize(("language", "right_to_left"), [("en", False), ("ar", True), ("ur", True), ("fa", True)])
def test_openpyxl_reads_typed_cells_on_a_sheet_that_runs_as_its_language_does(language: str, right_to_left: bool) -> None:
    sheet = workbook(language)
    strike = dict(zip((column.name for column in columns()), (cell.value for cell in sheet[3]), strict=True))

    assert bool(sheet.sheet_view.rightToLeft) is right_to_left
    assert sheet.freeze_panes == "A2"
    assert (strike["start"], strike["killed_low"], strike["killed_high"]) == (datetime(2023, 7, 7), 4, None)
    assert isinstance(strike["latitude"], float)
    assert strike["sources"] == "جريدة المثال; روزنامہ مثال"


def test_openpyxl_finds_no_formula_in_any_cell() -> None:
    sheet = workbook("en")
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]

    assert not [cell for cell in cells if cell.data_type == "f"]
    started = [cell for cell in cells if str(cell.value).startswith(("=", "@"))]
    assert started and all(cell.quotePrefix for cell in started)


def test_the_followthemoney_library_takes_every_entity_with_all_its_values() -> None:
    followthemoney = pytest.importorskip("followthemoney", reason="followthemoney is not installed")
    lines = [json.loads(line) for line in written("ftm").splitlines()]
    ids = {line["id"] for line in lines}

    for line in lines:
        entity = followthemoney.model.get_proxy(line, cleaned=False)
        entity.schema.validate(line)
        kept = entity.to_dict()["properties"]
        assert {name: sorted(values) for name, values in kept.items()} == {n: sorted(v) for n, v in line["properties"].items()}
        assert not [v for name in ("object", "subject", "document", "entity", "addressEntity") for v in kept.get(name, []) if v not in ids]
    assert {line["schema"] for line in lines} >= {"Event", "Article", "Address", "Documentation", "UnknownLink", "Organization"}


def test_libhxl_reads_the_hashtags_and_every_row() -> None:
    hxl = pytest.importorskip("hxl", reason="libhxl is not installed")
    data = hxl.data(hxl.make_input(io.BytesIO(written("hxl")), hxl.InputOptions(allow_local=True)))
    rows = list(data)

    assert [column.display_tag for column in data.columns][:2] == ["#event+code", "#date+start"]
    assert len(rows) == 7
    assert {row.get("#affected+killed+min") for row in rows} >= {"4", "24", "8"}


def test_pyarrow_finds_the_types_of_the_columns_of_csv() -> None:
    reader = pytest.importorskip("pyarrow.csv", reason="pyarrow is not installed")
    schema = reader.read_csv(io.BytesIO(written("csv"))).schema

    assert {name: str(schema.field(name).type) for name in ("killed_best", "start", "latitude", "title")} == {
        "killed_best": "int64",
        "start": "date32[day]",
        "latitude": "double",
        "title": "string",
    }


def test_airwars_tables_are_linked_by_post_and_hold_four_numbers_a_group() -> None:
    with zipfile.ZipFile(io.BytesIO(written("airwars"))) as archive:
        tables = {name: list(csv.DictReader(io.StringIO(archive.read(f"{name}.csv").decode()))) for name in TABLES}
    posts = {row["post_id"] for row in tables["incidents"]}

    assert len(tables) == 9
    assert all({row["post_id"] for row in rows} <= posts for rows in tables.values())
    numbers = [f"{group}_{effect}_{bound}" for group in GROUPS for effect in ("killed", "injured") for bound in ("min", "max")]
    assert len(numbers) == 72 and set(numbers) <= set(TABLES["incidents"])
    strike = next(row for row in tables["incidents"] if row["date"] == "2023-07-07")
    assert (strike["civilian_non_combatants_killed_min"], strike["undetermined_killed_min"]) == ("4", "")
    assert strike["civilian_harm_status"] == "fair"


def test_timemap_events_name_sources_and_associations_that_are_there() -> None:
    with zipfile.ZipFile(io.BytesIO(written("timemap"))) as archive:
        events, sources, associations = (json.loads(archive.read(f"{name}.json")) for name in ("events", "sources", "associations"))

    assert {name for event in events for name in event["sources"]} <= {source["id"] for source in sources}
    assert {name for event in events for name in event["associations"]} <= {one["title"] for one in associations}
    assert all(bool(event["latitude"]) == bool(event["longitude"]) for event in events)
    assert all(isinstance(event[key], str) for event in events for key in ("date", "latitude", "longitude", "description"))
    assert "7/7/2023" in {event["date"] for event in events}


def test_json_ld_links_each_number_to_its_event() -> None:
    graph = json.loads(written("jsonld"))["@graph"]
    events = {node["@id"] for node in graph if node["@type"] == "Event"}
    observations = [node for node in graph if node["@type"] == "Observation"]

    assert observations and {node["observationAbout"]["@id"] for node in observations} <= events
    assert not [node for node in graph if node["@type"] == "ClaimReview"]  # nobody published any of them


def test_plover_and_polecat_code_the_same_events_alike() -> None:
    records = {record["id"]: record for record in map(json.loads, written("plover").splitlines())}
    rows = {row["Event ID"]: row for row in csv.DictReader(io.StringIO(written("polecat").decode()), delimiter="\t")}

    assert records.keys() == rows.keys()
    assert all(rows[id]["Event Type"] == record["event"][0] and rows[id]["Event Date"] == record["date"] for id, record in records.items())
    assert len(next(iter(rows.values()))) == 40


def test_hapi_counts_what_acled_would_list() -> None:
    rows = list(csv.DictReader(io.StringIO(written("hapi").decode("utf-8-sig"))))
    acled = list(csv.DictReader(io.StringIO(written("acled").decode())))
    violent = [row for row in acled if row["disorder_type"].startswith("Political violence")]

    assert len(rows[0]) == 19
    counted = [row for row in rows if row["event_type"] == "political_violence"]
    assert sum(int(row["events"]) for row in counted) == len(violent)
    assert sum(int(row["fatalities"]) for row in counted) == sum(int(row["fatalities"]) for row in violent)


@pytest.mark.parametrize(("name", "crs", "count"), [("gpkg", "EPSG:4326", 7), ("fgb", "EPSG:4326", 6), ("pmtiles", "EPSG:3857", 6)])
def test_gdal_opens_a_layer_with_typed_columns(name: str, crs: str, count: int, tmp_path: Path) -> None:
    pyogrio = pytest.importorskip("pyogrio", reason="the extra geo is not installed")
    path = tmp_path / f"incidents.{name}"
    path.write_bytes(written(name))
    layer = pyogrio.read_info(path)

    assert (layer["crs"], layer["features"]) == (crs, count)
    assert dict(zip(layer["fields"], layer["ogr_types"], strict=True))["killed_best"] in ("OFTInteger", "OFTInteger64")


def test_geoparquet_says_where_its_geometry_is() -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="the extra geo is not installed")
    table = parquet.read_table(io.BytesIO(written("parquet")))
    geo = json.loads(table.schema.metadata[b"geo"])

    assert geo["columns"][geo["primary_column"]] == {"encoding": "WKB", "geometry_types": ["Point"]}
    strike = next(row for row in table.to_pylist() if row["start"] and row["start"].isoformat() == "2023-07-07")
    assert struct.unpack("<BIdd", strike["geometry"]) == (1, 1, strike["longitude"], strike["latitude"])


# What FollowTheMoney requires of a schema and what of its properties we fill, so that the shape holds where the library, which
# needs the headers of ICU to be built, is not installed.
_FTM = {
    "Event": ({"name"}, "name date startDate endDate summary recordId location country addressEntity keywords"),
    "Address": (set(), "full city state country latitude longitude"),
    "Organization": ({"name"}, "name alias country topics wikidataId"),
    "PublicBody": ({"name"}, "name alias country topics wikidataId"),
    "Article": (set(), "title publisher sourceUrl language publishedAt bodyText"),
    "Documentation": ({"document", "entity"}, "document entity role"),
    "UnknownLink": ({"subject", "object"}, "subject object role"),
}


def test_entities_have_what_their_schema_requires_and_nothing_that_it_lacks() -> None:
    for line in written("ftm", "internal").splitlines():
        entity = json.loads(line)
        required, known = _FTM[entity["schema"]]
        assert required <= entity["properties"].keys() <= set(known.split())
        assert all(isinstance(value, str) and value for values in entity["properties"].values() for value in values)


@pytest.mark.skipif(importlib.util.find_spec("pyogrio") is None, reason="the extra geo is not installed")
def test_tiles_of_nothing_are_refused_with_a_sentence_and_no_file() -> None:
    out = io.BytesIO()
    with pytest.raises(NothingToWrite, match="more exact than a country"):
        write("pmtiles", [], [], [], out)
    assert not out.getvalue()
