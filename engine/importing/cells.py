"""Turns the cells of a record into the values that a kind's schema takes."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marshmallow import fields

from engine.errors import Invalid
from engine.fields import FieldDef
from engine.formula_safe import plain
from engine.importing import own_fields
from engine.importing.faults import Fault, fault
from engine.importing.files import Record
from engine.importing.mapping import Layout, Placed
from engine.importing.mapping import Mapping as Mapped
from engine.importing.targets import Reference, Target
from engine.record.schemas.base import Pounds
from models.database import from_json

KEY_SEPARATOR = "|"  # between the columns of a key that takes several
LINE = "address_line_"
_SUM = re.compile(r"([-+]?)£?(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)")
_WHOLE = re.compile(r"-?\d{1,18}")
_REMEDIES = {
    "This is required.": "Fill it in, or give the same for every line in a mapping.",
    "There is no such field here.": "Leave the column out.",
}
OTHERWISE = "Correct it in the file, or say in a mapping what it stands for."
Turn = Callable[[str], Any]


class Refused(Exception):
    """A cell that cannot be turned into a value; the sentence says why."""


@dataclass(slots=True)
class Given:
    """What one record says."""

    line: int
    values: dict[str, Any]  # by the schema's names, not yet checked
    key: str  # what tells it apart in the system that it comes from; empty without such a column
    references: dict[str, str]  # by column of the file: what it names
    fields: dict[str, Any]  # of the catalogue, by key


@dataclass(slots=True)
class _Cell:
    placed: Placed
    turn: Turn | None
    words: Mapping[str, str]
    reference: Reference | None
    own: FieldDef | None  # of the catalogue
    part: str  # of an address or an object: the name in it
    empty: Any
    may_be_empty: bool


class Reader:
    """Reads records by a layout."""

    def __init__(self, target: Target, layout: Layout, mapping: Mapped) -> None:
        self.layout = layout
        self._clears = mapping.clears
        self.key_into = target.key_field if mapping.key and not mapping.allocated_by else ""
        self._cells = [self._cell(target, placed, mapping) for placed in layout.placed]

    def translates(self, name: str) -> bool:
        """Say whether the mapping gives words of the file another meaning in this field."""
        return any(cell.words for cell in self._cells if cell.placed.name == name)

    def values(self, name: str, text: str) -> dict[str, Any]:
        """Return what one cell says: nothing where it is empty and is left alone. Raises Refused."""
        given = Given(0, {}, "", {}, {})
        for cell in self._cells:
            if cell.placed.name == name:
                self._take(cell, plain(text) if cell.placed.position is not None else text, given)
        return given.values

    def read(self, record: Record) -> Given | list[Fault]:
        """Return what a record says, or what is wrong with cells that are none of their kind."""
        given = Given(record.line, {}, "", {}, {})
        faults: list[Fault] = []
        for cell in self._cells:
            text = plain(record.cells[cell.placed.position]) if cell.placed.position is not None else cell.placed.fixed
            try:
                self._take(cell, text, given)
            except Refused as refused:
                faults.append(fault(record.line, cell.placed.header or cell.placed.name, text, str(refused), OTHERWISE))
        key = KEY_SEPARATOR.join(plain(record.cells[position]).strip() for position in self.layout.key)
        given.key = key if key.strip(KEY_SEPARATOR) else ""
        if self.key_into and given.key:
            given.values[self.key_into] = given.key
        return faults or given

    def faults(self, given: Given, refused: Invalid, record: Record) -> list[Fault]:
        """Return the faults of a record that its schema refuses, by the columns of the file."""
        return [self.fault(given.line, path, sentence, record) for path, sentence in refused.errors.items()]

    def fault(self, line: int, path: str, message: str, record: Record, remedy: str = "") -> Fault:
        """Return a fault about the field at `path`, with what stands in its cell."""
        name = path.partition("[")[0]
        found = next((one for one in self.layout.placed if one.name in (path, name) or _is_line(one, name)), None)
        text = "" if found is None else found.fixed
        if found is not None and found.position is not None:
            text = record.cells[found.position]
        column = (found.header or found.name) if found is not None else name
        return fault(line, column, text, message, remedy or _REMEDIES.get(message, OTHERWISE))

    def _take(self, cell: _Cell, text: str, given: Given) -> None:
        values = given.values
        if cell.words:
            text = cell.words.get(text.strip(), text)
        if cell.own is not None:
            self._take_own(cell, cell.own.key, text, given)
        elif not text or text.isspace():
            if self._clears and cell.reference is None and cell.may_be_empty:
                values.setdefault(cell.placed.name, cell.empty)
            elif self._clears and cell.reference is not None and not cell.reference.is_owner:
                values[cell.reference.column] = None
        elif cell.reference is not None:
            given.references[cell.reference.name] = text.strip()
        elif cell.part:
            _put(values, cell.part, text.strip())
        else:
            values[cell.placed.name] = cell.turn(text) if cell.turn is not None else text

    def _take_own(self, cell: _Cell, key: str, text: str, given: Given) -> None:
        if text.strip():
            given.fields[key] = cell.turn(text) if cell.turn is not None else text
        elif self._clears:
            given.fields[key] = None

    def _cell(self, target: Target, placed: Placed, mapping: Mapped) -> _Cell:
        reference = target.references.get(placed.name)
        is_part = placed.name.startswith((LINE, "characteristics."))
        known = target.schema_fields.get(placed.name)
        turn = None if reference is not None or known is None else _turn(known, mapping.date_format)
        own = target.own.get(placed.name)
        if own is not None:
            turn = own_fields.answer(own, _day(mapping.date_format) if mapping.date_format else None)
        empty = None if known is not None and known.allow_none else [] if isinstance(known, fields.List) else ""
        words, may_be_empty = mapping.values.get(placed.name, {}), not (is_part or isinstance(known, fields.Boolean))
        return _Cell(placed, turn, words, reference, own, placed.name if is_part else "", empty, may_be_empty)


def _is_line(placed: Placed, name: str) -> bool:
    return name == "address_lines" and placed.name.startswith(LINE)


def _put(values: dict[str, Any], part: str, text: str) -> None:
    if part.startswith(LINE):
        values.setdefault("address_lines", []).append(text)
    else:
        values.setdefault("characteristics", {})[part.partition(".")[2]] = text


def _turn(known: fields.Field[Any], date_format: str) -> Turn | None:
    """Return what makes a value of a cell's text; none where the schema takes the text."""
    match known:
        case fields.Date():
            return _day(date_format) if date_format else None
        case Pounds():
            return _pounds
        case fields.Integer():
            return _whole
        case fields.List():
            return lambda text: [line.strip() for line in text.splitlines() if line.strip()]
        case fields.Dict():
            return _object
    return None


def _day(date_format: str) -> Turn:
    example = datetime(2026, 12, 3).strftime(date_format)
    known: dict[str, str] = {}

    def turn(text: str) -> str:
        found = known.get(text)
        if found is None:
            try:
                found = datetime.strptime(text.strip(), date_format).date().isoformat()
            except ValueError as error:
                raise Refused(f"This must be a day such as {example}.") from error
            known[text] = found
        return found

    return turn


def _pounds(text: str) -> str:
    """Return an amount without its pound sign and the commas between thousands; what is none is left as it is."""
    text = text.strip()
    if text.replace(".", "", 1).removeprefix("-").isdigit():
        return text
    found = _SUM.fullmatch(text)
    return f"{found[1]}{found[2].replace(',', '')}" if found else text


def _whole(text: str) -> Any:
    return int(text) if _WHOLE.fullmatch(text.strip()) else text


def _object(text: str) -> Any:
    try:
        return from_json(text)
    except ValueError as error:
        raise Refused('This must be an object in JSON, such as {"heating": "gas"}.') from error
