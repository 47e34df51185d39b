"""Bind documents and strike out."""

import sqlalchemy as sa
from alembic import op

from models.base import BigId, Instant, Json

revision = "20261128_154937"
down_revision = "20261128_154439"


def upgrade() -> None:
    """Bind documents and strike out."""
    op.create_table(
        "bundle",
        sa.Column("id", BigId, nullable=False),
        sa.Column("case_id", BigId, nullable=True),
        sa.Column("entity_type", sa.String(length=80), nullable=True),
        sa.Column("entity_id", BigId, nullable=True),
        sa.Column("purpose", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("items", Json, nullable=False),
        sa.Column("status", sa.String(length=80), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.Column("document_id", BigId, nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("created_by_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_bundle_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name=op.f("fk_bundle_created_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_bundle_document_id_document")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle")),
    )
    op.create_table(
        "redaction",
        sa.Column("id", BigId, nullable=False),
        sa.Column("document_id", BigId, nullable=False),
        sa.Column("original_id", BigId, nullable=False),
        sa.Column("original_number", sa.Integer(), nullable=False),
        sa.Column("marks", Json, nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("created_by_id", BigId, nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name=op.f("fk_redaction_created_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_redaction_document_id_document")),
        sa.ForeignKeyConstraint(["original_id"], ["document.id"], name=op.f("fk_redaction_original_id_document")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redaction")),
        sa.UniqueConstraint("document_id", name=op.f("uq_redaction_document_id")),
    )
    op.execute(
        "INSERT INTO document_kind (key, name, position, revision) "
        "SELECT 'bundle', 'Bundle of documents', (SELECT coalesce(max(position), 0) + 1 FROM document_kind), 1 "
        "WHERE NOT EXISTS (SELECT 1 FROM document_kind WHERE key = 'bundle')"
    )
