"""Bounds on what may be sent as answers, checked before anything looks at them."""

import math
import re
from decimal import Decimal
from typing import Any, NoReturn

from engine.errors import Invalid
from engine.forms.names import POISON

DEEPEST = 16
LARGEST = 256 * 1024
"""Bytes of UTF-8, counted as JSON would write them."""

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
"""Characters that neither the database nor a letter can hold; form feed and vertical tab become line ends."""


def check(answers: object) -> dict[str, Any]:
    """Return `answers` when it is an object within bounds; raise `Invalid` with the place when it is not."""
    if not isinstance(answers, dict):
        raise Invalid("The answers must be one object of field names and values.", errors={"": "Send an object."})
    size, waiting = 2, [(answers, "", 1)]
    while waiting:
        value, place, depth = waiting.pop()
        if depth > DEEPEST:
            _refuse(place, f"The answers are nested more than {DEEPEST} deep.")
        size += _size(value, place)
        if size > LARGEST:
            _refuse("", f"The answers are larger than {LARGEST // 1024} KB. Attach long texts as files.")
        waiting.extend(_parts(value, place, depth))
    return answers


def _parts(value: object, place: str, depth: int) -> list[tuple[Any, str, int]]:
    if isinstance(value, dict):
        for name in value:
            _check_name(name, place)
        return [(part, f"{place}.{name}" if place else str(name), depth + 1) for name, part in value.items()]
    if isinstance(value, list):
        return [(part, f"{place}[{number}]", depth + 1) for number, part in enumerate(value)]
    return []


def _check_name(name: object, place: str) -> None:
    if not isinstance(name, str) or name in POISON or name.startswith("__"):
        _refuse(place, f"The name {str(name)[:60]!r} may not be used.")
    _check_text(name, place)


def _size(value: object, place: str) -> int:
    """Return about how many bytes `value` takes in JSON, its parts not counted; refuse what JSON cannot hold."""
    if not _is_finite(value):
        _refuse(place, "This is not a number.")
    match value:
        case str():
            return _check_text(value, place) + 3
        case dict():
            return 2 + sum(len(str(name)) + 4 for name in value)
        case list():
            return 2 + len(value)
        case int() | float() | Decimal() | None:
            return 8
        case _:
            return _refuse(place, f"A value of type {type(value).__name__} cannot be kept.")


def _is_finite(value: object) -> bool:
    if isinstance(value, Decimal):
        return value.is_finite()  # as a float, a large one would be infinite
    return not isinstance(value, float) or math.isfinite(value)


def _check_text(text: str, place: str) -> int:
    found = _CONTROL.search(text)
    if found:
        code = ord(found[0])
        _refuse(place, f"The text has a control character (code {code}) at position {found.start() + 1}. Delete it.")
    try:
        return len(text.encode())
    except UnicodeEncodeError as error:
        _refuse(place, f"The text has half a character at position {error.start + 1}. Type it again.")


def _refuse(place: str, sentence: str) -> NoReturn:
    raise Invalid("The answers cannot be accepted.", errors={_printable(place): sentence})


def _printable(place: str) -> str:
    return place[:200].encode("utf-8", "replace").decode()
