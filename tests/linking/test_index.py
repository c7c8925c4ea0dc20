"""One report after the other, in any order, is linked as all at once."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from theatre import theatre

from bounds import examples
from tahqiq.linking import link
from tahqiq.linking.index import Index
from tahqiq.model import Account, Report

WORDS = (
    "shells drones market mosque bridge river convoy hospital Azaz Idlib Manbij Darwazah Kabbani nine eleven 14 230 Monday Friday".split()
)


def storied(happenings: int, seed: int) -> tuple[list[Account], dict[str, Report]]:
    """A theatre whose reports have words, those of one happening partly the same, and now and then a copy."""
    accounts, reports, truth = theatre(happenings, seed=seed, days=4)
    chance = random.Random(seed)
    own = {happening: chance.sample(WORDS, 8) for happening in sorted(set(truth.values()))}
    told = {}
    for account in accounts:
        words = [*own[truth[account.id]], *chance.sample(WORDS, 4)]
        chance.shuffle(words)
        copied = chance.random() < 0.2
        text = " ".join(own[truth[account.id]] * 2) if copied else " ".join(words)
        old = reports[account.report]
        told[old.id] = Report(text, old.id, language="en", published=old.published)
    return list(accounts), told


@pytest.mark.slow
@settings(max_examples=examples(20), deadline=None)
@given(seed=st.integers(0, 500), happenings=st.integers(2, 24))
def test_each_new_report_gets_the_links_that_all_at_once_would_give_it(seed: int, happenings: int) -> None:
    accounts, reports = storied(happenings, seed)
    random.Random(seed + 1).shuffle(accounts)
    index, known = Index(), []

    for account in accounts:
        known.append(account)
        found = index.add(reports[account.report], (account,))
        whole = link(known, {one.report: reports[one.report] for one in known})
        assert found == tuple(one for one in whole if account.id in (one.a, one.b))
        assert index.links() == whole


def test_a_report_that_is_in_already_changes_nothing() -> None:
    accounts, reports = storied(3, seed=1)
    index = Index()
    for account in accounts:
        index.add(reports[account.report], (account,))

    assert (index.add(reports[accounts[0].report], (accounts[0],)), len(index)) == ((), len(accounts))


def test_a_crowded_day_is_linked_one_by_one_as_all_at_once() -> None:
    accounts, reports, _ = theatre(160, seed=5, days=2)
    index = Index()
    for account in accounts:
        index.add(reports[account.report], (account,))

    assert index.links() == link(accounts, reports)


def test_where_terms_are_counted_in_a_sample_reports_are_linked_one_by_one_as_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tahqiq.linking.stories.SAMPLE", 16)
    accounts, reports = storied(30, seed=3)
    index = Index()
    for account in accounts:
        index.add(reports[account.report], (account,))

    assert index.links() == link(accounts, reports)
