"""Linking: who is held to tell of one happening, in whatever order and language."""

import datetime as dt
import random
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from theatre import pair_scores, theatre

import tahqiq.linking.comparing
from accounts_made import PLACES, killed, named, reports_of, told
from bounds import examples
from tahqiq.errors import CodebookError
from tahqiq.linking import clusters, explain, link, load_weights
from tahqiq.linking.copies import copies
from tahqiq.linking.names import likeness
from tahqiq.linking.telling import features, sign
from tahqiq.model import Account, Decision, Link, Report

US = named("United States", None, "government")
IS = named("Islamic State", "islamic-state", "rebel_group")
FRIDAY, SATURDAY = "2023-07-07", "2023-07-08"


def codes(a: Account, b: Account, published: str | None = "2023-07-09") -> set[str]:
    return {reason.code for reason in explain(a, b, reports_of((a, b), published)).reasons}


SLOTS = [
    ("same-day", {"day": FRIDAY}, {"day": FRIDAY}, "day_same"),
    ("day-after", {"day": FRIDAY}, {"day": SATURDAY}, "day_beside"),
    ("week-holds-day", {"day": FRIDAY}, {"day": "2023-07-03", "until": "2023-07-09", "grain": "week"}, "week_holds"),
    ("month-holds-day", {"day": FRIDAY}, {"day": "2023-07-01", "until": "2023-07-31", "grain": "month"}, "month_holds"),
    ("other-month", {"day": FRIDAY}, {"day": "2023-05-01"}, "days_far"),
    ("night-into-day", {"day": FRIDAY, "until": SATURDAY, "grain": "interval"}, {"day": SATURDAY}, "day_same"),
    ("region-holds-town", {"place": "eastern Syria"}, {"place": "Deir ez-Zor"}, "place_region_holds"),
    ("region-does-not-hold-city", {"place": "eastern Syria"}, {"place": "Aleppo"}, "place_outside"),
    ("province-holds-town", {"place": "Deir ez-Zor Governorate"}, {"place": "Mayadin"}, "place_province_holds"),
    ("country-holds-town", {"place": "Syria"}, {"place": "Mayadin"}, "place_country_holds"),
    ("village-beside-town", {"place": "al-Bab"}, {"place": "Bizaa"}, "place_same"),
    ("two-towns-of-a-province", {"place": "al-Bab"}, {"place": "Aleppo"}, "place_apart"),
    ("two-countries", {"place": "Ain al-Asad"}, {"place": "Aleppo"}, "place_abroad"),
    ("unit-and-group", {"by": (IS,)}, {"by": (IS,)}, "perpetrator_same"),
    ("state-by-adjective", {"by": (US,)}, {"by": (named("American warplanes", None, "aircraft"),)}, "perpetrator_state"),
    ("two-states", {"by": (US,)}, {"by": (named("Russian warplanes", None, "aircraft"),)}, "perpetrator_differs"),
    ("dead-to-a-man", {"harm": (killed(40),)}, {"harm": (killed(40),)}, "killed_same_many"),
    ("toll-rises", {"harm": (killed(3),)}, {"harm": (killed(5),)}, "killed_near"),
    ("at-least-holds", {"harm": (killed(3, None, qualifier="at_least"),)}, {"harm": (killed(9),)}, "killed_overlaps"),
    ("name-across-scripts", {"victims": ("أسامة المهاجر",)}, {"victims": ("Osama al-Muhajir",)}, "victim_same"),
    ("kunya-for-name", {"victims": ("Abu Usama al-Muhajir",)}, {"victims": ("Usama al-Muhajir",)}, "victim_alike"),
    ("two-names", {"victims": ("محمد حسین",)}, {"victims": ("Khalid al-Masoud",)}, "victims_differ"),
    ("strike-told-as-shelling", {}, {"event_type": "shelling"}, "type_family"),
    ("strike-and-arrest", {}, {"event_type": "arrest"}, "type_other"),
    ("weapon-in-common", {"weapons": ("drone",)}, {"weapons": ("drone", "missile")}, "weapon_shared"),
]


@pytest.mark.parametrize(("one", "other", "level"), [case[1:] for case in SLOTS], ids=[case[0] for case in SLOTS])
def test_a_slot_is_compared_with_each_side_as_exactly_as_it_is_told(one: dict[str, object], other: dict[str, object], level: str) -> None:
    a, b = told("a", **one), told("b", **other)  # type: ignore[arg-type]

    assert level in codes(a, b)
    assert explain(a, b, reports_of((a, b))) == explain(b, a, reports_of((a, b)))


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("أسامة المهاجر", "Usamah al-Muhajir", True),
        ("اسامہ المہاجر", "اسامه المهاجر", True),
        ("خالد المسعود", "Khaled Abdullah al-Masoud", True),
        ("قاسم سليماني", "Qassem Soleimani", True),
        ("سراج رئیسانی", "Siraj Raisani", True),
        ("شيخ أحمد ياسين", "Ahmed Yassin", True),
        ("محمد علی", "Muhammad Hassan", False),
        ("Muhammad Ali", "Ali Hassan", False),
        ("خالد", "Khalid", False),
    ],
)
def test_a_person_is_known_across_scripts_and_a_single_word_is_not_enough(a: str, b: str, same: bool) -> None:
    assert (likeness(a, b) >= 0.85) is same
    assert likeness(a, b) == likeness(b, a)


