"""An explanation says what the reading says: every value shown as chosen is in the account, every refused one is not."""

import datetime as dt
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tahqiq.model import Account, Report
from tahqiq.pipeline import read_file
from tahqiq.reading import read
from tahqiq.reading.choosing import load_weights
from tahqiq.reading.explaining import Explanation, SlotChoice, explain, to_record

SAMPLES = Path(__file__).parents[2] / "src" / "tahqiq" / "samples"
DAY = dt.date(2023, 3, 8)
TEXTS = {
    "en": "BAGHDAD - Gunmen attacked a police checkpoint in Mosul on Monday, killing three officers, a police source said. "
    "The Iraqi army shelled militants near Kirkuk last week. The minister warned of an attack. Shares fell after the summit.",
    "ar": "بغداد - هاجم مسلحون مجهولون نقطة تفتيش للشرطة في الموصل يوم الاثنين ما أدى إلى مقتل ثلاثة من عناصرها، بحسب مصدر أمني. "
    "وكان الجيش العراقي قد قصف مواقع قرب كركوك الأسبوع الماضي. ونفى المتحدث وقوع غارة جوية.",
    "ur": "کوئٹہ میں پیر کو بم دھماکے میں کم از کم سات افراد ہلاک ہو گئے۔ "
    "پولیس کے مطابق نامعلوم مسلح افراد نے پشاور میں گاڑی پر فائرنگ کی، جس میں دو اہلکار زخمی ہوئے۔ وزیر نے حملے کی مذمت کی۔",
    "fa": "دو سرباز روز دوشنبه در حمله افراد مسلح به پاسگاهی در زاهدان کشته شدند. به گفته پلیس، یک غیرنظامی نیز زخمی شد. "
    "هفته گذشته انفجاری در کابل پنج کشته بر جا گذاشت.",
}


def _reports() -> list[Report]:
    found = [Report(text, id=language, language=language, published=DAY) for language, text in TEXTS.items()]
    for path in sorted(SAMPLES.rglob("*.jsonl")):
        found += [given[0] for given in read_file(path) if isinstance(given, tuple)]
    return found


REPORTS = _reports()
by_id = pytest.mark.parametrize("report", REPORTS, ids=[r.id for r in REPORTS])


def told(account: Account) -> dict[str, list[object]]:
    """The values of an account by slot."""
    return {
        "status": [account.status],
        "certainty": [account.certainty],
        "background": [account.background],
        "count": [account.count] if account.count else [],
        "date": [account.date] if account.date else [],
        "place": [account.place] if account.place else [],
        "perpetrators": list(account.perpetrators),
        "targets": list(account.targets),
        "victims": list(account.victims),
        "weapons": list(account.weapons),
        "casualties": list(account.casualties),
        "sources": list(account.claims),
    }


@by_id
def test_the_accounts_explained_are_those_of_the_reading(report: Report) -> None:
    assert tuple(e.account for e in explain(report).accounts) == read(report).accounts


@by_id
def test_what_is_shown_as_chosen_is_in_the_account_and_what_is_refused_is_not(report: Report) -> None:
    for explained in explain(report).accounts:
        slots = {s.slot: s for s in explained.slots}
        for slot, values in told(explained.account).items():
            choice = slots.get(slot, SlotChoice(slot, ()))
            assert [w.value for w in choice.chosen] == values, slot
            assert not [w.value for w in choice.refused if w.value in values], slot
        event = slots["event"]
        assert {w.value for w in event.chosen} == {explained.account.event_type}
        assert event.chosen[0].mention == explained.account.trigger


@by_id
def test_refused_triggers_are_those_of_the_reading_and_what_is_disbelieved_is_no_account(report: Report) -> None:
    explanation, reading = explain(report), read(report)
    assert [(w.mention.start, w.mention.end, w.mention.text) for w in explanation.triggers] == [
        (r.start, r.end, r.text) for r in reading.refused
    ]
    accounts = {(a.trigger.start, a.event_type) for a in reading.accounts}
    assert not [w for w in explanation.disbelieved if w.outcome == "against" and (w.mention.start, w.value) in accounts]


@by_id
def test_all_words_stand_in_the_report(report: Report) -> None:
    for weighed in everything(explain(report)):
        assert report.text[weighed.mention.start : weighed.mention.end] == weighed.mention.text


@by_id
def test_what_is_refused_for_its_sum_has_a_sum_below_nought_and_says_what_spoke_against_it(report: Report) -> None:
    for weighed in everything(explain(report)):
        if weighed.weight is None:
            continue
        assert len(weighed.reasons) <= 5
        if weighed.question == "main":
            continue  # of several sentences the likeliest names it, however likely
        if weighed.outcome in ("against", "joined", "off_topic"):
            assert weighed.weight <= 0
            assert all(r.weight < 0 for r in weighed.reasons)
        else:
            assert weighed.weight >= 0


