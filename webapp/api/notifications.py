"""What you were told, what was escalated to you, and how you want to be told."""

from typing import Any

from sqlalchemy import case, select

from engine import notifications
from engine.paging import Order, read_page
from engine.permissions import visible_cases
from engine.reminding import preferences
from models.case import Case
from models.work import Notification
from webapp.access import signed_in
from webapp.api.paging import page
from webapp.api.resource import ID, QUERY, Resource
from webapp.api.schemas.notifications import (
    EscalatedListSchema,
    NewPreference,
    NotificationFilter,
    NotificationPage,
    PreferenceSchema,
)
from webapp.auth import actor
from webapp.database import session

resource = Resource("notifications", __name__, "Reminders, warnings and escalations that you were given.")

_COLUMNS = ("id", "kind", "text", "user_task_id", "created_at", "read_at")


@resource.get("/notifications")
@signed_in
@resource.arguments(NotificationFilter, location=QUERY)
@resource.response(200, NotificationPage)
def find(given: dict[str, Any]) -> Any:
    """List what you were told, the latest first."""
    columns = (getattr(Notification, name) for name in _COLUMNS)
    may_see = visible_cases(actor())
    named = case((may_see, Case.reference), else_="").label("reference")  # of what nobody could be told, all may hear
    statement = select(*columns, named).join(Case, Case.id == Notification.case_id)
    statement = statement.where(notifications.is_told(actor()))
    if given["status"] == "unread":
        statement = statement.where(Notification.read_at.is_(None))
    if given["kind"]:
        statement = statement.where(Notification.kind == given["kind"])
    if given["case"]:
        statement = statement.where(Case.reference == given["case"], may_see)
    order = Order(Notification.id, Notification.id, read=int, is_descending=True)
    return page(read_page(session(), statement, order, cursor=given["cursor"], size=given["limit"]))


@resource.delete(f"/notifications/<{ID}:notification_id>")
@signed_in
@resource.response(204)
def dismiss(notification_id: int) -> Any:
    """Put one away; it is kept, and read from then on. One of an escalation is acknowledged thereby."""
    notifications.dismiss(session(), notification_id, by=actor())


@resource.get("/escalations")
@signed_in
@resource.response(200, EscalatedListSchema)
def escalated() -> Any:
    """List the tasks that were escalated to you."""
    return {"items": notifications.escalated(session(), by=actor())}


@resource.delete(f"/escalations/<{ID}:task_id>")
@signed_in
@resource.response(204)
def acknowledge(task_id: int) -> Any:
    """Acknowledge that a task was escalated to you; history keeps it, the task stays where it is."""
    notifications.acknowledge(session(), task_id, by=actor())


@resource.get("/notification-preferences")
@signed_in
@resource.response(200, PreferenceSchema)
def wanted() -> Any:
    """Show how you are told."""
    return preferences.of(session(), actor().user_id or 0)


@resource.patch("/notification-preferences")
@signed_in
@resource.arguments(NewPreference)
@resource.response(200, PreferenceSchema)
def change(given: dict[str, Any]) -> Any:
    """Change how you are told; quiet hours need both hours, or null for both."""
    return preferences.change(session(), given, by=actor())
