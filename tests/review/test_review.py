"""A person's word wins, survives linking and reading anew, can be taken back, and is never erased; on both databases."""

from dataclasses import replace

import pytest
from deciding_made import BETTER, DESK, WHO, groups, home, killed, take_in

from plain_stages import PLAIN
from tahqiq import review
from tahqiq.deciding import GRADED, PUBLISHED, REVIEWED
from tahqiq.errors import LedgerConflict, UnknownName
from tahqiq.ledger import Ledger, Query
from tahqiq.model import Decision, Mention, Named, Reading, Report
from tahqiq.pipeline import decide, instant, rebuild, reread

ONE, TWO, FAR = "3 killed in Homs", "5 killed in Homs again", "3 killed in Idlib"


# -- one or several ----------------------------------------------------------------------------------------------------


def test_merged_incidents_are_one_after_any_later_run_and_two_again_when_it_is_taken_back(ledger: Ledger) -> None:
    a, b = take_in(ledger, ONE, FAR)
    decision = review.merge(ledger, [home(ledger, a), home(ledger, b)], **WHO, stages=DESK)
    assert groups(ledger) == {frozenset({ONE, FAR})}
    take_in(ledger, "9 killed in Raqqa")
    assert frozenset({ONE, FAR}) in groups(ledger)
    review.take_back(ledger, decision.id[:8], who="another", why="two strikes after all", stages=DESK)
    assert {frozenset({ONE}), frozenset({FAR})} < groups(ledger)
    assert len([*ledger.decisions()]) == 2


def test_accounts_split_out_stay_out_together(ledger: Ledger) -> None:
    a, b, c, d = take_in(ledger, ONE, TWO, "3 killed in Homs yesterday", "6 killed in Homs today")
    review.split(ledger, home(ledger, a), [b, f"r-{'6 killed in Homs today'}"], **WHO, stages=DESK)
    assert {home(ledger, a), home(ledger, c)} == {home(ledger, a)}
    assert home(ledger, b) == home(ledger, d) != home(ledger, a)


def test_incidents_kept_apart_are_not_joined_by_a_report_that_is_like_both(ledger: Ledger) -> None:
    a, b = take_in(ledger, ONE, TWO)
    review.split(ledger, home(ledger, a), [b], **WHO, stages=DESK)
    review.keep_apart(ledger, home(ledger, a), home(ledger, b), **WHO, stages=DESK)
    take_in(ledger, "4 killed in Homs at noon")
    assert home(ledger, a) != home(ledger, b)


def test_the_whole_of_an_incident_cannot_be_split_out_of_it(ledger: Ledger) -> None:
    a, b = take_in(ledger, ONE, TWO)
    with pytest.raises(LedgerConflict, match="nothing is left"):
        review.split(ledger, home(ledger, a), [a, b], **WHO, stages=DESK)
    with pytest.raises(UnknownName, match="no account or report"):
        review.split(ledger, home(ledger, a), ["r-none"], **WHO, stages=DESK)
    with pytest.raises(LedgerConflict, match="one incident alone"):
        review.merge(ledger, [home(ledger, a), home(ledger, b)], **WHO, stages=DESK)
    assert [*ledger.decisions()] == []


# -- values and accounts -----------------------------------------------------------------------------------------------


def test_a_corrected_slot_counts_and_what_was_read_stays_beside_it(ledger: Ledger) -> None:
    (a,) = take_in(ledger, "3 killed in Homs, 7 in all")
    decision = review.correct(ledger, a, "killed", "7 civilians", standing_on="7 in all", **WHO, stages=DESK)
    (found,) = ledger.accounts_of([a])
    assert [(c.who, c.min, c.max) for c in killed(found)] == [("civilians", 7, 7)]
    assert killed(found)[0].mention.text == "7 in all"
    assert killed(found)[0].mention.rule == f"decision/{decision.id}"
    assert ledger.incident(home(ledger, a)).tolls[0].best == 7
    assert killed(ledger.accounts_of([a], as_read=True)[0])[0].min == 3
    assert decision.value["was"] == [{"who": "unspecified", "min": 3, "max": 3}]
    review.take_back(ledger, decision.id, **WHO, stages=DESK)
    assert killed(ledger.accounts_of([a])[0])[0].min == 3


