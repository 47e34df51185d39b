"""How one wants to be told: at once by e-mail, in the digest of the day, or in the portal alone."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import Invalid
from engine.instants import now
from engine.reminders.delivery import KINDS, Preference
from engine.reminding import preferences
from webapp.access import signed_in
from webapp.auth import actor
from webapp.database import session

blueprint = Blueprint("preferences", __name__)

WAYS = (("at once", "By e-mail at once"), ("digest", "In my digest"), ("portal", "In Casewright alone"))
TEAM_WAYS = (("all", "Like my own tasks"), *WAYS[1:], ("none", "Not at all"))


@blueprint.get("/account/reminders")
@signed_in
def page() -> ResponseReturnValue:
    """Show how one is told."""
    return _page(preferences.of(session(), actor().user_id or 0), {})


@blueprint.post("/account/reminders")
@signed_in
def save() -> ResponseReturnValue:
    """Keep how one wants to be told."""
    try:
        preferences.change(session(), _sent(), by=actor())
    except Invalid as error:
        return _page(_sent(), error.errors), 422
    flash("You are told so from now on.", "success")
    return redirect(url_for("portal.preferences.page"), 303)


def _sent() -> dict[str, Any]:
    form = request.form
    return {
        **{name: form.get(name, "") for name in (*KINDS, "team")},
        "digest_hour": _hour("digest_hour"),
        "quiet_from": _hour("quiet_from"),
        "quiet_to": _hour("quiet_to"),
        "at_weekends": form.get("at_weekends") != "no",
    }


def _hour(name: str) -> int | None:
    text = request.form.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 2 else None


def _page(wanted: Preference | dict[str, Any], errors: dict[str, str]) -> str:
    kept = preferences.of(session(), actor().user_id or 0)
    return render_template(
        "portal/preferences.html",
        wanted=wanted,
        errors=errors,
        ways=WAYS,
        team_ways=TEAM_WAYS,
        hours=[(hour, hour_in_words(hour)) for hour in preferences.HOURS],
        address=actor().email,
        next_digest=kept.next_digest(now()),
    )


def hour_in_words(hour: int) -> str:
    """Write 8am, noon, midnight."""
    return {0: "midnight", 12: "noon"}.get(hour) or f"{hour % 12}{'am' if hour < 12 else 'pm'}"
