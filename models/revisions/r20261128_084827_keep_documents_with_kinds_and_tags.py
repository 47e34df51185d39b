"""Keep documents with kinds, tags and versions."""

import sqlalchemy as sa
from alembic import op

from models.base import BigId, Instant, Json

revision = "20261128_084827"
down_revision = "20261128_084225"

_KINDS = {
    "letter": "Letter",
    "evidence": "Evidence",
    "photograph": "Photograph",
    "received": "Letter or e-mail received",
    "sent": "Letter or e-mail sent",
    "form": "Form",
    "agreement": "Agreement or contract",
    "identity": "Proof of identity",
    "certificate": "Certificate or report",
    "other": "Other",
}


def upgrade() -> None:
    """Keep documents with kinds, tags and versions."""
    op.create_table(
        "document_kind",
        sa.Column("id", BigId, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_kind")),
        sa.UniqueConstraint("key", name=op.f("uq_document_kind_key")),
    )
    kinds = sa.table("document_kind", *map(sa.column, ("key", "name", "position", "revision")))
    op.bulk_insert(
        kinds,
        [
            {"key": key, "name": name, "position": position, "revision": 1}
            for position, (key, name) in enumerate(_KINDS.items(), start=1)
        ],
    )
    op.create_table(
        "document_tag",
        sa.Column("document_id", BigId, nullable=False),
        sa.Column("tag", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_document_tag_document_id_document")),
        sa.PrimaryKeyConstraint("document_id", "tag", name=op.f("pk_document_tag")),
    )
    op.create_table(
        "quarantined_file",
        sa.Column("id", BigId, nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", BigId, nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("received_by_id", BigId, nullable=True),
        sa.Column("case_id", BigId, nullable=True),
        sa.Column("links", Json, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=80), nullable=False),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("decided_by_id", BigId, nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.Column("document_id", BigId, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_quarantined_file_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name=op.f("fk_quarantined_file_decided_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_quarantined_file_document_id_document")
        ),
        sa.ForeignKeyConstraint(
            ["received_by_id"], ["user_account.id"], name=op.f("fk_quarantined_file_received_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantined_file")),
    )
    with op.batch_alter_table("document") as batch_op:
        batch_op.add_column(sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False))
        batch_op.add_column(sa.Column("ended_at", Instant(), nullable=True))
        batch_op.add_column(sa.Column("ended_by_id", BigId, nullable=True))
        batch_op.add_column(sa.Column("end_reason", sa.Text(), server_default=sa.text("('')"), nullable=False))
        batch_op.add_column(sa.Column("superseded_by_id", BigId, nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_document_superseded_by_id_document"), "document", ["superseded_by_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_document_ended_by_id_user_account"), "user_account", ["ended_by_id"], ["id"]
        )

    with op.batch_alter_table("document_version") as batch_op:
        batch_op.add_column(sa.Column("note", sa.Text(), server_default=sa.text("('')"), nullable=False))
        batch_op.add_column(sa.Column("place_removed", sa.Boolean(), server_default=sa.text("(false)"), nullable=False))
        batch_op.add_column(sa.Column("state", sa.String(length=20), server_default=sa.text("'ready'"), nullable=False))
        batch_op.add_column(sa.Column("pages", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("thumbnail", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("html", sa.String(length=64), nullable=True))

    with op.batch_alter_table("job") as batch_op:
        batch_op.alter_column("case_id", existing_type=sa.INTEGER(), nullable=True)
