"""A user's own registry: GeoNames dumps, Who's On First tables and p-code tables, read from files or fetched."""

import gzip
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tahqiq.errors import RegistryError
from tahqiq.registries import Places, fetch_places, import_places, load_places

pytestmark = pytest.mark.usefixtures("shipped_counts")


def _dump(number: int, name: str, lat: float, lon: float, feature: str, code: str, **more: str) -> str:
    return "\t".join([
        str(number), name, name, more.get("names", ""), str(lat), str(lon), feature, code, "SY", "", more.get("admin1", "07"),
        more.get("admin2", ""), "", "", more.get("population", "0"), "", "0", "Asia/Damascus", "2026-01-01",
    ])  # fmt: skip


NAMES = "Qaryat Ikhtibar,QIK,قرية اختبار,Дейр,qaryat"
DUMP = "\n".join([
    _dump(9900001, "Qaryat Ikhtibar", 35.5, 40.1, "P", "PPL", names=NAMES, population="6200", admin2="0701"),
    _dump(9900002, "Deir ez-Zor Governorate", 35.0, 40.3, "A", "ADM1"),
    _dump(9900003, "Ikhtibar District", 35.4, 40.2, "A", "ADM2", admin2="0701"),
    _dump(9900004, "Ikhtibar Air Base", 35.6, 40.0, "S", "AIRB"),
    _dump(9900005, "Madrasat Ikhtibar", 35.5, 40.1, "S", "SCH"),
    _dump(9900006, "Ikhtibar oil field", 35.7, 40.1, "L", "OILF"),
])  # fmt: skip
ALTERNATES = "\n".join([
    "1\t9900001\tar\tاختبار الشرقية\t\t\t\t",
    "2\t9900001\tur\tاختبار شرقی\t1\t\t\t\t2001\t2020",
    "3\t9900001\tlink\thttps://example.org\t\t\t\t",
    "4\t9900001\tar\tاسم قديم\t\t\t\t1",
])  # fmt: skip
WOF_HEAD = (
    "wof_id placetype name country lat lon region county geonameid wikidata feature_code population "
    "names_en names_ar names_ur names_fa names_ps names_other"
).replace(" ", "\t")
WOF = "\n".join([
    WOF_HEAD,
    "101\tlocality\tTajriba\tSY\t35.1\t40.2\tDeir ez-Zor\tTajriba\t\tQ1\tPPL\t900\tTajribah|Tajriba\tتجربة\tتجربہ\tتجربه\t\t",
    "102\tcampus\tTajriba Airport\tSY\t35.2\t40.3\tDeir ez-Zor\t\t\t\t\t\tTajriba Air Base|TJB|OSTJ\tمطار تجربة\t\t\t\t",
    "103\tcounty\tNahiyat Tajriba\tSY\t35.1\t40.2\tDeir ez-Zor\t\t\t\t\t44000\t\tناحية تجربة\t\t\t\t",
    "104\tcountry\tSyria\tSY\t35.0\t38.5\t\t\t\t\t\t\t\tسوريا\t\t\t\t",
])  # fmt: skip
PCODES = "\n".join([
    "iso3\tlevel\tpcode\tname\tparent",
    "SYR\t1\tSY07\tDeir-ez-Zor\tSYR",
    "SYR\t2\tSY0701\tNahiyat Tajriba\tSY07",
    "SYR\t2\tSY0702\tNowhere Known\tSY07",
    "SYR\t2\tSY9901\tNowhere Either\tSY99",
])  # fmt: skip


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    return tmp_path / "mine" / "places.sqlite"


def _file(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    if name.endswith(".gz"):
        path.write_bytes(gzip.compress(text.encode()))
    elif name.endswith(".zip"):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("readme.txt", "about")
            archive.writestr("SY.txt", text)
    else:
        path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["SY.txt", "SY.txt.gz", "SY.zip"])
