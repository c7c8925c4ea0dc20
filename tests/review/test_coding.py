"""A share of incidents is coded blind by two, differences are settled, and nothing that was said is lost."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tahqiq.errors import LedgerConflict, UnknownName
from tahqiq.evidence import Vault
from tahqiq.ledger import Ledger, Query
from tahqiq.pipeline import ingest
from tahqiq.review import coded, coding, people

PASSWORD = "four plain words together"
MONTHS = "January February March April May June July August September October November December".split()
CODERS = ("Coder 1", "Coder 2", "Coder 3")
FIELDS = {f.name: f for f in coded.fields()}


@pytest.fixture
def desk(ledger: Ledger, vault: Vault, tmp_path: Path) -> Iterator[Ledger]:
    """Twelve bombings, and the people who code them."""
    towns = "Azaz Afrin Manbij Idlib Homs Hama Aleppo Raqqa Mosul Kirkuk Fallujah Tikrit".split()
    source = tmp_path / "reports.jsonl"
    lines = [
        {"id": f"r{n}", "text": f"A car bomb killed {n + 2} people in {towns[n]} on 3 {MONTHS[n]} 2022, residents said.", "language": "en"}
        for n in range(12)
    ]
    source.write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")
    ingest([source], ledger, vault)
    for name in CODERS:
        people.add_user(ledger, name, "coder", PASSWORD)
    people.add_user(ledger, "Reader 1", "reader", PASSWORD)
    people.add_user(ledger, "Editor 1", "editor", PASSWORD)
    yield ledger


def planned(desk: Ledger, share: float = 1.0, coders: tuple[str, ...] = CODERS, **more: tuple[str, ...]) -> tuple[coding.Item, ...]:
    coding.make_plan(desk, coding.Plan(share, coders=coders, **more), who="Editor 1")
    return coding.draw(desk, who="Editor 1")


def values(**words: str) -> dict[str, object]:
    return {name: coded.value_of(FIELDS[name], told) for name, told in words.items()}


def test_drawing_again_draws_nothing_twice_and_shares_the_work(desk: Ledger) -> None:
    found = planned(desk)
    assert len(found) == desk.incidents(Query(limit=1)).total > 9
    assert coding.draw(desk, who="Editor 1") == ()
    load = {name: sum(name in one.coders for one in found) for name in CODERS}
    assert max(load.values()) - min(load.values()) <= 1
    assert all(len(set(one.coders)) == 2 for one in found)


def test_a_larger_share_holds_the_smaller_one() -> None:
    names = [f"account-{n}" for n in range(4000)]
    small, large = ({n for n in names if coding.is_drawn(n, coding.Plan(share))} for share in (0.1, 0.3))
    assert small < large
    assert 0.08 < len(small) / 4000 < 0.12
    assert small != {n for n in names if coding.is_drawn(n, coding.Plan(0.1, word="other"))}


def test_only_what_the_plan_names_is_drawn(desk: Ledger) -> None:
    assert planned(desk, event_types=("shelling",)) == ()
    assert planned(desk, languages=("ar",)) == ()
    assert len(planned(desk, languages=("en",))) == desk.incidents(Query(limit=1)).total


def test_two_code_blind_and_a_third_settles(desk: Ledger) -> None:
    one = planned(desk, coders=CODERS[:2])[0]
    assert one.coders == CODERS[:2]
    first = values(event_type="explosion", date="2023-05-01", place="Azaz", killed="٣", perpetrators="")
    one = coding.code(desk, one.id, first, who="Coder 1")
    assert one.state == "open" and one.disputed == ()
    assert one.id in {i.id for i in coding.unseen(desk, "Coder 1")}, "done, and still not told what the other says"
    second = {**first, "killed": 4}
    one = coding.code(desk, one.id, second, who="Coder 2")
    assert (one.state, one.disputed) == ("disputed", ("killed",))
    assert one.id not in {i.id for i in coding.unseen(desk, "Coder 1")}
    one = coding.settle(desk, one.id, second, who="Coder 3", why="the later report")
    assert one.state == "settled" and one.settled and one.settled.values["killed"] == 4
    assert {who: c.values["killed"] for who, c in one.codings.items()} == {"Coder 1": 3, "Coder 2": 4}
    one = coding.take_back(desk, one.id, who="Coder 3", role="coder")
    assert one.state == "disputed"
    assert [r.kind for r in coding.history(desk, one.id)] == ["drawn", "coded", "coded", "settled", "taken_back"]


def test_two_settle_together_when_the_other_agrees(desk: Ledger) -> None:
    one = planned(desk, coders=CODERS[:2])[0]
    for who, killed in zip(CODERS, (3, 4)):
        coding.code(desk, one.id, {"killed": killed}, who=who)
    assert coding.settle(desk, one.id, {"killed": 4}, who="Coder 1", why="talked it over").state == "half_settled"
    with pytest.raises(LedgerConflict, match="nothing here for you to agree to"):
        coding.agree(desk, one.id, who="Coder 1")
    assert coding.agree(desk, one.id, who="Coder 2").state == "settled"


def test_a_coding_is_taken_back_only_while_it_is_blind(desk: Ledger) -> None:
    one = planned(desk, coders=CODERS[:2])[0]
    coding.code(desk, one.id, {"killed": 3}, who="Coder 1")
    assert coding.take_back(desk, one.id, who="Coder 1", role="coder").codings == {}
    coding.code(desk, one.id, {"killed": 5}, who="Coder 1")
    coding.code(desk, one.id, {"killed": 5}, who="Coder 2")
    with pytest.raises(LedgerConflict, match="would not be blind"):
        coding.take_back(desk, one.id, who="Coder 1", role="coder")


@pytest.mark.parametrize(
    ("share", "coders", "types", "said"),
    [
        (0.0, CODERS, (), "more than 0"),
        (2.0, CODERS, (), "more than 0"),
        (0.5, CODERS[:1], (), "name two or more"),
        (0.5, ("Coder 1", "Reader 1"), (), "nobody who may code"),
        (0.5, ("Coder 1", "Nobody"), (), "nobody who may code"),
        (0.5, CODERS, ("dance",), "no event type"),
    ],
)
def test_a_plan_that_is_none_is_refused(desk: Ledger, share: float, coders: tuple[str, ...], types: tuple[str, ...], said: str) -> None:
    with pytest.raises((LedgerConflict, UnknownName), match=said):
        coding.make_plan(desk, coding.Plan(share, types, coders=coders), who="Editor 1")
    assert coding.plan(desk) is None


def test_who_may_not_code_or_settle_is_told_so_and_nothing_is_kept(desk: Ledger) -> None:
    one = planned(desk, coders=CODERS[:2])[0]
    with pytest.raises(LedgerConflict, match="is coded by Coder 1 and Coder 2"):
        coding.code(desk, one.id, {}, who="Coder 3")
    with pytest.raises(LedgerConflict, match="when both have coded"):
        coding.settle(desk, one.id, {}, who="Coder 3", why="because")
    with pytest.raises(UnknownName, match="no field"):
        coding.code(desk, one.id, {"colour": "red"}, who="Coder 1")
    assert [r.kind for r in coding.history(desk, one.id)] == ["drawn"]


def test_alpha_is_told_by_field_language_and_pair(desk: Ledger) -> None:
    found = planned(desk, coders=CODERS[:2])
    for n, one in enumerate(found):
        given = values(event_type="explosion", date=f"2023-05-{n + 1:02}", killed=str(n + 2), civilians_harmed=("yes", "no")[n % 2])
        coding.code(desk, one.id, given, who="Coder 1")
        coding.code(desk, one.id, {**given, "civilians_harmed": ("yes", "no")[n % 3 == 0]}, who="Coder 2")
    done = coding.items(desk)
    told = coding.agreements(done)
    assert told["killed"].alpha == pytest.approx(1.0) and told["killed"].units == len(found)
    assert told["event_type"].means == "undefined"
    assert told["civilians_harmed"].means == "unreliable"
    assert {language: len(some) for language, some in coding.by_language(done).items()} == {"en": len(found)}
    assert {pair: len(some) for pair, some in coding.by_pair(done).items()} == {CODERS[:2]: len(found)}
    rows = list(coding.rows(done))
    assert len(rows) == len(found) * len(FIELDS) and all(len(row) == len(coding.COLUMNS) for row in rows)


@pytest.mark.parametrize(
    ("field", "one", "other", "same"),
    [
        ("place", "Aleppo", "حلب", True),
        ("place", "a village no list has", "A  village no list has", True),
        ("place", "Aleppo", "Homs", False),
        ("perpetrators", "Russia; Turkey", "تركيا; روسيا", True),
        ("perpetrators", "", "Russia", False),
        ("date", "2023-05-01", "۲۰۲۳-۰۵-۰۱", True),
        ("killed", "12", "١٢", True),
    ],
)
def test_values_are_compared_by_what_they_mean(field: str, one: str, other: str, same: bool) -> None:
    a, b = (coded.compared(FIELDS[field], coded.value_of(FIELDS[field], words)) for words in (one, other))
    assert (a == b) is same


@pytest.mark.parametrize(("field", "words"), [("killed", "many"), ("date", "May"), ("event_type", "dance"), ("grade", "5")])
def test_words_that_mean_nothing_in_a_field_are_refused(field: str, words: str) -> None:
    with pytest.raises(UnknownName):
        coded.value_of(FIELDS[field], words)
