"""What became of incidents, one after another and for good: which are new, changed, merged, split, published, withdrawn, gone, and why.

What comes in are the incidents that are about to be, while the tables still hold those before; what goes out are rows that only grow,
numbered in the order in which they can be seen. Who has read up to a number misses nothing: rows are written by one process at a time,
under the lock of `dialects.alone`, which the database gives back only after what was written can be seen.

Why something changed is found in the incidents themselves: decisions that stand on the new and not on the old, or the other way round, and
reports. Where neither differs, what was known was read or computed anew.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field

import msgspec
import sqlalchemy as sa

from tahqiq.ledger import tables as t
from tahqiq.model import Incident

WHATS = ("new", "changed", "merged", "split", "published", "withdrawn", "gone")
PUBLISHED = "published"  # as the incident's `review`
_CHUNK = 500
_seq = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_encode = msgspec.json.Encoder(order="deterministic")
_incident = msgspec.json.Decoder(Incident)
_UNTOLD = frozenset({"id", "decisions", "accounts", "reports"})  # told by `because`, or of no meaning to who follows

change = sa.Table(
    "change",
    t.metadata,
    sa.Column("seq", _seq, primary_key=True, autoincrement=True),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("incident", sa.String(200), nullable=False, index=True),
    sa.Column("what", sa.String(20), nullable=False),
    sa.Column("json", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)


@dataclass(frozen=True, slots=True)
class Because:
    """Why: decisions that were made or taken back, and reports that came or count no more; nothing where all was computed anew."""

    decided: tuple[str, ...] = ()
    taken_back: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()
    without_reports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one incident. `into` are the incidents that have its accounts now, `out_of` those that had its accounts before.

    `fields` are those of the incident that differ; `public_id` is the one that it had or has.
    """

    seq: int
    at: str
    incident: str
    what: str
    public_id: str | None = None
    into: tuple[str, ...] = ()
    out_of: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    because: Because = field(default_factory=Because)


class _Told(msgspec.Struct, omit_defaults=True):
    """A change but for what stands in columns of its own."""

    public_id: str | None = None
    into: tuple[str, ...] = ()
    out_of: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    because: Because = msgspec.field(default_factory=Because)


_told = msgspec.json.Decoder(_Told)


def note_changes(
    connection: sa.Connection,
    new: Mapping[str, Incident],
    *,
    went: Mapping[str, Collection[str]] | None = None,
    whole: bool,
    without: Collection[str] = (),
    at: str,
) -> None:
    """What becomes of the incidents when those in the tables give way to `new` is noted.

    Args:
        went: where the accounts of incidents that are no more go, as `redirecting.redirect` finds it.
        whole: these and no others; else only those of the same ids are replaced, and those of `without`.
    """
    differing, gone, known = _differing(connection, new, None if whole else [*dict.fromkeys((*new, *without))])
    if not differing and not gone and known >= new.keys():
        return
    home = {account: incident.id for incident in new.values() for account in incident.accounts}
    old = _old(connection, [*differing, *gone])
    goes = {name: _homes(one, home, (went or {}).get(name, ())) for name, one in old.items()}
    came: dict[str, set[str]] = {}
    for name, homes in goes.items():
        for there in homes:
            came.setdefault(there, set()).add(name)
    rows = [*_of_the_old(old, gone, goes, came, new), *_of_the_new((new[name] for name in new if name not in known), came, old)]
    for start in range(0, len(rows), 10 * _CHUNK):
        some = rows[start : start + 10 * _CHUNK]
        told = [{"at": at, "incident": name, "what": what, "json": _encode.encode(one).decode()} for name, what, one in some]
        connection.execute(change.insert(), told)


def _differing(connection: sa.Connection, new: Mapping[str, Incident], of: list[str] | None) -> tuple[list[str], list[str], set[str]]:
    """Ids of the incidents that are to be otherwise, of those that are to be no more, and of all that were."""
    chosen = sa.select(t.incident.c.id, t.incident_json.c.json).join(t.incident_json, t.incident_json.c.incident == t.incident.c.n)
    differing, gone, known = list[str](), list[str](), set[str]()
    names = [None] if of is None else [of[start : start + _CHUNK] for start in range(0, len(of), _CHUNK)]
    for some in names:
        wanted = chosen if some is None else chosen.where(t.incident.c.id.in_(some))
        for name, text in connection.execute(wanted.order_by(t.incident.c.id).execution_options(yield_per=_CHUNK)):
            known.add(name)
            if name not in new:
                gone.append(name)
            elif _encode.encode(new[name]).decode() != text:
                differing.append(name)
    return differing, gone, known


