"""Take in what comes by e-mail and post: nothing has come yet; e-mails that were sent get their Message-ID."""

import hashlib

import sqlalchemy as sa
from alembic import op

from models.base import BigId, Instant, Json

revision = "20261128_154236"
down_revision = "20261128_152817"


def upgrade() -> None:
    """Take in what comes by e-mail and post."""
    op.create_table(
        "inbound_source",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("next_at", Instant(), nullable=False),
        sa.Column("read_at", Instant(), nullable=True),
        sa.Column("failing_since", Instant(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_inbound_source")),
    )
    op.create_table(
        "inbound_item",
        sa.Column("id", BigId, nullable=False),
        sa.Column("channel", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("content_key", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.Column("sender_name", sa.String(length=200), nullable=False),
        sa.Column("sender", sa.String(length=320), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("size", BigId, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("details", Json, nullable=False),
        sa.Column("matched_case_id", BigId, nullable=True),
        sa.Column("team_id", BigId, nullable=True),
        sa.Column("claimed_by_id", BigId, nullable=True),
        sa.Column("claimed_at", Instant(), nullable=True),
        sa.Column("decided_by_id", BigId, nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("case_id", BigId, nullable=True),
        sa.Column("document_id", BigId, nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_inbound_item_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["claimed_by_id"], ["user_account.id"], name=op.f("fk_inbound_item_claimed_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name=op.f("fk_inbound_item_decided_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_inbound_item_document_id_document")),
        sa.ForeignKeyConstraint(["matched_case_id"], ["cases.id"], name=op.f("fk_inbound_item_matched_case_id_cases")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_inbound_item_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_item")),
        sa.UniqueConstraint("content_key", name=op.f("uq_inbound_item_content_key")),
    )
    op.create_table(
        "inbound_arrival",
        sa.Column("id", BigId, nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=80), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("item_id", BigId, nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["inbound_item.id"], name=op.f("fk_inbound_arrival_item_id_inbound_item")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_arrival")),
        sa.UniqueConstraint("key", name=op.f("uq_inbound_arrival_key")),
    )
    op.create_table(
        "inbound_event",
        sa.Column("id", BigId, nullable=False),
        sa.Column("item_id", BigId, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("by_id", BigId, nullable=True),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_inbound_event_by_id_user_account")),
        sa.ForeignKeyConstraint(["item_id"], ["inbound_item.id"], name=op.f("fk_inbound_event_item_id_inbound_item")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_event")),
    )
    op.create_table(
        "inbound_part",
        sa.Column("id", BigId, nullable=False),
        sa.Column("item_id", BigId, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("content_type", sa.String(length=200), nullable=False),
        sa.Column("size", BigId, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("place_removed", sa.Boolean(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("thumbnail", sa.String(length=64), nullable=True),
        sa.Column("html", sa.String(length=64), nullable=True),
        sa.Column("document_id", BigId, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_inbound_part_document_id_document")),
        sa.ForeignKeyConstraint(["item_id"], ["inbound_item.id"], name=op.f("fk_inbound_part_item_id_inbound_item")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_part")),
        sa.UniqueConstraint("item_id", "position", name=op.f("uq_inbound_part_item_id")),
    )
    with op.batch_alter_table("outbox") as batch_op:
        batch_op.add_column(sa.Column("mail_id", sa.String(length=100), nullable=True))
    outbox = sa.table("outbox", *(sa.column(name) for name in ("id", "key", "channel", "mail_id")))
    connection = op.get_bind()
    sent = connection.execute(sa.select(outbox.c.id, outbox.c.key).where(outbox.c.channel != "webhook")).all()
    for row in sent:
        number = f"<{hashlib.sha256(row.key.encode()).hexdigest()[:40]}@casewright.invalid>"
        connection.execute(sa.update(outbox).where(outbox.c.id == row.id).values(mail_id=number))
