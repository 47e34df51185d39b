"""The words that a list is searched by: each must stand in one of some columns, in capitals or not."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, bindparam, or_

MOST_WORDS = 8
_ESCAPE = "/"


def words_in(text: str) -> list[str]:
    """Return the words of what was typed, as many as are looked for."""
    return text.split()[:MOST_WORDS]


def escaped(word: str) -> str:
    """Return a word as `has_word` takes it: nothing in it stands for other letters."""
    for mark in (_ESCAPE, "%", "_"):
        word = word.replace(mark, f"{_ESCAPE}{mark}")
    return word


def has_word(columns: Sequence[Any], number: int) -> ColumnElement[bool]:
    """Return the condition that the word given as "word_0" (of the first) stands in one of the columns."""
    word: Any = bindparam(f"word_{number}")
    return or_(*(column.icontains(word, escape=_ESCAPE) for column in columns))
