"""What persons said, carried out on today's accounts and incidents.

`Decided` is made once for all accounts that count; it gives the accounts as they are to be linked, the pairs that linking obeys, and
each incident with what was said of it. Laying it over an incident that it lay over already changes nothing.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from tahqiq.deciding.correcting import corrected
from tahqiq.deciding.following import Follower, Lost, named_accounts
from tahqiq.deciding.standing import CORRECTED, GRADED, NOT_SAME, OF_INCIDENTS, PUBLISHED, REJECTED, REVIEWED, SAME, standing
from tahqiq.model import Account, Decision, Incident, Report, digest

T = TypeVar("T")
_LETTERS = "23456789BCDFGHJKMNPQRSTVWXYZ"  # no vowels, nothing that looks like another: ids are read out and typed
_PUBLIC_LENGTH = 8  # 28**8 ids: of 10,000 published incidents two are alike in one ledger of 8,000, and there the second takes another


@dataclass(frozen=True, slots=True)
class Decided:
    """What persons said of these accounts; `lost` are decisions that wait because no account of theirs is left."""

    lost: tuple[Lost, ...]
    _pairs: tuple[Decision, ...]
    _of_account: Mapping[str, tuple[Decision, ...]]
    _of_incident: Mapping[str, tuple[tuple[Decision, tuple[str, ...]], ...]]
    _touching: Mapping[str, tuple[str, ...]]
    _followed: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, decisions: Iterable[Decision], accounts: Sequence[Account]) -> "Decided":
        """What stands of the decisions, each followed to the accounts that it means now."""
        stand = [d for d in standing(decisions) if d.kind in _KINDS]
        follower = Follower(accounts, stand)
        lost: list[Lost] = []
        pairs: list[Decision] = []
        of_account: dict[str, list[Decision]] = {}
        of_incident: dict[str, list[tuple[Decision, tuple[str, ...]]]] = {}
        touching: dict[str, list[str]] = {}
        followed: dict[str, tuple[str, ...]] = {}
        for decision in stand:
            now = {name: follower.find(decision, name) for name in named_accounts(decision)}
            if missing := _missing(decision, now):
                lost.append(Lost(decision, missing))
            found = {name: there for name, there in now.items() if there}
            followed[decision.id] = tuple(dict.fromkeys(found.values()))
            if decision.kind in (SAME, NOT_SAME):
                pairs += _pairs_of(decision, found)
                for name in found.values():
                    touching.setdefault(name, []).append(decision.id)
            elif decision.kind in OF_INCIDENTS:
                for name in followed[decision.id]:
                    of_incident.setdefault(name, []).append((decision, followed[decision.id]))
            elif decision.subject in found:
                of_account.setdefault(found[decision.subject], []).append(decision)
        return cls(tuple(lost), tuple(pairs), _fixed(of_account), _fixed(of_incident), _fixed(touching), followed)

    def accounts(self, accounts: Sequence[Account], reports: Mapping[str, Report]) -> tuple[Account, ...]:
        """The accounts that count: without the rejected, with slots as persons corrected them; of one slot the latest word counts."""
        if not self._of_account:
            return tuple(accounts)
        return tuple(found for account in accounts if (found := self.account(account, reports)) is not None)

    def account(self, account: Account, reports: Mapping[str, Report]) -> Account | None:
        """The account as persons corrected it, None where it was rejected."""
        for decision in self._of_account.get(account.id, ()):
            if decision.kind == REJECTED:
                return None
            report = reports.get(account.report)
            account = corrected(account, decision, report.text if report else "")
        return account

    def pairs(self) -> tuple[Decision, ...]:
        """What was said of pairs, by the accounts' ids of today, as linking takes it."""
        return self._pairs

    def followed(self, decision: Decision) -> tuple[str, ...]:
        """The accounts that the decision means now, of those that stand."""
        return self._followed.get(decision.id, ())

    def incidents(self, incidents: Iterable[Incident]) -> tuple[Incident, ...]:
        """The incidents, all there are, with what persons said laid over them."""
        given = tuple(incidents)
        if not (self._of_account or self._of_incident or self._touching):
            return given
        home = {account: incident.id for incident in given for account in incident.accounts if account in self._of_incident}
        return tuple(self._over(incident, home) for incident in given)

    def again(self, incidents: Sequence[Incident]) -> tuple[Incident, ...]:
        """These incidents, over which other words may lie already, with what persons say now. All that a decision names must be given."""
        bare = tuple(
            replace(i, review="proposed", public_id=None, former_public_ids=(), decisions=(), grade=i.computed_grade or i.grade)
            for i in incidents
        )
        return self.incidents(replace(i, computed_grade=None) for i in bare)

    def _over(self, incident: Incident, home: Mapping[str, str]) -> Incident:
        said = self._said_of(incident, home)
        of_accounts = [d.id for a in incident.accounts for d in self._of_account.get(a, ())]
        of_accounts += [name for a in incident.accounts for name in self._touching.get(a, ())]
        if not said and not of_accounts:
            return incident
        grades = [str(d.value.get("grade")) for d in said if d.kind == GRADED and d.value.get("grade")]
        ids = tuple(dict.fromkeys(_public_of(d) for d in said if d.kind == PUBLISHED))
        states = {d.kind for d in said}
        return replace(
            incident,
            review=PUBLISHED if PUBLISHED in states else REVIEWED if REVIEWED in states else incident.review,
            public_id=ids[0] if ids else None,
            former_public_ids=ids[1:],
            grade=grades[-1] if grades else incident.grade,
            computed_grade=incident.grade if grades else None,
            decisions=tuple(dict.fromkeys([d.id for d in said] + of_accounts)),
        )

    def _said_of(self, incident: Incident, home: Mapping[str, str]) -> list[Decision]:
        """What was said of this incident, oldest first: of accounts that went several ways, it goes where most are."""
        said: dict[str, Decision] = {}
        for account in incident.accounts:
            for decision, accounts in self._of_incident.get(account, ()):
                homes = Counter(home[name] for name in accounts if name in home)
                if min(homes, key=lambda name: (-homes[name], name)) == incident.id:
                    said[decision.id] = decision
        return sorted(said.values(), key=lambda d: (d.at, d.id))


