"""The command line as its users meet it: what it writes, what it refuses with which sentence, and its exit codes."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

REPORT = "قُتل خمسة أشخاص وأصيب عشرة آخرون في غارة جوية روسية على مدينة إدلب يوم الجمعة، بحسب المرصد السوري لحقوق الإنسان."
ENGLISH = "A car bomb killed three policemen in Kirkuk on Monday, police said."


def tahqiq(*arguments: str | Path, stdin: bytes | None = None, cwd: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "tahqiq", *map(str, arguments)], input=stdin, capture_output=True, cwd=cwd, timeout=120)


def lines(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, object]]:
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def sentence(done: subprocess.CompletedProcess[bytes]) -> str:
    """The one sentence on standard error; a traceback is no sentence."""
    text = done.stderr.decode()
    assert "Traceback" not in text
    return text


def test_reading_a_text_gives_its_language_events_and_the_text_itself(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    path.write_text(REPORT, "utf-8")
    done = tahqiq("read", path, "--published", "2018-09-09")
    (record,) = lines(done)
    assert done.returncode == 0
    assert (record["id"], record["language"], record["relevant"], record["text"]) == ("report.txt", "ar", True, REPORT)
    (event, *_) = record["events"]  # type: ignore[misc]
    assert event["event_type"] == "airstrike"
    assert event["date"]["start"] == "2018-09-07"
    assert REPORT[event["start"] : event["end"]] == event["trigger"]


def test_without_a_date_nothing_relative_is_resolved(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    path.write_text(REPORT, "utf-8")
    (record,) = lines(tahqiq("read", path))
    assert all(event["date"] is None for event in record["events"])  # type: ignore[attr-defined]


@pytest.mark.parametrize("given", [REPORT.encode(), json.dumps({"id": "a", "text": REPORT}).encode()], ids=["a text", "JSON lines"])
def test_standard_input_is_read_as_what_it_is(given: bytes) -> None:
    (record,) = lines(tahqiq("read", "-", stdin=given))
    assert record["language"] == "ar"
    assert ("text" in record) is (given[:1] != b"{")


def test_explain_names_the_rule_behind_each_value(tmp_path: Path) -> None:
    (record,) = lines(tahqiq("read", "-", "--explain", stdin=ENGLISH.encode()))
    values = record["explain"]["events"][0]["values"]  # type: ignore[index]
    assert all(value["rule"] for value in values)
    assert {"event", "place", "casualties"} <= {value["slot"] for value in values}


def test_explain_adds_to_a_record_and_changes_nothing_in_it() -> None:
    (plain,) = lines(tahqiq("read", "-", stdin=ENGLISH.encode()))
    (explained,) = lines(tahqiq("read", "-", "--explain", stdin=ENGLISH.encode()))
    explanation = explained.pop("explain")
    assert explained == plain
    assert [e["trigger"] for e in explanation["events"]] == [e["trigger"] for e in plain["events"]]  # type: ignore[index, attr-defined]
    for event, shown in zip(plain["events"], explanation["events"], strict=True):  # type: ignore[call-overload, index]
        told = {(v["slot"], v["start"], v["end"]) for v in shown["values"]}
        kept = {
            (slot, v["start"], v["end"]) for slot in ("perpetrators", "targets", "victims", "casualties", "sources") for v in event[slot]
        }
        assert kept <= told
        assert not kept & {(v["slot"], v["start"], v["end"]) for v in shown["refused"] if v["slot"] != "casualties"}
        assert all(v["why"] for v in shown["refused"])


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("missing.txt", None, "there is no such file"),
        ("empty.txt", b"", "is empty"),
        ("blank.txt", b" \n\n ", "is empty"),
        ("binary.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "is a photo, video or recording"),
        ("huge.txt", b"a " * 11_000_000, "is larger than 20 MB"),
        ("huge.jsonl", b'{"text": "' + b"a" * 50_000_000 + b'"}', "is larger than 20 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
@pytest.mark.parametrize("command", ["read", "ingest"])
def test_bad_input_gets_one_sentence_exit_2_and_stores_nothing(
    tmp_path: Path, command: str, name: str, content: bytes | None, said: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    ledger = ["--ledger", f"sqlite:///{tmp_path / 'l.db'}"] if command == "ingest" else []
    done = tahqiq(command, tmp_path / name, *ledger)
    assert done.returncode == 2
    assert said in sentence(done) and name in sentence(done)
    if command == "ingest":
        shown = tahqiq("incidents", "--json", "--ledger", f"sqlite:///{tmp_path / 'l.db'}")
        assert lines(shown) == []
        assert not [p for p in (tmp_path / "l.db.vault").rglob("*") if p.is_file() and p.stat().st_size > 1000]


def test_bad_lines_are_named_and_the_others_read(tmp_path: Path) -> None:
    path = tmp_path / "mixed.jsonl"
    path.write_text("\n".join([json.dumps({"id": "good", "text": ENGLISH}), "{not json", json.dumps({"id": "no text"})]), "utf-8")
    done = tahqiq("read", path)
    assert done.returncode == 1
    assert [record["id"] for record in lines(done)] == ["good"]
    assert "line 2" in sentence(done) and "line 3" in sentence(done)


def test_windows_1256_is_recognised_and_read(tmp_path: Path) -> None:
    path = tmp_path / "old.txt"
    path.write_bytes(REPORT.encode("cp1256"))
    (record,) = lines(tahqiq("read", path))
    assert record["language"] == "ar" and record["relevant"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("په کابل کې په یوه چاودنه کې درې کسان ووژل شول او پنځه نور ټپیان شول، پولیسو وویل.", "Pashto"),
        ("لە تەقینەوەیەکدا لە هەولێر سێ کەس کوژران و پێنج کەسی تر بریندار بوون، پۆلیس ڕایگەیاند.", "Sorani"),
        ("ڪراچي ۾ ڌماڪي ۾ ٽي ڄڻا مارجي ويا ۽ پنج ڄڻا زخمي ٿي پيا، پوليس ٻڌايو.", "Sindhi"),
        ("काबुल में धमाके में तीन लोग मारे गए और पाँच घायल हुए, पुलिस ने कहा।", "Hindi"),
        ("Kabil'de meydana gelen patlamada üç kişi öldü, beş kişi yaralandı, polis açıkladı.", "Turkish"),
    ],
    ids=["ps", "ckb", "sd", "hi", "tr"],
)
def test_a_language_without_a_pack_is_marked_unread_with_the_reason(text: str, named: str) -> None:
    done = tahqiq("read", "-", stdin=text.encode())
    (record,) = lines(done)
    assert done.returncode == 0
    assert (record["relevant"], record["events"], record["figures"]) == (False, [], [])
    assert named in str(record["unread"])


def test_ingest_twice_changes_nothing_and_verify_names_an_altered_document(tmp_path: Path) -> None:
    path, ledger = tmp_path / "report.txt", f"sqlite:///{tmp_path / 'l.db'}"
    path.write_text(REPORT, "utf-8")
    first = tahqiq("ingest", path, "--ledger", ledger, "--published", "2018-09-09")
    shown = tahqiq("incidents", "--json", "--ledger", ledger).stdout
    again = tahqiq("ingest", path, "--ledger", ledger, "--published", "2018-09-09")
    assert first.returncode == again.returncode == 0
    assert tahqiq("incidents", "--json", "--ledger", ledger).stdout == shown != b""
    assert b"verified" in tahqiq("verify", "--ledger", ledger).stdout
    kept = next(p for p in (tmp_path / "l.db.vault").rglob("*") if p.is_file() and p.read_bytes() == REPORT.encode())
    kept.chmod(0o644)
    kept.write_bytes(REPORT.encode().replace("خمسة".encode(), "ستة".encode()))
    done = tahqiq("verify", "--ledger", ledger)
    assert done.returncode == 1
    assert kept.name in sentence(done)


def test_exports_write_and_tell_their_loss(tmp_path: Path) -> None:
    path, ledger = tmp_path / "report.txt", f"sqlite:///{tmp_path / 'l.db'}"
    path.write_text(REPORT, "utf-8")
    tahqiq("ingest", path, "--ledger", ledger, "--published", "2018-09-09")
    acled = tahqiq("export", "acled", "--ledger", ledger)
    assert acled.returncode == 0 and acled.stdout.decode("utf-8-sig").startswith("event_id_cnty,event_date")
    geo = json.loads(tahqiq("export", "geojson", "--ledger", ledger).stdout)
    assert geo["type"] == "FeatureCollection" and len(geo["features"]) == 1
    assert b"tahqiq:" in tahqiq("export", "nosuch", "--ledger", ledger).stderr


def test_mentions_give_dates_places_and_names() -> None:
    line = json.dumps({"id": "m", "text": ENGLISH, "published": "2014-03-05", "language": "en"}).encode()
    (record,) = lines(tahqiq("mentions", "-", stdin=line))
    kinds = {m["kind"]: m for m in record["mentions"]}  # type: ignore[attr-defined]
    assert kinds["date"]["value"] == {"start": "2014-03-03", "end": "2014-03-03"}
    assert abs(kinds["place"]["lat"] - 35.47) < 0.2


def test_help_teaches_and_every_command_has_it() -> None:
    told = tahqiq("--help").stdout.decode()
    for command in ("read", "mentions", "ingest", "incidents", "link", "export", "serve", "verify", "evaluate", "places", "demo"):
        assert command in told
        assert tahqiq(command, "--help").returncode == 0


def test_a_demo_takes_no_folder_that_holds_something_else(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", "utf-8")
    done = tahqiq("demo", tmp_path, "--no-serve")
    assert done.returncode == 2
    assert "notes.txt" in sentence(done)
    assert [p.name for p in tmp_path.iterdir()] == ["notes.txt"]


def test_an_export_that_fails_leaves_the_file_that_was_there(tmp_path: Path) -> None:
    out, ledger = tmp_path / "incidents.csv", f"sqlite:///{tmp_path / 'l.db'}"
    out.write_text("the last one", "utf-8")
    assert tahqiq("export", "nosuch", "--ledger", ledger, "--out", out).returncode == 2
    assert out.read_text("utf-8") == "the last one"
    assert [p.name for p in tmp_path.glob("incidents*")] == ["incidents.csv"]


def test_a_place_of_your_own_registry_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    row = "99000001\tZarqabad\tZarqabad\tزرق آباد\t33.5\t36.3\tP\tPPL\tSY\t\t13\t\t\t\t900\t\t690\tAsia/Damascus\t2024-01-01\n"
    (tmp_path / "SY.txt").write_text(row, "utf-8")
    text = b"Syrian shelling killed two people in Zarqabad on Monday, police said."
    (before,) = lines(tahqiq("read", "-", stdin=text))
    done = tahqiq("places", "import", tmp_path / "SY.txt", "--registry", tmp_path / "places.sqlite")
    assert "SY.txt: 1 place taken" in done.stdout.decode()
    monkeypatch.setenv("TAHQIQ_PLACES", str(tmp_path / "places.sqlite"))
    (after,) = lines(tahqiq("read", "-", stdin=text))
    assert not before["events"][0]["place"] or before["events"][0]["place"]["lat"] is None  # type: ignore[index]
    assert (after["events"][0]["place"]["lat"], after["events"][0]["place"]["lon"]) == (33.5, 36.3)  # type: ignore[index]


def test_a_port_that_is_taken_is_said_in_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = tahqiq("serve", "--ledger", f"sqlite:///{tmp_path / 'l.db'}", "--port", str(port))
    assert done.returncode == 2
    assert f"127.0.0.1:{port}" in sentence(done) and "--port" in sentence(done)


def test_the_desk_prints_its_address_answers_on_the_loopback_alone_and_stops(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    desk = subprocess.Popen(
        [sys.executable, "-u", "-m", "tahqiq", "serve", "--ledger", f"sqlite:///{tmp_path / 'l.db'}", "--port", str(port)],
        stdout=subprocess.PIPE,
    )
    try:
        assert desk.stdout
        assert f"http://127.0.0.1:{port}" in desk.stdout.readline().decode()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/incidents", timeout=30) as page:
            assert page.status == 200
        with pytest.raises(OSError):
            socket.create_connection(("127.0.0.2", port), timeout=2)
    finally:
        desk.send_signal(signal.SIGINT)
    assert desk.wait(timeout=20) == 0


def test_reading_gives_the_same_bytes_whatever_the_hash_seed() -> None:
    samples = Path(__file__).parents[1] / "src" / "tahqiq" / "samples" / "reports.jsonl"
    command = [sys.executable, "-m", "tahqiq", "read", str(samples)]
    seeds = ({**os.environ, "PYTHONHASHSEED": seed} for seed in ("1", "2", "77"))
    told = {subprocess.run(command, capture_output=True, check=True, env=seed).stdout for seed in seeds}
    assert len(told) == 1
