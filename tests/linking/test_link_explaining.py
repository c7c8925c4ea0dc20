"""`tahqiq explain`: any two accounts, linked or not, as a sum of weights."""

import datetime as dt
import json

import pytest
from click.testing import CliRunner

from tahqiq.cli import cli
from tahqiq.evidence import open_vault
from tahqiq.ledger import Query, open_ledger
from tahqiq.pipeline import ingest

TOLD = {
    "one.txt": "A drone strike hit a car near Azaz on 5 March 2024, killing two people, the mayor Kamal Darwazah said.",
    "other.txt": "مقتل شخصين في ضربة بطائرة مسيرة استهدفت سيارة قرب أعزاز في 5 مارس 2024 بحسب رئيس البلدية كمال دروازة",
    "apart.txt": "Gunmen attacked a checkpoint in Quetta on 9 May 2019 and killed three policemen, officials said.",
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("desk")
    for name, text in TOLD.items():
        (folder / name).write_text(text, "utf-8")
    found = f"sqlite:///{folder / 'desk.db'}"
    ledger = open_ledger(found)
    ingest([folder / name for name in TOLD], ledger, open_vault(str(folder / "vault")), published=dt.date(2024, 3, 6))
    ledger.close()
    return found


def asked(address: str, *names: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli, ["explain", *names, "--ledger", address])
    return done.exit_code, done.output


def incident_ids(address: str) -> list[str]:
    ledger = open_ledger(address)
    found = sorted(ledger.incidents(Query()).items, key=lambda incident: (-len(incident.reports), incident.id))
    ledger.close()
    return [incident.id for incident in found]


def test_an_incident_is_explained_pair_by_pair_as_a_sum_of_weights(address: str) -> None:
    code, output = asked(address, incident_ids(address)[0])

    assert code == 0
    assert "both are the main story of their report" in output
    assert "of one happening; the threshold is 13" in output


def test_weights_add_up_to_the_score(address: str) -> None:
    code, output = asked(address, incident_ids(address)[0], "--json")
    link = json.loads(output.splitlines()[0])

    assert code == 0
    assert sum(reason["weight"] for reason in link["reasons"]) == pytest.approx(link["score"], abs=0.011)


def test_two_incidents_are_explained_as_what_keeps_them_apart(address: str) -> None:
    one, other = incident_ids(address)[:2]
    code, output = asked(address, one, other)

    assert code == 0
    assert "not enough by itself" in output
    assert "of one happening;" not in output


def test_reasons_are_said_in_the_language_asked_for(address: str) -> None:
    assert "كلاهما الخبر الرئيسي في تقريره" in asked(address, incident_ids(address)[0], "--language", "ar")[1]


def test_an_unknown_incident_is_one_sentence(address: str) -> None:
    code, output = asked(address, "nobody")

    assert (code, len(output.strip().splitlines())) == (2, 1)


def test_an_incident_of_one_account_has_nothing_to_compare(address: str) -> None:
    assert "one account alone" in asked(address, incident_ids(address)[1])[1]
