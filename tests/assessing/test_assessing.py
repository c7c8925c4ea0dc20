"""Assessing: what an incident holds of accounts that agree, differ and copy one another."""

import datetime as dt
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts_made import claim, killed, named, reports_of, told
from tahqiq.assessing import assess, reason_text
from tahqiq.assessing.casualties import VIEWS, Count, acled, airwars, tolls, ucdp
from tahqiq.assessing.grade import LANGUAGES, grade, load_reasons
from tahqiq.assessing.origins import origins
from tahqiq.codebook import load_codebook
from tahqiq.errors import CodebookError
from tahqiq.model import Account, Incident, Reason, Report, Toll

FRIDAY, SATURDAY = "2023-07-07", "2023-07-08"
US = named("United States", None, "government")
RUSSIA = named("Russian warplanes", None, "aircraft")
IS = named("Islamic State", "islamic-state", "rebel_group")
MARKET = named("market", None, "market")
CIVILIANS = killed(4, who="civilians")


def incident(*accounts: Account, copies: dict[str, str] | None = None, **reports: Report) -> Incident:
    return assess(accounts, reports_of(accounts, **reports), copies or {})


STRIKE = (
    told("ar", day=FRIDAY, place="eastern Syria", by=(US,), victims=("أسامة المهاجر",), harm=(killed(1),)),
    told("copy", day=FRIDAY, place="eastern Syria", by=(US,), harm=(killed(1),)),
    told("en", day=FRIDAY, place="Deir ez-Zor", harm=(killed(1), killed(0, who="civilians"))),
    told("ur", day=SATURDAY, place="Aleppo", by=(US,), harm=(killed(3),)),
)


def test_every_value_told_is_kept_with_who_tells_it_and_how_independently() -> None:
    found = incident(*STRIKE, copies={"r-copy": "r-ar"})

    assert [(t.label, t.independent, t.accounts) for t in found.values["place"]] == [
        ("Eastern Syria", 1, ("ar", "copy")),
        ("Aleppo", 1, ("ur",)),
        ("Deir ez-Zor", 1, ("en",)),
    ]
    assert [(t.value, t.independent) for t in found.values["date"]] == [(FRIDAY, 2), (SATURDAY, 1)]
    assert found.values["place"][0].mentions == (("r-ar", 0, 13), ("r-copy", 0, 13))
    assert (found.independent, found.copies) == (3, 1)
    assert found.contradictions == ("date", "place", "killed")


def test_the_place_is_the_most_exact_one_that_fits_what_most_tell() -> None:
    found = incident(*STRIKE)

    assert found.place is not None
    assert (found.place.name, found.start, found.title) == (
        "Deir ez-Zor",
        dt.date(2023, 7, 7),
        "Air strike, Deir ez-Zor, 2023-07-07",
    )


def test_an_incident_is_named_after_its_earliest_published_account() -> None:
    late, early = told("a"), told("b")
    reports = {
        "r-a": Report("words", "r-a", published=dt.date(2023, 7, 10)),
        "r-b": Report("words", "r-b", published=dt.date(2023, 7, 8)),
    }

    both, alone = assess((late, early), reports, {}), assess((early,), reports, {})

    assert both.id == alone.id != assess((late,), reports, {}).id
    assert both.accounts == ("b", "a")


def test_an_incident_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="one account or more"):
        assess((), {}, {})


@given(st.permutations(range(4)))
def test_the_incident_is_the_same_whatever_the_order(order: list[int]) -> None:
    assert incident(*(STRIKE[n] for n in order)) == incident(*STRIKE)


