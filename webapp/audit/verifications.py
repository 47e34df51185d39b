"""Verifying all history from the page: started once, watched while it runs, and kept when it has ended."""

import threading
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Flask, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from engine.instants import unmoved_now
from engine.transactions import Sessions, writing
from models.work import Setting
from webapp import database, verification
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.jobs import do_after_commit

blueprint = Blueprint("verifications", __name__)

KEY = "verification_progress"
SILENT = timedelta(seconds=60)  # after which a run that says nothing is taken for dead
EVERY = 1.0  # seconds between two notes of progress


@blueprint.get("/verification")
@requires("verify history")
def page() -> str:
    """Show the last verification, or how far the one that runs has come."""
    return render_template("audit/verification.html", last=verification.last(session()), running=_running())


@blueprint.post("/verification")
@requires("verify history")
def start() -> ResponseReturnValue:
    """Start a verification beside this request, unless one runs."""
    if _running() is None:
        _note(session(), done=0, total=0, by=actor().name)
        app, by = current_app._get_current_object(), actor().name  # type: ignore[attr-defined]
        do_after_commit(lambda: _start_thread(app, by=by))
    else:
        flash("A verification is running already.", "info")
    return redirect(url_for("audit.verifications.page"), 303)


def _running() -> dict[str, Any] | None:
    """Return how far a verification has come: {"done", "total", "by", "at"}; none when none runs, or it has died."""
    row = session().get(Setting, KEY)
    if row is None or not row.value.get("at"):
        return None
    facts: dict[str, Any] = dict(row.value)
    return facts if unmoved_now() - datetime.fromisoformat(facts["at"]) < SILENT else None


def _start_thread(app: Flask, *, by: str) -> None:
    with app.app_context():
        sessions = database.sessions()
    threading.Thread(target=_run, args=(app, sessions, by), name="verification", daemon=True).start()


def _run(app: Flask, sessions: Sessions, by: str) -> None:
    told = unmoved_now()

    def tell(done: int, total: int) -> None:
        nonlocal told
        if (unmoved_now() - told).total_seconds() >= EVERY:
            told = unmoved_now()
            with writing(sessions) as own:
                _note(own, done=done, total=total, by=by)

    try:
        verification.verify_now(sessions, on_progress=tell)
    except Exception:
        app.logger.exception("the verification of history was broken off")
    finally:
        with writing(sessions) as own:
            own.merge(Setting(key=KEY, value={}))


def _note(own: Any, *, done: int, total: int, by: str) -> None:
    own.merge(Setting(key=KEY, value={"done": done, "total": total, "by": by, "at": unmoved_now().isoformat()}))
