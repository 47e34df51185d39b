"""What providers tell of their own accord: whether a message was delivered. Each proves itself by its token."""

import hmac
from typing import Any

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue

from engine.communications import tracking
from engine.communications.providers import http, notify
from engine.communications.providers.base import Progress
from engine.communications.words import EMAIL, LETTER, SMS
from engine.errors import Invalid, NotAllowed, Unavailable
from webapp.access import public
from webapp.csrf import protect
from webapp.database import session

LARGEST = 20_000  # bytes
LONGEST = 300  # characters of a reference
CHANNELS = {"sms": SMS, "letters": LETTER}

blueprint = Blueprint("callbacks", __name__, url_prefix="/callbacks")
protect.exempt(blueprint)  # no cookie is read here, so no other site's page can speak for anybody


@blueprint.post("/notify")
@public
def by_notify() -> ResponseReturnValue:
    """Take note of a delivery receipt of GOV.UK Notify."""
    said = _said("notify")
    heard = notify.progress_of(said)
    return _hear("notify", said.get("id"), heard, [EMAIL, SMS, LETTER], key=said.get("reference"))


@blueprint.post("/<any(sms, letters):name>")
@public
def by_gateway(name: str) -> ResponseReturnValue:
    """Take note of what a gateway of the plain contract tells: an id, a status, and why."""
    said = _said(name)
    progress = http.progress_of(said)
    if progress is None:
        raise Invalid(f"The status must be one of {', '.join(http.STATUSES)}.")
    return _hear("http", said.get("id"), progress, [CHANNELS[name]])


def _said(name: str) -> dict[str, Any]:
    """Return what was sent. Raises NotAllowed without the right token."""
    token = current_app.extensions["casewright"].callback_tokens.get(name, "")
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").encode()
    if not token or not hmac.compare_digest(given, token.encode()):
        raise NotAllowed("This needs the token that was set for it.", remedy="See “Channels” in the README.")
    if (request.content_length or 0) > LARGEST:
        raise Invalid(f"This is larger than {LARGEST:,} bytes, and no such message is.")
    said = request.get_json(silent=True)
    if not isinstance(said, dict):
        raise Invalid("The body must be a JSON object.")
    return said


def _hear(
    provider: str, reference: Any, progress: Progress | None, channels: list[str], *, key: Any = ""
) -> ResponseReturnValue:
    """Answer 204, also about messages of other systems; 503 about one that is still being written down as sent."""
    reference, key = str(reference or "")[:LONGEST], str(key or "")[:LONGEST]
    heard = tracking.hear(session(), provider, reference, progress, channels=channels, key=key)
    if heard == "too early":
        raise Unavailable("It is not written down as sent yet.", remedy="Tell it again in a minute.")
    return "", 204
