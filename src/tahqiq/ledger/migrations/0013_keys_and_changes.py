"""A ledger keeps keys of programs, what was answered to them, whose sign-ins others vouch for, and what became of incidents."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_seq = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """No program holds a key yet. The incidents that are there are told as new, so that who follows from the start has them all."""
    op.create_table(
        "change",
        sa.Column("seq", _seq, primary_key=True, autoincrement=True),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("incident", sa.String(200), nullable=False),
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("json", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_change_incident", "change", ["incident"])
    op.execute("INSERT INTO change (at, incident, what, json) SELECT '', id, 'new', '{}' FROM incident ORDER BY id")
    op.create_table(
        "desk_key",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("who", sa.String(100), nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.Column("since", sa.String(40), nullable=False),
        sa.Column("until", sa.String(40), nullable=False),
        sa.Column("used", sa.String(40), nullable=False),
        sa.Column("withdrawn", sa.String(40), nullable=False),
    )
    op.create_index("ix_desk_key_who", "desk_key", ["who"])
    op.create_index("ix_desk_key_secret", "desk_key", ["secret"])
    op.create_table(
        "desk_identity",
        sa.Column("issuer", sa.String(300), primary_key=True),
        sa.Column("subject", sa.String(300), primary_key=True),
        sa.Column("name", sa.String(100), nullable=False),
    )
    op.create_index("ix_desk_identity_name", "desk_identity", ["name"])
    op.create_table(
        "desk_answer",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("asked", sa.String(64), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "desk_errand",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("until", sa.String(40), nullable=False),
        sa.Column("json", sa.Text, nullable=False),
    )
