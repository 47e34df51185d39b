"""What a section of fields asks and shows on one case or entity: by the day, and by who looks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.errors import NotFound
from engine.fields.catalogue import Catalogue, Section
from engine.fields.definition import FieldDef
from engine.instants import today
from engine.permissions import Actor, levels_held_back


@dataclass(frozen=True, slots=True)
class Asked:
    """A section as it stands somewhere: how many fields are asked today, and how many have a value."""

    section: Section
    asked: int
    answered: int


def section(catalogue: Catalogue, slug: str) -> Section:
    """Return a section by its name in addresses. Raises NotFound."""
    found = catalogue.section(slug)
    if found is None:
        raise NotFound("There is no such section of fields.", remedy="Choose one of the list.")
    return found


def sections(catalogue: Catalogue, stored: Mapping[str, Any], *, by: Actor) -> list[Asked]:
    """Return the sections in which the actor is asked something today, or can read a value."""
    day, hidden = today(), levels_held_back(by)
    found = []
    for one in catalogue.sections:
        seen = [field for field in one.fields if field.sensitivity not in hidden]
        asked = sum(field.is_asked_on(day) for field in seen)
        answered = sum(is_answered(stored.get(field.key)) for field in seen)
        if asked or answered:
            found.append(Asked(one, asked, answered))
    return found


def shown(section: Section, stored: Mapping[str, Any], *, by: Actor) -> list[FieldDef]:
    """Return the fields of a section to be read: those asked today, and those that are not but have a value."""
    day, hidden = today(), levels_held_back(by)
    return [
        one
        for one in section.fields
        if one.sensitivity not in hidden and (one.is_asked_on(day) or is_answered(stored.get(one.key)))
    ]


def is_answered(value: Any) -> bool:
    """Say whether a stored value is one."""
    return value not in (None, "", [])


def differs(before: Any, after: Any) -> bool:
    """Say whether an answer changes anything: nothing in place of nothing does not."""
    return bool(before != after) and (is_answered(before) or is_answered(after))
