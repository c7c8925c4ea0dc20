"""A team's own list: its rows are accounts with their ids, decisions stand, what cannot be read is named, and twice is once."""

import datetime as dt
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from click.testing import CliRunner, Result
from fastapi.testclient import TestClient

from tahqiq.cli import cli
from tahqiq.errors import UnreadableDocument
from tahqiq.evidence import Vault, open_vault
from tahqiq.fold import folded
from tahqiq.importing import import_table
from tahqiq.importing.cells import Count, count_of, days_of
from tahqiq.importing.mapping import load_map
from tahqiq.ledger import Ledger, Query, open_ledger
from tahqiq.model import Account, Decision, Incident
from tahqiq.pipeline import ingest, rebuild, reread, verify
from tahqiq.settings import Settings
from tahqiq.web import create_app

HEADS = "Code;Type;Day;Village;Province;Dead;Hurt;By;Weapon;Grade;Checked;Checked on;Online;Notes"
MARKET = (
    "SM-1;AS;07.03.2024;Sarmin;Idlib;3-5;at least 7;RuAF;jet;F;yes;12.03.2024;yes;Warplanes struck a market in Sarmin, the rescuers said."
)
EDGE = "SM-2;SH;08.03.2024;Sarmin;Idlib;2;-;regime;mortar;W;no;;;Shells fell on the edge of the town."
AGAIN = "SM-3;SH;08.03.2024;Sarmin;Idlib;1;?;regime;mortar;W;no;;;Shells fell on the edge of the town again."
MAP = """
team: Sample Monitor
id: Code
event_type: Type
date: Day
date_format: "%d.%m.%Y"
place: [Village, Province]
perpetrators: By
weapons: Weapon
casualties:
  - {column: Dead, effect: killed, who: civilians}
  - {column: Hurt, effect: injured}
grade: Grade
reviewed: Checked
reviewed_on: Checked on
published: Online
description: Notes
codes:
  event_type: {AS: airstrike, SH: shelling}
  weapons: {jet: aircraft}
  perpetrators: {RuAF: Russian Air Force, regime: Syrian army, unknown: ""}
  grade: {F: fair, W: weak}
"""
ARABIC_MAP = """
team: مرصد العينة
id: الرمز
event_type: النوع
date: التاريخ
place: [البلدة, المحافظة]
country: البلد
victims: الأسماء
casualties:
  - {column: القتلى, effect: killed, who: civilians}
  - {column: [جرحى أدنى, جرحى أقصى], effect: injured}
description: الوصف
reviewed: مراجع
codes:
  event_type: {قصف: shelling}
"""
ARABIC_HEADS = [
    "الرمز", "النوع", "التاريخ", "البلدة", "المحافظة", "البلد", "الأسماء", "القتلى", "جرحى أدنى", "جرحى أقصى", "الوصف", "مراجع",
]  # fmt: skip
ARABIC_ROW = ["م-١", "قصف", "٧ آذار ٢٠٢٤", "سرمين", "محافظة إدلب", "سوريا", "", "ما لا يقل عن ٣", "4", "6", "سقطت قذائف على السوق.", "نعم"]


@pytest.fixture
def desk(tmp_path: Path) -> Ledger:
    return open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}")


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return open_vault(str(tmp_path / "vault"))


def written(folder: Path, *rows: str, mapping: str = MAP) -> tuple[Path, Path]:
    (folder / "list.csv").write_text("\n".join([HEADS, *rows]), "utf-8")
    (folder / "map.yaml").write_text(mapping, "utf-8")
    return folder / "list.csv", folder / "map.yaml"


