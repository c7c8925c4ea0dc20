"""Fits the reader's weights on development gold and writes them, readable, to src/tahqiq/reading/weights.yaml.

    python tools/fit_weights.py GOLD.jsonl [GOLD.jsonl ...] [--beside DATA]       (`make fit` names the files)

Gold holds few reports that tell of no conflict. For the one question whether a report does (`conflict`), public news filed under sport,
health, economy and the like, found in the folder DATA, stands beside it; such a file's name for its articles is the only label, and some
of them do tell of conflict, so each counts for less.

Beside gold stand reports in our own words (plain_reports.py): what a clause gives its parts is learnt of both, but where a question's
threshold lies is set by gold alone, and so are the biases that are tuned.

Records whose number is divisible by three are put aside: neither fitted on nor looked at. Regularised logistic regression per
question (conditional on the choice where candidates vie, `VYING`), cross-validated by report; languages are pooled, since features speak
of roles and order, not of words. What is written says on what it was fitted, how well each question is answered on reports left out, and
each feature's weight.
"""

import argparse
import hashlib
import json
import math
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from scipy.optimize import minimize
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

import plain_reports
from tahqiq import evaluation as scoring
from tahqiq.model import Named, Report
from tahqiq.reading import choosing, figures, happenings, relevance, rules, slots
from tahqiq.reading.actors import Entity
from tahqiq.reading.casualties import Row
from tahqiq.reading.claims import Saying
from tahqiq.reading.dates import DateMark
from tahqiq.reading.guide import to_guide
from tahqiq.reading.places import PlaceMark
from tahqiq.reading.scene import Scene, find_scene
from tahqiq.reading.triggers import HARMFUL, Trigger, candidates, find_triggers, off_topic_words, same_family, trigger_features
from tahqiq.registries import load_actors, load_places

OUT = Path(__file__).parents[1] / "src" / "tahqiq" / "reading" / "weights.yaml"
FOLDS = 5
STRENGTHS = (0.03, 0.1, 0.3, 1.0)  # inverse regularisation that is tried; the one of least loss on reports left out is taken
SINGLE = ("date", "place")
RETOLD = 0.3  # weight of a trigger that tells a gold event again, in another sentence than its own
FEW, POOR = 12, 0.3  # with fewer examples, or a worse F1 outside, a question is answered yes only where that is likelier than not
SMALL = 0.1  # weights nearer to nought are left out
OFF_TOPIC: dict[str, frozenset[str]] = {  # files of other news by the categories that are not of conflict; none named: all of them
    "bulk/ur.jsonl": frozenset(("sp", "hlth", "sbz", "tch", "bus")),
    "bulk/fa.jsonl": frozenset(("sports", "economy", "arts-media", "culture", "scientific-academic")),
    "geo/en_geovirus.jsonl": frozenset(),
}
ASKED_FOR = 4.0  # what each of the first reports that the system was asked for counts beside another
AS_ANY = frozenset(("perpetrator", "weapon", "main", "conflict"))  # questions in which they count as any other, since others lost by it
FLOORS = Path(__file__).parents[1] / "tests" / "gate" / "floors.json"
BELOW, HELD = 0.15, 1.0  # what a point under a floor costs beside a point of record F1: while tuning, and in the last small steps
NUDGES = (-0.3, -0.12, 0.12, 0.3)
BESIDE = 0.3  # what a report filed elsewhere counts beside a gold report
KEPT = 0.985  # of gold's reports of conflict, left out of the fit, that must be taken for such
VYING = ("casualty", "target")  # questions whose candidates are weighed against one another, as a choice, not each by itself
Telling = Hashable  # what the candidates of one choice share
Rows = list[tuple[str, dict[str, float], int, float, Telling]]  # report, features, label, weight, choice


@dataclass
class Example:
    """A gold report with its scene and its triggers by the gold event they tell."""

    gold: dict[str, Any]
    scene: Scene
    candidates: list[Trigger]
    assigned: dict[int, int | None] = field(default_factory=dict)


