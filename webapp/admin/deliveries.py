"""Jobs that wait, and e-mails that leave the house: what was sent, what waits and why, what failed."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from engine import outbox
from engine.errors import Invalid
from engine.paging import Order, read_page
from models.base import table
from models.case import Case
from models.work import Job, OutboxMessage
from webapp import database
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session

blueprint = Blueprint("deliveries", __name__)
STATES = ("failed", "waiting", "sent")
_NEWEST_FIRST = Order(table(OutboxMessage).c.id, OutboxMessage.id, int, is_descending=True)


@blueprint.get("/deliveries")
@requires("administer")
def page() -> str:
    """List messages by what became of them (`state`), and every job that waits."""
    state = request.args.get("state", "failed")
    if state not in STATES:
        raise Invalid(f"There is no state “{state}” of a message.", remedy=f"Choose one of: {', '.join(STATES)}.")
    wanted = (
        select(OutboxMessage, Case.reference)
        .outerjoin(Case, Case.id == OutboxMessage.case_id)
        .where(OutboxMessage.status == state, OutboxMessage.channel == "email")
    )
    found = read_page(session(), wanted, _NEWEST_FIRST, cursor=request.args.get("at", ""))
    jobs = session().execute(
        select(Job, Case.reference)
        .outerjoin(Case, Case.id == Job.case_id)
        .where(Job.status != "failed")  # those are dead letters
        .order_by(Job.run_at)
        .limit(100)
    )
    has_server = bool(current_app.extensions["casewright"].smtp_url)
    return render_template(
        "admin/deliveries.html",
        found=found,
        state=state,
        jobs=jobs.all(),
        no_server="" if has_server else outbox.NO_SERVER,
    )


@blueprint.post("/deliveries/test")
@requires("administer")
def send_test() -> ResponseReturnValue:
    """Send a message to the administrator, and say what the mail server said."""
    settings, to = current_app.extensions["casewright"], actor().email
    if not settings.smtp_url:
        flash(f"Nothing was sent: {outbox.NO_SERVER}. Set SMTP_URL and start again.", "error")
        return redirect(url_for("admin.deliveries.page"), 303)
    database.roll_back()  # gives the write lock back: a mail server may take its time
    row = outbox.send_test(database.sessions(), to, smtp_url=settings.smtp_url, sender=settings.mail_from)
    if row.status == "sent":
        flash(f"The mail server took the message for {to}. Look whether it arrives.", "success")
    else:
        flash(f"The message for {to} was not taken: {row.error or 'another node sends it'}.", "error")
    return redirect(url_for("admin.deliveries.page", state=row.status), 303)


@blueprint.post("/deliveries/<int:message_id>/retry")
@requires("administer")
def retry(message_id: int) -> ResponseReturnValue:
    """Put a failed message back among those that wait."""
    outbox.retry(session(), message_id, by=actor())
    flash("The message is sent again within a few seconds.", "success")
    return redirect(url_for("admin.deliveries.page", state="waiting"), 303)
