"""A good request for each operation on the catalogue of fields and on the values of an entity's fields."""

from typing import Any

from engine.field_catalogue import changing
from engine.permissions import PLATFORM
from engine.record.kinds import ENTITIES
from models.accounts import RentAccount
from models.people import Organisation

OWNER = "category:complaint"


def requests(factories: Any, person: int) -> dict[str, dict[str, Any]]:
    """Return a good request for each: its gaps, query, body."""
    with factories.transaction() as session:
        ids = {"person": person, "home": 1, "tenancy": 1}
        ids |= {
            "account": session.query(RentAccount.id).first()[0],
            "organisation": session.query(Organisation.id).first()[0],
        }
        for key in ids:
            changing.create(session, key, {"key": "pets", "type": "yes_no", "label": "Pets"}, by=PLATFORM)
        given = {"key": "mould", "type": "number", "label": "Rooms with mould", "searchable": "yes"}
        one = changing.create(session, OWNER, given, by=PLATFORM)
        gone = changing.create(session, OWNER, {"key": "gone", "type": "text", "label": "Gone"}, by=PLATFORM)
    any_revision = {"If-Match": "*"}
    found: dict[str, dict[str, Any]] = {
        "fields_every_owner": {},
        "fields_find": {"gaps": {"owner": OWNER}},
        "fields_add": {
            "gaps": {"owner": OWNER},
            "json": {"key": "bad", "type": "choice", "label": "How bad?", "options": [{"value": "a", "label": "A"}]},
        },
        "fields_change": {
            "gaps": {"owner": OWNER, "definition_id": one.id},
            "json": {"label": "Mould", "min": "0", "reason": "Shorter"},
            "headers": any_revision,
        },
        "fields_retire": {"gaps": {"owner": OWNER, "definition_id": gone.id}, "json": {"reason": "Unused"}},
        "fields_restore": {"gaps": {"owner": OWNER, "definition_id": gone.id}, "json": {}},
        "fields_cases": {"gaps": {"owner": OWNER}, "query": {"field": "mould", "way": "least", "value": "1"}},
    }
    for kind in ENTITIES:
        row = {"row_id": ids[kind.key]}
        found[f"fields_of_{kind.key}"] = {"gaps": row}
        found[f"fields_change_of_{kind.key}"] = {"gaps": row, "json": {"pets": True}, "headers": any_revision}
    return found
