"""Tellings of persons to records, and records to doubtful pairs; see the package's head for the rules.

What comes in are tellings by incident and decisions followed to today's accounts; what goes out are `Person`s and `Alike`s.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from tahqiq.deciding import NOT_SAME_PERSON, PERSON_IS, SAME_PERSON, Follower, standing
from tahqiq.fold import folded, name_key
from tahqiq.linking.names import likeness, name_blocks
from tahqiq.model import Account, Alike, Decision, Incident, Person, Report, digest
from tahqiq.persons.naming import Told, persons_told
from tahqiq.terms import MARK, name_terms

DOUBTFUL_IN_ONE = 0.6  # likeness of names in one incident from which a pair is shown
DOUBTFUL_IN_TWO = 0.9  # and in two: bearers of one name are many
_LARGEST_BLOCK = 60  # records that share a part of a name; a part that more share tells nothing
_ARABIC = re.compile("[\u0600-\u06ff]")


@dataclass(slots=True)
class _Record:
    """Tellings that are of one person, as they are gathered."""

    told: list[Told]
    decisions: set[str] = field(default_factory=set)
    facts: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str]:
        return min((t.account, folded(t.name)) for t in self.told)


def records(
    incidents: Iterable[Incident], accounts: Mapping[str, Account], reports: Mapping[str, Report], decisions: Iterable[Decision] = ()
) -> tuple[tuple[Person, ...], tuple[Alike, ...]]:
    """The persons told of by name, in the order of their ids, and pairs of them that may be one, likeliest first."""
    home: dict[str, str] = {}
    gathered: list[_Record] = []
    said = _Said.of(decisions, accounts)
    for incident in sorted(incidents, key=lambda i: i.id):
        mine = [accounts[name] for name in sorted(incident.accounts) if name in accounts]
        home.update((account.id, incident.id) for account in mine)
        gathered += _in_one(mine, reports, said)
    gathered = said.carried_out(gathered)
    persons = sorted((_person(record, home) for record in gathered), key=lambda p: p.id)
    return tuple(persons), tuple(alike(persons, said.apart_by_id(gathered)))


def _in_one(accounts: Sequence[Account], reports: Mapping[str, Report], said: "_Said") -> list[_Record]:
    """The persons of one incident."""
    found: list[_Record] = []
    for account in accounts:
        report = reports.get(account.report)
        for told in persons_told(account, report.text if report else "", (report.language if report else None) or ""):
            found.append(_Record([told]))
    merged = True
    while merged:
        merged = False
        pairs = [
            (a, b) for a, b in combinations(range(len(found)), 2) if _is_one(found[a], found[b]) and not said.parts(found[a], found[b])
        ]
        rivals = Counter(n for pair in pairs for n in pair)
        for a, b in pairs:
            same_words = _written(found[a]) & _written(found[b])
            if same_words or (rivals[a] == 1 and rivals[b] == 1):
                found[a].told += found[b].told
                del found[b]
                merged = True
                break
    return found


def _written(record: _Record) -> set[str]:
    return {name_key(t.name) for t in record.told} | {name_key(t.form) for t in record.told if len(t.form.split()) > 1}


def _is_one(a: _Record, b: _Record) -> bool:
    if {t.account for t in a.told} & {t.account for t in b.told}:
        return False
    return bool(_written(a) & _written(b)) or any(_sound_alike(x.name, y.name) for x in a.told for y in b.told)


def _sound_alike(one: str, other: str) -> bool:
    """Word for word in two scripts, from two words on."""
    if bool(_ARABIC.search(one)) == bool(_ARABIC.search(other)):
        return False
    mine, theirs = _word_sounds(one), _word_sounds(other)
    return len(mine) == len(theirs) > 1 and all(a & b for a, b in zip(mine, theirs, strict=True))


def _word_sounds(name: str) -> list[set[str]]:
    found = [{term for term in name_terms(word) if term.startswith(MARK)} for word in name.replace("-", " ").split()]
    return [sounds for sounds in found if sounds]


# -- doubtful pairs ---------------------------------------------------------------------------------------------------


def alike(persons: Sequence[Person], apart: Iterable[frozenset[str]] = ()) -> Iterator[Alike]:
    """Pairs of persons that may be one, likeliest first; those of which a person said that they are two are left out."""
    blocks: dict[str, list[int]] = defaultdict(list)
    for n, person in enumerate(persons):
        for block in _blocks(person):
            blocks[block].append(n)
    parted = set(apart)
    seen: set[tuple[int, int]] = set()
    found: list[Alike] = []
    for members in blocks.values():
        if len(members) > _LARGEST_BLOCK:
            continue
        for pair in combinations(members, 2):
            if pair in seen:
                continue
            seen.add(pair)
            a, b = persons[pair[0]], persons[pair[1]]
            if frozenset((a.id, b.id)) in parted:
                continue
            shared = not set(a.incidents).isdisjoint(b.incidents)
            how = max(likeness(x, y) for x in _names(a) for y in _names(b))
            if how >= (DOUBTFUL_IN_ONE if shared else DOUBTFUL_IN_TWO):
                found.append(Alike(a.id, b.id, round(how, 2), shared))
    yield from in_rank(found)


def alike_to(new: Sequence[Person], gone: Sequence[Person], others: Sequence[Person]) -> tuple[Alike, ...] | None:
    """The pairs that `alike` would give of which one is new, when some persons are new and some gone beside the others.

    None where that makes a part of a name too common to tell anything, or tells something again: then the pairs of others change too.
    """
    told = sorted([*new, *others], key=lambda person: person.id)
    fresh = {person.id for person in new}
    blocks: dict[str, list[Person]] = defaultdict(list)
    for person in told:
        for block in _blocks(person):
            blocks[block].append(person)
    sizes = {block: len(members) for block, members in blocks.items()}
    for block in {block for person in (*new, *gone) for block in _blocks(person)}:
        came = sum(person.id in fresh for person in blocks.get(block, ()))
        was = sizes.get(block, 0) - came + sum(block in _blocks(person) for person in gone)
        if (was > _LARGEST_BLOCK) != (sizes.get(block, 0) > _LARGEST_BLOCK):
            return None
    found: dict[tuple[str, str], Alike] = {}
    for person in new:
        for block in sorted(_blocks(person)):
            for other in blocks[block] if sizes[block] <= _LARGEST_BLOCK else ():
                a, b = sorted((person, other), key=lambda one: one.id)
                if a.id != b.id and (a.id, b.id) not in found:
                    shared = not set(a.incidents).isdisjoint(b.incidents)
                    how = max(likeness(x, y) for x in _names(a) for y in _names(b))
                    if how >= (DOUBTFUL_IN_ONE if shared else DOUBTFUL_IN_TWO):
                        found[a.id, b.id] = Alike(a.id, b.id, round(how, 2), shared)
    return tuple(found.values())


def in_rank(pairs: Iterable[Alike]) -> list[Alike]:
    """The pairs, the likeliest first."""
    return sorted(pairs, key=lambda p: (-p.likeness, not p.in_one_incident, p.a, p.b))


def _blocks(person: Person) -> set[str]:
    return {block for name in _names(person) for block in name_blocks(name)}


def _names(person: Person) -> list[str]:
    return list(dict.fromkeys(name for forms in person.names.values() for name in forms))


# -- decisions --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Said:
    """What persons said of persons, by today's accounts and names."""

    same: tuple[tuple[str, tuple[str, str], tuple[str, str]], ...]
    apart: tuple[tuple[str, tuple[str, str], tuple[str, str]], ...]
    facts: tuple[tuple[str, tuple[str, str], str, str], ...]

    @classmethod
    def of(cls, decisions: Iterable[Decision], accounts: Mapping[str, Account]) -> "_Said":
        stand = [d for d in standing(decisions) if d.kind in (SAME_PERSON, NOT_SAME_PERSON, PERSON_IS)]
        follower = Follower(accounts.values(), stand) if stand else None
        pairs: dict[str, list[tuple[str, tuple[str, str], tuple[str, str]]]] = {SAME_PERSON: [], NOT_SAME_PERSON: []}
        facts = []
        for d in stand:
            assert follower is not None
            told = [(follower.find(d, str(account)), folded(str(name))) for account, name in d.value.get("persons", ())]
            now = [(account, name) for account, name in told if account]
            if d.kind == PERSON_IS and now:
                facts.append((d.id, now[0], str(d.value["field"]), str(d.value["to"])))
            elif len(now) == 2:
                pairs[d.kind].append((d.id, now[0], now[1]))
        return cls(tuple(pairs[SAME_PERSON]), tuple(pairs[NOT_SAME_PERSON]), tuple(facts))

    def parts(self, a: _Record, b: _Record) -> bool:
        """True where a person said that the two are two."""
        return any((_has(a, x) and _has(b, y)) or (_has(a, y) and _has(b, x)) for _, x, y in self.apart)

    def carried_out(self, found: list[_Record]) -> list[_Record]:
        """The records as persons merged and described them."""
        if not (self.same or self.facts or self.apart):
            return found
        by_account: dict[str, list[_Record]] = defaultdict(list)
        for record in found:
            for account in {t.account for t in record.told}:
                by_account[account].append(record)
        gone: set[int] = set()
        for name, x, y in self.same:
            a, b = _find(by_account, x), _find(by_account, y)
            if a is None or b is None:
                continue
            a.decisions.add(name)
            if a is not b:
                a.told += b.told
                a.decisions |= b.decisions
                for account in {t.account for t in b.told}:
                    by_account[account] = [a if r is b else r for r in by_account[account]]
                gone.add(id(b))
        for name, x, slot, to in self.facts:
            if described := _find(by_account, x):
                described.facts[slot] = to
                described.decisions.add(name)
        for name, x, y in self.apart:
            for key in (x, y):
                if parted := _find(by_account, key):
                    parted.decisions.add(name)
        return [record for record in found if id(record) not in gone]

    def apart_by_id(self, found: Sequence[_Record]) -> Iterator[frozenset[str]]:
        for _, x, y in self.apart:
            ids = {_id(record) for record in found if _has(record, x) or _has(record, y)}
            if len(ids) == 2:
                yield frozenset(ids)


