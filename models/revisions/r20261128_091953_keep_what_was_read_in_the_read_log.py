"""Keep what was read in the read log."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_091953"
down_revision = "20261128_085406"


def upgrade() -> None:
    """Keep what was read in the read log."""
    with op.batch_alter_table("read_log") as batch_op:
        batch_op.add_column(sa.Column("what", sa.String(length=200), server_default=sa.text("''"), nullable=False))
