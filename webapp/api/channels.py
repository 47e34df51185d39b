"""The channels by which messages leave and come in: whether they work, what waits, and a test message to oneself."""

from typing import Any

from engine import fences
from engine.channels import testing
from webapp import channels, database
from webapp.access import requires
from webapp.api.resource import Resource
from webapp.api.schemas.channels import ChannelsSchema, LookSchema, TestMessageSchema
from webapp.auth import actor
from webapp.database import session

resource = Resource("channels", __name__, "The channels by which messages leave and come in, and whether they work.")


@resource.get("/channels")
@requires("administer")
@resource.response(200, ChannelsSchema)
def find() -> Any:
    """List the channels with what waits, and what went and failed in the last 24 hours."""
    found = channels.every(session(), by=actor())
    return {"items": [_told(one) for one in found], "fence": fences.standing(session())}


@resource.put("/channels/<key>/look")
@requires("administer")
@resource.response(200, LookSchema)
def look(key: str) -> Any:
    """Find out whether a channel works; nothing is sent. It may take half a minute."""
    who = actor()
    database.roll_back()  # gives the write lock back meanwhile
    return channels.look(key, by=who)


@resource.put("/channels/<key>/test")
@requires(testing.VERB)
@resource.response(200, TestMessageSchema)
def test(key: str) -> Any:
    """Send a test message to the caller's own address or number (`email` or `sms`), and answer what became of it."""
    who = actor()
    database.roll_back()  # a provider may take its time
    return channels.send_test(key, by=who)


def _told(one: channels.Channel) -> dict[str, Any]:
    figures = {name: getattr(one.figures, name) for name in one.figures.__dataclass_fields__}
    return {
        **figures,
        "key": one.key,
        "name": one.word,
        "is_set_up": one.is_set_up,
        "provider": one.way.provider,
        "place": one.way.place,
        "missing": one.missing,
        "test_to": one.test_to,
        "last_look": one.last,
    }
