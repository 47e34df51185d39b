"""Who was reminded of what, by which way, and what came of it: also what nobody could be told."""

from typing import Any

from flask import Blueprint, current_app, render_template, request, url_for
from sqlalchemy import ColumnElement, select

from engine import outbox
from engine.errors import Invalid
from engine.paging import Order, read_page
from engine.permissions import visible_cases
from models.base import table
from models.case import Case
from models.staff import User
from models.work import Notification, OutboxMessage
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session

blueprint = Blueprint("reminders", __name__)

_NEWEST_FIRST = Order(table(Notification).c.id, Notification.id, int, is_descending=True)
STATES: dict[str, tuple[str, ColumnElement[bool]]] = {
    "told": ("Told", Notification.kind != "unheard"),
    "failed": ("E-mail failed", OutboxMessage.status == "failed"),
    "nobody": ("Nobody could be told", Notification.kind == "unheard"),
}


@blueprint.get("/reminders")
@requires("administer")
def page() -> str:
    """List what was told, by what became of it (`state`)."""
    state = request.args.get("state", "told")
    if state not in STATES:
        raise Invalid(f"There is no state “{state}” of a reminder.", remedy=f"Choose one of: {', '.join(STATES)}.")
    found = read_page(session(), _told().where(STATES[state][1]), _NEWEST_FIRST, cursor=request.args.get("at", ""))
    tabs = [
        {"text": text, "href": url_for("admin.reminders.page", state=key), "is_current": key == state}
        for key, (text, _) in STATES.items()
    ]
    has_server = bool(current_app.extensions["casewright"].smtp_url)
    no_server = "" if has_server else outbox.NO_SERVER
    return render_template("admin/reminders.html", found=found, state=state, tabs_shown=tabs, no_server=no_server)


def _told() -> Any:
    """Return the statement of the list; whether what a case is about may be shown is among its columns."""
    return (
        select(
            Notification.id, Notification.kind, Notification.text, Notification.created_at, Notification.read_at,
            Notification.mail_at, Case.reference, visible_cases(actor()).label("is_visible"), User.name,
            OutboxMessage.status.label("mail"), OutboxMessage.error,
        )
        .join(Case, Case.id == Notification.case_id)
        .join(User, User.id == Notification.user_id)
        .outerjoin(OutboxMessage, OutboxMessage.key == Notification.outbox_key)
    )  # fmt: skip