def _has(record: _Record, key: tuple[str, str]) -> bool:
    return any(t.account == key[0] and key[1] in (folded(t.name), folded(t.form)) for t in record.told)


def _find(by_account: Mapping[str, list[_Record]], key: tuple[str, str]) -> _Record | None:
    """The record that has this telling; where a later reader wrote the name otherwise, the one of the account that is most alike."""
    there = by_account.get(key[0], [])
    for record in there:
        if _has(record, key):
            return record
    near = [(max(likeness(key[1], t.name) for t in record.told), record.key, record) for record in there]
    best = max(near, key=lambda n: (n[0], n[1]), default=None)
    return best[2] if best and best[0] >= DOUBTFUL_IN_ONE else None


def _id(record: _Record) -> str:
    return digest("person", *record.key)


def _person(record: _Record, home: Mapping[str, str]) -> Person:
    names: dict[str, dict[str, None]] = {}
    for told in sorted(record.told, key=lambda t: (t.account, t.start)):
        names.setdefault(told.language or "und", {})[told.name] = None
        if len(told.form.split()) >= len(told.name.split()):
            names[told.language or "und"][told.form] = None
    facts = record.facts

    def each(values: Iterable[str | None], slot: str) -> tuple[str, ...]:
        return (facts[slot],) if slot in facts else tuple(sorted({value for value in values if value}))

    ages = (int(facts["age"]),) if "age" in facts else tuple(sorted({t.age for t in record.told if t.age is not None}))
    return Person(
        id=_id(record),
        names={language: tuple(forms) for language, forms in sorted(names.items())},
        roles=each((t.role for t in record.told), "role"),
        statuses=each((t.status for t in record.told), "status"),
        ages=ages,
        sexes=each((t.sex for t in record.told), "sex"),
        family=each((t.family for t in record.told), "family"),
        accounts=tuple(sorted({t.account for t in record.told})),
        incidents=tuple(sorted({home[t.account] for t in record.told if t.account in home})),
        mentions=tuple(sorted({(t.report, t.start, t.end) for t in record.told})),
        decisions=tuple(sorted(record.decisions)),
    )
