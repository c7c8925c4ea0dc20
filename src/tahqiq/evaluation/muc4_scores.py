"""MUC-4 templates against the key: document-level fillers (CEAF-REE) and every slot of the full key.

The measure is that of the project's outside scorer for MUC-4, which is checked there against the systems of 1992 and since.
Counts are MUC-4's: correct, partial at half, incorrect, spurious, missing; optional templates and fills may be left out, and any
alternative of a fill counts.
"""

import re
import string
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Template = Mapping[str, Any]
ROLES = {
    "PerpInd": ("perp_individual", "perp_individual"),
    "PerpOrg": ("perp_organization", "perp_organization"),
    "Target": ("target", "phys_tgt_id"),
    "Victim": ("victim", ""),
    "Weapon": ("weapon", "instrument_id"),
}
_SINGLE = ("incident_type", "date", "location", "stage")
_EFFECTS = {"killed": "DEATH", "injured": "INJURY"}
SLOTS = (*_SINGLE, *ROLES, *_EFFECTS)
_MODIFIERS = frozenset(
    "a an the of his her their its some several many other others two three four five six seven eight nine ten approximately about".split()
)
_JOINTS = frozenset("of in on at from with who which that for to by near against".split())
_PUNCTUATION = str.maketrans("", "", string.punctuation)
_ARTICLE = re.compile(r"\b(a|an|the)\b")


@dataclass(frozen=True, slots=True)
class Rate:
    """Precision, recall and F1 in 0..1 of hits among what was told and what the key holds."""

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class Scores:
    """CEAF-REE over the five roles, the full-key slots with `all`, and documents told apart as relevant."""

    ree: Rate
    slots: Mapping[str, Rate]
    relevance: Rate


@dataclass(frozen=True, slots=True)
class _Fill:
    alternatives: tuple[str, ...]
    optional: bool


def rate(hits: float, told: float, asked: float) -> Rate:
    precision, recall = hits / told if told else 0.0, hits / asked if asked else 0.0
    return Rate(precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0)


def score(gold: Iterable[Mapping[str, Any]], told: Mapping[str, Sequence[Template]]) -> Scores:
    """Scores of templates by document id; a document of the key that is not told counts as told to have none."""
    documents = list(gold)
    tally = _Tally()
    for document in documents:
        _count_document(document["templates"], list(told.get(document["id"], ())), tally)
    return Scores(
        _ree(documents, told), tally.rates(), rate(tally.relevant[0], tally.relevant[0] + tally.relevant[1], sum(tally.relevant[::2]))
    )


# -- fillers of a document --------------------------------------------------------------------------------------------


def _ree(documents: Sequence[Mapping[str, Any]], told: Mapping[str, Sequence[Template]]) -> Rate:
    hits = made = asked = 0
    for document in documents:
        merged = _merged(told.get(document["id"], ()))
        for role in ROLES:
            gold = [{_plain(m) for m in entity} for entity in document["grit_entities"].get(role, [])]
            given = [{_plain(m) for m in entity} for entity in merged[role]]
            hits += len(best_pairs([[1.0 if g <= e else 0.0 for g in given] for e in gold]))
            made, asked = made + len(given), asked + len(gold)
    return rate(hits, made, asked)


def _merged(templates: Sequence[Template]) -> dict[str, list[list[str]]]:
    """The fillers of all templates together, without one that lies in another or holds it."""
    merged: dict[str, list[list[str]]] = {role: [] for role in ROLES}
    for template in templates:
        for role, (key, _) in ROLES.items():
            for entity in map(_mentions, template.get(key) or []):
                words = set(entity)
                if words and not any(words <= set(kept) or set(kept) <= words for kept in merged[role]):
                    merged[role].append(entity)
    return merged


def _mentions(entity: object) -> list[str]:
    if isinstance(entity, str):
        return [entity]
    return [m for m in entity if m] if isinstance(entity, list | tuple) else []


