"""Keep the PDF beside a Word document."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_154439"
down_revision = "20261128_154236"


def upgrade() -> None:
    """Keep the PDF beside a Word document."""
    with op.batch_alter_table("document_version") as batch_op:
        batch_op.add_column(sa.Column("pdf", sa.String(length=64), nullable=True))
        batch_op.add_column(
            sa.Column("pdf_state", sa.String(length=20), server_default=sa.text("('')"), nullable=False)
        )
