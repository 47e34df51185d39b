"""Give patches to teams: until somebody does, a team has none."""

import sqlalchemy as sa
from alembic import op

from models.base import BigId

revision = "20261128_115219"
down_revision = "20261128_114523"


def upgrade() -> None:
    """Give patches to teams."""
    op.create_table(
        "team_patch",
        sa.Column("team_id", BigId, autoincrement=False, nullable=False),
        sa.Column("patch", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_team_patch_team_id_team")),
        sa.PrimaryKeyConstraint("team_id", "patch", name=op.f("pk_team_patch")),
    )
