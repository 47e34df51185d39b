"""The secret address of one's due dates: made, taken back, read by a calendar program."""

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from engine import calendar_feeds
from webapp.access import public, requires
from webapp.auth import actor
from webapp.database import session
from webapp.portal import account

blueprint = Blueprint("feeds", __name__)

LONGEST_TOKEN = 100


@blueprint.post("/account/calendar")
@requires("do task")
def make() -> ResponseReturnValue:
    """Make an address and show it, once; the one before is worthless then."""
    token = calendar_feeds.make(session(), by=actor())
    return account.page_with_feed(url_for("portal.feeds.read", token=token, _external=True))


@blueprint.post("/account/calendar/removal")
@requires("do task")
def revoke() -> ResponseReturnValue:
    """Take the address back."""
    calendar_feeds.revoke(session(), by=actor())
    flash("The address is worthless now.", "success")
    return redirect(url_for("portal.account.page"), 303)


@blueprint.get("/calendars/<token>.ics")
@public
def read(token: str) -> ResponseReturnValue:
    """Send the due dates to whoever knows the address."""
    text = calendar_feeds.calendar(session(), token[:LONGEST_TOKEN], address=request.host_url)
    headers = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex"}
    return Response(text, content_type="text/calendar; charset=utf-8", headers=headers)
