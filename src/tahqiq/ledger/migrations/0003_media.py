"""Photos, videos and recordings: which report has them, and where those that are documents were got from."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """A ledger without photos and videos can hold them."""
    op.create_table(
        "medium",
        sa.Column("id", sa.String(200), primary_key=True),
        sa.Column("report", sa.String(200), sa.ForeignKey("report.id"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("document", sa.String(64)),
        sa.Column("address", sa.String(64)),
        sa.Column("json", sa.Text, nullable=False),
    )
    for column in ("report", "document", "address"):
        op.create_index(f"ix_medium_{column}", "medium", [column])
    op.create_table(
        "medium_address",
        sa.Column("address", sa.String(64), primary_key=True),
        sa.Column("document", sa.String(200), sa.ForeignKey("document.id"), primary_key=True),
    )
    op.create_index("ix_medium_address_document", "medium_address", ["document"])
