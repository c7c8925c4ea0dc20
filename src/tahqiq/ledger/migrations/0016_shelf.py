"""What linking keeps between two runs stands in the ledger, so that one more report or decision is linked alone."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Nothing is on the shelf yet: incidents are computed anew next, and put it there."""
    op.create_table(
        "linking_posting",
        sa.Column("block", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("place", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "linking_profile",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("report", sa.String(200), nullable=False),
        sa.Column("bytes", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_linking_profile_report", "linking_profile", ["report"])
    op.create_table(
        "linking_report",
        sa.Column("report", sa.String(200), primary_key=True),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("reading", sa.String(200), nullable=False),
        sa.Column("published_by", sa.Text, nullable=False),
    )
    op.create_index("ix_linking_report_number", "linking_report", ["number"])
    op.create_table("linking_decision", sa.Column("decision", sa.String(200), primary_key=True))
    op.create_table("linking_fact", sa.Column("name", sa.String(60), primary_key=True), sa.Column("value", sa.Text, nullable=False))
    op.execute("DELETE FROM computed WHERE name = 'incidents'")
