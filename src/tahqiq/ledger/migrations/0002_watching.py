"""What feeds were asked and gave, so that a watch goes on where it stopped."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_seq = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """A ledger of the first tables keeps polls of feeds and which of their items were taken in."""
    op.create_table(
        "poll",
        sa.Column("seq", _seq, primary_key=True, autoincrement=True),
        sa.Column("feed", sa.String(500), nullable=False),
        sa.Column("json", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("poll_by_feed", "poll", ["feed", "seq"])
    op.create_table(
        "seen_item",
        sa.Column("feed", sa.String(500), primary_key=True),
        sa.Column("item", sa.String(64), primary_key=True),
    )
