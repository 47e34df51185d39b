"""Draws fields of the catalogue as components of a form, so that their answers are read and checked by what checks all.

The texts of the catalogue are plain: what looks like a template or an expression in a label stays as it is written.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from engine.fields.definition import ALWAYS, FieldDef
from engine.forms import Form
from engine.forms.components import (
    ChoiceInput,
    Component,
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
from engine.forms.expressions import Expression, compile_text
from engine.forms.templates import EMPTY, literal

MOST_IN_SIGHT = 6
"""Options that are shown as radio buttons; more become a list to choose from."""

MOST_ROWS = 100
YES_NO = (Option(True, "Yes"), Option(False, "No"))

Children = Mapping[str, Sequence[FieldDef]]
"""The fields within each repeating group, by the group's key."""


def form(name: str, asked: Iterable[FieldDef], children: Children) -> Form:
    """Return the form that asks for these fields in this order, under their headings."""
    parts: list[Component] = []
    for number, (heading, run) in enumerate(groupby(asked, key=lambda one: one.heading)):
        drawn = tuple(component(one, children) for one in run)
        if heading:
            named: dict[str, Any] = {"id": f"heading_{number}", "kind": "group", "place": heading}
            drawn = (Group(**named, label=literal(heading), children=drawn),)
        parts.extend(drawn)
    return Form(name, name, tuple(parts))


def component(one: FieldDef, children: Children) -> Component:
    """Return the component that asks for one field."""
    place = f"the field “{one.path}” of the catalogue"
    common: dict[str, Any] = {
        "id": f"field_{one.path.replace('[].', '_')}",
        "place": place,
        "hide": compile_text(f"if ({one.shown_when}) then false else true", place=place) if one.shown_when else None,
        "properties": {"catalogue": one.path}
        | ({} if one.sensitivity == "normal" else {"sensitivity": one.sensitivity}),
    }
    if one.type == "group":
        return _list(one, children.get(one.key, ()), common)
    common |= {
        "key": (one.key,),
        "label": literal(one.label),
        "help": literal(one.help),
        "required": _required(one, place),
        "default": default(one, place),
    }
    return _DRAWN[one.type](one, common)


def _required(one: FieldDef, place: str) -> bool | Expression:
    if one.required_when in ("", ALWAYS):
        return bool(one.required_when)
    return compile_text(one.required_when, place=place)


def default(one: FieldDef, place: str) -> Any:
    """Return what the field begins with: an expression, or the value as a page would post it; None for nothing."""
    if not one.default or one.type == "file":
        return None
    if one.default.startswith("="):
        return compile_text(one.default, place=place)
    return one.default.split("|") if one.type == "multiple_choice" else one.default


def _list(one: FieldDef, within: Iterable[FieldDef], common: dict[str, Any]) -> RepeatingList:
    least, most = one.limits.get("min"), one.limits.get("max")
    return RepeatingList(
        **common,
        kind="dynamiclist",
        path=(one.key,),
        label=literal(one.label),
        children=tuple(component(child, {}) for child in within),
        first_rows=0,
        minimum=int(least or (one.required_when == ALWAYS)),
        maximum=int(most or MOST_ROWS),
    )


def _text(one: FieldDef, common: dict[str, Any]) -> Input:
    limits = one.limits
    return TextInput(
        **common,
        kind="textarea" if one.type == "long_text" else "textfield",
        min_length=_whole(limits.get("min_length")),
        max_length=_whole(limits.get("max_length")),
        pattern=str(limits.get("pattern", "")),
        pattern_message=str(limits.get("pattern_message", "")),
    )


def _number(one: FieldDef, common: dict[str, Any]) -> Input:
    is_money = one.type == "money"
    return NumberInput(
        **common,
        kind="number",
        minimum=_decimal(one.limits.get("min")),
        maximum=_decimal(one.limits.get("max")),
        decimals=2 if is_money else _whole(one.limits.get("decimals")),
        prefix=literal("£") if is_money else EMPTY,
    )


def _moment(one: FieldDef, common: dict[str, Any]) -> Input:
    return MomentInput(
        **common,
        kind="datetime",
        subtype="datetime" if one.type == "date_time" else "date",
        earliest=_day(one.limits.get("min")),
        latest=_day(one.limits.get("max")),
    )


def _yes_no(one: FieldDef, common: dict[str, Any]) -> Input:
    return ChoiceInput(**common, kind="radio", options=YES_NO)  # nobody having asked is not the same as no


def _choice(one: FieldDef, common: dict[str, Any]) -> Input:
    options = tuple(Option(value, label) for value, label in one.options)
    is_long = len(options) > MOST_IN_SIGHT
    return ChoiceInput(**common, kind="select" if is_long else "radio", options=options, searchable=is_long)


def _choices(one: FieldDef, common: dict[str, Any]) -> Input:
    options = tuple(Option(value, label) for value, label in one.options)
    return ChoiceInput(**common, kind="checklist", options=options, searchable=len(options) > MOST_IN_SIGHT)


def _lookup(one: FieldDef, common: dict[str, Any]) -> Input:
    return LookupInput(**common, kind="lookup", entity=str(one.limits.get("entity", "person")))


def _file(one: FieldDef, common: dict[str, Any]) -> Input:
    several = bool(one.limits.get("several"))
    return FileInput(**common, kind="filepicker", several=several, accept=str(one.limits.get("accept", "")))


_DRAWN: Mapping[str, Callable[[FieldDef, dict[str, Any]], Input]] = {
    "text": _text,
    "long_text": _text,
    "number": _number,
    "money": _number,
    "date": _moment,
    "date_time": _moment,
    "yes_no": _yes_no,
    "choice": _choice,
    "multiple_choice": _choices,
    "lookup": _lookup,
    "file": _file,
}


def _whole(limit: Any) -> int | None:
    return None if limit in (None, "") else int(limit)


def _decimal(limit: Any) -> Decimal | None:
    return None if limit in (None, "") else Decimal(str(limit))


def _day(limit: Any) -> date | None:
    return date.fromisoformat(str(limit)) if limit else None


def named(components: Sequence[Component]) -> Iterator[str]:
    """Yield the paths of the catalogue's fields that components of a drawn form name by their property `catalogue`."""
    for one in components:
        if name := one.properties.get("catalogue"):
            yield name
        if isinstance(one, Group):
            yield from named(one.children)
