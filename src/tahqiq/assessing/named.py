"""How many distinct persons are known by name among the harmed: the least that can be said of how many there were.

What comes in are accounts; what goes out is a number for each effect and group. This file must not know which records of persons stand.

How it works
1. The names of one account are of as many persons. Of all accounts the one with most names is begun with.
2. A name of another account is a further person only where it shares no word, and no sound of a word, with any name that counts already:
   two spellings of one name must not make two dead.
3. Names count for an effect where their account tells that effect alone, and for a group where it tells that group alone.
"""

from collections.abc import Iterable, Mapping

from tahqiq.fold import folded
from tahqiq.model import Account
from tahqiq.terms import name_terms

_WHOLE = ("unspecified", "mixed")
_PARTICLES = frozenset("al el abu bin ibn bint umm ال ابو بن ابن بنت ام".split())


def distinct_named(accounts: Iterable[Account]) -> Mapping[tuple[str, str], int]:
    """By effect and group the least number of distinct persons named; the group `unspecified` is everybody."""
    named: dict[tuple[str, str], list[tuple[str, ...]]] = {}
    for account in sorted(accounts, key=lambda a: a.id):
        names = tuple(dict.fromkeys(v.name for v in account.victims if v.kind == "person" and v.actor is None))
        harmed = [c for c in account.casualties if c.max is None or c.max > 0]
        if not names or account.status in ("denied", "planned") or len({c.effect for c in harmed}) != 1:
            continue
        effect, groups = harmed[0].effect, {"unspecified" if c.who in _WHOLE else c.who for c in harmed}
        named.setdefault((effect, "unspecified"), []).append(names)
        if len(groups) == 1 and (group := groups.pop()) != "unspecified":
            named.setdefault((effect, group), []).append(names)
    return {key: _distinct(told) for key, told in named.items()}


def _distinct(told: list[tuple[str, ...]]) -> int:
    """Names that cannot be one another's, beginning with the account that has most."""
    ordered = sorted(told, key=lambda names: (-len(names), names))
    kept = [_sounds(name) for name in ordered[0]]
    for names in ordered[1:]:
        before = list(kept)
        kept += [mine for name in names if (mine := _sounds(name)) and all(mine.isdisjoint(other) for other in before)]
    return len(kept)


def _sounds(name: str) -> frozenset[str]:
    """The words of a name, as written and as they sound in any script."""
    words = [word for word in folded(name).replace("-", " ").split() if word not in _PARTICLES]
    return frozenset(term for word in words for term in name_terms(word))
