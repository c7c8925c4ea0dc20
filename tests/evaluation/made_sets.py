"""Small sets of our own sentences in the shapes of the public benchmarks, and the outside scorers run on them."""

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).parents[3] / "shared"

DATES = [
    ("en", "Two guards were hurt at the depot on 3 March 2019, and the road was shut for a day.", "3 March 2019", "2019-03-03"),
    ("ar", "وقع انفجار قرب المستودع يوم 12 أيار 2018 من دون إصابات.", "12 أيار 2018", "2018-05-12"),
    ("ar", "وصلت القافلة في 5 حزيران 2018 إلى المخيم.", "5 حزيران 2018", "2018-06-06"),
    ("fa", "کاروان در ۱۵ فروردین ۱۳۹۷ به اردوگاه رسید.", "۱۵ فروردین ۱۳۹۷", "2018-04-04"),
]
PLACES = [
    ("A shell hit a bakery in Aleppo and a school near Homs.", [("Aleppo", 36.2, 37.16, "P"), ("Homs", 34.73, 36.71, "P")]),
    ("Trucks crossed from Jordan into Syria before noon.", [("Jordan", 31.0, 36.0, "A"), ("Syria", 35.0, 38.0, "A")]),
    ("The clinic in Basra took in the wounded of Paris, a hamlet.", [("Basra", 30.5, 47.8, "P"), ("Paris", 33.66, -95.55, "P")]),
]
_EMPTY: dict[str, Any] = {
    "instrument_id": [], "perp_individual": [], "perp_organization": [], "phys_tgt_id": [], "human_targets": [], "hum_tgt_effect": [],
    "hum_tgt_number": [], "optional": False,
}  # fmt: skip
MUC4 = [
    (
        "SAN SALVADOR, 4 MAR 90 -- FOUR GUERRILLAS THREW A GRENADE AT A BANK IN SAN MIGUEL YESTERDAY, KILLING A CASHIER AND WOUNDING TWO "
        "CUSTOMERS, THE POLICE SAID. NO GROUP HAS CLAIMED THE ATTACK.",
        "1990-03-04",
        [
            {
                **_EMPTY,
                "incident_type": {"values": ["ATTACK", "BOMBING"]},
                "stage": {"values": ["ACCOMPLISHED"]},
                "date": {"alternatives": [{"start": "1990-03-03", "end": "1990-03-03"}]},
                "location": {"alternatives": [{"country": "EL SALVADOR", "path": [[{"name": "SAN MIGUEL", "types": ["CITY"]}]]}]},
                "perp_individual": [{"strings": ["FOUR GUERRILLAS", "GUERRILLAS"]}],
                "phys_tgt_id": [{"strings": ["BANK"]}],
                "instrument_id": [{"strings": ["GRENADE"]}],
                "human_targets": [{"strings": ["CASHIER"]}, {"strings": ["TWO CUSTOMERS", "CUSTOMERS"], "optional": True}],
                "hum_tgt_effect": [{"values": ["DEATH"], "refs": ["CASHIER"]}, {"values": ["INJURY"], "refs": ["CUSTOMERS"]}],
            }
        ],
    ),
    (
        "BOGOTA, 9 JUN 89 -- AN ENGINEER WAS KIDNAPPED BY ARMED MEN NEAR CALI ON 8 JUNE. "
        "A BOMB DAMAGED AN OFFICE IN MEDELLIN THE SAME DAY.",
        "1989-06-09",
        [
            {
                **_EMPTY,
                "incident_type": {"values": ["KIDNAPPING"]},
                "stage": {"values": ["ACCOMPLISHED"]},
                "date": {"alternatives": [{"start": "1989-06-08", "end": "1989-06-08"}]},
                "location": {"alternatives": [{"country": "COLOMBIA", "path": [[{"name": "CALI", "types": ["CITY"]}]]}]},
                "instrument_id": "*",
                "phys_tgt_id": "*",
                "perp_individual": [{"strings": ["ARMED MEN"]}],
                "human_targets": [{"strings": ["ENGINEER"]}],
            },
            {
                **_EMPTY,
                "incident_type": {"values": ["BOMBING"]},
                "stage": {"values": ["ACCOMPLISHED"]},
                "date": None,
                "location": {"alternatives": [{"country": "COLOMBIA", "path": [[{"name": "MEDELLIN", "types": ["CITY"]}]]}]},
                "phys_tgt_id": [{"strings": ["OFFICE"]}],
                "instrument_id": [{"strings": ["BOMB"]}],
                "optional": True,
            },
        ],
    ),
    ("LIMA, 2 MAY 90 -- THE FOOTBALL TEAM WON BY THREE GOALS AND THE CITY CELEBRATED.", "1990-05-02", []),
]


def date_rows(language: str) -> list[dict[str, Any]]:
    """Rows of one language's dates; the key of one Arabic row is a day off, so that a score is no hundred."""
    rows = []
    for n, (code, text, words, day) in enumerate(DATES):
        if code == language:
            at = text.index(words)
            span = {"start": at, "end": at + len(words), "text": words, "value": {"start": day, "end": day}}
            rows.append({"id": f"d{n}", "lang": code, "text": text, "published": "2019-04-01", "spans": [span]})
    return rows


def place_rows() -> list[dict[str, Any]]:
    rows = []
    for n, (text, places) in enumerate(PLACES):
        spans = [
            {"start": text.index(name), "end": text.index(name) + len(name), "text": name, "lat": lat, "lon": lon, "fclass": kind}
            for name, lat, lon, kind in places
        ]
        rows.append({"id": f"p{n}", "lang": "en", "text": text, "spans": spans})
    return rows


def muc4_rows() -> list[dict[str, Any]]:
    roles = {"PerpInd": "perp_individual", "PerpOrg": "perp_organization", "Target": "phys_tgt_id", "Weapon": "instrument_id"}
    rows = []
    for n, (text, published, templates) in enumerate(MUC4):
        entities: dict[str, list[list[str]]] = {
            role: [[s.lower() for s in f["strings"]] for t in templates for f in (t[key] if isinstance(t[key], list) else [])]
            for role, key in roles.items()
        }
        entities["Victim"] = []
        gtt = [{"incident_type": t["incident_type"]["values"][0].lower(), **{r: [] for r in (*roles, "Victim")}} for t in templates]
        rows.append(
            {"id": f"X-{n}", "text": text, "published": published, "templates": templates, "grit_entities": entities, "gtt_templates": gtt}
        )
    return rows


def write(path: Path, records: Iterable[Mapping[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), "utf-8")
    return path


def outside(scorer: str, *arguments: object) -> str:
    """What one of the project's outside scorers prints; the test is skipped where it is not beside this checkout."""
    program = SHARED / "eval" / scorer
    if not program.is_file():
        pytest.skip(f"the outside scorer {scorer} is not beside this checkout")
    done = subprocess.run([sys.executable, str(program), *map(str, arguments)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-1000:]
    return done.stdout


def shared_file(*parts: str) -> Path:
    path = SHARED.joinpath("data", *parts)
    if not path.is_file():
        pytest.skip(f"{'/'.join(parts)} is not beside this checkout")
    return path
