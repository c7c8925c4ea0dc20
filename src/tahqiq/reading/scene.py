"""Everything found in one report before it is told apart into happenings: numbers, days, places, people, tolls, sayings.

What comes in is a report; what goes out is a `Scene`. Two questions are answered here for all who choose: how a span stands to
a trigger (`relation`), and what role the words beside a span give it (`roles_beside`).
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, TypeVar

from tahqiq.languages import Mark
from tahqiq.model import Report
from tahqiq.reading.actors import Entity, find_adjectives, find_entities, with_country
from tahqiq.reading.analysis import Analysis, analyse
from tahqiq.reading.casualties import Row, find_rows
from tahqiq.reading.claims import Saying, find_sayings
from tahqiq.reading.dates import DateMark, find_dates
from tahqiq.reading.numbers import Quantity, find_quantities
from tahqiq.reading.places import PlaceMark, find_places
from tahqiq.registries import Actors, Places

_GAPS = ((0, "adjacent"), (2, "near"), (5, "close"), (10, "apart"), (10**9, "far"))


class _Told(Protocol):
    @property
    def first(self) -> int: ...


_T = TypeVar("_T", bound=_Told)


@dataclass(frozen=True, eq=False)
class Scene:
    """What one report holds. All spans are token spans of `analysis`; two scenes are the same where they are one object.

    `…_in` give what a sentence holds, in text order: each is put by sentence once, when it is first asked for.
    """

    analysis: Analysis
    quantities: tuple[Quantity, ...]
    dates: tuple[DateMark, ...]
    places: tuple[PlaceMark, ...]
    entities: tuple[Entity, ...]
    rows: tuple[Row, ...]
    sayings: tuple[Saying, ...]
    published: dt.date | None

    @cached_property
    def sentence(self) -> Callable[[int], int]:
        """The number of a token's sentence."""
        return self.analysis.sentence

    def dates_in(self, sentence: int) -> Sequence[DateMark]:
        return self._dates_in.get(sentence, ())

    def places_in(self, sentence: int) -> Sequence[PlaceMark]:
        return self._places_in.get(sentence, ())

    def entities_in(self, sentence: int) -> Sequence[Entity]:
        return self._entities_in.get(sentence, ())

    def entities_over(self, token: int) -> Sequence[Entity]:
        """The entities whose words a token is among."""
        return self._entities_over.get(token, ())

    def rows_in(self, sentence: int) -> Sequence[Row]:
        return self._rows_in.get(sentence, ())

    def sayings_in(self, sentence: int) -> Sequence[Saying]:
        return self._sayings_in.get(sentence, ())

    @cached_property
    def _dates_in(self) -> dict[int, list[DateMark]]:
        return self._by_sentence(self.dates)

    @cached_property
    def _places_in(self) -> dict[int, list[PlaceMark]]:
        return self._by_sentence(self.places)

    @cached_property
    def _entities_in(self) -> dict[int, list[Entity]]:
        return self._by_sentence(self.entities)

    @cached_property
    def _entities_over(self) -> dict[int, list[Entity]]:
        found: dict[int, list[Entity]] = {}
        for entity in self.entities:
            for token in range(entity.first, entity.last):
                found.setdefault(token, []).append(entity)
        return found

    @cached_property
    def _rows_in(self) -> dict[int, list[Row]]:
        return self._by_sentence(self.rows)

    @cached_property
    def _sayings_in(self) -> dict[int, list[Saying]]:
        found: dict[int, list[Saying]] = {}
        for saying in self.sayings:
            found.setdefault(saying.sentence, []).append(saying)
        return found

    def _by_sentence(self, told: Iterable[_T]) -> dict[int, list[_T]]:
        found: dict[int, list[_T]] = {}
        for one in told:
            found.setdefault(self.sentence(one.first), []).append(one)
        return found

    def gap(self, first: int, last: int, other_first: int, other_last: int) -> tuple[str, int]:
        """(side, tokens between) of a span seen from another: before, after or inside."""
        if last <= other_first:
            return "before", other_first - last
        if first >= other_last:
            return "after", first - other_last
        return "inside", 0

    def crosses_break(self, a: int, b: int) -> bool:
        """True where a clause ends between two tokens."""
        return self.analysis.breaks_between(a, b)

    def relation(self, trigger: Mark, first: int, last: int) -> list[str]:
        """Features of a span beside a trigger: side, distance, and whether a clause ends between."""
        side, gap = self.gap(first, last, trigger.first, trigger.last)
        name = next(name for reach, name in _GAPS if gap <= reach)
        found = [side, f"{side}_{name}"]
        if side != "inside" and self.crosses_break(min(last, trigger.last), max(first, trigger.first)):
            found.append("across_break")
        return found

    def roles_beside(self, first: int, last: int, clitics: str = "") -> list[str]:
        """Roles that the markers right before or behind a span give it, and clitics in front that are prepositions."""
        words = self.analysis.role_words
        found = [f"role_{role}" for role in (*words.get(first, ()), *words.get(-last - 1, ()))]
        bare = clitics.removesuffix("ال")
        found += [f"clitic_{c}" for c in ("ب", "ل", "ک") if c in bare]
        return list(dict.fromkeys(found))


def find_scene(report: Report, language_code: str, places: Places, actors: Actors) -> Scene:
    """The scene of a report in a language that has a pack."""
    from tahqiq.languages import load_language

    language = load_language(language_code)
    analysis = analyse(report, language)
    quantities = find_quantities(analysis.tokens, analysis.of_kind("vague", "qualifier", "between"), language)
    dates = find_dates(analysis.tokens, quantities, language.dates, report.published, language.dates.week_start)
    busy = frozenset(t for d in dates for t in range(d.first, d.last))
    entities = find_entities(analysis, actors, places)
    taken = frozenset(
        t for e in entities if e.kind == "person" or (e.kind == "actor" and e.last - e.first > 1) for t in range(e.first, e.last)
    )
    found_places = find_places(analysis, places, taken | busy)
    countries = [(m.first, m.last, m.place.country or "", m.place.name) for m in found_places if m.is_country]
    entities = with_country(entities, countries)
    entities = sorted([*entities, *find_adjectives(analysis, places, entities)], key=lambda e: (e.first, -e.last))
    return Scene(
        analysis=analysis,
        quantities=tuple(quantities),
        dates=tuple(dates),
        places=tuple(found_places),
        entities=tuple(entities),
        rows=tuple(find_rows(analysis, quantities, entities, busy)),
        sayings=tuple(find_sayings(analysis, entities)),
        published=report.published,
    )
