"""What all schemas share, and the kinds of field that are our own."""

from datetime import UTC, datetime
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, utils, validate, validates_schema

from engine.fields.searching import WAYS

PREFIX = "/api/v1"


class Taken(Schema):
    """What a request holds; a field that nobody asked for is a fault, not to be passed over."""

    class Meta:
        unknown = RAISE


class Answered(Schema):
    """What an answer holds: always all of its fields, null where there is nothing."""

    class Meta:
        unknown = RAISE

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Tell in the documentation that the field is always there."""
        field_obj.required = True


class Filter(Taken):
    """What the query of a list holds."""

    cursor = fields.String(
        load_default="",
        validate=validate.Length(max=600),
        metadata={"description": "Where to go on: `next` or `previous` of a page, as it is."},
    )
    limit = fields.Integer(
        load_default=50,
        validate=validate.Range(1, 200),
        metadata={"description": "How many lines a page has at most."},
    )


class NamedSchema(Answered):
    """Somebody or something by id and name."""

    id = fields.Integer()
    name = fields.String()


class WaySchema(Answered):
    """One way on: the id of a sequence flow, and its name or that of what it leads to."""

    id = fields.String()
    name = fields.String()


class OfferSchema(Answered):
    """The ways on that a person may choose from."""

    many = fields.Boolean(metadata={"description": "Several may be chosen."})
    ways = fields.List(fields.Nested(WaySchema))


class Named(fields.Nested):
    """{"id", "name"} of what stands in the attributes `<name>_id` and `<name>`; null when the id is none."""

    _CHECK_ATTRIBUTE = False

    def __init__(self, description: str = "") -> None:
        super().__init__(NamedSchema, allow_none=True, metadata={"description": description} if description else {})

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:  # type: ignore[override]
        found = utils.get_value(obj, f"{attr}_id", None)
        return None if found is None else {"id": found, "name": utils.get_value(obj, attr or "", "")}


class Url(fields.String):
    """The address of a resource on this server, made from attributes that `template` names in braces."""

    _CHECK_ATTRIBUTE = False

    def __init__(self, template: str, *names: str) -> None:
        super().__init__(metadata={"format": "uri-reference", "example": f"{PREFIX}{template}"})
        self.template = f"{PREFIX}{template}"
        self.names = names

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str:
        return self.template.format(**{name: utils.get_value(obj, name) for name in self.names})


class Amount(fields.Decimal):
    """Pounds and pence, written as text so that no reader rounds them: "112.40"."""

    def __init__(self, description: str) -> None:
        super().__init__(places=2, as_string=True, metadata={"description": description, "example": "112.40"})


def text(most: int, description: str = "", *, least: int = 1, **given: Any) -> fields.String:
    """Return a field for text of bounded length, required when it may not be empty."""
    given.setdefault("required", least > 0)
    told = {"description": description} if description else {}
    return fields.String(validate=validate.Length(least, most), metadata=told, **given)


def optional(most: int, description: str = "") -> fields.String:
    """Return a field for text that may be left out."""
    return text(most, description, least=0, required=False, load_default="")


def choice(values: Any, description: str = "", *, default: str = "") -> fields.String:
    """Return a field that takes one of `values`; left out, it is `default`."""
    told = {"description": description} if description else {}
    return fields.String(load_default=default, validate=validate.OneOf(values), metadata=told)


class ByField(Filter):
    """What the query of a list holds that can be narrowed to those whose searchable field has a value."""

    field = optional(80, "The key of a searchable field of the catalogue; those that have `value` in it are listed.")
    way = choice(
        tuple(WAYS),
        "How the field compares to `value`; begins is for texts, least and most for the others.",
        default="is",
    )
    value = optional(300, "A value of the field, or the label of a choice.")

    @validates_schema
    def _is_about_a_field(self, given: dict[str, Any], **_: Any) -> None:
        if given.get("value") and not given.get("field"):
            raise ValidationError("Name the field that has this value.", "field")


def row_id(description: str = "", **given: Any) -> fields.Integer:
    """Return a field for the number of a row."""
    told = {"description": description} if description else {}
    return fields.Integer(strict=True, validate=validate.Range(1, 2**63 - 1), metadata=told, **given)


def instant(description: str) -> fields.AwareDateTime:
    """Return a field for an instant that may be left out."""
    in_reach = validate.Range(datetime(1800, 1, 1, tzinfo=UTC), datetime(2300, 1, 1, tzinfo=UTC))
    return fields.AwareDateTime(load_default=None, validate=in_reach, metadata={"description": description})


def named_values(description: str, **given: Any) -> fields.Dict:
    """Return a field that holds values by name, of any type that JSON has."""
    raw = fields.Raw(allow_none=True)
    return fields.Dict(keys=fields.String(), values=raw, metadata={"description": description}, **given)


def page_of(line: type[Schema]) -> type[Schema]:
    """Return the schema of a page of such lines."""
    return Answered.from_dict(
        {
            "items": fields.List(fields.Nested(line)),
            "next": fields.String(allow_none=True, metadata={"description": "The cursor of the page after this one."}),
            "previous": fields.String(allow_none=True, metadata={"description": "The cursor of the page before."}),
        },
        name=f"{line.__name__.removesuffix('Schema')}PageSchema",
    )
