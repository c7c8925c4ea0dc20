"""The weights files, checked: what each finding is worth, and from where on two accounts are held to be of one happening."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import log2
from pathlib import Path
from types import MappingProxyType

from tahqiq.codebook.strict import Section, open_yaml
from tahqiq.errors import CodebookError
from tahqiq.linking.telling import features
from tahqiq.model import digest

FILE = Path(__file__).with_name("weights.yaml")
STORIES_FILE = Path(__file__).with_name("story_weights.yaml")
_SCORES = "threshold kept_from joined_from unlike stories_kept_from stories_joined_from stories_unlike".split()


@dataclass(frozen=True, slots=True)
class Weights:
    """Bits by level of a slot and by finding of a story, and the scores that clustering turns on.

    `beside_stories` is the part that slots count for where stories are compared too; `most` is what a slot can speak for one happening;
    `name` is another for other weights.
    """

    bits: Mapping[str, float]
    why: Mapping[str, str]
    threshold: float
    kept_from: float
    joined_from: float
    unlike: float
    stories_kept_from: float
    stories_joined_from: float
    stories_unlike: float
    stories: Mapping[str, float]
    stories_why: Mapping[str, str]
    beside_stories: float
    most: Mapping[str, float] = field(init=False)
    name: str = field(init=False)

    def __post_init__(self) -> None:
        most: dict[str, float] = {}
        for level, bits in self.bits.items():
            slot = level.partition("_")[0]
            most[slot] = max(bits, most.get(slot, 0.0))
        object.__setattr__(self, "most", MappingProxyType(most))
        scores = [getattr(self, name) for name in (*_SCORES, "beside_stories")]
        object.__setattr__(self, "name", digest(dict(self.bits), dict(self.stories), scores))


@lru_cache(maxsize=4)
def load_weights(path: Path = FILE, stories_path: Path = STORIES_FILE) -> Weights:
    """The weights of two files.

    Raises: CodebookError naming file and key.
    """
    file = open_yaml(path, path.name)
    file.text("source")
    scores = {key: _number(file, key) for key in _SCORES}
    bits, why = {}, {}
    for level, row in _rows(file.section("levels")):
        m, u = _number(row, "m"), _number(row, "u")
        if not (0 < m <= 1 and 0 < u <= 1):
            raise row.error("m", f"and u must be shares above 0 and up to 1, not {m} and {u}")
        bits[level], why[level] = round(log2(m / u), 2), row.text("why")
    file.end()
    stories, stories_why, beside = _story_weights(stories_path)
    return Weights(
        bits=MappingProxyType(bits),
        why=MappingProxyType(why),
        stories=MappingProxyType(stories),
        stories_why=MappingProxyType(stories_why),
        beside_stories=beside,
        **scores,
    )


def _story_weights(path: Path) -> tuple[dict[str, float], dict[str, str], float]:
    if not path.is_file():
        raise CodebookError(f"{path}: there is no such file of weights; `tahqiq link --fit` writes one")
    file = open_yaml(path, path.name)
    file.text("source")
    beside = _number(file, "beside_stories")
    bits, why = {}, {}
    known = frozenset(features())
    for name, row in _rows(weights := file.section("weights")):
        if name not in known:
            raise weights.error(name, "is nothing that stories are compared by")
        bits[name], why[name] = _number(row, "bits"), row.text("why")
        row.take("of_one", int)
        row.take("of_two", int)
    if missing := sorted(known - set(bits)):
        raise file.error("weights", f"must say what {', '.join(missing)} are worth")
    file.end()
    return bits, why, beside


def _rows(section: Section) -> Iterator[tuple[str, Section]]:
    for name, row in section.sections():
        yield name, row
        row.end()


def _number(section: Section, key: str) -> float:
    return float(section.take(key, int, float))
