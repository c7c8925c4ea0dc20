"""A small world of places and actors of our own, and the shipped registries built from the lists as they are."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tahqiq.registries import Places, load_places
from tahqiq.registries.lists import load_common_words, load_countries, load_kind_words, load_place_list
from tahqiq.registries.names import KindWords
from tahqiq.registries.places import Words
from tahqiq.registries.store import RegistryFile, write_registry

ROOT = Path(__file__).resolve().parents[2]

SMALL_WORLD = """
country: SY
checked: 2026-11-20
source: "made for tests"
places:
- {id: sy-syria, kind: country, name: Syria, lat: 35.0, lon: 38.5, precision: country, ar: [سوريا, سورية], ur: [شام], fa: [سوریه]}
- {id: sy-aleppo-governorate, kind: province, name: Aleppo Governorate, lat: 36.2, lon: 37.5, precision: province, ar: [محافظة حلب]}
- {id: sy-aleppo, kind: city, name: Aleppo, admin1: Aleppo, lat: 36.2, lon: 37.16, precision: settlement, population: 2098210, ar: [حلب], ur: [حلب], fa: [حلب]}
- {id: sy-al-mayadin, kind: town, name: Al-Mayadin, admin1: Deir ez-Zor, lat: 35.02, lon: 40.45, precision: settlement, en: [Mayadeen], ar: [الميادين], ur: [المیادین], fa: [المیادین]}
- {id: sy-al-dumayr, kind: town, name: Al-Dumayr, lat: 33.64, lon: 36.69, precision: settlement, en: [Dmeir], ar: [الضمير], ur: [دمیر]}
- {id: sy-khan-sheikhoun, kind: town, name: Khan Sheikhoun, lat: 35.44, lon: 36.65, precision: settlement, ar: [خان شيخون], fa: [خان شیخون]}
- {id: sy-conoco, kind: gas_field, name: Conoco gas field, lat: 35.33, lon: 40.3, precision: site, ar: [حقل كونوكو]}
- {id: lb-tripoli, kind: city, country: LB, name: Tripoli, lat: 34.44, lon: 35.83, precision: settlement, population: 229398, ar: [طرابلس]}
- {id: ly-tripoli, kind: city, country: LY, name: Tripoli, lat: 32.89, lon: 13.19, precision: settlement, population: 1302947, ar: [طرابلس]}
- {id: pk-bajaur-district, kind: district, country: PK, name: Bajaur District, lat: 34.76, lon: 71.52, precision: district, ur: [ضلع باجوڑ]}
- {id: pk-bagh, kind: town, country: PK, name: Bagh, lat: 33.98, lon: 73.78, precision: settlement, weak: true, ur: [باغ]}
- {id: ir-shiraz, kind: city, country: IR, name: Shiraz, lat: 29.61, lon: 52.54, precision: settlement, fa: [شهر شیراز]}
- {id: af-nangarhar-province, kind: province, country: AF, name: Nangarhar Province, lat: 34.3, lon: 70.3, precision: province, fa: [ولایت ننگرهار], ps: [ننګرهار ولايت]}
"""  # noqa: E501 - one place a line, as in the lists


def make_places(folder: Path, lists: str = SMALL_WORLD) -> Places:
    """Places of the given list alone, in a registry written into `folder`."""
    source = folder / "list.yaml"
    source.write_text(lists, encoding="utf-8")
    kind_words = load_kind_words()
    write_registry(load_place_list(source), folder / "small.sqlite", KindWords(kind_words))
    common = {language: frozenset(words) for language, words in load_common_words().items()}
    words = Words(tuple(load_countries().values()), {"en": {"syrian": "SY"}}, tuple(kind_words), common)
    return Places([RegistryFile(folder / "small.sqlite")], words)


@pytest.fixture
def small(tmp_path: Path) -> Places:
    return make_places(tmp_path)


@pytest.fixture(scope="session")
def build_tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_registries", ROOT / "tools" / "build_registries.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["build_registries"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def shipped_counts(build_tool: ModuleType) -> dict[str, int]:
    counts: dict[str, int] = build_tool.build()
    return counts


@pytest.fixture(scope="session")
def shipped(shipped_counts: dict[str, int]) -> Places:
    assert shipped_counts
    return load_places()
