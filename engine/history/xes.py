"""Writes histories as XES (IEEE 1849), the format that process mining reads: a trace a case, an event a step."""

from collections.abc import Iterator
from xml.sax.saxutils import quoteattr

from sqlalchemy.orm import Session

from engine.history.stays import Stay, by_case

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849.2023" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
<classifier name="Step" keys="concept:name lifecycle:transition"/>
"""


def xes(session: Session, category_key: str) -> Iterator[bytes]:
    """Yield the histories of a category's cases as XES, a case at a time; restricted ones are left out.

    Each stay at an element of the diagram gives an event when it begins and one when it ends, with who caused it.
    """
    yield HEAD.encode()
    for case, stays in by_case(session, category_key):
        told = {"concept:name": case.reference, "case:status": case.status, "case:outcome": case.outcome}
        facts = "".join(_string(key, value) for key, value in told.items())
        yield f"<trace>{facts}\n{''.join(map(_event, stays))}</trace>\n".encode()
    yield b"</log>\n"


def _event(stay: Stay) -> str:
    return (
        f"<event>{_string('concept:name', stay.name)}{_string('element', stay.element_id)}"
        f"{_string('lifecycle:transition', stay.transition)}{_string('org:resource', stay.who)}"
        f'<date key="time:timestamp" value="{stay.at.isoformat(timespec="milliseconds")}"/></event>\n'
    )


def _string(key: str, value: str) -> str:
    """Write an attribute; characters that XML cannot hold are left out."""
    kept = "".join(letter for letter in value if letter >= " " or letter in "\t\n\r")
    return f"<string key={quoteattr(key)} value={quoteattr(kept)}/>"
