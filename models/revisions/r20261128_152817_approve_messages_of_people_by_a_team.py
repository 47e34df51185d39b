"""Let a team approve a message to somebody without a case."""

import sqlalchemy as sa
from alembic import op

from models.base import BigId

revision = "20261128_152817"
down_revision = "20261128_151505"


def upgrade() -> None:
    """Approve_messages_of_people_by_a_team."""
    with op.batch_alter_table("communication") as batch_op:
        batch_op.add_column(sa.Column("team_id", BigId, nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_communication_team_id_team"), "team", ["team_id"], ["id"])
