"""The web application: pages for officers, analysts, auditors and administrators, and the REST interface."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Blueprint, Flask


def create_app(settings: Mapping[str, str] | None = None) -> "Flask":
    """Return the application. `settings` stand before the environment; the names are the environment's.

    Nothing is imported before it is called, so that the command line answers at once.
    """
    from webapp import (
        access,
        assets,
        auth,
        csrf,
        database,
        errors,
        filters,
        limits,
        metrics,
        navigation,
        reads,
        security_headers,
        templating,
        traces,
        uploads,
    )
    from webapp.edge import Casewright
    from webapp.proxies import believe
    from webapp.settings import put_in_force, read

    chosen = read(settings)
    app = Casewright(__name__)
    app.config["SECRET_KEY"] = chosen.secret_key
    app.extensions["casewright"] = chosen
    put_in_force(chosen)
    metrics.install()
    believe(app, chosen.proxies)
    database.init_app(app, chosen.database_url)
    traces.init_app(app)
    limits.init_app(app)
    csrf.init_app(app)
    auth.init_app(app)
    access.init_app(app)
    errors.init_app(app)
    security_headers.init_app(app)
    templating.init_app(app)
    assets.init_app(app)
    filters.init_app(app)
    navigation.init_app(app)
    reads.init_app(app)
    uploads.init_app(app)
    for blueprint in blueprints():
        app.register_blueprint(blueprint)
    return app


def blueprints() -> "tuple[Blueprint, ...]":
    """Return every part of the site. Add a part by its line here."""
    from webapp import (
        admin,
        api,
        audit,
        callbacks,
        health,
        people,
        places,
        portal,
        record,
        record_fields,
        sign_in,
        studio,
    )

    return (
        health.blueprint,
        callbacks.blueprint,
        sign_in.blueprint,
        portal.blueprint,
        people.blueprint,
        places.blueprint,
        record.blueprint,
        record_fields.blueprint,
        studio.blueprint,
        admin.blueprint,
        audit.blueprint,
        api.blueprint,
    )
