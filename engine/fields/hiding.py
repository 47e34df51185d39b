"""Takes out of values what somebody may not see."""

from collections.abc import Collection, Mapping
from typing import Any


def without(values: Mapping[str, Any], hidden: Collection[str]) -> dict[str, Any]:
    """Return values without those of the fields whose paths are given (`works[].cost` within a repeating group)."""
    if not hidden:
        return dict(values)
    within: dict[str, set[str]] = {}
    for path in hidden:
        group, mark, key = path.partition("[].")
        if mark:
            within.setdefault(group, set()).add(key)
    found = {key: value for key, value in values.items() if key not in hidden}
    for group, keys in within.items():
        if isinstance(rows := found.get(group), list):
            found[group] = [_row(row, keys) for row in rows]
    return found


def _row(row: Any, keys: set[str]) -> Any:
    return {name: part for name, part in row.items() if name not in keys} if isinstance(row, Mapping) else row
