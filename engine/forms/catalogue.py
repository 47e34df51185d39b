"""The fields of a form as one flat list: what the case document, the studio and the API know of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from engine.forms.components import (
    ChoiceInput,
    Component,
    Computed,
    FileInput,
    Group,
    Input,
    LookupInput,
    MomentInput,
    NumberInput,
    Option,
    RepeatingList,
    TextInput,
)
from engine.forms.values import Unreadable, read_date, read_instant, read_number, read_time


@dataclass(frozen=True)
class Field:
    """One field. `key` is its path: `address.postcode`; within a repeating list `works[].cost`.

    `label` is what the field is called where its form is not around it: the property `case_label` of its component,
    else its label. `prefix` stands before its value: a number behind £ is an amount of money.
    """

    key: str
    label: str
    type: str
    options: tuple[Option, ...] = ()
    help: str = ""
    required: bool = False
    sensitivity: str = ""
    computed: bool = False
    prefix: str = ""
    place: str = ""


def fields_of(components: Sequence[Component], prefix: str = "") -> Iterator[Field]:
    """Return the fields of a form in its order; those of groups and lists after the field that holds them."""
    for component in components:
        if isinstance(component, Group):
            yield from _group(component, prefix)
        elif isinstance(component, Input):
            yield _input(component, prefix)
        elif isinstance(component, Computed):
            yield _computed(component, prefix)


def _group(component: Group, prefix: str) -> Iterator[Field]:
    inner = _join(prefix, component.path)
    if component.path:
        kind = "list" if isinstance(component, RepeatingList) else "group"
        label = component.label.source or _words(component.path)
        yield Field(inner, label, kind, sensitivity=component.properties.get("sensitivity", ""), place=component.place)
    yield from fields_of(component.children, f"{inner}[]" if isinstance(component, RepeatingList) else inner)


def _input(component: Input, prefix: str) -> Field:
    return Field(
        key=_join(prefix, component.key),
        label=component.properties.get("case_label") or component.label.source,
        type=type_of(component),
        options=component.options if isinstance(component, ChoiceInput) else (),
        help=component.help.source,
        required=component.required is True,
        sensitivity=component.properties.get("sensitivity", ""),
        prefix=component.prefix.source if isinstance(component, NumberInput) else "",
        place=component.place,
    )


def _computed(component: Computed, prefix: str) -> Field:
    return Field(
        key=_join(prefix, component.key),
        label=component.properties.get("case_label") or _words(component.key),
        type="any",
        computed=True,
        prefix=component.properties.get("prefix", ""),
        place=component.place,
    )


def type_of(component: Input) -> str:
    """Return the type of what the component answers."""
    match component:
        case TextInput():
            return "long_text" if component.kind == "textarea" else "text"
        case NumberInput():
            return "number"
        case MomentInput():
            return component.subtype
        case ChoiceInput() if component.options and all(isinstance(o.value, bool) for o in component.options):
            return "yes_no"
        case ChoiceInput():
            return "multiple_choice" if component.takes_several else "choice"
        case LookupInput():
            return "lookup"
        case FileInput():
            return "file"
        case _:
            return "yes_no"


def typed(field_type: str, value: Any) -> Any:
    """Return a value of the case document as expressions and letters see it; what cannot be read is returned as it is.

    `date` gives a date, `time` a time, `datetime` an aware UTC datetime, `number` a Decimal.
    """
    reader = _READERS.get(field_type)
    if reader is None or value is None:
        return value
    try:
        return reader(value)
    except Unreadable:
        return value


_READERS = {"date": read_date, "time": read_time, "datetime": read_instant, "number": read_number}


def _join(prefix: str, path: tuple[str, ...]) -> str:
    return ".".join(part for part in (prefix, *path) if part)


def _words(path: tuple[str, ...]) -> str:
    words = path[-1].replace("_", " ").strip()
    return words[:1].upper() + words[1:]
