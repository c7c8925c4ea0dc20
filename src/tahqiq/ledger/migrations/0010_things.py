"""What incidents are made of is counted and listed: who did, suffered and said what, places, sources, persons, standing numbers."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """A ledger can keep these; they are computed with the incidents next. Notes are tied to the words of the account they were made on."""
    for name in ("killed_low", "killed_high"):
        op.add_column("incident", sa.Column(name, sa.Integer, nullable=False, server_default="-1"))
    op.create_table(
        "tally",
        sa.Column("field", sa.String(20), primary_key=True),
        sa.Column("value", sa.String(300), primary_key=True),
        sa.Column("incidents", sa.Integer, nullable=False),
        sa.Column("killed", sa.BigInteger, nullable=False),
        sa.Column("first", sa.String(10), nullable=False),
        sa.Column("last", sa.String(10), nullable=False),
    )
    for order in ("incidents", "killed", "last"):
        op.create_index(f"tally_by_{order}", "tally", ["field", order, "value"])
    op.add_column("person", sa.Column("called", sa.String(200), nullable=False, server_default=""))
    op.create_index("person_by_called", "person", ["called", "id"])
    op.create_table(
        "person_facet",
        sa.Column("person", sa.String(200), sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("field", sa.String(20), primary_key=True),
        sa.Column("value", sa.String(100), primary_key=True),
    )
    op.create_index("person_by_facet", "person_facet", ["field", "value", "person"])
    for name in ("a", "b"):
        op.add_column("person_alike", sa.Column(name, sa.String(200), nullable=False, server_default=""))
        op.create_index(f"ix_person_alike_{name}", "person_alike", [name])
    op.create_table(
        "series",
        sa.Column("id", sa.String(200), primary_key=True),
        sa.Column("measure", sa.String(60), nullable=False),
        sa.Column("whose", sa.String(300), nullable=False),
        sa.Column("place", sa.String(200), nullable=False),
        sa.Column("told", sa.Integer, nullable=False),
        sa.Column("last", sa.String(10), nullable=False),
        sa.Column("contradicted", sa.Boolean, nullable=False),
        sa.Column("json", sa.Text, nullable=False),
    )
    op.create_index("series_by_told", "series", ["told", "id"])
    op.create_index("series_by_last", "series", ["last", "id"])
    op.create_table(
        "series_report",
        sa.Column("report", sa.String(200), primary_key=True),
        sa.Column("series", sa.String(200), sa.ForeignKey("series.id"), primary_key=True),
    )
    op.create_index("ix_series_report_series", "series_report", ["series"])
    op.add_column("desk_note", sa.Column("report", sa.String(200), nullable=True))
    op.create_index("ix_desk_note_report", "desk_note", ["report"])
    for name in ("start", "end"):
        op.add_column("desk_note", sa.Column(name, sa.Integer, nullable=True))
    op.add_column("desk_note", sa.Column("event_type", sa.String(60), nullable=True))
    op.execute("DELETE FROM computed WHERE name = 'incidents'")
