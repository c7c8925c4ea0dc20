"""The ledger in Python: what a search finds as rows, as typed tables and as it is shown, protected unless asked for inside the desk."""

import datetime as dt
import doctest
import importlib
import json
import pickle
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

import tahqiq as tq
from tahqiq.evidence import Vault
from tahqiq.ledger import open_ledger
from tahqiq.model import Account, Reading, from_json
from tahqiq.notebook.rows import KINDS
from tahqiq.pipeline import ingest

REPORTS = {
    "early": ("2024-03-09", "Shelling killed five civilians in Sarmin, Idlib, on 8 March 2024, residents said."),
    "later": ("2024-03-12", "The shelling of Sarmin, Idlib, on 8 March 2024 killed seven civilians, residents said."),
    "arabic": ("2024-03-10", "قُتل ستة مدنيين في قصف على بلدة سرمين بريف إدلب يوم 8 آذار 2024، بحسب الدفاع المدني."),
    "kabul": ("2024-05-02", "A bomb explosion killed two people in Kabul on 1 May 2024, police said. <script>alert(1)</script>"),
    "strength": ("2024-06-01", "There are 900 American troops in Syria, the Pentagon said."),
}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("notebook")
    desk = open_ledger(f"sqlite:///{folder / 'l.db'}")
    lines = [
        json.dumps({"id": name, "text": said, "published": day, "url": f"https://news.example/{name}"})
        for name, (day, said) in REPORTS.items()
    ]
    (folder / "reports.jsonl").write_text("\n".join(lines), "utf-8")
    ingest([folder / "reports.jsonl"], desk, Vault(folder / "l.db.vault"))
    desk.close()
    return folder / "l.db"


@pytest.fixture(params=["public", "internal"])
def policy(request: pytest.FixtureRequest) -> str:
    return str(request.param)


# -- reading ----------------------------------------------------------------------------------------------------------


def test_a_reading_is_the_one_of_the_model_and_goes_wherever_that_goes() -> None:
    reading = tq.read(REPORTS["early"][1], published="2024-03-09")
    plain = from_json(Reading, tq.to_json(reading))

    assert (reading, reading.accounts[0]) == (plain, plain.accounts[0])
    assert (plain, plain.accounts[0]) == (reading, reading.accounts[0])
    assert len({reading.accounts[0], plain.accounts[0]}) == 1
    assert pickle.loads(pickle.dumps(reading)) == reading
    assert isinstance(reading.accounts[0], Account)


def test_an_account_is_shown_with_its_words_marked_from_right_to_left_where_they_are() -> None:
    (account,) = tq.read(REPORTS["arabic"][1]).accounts
    html = account._repr_html_()

    assert '<blockquote lang="ar" dir="rtl"' in html
    assert re.search(r"<mark [^>]*>ستة</mark>|<mark [^>]*>[^<]*ستة[^<]*</mark>", html)
    assert "سرمين" in printed(account)


def test_what_is_shown_is_whole_html_in_which_no_word_of_a_report_is_run(file: Path) -> None:
    desk = tq.open(file, policy="internal")
    kabul = next(iter(desk.incidents("Kabul")))
    for one in (tq.read(REPORTS["kabul"][1]), kabul, kabul.told[0], desk.incidents(), desk.accounts(), desk.figures()):
        html = one._repr_html_()
        assert "<script" not in html
        assert Closed().of(html) == []


class Closed(HTMLParser):
    """Tags that were opened and not closed."""

    VOID = frozenset("br hr img line rect path circle".split())

    def of(self, html: str) -> list[str]:
        self.open: list[str] = []
        self.feed(html)
        return self.open

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in self.VOID:
            self.open.append(tag)
        assert not [name for name, _ in attrs if name.startswith("on")]  # type: ignore[attr-defined]

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag


def printed(one: object) -> str:
    from rich.console import Console

    console = Console(width=160, record=True, file=open("/dev/null", "w"))  # noqa: PTH123, SIM115
    console.print(one)
    return console.export_text()


# -- asking -----------------------------------------------------------------------------------------------------------


