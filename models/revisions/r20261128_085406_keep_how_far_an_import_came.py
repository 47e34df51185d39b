"""Keep how far an import came."""

import sqlalchemy as sa
from alembic import op

from models.base import BigId, Instant

revision = "20261128_085406"
down_revision = "20261128_084827"


def upgrade() -> None:
    """Keep how far an import came."""
    op.create_table(
        "import_run",
        sa.Column("id", BigId, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(length=80), nullable=False),
        sa.Column("file", sa.String(length=200), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("same", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