def _plain(text: str) -> str:
    return " ".join(_ARTICLE.sub(" ", text.lower().translate(_PUNCTUATION)).split())


# -- every slot -------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Tally:
    counts: dict[str, list[float]] = field(default_factory=lambda: {slot: [0.0, 0.0, 0.0] for slot in SLOTS})  # hits, told, asked
    relevant: list[int] = field(default_factory=lambda: [0, 0, 0])  # right, false, missed

    def pair(self, slot: str, points: float) -> None:
        row = self.counts[slot]
        row[0], row[1], row[2] = row[0] + (0.5 if 0 < points < 1 else points), row[1] + 1, row[2] + 1

    def spurious(self, slot: str, count: int = 1) -> None:
        self.counts[slot][1] += count

    def missing(self, slot: str, count: int = 1) -> None:
        self.counts[slot][2] += count

    def rates(self) -> dict[str, Rate]:
        sums = [sum(row[n] for row in self.counts.values()) for n in range(3)]
        return {**{slot: rate(*row) for slot, row in self.counts.items()}, "all": rate(*sums)}


def _count_document(key: Sequence[Mapping[str, Any]], told: Sequence[Template], tally: _Tally) -> None:
    if not key or any(not t["optional"] for t in key):
        wanted = bool(key)
        tally.relevant[0] += wanted and bool(told)
        tally.relevant[1] += not wanted and bool(told)
        tally.relevant[2] += wanted and not told
    fills = [{role: _key_fills(t, role) for role in ROLES} for t in key]
    given = [{role: _told_fills(t, role) for role in ROLES} for t in told]
    roles = {
        (i, j): {role: _role_pairs(given[i][role], fills[j][role]) for role in ROLES}
        for i in range(len(told))
        for j in range(len(key))
        if _type_points(told[i], key[j]) > 0
    }
    weights = [[_likeness(told[i], key[j], fills[j], roles.get((i, j))) for j in range(len(key))] for i in range(len(told))]
    pairs = best_pairs(weights)
    for i in set(range(len(told))) - {i for i, _ in pairs}:
        _count_spurious(told[i], given[i], tally)
    for j in set(range(len(key))) - {j for _, j in pairs}:
        if not key[j]["optional"]:
            _count_missing(key[j], fills[j], tally)
    for i, j in pairs:
        _count_pair(told[i], key[j], given[i], fills[j], roles[i, j], tally)


def _likeness(told: Template, key: Mapping[str, Any], fills: Mapping[str, list[_Fill]], roles: Mapping[str, Any] | None) -> float:
    """How well a template fits a key: 0 where types differ or, where the key has fillers, none is shared."""
    if roles is None:
        return 0.0
    content: float = sum(points for pairs in roles.values() for _, _, points in pairs)
    if not content and any(fills.values()):
        return 0.0
    return _type_points(told, key) + content + _points("date", told, key) + _points("location", told, key)


def _count_spurious(told: Template, given: Mapping[str, list[list[str]]], tally: _Tally) -> None:
    tally.spurious("incident_type")
    for slot in _SINGLE[1:]:
        tally.spurious(slot, bool(told.get(slot)))
    for role, entities in given.items():
        tally.spurious(role, len(entities))
    for slot in _EFFECTS:
        tally.spurious(slot, _is_harmed(told.get(slot)))


def _count_missing(key: Mapping[str, Any], fills: Mapping[str, list[_Fill]], tally: _Tally) -> None:
    for slot in _SINGLE:
        tally.missing(slot, bool(key[slot] and not key[slot].get("optional")))
    for role, wanted in fills.items():
        tally.missing(role, sum(not f.optional for f in wanted))
    for slot, effect in _EFFECTS.items():
        tally.missing(slot, _effect(key, effect) == "yes")


