"""A sample whose texts are long: what a message would be like for somebody with a long name and much to say."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from engine.fields.names import SURROUNDINGS
from engine.letters.offering import Group, Offered

LONG = {"text": 60, "any": 60, "lookup": 60, "long_text": 300}  # characters
# Of what surrounds every case, what differs in length from one to the next.
VARYING = frozenset({"name", "full_name", "salutation", "one_line", "job_title", "email"})
FILLING = "long words "


def stretched(groups: Iterable[Group]) -> list[Group]:
    """Return the fields with long texts as their values; those that every case has are twice as long as usual."""
    return [replace(group, fields=tuple(map(_stretched, group.fields))) for group in groups]


def _stretched(field: Offered) -> Offered:
    return replace(field, value=_long(field))


def _long(field: Offered) -> Any:
    if field.path in SURROUNDINGS:
        varies = isinstance(field.value, str) and field.path.rsplit(".", 1)[-1] in VARYING
        return f"{field.value} {field.value}" if varies else field.value
    if field.kind == "choice" and field.options:
        return max((value for value, _ in field.options), key=lambda value: len(str(value)))
    length = LONG.get(field.kind, 0)
    return (FILLING * (length // len(FILLING) + 1))[:length].rstrip() if length else field.value
