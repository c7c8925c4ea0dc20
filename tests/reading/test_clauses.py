"""Who does and who suffers in a trigger's clause, by word order, markers, possession and what is joined by `and`."""

import pytest

from tahqiq.model import Report
from tahqiq.reading import default_reader
from tahqiq.reading.clauses import clauses_of
from tahqiq.reading.scene import Scene, find_scene
from tahqiq.reading.triggers import Trigger, candidates

SHELLED = "The Syrian army shelled rebel positions in Idlib."
ATTACKED = "The spokesman said Taliban fighters attacked Afghan forces in Kunduz."


def scene_of(language: str, text: str) -> Scene:
    reader = default_reader()
    return find_scene(Report(text, language=language), language, reader.places, reader.actors)


def trigger_of(scene: Scene, words: str) -> Trigger:
    return next(t for t in candidates(scene) if words in scene.analysis.text(t.first, t.last))


def having(scene: Scene, words: str, part: str) -> list[str]:
    """Those to whom the clause of a trigger gives a part, as they are told."""
    features = clauses_of(scene).parts(trigger_of(scene, words))
    return [scene.analysis.text(*span) for span, names in features.items() if part in names]


@pytest.mark.parametrize(
    ("language", "text", "trigger", "doer", "sign"),
    [
        pytest.param("en", SHELLED, "shelled", "Syrian army", "doer_subject", id="en-subject-before-its-verb"),
        pytest.param("en", ATTACKED, "attacked", "Taliban fighters", "doer_subject", id="en-who-speaks-is-no-subject"),
        pytest.param(
            "en", "A convoy was attacked by Islamic State near Mosul.", "attacked", "Islamic State", "doer_by_marker", id="en-by"
        ),
        pytest.param(
            "en", "Turkish airstrikes hit northern Iraq.", "airstrikes", "Turkish", "doer_owner", id="en-nationality-owns-the-noun"
        ),
        pytest.param(
            "ar", "هاجم تنظيم الدولة الإسلامية الجيش العراقي قرب الموصل.", "هاجم", "تنظيم الدولة الإسلامية", "doer_behind_verb",
            id="ar-subject-behind-its-verb",
        ),
        pytest.param(
            "ar", "غارات التحالف الدولي على تنظيم الدولة الإسلامية في الرقة.", "غارات", "التحالف الدولي", "doer_owner",
            id="ar-owner-behind-its-noun",
        ),
        pytest.param("ur", "طالبان نے افغان فوج پر حملہ کیا۔", "حملہ", "طالبان", "doer_by_marker", id="ur-ne"),
        pytest.param("ur", "فوج کے حملے میں چار افراد ہلاک ہوئے۔", "حملے", "فوج", "doer_owner", id="ur-owner-before-its-noun"),
        pytest.param("fa", "طالبان به نیروهای ارتش افغانستان حمله کرد.", "حمله کرد", "طالبان", "doer_subject", id="fa-subject-first"),
        pytest.param(
            "en", "Four policemen were killed by Taliban gunmen in Kunduz.", "killed by", "Taliban gunmen", "doer_inside",
            id="en-behind-the-by-of-the-trigger",
        ),
        pytest.param(
            "fa", "ارتش سوریه داعش را بمباران کرد.", "بمباران", "ارتش سوریه", "doer_subject",
            id="fa-an-army-before-a-group-that-is-its-object",
        ),
        pytest.param(
            "ar", "سقطت صواريخ أطلقها الحوثيون على جازان.", "سقطت صواريخ", "الحوثيون", "doer_behind_verb",
            id="ar-behind-a-verb-with-its-object",
        ),
        pytest.param(
            "ar", "قتل خمسة جنود في كمين نصبه مسلحو تنظيم القاعدة.", "كمين", "مسلحو تنظيم القاعدة", "doer_by_marker",
            id="ar-who-laid-the-ambush",
        ),
        pytest.param("ur", "طیاروں نے غزہ میں اسکول کو نشانہ بنایا۔", "نشانہ", "طیاروں", "doer_by_marker", id="ur-aircraft"),
        pytest.param(
            "en", "The army clashed with Taliban fighters in Helmand.", "clashed", "army", "doer_subject", id="en-who-clashes-with-another"
        ),
        pytest.param(
            "ur",
            "پولیس اہلکار نے بتایا کہ عراقی فوج نے شدت پسند تنظیم داعش کے گڑھ پر حملہ کیا۔", "حملہ کیا", "عراقی فوج", "doer_by_marker",
            id="ur-a-group-and-its-name-are-one-owner",
        ),
    ],
)  # fmt: skip
def test_the_doer_is_told_by_the_sign_of_its_language(language: str, text: str, trigger: str, doer: str, sign: str) -> None:
    scene = scene_of(language, text)
    assert having(scene, trigger, "doer") == [doer]
    assert having(scene, trigger, sign) == [doer]


