"""Writes TOML: Python reads it and cannot write it. Enough for category.toml: texts, numbers, lists, tables."""

import json
from collections.abc import Iterator, Mapping
from typing import Any


def write(table: Mapping[str, Any]) -> str:
    """Return `table` as TOML; values come before tables, as the format asks."""
    return "\n".join(_table(table, "")).strip() + "\n"


def _table(table: Mapping[str, Any], name: str) -> Iterator[str]:
    for key, value in table.items():
        if not _is_table(value):
            yield f"{_key(key)} = {_value(value)}"
    for key, value in table.items():
        inner = f"{name}.{_key(key)}" if name else _key(key)
        if isinstance(value, Mapping):
            yield f"\n[{inner}]"
            yield from _table(value, inner)
        elif _is_table(value):
            for entry in value:
                yield f"\n[[{inner}]]"
                yield from _table(entry, inner)


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping) or (isinstance(value, list) and bool(value) and isinstance(value[0], Mapping))


def _key(key: str) -> str:
    return key if key.replace("_", "a").replace("-", "a").isalnum() and key.isascii() else json.dumps(key)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_value(each) for each in value) + "]"
    return str(value)


def _text(text: str) -> str:
    """Return a basic string; JSON's escapes are TOML's, but for the delete character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
