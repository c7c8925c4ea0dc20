"""Who is proposed as perpetrator and target, by whom a group's words tell, and how many are chosen beside the best."""

import pytest

from tahqiq.model import Report
from tahqiq.reading import choosing, default_reader
from tahqiq.reading.actors import Entity
from tahqiq.reading.happenings import Happening
from tahqiq.reading.scene import Scene, find_scene
from tahqiq.reading.slots.choice import several
from tahqiq.reading.slots.sides import propose_objects, propose_sides
from tahqiq.reading.triggers import candidates


def scene_of(language: str, text: str) -> Scene:
    reader = default_reader()
    return find_scene(Report(text, language=language), language, reader.places, reader.actors)


def proposed(language: str, text: str, question: str) -> dict[str, dict[str, float]]:
    """Features of each that is proposed, by name, where the whole text tells one happening."""
    scene = scene_of(language, text)
    triggers = candidates(scene)
    happening = Happening([], triggers[0].event_type, 0)
    for trigger in triggers:
        happening.add(trigger)
    found = propose_sides(scene, happening, [happening], question)
    return {entity.name: features for entity, features in found if isinstance(entity, Entity)}


@pytest.mark.parametrize(
    ("language", "text", "name"),
    [
        pytest.param("ar", "قتل خمسة جنود في كمين نصبه مسلحو تنظيم القاعدة.", "al-Qaeda", id="ar-gunmen-of-a-group"),
        pytest.param("ar", "هاجم مسلحو بوكو حرام القرية.", "Boko Haram", id="ar-gunmen-of-another"),
        pytest.param("en", "The militant group Boko Haram attacked a village.", "Boko Haram", id="en-militant-group-and-its-name"),
        pytest.param("ur", "شدت پسند تنظیم داعش نے پولیس پر حملہ کیا۔", "Islamic State", id="ur-militant-group-and-its-name"),
    ],
)
def test_a_groups_gunmen_are_the_group(language: str, text: str, name: str) -> None:
    assert proposed(language, text, "perpetrator")[name]["doer"] == 1.0


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        pytest.param("en", "Al Shabab shelled the base. The armed group killed ten people.", "armed group", id="en"),
        pytest.param("ar", "هاجم تنظيم القاعدة القاعدة العسكرية. وقتلت الجماعة عشرة أشخاص.", "الجماعة", id="ar"),
        pytest.param("ur", "طالبان نے حملہ کیا۔ تنظیم نے دس افراد کو ہلاک کیا۔", "تنظیم", id="ur"),
    ],
)
def test_the_group_is_the_armed_group_told_last(language: str, text: str, words: str) -> None:
    scene = scene_of(language, text)
    named = next(e for e in scene.entities if e.kind == "actor")
    again = next(e for e in scene.entities if scene.analysis.text(e.first, e.last) == words)
    assert (again.actor, again.name) == (named.actor, named.name)


def test_a_group_told_long_before_is_not_meant_by_the_group() -> None:
    between = " Rain fell. It was cold. Shops closed. Roads flooded."
    scene = scene_of("en", f"Al Shabab shelled the base.{between} An armed group killed ten people.")
    assert next(e for e in scene.entities if e.name == "armed group").actor is None


def test_gunmen_whom_nobody_knows_are_no_perpetrators() -> None:
    assert "gunmen" not in proposed("en", "Unidentified gunmen attacked a police post.", "perpetrator")


def test_where_people_live_is_no_target() -> None:
    assert not any("village" in name for name in proposed("en", "Taliban fighters attacked a village.", "target"))


def test_the_car_of_a_car_bomb_is_no_target() -> None:
    assert "vehicle" not in proposed("en", "A car bomb exploded outside a police station.", "target")


@pytest.mark.parametrize("words", ["مواقع لميليشيا الحوثي", "مواقع وآليات لميليشيا الحوثي"])
def test_positions_of_a_militia_are_told_under_its_name(words: str) -> None:
    scene = scene_of("ar", f"شنت مقاتلات التحالف العربي غارات استهدفت {words} في مأرب.")
    happening = Happening([], "airstrike", 0)
    for trigger in candidates(scene):
        happening.add(trigger)
    militia = next(e.actor for e in scene.entities if scene.analysis.text(e.first, e.last).endswith("ميليشيا الحوثي"))
    sites = propose_objects(scene, happening)
    assert militia is not None
    assert {site.actor for site in sites} == {militia}
    assert words in [scene.analysis.text(site.first, site.last) for site in sites]


def test_where_one_claims_it_the_others_are_told_so() -> None:
    text = "Taliban fighters attacked a base. Islamic State claimed responsibility for the attack."
    found = proposed("en", text, "perpetrator")
    assert "another_claims" in found["Taliban"]
    assert "another_claims" not in found["Islamic State"]


@pytest.mark.parametrize(("further", "chosen"), [(0.0, ["a", "b"]), (-1.0, ["a"])])
def test_whatever_is_chosen_beside_the_best_needs_more(further: float, chosen: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    weights = {"target": {"bias": 0.0, "good": 2.0, "fair": 0.5, "poor": -1.0, "further": further}}
    monkeypatch.setattr(choosing, "load_weights", lambda: weights)
    monkeypatch.setattr("tahqiq.reading.slots.choice.load_weights", lambda: weights)
    proposals = [("b", {"fair": 1.0}), ("a", {"good": 1.0}), ("c", {"poor": 1.0})]
    assert [c.candidate for c in several("target", proposals)] == chosen
