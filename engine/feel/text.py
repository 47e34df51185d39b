"""Values as text, as the function `string` and warnings show them (DMN 1.5, 10.3.4.1)."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import islice

from engine.feel import temporal
from engine.feel.bounds import bounded, grow, look
from engine.feel.faults import FeelError
from engine.feel.values import Function, Range, as_list, kind, native

MAX_DEPTH = 100
MAX_EXPONENT = 6_200
MAX_TYPES, TYPE_DEPTH = 20, 4  # items or entries of one value whose types are told, and how deep


def shown(value: object) -> str:
    """Return a value as people read it; raise FeelError when it is too large to be shown."""
    with bounded():
        return literal(value)


def type_of(value: object, depth: int = 0) -> str:
    """Return the type of a value as FEEL writes it: list<number>, context<name: string>."""
    if depth > TYPE_DEPTH:
        return kind(value)
    if isinstance(value, Mapping):
        entries = (f"{_key(str(name))}: {type_of(inner, depth + 1)}" for name, inner in value.items())
        return f"context<{', '.join(islice(entries, MAX_TYPES))}>"
    if isinstance(value, list | tuple):
        kinds = list(dict.fromkeys(type_of(item, depth + 1) for item in value[:MAX_TYPES]))
        return f"list<{kinds[0] if len(kinds) == 1 else 'Any'}>"
    return kind(value)


def text_of(value: object) -> str:
    """Return a value as text: a text itself as it is, inside a list or context in quotes."""
    value = native(value)
    return value if isinstance(value, str) else literal(value)


def literal(value: object, depth: int = 0) -> str:
    """Return a value as it would be written in an expression, as far as it can be."""
    if depth > MAX_DEPTH:
        raise FeelError(f"A value is nested more than {MAX_DEPTH} levels deep.")
    value = native(value)
    writer = _WRITERS.get(kind(value))
    return writer(value, depth) if writer else "null"


def number_text(value: Decimal | int) -> str:
    """Return a number in full, with an exponent only where FEEL itself has no such number."""
    number = Decimal(value) or Decimal(value).copy_abs()  # nobody writes -0
    return format(number, "f") if abs(number.adjusted()) <= MAX_EXPONENT else str(number)


def quoted(text: str) -> str:
    """Return a text in quotes, with the escapes it needs."""
    for plain, escape in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
        text = text.replace(plain, escape)
    return f'"{text}"'


def _list(value: object, depth: int) -> str:
    return _joined("[", (literal(item, depth + 1) for item in as_list(value)), "]")


def _context(value: Mapping[str, object], depth: int) -> str:
    return _joined("{", (f"{_key(key)}: {literal(item, depth + 1)}" for key, item in value.items()), "}")


def _joined(opening: str, parts: Iterable[str], closing: str) -> str:
    look()
    text = f"{opening}{', '.join(parts)}{closing}"
    grow(len(text))
    return text


def _key(key: str) -> str:
    return key if all(word.isidentifier() for word in key.split(" ")) else quoted(key)


def _range(value: Range, depth: int) -> str:
    if value.operator:
        return f"({value.operator}{_end(value.end if value.start is None else value.start, depth)})"
    opening, closing = "[" if value.start_included else "(", "]" if value.end_included else ")"
    return f"{opening}{_end(value.start, depth)}..{_end(value.end, depth)}{closing}"


def _end(value: object, depth: int) -> str:
    text = literal(value, depth + 1)
    return f'@"{text}"' if kind(value) not in ("number", "string") else text


def _function(value: Function, depth: int) -> str:
    return value.name or f"function({', '.join(value.parameters)})"


_WRITERS = {
    "number": lambda value, depth: number_text(value),
    "string": lambda value, depth: quoted(value),
    "boolean": lambda value, depth: "true" if value else "false",
    "date": lambda value, depth: temporal.date_text(value),
    "time": lambda value, depth: temporal.time_text(value),
    "date and time": lambda value, depth: temporal.date_time_text(value),
    "days and time duration": lambda value, depth: temporal.days_time_text(value),
    "years and months duration": lambda value, depth: temporal.years_months_text(value),
    "list": _list,
    "context": _context,
    "range": _range,
    "function": _function,
}
