"""The mapping file: which column of another system's file is which field, in TOML.

key = "Person No"                 # the column that tells lines apart
allocated_by = "Northgate"        # the system whose number that is; without it, it is our own reference
date_format = "%d/%m/%Y"          # of all days in the file; without it 2026-12-03
empty = "clear"                   # an empty cell empties the field; without it, it leaves what is there
ignore = ["Last printed"]         # columns that are left aside; "*" for all that are not named here

[columns]                         # column of the file = field
Forename = "first_name"

[fixed]                           # the same for every line
language = "English"

# A field of the catalogue is "fields." and its key: Heating = "fields.heating".

[values.type]                     # of a field: what stands in the file = what it means
HOUSE = "unit"

[references.home]                 # of a column that names another entity: by what
by = "uprn"                       # reference, uprn or external; without it, whichever is found
allocated_by = "Orchard"          # whose external reference
"""

import tomllib
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validate

from engine.definitions.checks.names import did_you_mean
from engine.errors import Invalid
from engine.forms.validation import flattened
from engine.importing.targets import Target

BY = ("reference", "uprn", "external")


@dataclass(frozen=True, slots=True)
class Sought:
    """By what a column names another entity; empty stands for whatever is found."""

    by: str = ""
    allocated_by: str = ""


@dataclass(frozen=True, slots=True)
class Mapping:
    """What is known of a file beside itself."""

    columns: Map[str, str] = field(default_factory=dict)
    fixed: Map[str, Any] = field(default_factory=dict)
    values: Map[str, Map[str, str]] = field(default_factory=dict)
    references: Map[str, Sought] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    allocated_by: str = ""
    date_format: str = ""
    empty: str = "keep"
    ignore: tuple[str, ...] = ()

    @property
    def clears(self) -> bool:
        """Say whether an empty cell empties what is there."""
        return self.empty == "clear"


@dataclass(frozen=True, slots=True)
class Placed:
    """A field that a file gives, and where: the number of its column, none for what is fixed."""

    name: str
    position: int | None
    header: str
    fixed: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything stands in a file."""

    placed: tuple[Placed, ...]
    key: tuple[int, ...]  # columns whose values together tell lines apart

    def header(self, name: str) -> str:
        """Return the file's word for a field, or the field's own."""
        return next((one.header for one in self.placed if one.name == name and one.header), name)


_TEXT: Any = {"error_messages": {"invalid": "This must be text."}}
_NAMES: Any = {"keys": fields.String(**_TEXT), "error_messages": {"invalid": "This must be a table of names."}}


class _SoughtSchema(Schema):
    class Meta:
        unknown = RAISE

    by = fields.String(validate=validate.OneOf(BY, error=f"This must be one of: {', '.join(BY)}."), **_TEXT)
    allocated_by = fields.String(**_TEXT)

    @post_load
    def _made(self, found: dict[str, Any], **about: Any) -> Sought:
        return Sought(**found)


class _OneOrMore(fields.List[Any]):
    def _deserialize(self, value: Any, *args: Any, **about: Any) -> Any:
        return tuple(super()._deserialize([value] if isinstance(value, str) else value, *args, **about))


class _MappingSchema(Schema):
    class Meta:
        unknown = RAISE

    error_messages = {"unknown": "A mapping has no such part."}  # noqa: RUF012 (marshmallow's own pattern)

    columns = fields.Dict(values=fields.String(**_TEXT), **_NAMES)
    fixed = fields.Dict(**_NAMES)
    values = fields.Dict(values=fields.Dict(values=fields.String(**_TEXT), **_NAMES), **_NAMES)
    references = fields.Dict(values=fields.Nested(_SoughtSchema), **_NAMES)
    key = _OneOrMore(fields.String(**_TEXT))
    allocated_by = fields.String(validate=validate.Length(1, 80, error="This has from 1 to 80 characters."), **_TEXT)
    date_format = fields.String(**_TEXT)
    empty = fields.String(validate=validate.OneOf(("keep", "clear"), error="This must be keep or clear."), **_TEXT)
    ignore = _OneOrMore(fields.String(**_TEXT))


def read(path: Path, target: Target) -> Mapping:
    """Return a mapping file. Raises Invalid with a sentence for each part that is wrong."""
    try:
        given = tomllib.loads(path.read_text("utf-8-sig"))
        found: dict[str, Any] = _MappingSchema().load(given)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"{path.name} is not TOML: {error}.", remedy="Correct it there.") from error
    except ValidationError as error:
        raise Invalid(f"{path.name} is no mapping.", errors=flattened(error.messages)) from error
    errors = {f"columns.{column}": _unknown(name, target) for column, name in found.get("columns", {}).items()
              if not target.known(name)}  # fmt: skip
    for part in ("fixed", "values"):
        errors |= {f"{part}.{name}": _unknown(name, target) for name in found.get(part, {}) if not target.known(name)}
    for name in found.get("references", {}):
        if target.known(name) not in target.references:
            known = ", ".join(target.references) or "none"
            errors[f"references.{name}"] = f"This column names no other entity; those that do: {known}."
    if (layout := found.get("date_format")) and not _is_date_format(layout):
        errors["date_format"] = "This must name day, month and year, such as %d/%m/%Y."
    if errors:
        raise Invalid(f"{path.name} does not fit {target.word}.", errors=errors)
    for part in ("fixed", "values", "references"):
        found[part] = {target.known(name): value for name, value in found.get(part, {}).items()}
    return Mapping(**found)


def lay_out(target: Target, heading: tuple[str, ...], mapping: Mapping) -> Layout:
    """Return which column of a file is which field.

    Raises:
        Invalid: a column is not known, two give the same field, or none tells which row a line is about.
    """
    placed: list[Placed] = []
    errors: dict[str, str] = {}
    for position, header in enumerate(heading):
        name = target.known(mapping.columns.get(header, header))
        is_only_key = header in mapping.key and header not in mapping.columns and not name
        is_ignored = header in mapping.ignore or ("*" in mapping.ignore and not name)
        if is_ignored or is_only_key:
            continue
        if not name:
            errors[header] = _unknown(header, target)
        elif any(one.name == name for one in placed):
            errors[header] = f"Another column gives {name} already."
        else:
            placed.append(Placed(name, position, header))
    if len(errors) == len(heading):
        raise Invalid("Line 1 names no column that is known: the heading is missing, or a mapping is needed.",
                      remedy=f"Columns of {target.word}: {', '.join(target.names)}.")  # fmt: skip
    for header in (*mapping.columns, *mapping.key):
        if header not in heading:
            errors[header] = f"The file has no column of this name; it has {', '.join(heading)}."
    if errors:
        raise Invalid("The columns of the file do not fit.", errors=errors, remedy="Say in a mapping what they are.")
    names = {one.name for one in placed}
    placed += [Placed(name, None, "", str(value)) for name, value in mapping.fixed.items() if name not in names]
    return Layout(tuple(placed), tuple(heading.index(header) for header in mapping.key))


def _is_date_format(layout: str) -> bool:
    day = date(2026, 11, 28)
    try:
        from datetime import datetime

        return datetime.strptime(day.strftime(layout), layout).date() == day
    except ValueError:
        return False


def _unknown(name: str, target: Target) -> str:
    return f"{target.word.capitalize()} have no such column. " + did_you_mean(
        name, (*target.names, *target.own), f"Use one of: {', '.join(target.names)}{_own(target)}."
    )


def _own(target: Target) -> str:
    return ", or fields. and the key of a field of the catalogue" if target.own else ""
