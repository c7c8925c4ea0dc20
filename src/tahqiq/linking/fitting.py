"""The weights of stories, learned from reports of which persons said whether they tell of one happening.

What comes in are pairs of main accounts, each with what it was found to share, what its slots are worth, whether it is of one happening,
and to which groups its two reports belong; what goes out are weights in bits. This file must not know where pairs come from.

How it works
1. Logistic regression: the logarithm of the odds that two stories are one is the sum of what they share, each by its weight, so that
   kinds which say the same (a town and its country) share what they say. Weights are held near nought (`_HELD`): with ten happenings to
   learn from, what was met twice must not stand out.
2. What can only speak for one happening never gets a weight that speaks against it, or the other way round; it gets none.
3. Newton's method over the few weights that each pair has.
4. Held out: each group (a happening with the reports that are easily taken for it) is judged by weights learned without it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log

from tahqiq.linking.comparing import MOST_SLOTS
from tahqiq.linking.telling import Feature, features, sign

SLOTS = "slots"  # the weight of what the slots are worth together
_FREE = "main"  # all pairs have it: how rarely two stories are one is not held
_HELD = 1.0
_NOT_HELD, _SHUT = 0.001, 1e9
_NEARLY = 1e-4
_ROUNDS = 25
_WITHIN = 1e-6
_UNIT = 10.0  # bits of slots that weigh as one feature


@dataclass(frozen=True, slots=True)
class Pair:
    """Two reports' main accounts as they are compared. `groups` are those of the two reports."""

    a: str
    b: str
    features: tuple[Feature, ...]
    slots: float
    same: bool
    groups: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Fitted:
    """Bits by feature, where even odds stand at nought; `counts` are how often it was met among pairs of one happening and of two."""

    bits: Mapping[str, float]
    beside_stories: float
    counts: Mapping[str, tuple[int, int]]
    pairs: tuple[int, int]

    def score(self, pair: Pair) -> float:
        return sum(self.bits[name] * amount for name, amount in pair.features) + self.beside_stories * clipped(pair.slots)


def clipped(slots: float) -> float:
    return max(-MOST_SLOTS, min(MOST_SLOTS, slots))


def fit(pairs: Sequence[Pair]) -> Fitted:
    """The weights of these pairs."""
    names = (*features(), SLOTS)
    number = {name: n for n, name in enumerate(names)}
    rows = [
        ((*((number[name], amount) for name, amount in pair.features), (number[SLOTS], clipped(pair.slots) / _UNIT)), pair.same)
        for pair in pairs
    ]
    weights = _signed(rows, names)
    counts = {name: [0, 0] for name in names}
    for pair in pairs:
        for name, _ in pair.features:
            counts[name][not pair.same] += 1
    bits = {name: weights[n] / log(2) for name, n in number.items() if name != SLOTS}
    ones = sum(pair.same for pair in pairs)
    beside = weights[number[SLOTS]] / log(2) / _UNIT
    return Fitted(bits, beside, {name: (one, two) for name, (one, two) in counts.items()}, (ones, len(pairs) - ones))


def held_out(pairs: Sequence[Pair]) -> dict[tuple[str, str], float]:
    """What each pair is worth to weights that were learned without the groups it belongs to; the mean where it is of two groups."""
    scores: dict[tuple[str, str], list[float]] = {}
    for group in sorted({group for pair in pairs for group in pair.groups}):
        fitted = fit([pair for pair in pairs if group not in pair.groups])
        for pair in pairs:
            if group in pair.groups:
                scores.setdefault((pair.a, pair.b), []).append(fitted.score(pair))
    return {names: sum(found) / len(found) for names, found in scores.items()}


Row = tuple[tuple[tuple[int, float], ...], bool]


def _signed(rows: Sequence[Row], names: Sequence[str]) -> list[float]:
    """The weights, those of the wrong sign left out one round after the other."""
    held = [_NOT_HELD if name == _FREE else _HELD for name in names]
    while True:
        weights = _newton(rows, held)
        wrong = [n for n, name in enumerate(names) if weights[n] * sign(name) < -_NEARLY]
        if not wrong:
            return [0.0 if held[n] == _SHUT else weight for n, weight in enumerate(weights)]
        for n in wrong:
            held[n] = _SHUT


def _newton(rows: Sequence[Row], held: Sequence[float]) -> list[float]:
    size = len(held)
    weights = [0.0] * size
    for _ in range(_ROUNDS):
        slope = [-held[n] * weights[n] for n in range(size)]
        curve = [[held[n] if n == k else 0.0 for k in range(size)] for n in range(size)]
        for met, same in rows:
            odds = sum(weights[n] * amount for n, amount in met)
            chance = 1.0 / (1.0 + exp(-max(-35.0, min(35.0, odds))))
            miss, steep = (1.0 if same else 0.0) - chance, chance * (1.0 - chance)
            for n, amount in met:
                slope[n] += miss * amount
                if steep > 1e-9:
                    line = curve[n]
                    for k, other in met:
                        line[k] += steep * amount * other
        step = _solved(curve, slope)
        weights = [w + s for w, s in zip(weights, step, strict=True)]
        if max(map(abs, step)) < _WITHIN:
            break
    return weights


def _solved(matrix: Iterable[Sequence[float]], right: Sequence[float]) -> list[float]:
    """The solution of a set of linear equations whose matrix is symmetric and positive, by elimination."""
    lines = [[*line, value] for line, value in zip(matrix, right, strict=True)]
    size = len(lines)
    for n in range(size):
        pivot = lines[n]
        for line in lines[n + 1 :]:
            if factor := line[n] / pivot[n]:
                for k in range(n, size + 1):
                    line[k] -= factor * pivot[k]
    found = [0.0] * size
    for n in reversed(range(size)):
        found[n] = (lines[n][size] - sum(lines[n][k] * found[k] for k in range(n + 1, size))) / lines[n][n]
    return found


def as_yaml(fitted: Fitted, why: Mapping[str, str], even: float, source: str) -> str:
    """The weights file of a fit: `even` is the score at which the odds are even, so that scores of stories and of slots meet."""
    lines = [HEAD.rstrip(), f"source: {source}", "", f"beside_stories: {fitted.beside_stories:.3f}", "", "weights:"]
    for name in features():
        bits = fitted.bits[name] + (even if name == _FREE else 0.0)
        one, two = fitted.counts[name]
        lines.append(f'  {name}: {{bits: {round(bits, 2) + 0.0}, of_one: {one}, of_two: {two}, why: "{why[name]}"}}')
    return "\n".join(lines) + "\n"


HEAD = """
# What it is worth that the main stories of two reports share something or do not, in bits. Written by `tahqiq link --fit`; the reasons
# (`why`) are kept as they are.
#   bits    of *_bits for ten bits that the shared terms are worth by their rarity; of *_share for sharing all that the poorer one tells;
#           of the others for their being so. 0 where the reports that were learned from gave no ground for one.
#   of_one  how many pairs of reports of one happening were so; of_two: of two happenings
# beside_stories: the part that the slots (weights.yaml) count for beside it, since they were read out of the same texts.
""".lstrip()
