"""How the documentation tells of uploads: the files, and the fields that go with them, in one multipart form."""

from typing import Any

_FILE = {"type": "string", "contentMediaType": "application/octet-stream"}


def _form(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    return {"required": True, "content": {"multipart/form-data": {"schema": schema}}}


ONE_FILE = _form(
    {
        "file": _FILE,
        "title": {"type": "string", "maxLength": 200, "description": "The file's name when left out."},
        "kind": {"type": "string", "maxLength": 80, "default": "other", "description": "One of /document-kinds."},
    },
    ["file"],
)
MANY_FILES = _form(
    {
        "files": {"type": "array", "items": _FILE, "description": "Each with its name: category.toml, stage_1.form, …"},
        "note": {"type": "string", "maxLength": 2000, "description": "What changed, for those who look back."},
    },
    ["files"],
)
