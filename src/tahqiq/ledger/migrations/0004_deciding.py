"""Accounts as persons corrected them stand beside what was read."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """A ledger that kept decisions also keeps what follows from them; it is filled when incidents are computed next."""
    op.create_table(
        "decided_account",
        sa.Column("id", sa.String(200), primary_key=True),
        sa.Column("json", sa.Text, nullable=False),
    )
