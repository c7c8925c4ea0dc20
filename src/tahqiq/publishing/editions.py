"""Editions follow decisions: each public id has the edition that what stands in the ledger asks for.

What comes in is a ledger; what goes out are editions appended to it. Done twice it does nothing the second time, and two processes that do
it at once make one edition between them.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tahqiq.deciding import (
    NOT_SAME,
    PUBLISHED,
    REPUBLISHED,
    SAME,
    TAKE_BACK,
    in_order,
    named_accounts,
    released,
    taken_back,
    target,
)
from tahqiq.deciding import public_id as id_for
from tahqiq.errors import LedgerConflict
from tahqiq.ledger import Ledger, Query
from tahqiq.ledger.publications import MERGED, RESTORED, SHUT, UPDATED, WITHDRAWN, Edition
from tahqiq.ledger.publications import PUBLISHED as FIRST
from tahqiq.model import Decision, Incident
from tahqiq.pipeline import as_shown, now
from tahqiq.protection import Protecting, unquoted
from tahqiq.publishing.records import Record, columns_of, make_record, record_in
from tahqiq.publishing.versions import versions_of

_TOUCHING = frozenset({PUBLISHED, REPUBLISHED, SAME, NOT_SAME})


def keep_up(ledger: Ledger, because: Decision | None = None) -> list[Edition]:
    """The editions are those that the decisions ask for; gives those that were made.

    Args:
        because: the decision that was just made: only what it can touch is looked at; everything without one.
    """
    known = in_order(ledger.decisions())
    by_id = {d.id: d for d in known}
    about = because
    while about is not None and about.kind == TAKE_BACK:
        about = by_id.get(target(about))
    if because is not None and (about is None or about.kind not in _TOUCHING):
        return []
    state = _State(ledger, known, taken_back(known))
    made = [edition for name in sorted(state.touched(about)) for edition in state.follow(name)]
    return made + (_tightened(ledger, known) if about is None else [])


@dataclass(frozen=True, slots=True)
class _State:
    """What stands in the ledger now."""

    ledger: Ledger
    known: Sequence[Decision]
    gone: dict[str, Decision]

    def touched(self, about: Decision | None) -> set[str]:
        """The public ids that a decision can have changed; all there are without one."""
        if about is None:
            given = {name for d in self.known if (name := _id_in(d))}
            return given | {one.public_id for one in self.ledger.publications.live()} | self._published()
        incidents = self.ledger.incidents_of_accounts(named_accounts(about))
        found = {name for incident in incidents for name in (incident.public_id, *incident.former_public_ids) if name}
        return found | {name for name in (_id_in(about),) if name}

    def _published(self) -> set[str]:
        found, after = set[str](), None
        while True:
            page = self.ledger.incidents(Query(review="published", after=after, limit=500))
            found |= {name for incident in page.items for name in (incident.public_id, *incident.former_public_ids) if name}
            if page.next is None:
                return found
            after = page.next

    def follow(self, public_id: str) -> list[Edition]:
        """The edition that this id needs now, if any."""
        before = self.ledger.publications.heads([public_id]).get(public_id)
        holder = self._holder(public_id)
        if holder is None:
            return self._ended(public_id, before)
        if holder.public_id != public_id:
            return self._merged(public_id, before, holder)
        asked = self._asking(public_id, holder)
        if before is not None and before.is_live and (asked is None or before.decision == asked.id):
            return []
        return self._shown(public_id, before, holder, asked)

    def _holder(self, public_id: str) -> Incident | None:
        page = self.ledger.incidents(Query(public_id=public_id, limit=1))
        return page.items[0] if page.items else None

    def _asking(self, public_id: str, holder: Incident) -> Decision | None:
        """The latest decision that stands to publish under this id, or to publish its changes."""
        mine = [d for d in self.known if d.id in holder.decisions and d.kind in (PUBLISHED, REPUBLISHED)]
        asked = [d for d in mine if _id_in(d) == public_id]
        return asked[-1] if asked else None

    def _ended(self, public_id: str, before: Edition | None) -> list[Edition]:
        """Withdrawn where every decision to publish was taken back. Where its accounts are gone it stays: the decision waits."""
        if before is None or before.kind == WITHDRAWN:
            return []
        mine = [d for d in self.known if d.kind == PUBLISHED and _id_in(d) == public_id]
        if not mine or any(d.id not in self.gone for d in mine):
            return []
        last = max((self.gone[d.id] for d in mine), key=lambda d: (d.at, d.id))
        return self._append(replace(before, kind=WITHDRAWN, decision=last.id, why=self._said(last.why), leads_to=""))

    def _merged(self, public_id: str, before: Edition | None, holder: Incident) -> list[Edition]:
        if before is None or (before.kind == MERGED and before.leads_to == holder.public_id):
            return []  # never shown, or led there already
        joined = [d for d in self.known if d.kind == SAME and d.id in holder.decisions]
        why, name = (self._said(joined[-1].why), joined[-1].id) if joined else ("", "")
        return self._append(replace(before, kind=MERGED, decision=name, why=why, leads_to=holder.public_id or ""))

    def _shown(self, public_id: str, before: Edition | None, holder: Incident, asked: Decision | None) -> list[Edition]:
        kind = FIRST if before is None else UPDATED if before.is_live else RESTORED
        former = [e for e in self.ledger.publications.editions(public_id) if asked and e.decision == asked.id and e.is_live]
        if former:  # an update was taken back, or merged incidents were taken apart: what was public then is so again
            why = self._why_back(before)
            return self._append(replace(former[-1], kind=kind, why=why, leads_to=""))
        record = new_record(self.ledger, public_id, holder, self.known)
        reports = json.dumps(sorted(holder.reports))
        made = Edition(public_id, 0, kind, "", asked.id if asked else "", self._said(asked.why) if asked else "", reports=reports)
        return self._append(replace(made, **columns_of(record)))

    def _why_back(self, before: Edition | None) -> str:
        back = self.gone.get(before.decision) if before else None
        return self._said(back.why) if back else ""

    def _said(self, why: str) -> str:
        """The reason as the public may read it."""
        return protecting_of(self.ledger, self.known).text(why)

    def _append(self, one: Edition) -> list[Edition]:
        return append_edition(self.ledger, one)


def append_edition(ledger: Ledger, one: Edition) -> list[Edition]:
    """The edition, numbered after the last of its id, is in the ledger; none where another process made it meanwhile."""
    before = ledger.publications.editions(one.public_id)
    numbered = replace(one, edition=len(before) + 1, at=now(), seq=0)
    return [numbered] if ledger.publications.append(numbered) else []


def republish(ledger: Ledger, incident: Incident, public_id: str) -> None:
    """Raises: LedgerConflict where what is public is what the desk holds."""
    before = ledger.publications.heads([public_id]).get(public_id)
    if before is None or not before.is_live:
        return
    if record_in(before).content() == new_record(ledger, public_id, incident, in_order(ledger.decisions())).content():
        raise LedgerConflict(
            f"incident {incident.id}: what is public of it, as {public_id}, is what the desk holds; there is nothing to change"
        )


def protecting_of(ledger: Ledger, known: Iterable[Decision] | None = None, policy: str = "public") -> Protecting:
    """What the policy lets leave, with what editors said of names."""
    free = released(ledger.decisions() if known is None else known)
    return Protecting(policy, released=free.once, twice=free.twice, marked=ledger.protected_names())


def new_record(ledger: Ledger, public_id: str, incident: Incident, known: Sequence[Decision]) -> Record:
    """What may be public of the incident as it is now."""
    from tahqiq.linking.copies import copies

    whole = ledger.reports_of(dict.fromkeys(incident.reports))
    (shown,), accounts, reports = as_shown(ledger, [incident])
    protecting = protecting_of(ledger, known)
    # Names that the reports tell of other happenings are learned too: quoted words may hold them.
    protecting.learn([incident], (*accounts, *ledger.accounts_of_reports(incident.reports)))
    readings = [ledger.reading(name) for name in dict.fromkeys(a.report for a in accounts)]
    versions = versions_of((f"{r.reader} {r.version}" for r in readings), incident.languages)
    same = {copy: first for copy, first in copies(whole).items() if copy != first}
    return make_record(public_id, shown, accounts, reports, ledger.sources(), same, versions, protecting)


def _id_in(decision: Decision) -> str:
    """The public id that a decision is under; of one that named none, such as a team's own list, the one made of its subject."""
    if decision.kind not in (PUBLISHED, REPUBLISHED):
        return ""
    return str(decision.value.get("public_id") or id_for(replace(decision, who="", at="")))


