"""Choices by weight: what competes for a slot is scored by features whose weights stand in `weights.yaml`.

Lexicons and grammar propose, weights choose; reading only sums. The file says on what it was fitted; `make fit` writes it.

Most candidates of a slot are only summed up and refused. So what they have is kept as names (`Told`), and each name's worth, with that
of what it stands for together with others (`Company`), is looked up in a table made once; features by name are written out for whoever
asks for them: the fit, and the explanation of a choice.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import yaml

from tahqiq.errors import PackError

WEIGHTS = Path(__file__).parent / "weights.yaml"
Features = Mapping[str, float]
Pairs = tuple[str, Callable[[str], bool]]  # a prefix, and which names are told together with it
_DIGITS = 6  # weights have two digits: what lies behind is the order in which they were added, which must decide nothing


@lru_cache(maxsize=1)
def load_weights(path: Path = WEIGHTS) -> Mapping[str, Mapping[str, float]]:
    """Weights by question and feature.

    Raises: PackError where the file holds something else than numbers.
    """
    given = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)) or {}
    questions = given.get("questions")
    if not isinstance(questions, dict):
        raise PackError(f"{path.name}: questions is not a mapping")
    for question, weights in questions.items():
        for feature, weight in weights.items():
            if not isinstance(weight, int | float):
                raise PackError(f"{path.name}: {question}.{feature} is {weight!r}, not a number")
    return questions


class Company:
    """What features hold together: `always` those that all candidates have; under each prefix the names it is told together with."""

    def __init__(self, always: Sequence[str], pairs: Sequence[Pairs]) -> None:
        self._always = tuple(always)
        self._pairs = tuple(pairs)
        self._worth: dict[str, _Worth] = {}

    def features(self, names: Sequence[str], numbers: Mapping[str, float]) -> dict[str, float]:
        """The names as features, with those that always hold, those with a value and those told together."""
        features = holds(*names, *self._always, **numbers)
        for prefix, is_paired in self._pairs:
            features.update({f"{prefix}&{n}": 1.0 for n in names if is_paired(n)})
        return features

    def score(self, question: str, names: Sequence[str], numbers: Mapping[str, float]) -> float:
        """What `score` gives of their features."""
        weights = load_weights().get(question, {})
        worth = self._worth.get(question)
        if worth is None or worth.weights is not weights:
            worth = self._worth[question] = _Worth(weights, self._always, self._pairs)
        total = worth.outset + sum(map(worth.__getitem__, dict.fromkeys(names)))
        for name, value in numbers.items():
            total += weights.get(name, 0.0) * value
        return round(total, _DIGITS) + 0.0  # nought has no sign


class _Worth(dict[str, float]):
    """What each name adds to a question's sum: its own weight and that of all it is told together with."""

    def __init__(self, weights: Mapping[str, float], always: Sequence[str], pairs: Sequence[Pairs]) -> None:
        super().__init__()
        self.weights = weights
        self.outset = weights.get("bias", 0.0) + sum(weights.get(name, 0.0) for name in always)
        self._pairs = pairs
        self.update(dict.fromkeys(always, 0.0))  # counted in the outset

    def __missing__(self, name: str) -> float:
        together = sum(self.weights.get(f"{prefix}&{name}", 0.0) for prefix, is_paired in self._pairs if is_paired(name))
        worth = self[name] = self.weights.get(name, 0.0) + together
        return worth


class Told(Mapping[str, float]):
    """A candidate's features by the names that hold of it, and those with a value, written out when one is asked for."""

    __slots__ = ("_company", "_features", "_names", "_numbers")

    def __init__(self, names: Sequence[str], company: Company, **numbers: float) -> None:
        self._names = names
        self._numbers = numbers
        self._company = company
        self._features: dict[str, float] | None = None

    def score(self, question: str) -> float:
        return self._company.score(question, self._names, self._numbers)

    def _written(self) -> dict[str, float]:
        if self._features is None:
            self._features = self._company.features(self._names, self._numbers)
        return self._features

    def __getitem__(self, name: str) -> float:
        return self._written()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._written())

    def __len__(self) -> int:
        return len(self._written())


def score(question: str, features: Features) -> float:
    """The log-odds that the answer is yes: the sum of the weights of what holds, `bias` always among them."""
    if isinstance(features, Told):
        return features.score(question)
    weights = load_weights().get(question, {})
    total = weights.get("bias", 0.0)
    for name, value in features.items():
        if name in weights:
            total += weights[name] * value
    return round(total, _DIGITS) + 0.0  # nought has no sign


def holds(*names: str | None, **numbers: float) -> dict[str, float]:
    """Features that hold, by name, and those with a value."""
    return {**{n: 1.0 for n in names if n}, **numbers}
