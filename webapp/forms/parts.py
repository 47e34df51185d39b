"""What the templates of a form are given: one plain view for each component, and the page around them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.forms import Form


@dataclass(frozen=True)
class StoredFile:
    """A file that is already kept: what to call it and where to open it."""

    name: str
    url: str = ""


@dataclass
class View:
    """One component as a template draws it. `template` is the file in components/fields that draws it."""

    template: str
    id: str = ""
    name: str = ""
    label: str = ""
    hint: str = ""
    error: str = ""
    optional: bool = False
    value: Any = ""
    span: int = 0
    anchor: str = ""
    refreshes: bool = False
    offers_update: bool = False
    autofocus: bool = False
    mark: str = ""
    extra: dict[str, Any] = field(default_factory=dict)
    rows: list["Row"] = field(default_factory=list)
    entries: list["Entry"] = field(default_factory=list)


@dataclass
class Row:
    """Components drawn side by side on a wide screen."""

    views: list[View]

    @property
    def is_divided(self) -> bool:
        """Say whether more than one component stands in the row, or one that does not fill it."""
        return len(self.views) > 1 or bool(self.views[0].span)


@dataclass
class Entry:
    """One row of a repeating list."""

    number: int
    name: str
    rows: list[Row]


@dataclass
class Page:
    """Everything that drawing one form needs besides its nodes."""

    form: Form
    values: Mapping[str, Any]
    errors: Mapping[str, str]
    files: Mapping[str, StoredFile]
    focus: str = ""
    may_update: bool = True
    carried: list[tuple[str, str]] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=dict)
