"""Persons told of by name have records, found by their names in any letters."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """A ledger can keep persons; they are computed with the incidents next."""
    op.create_table("person", sa.Column("id", sa.String(200), primary_key=True), sa.Column("json", sa.Text, nullable=False))
    op.create_table(
        "person_account",
        sa.Column("account", sa.String(200), primary_key=True),
        sa.Column("person", sa.String(200), sa.ForeignKey("person.id"), primary_key=True),
    )
    op.create_index("ix_person_account_person", "person_account", ["person"])
    op.create_table(
        "person_term",
        sa.Column("term", sa.String(100), primary_key=True),
        sa.Column("person", sa.String(200), sa.ForeignKey("person.id"), primary_key=True),
    )
    op.create_table(
        "person_alike",
        sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("json", sa.Text, nullable=False),
    )
    op.execute("DELETE FROM computed")  # what stands was computed without persons: the next run computes it again
