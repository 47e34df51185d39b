"""Changes one rule in the text of its file and leaves the rest as it stands, comments included.

What was written is read again and compared with what was meant: nothing is taken on trust from the writer.
"""

import copy
import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from engine.errors import Invalid, NotFound
from engine.rules.rule import Rule

Values = Mapping[str, Any]  # key of a rules file to its value; None takes it out
GROUNDS = ("extension", "stop", "reset")
SPANS = ("within", "not_before", "amber_after", "amber_before_due", "at_most", "minimum_left")  # written on one line


def change_rule(text: str, place: int, values: Values) -> str:
    """Return `text` with these keys of its rule number `place` (from 0) set, or taken out where the value is None.

    A value may be a table (a mapping: only its keys change) or a list of tables, matched with those there by id.
    Raises NotFound for a place at which no rule stands, Invalid where the text cannot be changed like this.
    """
    return _written(text, lambda rules: _set(_at(rules, place), values))


def add_rule(text: str, values: Values) -> str:
    """Return `text` with another rule at its end."""

    def add(rules: Any) -> None:
        made: Any = tomlkit.table() if hasattr(rules, "unwrap") else {}
        _set(made, values)
        rules.append(made)

    return _written(text, add)


def add_version(text: str, place: int, *, starts_on: date) -> str:
    """Return `text` with a copy of a rule that is in force from a day on, and the rule itself until the day before."""

    def split(rules: Any) -> None:
        later = copy.deepcopy(_at(rules, place))
        _set(rules[place], {"in_force_to": starts_on - timedelta(days=1)})
        _set(later, {"in_force_from": starts_on, "in_force_to": None})
        rules.insert(place + 1, later)

    return _written(text, split)


def remove_rule(text: str, place: int) -> str:
    """Return `text` without a rule."""

    def remove(rules: Any) -> None:
        _at(rules, place)
        del rules[place]

    return _written(text, remove)


def place_of(text: str, rule: Rule) -> int:
    """Return at which place a version of a rule stands in its file. Raises NotFound."""
    for place, entry in enumerate(tomllib.loads(text).get("rule", [])):
        if entry.get("id") == rule.id and entry.get("in_force_from") == rule.in_force_from:
            return place
    raise NotFound(f"There is no version {rule.version} of the rule “{rule.id}” any more.")


def as_values(text: str, place: int) -> dict[str, Any]:
    """Return the keys of a rule as they stand in its file."""
    rules = tomllib.loads(text).get("rule", [])
    return dict(_at(rules, place))


def _written(text: str, change: Any) -> str:
    meant = tomllib.loads(text) if text.strip() else {}
    change(meant.setdefault("rule", []))
    try:
        document = tomlkit.parse(text)
        change(document.setdefault("rule", tomlkit.aot()))
        written = tomlkit.dumps(document)
        is_right = tomllib.loads(written) == meant
    except (TOMLKitError, tomllib.TOMLDecodeError, ValueError, TypeError, KeyError, AttributeError):
        is_right = False
    if not is_right:
        raise Invalid("This file is written in a way that a form cannot change.", remedy="Change its text instead.")
    return written


def _at(rules: Any, place: int) -> Any:
    if not 0 <= place < len(rules):
        raise NotFound("There is no such rule in this file any more.")
    return rules[place]


def _set(into: Any, values: Values) -> None:
    for key, value in values.items():
        if value is None:
            into.pop(key, None)
        elif isinstance(value, Mapping) and isinstance(into.get(key), Mapping):
            _set(into[key], value)
        elif key in GROUNDS:
            _set_grounds(into, key, value)
        elif key not in into or into[key] != value:
            is_inline = key in SPANS and isinstance(value, Mapping) and hasattr(into, "unwrap")
            into[key] = _inline(value) if is_inline else _plain(value)


def _set_grounds(into: Any, key: str, grounds: list[Values]) -> None:
    """Change the tables that are there by id, add those that are new, take out those that are given no more."""
    known = {entry["id"]: entry for entry in into.get(key, [])}
    if [entry for entry in known if entry in {g["id"] for g in grounds}] != list(known) or len(known) != len(grounds):
        made = [_merged(known.get(ground["id"], {}), ground) for ground in grounds]
        into.pop(key, None)
        if made:
            into[key] = made
        return
    for ground in grounds:
        _set(known[ground["id"]], ground)


def _merged(before: Values, values: Values) -> dict[str, Any]:
    merged: dict[str, Any] = _unwrapped(before)
    _set(merged, values)
    return merged


def _unwrapped(value: Any) -> Any:
    return value.unwrap() if hasattr(value, "unwrap") else copy.deepcopy(value)


def _inline(value: Values) -> Any:
    made = tomlkit.inline_table()
    made.update(_plain(value))
    return made


def _plain(value: Any) -> Any:
    """Return a value without the keys that were given as absent."""
    if isinstance(value, Mapping):
        return {key: _plain(entry) for key, entry in value.items() if entry is not None}
    return [_plain(entry) for entry in value] if isinstance(value, list) else value