def test_the_words_of_a_search_find_the_same_whichever_way_they_are_given(file: Path) -> None:
    desk = tq.open(file)
    by_words = [one.id for one in desk.incidents("--in Idlib --since 2024-01-01")]

    assert by_words == [one.id for one in desk.incidents(within="Idlib", since=dt.date(2024, 1, 1))]
    assert by_words and by_words != [one.id for one in desk.incidents()]
    assert len(desk.incidents("--in Idlib")) == len(by_words)
    assert [len(list(desk.incidents(limit=n))) for n in (0, 1)] == [0, 1]


def test_words_that_mean_nothing_are_refused_in_one_sentence(file: Path) -> None:
    desk = tq.open(file)
    with pytest.raises(tq.TahqiqError, match="no place of the registry"):
        desk.incidents(within="Nowhereville")
    with pytest.raises(tq.TahqiqError, match="a search has no --colour"):
        desk.incidents("--colour red")
    with pytest.raises(tq.TahqiqError, match="no ledger is there"):
        tq.open(file.with_name("mistyped.db"))
    with pytest.raises(tq.TahqiqError, match="no policy 'open'"):
        tq.open(file, policy="open")
    assert not file.with_name("mistyped.db").exists()


def test_as_of_a_day_only_what_was_told_by_then_is_given(file: Path) -> None:
    (then,) = tq.open(file).incidents("--in Idlib", as_of="2024-03-09")
    (now,) = tq.open(file).incidents("--in Idlib")

    assert (len(then.reports), len(now.reports)) == (1, 3)


