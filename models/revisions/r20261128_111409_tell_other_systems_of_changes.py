"""Tell other systems of changes: nobody has subscribed yet, and what waits to leave is e-mail."""

import sqlalchemy as sa
from alembic import op

from models.base import BigId, Instant, Json

revision = "20261128_111409"
down_revision = "20261128_091953"


def upgrade() -> None:
    """Tell other systems of changes."""
    op.create_table(
        "webhook_subscription",
        sa.Column("id", BigId, nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("acts_as_id", BigId, nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("paused_at", Instant(), nullable=True),
        sa.Column("pause_reason", sa.Text(), nullable=False),
        sa.Column("failing_since", Instant(), nullable=True),
        sa.Column("rests_until", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["acts_as_id"], ["user_account.id"], name=op.f("fk_webhook_subscription_acts_as_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_subscription")),
        sa.UniqueConstraint("key", name=op.f("uq_webhook_subscription_key")),
    )
    op.create_table(
        "webhook_secret",
        sa.Column("id", BigId, nullable=False),
        sa.Column("subscription_id", BigId, nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["webhook_subscription.id"],
            name=op.f("fk_webhook_secret_subscription_id_webhook_subscription"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_secret")),
    )
    op.create_table(
        "webhook_topic",
        sa.Column("subscription_id", BigId, autoincrement=False, nullable=False),
        sa.Column("topic", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["webhook_subscription.id"],
            name=op.f("fk_webhook_topic_subscription_id_webhook_subscription"),
        ),
        sa.PrimaryKeyConstraint("subscription_id", "topic", name=op.f("pk_webhook_topic")),
    )
    op.create_table(
        "webhook_attempt",
        sa.Column("id", BigId, nullable=False),
        sa.Column("outbox_id", BigId, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("headers", Json, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name=op.f("fk_webhook_attempt_outbox_id_outbox")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_attempt")),
    )
    with op.batch_alter_table("outbox") as batch_op:
        batch_op.add_column(sa.Column("subscription_id", BigId, nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_outbox_subscription_id_webhook_subscription"),
            "webhook_subscription",
            ["subscription_id"],
            ["id"],
        )
