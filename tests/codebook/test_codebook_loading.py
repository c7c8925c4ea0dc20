"""A codebook with a fault is refused, and the message names the file and the key."""

import shutil
from pathlib import Path

import pytest

from tahqiq.codebook import FOLDER, load_codebook
from tahqiq.errors import CodebookError

# Each row: the file, what is replaced, by what, and the words that the refusal holds.
FAULTS = {
    "an unknown key of a type": ("event_types/raid.yaml", "since:", "colour: red\nsince:", ["colour", "nothing knows"]),
    "a missing key": ("event_types/raid.yaml", "example:", "sample:", ["example", "missing"]),
    "a name that is not the file's": ("event_types/raid.yaml", "name: raid", "name: raids", ["name", "'raid'"]),
    "a type that is not there": ("event_types/raid.yaml", "  arrest: Where", "  arrests: Where", ["not.arrests", "no event type"]),
    "a family that is not there": ("event_types/raid.yaml", "execution, arrest]", "execution, arrests]", ["family", "'arrests'"]),
    "a slot that is not there": ("event_types/raid.yaml", "[date, place,", "[day, place,", ["slots", "'day'"]),
    "a code that is not in the vocabulary": (
        "event_types/raid.yaml",
        "acled:\n    code: Armed clash",
        "acled:\n    code: Raid",
        ["maps_to.acled.code", "'Raid'", "vocabularies/acled.yaml"],
    ),
    "a variant's code that is not in the vocabulary": (
        "event_types/raid.yaml",
        "code: COERCE/arrest",
        "code: COERCE/jail",
        ["maps_to.plover.variants[2].code", "'COERCE/jail'"],
    ),
    "a fact that is not there": (
        "event_types/raid.yaml",
        "against: [civilians]",
        "mood: [civilians]",
        ["variants[0].when.mood", "no fact"],
    ),
    "a fact's value that is not there": (
        "event_types/raid.yaml",
        "against: [civilians]",
        "against: [people]",
        ["when.against", "'people'"],
    ),
    "a vocabulary that is not mapped": ("event_types/raid.yaml", "  ucdp: {counts: true}\n", "", ["maps_to.ucdp", "missing"]),
    "a vocabulary that is not there": ("event_types/raid.yaml", "  ucdp:", "  gtd: {code: x}\n  ucdp:", ["maps_to.gtd", "nothing knows"]),
    "no code and no reason": ("event_types/disaster.yaml", ", note: No political violence.", "", ["maps_to.acled.note", "missing"]),
    "a label left out": ("event_types/raid.yaml", ", fa: یورش", "", ["label.fa", "missing"]),
    "an empty label": ("event_types/raid.yaml", "fa: یورش", 'fa: ""', ["label.fa", "empty"]),
    "a label in a language too many": ("event_types/raid.yaml", "fa: یورش", "fa: یورش, de: Razzia", ["label.de", "nothing knows"]),
    "a key twice": ("event_types/raid.yaml", "since:", 'since: "0"\nsince:', ["'since'", "twice"]),
    "a number where a word belongs": ("event_types/raid.yaml", 'since: "0.1.0"', "since: 0.1", ["since", "str"]),
    "a file that is no YAML": ("event_types/raid.yaml", "name: raid", "name: [raid", ["cannot be read"]),
    "an unknown key of a list's value": ("closed_lists.yaml", "{en: drone,", "{en: drone, de: Drohne,", ["lists.weapons.values.drone.de"]),
    "an attribute left out": ("closed_lists.yaml", ", letter: C}", "}", ["lists.grades.values.confirmed.letter", "missing"]),
    "a fact of no list": ("closed_lists.yaml", "craft: crafts", "craft: ships", ["facts.craft", "'ships'"]),
    "an unknown key of a vocabulary": ("vocabularies/ucdp.yaml", "edition:", "year: 2026\nedition:", ["year", "nothing knows"]),
    "a row of the wrong length": ("vocabularies/ucdp.yaml", "site: [1]", "site: [1, 2]", ["tables.precisions.rows.site", "1 cells"]),
    "a cell that is a list": ("vocabularies/ucdp.yaml", "site: [1]", "site: [[1]]", ["tables.precisions.rows.site", "no text"]),
    "a status that is not there": ("vocabularies/ucdp.yaml", "statuses: [occurred]", "statuses: [done]", ["statuses", "'done'"]),
    "Norway without quotes": ("vocabularies/acled.yaml", '"NO":', "NO:", ["False", "quotes"]),
}


@pytest.mark.parametrize(("file", "old", "new", "words"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_refused_by_file_and_key(tmp_path: Path, file: str, old: str, new: str, words: list[str]) -> None:
    folder = tmp_path / "codebook"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(CodebookError) as raised:
        load_codebook(folder)
    for word in [file, *words]:
        assert word in str(raised.value)


def test_a_type_is_added_by_one_file(tmp_path: Path) -> None:
    folder = tmp_path / "codebook"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    text = (folder / "event_types/talks.yaml").read_text("utf-8").replace("name: talks", "name: visit", 1)
    (folder / "event_types/visit.yaml").write_text(text, "utf-8")
    codebook = load_codebook(folder)
    assert codebook.code("visit", "plover") == "CONSULT"
    assert codebook.family("agreement", "visit")