def _count_pair(
    told: Template,
    key: Mapping[str, Any],
    given: Mapping[str, list[list[str]]],
    fills: Mapping[str, list[_Fill]],
    roles: Mapping[str, Sequence[tuple[int, int, float]]],
    tally: _Tally,
) -> None:
    tally.pair("incident_type", _type_points(told, key))
    for slot in _SINGLE[1:]:
        wanted = key[slot] and (key[slot].get("alternatives") if slot != "stage" else key[slot]["values"])
        if wanted and told.get(slot):
            tally.pair(slot, _points(slot, told, key))
        elif told.get(slot):
            tally.spurious(slot)
        elif wanted and not key[slot].get("optional"):
            tally.missing(slot)
    for role in ROLES:
        for _, _, points in roles[role]:
            tally.pair(role, points)
        tally.spurious(role, len(given[role]) - len(roles[role]))
        used = {j for _, j, _ in roles[role]}
        tally.missing(role, sum(1 for j, f in enumerate(fills[role]) if j not in used and not f.optional))
    for slot, effect in _EFFECTS.items():
        state, harmed = _effect(key, effect), _is_harmed(told.get(slot))
        if harmed and state != "no":
            tally.pair(slot, 1.0)
        elif harmed:
            tally.spurious(slot)
        elif state == "yes":
            tally.missing(slot)


def _type_points(told: Template, key: Mapping[str, Any]) -> float:
    """1 for the key's type, half for the general ATTACK in place of another."""
    name = told.get("incident_type") or "ATTACK"
    name = (name if isinstance(name, str) else name[0]).upper()
    wanted = key["incident_type"]["values"] if key["incident_type"] else []
    return 1.0 if name in wanted else 0.5 if name == "ATTACK" and wanted else 0.0


def _points(slot: str, told: Template, key: Mapping[str, Any]) -> float:
    if not told.get(slot) or not key[slot]:
        return 0.0
    if slot == "stage":
        return float(told[slot].upper() in key[slot]["values"])
    measure: Callable[[Any, Any], float] = _date_points if slot == "date" else _location_points
    return max((measure(told[slot], wanted) for wanted in key[slot]["alternatives"]), default=0.0)


def _date_points(told: Any, wanted: Mapping[str, Any]) -> float:
    start, end = (told, told) if isinstance(told, str) else (told.get("start"), told.get("end"))
    if (start, end) == (wanted["start"], wanted["end"]):
        return 1.0
    if start is None:
        return 0.5 if end is not None and end == wanted["end"] else 0.0
    return 0.5 if end and (wanted["start"] or "0000") <= start and end <= (wanted["end"] or "9999") else 0.0


def _location_points(told: Any, wanted: Mapping[str, Any]) -> float:
    told = {"country": told} if isinstance(told, str) else told
    names = [_plain(name) for name in told.get("names") or [] if name]
    country, asked = _plain(told.get("country") or ""), _plain(wanted["country"] or "")
    same = bool(country) and country == asked
    path = [[_plain(place["name"]) for place in step] for step in wanted["path"]]
    if not path:
        return (0.5 if names else 1.0) if same else 0.0
    if names and names[-1] in path[-1]:
        return 1.0 if same or not asked else 0.5
    return 0.5 if same else 0.0


def _key_fills(key: Mapping[str, Any], role: str) -> list[_Fill]:
    if role == "Victim":
        people = key["human_targets"] if isinstance(key["human_targets"], list) else []
        return [
            _Fill((*p["strings"], *p.get("descriptions", ())), bool(p.get("optional")))
            for p in people
            if not p.get("unreferenced") and p["strings"]
        ]
    fills = key[ROLES[role][1]]
    return [_Fill(tuple(f["strings"]), bool(f.get("optional"))) for f in fills] if isinstance(fills, list) else []


def _told_fills(told: Template, role: str) -> list[list[str]]:
    entities = list(told.get(ROLES[role][0]) or [])
    if role == "Victim":
        entities += told.get("victim_description") or []
    return [e for e in map(_mentions, entities) if e]