def _fixed(found: Mapping[str, Sequence[T]]) -> dict[str, tuple[T, ...]]:
    return {name: tuple(values) for name, values in found.items()}


_KINDS = OF_INCIDENTS | {SAME, NOT_SAME, CORRECTED, REJECTED}


def _missing(decision: Decision, now: Mapping[str, str | None]) -> tuple[str, ...]:
    """The accounts without which a decision cannot be carried out; what was said of an incident stands while one account is left."""
    gone = tuple(name for name, there in now.items() if there is None)
    if decision.kind in (CORRECTED, REJECTED):
        return gone
    if decision.kind in OF_INCIDENTS:
        return gone if len(gone) == len(now) else ()
    sides = ([decision.subject, *decision.value.get("beside", ())], decision.value.get("accounts", ()))
    return gone if any(all(now.get(str(name)) is None for name in side) for side in sides) else ()


def _pairs_of(decision: Decision, found: Mapping[str, str]) -> list[Decision]:
    """The decision in the words of linking: the same for all named, or each of one side unlike each of the other."""
    one = [found[name] for name in dict.fromkeys((decision.subject, *map(str, decision.value.get("beside", ())))) if name in found]
    other = [found[str(name)] for name in decision.value.get("accounts", ()) if str(name) in found]
    if not one or not other:
        return []
    if decision.kind == SAME:
        return [replace(decision, subject=one[0], value={"accounts": [*one[1:], *other]})]
    apart = [
        replace(decision, id=f"{decision.id}.{n}", subject=name, value={"accounts": [o for o in other if o != name]})
        for n, name in enumerate(one)
    ]
    if len(one) > 1 and decision.value.get("together"):
        apart.append(replace(decision, id=f"{decision.id}.same", kind=SAME, subject=one[0], value={"accounts": one[1:]}))
    return apart


def public_id(decision: Decision, taken: Iterable[str] = ()) -> str:
    """A public id that the decision to publish gives: short, without meaning, unlike those taken."""
    known = set(taken)
    attempt = 0
    while True:
        number = int(digest("public", decision.subject, decision.who, decision.at, attempt), 16)
        letters = ""
        for _ in range(_PUBLIC_LENGTH):
            number, letter = divmod(number, len(_LETTERS))
            letters += _LETTERS[letter]
        name = f"TQ-{letters[:4]}-{letters[4:]}"
        if name not in known:
            return name
        attempt += 1


def _public_of(decision: Decision) -> str:
    """The id that the decision gave; of one that named none, such as a team's own list, one made of its subject."""
    return str(decision.value.get("public_id") or public_id(replace(decision, who="", at="")))
