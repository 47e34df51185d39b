"""Keep what is owed on each account."""

import sqlalchemy as sa
from alembic import op

from models.base import BigId

PENCE = {"sqlite": "CAST(round(amount * 100) AS INTEGER)", "postgresql": "(amount * 100)::bigint"}

revision = "20261128_115804"
down_revision = "20261128_115219"


def upgrade() -> None:
    """Keep what is owed on each account."""
    op.create_table(
        "account_standing",
        sa.Column("account_id", BigId, autoincrement=False, nullable=False),
        sa.Column("balance", BigId, nullable=False),
        sa.Column("last_paid_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["rent_account.id"], name=op.f("fk_account_standing_account_id_rent_account")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_account_standing")),
    )
    op.execute(
        "INSERT INTO account_standing (account_id, balance, last_paid_on) "  # noqa: S608 - our own words
        f"SELECT account_id, sum({PENCE[op.get_bind().dialect.name]}), "
        "max(CASE WHEN kind IN ('payment', 'housing_benefit', 'universal_credit') THEN posted_on END) "
        "FROM rent_transaction GROUP BY account_id"
    )
