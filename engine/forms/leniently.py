"""Answers as expressions see them while a form is being filled in: typed, and null where they cannot be read yet."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.forms.components import (
    ChoiceInput,
    Component,
    FileInput,
    Group,
    Input,
    MomentInput,
    NumberInput,
    RepeatingList,
    TextInput,
    YesNoInput,
)
from engine.forms.inputs import token
from engine.forms.paths import MISSING, Path, get, put
from engine.forms.values import (
    Unreadable,
    is_blank,
    read_date,
    read_flag,
    read_instant,
    read_number,
    read_text,
    read_time,
)


def typed(components: Sequence[Component], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers as expressions see them: days as dates, numbers as Decimal; what cannot be read is null."""
    found: dict[str, Any] = {}
    for component in components:
        _type_into(found, component, answers)
    return found


def _type_into(found: dict[str, Any], component: Component, answers: Mapping[str, Any]) -> None:
    if isinstance(component, RepeatingList):
        rows = get(answers, component.path)
        if isinstance(rows, list):
            put(found, component.path, [typed(component.children, r) if isinstance(r, dict) else {} for r in rows])
    elif isinstance(component, Group):
        inner = get(answers, component.path)
        if isinstance(inner, Mapping):
            merge(found, component.path, typed(component.children, inner))
    elif isinstance(component, Input):
        raw = get(answers, component.key)
        if raw is not MISSING:
            put(found, component.key, typed_value(component, raw))


def merge(found: dict[str, Any], path: Path, inner: dict[str, Any]) -> None:
    """Lay `inner` over the object at `path`, object by object."""
    target = get(found, path)
    if not isinstance(target, dict):
        put(found, path, inner)
        return
    for name, value in inner.items():
        if isinstance(value, dict) and isinstance(target.get(name), dict):
            merge(target, (name,), value)
        else:
            target[name] = value


def typed_value(component: Input, raw: Any) -> Any:
    """Return one answer as expressions see it; null when it is blank or cannot be read."""
    if is_blank(raw) and not isinstance(component, YesNoInput):
        return [] if raw == [] else None
    try:
        return _read(component, raw)
    except Unreadable:
        return None


def _read(component: Input, raw: Any) -> Any:
    match component:
        case TextInput():
            return read_text(raw, many_lines=component.kind == "textarea")
        case NumberInput():
            return read_number(raw)
        case MomentInput():
            return {"date": read_date, "time": read_time, "datetime": read_instant}[component.subtype](raw)
        case YesNoInput():
            return read_flag(raw)
        case ChoiceInput() if component.takes_several:
            return [_chosen(component, part) for part in (raw if isinstance(raw, list) else [raw])]
        case ChoiceInput():
            return _chosen(component, raw)
        case FileInput():
            return raw if isinstance(raw, list) else [raw]
        case _:
            return raw


def _chosen(component: ChoiceInput, raw: Any) -> Any:
    """Return the value of the option that a page posts as a text: true, not “true”."""
    if not isinstance(raw, str):
        return raw
    return next((o.value for o in component.options if not isinstance(o.value, str) and token(o.value) == raw), raw)
