"""Reads each kind of component that answers a field."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import re2

from engine.forms.components import (
    ChoiceInput,
    FileInput,
    Input,
    MomentInput,
    NumberInput,
    Option,
    TextInput,
    YesNoInput,
)
from engine.forms.properties import Properties
from engine.forms.templates import read

PLAIN = (str, int, bool, Decimal)
"""What the value of an option may be."""

LONGEST_PATTERN = 500
MOST_OPTIONS = 5_000


def _field(props: Properties, common: dict[str, Any]) -> dict[str, Any]:
    label = props.template("label")
    return common | {
        "label": label,
        "help": props.template("description"),
        "required": props.part("validate").flag("required"),
        "readonly": props.flag_or_expression("readonly"),
        "disabled": props.flag("disabled"),
        "default": props.raw.get("defaultValue"),
    }


def _text(props: Properties, common: dict[str, Any]) -> Input:
    validate = props.part("validate")
    look = props.part("appearance")
    return TextInput(
        **_labelled(props, _field(props, common)),
        min_length=validate.whole_or_expression("minLength"),
        max_length=validate.whole_or_expression("maxLength"),
        pattern=_pattern(validate),
        pattern_message=validate.text("patternErrorMessage"),
        format=_format(validate),
        prefix=look.template("prefixAdorner"),
        suffix=look.template("suffixAdorner"),
    )


def _format(validate: Properties) -> str:
    found = validate.text("validationType")
    if found in ("", "custom"):
        return ""
    if found not in ("email", "phone"):
        validate.error(
            "format", f"“{found[:60]}” is not a format.", "Use email, phone or custom.", name="validationType"
        )
        return ""
    return found


def _pattern(validate: Properties) -> str:
    pattern = validate.text("pattern")
    problem = pattern_problem(pattern)
    if problem:
        remedy = "Write it without looking ahead or back and without references to groups."
        validate.error("pattern", f"The pattern “{pattern[:120]}” cannot be used: {problem}.", remedy, name="pattern")
        return ""
    return pattern


def pattern_problem(pattern: str) -> str:
    """Return why a pattern cannot be used; "" when it can."""
    if len(pattern) > LONGEST_PATTERN:
        return f"it has more than {LONGEST_PATTERN} characters"
    try:
        compile_pattern(pattern)
    except re2.error as error:
        detail = error.args[0] if error.args else "it is not a pattern"
        return detail.decode("utf-8", "replace") if isinstance(detail, bytes) else str(detail)
    except UnicodeError:
        return "it has characters that cannot be stored"
    return ""


def compile_pattern(pattern: str) -> Any:
    """Return the pattern compiled by RE2, which cannot run away; raise `re2.error` when it cannot be."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    return re2.compile(pattern, options=options)


def _number(props: Properties, common: dict[str, Any]) -> Input:
    validate, look = props.part("validate"), props.part("appearance")
    increment = props.number("increment")
    if increment is not None and increment <= 0:
        props.error("property-bad", "“increment” must be more than 0.", "Correct or remove it.", name="increment")
        increment = None
    return NumberInput(
        **_labelled(props, _field(props, common)),
        minimum=validate.number_or_expression("min"),
        maximum=validate.number_or_expression("max"),
        decimals=props.whole("decimalDigits", most=20),
        increment=increment,
        prefix=look.template("prefixAdorner"),
        suffix=look.template("suffixAdorner"),
    )


def _moment(props: Properties, common: dict[str, Any]) -> Input:
    subtype = props.text("subtype", "date")
    if subtype not in ("date", "time", "datetime"):
        props.error("subtype", f"“{subtype[:60]}” is not date, time or datetime.", "Choose one.", name="subtype")
        subtype = "date"
    field = _field(props, common)
    if not field["label"].source:
        # form-js keeps the label of a date in dateLabel and of a time in timeLabel
        field["label"] = props.template("timeLabel" if subtype == "time" else "dateLabel")
    return MomentInput(**_labelled(props, field), subtype=subtype, not_past=props.flag("disallowPassedDates"))


def _yes_no(props: Properties, common: dict[str, Any]) -> Input:
    return YesNoInput(**_labelled(props, _field(props, common)))


def _choice(props: Properties, common: dict[str, Any]) -> Input:
    options = tuple(_options(props))
    expression, name = props.expression("valuesExpression"), props.text("valuesKey")
    if not options and expression is None and not name and "valuesExpression" not in props.raw:
        props.error("options", "There is nothing to choose from.", "Add options.", name="values")
    return ChoiceInput(
        **_labelled(props, _field(props, common)),
        options=options,
        options_name=name,
        options_expression=expression,
        searchable=props.flag("searchable"),
    )


def _options(props: Properties) -> Iterator[Option]:
    seen: set[str] = set()
    for number, raw in enumerate(props.items("values", most=MOST_OPTIONS)):
        option = read_option(raw)
        if option is None:
            remedy = "Give each option a value (a text, a number, true or false) and a label."
            props.error("options", "This option cannot be used.", remedy, name=f"values[{number}]")
        elif token(option.value) in seen:
            message = f"The option “{token(option.value)[:60]}” stands twice."
            props.error("options", message, "Give one of them another value.", name=f"values[{number}]")
        else:
            seen.add(token(option.value))
            yield option


def read_option(raw: object) -> Option | None:
    """Return an option written as form-js writes it: a plain value, or an object with a value and a label."""
    value = raw.get("value") if isinstance(raw, dict) else raw
    label = raw.get("label") if isinstance(raw, dict) else raw
    if isinstance(raw, dict) and value is None:
        value = label
    if not isinstance(value, PLAIN) or value == "":
        return None
    return Option(value, str(label) if isinstance(label, PLAIN) and label != "" else token(value))


def token(value: object) -> str:
    """Return how the value of an option is written in a page and posted back."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _file(props: Properties, common: dict[str, Any]) -> Input:
    field = _labelled(props, _field(props, common)) | {"default": None}
    return FileInput(**field, accept=props.text("accept"), several=props.flag_or_expression("multiple"))


def _labelled(props: Properties, field: dict[str, Any]) -> dict[str, Any]:
    """Return the field with a label: where none is written, words made from its key."""
    if not field["label"].source.strip():
        props.warning("label-missing", "The field has no label.", "Write what is asked for.", name="label")
        words = field["key"][-1].replace("_", " ").strip() or "Answer"
        field["label"] = read(words[:1].upper() + words[1:], place=props.place)
    return field


READERS: dict[str, Callable[[Properties, dict[str, Any]], Input]] = {
    "textfield": _text,
    "textarea": _text,
    "number": _number,
    "datetime": _moment,
    "checkbox": _yes_no,
    "radio": _choice,
    "select": _choice,
    "checklist": _choice,
    "taglist": _choice,
    "filepicker": _file,
}
