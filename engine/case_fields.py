"""The fields of the catalogue on a case: what each section asks, what is answered, and the saving of one section."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from engine import cases
from engine.errors import Conflict, NotFound
from engine.fields import Catalogue
from engine.fields.asking import differs
from engine.forms import Form
from engine.instants import today
from engine.permissions import Actor, levels_held_back
from engine.reading import CaseReader
from engine.record.lookups import require_known


def catalogue_of(reader: CaseReader) -> Catalogue:
    """Return the catalogue of a case's category. Raises NotFound where it has none."""
    if reader.definition.catalogue is None:
        raise NotFound("This kind of case has no fields beside its forms.", remedy="Look at its details.")
    return reader.definition.catalogue


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
    require_known(session, asked, values, by=by, stored=stored)
    moved = [key for key in values if key in seen and stored.get(key) != seen[key]]
    if moved:
        labels = ", ".join(f"“{reader.definition.fields[key].label}”" for key in moved)
        raise Conflict(
            f"{labels} changed while you had this page open.", remedy="Check the new value, then send again."
        )
    changes = {key: value for key, value in values.items() if differs(stored.get(key), value)}
    return cases.change_fields(session, reader.case.id, changes, by=by) if changes else ()
