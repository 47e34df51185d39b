"""Reminders and warnings: read them, put them away, see to what was escalated."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from engine import notifications
from webapp.access import signed_in
from webapp.auth import actor, actor_or_none
from webapp.database import session
from webapp.sign_in import onward

blueprint = Blueprint("notifications", __name__)


@blueprint.get("/notifications")
@signed_in
def page() -> ResponseReturnValue:
    """Show all reminders, the unread ones marked."""
    found = notifications.reminders(session(), by=actor(), size=100, everything=True)
    return render_template("portal/notifications.html", reminders=found)


@blueprint.post("/notifications/<int:notification_id>/dismissal")
@signed_in
def dismiss(notification_id: int) -> ResponseReturnValue:
    """Put one away."""
    notifications.dismiss(session(), notification_id, by=actor())
    return redirect(onward(request.form.get("next", "")), 303)


@blueprint.post("/notifications/dismissals")
@signed_in
def dismiss_all() -> ResponseReturnValue:
    """Put all away."""
    notifications.dismiss_all(session(), by=actor())
    flash("You have put all reminders away.", "success")
    return redirect(url_for("portal.notifications.page"), 303)


@blueprint.post("/tasks/<int:task_id>/escalation/acknowledgement")
@signed_in
def acknowledge(task_id: int) -> ResponseReturnValue:
    """See to a task that was escalated."""
    notifications.acknowledge(session(), task_id, by=actor())
    flash("History says that you see to it. The task stays where it is.", "success")
    return redirect(onward(request.form.get("next", "")), 303)


@blueprint.app_context_processor
def _bell() -> dict[str, Callable[[], int]]:
    """Give pages the number beside the bell; it is counted only where a page shows it."""
    return {"unread_reminders": _unread}


def _unread() -> int:
    """Return the number beside the bell; none on the page that says why the database could not be used."""
    try:
        found = actor_or_none()
        return notifications.unread(session(), by=found) if found is not None else 0
    except SQLAlchemyError:
        return 0