def test_a_geonames_dump_is_imported_plain_gzipped_and_zipped(tmp_path: Path, registry: Path, name: str) -> None:
    done = import_places([_file(tmp_path, name, DUMP)], registry)
    assert (done.places, done.taken, done.left_out) == (5, {name: 5}, {name: 1})
    places = load_places([registry])
    village = places.get("geonames:9900001")
    assert (village.kind, village.admin1, village.admin2, village.population) == ("town", "Deir ez-Zor", "Ikhtibar", 6200)
    assert (village.origin, dict(village.names)) == ("imported", {"en": ("Qaryat Ikhtibar",), "ar": ("قرية اختبار",)})
    assert places.find("Ikhtibar Air Base")[0].kind == "base"
    assert places.find("Ikhtibar oil field")[0].kind == "oil_field"
    assert places.find("Madrasat Ikhtibar") == ()


def test_a_kind_word_is_stripped_from_imported_names(tmp_path: Path, registry: Path) -> None:
    import_places([_file(tmp_path, "SY.txt", DUMP)], registry)
    assert load_places([registry]).find("اختبار")[0].id == "geonames:9900001"


@pytest.mark.parametrize("order", [("SY.txt", "alternateNamesV2.txt"), ("alternateNamesV2.txt", "SY.txt")])
def test_alternate_names_join_their_place_in_either_order(tmp_path: Path, registry: Path, order: tuple[str, str]) -> None:
    texts = {"SY.txt": DUMP, "alternateNamesV2.txt": ALTERNATES}
    done = import_places([_file(tmp_path, name, texts[name]) for name in order], registry)
    assert done.taken["alternateNamesV2.txt"] == 2
    names = load_places([registry]).get("geonames:9900001").names
    assert names["ar"] == ("اختبار الشرقية", "قرية اختبار")
    assert names["ur"] == ("اختبار شرقی",)


def test_a_whos_on_first_table_is_imported_with_names_by_language(tmp_path: Path, registry: Path) -> None:
    done = import_places([_file(tmp_path, "places_sy.tsv.gz", WOF)], registry)
    assert (done.places, done.left_out) == (3, {"places_sy.tsv.gz": 1})
    places = load_places([registry])
    village, airport = places.get("wof:101"), places.get("wof:102")
    assert (village.kind, village.wikidata, village.names["ur"]) == ("village", "Q1", ("تجربہ",))
    assert (airport.kind, airport.precision, airport.names["en"]) == ("base", "site", ("Tajriba Air Base",))


def test_p_codes_take_the_point_of_the_unit_of_their_name_else_of_their_parent(tmp_path: Path, registry: Path) -> None:
    done = import_places([_file(tmp_path, "wof.tsv", WOF), _file(tmp_path, "pcodes.tsv", PCODES)], registry)
    assert (done.taken["pcodes.tsv"], done.left_out["pcodes.tsv"]) == (3, 1)
    places = load_places([registry])
    province, known, unknown = places.get("ocha:SY07"), places.get("ocha:SY0701"), places.get("ocha:SY0702")
    assert (province.kind, province.precision, province.country) == ("province", "province", "SY")
    assert (known.lat, known.lon, known.precision, known.admin1) == (35.1, 40.2, "district", "Deir-ez-Zor")
    assert (unknown.lat, unknown.precision) == (province.lat, "province")


def test_a_second_import_adds_and_newer_rows_replace(tmp_path: Path, registry: Path) -> None:
    import_places([_file(tmp_path, "wof.tsv", WOF)], registry)
    newer = _dump(9900001, "Qaryat Jadida", 35.5, 40.1, "P", "PPL")
    import_places([_file(tmp_path, "SY.txt", DUMP)], registry)
    done = import_places([_file(tmp_path, "SY2.txt", newer)], registry)
    assert done.places == 8
    places = load_places([registry])
    assert places.get("geonames:9900001").name == "Qaryat Jadida"
    assert places.find_id("wof:101") is not None


def test_ours_come_before_imported_places_of_the_same_name(tmp_path: Path, registry: Path, shipped: Places) -> None:
    ours = shipped.find("Deir ez-Zor")[0]
    import_places([_file(tmp_path, "SY.txt", _dump(9900009, "Deir ez-Zor", 35.9, 40.1, "P", "PPLA", population="900000"))], registry)
    found = [entry.id for entry in load_places([registry]).find("Deir ez-Zor")]
    assert found[0] == ours.id
    assert "geonames:9900009" in found