# -- what was shut since ----------------------------------------------------------------------------------------------


def _tightened(ledger: Ledger, known: Sequence[Decision]) -> list[Edition]:
    """Live editions that hold words of documents withheld since, or names protected since, are followed by one without them."""
    shut = set(ledger.withheld_reports())
    protecting = protecting_of(ledger, known)
    made = []
    for edition in ledger.publications.live():
        record = record_in(edition)
        tight = _without(record, protecting, edition.report_ids & shut, ledger)
        if tight.content() != record.content():
            made += append_edition(ledger, replace(edition, kind=UPDATED, why=SHUT, **columns_of(tight)))
    return made


def _without(record: Record, protecting: Protecting, shut: Iterable[str], ledger: Ledger) -> Record:
    """The record without protected names and the words of these reports, which it knows under other names."""
    addresses = {report.url for report in ledger.reports_of(shut)}
    sources = {(report.published, report.source) for report in ledger.reports_of(shut)}
    mute = {r.id for r in record.reports if r.url in addresses or (r.published, r.source) in sources}
    safe = protecting.protect([record.incident], record.accounts, record.reports)
    accounts = tuple(unquoted(a) if a.report in mute else a for a in safe.accounts.values())
    incident = replace(safe.incidents[0], withheld=tuple(sorted({*safe.incidents[0].withheld, *mute})))
    return replace(record, incident=incident, accounts=accounts, reports=tuple(safe.reports.values()))
