"""Which decisions stand in any order, which account one means after a better reader, and what a correction makes of it."""

import datetime as dt
from itertools import permutations

import pytest

from tahqiq.deciding import Decided, standing, taken_back, tie
from tahqiq.deciding.correcting import corrected
from tahqiq.model import Account, Casualty, Dated, Decision, Incident, Mention, Place, Placed, Report

TEXT = "Shelling killed three in Idlib on Monday; a raid in Homs wounded two."
AT = "2024-01-0{}T00:00:00Z"


def words(text: str) -> Mention:
    return Mention(TEXT.index(text), TEXT.index(text) + len(text), text)


def account(name: str, trigger: str, event_type: str = "shelling", toll: str = "three", place: str = "Idlib") -> Account:
    harm = (Casualty(words(toll), "killed", "civilians", 3, 3),)
    return Account(name, "r1", event_type, words(trigger), place=Placed(words(place), Place(place)), casualties=harm)


def correction(of: Account, slot: str, to: object, span: tuple[int, int] | None = None) -> Decision:
    value = {"slot": slot, "to": to, "span": list(span) if span else None, "ties": {of.id: tie(of)}}
    return Decision(f"c-{slot}", "corrected", of.id, "e", "w", AT.format(1), value)


def take_back(name: str, what: str, day: int) -> Decision:
    return Decision(name, "take_back", "a", "e", "w", AT.format(day), {"decision": what})


def test_a_taking_back_counts_in_any_order_and_can_be_taken_back() -> None:
    made = Decision("d1", "graded", "a", "e", "w", AT.format(1), {"grade": "fair"})
    other = Decision("d2", "graded", "a", "e", "w", AT.format(2), {"grade": "weak"})
    for given in permutations([made, other, take_back("t1", "d1", 3), take_back("t2", "d2", 4), take_back("t3", "t1", 5)]):
        assert [d.id for d in standing(given)] == ["d1"]
        assert {name: by.id for name, by in taken_back(given).items()} == {"d2": "t2", "t1": "t3"}


FOLLOWED = {
    "the same words, another id": ((account("n", "Shelling"),), "n"),
    "more words": ((account("n", "Shelling killed"),), "n"),
    "of two the one that shares more": ((account("n", "killed"), account("m", "Shelling killed")), "m"),
    "of two that share as much the one of its type": ((account("n", "Shelling", "airstrike"), account("m", "Shelling")), "m"),
    "no trigger, but the words of the slot and the type": ((account("n", "Monday"),), "n"),
    "the words of the slot in another type": ((account("n", "Monday", "raid"),), None),
    "other words": ((account("n", "raid", "raid", "two", "Homs"),), None),
    "nothing": ((), None),
}


@pytest.mark.parametrize("case", FOLLOWED)
def test_a_correction_follows_the_words_it_was_made_on(case: str) -> None:
    now, meant = FOLLOWED[case]
    old, toll = account("old", "Shelling"), words("three")
    decision = correction(old, "killed", [{"who": "civilians", "min": 4, "max": 4}], (toll.start, toll.end))
    decided = Decided.of([decision], now)
    assert decided.followed(decision) == ((meant,) if meant else ())
    assert [lost.decision.id for lost in decided.lost] == ([] if meant else ["c-killed"])
    found = {a.id: a for a in decided.accounts(now, {"r1": Report(TEXT, "r1")})}
    assert {name: a.casualties[0].min for name, a in found.items()} == {a.id: 4 if a.id == meant else 3 for a in now}


def test_an_account_that_is_there_under_its_id_is_meant_whatever_shares_more() -> None:
    old = account("old", "Shelling")
    assert Decided.of([correction(old, "status", "denied")], (old, account("n", "Shelling killed"))).followed(
        correction(old, "status", "denied")
    ) == ("old",)


@pytest.mark.parametrize(
    ("slot", "to", "field", "value"),
    [
        ("event_type", "airstrike", "event_type", "airstrike"),
        ("status", "denied", "status", "denied"),
        ("weapons", ["drone"], "weapons", ("drone",)),
        ("weapons", None, "weapons", ()),
        ("place", None, "place", None),
        ("killed", None, "casualties", ()),
        ("victims", None, "victims", ()),
    ],
)
def test_a_slot_holds_the_person_s_value(slot: str, to: object, field: str, value: object) -> None:
    old = account("old", "Shelling")
    assert getattr(corrected(old, correction(old, slot, to), TEXT), field) == value


def test_a_corrected_value_stands_on_the_words_named_and_carries_the_decision() -> None:
    old, day = account("old", "Shelling"), words("Monday")
    to = {"start": "2023-07-03", "end": "2023-07-03", "grain": "day"}
    found = corrected(old, correction(old, "date", to, (day.start, day.end)), TEXT).date
    assert found == Dated(Mention(day.start, day.end, "Monday", "decision/c-date"), dt.date(2023, 7, 3), dt.date(2023, 7, 3))


def test_a_corrected_place_keeps_the_one_that_was_read_among_the_others() -> None:
    old = account("old", "Shelling")
    found = corrected(old, correction(old, "place", {"name": "Homs"}), TEXT).place
    assert found and (found.place.name, [other.name for other in found.others]) == ("Homs", ["Idlib"])


def test_what_lay_over_an_incident_already_changes_nothing_when_laid_again() -> None:
    old = account("old", "Shelling")
    said = [
        Decision("g", "graded", "old", "e", "w", AT.format(1), {"grade": "fair"}),
        Decision("p", "published", "old", "e", "w", AT.format(2), {"public_id": "TQ-2222-3333"}),
    ]
    decided = Decided.of(said, (old,))
    (once,) = decided.incidents([Incident("i", "shelling", ("old",), ("r1",), ("en",), grade="weak")])
    assert (once.grade, once.computed_grade, once.public_id, once.review) == ("fair", "weak", "TQ-2222-3333", "published")
    assert decided.again([once]) == (once,)
    (bare,) = Decided.of([], (old,)).again([once])
    assert (bare.grade, bare.computed_grade, bare.public_id, bare.review, bare.decisions) == ("weak", None, None, "proposed", ())
