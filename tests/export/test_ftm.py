"""FollowTheMoney entities keep to the schemata of its own library (ftm_schemata.yaml), wherever that library can be installed or not."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from exported import written

SCHEMATA: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("ftm_schemata.yaml").read_text("utf-8"))
SHAPES = {
    "date": r"\d{4}(-\d\d(-\d\d(T[\d:.+Z]+)?)?)?",
    "country": r"[a-z]{2}(-[a-z]+)?",
    "language": r"[a-z]{3}",
    "url": r"https?://\S+",
    "checksum": r"[0-9a-f]{40}",
    "number": r"-?\d+(\.\d+)?",
    "gender": r"male|female|other",
}


@pytest.fixture(params=["public", "internal"], scope="module")
def entities(request: pytest.FixtureRequest) -> dict[str, dict[str, Any]]:
    lines = [json.loads(line) for line in written("ftm", request.param).splitlines()]
    return {line["id"]: line for line in lines}


def test_every_entity_is_of_a_schema_and_has_what_that_requires(entities: dict[str, dict[str, Any]]) -> None:
    for entity in entities.values():
        assert set(SCHEMATA[entity["schema"]]["required"]) <= set(entity["properties"]), entity


def test_every_property_is_one_of_its_schema_and_every_value_of_its_type(entities: dict[str, dict[str, Any]]) -> None:
    for entity in entities.values():
        known = SCHEMATA[entity["schema"]]["properties"]
        for name, values in entity["properties"].items():
            assert name in known, (entity["schema"], name)
            assert values and all(isinstance(value, str) and value for value in values)
            shape = SHAPES.get(known[name])
            assert shape is None or all(re.fullmatch(shape, value) for value in values), (name, values)


def test_every_reference_leads_to_an_entity_of_the_schema_that_it_must_lead_to(entities: dict[str, dict[str, Any]]) -> None:
    references = 0
    for entity in entities.values():
        for name, values in entity["properties"].items():
            kind, _, schema = SCHEMATA[entity["schema"]]["properties"][name].partition(" ")
            for value in values if kind == "entity" else ():
                references += 1
                assert schema in SCHEMATA[entities[value]["schema"]]["is"], (name, value)
    assert references
