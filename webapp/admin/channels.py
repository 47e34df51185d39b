"""The channels by which messages leave and come in: whether they work, what waits, and a test message to oneself."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from engine import fences
from engine.channels import testing
from engine.channels.figures import PDF, SOURCES, STAFF
from engine.communications.words import EMAIL, LETTER, SMS
from engine.errors import Conflict, NotPossible
from engine.permissions import may
from webapp import channels, database
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session

blueprint = Blueprint("channels", __name__)
OUTWARD = (EMAIL, SMS, LETTER, STAFF)


@blueprint.get("/channels")
@requires("administer")
def page() -> str:
    """Show each channel with its provider, what waits, went and failed, and what the last look at it found."""
    found = {one.key: one for one in channels.every(session(), by=actor())}
    return render_template(
        "admin/channels.html",
        outward=[found[key] for key in OUTWARD],
        inward=[found[key] for key in SOURCES],
        made=[found[PDF]],
        fence=fences.standing(session()),
        letter_fence=fences.letter_refusal(session()),
        letter=LETTER,
        staff=STAFF,
        tested=testing.CHANNELS,
        may_test=may(actor(), testing.VERB),
    )


@blueprint.post("/channels/<key>/look")
@requires("administer")
def look(key: str) -> ResponseReturnValue:
    """Find out whether a channel works; nothing is sent."""
    who = actor()
    database.roll_back()  # gives the write lock back: it may take half a minute
    word = channels.WORDS.get(key, "")
    try:
        found = channels.look(key, by=who)
    except Conflict as conflict:
        flash(f"{word}: {conflict}", "error")
    else:
        took = f"{found.seconds:.1f} seconds"
        flash(*((f"{word}: {found.fault}", "error") if found.fault else (f"{word}: it works ({took}).", "success")))
    return _back(key)


@blueprint.post("/channels/<key>/test")
@requires(testing.VERB)
def test(key: str) -> ResponseReturnValue:
    """Send a message to oneself the way that all others go, and say what became of it."""
    who = actor()
    database.roll_back()  # gives the write lock back: a provider may take its time
    try:
        sent = channels.send_test(key, by=who)
    except NotPossible as refusal:
        flash(f"Nothing was sent. {refusal}", "error")
        return _back(key)
    flash(sent.sentence, "success" if sent.status in ("sent", "delivered") else "error")
    return _back(key)


def _back(key: str) -> ResponseReturnValue:
    return redirect(f"{url_for('admin.channels.page')}#{key if key in channels.WORDS else ''}", 303)
