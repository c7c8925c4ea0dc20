"""Tables linked and loaded: the links and clusters that linking at once gives, the ledger that an ordinary intake gives."""

import json
import random
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent))
sys.path.insert(0, str(Path(__file__).parent.parent / "linking"))

pytest.importorskip("pyarrow.parquet", reason="the extra scale is not installed")

from archives import jsonl, told, warc
from theatre import theatre

from tahqiq.cli import cli
from tahqiq.errors import LedgerConflict
from tahqiq.evidence import Acquired, Vault
from tahqiq.ledger import Ledger, Query, open_ledger
from tahqiq.linking import clusters, link
from tahqiq.linking.copies import copies
from tahqiq.model import Account, Document, Link, Reading, Report, from_json
from tahqiq.pipeline import ingest, verify
from tahqiq.pipeline.understanding import How, Part, Understood
from tahqiq.scale import linking as scale_linking
from tahqiq.scale.archive import read_archive
from tahqiq.scale.engines import OnProcesses
from tahqiq.scale.linking import groups_of, link_tables
from tahqiq.scale.loading import load_tables
from tahqiq.scale.store import Store
from tahqiq.scale.tables import SCHEMAS, rows_of, values_of, writing
from tahqiq.workers import Workers

ONE = OnProcesses(None)


def _tables(out: Path, shards: Sequence[Sequence[tuple[Report, Sequence[Account]]]]) -> Path:
    """Tables as `scale read` leaves them, of accounts that are given."""
    store = Store(str(out))
    for number, shard in enumerate(shards):
        way = Acquired(Document(f"d{number}", 1, "text/plain", "", "file", "2024-01-01T00:00:00Z"), b"")
        parts = [Part(way, report) for report, _ in shard]
        understood = [[Understood(report, Reading(report.id, "made", "1", report.language, True, tuple(its)))] for report, its in shard]
        with writing(store, {name: f"{name}/s{number}.parquet" for name in SCHEMAS}) as tables:
            tables.add(rows_of(parts, understood, set()))
        store.put_json(f"done/s{number}.json", {})
    return out


def _links(linked: Path) -> list[Link]:
    return [from_json(Link, json.loads(text)) for (text,) in values_of(Store(str(linked)), ["links.parquet"], ["json"])]


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("crowded", [False, True])
def test_links_and_clusters_of_tables_are_those_of_linking_at_once(
    seed: int, crowded: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scale_linking, "_A_BUCKET", 100)
    accounts, reports, _ = theatre(150, seed=seed, days=4 if crowded else None)
    texts = [line["text"] for line in told(60)]
    chance = random.Random(seed)
    reports = {
        name: Report(chance.choice(texts) * 4, name, language="en", published=report.published) if chance.random() < 0.3 else report
        for name, report in reports.items()
    }
    pairs = [(report, [a for a in accounts if a.report == name]) for name, report in reports.items()]
    chance.shuffle(pairs)
    shards = [pairs[:100], pairs[100:130], [*pairs[130:], *pairs[5:9]]]
    made = link_tables(str(_tables(tmp_path / "tables", shards)), str(tmp_path / "linked"), ONE)
    wanted = link(accounts, reports)
    assert _links(tmp_path / "linked") == list(wanted)
    assert tuple(groups_of(Store(str(tmp_path / "linked")))) == clusters(accounts, wanted)
    first = dict(values_of(Store(str(tmp_path / "linked")), ["copies.parquet"], ["report", "first"]))
    assert first == {name: root for name, root in copies(reports.values()).items() if name != root}
    assert (made.accounts, made.links) == (len(accounts), len(wanted))


