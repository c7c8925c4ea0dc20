"""What holds of any incident, whatever was told: order, copies, days and bounds."""

import datetime as dt
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from accounts_made import PLACES, claim, killed, named, told
from tahqiq.assessing import assess
from tahqiq.model import Account, Incident, Report, from_json, to_json

FIRST = dt.date(2024, 5, 6)
US = named("United States", None, "government")
ARMY = named("US Armed Forces", "us-armed-forces", "state_forces")
RUSSIA = named("Russian Air Force", "russian-air-force", "state_forces")
IS = named("Islamic State", "islamic-state", "rebel_group")
NOBODY, DRONES, COALITION = (
    named("unknown gunmen", None, "unknown"),
    named("drones", None, "aircraft"),
    named("coalition", None, "coalition"),
)
SPEAKERS = (
    ("United States Central Command", "state_forces", "us-central-command"),
    ("Russian Ministry of Defence", "government", "russian-ministry-of-defence"),
    ("Islamic State", "rebel_group", "islamic-state"),
    ("Syrian Observatory for Human Rights", "monitor", "sohr"),
    ("Agence France-Presse", "agency", "agence-france-presse"),
    ("residents", "resident", None),
    ("spokesman", "spokesman", None),
)
STANCES = ("reports", "confirms", "claims_responsibility", "denies", "declines", "investigating", "accuses")
GROUPS = ("unspecified", "civilians", "children", "women", "combatants", "security_forces", "mixed")

claims = st.builds(lambda who, stance: claim(who[0], stance, who[1], who[2]), st.sampled_from(SPEAKERS), st.sampled_from(STANCES))
harms = st.builds(
    lambda low, more, who, effect: killed(low, None if more is None else low + more, who, "exact" if more == 0 else "at_least", effect),
    st.integers(0, 40),
    st.one_of(st.none(), st.integers(0, 5)),
    st.sampled_from(GROUPS),
    st.sampled_from(("killed", "injured")),
)


@dataclass(frozen=True)
class Telling:
    """Some accounts of one happening with their reports, the last of which may copy one another."""

    accounts: tuple[Account, ...]
    reports: Mapping[str, Report]
    copies: Mapping[str, str]

    def assess(self, as_of: dt.date | None = None) -> Incident:
        return assess(self.accounts, self.reports, self.copies, as_of=as_of)


@st.composite
def tellings(draw: st.DrawFn) -> Telling:
    accounts, reports = [], {}
    for n in range(draw(st.integers(1, 6))):
        accounts.append(
            told(
                f"a{n}",
                draw(st.sampled_from(("airstrike", "shelling", "armed_clash", "disaster", "statement"))),
                day=draw(st.sampled_from((None, "2024-05-05", "2024-05-06"))),
                place=draw(st.sampled_from((None, *PLACES))),
                by=draw(st.lists(st.sampled_from((US, ARMY, RUSSIA, IS, NOBODY, DRONES, COALITION)), max_size=2, unique=True)),
                at=draw(st.lists(st.sampled_from((IS, named("market", None, "market"))), max_size=1)),
                harm=draw(st.lists(harms, max_size=3)),
                claims=tuple(draw(st.lists(claims, max_size=3))),
                status=draw(st.sampled_from(("occurred", "occurred", "occurred", "denied", "planned", "foiled"))),
            )
        )
        source = draw(st.sampled_from((None, "daily", "weekly", "akhbar")))
        day = FIRST + dt.timedelta(days=draw(st.integers(0, 3)))
        reports[f"r-a{n}"] = Report("words", f"r-a{n}", language="en", published=day, source=source)
    return Telling(tuple(accounts), reports, {})


@given(tellings(), st.integers(0, 1000))
@settings(max_examples=150, deadline=None)
def test_the_order_in_which_accounts_come_is_no_matter(telling: Telling, seed: int) -> None:
    shuffled = list(telling.accounts)
    random.Random(seed).shuffle(shuffled)

    assert replace(telling, accounts=tuple(shuffled)).assess() == telling.assess()


@given(tellings(), st.data())
@settings(max_examples=150, deadline=None)
def test_a_copy_changes_no_number_no_dispute_no_party_and_no_grade(telling: Telling, data: st.DataObject) -> None:
    account = data.draw(st.sampled_from(telling.accounts))
    later = data.draw(st.integers(0, 9))
    report = telling.reports[account.report]
    assert report.published
    copy = replace(report, id="r-copy", source="copycat", published=report.published + dt.timedelta(days=later))
    more = Telling(
        (*telling.accounts, replace(account, id="copy", report="r-copy")), {**telling.reports, "r-copy": copy}, {"r-copy": report.id}
    )

    before, after = telling.assess(), more.assess()

    for part in ("tolls", "views", "disputes", "grade", "grade_reasons", "grade_steps", "independent", "contradictions", "start", "place"):
        assert getattr(after, part) == getattr(before, part), part
    assert [(p.names, p.grade, p.reasons) for p in after.parties] == [(p.names, p.grade, p.reasons) for p in before.parties]
    assert after.copies == before.copies + 1


@given(tellings())
@settings(max_examples=150, deadline=None)
def test_every_number_is_between_its_bounds_and_names_accounts_that_tell_it(telling: Telling) -> None:
    found = telling.assess()

    for toll in (*found.tolls, *(toll for view in found.views for toll in view.tolls)):
        assert toll.low <= toll.best and (toll.high is None or toll.best <= toll.high), toll
        assert toll.rule and set(toll.accounts) <= set(found.accounts)
    for toll in found.tolls:
        assert toll.low_by and toll.best_by and set(toll.low_by + toll.best_by + toll.high_by) <= set(toll.accounts)


@given(tellings())
@settings(max_examples=150, deadline=None)
def test_the_last_step_of_toll_and_grade_is_what_stands(telling: Telling) -> None:
    found = telling.assess()

    assert found.grade_steps[-1].grade == found.grade
    for toll in found.tolls:
        assert (toll.steps[-1].low, toll.steps[-1].best, toll.steps[-1].high) == (toll.low, toll.best, toll.high)


@given(tellings())
@settings(max_examples=100, deadline=None)
def test_as_of_the_last_day_everything_is_told(telling: Telling) -> None:
    last = max(report.published for report in telling.reports.values() if report.published)

    assert telling.assess(as_of=last) == telling.assess()


@given(tellings())
@settings(max_examples=100, deadline=None)
def test_each_report_has_one_voice_and_each_dispute_stands_on_two_values(telling: Telling) -> None:
    found = telling.assess()
    told_by = [report for voice in found.voices for report in voice.reports]

    assert sorted(told_by) == sorted(found.reports)
    assert all(len(dispute.values) >= 2 for dispute in found.disputes)
    assert {dispute.field for dispute in found.disputes} == set(found.contradictions)
    assert found.independent == len(found.voices)
    assert from_json(Incident, to_json(found)) == found
