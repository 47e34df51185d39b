"""Walk lists by index."""

from alembic import op

revision = "20261128_084225"
down_revision = "20261128_084157"


def upgrade() -> None:
    """Walk lists by index."""
    with op.batch_alter_table("cases") as batch_op:
        batch_op.drop_index(batch_op.f("ix_cases_parent_id"))

    with op.batch_alter_table("user_task") as batch_op:
        batch_op.drop_index(batch_op.f("ix_user_task_case_id"))