def test_a_namesake_that_was_refused_says_nothing_against_the_place_it_fits() -> None:
    homs = replace(PLACES["Aleppo"], id="other", name="Aleppo", country="US", lat=40.0, lon=-80.0)
    misread = told("a", place=homs)
    assert misread.place
    misread = replace(misread, place=replace(misread.place, others=(PLACES["Aleppo"],)))

    assert not {code for code in codes(misread, told("b", place="Aleppo")) if code.startswith("place_")}
    assert "place_abroad" in codes(misread, told("b", place="Mayadin"))


def test_a_building_that_was_struck_is_no_second_agreement_beside_the_place() -> None:
    base = named("Ain al-Asad air base", "us-base", "base")

    assert "target_same" not in codes(told("a", place="Ain al-Asad", at=(base,)), told("b", place="Ain al-Asad", at=(base,)))


def test_a_weapon_said_less_exactly_says_nothing() -> None:
    bomb, vest, drone = (told(n, weapons=(w,)) for n, w in (("a", "unspecified_explosive"), ("b", "suicide_vest"), ("c", "drone")))

    assert not {code for code in codes(bomb, vest) if code.startswith("weapon_")}
    assert "weapon_differs" in codes(bomb, drone)


def test_words_that_few_texts_have_speak_for_one_happening_across_scripts() -> None:
    texts = {
        "a": "انفجار في سوق مستونغ قرب مسجد المدينة وقتل نوابزاده رئيساني و171 آخرون",
        "b": "مستونگ کے بازار میں دھماکا، نوابزادہ رئیسانی سمیت 171 افراد ہلاک",
        **{f"x{n}": f"خبر رقم {n} عن أسعار القمح والوقود في الأسواق هذا الأسبوع" for n in range(60)},
    }
    accounts = [told(n, "explosion") for n in texts]
    reports = {f"r-{n}": Report(text, f"r-{n}", language="ur" if n == "b" else "ar") for n, text in texts.items()}

    found = {(one.a, one.b): one for one in link(accounts, reports)}
    facts = {reason.code: reason.facts.get("shared", "") for reason in found["a", "b"].reasons}

    assert ("171" in facts["story_number"], "mstng" in facts["story_sound"]) == (True, True)
    assert max(found.values(), key=lambda one: one.score if "x" not in one.a + one.b else 0.0) == found["a", "b"]
    assert not [pair for pair in found if sum(name.startswith("x") for name in pair) == 1]


def linked(*accounts: Account, published: str | None = "2023-07-09", decisions: tuple[Decision, ...] = ()) -> tuple[tuple[str, ...], ...]:
    reports = reports_of(accounts, published)
    return clusters(accounts, link(accounts, reports), decisions)


FULL = {"day": FRIDAY, "place": "Deir ez-Zor", "by": (US,), "at": (IS,), "weapons": ("drone",), "harm": (killed(1),)}


def test_four_outlets_that_contradict_each_other_on_day_and_place_are_one_happening_where_the_dead_is_named() -> None:
    retold = (
        told("ar", day=FRIDAY, place="eastern Syria", by=(US,), at=(IS,), victims=("أسامة المهاجر",), harm=(killed(1),)),
        told("en", day=FRIDAY, place="al-Bab", victims=("Usamah al-Muhajir",), harm=(killed(1),), weapons=("drone",)),
        told("ur", day=SATURDAY, place="Aleppo", by=(US,), at=(IS,), victims=("اسامہ المہاجر",), weapons=("drone",)),
        told("fa", day=FRIDAY, place="Syria", by=(US,), victims=("اسامه المهاجر",), harm=(killed(1),)),
    )

    assert linked(*retold) == (("ar", "en", "fa", "ur"),)


def test_two_strikes_of_one_week_in_one_town_stay_two() -> None:
    assert linked(told("a", **FULL), told("b", **FULL | {"day": "2023-07-11", "harm": (killed(6),)})) == (("a",), ("b",))


def test_two_accounts_of_one_report_never_link() -> None:
    twice = told("a", report="r", **FULL), told("b", report="r", **FULL)

    assert link(twice, reports_of(twice)) == ()


