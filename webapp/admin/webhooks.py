"""Other systems that are told of changes: each subscription, its secret, and the log of what was sent to it."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import Invalid
from engine.paging import read_page
from engine.webhooks import deliveries, delivering, subscriptions
from engine.webhooks.subscriptions import WORDS, Wish
from webapp import database
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.record.links import address_of

blueprint = Blueprint("webhooks", __name__)
VERB = "change webhooks"
OVERLAPS = {24: "Yes, for 24 hours", 168: "Yes, for 7 days", 0: "No: others may know it"}
TOPIC_WORDS = {topic: words for group in WORDS.values() for topic, words in group.items()}


@blueprint.get("/webhooks")
@requires(VERB)
def page() -> str:
    """List the subscriptions, with what waits and failed."""
    found = subscriptions.every(session())
    topics = subscriptions.topics_of(session(), [row.WebhookSubscription.id for row in found])
    return render_template(
        "admin/webhooks/list.html", found=found, topics=topics, counts=deliveries.open_counts(session())
    )


@blueprint.get("/webhooks/new")
@requires(VERB)
def new() -> str:
    """Show an empty form."""
    return _form(None, Wish("", "", "", ()), {})


@blueprint.post("/webhooks")
@requires(VERB)
def add() -> ResponseReturnValue:
    """Add a subscription, and show its secret this once."""
    wish = _sent()
    try:
        row, secret = subscriptions.add(session(), wish, by=actor())
    except Invalid as invalid:
        database.roll_back()
        return _form(None, wish, invalid.errors), 422
    return _one(row.id, secret=secret)


@blueprint.get("/webhooks/<int:webhook_id>")
@requires(VERB)
def one(webhook_id: int) -> str:
    """Show a subscription with its log, narrowed by `state` and `topic`."""
    return _one(webhook_id)


@blueprint.get("/webhooks/<int:webhook_id>/settings")
@requires(VERB)
def settings(webhook_id: int) -> str:
    """Show a subscription in a form."""
    line = subscriptions.one(session(), webhook_id)
    topics = subscriptions.topics_of(session(), [webhook_id])[webhook_id]
    row = line.WebhookSubscription
    return _form(row, Wish(row.name, row.url, line.acts_as, topics), {})


@blueprint.post("/webhooks/<int:webhook_id>/settings")
@requires(VERB)
def change(webhook_id: int) -> ResponseReturnValue:
    """Change a subscription."""
    wish, revision = _sent(), request.form.get("revision", type=int)
    try:
        subscriptions.change(session(), webhook_id, wish, revision=revision, by=actor())
    except Invalid as invalid:
        database.roll_back()
        return _form(subscriptions.one(session(), webhook_id).WebhookSubscription, wish, invalid.errors), 422
    flash("The subscription is changed. What waits goes to the address that it has now.", "success")
    return _back(webhook_id)


@blueprint.post("/webhooks/<int:webhook_id>/pause")
@requires(VERB)
def pause(webhook_id: int) -> ResponseReturnValue:
    """Send and queue nothing until it is resumed."""
    subscriptions.pause(session(), webhook_id, reason=request.form.get("reason", ""), by=actor())
    flash("Paused. What waits is kept; what happens until it is resumed is not told.", "success")
    return _back(webhook_id)


@blueprint.post("/webhooks/<int:webhook_id>/resumption")
@requires(VERB)
def resume(webhook_id: int) -> ResponseReturnValue:
    """Send what waits and what happens from now on."""
    subscriptions.resume(session(), webhook_id, by=actor())
    flash("Resumed. What waited is sent within moments.", "success")
    return _back(webhook_id)


@blueprint.post("/webhooks/<int:webhook_id>/secret")
@requires(VERB)
def replace_secret(webhook_id: int) -> str:
    """Make a new secret and show it, this once; the one before is signed with for some hours (`overlap`)."""
    hours = request.form.get("overlap", default=24, type=int)
    secret = subscriptions.new_secret(session(), webhook_id, overlap=timedelta(hours=hours), by=actor())
    return _one(webhook_id, secret=secret)


@blueprint.post("/webhooks/<int:webhook_id>/test")
@requires(VERB)
def test(webhook_id: int) -> ResponseReturnValue:
    """Send a message that tells of nothing, and say what was answered."""
    database.roll_back()  # gives the write lock back: a receiver may take its time
    answer = delivering.send_ping(database.sessions(), webhook_id)
    if answer is None:
        flash("Nothing was sent: the account that it acts as is closed, or its secret cannot be read.", "error")
    elif answer.error:
        flash(f"The test was not taken. {answer.error} {_said(answer)}", "error")
    else:
        flash(f"The test was taken: {answer.status}. {_said(answer)}", "success")
    return _back(webhook_id)


@blueprint.post("/webhooks/<int:webhook_id>/end")
@requires(VERB)
def end(webhook_id: int) -> ResponseReturnValue:
    """End a subscription for good."""
    subscriptions.end(session(), webhook_id, by=actor())
    flash("The subscription has ended: nothing is sent to it any more.", "success")
    return redirect(url_for("admin.webhooks.page"), 303)


@blueprint.get("/webhooks/<int:webhook_id>/deliveries/<int:number>")
@requires(VERB)
def delivery(webhook_id: int, number: int) -> str:
    """Show a message: what was sent at each attempt, and what was answered."""
    webhook = subscriptions.one(session(), webhook_id).WebhookSubscription
    line = deliveries.one(session(), webhook_id, number, by=actor())
    return render_template(
        "admin/webhooks/delivery.html",
        webhook=webhook,
        line=line,
        attempts=deliveries.attempts(session(), line),
        states=deliveries.STATES,
        words=TOPIC_WORDS,
    )


@blueprint.post("/webhooks/<int:webhook_id>/deliveries/<int:number>/retry")
@requires(VERB)
def send_again(webhook_id: int, number: int) -> ResponseReturnValue:
    """Send a message again, under the same id."""
    deliveries.send_again(session(), webhook_id, number, by=actor())
    flash("The message is sent again within moments, under the same id.", "success")
    return redirect(url_for("admin.webhooks.delivery", webhook_id=webhook_id, number=number), 303)


def _said(answer: Any) -> str:
    said = f" It said: {answer.answer[:200]}" if answer.answer else ""
    return f"That took {answer.seconds:.2f} seconds.{said}"


def _sent() -> Wish:
    given = request.form
    name, address, acts_as = (given.get(field, "") for field in ("name", "address", "acts_as"))
    return Wish(name, address, acts_as, given.getlist("topics")[:100])


def _form(row: Any, wish: Wish, errors: Mapping[str, str]) -> str:
    return render_template("admin/webhooks/form.html", webhook=row, wish=wish, groups=WORDS, errors=errors)


def _one(webhook_id: int, *, secret: str = "") -> str:
    line = subscriptions.one(session(), webhook_id)
    state, topic = request.args.get("state", ""), request.args.get("topic", "")
    wanted = deliveries.lines(webhook_id, state=state, topic=topic, by=actor())
    address = partial(url_for, "admin.webhooks.one", webhook_id=webhook_id, state=state or None, topic=topic or None)
    found = read_page(session(), wanted, deliveries.NEWEST_FIRST, cursor=request.args.get("at", ""))
    return render_template(
        "admin/webhooks/one.html",
        webhook=line.WebhookSubscription,
        acts_as=line.acts_as,
        topics=subscriptions.topics_of(session(), [webhook_id])[webhook_id],
        found=found,
        address_of=address_of,
        address=address,
        state=state,
        topic=topic,
        states=deliveries.STATES,
        words=TOPIC_WORDS,
        secret=secret,
        overlaps=OVERLAPS,
    )


def _back(webhook_id: int) -> ResponseReturnValue:
    return redirect(url_for("admin.webhooks.one", webhook_id=webhook_id), 303)