def test_links_are_the_same_on_two_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    accounts, reports, _ = theatre(80, seed=4)
    pairs = [(report, [a for a in accounts if a.report == name]) for name, report in reports.items()]
    tables = str(_tables(tmp_path / "tables", [pairs[:50], pairs[50:]]))
    link_tables(tables, str(tmp_path / "one"), ONE)
    with Workers(2) as pool:
        link_tables(tables, str(tmp_path / "two"), OnProcesses(pool))
    for name in ("links.parquet", "clusters.parquet", "copies.parquet"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def _held(ledger: Ledger) -> dict[str, list[str]]:
    """What a ledger holds, by table; without when, and without what is no content."""
    found: dict[str, list[str]] = {}
    for line in ledger.copy_out():
        entry = json.loads(line)
        table, row = entry.get("table"), dict(entry.get("row", {}))
        if table in (None, "run", "computed"):
            continue
        row.pop("at", None)
        row.pop("seq", None)  # numbers mean nothing outside; search, below, goes by them
        if table == "document":
            row["json"] = {k: v for k, v in json.loads(row["json"]).items() if k not in ("acquired_at", "origin")}
        found.setdefault(table, []).append(json.dumps(row, sort_keys=True, ensure_ascii=False))
    return {table: sorted(rows) for table, rows in found.items()}


def test_a_ledger_that_was_loaded_holds_what_an_ordinary_intake_leaves(ledger_url: str, tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.mkdir()
    jsonl(given / "a.jsonl", 40).open("a").write("no JSON\n")
    jsonl(given / "b.jsonl", 20, 30)  # ten of them stand in a.jsonl too
    warc(given / "c.warc.gz", 15, 100)
    samples = Path(__file__).parents[2] / "src" / "tahqiq" / "samples" / "reports.jsonl"
    (given / "d.jsonl").write_bytes(samples.read_bytes())
    ordinary = open_ledger(f"sqlite:///{tmp_path / 'ordinary.db'}")
    ingest([given], ordinary, Vault(tmp_path / "ordinary.vault"))
    read_archive(str(given), str(tmp_path / "tables"), How(), ONE)
    link_tables(str(tmp_path / "tables"), str(tmp_path / "linked"), ONE)
    loaded = open_ledger(ledger_url)
    done = load_tables(str(tmp_path / "linked"), loaded)
    wanted, found = _held(ordinary), _held(loaded)
    assert found.keys() == wanted.keys()
    for table in wanted:
        assert found[table] == wanted[table], table
    assert done.incidents == ordinary.incidents().total > 10
    assert loaded.incidents(Query(text="Idlib")).total == ordinary.incidents(Query(text="Idlib")).total > 0
    loaded.close()


def test_what_is_taken_in_after_loading_goes_on_as_ever(ledger_url: str, tmp_path: Path) -> None:
    jsonl(tmp_path / "a.jsonl", 12)
    read_archive(str(tmp_path / "a.jsonl"), str(tmp_path / "tables"), How(), ONE)
    link_tables(str(tmp_path / "tables"), str(tmp_path / "linked"), ONE)
    desk = open_ledger(ledger_url)
    load_tables(str(tmp_path / "linked"), desk)
    outcome = ingest([jsonl(tmp_path / "more.jsonl", 12, 500)], desk, Vault(tmp_path / "v"))
    assert outcome.reports == 12 and desk.incidents().total == outcome.incidents
    with pytest.raises(LedgerConflict, match="holds reports already"):
        load_tables(str(tmp_path / "linked"), desk)
    desk.close()


def test_commands_read_link_and_load(tmp_path: Path) -> None:
    jsonl(tmp_path / "a.jsonl", 30)
    ledger = f"sqlite:///{tmp_path / 'l.db'}"
    run: Callable[..., object] = CliRunner().invoke
    for command in (
        ["read", str(tmp_path / "a.jsonl"), str(tmp_path / "t"), "--engine", "process"],
        ["link", str(tmp_path / "t"), str(tmp_path / "l"), "--engine", "process"],
        ["load", str(tmp_path / "l"), ledger],
    ):
        told = run(cli, ["scale", *command])
        assert told.exit_code == 0, told.output  # type: ignore[attr-defined]
    assert "30 reports" in told.stdout  # type: ignore[attr-defined]
    wrong = run(cli, ["scale", "load", str(tmp_path), ledger])
    assert wrong.exit_code == 2 and "holds no links; make them with" in wrong.stderr  # type: ignore[attr-defined]
    nothing = run(cli, ["scale", "link", str(tmp_path / "none"), str(tmp_path / "x"), "--engine", "process"])
    assert nothing.exit_code == 2 and "holds no accounts" in nothing.stderr  # type: ignore[attr-defined]


def test_documents_are_kept_as_evidence_where_their_shards_are_named(tmp_path: Path) -> None:
    given, ledger = tmp_path / "given", f"sqlite:///{tmp_path / 'l.db'}"
    given.mkdir()
    jsonl(given / "a.jsonl", 12)
    warc(given / "b.warc.gz", 8, 100)
    read_archive(str(given), str(tmp_path / "t"), How(), ONE)
    link_tables(str(tmp_path / "t"), str(tmp_path / "l"), ONE)
    loaded = CliRunner().invoke(cli, ["scale", "load", str(tmp_path / "l"), ledger, "--shards", str(given)])
    assert loaded.exit_code == 0, loaded.output
    assert verify(open_ledger(ledger), Vault(tmp_path / "l.db.vault")) == []
    (given / "b.warc.gz").unlink()
    other = CliRunner().invoke(cli, ["scale", "load", str(tmp_path / "l"), f"sqlite:///{tmp_path / 'o.db'}", "--shards", str(given)])
    assert other.exit_code == 2 and "8 documents were not found there" in other.stderr