CANNOT_BOTH = [
    ("other-day", {"day": FRIDAY}, {"day": SATURDAY}, ("date",)),
    ("day-of-week", {"day": FRIDAY}, {"day": "2023-07-03", "until": "2023-07-09", "grain": "week"}, ()),
    ("region-holds", {"place": "eastern Syria"}, {"place": "Deir ez-Zor"}, ()),
    ("region-does-not-hold", {"place": "eastern Syria"}, {"place": "Aleppo"}, ("place",)),
    ("towns-near", {"place": "al-Bab"}, {"place": "Aleppo"}, ()),
    ("towns-apart", {"place": "al-Bab"}, {"place": "Mayadin"}, ("place",)),
    ("countries", {"place": "Ain al-Asad"}, {"place": "Mayadin"}, ("place",)),
    ("tolls", {"harm": (killed(3),)}, {"harm": (killed(5),)}, ("killed",)),
    ("at-least", {"harm": (killed(3, None),)}, {"harm": (killed(5),)}, ()),
    ("group-and-whole", {"harm": (killed(3, who="civilians"),)}, {"harm": (killed(5),)}, ()),
    ("injured", {"harm": (killed(3, effect="injured"),)}, {"harm": (killed(5, effect="injured"),)}, ("injured",)),
    ("two-sides", {"by": (US,)}, {"by": (RUSSIA,)}, ("perpetrators",)),
    ("allies-of-whom-one-names-one", {"by": (US, RUSSIA)}, {"by": (RUSSIA,)}, ()),
    ("unknown-gunmen", {"by": (named("unknown gunmen", None, "unknown"),)}, {"by": (RUSSIA,)}, ()),
    ("denied", {"status": "denied"}, {}, ("status",)),
    ("family-of-types", {"event_type": "shelling"}, {}, ()),
]


@pytest.mark.parametrize(("one", "other", "fields"), [case[1:] for case in CANNOT_BOTH], ids=[case[0] for case in CANNOT_BOTH])
def test_only_what_cannot_both_hold_contradicts(one: dict[str, object], other: dict[str, object], fields: tuple[str, ...]) -> None:
    assert incident(told("a", **one), told("b", **other)).contradictions == fields  # type: ignore[arg-type]


# -- origins ----------------------------------------------------------------------------------------------------------

REPORTS = {
    "r-a": Report("words", "r-a", source="example-daily"),
    "r-b": Report("words", "r-b", source="Example-Daily"),
    "r-c": Report("words", "r-c", wire_credit="AFP"),
    "r-d": Report("words", "r-d", wire_credit="afp", source="other"),
    "r-e": Report("words", "r-e"),
    "r-f": Report("words", "r-f"),
    "r-g": Report("words", "r-g"),
}


def test_copies_one_outlet_and_one_wire_are_one_origin() -> None:
    accounts = [told(n) for n in "abcdefg"]

    assert origins(accounts, REPORTS, {"r-f": "r-e", "r-e": "r-e"}) == {
        "r-a": "r-a",
        "r-b": "r-a",
        "r-c": "r-c",
        "r-d": "r-c",
        "r-e": "r-e",
        "r-f": "r-e",
        "r-g": "r-g",
    }


def test_reports_that_tell_it_after_one_agency_are_one_origin_and_one_after_two_is_its_own() -> None:
    reuters, ap = claim("Reuters", kind="agency", actor="reuters"), claim("AP", kind="agency", actor="associated-press")
    accounts = [told("e", claims=(reuters,)), told("f", claims=(reuters,)), told("g", claims=(reuters, ap))]

    assert origins(accounts, REPORTS, {}) == {"r-e": "r-e", "r-f": "r-e", "r-g": "r-g"}


# -- tolls ------------------------------------------------------------------------------------------------------------


def count(low: int, high: int | None = -1, *, id: str = "a", qualifier: str = "exact", day: int = 1, who: str = "unspecified") -> Count:
    return Count(id, f"r-{id}", "killed", who, low, low if high == -1 else high, qualifier, dt.date(2023, 7, day))


def whole(found: Incident, effect: str = "killed", who: str = "unspecified") -> tuple[int, int, int | None, str]:
    toll = next(t for t in found.tolls if (t.effect, t.who) == (effect, who))
    return toll.low, toll.best, toll.high, toll.rule