def load(paths: Sequence[Path]) -> list[dict[str, Any]]:
    """Gold reports, those whose number is divisible by three left out."""
    found = [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [
        g
        for g in found
        if g["id"].startswith("seed") or int(re.findall(r"\d+", g["id"])[-1]) % 3 or len(re.findall(r"\d+", g["id"])[-1]) < 2
    ]


def example(gold: dict[str, Any]) -> Example:
    import datetime as dt

    published = dt.date.fromisoformat(gold["published"]) if gold.get("published") else None
    report = Report(gold["text"], id=gold["id"], language=gold["language"], published=published, url=gold.get("url"))
    scene = find_scene(report, gold["language"], load_places(), load_actors())
    made = Example(gold, scene, candidates(scene))
    assign(made)
    return made


def trigger_sentences(scene: Scene, text: str, words: str) -> set[int]:
    found = set()
    for match in re.finditer(re.escape(words), text):
        for n, (first, last) in enumerate(scene.analysis.bounds):
            if last > first and scene.analysis.span(first, last)[0] <= match.start() < scene.analysis.span(first, last)[1]:
                found.add(n)
    return found


def meets(trigger: Trigger, event_type: str) -> bool:
    return same_family(trigger.event_type, event_type) or (trigger.is_harm and event_type in HARMFUL)


def assign(made: Example) -> None:
    """Each trigger's gold event: in whose trigger's sentence it stands; else, as a retelling, the one it can tell (-1 - n)."""
    scene, events = made.scene, made.gold["events"]
    facts = happenings.Facts(scene, made.candidates)
    where = [trigger_sentences(scene, made.gold["text"], e["trigger"]) for e in events]
    spans = [spans_of(scene, made.gold["text"], e["trigger"]) for e in events]
    for n, trigger in enumerate(made.candidates):
        here = [i for i, e in enumerate(events) if trigger.sentence in where[i] and meets(trigger, e["event_type"])]
        if here:
            made.assigned[n] = min(
                here,
                key=lambda i: (events[i]["event_type"] != trigger.event_type, min((abs(a - trigger.first) for a in spans[i]), default=99)),
            )
            continue
        kin = [i for i, e in enumerate(events) if meets(trigger, e["event_type"])]
        if not kin:
            made.assigned[n] = None
            continue
        told = facts.told({trigger.sentence})

        def fit(i: int, told: Any = told, trigger: Trigger = trigger) -> tuple[int, int, int]:
            theirs = facts.told(where[i])
            agree = sum(2 if k == "toll" else 1 for k in told if told[k] & theirs[k])
            return agree, int(events[i]["event_type"] == trigger.event_type), -i

        made.assigned[n] = -1 - max(kin, key=fit)


def spans_of(scene: Scene, text: str, words: str) -> list[int]:
    starts = [m.start() for m in re.finditer(re.escape(words), text)]
    return [
        n for n, t in enumerate(scene.analysis.tokens) for s in starts if abs(scene.analysis.folded.original(t.start, t.end)[0] - s) <= 1
    ]


# -- examples by question ---------------------------------------------------------------------------------------------


def rows_of_triggers(made: Example) -> Iterable[tuple[str, dict[str, float], int, float]]:
    off_topic = off_topic_words(made.scene)
    for n, trigger in enumerate(made.candidates):
        told = made.assigned[n]
        if told is not None and told < 0:
            if trigger.event_type != made.gold["events"][-1 - told]["event_type"]:
                continue
            label, weight = 1, RETOLD
        else:
            label, weight = int(told is not None), 1.0
        yield "happening", trigger_features(made.scene, trigger, off_topic), label, weight


def oracle(made: Example) -> list[tuple[happenings.Happening, dict[str, Any]]]:
    """Happenings as gold groups them, without retellings that stand in no gold trigger's sentence."""
    groups: dict[int, happenings.Happening] = {}
    for n, trigger in enumerate(made.candidates):
        told = made.assigned[n]
        if told is None or told < 0:
            continue
        if told not in groups:
            groups[told] = happenings.Happening([], trigger.event_type, len(groups))
        groups[told].add(trigger)
    for told, happening in groups.items():
        happening.event_type = made.gold["events"][told]["event_type"]
    return [(happening, made.gold["events"][told]) for told, happening in groups.items()]


def rows_of_main(made: Example) -> Iterable[tuple[str, dict[str, float], int, float]]:
    """Triggers of each gold event, retellings among them: its own is where gold's trigger stands."""
    groups: dict[int, list[tuple[Trigger, bool]]] = {}
    for n, trigger in enumerate(made.candidates):
        told = made.assigned[n]
        if told is not None:
            groups.setdefault(told if told >= 0 else -1 - told, []).append((trigger, told >= 0))
    facts = happenings.Facts(made.scene, made.candidates)
    for group in groups.values():
        happening = happenings.Happening([], group[0][0].event_type, 0)
        for trigger, _ in group:
            happening.add(trigger)
        told = {trigger.sentence: own for trigger, own in group}
        if any(told.values()) and not all(told.values()):
            for sentence, own in told.items():
                yield "main", happenings.main_features(made.scene, sentence, happening, facts), int(own), 1.0


def rows_of_same(made: Example) -> Iterable[tuple[str, dict[str, float], int, float]]:
    opened: dict[int, happenings.Happening] = {}
    facts = happenings.Facts(made.scene, [t for n, t in enumerate(made.candidates) if made.assigned[n] is not None])
    for n, trigger in enumerate(made.candidates):
        told = made.assigned[n]
        if told is None:
            continue
        event = told if told >= 0 else -1 - told
        for other, happening in opened.items():
            features = happenings.same_features(made.scene, trigger, happening, facts)
            if features is not None:
                yield "same", features, int(other == event), 1.0 if told >= 0 else 0.5
        if event not in opened:
            opened[event] = happenings.Happening([], trigger.event_type, len(opened))
        opened[event].add(trigger)


def value_of(scene: Scene, candidate: object) -> dict[str, Any]:
    """A candidate as the guide writes it, for comparison with gold."""
    if isinstance(candidate, DateMark):
        return {"start": str(candidate.start), "end": str(candidate.end), "text": scene.analysis.text(candidate.first, candidate.last)}
    if isinstance(candidate, PlaceMark):
        p = candidate.place
        return {
            "text": scene.analysis.text(candidate.first, candidate.last),
            "name": p.name,
            "lat": p.lat,
            "lon": p.lon,
            "precision": p.precision,
        }
    if isinstance(candidate, Row):
        return {"effect": candidate.effect, "min": candidate.min, "max": candidate.max}
    entity = candidate.claimant if isinstance(candidate, Saying) else candidate
    assert isinstance(entity, Entity)
    named: Named = entity.named(scene.analysis)
    return {"text": named.mention.text, "name": named.name}


QUESTIONS: dict[str, tuple[str, Callable[..., list[slots.Proposal]]]] = {
    "date": ("date", slots.propose_dates),
    "place": ("place", slots.propose_places),
    "perpetrator": ("perpetrators", lambda s, h, o: slots.propose_sides(s, h, o, "perpetrator")),
    "target": ("targets", lambda s, h, o: slots.propose_sides(s, h, o, "target")),
    "casualty": ("casualties", slots.propose_rows),
    "source": ("sources", slots.propose_sources),
    "victim": ("victims", slots.propose_victims),
}


def rows_of_slots(
    made: Example, pairs: Sequence[tuple[happenings.Happening, dict[str, Any]]], everything: Sequence[happenings.Happening]
) -> Iterable[tuple[str, dict[str, float], int, float, int]]:
    for happening, gold in pairs:
        for question, (slot, propose) in QUESTIONS.items():
            wanted = scoring.values(gold, slot)
            for candidate, features in propose(made.scene, happening, everything):
                value = value_of(made.scene, candidate)
                yield question, features, int(any(scoring.equal(slot, g, value) for g in wanted)), 1.0, happening.order


def rows_of_states(
    made: Example, pairs: Sequence[tuple[happenings.Happening, dict[str, Any]]], everything: Sequence[happenings.Happening]
) -> Iterable[tuple[str, dict[str, float], int, float]]:
    for happening, gold in pairs:
        telling = rules.told_of(made.scene, happening, everything)
        features = rules.state_features(made.scene, happening, telling.sayings, telling.date, everything)
        yield "background", features, int(bool(gold.get("background"))), 1.0
        yield "alleged", features, int(gold["certainty"] == "alleged"), 1.0
        for status in ("foiled", "planned", "denied"):
            yield status, features, int(gold["status"] == status), 1.0
        if gold["event_type"] in rules.WITHOUT_WEAPONS:
            continue
        for trigger in happening.triggers:
            for features, weapon in rules.weapon_proposals(made.scene, happening, trigger):
                yield "weapon", features, int(weapon in gold["weapons"]), 1.0


def predicted(made: Example) -> tuple[list[happenings.Happening], list[tuple[happenings.Happening, dict[str, Any]]]]:
    """Happenings as the present weights make them, and those paired with gold."""
    triggers, _ = find_triggers(made.scene)
    found = happenings.believed_happenings(made.scene, triggers)
    events = [guide_event(made, rules.told_of(made.scene, h, found)) for h in found]
    pairs = scoring.pair(made.gold["events"], events, made.gold["text"])
    return found, [(found[j], made.gold["events"][i]) for i, j in pairs]


def rows_of_belief(made: Example) -> Iterable[tuple[str, dict[str, float], int, float]]:
    """Happenings as grouped by the present weights: believed where one of their triggers stands in a gold event's sentence."""
    triggers, _ = find_triggers(made.scene)
    facts = happenings.Facts(made.scene, triggers)
    found = happenings.find_happenings(made.scene, triggers, facts)
    asked = [happenings.believed_features(made.scene, happening, found, facts) for happening in found]  # before it is named, as in reading
    for happening in found:
        happenings.name_best(made.scene, happening, facts)
    told = gold_of(made, found)
    for j, features in enumerate(asked):
        yield "believed", features, int(j in told), 1.0


def gold_of(made: Example, found: Sequence[happenings.Happening]) -> dict[int, int]:
    """The gold event of each happening that tells one, by the sentences of all its triggers; each gold event once, best fit first."""
    where = [trigger_sentences(made.scene, made.gold["text"], e["trigger"]) for e in made.gold["events"]]
    fits = sorted(
        (
            (
                -(happening.event_type == event["event_type"]),
                -(happening.main.sentence in where[i]),
                -sum(t.sentence in where[i] and meets(t, event["event_type"]) for t in happening.triggers),
                happening.order,
                j,
                i,
            )
            for j, happening in enumerate(found)
            for i, event in enumerate(made.gold["events"])
            if any(t.sentence in where[i] for t in happening.triggers) and same_family(happening.event_type, event["event_type"])
        )
    )
    told: dict[int, int] = {}
    for *_, j, i in fits:
        if j not in told and i not in told.values():
            told[j] = i
    return told


def others(folder: Path) -> Iterable[Scene]:
    """Scenes of public news filed under something else than conflict."""
    for name, categories in OFF_TOPIC.items():
        path = folder / name
        for line in path.read_text("utf-8").splitlines() if path.exists() else ():
            row = json.loads(line)
            if not categories or row["category"] in categories:
                yield find_scene(Report(row["text"], id=row["id"], language=row["lang"]), row["lang"], load_places(), load_actors())


def rows_of_conflict(examples: Sequence[Example], folder: Path | None) -> Rows:
    """Reports in which something is believed: gold's by whether they are relevant, others as not."""
    found: Rows = []
    labelled = [(made.gold["id"], made.scene, int(made.gold["relevant"]), 1.0) for made in examples]
    labelled += [(scene.analysis.report.id, scene, 0, BESIDE) for scene in (others(folder) if folder else ())]
    for name, scene, label, weight in labelled:
        happenings_told = happenings.believed_happenings(scene, find_triggers(scene)[0])
        if happenings_told:
            found.append((name, relevance.conflict_features(scene, happenings_told), label, weight, name))
    return found


def bare_event(made: Example, happening: happenings.Happening) -> dict[str, Any]:
    """A happening as the guide writes it, no slot filled."""
    main = happening.main
    mention = made.scene.analysis.mention(main.first, main.last, "")
    return {"event_type": happening.event_type, "trigger": mention.text, "start": mention.start}


def guide_event(made: Example, telling: rules.Telling) -> dict[str, Any]:
    from tahqiq.model import Reading

    reading = Reading(made.gold["id"], "rules", "1", made.gold["language"], True, (rules.account(made.scene, telling),))
    return dict(to_guide(reading, id="x")["events"][0])


def rows_of_figures(made: Example) -> Iterable[tuple[str, dict[str, float], int, float]]:
    wanted = {(f["measure"], f["min"], f.get("max")) for f in made.gold.get("figures", [])}
    for measure, _, _, (low, high), features in figures.proposals(made.scene, frozenset()):
        yield "figure", features, int((measure, low, high) in wanted), 1.0


# -- fitting ----------------------------------------------------------------------------------------------------------


def fit(question: str, rows: Rows) -> tuple[dict[str, float], float]:
    """Weights of a question, its bias moved to the threshold of best F1 on reports left out; and that F1."""
    labels = np.array([r[2] for r in rows])
    weights = np.array([r[3] for r in rows])
    if labels.sum() < 3 or labels.sum() == len(labels):
        return {"bias": -3.0 if labels.mean() < 0.5 else 3.0}, 0.0
    common = Counter(name for r in rows for name in r[1])
    kept = {name for name, n in common.items() if n >= 6}
    features = [{k: v for k, v in r[1].items() if k in kept} for r in rows]
    vectorizer = DictVectorizer(sparse=True)
    matrix = vectorizer.fit_transform(features)
    folds = np.array([int(hashlib.sha256(r[0].encode()).hexdigest(), 16) % FOLDS for r in rows])
    choices = np.unique([str(r[4]) for r in rows], return_inverse=True)[1] if question in VYING else None
    strength, outside = strongest(matrix, labels, weights, folds, choices)
    judged = np.array([not r[0].startswith(plain_reports.BEGINS) for r in rows])
    threshold, f1 = best_threshold(outside[judged], labels[judged], weights[judged])
    if labels.sum() < FEW or f1 < POOR:
        threshold = max(threshold, 0.0)
    if question == "conflict":
        threshold = float(np.quantile(outside[labels == 1], 1 - KEPT))
    coefficients, intercept = learn(strength, matrix, labels, weights, choices)
    found = dict(zip(vectorizer.get_feature_names_out(), coefficients))
    kept_weights = {str(k): round(float(v), 2) for k, v in found.items() if abs(v) >= SMALL}
    return {"bias": round(float(intercept - threshold), 2), **dict(sorted(kept_weights.items()))}, f1


def learn(strength: float, matrix: Any, labels: Any, weights: Any, choices: Any | None) -> tuple[Any, float]:
    """Weights and bias: of each candidate by itself, or, where `choices` says which vie, of one against the others and against none."""
    if choices is None:
        model = LogisticRegression(C=strength, max_iter=3000).fit(matrix, labels, sample_weight=weights)
        return model.coef_[0], float(model.intercept_[0])
    count = int(choices.max()) + 1
    any_right = np.bincount(choices, labels, minlength=count) > 0
    weight = np.zeros(count)
    np.maximum.at(weight, choices, weights)

    def loss(point: Any) -> tuple[float, Any]:
        """Conditional log-loss of the right candidates, of none where no candidate is right, and its slope."""
        odds = matrix @ point[:-1] + point[-1]
        most = np.zeros(count)  # none has odds of nought
        np.maximum.at(most, choices, odds)
        share = np.exp(odds - most[choices])
        whole = np.bincount(choices, share, minlength=count) + np.exp(-most)
        right = np.bincount(choices, share * labels, minlength=count)
        lost = np.log(whole) - np.where(any_right, np.log(np.maximum(right, 1e-300)), -most)
        wanted = labels * share / np.maximum(right[choices], 1e-300)
        slope = (share / whole[choices] - wanted) * weight[choices]
        penalty = point[:-1] / strength
        return float((weight * lost).sum() + point[:-1] @ penalty / 2), np.append(matrix.T @ slope + penalty, slope.sum())

    best = minimize(loss, np.zeros(matrix.shape[1] + 1), jac=True, method="L-BFGS-B", options={"maxiter": 500})
    return best.x[:-1], float(best.x[-1])


def strongest(matrix: Any, labels: Any, weights: Any, folds: Any, choices: Any | None) -> tuple[float, Any]:
    """The inverse regularisation of least log-loss on reports left out, and the log-odds given to each row when left out."""
    best: tuple[float, float, Any] | None = None
    for strength in STRENGTHS:
        outside = np.zeros(len(labels))
        for n in range(FOLDS):
            kept = folds != n
            among = None if choices is None else np.unique(choices[kept], return_inverse=True)[1]
            coefficients, intercept = learn(strength, matrix[kept], labels[kept], weights[kept], among)
            outside[~kept] = matrix[~kept] @ coefficients + intercept
        loss = float((weights * np.logaddexp(0, np.where(labels == 1, -outside, outside))).sum())
        if best is None or loss < best[0]:
            best = (loss, strength, outside)
    assert best is not None
    return best[1], best[2]


def best_threshold(scores: Any, labels: Any, weights: Any) -> tuple[float, float]:
    order = np.argsort(-scores)
    hits = np.cumsum(labels[order] * weights[order])
    taken = np.cumsum(weights[order])
    f1 = 2 * hits / (taken + (labels * weights).sum())
    at = int(np.argmax(f1))
    return float(scores[order][at] - 1e-6), float(f1[at])


def _asked_for(name: str, question: str) -> float:
    return ASKED_FOR if name.startswith("seed") and question not in AS_ANY else 1.0


def collect(examples: Sequence[Example], *, stage: int) -> dict[str, Rows]:
    found: dict[str, Rows] = defaultdict(list)
    for made in examples:
        name = made.gold["id"]
        pairs = oracle(made)
        everything = [h for h, _ in pairs]
        groups: list[Iterable[tuple[Any, ...]]] = []
        if stage == 0:
            groups += [
                rows_of_triggers(made),
                rows_of_same(made),
                rows_of_main(made),
                rows_of_slots(made, pairs, everything),
                rows_of_figures(made) if not name.startswith(plain_reports.BEGINS) else (),
            ]
        if stage == 1:
            groups += [rows_of_belief(made)]
        if stage == 2:
            found_now, paired = predicted(made)
            groups += [
                rows_of_slots(made, pairs, everything),
                rows_of_slots(made, paired, found_now),
                rows_of_states(made, paired, found_now),
            ]
        for n, group in enumerate(groups):
            for question, features, label, weight, *choice in group:
                found[question].append((name, features, label, weight * _asked_for(name, question), (name, stage, n, *choice)))
    return found


def end_to_end(examples: Sequence[Example], below: float = BELOW) -> float:
    """Record F1 of whole readings under the present weights, with a fifth of event F1 so that type and number count.

    Each point by which a score falls under a floor of the gate takes `below` from it.
    """
    counts: dict[str, scoring.Counts] = defaultdict(scoring.Counts)
    for made in examples:
        triggers, _ = find_triggers(made.scene)
        found = happenings.believed_happenings(made.scene, triggers)
        found = found if relevance.is_of_conflict(made.scene, found) else []
        events = [guide_event(made, rules.told_of(made.scene, h, found)) for h in found]
        record = {"language": made.gold["language"], "relevant": bool(events), "events": events}
        for name in ("all", "seeds" if made.gold["id"].startswith("seed") else made.gold["language"]):
            scoring.count(made.gold, record, counts[name])
    summary = scoring.summary(counts["all"])
    whole = float(summary["record"] or 0) + 0.2 * float(summary["event"] or 0) + 0.1 * float(summary["irrelevant"] or 0)
    return whole - below * under_floors({name: scoring.summary(c) for name, c in counts.items()})


def under_floors(scores: dict[str, dict[str, Any]]) -> float:
    """The sum of the points by which scores fall under the floors of the gate."""
    floors = json.loads(FLOORS.read_text("utf-8"))["floors"] if FLOORS.is_file() else {}
    return sum(
        max(0.0, floor - float(scores.get(name, {}).get(slot) or 0.0))
        for name, by_slot in floors.items()
        for slot, floor in by_slot.items()
        if slot not in ("grounded", "language")
    )


TUNED = ("believed", "happening", "same", "casualty", "source", "place", "date", "perpetrator", "target")
STEPS = (-1.0, -0.5, -0.25, 0.25, 0.5, 1.0)
SHARED = ("perpetrator", "target", "casualty", "source")  # questions with several answers: each after the first must be likelier
MORE, LESS = (0.0, 0.3, 0.6), (0.0, -0.6, -1.2, -2.0)  # tried for the first answer, and for each after it


def tune(examples: Sequence[Example], questions: dict[str, dict[str, float]], save: Callable[[], None]) -> None:
    """Moves the biases of the questions that act together, one after the other, to where whole readings score best."""
    best = end_to_end(examples)
    print(f"tuning from {best:.2f}", file=sys.stderr)
    for question in TUNED:
        start = questions[question]["bias"]
        tried = {}
        for step in STEPS:
            questions[question]["bias"] = round(start + step, 2)
            save()
            tried[step] = end_to_end(examples)
        step = max(tried, key=lambda k: tried[k])
        questions[question]["bias"] = round(start + step, 2) if tried[step] > best + 0.05 else start
        best = max(best, tried[step]) if tried[step] > best + 0.05 else best
        save()
        print(f"tuned {question:12} by {questions[question]['bias'] - start:+.2f}: {best:.2f}", file=sys.stderr)


def hold(examples: Sequence[Example], questions: dict[str, dict[str, float]], save: Callable[[], None]) -> None:
    """Nudges biases until what still stands under a floor of the gate stands above it, as far as that goes."""
    best = end_to_end(examples, HELD)
    for question in (*TUNED, "weapon", "victim"):
        start = kept = questions[question]["bias"]
        for nudge in NUDGES:
            questions[question]["bias"] = round(start + nudge, 2)
            save()
            if (now := end_to_end(examples, HELD)) > best + 0.02:
                best, kept = now, questions[question]["bias"]
        questions[question]["bias"] = kept
        save()
    print(f"held {best:.2f}", file=sys.stderr)


def tune_further(examples: Sequence[Example], questions: dict[str, dict[str, float]], save: Callable[[], None]) -> None:
    """Sets for questions with several answers how much likelier each after the first must be, where whole readings score best."""
    best = end_to_end(examples)
    for question in SHARED:
        weights = questions[question]
        start, kept = weights["bias"], (weights["bias"], 0.0)
        for more in MORE:
            for less in LESS if more else LESS[1:]:
                weights["bias"], weights["further"] = round(start + more, 2), less
                save()
                if (now := end_to_end(examples)) > best + 0.05:
                    best, kept = now, (weights["bias"], less)
        weights["bias"], weights["further"] = kept
        save()
        print(f"further {question:12} {kept[1]:+.1f}, its first by {kept[0] - start:+.2f}: {best:.2f}", file=sys.stderr)


def write(questions: dict[str, dict[str, float]], told: dict[str, float], about: str) -> None:
    head = (
        "# Written by tools/fit_weights.py; read by reading/choosing.py. A weight is added where its feature holds; above nought is yes.\n"
    )
    head += f"# Fitted on {about}.\n"
    head += f"# The first reports asked for count {ASKED_FOR:g} times, but once in {', '.join(sorted(AS_ANY))}.\n"
    head += "# Biases were then moved to where whole readings score best and the floors of the gate hold.\n"
    head += "# F1 on reports left out of the fit (five folds): " + ", ".join(f"{q} {100 * f:.0f}" for q, f in told.items()) + "\n"
    body = yaml.safe_dump({"questions": questions}, sort_keys=False, allow_unicode=True, width=140)
    OUT.write_text(head + body, encoding="utf-8")
    choosing.load_weights.cache_clear()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--beside", type=Path, help="folder of public benchmark data, for reports that tell of no conflict")
    given = parser.parse_args()
    gold = load(given.gold)
    by_language = Counter(g["language"] for g in gold)
    examples = [example(g) for g in gold]
    plain = [example(g) for g in plain_reports.plain_reports()]
    questions: dict[str, dict[str, float]] = {
        "believed": {"bias": 1.0},
        **{q: {"bias": -1.0} for q in ("background", "alleged", "foiled", "planned", "denied")},
        "weapon": {"bias": 0.5},
        "conflict": {"bias": 1.0},
    }
    told: dict[str, float] = {}
    about = ", ".join(f"{n} {c}" for c, n in sorted(by_language.items())) + f" development reports, and {len(plain)} in our own words"
    if given.beside:
        about += ", and for `conflict` news filed elsewhere (" + ", ".join(OFF_TOPIC) + ")"
    for stage in (0, 1, 2):
        for question, rows in collect([*examples, *plain], stage=stage).items():
            questions[question], told[question] = fit(question, rows)
            print(
                f"stage {stage} {question:12} {len(rows):6} examples, {sum(r[2] for r in rows):5} yes, "
                f"F1 outside {100 * told[question]:.1f}",
                file=sys.stderr,
            )
        write(questions, told, about)
    questions["conflict"], told["conflict"] = fit("conflict", rows_of_conflict(examples, given.beside))
    write(questions, told, about)
    tune(examples, questions, lambda: write(questions, told, about))
    tune_further(examples, questions, lambda: write(questions, told, about))
    hold(examples, questions, lambda: write(questions, told, about))
    assert all(math.isfinite(w) for ws in questions.values() for w in ws.values())


if __name__ == "__main__":
    main()
