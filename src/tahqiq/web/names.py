"""Names of places and actors in the reader's language, from the registries.

What comes in is a registry id and a language; what goes out is the name there, or None where the registry has none in it.
"""

from collections.abc import Callable
from functools import lru_cache

from tahqiq.errors import RegistryError
from tahqiq.registries import Actors, load_actors, load_places
from tahqiq.registries.places import Places
from tahqiq.web.told import Naming

_REMEMBERED = 4096  # pairs of id and language; a page names a few dozen


def registry_names() -> Naming:
    """The naming by the shipped registries, which are opened when the first name is asked for."""
    return _name


@lru_cache(maxsize=2)
def _opened(load: Callable[[], Actors | Places]) -> Actors | Places:
    """A registry is opened once: thousands of ids that it does not have would else open it thousands of times."""
    return load()


@lru_cache(maxsize=_REMEMBERED)
def _name(entry_id: str, language: str) -> str | None:
    for load in (load_places, load_actors):
        try:
            entry = _opened(load).get(entry_id)
        except RegistryError:  # not in this registry, or the registry was not built
            continue
        if language == "en":
            return str(entry.name)
        names = entry.names.get(language, ())
        return names[0] if names else None
    return None
