"""Ask providers what became of what they took, and say how far a print batch has come."""

import sqlalchemy as sa
from alembic import op

from models.base import BigId, Instant

revision = "20261128_161540"
down_revision = "20261128_154937"


def upgrade() -> None:
    """Add the columns; what was sent before is not asked about, and no print batch was made until now."""
    with op.batch_alter_table("communication") as batch_op:
        batch_op.add_column(sa.Column("follow_at", Instant(), nullable=True))

    with op.batch_alter_table("print_batch") as batch_op:
        batch_op.add_column(sa.Column("done", sa.Integer(), server_default=sa.text("0"), nullable=False))
        batch_op.add_column(sa.Column("reason", sa.Text(), server_default=sa.text("('')"), nullable=False))
        batch_op.add_column(sa.Column("posted_by_id", BigId, nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_print_batch_posted_by_id_user_account"), "user_account", ["posted_by_id"], ["id"]
        )