@pytest.mark.parametrize(
    ("language", "text", "trigger", "struck", "sign"),
    [
        pytest.param("en", ATTACKED, "attacked", "Afghan forces", "struck_object", id="en-object-behind-its-verb"),
        pytest.param(
            "ar", "غارات التحالف الدولي على تنظيم الدولة الإسلامية في الرقة.", "غارات", "تنظيم الدولة الإسلامية", "struck_by_target_after",
            id="ar-on",
        ),
        pytest.param(
            "ar", "هاجم تنظيم الدولة الإسلامية الجيش العراقي قرب الموصل.", "هاجم", "الجيش العراقي", "struck_object",
            id="ar-object-behind-the-subject",
        ),
        pytest.param(
            "en", "The army clashed with Taliban fighters in Helmand.", "clashed", "Taliban fighters", "struck_by_opponent_after",
            id="en-with-whom-one-clashes",
        ),
        pytest.param(
            "fa", "درگیری ارتش با طالبان در هلمند.", "درگیری", "طالبان", "struck_by_opponent_after",
            id="fa-with-whom-one-clashes",
        ),
        pytest.param(
            "fa", "ارتش سوریه داعش را بمباران کرد.", "بمباران", "داعش", "struck_by_object_before",
            id="fa-the-group-beside-the-army",
        ),
        pytest.param(
            "ur", "پاکستان نے بھارتی ڈرون مار گرایا۔", "مار گرایا", "بھارتی ڈرون", "struck_object", id="ur-the-drone-that-is-brought-down"
        ),
        pytest.param("ur", "اسرائیلی فوج نے غزہ میں حماس پر بمباری کی۔", "بمباری", "حماس", "struck_by_target_before", id="ur-par"),
        pytest.param(
            "fa", "حمله طالبان به پلیس افغانستان در هلمند.", "حمله", "پلیس افغانستان", "struck_by_target_after", id="fa-be-behind-the-noun"
        ),
    ],
)  # fmt: skip
def test_the_struck_is_told_by_the_sign_of_its_language(language: str, text: str, trigger: str, struck: str, sign: str) -> None:
    scene = scene_of(language, text)
    assert having(scene, trigger, "struck") == [struck]
    assert having(scene, trigger, sign) == [struck]


def test_the_subject_of_a_passive_harm_is_struck_and_does_not() -> None:
    scene = scene_of("en", "Six soldiers were killed in Helmand.")
    assert having(scene, "killed", "harm_struck_passive_subject") == ["soldiers"]
    assert having(scene, "killed", "harm_doer") == []


def test_whoever_is_joined_by_and_shares_the_part_of_its_neighbour() -> None:
    scene = scene_of("ar", "استهدفت القوات الروسية والجيش السوري بلدة في إدلب.")
    assert having(scene, "استهدفت", "doer") == ["القوات الروسية"]
    assert having(scene, "استهدفت", "joined_doer") == ["والجيش السوري"]


@pytest.mark.parametrize(
    ("language", "text", "trigger", "parties"),
    [
        pytest.param(
            "ur", "فوج اور طالبان کے درمیان جھڑپ ہوئی۔", "جھڑپ", ["فوج", "طالبان"], id="ur-between"
        ),
        pytest.param("en", "Talks between Iran and Russia were held in Moscow.", "Talks", ["Iran", "Russia"], id="en-between"),
    ],
)  # fmt: skip
def test_both_whom_between_names_are_parties(language: str, text: str, trigger: str, parties: list[str]) -> None:
    assert having(scene_of(language, text), trigger, "doer_party") == parties


@pytest.mark.parametrize(
    ("language", "text", "trigger", "no_doer"),
    [
        pytest.param(
            "en", "Forty people were killed in shootings in Christchurch, New Zealand.", "shootings", "New Zealand",
            id="en-where",
        ),
        pytest.param("en", "Forty people were killed in shootings in Christchurch.", "shootings", "people", id="en-the-harmed"),
        pytest.param("en", "KABUL, Afghanistan — Dozens died in a bombing.", "bombing", "Afghanistan", id="en-dateline"),
        pytest.param(
            "en", "Israel killed three Hamas commanders in an airstrike on a house.", "airstrike", "Hamas commanders",
            id="en-the-object-before",
        ),
        pytest.param("ur", "ایران نے کہا کہ امریکی ڈرون مار گرایا گیا۔", "مار گرایا", "امریکی ڈرون", id="ur-the-craft"),
    ],
)  # fmt: skip
def test_who_only_stands_before_a_happening_does_not_do_it(language: str, text: str, trigger: str, no_doer: str) -> None:
    assert no_doer not in having(scene_of(language, text), trigger, "doer")


def test_by_holds_its_doer_behind_a_number() -> None:
    scene = scene_of("en", "Ten policemen died in an attack by dozens of militants in Kunduz.")
    assert having(scene, "attack", "doer_by_marker") == ["militants"]


def test_a_name_in_another_sentence_has_no_part_in_the_clause() -> None:
    scene = scene_of("en", f"{SHELLED} Hamas met in Cairo.")
    told = clauses_of(scene).parts(trigger_of(scene, "shelled"))
    assert "Hamas" not in [scene.analysis.text(*span) for span in told]


def test_a_clause_ends_at_a_semicolon() -> None:
    scene = scene_of("en", "Hamas fired rockets on Friday; the Syrian army shelled Idlib.")
    assert having(scene, "shelled", "doer") == ["Syrian army"]
    assert "Hamas" in having(scene, "shelled", "out_of_clause")


def test_leaders_count_how_often_each_actor_does_in_a_report() -> None:
    scene = scene_of("en", f"{SHELLED} The Syrian army shelled Aleppo. Taliban fighters attacked Afghan forces.")
    triggers = [t for t in candidates(scene) if not t.is_harm]
    doers = clauses_of(scene).leaders(triggers)["doer"]
    assert doers.most_common(1)[0][1] == 2


def test_the_clauses_of_a_scene_are_found_once() -> None:
    scene = scene_of("en", SHELLED)
    assert clauses_of(scene) is clauses_of(scene)
    assert clauses_of(scene) is not clauses_of(scene_of("en", SHELLED))
