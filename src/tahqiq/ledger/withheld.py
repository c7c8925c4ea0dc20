"""Which documents are given to nobody: those of which the last decision to withhold or to release says withhold.

Their reports stay in the ledger, as incidents are made of all accounts; who shows or gives out words asks here which he must not.
"""

from typing import Any

import sqlalchemy as sa

from tahqiq.ledger import tables as t

WITHHOLD, RELEASE = "withhold", "release"  # kinds of decisions; their subject is a document
_CHUNK = 500


def withheld_documents() -> "sa.Select[Any]":
    """Selects each withheld document with the decision that withheld it, as JSON."""
    said, later = t.decision.alias(), t.decision.alias()
    taken_up = sa.exists().where(later.c.subject == said.c.subject, later.c.seq > said.c.seq, _is(later, WITHHOLD) | _is(later, RELEASE))
    return sa.select(said.c.subject, said.c.json).where(_is(said, WITHHOLD), ~taken_up)


def withheld_reports(connection: sa.Connection) -> dict[str, str]:
    """The reports of withheld documents, each with the decision that withheld it, as JSON."""
    reasons: dict[str, str] = {row[0]: row[1] for row in connection.execute(withheld_documents())}
    found: dict[str, str] = {}
    names = list(reasons)
    for start in range(0, len(names), _CHUNK):
        chosen = sa.select(t.report.c.id, t.report.c.document).where(t.report.c.document.in_(names[start : start + _CHUNK]))
        found.update((report, reasons[document]) for report, document in connection.execute(chosen))
    return found


def withheld_seqs() -> "sa.Select[tuple[int]]":
    """Selects the `seq` of the reports of withheld documents: no search finds their words."""
    withheld = withheld_documents().subquery()
    return sa.select(t.report.c.seq).join(withheld, withheld.c.subject == t.report.c.document)


def _is(decision: sa.FromClause, kind: str) -> "sa.ColumnElement[bool]":
    """Whether the decision is of this kind: in the words of a person a quotation mark is escaped, so that they are never taken for it."""
    return decision.c.json.contains(f'"kind":"{kind}"', autoescape=True)
