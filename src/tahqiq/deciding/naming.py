"""What editors said of names: which never leave the desk, and which may.

What comes in are all decisions; what goes out are the names as they were told. A name that is protected stays so whoever released it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from tahqiq.deciding.standing import NAME_PROTECTED, NAME_RELEASED, standing
from tahqiq.model import Decision


@dataclass(frozen=True, slots=True)
class Rulings:
    """`protected` leave the desk under no policy but internal; `released` may leave; `twice` were released by two editors."""

    protected: frozenset[str] = frozenset()
    released: frozenset[str] = frozenset()
    twice: frozenset[str] = frozenset()


def rulings(decisions: Iterable[Decision]) -> Rulings:
    """What stands of these decisions."""
    stand = [d for d in standing(decisions) if d.kind in (NAME_PROTECTED, NAME_RELEASED)]
    editors: dict[str, set[str]] = {}
    for decision in stand:
        if decision.kind == NAME_RELEASED:
            for name in named(decision):
                editors.setdefault(name, set()).add(decision.who)
    protected = frozenset(name for d in stand if d.kind == NAME_PROTECTED for name in named(d))
    return Rulings(protected, frozenset(editors), frozenset(name for name, who in editors.items() if len(who) > 1))


def named(decision: Decision) -> tuple[str, ...]:
    """The forms of the name that a ruling is on."""
    return tuple(str(name) for name in decision.value.get("names", ()))
