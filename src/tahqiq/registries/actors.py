"""Forces, groups, governments, monitors and outlets by name in any language, with what they belong to.

Comes in: a name or folded words. Goes out: entries or their ids. What a description without a name denotes ("the army") is the
reader's to decide.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from tahqiq.errors import RegistryError
from tahqiq.fold import folded, name_key
from tahqiq.registries.entries import ActorEntry, ActorRun
from tahqiq.registries.lists import load_actor_lists
from tahqiq.registries.names import spellings

BUILT = Path(__file__).parent / "built"
Bearer = tuple[int, str, bool]  # the actor's place in the list, the form's language, whether it is weak
_SHORTEST_LOOSE = 5


class _Book(msgspec.Struct, frozen=True):
    """What is compiled from the lists: the actors, and each folded form with those that bear it."""

    actors: tuple[ActorEntry, ...]
    forms: dict[str, tuple[Bearer, ...]]


class Actors:
    """The actors that were loaded."""

    def __init__(self, actors: Sequence[ActorEntry], forms: dict[str, tuple[Bearer, ...]]) -> None:
        self._actors = tuple(actors)
        self._forms = forms
        self._numbers = {actor.id: number for number, actor in enumerate(actors)}
        self._longest: dict[str, int] = {}
        self._seconds: dict[str, set[str]] = {}
        for form in forms:
            first, _, rest = form.partition(" ")
            length = rest.count(" ") + 2 if rest else 1
            if length > self._longest.get(first, 0):
                self._longest[first] = length
            if rest:
                self._seconds.setdefault(first, set()).add(rest.partition(" ")[0])
        self._loose: dict[str, tuple[int, ...]] = {}

    def __len__(self) -> int:
        return len(self._actors)

    def __iter__(self) -> Iterator[ActorEntry]:
        return iter(self._actors)

    def has(self, folded_name: str) -> bool:
        """Whether some actor bears the folded name, in whatever language."""
        return folded_name in self._forms

    def ids(self, folded_name: str) -> tuple[str, ...]:
        """The ids of the actors that bear the folded name, those whose name it is before those it names in context only."""
        bearers = sorted(self._forms.get(folded_name, ()), key=lambda bearer: bearer[2])
        return tuple(dict.fromkeys(self._actors[number].id for number, _, _ in bearers))

    def begins(self, folded_word: str) -> bool:
        """Whether some name or alias begins with the folded word, or is it; quickly asked, before `longest`."""
        return folded_word in self._longest

    def longest(self, words: Sequence[str], at: int, language: str, limit: int = 8) -> ActorRun | None:
        """The longest run of folded words from `at` that is an actor's name in the language, or failing that in another.

        A form that is weak in another language is no name here.
        """
        longest = self._longest.get(words[at])
        if longest is None:
            return None
        reach = min(limit, longest, len(words) - at)
        if reach > 1 and words[at + 1] not in self._seconds[words[at]]:
            reach = 1
        for length in range(reach, 0, -1):
            bearers = self._forms.get(" ".join(words[at : at + length]))
            if bearers is None:
                continue
            fit = [b for b in bearers if b[1] == language] or [b for b in bearers if not b[2]]
            if fit:
                named = [b for b in fit if not b[2]]
                ids = tuple(dict.fromkeys(self._actors[number].id for number, _, _ in named or fit))
                return ActorRun(length, ids, not named)
        return None

    def find(self, name: str) -> tuple[ActorEntry, ...]:
        """The actors that the name can mean: as spelt, else by a looser spelling (articles, spaces, kindred letters)."""
        for form in spellings(name):
            found = self.ids(form) or self.ids(form.removeprefix("the "))
            if found:
                return tuple(map(self.get, found))
        if not self._loose:
            self._loose = self._loosely()
        return tuple(self._actors[number] for number in self._loose.get(name_key(name), ()))

    def get(self, id: str) -> ActorEntry:
        """The actor with that id.

        Raises:
            RegistryError: when there is none.
        """
        number = self._numbers.get(id)
        if number is None:
            raise RegistryError(f"no actor has the id {id!r}")
        return self._actors[number]

    def parents(self, id: str) -> tuple[ActorEntry, ...]:
        """What the actor belongs to, nearest first, up to what belongs to nothing."""
        found: list[ActorEntry] = []
        parent = self.get(id).parent
        while parent is not None:
            found.append(self.get(parent))
            parent = found[-1].parent
        return tuple(found)

    def _loosely(self) -> dict[str, tuple[int, ...]]:
        keys: dict[str, dict[int, None]] = {}
        for form, bearers in self._forms.items():
            key = name_key(form)
            if len(key) >= _SHORTEST_LOOSE:
                keys.setdefault(key, {}).update((number, None) for number, _, weak in bearers if not weak)
        return {key: tuple(numbers) for key, numbers in keys.items()}


def load_actors() -> Actors:
    """The shipped actors: compiled ones, or in a checkout where nothing was built yet the lists themselves.

    Raises:
        RegistryError: when a list is wrong, naming file and key.
    """
    path = BUILT / "actors.json"
    if not path.is_file():
        actors = load_actor_lists()
        return Actors(actors, actor_forms(actors))
    try:
        book = msgspec.json.decode(path.read_bytes(), type=_Book)
    except msgspec.DecodeError as error:
        raise RegistryError(f"{path}: {error}: build it again with tools/build_registries.py") from error
    return Actors(book.actors, book.forms)


def actor_forms(actors: Sequence[ActorEntry]) -> dict[str, tuple[Bearer, ...]]:
    """Each folded form and the actors that bear it, in the order of the list."""
    forms: dict[str, dict[tuple[int, str], bool]] = {}
    for number, actor in enumerate(actors):
        for language, form, weak in _forms_of(actor):
            bearers = forms.setdefault(form, {})
            bearers[number, language] = weak and bearers.get((number, language), True)
    return {form: tuple((number, language, weak) for (number, language), weak in bearers.items()) for form, bearers in forms.items()}


def compiled(actors: Sequence[ActorEntry]) -> bytes:
    """What `load_actors` reads, of these actors."""
    return msgspec.json.encode(_Book(tuple(actors), actor_forms(actors)))


def _forms_of(actor: ActorEntry) -> Iterable[tuple[str, str, bool]]:
    named = [("en", actor.name), *((language, form) for language, forms in actor.names.items() for form in forms)]
    if actor.acled:
        named.append(("en", actor.acled))
    for language, name in named:
        for form, weak in _variants(language, name):
            yield language, form, weak
    for language, weak_forms in actor.weak.items():
        for name in weak_forms:
            for form in spellings(name):
                yield language, form, True


def _variants(language: str, name: str) -> Iterable[tuple[str, bool]]:
    """The spellings of a name; in Arabic also with and without the article, which makes of a single name a common word (قاعدة)."""
    for form in spellings(name):
        yield form, False
        if language == "en":
            yield form.removeprefix("the "), False
        if language == "ar":
            single = " " not in form
            other = form[2:] if form.startswith("ال") else "ال" + form
            if len(folded(other)) > 2:
                yield other, single
