"""What administrators do: staff, roles, teams, tokens, what failed, what leaves. Each module is one part."""

from flask import Blueprint

from webapp.admin import (
    calendar,
    changes,
    channels,
    dead_letters,
    deliveries,
    document_kinds,
    field_files,
    fields,
    incidents,
    overview,
    patches,
    quarantine,
    reminders,
    roles,
    staff,
    system,
    teams,
    tokens,
    webhooks,
)

blueprint = Blueprint("admin", __name__, url_prefix="/admin")
for part in (
    overview.blueprint,
    staff.blueprint,
    roles.blueprint,
    teams.blueprint,
    patches.blueprint,
    tokens.blueprint,
    incidents.blueprint,
    channels.blueprint,
    deliveries.blueprint,
    reminders.blueprint,
    webhooks.blueprint,
    dead_letters.blueprint,
    quarantine.blueprint,
    document_kinds.blueprint,
    calendar.blueprint,
    fields.blueprint,
    field_files.blueprint,
    system.blueprint,
    changes.blueprint,
):
    blueprint.register_blueprint(part)
