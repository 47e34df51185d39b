"""Reminders and warnings: read them, put them away."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import notifications, todo
from webapp.access import signed_in
from webapp.auth import actor
from webapp.database import session
from webapp.sign_in import onward

blueprint = Blueprint("notifications", __name__)


@blueprint.get("/notifications")
@signed_in
def page() -> ResponseReturnValue:
    """Show all reminders, the unread ones marked."""
    return render_template(
        "portal/notifications.html", reminders=todo.reminders(session(), by=actor(), size=100, everything=True)
    )


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
