"""Whether the process is alive, and whether it can serve."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from models.staff import User
from webapp import database
from webapp.access import public

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def alive() -> ResponseReturnValue:
    """Answer, without touching anything."""
    return {"status": "alive"}


@blueprint.get("/readyz")
@public
def ready() -> ResponseReturnValue:
    """Answer once the database can be reached and holds our tables; 503 until then, by `webapp.errors`."""
    database.session().execute(select(User.id).limit(1))
    return {"status": "ready"}
