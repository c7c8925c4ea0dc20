"""The weights file, checked: what each level is worth, and from where on two accounts are held to be of one happening."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import log2
from pathlib import Path
from types import MappingProxyType

from tahqiq.codebook.strict import Section, open_yaml

FILE = Path(__file__).with_name("weights.yaml")


@dataclass(frozen=True, slots=True)
class Weights:
    """Bits by level, and the scores that clustering turns on."""

    bits: Mapping[str, float]
    why: Mapping[str, str]
    threshold: float
    kept_from: float
    joined_from: float
    unlike: float


@lru_cache(maxsize=4)
def load_weights(path: Path = FILE) -> Weights:
    """The weights of a file.

    Raises: CodebookError naming file and key.
    """
    file = open_yaml(path, path.name)
    file.text("source")
    threshold, kept_from, joined_from, unlike = (_number(file, key) for key in ("threshold", "kept_from", "joined_from", "unlike"))
    bits, why = {}, {}
    for level, row in file.section("levels").sections():
        m, u = _number(row, "m"), _number(row, "u")
        if not (0 < m <= 1 and 0 < u <= 1):
            raise row.error("m", f"and u must be shares above 0 and up to 1, not {m} and {u}")
        bits[level], why[level] = round(log2(m / u), 2), row.text("why")
        row.end()
    file.end()
    return Weights(MappingProxyType(bits), MappingProxyType(why), threshold, kept_from, joined_from, unlike)


def _number(section: Section, key: str) -> float:
    return float(section.take(key, int, float))
