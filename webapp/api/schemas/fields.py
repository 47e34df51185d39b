"""The catalogue of fields, and the values of an entity's fields."""

from typing import Any

from marshmallow import fields, validate

from engine.field_catalogue.texts import COLUMNS, LONGEST_TEXT, MOST_OPTIONS, MOST_POSITION
from engine.fields import SENSITIVITIES, TYPES, FieldDef
from webapp.api.schemas.base import Answered, ByField, Taken, Url, named_values, page_of, text

FEEL = "In FEEL; empty: never."
OWNER = "An entity (person, home, tenancy, account, organisation), or `category:` and the key of a category."
_PLAIN = tuple(c for c in COLUMNS if c not in ("options", "position", "searchable", "several", "retired"))
_TOLD = {
    "type": f"One of: {', '.join(TYPES)}.",
    "parent": "The key of the repeating group that it stands in.",
    "required_when": f"{FEEL} `true`: always.",
    "shown_when": "In FEEL; empty: always.",
    "default": "A value, or FEEL behind `=`.",
    "sensitivity": f"One of: {', '.join(SENSITIVITIES)}.",
    "from_on": "The first day on which it is asked.",
    "until_on": "The last one.",
}


class OptionSchema(Taken):
    """One of the answers offered."""

    value = text(80)
    label = text(200)


class OwnerSchema(Answered):
    """Whose fields there are."""

    key = fields.String(metadata={"description": OWNER})
    name = fields.String()
    number = fields.Integer(metadata={"description": "Of fields that are asked."})
    url = Url("/fields/{key}", "key")


class OwnersSchema(Answered):
    """Everything that may have fields."""

    items = fields.List(fields.Nested(OwnerSchema))


class _Field(Answered):
    """A field of the catalogue; texts that do not apply are empty."""

    id = fields.Integer()
    owner = fields.String()
    revision = fields.Integer(metadata={"description": "For If-Match; also the ETag."})
    position = fields.Integer()
    searchable = fields.Boolean()
    several = fields.Boolean()
    retired = fields.Boolean()
    options = fields.List(fields.Nested(OptionSchema))


def _told(name: str) -> dict[str, str]:
    return {"description": _TOLD[name]} if name in _TOLD else {}


FieldSchema = _Field.from_dict({name: fields.String(metadata=_told(name)) for name in _PLAIN}, name="FieldSchema")
FieldPage = page_of(FieldSchema)


class _Said(Taken):
    """What may be said of a field; what is left out stays as it is, or is empty."""

    position = fields.Integer(strict=True, validate=validate.Range(0, MOST_POSITION))
    searchable = fields.Boolean()
    several = fields.Boolean()
    options = fields.List(fields.Nested(OptionSchema), validate=validate.Length(max=MOST_OPTIONS))
    reason = fields.String(validate=validate.Length(max=500), metadata={"description": "Stands in the history."})


_TEXTS: dict[str, Any] = {
    name: fields.String(validate=validate.Length(max=LONGEST_TEXT), metadata=_told(name)) for name in _PLAIN
}
ChangedField = _Said.from_dict(_TEXTS, name="ChangedField")
NewField = _Said.from_dict(
    {**_TEXTS, **{name: text(LONGEST_TEXT, _TOLD.get(name, "")) for name in ("key", "type", "label")}}, name="NewField"
)


class FieldReason(Taken):
    """Why a field is retired or brought back."""

    reason = fields.String(load_default="", validate=validate.Length(max=500))


class CasesByField(ByField):
    """A question about a searchable field."""

    field = fields.String(required=True, validate=validate.Length(1, 80))
    value = fields.String(required=True, validate=validate.Length(1, 300))


class RecordFieldsSchema(Answered):
    """The values of an entity's fields."""

    revision = fields.Integer(metadata={"description": "Of the entity, for If-Match; also the ETag."})
    fields_ = named_values("Values by the key of the field, as they are kept.", attribute="fields", data_key="fields")


class RecordFieldsChange(Taken):
    """New values by the key of the field; those that are not named stay, null empties one."""

    class Meta:
        unknown = "include"


def shown(one: FieldDef, texts: dict[str, str]) -> dict[str, Any]:
    """Return a definition as `FieldSchema` writes it; `texts` are its columns."""
    return {
        **{name: texts[name] for name in _PLAIN},
        "id": one.id,
        "owner": one.owner,
        "revision": one.revision,
        "position": one.position,
        "searchable": one.is_searchable,
        "several": bool(one.limits.get("several")),
        "retired": one.retired_at is not None,
        "options": [{"value": value, "label": label} for value, label in one.options],
    }


def given_texts(given: dict[str, Any]) -> dict[str, str]:
    """Return what a program said of a field as the texts that all other ways give."""
    found = {name: str(value) for name, value in given.items() if name in COLUMNS and name != "options"}
    for name in ("searchable", "several"):
        if name in given:
            found[name] = "yes" if given[name] else ""
    if "options" in given:
        found["options"] = "|".join(f"{option['value']}={option['label']}" for option in given["options"])
    return found