TOLLS = [
    ("one", [killed(3)], (3, 3, 3, "single")),
    ("all-agree", [killed(3), killed(3)], (3, 3, 3, "agreed")),
    ("most-tell-five", [killed(3), killed(5), killed(5)], (3, 5, 5, "most_independent")),
    ("nobody-agrees", [killed(3), killed(5)], (3, 3, 5, "conservative")),
    ("open-above-all", [killed(3), killed(5, None)], (3, 3, None, "conservative")),
    ("open-below-another", [killed(9), killed(5, None)], (5, 5, 9, "conservative")),
    ("parts-make-a-whole", [killed(4, who="civilians")], (4, 4, 4, "single")),
    ("a-word", [killed(24, None, qualifier="dozens")], (24, 24, None, "single")),
    ("none", [killed(0)], (0, 0, 0, "single")),
]


@pytest.mark.parametrize(("harm", "expected"), [case[1:] for case in TOLLS], ids=[case[0] for case in TOLLS])
def test_low_best_and_high_name_their_rule(harm: list[object], expected: tuple[int, int, int | None, str]) -> None:
    accounts = [told(f"a{n}", harm=(one,)) for n, one in enumerate(harm)]  # type: ignore[list-item]

    assert whole(incident(*accounts)) == expected


def test_no_civilian_killed_is_not_nobody_killed() -> None:
    found = incident(told("a", harm=(killed(0, who="civilians"),)))

    assert [(t.who, t.best) for t in found.tolls] == [("civilians", 0)]


def test_parts_that_do_not_overlap_add_up_and_children_stay_inside() -> None:
    harm = (killed(4, who="civilians"), killed(2, who="children"), killed(5, who="combatants"))

    found = incident(told("a", harm=harm))

    assert whole(found) == (9, 9, 9, "single")
    assert whole(found, who="children") == (2, 2, 2, "single")


def test_of_one_outlet_the_latest_number_counts_and_a_copy_counts_once() -> None:
    first, second, copied = told("a", harm=(killed(3),)), told("b", harm=(killed(7),)), told("c", harm=(killed(3),))
    reports = {
        "r-a": Report("words", "r-a", source="daily", published=dt.date(2023, 7, 8)),
        "r-b": Report("words", "r-b", source="daily", published=dt.date(2023, 7, 9)),
        "r-c": Report("words", "r-c", published=dt.date(2023, 7, 8)),
    }

    assert whole(assess((first, second), reports, {})) == (7, 7, 7, "single")
    assert whole(assess((first, copied), reports, {"r-c": "r-a"})) == (3, 3, 3, "single")


def test_what_is_denied_or_planned_is_no_toll() -> None:
    assert incident(told("a", harm=(killed(3),), status="denied"), told("b", harm=(killed(5),), status="planned")).tolls == ()


RANGES = st.tuples(
    st.integers(0, 400), st.one_of(st.none(), st.integers(0, 400)), st.sampled_from(["exact", "at_least", "dozens", "several"])
)


@given(st.lists(RANGES, min_size=1, max_size=8), st.integers(0, 20))
def test_low_is_never_above_best_nor_best_above_high_in_any_view(ranges: list[tuple[int, int | None, str]], victims: int) -> None:
    counted = [
        count(low, None if extra is None else low + extra, id=str(n), qualifier=qualifier, day=1 + n % 5)
        for n, (low, extra, qualifier) in enumerate(ranges)
    ]
    views: list[Toll] = [*tolls(counted), acled(counted), ucdp(counted), airwars(counted, who="unspecified", named_victims=victims)]

    for toll in views:
        assert toll.low <= toll.best and (toll.high is None or toll.best <= toll.high), toll