def test_a_main_story_without_a_date_links_to_what_happened_before_it_was_published() -> None:
    undated = told("a", **FULL | {"day": None})

    assert linked(undated, told("b", **FULL)) == (("a", "b"),)
    assert linked(undated, told("b", **FULL | {"day": "2023-09-01"})) == (("a",), ("b",))


def test_a_background_without_a_date_is_not_held_to_be_news() -> None:
    news = told("a", **FULL | {"place": "eastern Syria", "harm": ()})
    background = told("b", **FULL | {"day": None, "place": "eastern Syria", "harm": ()}, background=True)

    assert "told_then" not in codes(news, background)
    assert linked(news, background) == (("a",), ("b",))


def test_an_anniversary_story_joins_the_old_happening_by_its_date() -> None:
    old, new = told("old", **FULL), told("new", **FULL | {"day": "2024-07-07", "harm": (killed(4),)})
    recalled = told("recalled", **FULL, background=True)
    accounts = (old, new, recalled)
    reports = reports_of(accounts) | {"r-recalled": Report("words", "r-recalled", published=dt.date(2024, 7, 8), language="en")}

    assert clusters(accounts, link(accounts, reports)) == (("new",), ("old", "recalled"))


# -- clusters ---------------------------------------------------------------------------------------------------------


def chain(*scores: float) -> tuple[Link, ...]:
    return tuple(Link(f"a{n}", f"a{n + 1}", score) for n, score in enumerate(scores))


def test_a_chain_of_look_alikes_does_not_become_one() -> None:
    accounts = [told(f"a{n}") for n in range(6)]

    found = clusters(accounts, chain(14, 15, 14, 15, 14))

    assert max(map(len, found)) == 2


def test_a_link_under_the_threshold_joins_nothing() -> None:
    assert clusters([told("a0"), told("a1")], chain(load_weights().threshold - 0.1)) == (("a0",), ("a1",))


def decide(kind: str, subject: str, *others: str, at: str = "2026-01-01T00:00:00Z", id: str = "d1", **value: object) -> Decision:
    return Decision(id, kind, subject, "an editor", "because", at, {"accounts": list(others), **value})


def test_a_person_wins_over_any_link() -> None:
    a, b, c = told("a", **FULL), told("b", **FULL), told("c", day="2020-01-01", place="Kandahar")

    assert linked(a, b, c) == (("a", "b"), ("c",))
    assert linked(a, b, c, decisions=(decide("not_same", "a", "b"),)) == (("a",), ("b",), ("c",))
    assert linked(a, b, c, decisions=(decide("same", "a", "c"),)) == (("a", "b", "c"),)


def test_of_two_decisions_the_later_holds_and_one_taken_back_says_nothing() -> None:
    a, b = told("a", **FULL), told("b", **FULL)
    apart = decide("not_same", "a", "b")
    together = decide("same", "b", "a", id="d2", at="2026-02-01T00:00:00Z")
    back = Decision("d3", "take_back", "a", "an editor", "a mistake", "2026-03-01T00:00:00Z", {"decision": "d1"})

    assert linked(a, b, decisions=(together, apart)) == (("a", "b"),)
    assert linked(a, b, decisions=(apart, back)) == (("a", "b"),)


def test_a_decision_about_unknown_accounts_changes_nothing() -> None:
    assert linked(told("a", **FULL), decisions=(decide("same", "a", "gone"),)) == (("a",),)


@pytest.mark.slow
@settings(max_examples=examples(25), deadline=None)
@given(order=st.permutations(range(30)), seed=st.integers(0, 50))
def test_links_and_clusters_are_the_same_whatever_the_order(order: list[int], seed: int) -> None:
    accounts, reports, _ = theatre(12, seed=seed, days=4)
    accounts = accounts[:30]
    shuffled = [accounts[n] for n in order if n < len(accounts)]
    mixed = dict(random.Random(seed).sample(sorted(reports.items()), len(reports)))
    links = link(accounts, reports)
    again = link(shuffled, mixed)

    assert again == links
    assert clusters(shuffled, random.Random(seed).sample(again, len(again))) == clusters(accounts, links)


def test_a_noisy_theatre_is_told_apart() -> None:
    accounts, reports, truth = theatre(700, seed=3, days=250)

    precision, recall, f1 = pair_scores(clusters(accounts, link(accounts, reports)), truth)

    assert (precision > 0.86, recall > 0.9, f1 > 0.9) == (True, True, True), (precision, recall, f1)


# -- weights ----------------------------------------------------------------------------------------------------------


