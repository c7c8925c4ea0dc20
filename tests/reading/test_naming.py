"""Features have words in every language of the interface; what has none is shown under its own name."""

import re
from pathlib import Path

import pytest
import yaml

from tahqiq.errors import PackError
from tahqiq.reading.choosing import load_weights
from tahqiq.reading.naming import FILE, LANGUAGES, load_feature_words

# Questions whose features are never shown: which words name a happening best, which two are one, standing figures, a report's topic.
NOT_SHOWN = {"main", "same", "figure", "conflict"}
FOREIGN = {"ar": "یکہےھں", "ur": "يكةى", "fa": "يكةىےہ"}
WORDS = {"en": "one", "ar": "واحد", "ur": "ایک", "fa": "یک"}


@pytest.mark.parametrize(
    ("question", "feature", "words"),
    [
        ("date", "nearest_here", "nearest of its kind to the words of the happening"),
        ("happening", "place", "the sentence tells a place"),
        ("source", "verb_before", "the word of saying stands before the happening"),
        ("target", "verb_before", "stands before the words of the happening, a verb"),
        ("casualty", "effect_killed", "those counted: killed"),
        ("perpetrator", "also_in_title", "another mention of it: in the headline"),
        ("perpetrator", "attack&armed", "the happening is an attack + bears arms"),
        ("perpetrator", "never_heard_of", "never_heard_of"),
        ("perpetrator", "armed&never_heard_of", "armed&never_heard_of"),
        ("perpetrator", "also_never_heard_of", "also_never_heard_of"),
    ],
)
def test_a_feature_is_worded_by_its_own_entry_by_a_pattern_by_its_parts_or_not_at_all(question: str, feature: str, words: str) -> None:
    assert load_feature_words().of(question, feature, "en") == words


@pytest.mark.parametrize("question", sorted(set(load_weights()) - NOT_SHOWN))
def test_nine_in_ten_features_that_weigh_have_words(question: str) -> None:
    words = load_feature_words()
    features = [f for f in load_weights()[question] if f != "bias"]
    unnamed = [f for f in features if words.find(question, f, "en") is None]
    assert len(unnamed) <= len(features) / 10, unnamed


@pytest.mark.parametrize("language", ["ar", "ur", "fa"])
def test_words_are_in_the_letters_of_their_language(language: str) -> None:
    def all_words(table: dict[str, object]) -> list[str]:
        if set(table) == set(LANGUAGES):
            return [str(table[language])]
        return [word for part in table.values() if isinstance(part, dict) for word in all_words(part)]

    words = all_words(yaml.safe_load(FILE.read_text("utf-8")))
    assert len(words) > 300
    assert not [w for w in words if set(w) & set(FOREIGN[language]) or re.search(r"[A-Za-z]", re.sub(r"\{\w+\}", "", w))]


WHOLE = {"outcomes": {}, "tables": {"numbers": {"1": WORDS}}, "patterns": {}, "features": {}}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"features": {}}, "must have outcomes, tables, patterns, features"),
        ({**WHOLE, "features": {"armed": {"en": "bears arms"}}}, "features.armed must have words in en, ar, ur, fa"),
        ({**WHOLE, "features": {"armed": {**WORDS, "en": "{what}"}}}, "features.armed names what, which it does not have"),
        ({**WHOLE, "patterns": {"here_{numbers}": {**WORDS, "en": "{sides}"}}}, "names sides, which it does not have"),
        ({**WHOLE, "patterns": {"here_{moods}": WORDS}}, "no table and no list of the codebook is named moods"),
        ({**WHOLE, "tables": []}, "tables"),
    ],
)
def test_a_file_that_is_wrong_is_refused_by_its_key(tmp_path: Path, content: dict[str, object], said: str) -> None:
    path = tmp_path / "features.yaml"
    path.write_text(yaml.safe_dump(content), "utf-8")
    with pytest.raises(PackError, match=re.escape(said)):
        load_feature_words(path)