VIEWED = [
    ("acled-takes-the-lowest", "acled", [count(9, id="a"), count(4, id="b")], (4, 4, 4, "acled_lowest", ("b",))),
    ("acled-dozens-is-twelve", "acled", [count(24, None, qualifier="dozens")], (12, 12, 12, "acled_lowest", ("a",))),
    ("acled-several-is-three", "acled", [count(2, None, qualifier="several")], (3, 3, 3, "acled_lowest", ("a",))),
    ("acled-a-number-stands-beside-its-word", "acled", [count(7, None, qualifier="at_least")], (7, 7, 7, "acled_lowest", ("a",))),
    ("acled-none-told-is-none", "acled", [], (0, 0, 0, "acled_none_told", ())),
    (
        "ucdp-keeps-three-numbers",
        "ucdp",
        [count(4, id="a"), count(6, id="b"), count(6, id="c")],
        (4, 6, 6, "ucdp_most_independent", ("a", "b", "c")),
    ),
    ("ucdp-closes-an-open-number", "ucdp", [count(4, None)], (4, 4, 4, "ucdp_single", ("a",))),
    (
        "airwars-from-lowest-to-highest",
        "airwars",
        [count(4, id="a", who="civilians"), count(9, id="b", who="civilians")],
        (4, 4, 9, "airwars_lowest_to_highest", ("a", "b")),
    ),
    ("airwars-dead-of-untold-status-are-no-civilians", "airwars", [count(4)], (0, 0, 0, "airwars_none_told", ())),
]


@pytest.mark.parametrize(("view", "counted", "expected"), [case[1:] for case in VIEWED], ids=[case[0] for case in VIEWED])
def test_the_same_claims_as_another_codebook_counts_them(view: str, counted: list[Count], expected: tuple[object, ...]) -> None:
    toll = VIEWS[view](counted)  # type: ignore[operator]

    assert (toll.low, toll.best, toll.high, toll.rule, toll.accounts) == expected


def test_several_is_ten_in_an_active_war_zone() -> None:
    assert acled([count(2, None, qualifier="several")], war_zone=True).best == 10


def test_the_named_dead_are_the_least_that_airwars_counts() -> None:
    assert airwars([count(2, 5, who="civilians")], named_victims=3).low == 3


# -- grades -----------------------------------------------------------------------------------------------------------

ACCEPTS = claim("US military", "confirms", "state_forces", actor=None)
GRADES = [
    (
        "party-confirms",
        [told("a", by=(named("US military", None, "state_forces"),), harm=(CIVILIANS,), claims=(ACCEPTS,))],
        "confirmed",
        "party_accepts",
    ),
    (
        "group-claims-it",
        [
            told(
                "a",
                "explosion",
                by=(IS,),
                harm=(CIVILIANS,),
                claims=(claim("Islamic State", "claims_responsibility", actor="islamic-state"),),
            )
        ],
        "confirmed",
        "party_accepts",
    ),
    (
        "another-confirms",
        [told("a", by=(RUSSIA,), harm=(CIVILIANS,), claims=(claim("Iraqi police", "confirms", "police"),))],
        "weak",
        "one_source",
    ),
    (
        "two-sources-and-a-party",
        [told("a", by=(RUSSIA,), harm=(CIVILIANS,)), told("b", harm=(killed(3, who="children"),))],
        "fair",
        "action_by",
    ),
    ("two-sources-no-party", [told("a", harm=(CIVILIANS,)), told("b", harm=(CIVILIANS,))], "weak", "no_party_named"),
    (
        "two-sources-unknown-gunmen",
        [told("a", by=(named("unknown gunmen", None, "unknown"),), harm=(CIVILIANS,)), told("b", harm=(CIVILIANS,))],
        "weak",
        "no_party_named",
    ),
    ("one-source", [told("a", by=(RUSSIA,), harm=(CIVILIANS,))], "weak", "one_source"),
    ("rivals", [told("a", by=(RUSSIA,), harm=(CIVILIANS,)), told("b", by=(US,), harm=(CIVILIANS,))], "contested", "rival_attributions"),
    (
        "fighters-say-most",
        [told("a", by=(US,), harm=(CIVILIANS,)), *(told(n, by=(US,), at=(IS,), harm=(killed(4, who="combatants"),)) for n in "bc")],
        "discounted",
        "dead_were_fighters",
    ),
    (
        "fighters-says-one",
        [told("a", by=(US,), harm=(CIVILIANS,)), told("b", by=(US,), at=(IS,), harm=(killed(4, who="combatants"),))],
        "weak",
        "one_source",
    ),
    ("fighters-alone", [told("a", at=(IS,), harm=(killed(4, who="combatants"),))], "none", "harmed_were_armed"),
    ("no-civilian-hurt", [told("a", harm=(killed(0, who="civilians"),))], "none", "no_harm_told"),
    ("nothing-said", [told("a")], "none", "harm_not_told"),
    ("only-denied", [told("a", harm=(CIVILIANS,), status="denied")], "none", "did_not_occur"),
    (
        "people-in-a-market",
        [told("a", by=(RUSSIA,), at=(MARKET,), harm=(killed(9),)), told("b", at=(MARKET,), harm=(killed(9),))],
        "fair",
        "action_by",
    ),
    ("people-of-a-militia", [told("a", by=(RUSSIA,), at=(IS,), harm=(killed(9),))], "none", "harmed_were_armed"),
    ("dead-of-a-clash", [told("a", "armed_clash", harm=(killed(9),))], "none", "harmed_were_armed"),
    (
        "injured-count",
        [told("a", by=(RUSSIA,), harm=(killed(2, who="civilians", effect="injured"),)), told("b", harm=(CIVILIANS,))],
        "fair",
        "action_by",
    ),
    ("soldiers", [told("a", harm=(killed(3, who="security_forces"),))], "none", "harmed_were_armed"),
]


