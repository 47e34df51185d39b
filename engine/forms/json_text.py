"""Read the JSON of a form, which may be hostile, without ever raising anything but `Invalid`."""

import json
from decimal import Decimal
from typing import Any, NoReturn

from engine.errors import Invalid

LARGEST = 1_000_000
"""Characters. The largest form that anybody has drawn is about a tenth of this."""


def decode(form_json: str | bytes, *, source: str) -> str:
    """Return the text of the form; raise `Invalid` when it is too large or not UTF-8."""
    if len(form_json) > LARGEST:
        _refuse(source, f"The form is {len(form_json):,} characters long; at most {LARGEST:,} are read.", "Split it.")
    if isinstance(form_json, str):
        return form_json.removeprefix("\ufeff")
    try:
        return form_json.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _refuse(source, f"The form is not UTF-8 text (byte {error.start}).", "Save it as UTF-8.")


def parse(text: str, *, source: str) -> dict[str, Any]:
    """Return the JSON object in `text`; names given twice, NaN and runaway nesting are refused."""
    try:
        found = json.loads(text, parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_no_twins)
    except json.JSONDecodeError as error:
        _refuse(source, f"The form is not JSON: {error.msg} in line {error.lineno}, column {error.colno}.", _EXPORT)
    except (ValueError, ArithmeticError) as error:
        _refuse(source, f"The form cannot be read: {error}.", _EXPORT)
    except RecursionError:
        _refuse(source, "The form is nested too deeply to be read.", "Take out groups within groups.")
    if not isinstance(found, dict):
        _refuse(source, "A form is a JSON object; something else was found.", _EXPORT)
    return found


_EXPORT = "Export it again from the form editor."


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number in JSON")


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twin = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the name {twin[:60]!r} stands twice in one object")
    return found


def _refuse(source: str, message: str, remedy: str) -> NoReturn:
    raise Invalid(f"{source}: {message}", remedy=remedy)
