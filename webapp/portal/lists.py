"""Addresses of lists: every filter, order and page of a list has one, so that it can be kept, sent and reloaded."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import request, url_for

TICKED = ("1", "yes", "on")


def address(**changes: Any) -> str:
    """Return the address of this list with some of its questions answered otherwise; a change begins at page one."""
    asked = {name: value for name, value in request.args.items() if name != "at"}
    asked |= {name: value for name, value in changes.items() if value is not None}
    kept = {name: value for name, value in asked.items() if value not in ("", False)}
    return f"{request.path}?{urlencode(kept)}" if kept else request.path


def sorted_by(column: str, order: str) -> str:
    """Return the address of this list sorted by a column; `components/table.html` asks for it."""
    return address(sort=column, order=order)


def place(endpoint: str, words: Mapping[str, Any]) -> str:
    """Return the address of a list with these words, as a saved filter keeps them."""
    return url_for(endpoint, **dict(words))


def choice(name: str, offered: Any, default: str = "") -> str:
    """Return what an address asks for, when the list offers it."""
    asked = request.args.get(name, default)
    return asked if asked in offered or asked == "" else default


def number(name: str) -> int | None:
    """Return a number of an address; none when it has none that is one."""
    return as_number(request.args.get(name, ""))


def as_number(word: str) -> int | None:
    """Return the number that a word is; none when it is no number of a row."""
    return int(word) if word.isascii() and word.isdecimal() and len(word) < 16 else None


def is_asked(name: str) -> bool:
    """Say whether a box of a filter is ticked."""
    return request.args.get(name, "") in TICKED
