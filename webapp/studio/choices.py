"""What the modeller offers by name, so that nobody types an id: forms, teams, rules, fields, letters, reasons."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.definitions.category import SETTINGS_FILE, read_settings
from engine.errors import Invalid
from engine.forms import load as load_form
from engine.forms.titles import title_of
from engine.rules import load as load_rules

DATES = ("date", "datetime")


def choices_of(files: Mapping[str, bytes]) -> dict[str, Any]:
    """Return the names in a category's files, as far as they can be read."""
    settings = _settings(files)
    fields = dict(_fields(files))
    return {
        "forms": [{"id": form_id, "title": title} for form_id, title in _forms(files)],
        "letters": sorted(_stem(path) for path in files if path.endswith(".docx")),
        "rules": _rules(files),
        "teams": list(settings.teams.values()) if settings else [],
        "closure_reasons": list(settings.closure_reasons) if settings else [],
        "dates": [
            {"key": key, "label": label} for key, (kind, label) in fields.items() if kind in ("date", "datetime")
        ],
        "fields": [{"key": key, "label": label, "type": kind} for key, (kind, label) in fields.items()],
    }


def _settings(files: Mapping[str, bytes]) -> Any:
    try:
        return read_settings(files.get(SETTINGS_FILE, b""))
    except (Invalid, KeyError, TypeError, AttributeError):
        return None


def _forms(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    for path in files:
        if path.endswith(".form"):
            yield _stem(path), title_of(files[path]) or _stem(path).replace("_", " ").capitalize()


def _fields(files: Mapping[str, bytes]) -> Iterator[tuple[str, tuple[str, str]]]:
    for path in files:
        if path.endswith(".form"):
            try:
                form = load_form(files[path], source=path)
            except Invalid:
                continue
            yield from ((field.key, (field.type, field.label)) for field in form.fields if "[]" not in field.key)


def _rules(files: Mapping[str, bytes]) -> list[str]:
    try:
        return list(load_rules(files.get("rules.toml", b"").decode(), source="rules.toml").ids)
    except (Invalid, UnicodeDecodeError):
        return []


def _stem(path: str) -> str:
    return path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
