"""Takes out of values what somebody may not see."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine.forms.components import Component, Group


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


def without_named(components: Sequence[Component], hidden: Collection[str]) -> tuple[Component, ...]:
    """Return the components of a form without those that ask for these fields of the catalogue."""
    return tuple(
        replace(one, children=without_named(one.children, hidden)) if isinstance(one, Group) else one
        for one in components
        if one.properties.get("catalogue", "") not in hidden
    )


def events_without(events: Sequence[Any], hidden: Collection[str]) -> list[Any]:
    """Return events (dataclasses with a payload) without the values of fields that somebody may not see."""
    if not hidden:
        return list(events)
    return [replace(event, payload=without_changes(event.payload, hidden)) for event in events]


def without_changes(payload: dict[str, Any] | None, hidden: Collection[str]) -> dict[str, Any] | None:
    """Return what an event tells without the values of fields, before and after, that somebody may not see."""
    if not payload or not hidden or "changes" not in payload:
        return payload
    told: dict[str, Any] = payload["changes"]
    before = without({key: change[0] for key, change in told.items()}, hidden)
    after = without({key: change[1] for key, change in told.items()}, hidden)
    return {**payload, "changes": {key: [before[key], after[key]] for key in before}}