@pytest.mark.parametrize(("accounts", "expected", "code"), [case[1:] for case in GRADES], ids=[case[0] for case in GRADES])
def test_a_grade_comes_with_the_reason_that_a_monitor_would_give(accounts: list[Account], expected: str, code: str) -> None:
    found = incident(*accounts)

    assert (found.grade, found.grade_reasons[0].code) == (expected, code)
    assert all(reason_text(reason, language) for reason in found.grade_reasons for language in LANGUAGES)


def test_two_copies_are_one_source_for_the_grade() -> None:
    a, b = (told(n, by=(RUSSIA,), harm=(CIVILIANS,)) for n in "ab")

    assert (incident(a, b).grade, incident(a, b, copies={"r-b": "r-a"}).grade) == ("fair", "weak")


def test_a_denial_and_an_untold_status_are_noted_beside_the_grade() -> None:
    denied = told("a", by=(RUSSIA,), harm=(killed(3),), claims=(claim("Russian defence ministry", "denies", "government"),))

    _, reasons = grade((denied, replace(denied, id="b", report="r-b")), {})

    assert [reason.code for reason in reasons] == ["action_by", "several_sources", "party_denies", "status_not_told"]


def test_every_grade_of_the_table_is_in_the_closed_list_and_every_reason_has_a_case() -> None:
    assert {case[2] for case in GRADES} == set(load_codebook().closed("grades"))
    told_codes = {reason.code for case in GRADES for reason in incident(*case[1]).grade_reasons} | {"party_denies"}
    assert told_codes == set(load_reasons())


def test_reasons_are_words_in_every_language_with_their_facts_in_place() -> None:
    reason = Reason("several_sources", facts={"n": "3"})

    assert reason_text(reason, "en") == "3 independent sources tell of harm to civilians"
    assert all("3" in reason_text(reason, language) for language in LANGUAGES)
    with pytest.raises(CodebookError, match="no_such_code"):
        reason_text(Reason("no_such_code"), "en")


@given(st.integers(0, 100))
def test_grades_are_the_same_whatever_the_order(seed: int) -> None:
    accounts = list(GRADES[8][1])
    random.Random(seed).shuffle(accounts)

    assert incident(*accounts).grade_reasons == incident(*GRADES[8][1]).grade_reasons
