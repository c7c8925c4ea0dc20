"""The links of one account are found without looking at all."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Links are found by their second account too."""
    op.create_index("link_by_b", "link", ["b"])