def test_a_corrected_place_links_the_account_anew(ledger: Ledger) -> None:
    a, b = take_in(ledger, ONE, FAR)
    review.correct(ledger, b, "place", "Homs, 34.73, 36.72", **WHO, stages=DESK)
    assert home(ledger, a) == home(ledger, b)


def test_a_corrected_name_is_searched_by_and_what_was_read_is_again_when_it_is_taken_back(ledger: Ledger) -> None:
    (a,) = take_in(ledger, ONE)
    decision = review.correct(ledger, a, "place", "Deir ez-Zor", **WHO, stages=DESK)
    assert ledger.incidents(Query(text="دير الزور")).total == 1
    review.take_back(ledger, decision.id, **WHO, stages=DESK)
    assert ledger.incidents(Query(text="دير الزور")).total == 0
    assert ledger.incidents(Query(text="حمص")).total == 1


def test_a_rejected_account_is_in_no_incident_until_that_is_taken_back(ledger: Ledger) -> None:
    a, b = take_in(ledger, ONE, TWO)
    decision = review.reject(ledger, a, **WHO, stages=DESK)
    assert groups(ledger) == {frozenset({TWO})}
    review.take_back(ledger, decision.id, **WHO, stages=DESK)
    assert groups(ledger) == {frozenset({ONE, TWO})}
    assert home(ledger, a) == home(ledger, b)


@pytest.mark.parametrize(
    ("slot", "words", "why"),
    [
        ("killed", "many", "no count"),
        ("killed", "5-3", "less than"),
        ("killed", "3 dragons", "no group"),
        ("date", "2023-02-30", "no day"),
        ("date", "2023-07-09/2023-07-07", "before the first"),
        ("place", "Nowhereville-upon-Nothing", "no place"),
        ("place", "Homs, 134.7, 36.7", "latitude"),
        ("status", "perhaps", "in no list"),
        ("event_type", "none", "say what"),
        ("mood", "bad", "no such slot"),
    ],
)
def test_what_cannot_be_a_value_is_refused_and_nothing_is_kept(ledger: Ledger, slot: str, words: str, why: str) -> None:
    (a,) = take_in(ledger, ONE)
    with pytest.raises(UnknownName, match=why):
        review.correct(ledger, a, slot, words, **WHO, stages=DESK)
    assert [*ledger.decisions()] == []


@pytest.mark.parametrize(("who", "why", "said"), [("", "seen", "who decides"), (" ", "seen", "who decides"), ("an editor", " ", "say why")])
def test_nothing_is_decided_by_nobody_or_for_no_reason(ledger: Ledger, who: str, why: str, said: str) -> None:
    (a,) = take_in(ledger, ONE)
    with pytest.raises(LedgerConflict, match=said):
        review.accept(ledger, home(ledger, a), who=who, why=why, stages=DESK)


# -- of an incident as a whole -----------------------------------------------------------------------------------------


def test_a_published_incident_keeps_its_id_through_everything(ledger: Ledger) -> None:
    a, b = take_in(ledger, ONE, TWO)
    first = review.publish(ledger, home(ledger, a), **WHO, stages=DESK)
    name = ledger.incident(home(ledger, a)).public_id
    assert name and ledger.incident(name).accounts == ledger.incident(home(ledger, a)).accounts
    take_in(ledger, "4 killed in Homs at noon")
    assert ledger.incident(home(ledger, b)).public_id == name
    review.take_back(ledger, first.id, **WHO, stages=DESK)
    assert ledger.incident(home(ledger, a)).public_id is None
    review.publish(ledger, home(ledger, a), **WHO, stages=DESK)
    assert ledger.incident(home(ledger, a)).public_id == name


