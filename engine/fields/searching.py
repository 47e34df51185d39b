"""The values by which cases and entities are found: typed, indexed, written with the value itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, delete, insert, select
from sqlalchemy.engine import Connection

from engine.errors import Invalid
from engine.fields.catalogue import Catalogue
from engine.fields.definition import FieldDef
from engine.forms import typed
from engine.forms.values import Unreadable, read_date, read_number
from engine.instants import london
from models.base import table
from models.fields import LONGEST_SEARCHED, SearchableValue

VALUE = table(SearchableValue)
MOST_ROWS, ROWS_AT_ONCE = 50, 1_000
"""Choices of one field by which an entity is found; rows of one statement."""

WAYS = {"is": "is", "begins": "begins with", "least": "is at least", "most": "is at most"}
LAST = "\U0010ffff"

_FORGET = delete(VALUE).where(
    VALUE.c.entity_id == bindparam("of_entity"), VALUE.c.definition_id.in_(bindparam("ids", expanding=True))
)


def write(connection: Connection, catalogue: Catalogue, entity_id: int, changes: Mapping[str, Any]) -> None:
    """Write the new values of those changed fields that are searchable; `changes` are key to stored value.

    Nothing is sent to the database when none of them is.
    """
    changed = [one for key in changes.keys() & catalogue.searchable.keys() if (one := catalogue.searchable[key])]
    if not changed:
        return
    connection.execute(_FORGET, {"of_entity": entity_id, "ids": sorted(one.id for one in changed)})
    rows = [row for one in changed for row in rows_of(one, entity_id, changes[one.key])]
    for start in range(0, len(rows), ROWS_AT_ONCE):  # one statement, and not one for each row
        connection.execute(insert(VALUE).values(rows[start : start + ROWS_AT_ONCE]))


def rows_of(one: FieldDef, entity_id: int, value: Any) -> Iterator[dict[str, Any]]:
    """Yield the rows by which an entity is found by a value: none when it is empty, one for each of several choices."""
    values = value if isinstance(value, list) else [value]
    for ordinal, part in enumerate(values[:MOST_ROWS]):
        found = _typed(one, part)
        if found is not None:
            row = {"definition_id": one.id, "entity_id": entity_id, "ordinal": ordinal}
            yield {**row, "text": None, "number": None, "day": None, one.kind.searched_by: found}


def _typed(one: FieldDef, value: Any) -> Any:
    if value is None or value == "" or isinstance(value, dict | list):
        return None
    column = one.kind.searched_by
    if column == "number":
        number = typed("number", value)
        return None if isinstance(number, str) else float(number)
    if column == "day":
        moment = typed(one.kind.form_type, value)
        return _day(moment) if isinstance(moment, date) else None
    return folded(str(value).lower() if isinstance(value, bool) else str(value))


def _day(moment: date) -> date:
    return london(moment).date() if isinstance(moment, datetime) else moment


def folded(text: str) -> str:
    """Return a text as it is searched by: without difference of case or white space, and not longer than is kept."""
    return " ".join(text.casefold().split())[:LONGEST_SEARCHED]


@dataclass(frozen=True, slots=True)
class Sought:
    """A question: the value of one field `way` (see WAYS) what was typed."""

    field: FieldDef
    way: str
    text: str

    @property
    def is_exact(self) -> bool:
        """Say whether one value alone is asked for, so that what is found has no order by it."""
        return self.way == "is"

    @property
    def column(self) -> Any:
        """Return the column that is asked."""
        return VALUE.c[self.field.kind.searched_by]

    def condition(self) -> ColumnElement[bool]:
        """Return the condition on the table of searchable values.

        Raises:
            Invalid: what was typed is no value of the field's type, or cannot be asked for in this way.
        """
        return and_(VALUE.c.definition_id == self.field.id, self._compared())

    def _compared(self) -> Any:
        column, wanted = self.column, self._wanted()
        if self.way == "least":
            return column >= wanted
        if self.way == "most":
            return and_(column <= wanted, column.is_not(None))
        if self.way == "begins":
            return and_(column >= wanted, column < wanted + LAST)
        return column == wanted

    def _wanted(self) -> Any:
        kind = self.field.kind
        by_text = kind.searched_by == "text"
        ways = ("is", "begins") if by_text else ("is", "least", "most")
        if self.way not in ways:
            shown = " or ".join(f"“{WAYS[way]}”" for way in ways)
            raise Invalid("The field cannot be asked like this.", errors={"way": f"Choose {shown} for this field."})
        try:
            found = self._read(kind.searched_by)
        except Unreadable:
            found = None
        if found in (None, ""):
            what = {"number": "a number, like 12 or 1250.50", "day": "a date, like 2026-12-03"}.get(kind.searched_by)
            raise Invalid("Nothing can be looked for.", errors={"value": f"Enter {what or 'what to look for'}."})
        return found

    def _read(self, column: str) -> Any:
        text = self.text.strip()
        if column == "number":
            number = read_number(text)
            return None if number is None else float(number)
        if column == "day":
            return read_date(text)
        return folded(self._of_option(text))

    def _of_option(self, text: str) -> str:
        """Return the value of an option whose label was typed."""
        if self.field.type == "yes_no":
            return {"yes": "true", "no": "false"}.get(text.lower(), text)
        return next((str(v) for v, label in self.field.options if label.casefold() == text.casefold()), text)


def entities(sought: Sought) -> Any:
    """Return the statement of the ids of cases or entities that have what is sought."""
    return select(VALUE.c.entity_id).where(sought.condition())
