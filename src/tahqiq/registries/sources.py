"""The source register: who publishes what monitors read, found by name in any script or by host.

Comes in: a name, a host or an id. Goes out: a `Source`. Whether what a source says is right, no register knows.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tahqiq.errors import RegistryError
from tahqiq.fold import folded
from tahqiq.model import Source
from tahqiq.registries.actors import Actors, load_actors

FILE = Path(__file__).with_name("sources.yaml")
KINDS = ("agency", "newspaper", "broadcaster", "site", "monitor", "ngo", "international", "government", "military", "group")
PROVISIONAL = "provisional"
_KEYS = frozenset("actor id name names country kind languages affiliation hosts".split())
_ABROAD = ("www.", "m.", "amp.", "mobile.")


class Sources(Mapping[str, Source]):
    """Sources by id, by name in any script, and by host or a host above it; a name that two bear is none."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self._all = tuple(sources)
        self._hosts = {host: source for source in self._all for host in source.hosts}
        named: dict[str, Source | None] = {}
        for source in self._all:
            for name in {folded(n) for n in (source.name, *source.names)}:
                named[name] = None if name in named else source
        self._names = {name: source for name, source in named.items() if source} | {source.id: source for source in self._all}

    def __getitem__(self, given: str) -> Source:
        found = self._names.get(given) or self._of_host(given.lower()) or self._names.get(folded(given))
        if found is None:
            raise KeyError(given)
        return found

    def __iter__(self) -> Iterator[str]:
        return (source.id for source in self._all)

    def __len__(self) -> int:
        return len(self._all)

    def _of_host(self, host: str) -> Source | None:
        while "." in host:
            if host in self._hosts:
                return self._hosts[host]
            host = host.partition(".")[2]
        return None


def provisional(host: str) -> Source | None:
    """The source that an unknown host stands for until a person says more; None where it is no host."""
    plain = host.lower()
    for prefix in _ABROAD:
        plain = plain.removeprefix(prefix)
    labels = plain.split(".")
    if len(labels) < 2 or len(plain) > 253 or not all(label.replace("-", "a").isalnum() for label in labels) or labels[-1].isdigit():
        return None
    return Source(plain, plain, PROVISIONAL, hosts=(plain,))


@cache
def load_sources() -> Sources:
    """The shipped register.

    Raises: RegistryError where it is wrong, naming entry and key.
    """
    return read_sources(yaml.safe_load(FILE.read_text("utf-8")), FILE.name, load_actors())


def read_sources(data: Any, file: str, actors: Actors) -> Sources:
    """The sources of a list, checked: every known key is taken, what is left is refused."""
    if not isinstance(data, dict) or not isinstance(data.get("sources"), list):
        raise RegistryError(f"{file}: must hold «sources:», a list")
    found = [_source(entry, f"{file}: entry {number}", actors) for number, entry in enumerate(data["sources"], 1)]
    _check_unique(found, file)
    return Sources(found)


def _source(entry: Any, where: str, actors: Actors) -> Source:
    if not isinstance(entry, dict):
        raise RegistryError(f"{where}: must be keys and values")
    where = f"{where} ({entry.get('actor') or entry.get('id')})"
    if wrong := sorted(set(entry) - _KEYS):
        raise RegistryError(f"{where}: {wrong[0]!r} is a key that nothing knows")
    if entry.get("kind") not in KINDS:
        raise RegistryError(f"{where}: kind must be one of {', '.join(KINDS)}, not {entry.get('kind')!r}")
    affiliation = entry.get("affiliation")
    if affiliation is not None:
        actors.get(affiliation)
    lists = {key: _texts(entry.get(key, []), f"{where}: {key}") for key in ("languages", "hosts", "names")}
    if bad := [host for host in lists["hosts"] if provisional(host) is None or host != host.lower()]:
        raise RegistryError(f"{where}: {bad[0]!r} is no host")
    name, country, names = _named(entry, where, actors)
    return Source(
        entry.get("actor") or entry["id"],
        name,
        entry["kind"],
        country,
        lists["languages"],
        affiliation,
        lists["hosts"],
        names or lists["names"],
    )


def _named(entry: dict[str, Any], where: str, actors: Actors) -> tuple[str, str | None, tuple[str, ...]]:
    """Name, country and other names: the actor's, where the source is one."""
    if "actor" in entry:
        actor = actors.get(entry["actor"])
        return actor.name, actor.country, tuple(dict.fromkeys(form for forms in actor.names.values() for form in forms))
    for key in ("id", "name"):
        if not isinstance(entry.get(key), str):
            raise RegistryError(f"{where}: {key} is missing")
    return entry["name"], entry.get("country"), ()


def _texts(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(v, str) and v for v in value):
        raise RegistryError(f"{where}: must be a list of texts, not {value!r} (quote words such as NO)")
    return tuple(value)


def _check_unique(found: Iterable[Source], file: str) -> None:
    seen: dict[str, str] = {}
    for source in found:
        for key in (source.id, *source.hosts):
            if key in seen:
                raise RegistryError(f"{file}: {key} stands for {seen[key]} and for {source.id}")
            seen[key] = source.id
