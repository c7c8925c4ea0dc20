"""An archive read to tables: every kind of shard, the same bytes by any engine, checkpoints that hold, deaths that lose nothing."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent))

pq = pytest.importorskip("pyarrow.parquet", reason="the extra scale is not installed")

from archives import contents, jsonl, parquet, warc  # noqa: E402

from bounds import WHOLE  # noqa: E402
from tahqiq.cli import cli  # noqa: E402
from tahqiq.errors import LedgerConflict, UnreadableDocument  # noqa: E402
from tahqiq.model import Account, Report, from_json, to_json  # noqa: E402
from tahqiq.pipeline import read_file  # noqa: E402
from tahqiq.pipeline.understanding import How  # noqa: E402
from tahqiq.scale.archive import read_archive, tables_of  # noqa: E402
from tahqiq.scale.engines import OnProcesses, engine  # noqa: E402
from tahqiq.scale.shards import parts_in, shards_in, slices_of  # noqa: E402
from tahqiq.scale.store import Store  # noqa: E402
from tahqiq.scale.tables import values_of  # noqa: E402
from tahqiq.workers import Workers  # noqa: E402

ONE = OnProcesses(None)
MANY = 50_000 if WHOLE else 1_700  # documents of the archive whose worker is killed


def _reports(out: Path) -> list[Report]:
    store = Store(str(out))
    return [from_json(Report, json.loads(text)) for (text,) in values_of(store, tables_of(store, "reports"), ["json"])]


# -- shards -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("a.jsonl", jsonl),
        ("a.jsonl.gz", jsonl),
        ("a.parquet", parquet),
        ("a.warc.gz", warc),
        ("a.warc", lambda path, count: warc(path, count, packed=False)),
    ],
)
def test_every_kind_of_shard_gives_its_reports_once_and_in_order_however_it_is_cut(name: str, make: Any, tmp_path: Path) -> None:
    make(tmp_path / name, 23)
    (shard,), _ = shards_in(str(tmp_path))
    found = []
    for size in (5, 100):
        parts = [part for cut in slices_of(shard, size) for part in parts_in(cut, How())]
        found.append([(part.found.text if isinstance(part.found, Report) else part.way.document.url) for part in parts])
    assert found[0] == found[1] and len(set(map(str, found[0]))) == 23
    whole = not name.endswith(".jsonl.gz")
    assert len(slices_of(shard, 5)) == (5 if whole else 1)


def test_slices_of_lines_know_their_line_numbers(tmp_path: Path) -> None:
    made = jsonl(tmp_path / "a.jsonl", 7)
    made.write_bytes(made.read_bytes() + b"no JSON\n")
    out = tmp_path / "out"
    read_archive(str(made), str(out), How(), ONE)
    store = Store(str(out))
    assert list(values_of(store, tables_of(store, "failures"), ["line", "report"])) == [(8, None)]


def test_an_archive_packed_in_one_stream_is_one_slice(tmp_path: Path) -> None:
    import gzip

    plain = warc(tmp_path / "a.warc", 12, packed=False)
    (tmp_path / "b.warc.gz").write_bytes(gzip.compress(plain.read_bytes()))
    plain.unlink()
    (shard,), _ = shards_in(str(tmp_path))
    (only,) = slices_of(shard, 5)
    assert sum(1 for _ in parts_in(only, How())) == 12


def test_a_wacz_is_read_as_a_whole(tmp_path: Path) -> None:
    import hashlib
    import zipfile

    inner = warc(tmp_path / "x.warc.gz", 9).read_bytes()
    listed = {"resources": [{"path": "archive/x.warc.gz", "hash": f"sha256:{hashlib.sha256(inner).hexdigest()}"}]}
    (tmp_path / "given").mkdir()
    with zipfile.ZipFile(tmp_path / "given" / "a.wacz", "w") as packed:
        packed.writestr("archive/x.warc.gz", inner)
        packed.writestr("datapackage.json", json.dumps(listed))
    done = read_archive(str(tmp_path / "given"), str(tmp_path / "out"), How(), ONE)
    assert (done.counts["documents"], done.counts["reports"]) == (9, 9)


def test_files_that_are_no_shards_are_told_and_a_folder_of_none_is_refused(tmp_path: Path) -> None:
    jsonl(tmp_path / "a.jsonl", 3)
    (tmp_path / "notes.txt").write_text("words")
    told = CliRunner().invoke(cli, ["scale", "read", str(tmp_path), str(tmp_path.parent / "o"), "--engine", "process"])
    assert told.exit_code == 0 and "notes.txt: is no shard" in told.stderr
    (tmp_path / "a.jsonl").unlink()
    with pytest.raises(UnreadableDocument, match="holds no shard"):
        shards_in(str(tmp_path))


def test_parquet_without_a_text_is_a_failure_that_names_its_columns(tmp_path: Path) -> None:
    import pyarrow as pa

    pq.write_table(pa.table({"words": ["x"], "day": ["y"]}), tmp_path / "a.parquet")
    done = read_archive(str(tmp_path), str(tmp_path / "out"), How(), ONE)
    store = Store(str(tmp_path / "out"))
    ((reason,),) = values_of(store, tables_of(store, "failures"), ["reason"])
    assert done.counts["reports"] == 0 and "no column text; there are words, day" in reason


# -- what is read -----------------------------------------------------------------------------------------------------


def test_what_is_read_is_what_one_file_read_by_itself_gives(tmp_path: Path) -> None:
    made = jsonl(tmp_path / "a.jsonl", 40)
    read_archive(str(made), str(tmp_path / "out"), How(), ONE)
    store = Store(str(tmp_path / "out"))
    rows = values_of(store, tables_of(store, "accounts"), ["json"])
    known = {to_json(from_json(Account, json.loads(text)))["trigger"]["text"] for (text,) in rows}
    alone = [found for found in read_file(made) if not isinstance(found, tuple) or found[1].accounts]
    assert {account.trigger.text for _, reading in alone for account in reading.accounts} == known  # type: ignore[misc]
    assert [report.text for report in _reports(tmp_path / "out")] == [
        json.loads(line)["text"] for line in made.read_text("utf-8").splitlines()
    ]


def test_tables_have_the_same_bytes_whatever_the_engine_the_workers_and_the_size_of_a_task(tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.mkdir()
    jsonl(given / "a.jsonl", 1100)
    warc(given / "b.warc.gz", 40, 5000)
    read_archive(str(given), str(tmp_path / "one"), How(), ONE, per_task=2000)
    with Workers(2) as pool:
        read_archive(str(given), str(tmp_path / "two"), How(), OnProcesses(pool), per_task=500)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_a_finished_shard_is_not_read_again_and_what_is_new_is(tmp_path: Path) -> None:
    given, out = tmp_path / "given", tmp_path / "out"
    given.mkdir()
    jsonl(given / "a.jsonl", 20)
    first = read_archive(str(given), str(out), How(), ONE)
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*.parquet")}
    jsonl(given / "b.jsonl", 20, 100)
    second = read_archive(str(given), str(out), How(), ONE)
    assert (first.shards, first.known, second.shards, second.known) == (1, 0, 1, 1)
    assert second.counts["reports"] == 40
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_a_folder_read_in_another_way_or_a_shard_that_changed_is_refused(tmp_path: Path) -> None:
    import datetime as dt

    made, out = jsonl(tmp_path / "a.jsonl", 3), str(tmp_path / "out")
    read_archive(str(made), out, How(), ONE)
    with pytest.raises(LedgerConflict, match="another folder"):
        read_archive(str(made), out, How(dt.date(2024, 1, 1)), ONE)
    jsonl(made, 5)
    with pytest.raises(LedgerConflict, match="has changed since it was read"):
        read_archive(str(made), out, How(), ONE)


def test_shards_with_failures_are_read_again_on_demand(tmp_path: Path) -> None:
    given, out = tmp_path / "given", str(tmp_path / "out")
    given.mkdir()
    jsonl(given / "a.jsonl", 3)
    (given / "b.jsonl").write_text("no JSON\n")
    assert read_archive(str(given), out, How(), ONE).counts["failures"] == 1
    again = read_archive(str(given), out, How(), ONE, retry=True)
    assert (again.shards, again.known, again.counts["failures"]) == (1, 1, 1)


def test_a_document_that_kills_every_process_is_a_failure_and_its_neighbours_are_read(tmp_path: Path) -> None:
    made = jsonl(tmp_path / "a.jsonl", 6)
    out, mark = tmp_path / "out", tmp_path / "out" / ".slices" / "a.jsonl" / "000000.begun"
    mark.parent.mkdir(parents=True)
    mark.write_text("3")  # its processes died three times
    lines = made.read_text("utf-8").splitlines()
    made.write_text("\n".join([*lines[:3], json.dumps({"id": "kills", "text": "KILL"}), *lines[3:]]), "utf-8")
    code = (
        f"import os, sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import deadly\n"
        "from tahqiq.scale.archive import read_archive; from tahqiq.scale.engines import OnProcesses\n"
        "from tahqiq.pipeline.understanding import How; import tahqiq.scale.archive as a; a.LOADED = 'deadly'\n"
        f"print(read_archive({str(made)!r}, {str(out)!r}, How(), OnProcesses(None)).counts)"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])}
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=240, env=environment)
    assert "'reports': 7" in told.stdout, told.stderr
    store = Store(str(out))
    ((reason,),) = values_of(store, tables_of(store, "failures"), ["reason"])
    assert "the process that read it ended" in reason


def test_buckets_are_read_and_written_as_folders_are(tmp_path: Path, bucket: str) -> None:
    from tahqiq.scale.store import system_of

    given = tmp_path / "given"
    given.mkdir()
    jsonl(given / "a.jsonl", 30)
    warc(given / "b.warc.gz", 10, 100)
    read_archive(str(given), str(tmp_path / "here"), How(), ONE)
    system, root = system_of(f"{bucket}/given")
    for path in given.iterdir():
        system.put_file(str(path), f"{root}/{path.name}")
    there = read_archive(f"{bucket}/given", f"{bucket}/out", How(), ONE)
    assert there.counts["reports"] == 40
    texts = [report.text for report in _reports(tmp_path / "here")]
    store = Store(f"{bucket}/out")
    found = [json.loads(text)["text"] for (text,) in values_of(store, tables_of(store, "reports"), ["json"])]
    assert found == texts
    assert read_archive(f"{bucket}/given", f"{bucket}/out", How(), ONE).known == 2


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty bucket of an S3 of our own."""
    pytest.importorskip("s3fs", reason="the extra s3 is not installed")
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in (("AWS_ACCESS_KEY_ID", "k"), ("AWS_SECRET_ACCESS_KEY", "s"), ("AWS_DEFAULT_REGION", "us-east-1")):
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    import s3fs

    s3fs.S3FileSystem.clear_instance_cache()
    s3fs.S3FileSystem().mkdir("archive")
    yield "s3://archive"
    server.stop()
    s3fs.S3FileSystem.clear_instance_cache()


