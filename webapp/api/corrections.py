"""Checks corrected fields by the forms that ask for them, without asking for the rest of those forms."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError

from engine import case_fields
from engine.errors import Invalid
from engine.forms import Form, guards
from engine.forms.validation import flattened, refusal
from engine.forms.values import as_json
from engine.reading import CaseReader
from engine.record.lookups import require_known

NOT_ASKED = "This form does not ask for this."


def checked(reader: CaseReader, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the new values as the case keeps them.

    Raises:
        Invalid: one sentence for each field that the category does not have, does not ask for as the case stands, or
            whose value is not acceptable.
    """
    guards.check(dict(changes))
    section_of, of_catalogue = reader.definition.section_of, _of_catalogue(reader, changes)
    forms = {form_id: reader.definition.form_for(form_id, reader.actor) for form_id in reader.definition.forms}
    unknown = [key for key in changes if section_of.get(key) not in forms and key not in of_catalogue]
    errors = {key: f"This category has no field “{key[:80]}”." for key in unknown}
    values: dict[str, Any] = {}
    drawn = dict.fromkeys(section_of[key] for key in changes if key not in errors and key not in of_catalogue)
    parts = [
        (form, [k for k in changes if section_of.get(k) == form_id]) for form_id in drawn if (form := forms[form_id])
    ]
    if of_catalogue and reader.definition.catalogue is not None:
        parts.append((case_fields.form_of(reader.definition.catalogue, of_catalogue, by=reader.actor), of_catalogue))
    for form, keys in parts:
        try:
            found = _by_form(reader, form, {key: changes[key] for key in keys})
            require_known(reader.session, form, found, by=reader.actor, stored=reader.stored())
            values |= found
        except ValidationError as error:
            errors |= flattened(error.messages)
        except Invalid as error:
            errors |= error.errors
    if errors:
        raise refusal(_explained(errors))
    return values


def _of_catalogue(reader: CaseReader, changes: Mapping[str, Any]) -> list[str]:
    """Return the keys of the fields that no form asks for and the actor may see."""
    definition, hidden = reader.definition, reader.definition.hidden_from(reader.actor)
    if definition.catalogue is None:
        return []
    alone = definition.catalogue.at_top.keys() - hidden
    return [key for key in changes if key in alone and definition.section_of[key] not in definition.forms]


def _by_form(reader: CaseReader, form: Form, part: dict[str, Any]) -> dict[str, Any]:
    scope = reader.scope()
    resolution = form.resolve(scope, part, functions=reader.functions)
    found = form.schema_for(resolution.nodes, scope).load(part, partial=True)
    assert isinstance(found, dict)
    return {key: _kept(value) for key, value in found.items()}


def _kept(value: Any) -> Any:
    """Return a value as JSON; rows of a list into which nothing was typed are left out."""
    if isinstance(value, dict):
        return {name: _kept(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_kept(part) for part in value if part is not None]
    return as_json(value)


def _explained(errors: Mapping[str, str]) -> dict[str, str]:
    hidden = "As the case stands, no form asks for this, or it is worked out."
    return {path: hidden if sentence == NOT_ASKED else sentence for path, sentence in errors.items()}
