"""The fields of the catalogue on a case: what each section asks, what is answered, and the saving of one section."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from engine import cases
from engine.errors import Conflict, NotFound
from engine.fields import Catalogue, FieldDef, Section
from engine.forms import Form
from engine.instants import today
from engine.permissions import Actor, levels_held_back
from engine.reading import CaseReader


@dataclass(frozen=True, slots=True)
class Asked:
    """A section as it stands on one case: how many fields are asked today, and how many have a value."""

    section: Section
    asked: int
    answered: int


def catalogue_of(reader: CaseReader) -> Catalogue:
    """Return the catalogue of a case's category. Raises NotFound where it has none."""
    if reader.definition.catalogue is None:
        raise NotFound("This kind of case has no fields beside its forms.", remedy="Look at its details.")
    return reader.definition.catalogue


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


def form(catalogue: Catalogue, slug: str, *, by: Actor) -> Form:
    """Return the form of a section as the actor may see it today."""
    return catalogue.form(slug, today(), without=levels_held_back(by))


def form_of(catalogue: Catalogue, keys: Iterable[str], *, by: Actor) -> Form:
    """Return a form that asks for these fields alone, as far as the actor may see them today."""
    return catalogue.form_of(keys, today(), without=levels_held_back(by))


def save(
    session: Session, reader: CaseReader, asked: Form, answers: Any, *, seen: Mapping[str, Any], by: Actor
) -> tuple[str, ...]:
    """Check the answers to a form of the catalogue and keep what changes; return the keys of jobs to run afterwards.

    `seen` are the values that stood on the page; a field that somebody changed since is a conflict.

    Raises:
        Invalid: a sentence for each wrong answer.
        Conflict: a field changed while the page was open.
    """
    values, stored = asked.validate(answers, reader.scope(), functions=reader.functions), reader.stored()
    moved = [key for key in values if key in seen and stored.get(key) != seen[key]]
    if moved:
        labels = ", ".join(f"“{reader.definition.fields[key].label}”" for key in moved)
        raise Conflict(
            f"{labels} changed while you had this page open.", remedy="Check the new value, then send again."
        )
    changes = {key: value for key, value in values.items() if _differs(stored.get(key), value)}
    return cases.change_fields(session, reader.case.id, changes, by=by) if changes else ()


def _differs(before: Any, after: Any) -> bool:
    """Say whether an answer changes anything: nothing in place of nothing does not."""
    return before != after and (is_answered(before) or is_answered(after))