def test_rows_are_read_when_they_are_asked_for_and_not_before(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = tq.open(file, policy="internal")
    asked: list[object] = []
    incidents = desk.ledger.incidents
    monkeypatch.setattr(type(desk.ledger), "incidents", lambda self, *a, **k: asked.append(a) or incidents(*a, **k))
    rows = desk.incidents()

    assert asked == []
    next(iter(rows))
    assert len(asked) == 1


# -- protecting -------------------------------------------------------------------------------------------------------


def test_unless_asked_for_inside_the_desk_no_words_of_reports_are_given(file: Path) -> None:
    outside, inside = tq.open(file), tq.open(file, policy="internal")

    assert outside.policy == "public"
    assert {report.text for _, report in outside.incidents().reports()} == {""}
    assert "Sarmin" in "".join(row[1].text for row in inside.incidents().reports())
    assert "residents said" not in next(iter(outside.incidents("--in Idlib")))._repr_html_()


@pytest.mark.parametrize("what", ["persons", "decisions"])
def test_what_stays_inside_the_desk_is_refused_outside(what: str, file: Path) -> None:
    for policy in ("public", "partner"):
        with pytest.raises(tq.TahqiqError, match=f"{what} are shown inside the desk only"):
            getattr(tq.open(file, policy=policy), what)()
    assert list(getattr(tq.open(file, policy="internal"), what)().columns)


def test_a_figure_is_protected_as_an_account_is(tmp_path: Path) -> None:
    said = "There are 900 American troops in Syria, Qasim Zorbaxi, a resident, said."
    (tmp_path / "r.txt").write_text(said)
    ledger = open_ledger(f"sqlite:///{tmp_path / 'l.db'}")
    ingest([tmp_path / "r.txt"], ledger, Vault(tmp_path / "v"), published=dt.date(2024, 6, 1))
    shown = [row for row, _ in tq.open(ledger).figures()]

    assert [(row.measure, row.min) for row in shown] == [(row.measure, row.min) for row, _ in tq.open(ledger, policy="internal").figures()]
    assert not [row for row in shown if "Zorbaxi" in str(row)]


# -- tables -----------------------------------------------------------------------------------------------------------


def every(desk: tq.Desk) -> Iterator[object]:
    found = desk.incidents()
    yield from (found, found.accounts(), found.claims(), found.tolls(), found.reports(), desk.figures())
    if desk.policy == "internal":
        yield from (desk.persons(), desk.decisions())


def test_every_kind_of_rows_is_a_table_with_its_columns_and_their_types(file: Path, policy: str) -> None:
    pa = pytest.importorskip("pyarrow")
    kinds = {
        "text": pa.string(),
        "texts": pa.list_(pa.string()),
        "whole": pa.int64(),
        "day": pa.date32(),
        "time": pa.timestamp("us", "UTC"),
    }
    for rows in every(tq.open(file, policy=policy)):
        table = rows.to_arrow()  # type: ignore[attr-defined]
        assert table.column_names == [column.name for column in rows.columns]  # type: ignore[attr-defined]
        for column in rows.columns:  # type: ignore[attr-defined]
            assert table.schema.field(column.name).metadata == {b"description": column.says.encode()}
            assert column.kind not in kinds or table.schema.field(column.name).type == kinds[column.kind]


def test_a_frame_of_incidents_has_days_whole_numbers_with_gaps_and_lists(file: Path) -> None:
    pd = pytest.importorskip("pandas")
    frame = tq.open(file).incidents().to_pandas()
    idlib = frame[frame.admin1 == "Idlib"].iloc[0]

    assert pd.api.types.is_datetime64_any_dtype(frame["start"])
    assert str(frame["killed_low"].dtype) == "Int64"
    assert isinstance(idlib["languages"], list) and idlib["languages"] == ["ar", "en"]
    assert (idlib["civilians_killed_low"], idlib["civilians_killed_high"]) == (7, 7)
    assert frame.explode("languages").shape[0] > frame.shape[0]


def test_times_are_utc(file: Path) -> None:
    pytest.importorskip("pandas")
    frame = tq.open(file, policy="internal").incidents().reports().to_pandas()

    assert str(frame["edited"].dtype).endswith("UTC]")


def test_a_map_of_incidents_is_in_wgs84_and_says_how_exact_each_point_is(file: Path) -> None:
    pytest.importorskip("geopandas")
    frame = tq.open(file).incidents().to_geopandas()
    placed = frame[frame.geometry.notna()]

    assert frame.crs.to_epsg() == 4326
    assert (placed.geometry.x == placed.longitude).all() and (placed.radius_km > 0).all()
    with pytest.raises(tq.TahqiqError, match="claims have no places"):
        tq.open(file).claims().to_geopandas()


def test_tolls_tell_each_day_on_which_a_number_changed(file: Path) -> None:
    tolls = [(toll, step) for _, toll, step in tq.open(file).tolls("--in Idlib")]
    rows = [(step.day.isoformat(), step.high) for toll, step in tolls if (toll.effect, toll.who) == ("killed", "civilians")]

    assert rows == [("2024-03-09", 5), ("2024-03-10", 6), ("2024-03-12", 7)]


def test_incidents_are_written_as_the_command_writes_them(file: Path, tmp_path: Path) -> None:
    loss = tq.open(file).incidents("--in Idlib").write("csv", tmp_path / "i.csv", trace=tmp_path / "n.jsonl")

    assert (loss.written, loss.protection.policy) == (1, "public")
    assert (tmp_path / "i.csv").read_text("utf-8").count("\n") == 2
    assert (tmp_path / "n.jsonl").read_text("utf-8")


def test_one_incident_and_one_account_are_found_by_their_ids(file: Path) -> None:
    desk = tq.open(file, language="ur")
    (one,) = desk.incidents("--in Idlib")
    found = desk.incident(one.id)

    assert found == one
    assert desk.account(one.accounts[0]) == found.told[0]
    assert 'dir="rtl"' in found._repr_html_() and "<svg" in found._repr_html_()
    assert "policy public" in printed(found)
    with pytest.raises(tq.TahqiqError, match="none of this id"):
        desk.incident("nothing")


# -- the package ------------------------------------------------------------------------------------------------------


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import sys, tahqiq; print(sorted({m.partition('.')[0] for m in sys.modules} & set(sys.argv[1:])))"
    heavy = ["pandas", "pyarrow", "fastapi", "sqlalchemy", "msgspec", "yaml", "jinja2", "lxml"]
    assert subprocess.run([sys.executable, "-c", code, *heavy], capture_output=True, text=True, check=True).stdout.strip() == "[]"


@pytest.mark.parametrize("module", ["tahqiq.notebook.shown", "tahqiq.notebook.desk", "tahqiq.notebook"])
def test_the_examples_in_docstrings_hold(module: str) -> None:
    assert doctest.testmod(importlib.import_module(module)).failed == 0


def test_every_column_says_what_it_is() -> None:
    for kind in KINDS:
        assert kind.__doc__
        names = [column.name for column in kind.columns]
        assert len(names) == len(set(names))
        assert all(column.says for column in kind.columns)
