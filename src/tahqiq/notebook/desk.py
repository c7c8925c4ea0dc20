"""A ledger as a notebook asks it: what a search would find, as the policy lets it be seen."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypedDict, Unpack

from tahqiq.errors import UnknownName
from tahqiq.export import protected
from tahqiq.export.happenings import Happening
from tahqiq.ledger import Ledger, Query, open_ledger
from tahqiq.model import Account, Claim, Figure, Report
from tahqiq.notebook.rows import Accounts, Claims, Decisions, Figures, Incidents, Persons, Tolls
from tahqiq.notebook.shown import ShownAccount, ShownIncident, shown
from tahqiq.pipeline import as_shown, batches, export, protecting
from tahqiq.protection import POLICIES
from tahqiq.searching import asking_in, understood

if TYPE_CHECKING:
    from tahqiq.comparing import Comparison
    from tahqiq.export import LossReport
    from tahqiq.protection import Protected

_EACH = 500  # figures that are protected at a time


class Asked(TypedDict, total=False):
    """What can be asked of incidents, as `tahqiq search` takes it. Days are ISO text or dates."""

    text: str
    near: str
    within: str
    box: str
    since: str | dt.date
    until: str | dt.date
    actor: str
    event_type: str
    grade: str
    source: str
    language: str
    weapon: str
    country: str
    review: str
    contradictions: bool
    order: str
    limit: int
    as_of: str | dt.date


def open_desk(ledger: str | Path | Ledger, *, policy: str = "public", language: str = "en") -> "Desk":
    """A ledger to ask, protected by a policy.

    Args:
        ledger: a file, an address (sqlite:///… or postgresql://…), or an open ledger.
        policy: public withholds names of persons and the words of reports, and makes coordinates less exact; partner is a little more
            exact; internal shows all, and what is made of it must not leave the desk.
        language: of headings and labels where something is shown: en, ar, ur or fa.

    Raises: UnknownName for a policy that there is not, or where no ledger is at the address.
    """
    if policy not in POLICIES:
        raise UnknownName(f"no policy {policy!r}; there are: {', '.join(POLICIES)}")
    if isinstance(ledger, Ledger):
        return Desk(ledger, policy, language)
    address = str(ledger)
    if "://" not in address:
        if not Path(address).is_file():  # a mistyped name makes no empty ledger
            raise UnknownName(f"{address}: no ledger is there")
        address = f"sqlite:///{address}"
    return Desk(open_ledger(address), policy, language)


class Desk:
    """An open ledger; see `open`. What it gives was protected by its policy."""

    kinds: ClassVar[tuple[str, ...]] = ("incidents", "accounts", "claims", "tolls", "figures", "persons", "decisions")

    def __init__(self, ledger: Ledger, policy: str = "public", language: str = "en") -> None:
        self.ledger, self.policy, self.language = ledger, policy, language

    def __repr__(self) -> str:
        return f"<desk: {len(self.incidents())} incidents, policy {self.policy}>"

    def __enter__(self) -> "Desk":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Connections to the ledger are given back."""
        self.ledger.close()

    def incidents(self, words: str = "", **asked: Unpack[Asked]) -> Incidents:
        """The incidents that a search would find; all of them where nothing is asked.

        Args:
            words: words of a search with its options in one text, as `tahqiq export --where` takes them, or None of them.
            asked: the same, each by its name: text, near, within, box, since, until, actor, event_type, grade, source, language, weapon,
                country, review, contradictions, order (date, killed or reports), limit; and as_of, a day at whose end they are told.

        Raises: UnknownName in one sentence where words mean nothing.
        """
        given: dict[str, Any] = dict(asked)
        limit, as_of = given.pop("limit", None), _day(given.pop("as_of", None))
        contradictions = given.pop("contradictions", None)
        if contradictions is not None:
            given["contradiction"] = "yes" if contradictions else "no"
        told: dict[str, Any] = {name: str(value) for name, value in given.items()}
        query, _ = understood(replace(asking_in(words), **told))
        return _Selection(self, query, limit, as_of).incidents()

    def accounts(self, words: str = "", **asked: Unpack[Asked]) -> Accounts:
        """What single reports tell of the incidents that a search would find."""
        return self.incidents(words, **asked).accounts()

    def claims(self, words: str = "", **asked: Unpack[Asked]) -> Claims:
        """Who says so, of the incidents that a search would find."""
        return self.incidents(words, **asked).claims()

    def tolls(self, words: str = "", **asked: Unpack[Asked]) -> Tolls:
        """How numbers changed from day to day, of the incidents that a search would find."""
        return self.incidents(words, **asked).tolls()

    def compare(self, file: str | Path, *, mapping: str | Path | None = None) -> "Comparison":
        """The incidents beside a user's own copy of another dataset: matched, only ours, only theirs, and what the two tell apart.

        Args:
            mapping: a YAML file that says which column is what, for a dataset that is not known by its columns.

        Raises: UnreadableDocument where the file tells no dataset that is known.
        """
        from tahqiq.comparing import compare

        return compare(Path(file), self.incidents(), Path(mapping) if mapping else None)

    def incident(self, id: str) -> ShownIncident:
        """The incident of this id or public id; raises UnknownName where there is none."""
        found = as_shown(self.ledger, [self.ledger.incident(id)])
        return next(self._show(one) for one in protected(lambda: [found], protecting(self.ledger, self.policy)))

    def account(self, id: str) -> ShownAccount:
        """The account of this id; raises UnknownName where no incident has it."""
        found = self.ledger.incidents_of_accounts([id])
        account = next((a for i in found for a in self.incident(i.id).told if a.id == id), None)
        if account is None:
            raise UnknownName(f"account {id}: no incident has it")
        return account

    def figures(self) -> Figures:
        """Standing numbers that belong to no single happening (strength, tolls since a day), in the order of their reports."""
        return Figures(self._figures, self.language)

    def persons(self, name: str = "") -> Persons:
        """Persons told of by name, those with every word of `name` in any letters.

        Raises: UnknownName under a policy that lets no names leave the desk.
        """
        self._inside("persons")
        return Persons(lambda: _pages(lambda after: self.ledger.persons(name, after=after, limit=_EACH)), self.language)

    def decisions(self) -> Decisions:
        """What persons decided, in the order in which they were made.

        Raises: UnknownName under a policy for outside the desk.
        """
        self._inside("decisions")
        return Decisions(lambda: iter(self.ledger.decisions()), self.language)

    def _inside(self, what: str) -> None:
        if self.policy != "internal":
            raise UnknownName(f"{what} are shown inside the desk only, not by the policy {self.policy}: open it with policy='internal'")

    def _show(self, one: Happening) -> ShownIncident:
        reports = {report.id: report for report in one.reports}
        told = tuple(
            shown(ShownAccount, account, report=reports.get(account.report) or Report("", account.report), language=self.language)
            for account in one.accounts
        )
        return shown(ShownIncident, one.incident, told=told, reports=reports, policy=self.policy, language=self.language)

    def _figures(self) -> Iterator[tuple[Figure, Report | None]]:
        """Figures, protected as accounts are that tell the same."""
        guard, found = protecting(self.ledger, self.policy), iter(self.ledger.things.figures())
        shut = self.ledger.withheld_reports()
        while some := list(islice(found, _EACH)):
            reports = self.ledger.reports_of(dict.fromkeys(figure.report for figure in some))
            open_to_all = [figure for figure in some if figure.report not in shut]
            safe: Protected = guard.protect((), [_as_account(figure) for figure in open_to_all], reports)
            for figure in open_to_all:
                yield _as_figure(safe.accounts[figure.id], figure), safe.reports.get(figure.report)


def _as_account(figure: Figure) -> Account:
    return Account(
        figure.id,
        figure.report,
        "figure",
        figure.mention,
        place=figure.place,
        perpetrators=(figure.of,) if figure.of else (),
        claims=(Claim(figure.source, "reports"),) if figure.source else (),
    )


def _as_figure(account: Account, figure: Figure) -> Figure:
    return replace(
        figure,
        mention=account.trigger,
        place=account.place,
        of=next(iter(account.perpetrators), None),
        source=next((claim.claimant for claim in account.claims), None),
    )


def _pages(page: Any) -> Iterator[Any]:
    after = None
    while some := page(after):
        yield from some
        after = some[-1].id


def _day(given: str | dt.date | None) -> dt.date | None:
    if given is None or isinstance(given, dt.date):
        return given
    try:
        return dt.date.fromisoformat(given)
    except ValueError:
        raise UnknownName(f"as_of {given!r}: is no day; write 2023-07-07") from None


class _Selection:
    """What was asked of a desk, to be read as often as rows are."""

    def __init__(self, desk: Desk, query: Query, limit: int | None, as_of: dt.date | None) -> None:
        self._desk, self._query, self._limit, self._as_of = desk, query, limit, as_of

    def incidents(self) -> Incidents:
        return Incidents(self._happenings, self._desk._show, self._count, self._write, self._desk.language)

    def _happenings(self) -> Iterator[Happening]:
        desk = self._desk
        given = batches(desk.ledger, self._query, as_of=self._as_of, limit=self._limit)
        return iter(protected(given, protecting(desk.ledger, desk.policy)))

    def _count(self) -> int:
        if self._as_of is not None:
            return sum(1 for _ in self._happenings())
        total = self._desk.ledger.incidents(replace(self._query, limit=1)).total
        return total if self._limit is None else min(total, self._limit)

    def _write(self, form: str, path: Path, trace: Path | None) -> "LossReport":
        with path.open("wb") as out:
            lines = trace.open("wb") if trace else None
            try:
                asked: dict[str, Any] = {"query": self._query, "as_of": self._as_of, "limit": self._limit}
                return export(self._desk.ledger, form, out, policy=self._desk.policy, numbers=lines, **asked)
            finally:
                if lines:
                    lines.close()