def _role_pairs(given: Sequence[Sequence[str]], wanted: Sequence[_Fill]) -> list[tuple[int, int, float]]:
    weights = [[max((_alike(a, b) for a in g for b in w.alternatives), default=0.0) for w in wanted] for g in given]
    return [(i, j, weights[i][j]) for i, j in best_pairs(weights)]


def _alike(told: str, wanted: str) -> float:
    """1 for the same words, more in front allowed; half for the same head, or where one holds the other's words."""
    a, b = _bare(told), _bare(wanted)
    if not a or not b:
        return 0.0
    if [_singular(w) for w in a] == [_singular(w) for w in b] or (len(a) > len(b) and a[-len(b) :] == b):
        return 1.0
    return 0.5 if _head(a) == _head(b) or set(a) < set(b) or set(b) < set(a) else 0.0


def _bare(text: str) -> list[str]:
    words = re.findall(r"[a-z0-9]+", text.lower().replace("'", ""))
    while len(words) > 1 and (words[0] in _MODIFIERS or words[0].isdigit()):
        words = words[1:]
    return words


def _singular(word: str) -> str:
    if len(word) > 3 and word.endswith("men"):
        return word[:-3] + "man"
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _head(words: Sequence[str]) -> str:
    return _singular(next((words[n - 1] for n, word in enumerate(words) if n and word in _JOINTS), words[-1]))


def _effect(key: Mapping[str, Any], effect: str) -> str:
    """Whether the key tells of the effect: yes, maybe or no."""
    fills = key["hum_tgt_effect"] if isinstance(key["hum_tgt_effect"], list) else []
    told = [f for f in fills if effect in f["values"]]
    if any(len(f["values"]) == 1 and not f.get("optional") for f in told):
        return "yes"
    return "maybe" if told else "no"


def _is_harmed(value: object) -> bool:
    if isinstance(value, dict):
        return (value.get("max") or value.get("min") or 0) > 0
    return bool(value) and (value is True or (isinstance(value, int | float) and value > 0))


# -- one to one -------------------------------------------------------------------------------------------------------


def best_pairs(weights: Sequence[Sequence[float]]) -> list[tuple[int, int]]:
    """Rows and columns one to one with the greatest sum of weights; pairs of no weight are left out. Cubic time."""
    if not weights or not weights[0]:
        return []
    rows, columns = len(weights), len(weights[0])
    size = max(rows, columns)
    top = max(map(max, weights)) + 1.0
    cost = [[top - (weights[i][j] if i < rows and j < columns else 0.0) for j in range(size)] for i in range(size)]
    return [(i, j) for j, i in _assignment(cost) if i < rows and j < columns and weights[i][j] > 0]


def _assignment(cost: Sequence[Sequence[float]]) -> Iterator[tuple[int, int]]:
    """(column, row) of the cheapest assignment of a square matrix, by shortest augmenting paths."""
    size = len(cost)
    row_price, column_price = [0.0] * (size + 1), [0.0] * (size + 1)
    row_of = [0] * (size + 1)
    for row in range(1, size + 1):
        came_from, reached = [0] * (size + 1), [False] * (size + 1)
        slack = [float("inf")] * (size + 1)
        row_of[0] = row
        at = 0
        while row_of[at]:
            reached[at] = True
            here = row_of[at]
            for column in range(1, size + 1):
                price = cost[here - 1][column - 1] - row_price[here] - column_price[column]
                if not reached[column] and price < slack[column]:
                    slack[column], came_from[column] = price, at
            nearest = min((c for c in range(1, size + 1) if not reached[c]), key=slack.__getitem__)
            step = slack[nearest]
            for column in range(size + 1):
                if reached[column]:
                    row_price[row_of[column]] += step
                    column_price[column] -= step
                else:
                    slack[column] -= step
            at = nearest
        while at:
            row_of[at] = row_of[came_from[at]]
            at = came_from[at]
    return ((column - 1, row_of[column] - 1) for column in range(1, size + 1))
