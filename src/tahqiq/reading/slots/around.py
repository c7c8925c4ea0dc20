"""What stands around a happening: how any span is told beside its triggers and those of the other happenings.

What comes in are a scene, a happening and the others of its report; what goes out are features that every slot's candidates have:
nearness, side, order, rivals. Which slot is asked for is not known here.

How it works
1. `Surroundings` are made once for a happening; triggers are kept by sentence, so that a candidate asks and does not search, and what
   is asked of one span by several slots is answered once.
2. A candidate's `Seat` is its sentence and the trigger nearest to it: by sentences first, then by tokens.
3. Mentions of one filler are one candidate, the nearest mention; of the others it keeps what is worth knowing (`each_once`).
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from tahqiq.reading.choosing import Company, Features, Told
from tahqiq.reading.happenings import Happening
from tahqiq.reading.scene import Scene
from tahqiq.reading.triggers import SPOKEN, Trigger

Proposal = tuple[object, Features]
_BEFORE, _AFTER = 3, 3  # sentences around a happening's own in which fillers are looked for
_FAMILY = {
    **dict.fromkeys(SPOKEN, "parties"),
    "statement": "spoken",
    **dict.fromkeys(("protest", "riot"), "crowd"),
    **dict.fromkeys(("arrest", "abduction", "raid", "execution"), "taking"),
    **dict.fromkeys(("armed_clash", "territory_change", "deployment", "interception", "shootdown", "encounter"), "forces"),
    "disaster": "disaster",
}
_DISTANCES = {
    0: "same_sentence", 1: "next_1", 2: "next_2", 3: "next_3", -1: "previous_1", -2: "previous_2", -3: "previous_3",
}  # fmt: skip


def family(happening: Happening) -> str:
    """The kind of happenings that weights treat alike; whatever is no other kind is an attack."""
    return _FAMILY.get(happening.event_type, "attack")


def distance(sentences_between: int) -> str:
    """The feature that says how many sentences lie between."""
    return _DISTANCES.get(sentences_between) or ("next_far" if sentences_between > 0 else "previous_far")


class Nearest:
    """Some triggers by where they stand: which of them is nearest to something told."""

    def __init__(self, triggers: Iterable[Trigger]) -> None:
        self._triggers = tuple(triggers)
        self._close: dict[int, list[Trigger]] = {}
        for trigger in self._triggers:
            self._close.setdefault(trigger.sentence, []).append(trigger)
        self._told_in = tuple(self._close)

    def to(self, sentence: int, first: int) -> Trigger:
        """The nearest by sentences, then by tokens from first word to first word; the earlier told of among equals."""
        close = self._close.get(sentence)
        if close is None:
            least = min(abs(told - sentence) for told in self._told_in)
            close = self._close[sentence] = [t for t in self._triggers if abs(t.sentence - sentence) == least]
        return close[0] if len(close) == 1 else min(close, key=lambda t: abs(t.first - first))

    def away(self, sentence: int, first: int) -> tuple[int, int]:
        """(sentences, tokens) to the nearest."""
        nearest = self.to(sentence, first)
        return abs(nearest.sentence - sentence), abs(nearest.first - first)


class Seat(NamedTuple):
    """Where a span stands to a happening: its sentence, the nearest trigger, and how many sentences behind that (before: negative).

    `side` and `gap` tell where it stands to that trigger, in tokens; `rank` is less for what stands nearer.
    """

    sentence: int
    trigger: Trigger
    between: int
    side: str
    gap: int
    rank: tuple[int, int]

    @property
    def is_here(self) -> bool:
        """True in the sentence of the trigger itself."""
        return self.between == 0


class Surroundings:
    """A happening among the others of its report."""

    def __init__(self, scene: Scene, happening: Happening, others: Sequence[Happening]) -> None:
        self.scene, self.happening = scene, happening
        self.own = Nearest(happening.triggers)
        self.near = frozenset(n for s in happening.sentences for n in range(s - _BEFORE, s + _AFTER + 1))
        self.opens = min(t.first for t in happening.triggers)
        self.is_main = happening.order == 0
        self._rivals: dict[int, list[int]] = {}
        for other in others:
            for trigger in other.triggers if other is not happening else ():
                self._rivals.setdefault(trigger.sentence, []).append(trigger.first)
        self._rivals_in_order = sorted(first for firsts in self._rivals.values() for first in firsts)
        self._seats: dict[tuple[int, int], Seat] = {}
        self._names: dict[tuple[int, int], list[str]] = {}
        self.beside: dict[tuple[int, int, str], list[str]] = {}  # what one question found of a span beside a trigger, for the next

    def seat(self, first: int, last: int) -> Seat:
        """Where tokens [first, last) stand to the happening."""
        seat = self._seats.get((first, last))
        if seat is None:
            seat = self._seats[first, last] = self._seat(first, last)
        return seat

    def _seat(self, first: int, last: int) -> Seat:
        sentence = self.scene.sentence(first)
        trigger = self.own.to(sentence, first)
        between = sentence - trigger.sentence
        side, gap = self.scene.gap(first, last, trigger.first, trigger.last)
        return Seat(sentence, trigger, between, side, gap, (abs(between), abs(trigger.first - first) if between else gap))

    def names(self, seat: Seat, first: int, last: int) -> list[str]:
        """Features of any span: distance, side, roles, and whether another happening stands nearer."""
        names = self._names.get((first, last))
        if names is None:
            names = self._names[first, last] = self._told(seat, first, last)
        return names

    def _told(self, seat: Seat, first: int, last: int) -> list[str]:
        names = [distance(seat.between)]
        if seat.is_here:
            names += self.scene.relation(seat.trigger.mark, first, last)
        if seat.sentence in self.scene.analysis.title:
            names.append("in_title")
        rivals = self._rivals.get(seat.sentence)
        if rivals:
            is_nearer = not seat.is_here or min(abs(at - first) for at in rivals) < abs(seat.trigger.first - first)
            names.append("rival_nearer" if is_nearer else "rival_farther")
        if self.is_main:
            names.append("main")
        return names

    def has_rival(self, sentence: int) -> bool:
        """True where another happening has a trigger in a sentence."""
        return sentence in self._rivals

    def rival_between(self, a: int, b: int) -> bool:
        """True where another happening has a trigger between two tokens."""
        low, high = (a, b) if a < b else (b, a)
        at = bisect_right(self._rivals_in_order, low)
        return at < len(self._rivals_in_order) and self._rivals_in_order[at] < high


class InOrder:
    """The fillers of one slot in the order of the text, by their first tokens, as a happening sees them."""

    def __init__(self, around: Surroundings, firsts: Sequence[int]) -> None:
        sentences = around.happening.sentences
        self._has_own = any(around.scene.sentence(first) in sentences for first in firsts)
        self._last_before = max((first for first in firsts if first < around.opens), default=None)
        self._first = min(firsts, default=None)

    def names(self, first: int) -> list[str]:
        """Whether the happening's own sentences hold such a filler; whether this is the last told before it, or the first of all."""
        names = ["own_with" if self._has_own else "own_without"]
        for name, at in (("last_before", self._last_before), ("first_told", self._first)):
            if first == at:
                names += [name] if self._has_own else [name, f"{name}&own_without"]
        return names


