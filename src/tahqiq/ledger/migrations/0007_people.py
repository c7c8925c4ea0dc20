"""A ledger keeps who works at its desk, what they hold and noted, and who signed in."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_seq = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Nobody can sign in yet; what is there is as it was."""
    op.create_table(
        "desk_user",
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("password", sa.Text, nullable=False),
        sa.Column("totp", sa.String(100), nullable=False),
        sa.Column("totp_used", sa.Integer, nullable=False),
        sa.Column("is_active", sa.Boolean, nullable=False),
        sa.Column("since", sa.String(40), nullable=False),
    )
    op.create_table(
        "desk_entry",
        sa.Column("seq", _seq, primary_key=True, autoincrement=True),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("what", sa.String(30), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("host", sa.String(100), nullable=False),
        sa.Column("told", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("desk_entry_by_name", "desk_entry", ["name", "at"])
    op.create_index("desk_entry_by_host", "desk_entry", ["host", "at"])
    op.create_table(
        "desk_note",
        sa.Column("seq", _seq, primary_key=True, autoincrement=True),
        sa.Column("account", sa.String(200), nullable=False),
        sa.Column("who", sa.String(100), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_desk_note_account", "desk_note", ["account"])
    op.create_table(
        "desk_held",
        sa.Column("account", sa.String(200), primary_key=True),
        sa.Column("who", sa.String(100), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
    )
    op.create_table(
        "desk_search",
        sa.Column("who", sa.String(100), primary_key=True),
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
    )
    op.create_table(
        "desk_session",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("until", sa.String(40), nullable=False),
    )
    op.create_index("ix_desk_session_name", "desk_session", ["name"])