def everything(explanation: Explanation) -> list[Any]:
    slots = [w for e in explanation.accounts for s in e.slots for w in (*s.chosen, *s.refused)]
    figures = [*explanation.figures.chosen, *explanation.figures.refused]
    return [*slots, *explanation.triggers, *explanation.disbelieved, *figures]


@by_id
def test_the_figures_explained_are_those_of_the_reading(report: Report) -> None:
    assert tuple(w.value for w in explain(report).figures.chosen) == read(report).figures


@by_id
def test_every_word_that_tells_a_happening_again_says_why_and_the_words_that_name_it_are_the_accounts(report: Report) -> None:
    for explained in explain(report).accounts:
        slots = {s.slot: s for s in explained.slots}
        for weighed in slots["told_again"].chosen if "told_again" in slots else ():
            assert weighed.weight is None or (weighed.question == "same" and weighed.weight > 0)
        if "named" in slots:
            assert [w.mention for w in slots["named"].chosen] == [explained.account.trigger]
            assert all(w.weight <= slots["named"].chosen[0].weight for w in slots["named"].refused)


def test_a_report_that_is_not_about_conflict_says_so_of_each_happening() -> None:
    text = (
        "The striker bombed a free kick past the keeper as the visitors attacked from the start. The coach praised his defence. "
        "The league leaders shelled the goal in the second half, and the crowd exploded when the captain scored the winner in the final "
        "minute of the match. Tickets for the cup final go on sale at the stadium on Friday, the club said in a statement on its website."
    )
    report = Report(text, language="en", published=DAY)
    assert not read(report).accounts and not explain(report).accounts


def test_a_sum_is_what_it_starts_from_and_all_that_weighed() -> None:
    (date,) = [s for s in explain(REPORTS[0]).accounts[0].slots if s.slot == "date"]
    chosen = date.chosen[0]
    assert chosen.outset == load_weights()["date"]["bias"]
    assert chosen.reasons == tuple(sorted(chosen.reasons, key=lambda r: (-abs(r.weight), r.code)))
    assert {w.mention.text for w in (*date.chosen, *date.refused)} == {"Monday", "last week"}


def test_what_words_alone_decide_has_no_sum() -> None:
    explanation = explain(Report("A drone strike killed two men in Idlib on Monday.", language="en", published=DAY))
    (weapons,) = [s for s in explanation.accounts[0].slots if s.slot == "weapons"]
    assert [(w.value, w.weight, w.question) for w in weapons.chosen] == [("drone", None, "")]


def test_a_report_in_capitals_is_explained_in_its_own_words() -> None:
    text = "GUNMEN ATTACKED A POLICE STATION IN MOSUL ON MONDAY AND KILLED THREE OFFICERS, A POLICE SOURCE SAID IN BAGHDAD."
    explanation = explain(Report(text, language="en", published=DAY))
    assert explanation.accounts and all(w.mention.text.isupper() for w in everything(explanation) if w.mention.text.isalpha())


@pytest.mark.parametrize("report", [Report(""), Report("  \n"), Report("今日は晴れです。"), Report("1234", language="xx")])
def test_what_no_pack_reads_has_nothing_to_explain(report: Report) -> None:
    assert explain(report) == Explanation()


def test_the_same_report_is_explained_alike_every_time() -> None:
    assert to_record(explain(REPORTS[1])) == to_record(explain(REPORTS[1]))


def test_as_data_each_value_has_its_words_its_rule_and_its_sum() -> None:
    record, account = to_record(explain(REPORTS[0])), read(REPORTS[0]).accounts[0]
    attack = record["events"][0]
    assert account.place and account.date
    place = next(v for v in attack["values"] if v["slot"] == "place")
    assert (place["value"]["name"], place["text"]) == (account.place.place.name, account.place.mention.text)
    assert TEXTS["en"][place["start"] : place["end"]] == place["text"]
    assert place["rule"] and place["question"] == "place" and place["weight"] > 0 and "why" not in place
    assert all({"feature", "weight", "words"} == set(f) for f in place["features"]) and len(place["features"]) >= 3
    refused = [v for v in attack["refused"] if v["slot"] == "place"]
    assert refused and all(v["why"] and "weight" in v and v["value"]["name"] for v in refused)
    date = next(v for v in attack["values"] if v["slot"] == "date")
    assert date["value"] == {"start": account.date.start.isoformat(), "end": account.date.end.isoformat()}
    assert all(w["event_type"] and w["why"] and w["text"] for w in (*record["refused"], *record["disbelieved"]))


def test_reading_opens_nothing_that_only_explaining_needs() -> None:
    program = "import sys, tahqiq; tahqiq.read('Shelling killed two in Idlib.'); print('tahqiq.reading.rules' in sys.modules, *sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert loaded[0] == "True" and not {"tahqiq.reading.explaining", "tahqiq.reading.naming"} & set(loaded)