@dataclass(slots=True)
class Candidate:
    """One mention of a filler: `key` says of what, `rank` how near it stands (sentences, then tokens)."""

    key: str
    rank: tuple[int, int]
    value: object
    names: list[str]


def each_once(found: Sequence[Candidate], shared: frozenset[str]) -> list[Candidate]:
    """Each filler once, by its nearest mention; of the others it keeps the features in `shared`, as `also_…`."""
    groups: dict[str, list[Candidate]] = {}
    for candidate in found:
        groups.setdefault(candidate.key, []).append(candidate)
    once = []
    for mentions in groups.values():
        best = mentions[0] if len(mentions) == 1 else min(mentions, key=lambda c: c.rank)
        once.append(best)
        if len(mentions) == 1:
            continue
        also = shared.intersection([n for c in mentions if c is not best for n in c.names])
        best.names += sorted([f"also_{n}" for n in also])
        best.names.append("told_often" if len(mentions) > 3 else "told_again")
    here = sorted((c for c in once if c.rank[0] == 0), key=lambda c: c.rank[1])
    for n, candidate in enumerate(here):
        candidate.names.append("sole_here" if len(here) == 1 else f"here_{min(n + 1, 4)}")
    return once


def with_pairs(names: Sequence[str], kind: str, paired: frozenset[str]) -> Features:
    """Names as features, those in `paired` also together with the happening's family."""
    return Told(names, _company(kind, paired))


@lru_cache(maxsize=256)
def _company(kind: str, paired: frozenset[str]) -> Company:
    return Company((f"family_{kind}",), ((kind, paired.__contains__),))
