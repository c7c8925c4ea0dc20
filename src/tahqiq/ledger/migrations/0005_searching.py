"""Words are searched without what Arabic writes before them, names by their sounds; incidents are found by more, and faster."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_seq = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_KEPT = ("event_type", "country", "day", "last_day", "killed", "reports", "grade", "review", "contradicted", "lat", "lon")


def upgrade() -> None:
    """A ledger's incidents stand in narrow rows beside their values, and its reports are indexed anew."""
    connection = op.get_bind()
    for table in ("incident_facet", "incident_report", "incident_account", "incident"):
        op.rename_table(table, f"{table}_before")
    for name in ("incident_by_day", "incident_by_killed", "incident_by_reports", "ix_incident_account_incident"):
        op.drop_index(name)
    for name in ("ix_incident_report_report", "facet_by_value"):
        op.drop_index(name)
    if connection.dialect.name == "postgresql":
        for table in ("incident", "incident_account", "incident_report", "incident_facet"):
            op.execute(f"ALTER TABLE {table}_before DROP CONSTRAINT IF EXISTS {table}_pkey CASCADE")
    _tables()
    _fill(connection)
    for table in ("incident_facet", "incident_report", "incident_account", "incident"):
        op.drop_table(f"{table}_before")
    _words(connection)


def _tables() -> None:
    number = sa.ForeignKey("incident.n")
    op.create_table(
        "incident",
        sa.Column("n", _seq, primary_key=True, autoincrement=False),
        sa.Column("id", sa.String(200), nullable=False, unique=True),
        sa.Column("event_type", sa.String(60), nullable=False),
        sa.Column("country", sa.String(10), nullable=False),
        sa.Column("admin1", sa.String(200), nullable=False),
        sa.Column("place", sa.String(200), nullable=False),
        sa.Column("precision", sa.String(20), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("last_day", sa.String(10), nullable=False),
        sa.Column("killed", sa.Integer, nullable=False),
        sa.Column("reports", sa.Integer, nullable=False),
        sa.Column("grade", sa.String(30), nullable=False),
        sa.Column("review", sa.String(30), nullable=False),
        sa.Column("contradicted", sa.Boolean, nullable=False),
        sa.Column("lat", sa.Float),
        sa.Column("lon", sa.Float),
    )
    op.create_index("incident_by_day", "incident", ["day", "id", "last_day"])
    for name in ("killed", "reports"):
        op.create_index(f"incident_by_{name}", "incident", [name, "id"])
    op.create_index("incident_by_country", "incident", ["country", "admin1", "day", "id"])
    for name in ("event_type", "grade"):
        op.create_index(f"incident_by_{name}", "incident", [name, "day", "id"])
    op.create_index("incident_by_place", "incident", ["lat", "lon"])
    op.create_table(
        "incident_json",
        sa.Column("incident", _seq, number, primary_key=True, autoincrement=False),
        sa.Column("json", sa.Text, nullable=False),
    )
    op.create_table(
        "incident_account",
        sa.Column("account", sa.String(200), primary_key=True),
        sa.Column("incident", _seq, sa.ForeignKey("incident.n"), nullable=False),
    )
    op.create_index("ix_incident_account_incident", "incident_account", ["incident"])
    op.create_table(
        "incident_report",
        sa.Column("incident", _seq, sa.ForeignKey("incident.n"), primary_key=True),
        sa.Column("report", sa.String(200), primary_key=True),
        sa.Column("seq", _seq),
    )
    op.create_index("ix_incident_report_report", "incident_report", ["report"])
    op.create_index("incident_by_report_seq", "incident_report", ["seq", "incident"])
    op.create_table(
        "incident_facet",
        sa.Column("incident", _seq, sa.ForeignKey("incident.n"), primary_key=True),
        sa.Column("field", sa.String(20), primary_key=True),
        sa.Column("value", sa.String(300), primary_key=True),
    )
    op.create_index("facet_by_value", "incident_facet", ["field", "value", "incident"])


def _fill(connection: sa.Connection) -> None:
    """The incidents that were computed before are there, numbered in the order of their ids."""
    kept = ", ".join(_KEPT)
    rows = connection.execute(sa.text(f"SELECT id, json, {kept} FROM incident_before ORDER BY id")).mappings().all()
    whole: list[dict[str, Any]] = []
    for n, row in enumerate(rows, 1):
        place = json.loads(row["json"]).get("place") or {}
        found = {"admin1": place.get("admin1") or "", "place": place.get("id") or "", "precision": place.get("precision") or ""}
        whole.append({**{key: row[key] for key in _KEPT}, "n": n, "id": row["id"], "json": row["json"], **found})
        whole[-1]["contradicted"] = bool(row["contradicted"])
    if whole:
        columns = ["n", "id", *_KEPT, "admin1", "place", "precision"]
        values = ", ".join(f":{c}" for c in columns)
        connection.execute(sa.text(f"INSERT INTO incident ({', '.join(columns)}) VALUES ({values})"), whole)
        connection.execute(sa.text("INSERT INTO incident_json (incident, json) VALUES (:n, :json)"), whole)
    for sql in (
        "INSERT INTO incident_account (account, incident) SELECT b.account, i.n FROM incident_account_before b "
        "JOIN incident i ON i.id = b.incident",
        "INSERT INTO incident_report (incident, report, seq) SELECT i.n, b.report, r.seq FROM incident_report_before b "
        "JOIN incident i ON i.id = b.incident LEFT JOIN report r ON r.id = b.report",
        "INSERT INTO incident_facet (incident, field, value) SELECT i.n, b.field, b.value FROM incident_facet_before b "
        "JOIN incident i ON i.id = b.incident",
    ):
        connection.execute(sa.text(sql))


def _words(connection: sa.Connection) -> None:
    """The words of every report and the names in every reading that counts are indexed as this version of the program indexes them."""
    from tahqiq.ledger.words import index_all

    op.execute("DROP TABLE report_words")
    if connection.dialect.name == "postgresql":
        for table in ("report_words", "report_names"):
            op.execute(f"CREATE TABLE {table} (seq BIGINT PRIMARY KEY REFERENCES report (seq), words TSVECTOR NOT NULL)")
            op.execute(f"CREATE INDEX {table}_index ON {table} USING gin (words)")
    else:
        op.execute(
            "CREATE VIRTUAL TABLE report_words USING fts5 (words, content='', detail=none, tokenize=\"unicode61 remove_diacritics 0\")"
        )
        op.execute(
            "CREATE VIRTUAL TABLE report_names USING fts5 (words, detail=none, tokenize=\"unicode61 remove_diacritics 0 tokenchars '~'\")"
        )
    index_all(connection)
