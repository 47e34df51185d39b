"""How the documentation tells of uploads: the files, and the fields that go with them, in one multipart form."""

from typing import Any

_FILE = {"type": "string", "contentMediaType": "application/octet-stream"}


def _form(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    return {"required": True, "content": {"multipart/form-data": {"schema": schema}}}


_WITH_A_FILE: dict[str, Any] = {
    "file": _FILE,
    "title": {"type": "string", "maxLength": 200, "description": "The file's name when left out."},
    "kind": {"type": "string", "maxLength": 80, "default": "other", "description": "One of /document-kinds."},
    "tags": {"type": "string", "maxLength": 500, "description": "Words with commas between."},
    "keep_place": {"type": "boolean", "description": "Leave the place where it was taken in a photograph."},
}
ONE_FILE = _form(_WITH_A_FILE, ["file"])
FILE_SOMEWHERE = _form(
    {
        **_WITH_A_FILE,
        "case": {"type": "string", "maxLength": 80, "description": "The reference of a case."},
        "about": {"type": "string", "maxLength": 500, "description": "person:12, home:3; with commas between."},
    },
    ["file"],
)
VERSION = _form(
    {
        "file": _FILE,
        "note": {"type": "string", "maxLength": 500, "description": "What changed."},
        "keep_place": _WITH_A_FILE["keep_place"],
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
TEMPLATE = _form(
    {
        "file": _FILE,
        "title": {"type": "string", "maxLength": 200, "description": "Of a template that is not there yet."},
        "description": {"type": "string", "maxLength": 2000, "description": "When to use it."},
        "note": {"type": "string", "maxLength": 500, "description": "What is new in it."},
    },
    ["file"],
)
