"""What is learned of stories: from pairs that persons judged, and how it is tried."""

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from accounts_made import told
from tahqiq.cli import cli
from tahqiq.errors import CodebookError
from tahqiq.linking import load_weights
from tahqiq.linking.fitting import Pair, as_yaml, fit, held_out
from tahqiq.linking.training import decided_pairs, tried
from tahqiq.linking.weighing import FILE, STORIES_FILE
from tahqiq.model import Decision, Report
from tahqiq.pipeline import the_stages


def made_pairs(happenings: int = 12, tellings: int = 4) -> tuple[Pair, ...]:
    """Reports of one happening share sounds and places; of two now and then a place. What is published far apart is never one."""
    chance = random.Random(4)
    names = [(f"r{n}-{k}", f"g{n}") for n in range(happenings) for k in range(tellings)]
    pairs = []
    for at, (a, group) in enumerate(names):
        for b, other in names[at + 1 :]:
            same = group == other
            features = [("main", 1.0), ("sound_bits", chance.uniform(0.5, 2.5) if same else chance.uniform(0.0, 0.6))]
            features.append(("place_share", 0.8) if same or chance.random() < 0.1 else ("place_none", 1.0))
            features.append(("published_near", 1.0) if same or chance.random() < 0.05 else ("published_far", 1.0))
            pairs.append(Pair(a, b, tuple(features), chance.uniform(0, 20) if same else chance.uniform(-20, 5), same, (group, other)))
    return tuple(pairs)


def test_what_pairs_of_one_happening_share_weighs_for_it_and_what_they_lack_against_it() -> None:
    fitted = fit(made_pairs())

    assert min(fitted.bits["sound_bits"], fitted.bits["place_share"], fitted.bits["published_near"], fitted.beside_stories) > 0
    assert max(fitted.bits["place_none"], fitted.bits["published_far"]) < 0
    assert fitted.pairs == (12 * 6, 48 * 47 // 2 - 12 * 6)
    assert fitted.counts["published_far"][0] == 0


def test_what_can_only_speak_for_one_happening_gets_no_weight_where_pairs_say_the_opposite() -> None:
    turned = tuple(replace(pair, features=(("main", 1.0), ("year_same" if not pair.same else "year_other", 1.0))) for pair in made_pairs(4))

    assert (fit(turned).bits["year_same"], fit(turned).bits["year_other"]) == (0.0, 0.0)


def test_a_happening_is_judged_by_weights_that_never_saw_it() -> None:
    pairs = made_pairs(6)
    spoiled = tuple(replace(pair, same=not pair.same) if "g0" in pair.groups else pair for pair in pairs)
    inside = [(pair.a, pair.b) for pair in pairs if pair.groups == ("g0", "g0")]

    assert [round(held_out(spoiled)[names], 6) for names in inside] == [round(held_out(pairs)[names], 6) for names in inside]


def test_clusters_of_held_out_scores_are_counted_as_evaluations_count_them() -> None:
    pairs = made_pairs()
    happening = {name: name.partition("-")[0] for pair in pairs for name in (pair.a, pair.b)}
    languages = {name: name[-1] for name in happening}

    figures = tried(pairs, languages, happening, load_weights())

    assert min(figures.pair_precision, figures.pair_recall, figures.bcubed_f1, figures.cross_language_recall) > 0.9


def test_a_fitted_file_is_read_back_as_it_was_fitted(tmp_path: Path) -> None:
    fitted, why = fit(made_pairs(4)), load_weights().stories_why
    path = tmp_path / "story_weights.yaml"
    path.write_text(as_yaml(fitted, why, 13.8, "made for a test"), "utf-8")

    read = load_weights(FILE, path)

    assert read.stories["main"] == pytest.approx(fitted.bits["main"] + 13.8, abs=0.01)
    assert read.stories["sound_bits"] == pytest.approx(fitted.bits["sound_bits"], abs=0.01)
    assert read.stories_why == why


def test_a_file_that_leaves_a_weight_out_is_refused_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "story_weights.yaml"
    whole = as_yaml(fit(made_pairs(3)), load_weights().stories_why, 13.8, "made for a test")
    path.write_text("\n".join(line for line in whole.splitlines() if "year_other" not in line), "utf-8")

    with pytest.raises(CodebookError, match="year_other"):
        load_weights(FILE, path)


TELLS = {
    "a": "Shells hit the fish market of Azaz on Monday, killing nine people, the mayor Kamal Darwazah said after the attack.",
    "b": "قصف سوق السمك في أعزاز الاثنين ومقتل تسعة أشخاص بحسب رئيس البلدية كمال دروازة الذي زار المكان بعد الهجوم",
    "c": "A bus left the road near Multan in heavy rain on Friday and fourteen passengers were hurt, police in the city said.",
}


def test_decisions_are_learned_from_until_they_are_taken_back() -> None:
    accounts = [told(name) for name in TELLS]
    reports = {f"r-{name}": Report(text, f"r-{name}", language="ar" if name == "b" else "en") for name, text in TELLS.items()}
    one = Decision("d1", "same", "a", "an editor", "one market", "2026-01-01T00:00:00Z", {"accounts": ["b"]})
    two = Decision("d2", "not_same", "a", "an editor", "a bus", "2026-01-02T00:00:00Z", {"accounts": ["c"]})
    back = Decision("d3", "take_back", "a", "an editor", "in error", "2026-01-03T00:00:00Z", {"decision": "d2"})
    weights = load_weights()

    assert [(p.a, p.b, p.same) for p in decided_pairs(accounts, reports, (one, two), weights)] == [
        ("r-a", "r-b", True),
        ("r-a", "r-c", False),
    ]
    assert [p.same for p in decided_pairs(accounts, reports, (one, two, back), weights)] == [True]


def test_the_command_writes_a_weights_file_and_says_what_it_is_worth_on_what_it_never_saw(tmp_path: Path) -> None:
    lines = [{"id": name, "text": text, "incident": "market" if name in "ab" else f"of {name}"} for name, text in TELLS.items()]
    given = tmp_path / "linked.jsonl"
    given.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), "utf-8")

    done = CliRunner().invoke(cli, ["link", "--fit", str(given)])

    assert done.exit_code == 0, done.output
    written = tmp_path / "story_weights.yaml"
    written.write_text(done.stdout, "utf-8")
    assert load_weights(FILE, written).stories["main"] != load_weights().stories["main"]
    assert "1 pairs of one happening, 2 of two" in done.stderr
    assert "held out" in done.stderr


def test_a_file_without_incidents_teaches_nothing(tmp_path: Path) -> None:
    given = tmp_path / "plain.jsonl"
    given.write_text(json.dumps({"id": "a", "text": TELLS["a"]}), "utf-8")

    done = CliRunner().invoke(cli, ["link", "--fit", str(given)])

    assert (done.exit_code, done.stderr.strip()) == (2, 'tahqiq: no line has an "incident": there is nothing to learn from')


def test_the_steps_link_by_the_weights_that_a_setting_names_and_refuse_a_file_that_is_none(tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text(STORIES_FILE.read_text(encoding="utf-8").replace("beside_stories: ", "beside_stories: 0.0 # was "), encoding="utf-8")

    shipped, other = (the_stages("", given).weights for given in ("", str(mine)))

    assert shipped is not None and other is not None
    assert (other().beside_stories, other().name == shipped().name) == (0.0, False)
    missing = the_stages("", str(tmp_path / "none.yaml")).weights
    assert missing is not None
    with pytest.raises(CodebookError, match=r"none\.yaml: there is no such file of weights"):
        missing()
