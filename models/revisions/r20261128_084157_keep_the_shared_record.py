"""Keep the shared record, roles, circles and fields."""

import sqlalchemy as sa
from alembic import op

from models.base import BigId, Instant, Json

revision = "20261128_084157"
down_revision = "20261128_071039"


def upgrade() -> None:
    """Keep the shared record, roles, circles and fields."""
    op.create_table(
        "external_reference",
        sa.Column("id", BigId, nullable=False),
        sa.Column("entity_type", sa.String(length=80), nullable=False),
        sa.Column("entity_id", BigId, nullable=False),
        sa.Column("allocated_by", sa.String(length=80), nullable=False),
        sa.Column("value", sa.String(length=80), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_reference")),
        sa.UniqueConstraint("allocated_by", "entity_type", "value", name=op.f("uq_external_reference_allocated_by")),
    )
    op.create_table(
        "field_catalogue",
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("category_id", BigId, nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("owner", name=op.f("pk_field_catalogue")),
        sa.UniqueConstraint("category_id", name=op.f("uq_field_catalogue_category_id")),
    )
    op.create_table(
        "field_definition",
        sa.Column("id", BigId, nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("parent", sa.String(length=80), nullable=False),
        sa.Column("folded_path", sa.String(length=170), nullable=False),
        sa.Column("type", sa.String(length=80), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("help", sa.Text(), nullable=False),
        sa.Column("section", sa.String(length=200), nullable=False),
        sa.Column("heading", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("options", Json, nullable=False),
        sa.Column("limits", Json, nullable=False),
        sa.Column("required_when", sa.Text(), nullable=False),
        sa.Column("shown_when", sa.Text(), nullable=False),
        sa.Column("default", sa.Text(), nullable=False),
        sa.Column("sensitivity", sa.String(length=80), nullable=False),
        sa.Column("is_searchable", sa.Boolean(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("stored_in", sa.String(length=80), nullable=False),
        sa.Column("retired_at", Instant(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_definition")),
        sa.UniqueConstraint("owner", "folded_path", name=op.f("uq_field_definition_owner")),
    )
    op.create_table(
        "record_fields",
        sa.Column("entity_type", sa.String(length=80), nullable=False),
        sa.Column("entity_id", BigId, autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("fields", Json, nullable=False),
        sa.PrimaryKeyConstraint("entity_type", "entity_id", "key", name=op.f("pk_record_fields")),
    )
    op.create_table(
        "role",
        sa.Column("id", BigId, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("categories", Json, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role")),
        sa.UniqueConstraint("key", name=op.f("uq_role_key")),
        sa.UniqueConstraint("name", name=op.f("uq_role_name")),
    )
    op.create_table(
        "role_book",
        sa.Column("id", BigId, autoincrement=False, nullable=False),
        sa.Column("mark", sa.String(length=80), nullable=False),
        sa.Column("verbs", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_book")),
    )
    op.create_table(
        "searchable_value",
        sa.Column("definition_id", BigId, autoincrement=False, nullable=False),
        sa.Column("entity_id", BigId, autoincrement=False, nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "text",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column("number", sa.Float(precision=53), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("definition_id", "entity_id", "ordinal", name=op.f("pk_searchable_value")),
    )
    op.create_table(
        "person_relation",
        sa.Column("id", BigId, nullable=False),
        sa.Column("person_id", BigId, nullable=False),
        sa.Column("other_id", BigId, nullable=True),
        sa.Column("organisation_id", BigId, nullable=True),
        sa.Column("role", sa.String(length=80), nullable=False),
        sa.Column("may_act", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_person_relation_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["other_id"], ["person.id"], name=op.f("fk_person_relation_other_id_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_relation_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_relation")),
    )
    op.create_table(
        "role_grant",
        sa.Column("id", BigId, nullable=False),
        sa.Column("role_id", BigId, nullable=False),
        sa.Column("verb", sa.String(length=80), nullable=False),
        sa.Column("scope", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name=op.f("fk_role_grant_role_id_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
        sa.UniqueConstraint("role_id", "verb", "scope", name=op.f("uq_role_grant_role_id")),
    )
    op.create_table(
        "field_change",
        sa.Column("id", BigId, nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("definition_id", BigId, nullable=False),
        sa.Column("path", sa.String(length=170), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("before", Json, nullable=False),
        sa.Column("after", Json, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("by_id", BigId, nullable=True),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_field_change_by_id_user_account")),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["field_definition.id"], name=op.f("fk_field_change_definition_id_field_definition")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_change")),
    )
    op.create_table(
        "hazard",
        sa.Column("id", BigId, nullable=False),
        sa.Column("asset_id", BigId, nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("severity", sa.String(length=80), nullable=False),
        sa.Column("location", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("reported_by_id", BigId, nullable=True),
        sa.Column("investigated_on", sa.Date(), nullable=True),
        sa.Column("summary_sent_on", sa.Date(), nullable=True),
        sa.Column("made_safe_on", sa.Date(), nullable=True),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_hazard_asset_id_asset")),
        sa.ForeignKeyConstraint(["reported_by_id"], ["person.id"], name=op.f("fk_hazard_reported_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hazard")),
    )
    op.create_table(
        "record_note",
        sa.Column("id", BigId, nullable=False),
        sa.Column("entity_type", sa.String(length=80), nullable=False),
        sa.Column("entity_id", BigId, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("is_sensitive", sa.Boolean(), nullable=False),
        sa.Column("written_by_id", BigId, nullable=True),
        sa.Column("written_by_name", sa.String(length=200), nullable=False),
        sa.Column("written_at", Instant(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["user_account.id"], name=op.f("fk_record_note_written_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_note")),
    )
    op.create_table(
        "repair",
        sa.Column("id", BigId, nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("asset_id", BigId, nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("reported_by_id", BigId, nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("location", sa.String(length=200), nullable=False),
        sa.Column("trade", sa.String(length=80), nullable=False),
        sa.Column("priority", sa.String(length=80), nullable=False),
        sa.Column("contractor_id", BigId, nullable=True),
        sa.Column("required_by_on", sa.Date(), nullable=True),
        sa.Column("appointment_on", sa.Date(), nullable=True),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_repair_asset_id_asset")),
        sa.ForeignKeyConstraint(
            ["contractor_id"], ["organisation.id"], name=op.f("fk_repair_contractor_id_organisation")
        ),
        sa.ForeignKeyConstraint(["reported_by_id"], ["person.id"], name=op.f("fk_repair_reported_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repair")),
        sa.UniqueConstraint("reference", name=op.f("uq_repair_reference")),
    )
    op.create_table(
        "staff_change",
        sa.Column("id", BigId, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("by_id", BigId, nullable=True),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("subject_type", sa.String(length=80), nullable=False),
        sa.Column("subject_id", BigId, nullable=True),
        sa.Column("subject_name", sa.String(length=200), nullable=False),
        sa.Column("before", Json, nullable=False),
        sa.Column("after", Json, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_staff_change_by_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_change")),
    )
    op.create_table(
        "staff_patch",
        sa.Column("user_id", BigId, autoincrement=False, nullable=False),
        sa.Column("patch", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_staff_patch_user_id_user_account")),
        sa.PrimaryKeyConstraint("user_id", "patch", name=op.f("pk_staff_patch")),
    )
    op.create_table(
        "notice",
        sa.Column("id", BigId, nullable=False),
        sa.Column("tenure_id", BigId, nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["tenure_id"], ["tenure.id"], name=op.f("fk_notice_tenure_id_tenure")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_table(
        "agreement",
        sa.Column("id", BigId, nullable=False),
        sa.Column("account_id", BigId, nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("frequency", sa.String(length=80), nullable=False),
        sa.Column("agreed_by", sa.String(length=200), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(length=80), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["rent_account.id"], name=op.f("fk_agreement_account_id_rent_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
    )
    op.create_table(
        "case_member",
        sa.Column("id", BigId, nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("user_id", BigId, nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("from_at", Instant(), nullable=False),
        sa.Column("until_at", Instant(), nullable=True),
        sa.Column("named_by_id", BigId, nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("ended_by_id", BigId, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_member_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["user_account.id"], name=op.f("fk_case_member_ended_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["named_by_id"], ["user_account.id"], name=op.f("fk_case_member_named_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_case_member_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_member")),
    )
    op.create_table(
        "charge",
        sa.Column("id", BigId, nullable=False),
        sa.Column("account_id", BigId, nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("amount", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("frequency", sa.String(length=80), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["rent_account.id"], name=op.f("fk_charge_account_id_rent_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charge")),
    )
    op.create_table(
        "record_change",
        sa.Column("id", BigId, nullable=False),
        sa.Column("entity_type", sa.String(length=80), nullable=False),
        sa.Column("entity_id", BigId, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=80), nullable=False),
        sa.Column("part_id", BigId, nullable=True),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("changes", Json, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("case_id", BigId, nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor_id", BigId, nullable=True),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_record_change_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_change")),
    )
    op.create_table(
        "certificate",
        sa.Column("id", BigId, nullable=False),
        sa.Column("asset_id", BigId, nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("result", sa.String(length=200), nullable=False),
        sa.Column("issued_by", sa.String(length=200), nullable=False),
        sa.Column("document_id", BigId, nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_certificate_asset_id_asset")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_certificate_document_id_document")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
    )
    with op.batch_alter_table("alert") as batch_op:
        batch_op.add_column(sa.Column("source", sa.String(length=200), server_default=sa.text("('')"), nullable=False))
        batch_op.add_column(sa.Column("informed_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("from_on", sa.Date(), nullable=True))

    with op.batch_alter_table("asset") as batch_op:
        batch_op.add_column(sa.Column("latitude", sa.Numeric(precision=9, scale=6), nullable=True))
        batch_op.add_column(sa.Column("longitude", sa.Numeric(precision=9, scale=6), nullable=True))
        batch_op.add_column(sa.Column("area", sa.String(length=80), server_default=sa.text("('')"), nullable=False))
        batch_op.add_column(sa.Column("built_in", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("owner_id", BigId, nullable=True))
        batch_op.add_column(sa.Column("agent_id", BigId, nullable=True))
        batch_op.add_column(sa.Column("ended_on", sa.Date(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_asset_agent_id_organisation"), "organisation", ["agent_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_asset_owner_id_organisation"), "organisation", ["owner_id"], ["id"])

    with op.batch_alter_table("contact_detail") as batch_op:
        batch_op.add_column(sa.Column("organisation_id", BigId, nullable=True))
        batch_op.add_column(sa.Column("note", sa.Text(), server_default=sa.text("('')"), nullable=False))
        batch_op.alter_column("person_id", existing_type=sa.INTEGER(), nullable=True)
        batch_op.create_foreign_key(
            batch_op.f("fk_contact_detail_organisation_id_organisation"), "organisation", ["organisation_id"], ["id"]
        )

    with op.batch_alter_table("organisation") as batch_op:
        batch_op.add_column(
            sa.Column("reference", sa.String(length=80), server_default=sa.text("('')"), nullable=False)
        )
        batch_op.add_column(sa.Column("ended_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False))
    op.execute("UPDATE organisation SET reference = 'O' || substr(CAST(1000000 + id AS TEXT), 2)")
    with op.batch_alter_table("organisation") as batch_op:
        batch_op.create_unique_constraint(batch_op.f("uq_organisation_reference"), ["reference"])

    with op.batch_alter_table("person") as batch_op:
        batch_op.add_column(sa.Column("gender", sa.String(length=80), server_default=sa.text("('')"), nullable=False))
        batch_op.add_column(
            sa.Column("national_insurance_number", sa.String(length=80), server_default=sa.text("('')"), nullable=False)
        )
        batch_op.add_column(sa.Column("contact_hours", sa.Text(), server_default=sa.text("('')"), nullable=False))
        batch_op.add_column(sa.Column("no_letters", sa.Boolean(), server_default=sa.text("(false)"), nullable=False))
        batch_op.add_column(sa.Column("is_sensitive", sa.Boolean(), server_default=sa.text("(false)"), nullable=False))
        batch_op.add_column(sa.Column("merged_into_id", BigId, nullable=True))
        batch_op.add_column(sa.Column("ended_on", sa.Date(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_person_merged_into_id_person"), "person", ["merged_into_id"], ["id"])

    charges = sa.table("charge", *map(sa.column, ("account_id", "kind", "amount", "frequency", "from_on")))
    accounts = sa.table("rent_account", *map(sa.column, ("id", "tenure_id", "weekly_rent", "service_charge")))
    tenures = sa.table("tenure", sa.column("id"), sa.column("started_on"))
    for kind, amount in (("rent", accounts.c.weekly_rent), ("service", accounts.c.service_charge)):
        found = sa.select(accounts.c.id, sa.literal(kind), amount, sa.literal("weekly"), tenures.c.started_on)
        found = found.join(tenures, tenures.c.id == accounts.c.tenure_id).where(amount != 0)
        op.execute(charges.insert().from_select(list(charges.c), found))
    with op.batch_alter_table("rent_account") as batch_op:
        batch_op.add_column(
            sa.Column("billing_frequency", sa.String(length=80), server_default=sa.text("'weekly'"), nullable=False)
        )
        batch_op.add_column(sa.Column("ended_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False))
        batch_op.drop_column("weekly_rent")
        batch_op.drop_column("service_charge")

    with op.batch_alter_table("rent_transaction") as batch_op:
        batch_op.add_column(sa.Column("source_reference", sa.String(length=80), nullable=True))
        batch_op.drop_index(batch_op.f("ix_rent_transaction_account_id"))

    with op.batch_alter_table("tenure") as batch_op:
        batch_op.add_column(
            sa.Column("end_reason", sa.String(length=200), server_default=sa.text("('')"), nullable=False)
        )
        batch_op.add_column(sa.Column("potential_end_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("evicted_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("succeeded_on", sa.Date(), nullable=True))
        batch_op.add_column(
            sa.Column("is_mutual_exchange", sa.Boolean(), server_default=sa.text("(false)"), nullable=False)
        )
        batch_op.add_column(sa.Column("is_sublet", sa.Boolean(), server_default=sa.text("(false)"), nullable=False))
        batch_op.add_column(
            sa.Column("informs_housing_benefit", sa.Boolean(), server_default=sa.text("(false)"), nullable=False)
        )

    with op.batch_alter_table("user_account") as batch_op:
        batch_op.add_column(sa.Column("organisation_id", BigId, nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_user_account_organisation_id_organisation"), "organisation", ["organisation_id"], ["id"]
        )
