"""What analysts work with: categories, their diagrams, forms, rules and letters; checked, compared, deployed.

Each module is one part, with its own views.
"""

from flask import Blueprint

from webapp.studio import (
    beginning,
    categories,
    checks,
    deployments,
    editors,
    files,
    importing,
    letter_fields,
    letter_trials,
    letters,
    messages,
    migrations,
    overview,
    rule_editing,
    rule_pages,
    rules,
    settings,
    shared,
    shared_messages,
    shared_trials,
    shared_versions,
    trying,
)

blueprint = Blueprint("studio", __name__, url_prefix="/studio")
for part in (
    overview.blueprint,
    trying.blueprint,
    letter_fields.blueprint,
    shared.blueprint,
    shared_messages.blueprint,
    shared_trials.blueprint,
    shared_versions.blueprint,
    rule_pages.blueprint,
    rule_editing.blueprint,
    beginning.blueprint,
    importing.blueprint,
    categories.blueprint,
    editors.blueprint,
    letters.blueprint,
    messages.blueprint,
    letter_trials.blueprint,
    files.blueprint,
    settings.blueprint,
    rules.blueprint,
    checks.blueprint,
    deployments.blueprint,
    migrations.blueprint,
):
    blueprint.register_blueprint(part)
