"""The page of an incident says what is in dispute since when, who is blamed and what they say, and how toll and grade changed."""

import datetime as dt
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from test_pages import read

from accounts_made import claim, killed, named, told
from tahqiq.assessing import assess
from tahqiq.evidence.vault import Vault
from tahqiq.ledger import open_ledger
from tahqiq.model import Account, Incident, Mention, Reading, Report
from tahqiq.settings import Settings
from tahqiq.web import create_app

US = named("US Armed Forces", "us-armed-forces", "state_forces")
CENTCOM = claim("United States Central Command", "investigating", "state_forces", "us-central-command")
RESIDENTS, FAMILY = claim("residents", kind="resident"), claim("family", kind="family")
ADMITS = claim("US Armed Forces", "confirms", "state_forces", "us-armed-forces")
TEXT = "Person Seventeen was killed while working undercover, it was said."


def _account(name: str, killed_of: int, *claims: object, **more: object) -> Account:
    harm = (killed(killed_of, who="civilians"),)
    made = told(name, day="2021-08-29", place="Kandahar", by=(US,), harm=harm, claims=claims, **more)  # type: ignore[arg-type]
    mention = Mention(0, 6, TEXT[:6])
    return type(made)(**{**{f: getattr(made, f) for f in made.__slots__}, "trigger": mention})


ACCOUNTS = (_account("first", 9, RESIDENTS, CENTCOM), _account("second", 10, FAMILY), _account("third", 10, ADMITS))
DAYS = {"r-first": dt.date(2021, 8, 29), "r-second": dt.date(2021, 8, 30), "r-third": dt.date(2021, 9, 17)}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, Incident]]:
    """A desk over one happening that three outlets told, the last of them in the words of who did it."""
    folder = tmp_path_factory.mktemp("assessed")
    ledger = open_ledger(f"sqlite:///{folder / 'ledger.db'}")
    reports = {name: Report(TEXT, name, language="en", published=day, source=name.removeprefix("r-")) for name, day in DAYS.items()}
    for account in ACCOUNTS:
        ledger.append_report(reports[account.report])
        ledger.append_reading(Reading(account.report, "made", "1", "en", True, (account,)))
    incident = assess(ACCOUNTS, reports, {})
    ledger.replace_incidents([incident])
    yield TestClient(create_app(ledger, Vault(folder / "vault"), Settings()), base_url="http://127.0.0.1:8765"), incident
    ledger.close()


SAID = {
    "en": ["Contradictions", "since 30 August 2021", "civilians: 9", "US Armed Forces (party to it)", "confirms it since 17 September 2021",
           "says that it looks into it since 29 August 2021", "As other codebooks count it", "How it was told, day by day"],
    "ar": ["التناقضات", "منذ 30 أغسطس 2021", "القوات الأمريكية (طرف فيه)", "يؤكده منذ 17 سبتمبر 2021", "القوات الأمريكية يقرّ بأنه المسؤول"],
    "ur": ["تضادات", "30 اگست 2021 سے", "امریکی فوج (فریق)", "تصدیق کرتا ہے"],
    "fa": ["تناقض‌ها", "از ۳۰ اوت ۲۰۲۱", "(طرف ماجرا)", "تأیید می‌کند"],
}  # fmt: skip


@pytest.mark.parametrize("language", SAID)
def test_disputes_parties_and_their_words_stand_on_the_page_in_the_readers_language(
    page: tuple[TestClient, Incident], language: str
) -> None:
    desk, incident = page
    shown = read(desk, f"/incidents/{incident.id}", language)

    assert [words for words in SAID[language] if words not in shown.text] == []
    assert language == "en" or "US Armed Forces" not in shown.text


def test_the_page_tells_from_day_to_day_what_toll_and_grade_were_and_why(page: tuple[TestClient, Incident]) -> None:
    desk, incident = page
    assessed = desk.get(f"/api/v1/pages/incidents/{incident.id}").json()["assessed"]

    assert [(step["day"], step["grade"]["code"], step["reasons"][0]["code"]) for step in assessed["grades"]] == [
        ("29 August 2021", "weak", "one_source"),
        ("30 August 2021", "fair", "action_by"),
        ("17 September 2021", "confirmed", "party_accepts"),
    ]
    assert [(step["day"], step["toll"]["low"], step["toll"]["high"]) for step in assessed["tolls"][0]["steps"]] == [
        ("29 August 2021", 9, 9),
        ("30 August 2021", 9, 10),
    ]
    assert [view["name"] for view in assessed["views"]] == ["ACLED", "UCDP GED", "Airwars"]


def test_every_report_that_is_named_can_be_opened(page: tuple[TestClient, Incident]) -> None:
    desk, incident = page
    assessed = desk.get(f"/api/v1/pages/incidents/{incident.id}").json()["assessed"]
    named_reports = [cited["address"] for side in assessed["disputes"][0]["sides"] for cited in side["reports"]]

    assert sorted(named_reports) == ["/reports/r-first", "/reports/r-second", "/reports/r-third"]
    assert all(desk.get(address).status_code == 200 for address in named_reports)


def test_the_page_as_of_a_day_tells_what_was_published_by_then_and_leads_back(page: tuple[TestClient, Incident]) -> None:
    desk, incident = page
    address = f"/incidents/{incident.id}/as-of/2021-08-29"
    shown = read(desk, address)
    twin = desk.get(f"/api/v1/pages{address}").json()

    assert "As of 29 August 2021" in shown.text and "civilians: 10" not in shown.text
    assert (twin["grade"]["code"], twin["reports_count"], twin["address"]) == ("weak", 1, address)
    assert f"/incidents/{incident.id}" in [link.get("href") for link in shown.all("a")]
    assert address in [link.get("href") for link in read(desk, f"/incidents/{incident.id}").all("a")]


def test_of_a_day_before_anything_was_published_there_is_only_the_page_of_today(page: tuple[TestClient, Incident]) -> None:
    desk, incident = page

    answer = desk.get(f"/incidents/{incident.id}/as-of/2021-08-01", follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (302, f"/incidents/{incident.id}")
    assert desk.get(f"/api/v1/pages/incidents/{incident.id}/as-of/2021-08-01").status_code == 404
