"""Actors are found by name, alias and acronym in four languages, with what they belong to."""

from pathlib import Path

import pytest

from tahqiq.errors import RegistryError
from tahqiq.fold import folded
from tahqiq.registries import Actors, load_actors
from tahqiq.registries.actors import actor_forms, compiled
from tahqiq.registries.lists import load_actor_list

FEW = """
source: "made for tests"
actors:
- id: us-government
  name: US government
  kind: government
  country: US
- id: us-armed-forces
  name: US Armed Forces
  kind: state_forces
  country: US
  parent: us-government
  years: [1775, null]
  acled: Military Forces of the United States
  en: [US military, American forces]
  ar: [الجيش الأمريكي]
  ur: [امریکی فوج]
  fa: [ارتش آمریکا]
- id: us-air-force
  name: US Air Force
  kind: state_forces
  country: US
  parent: us-armed-forces
- id: al-qaeda
  name: al-Qaeda
  kind: rebel_group
  country: null
  ar: [القاعدة, تنظيم القاعدة]
  ur: [القاعدہ]
- id: taliban
  name: Taliban
  kind: rebel_group
  country: [AF, PK]
  years: [1994, null]
  en: [the Taliban, Islamic Emirate]
  ur: [طالبان, افغان طالبان]
  weak: {en: [the movement], ar: [الحركة]}
- id: ttp
  name: Tehrik-i-Taliban Pakistan
  kind: rebel_group
  country: PK
  years: [2007, null]
  en: [TTP, Pakistani Taliban]
  ur: [تحریک طالبان پاکستان, ٹی ٹی پی, طالبان]
- id: amaq
  name: Amaq
  kind: outlet
  ar: [وكالة أعماق]
"""


@pytest.fixture(params=["from-lists", "compiled"])
def few(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Actors:
    path = tmp_path / "few.yaml"
    path.write_text(FEW, encoding="utf-8")
    actors = load_actor_list(path)
    if request.param == "from-lists":
        return Actors(actors, actor_forms(actors))
    (tmp_path / "actors.json").write_bytes(compiled(actors))
    monkeypatch.setattr("tahqiq.registries.actors.BUILT", tmp_path)
    return load_actors()


FOUND = [
    ("english-name", "US Armed Forces", "us-armed-forces"),
    ("english-alias", "American forces", "us-armed-forces"),
    ("english-article", "the US military", "us-armed-forces"),
    ("acronym", "TTP", "ttp"),
    ("hyphens", "Tehrik i Taliban Pakistan", "ttp"),
    ("acled", "Military Forces of the United States", "us-armed-forces"),
    ("arabic", "الجيش الأمريكي", "us-armed-forces"),
    ("arabic-other-hamza", "الجيش الامريكى", "us-armed-forces"),
    ("arabic-without-article", "جيش الأمريكي", "us-armed-forces"),
    ("arabic-with-article", "الوكالة أعماق", "amaq"),
    ("urdu", "امریکی فوج", "us-armed-forces"),
    ("persian", "ارتش آمریکا", "us-armed-forces"),
    ("loose", "al qaeda", "al-qaeda"),
]


@pytest.mark.parametrize(("name", "id"), [case[1:] for case in FOUND], ids=[case[0] for case in FOUND])
def test_an_actor_is_found_by_each_of_its_names(few: Actors, name: str, id: str) -> None:
    assert few.find(name)[0].id == id


def test_who_is_unknown_is_not_found(few: Actors) -> None:
    assert few.find("The Rotary Club") == ()
    assert few.ids("rotary") == ()
    assert not few.has("rotary")


def test_an_actor_knows_what_it_belongs_to_up_to_the_top(few: Actors) -> None:
    assert [actor.id for actor in few.parents("us-air-force")] == ["us-armed-forces", "us-government"]
    assert few.parents("us-government") == ()


def test_an_entry_bears_countries_and_years(few: Actors) -> None:
    taliban = few.get("taliban")
    assert (taliban.countries, taliban.country, taliban.years, taliban.kind) == (("AF", "PK"), "AF", (1994, None), "rebel_group")
    assert few.get("al-qaeda").country is None


def test_an_unknown_id_is_named_in_the_error(few: Actors) -> None:
    with pytest.raises(RegistryError, match="rotary-club"):
        few.get("rotary-club")


RUNS = [
    ("longest", "ur", "تحریک طالبان پاکستان نے", 0, (3, ("ttp",), False)),
    ("within", "ur", "تحریک طالبان پاکستان نے", 1, (1, ("taliban", "ttp"), False)),
    ("none", "ur", "تحریک طالبان پاکستان نے", 3, None),
    ("other-language", "fa", "افغان طالبان گفتند", 0, (2, ("taliban",), False)),
    ("weak-in-its-language", "en", "the movement said", 0, (2, ("taliban",), True)),
    ("weak-in-another", "fa", "الحرکه گفت", 0, None),
    ("single-arabic-name-without-article-is-weak", "ar", "قاعده جويه", 0, (1, ("al-qaeda",), True)),
    ("and-so-no-name-elsewhere", "fa", "قاعده بازی", 0, None),
]


@pytest.mark.parametrize(("language", "text", "at", "found"), [case[1:] for case in RUNS], ids=[case[0] for case in RUNS])
def test_the_longest_run_that_names_an_actor_is_taken(
    few: Actors, language: str, text: str, at: int, found: tuple[int, tuple[str, ...], bool] | None
) -> None:
    assert few.longest(folded(text).split(" "), at, language) == found


def test_a_run_is_no_longer_than_its_limit(few: Actors) -> None:
    run = few.longest(folded("تحریک طالبان پاکستان").split(" "), 0, "ur", limit=2)
    assert run is None


def test_without_compiled_actors_the_lists_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tahqiq.registries.actors.BUILT", tmp_path)
    assert len(load_actors()) >= 400
