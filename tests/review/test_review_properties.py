"""Decisions and reports in any order of arrival: the same incidents; what is laid over at once is what a rebuild gives."""

import tempfile
from pathlib import Path
from random import Random

import pytest
from deciding_made import BETTER, DESK, WHO, take_in
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bounds import examples
from tahqiq import review
from tahqiq.errors import TahqiqError
from tahqiq.ledger import Ledger, Query, open_ledger
from tahqiq.model import Incident
from tahqiq.pipeline import rebuild, reread

TEXTS = [f"{n} killed in {place}{more}" for n, place, more in [
    (3, "Homs", ""), (5, "Homs", " again"), (3, "Idlib", ""), (4, "Idlib", ", maybe"), (9, "Raqqa", ""), (3, "Homs", " today"),
]]  # fmt: skip
KINDS = ("merge", "apart", "split", "correct", "reject", "accept", "publish", "grade", "take_back")
STEPS = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 30), st.integers(0, 30)), max_size=7)


def all_of(ledger: Ledger) -> tuple[Incident, ...]:
    return ledger.incidents(Query(limit=1000)).items


def step(ledger: Ledger, kind: str, one: int, other: int) -> None:
    """One decision on what there is, chosen by the numbers; those that are refused are none."""
    incidents = sorted(all_of(ledger), key=lambda i: i.id)
    if not incidents:
        return
    a, b = incidents[one % len(incidents)], incidents[other % len(incidents)]
    account = a.accounts[other % len(a.accounts)]
    made = [d.id for d in ledger.decisions()]
    if kind == "merge":
        review.merge(ledger, [a.id, b.id], **WHO, stages=DESK)
    elif kind == "apart":
        review.keep_apart(ledger, a.id, b.id, **WHO, stages=DESK)
    elif kind == "split":
        review.split(ledger, a.id, [account], **WHO, stages=DESK)
    elif kind == "correct":
        review.correct(ledger, account, "killed", str(other), **WHO, stages=DESK)
    elif kind == "reject":
        review.reject(ledger, account, **WHO, stages=DESK)
    elif kind == "take_back":
        review.take_back(ledger, made[one % len(made)] if made else "", **WHO, stages=DESK)
    elif kind == "grade":
        review.grade(ledger, a.id, ("confirmed", "weak")[other % 2], **WHO, stages=DESK)
    else:
        {"accept": review.accept, "publish": review.publish}[kind](ledger, a.id, **WHO, stages=DESK)


@pytest.mark.slow
@settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS, st.randoms(use_true_random=False))
def test_any_order_of_reports_and_decisions_gives_the_same_incidents(steps: list[tuple[str, int, int]], chance: Random) -> None:
    with tempfile.TemporaryDirectory() as place:
        ledger = open_ledger(f"sqlite:///{Path(place) / 'one.db'}")
        take_in(ledger, *TEXTS)
        for kind, one, other in steps:
            try:
                step(ledger, kind, one, other)
            except TahqiqError:
                continue
        found = all_of(ledger)
        rebuild(ledger, anew=True, stages=DESK)
        assert all_of(ledger) == found, "what was laid over at once is what a rebuild gives"

        later = open_ledger(f"sqlite:///{Path(place) / 'other.db'}")
        texts, decisions = list(TEXTS), list(ledger.decisions())
        chance.shuffle(texts)
        chance.shuffle(decisions)
        half = len(decisions) // 2
        for decision in decisions[:half]:
            later.append_decision(decision)
        take_in(later, *texts)
        for decision in decisions[half:]:
            later.append_decision(decision)
        rebuild(later, stages=DESK)
        assert all_of(later) == found, "whatever came first"

        for desk in (ledger, later):
            reread(desk, stages=BETTER)
        assert all_of(ledger) == all_of(later)
        assert {d.id for d in ledger.decisions()} == {d.id for d in decisions}
        ledger.close()
        later.close()
