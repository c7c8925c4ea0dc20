"""Incidents that are no more lead to where their accounts went, also where a later reader gave the accounts other names.

What comes in are the incidents that are about to be, by id; the tables still hold those before. An account of before that is in none of
the new ones stands for the account of the same report whose trigger shares words with its own.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import msgspec
import sqlalchemy as sa

from tahqiq.ledger import tables as t
from tahqiq.ledger.dialects import put
from tahqiq.model import Incident

_CHUNK = 500


class _Trigger(msgspec.Struct):
    start: int
    end: int


class _Words(msgspec.Struct):
    """The part of an account that says on which words it is made."""

    report: str
    trigger: _Trigger


_decoder = msgspec.json.Decoder(_Words)


def redirect(connection: sa.Connection, new: Mapping[str, Incident], of: Collection[str] | None = None) -> dict[str, tuple[str, ...]]:
    """The ids that are about to be no more lead to the incident that has most of their accounts, of several the first by id.

    Gives for each such id all incidents that have accounts of it, the one it leads to first.

    Args:
        of: the incidents that are replaced; all where it is None.
    """
    home = {account: incident.id for incident in new.values() for account in incident.accounts}
    rows = list(_accounts(connection, None if of is None else sorted(of)))
    gone = [(account, old) for account, old in rows if old not in new]
    renamed = dict(_renamed(connection, {account for account, _ in gone if account not in home}, home))
    went: dict[str, Counter[str]] = {}
    for account, old in gone:
        if there := home.get(account) or renamed.get(account):
            went.setdefault(old, Counter())[there] += 1
    ordered = {old: tuple(sorted(homes, key=lambda name: (-homes[name], name))) for old, homes in sorted(went.items())}
    for old, lead in ordered.items():
        put(connection, t.redirect, {"old": old, "new": lead[0]})
    return ordered


def _accounts(connection: sa.Connection, of: list[str] | None) -> Iterator[tuple[str, str]]:
    """The accounts of before, each with its incident."""
    chosen = sa.select(t.incident_account.c.account, t.incident.c.id).join(t.incident, t.incident.c.n == t.incident_account.c.incident)
    if of is None:
        yield from ((row[0], row[1]) for row in connection.execute(chosen))
        return
    for start in range(0, len(of), _CHUNK):
        rows = connection.execute(chosen.where(t.incident.c.id.in_(of[start : start + _CHUNK])))
        yield from ((row[0], row[1]) for row in rows)


def _renamed(connection: sa.Connection, lost: Collection[str], home: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """For accounts of former readings the incidents of the accounts that later readings made of their words."""
    if not lost:
        return
    before = dict(_words(connection, sa.select(t.account.c.id, t.account.c.json), t.account.c.id, sorted(lost)))
    reports = sorted({words.report for words in before.values()})
    standing = sa.select(t.account.c.id, t.account.c.json).join(t.standing_reading, t.standing_reading.c.reading == t.account.c.reading)
    now: dict[str, list[tuple[str, _Words]]] = {}
    for name, words in _words(connection, standing, t.standing_reading.c.report, reports):
        if name in home:
            now.setdefault(words.report, []).append((name, words))
    for name, old in before.items():
        near = [(_shared(old, words), -words.trigger.start, other) for other, words in now.get(old.report, ())]
        shared, _, other = max(near, default=(0, 0, ""))
        if shared:
            yield name, home[other]


def _words(connection: sa.Connection, chosen: "sa.Select[Any]", key: "sa.Column[str]", wanted: list[str]) -> Iterable[tuple[str, _Words]]:
    for start in range(0, len(wanted), _CHUNK):
        for name, text in connection.execute(chosen.where(key.in_(wanted[start : start + _CHUNK])).order_by(t.account.c.id)):
            yield name, _decoder.decode(text)


def _shared(one: _Words, other: _Words) -> int:
    return max(0, min(one.trigger.end, other.trigger.end) - max(one.trigger.start, other.trigger.start))