def test_of_two_published_incidents_that_are_merged_the_older_id_stays_and_the_other_leads_to_it(ledger: Ledger) -> None:
    a, b = take_in(ledger, ONE, FAR)
    review.publish(ledger, home(ledger, b), **WHO, stages=DESK)
    review.publish(ledger, home(ledger, a), **WHO, stages=DESK)
    older, younger = (ledger.incident(home(ledger, name)).public_id for name in (b, a))
    merged = review.merge(ledger, [home(ledger, a), home(ledger, b)], **WHO, stages=DESK)
    found = ledger.incident(home(ledger, a))
    assert (found.public_id, found.former_public_ids) == (older, (younger,))
    assert younger and ledger.incident(younger).id == found.id
    review.take_back(ledger, merged.id, **WHO, stages=DESK)
    assert [ledger.incident(home(ledger, name)).public_id for name in (b, a)] == [older, younger]


def test_a_published_incident_is_not_published_again(ledger: Ledger) -> None:
    (a,) = take_in(ledger, ONE)
    review.publish(ledger, home(ledger, a), **WHO, stages=DESK)
    with pytest.raises(LedgerConflict, match="published already, as TQ-"):
        review.publish(ledger, home(ledger, a), **WHO, stages=DESK)


def test_a_grade_by_a_person_counts_and_the_computed_one_stays_beside_it(ledger: Ledger) -> None:
    (a,) = take_in(ledger, ONE)
    computed = ledger.incident(home(ledger, a)).grade
    first = review.grade(ledger, home(ledger, a), "confirmed", **WHO, stages=DESK)
    found = ledger.incident(home(ledger, a))
    assert (found.grade, found.computed_grade, found.decisions) == ("confirmed", computed, (first.id,))
    assert ledger.incidents(Query(grade="confirmed")).total == 1
    review.grade(ledger, home(ledger, a), "weak", **WHO, stages=DESK)
    assert ledger.incident(home(ledger, a)).grade == "weak"
    with pytest.raises(UnknownName, match="no such grade"):
        review.grade(ledger, home(ledger, a), "splendid", **WHO, stages=DESK)


def test_what_is_said_of_an_incident_goes_where_most_of_its_accounts_go(ledger: Ledger) -> None:
    a, b, c = take_in(ledger, ONE, TWO, "3 killed in Homs yesterday")
    review.accept(ledger, home(ledger, a), **WHO, stages=DESK)
    review.split(ledger, home(ledger, a), [c], **WHO, stages=DESK)
    assert ledger.incident(home(ledger, b)).review == REVIEWED
    assert ledger.incident(home(ledger, c)).review == "proposed"


def test_a_team_s_own_decisions_name_one_account_and_show(ledger: Ledger) -> None:
    a, b = take_in(ledger, ONE, TWO)
    at = "2023-08-01T00:00:00Z"
    told = [Decision(f"x-{kind}", kind, a, "Sample Monitor", "row 2", at) for kind in (REVIEWED, PUBLISHED)]
    decide(ledger, [*told, Decision("x-g", GRADED, a, "Sample Monitor", "row 2", at, {"grade": "fair"})], stages=DESK)
    found = ledger.incident(home(ledger, b))
    assert (found.review, found.grade, found.computed_grade) == (PUBLISHED, "fair", "none")
    assert found.public_id and found.public_id.startswith("TQ-")


# -- taking back -------------------------------------------------------------------------------------------------------


def test_a_taking_back_can_be_taken_back_and_history_tells_all_of_it(ledger: Ledger) -> None:
    a, b = take_in(ledger, ONE, FAR)
    merged = review.merge(ledger, [home(ledger, a), home(ledger, b)], **WHO, stages=DESK)
    back = review.take_back(ledger, merged.id, **WHO, stages=DESK)
    again = review.take_back(ledger, back.id, **WHO, stages=DESK)
    assert groups(ledger) == {frozenset({ONE, FAR})}
    states = [(entry.decision.id, entry.state) for entry in review.history(ledger, home(ledger, a))]
    assert states == [(merged.id, "stands"), (back.id, "taken back"), (again.id, "stands")]
    with pytest.raises(LedgerConflict, match="taken back already"):
        review.take_back(ledger, back.id, **WHO, stages=DESK)
    with pytest.raises(UnknownName, match="none of this id"):
        review.take_back(ledger, "nothing", **WHO, stages=DESK)


