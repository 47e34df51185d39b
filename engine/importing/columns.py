"""Types whole columns of a chunk at once, for files of millions of lines.

What a column's text means does not change from line to line: it is worked out once, by the same reading and checking
as everywhere. Plain texts (references, descriptions) are looked at all together. Where this is not sure of a cell, it
says so, and the line is read by itself.
"""

from collections.abc import Callable, Sequence
from typing import Any

from engine.importing.cells import KEY_SEPARATOR, Reader, Refused
from engine.importing.files import Record
from engine.record.quick import MOST_KEPT, UNSURE, Quick

Cells = Sequence[Sequence[str]]  # of a chunk, column by column
Column = Callable[[Cells, int], Sequence[Any]]  # the cells, and how many lines they are


def column(name: str, reader: Reader, quick: Quick, *, absent: Any = UNSURE) -> Column:
    """Return what types the field `name`; `absent` is its value where a line says nothing."""
    layout = reader.layout
    if layout.key and name == reader.key_into:
        return _keys(layout.key, quick.bounds(name))
    placed = next((one for one in layout.placed if one.name == name), None)
    if placed is None:
        return lambda cells, count: [absent] * count
    known = _Known(name, reader, quick, absent)
    if placed.position is None:
        return lambda cells, count: [known[placed.fixed]] * count
    position, bounds = placed.position, quick.bounds(name)
    if bounds is None or reader.translates(name):
        return lambda cells, count: known.all(cells[position])
    return lambda cells, count: _plain(cells[position], *bounds, known)


def unsure(columns: Sequence[Sequence[Any]]) -> set[int]:
    """Return the lines of which some cell is not sure."""
    return {place for one in columns for place, value in enumerate(one) if value is UNSURE}


def across(records: Sequence[Record]) -> Cells:
    """Return the cells of records, column by column."""
    return list(zip(*(record.cells for record in records), strict=True))


class _Known(dict[str, Any]):
    """What each text of a column means, worked out when it is met."""

    def __init__(self, name: str, reader: Reader, quick: Quick, absent: Any) -> None:
        super().__init__()
        self._name, self._reader, self._quick, self._absent = name, reader, quick, absent

    def __missing__(self, text: str) -> Any:
        try:
            values = self._reader.values(self._name, text)
        except Refused:
            found = UNSURE
        else:
            found = self._quick.ask(self._name, values[self._name]) if self._name in values else self._absent
        self[text] = found
        return found

    def all(self, texts: Sequence[str]) -> list[Any]:
        """Return what each of several means."""
        if len(self) > MOST_KEPT:
            self.clear()
        return list(map(self.__getitem__, texts))


def _keys(positions: Sequence[int], bounds: tuple[int, int] | None) -> Column:
    least, most = bounds or (1, 0)

    def typed(cells: Cells, count: int) -> Sequence[Any]:
        parts = [[text.strip() for text in cells[position]] for position in positions]
        texts = [KEY_SEPARATOR.join(several) for several in zip(*parts, strict=True)]
        odd = {place for part in parts for place, text in enumerate(part) if text.startswith("'")}
        odd |= {place for place, text in enumerate(texts) if not text.strip(KEY_SEPARATOR)}
        found = _plain(texts, max(least, 1), most)
        return [UNSURE if place in odd else text for place, text in enumerate(found)] if odd else found

    return typed


def _plain(texts: Sequence[str], least: int, most: int, known: _Known | None = None) -> Sequence[Any]:
    """Return texts as they are where they are plain; what may not be is looked up in `known`, if there is one."""
    if _all_plain(texts, least, most):
        return texts
    return [text if _is_plain(text, least, most) else UNSURE if known is None else known[text] for text in texts]


def _all_plain(texts: Sequence[str], least: int, most: int) -> bool:
    lengths = list(map(len, texts))
    return (
        min(lengths) >= max(least, 1)
        and max(lengths) <= most
        and "".join(texts).isprintable()
        and list(map(str.strip, texts)) == list(texts)
        and not any(text[0] == "'" for text in texts)
    )


def _is_plain(text: str, least: int, most: int) -> bool:
    return max(least, 1) <= len(text) <= most and text.isprintable() and text == text.strip() and text[0] != "'"
