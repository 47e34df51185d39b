"""Checks many rows of a kind as its schema does, in a tenth of the time.

What a field says of a text does not change: it is asked once for each text, and of plain texts not at all. Wherever
this is not sure, the schema itself decides, so that every refusal has its words.
"""

from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate

from engine.record.checking import loaded, schema_of
from engine.record.kinds import Kind
from engine.record.schemas.base import Printable, RecordSchema

MOST_KEPT = 50_000  # texts of which a field's answer is remembered

UNSURE: Any = object()  # what only the schema itself can say
Ask = Callable[[Any], Any]


class Quick:
    """A kind's schema, for many rows."""

    def __init__(self, kind: Kind) -> None:
        self._schema: RecordSchema = schema_of(kind)
        known = {name: field for name, field in self._schema.fields.items() if not field.dump_only}
        self._asked = {field.data_key or name: (name, _ask(field)) for name, field in known.items()}
        self._required = [field.data_key or name for name, field in known.items() if field.required]

    def bounds(self, name: str) -> tuple[int, int] | None:
        """Return how long a text may be, where nothing else is asked of it but that it can be printed."""
        return _plain_bounds(self._schema.fields[name])

    def ask(self, name: str, value: Any) -> Any:
        """Return the typed value of one field, or UNSURE where it may be refused."""
        return self._asked[name][1](value)

    def load(self, values: Mapping[str, Any], *, is_partial: bool = False) -> dict[str, Any]:
        """Return the values typed, by column, as `checking.loaded` does; raise Invalid as it does."""
        found: dict[str, Any] = {}
        for name, value in values.items():
            asked = self._asked.get(name)
            answer = UNSURE if asked is None else asked[1](value)
            if answer is UNSURE:
                return loaded(self._schema, values, is_partial=is_partial)
            found[asked[0]] = answer  # type: ignore[index]
        if not is_partial and not all(name in values for name in self._required):
            return loaded(self._schema, values)
        return found


def _ask(field: fields.Field[Any]) -> Ask:
    bounds = _plain_bounds(field)
    return _remembered(field) if bounds is None else _plain(field, *bounds)


def _plain_bounds(field: fields.Field[Any]) -> tuple[int, int] | None:
    if type(field) is not fields.String or len(field.validators) != 2:
        return None
    length, printable = field.validators
    if not isinstance(length, validate.Length) or not isinstance(printable, Printable) or length.max is None:
        return None
    return length.min or 0, length.max


def _plain(field: fields.Field[Any], least: int, most: int) -> Ask:
    def ask(value: Any) -> Any:
        if type(value) is str:
            text = value.strip()
            if least <= len(text) <= most and text.isprintable():
                return text
        return _answer(field, value)

    return ask


def _remembered(field: fields.Field[Any]) -> Ask:
    answers: dict[str, Any] = {}

    def ask(value: Any) -> Any:
        if type(value) is not str:
            return _answer(field, value)
        found = answers.get(value, answers)
        if found is answers:
            if len(answers) >= MOST_KEPT:
                answers.clear()
            found = answers[value] = _answer(field, value)
        return found

    return ask


def _answer(field: fields.Field[Any], value: Any) -> Any:
    try:
        return field.deserialize(value.strip() if isinstance(value, str) else value)
    except ValidationError:
        return UNSURE
