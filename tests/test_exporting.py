"""`tahqiq export` and `tahqiq compare` on a ledger: which incidents, traced, packed, as of a day, and beside another dataset."""

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tahqiq.cli import cli
from tahqiq.evidence import Vault
from tahqiq.ledger import open_ledger
from tahqiq.pipeline import ingest

REPORTS = {
    "early": ("2024-03-09", "Shelling killed five civilians in Sarmin, Idlib, on 8 March 2024, residents said."),
    "later": ("2024-03-12", "The shelling of Sarmin, Idlib, on 8 March 2024 killed seven civilians, residents said."),
    "kabul": ("2024-05-02", "A bomb explosion killed two people in Kabul on 1 May 2024, police said."),
}


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("exporting")
    url, vault = f"sqlite:///{folder / 'l.db'}", Vault(folder / "l.db.vault")
    desk = open_ledger(url)
    lines = [json.dumps({"id": name, "text": said, "published": day}) for name, (day, said) in REPORTS.items()]
    (folder / "reports.jsonl").write_text("\n".join(lines), "utf-8")
    ingest([folder / "reports.jsonl"], desk, vault)
    desk.close()
    return url


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words])


def rows(result: Result) -> list[dict[str, str]]:
    assert result.exit_code == 0, result.stderr
    return list(csv.DictReader(io.StringIO(result.stdout)))


def test_where_takes_what_a_search_takes(ledger: str) -> None:
    found = rows(run("export", "csv", "--ledger", ledger, "--where", "--in Idlib --since 2024-01-01"))
    by_words = rows(run("export", "csv", "--ledger", ledger, "--where", "Kabul"))

    assert {row["country"] for row in found} == {"SY"}
    assert {row["country"] for row in by_words} == {"AF"}


@pytest.mark.parametrize(("where", "why"), [("--colour red", "a search has no --colour"), ("--in", "--in needs a value")])
def test_where_that_no_search_takes_is_refused_and_nothing_is_written(where: str, why: str, ledger: str, tmp_path: Path) -> None:
    done = run("export", "csv", "--ledger", ledger, "--where", where, "--out", tmp_path / "x.csv")

    assert done.exit_code == 2
    assert why in done.stderr
    assert not list(tmp_path.iterdir())


def test_as_of_a_day_only_what_was_published_by_then_is_told(ledger: str) -> None:
    then, now = (
        next(row for row in rows(run("export", "csv", "--ledger", ledger, *more)) if row["country"] == "SY")
        for more in (("--as-of", "2024-03-10"), ())
    )

    assert (then["reports"], then["civilians_killed_high"]) == ("1", "5")
    assert (now["reports"], now["civilians_killed_high"]) == ("2", "7")


def test_traced_numbers_lead_to_the_words_in_the_report(ledger: str, tmp_path: Path) -> None:
    trace = tmp_path / "numbers.jsonl"
    run("export", "ucdp", "--ledger", ledger, "--policy", "internal", "--trace", trace, "--out", tmp_path / "x.csv")
    run("export", "csv", "--ledger", ledger, "--policy", "internal", "--trace", trace, "--out", tmp_path / "x.csv")
    desk = open_ledger(ledger)
    lines = [json.loads(line) for line in trace.read_text("utf-8").splitlines()]
    said = {
        desk.report(claim["report"]).text[claim["start"] : claim["end"]]
        for line in lines
        if line["column"] == "civilians_killed_high"
        for claim in line["claims"]
    }

    assert any("seven" in words for words in said)
    assert not any("five" in words for words in said)


def test_a_package_holds_data_numbers_and_losses(ledger: str, tmp_path: Path) -> None:
    out = tmp_path / "package.zip"
    done = run("export", "acled", "--ledger", ledger, "--package", "--out", out, "--trace", tmp_path / "n.jsonl")
    with zipfile.ZipFile(out) as archive:
        assert archive.namelist() == ["incidents.csv", "numbers.jsonl", "loss.txt", "datapackage.json"]
        assert archive.read("numbers.jsonl") == (tmp_path / "n.jsonl").read_bytes()
        assert archive.read("loss.txt").decode() == done.stderr


def test_archives_and_workbooks_go_to_a_pipe_as_well(ledger: str) -> None:
    done = run("export", "airwars", "--ledger", ledger)

    with zipfile.ZipFile(io.BytesIO(done.stdout_bytes)) as archive:
        assert len(archive.namelist()) == 9


def test_compare_tells_what_is_shared_writes_a_table_and_a_page(ledger: str, tmp_path: Path) -> None:
    theirs, table, page = tmp_path / "theirs.csv", tmp_path / "table.csv", tmp_path / "page.html"
    run("export", "acled", "--ledger", ledger, "--where", "--in Idlib", "--out", theirs)
    done = run("compare", theirs, "--ledger", ledger, "--out", table, "--page", page)

    assert done.exit_code == 0, done.stderr
    assert done.stdout.splitlines()[0] == "ACLED: 1 row compared"
    (match,) = csv.DictReader(io.StringIO(table.read_text("utf-8")))
    assert (match["found"], match["conflicts"]) == ("both", "")
    assert "<svg" in page.read_text("utf-8")


def test_compare_says_what_to_do_with_a_file_that_it_does_not_know(ledger: str, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    done = run("compare", tmp_path / "x.csv", "--ledger", ledger)

    assert done.exit_code == 2
    assert "say with --map which is what" in done.stderr
