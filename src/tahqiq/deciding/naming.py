"""Which names editors have let leave the desk, and which of them two editors have.

What comes in are all decisions; what goes out are the names as they were told. A name that the desk protects stays all the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from tahqiq.deciding.standing import NAME_RELEASED, standing
from tahqiq.model import Decision


@dataclass(frozen=True, slots=True)
class Released:
    """`once` are all names that an editor released, `twice` those that two did."""

    once: frozenset[str] = frozenset()
    twice: frozenset[str] = frozenset()


def released(decisions: Iterable[Decision]) -> Released:
    """What stands of these decisions."""
    editors: dict[str, set[str]] = {}
    for decision in standing(decisions):
        if decision.kind == NAME_RELEASED:
            for name in decision.value.get("names", ()):
                editors.setdefault(str(name), set()).add(decision.who)
    return Released(frozenset(editors), frozenset(name for name, who in editors.items() if len(who) > 1))