def test_a_decision_is_later_than_one_made_on_a_clock_that_is_ahead(ledger: Ledger) -> None:
    now = instant(ledger)
    ahead = now[:-5] + "9999Z"
    ledger.append_decision(Decision("x1", REVIEWED, "a", "e", "w", ahead))
    assert instant(ledger) > ahead


# -- reading anew ------------------------------------------------------------------------------------------------------


def test_decisions_follow_the_words_to_a_better_reader_s_accounts(ledger: Ledger) -> None:
    a, b = take_in(ledger, ONE, FAR)
    review.correct(ledger, a, "killed", "4", **WHO, stages=DESK)
    review.merge(ledger, [home(ledger, a), home(ledger, b)], **WHO, stages=DESK)
    review.publish(ledger, home(ledger, a), **WHO, stages=DESK)
    before = ledger.incident(home(ledger, a))
    reread(ledger, stages=BETTER)
    after = ledger.incident(home(ledger, f"v2-{a}"))
    assert set(after.accounts) == {f"v2-{a}", f"v2-{b}"}
    assert (after.public_id, after.tolls[0].best) == (before.public_id, 4)
    assert ledger.incident(before.id).id == after.id
    assert [one.kind for one in review.inbox(ledger)] == []
    assert len(review.history(ledger, after.id)) == 3


def test_a_decision_of_which_no_account_is_left_waits_until_it_is_taken_back(ledger: Ledger) -> None:
    a, _ = take_in(ledger, "3 killed in Homs, maybe", FAR)
    decision = review.correct(ledger, a, "killed", "4", **WHO, stages=DESK)
    reread(ledger, stages=BETTER)
    (waiting,) = review.inbox(ledger, "lost")
    assert waiting.decision == decision.id
    assert "3 killed in Homs, maybe" in waiting.sentence and "killed is 4" in waiting.sentence
    assert groups(ledger) == {frozenset({FAR})}
    review.take_back(ledger, decision.id, **WHO, stages=BETTER)
    assert review.inbox(ledger, "lost") == ()


# -- what waits --------------------------------------------------------------------------------------------------------


def test_reports_that_come_after_it_was_accepted_wait(ledger: Ledger) -> None:
    (a,) = take_in(ledger, ONE)
    review.accept(ledger, home(ledger, a), **WHO, stages=DESK)
    assert review.inbox(ledger, "changed") == ()
    (b,) = take_in(ledger, TWO)
    (waiting,) = review.inbox(ledger, "changed")
    assert waiting.accounts == (b,) and "1 more report since an editor accepted it" in waiting.sentence
    review.accept(ledger, home(ledger, a), **WHO, stages=DESK)
    assert review.inbox(ledger, "changed") == ()


def test_two_persons_who_say_otherwise_wait_and_the_later_counts(ledger: Ledger) -> None:
    (a,) = take_in(ledger, ONE)
    review.correct(ledger, a, "killed", "4", who="one", why="seen", stages=DESK)
    review.correct(ledger, a, "killed", "5", who="other", why="heard", stages=DESK)
    assert killed(ledger.accounts_of([a])[0])[0].min == 5
    (waiting,) = review.inbox(ledger, "conflict")
    assert "one: killed is 4 (seen); other: killed is 5 (heard)" in waiting.sentence
    assert [e.state for e in review.history(ledger, home(ledger, a))] == ["overruled", "stands"]


