"""Which reports are copies of one wire text."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """A ledger that found copies whenever incidents were computed keeps them; they are found when incidents are computed next."""
    op.create_table(
        "copy",
        sa.Column("report", sa.String(200), primary_key=True),
        sa.Column("first", sa.String(200), nullable=False),
    )
    op.create_index("ix_copy_first", "copy", ["first"])
    op.execute("DELETE FROM computed WHERE name = 'incidents'")
