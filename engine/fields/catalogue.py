"""All fields of one owner as they stand between two changes: shared by all threads, worked out part by part."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Any

from engine.fields import components
from engine.fields.components import YES_NO
from engine.fields.definition import ALWAYS, FieldDef
from engine.forms import Field, Form
from engine.forms.components import Component, Option

GENERAL = "General"
MOST_FORMS = 256


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page of fields. `slug` is its name in addresses; `fields` those at the top, in their order."""

    name: str
    slug: str
    fields: tuple[FieldDef, ...]


class Catalogue:
    """The definitions of one owner, known by `mark`. Retired ones are among them: values outlive their question."""

    def __init__(self, owner: str, mark: str, definitions: Iterable[FieldDef]) -> None:
        """Keep the definitions, in the order in which they are asked."""
        self.owner, self.mark = owner, mark
        self.definitions = tuple(sorted(definitions, key=lambda one: (one.position, one.id)))
        self._forms: dict[Any, Form] = {}

    @cached_property
    def by_path(self) -> Mapping[str, FieldDef]:
        """Return every definition by its path (`works[].cost`)."""
        return MappingProxyType({one.path: one for one in self.definitions})

    @cached_property
    def by_id(self) -> Mapping[int, FieldDef]:
        """Return every definition by the id of its row."""
        return MappingProxyType({one.id: one for one in self.definitions})

    @cached_property
    def at_top(self) -> Mapping[str, FieldDef]:
        """Return the fields that stand in no repeating group, by key."""
        return MappingProxyType({one.key: one for one in self.definitions if not one.parent})

    @cached_property
    def within(self) -> Mapping[str, tuple[FieldDef, ...]]:
        """Return the fields of each repeating group, by its key."""
        found: dict[str, list[FieldDef]] = {}
        for one in self.definitions:
            if one.parent:
                found.setdefault(one.parent, []).append(one)
        return {key: tuple(fields) for key, fields in found.items()}

    @cached_property
    def section_of(self) -> Mapping[str, str]:
        """Return in which section of the document each field's value is kept."""
        return MappingProxyType({key: one.stored_in for key, one in self.at_top.items()})

    @cached_property
    def searchable(self) -> Mapping[str, FieldDef]:
        """Return the fields by which cases or entities are found."""
        return {key: one for key, one in self.at_top.items() if one.is_searchable}

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        """Return the fields by path, as those of a form are listed."""
        return MappingProxyType({one.path: field_of(one) for one in self.definitions})

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """Return the sections in the order of their first field; those with nothing but retired fields come too."""
        found: dict[str, list[FieldDef]] = {}
        for one in self.at_top.values():
            found.setdefault(one.section or GENERAL, []).append(one)
        slugs: dict[str, str] = {}
        for name in found:
            stem = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "section"
            slugs[name] = stem if stem not in slugs.values() else f"{stem}-{len(slugs)}"
        return tuple(Section(name, slugs[name], tuple(fields)) for name, fields in found.items())

    def section(self, slug: str) -> Section | None:
        """Return a section by its name in addresses."""
        return next((one for one in self.sections if one.slug == slug), None)

    def form(self, slug: str, day: date, *, without: frozenset[str] = frozenset()) -> Form:
        """Return the form that asks for the fields of a section on a day, but for those of the levels `without`."""
        section = self.section(slug)
        asked = [one for one in section.fields if one.is_asked_on(day)] if section else []
        return self._form(slug, asked, day, without)

    def form_of(self, keys: Iterable[str], day: date, *, without: frozenset[str] = frozenset()) -> Form:
        """Return a form that asks for these fields alone, those that may be answered on that day."""
        asked = [one for key in sorted(keys) if (one := self.at_top.get(key)) and one.is_asked_on(day)]
        return self._form("fields", asked, day, without)

    def component(self, path: str, day: date) -> Component | None:
        """Return the component that asks for one field; none when there is no such field, or it is not asked."""
        one = self.by_path.get(path)
        return components.component(one, self._asked_within(day, frozenset())) if one and one.is_asked_on(day) else None

    def _form(self, name: str, asked: list[FieldDef], day: date, without: frozenset[str]) -> Form:
        shown = [one for one in asked if one.sensitivity not in without]
        within = self._asked_within(day, without)
        mark = (name, *(one.id for one in shown), *(child.id for one in shown for child in within.get(one.key, ())))
        found = self._forms.get(mark)
        if found is None:
            if len(self._forms) >= MOST_FORMS:
                self._forms.clear()
            found = self._forms[mark] = components.form(name, shown, within)
        return found

    def _asked_within(self, day: date, without: frozenset[str]) -> Mapping[str, tuple[FieldDef, ...]]:
        return {
            key: tuple(one for one in fields if one.is_asked_on(day) and one.sensitivity not in without)
            for key, fields in self.within.items()
        }

    def hidden(self, without: frozenset[str]) -> frozenset[str]:
        """Return the paths of the fields at these levels of sensitivity."""
        return frozenset(one.path for one in self.definitions if one.sensitivity in without) if without else frozenset()

    @cached_property
    def has_dates(self) -> bool:
        """Say whether the day decides what is asked."""
        return any(one.from_on or one.until_on for one in self.definitions)


def field_of(one: FieldDef) -> Field:
    """Return a definition as the fields of forms are listed; equal to what its component would be listed as."""
    options = YES_NO if one.type == "yes_no" else tuple(Option(value, label) for value, label in one.options)
    return Field(
        key=one.path,
        label=one.label,
        type=one.kind.form_type,
        options=options,
        help=one.help if one.type != "group" else "",
        required=one.required_when == ALWAYS and one.type != "group",
        sensitivity="" if one.sensitivity == "normal" else one.sensitivity,
        prefix="£" if one.type == "money" else "",
        place=f"the field “{one.path}” of the catalogue",
    )
