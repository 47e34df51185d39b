"""What is running here: versions, database, keys, the last verification of history."""

import platform
from importlib.metadata import version

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.engine import make_url

from engine.history.findings import count_in_words
from engine.instants import now, unmoved_now
from webapp import database, verification
from webapp.access import requires
from webapp.database import db, session
from webapp.demo import clock

blueprint = Blueprint("system", __name__)
PACKAGES = ("casewright", "SpiffWorkflow", "Flask", "SQLAlchemy", "marshmallow", "APScheduler", "docxtpl", "psycopg")


@blueprint.get("/system")
@requires("administer")
def page() -> str:
    """Show the facts that a report of a fault needs."""
    return render_template(
        "admin/system.html",
        versions=[("Python", platform.python_version()), *((name, version(name)) for name in PACKAGES)],
        places=_places(),
        verification=verification.last(session()),
        is_demo=clock.is_demo(session()),
        moved=now() - unmoved_now(),
    )


@blueprint.post("/system/verification")
@requires("verify history")
def verify() -> ResponseReturnValue:
    """Verify the history of all cases now."""
    database.roll_back()  # gives the write lock back: verifying takes a while, and has transactions of its own
    report = verification.verify_now(database.sessions())
    if report.is_whole:
        counted = f"{count_in_words(report.events, 'event')} of {count_in_words(report.cases, 'case')}"
        flash(f"History is whole: {counted}.", "success")
    for finding in report.findings[:20]:
        flash(finding.sentence, "error")
    return redirect(url_for("admin.system.page"), 303)


def _places() -> list[tuple[str, str]]:
    settings = current_app.extensions["casewright"]
    mail = settings.smtp_url.rpartition("@")[2] or "No mail server is set: messages are kept, and nothing leaves"
    return [
        ("Database", make_url(settings.database_url).render_as_string()),
        ("Database server", _database_version()),
        ("Documents", str(settings.files)),
        ("Mail server", mail),
    ]


def _database_version() -> str:
    if db.engine.dialect.name == "sqlite":
        return f"SQLite {session().scalar(text('SELECT sqlite_version()'))}"
    return str(session().scalar(text("SHOW server_version")))
