"""A good request for each operation on what came in."""

from typing import Any

from engine.filing.places import Place
from engine.inbound import filing, handling, taking
from engine.permissions import PLATFORM
from tests.factories import Factories
from tests.integration.inbound.conftest import write


def requests(factories: Factories) -> dict[str, dict[str, Any]]:
    """Return a good request for each operation: its gaps, query, body."""
    with factories.app.app_context():
        taken = [taking.take_mail(factories.sessions, write(f"Number {number}")).item_id for number in range(8)]
    one, claimed, filed, forwarded, aside, back, gone, out = taken
    person = factories.person()
    with factories.transaction() as session:
        handling.set_aside(session, back, reason="x", by=PLATFORM)
        filing.file(session, out, filing.Wish(Place(links=(("person", person.id),))), by=PLATFORM)
    about = {"about": [f"person:{person.id}"], "kind": "evidence", "title": "A letter", "files": []}
    return {
        "inbound_find": {"query": {"view": "new", "channel": "email", "q": "number"}},
        "inbound_one": {"gaps": {"item_id": one}},
        "inbound_content": {"gaps": {"item_id": one, "position": 0}},
        "inbound_proposals": {"gaps": {"item_id": one}, "query": {"find": person.surname}},
        "inbound_claim": {"gaps": {"item_id": claimed}, "json": {}},
        "inbound_release": {"gaps": {"item_id": claimed}},
        "inbound_file": {"gaps": {"item_id": filed}, "json": about, "headers": {"If-Match": "*"}},
        "inbound_take_out": {"gaps": {"item_id": out}, "query": {"reason": "x"}},
        "inbound_forward": {
            "gaps": {"item_id": forwarded},
            "json": {"team": factories.team("Repairs").id, "note": "x"},
        },
        "inbound_set_aside": {"gaps": {"item_id": aside}, "json": {"reason": "x"}},
        "inbound_take_back": {"gaps": {"item_id": back}, "json": {}},
        "inbound_destroy": {"gaps": {"item_id": gone}, "json": {"reason": "x"}},
    }
