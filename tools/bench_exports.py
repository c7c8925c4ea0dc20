"""How fast a large ledger is written in each format, and how much memory that takes.

    python tools/bench_exports.py [--incidents 10000 100000] [--formats csv geojson] [--ledger FILE]

Incidents are copies of a few made ones under other ids, days and places, each of one account and one report; a tenth name a victim. Every
export is a process of its own, whose largest resident size is told. The ledger lies in a temporary folder unless a file is named; one that
is there already is only written out.
"""

import argparse
import datetime as dt
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import sqlalchemy as sa

from tahqiq.assessing import assess
from tahqiq.export import TABLE
from tahqiq.ledger import open_ledger, tables
from tahqiq.model import Account, Casualty, Claim, Dated, Mention, Named, Place, Placed, Reading, Report

_CHUNK = 5000
_ID, _DAY, _TOWN, _NAME = "@id@", dt.date(1999, 9, 9), "@town@", "@name@"
_FIRST = dt.date(2014, 1, 1)
_TYPES = ("airstrike", "shelling", "armed_clash", "explosion", "armed_attack")
_EACH = len(_TYPES) * 2  # kinds of made incidents: with and without a victim's name are told apart by the tenth


@dataclass(frozen=True, slots=True)
class Made:
    """The JSON of one made incident, its account and its report, with marks where ids, days and names go."""

    incident: str
    account: str
    report: str
    reading: str
    event_type: str
    killed: int


@dataclass(frozen=True, slots=True)
class Measured:
    """One export: its bytes, seconds and largest resident size in MB."""

    form: str
    incidents: int
    size: int
    seconds: float
    peak_mb: float


def fill(file: Path, count: int) -> None:
    """A ledger of so many incidents lies in the file."""
    url = f"sqlite:///{file}"
    open_ledger(url).close()
    engine, chance = sa.create_engine(url), random.Random(11)
    kinds = [_made(kind, with_victim=victim) for kind in _TYPES for victim in (False, True)]
    with engine.begin() as connection:
        connection.execute(tables.document.insert(), [{"id": "made", "json": "{}"}])
        for start in range(0, count, _CHUNK):
            rows: dict[sa.Table, list[dict[str, object]]] = {}
            for n in range(start, min(start + _CHUNK, count)):
                kind = kinds[2 * chance.randrange(len(_TYPES)) + (n % 10 == 0)]
                for table, row in _rows(n, kind, chance):
                    rows.setdefault(table, []).append(row)
            for table, some in rows.items():
                connection.execute(table.insert(), some)


def _rows(n: int, kind: Made, chance: random.Random) -> Iterator[tuple[sa.Table, dict[str, object]]]:
    day = (_FIRST + dt.timedelta(days=chance.randrange(4000))).isoformat()
    lat, lon = round(chance.uniform(30, 37), 4), round(chance.uniform(36, 48), 4)

    def told(text: str) -> str:
        for mark, value in ((_ID, f"{n:08}"), (_DAY.isoformat(), day), (_TOWN, f"Town {n % 20_000}"), (_NAME, f"Person {n}")):
            text = text.replace(mark, value)
        return text.replace("11.25", str(lat)).replace("22.25", str(lon))

    report, account, reading, incident = f"r{n:08}", f"a{n:08}", f"g{n:08}", f"i{n:08}"
    yield tables.report, {"seq": n + 1, "id": report, "document": "made", "language": "en", "source": "x", "json": told(kind.report)}
    yield tables.reading, {"id": reading, "report": report, "json": told(kind.reading)}
    yield tables.account, {"reading": reading, "id": account, "position": 0, "json": told(kind.account)}
    yield tables.standing_reading, {"report": report, "reading": reading}
    yield (
        tables.incident,
        {
            "n": n + 1, "id": incident, "event_type": kind.event_type, "country": "SY", "admin1": "", "place": "",
            "precision": "settlement", "day": day,
            "last_day": day, "killed": kind.killed, "reports": 1, "grade": "none", "review": "proposed", "contradicted": False,
            "lat": lat, "lon": lon,
        },
    )  # fmt: skip
    yield tables.incident_json, {"incident": n + 1, "json": told(kind.incident)}
    yield tables.incident_account, {"account": account, "incident": n + 1}
    yield tables.incident_report, {"incident": n + 1, "report": report, "seq": n + 1}


def _made(event_type: str, *, with_victim: bool) -> Made:
    killed = 3 + _TYPES.index(event_type)
    words = Mention(0, 6, "Troops", "made/up")
    actor = Named(words, "Syrian Arab Army", "syrian-arab-army", "state_forces")
    report = Report(
        f"Troops struck {_TOWN} and killed {killed} people, officials said.", f"r{_ID}", "made", language="en", published=_DAY,
        url=f"https://news.example/{_ID}", source="news.example",
    )  # fmt: skip
    account = Account(
        f"a{_ID}",
        report.id,
        event_type,
        words,
        date=Dated(words, _DAY, _DAY),
        place=Placed(words, Place(_TOWN, None, "SY", "Aleppo", 11.25, 22.25)),
        perpetrators=(actor,),
        victims=(Named(words, _NAME, None, "person"),) if with_victim else (),
        casualties=(Casualty(words, "killed", "unspecified", killed, killed), Casualty(words, "injured", "civilians", 4, None, "at_least")),
        claims=(Claim(Named(words, "officials", None, "official"), "reports"),),
    )
    incident = msgspec.to_builtins(assess([account], {report.id: report}, {})) | {"id": f"i{_ID}"}
    reading = Reading(report.id, "made", "1", "en", True)
    texts = (msgspec.json.encode(value).decode() for value in (incident, account, report, reading))
    return Made(*texts, event_type, killed)


def measure(form: str, file: Path, count: int) -> Measured:
    """The ledger is written in the format by a process of its own, and measured."""
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        out = Path(folder) / "out"
        command = [sys.executable, "-m", "tahqiq", "export", form, "--ledger", f"sqlite:///{file}", "--out", str(out)]
        begun = time.perf_counter()
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        assert process.stderr
        said = process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise RuntimeError(said)
        return Measured(form, count, out.stat().st_size, time.perf_counter() - begun, used.ru_maxrss / 1024)


def line(one: Measured) -> str:
    rate = one.incidents / one.seconds
    return f"{one.form:<8} {one.incidents:>9,} {one.size / 1e6:>9.1f} MB {one.seconds:>8.1f} s {rate:>7,.0f}/s {one.peak_mb:>7.0f} MB"


def main(given: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--incidents", type=int, nargs="+", default=[10_000])
    parser.add_argument("--formats", nargs="+", default=list(TABLE), choices=list(TABLE))
    parser.add_argument("--ledger", type=Path, help="File of the ledger; with one number of incidents.")
    asked = parser.parse_args(given)
    print(f"{'format':<8} {'incidents':>9} {'written':>12} {'time':>10} {'rate':>9} {'peak memory':>10}")
    with tempfile.TemporaryDirectory() as folder:
        for count in asked.incidents:
            file = asked.ledger or Path(folder) / f"{count}.db"
            if not file.exists():
                fill(file, count)
            for form in asked.formats:
                print(line(measure(form, file, count)), flush=True)


if __name__ == "__main__":
    main()