def test_one_place_in_both_registries_is_given_once(tmp_path: Path, registry: Path, shipped: Places) -> None:
    paris = shipped.get("geonames:2988507")
    row = _dump(2988507, "Paris", paris.lat, paris.lon, "P", "PPLC", population="2138551").replace("\tSY\t", "\tFR\t")
    import_places([_file(tmp_path, "FR.txt", row)], registry)
    assert [entry.geonames for entry in load_places([registry]).find("Paris")].count(2988507) == 1


BAD = [
    ("columns", "SY.txt", DUMP + "\n1\ttwo", r"SY\.txt, line 7: 2 columns, not 19"),
    ("latitude", "SY.txt", DUMP.replace("35.6", "north"), r"SY\.txt, line 4: latitude is 'north'"),
    ("longitude-range", "SY.txt", DUMP.replace("40.0", "400.0"), r"SY\.txt, line 4: longitude is '400.0', not a number between -180"),
    ("population", "SY.txt", DUMP.replace("6200", "many"), r"SY\.txt, line 1: population is 'many'"),
    ("country", "SY.txt", DUMP.replace("\tSY\t", "\tSyria\t", 1), r"SY\.txt, line 1: country is 'Syria'"),
    ("wof-row", "wof.tsv", WOF + "\n105\tlocality", r"wof\.tsv, line 6: 2 columns"),
    ("wof-degrees", "wof.tsv", WOF.replace("35.2\t40.3", "35.2\t"), r"wof\.tsv, line 3: lon is ''"),
    ("wof-column", "wof.tsv", WOF.replace("names_en", "name_en"), r"wof\.tsv, line 1: the column names_en is missing"),
    ("pcode-country", "p.tsv", PCODES.replace("SYR\t1", "XXX\t1"), r"p\.tsv, line 2: 'XXX' is no ISO 3166-1 alpha-3 code"),
    ("pcode-level", "p.tsv", PCODES.replace("SYR\t1", "SYR\t7"), r"p\.tsv, line 2: level must be 1 or 2"),
    ("unknown", "table.csv", "a,b\n1,2", r"table\.csv, line 1: 1 tab-separated columns are no GeoNames dump"),
    ("empty", "empty.txt", "", r"empty\.txt, line 1"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "message"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_a_bad_file_is_refused_by_name_and_line_and_changes_nothing(
    tmp_path: Path, registry: Path, name: str, text: str, message: str
) -> None:
    import_places([_file(tmp_path, "good.txt", DUMP)], registry)
    before = registry.read_bytes()
    with pytest.raises(RegistryError, match=message):
        import_places([_file(tmp_path, name, text)], registry)
    assert registry.read_bytes() == before
    assert sorted(path.suffix for path in registry.parent.iterdir()) == [".marisa", ".refs", ".sqlite"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.txt", b"\xff\xfe\x00", r"a\.txt: is not UTF-8"),
        ("a.gz", b"no gzip", r"a\.gz: cannot be read"),
        ("a.zip", b"no zip", r"a\.zip: cannot be read"),
        ("missing.txt", None, r"missing\.txt: cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, registry: Path, name: str, content: bytes | None, message: str) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(RegistryError, match=message):
        import_places([path], registry)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    dump = _file(tmp_path, "SY.zip", DUMP).read_bytes()

    class Dumps(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = {"/dump/SY.zip": dump, "/dump/IQ.zip": b"no zip"}.get(self.path)
            self.send_response(200 if found else 404)
            self.end_headers()
            self.wfile.write(found or b"")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Dumps) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{serving.server_port}/dump"
        serving.shutdown()


def test_a_countrys_dump_is_fetched_and_imported(server: str, registry: Path) -> None:
    assert fetch_places(["sy", "SY"], server + "/", registry).places == 5
    assert load_places([registry]).find("Qaryat Ikhtibar")[0].country == "SY"


def test_an_address_that_gives_no_dump_is_named(server: str, registry: Path) -> None:
    with pytest.raises(RegistryError, match=r"/dump/YE\.zip: could not be fetched: .*404"):
        fetch_places(["YE"], server, registry)
    with pytest.raises(RegistryError, match=r"IQ\.zip: cannot be read"):
        fetch_places(["IQ"], server, registry)
    with pytest.raises(RegistryError, match="'Syria' is no ISO"):
        fetch_places(["Syria"], server, registry)
    assert not registry.exists()
