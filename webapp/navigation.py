"""Where one can go from every page, by what one's roles allow."""

from typing import Any

from flask import Flask, current_app, g, request
from sqlalchemy.exc import SQLAlchemyError

from engine.inbound import queue
from engine.permissions import may
from webapp.database import session

# Text, address, icon, key after g, verb, blueprint.
ENTRIES = (
    ("Home", "/", "home", "h", "", "portal"),
    ("Tasks", "/tasks", "check", "t", "see cases", "portal"),
    ("Teams", "/teams", "reports", "", "see others' tasks", "portal"),
    ("Incoming", "/incoming", "letter", "i", "file incoming", "portal"),
    ("Post", "/post", "file", "", "post letters", "portal"),
    ("Cases", "/cases", "cases", "c", "see cases", "portal"),
    ("People", "/people", "people", "p", "see people", "people"),
    ("Homes", "/homes", "homes", "m", "see people", "places"),
    ("Arrears", "/arrears", "reports", "", "see people", "places"),
    ("Documents", "/documents", "file", "d", "see documents", "portal"),
    ("Communications", "/communications", "letter", "", "see cases", "portal"),
    ("Studio", "/studio", "studio", "s", "see categories", "studio"),
    ("Audit", "/audit", "audit", "a", "replay case", "audit"),
    ("Administration", "/admin", "admin", "", "administer", "admin"),
)


def init_app(app: Flask) -> None:
    """Give every page its menu."""
    app.context_processor(_navigation)


def _navigation() -> dict[str, Any]:
    actor = g.get("actor")
    if actor is None:
        return {}
    return {"navigation": [_link(entry) for entry in ENTRIES if _is_open(entry, actor)]}


def _is_open(entry: tuple[str, ...], actor: Any) -> bool:
    verb, blueprint = entry[4], entry[5]
    return blueprint in current_app.blueprints and (not verb or may(actor, verb))


def _link(entry: tuple[str, ...]) -> dict[str, Any]:
    text, href, icon, key = entry[:4]
    is_current = request.path == href or (href != "/" and request.path.startswith(f"{href}/"))
    link = {"text": text, "href": href, "icon": icon, "key": key, "is_current": is_current}
    return link | {"count": _waiting()} if href == "/incoming" else link


def _waiting() -> int:
    """Return how much waits to be filed; none on the page that says why the database could not be used."""
    try:
        return queue.waiting(session(), by=g.actor)
    except SQLAlchemyError:
        return 0
