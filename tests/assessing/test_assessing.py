"""Assessing: what an incident holds of accounts that agree, differ and copy one another."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts_made import claim, killed, named, reports_of, told
from tahqiq.assessing import assess, reason_text
from tahqiq.assessing.casualties import VIEWS, Count, acled, airwars, tolls, ucdp, ucdp_split
from tahqiq.assessing.grade import LANGUAGES
from tahqiq.assessing.identity import identities
from tahqiq.assessing.origins import origins
from tahqiq.errors import CodebookError
from tahqiq.model import Account, Incident, Mention, Named, Reason, Report, Source, Toll

FRIDAY, SATURDAY = "2023-07-07", "2023-07-08"
US = named("United States", None, "government")
RUSSIA = named("Russian warplanes", None, "aircraft")
IS = named("Islamic State", "islamic-state", "rebel_group")
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


def test_of_what_was_heard_of_one_speaker_the_place_that_most_heard_is_the_incidents() -> None:
    centcom = claim("United States Central Command", kind="state_forces", actor="us-central-command")
    accounts = [told(n, place=where, claims=(centcom,)) for n, where in (("a", "eastern Syria"), ("b", "eastern Syria"), ("c", "Aleppo"))]

    found = incident(*accounts)

    assert (found.independent, found.place and found.place.name, found.contradictions) == (1, "Eastern Syria", ("place",))


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
    ("open-below-another", [killed(9), killed(5, None)], (5, 9, 9, "allowed_by_most")),
    ("all-at-least", [killed(90, None), killed(103, None), killed(170, None)], (90, 170, None, "allowed_by_most")),
    ("most-allow-it-though-one-tells-it", [killed(72, None), killed(86)], (72, 86, 86, "allowed_by_most")),
    ("a-word-is-no-figure", [killed(2, None, qualifier="several"), killed(9)], (9, 9, 9, "single")),
    ("a-word-above-the-figure-stands", [killed(24, None, qualifier="dozens"), killed(9)], (9, 9, None, "conservative")),
    ("one-of-many", [killed(1), killed(20), killed(23)], (20, 20, 23, "conservative")),
    ("one-against-one-is-no-part", [killed(1), killed(20)], (1, 1, 20, "conservative")),
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


UCDP_SPLIT = [
    ("the-rest-is-unknown", [count(9), count(4, who="civilians")], [("unspecified", 9), ("civilians", 4)]),
    ("groups-above-the-whole", [count(5), count(4, who="civilians"), count(3, who="combatants")],
     [("unspecified", 7), ("civilians", 4), ("combatants", 3)]),
    ("children-are-in-other-groups", [count(9), count(4, who="children")], [("unspecified", 9)]),
]  # fmt: skip


@pytest.mark.parametrize(("counted", "expected"), [case[1:] for case in UCDP_SPLIT], ids=[case[0] for case in UCDP_SPLIT])
def test_ucdps_best_is_no_less_than_the_sum_of_its_groups(counted: list[Count], expected: list[tuple[str, int]]) -> None:
    split = ucdp_split(counted)

    assert [(toll.who, toll.best) for toll in split] == expected
    assert all(toll.high is not None and toll.low <= toll.best <= toll.high for toll in split)


def test_several_is_ten_in_an_active_war_zone() -> None:
    assert acled([count(2, None, qualifier="several")], war_zone=True).best == 10


def test_the_named_dead_are_the_least_that_airwars_counts() -> None:
    assert airwars([count(2, 5, who="civilians")], named_victims=3).low == 3


# -- tolls over time --------------------------------------------------------------------------------------------------

MONDAY, TUESDAY, THURSDAY = dt.date(2024, 5, 6), dt.date(2024, 5, 7), dt.date(2024, 5, 9)


def dated(**days: dt.date | None) -> dict[str, Report]:
    return {f"r-{name}": Report("words", f"r-{name}", published=day, source=name.rstrip("0123456789")) for name, day in days.items()}


RISING = (told("daily1", harm=(killed(3),)), told("weekly1", harm=(killed(5),)), told("daily2", harm=(killed(7),)))
RISING_REPORTS = dated(daily1=MONDAY, weekly1=TUESDAY, daily2=THURSDAY)


def test_a_toll_is_kept_as_it_rose_with_the_reports_that_raised_it() -> None:
    steps = assess(RISING, RISING_REPORTS, {}).tolls[0].steps

    assert [(s.day, s.low, s.best, s.high, s.reports) for s in steps] == [
        (MONDAY, 3, 3, 3, ("r-daily1",)),
        (TUESDAY, 3, 5, 5, ("r-weekly1",)),
        (THURSDAY, 5, 7, 7, ("r-daily2",)),
    ]


@pytest.mark.parametrize(
    ("day", "expected"), [(MONDAY, (3, 3, 3)), (TUESDAY, (3, 5, 5)), (dt.date(2024, 5, 8), (3, 5, 5)), (THURSDAY, (5, 7, 7))]
)
def test_an_incident_as_of_a_day_tells_what_was_published_by_then(day: dt.date, expected: tuple[int, int, int]) -> None:
    found = assess(RISING, RISING_REPORTS, {}, as_of=day)

    assert (found.tolls[0].low, found.tolls[0].best, found.tolls[0].high) == expected
    assert found.id == assess(RISING, RISING_REPORTS, {}).id


def test_nothing_is_told_of_a_day_before_anything_was_published_nor_by_reports_without_a_day() -> None:
    with pytest.raises(ValueError, match="one account or more"):
        assess(RISING, RISING_REPORTS, {}, as_of=dt.date(2024, 5, 5))
    with pytest.raises(ValueError, match="one account or more"):
        assess(RISING[:1], dated(daily1=None), {}, as_of=THURSDAY)


def test_a_copy_printed_after_an_update_does_not_bring_the_old_number_back() -> None:
    late = told("weekly2", harm=(killed(3),))
    reports = dated(daily1=MONDAY, daily2=THURSDAY, weekly2=dt.date(2024, 5, 20))

    found = assess((RISING[0], RISING[2], late), reports, {"r-weekly2": "r-daily1"})

    assert whole(found) == (7, 7, 7, "single")


def test_what_a_source_told_anew_contradicts_nobody_and_what_two_tell_of_one_speaker_does() -> None:
    updated = assess((RISING[0], RISING[2]), RISING_REPORTS, {})
    sohr = claim("Syrian Observatory for Human Rights", kind="monitor", actor="sohr")
    heard_twice = assess(
        (told("daily1", harm=(killed(3),), claims=(sohr,)), told("weekly1", harm=(killed(5),), claims=(sohr,))),
        dated(daily1=MONDAY, weekly1=MONDAY),
        {},
    )

    assert updated.contradictions == ()
    assert (heard_twice.contradictions, heard_twice.independent, whole(heard_twice)) == (("killed",), 1, (3, 3, 5, "conservative"))


def test_the_highest_number_ever_told_is_airwars_maximum_after_a_correction_down() -> None:
    harm = [(killed(9, who="civilians"),), (killed(6, who="civilians"),)]
    found = assess(
        (told("daily1", harm=harm[0]), told("daily2", harm=harm[1])), dated(daily1=MONDAY, daily2=THURSDAY), {}
    )  # fmt: skip
    airwars_view = next(view for view in found.views if view.name == "airwars")
    civilians = next(toll for toll in airwars_view.tolls if toll.who == "civilians")

    assert (civilians.low, civilians.high, civilians.accounts) == (6, 9, ("daily1", "daily2"))


def test_nobody_killed_in_the_words_of_those_who_did_it_is_no_fatality_count() -> None:
    command = claim("United States Central Command", kind="state_forces", actor="us-central-command")
    found = incident(
        told("a", by=(US,), harm=(killed(0),), claims=(command,)),
        told("b", by=(US,), harm=(killed(4),)),
    )

    assert [(view.name, view.tolls[0].low) for view in found.views] == [("acled", 4), ("ucdp", 4), ("airwars", 4)]
    assert (found.tolls[0].low, found.tolls[0].low_by) == (0, ("a",))


def test_each_of_low_best_and_high_names_its_accounts() -> None:
    found = incident(told("a", harm=(killed(3),)), told("b", harm=(killed(5),)), told("c", harm=(killed(5),)))

    assert (found.tolls[0].low_by, found.tolls[0].best_by, found.tolls[0].high_by) == (("a",), ("b", "c"), ("b", "c"))


# -- contradictions, who speaks, who is silent ------------------------------------------------------------------------


def test_a_contradiction_names_its_values_and_since_when_it_stands() -> None:
    accounts = (
        told("daily1", day=FRIDAY, place="eastern Syria", harm=(killed(3),)),
        told("weekly1", day=FRIDAY, place="Aleppo", harm=(killed(3), killed(4, who="children"))),
        told("akhbar1", day=SATURDAY, harm=(killed(3), killed(2, who="children"))),
    )
    found = assess(accounts, dated(daily1=MONDAY, weekly1=TUESDAY, akhbar1=THURSDAY), {})

    assert [(d.field, d.values, d.who, d.since) for d in found.disputes] == [
        ("date", (FRIDAY, SATURDAY), "", THURSDAY),
        ("place", ("sy-aleppo", "sy-eastern-syria"), "", TUESDAY),
        ("killed", ("2 children", "4 children"), "children", THURSDAY),
    ]
    assert found.contradictions == ("date", "place", "killed")


def test_none_and_some_told_in_one_report_are_two_numbers() -> None:
    found = incident(told("a", harm=(killed(0, who="civilians"), killed(5, who="civilians"))))

    assert [(d.field, d.values) for d in found.disputes] == [("killed", ("0 civilians", "5 civilians"))]
    assert whole(found, who="civilians") == (0, 0, 5, "conservative")


def test_a_copy_does_not_contradict_the_text_it_copies() -> None:
    a, b = told("a", day=FRIDAY, harm=(killed(3),)), told("b", day=SATURDAY, harm=(killed(4),))

    assert incident(a, b).contradictions == ("date", "killed")
    assert incident(a, b, copies={"r-b": "r-a"}).contradictions == ()


def test_a_word_for_a_number_stands_apart_from_the_number_itself() -> None:
    found = incident(told("a", harm=(killed(24, None, qualifier="dozens"),)), told("b", harm=(killed(24, None, qualifier="at_least"),)))

    assert [t.value for t in found.values["killed"]] == ["24+", "24+ (dozens)"]


def test_a_value_names_the_voices_that_tell_it_and_the_way_by_which_its_words_came() -> None:
    centcom = claim("United States Central Command", kind="state_forces", actor="us-central-command")
    army = claim("US Armed Forces", kind="state_forces", actor="us-armed-forces")
    accounts = (
        told("daily1", by=(US,), place="eastern Syria", claims=(centcom,)),
        told("weekly1", by=(US,), place="Aleppo", claims=(army, claim("spokesman", kind="spokesman"))),
        told("akhbar1", place="Aleppo", claims=(claim("residents", kind="resident"),)),
    )
    found = assess(accounts, dated(daily1=MONDAY, weekly1=TUESDAY, akhbar1=THURSDAY), {})

    assert [(v.speaker.name, v.side, v.since, v.reports) for v in found.voices] == [
        ("akhbar", None, THURSDAY, ("r-akhbar1",)),
        ("US Armed Forces", "perpetrators", MONDAY, ("r-daily1", "r-weekly1")),
    ]
    assert [[speaker.name for speaker in chain] for chain in found.voices[1].chains] == [
        ["daily", "United States Central Command"],
        ["weekly", "US Armed Forces"],
    ]
    assert [(t.label, t.independent, t.since) for t in found.values["place"]] == [("Aleppo", 2, TUESDAY), ("Eastern Syria", 1, MONDAY)]


def test_what_an_outlet_tells_in_its_own_words_and_what_it_heard_of_another_are_two_origins() -> None:
    sohr = claim("Syrian Observatory for Human Rights", kind="monitor", actor="sohr")
    accounts = (
        told("daily1", claims=(sohr,)),
        told("daily2", claims=(claim("residents", kind="resident"),)),
        told("weekly1", claims=(sohr,)),
    )

    assert origins(accounts, dated(daily1=MONDAY, daily2=MONDAY, weekly1=MONDAY), {}) == {
        "r-daily1": "r-daily1",
        "r-daily2": "r-daily2",
        "r-weekly1": "r-daily1",
    }


def test_a_credited_wire_and_a_quoted_agency_are_one_under_any_name_and_an_agency_without_a_name_is_none() -> None:
    afp, some = claim("Agence France-Presse", kind="agency", actor="agence-france-presse"), claim("news agency", kind="agency")
    accounts = [told("a"), told("b", claims=(afp,)), told("c", claims=(some,)), told("d", claims=(some,))]
    reports = reports_of(accounts) | {"r-a": Report("words", "r-a", wire_credit="AFP")}

    assert origins(accounts, reports, {}) == {"r-a": "r-a", "r-b": "r-a", "r-c": "r-c", "r-d": "r-d"}


def test_state_media_speak_for_a_party_to_the_happening() -> None:
    accounts = (told("a", by=(named("Syrian Arab Army", "syrian-arab-army", "state_forces"),)),)
    voice = Source("example-voice", "Example Voice", "agency", "SY", affiliation="syrian-government")
    nobodys = replace(voice, id="example-paper", affiliation=None)
    reports = {"r-a": Report("words", "r-a", source="example-voice")}
    others = {"r-a": Report("words", "r-a", source="example-paper")}

    assert [v.side for v in assess(accounts, reports, {}, sources=(voice,)).voices] == ["perpetrators"]
    assert [v.side for v in assess(accounts, others, {}, sources=(nobodys,)).voices] == [None]


STANDS = [
    ("claims-it", ("claims_responsibility",), ["claims_responsibility"]),
    ("denies-and-looks-into-it", ("investigating", "denies"), ["denies", "investigating"]),
    ("declines", ("declines",), ["declines"]),
    ("speaks-of-it", ("reports",), ["reports"]),
    ("silent", (), ["silent"]),
]


@pytest.mark.parametrize(("stances", "expected"), [case[1:] for case in STANDS], ids=[case[0] for case in STANDS])
def test_silence_is_told_from_what_a_party_says_of_it(stances: tuple[str, ...], expected: list[str]) -> None:
    words = tuple(claim("Islamic State", stance, "rebel_group", "islamic-state") for stance in stances)
    found = assess((told("daily1", by=(IS,), harm=(CIVILIANS,), claims=words),), dated(daily1=MONDAY), {})

    assert [(s.stance, s.since) for s in found.parties[0].stands] == [(e, None if e == "silent" else MONDAY) for e in expected]


def test_a_claim_of_responsibility_is_no_rival_of_an_account_that_names_a_namesake() -> None:
    ttp = claim("Tehrik-i-Taliban Pakistan", "claims_responsibility", "rebel_group", "tehrik-i-taliban-pakistan")
    taliban, group = named("Taliban", "taliban", "rebel_group"), named(ttp.claimant.name, ttp.claimant.actor, "rebel_group")

    assert incident(told("a", by=(taliban,), claims=(ttp,)), told("b", by=(group,))).contradictions == ()
    assert incident(told("a", by=(taliban,)), told("b", by=(group,))).contradictions == ("perpetrators",)


# -- the grade over time ----------------------------------------------------------------------------------------------


def test_a_grade_is_followed_over_time_with_the_reports_that_changed_it() -> None:
    command = claim("United States Central Command", "confirms", "state_forces", "us-central-command")
    accounts = (
        told("daily1", by=(US,), harm=(CIVILIANS,)),
        told("weekly1", by=(US,), harm=(CIVILIANS,)),
        told("akhbar1", by=(US,), harm=(CIVILIANS,), claims=(command,)),
    )
    found = assess(accounts, dated(daily1=MONDAY, weekly1=TUESDAY, akhbar1=THURSDAY), {})

    assert [(s.day, s.grade, s.reasons[0].code, s.reports) for s in found.grade_steps] == [
        (MONDAY, "weak", "one_source", ("r-daily1",)),
        (TUESDAY, "fair", "action_by", ("r-weekly1",)),
        (THURSDAY, "confirmed", "party_accepts", ("r-akhbar1",)),
    ]


# -- words of reasons -------------------------------------------------------------------------------------------------


def test_reasons_are_words_in_every_language_with_their_facts_in_place() -> None:
    reason = Reason("several_sources", facts={"n": "3"})

    assert reason_text(reason, "en") == "3 independent sources tell of harm to civilians"
    assert all("3" in reason_text(reason, language) for language in LANGUAGES)
    with pytest.raises(CodebookError, match="no_such_code"):
        reason_text(Reason("no_such_code"), "en")


# -- who the dead were ------------------------------------------------------------------------------------------------

IDENTITIES = [
    ("en-leader", "en", "A drone killed PERSON, a leader of the group, on Friday.", {"fighter": "leader"}),
    ("en-not-a-leader", "en", "The strike killed PERSON, not a leader of the group.", {}),
    ("en-leader-far-off", "en", "The strike killed PERSON. A leader of the group had visited the town.", {}),
    ("en-agent", "en", "PERSON, who was killed, had been working undercover, his family said.", {"agent": "undercover"}),
    ("ar-leader", "ar", "قُتل PERSON، وهو قيادي في التنظيم، يوم الجمعة.", {"fighter": "قيادي"}),
    ("ar-shepherd", "ar", "قُتل PERSON وهو مدني من القرية.", {"civilian": "مدني"}),
    ("ur-spy", "ur", "PERSON مارا گیا، جو برسوں سے جاسوسی کر رہا تھا۔", {"agent": "جاسوسی"}),
    ("fa-commander", "fa", "PERSON، فرمانده گروه، کشته شد.", {"fighter": "فرمانده"}),
]


@pytest.mark.parametrize(("language", "text", "expected"), [case[1:] for case in IDENTITIES], ids=[case[0] for case in IDENTITIES])
def test_who_the_dead_were_is_told_by_the_words_beside_the_name(language: str, text: str, expected: dict[str, str]) -> None:
    at = text.index("PERSON")
    victim = Named(Mention(at, at + 6, "PERSON"), "PERSON", None, "person")
    account = told("a", victims=(victim,), harm=(replace(killed(1), mention=victim.mention),))

    found = identities(account, Report(text, "r-a", language=language))

    assert {identity: mentions[0].text for identity, mentions in found.items()} == expected
    assert all(text[m.start : m.end] == m.text for mentions in found.values() for m in mentions)


def test_fighters_here_and_civilians_there_are_a_dispute_about_the_same_dead() -> None:
    fighters, civilians, more = (
        told("a", harm=(killed(4, who="combatants"),)),
        told("b", harm=(killed(4, who="civilians"),)),
        told("c", harm=(killed(9, who="civilians"),)),
    )

    assert incident(fighters, civilians).contradictions == ("identity",)
    assert [(d.field, d.values) for d in incident(fighters, civilians).disputes] == [("identity", ("fighter", "civilian"))]
    assert "identity" not in incident(fighters, more).contradictions


# -- nobody has claimed it --------------------------------------------------------------------------------------------

UNCLAIMED = [
    ("en", "en", "Rockets fell near the base. No group has claimed responsibility.", "No group has claimed responsibility"),
    ("en-no-claim", "en", "There was no immediate claim of responsibility for the blast.", "no immediate claim of responsibility"),
    ("en-claimed", "en", "The group claimed responsibility for the blast.", None),
    ("ar", "ar", "سقطت صواريخ قرب القاعدة، ولم تعلن أي جهة مسؤوليتها عن القصف.", "لم تعلن أي جهة مسؤوليتها"),
    ("ar-adopts", "ar", "سقطت صواريخ ولم تتبن أي جهة الهجومين.", "لم تتبن أي جهة الهجومين"),
    ("ar-claimed", "ar", "أعلنت الجماعة مسؤوليتها عن التفجير.", None),
    ("ur", "ur", "اڈے کے قریب راکٹ گرے۔ کسی گروپ نے ذمہ داری قبول نہیں کی۔", "کسی گروپ نے ذمہ داری قبول نہیں کی"),
    ("ur-claimed", "ur", "تنظیم نے حملے کی ذمہ داری قبول کر لی ہے۔", None),
    ("fa", "fa", "راکت‌ها فرود آمدند. هیچ گروهی مسئولیت این حمله را بر عهده نگرفته است.", "هیچ گروهی مسئولیت این حمله را بر عهده نگرفته"),
    ("fa-claimed", "fa", "این گروه مسئولیت حمله را بر عهده گرفت.", None),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "words"), [case[1:] for case in UNCLAIMED], ids=[case[0] for case in UNCLAIMED])
def test_that_nobody_has_claimed_it_is_told_with_its_words(language: str, text: str, words: str | None) -> None:
    account = told("a")
    reports = {"r-a": Report(text, "r-a", language=language)}

    found = assess((account,), reports, {}).unclaimed

    assert [text[start:end].removeprefix("و") for _, start, end in found] == ([words] if words else [])
    assert assess((replace(account, background=True),), reports, {}).unclaimed == ()
