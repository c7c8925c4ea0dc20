"""What a person decides of persons: two records are one, or two; what one is told to be is otherwise.

What comes in are ids of persons and words; what goes out are decisions, which are carried out, and persons as a policy lets them leave.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from tahqiq.deciding import NOT_SAME_PERSON, PERSON_IS, SAME_PERSON, tie
from tahqiq.errors import LedgerConflict, UnknownName
from tahqiq.ledger import Ledger
from tahqiq.model import Decision, Mention, Named, Person
from tahqiq.pipeline import Stages
from tahqiq.protection import POLICIES, WITHHELD, is_withheld
from tahqiq.refusing import refused
from tahqiq.review.deciding import made

FIELDS: Mapping[str, tuple[str, ...]] = {
    "age": (),
    "sex": ("female", "male"),
    "status": ("killed", "injured", "missing", "detained", "abducted", "released", "alive", "unknown"),
    "role": ("victim", "detainee", "official", "commander", "speaker", "perpetrator", "target", "witness"),
    "family": ("spouse", "child", "parent", "sibling"),
}
_OLDEST = 120


def same_person(ledger: Ledger, one: str, other: str, *, who: str, why: str, stages: Stages | None = None) -> Decision:
    """The two records are of one person."""
    return _of_two(ledger, SAME_PERSON, one, other, who, why, stages)


def not_same_person(ledger: Ledger, one: str, other: str, *, who: str, why: str, stages: Stages | None = None) -> Decision:
    """The two records are of two persons, and are not shown as doubtful any more."""
    return _of_two(ledger, NOT_SAME_PERSON, one, other, who, why, stages)


def person_is(ledger: Ledger, person: str, slot: str, words: str, *, who: str, why: str, stages: Stages | None = None) -> Decision:
    """The person's age, sex, status, role or family is what the words say, whatever was read."""
    if slot not in FIELDS:
        raise refused(UnknownName, "not_of_person", slot=slot, known=", ".join(FIELDS))
    told = words.strip().lower()
    if slot == "age" and not (told.isascii() and told.isdigit() and int(told) <= _OLDEST):
        raise refused(UnknownName, "no_age", words=words)
    if slot != "age" and told not in FIELDS[slot]:
        raise refused(UnknownName, "no_person_value", words=words, slot=slot, known=", ".join(FIELDS[slot]))
    found = ledger.person(person)
    key = _key(ledger, found)
    value = {"persons": [key], "field": slot, "to": told, "ties": _ties(ledger, (key,))}
    return made(ledger, PERSON_IS, key[0], who, why, value, stages)


def _of_two(ledger: Ledger, kind: str, one: str, other: str, who: str, why: str, stages: Stages | None) -> Decision:
    a, b = ledger.person(one), ledger.person(other)
    if a.id == b.id:
        raise refused(LedgerConflict, "one_record", one=one, other=other)
    keys = _key(ledger, a), _key(ledger, b)
    names = [_name(a), _name(b)]
    value = {"persons": list(keys), "names": names, "accounts": [keys[1][0]], "ties": _ties(ledger, keys)}
    return made(ledger, kind, keys[0][0], who, why, value, stages)


def _key(ledger: Ledger, person: Person) -> list[str]:
    """An account that names the person, and the name in it: by these the record is found again."""
    names = {name for forms in person.names.values() for name in forms}
    for account in ledger.accounts_of(person.accounts):
        sides = (account.victims, account.targets, account.perpetrators, tuple(n for c in account.claims for n in (c.claimant, *c.via)))
        for named in (named for side in sides for named in side):
            if named.name in names:
                return [account.id, named.name]
    raise refused(UnknownName, "person_unnamed", name=person.id)


def _ties(ledger: Ledger, keys: Iterable[list[str]]) -> dict[str, Any]:
    return {account.id: tie(account) for account in ledger.accounts_of((key[0] for key in keys), as_read=True)}


def _name(person: Person) -> str:
    return next(iter(name for forms in person.names.values() for name in forms), person.id)


def protected(ledger: Ledger, persons: Iterable[Person], policy: str = "internal") -> tuple[Person, ...]:
    """The persons as the policy lets them leave: names, words and family of those who hold no public office are withheld.

    A person whom only withheld documents name is named under no policy. Raises: UnknownName for a policy that there is not.
    """
    if policy not in POLICIES:
        raise UnknownName(f"no policy {policy!r}; there are: {', '.join(POLICIES)}")
    shut = ledger.withheld_reports()
    found = []
    for person in persons:
        known = tuple(m for m in person.mentions if m[0] not in shut)
        if not known or (policy != "internal" and _is_withheld(person)):
            person = replace(person, names=dict.fromkeys(person.names, (WITHHELD,)), mentions=(), family=())
        found.append(replace(person, mentions=tuple(m for m in person.mentions if m[0] not in shut)))
    return tuple(found)


def _is_withheld(person: Person) -> bool:
    """As `protection` has it, for each role the person is told in: one that is withheld is enough."""
    nowhere = Mention(0, 0, "")
    return any(
        is_withheld(Named(nowhere, name, None, "person" if role in _OF_ANYBODY else role), victim=role in ("victim", "detainee"))
        for role in person.roles
        for forms in person.names.values()
        for name in forms
    )


_OF_ANYBODY = frozenset({"victim", "detainee", "target", "perpetrator", "speaker", "witness"})
