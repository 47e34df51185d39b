"""What officers work with: their list, tasks, cases, documents, search. Each module is one part, with its own views."""

from flask import Blueprint

from webapp.portal import (
    absences,
    account,
    all_deadlines,
    bulk,
    case_actions,
    case_fields,
    case_lists,
    case_pages,
    deadlines,
    details,
    documents,
    feeds,
    home,
    late,
    notifications,
    preferences,
    related,
    saved_filters,
    search,
    starting,
    task_lists,
    tasks,
    teams,
    versions,
    writing,
)

blueprint = Blueprint("portal", __name__)
for part in (
    home.blueprint,
    notifications.blueprint,
    search.blueprint,
    starting.blueprint,
    tasks.blueprint,
    task_lists.blueprint,
    bulk.blueprint,
    saved_filters.blueprint,
    late.blueprint,
    teams.blueprint,
    absences.blueprint,
    feeds.blueprint,
    case_lists.blueprint,
    case_pages.blueprint,
    case_actions.blueprint,
    deadlines.blueprint,
    all_deadlines.blueprint,
    related.blueprint,
    versions.blueprint,
    details.blueprint,
    case_fields.blueprint,
    documents.blueprint,
    account.blueprint,
    preferences.blueprint,
):
    blueprint.register_blueprint(part)
blueprint.record_once(writing.register)