def test_every_level_that_is_compared_has_its_weight_and_every_weight_its_level() -> None:
    source = Path(tahqiq.linking.comparing.__file__).read_text("utf-8")
    slots = "type status days? week month year told place province region country sides victims? killed injured weapon wire".split()
    named_whole = set(re.findall(rf'"((?:{"|".join(slots)})_[a-z_]+)"', source))
    by_kin = {f"{side}_{kin}" for side in ("perpetrator", "target") for kin in ("same", "part", "state", "differs")} | {
        "perpetrator_allied"
    }

    assert named_whole | by_kin == set(load_weights().bits)


def test_what_speaks_for_one_happening_never_weighs_against_it() -> None:
    weights = load_weights().stories

    assert set(weights) == set(features())
    assert not [name for name, bits in weights.items() if bits * sign(name) < 0]


def test_a_weight_that_is_no_share_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "weights.yaml"
    whole = Path(tahqiq.linking.comparing.__file__).with_name("weights.yaml").read_text("utf-8")
    path.write_text(whole.replace("type_same: {m: 0.70", "type_same: {m: 0"), "utf-8")

    with pytest.raises(CodebookError, match=r"weights\.yaml: levels\.type_same\.m"):
        load_weights(path)


# -- copies -----------------------------------------------------------------------------------------------------------

WIRE = (
    "أعلنت وزارة الصحة في بيان أن ثلاثة أشخاص قتلوا وأصيب سبعة آخرون في قصف مدفعي طال سوقا شعبيا صباح الاثنين، "
    "وقالت إن فرق الإسعاف نقلت المصابين إلى مستشفى المدينة وإن اثنين منهم في حال حرجة"
)
OTHER = (
    "قال سكان إن قذائف سقطت على السوق قبيل الظهر وأدت إلى احتراق محال تجارية، ونقل مصورون صورا لعربات إسعاف تجوب الشوارع "
    "بينما أغلقت المدارس أبوابها وطلبت البلدية من الأهالي البقاء في منازلهم"
)


def report(id: str, text: str, day: int | None = 1, language: str = "ar", **more: object) -> Report:
    return Report(text, id, published=dt.date(2024, 3, day) if day else None, language=language, **more)  # type: ignore[arg-type]


def test_a_copy_with_a_new_head_leads_to_the_one_published_first() -> None:
    found = copies([report("b", f"عاجل من مراسلنا\n{WIRE}", 3), report("a", WIRE, 4), report("c", WIRE, 2), report("d", OTHER)])

    assert found == {"a": "c", "b": "c", "c": "c", "d": "d"}


def test_an_excerpt_is_a_copy() -> None:
    words = WIRE.split()

    assert copies([report("a", f"{WIRE} {OTHER}"), report("b", " ".join(words[: len(words)]), 2)])["b"] == "a"


def test_two_tellings_of_one_happening_and_two_headlines_are_no_copies() -> None:
    assert copies([report("a", WIRE), report("b", OTHER, 2), report("c", "قصف السوق", 1), report("d", "قصف السوق", 1)]) == {
        "a": "a", "b": "b", "c": "c", "d": "d",
    }  # fmt: skip


def test_menus_do_not_make_copies() -> None:
    menu = "الرئيسية أخبار سياسة اقتصاد رياضة ثقافة منوعات طقس صور فيديو من نحن اتصل بنا شروط الاستخدام سياسة الخصوصية أرشيف بحث "
    one, other = f"{menu}{WIRE}", f"{menu}{OTHER}"
    head = ((0, len(menu)),)

    assert copies([report("a", one, furniture=head), report("b", other, furniture=head)]) == {"a": "a", "b": "b"}


def test_an_undated_copy_follows_the_dated_one() -> None:
    assert copies([report("a", WIRE, None), report("b", WIRE, 5)]) == {"a": "b", "b": "b"}


@given(st.permutations(range(5)))
def test_the_original_is_the_same_whatever_the_order(order: list[int]) -> None:
    reports = [report("a", WIRE, 4), report("b", WIRE, 2), report("c", OTHER, 1), report("d", f"{OTHER} وانتهى", 1), report("e", "", 1)]

    assert copies([reports[n] for n in order]) == copies(reports)


def test_accounts_in_the_same_words_of_one_wire_text_are_of_one_happening() -> None:
    bare = replace(told("a"), trigger=told("a").trigger)
    accounts = (bare, replace(bare, id="b", report="r-b"))
    reports = {"r-a": report("r-a", WIRE), "r-b": report("r-b", f"{WIRE} انتهى", 2)}

    assert clusters(accounts, link(accounts, reports)) == (("a", "b"),)


def test_a_place_of_the_same_name_in_another_country_is_another() -> None:
    assert "place_abroad" in codes(
        told("a", place="Aleppo"), told("b", place=replace(PLACES["Aleppo"], id=None, country="US", lat=40.0, lon=-80.0))
    )
