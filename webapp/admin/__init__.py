"""What administrators do: staff, teams, tokens, incidents, deliveries, reminders, system. Each module is one part."""

from flask import Blueprint

from webapp.admin import (
    calendar,
    dead_letters,
    deliveries,
    incidents,
    overview,
    reminders,
    staff,
    system,
    teams,
    tokens,
)

blueprint = Blueprint("admin", __name__, url_prefix="/admin")
for part in (
    overview.blueprint,
    staff.blueprint,
    teams.blueprint,
    tokens.blueprint,
    incidents.blueprint,
    deliveries.blueprint,
    reminders.blueprint,
    dead_letters.blueprint,
    calendar.blueprint,
    system.blueprint,
):
    blueprint.register_blueprint(part)
