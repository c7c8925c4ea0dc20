"""What may be added by a file: a way in is found by its name, whether it came with the program or with another package.

A table holds `name: "module:Class"`, and is imported where it is asked for. Another package adds to it by an entry point of the
group (`tahqiq.feeds`), whose name must be new.
"""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from tahqiq.errors import UnknownName


def names_of(table: Mapping[str, str], group: str) -> tuple[str, ...]:
    """The names there are: those of the table in its order, then those of other packages."""
    return (*table, *sorted(_added(group).keys() - table.keys()))


def find_plugin(table: Mapping[str, str], group: str, name: str) -> Any:
    """An instance of the class of that name; raises UnknownName with the names that there are."""
    where = table.get(name) or _added(group).get(name)
    if where is None:
        raise UnknownName(f"{name!r} is none of {', '.join(names_of(table, group))}")
    module, _, kind = where.partition(":")
    return getattr(import_module(module), kind)()


@cache
def _added(group: str) -> dict[str, str]:
    return {point.name: point.value for point in entry_points(group=group)}
