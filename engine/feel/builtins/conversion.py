"""Functions that turn a value of one kind into another (DMN 1.5, 10.3.4.1)."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal, DecimalException
from typing import Never

import simplejson

from engine.feel.bounds import grow, look
from engine.feel.builtins.base import define
from engine.feel.faults import FeelError, Null
from engine.feel.text import MAX_DEPTH, text_of
from engine.feel.values import ARITHMETIC

_NUMBER = re.compile(r"[+-]?(?:\d{1,400}(?:\.\d{0,400})?|\.\d{1,400})(?:[eE][+-]?\d{1,5})?", re.ASCII)


def number(text: str, grouping: str | None = None, decimal: str | None = None) -> Decimal:
    """Return the number that a text shows, with the separators given."""
    if grouping not in (None, " ", ",", ".") or decimal not in (None, ".", ",") or (grouping and grouping == decimal):
        raise Null("the separators should be `.`, `,` or a space, and different ones.")
    plain = text.replace(grouping, "") if grouping else text
    plain = plain.replace(decimal, ".") if decimal else plain
    if not _NUMBER.fullmatch(plain):
        raise Null(f"`{text[:40]}` is not a number.")
    return ARITHMETIC.create_decimal(plain)


def string(value: object) -> str | None:
    """Return a value as text; null stays null."""
    return None if value is None else text_of(value)


def as_number(value: object) -> Decimal:
    """Return a number as it is."""
    return value  # type: ignore[return-value]


def to_json(value: object) -> str:
    """Return a value as JSON text."""
    text = str(simplejson.dumps(_jsonable(value), use_decimal=True, ensure_ascii=False))
    grow(len(text))
    return text


def _jsonable(value: object, depth: int = 0) -> object:
    if depth > MAX_DEPTH:
        raise FeelError(f"A value is nested more than {MAX_DEPTH} levels deep.")
    if isinstance(value, (Mapping, list)):
        look()
        grow(len(value))
    if isinstance(value, Mapping):
        return {key: _jsonable(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_jsonable(item, depth + 1) for item in value]
    return value if value is None or isinstance(value, (bool, Decimal, int, str)) else text_of(value)


def from_json(text: str) -> object:
    """Return the value that a JSON text stands for."""
    try:
        return json.loads(text, parse_int=_decimal, parse_float=_decimal, parse_constant=_refuse)
    except (ValueError, RecursionError, DecimalException) as error:
        raise Null("the text is not JSON.") from error


def _decimal(text: str) -> Decimal:
    return ARITHMETIC.create_decimal(text)


def _refuse(text: str) -> Never:
    raise Null(f"`{text}` is not JSON.")


CONVERSION = (
    define("number(from: string, grouping separator: string? =, decimal separator: string? =) -> number", number),
    define("number(from: number) -> number", as_number),
    define("string(from: any) -> string", string),
    define("to json(value: any) -> string", to_json),
    define("from json(value: string) -> any", from_json),
)
