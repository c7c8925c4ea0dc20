"""Accounts are found by their ids at once, however many readings a ledger holds."""

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Which readings count can be asked by the reading: without that a million of them were walked for each account."""
    op.create_index("ix_standing_reading_reading", "standing_reading", ["reading"])
