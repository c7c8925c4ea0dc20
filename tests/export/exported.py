"""The incidents that every exporter is held to, and what it writes of them as text that people read in a diff."""

import datetime as dt
import io
import tempfile
import zipfile
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from accounts_made import PLACES, claim, killed, named, told
from tahqiq.assessing import assess
from tahqiq.export import TABLE, find_exporter, write
from tahqiq.model import Account, Incident, Place, Report
from tahqiq.settings import Settings

GEO = ("gpkg", "fgb", "pmtiles", "parquet")
GOLDEN = Path(__file__).parent / "golden"
RUSSIA = named("Russian warplanes", None, "aircraft", "الطيران الروسي")
ARMY = named("Syrian Arab Army", "syrian-arab-army", "state_forces", "الجيش السوري")
IS = named("Islamic State", "islamic-state", "rebel_group", "داعش")
SECRET = ("Layla Zorbaxi", "ليلى الزربخي")


def report(id: str, day: str, language: str, **more: object) -> Report:
    return Report(text="words", id=f"r-{id}", language=language, published=dt.date.fromisoformat(day), **more)  # type: ignore[arg-type]


def groups() -> list[tuple[list[Account], list[Report]]]:
    """Incidents told in Arabic, Urdu, Persian and English, with a contradiction, a span of days, a country alone, a formula."""
    strike = [
        told(
            "s1",
            day="2023-07-07",
            place="eastern Syria",
            by=(RUSSIA,),
            victims=(named(SECRET[0], None, "person", SECRET[1]),),
            harm=(killed(4, who="civilians"), killed(7, effect="injured")),
            weapons=("aircraft",),
        ),
        told(
            "s2",
            day="2023-07-08",
            place=replace(PLACES["Mayadin"], name="میادین", id=None),
            harm=(killed(6, None, "civilians", "at_least"),),
            claims=(claim("Russian defence ministry", "denies", "government"),),
        ),
    ]
    siege = [
        told(
            "d1",
            "armed_clash",
            day="2024-03-01",
            until="2024-03-03",
            grain="interval",
            place="al-Bab",
            by=(ARMY,),
            at=(IS,),
            harm=(killed(8),),
        )
    ]
    rockets = [
        told(
            "i1",
            "shelling",
            day="2024-07-22",
            until="2024-07-28",
            grain="week",
            place="Ain al-Asad",
            weapons=("rocket",),
            harm=(killed(0),),
        )
    ]
    vague = [told("v1", day="2022-05-01", place="Syria", harm=(killed(24, None, qualifier="dozens"),))]
    undated = [told("u1", "explosion", place="Kandahar", harm=(killed(24, None, qualifier="dozens"),))]
    talks = [told("t1", "talks", day="2024-01-05", place="Aleppo", by=(ARMY,))]
    formula = [
        told(
            "f1",
            "explosion",
            day="2024-02-29",
            place=Place("=cmd|' /C calc'!A0", None, "SY", "@Aleppo", 36.1, 37.1, "site"),
            weapons=("ied",),
            harm=(killed(24, None, qualifier="dozens"),),
        )
    ]
    return [
        (
            strike,
            [
                report("s1", "2023-07-09", "ar", source="جريدة المثال", url="https://mithal.example/1"),
                report("s2", "2023-07-10", "ur", source="روزنامہ مثال"),
            ],
        ),
        (siege, [report("d1", "2024-03-04", "fa", url="https://www.mesal.example/2024/03/04")]),
        (rockets, [report("i1", "2024-07-29", "en", wire_credit="AFP")]),
        (vague, [report("v1", "2022-05-02", "en")]),
        (undated, [report("u1", "2022-05-02", "ar")]),
        (talks, [report("t1", "2024-01-06", "en")]),
        (formula, [report("f1", "2024-03-01", "ur", source="=HYPERLINK(1)")]),
    ]


def made() -> tuple[list[Incident], list[Account], list[Report]]:
    told_groups = groups()
    incidents = [assess(accounts, {r.id: r for r in reports}, {}) for accounts, reports in told_groups]
    return incidents, [a for accounts, _ in told_groups for a in accounts], [r for _, reports in told_groups for r in reports]


def written(name: str, policy: str = "public", settings: Settings | None = None) -> bytes:
    out = io.BytesIO()
    write(name, *made(), out, policy, settings=settings)
    return out.getvalue()


def readable(data: bytes) -> str:
    """The text; of an archive that of each of its files, under the file's name; of a layer or a columnar table a line for each row."""
    if data.startswith((b"SQLite", b"fgb", b"PMTiles", b"PAR1")):
        return "".join(f"{row}\n" for row in _rows_of(data))
    if not data.startswith(b"PK"):
        return data.decode()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "".join(f"=== {name}\n{archive.read(name).decode()}\n" for name in archive.namelist())


def _rows_of(data: bytes) -> list[dict[str, object]]:
    """The rows by the order of their ids; a geometry as the hex digits of its well-known binary."""
    import pyarrow
    import pyogrio
    from pyarrow.parquet import read_table

    if data.startswith(b"PAR1"):
        table = read_table(io.BytesIO(data))
    else:
        with tempfile.NamedTemporaryFile(suffix={b"SQL": ".gpkg", b"fgb": ".fgb", b"PMT": ".pmtiles"}[data[:3]]) as file:
            file.write(data)
            file.flush()
            _, table = pyogrio.read_arrow(file.name)
            table = pyarrow.table(table).drop_columns([name for name in ("fid", "mvt_id") if name in table.column_names])
    rows = [{name: value for name, value in row.items() if value is not None} for row in table.to_pylist()]
    told = ({name: value.hex() if isinstance(value, bytes) else str(value) for name, value in row.items()} for row in rows)
    return sorted(told, key=lambda row: str(row["id"]))


def golden(name: str) -> Path:
    extension = find_exporter(name).extension
    return GOLDEN / f"{name}.{'txt' if extension in ('zip', 'xlsx', *GEO) else extension}"


# Every exporter; those that need the extra `geo` are left out where it is not installed.
_HAS_GEO = all(find_spec(module) for module in ("pyarrow", "pyogrio"))
EXPORTERS = [
    pytest.param(name, marks=pytest.mark.skipif(name in GEO and not _HAS_GEO, reason="the extra geo is not installed")) for name in TABLE
]