# -- deaths -----------------------------------------------------------------------------------------------------------


def _needs_ray() -> None:
    """Ray must not be imported here: how it listens is settled when it is."""
    if find_spec("ray") is None:
        pytest.skip("Ray has no wheel for this Python; the extra scale is not installed")


def _processes(of: int, name: str) -> list[int]:
    """The processes below a process whose command begins so."""
    found, below = [], {of}
    rows = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                rows.append(
                    (int(entry.name), int((entry / "stat").read_text().rpartition(")")[2].split()[1]), (entry / "cmdline").read_text())
                )
            except OSError:
                continue
    for _ in range(6):
        below |= {pid for pid, parent, _ in rows if parent in below}
    for pid, _, command in rows:
        if pid in below and command.startswith(name):
            found.append(pid)
    return found


def _kill_one(of: int, name: str, slices: Path, killed: list[int]) -> None:
    """Kills one such process once a first slice is done."""
    until = time.monotonic() + 600
    while time.monotonic() < until and not killed:
        if any(slices.rglob("[0-9]*.json")) and (found := _processes(of, name)):
            os.kill(found[0], signal.SIGKILL)
            killed.append(found[0])
        time.sleep(0.02)


@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are found in /proc")
def test_ray_reads_the_same_bytes_as_one_process_with_a_worker_killed_in_the_middle(tmp_path: Path) -> None:
    _needs_ray()
    given = tmp_path / "given"
    given.mkdir()
    for number in range(4 if WHOLE else 1):
        jsonl(given / f"{number}.jsonl", MANY, number * MANY)
    out, killed = tmp_path / "ray", list[int]()
    killing = threading.Thread(target=_kill_one, args=(os.getpid(), "ray::Map", out / ".slices", killed), daemon=True)
    with engine("ray", 2) as ray:
        killing.start()
        done = read_archive(str(given), str(out), How(), ray, per_task=500)
    assert killed, "no worker was there to be killed"
    assert done.counts["reports"] == (4 if WHOLE else 1) * MANY
    read_archive(str(given), str(tmp_path / "one"), How(), ONE)
    assert contents(out) == contents(tmp_path / "one")


