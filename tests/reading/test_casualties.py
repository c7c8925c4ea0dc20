"""How many of whom came to what harm: tolls with their people, in four languages."""

import pytest

from tahqiq.model import Report
from tahqiq.reading import default_reader
from tahqiq.reading.casualties import Row
from tahqiq.reading.figures import proposals
from tahqiq.reading.happenings import believed_happenings
from tahqiq.reading.scene import Scene, find_scene
from tahqiq.reading.slots import propose_rows
from tahqiq.reading.triggers import find_triggers

Toll = tuple[str, str, int, int | None]


def scene_of(language: str, text: str) -> Scene:
    reader = default_reader()
    return find_scene(Report(text, language=language), language, reader.places, reader.actors)


def tolls(language: str, text: str) -> list[Toll]:
    return sorted(((r.effect, r.who, r.min, r.max) for r in scene_of(language, text).rows), key=str)


CASES = [
    pytest.param("ur", "کارروائی کے دوران دو افراد کو پولیس نے گرفتار کر لیا۔", [("detained", "unspecified", 2, 2)], id="ur-taken"),
    pytest.param("ur", "حادثے میں بس کا ڈرائیور ہلاک ہو گیا۔", [("killed", "civilians", 1, 1)], id="ur-one-by-its-verb"),
    pytest.param("ur", "حملہ آوروں نے محافظ کو زخمی کر دیا۔", [("injured", "security_forces", 1, 1)], id="ur-one-before-a-postposition"),
    pytest.param("ur", "ڈرون حملے میں تحریک طالبان کا کمانڈر ہلاک ہو گیا۔", [("killed", "combatants", 1, 1)], id="ur-a-groups-commander"),
    pytest.param("ur", "لڑائی کے باعث 200 خاندان نقل مکانی کر گئے۔", [("displaced", "unspecified", 200, None)], id="ur-families"),
    pytest.param("ur", "جھڑپوں کے بعد ہزاروں افراد نے نقل مکانی کی۔", [("displaced", "unspecified", 2000, None)], id="ur-fled"),
    pytest.param(
        "ur", "گولہ لگنے سے خاتون اور اس کے دو بچے زخمی ہو گئے۔", [("injured", "children", 2, 2), ("injured", "women", 1, 1)],
        id="ur-a-woman-and-her-children",
    ),
    pytest.param("ur", "فائرنگ سے ایک نو عمر لڑکا ہلاک ہوا۔", [("killed", "children", 1, 1)], id="ur-young-is-no-nine"),
    pytest.param("ur", "فوج نے ایک ڈرون مار گرایا۔", [], id="ur-a-drone-is-nobody"),
    pytest.param("ur", "حملے میں 18 بھارتی فوجی مارے گئے۔", [("killed", "security_forces", 18, 18)], id="ur-soldiers-by-a-forces-name"),
    pytest.param("ur", "محافظ کو ہلاک نہیں کیا گیا۔", [], id="ur-one-not-killed-is-no-toll"),
    pytest.param("en", "Six US soldiers were killed in the attack.", [("killed", "security_forces", 6, 6)], id="en-soldiers"),
    pytest.param("en", "About 300 families were displaced by the fighting.", [("displaced", "unspecified", 300, None)], id="en-families"),
    pytest.param(
        "en", "A woman and her two children were wounded.", [("injured", "children", 2, 2), ("injured", "women", 1, 1)],
        id="en-a-woman-and-her-children",
    ),
    pytest.param(
        "en", "Four civilians were killed and three others were wounded.", [("injured", "civilians", 3, 3), ("killed", "civilians", 4, 4)],
        id="en-others-are-of-those-before",
    ),
    pytest.param(
        "en", "A guard was killed and three others were wounded.", [("injured", "unspecified", 3, 3), ("killed", "security_forces", 1, 1)],
        id="en-others-of-one-are-not-told",
    ),
    pytest.param("en", "Ali Hassan and Omar Khalil were killed in the clash.", [("killed", "unspecified", 2, 2)], id="en-two-names"),
    pytest.param("en", "He said John Smith was not among the dead.", [], id="en-not-among-the-dead"),
    pytest.param(
        "en", "No one was killed or injured.", [("injured", "unspecified", 0, 0), ("killed", "unspecified", 0, 0)], id="en-nobody"
    ),
    pytest.param("en", "The policeman, John Smith, was unharmed.", [], id="en-one-unharmed-is-not-nobody-harmed"),
    pytest.param("en", "General John Smith was killed on Monday.", [("killed", "security_forces", 1, 1)], id="en-a-rank-tells-who"),
    pytest.param("fa", "۵ نفر از نیروهای پلیس کشته شدند.", [("killed", "security_forces", 5, 5)], id="fa-of-the-police"),
    pytest.param(
        "fa", "۱۳ سرباز عراقی کشته و ۴ نفر دیگر زخمی شدند.", [("injured", "security_forces", 4, 4), ("killed", "security_forces", 13, 13)],
        id="fa-others-are-of-those-before",
    ),
    pytest.param("fa", "در این حمله کسی کشته نشد.", [("killed", "unspecified", 0, 0)], id="fa-nobody"),
    pytest.param("ar", "قتل 27 شخصا من مقاتلي الحشد الشعبي في كمين.", [("killed", "combatants", 27, 27)], id="ar-persons-of-the-fighters"),
    pytest.param("ar", "قتل قيادي في تنظيم القاعدة بغارة.", [("killed", "combatants", 1, 1)], id="ar-a-groups-leader"),
    pytest.param("ar", "لم تسفر الهجمات عن مقتل أي جندي.", [("killed", "security_forces", 0, 0)], id="ar-no-soldier"),
    pytest.param(
        "ar", "أفاد المرصد بمقتل 3 ضباط وإصابة 4 آخرين.", [("injured", "security_forces", 4, 4), ("killed", "security_forces", 3, 3)],
        id="ar-others-are-of-those-before",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "told"), CASES)
