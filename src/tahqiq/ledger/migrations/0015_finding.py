"""Incidents are counted beside themselves, found by a map's tiles, and know the range of their dead; searches can be followed."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

_seq = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_CHUNK = 1000


def upgrade() -> None:
    """What a ledger held has its cell, its range and its tallies; nobody follows a search yet."""
    op.add_column("incident", sa.Column("killed_open", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("incident", sa.Column("cell", _seq))
    op.create_table(
        "incident_tally",
        sa.Column("field", sa.String(20), primary_key=True),
        sa.Column("value", sa.String(300), primary_key=True),
        sa.Column("n", sa.Integer, nullable=False),
    )
    op.create_table(
        "desk_followed",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("who", sa.String(100), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("since", sa.String(40), nullable=False),
        sa.Column("seen", sa.String(40), nullable=False),
        sa.Column("stamp", sa.Text, nullable=False),
        sa.Column("feed", sa.String(64), nullable=False),
        sa.Column("mail", sa.String(300), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("sent", sa.String(40), nullable=False),
        sa.Column("problem", sa.Text, nullable=False),
    )
    op.create_index("desk_followed_by_name", "desk_followed", ["who", "name"])
    op.create_table(
        "desk_found",
        sa.Column("search", sa.String(40), sa.ForeignKey("desk_followed.id"), primary_key=True),
        sa.Column("incident", sa.String(200), primary_key=True),
        sa.Column("first", sa.String(40), nullable=False),
        sa.Column("changed", sa.String(40), nullable=False),
        sa.Column("gone", sa.String(40), nullable=False),
        sa.Column("state", sa.String(64), nullable=False),
    )
    _fill(op.get_bind())
    op.create_index("incident_report_seq", "incident_report", ["incident", "seq"])
    op.create_index("incident_by_cell", "incident", ["cell"])


def _fill(connection: Any) -> None:
    from tahqiq.ledger.cells import cell_of
    from tahqiq.ledger.tallies import recount

    last = 0
    chosen = sa.text(
        "SELECT i.n, i.lat, i.lon, i.precision, j.json FROM incident i JOIN incident_json j ON j.incident = i.n "
        f"WHERE i.n > :last ORDER BY i.n LIMIT {_CHUNK}"
    )
    while rows := connection.execute(chosen, {"last": last}).all():
        changed = []
        for n, lat, lon, precision, text in rows:
            tolls = [toll for toll in json.loads(text).get("tolls", ()) if toll.get("effect") == "killed"]
            most = max(tolls, key=lambda toll: toll["best"], default=None)
            is_open = most is not None and most.get("high") is None
            cell = cell_of(lat, lon) if precision != "country" else None
            changed.append({"n": n, "open": is_open, "cell": cell})
        connection.execute(sa.text("UPDATE incident SET killed_open = :open, cell = :cell WHERE n = :n"), changed)
        last = rows[-1][0]
    recount(connection)
