"""Whether the process is alive, whether it can serve, and the figures of what it does."""

import os
import tempfile

from flask import Blueprint, Response, abort, current_app, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from models.work import Job
from webapp import database, metrics, node, standing
from webapp.access import public
from webapp.database import db

LONGEST_SILENCE = 60.0  # seconds without a sweep, or without the heartbeat of any worker

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def alive() -> ResponseReturnValue:
    """Answer, without touching anything."""
    return {"status": "alive"}


@blueprint.get("/readyz")
@public
def ready() -> ResponseReturnValue:
    """Answer whether requests should be sent here: 503 with the reasons when they should not.

    A worker that is missing elsewhere is told, and is no reason to take this process out.
    """
    checks = (_stopping,) if node.stopping.is_set() else (_database, _files, _background)
    problems = [said for check in checks if (said := check())]
    warnings = [said for said in (_workers() if not problems else "",) if said]
    status = "not ready" if problems else "ready"
    return {"status": status, "problems": problems, "warnings": warnings}, 503 if problems else 200


@blueprint.get("/metrics")
@public
def metrics_page() -> ResponseReturnValue:
    """Answer with the figures, to whoever has the token or asks from an address that is allowed."""
    settings = current_app.extensions["casewright"]
    may = metrics.may_read(settings, request.headers.get("Authorization", ""), request.remote_addr or "")
    if may is None:
        abort(404)
    if not may:
        return Response("Send the token of CASEWRIGHT_METRICS_TOKEN.\n", 401, {"WWW-Authenticate": "Bearer"})
    figures, kind = metrics.page(database.session(), db.engine.pool)
    return Response(figures, content_type=kind)


def _stopping() -> str:
    return "It is about to stop."


def _database() -> str:
    try:
        database.session().execute(select(Job.id).limit(1))
    except SQLAlchemyError as error:
        database.roll_back()
        return f"The database cannot be used, or holds no tables of ours ({type(error).__name__})."
    return standing.fault(database.session().connection())


def _files() -> str:
    files = current_app.extensions["casewright"].files
    try:
        files.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=files):
            return ""
    except OSError as error:
        return f"Documents cannot be written ({error.strerror or os.strerror(error.errno or 0)})."


def _background() -> str:
    silent = node.work.silent_for() if node.work is not None else 0.0
    return f"The background work has done nothing for {silent:.0f} seconds." if silent > LONGEST_SILENCE else ""


def _workers() -> str:
    """Look for a worker elsewhere, where this process does no background work itself."""
    if node.work is not None or db.engine.dialect.name != "postgresql":
        return ""
    found = text("SELECT extract(epoch FROM clock_timestamp() - max(last_heartbeat)) FROM procrastinate_workers")
    silent = database.session().scalar(found)
    return "No worker has been seen for a minute." if silent is None or silent > LONGEST_SILENCE else ""
