"""What a form is made of: one class for each kind of component that form-js draws."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from engine.forms.expressions import Expression
from engine.forms.templates import EMPTY, Template

Flag = bool | Expression
Limit = int | Expression | None
NumberLimit = Decimal | Expression | None


@dataclass(frozen=True, kw_only=True)
class Component:
    """Anything on a form. `place` is its address in the file; `row` and `columns` (of 16) say where it is drawn."""

    id: str
    kind: str
    place: str
    hide: Expression | None = None
    row: str = ""
    columns: int | None = None
    properties: Mapping[str, str] = field(default_factory=dict)

    def expressions(self) -> Iterator[Expression]:
        """Return the expressions of this component, its children's not included."""
        for value in vars(self).values():
            if isinstance(value, Expression):
                yield value
            elif isinstance(value, Template):
                yield from value.expressions()


@dataclass(frozen=True, kw_only=True)
class Input(Component):
    """A component that answers one field; `key` is its path within the group or list around it.

    `default` is a value as it is posted, or the expression that gives one.
    """

    key: tuple[str, ...]
    label: Template = EMPTY
    help: Template = EMPTY
    required: Flag = False
    readonly: Flag = False
    disabled: bool = False
    default: Any = None


@dataclass(frozen=True, kw_only=True)
class TextInput(Input):
    """One line of text, or several (kind `textarea`). `format` is `email`, `phone` or nothing."""

    min_length: Limit = None
    max_length: Limit = None
    pattern: str = ""
    pattern_message: str = ""
    format: str = ""
    prefix: Template = EMPTY
    suffix: Template = EMPTY


@dataclass(frozen=True, kw_only=True)
class NumberInput(Input):
    """A decimal number; `decimals` digits after the point at most, a multiple of `increment`."""

    minimum: NumberLimit = None
    maximum: NumberLimit = None
    decimals: int | None = None
    increment: Decimal | None = None
    prefix: Template = EMPTY
    suffix: Template = EMPTY


@dataclass(frozen=True, kw_only=True)
class MomentInput(Input):
    """A day, a time of day, or both (`subtype` `date`, `time`, `datetime`), as clocks in the United Kingdom show it."""

    subtype: str = "date"
    not_past: bool = False
    earliest: date | None = None
    latest: date | None = None


@dataclass(frozen=True, kw_only=True)
class YesNoInput(Input):
    """One box to tick."""


@dataclass(frozen=True)
class Option:
    """One of the answers offered. `value` is kept in the case, `label` is shown."""

    value: Any
    label: str


@dataclass(frozen=True, kw_only=True)
class ChoiceInput(Input):
    """A choice of one (`radio`, `select`) or of several (`checklist`, `taglist`).

    The options stand in the form (`options`), in the case under a name (`options_name`), or are worked out
    (`options_expression`).
    """

    options: tuple[Option, ...] = ()
    options_name: str = ""
    options_expression: Expression | None = None
    searchable: bool = False

    @property
    def takes_several(self) -> bool:
        """Say whether more than one option may be chosen."""
        return self.kind in ("checklist", "taglist")


@dataclass(frozen=True, kw_only=True)
class LookupInput(Input):
    """One person, home, tenancy, account or organisation of the record, answered by its reference."""

    entity: str


@dataclass(frozen=True, kw_only=True)
class FileInput(Input):
    """Files, answered as a list of their ids. `accept` is a list of endings or media types for the file picker."""

    accept: str = ""
    several: Flag = False


@dataclass(frozen=True, kw_only=True)
class Computed(Component):
    """A value worked out on the server from the answers and the case; never taken from a request."""

    key: tuple[str, ...]
    expression: Expression


@dataclass(frozen=True, kw_only=True)
class Group(Component):
    """Components under one heading, whose answers stand under `path` when it has one."""

    path: tuple[str, ...] = ()
    label: Template = EMPTY
    outline: bool = False
    children: tuple[Component, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RepeatingList(Group):
    """The same components several times over; the answer is a list of objects."""

    first_rows: int = 1
    minimum: int = 0
    maximum: int = 100
    may_add: bool = True


@dataclass(frozen=True, kw_only=True)
class Text(Component):
    """A paragraph in Markdown."""

    text: Template


@dataclass(frozen=True, kw_only=True)
class Html(Component):
    """A piece of HTML, cleaned before it is shown."""

    content: Template


@dataclass(frozen=True, kw_only=True)
class Image(Component):
    """A picture, from this site or written into the form."""

    source: Template
    alt: Template = EMPTY


@dataclass(frozen=True)
class Column:
    """A column of a table: the name of the value in each row, and its heading."""

    key: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Table(Component):
    """Rows from the case, to be read."""

    label: Template = EMPTY
    data: Expression | None = None
    columns_shown: tuple[Column, ...] = ()
    columns_expression: Expression | None = None
    page_size: int = 10


@dataclass(frozen=True, kw_only=True)
class Separator(Component):
    """A line across the form."""


@dataclass(frozen=True, kw_only=True)
class Spacer(Component):
    """Empty space, `height` pixels of it."""

    height: int = 60
