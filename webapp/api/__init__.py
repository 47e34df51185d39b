"""The REST interface under /api/v1: bearer tokens, JSON, problem+json. Each module holds a resource's operations."""

from flask import Blueprint

from webapp.api import (
    absences,
    batches,
    bulk,
    bundles,
    calendar,
    case_actions,
    case_parts,
    cases,
    categories,
    channels,
    circle,
    clocks,
    communications,
    dead_letters,
    describing,
    document_changes,
    documents,
    fields,
    inbound,
    incidents,
    links,
    messages,
    migrations,
    notifications,
    organisations,
    patches,
    people,
    places,
    print_batches,
    record,
    rules,
    search,
    signals,
    tasks,
    templates,
    webhooks,
)
from webapp.api.schemas.base import PREFIX
from webapp.csrf import protect

# A new resource is one module and one line here; the documentation lists them in this order.
RESOURCES = (
    categories.resource,
    migrations.resource,
    rules.resource,
    calendar.resource,
    templates.resource,
    cases.resource,
    case_parts.resource,
    case_actions.resource,
    circle.resource,
    clocks.resource,
    communications.resource,
    batches.resource,
    links.resource,
    tasks.resource,
    bulk.resource,
    absences.resource,
    messages.resource,
    signals.resource,
    notifications.resource,
    documents.resource,
    document_changes.resource,
    bundles.resource,
    inbound.resource,
    print_batches.resource,
    search.resource,
    incidents.resource,
    dead_letters.resource,
    channels.resource,
    webhooks.resource,
    people.resource,
    organisations.resource,
    patches.resource,
    places.assets,
    places.tenures,
    places.accounts,
    record.resource,
    fields.resource,
)

blueprint = Blueprint("api", __name__, url_prefix=PREFIX)
for resource in RESOURCES:
    blueprint.register_blueprint(resource)
    protect.exempt(resource)  # no cookie is read here, so no other site's page can speak for anybody
blueprint.register_blueprint(describing.pages(RESOURCES))
