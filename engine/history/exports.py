"""Writes histories as XES (IEEE 1849), the format that process mining reads: a trace a case, an event a step."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Any
from xml.sax.saxutils import quoteattr

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.case import Case, CaseEvent
from models.category import Category
from models.database import from_json

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849.2023" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
<classifier name="Step" keys="concept:name lifecycle:transition"/>
"""
TRANSITIONS = {"entered": "start", "left": "complete", "withdrawn": "withdraw"}
BATCH = 1_000


def xes(session: Session, category_key: str) -> Iterator[bytes]:
    """Yield the histories of a category's cases as XES, a few cases at a time; restricted ones are left out.

    Each stay at an element of the diagram gives an event when it begins and one when it ends, with who caused it. A
    step is called as its tasks are, else by its id in words. Fields, notes and names of residents are not in it.
    """
    yield HEAD.encode()
    rows = session.execute(
        select(
            Case.reference,
            Case.status,
            Case.outcome,
            CaseEvent.at,
            CaseEvent.actor_name,
            CaseEvent.payload,
        )
        .join(CaseEvent, CaseEvent.case_id == Case.id)
        .join(Category, Category.id == Case.category_id)
        .where(Category.key == category_key, Case.restricted.is_(False), CaseEvent.type == "case_advanced")
        .order_by(Case.id, CaseEvent.sequence),
        execution_options={"yield_per": BATCH},
    )
    for (reference, status, outcome), events in groupby(rows, key=lambda row: (row[0], row[1], row[2])):
        facts = _string("concept:name", reference) + _string("case:status", status) + _string("case:outcome", outcome)
        yield f"<trace>{facts}\n{''.join(_events(events))}</trace>\n".encode()
    yield b"</log>\n"


def _events(rows: Iterator[Any]) -> Iterator[str]:
    names: dict[str, str] = {}
    for row in rows:
        payload = from_json(row.payload) if row.payload is not None else {}  # an approved erasure took it
        names |= {opened["element_id"]: opened["name"] for opened in payload.get("opened", ())}
        for what, element_id, *_ in payload.get("moves", ()):
            name = names.get(element_id) or element_id.replace("_", " ").capitalize()
            yield _event(name, element_id, TRANSITIONS[what], row.at, row.actor_name)


def _event(name: str, element_id: str, transition: str, at: datetime, who: str) -> str:
    return (
        f"<event>{_string('concept:name', name)}{_string('element', element_id)}"
        f"{_string('lifecycle:transition', transition)}{_string('org:resource', who)}"
        f'<date key="time:timestamp" value="{at.isoformat(timespec="milliseconds")}"/></event>\n'
    )


def _string(key: str, value: str) -> str:
    """Write an attribute; characters that XML cannot hold are left out."""
    kept = "".join(letter for letter in value if letter >= " " or letter in "\t\n\r")
    return f"<string key={quoteattr(key)} value={quoteattr(kept)}/>"
