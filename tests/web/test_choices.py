"""Why, on a report's page: what weighed for each value and what was refused, in the reader's language, without scripts."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import pytest
import strike
from fastapi.testclient import TestClient
from test_pages import LANGUAGES, Elements
from test_pages import read as page_of

from tahqiq.evidence.vault import Vault
from tahqiq.ledger import open_ledger
from tahqiq.model import Report
from tahqiq.reading import read
from tahqiq.reading.explaining import explain
from tahqiq.settings import Settings
from tahqiq.web import create_app

ADDRESS = "http://127.0.0.1:8765"
DAY = dt.date(2023, 3, 8)
TEXTS = {
    "en": "Gunmen attacked a police checkpoint in Mosul on Monday, killing three officers, a police source said. "
    "Last week the army shelled militants near Kirkuk. The minister warned of an attack. The attack on inflation goes on.",
    "ar": "هاجم مسلحون نقطة تفتيش للشرطة في الموصل يوم الاثنين ما أدى إلى مقتل ثلاثة من عناصرها، بحسب مصدر أمني. "
    "وكان الجيش العراقي قد قصف مواقع قرب كركوك الأسبوع الماضي.",
    "ur": "کوئٹہ میں پیر کو بم دھماکے میں کم از کم سات افراد ہلاک ہو گئے۔ نامعلوم مسلح افراد نے پشاور میں گاڑی پر فائرنگ کی۔",
    "fa": "دو سرباز روز دوشنبه در حمله افراد مسلح به پاسگاهی در زاهدان کشته شدند. هفته گذشته انفجاری در کابل پنج کشته بر جا گذاشت.",
}
REPORTS = {code: Report(text, id=f"r-{code}", language=code, published=DAY) for code, text in TEXTS.items()}
WHY = {"en": "Why", "ar": "لماذا", "ur": "کیوں", "fa": "چرا"}
OUTSET = {
    "en": "before anything is known of it",
    "ar": "قبل معرفة أي شيء عنه",
    "ur": "کچھ معلوم ہونے سے پہلے",
    "fa": "پیش از دانستن هر چیزی",
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A desk over reports as this version reads them, and one that another reading was kept of."""
    folder = tmp_path_factory.mktemp("why")
    ledger = open_ledger(f"sqlite:///{folder / 'ledger.db'}")
    for report in REPORTS.values():
        ledger.append_report(report)
        ledger.append_reading(read(report))
    other = replace(REPORTS["en"], id="r-other")
    reading = read(other)
    ledger.append_report(other)
    ledger.append_reading(replace(reading, accounts=(replace(reading.accounts[0], certainty="alleged"),)))
    yield TestClient(create_app(ledger, Vault(folder / "vault"), Settings()), base_url=ADDRESS)
    ledger.close()


@pytest.mark.parametrize("code", TEXTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_that_was_chosen_or_refused_says_why_in_the_readers_language(desk: TestClient, code: str, language: str) -> None:
    page = page_of(desk, f"/reports/r-{code}", language)
    fields = len(page.all("div", **{"class": "value"}))
    assert fields and len(page.all("details", **{"class": "choice"})) >= len(page.all("dt")) - 5
    assert WHY[language] in page.text and OUTSET[language] in page.text


@pytest.mark.parametrize("code", TEXTS)
def test_what_the_page_shows_is_what_was_weighed(desk: TestClient, code: str) -> None:
    """Every sum, every word and every offset that the explanation gives of the likeliest stands on the page."""
    page = page_of(desk, f"/reports/r-{code}")
    for explained in explain(REPORTS[code]).accounts:
        for slot in explained.slots:
            for weighed in (*slot.chosen, *slot.refused[:1]):
                assert weighed.mention.text in page.text
                assert f"{weighed.mention.start}–{weighed.mention.end}" in page.text
                if weighed.weight is not None:
                    assert f"{weighed.weight:+.2f}".replace("-", "−") in page.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_that_were_weighed_keep_their_language_and_lead_to_where_they_stand(desk: TestClient, language: str) -> None:
    answer = desk.get("/reports/r-ur", headers={"accept-language": language}).text
    page = Elements(answer)
    assert all((q["lang"], q["dir"]) == ("ur", "rtl") for q in page.all("q"))
    inside = answer[answer.index('<details class="choice">') :]
    links = [a["href"] for a in Elements(inside).all("a") if (a["href"] or "").startswith("/reports/r-ur?at=")]
    assert len(links) > 10


def test_a_field_for_which_everything_was_refused_is_shown_as_not_told(desk: TestClient) -> None:
    untold = [s for e in explain(REPORTS["en"]).accounts for s in e.slots if not s.chosen]
    assert untold and page_of(desk, "/reports/r-en").text.count("not told") >= len(untold)


def test_words_and_happenings_that_were_not_believed_say_what_spoke_against_them(desk: TestClient) -> None:
    explanation, text = explain(REPORTS["en"]), page_of(desk, "/reports/r-en").text
    assert explanation.disbelieved or explanation.triggers
    for weighed in (*explanation.disbelieved, *explanation.triggers):
        assert f"{weighed.weight:+.2f}".replace("-", "−") in text


def test_a_reading_that_this_version_would_not_make_is_not_explained(desk: TestClient) -> None:
    page = page_of(desk, "/reports/r-other")
    assert "cannot say why these values were chosen" in page.text
    assert not [d for d in page.all("details") if d.get("id") == "disbelieved"]
    assert "cannot say why" not in page_of(desk, "/reports/r-en").text


def test_no_id_stands_twice_and_nothing_of_it_needs_scripts(desk: TestClient) -> None:
    page = page_of(desk, "/reports/r-en")
    ids = [a["id"] for _, a in page.tags if a.get("id")]
    assert len(ids) == len(set(ids))
    assert not [name for _, a in page.tags for name in a if name.startswith("on")]


def test_the_twin_has_the_choices_as_data(desk: TestClient) -> None:
    (first, *_) = desk.get("/api/v1/pages/reports/r-en").json()["accounts"]
    choice = next(slot["choice"] for slot in first["slots"] if slot["name"] == "date")
    assert choice["chosen"][0]["weight"] and choice["chosen"][0]["reasons"][0]["code"]
    assert all(line["outcome"] for line in choice["refused"])


def test_made_up_accounts_of_the_other_tests_are_not_explained() -> None:
    assert not {e.account for e in explain(strike.REPORTS["en"]).accounts} & set(strike.ACCOUNTS.values())
