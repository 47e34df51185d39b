"""What administrators do: staff, teams, tokens, incidents, deliveries, the system. Each module is one part."""

from flask import Blueprint

from webapp.admin import deliveries, incidents, overview, staff, system, teams, tokens

blueprint = Blueprint("admin", __name__, url_prefix="/admin")
for part in (
    overview.blueprint,
    staff.blueprint,
    teams.blueprint,
    tokens.blueprint,
    incidents.blueprint,
    deliveries.blueprint,
    system.blueprint,
):
    blueprint.register_blueprint(part)
