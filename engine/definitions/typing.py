"""Types the stored values of fields: a date is ISO text in JSON, and a date in FEEL and letters."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from engine.forms import typed

Convert = Callable[[Any], Any]


def converters(fields: Mapping[str, Any]) -> dict[str, Convert]:
    """Return for each field that needs it the function that types its stored value; others are typed as they stand.

    `fields` are keyed by path, as forms list them: `received_on`, `address.since`, `works[].due_on`.
    """
    tree: dict[str, Any] = {}
    for path, item in fields.items():
        if item.type in _TYPED:
            _plant(tree, re.split(r"\.|(?<=\[\])", path.replace("[].", "[]")), item.type)
    return {name.removesuffix("[]"): _convert(name, branch) for name, branch in tree.items()}


_TYPED = frozenset({"date", "time", "datetime"})


def _plant(tree: dict[str, Any], parts: list[str], kind: str) -> None:
    *holders, leaf = parts
    for holder in holders:
        tree = tree.setdefault(holder, {})
    tree[leaf] = kind


def _convert(name: str, branch: Any) -> Convert:
    if isinstance(branch, str):
        return lambda value: typed(branch, value)
    within = {inner.removesuffix("[]"): _convert(inner, twig) for inner, twig in branch.items()}
    if name.endswith("[]"):
        return lambda value: [_members(entry, within) for entry in value] if isinstance(value, list) else value
    return lambda value: _members(value, within)


def _members(value: Any, within: dict[str, Convert]) -> Any:
    if not isinstance(value, Mapping):
        return value
    return {key: within[key](entry) if key in within else entry for key, entry in value.items()}
