"""Keep shared templates."""

import sqlalchemy as sa
from alembic import op

from models.base import BigId, Instant

revision = "20261128_144642"
down_revision = "20261128_122738"


def upgrade() -> None:
    """Keep shared templates."""
    op.create_table(
        "shared_template",
        sa.Column("id", BigId, nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("ended_by_name", sa.String(length=200), nullable=False),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shared_template")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_shared_template_kind")),
    )
    op.create_table(
        "shared_template_version",
        sa.Column("id", BigId, nullable=False),
        sa.Column("template_id", BigId, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=80), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("saved_at", Instant(), nullable=False),
        sa.Column("saved_by_id", BigId, nullable=True),
        sa.Column("saved_by_name", sa.String(length=200), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("effective_until", sa.Date(), nullable=True),
        sa.Column("published_at", Instant(), nullable=True),
        sa.Column("published_by_id", BigId, nullable=True),
        sa.Column("published_by_name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["published_by_id"],
            ["user_account.id"],
            name=op.f("fk_shared_template_version_published_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["saved_by_id"], ["user_account.id"], name=op.f("fk_shared_template_version_saved_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["template_id"], ["shared_template.id"], name=op.f("fk_shared_template_version_template_id_shared_template")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shared_template_version")),
        sa.UniqueConstraint("template_id", "number", name=op.f("uq_shared_template_version_template_id")),
    )
    op.create_table(
        "template_used",
        sa.Column("document_version_id", BigId, nullable=False),
        sa.Column("template_version_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["document_version_id"],
            ["document_version.id"],
            name=op.f("fk_template_used_document_version_id_document_version"),
        ),
        sa.ForeignKeyConstraint(
            ["template_version_id"],
            ["shared_template_version.id"],
            name=op.f("fk_template_used_template_version_id_shared_template_version"),
        ),
        sa.PrimaryKeyConstraint("document_version_id", "template_version_id", name=op.f("pk_template_used")),
    )
