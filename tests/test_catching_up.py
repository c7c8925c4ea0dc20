"""One report or decision after the other leaves what everything computed anew would give, in any order, on both databases."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from bounds import examples
from tahqiq.deciding import tie
from tahqiq.evidence import Vault
from tahqiq.ledger import Ledger, Query
from tahqiq.model import Decision
from tahqiq.pipeline import catching_up, decide, ingest, rebuild

TOLD = (
    ("en", "2023-07-08", "Four civilians were killed in an airstrike on a market in Saraqib in Idlib on Friday, rescue workers said."),
    ("en", "2023-07-08", "An air strike hit the market of Saraqib on Friday and killed five people, a monitor said."),
    ("ar", "2023-07-08", "قتل أربعة مدنيين في غارة جوية على سوق في سراقب بريف إدلب يوم الجمعة."),
    ("ru", "2023-07-08", "Авиаудар по рынку в Саракибе, провинция Идлиб, в пятницу: 4 погибших, сообщили спасатели в Сирии."),
    (
        "en",
        "2023-07-09",
        "Shelling killed two children in Azaz on Saturday, the Syrian Observatory said. Osama al-Muhajir was among the wounded.",
    ),
    ("en", "2023-07-09", "Two children were killed by shelling in Azaz in northern Aleppo on Saturday."),
    ("ur", "2023-07-09", "اعزاز میں ہفتے کے روز گولہ باری سے دو بچے جاں بحق ہو گئے۔"),
    ("en", "2023-07-12", "A car bomb killed nine people near Al-Bab on Tuesday; no one has claimed responsibility."),
    ("en", "2023-07-12", "Nine killed by a car bomb at a checkpoint near Al-Bab on Tuesday, the army said."),
    ("en", "2023-07-20", "A drone strike killed the commander Osama al-Muhajir in eastern Syria on 7 July, the US military said."),
    ("ar", "2023-07-20", "أعلن الجيش الأمريكي مقتل القيادي أسامة المهاجر بضربة من طائرة مسيرة شرقي سوريا في 7 تموز."),
    (
        "en",
        "2023-07-20",
        "The US military said that a drone strike killed the commander Osama al-Muhajir in eastern Syria on 7 July, adding nothing.",
    ),
)


@pytest.fixture
def counted_in_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a dozen reports most change no word's rarity, as of a hundred thousand."""
    monkeypatch.setattr("tahqiq.linking.stories.SAMPLE", 2)


def stands(ledger: Ledger) -> tuple[Any, ...]:
    incidents = ledger.incidents(Query(limit=1000)).items
    accounts = ledger.accounts_of(sorted(name for incident in incidents for name in incident.accounts))
    reports = [report.id for report in ledger.reports()]
    persons, series = ledger.persons(limit=1000), ledger.things.series().items
    return incidents, accounts, tuple(ledger.links()), ledger.firsts(reports), persons, ledger.persons_alike(), series


def a_decision(number: int, chance: random.Random, ledger: Ledger, before: list[Decision]) -> Decision:
    accounts = list(ledger.accounts())
    one, other = chance.sample(accounts, 2)
    kind = chance.choice(("same", "not_same", "corrected", "rejected", "published", "graded", "take_back"))
    value: dict[str, Any] = {"ties": {one.id: tie(one), other.id: tie(other)}}
    if kind in ("same", "not_same"):
        value |= {"accounts": [other.id]}
    elif kind == "corrected":
        words = one.trigger
        value |= {"slot": "event_type", "to": "shelling", "from": one.event_type, "span": [words.start, words.end]}
    elif kind == "graded":
        value |= {"grade": "fair"}
    elif kind == "take_back" and before:
        return _said(number, kind, chance.choice(before).id, {"decision": chance.choice(before).id})
    elif kind == "take_back":
        kind = "reviewed"
    return _said(number, kind, one.id, value)


def _said(number: int, kind: str, subject: str, value: dict[str, Any]) -> Decision:
    return Decision(f"d{number}", kind, subject, "role: editor", "seen", f"2023-08-01T00:00:{number:02}.000000Z", value)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(examples(3)))
@pytest.mark.usefixtures("counted_in_a_sample")
def test_reports_and_decisions_in_any_order_leave_what_all_at_once_would(seed: int, ledger: Ledger, tmp_path: Path) -> None:
    chance = random.Random(seed)
    told, said = list(TOLD), list[Decision]()
    chance.shuffle(told)
    for number, (language, day, text) in enumerate(told):
        file = tmp_path / f"{number}.jsonl"
        file.write_text(json.dumps({"text": text, "language": language, "published": day, "url": f"https://example.org/{number}"}))
        ingest([file], ledger, Vault(tmp_path / "vault"))
        if number > 3:
            said.append(a_decision(number, chance, ledger, said))
            decide(ledger, said[-1:])
    found = stands(ledger)

    rebuild(ledger, anew=True)

    assert found == stands(ledger)


@pytest.mark.usefixtures("counted_in_a_sample")
def test_most_reports_and_every_decision_are_followed_without_computing_all(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone: list[bool] = []
    real = catching_up.catch_up
    monkeypatch.setattr("tahqiq.pipeline.computing.catch_up", lambda *given: alone.append(real(*given)) or alone[-1])
    for number, (language, day, text) in enumerate(TOLD):
        file = tmp_path / f"{number}.jsonl"
        file.write_text(json.dumps({"text": text, "language": language, "published": day, "url": f"https://example.org/{number}"}))
        ingest([file], ledger, Vault(tmp_path / "vault"))
    of_reports, alone[:] = alone.count(True), []

    one, other = (account.id for account in list(ledger.accounts())[:2])
    decide(ledger, [_said(1, "same", one, {"accounts": [other]})])
    decide(ledger, [_said(2, "take_back", "d1", {"decision": "d1"})])

    assert of_reports >= 4
    assert alone == [True, True]


READ = (
    "Four civilians were killed and nine injured in an airstrike on the Hal market in Saraqib in Idlib in northern Syria on Friday 7 July, "
    "the White Helmets said."
)
UNREAD = "Четверо мирных жителей погибли (4) и 9 ранены в пятницу 7 июля при авиаударе по рынку Хал в Саракибе, Идлиб, на севере Сирии."


def test_a_report_that_no_reader_reads_stands_with_the_incident_whose_story_it_tells(ledger: Ledger, tmp_path: Path) -> None:
    file = tmp_path / "told.jsonl"
    lines = [
        {"text": text, "published": "2023-07-08", "url": f"https://example.org/{n}"} for n, text in enumerate((READ, UNREAD, TOLD[5][2]))
    ]
    file.write_text("\n".join(map(json.dumps, lines)))

    ingest([file], ledger, Vault(tmp_path / "vault"))

    unread = next(report.id for report in ledger.reports() if report.language is None)
    (incident,) = ledger.incidents_of_report(unread)
    assert incident.place is not None and incident.place.admin1 == "Idlib"
    assert not ledger.accounts_of_reports([unread])
    assert unread not in {report for voice in incident.voices for report in voice.reports}
