"""Find the newest cases of an owner by index."""

from alembic import op

revision = "20261128_122738"
down_revision = "20261128_115804"


def upgrade() -> None:
    """Find the newest cases of an owner by index."""
    op.drop_index("ix_cases_owner_id", if_exists=True)
