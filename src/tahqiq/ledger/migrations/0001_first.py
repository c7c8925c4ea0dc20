"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_seq = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """An empty database has the tables of the first ledger, written out here so that later changes of `tables` leave them be."""
    _evidence()
    _readings()
    _people()
    _computed()
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE TABLE report_words (seq BIGINT PRIMARY KEY REFERENCES report (seq), words TSVECTOR NOT NULL)")
        op.execute("CREATE INDEX report_words_index ON report_words USING gin (words)")
    else:
        op.execute("CREATE VIRTUAL TABLE report_words USING fts5 (words, content='', tokenize='unicode61')")


def _evidence() -> None:
    op.create_table("source", _id(), _json())
    op.create_table("document", _id(), _json())
    op.create_table("finished", _to("document", primary_key=True))
    op.create_table(
        "report",
        _counted(),
        _unique_id(),
        _to("document"),
        sa.Column("language", sa.String(20)),
        sa.Column("source", sa.Text),
        _json(),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_report_document", "report", ["document"])
    op.create_table(
        "failure",
        _id(),
        _to("document", nullable=False),
        sa.Column("line", sa.Integer),
        sa.Column("report", sa.String(200)),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_index("ix_failure_document", "failure", ["document"])


def _readings() -> None:
    op.create_table("reading", _counted(), _unique_id(), _to("report", nullable=False), _json(), sqlite_autoincrement=True)
    op.create_index("ix_reading_report", "reading", ["report"])
    op.create_table(
        "account",
        _to("reading", primary_key=True),
        sa.Column("id", sa.String(200), primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        _json(),
    )
    op.create_index("account_by_id", "account", ["id"])
    op.create_table("figure", _to("reading", primary_key=True), sa.Column("position", sa.Integer, primary_key=True), _json())
    op.create_table("standing_reading", _to("report", primary_key=True), _to("reading", nullable=False))
    op.create_table(
        "link",
        _counted(),
        sa.Column("a", sa.String(200), nullable=False),
        sa.Column("b", sa.String(200), nullable=False),
        sa.Column("standing", sa.Boolean, nullable=False),
        _json(),
        sqlite_autoincrement=True,
    )
    op.create_index("link_by_pair", "link", ["a", "b", "seq"])


def _people() -> None:
    op.create_table(
        "decision", _counted(), _unique_id(), sa.Column("subject", sa.String(200), nullable=False), _json(), sqlite_autoincrement=True
    )
    op.create_index("ix_decision_subject", "decision", ["subject"])
    op.create_table(
        "run",
        _counted(),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("program", sa.Text, nullable=False),
        sa.Column("custody", sa.String(64), nullable=False),
        _json(),
        sqlite_autoincrement=True,
    )


def _computed() -> None:
    op.create_table("redirect", sa.Column("old", sa.String(200), primary_key=True), sa.Column("new", sa.String(200), nullable=False))
    op.create_table(
        "incident",
        _id(),
        sa.Column("event_type", sa.String(60), nullable=False),
        sa.Column("country", sa.String(10), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("last_day", sa.String(10), nullable=False),
        sa.Column("killed", sa.Integer, nullable=False),
        sa.Column("reports", sa.Integer, nullable=False),
        sa.Column("grade", sa.String(30), nullable=False),
        sa.Column("review", sa.String(30), nullable=False),
        sa.Column("contradicted", sa.Boolean, nullable=False),
        sa.Column("lat", sa.Float),
        sa.Column("lon", sa.Float),
        _json(),
    )
    for name in ("day", "killed", "reports"):
        op.create_index(f"incident_by_{name}", "incident", [name, "id"])
    op.create_table("incident_account", sa.Column("account", sa.String(200), primary_key=True), _to("incident", nullable=False))
    op.create_index("ix_incident_account_incident", "incident_account", ["incident"])
    op.create_table("incident_report", _to("incident", primary_key=True), sa.Column("report", sa.String(200), primary_key=True))
    op.create_index("ix_incident_report_report", "incident_report", ["report"])
    op.create_table(
        "incident_facet",
        _to("incident", primary_key=True),
        sa.Column("field", sa.String(20), primary_key=True),
        sa.Column("value", sa.String(300), primary_key=True),
    )
    op.create_index("facet_by_value", "incident_facet", ["field", "value", "incident"])
    op.create_table("computed", sa.Column("name", sa.String(200), primary_key=True), sa.Column("value", sa.Text, nullable=False))


def _id() -> "sa.Column[str]":
    return sa.Column("id", sa.String(200), primary_key=True)


def _unique_id() -> "sa.Column[str]":
    return sa.Column("id", sa.String(200), nullable=False, unique=True)


def _counted() -> "sa.Column[int]":
    return sa.Column("seq", _seq, primary_key=True, autoincrement=True)


def _json() -> "sa.Column[str]":
    return sa.Column("json", sa.Text, nullable=False)


def _to(table: str, *, primary_key: bool = False, nullable: bool = True) -> "sa.Column[str]":
    key = sa.ForeignKey(f"{table}.id")
    return sa.Column(table, sa.String(200), key, primary_key=primary_key, nullable=nullable and not primary_key)
