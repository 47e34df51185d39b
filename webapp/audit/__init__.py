"""What auditors look at: cases replayed from their events, the seals, and the verification of all history."""

from datetime import date, datetime

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from webapp.audit import lists, readings, replays, seals, verifications

blueprint = Blueprint("audit", __name__, url_prefix="/audit")
for part in (lists.blueprint, replays.blueprint, seals.blueprint, verifications.blueprint, readings.blueprint):
    blueprint.register_blueprint(part)


def _register(state: BlueprintSetupState) -> None:
    """Give templates what stored facts are read with: they keep instants and days as ISO text."""
    state.app.jinja_env.filters.update(as_instant=datetime.fromisoformat, as_day=date.fromisoformat)


blueprint.record_once(_register)
