"""A ledger keeps what the desk writes down of its own work."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Nothing is written down yet."""
    op.create_table(
        "desk_record",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("theme", sa.String(30), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("who", sa.String(100), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("json", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("desk_record_by_subject", "desk_record", ["theme", "subject", "seq"])
    op.create_index("desk_record_by_theme", "desk_record", ["theme", "seq"])
