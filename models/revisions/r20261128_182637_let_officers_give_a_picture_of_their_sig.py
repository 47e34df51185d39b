"""Let officers give a picture of their signature."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_182637"
down_revision = "20261128_181231"


def upgrade() -> None:
    """Let officers give a picture of their signature."""
    with op.batch_alter_table("user_account") as batch_op:
        batch_op.add_column(sa.Column("signature", sa.String(length=64), nullable=True))