def test_a_grade_that_was_overridden_waits_when_another_is_computed(ledger: Ledger) -> None:
    (a,) = take_in(ledger, ONE)
    review.grade(ledger, home(ledger, a), "confirmed", **WHO, stages=DESK)
    harder = replace(DESK, assess=lambda *given: replace(DESK.assess(*given), grade="fair"))
    rebuild(ledger, anew=True, stages=harder)
    (waiting,) = review.inbox(ledger, "grade")
    assert "gave it confirmed where none was computed; now fair is" in waiting.sentence


def test_unreviewed_incidents_wait_contradictions_first(ledger: Ledger) -> None:
    take_in(ledger, "90 killed in Raqqa", ONE, TWO)
    waiting = review.inbox(ledger, "unreviewed")
    assert [one.kind for one in waiting] == ["unreviewed", "unreviewed"]
    assert "contradicts itself on killed" in waiting[0].sentence
    with pytest.raises(UnknownName, match="nothing of the kind"):
        review.inbox(ledger, "letters")


# -- persons -----------------------------------------------------------------------------------------------------------


def named(report: Report) -> Reading:
    """Whoever stands behind the place is told of by name."""
    first = PLAIN.read(report)
    told = []
    for account in first.accounts:
        name = report.text.partition(": ")[2]
        at = len(report.text) - len(name)
        victims = (Named(Mention(at, len(report.text), name), name, None, "person"),) if name else ()
        told.append(replace(account, victims=victims))
    return replace(first, accounts=tuple(told))


NAMED = replace(DESK, read=named)


def test_a_person_says_that_two_records_are_one_and_takes_it_back(ledger: Ledger) -> None:
    take_in(ledger, "3 killed in Homs: Rana Seventeen", "3 killed in Idlib: Rana Seventeen", stages=NAMED)
    one, other = ledger.persons("Rana")
    (waiting,) = review.inbox(ledger, "person")
    assert "may be one person" in waiting.sentence
    decision = review.same_person(ledger, one.id, other.id, **WHO, stages=NAMED)
    (found,) = ledger.persons("رنا")
    assert len(found.incidents) == 2 and found.decisions == (decision.id,)
    before = ledger.persons()
    rebuild(ledger, anew=True, stages=NAMED)
    assert ledger.persons() == before, "what was done at once is what a rebuild gives"
    review.person_is(ledger, found.id, "age", "12", **WHO, stages=NAMED)
    assert ledger.persons()[0].ages == (12,)
    review.take_back(ledger, decision.id, **WHO, stages=NAMED)
    assert len(ledger.persons()) == 2
    review.not_same_person(ledger, one.id, other.id, **WHO, stages=NAMED)
    assert review.inbox(ledger, "person") == ()
    assert [e.state for e in review.history(ledger, one.incidents[0])] == ["taken back", "stands", "stands", "stands"]


@pytest.mark.parametrize(("field", "value"), [("age", "old"), ("age", "300"), ("sex", "x"), ("mood", "bad")])
def test_what_no_person_can_be_is_refused(ledger: Ledger, field: str, value: str) -> None:
    take_in(ledger, "3 killed in Homs: Rana Seventeen", stages=NAMED)
    (found,) = ledger.persons()
    with pytest.raises(UnknownName):
        review.person_is(ledger, found.id, field, value, **WHO, stages=NAMED)
    with pytest.raises(LedgerConflict, match="one record"):
        review.same_person(ledger, found.id, found.id, **WHO, stages=NAMED)


def test_a_victim_s_name_leaves_under_no_policy_but_the_desk_s_own(ledger: Ledger) -> None:
    take_in(ledger, "3 killed in Homs: Rana Seventeen", stages=NAMED)
    (shown,) = review.protected(ledger, ledger.persons())
    assert shown.names == {"en": ("Rana Seventeen",)}
    for policy in ("public", "partner"):
        (safe,) = review.protected(ledger, ledger.persons(), policy)
        assert "Rana" not in str(safe) and safe.mentions == ()
    ledger.append_decision(Decision("x1", "withhold", "d1", "an editor", "a witness asked", "2024-01-01T00:00:00Z"))
    (safe,) = review.protected(ledger, ledger.persons())
    assert "Rana" not in str(safe)
