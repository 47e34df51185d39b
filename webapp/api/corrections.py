"""Checks corrected fields by the forms that ask for them, without asking for the rest of those forms."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError

from engine.forms import guards
from engine.forms.validation import flattened, refusal
from engine.forms.values import as_json
from engine.reading import CaseReader

NOT_ASKED = "This form does not ask for this."


def checked(reader: CaseReader, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the new values as the case keeps them.

    Raises:
        Invalid: one sentence for each field that the category does not have, does not ask for as the case stands, or
            whose value is not acceptable.
    """
    guards.check(dict(changes))
    forms, section_of = reader.definition.forms, reader.definition.section_of
    errors = {key: f"This category has no field “{key[:80]}”." for key in changes if section_of.get(key) not in forms}
    values: dict[str, Any] = {}
    for form_id in dict.fromkeys(section_of[key] for key in changes if key not in errors):
        part = {key: value for key, value in changes.items() if section_of.get(key) == form_id}
        try:
            values |= _by_form(reader, form_id, part)
        except ValidationError as error:
            errors |= flattened(error.messages)
    if errors:
        raise refusal(_explained(errors))
    return values


def _by_form(reader: CaseReader, form_id: str, part: dict[str, Any]) -> dict[str, Any]:
    form, scope = reader.definition.forms[form_id], reader.scope()
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
