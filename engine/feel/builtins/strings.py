"""Functions on texts, counted by code point (DMN 1.5, 10.3.4.3; Camunda's `trim`, `extract`, `uuid`, `to base64`)."""

import base64
import uuid
from collections.abc import Callable
from decimal import Decimal

from engine.feel.bounds import MAX_TEXT, grow
from engine.feel.builtins.base import define
from engine.feel.faults import Null
from engine.feel.regex import all_matches, found, parts_between, replaced
from engine.feel.values import whole


def substring(text: str, start: Decimal, length: Decimal | None = None) -> str:
    """Return `length` characters from position `start`: 1 is the first, -1 the last."""
    first = whole(start) if whole(start) is not None else int(start)
    if not first or abs(first) > len(text):
        raise Null(f"there is no position {start} in a text of {len(text)} characters.")
    begin = first - 1 if first > 0 else len(text) + first
    if length is None:
        return text[begin:]
    if length < 1:
        raise Null("`length` is less than 1.")
    return text[begin : begin + int(min(length, Decimal(MAX_TEXT)))]


def string_length(text: str) -> Decimal:
    """Return the number of characters."""
    return Decimal(len(text))


def substring_before(text: str, match: str) -> str:
    """Return what stands before the first occurrence of `match`, nothing when there is none."""
    return text.partition(match)[0] if match and match in text else ""


def substring_after(text: str, match: str) -> str:
    """Return what stands after the first occurrence of `match`, nothing when there is none."""
    return text.partition(match)[2] if match else text


def replace(text: str, pattern: str, replacement: str, flags: str | None = None) -> str:
    """Return the text with each match of a regular expression replaced."""
    return replaced(text, pattern, replacement, flags or "")


def matches(text: str, pattern: str, flags: str | None = None) -> bool:
    """Return whether a regular expression matches anywhere in the text."""
    return found(text, pattern, flags or "")


def split(text: str, delimiter: str) -> list[str]:
    """Return the parts of the text between the matches of a regular expression."""
    return parts_between(text, delimiter)


def extract(text: str, pattern: str) -> list[str]:
    """Return all matches of a regular expression."""
    return all_matches(text, pattern)


def string_join(items: list[object], delimiter: str | None = None, prefix: str = "", suffix: str = "") -> str:
    """Return the texts put together with `delimiter` between; nulls are left out."""
    texts = [item for item in items if isinstance(item, str)]
    if len(texts) + items.count(None) < len(items):
        raise Null("the items should all be texts.")
    grow(sum(map(len, texts)) + len(delimiter or "") * len(texts) + len(prefix) + len(suffix))
    return prefix + (delimiter or "").join(texts) + suffix


def _trim(text: str) -> str:
    return text.strip()


def to_base64(text: str) -> str:
    """Return the UTF-8 bytes of the text in base 64."""
    return base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")


def random_uuid() -> str:
    """Return a new random UUID."""
    return str(uuid.uuid4())


def is_blank(text: str) -> bool:
    """Return whether the text is empty or only space."""
    return not text.strip()


_contains: Callable[[str, str], bool] = lambda text, match: match in text  # noqa: E731

STRINGS = (
    define("substring(string: string, start position: number, length: number =) -> string", substring),
    define("string length(string: string) -> number", string_length),
    define("upper case(string: string) -> string", str.upper),
    define("lower case(string: string) -> string", str.lower),
    define("substring before(string: string, match: string) -> string", substring_before),
    define("substring after(string: string, match: string) -> string", substring_after),
    define("replace(input: string, pattern: string, replacement: string, flags: string? =) -> string", replace),
    define("contains(string: string, match: string) -> boolean", _contains),
    define("starts with(string: string, match: string) -> boolean", str.startswith),
    define("ends with(string: string, match: string) -> boolean", str.endswith),
    define("matches(input: string, pattern: string, flags: string? =) -> boolean", matches),
    define("split(string: string, delimiter: string) -> list", split),
    define("string join(list: list, delimiter: string? =) -> string", string_join),
    define("string join(list: list, delimiter: string?, prefix: string, suffix: string) -> string", string_join),
    define("extract(string: string, pattern: string) -> list", extract),
    define("trim(string: string) -> string", _trim),
    define("is blank(string: string) -> boolean", is_blank),
    define("uuid() -> string", random_uuid),
    define("to base64(value: string) -> string", to_base64),
)
