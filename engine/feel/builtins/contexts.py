"""Functions on contexts (DMN 1.5, 10.3.4.7; Camunda's one-argument `context merge` and `context put`)."""

from collections.abc import Mapping

from engine.feel.builtins.base import define
from engine.feel.faults import Null
from engine.feel.values import kind

Context = Mapping[str, object]
MAX_KEYS = 60


def get_value(context: Context, key: str) -> object:
    """Return the value of an entry, null when there is none."""
    return context.get(key)


def get_nested_value(context: Context, keys: list[object]) -> object:
    """Return the value at the end of a path of keys."""
    value: object = context
    for key in _path(keys):
        if not isinstance(value, Mapping):
            raise Null(f"there is no context to find `{key}` in.")
        value = value.get(key)
    return value


def get_entries(context: Context) -> list[object]:
    """Return the entries as a list of contexts with `key` and `value`."""
    return [{"key": key, "value": value} for key, value in context.items()]


def context_of(entries: list[object]) -> Context:
    """Return the context that a list of `key` and `value` contexts describes."""
    built: dict[str, object] = {}
    for entry in entries:
        if not isinstance(entry, Mapping) or "value" not in entry or not isinstance(entry.get("key"), str):
            raise Null("each entry needs a text `key` and a `value`.")
        if entry["key"] in built:
            raise Null(f"the key `{entry['key']}` comes twice.")
        built[entry["key"]] = entry["value"]
    return built


def put(context: Context, key: str, value: object) -> Context:
    """Return the context with one entry set."""
    return {**context, key: value}


def put_nested(context: Context, keys: list[object], value: object) -> Context:
    """Return the context with the entry at the end of a path set; what is missing on the way is made."""
    if len(keys) > MAX_KEYS:
        raise Null(f"there are more than {MAX_KEYS} keys.")
    key, *rest = _path(keys)
    if not rest:
        return put(context, key, value)
    inner = context.get(key)
    if inner is not None and not isinstance(inner, Mapping):
        raise Null(f"`{key}` is no context.")
    return {**context, key: put_nested(inner or {}, list(rest), value)}


def _path(keys: list[object]) -> list[str]:
    if not keys or any(kind(key) != "string" for key in keys):
        raise Null("the keys should be texts, and one at least.")
    return keys  # type: ignore[return-value]


def merge(contexts: list[object]) -> Context:
    """Return one context with the entries of all, later ones winning."""
    merged: dict[str, object] = {}
    for context in contexts:
        if not isinstance(context, Mapping):
            raise Null("each item should be a context.")
        merged.update(context)
    return merged


CONTEXTS = (
    define("get value(m: context, key: string) -> any", get_value),
    define("get value(m: context, keys: list) -> any", get_nested_value),
    define("get value(context: context, key: string) -> any", get_value),
    define("get value(context: context, keys: list) -> any", get_nested_value),
    define("get entries(m: context) -> list", get_entries),
    define("get entries(context: context) -> list", get_entries),
    define("context(entries: list) -> context", context_of),
    define("context put(context: context, key: string, value: any) -> context", put),
    define("context put(context: context, keys: list, value: any) -> context", put_nested),
    define("context merge(contexts: list) -> context", merge),
    define("put(context: context, key: string, value: any) -> context", put),  # Camunda's former names of the two
    define("put all(contexts: list) -> context", merge),
)
