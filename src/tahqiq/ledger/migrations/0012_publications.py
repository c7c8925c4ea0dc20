"""A ledger keeps what was made public, edition by edition, and what readers say is wrong in it."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_seq = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Nothing has an edition yet: what was published before gets its first when the desk next looks (`tahqiq publications check`)."""
    op.create_table(
        "publication",
        sa.Column("seq", _seq, primary_key=True, autoincrement=True),
        sa.Column("public_id", sa.String(40), nullable=False),
        sa.Column("edition", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("decision", sa.String(200), nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("leads_to", sa.String(40), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("last_day", sa.String(10), nullable=False),
        sa.Column("event_type", sa.String(60), nullable=False),
        sa.Column("country", sa.String(10), nullable=False),
        sa.Column("grade", sa.String(30), nullable=False),
        sa.Column("killed", sa.Integer, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("reports", sa.Text, nullable=False),
        sa.Column("json", sa.Text, nullable=False),
        sa.UniqueConstraint("public_id", "edition", name="publication_by_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "error_told",
        sa.Column("seq", _seq, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(40), nullable=False, unique=True),
        sa.Column("public_id", sa.String(40), nullable=False),
        sa.Column("edition", sa.Integer, nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("about", sa.String(20), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("contact", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_error_told_public_id", "error_told", ["public_id"])
