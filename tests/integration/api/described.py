"""Holds answers against the published description: as much of JSON Schema as the description uses, and no more."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

TYPES: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "null": type(None),
}
KNOWN = {
    "$ref", "additionalProperties", "anyOf", "contentMediaType", "default", "description", "enum", "example",
    "format", "items", "maxItems", "maxLength", "maximum", "minItems", "minLength", "minimum", "pattern",
    "properties", "readOnly", "required", "title", "type", "x-maximum",
    "x-minimum", "x-standard",
}  # fmt: skip


def faults(value: Any, schema: dict[str, Any], described: dict[str, Any], place: str = "") -> list[str]:
    """Return where a value is not what its schema says."""
    unknown = set(schema) - KNOWN
    assert not unknown, f"this check does not know {unknown}"
    if "$ref" in schema:
        return faults(value, resolved(schema, described), described, place)
    if "anyOf" in schema:
        tried = [faults(value, one, described, place) for one in schema["anyOf"]]
        return [] if any(not found for found in tried) else tried[0]
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    if types and not any(_is(value, name) for name in types):
        return [f"{place}: {value!r} is no {' or '.join(types)}"]
    return [*_own(value, schema, place), *_inner(value, schema, described, place)]


def resolved(schema: dict[str, Any], described: dict[str, Any]) -> dict[str, Any]:
    """Return what a reference names, or the schema itself."""
    if "$ref" not in schema:
        return schema
    found: Any = described
    for part in schema["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    assert isinstance(found, dict)
    return found


def _is(value: Any, name: str) -> bool:
    if name == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if name == "number":
        return isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])


def _own(value: Any, schema: dict[str, Any], place: str) -> list[str]:
    found = []
    if value is not None and "enum" in schema and value not in schema["enum"]:
        found.append(f"{place}: {value!r} is none of {schema['enum']}")
    if isinstance(value, str) and not _has_format(value, schema.get("format", "")):
        found.append(f"{place}: {value!r} is no {schema['format']}")
    return found


def _has_format(text: str, name: str) -> bool:
    try:
        match name:
            case "date-time":
                return datetime.fromisoformat(text).tzinfo is not None
            case "date":
                return date.fromisoformat(text).isoformat() == text
            case "decimal":
                return f"{Decimal(text):.2f}" == text
            case "uri-reference":
                return text.startswith("/api/v1/") or text == "about:blank"
            case _:
                return True
    except (ValueError, ArithmeticError):
        return False


def _inner(value: Any, schema: dict[str, Any], described: dict[str, Any], place: str) -> list[str]:
    if isinstance(value, list):
        return [
            f for n, part in enumerate(value) for f in faults(part, schema.get("items", {}), described, f"{place}[{n}]")
        ]
    if not isinstance(value, dict):
        return []
    properties, others = schema.get("properties", {}), schema.get("additionalProperties", True)
    found = [f"{place}: {name} is missing" for name in schema.get("required", ()) if name not in value]
    for name, part in value.items():
        if name in properties:
            found += faults(part, properties[name], described, f"{place}.{name}")
        elif others is False:
            found.append(f"{place}: {name} is not described")
        elif isinstance(others, dict):
            found += faults(part, others, described, f"{place}.{name}")
    return found
