"""How long incidents wait: when the first document of each was acquired, and which proposed ones have waited longest."""

from collections.abc import Sequence

import sqlalchemy as sa

from tahqiq.ledger import tables as t

_CHUNK = 500


def acquired(connection: sa.Connection, incidents: Sequence[str]) -> dict[str, str]:
    """By incident when its first document was acquired; one whose reports came without a document is left out."""
    at = _acquired_at(connection.dialect.name)
    chosen = (
        sa.select(t.incident.c.id, sa.func.min(at))
        .join(t.incident_report, t.incident_report.c.incident == t.incident.c.n)
        .join(t.report, t.report.c.id == t.incident_report.c.report)
        .join(t.document, t.document.c.id == t.report.c.document)
        .group_by(t.incident.c.id)
    )
    found: dict[str, str] = {}
    for start in range(0, len(incidents), _CHUNK):
        rows = connection.execute(chosen.where(t.incident.c.id.in_(incidents[start : start + _CHUNK])))
        found.update((str(name), str(first)) for name, first in rows if first)
    return found


def longest_waiting(connection: sa.Connection, limit: int) -> list[int]:
    """The numbers of the proposed incidents whose first report came earliest."""
    chosen = (
        sa.select(t.incident_report.c.incident)
        .join(t.incident, t.incident.c.n == t.incident_report.c.incident)
        .where(t.incident.c.review == "proposed", t.incident_report.c.seq.is_not(None))
        .order_by(t.incident_report.c.seq)
        .limit(2 * limit)
    )
    return list(dict.fromkeys(connection.scalars(chosen)))[:limit]


def _acquired_at(dialect: str) -> "sa.ColumnElement[str]":
    if dialect == "postgresql":
        return sa.type_coerce(sa.cast(t.document.c.json, sa.JSON)["acquired_at"].as_string(), sa.Text)
    return sa.type_coerce(sa.func.json_extract(t.document.c.json, "$.acquired_at"), sa.Text)
