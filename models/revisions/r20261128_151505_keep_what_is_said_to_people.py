"""Keep what is said to people, as it was sent and what became of it."""

import sqlalchemy as sa
from alembic import op

from models.base import BigId, Instant, Json

revision = "20261128_151505"
down_revision = "20261128_144642"


def upgrade() -> None:
    """Give what there is a key of its own, by which nothing is sent twice; until now nothing wrote rows."""
    op.create_table(
        "consent",
        sa.Column("id", BigId, nullable=False),
        sa.Column("person_id", BigId, nullable=False),
        sa.Column("topic", sa.String(length=80), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("how", sa.String(length=200), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_consent_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_table(
        "communication_batch",
        sa.Column("id", BigId, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("channel", sa.String(length=80), nullable=False),
        sa.Column("template", sa.String(length=200), nullable=False),
        sa.Column("purpose", sa.String(length=80), nullable=False),
        sa.Column("audience", Json, nullable=False),
        sa.Column("options", Json, nullable=False),
        sa.Column("status", sa.String(length=80), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("errors", Json, nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("created_by_id", BigId, nullable=False),
        sa.Column("dispatched_at", Instant(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name=op.f("fk_communication_batch_created_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_communication_batch")),
    )
    op.create_table(
        "print_batch",
        sa.Column("id", BigId, nullable=False),
        sa.Column("document_id", BigId, nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.Column("sheets", sa.Integer(), nullable=True),
        sa.Column("options", Json, nullable=False),
        sa.Column("faults", Json, nullable=False),
        sa.Column("status", sa.String(length=80), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("created_by_id", BigId, nullable=False),
        sa.Column("posted_at", Instant(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name=op.f("fk_print_batch_created_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_print_batch_document_id_document")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_batch")),
    )
    op.create_table(
        "communication_edit",
        sa.Column("id", BigId, nullable=False),
        sa.Column("communication_id", BigId, nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("replaced_at", Instant(), nullable=False),
        sa.Column("replaced_by_id", BigId, nullable=True),
        sa.ForeignKeyConstraint(
            ["communication_id"],
            ["communication.id"],
            name=op.f("fk_communication_edit_communication_id_communication"),
        ),
        sa.ForeignKeyConstraint(
            ["replaced_by_id"], ["user_account.id"], name=op.f("fk_communication_edit_replaced_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_communication_edit")),
    )
    with op.batch_alter_table("communication") as batch_op:
        batch_op.add_column(sa.Column("key", sa.String(length=200), server_default=sa.text("('')"), nullable=False))
        batch_op.add_column(
            sa.Column("direction", sa.String(length=80), server_default=sa.text("'out'"), nullable=False)
        )
        batch_op.add_column(
            sa.Column("purpose", sa.String(length=80), server_default=sa.text("'service'"), nullable=False)
        )
        batch_op.add_column(sa.Column("topic", sa.String(length=80), server_default=sa.text("('')"), nullable=False))
        batch_op.add_column(sa.Column("organisation_id", BigId, nullable=True))
        batch_op.add_column(sa.Column("batch_id", BigId, nullable=True))
        batch_op.add_column(sa.Column("print_batch_id", BigId, nullable=True))
        batch_op.add_column(
            sa.Column("element_id", sa.String(length=200), server_default=sa.text("('')"), nullable=False)
        )
        batch_op.add_column(sa.Column("token_id", sa.String(length=32), server_default=sa.text("('')"), nullable=False))
        batch_op.add_column(sa.Column("user_task_id", BigId, nullable=True))
        batch_op.add_column(
            sa.Column("recipient", sa.String(length=200), server_default=sa.text("('')"), nullable=False)
        )
        batch_op.add_column(sa.Column("address_lines", Json, server_default=sa.text("'[]'"), nullable=False))
        batch_op.add_column(sa.Column("text", sa.Text(), server_default=sa.text("('')"), nullable=False))
        batch_op.add_column(sa.Column("html", sa.Text(), server_default=sa.text("('')"), nullable=False))
        batch_op.add_column(
            sa.Column("template", sa.String(length=200), server_default=sa.text("('')"), nullable=False)
        )
        batch_op.add_column(
            sa.Column("template_version", sa.String(length=200), server_default=sa.text("('')"), nullable=False)
        )
        batch_op.add_column(sa.Column("attachments", Json, server_default=sa.text("'[]'"), nullable=False))
        batch_op.add_column(sa.Column("reason", sa.Text(), server_default=sa.text("('')"), nullable=False))
        batch_op.add_column(sa.Column("cancel_when", sa.Text(), server_default=sa.text("('')"), nullable=False))
        batch_op.add_column(sa.Column("created_by_id", BigId, nullable=True))
        batch_op.add_column(sa.Column("approved_at", Instant(), nullable=True))
        batch_op.add_column(sa.Column("approved_by_id", BigId, nullable=True))
        batch_op.add_column(sa.Column("overridden_by_id", BigId, nullable=True))
        batch_op.add_column(sa.Column("override", sa.Text(), server_default=sa.text("('')"), nullable=False))
        batch_op.add_column(sa.Column("allowed", Json, server_default=sa.text("'[]'"), nullable=False))
        batch_op.add_column(sa.Column("send_at", Instant(), nullable=True))
        batch_op.add_column(sa.Column("sent_at", Instant(), nullable=True))
        batch_op.add_column(sa.Column("settled_at", Instant(), nullable=True))
        batch_op.add_column(sa.Column("provider", sa.String(length=80), server_default=sa.text("('')"), nullable=False))
        batch_op.add_column(
            sa.Column("provider_reference", sa.String(length=200), server_default=sa.text("('')"), nullable=False)
        )
        batch_op.add_column(sa.Column("cost", sa.Numeric(precision=10, scale=4), nullable=True))
        batch_op.add_column(sa.Column("sheets", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("in_reply_to_id", BigId, nullable=True))
        batch_op.add_column(sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False))
        batch_op.drop_index(batch_op.f("ix_communication_case_id"))
        batch_op.drop_index(batch_op.f("ix_communication_document_id"))
        batch_op.drop_index(batch_op.f("ix_communication_person_id"))
        batch_op.create_foreign_key(
            batch_op.f("fk_communication_organisation_id_organisation"), "organisation", ["organisation_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_communication_approved_by_id_user_account"), "user_account", ["approved_by_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_communication_batch_id_communication_batch"), "communication_batch", ["batch_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_communication_print_batch_id_print_batch"), "print_batch", ["print_batch_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_communication_created_by_id_user_account"), "user_account", ["created_by_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_communication_in_reply_to_id_communication"), "communication", ["in_reply_to_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_communication_overridden_by_id_user_account"), "user_account", ["overridden_by_id"], ["id"]
        )
        batch_op.drop_column("outbox_key")
    op.execute("UPDATE communication SET key = 'communication:' || id")
    with op.batch_alter_table("communication") as batch_op:
        batch_op.create_unique_constraint(batch_op.f("uq_communication_key"), ["key"])
