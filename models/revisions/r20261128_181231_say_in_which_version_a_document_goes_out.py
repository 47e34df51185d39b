"""Say in which version a document goes out."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_181231"
down_revision = "20261128_161540"


def upgrade() -> None:
    """Say in which version a document goes out."""
    with op.batch_alter_table("communication") as batch_op:
        batch_op.add_column(sa.Column("document_version", sa.Integer(), nullable=True))

    with op.batch_alter_table("communication_edit") as batch_op:
        batch_op.add_column(sa.Column("document_version", sa.Integer(), nullable=True))
