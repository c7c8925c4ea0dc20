"""What waits for a person: decisions that lost their words, that contradict one another, or that the evidence has outgrown.

What comes in is a ledger; what goes out are the things that wait, each with a sentence and what it is about.

- `lost`: a later reader left no account of the words that the decision was made on; take it back, or decide anew.
- `conflict`: a later decision of another person says otherwise; the later counts until one of the two is taken back.
- `changed`: reports came to an incident after it was accepted or published.
- `grade`: the grade that a person overrode would be computed otherwise today.
- `person`: two records may be of one person; say whether they are.
- `unreviewed`: incidents that nobody has looked at, those whose reports contradict one another first, then the deadliest.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tahqiq.deciding import GRADED, PUBLISHED, REPUBLISHED, REVIEWED, Decided, standing
from tahqiq.errors import UnknownName
from tahqiq.ledger import Ledger, Query
from tahqiq.model import Decision, Incident, Person
from tahqiq.pipeline import decided_in
from tahqiq.review.history import overruled, words
from tahqiq.review.persons import protected

KINDS = ("lost", "conflict", "changed", "grade", "person", "unreviewed")


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits. `incident` and `decision` are None where it is about none."""

    kind: str
    sentence: str
    incident: str | None = None
    decision: str | None = None
    accounts: tuple[str, ...] = ()


def inbox(ledger: Ledger, kind: str | None = None, *, limit: int = 100) -> tuple[Waiting, ...]:
    """What waits, in the order of `KINDS`; at most `limit` of each kind.

    Raises: UnknownName for a kind that there is not.
    """
    if kind is not None and kind not in KINDS:
        raise UnknownName(f"nothing of the kind {kind!r} waits; there are {', '.join(KINDS)}")
    return waiting_of(ledger, KINDS if kind is None else (kind,), limit=limit)


def waiting_of(ledger: Ledger, kinds: Iterable[str], *, limit: int = 100) -> tuple[Waiting, ...]:
    """What waits of these kinds, in their order; at most `limit` of each."""
    known = tuple(ledger.decisions())
    decided = decided_in(ledger, known)
    found: list[Waiting] = []
    for name in kinds:
        some = _FIND[name](ledger, known, decided)
        found += [one for one, _ in zip(some, range(limit), strict=False)]
    return tuple(found)


def _lost(ledger: Ledger, known: tuple[Decision, ...], decided: Decided) -> Iterator[Waiting]:
    for lost in decided.lost:
        d = lost.decision
        there = decided.followed(d)
        home = next(iter(ledger.incidents_of_accounts(there)), None) if there else None
        reports = ", ".join(sorted({str(v["report"]) for k, v in d.value.get("ties", {}).items() if k in lost.accounts}))
        sentence = f"{d.who} decided on {d.at[:10]}: {words(d)} ({d.why}); of report {reports or '?'} no account of those words is left"
        yield Waiting("lost", sentence, home.id if home else None, d.id, lost.accounts)


def _conflicts(ledger: Ledger, known: tuple[Decision, ...], decided: Decided) -> Iterator[Waiting]:
    stand = standing(known)
    over = overruled(stand)
    for d in stand:
        later = over.get(d.id)
        if later is None or later.who == d.who:
            continue
        home = next(iter(ledger.incidents_of_accounts(decided.followed(later))), None)
        sentence = f"{d.who}: {words(d)} ({d.why}); {later.who}: {words(later)} ({later.why}), which counts as the later"
        yield Waiting("conflict", sentence, home.id if home else None, d.id)


def _changed(ledger: Ledger, known: tuple[Decision, ...], decided: Decided) -> Iterator[Waiting]:
    for incident, made in _reviewed(ledger, known, decided, (REVIEWED, PUBLISHED, REPUBLISHED)):
        last = made[-1]
        listed = set(decided.followed(last))
        if "accounts" not in last.value:
            continue  # a team's own list names its own account alone
        new = tuple(account for account in incident.accounts if account not in listed)
        if new:
            reports = len({account.report for account in ledger.accounts_of(new)})
            told = f"{reports} more report{'' if reports == 1 else 's'} since {last.who} {_DID[last.kind]} it on {last.at[:10]}"
            yield Waiting("changed", f"{incident.title}: {told}", incident.id, last.id, new)


def _grades(ledger: Ledger, known: tuple[Decision, ...], decided: Decided) -> Iterator[Waiting]:
    for incident, made in _reviewed(ledger, known, decided, (GRADED,)):
        last = made[-1]
        before = last.value.get("computed")
        if before and incident.computed_grade and incident.computed_grade != before:
            told = f"{last.who} gave it {incident.grade} where {before} was computed; now {incident.computed_grade} is"
            yield Waiting("grade", f"{incident.title}: {told}", incident.id, last.id)


def _persons(ledger: Ledger, known: tuple[Decision, ...], decided: Decided) -> Iterator[Waiting]:
    for pair in ledger.persons_alike(limit=1000):
        one, other = protected(ledger, (ledger.person(pair.a), ledger.person(pair.b)))
        where = "in one incident" if pair.in_one_incident else "in two incidents"
        told = f"{_names(one)} ({pair.a}) and {_names(other)} ({pair.b}), {where}, may be one person: {pair.likeness:.2f}"
        yield Waiting("person", told, next(iter(one.incidents), None), accounts=(*one.accounts, *other.accounts))


def _names(person: Person) -> str:
    return " / ".join(dict.fromkeys(name for forms in person.names.values() for name in forms))


def _unreviewed(ledger: Ledger, known: tuple[Decision, ...], decided: Decided) -> Iterator[Waiting]:
    for contradicted in (True, False):
        after: str | None = None
        while True:
            page = ledger.incidents(Query(review="proposed", contradiction=contradicted, order="killed", after=after))
            for incident in page.items:
                told = f"contradicts itself on {', '.join(incident.contradictions)}" if contradicted else "nobody has looked at it"
                yield Waiting("unreviewed", f"{incident.title}: {told}", incident.id)
            if page.next is None:
                break
            after = page.next


def _reviewed(
    ledger: Ledger, known: tuple[Decision, ...], decided: Decided, kinds: tuple[str, ...]
) -> Iterator[tuple[Incident, list[Decision]]]:
    """Incidents on which decisions of these kinds stand, with those, oldest first."""
    stand = {d.id: d for d in standing(known) if d.kind in kinds}
    accounts = {account for d in stand.values() for account in decided.followed(d)}
    for incident in ledger.incidents_of_accounts(accounts):
        made = [stand[name] for name in incident.decisions if name in stand]
        if made:
            yield incident, sorted(made, key=lambda d: (d.at, d.id))


_DID = {REVIEWED: "accepted", PUBLISHED: "published", REPUBLISHED: "published"}
_FIND = {"lost": _lost, "conflict": _conflicts, "changed": _changed, "grade": _grades, "person": _persons, "unreviewed": _unreviewed}
