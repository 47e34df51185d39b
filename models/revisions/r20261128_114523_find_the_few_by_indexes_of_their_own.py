"""Find the few by indexes of their own."""

from alembic import op

revision = "20261128_114523"
down_revision = "20261128_111409"

# Each for all rows until now; the database makes them anew for those few that have a value.
_MADE_ANEW = (
    "ix_cases_restricted",
    "ix_cases_parent_id",
    "ix_cases_merged_into_id",
    "ix_person_merged_into_id",
    "ix_contact_detail_organisation_id",
)


def upgrade() -> None:
    """Find the few by indexes of their own."""
    for index in _MADE_ANEW:
        op.drop_index(index, if_exists=True)
