"""A definition of the catalogue in memory: plain data, read from its row or not stored yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any

from engine.fields.types import TYPES, FieldType

CATEGORY = "category:"
ALWAYS = "true"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDef:
    """One field; the columns are those of `models.fields.FieldDefinition`, an option is (value, label)."""

    owner: str
    key: str
    type: str
    label: str
    id: int = 0
    parent: str = ""
    help: str = ""
    section: str = ""
    heading: str = ""
    position: int = 0
    options: tuple[tuple[Any, str], ...] = ()
    limits: Mapping[str, Any] = field(default_factory=dict)
    required_when: str = ""
    shown_when: str = ""
    default: str = ""
    sensitivity: str = "normal"
    is_searchable: bool = False
    from_on: date | None = None
    until_on: date | None = None
    stored_in: str = ""
    retired_at: datetime | None = None
    revision: int = 1

    @property
    def path(self) -> str:
        """Return the field's path as forms list it: `works[].cost` within a repeating group."""
        return f"{self.parent}[].{self.key}" if self.parent else self.key

    @property
    def folded_path(self) -> str:
        """Return what no other field of the owner may have."""
        return f"{self.parent}.{self.key}".lower() if self.parent else self.key.lower()

    @property
    def kind(self) -> FieldType:
        """Return its type."""
        return TYPES[self.type]

    def is_asked_on(self, day: date) -> bool:
        """Say whether the field may be answered on a day: it is in force then and not retired."""
        return (
            self.retired_at is None
            and (self.from_on is None or self.from_on <= day)
            and (self.until_on is None or day <= self.until_on)
        )


COLUMNS = tuple(one.name for one in fields(FieldDef))


def from_row(row: Any) -> FieldDef:
    """Return what a row of the table holds."""
    found = {name: getattr(row, name) for name in COLUMNS}
    found["options"] = tuple((value, label) for value, label in found["options"])
    return FieldDef(**found)


def told(one: FieldDef) -> dict[str, Any]:
    """Return a definition as its history keeps it: JSON, without what the platform gives it."""
    found = {name: getattr(one, name) for name in COLUMNS if name not in ("id", "owner", "stored_in", "revision")}
    for name in ("from_on", "until_on", "retired_at"):
        found[name] = found[name].isoformat() if found[name] else None
    return found | {"options": [list(option) for option in one.options], "limits": dict(one.limits)}


def category_of(owner: str) -> str:
    """Return the key of the category whose fields these are; "" for those of an entity."""
    return owner.removeprefix(CATEGORY) if owner.startswith(CATEGORY) else ""