def sheet(path: Path, rows: list[list[str]]) -> Path:
    """An .xlsx with one sheet of texts; a row's numbers are those of the file."""
    lines = "".join(
        f'<row r="{n}">' + "".join(f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>' for cell in row) + "</row>"
        for n, row in enumerate(rows, 1)
    )
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    related = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts = {
        "xl/workbook.xml": f'<workbook {space} xmlns:r="{related}"><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{related}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f"<worksheet {space}><sheetData>{lines}</sheetData></worksheet>",
    }
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    path.write_bytes(held.getvalue())
    return path


def by_id(ledger: Ledger) -> dict[str, Account]:
    """The accounts that count, by the id of their row."""
    return {ledger.report(account.report).title or "": account for account in ledger.accounts()}


def incidents(ledger: Ledger) -> tuple[Incident, ...]:
    return ledger.incidents(Query(limit=100)).items


def test_a_row_is_an_account_of_the_team_and_each_value_stands_on_its_cell(desk: Ledger, vault: Vault, tmp_path: Path) -> None:
    done = import_table(*written(tmp_path, MARKET), desk, vault)
    assert (done.new, done.failures) == (1, [])
    account = by_id(desk)["SM-1"]
    report = desk.report(account.report)
    assert report.text.startswith("Code: SM-1\nType: AS\nDay: 07.03.2024\nVillage: Sarmin\n")
    assert (account.event_type, account.trigger.text, account.weapons) == ("airstrike", "AS", ("aircraft",))
    assert account.date and (account.date.start, account.date.mention.text) == (dt.date(2024, 3, 7), "07.03.2024")
    assert account.place and (account.place.place.id, account.place.mention.text) == ("sy-sarmin", "Sarmin")
    assert [(p.actor, p.mention.text) for p in account.perpetrators] == [("russian-air-force", "RuAF")]
    assert [(c.effect, c.who, c.min, c.max, c.qualifier, c.mention.text) for c in account.casualties] == [
        ("killed", "civilians", 3, 5, "between", "3-5"),
        ("injured", "unspecified", 7, None, "at_least", "at least 7"),
    ]
    assert verify(desk, vault) == []
    assert (report.source, [s.name for s in desk.sources() if s.id == report.source]) == ("Sample Monitor", ["Sample Monitor"])


def test_the_row_is_a_document_taken_out_of_the_table_and_table_and_map_are_kept_too(desk: Ledger, vault: Vault, tmp_path: Path) -> None:
    table, mapping = written(tmp_path, MARKET)
    import_table(table, mapping, desk, vault)
    kept = {document.name: document for document in desk.documents()}
    assert set(kept) == {"list.csv", "map.yaml", "list.csv row 2"}
    row = kept["list.csv row 2"]
    assert (row.within, row.method) == (kept["list.csv"].id, "import")
    assert vault.bytes(row.id).decode() == desk.report(by_id(desk)["SM-1"].report).text


def test_what_the_team_reviewed_published_and_graded_are_its_decisions(desk: Ledger, vault: Vault, tmp_path: Path) -> None:
    import_table(*written(tmp_path, MARKET, EDGE), desk, vault)
    told = by_id(desk)
    decided = {d.kind: d for d in desk.decisions(told["SM-1"].id)}
    assert set(decided) == {"reviewed", "published", "graded"}
    assert (decided["reviewed"].at, decided["reviewed"].who) == ("2024-03-12T00:00:00Z", "Sample Monitor")
    assert decided["reviewed"].why == "list.csv row 2, column «Checked»"
    assert decided["graded"].value == {"list": "Sample Monitor", "grade": "fair"}
    assert {d.kind for d in desk.decisions(told["SM-2"].id)} <= {"graded", "not_same"}


def test_importing_twice_changes_nothing(desk: Ledger, vault: Vault, tmp_path: Path) -> None:
    files = written(tmp_path, MARKET, EDGE, AGAIN)

    def state() -> tuple[Any, ...]:
        return desk.stamp(), vault.head(), incidents(desk), [*desk.decisions()], [*desk.runs()], [*desk.failures()]

    import_table(*files, desk, vault)
    before = state()
    again = import_table(*files, desk, vault)
    assert (again.new, again.changed, again.known, again.decisions) == (0, 0, 3, 0)
    assert state() == before


def test_an_edited_row_is_told_as_it_is_now_under_the_same_account(desk: Ledger, vault: Vault, tmp_path: Path) -> None:
    import_table(*written(tmp_path, EDGE), desk, vault)
    before = by_id(desk)["SM-2"]
    killed = []
    for row in (EDGE.replace(";2;", ";4;"), EDGE, EDGE):
        done = import_table(*written(tmp_path, row), desk, vault)
        (account,) = desk.accounts()
        assert account.id == before.id
        killed.append((account.casualties[0].min, done.new, done.changed, done.known))
    assert killed == [(4, 0, 1, 0), (2, 0, 1, 0), (2, 0, 0, 1)]
    assert len(incidents(desk)) == 1


def test_a_row_without_an_id_is_known_by_its_words(desk: Ledger, vault: Vault, tmp_path: Path) -> None:
    files = written(tmp_path, MARKET, EDGE, mapping=MAP.replace("id: Code\n", ""))
    assert [import_table(*files, desk, vault).new for _ in range(2)] == [2, 0]
    assert len([*desk.accounts()]) == 2


def test_two_rows_are_two_incidents_however_alike_they_are(desk: Ledger, vault: Vault, tmp_path: Path) -> None:
    import_table(*written(tmp_path, EDGE, AGAIN), desk, vault)
    assert len(incidents(desk)) == 2
    assert [d.why for d in desk.decisions() if d.kind == "not_same"] == ["two rows of the list of Sample Monitor"]


def test_many_like_rows_of_one_town_stay_apart_at_the_first_import(desk: Ledger, vault: Vault, tmp_path: Path) -> None:
    rows = [f"S-{n};SH;{1 + n % 4:02}.03.2024;Sarmin;Idlib;{n % 3};;regime;;;;;;" for n in range(40)]
    files = written(tmp_path, *rows)
    assert import_table(*files, desk, vault).incidents == 40
    assert import_table(*files, desk, vault).decisions == 0


def test_a_person_who_put_two_rows_together_is_not_overruled(desk: Ledger, vault: Vault, tmp_path: Path) -> None:
    files = written(tmp_path, EDGE, AGAIN)
    import_table(*files, desk, vault)
    one, other = sorted(account.id for account in desk.accounts())
    desk.append_decision(Decision("d1", "same", one, "an editor", "one salvo", "2099-01-01T00:00:00Z", {"accounts": [other]}))
    rebuild(desk)
    assert len(incidents(desk)) == 1
    import_table(*files, desk, vault)
    assert len(incidents(desk)) == 1


def test_the_list_meets_what_a_report_tells_of_the_same(desk: Ledger, vault: Vault, tmp_path: Path) -> None:
    story = tmp_path / "story.txt"
    story.write_text("A Russian warplane struck a market in Sarmin in Idlib on 7 March 2024, killing four civilians, the agency said.")
    ingest([story], desk, vault, published=dt.date(2024, 3, 8))
    import_table(*written(tmp_path, MARKET, EDGE), desk, vault)
    assert sorted(len(incident.reports) for incident in incidents(desk)) == [1, 2]


def test_no_program_reads_the_rows_again(desk: Ledger, vault: Vault, tmp_path: Path) -> None:
    import_table(*written(tmp_path, MARKET), desk, vault)
    before = [*desk.accounts()]
    assert reread(desk) == []
    assert [*desk.accounts()] == before


WRONG_ROWS = {
    "a day that is none": (EDGE.replace("08.03", "31.02"), "column «Day»: '31.02.2024' is no day; %d.%m.%Y was expected"),
    "words for a count": (EDGE.replace(";2;-", ";some men;-"), "column «Dead»: 'some men' is no count"),
    "two counts": (EDGE.replace(";2;-", ";2, later 3;-"), "column «Dead»: '2, later 3' is no count"),
    "a code of no meaning": (EDGE.replace(";SH;", ";XX;"), "column «Type»: 'XX' is no code of ours"),
    "a weapon of no meaning": (EDGE.replace("mortar", "thing"), "column «Weapon»: 'thing' is no code of ours"),
    "no type": (EDGE.replace(";SH;", ";;"), "column «Type»: is empty"),
    "neither yes nor no": (EDGE.replace(";no;", ";maybe;"), "column «Checked»: 'maybe' is no code of ours"),
    "an id twice": (MARKET.replace("Notes", ""), "column «Code»: 'SM-1' is the id of row 2 already"),
}


@pytest.mark.parametrize(("row", "said"), WRONG_ROWS.values(), ids=WRONG_ROWS)
def test_a_row_that_cannot_be_read_is_named_and_the_others_go_in(row: str, said: str, desk: Ledger, vault: Vault, tmp_path: Path) -> None:
    done = import_table(*written(tmp_path, MARKET, row, AGAIN), desk, vault)
    (failure,) = done.failures
    assert failure.startswith(f"list.csv row 3, {said}")
    assert sorted(by_id(desk)) == ["SM-1", "SM-3"]
    assert [(f.line, f.reason) for f in desk.failures()] == [(3, failure.removeprefix("list.csv row 3, "))]


def test_a_spreadsheet_with_arabic_columns_is_read_in_its_own_words(desk: Ledger, vault: Vault, tmp_path: Path) -> None:
    table = sheet(tmp_path / "قائمة.xlsx", [ARABIC_HEADS, ARABIC_ROW, ["م-٢", "قصف", "غدا", *ARABIC_ROW[3:]]])
    (tmp_path / "خريطة.yaml").write_text(ARABIC_MAP, "utf-8")
    done = import_table(table, tmp_path / "خريطة.yaml", desk, vault)
    assert [failure.partition(";")[0] for failure in done.failures] == ["قائمة.xlsx row 3, column «التاريخ»: 'غدا' is no day"]
    account = by_id(desk)["م-١"]
    assert (account.event_type, account.date and account.date.start) == ("shelling", dt.date(2024, 3, 7))
    assert account.place and account.place.place.id == "sy-sarmin"
    assert [(c.effect, c.min, c.max, c.qualifier) for c in account.casualties] == [
        ("killed", 3, None, "at_least"),
        ("injured", 4, 6, "between"),
    ]
    report = desk.report(account.report)
    assert (report.language, report.source) == ("ar", "مرصد العينة")
    assert {d.kind for d in desk.decisions(account.id)} == {"reviewed"}
    assert verify(desk, vault) == []


def test_lines_of_json_are_rows_too_and_a_list_in_them_is_several_values(desk: Ledger, vault: Vault, tmp_path: Path) -> None:
    row = {"n": 7, "what": "airstrike", "lat": 35.9, "lon": 36.72, "arms": ["drone", "rocket"], "dead": 0, "live": True, "none": None}
    (tmp_path / "list.jsonl").write_text(json.dumps(row) + "\n[1]\n{broken\n")
    (tmp_path / "map.yaml").write_text(
        "id: n\nevent_type: what\nlat: lat\nlon: lon\nweapons: arms\npublished: live\ncasualties: [{column: dead, effect: killed}]\n"
    )
    done = import_table(tmp_path / "list.jsonl", tmp_path / "map.yaml", desk, vault, team="Sample Monitor")
    assert [failure[:22] for failure in done.failures] == ["list.jsonl row 2: is n", "list.jsonl row 3: is n"]
    account = by_id(desk)["7"]
    assert account.weapons == ("drone", "rocket")
    assert account.place and (account.place.place.lat, account.place.mention.text) == (35.9, "35.9\nlon: 36.72")
    assert [(c.min, c.max) for c in account.casualties] == [(0, 0)]


PLACES = {
    "a village of the province told": ("Sarmin", "Idlib", "sy-sarmin", "SY"),
    "a village in another province than the registry's": ("Sarmin", "Aleppo", None, "SY"),
    "a village that no registry knows": ("Qwzzrt", "Idlib", None, "SY"),
    "the province alone": ("", "Idlib", "sy-idlib", "SY"),
}


@pytest.mark.parametrize(("village", "province", "id", "country"), PLACES.values(), ids=PLACES)
def test_a_place_is_looked_for_within_those_told_beside_it(
    village: str, province: str, id: str | None, country: str | None, desk: Ledger, vault: Vault, tmp_path: Path
) -> None:
    import_table(*written(tmp_path, EDGE.replace("Sarmin;Idlib", f"{village};{province}")), desk, vault)
    (account,) = desk.accounts()
    assert account.place and account.place.mention.text == (village or province)
    assert (account.place.place.id, account.place.place.country) == (id, country)
    assert (account.place.place.lat is None) == (id is None)


COUNTS = {
    "3": Count(3, 3),
    "1,200": Count(1200, 1200),
    "3.0": Count(3, 3),
    "٣": Count(3, 3),
    "۱۲": Count(12, 12),
    "3-5": Count(3, 5, "between"),
    "3 – 5": Count(3, 5, "between"),
    "3 to 5": Count(3, 5, "between"),
    "between 3 and 5": Count(3, 5, "between"),
    "من ٣ إلى ٥": Count(3, 5, "between"),
    "at least 3": Count(3, None, "at_least"),
    "3+": Count(3, None, "at_least"),
    ">= 3": Count(3, None, "at_least"),
    ">3": Count(3, None, "more_than"),
    "~12": Count(12, 12, "about"),
    "کم از کم 3": Count(3, None, "at_least"),
    "دست‌کم ۳": Count(3, None, "at_least"),
    "dozens": Count(24, None, "dozens"),
    "none": Count(0, 0, "none"),
    "0": Count(0, 0),
}


@pytest.mark.parametrize("words", COUNTS)
def test_a_count_keeps_how_it_was_told(words: str) -> None:
    assert count_of(words) == COUNTS[words]


@pytest.mark.parametrize("words", ["5-3", "3 or so men", "not 3", "3.5", "-3", "three killed, two hurt", "abc", "3/4", "99999999999"])
def test_a_cell_that_is_no_count_is_none(words: str) -> None:
    assert count_of(words) is None


DAYS = {
    ("2024-03-07", ""): (dt.date(2024, 3, 7), dt.date(2024, 3, 7), "day"),
    ("2024-03-07T10:00:00Z", "%d.%m.%Y"): (dt.date(2024, 3, 7), dt.date(2024, 3, 7), "day"),
    ("٠٧/٠٣/٢٠٢٤", "%d/%m/%Y"): (dt.date(2024, 3, 7), dt.date(2024, 3, 7), "day"),
    ("7 March 2024", ""): (dt.date(2024, 3, 7), dt.date(2024, 3, 7), "day"),
    ("March 2024", ""): (dt.date(2024, 3, 1), dt.date(2024, 3, 31), "month"),
    ("۲۲ اسفند ۱۴۰۲", ""): (dt.date(2024, 3, 12), dt.date(2024, 3, 12), "day"),
}


@pytest.mark.parametrize(("words", "date_format"), DAYS)
def test_days_are_read_as_told(words: str, date_format: str) -> None:
    assert days_of(words, date_format) == DAYS[words, date_format]


@pytest.mark.parametrize("words", ["03/04/2024", "2024-02-31", "Friday", "yesterday", "7 March", "7 March 2024 or later", "soon"])
def test_a_cell_from_which_the_day_cannot_be_told_is_none(words: str) -> None:
    assert days_of(words, "") is None


WRONG_MAPS = {
    "no type": ("id: Code", "must say which column tells what happened"),
    "an unknown key": ("event_type: Type\nkind: x", "'kind' is none of"),
    "an unknown code": ("event_type: Type\ncodes: {event_type: {AS: air}}", "codes: event_type: AS: 'air' is none of"),
    "codes of nothing": ("event_type: Type\ncodes: {colour: {a: b}}", "codes: colour: is none of"),
    "an effect that is none": ("event_type: T\ncasualties: [{column: D, effect: dead}]", "casualties, entry 1: effect: 'dead' is none of"),
    "half a point": ("event_type: Type\nlat: Lat", "lat and lon must both be told"),
    "three days": ("event_type: Type\ndate: [a, b, c]", "date must be one column, or two"),
    "no YAML": ("event_type: [", "is no YAML"),
}


@pytest.mark.parametrize(("text", "said"), WRONG_MAPS.values(), ids=WRONG_MAPS)
def test_a_wrong_map_is_named_by_file_and_key(text: str, said: str) -> None:
    with pytest.raises(UnreadableDocument) as error:
        load_map(text.encode(), "map.yaml")
    assert str(error.value).startswith("map.yaml: ") and said in str(error.value)


def test_our_own_names_and_words_need_no_codes() -> None:
    codes = load_map(b"event_type: Type", "map.yaml").codes
    assert (codes["weapons"]["mortar"], codes["weapons"][folded("قذيفة هاون")]) == ("mortar", "mortar")
    assert (codes["event_type"]["armed clash"], codes["reviewed"]["no"]) == ("armed_clash", "no")


@pytest.fixture
def tahqiq(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("TAHQIQ_LEDGER", f"sqlite:///{tmp_path / 'desk.db'}")
    monkeypatch.delenv("TAHQIQ_VAULT", raising=False)
    return lambda *words: CliRunner().invoke(cli, list(map(str, words)), catch_exceptions=False)


def test_the_command_says_what_it_did_and_its_exit_code_tells_whether_rows_were_left_out(
    tahqiq: Callable[..., Result], tmp_path: Path
) -> None:
    table, mapping = written(tmp_path, MARKET, EDGE)
    done = tahqiq("import", table, "--map", mapping)
    assert done.exit_code == 0
    assert done.stdout == "2 new incidents of the list (0 changed, 0 known, 0 left out), 4 new decisions, 2 incidents in the ledger\n"
    written(tmp_path, MARKET, EDGE.replace(";SH;", ";;"))
    some = tahqiq("import", table, "--map", mapping)
    assert (some.exit_code, some.stderr) == (1, "tahqiq: list.csv row 3, column «Type»: is empty; what happened must be told\n")
    written(tmp_path, EDGE.replace(";SH;", ";;"))
    assert tahqiq("import", table, "--map", mapping).exit_code == 2


def test_a_table_without_a_column_that_the_map_names_and_a_list_of_nobody_are_refused(
    tahqiq: Callable[..., Result], tmp_path: Path
) -> None:
    table, mapping = written(tmp_path, MARKET, mapping=MAP.replace("Village", "Place"))
    done = tahqiq("import", table, "--map", mapping)
    assert done.exit_code == 2 and "list.csv: has no column «Place», which map.yaml names; there are «Code»" in done.stderr
    written(tmp_path, MARKET, mapping=MAP.replace("team: Sample Monitor\n", ""))
    done = tahqiq("import", table, "--map", mapping)
    assert done.exit_code == 2 and "tells no team" in done.stderr
    assert tahqiq("import", table, "--map", mapping, "--team", "Sample Monitor").exit_code == 0


def test_the_desk_shows_the_row_and_its_incident(desk: Ledger, vault: Vault, tmp_path: Path) -> None:
    import_table(*written(tmp_path, MARKET), desk, vault)
    client = TestClient(create_app(desk, vault, Settings()), base_url="http://127.0.0.1:8765")
    (account,) = desk.accounts()
    (incident,) = incidents(desk)
    for page in (f"/reports/{account.report}", f"/incidents/{incident.id}"):
        shown = client.get(page)
        assert shown.status_code == 200 and "Sample Monitor" in shown.text