def test_a_toll_tells_how_many_of_whom(language: str, text: str, told: list[Toll]) -> None:
    assert tolls(language, text) == told


@pytest.mark.parametrize(
    ("language", "text", "measure", "least"),
    [
        pytest.param("en", "It was the second rocket attack on the town in less than a month.", "attacks", 2, id="en-attacks-by-order"),
        pytest.param("en", "More than 1,300 Palestinians have been killed since July 8.", "killed", 1300, id="en-killed-since"),
        pytest.param("en", "The country has 2,000 troops in Syria.", "troops", 2000, id="en-troops"),
        pytest.param("ar", "نفذ التنظيم 80 هجوما منذ بداية العام.", "attacks", 80, id="ar-attacks-counted-in-the-singular"),
        pytest.param("fa", "حدود دو هزار سرباز در این کشور مستقرند.", "troops", 2000, id="fa-troops"),
    ],
)
def test_a_standing_number_may_be_a_figure(language: str, text: str, measure: str, least: int) -> None:
    assert (measure, least) in {(found[0], found[3][0]) for found in proposals(scene_of(language, text), frozenset())}


@pytest.mark.parametrize(
    ("text", "killed"),
    [
        pytest.param(
            "A car bomb exploded in Homs on Sunday. At least 25 people were killed in it, the Syrian Observatory for Human Rights said. "
            "Syrian state television said 14 people were killed.",
            [(14, None)],
            id="at-least-against-a-lower-one",
        ),
        pytest.param(
            "A car bomb exploded in Homs on Sunday. At least 25 people were killed in it, the Syrian Observatory for Human Rights said.",
            [(25, None)],
            id="one-voice-alone",
        ),
    ],
)
def test_tolls_that_nobody_resolves_are_one_from_the_lower_upwards(text: str, killed: list[tuple[int, int | None]]) -> None:
    scene = scene_of("en", text)
    (happening,) = believed_happenings(scene, find_triggers(scene)[0])
    told = [row for row, _ in propose_rows(scene, happening, [happening]) if isinstance(row, Row) and row.effect == "killed"]
    assert [(row.min, row.max) for row in told] == killed
