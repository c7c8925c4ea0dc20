"""How much a ledger holds, counted for who watches it run: one number a table, and failures by what was not read."""

import sqlalchemy as sa

from tahqiq.ledger import tables as t

_COUNTED = {
    "documents": t.document, "reports": t.report, "readings": t.reading, "accounts": t.account, "decisions": t.decision,
    "incidents": t.incident, "links": t.link, "runs": t.run,
}  # fmt: skip


def sizes(connection: sa.Connection) -> dict[str, int]:
    """Rows by what they are of."""
    counted = [sa.select(sa.func.count()).select_from(table).scalar_subquery().label(name) for name, table in _COUNTED.items()]
    return {name: int(n) for name, n in connection.execute(sa.select(*counted)).one()._mapping.items()}


def failures_by_kind(connection: sa.Connection) -> dict[str, int]:
    """How many lines, reports and whole documents were not read. Their sentences may name anybody, and are not told here."""
    f = t.failure.c
    kind = sa.case((f.report.is_not(None), "report"), (f.line.is_not(None), "line"), else_="document")
    rows = connection.execute(sa.select(kind.label("kind"), sa.func.count()).group_by("kind"))
    return {"document": 0, "line": 0, "report": 0} | {str(name): int(n) for name, n in rows}