def _old(connection: sa.Connection, names: list[str]) -> dict[str, Incident]:
    chosen = sa.select(t.incident.c.id, t.incident_json.c.json).join(t.incident_json, t.incident_json.c.incident == t.incident.c.n)
    found: dict[str, Incident] = {}
    for start in range(0, len(names), _CHUNK):
        rows = connection.execute(chosen.where(t.incident.c.id.in_(names[start : start + _CHUNK])))
        found.update((name, _incident.decode(text)) for name, text in rows)
    return {name: found[name] for name in names}


def _homes(old: Incident, home: Mapping[str, str], renamed: Collection[str]) -> tuple[str, ...]:
    """The incidents that are to have this one's accounts, also under names that a later reader gave them."""
    return tuple(dict.fromkeys([*(home[account] for account in old.accounts if account in home), *renamed]))


_Row = tuple[str, str, _Told]


def _of_the_old(
    old: Mapping[str, Incident],
    gone: Collection[str],
    goes: Mapping[str, tuple[str, ...]],
    came: Mapping[str, Set[str]],
    new: Mapping[str, Incident],
) -> Iterator[_Row]:
    lost = frozenset(gone)
    for name, before in old.items():
        homes = goes[name]
        others = tuple(sorted(there for there in homes if there != name))
        because = _because([old[one] for there in homes for one in sorted(came[there])] or [before], [new[there] for there in homes])
        if name in lost:
            what = "gone" if not homes else "merged" if len(homes) == 1 else "split"
            yield name, what, _Told(public_id=before.public_id, into=others, because=because)
            continue
        if others:
            yield name, "split", _Told(public_id=before.public_id, into=others, because=because)
        yield from _of_one(before, new[name], tuple(sorted(came.get(name, frozenset()) - {name})), old)


def _of_one(before: Incident, after: Incident, out_of: tuple[str, ...], old: Mapping[str, Incident]) -> Iterator[_Row]:
    """An incident that goes on under its id."""
    because = _because([before, *(old[name] for name in out_of)], [after])
    fields = tuple(name for name in Incident.__dataclass_fields__ if name not in _UNTOLD and getattr(before, name) != getattr(after, name))
    was, is_now = before.review == PUBLISHED, after.review == PUBLISHED
    told = _Told(after.public_id or before.public_id, (), out_of, fields, because)
    if was != is_now:
        yield after.id, "published" if is_now else "withdrawn", told
    elif fields or out_of or because != Because() or set(before.accounts) != set(after.accounts):
        yield after.id, "changed", told


def _of_the_new(new: Iterable[Incident], came: Mapping[str, Set[str]], old: Mapping[str, Incident]) -> Iterator[_Row]:
    for one in new:
        out_of = tuple(sorted(came.get(one.id, ())))
        told = _Told(one.public_id, (), out_of, (), _because([old[name] for name in out_of], [one]))
        yield one.id, "new", told
        if one.review == PUBLISHED and not any(old[name].review == PUBLISHED for name in out_of):
            yield one.id, "published", told


def _because(before: Iterable[Incident], after: Iterable[Incident]) -> Because:
    old, new = list(before), list(after)
    decided = {name for one in new for name in one.decisions}
    stood = {name for one in old for name in one.decisions}
    told = {name for one in new for name in one.reports}
    knew = {name for one in old for name in one.reports}
    return Because(*(tuple(sorted(some)) for some in (decided - stood, stood - decided, told - knew, knew - told)))


def changes_after(connection: sa.Connection, seq: int, limit: int, *, what: Collection[str] = (), incident: str = "") -> tuple[Change, ...]:
    """Changes behind this number, in their order."""
    c = change.c
    chosen = sa.select(c.seq, c.at, c.incident, c.what, c.json).where(c.seq > seq).order_by(c.seq).limit(limit)
    if what:
        chosen = chosen.where(c.what.in_(list(what)))
    if incident:
        chosen = chosen.where(c.incident == incident)
    found = []
    for number, at, name, kind, text in connection.execute(chosen):
        one = _told.decode(text)
        found.append(Change(number, at, name, kind, one.public_id, one.into, one.out_of, one.fields, one.because))
    return tuple(found)
