"""Writes histories as OCEL 2.0 JSON: events of cases, and of the people, homes and tenancies that they are about.

Source: ocel-standard.org, "OCEL 2.0 specification", section 6 (JSON).
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.history.stays import CaseFacts, Stay, by_case
from models.case import CaseLink
from models.database import to_json

TEXT = "string"
CASE_ATTRIBUTES = ("reference", "status", "outcome")
EVENT_ATTRIBUTES = ("element", "lifecycle", "resource")


def ocel(session: Session, category_key: str) -> Iterator[bytes]:
    """Yield the histories of a category's cases as OCEL 2.0 JSON, in parts; restricted cases are left out.

    People, homes and tenancies are told by number alone: no name, address or field is in it.
    """
    kinds: dict[str, None] = {}
    objects: dict[str, dict[str, Any]] = {}
    yield b'{"events": ['
    separator = ""
    for case, stays in by_case(session, category_key):
        about = _subjects(session, case, objects)
        for number, stay in enumerate(stays):
            kinds[stay.name] = None
            yield (separator + to_json(_event(case, number, stay, about))).encode()
            separator = ",\n"
    event_types = [_type(name, EVENT_ATTRIBUTES) for name in kinds]
    object_types = [_type(name, CASE_ATTRIBUTES if name == "case" else ()) for name in _types(objects)]
    rest = {"eventTypes": event_types, "objectTypes": object_types, "objects": list(objects.values())}
    yield f"], {to_json(rest)[1:]}\n".encode()


def _subjects(session: Session, case: CaseFacts, objects: dict[str, dict[str, Any]]) -> list[dict[str, str]]:
    """Note a case and what it is about as objects, and return how its events relate to them."""
    links = session.scalars(select(CaseLink).where(CaseLink.case_id == case.id).order_by(CaseLink.id)).all()
    related = [{"objectId": f"{link.entity_type}:{link.entity_id}", "qualifier": link.role} for link in links]
    for link in links:
        name = f"{link.entity_type}:{link.entity_id}"
        objects.setdefault(name, {"id": name, "type": link.entity_type, "attributes": [], "relationships": []})
    told = [{"name": name, "time": "1970-01-01T00:00:00Z", "value": getattr(case, name)} for name in CASE_ATTRIBUTES]
    objects[case.reference] = {"id": case.reference, "type": "case", "attributes": told, "relationships": related}
    return [{"objectId": case.reference, "qualifier": "case"}, *related]


def _event(case: CaseFacts, number: int, stay: Stay, about: list[dict[str, str]]) -> dict[str, Any]:
    values = (stay.element_id, stay.transition, stay.who)
    return {
        "id": f"{case.reference}/{number}",
        "type": stay.name,
        "time": stay.at.isoformat(timespec="milliseconds"),
        "attributes": [{"name": n, "value": v} for n, v in zip(EVENT_ATTRIBUTES, values, strict=True)],
        "relationships": about,
    }


def _types(objects: dict[str, dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(found["type"] for found in objects.values()))


def _type(name: str, attributes: tuple[str, ...]) -> dict[str, Any]:
    return {"name": name, "attributes": [{"name": attribute, "type": TEXT} for attribute in attributes]}
