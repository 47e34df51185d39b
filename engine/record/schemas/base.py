"""The fields that schemas of the record are made of, each refusing with a sentence that says what is wanted."""

import re
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, pre_load, validate

from engine.errors import Invalid

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
FIRST_DAY, LAST_DAY = date(1850, 1, 1), date(2200, 1, 1)
MOST_POUNDS = Decimal("9999999999.99")
LONGEST_NOTE = 20_000
REQUIRED = "This is required."


class RecordSchema(Schema):
    """A kind of entity: unknown names are refused, texts are trimmed."""

    class Meta:
        """What is not written down here cannot be set."""

        unknown = RAISE

    error_messages = {"unknown": "There is no such field here."}  # noqa: RUF012 (marshmallow's own pattern)

    id = fields.Integer(dump_only=True)

    @pre_load
    def _trim(self, given: Any, **about: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        return {name: value.strip() if isinstance(value, str) else value for name, value in given.items()}

    def faults(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Return what is wrong with the values of a whole row, by field: what no field can see alone."""
        return {}

    def derived(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the columns that follow from others and are stored for lists and search."""
        return {}


def in_order(values: Mapping[str, Any], *names: str) -> dict[str, str]:
    """Return a sentence for each day that comes before one named earlier."""
    found: dict[str, str] = {}
    known = [(name, values[name]) for name in names if values.get(name) is not None]
    for (earlier, first), (later, second) in pairwise(known):
        if second < first:
            found[later] = f"It cannot be before {earlier.replace('_', ' ')}, {first.isoformat()}."
    return found


def plain(longest: int = 200, *, required: bool = False, standard: str = "", about: str = "", **more: Any) -> Any:
    """Return a field for text of at most `longest` characters; line breaks are allowed from 500 on."""
    sentences: dict[str, Any] = {
        "required": REQUIRED,
        "null": "It may be empty, not null.",
        "invalid": "This must be text.",
    }
    checks = [
        validate.Length(
            min=1 if required else 0, max=longest, error=f"It must have {_least(required)} {longest} characters."
        ),
        Printable(allows_lines=longest >= 500),
    ]
    return fields.String(
        required=required, error_messages=sentences, validate=checks, metadata=_told(standard, about), **more
    )


def choice(
    options: Collection[str], *, required: bool = False, standard: str = "", blank: bool = False, **more: Any
) -> Any:
    """Return a field whose value is one of `options`, shown by their words; with `blank`, the empty text too."""
    allowed = [*(("",) if blank else ()), *options]
    sentence = f"It must be one of: {', '.join(options)}."
    return fields.String(
        required=required,
        validate=validate.OneOf(allowed, error=sentence),
        error_messages={"required": REQUIRED, "null": sentence, "invalid": sentence},
        metadata=_told(standard, "") | ({"words": dict(options)} if isinstance(options, Mapping) else {}),
        **more,
    )


def day(*, required: bool = False, standard: str = "", about: str = "", **more: Any) -> Any:
    """Return a field for a day, as 2026-12-03."""
    sentence = "This must be a day such as 2026-12-03."
    bounds = validate.Range(FIRST_DAY, LAST_DAY, error=f"It must lie between {FIRST_DAY.year} and {LAST_DAY.year}.")
    return fields.Date(
        required=required,
        allow_none=not required,
        validate=bounds,
        error_messages={"required": REQUIRED, "null": REQUIRED, "invalid": sentence, "format": sentence},
        metadata=_told(standard, about),
        **more,
    )


def money(*, required: bool = False, least: Decimal | None = None, standard: str = "", **more: Any) -> Any:
    """Return a field for pounds and pence; more than two decimals are refused, never rounded."""
    sentence = "This must be an amount in pounds such as 112.40."
    return Pounds(
        required=required,
        allow_none=not required,
        validate=_Amount(least),
        error_messages={"required": REQUIRED, "null": REQUIRED, "invalid": sentence, "special": sentence},
        metadata=_told(standard, "Pounds."),
        **more,
    )


def parsed_day(text: str) -> date:
    """Return a day written as 2026-12-03. Raises Invalid."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(f"“{text[:40]}” is no day such as 2026-12-03.") from error


def degrees(most: int) -> Any:
    """Return a field for a place on the globe, in degrees (WGS 84)."""
    sentence = f"This must be degrees from {-most} to {most}, such as 51.5074."
    return fields.Decimal(
        allow_none=True,
        validate=validate.Range(Decimal(-most), Decimal(most), error=sentence),
        error_messages={"invalid": sentence, "special": sentence},
    )


def whole(least: int, most: int, *, standard: str = "", **more: Any) -> Any:
    """Return a field for a whole number."""
    sentence = f"This must be a whole number from {least:,} to {most:,}."
    return fields.Integer(
        strict=True,
        allow_none=True,
        validate=validate.Range(least, most, error=sentence),
        error_messages={"invalid": sentence, "too_large": sentence},
        metadata=_told(standard, ""),
        **more,
    )


def refers(kind: str, *, required: bool = False, standard: str = "", **more: Any) -> Any:
    """Return a field for the number of another entity; `engine.record.changing` looks whether it exists."""
    sentence = "This must be the number of a row, such as 7."
    return fields.Integer(
        strict=True,
        required=required,
        allow_none=not required,
        validate=validate.Range(1, 2**63 - 1, error=sentence),
        error_messages={"required": REQUIRED, "null": REQUIRED, "invalid": sentence, "too_large": sentence},
        metadata={**_told(standard, ""), "refers": kind},
        **more,
    )


def yes_no(*, standard: str = "", **more: Any) -> Any:
    """Return a field for yes or no."""
    sentence = "This must be true or false."
    return fields.Boolean(error_messages={"invalid": sentence, "null": sentence}, metadata=_told(standard, ""), **more)


def address_lines() -> Any:
    """Return a field for the lines of an address, without the postcode."""
    return fields.List(
        plain(100, required=True),
        validate=validate.Length(1, 8, error="An address has from one to eight lines."),
        error_messages={"invalid": "This must be a list of lines.", "null": REQUIRED},
        metadata=_told("address", ""),
    )


class Pounds(fields.Decimal):
    """An amount in pounds; JSON has it as text, so that no reader makes a binary fraction of it."""

    def __init__(self, **options: Any) -> None:
        """Allow neither infinity nor what is no number."""
        super().__init__(allow_nan=False, as_string=True, **options)


class Printable(validate.Validator):
    """Refuses control characters, and line breaks where a text is one line."""

    def __init__(self, *, allows_lines: bool) -> None:
        self._allows_lines = allows_lines

    def __call__(self, value: str) -> str:
        if CONTROL.search(value):
            raise ValidationError("It holds a control character, which cannot be printed.")
        if not self._allows_lines and ("\n" in value or "\r" in value):
            raise ValidationError("It must be on one line.")
        return value


class _Amount(validate.Validator):
    """Refuses what columns for money would round or cannot hold. No Range: the description has amounts as text."""

    def __init__(self, least: Decimal | None) -> None:
        self._least = least

    def __call__(self, value: Decimal) -> Decimal:
        if abs(value) > MOST_POUNDS:
            raise ValidationError("The amount is too large.")
        if value != round(value, 2):
            raise ValidationError("An amount has at most two decimals.")
        if self._least is not None and value < self._least:
            raise ValidationError(f"It must be {self._least} or more.")
        return value


def _least(required: bool) -> str:
    return "from 1 to" if required else "at most"


def _told(standard: str, about: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if about:
        found["description"] = about
    if standard:
        found["x-standard"] = standard
    return found
