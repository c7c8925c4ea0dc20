"""Choices by weight: what competes for a slot is scored by features whose weights stand in `weights.yaml`.

Lexicons and grammar propose, weights choose; reading only sums. The file says on what it was fitted; `make fit` writes it.
"""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import yaml

from tahqiq.errors import PackError

WEIGHTS = Path(__file__).parent / "weights.yaml"
Features = Mapping[str, float]
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


def score(question: str, features: Features) -> float:
    """The log-odds that the answer is yes: the sum of the weights of what holds, `bias` always among them."""
    weights = load_weights().get(question, {})
    total = weights.get("bias", 0.0)
    for name, value in features.items():
        if name in weights:
            total += weights[name] * value
    return round(total, _DIGITS)


def holds(*names: str | None, **numbers: float) -> dict[str, float]:
    """Features that hold, by name, and those with a value."""
    return {**{n: 1.0 for n in names if n}, **numbers}