@pytest.mark.slow
def test_ray_listens_to_this_machine_alone() -> None:
    _needs_ray()
    if not Path("/proc/net/tcp").exists():
        pytest.skip("what listens is found in /proc")
    with engine("ray", 1) as ray:
        assert list(ray.each(abs, [-3])) == [3]
        ours = {pid for name in ("", "ray") for pid in _processes(os.getpid(), name)}
        sockets = {link for pid in ours for link in _sockets(pid)}
        heard = [row for name in ("tcp", "tcp6") for row in _listening(Path(f"/proc/net/{name}")) if row[1] in sockets]
    loopback = ("0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000")
    assert heard and all(address.endswith(loopback) for address, _ in heard)


def _sockets(pid: int) -> Iterator[str]:
    try:
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            link = str(descriptor.readlink())
            if link.startswith("socket:["):
                yield link[8:-1]
    except OSError:
        return


def _listening(table: Path) -> Iterator[tuple[str, str]]:
    for line in table.read_text().splitlines()[1:]:
        cells = line.split()
        if cells[3] == "0A":
            yield cells[1].partition(":")[0], cells[9]


def test_a_run_that_was_killed_goes_on_behind_its_notes_to_the_same_bytes(tmp_path: Path) -> None:
    made, out = jsonl(tmp_path / "a.jsonl", 1600), tmp_path / "out"
    command = [sys.executable, "-m", "tahqiq", "scale", "read", str(made), str(out), "--engine", "process", "--per-task", "500"]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    until = time.monotonic() + 240
    while not any(out.rglob("0*.json")) and running.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    assert not (out / "done").exists()
    again = CliRunner().invoke(cli, command[3:])
    assert again.exit_code == 0 and "1 shard read (0 known)" in again.stdout
    read_archive(str(made), str(tmp_path / "one"), How(), ONE)
    assert contents(out) == contents(tmp_path / "one")


def test_an_engine_of_no_known_name_and_a_cluster_without_ray_are_refused() -> None:
    from tahqiq.errors import UnknownName

    with pytest.raises(UnknownName, match="ray, process"), engine("spark", 1):
        pass
    with pytest.raises(UnknownName, match="a cluster is Ray's"), engine("process", 1, "ray://host:1"):
        pass
